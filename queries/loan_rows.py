"""The single loans behind the facts, for the question that lists them: two month-end snapshots, read when it is asked.

The connection of a reader may open no file but its version (a path that it might read it might write too), so the rows are read
beside it and lent to the cursor that asks.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from data.book import Partition, Version
from data.partitions import SNAPSHOT
from data.schema import DIMENSIONS, LOAN, LOAN_SNAPSHOT, SQL_TYPE
from data.settings import Band, Settings

VIEW = "snapshot_row"
_OF_THE_LOAN = ("customer_id", *DIMENSIONS, "originated_on")
_COLUMNS = (
    "loan_id",
    "as_of",
    "status",
    "days_past_due",
    "bucket",
    "balance",
    "overdue_amount",
    "stage",
    *_OF_THE_LOAN,
)


def statements(version: Version) -> str:
    """What the list of loans is asked with, for a version: snapshot_row, empty until a cursor is lent its rows, macros bucket_name
    and tier_of (days, bucket), newest_month(), opening_of(month) and follows_month(month)."""
    settings = version.settings
    typed = ", ".join(f"null::{SQL_TYPE[LOAN_SNAPSHOT.column(name).kind]} as {name}" for name in _COLUMNS)
    held = ", ".join(f"date '{month}'" for month in version.months)
    return f"""
        create view {VIEW} as select {typed} where false;
        create macro bucket_name(days, bucket) as case when days is null then bucket else {_named(settings.buckets)} end;
        create macro tier_of(days, bucket) as
            case when days is null then {_tier_of_bucket(settings)} else {_named(settings.tiers)} end;
        create macro newest_month() as date '{version.months[-1]}';
        create macro opening_of(month) as last_day((month - interval 1 month)::date);
        create macro follows_month(month) as opening_of(month) in ({held});
    """


def loan_rows(version: Version, folder: Path, month: date) -> pl.DataFrame:
    """The snapshots of a month and of the calendar month before it, in which a row that leaves them empty takes dimensions and
    origin from the list of loans."""
    months = (month, month.replace(day=1) - timedelta(days=1))
    snapshots = [p for p in version.partitions if p.table_name == SNAPSHOT and p.month in months and p.rows]
    loans = [p for p in version.partitions if p.table_name == LOAN.name and p.rows]
    rows = _read(snapshots, folder, _COLUMNS)
    if loans:
        known = _read(loans, folder, ("loan_id", *_OF_THE_LOAN))
        rows = rows.join(known, on="loan_id", how="left", suffix="_of_loan").with_columns(
            pl.coalesce(name, f"{name}_of_loan").alias(name) for name in _OF_THE_LOAN
        )
    return rows.select(_COLUMNS).collect()


def _read(partitions: Sequence[Partition], folder: Path, columns: Sequence[str]) -> pl.LazyFrame:
    """These columns of the files; one that a file was written without is empty."""
    parts = [pl.LazyFrame(schema={name: _TYPES[LOAN_SNAPSHOT.column(name).kind] for name in columns})]
    for partition in partitions:
        part = pl.scan_parquet(folder / partition.file, glob=False)
        held = part.collect_schema().names()
        parts.append(part.select(name for name in columns if name in held))
    return pl.concat(parts, how="diagonal")


_TYPES = {"text": pl.String, "code": pl.String, "date": pl.Date, "days": pl.Int32, "money": pl.Decimal(18, 2)}


def _named(bands: Sequence[Band]) -> str:
    whens = " ".join(f"when days >= {band.lower_dpd} then '{band.name}'" for band in bands[:0:-1])
    return f"case {whens} else '{bands[0].name}' end"


def _tier_of_bucket(settings: Settings) -> str:
    whens = [f"when '{band.name}' then '{settings.tier_of_bucket(at)}'" for at, band in enumerate(settings.buckets)]
    return f"case bucket {' '.join(whens)} end"

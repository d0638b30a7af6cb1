"""What a calibration reads of a book: its tables up to a month-end as Polars frames, days as whole numbers, money as whole cents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from data.book import Book, Version
from data.schema import DIMENSIONS, SQL_TYPE, TABLES
from data.settings import Settings

NEEDED = {
    "loan": ("loan_id", "customer_id", *DIMENSIONS, "originated_on", "principal", "annual_rate", "term_months", "due_day", "instalment"),
    "loan_snapshot": (
        "loan_id", "as_of", "days_past_due", "bucket", "balance", "overdue_amount", "interest_due", "status", "test_group", "charged_off_on", "sold_on", "sale_price",
        "customer_id", *DIMENSIONS, "originated_on", "principal",
    ),
    "payment": ("paid_on", "loan_id", "amount", "source"),
    "action": (
        "acted_at", "loan_id", "stage", "channel", "owner", "collector_id", "connected", "right_party", "outcome", "seconds", "cost", "complaint",
    ),
    "promise": ("promised_on", "due_on", "loan_id", "amount"),
    "placement": ("placed_on", "loan_id", "agency", "tier", "balance", "commission_rate", "recalled_on"),
    "legal_case": ("filed_on", "loan_id", "claim", "court_fee", "lawyer_fee", "judged_on", "recovered", "result"),
    "plan": ("agreed_on", "loan_id", "instalments", "forgiven", "ended_on", "result"),
}  # fmt: skip
"""Tables and columns that something is fitted from."""

MOST_LOANS = 120_000
"""Loans that are read in full; of a larger book, so many of evenly drawn customers."""

UNKNOWN = "unknown"
"""Product or group of a loan of which the book does not say it."""

_TYPES = {
    "varchar": pl.String, "date": pl.Date, "timestamp": pl.Datetime("us"), "integer": pl.Int32, "decimal(18, 2)": pl.Decimal(18, 2),
    "double": pl.Float64, "boolean": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True)
class Records:
    """A book's rows up to `last`. Each table has a column `i`, the position of its loan in `loan`.

    days are whole days since 1970-01-01, money is whole cents. first: the first month-end, from which on everything is known; last:
    the last one. drawn: the part of the customers that is read. Tables that the book does not have are empty.
    """

    tables: Mapping[str, pl.DataFrame]
    settings: Settings
    first: date
    last: date
    drawn: float

    def __getattr__(self, name: str) -> pl.DataFrame:
        if name.startswith("_") or name not in NEEDED:
            raise AttributeError(name)
        return self.tables[name]

    @property
    def months(self) -> int:
        """Months from the first month-end to the last."""
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month

    @property
    def has_schedule(self) -> bool:
        """Whether due dates and payments are known, so that each day of a debt can be told."""
        known = self.loan.select((pl.col("due_day").is_not_null() & pl.col("instalment").is_not_null()).mean()).item()
        return bool(self.payment.height) and (known or 0) > 0.9 and self.months >= 2


def epoch(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - date(1970, 1, 1)).days


def of_epoch(day: int) -> date:
    return date(1970, 1, 1) + timedelta(days=int(day))


def read_records(book: Path | str, version: int | None = None, until: date | None = None) -> tuple[Records, Version]:
    """The rows of a version of a book, up to the month-end `until`. Raises data.errors.BookMissing."""
    source = Book(book)
    record = source.read_version(version)
    frames = {}
    for name, columns in NEEDED.items():
        files = [source.partitions / p.file for p in record.partitions if p.table_name == name and p.rows]
        frames[name] = _read(name, columns, files)
    return prepare(frames, record.settings, until), record


def of_tables(tables: Mapping[str, pl.DataFrame], settings: Settings, until: date | None = None) -> Records:
    """The same of tables that are no book yet, such as those of a run. Raises KeyError where there are no snapshots."""
    frames = {}
    for name, columns in NEEDED.items():
        kinds = {column: _TYPES[SQL_TYPE[TABLES[name].column(column).kind]] for column in columns}
        frames[name] = pl.LazyFrame(schema=kinds)
        if name in tables:
            held = [column for column in columns if column in tables[name].columns]
            rows = tables[name].lazy().select(pl.col(column).cast(kinds[column]) for column in held)
            frames[name] = pl.concat([frames[name], rows], how="diagonal")
    return prepare(frames, settings, until)


def _read(table: str, columns: tuple[str, ...], files: list[Path]) -> pl.LazyFrame:
    kinds = {name: _TYPES[SQL_TYPE[TABLES[table].column(name).kind]] for name in columns}
    parts = [pl.LazyFrame(schema=kinds)]
    for file in files:
        part = pl.scan_parquet(file, glob=False)
        held = part.collect_schema().names()
        parts.append(part.select(pl.col(name).cast(kinds[name]) for name in columns if name in held))
    return pl.concat(parts, how="diagonal")


def prepare(frames: Mapping[str, pl.LazyFrame], settings: Settings, until: date | None = None) -> Records:
    """Rows up to a month-end, of evenly drawn customers where the book is large. `frames` are the tables by name."""
    snapshots = frames["loan_snapshot"]
    if until:
        snapshots = snapshots.filter(pl.col("as_of") <= until)
    held = snapshots.select(pl.col("as_of").min().alias("first"), pl.col("as_of").max().alias("last")).collect()
    first, last = held["first"][0], held["last"][0]
    loans, drawn = _loans(frames["loan"], snapshots)
    tables = {"loan": loans}
    position = loans.select("loan_id", "i")
    for name, columns in NEEDED.items():
        if name == "loan":
            continue
        frame = snapshots if name == "loan_snapshot" else frames[name]
        if (dated := TABLES[name].dated_by) and last:
            frame = frame.filter(pl.col(dated).cast(pl.Date) <= last)
        frame = frame.join(position.lazy(), on="loan_id", how="inner").drop("loan_id").collect()
        tables[name] = _plain(_missing(frame, columns))
    tables = _as_known(tables, last) if last else tables
    return Records(tables, settings, first, last, drawn)


def _loans(listed: pl.LazyFrame, snapshots: pl.LazyFrame) -> tuple[pl.DataFrame, float]:
    """One row a loan, what the list of loans leaves empty taken from its snapshots; and the part of the customers."""
    of_loan = ("customer_id", *DIMENSIONS, "originated_on", "principal")
    seen = snapshots.group_by("loan_id").agg(*(pl.col(name).max() for name in of_loan), seen=pl.col("as_of").min())
    loans = seen.join(_missing(listed, NEEDED["loan"]).unique("loan_id"), on="loan_id", how="left", suffix="_listed")
    loans = loans.with_columns(pl.coalesce(f"{name}_listed", name).alias(name) for name in of_loan).drop(
        f"{name}_listed" for name in of_loan
    )
    loans = loans.with_columns(
        pl.coalesce("customer_id", "loan_id").alias("customer_id"), *(pl.col(name).fill_null(UNKNOWN) for name in DIMENSIONS)
    ).collect(engine="streaming")  # fmt: skip
    drawn = min(1.0, MOST_LOANS / max(loans.height, 1))
    if drawn < 1:
        loans = loans.filter(pl.col("customer_id").hash(20) % 1_000_000 < int(drawn * 1_000_000))
    loans = loans.sort("loan_id").with_columns(
        customer=pl.col("customer_id").rank("dense").cast(pl.Int64) - 1, i=pl.int_range(pl.len(), dtype=pl.Int64)
    )
    return _plain(loans), drawn


def _missing(frame: pl.LazyFrame | pl.DataFrame, columns: tuple[str, ...]):
    """With empty columns for those that the rows were written without."""
    held = set(frame.collect_schema().names())
    return frame.with_columns(pl.lit(None).alias(name) for name in columns if name not in held and name != "loan_id")


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Dates as whole days, money as whole cents."""
    return frame.with_columns(
        *(pl.col(name).cast(pl.Int32).cast(pl.Int64) for name, kind in frame.schema.items() if kind == pl.Date),
        *((pl.col(name).cast(pl.Float64) * 100).round().cast(pl.Int64) for name, kind in frame.schema.items() if isinstance(kind, pl.Decimal)),
    )  # fmt: skip


def _as_known(tables: dict[str, pl.DataFrame], last: date) -> dict[str, pl.DataFrame]:
    """What was told later of rows from before is not known yet: recalls, judgments, ends of plans after the last day."""
    day = epoch(last)

    def known(name: str) -> pl.Expr:
        return pl.when(pl.col(name) <= day).then(pl.col(name)).alias(name)

    cases = tables["legal_case"]
    paid = (
        tables["payment"].filter(pl.col("source") == "court").group_by("i").agg(court_paid_on=pl.col("paid_on").max())
    )
    cases = cases.join(paid, on="i", how="left", maintain_order="left")
    result = pl.col("result").cast(pl.String).str.to_lowercase()
    open_still = (pl.col("judged_on").cast(pl.Int64) > day).fill_null(True)
    unpaid = result.is_in(["paid", "enforced"]) & pl.col("court_paid_on").is_null()
    return tables | {
        "placement": tables["placement"].with_columns(known("recalled_on")),
        "plan": tables["plan"].with_columns(
            known("ended_on"), result=pl.when(pl.col("ended_on") <= day).then(pl.col("result").cast(pl.String).str.to_lowercase())
        ),
        "legal_case": cases.with_columns(known("judged_on"), result=pl.when(~open_still & ~unpaid).then(result)),
    }  # fmt: skip


def codes(loans: pl.DataFrame, dimension: str) -> tuple[tuple[str, ...], np.ndarray]:
    """The values of a dimension, and which one each loan has."""
    names = loans[dimension].unique().sort().to_list()
    position = {name: at for at, name in enumerate(names)}
    return tuple(names), loans[dimension].replace_strict(position, return_dtype=pl.Int64).to_numpy()

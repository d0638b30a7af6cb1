"""One row of `loan_snapshot` as a plain value, files made of such rows, and random books of them.

Nothing here knows how the book is built: it is what a lender would hand over.
"""

import csv
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl


@dataclass(frozen=True)
class Row:
    """One loan at one month-end. None: the file leaves the cell empty."""

    loan_id: str
    as_of: date
    days_past_due: int | None = None
    bucket: str | None = None
    balance: Decimal | None = None
    paid_in_month: Decimal | None = None
    status: str | None = None
    restructured_on: date | None = None
    charged_off_on: date | None = None
    sold_on: date | None = None
    product: str | None = None
    region: str | None = None
    segment: str | None = None
    acquisition_channel: str | None = None
    customer_id: str | None = None
    originated_on: date | None = None
    principal: Decimal | None = None
    overdue_amount: Decimal | None = None
    interest_due: Decimal | None = None
    stage: str | None = None
    test_group: str | None = None


REQUIRED = ("loan_id", "as_of")
POLARS_TYPES = {
    "as_of": pl.Date,
    "days_past_due": pl.Int32,
    "balance": pl.Decimal(18, 2),
    "paid_in_month": pl.Decimal(18, 2),
    "restructured_on": pl.Date,
    "charged_off_on": pl.Date,
    "sold_on": pl.Date,
    "originated_on": pl.Date,
    "principal": pl.Decimal(18, 2),
    "overdue_amount": pl.Decimal(18, 2),
    "interest_due": pl.Decimal(18, 2),
}

# D = 0, 1, 29, 30, 31, 90, 91, 270, 271, 360, 361 are the edges named in the definitions.
EDGES = (0, 1, 29, 30, 31, 60, 61, 90, 91, 120, 121, 150, 151, 180, 181, 270, 271, 360, 361)

# What a lender's text columns really hold: quotes, commas, Chinese, digits only, statements, nothing.
PRODUCTS = ('O\'Brien "Auto", used', "车贷", "007", "x'; drop table ledger; --", None)
REGIONS = ("华东, 上海", "North-West", None)
SEGMENTS = ("prime", "près", None)
CHANNELS = ("app", "50% off; {name}", None)


def month_ends(first: date, count: int) -> list[date]:
    """`count` month-ends in a row, beginning with the one of the month of `first`."""
    ends, year, month = [], first.year, first.month
    for _ in range(count):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        ends.append(date(year, month, 1) - timedelta(days=1))
    return ends


def used_columns(rows: Sequence[Row]) -> list[str]:
    """The columns a file of these rows needs: the required ones and those with any value."""
    names = [field.name for field in fields(Row)]
    return [name for name in names if name in REQUIRED or any(getattr(row, name) is not None for row in rows)]


def write_csv(path: Path, rows: Sequence[Row], columns: Sequence[str] | None = None) -> Path:
    """The rows as a UTF-8 CSV file with canonical column names; dates as 2024-01-31."""
    columns = columns or used_columns(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([getattr(row, name) for name in columns])
    return path


def write_parquet(path: Path, rows: Sequence[Row], columns: Sequence[str] | None = None) -> Path:
    """The rows as a typed Parquet file with canonical column names."""
    columns = columns or used_columns(rows)
    data = {name: [getattr(row, name) for row in rows] for name in columns}
    schema = {name: POLARS_TYPES.get(name, pl.String) for name in columns}
    pl.DataFrame(data, schema=schema).write_parquet(path)
    return path


def random_book(
    seed: int, loans: int, months: int, balances: bool = True, missing_months: Iterable[int] = ()
) -> list[Row]:
    """A book in which everything odd happens: gaps, returns, exits of each kind, jumps, odd balances.

    Loans change product and region while they live, some rows know only a bucket, and the months
    numbered in `missing_months` have no snapshot at all. The rows come in no order.
    """
    chance = random.Random(seed)
    ends = month_ends(date(2023, 10, 1), months)
    skipped = set(missing_months)
    rows = []
    for number in range(loans):
        rows += _random_loan(chance, f"{number:05d}", ends, skipped, balances)
    chance.shuffle(rows)
    return rows


def _random_loan(chance: random.Random, loan_id: str, ends: list[date], skipped: set[int], balances: bool) -> list[Row]:
    rows = []
    gone: dict | None = None
    days = chance.choice(EDGES)
    traits = _random_traits(chance)
    for number in range(chance.randrange(len(ends)), len(ends)):
        end = ends[number]
        if chance.random() < 0.04:
            traits = _random_traits(chance)
        if gone is not None and chance.random() < 0.2:
            gone = None
        elif gone is None and chance.random() < 0.08:
            gone = _random_exit(chance, end)
        if number in skipped or chance.random() < 0.08:
            continue
        days = chance.choice((0, 0, 0, days, days, days + 30, chance.choice(EDGES)))
        rows.append(_random_row(chance, loan_id, end, days, traits, gone, balances))
        if gone is not None and chance.random() < 0.5:
            break
    return rows


def _random_traits(chance: random.Random) -> dict:
    return {
        "product": chance.choice(PRODUCTS),
        "region": chance.choice(REGIONS),
        "segment": chance.choice(SEGMENTS),
        "acquisition_channel": chance.choice(CHANNELS),
    }


def _random_exit(chance: random.Random, end: date) -> dict:
    earlier = end - timedelta(days=chance.randrange(20))
    return chance.choice(
        (
            {"status": "paid_off"},
            {"status": "charged_off"},
            {"status": "sold"},
            {"status": "charged_off", "charged_off_on": earlier},
            {"charged_off_on": earlier},
            {"sold_on": earlier},
            {"charged_off_on": end},
            {"sold_on": end},
        )
    )


def _random_row(
    chance: random.Random, loan_id: str, end: date, days: int, traits: dict, gone: dict | None, balances: bool
) -> Row:
    state = dict(gone) if gone is not None else {"status": chance.choice(("open", None))}
    if chance.random() < 0.15:
        state["bucket"] = f"M{chance.randrange(8)}"
    else:
        state["days_past_due"] = days
    if chance.random() < 0.2:
        state["restructured_on"] = end - timedelta(days=chance.randrange(90))
    if balances:
        state["balance"] = _random_money(chance)
        state["paid_in_month"] = chance.choice((None, Decimal("0.00"), Decimal(chance.randrange(1, 90_000)) / 100))
    return Row(loan_id=loan_id, as_of=end, **state, **traits)


def _random_money(chance: random.Random) -> Decimal | None:
    dice = chance.random()
    if dice < 0.05:
        return None
    if dice < 0.1:
        return Decimal(-chance.randrange(1, 100_000)) / 100
    if dice < 0.13:
        return Decimal("0.00")
    if dice < 0.15:
        return Decimal("9999999999999.99")
    return Decimal(chance.randrange(1, 10_000_000)) / 100

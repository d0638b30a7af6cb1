"""Words for books small enough to read: a loan at a month-end, the cells of a month, the only row."""

from datetime import date
from decimal import Decimal

from queries import Filters
from tests.snapshots import Row

JAN, FEB, MAR, APR = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)
M0, M1, M2, M3, M4 = 0, 15, 45, 75, 100
"""Days past due inside the bucket of that name."""


def loan(loan_id: str, as_of: date, days: int, balance: int | str = 100, **more) -> Row:
    """One loan at one month-end; it owes 100 unless told."""
    return Row(loan_id, as_of, days, balance=Decimal(balance), **more)


def cells(reader, month: date, question: str = "roll_rates") -> dict[tuple[str, str], dict]:
    """The rows of a month by (from_bucket, to_bucket)."""
    rows = reader.ask(question, Filters(month=month)).to_dicts()
    found = {(row["from_bucket"], row["to_bucket"]): row for row in rows}
    assert len(found) == len(rows), f"{question} has a cell twice"
    return found


def only(reader, question: str, **chosen) -> dict:
    """The one row that the question answers with these filters."""
    (row,) = reader.ask(question, Filters(**chosen)).to_dicts()
    return row

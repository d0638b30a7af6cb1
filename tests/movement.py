"""What one loan is at a month-end, and what it did in the month: the exit ledger, a line a loan.

Plain Python written from the definitions of the measures; the oracle adds these lines up.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from tests.snapshots import Row

LOWER_BOUNDS = {"M0": 0, "M1": 1, "M2": 31, "M3": 61, "M4": 91, "M5": 121, "M6": 151, "M7": 181}
BUCKETS = tuple(LOWER_BOUNDS)
BUCKET_TIERS = {
    "M0": "normal",
    "M1": "special_mention",
    "M2": "special_mention",
    "M3": "special_mention",
    "M4": "substandard",
    "M5": "substandard",
    "M6": "substandard",
    "M7": "unclassified",
}


# --- one row -------------------------------------------------------------------------------------


def ending(row: Row) -> str | None:
    """How the loan left by this month-end, or None while it is open."""
    if row.status in ("paid_off", "charged_off", "sold"):
        return row.status
    if row.charged_off_on is not None and row.charged_off_on <= row.as_of:
        return "charged_off"
    if row.sold_on is not None and row.sold_on <= row.as_of:
        return "sold"
    return None


def bucket(row: Row) -> str:
    """The bucket of the days past due; the row's own only when the days are unknown."""
    if row.days_past_due is None:
        return row.bucket
    return max((name for name in BUCKETS if LOWER_BOUNDS[name] <= max(row.days_past_due, 0)), key=LOWER_BOUNDS.get)


def bad(row: Row) -> bool:
    """Beyond the bad-debt line, 90 days."""
    if row.days_past_due is None:
        return LOWER_BOUNDS[row.bucket] > 90
    return row.days_past_due > 90


def tier(row: Row) -> str:
    """The five-tier class, or `unclassified` for a bucket that spans several."""
    if row.days_past_due is None:
        return BUCKET_TIERS[row.bucket]
    if row.days_past_due > 360:
        return "loss"
    if row.days_past_due > 270:
        return "doubtful"
    if row.days_past_due > 90:
        return "substandard"
    return "special_mention" if row.days_past_due >= 1 else "normal"


def month_after(as_of: date) -> tuple[int, int]:
    """Year and month of the calendar month that follows."""
    return (as_of.year + 1, 1) if as_of.month == 12 else (as_of.year, as_of.month + 1)


# --- the ledger, a line a loan -------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """What one loan did in one month."""

    month: date
    from_bucket: str
    to_bucket: str
    movement: str
    restructured: bool
    opening_balance: Decimal | None
    closing_balance: Decimal | None
    cash: Decimal | None
    row: Row
    """The row whose product, region, segment and channel the line has."""


def by_month(rows: Iterable[Row]) -> dict[date, dict[str, Row]]:
    """The rows by month-end, then by loan; months in order."""
    months: dict[date, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        months[row.as_of][row.loan_id] = row
    return dict(sorted(months.items()))


def ledger_lines(rows: Iterable[Row]) -> list[Line]:
    """A line for each loan open at the start of a month, and for each that entered in it."""
    months = by_month(rows)
    lines = []
    ever_open: set[str] = set()
    for opening_day, closing_day in pairwise(months):
        opening, closing = months[opening_day], months[closing_day]
        ever_open |= {loan for loan, row in opening.items() if ending(row) is None}
        if month_after(opening_day) != (closing_day.year, closing_day.month):
            continue
        for loan, row in opening.items():
            if ending(row) is None:
                lines.append(_step(row, closing.get(loan), opening_day, closing_day))
        for loan, row in closing.items():
            was_open = loan in opening and ending(opening[loan]) is None
            if ending(row) is None and not was_open:
                lines.append(_entry(row, loan in ever_open, opening_day, closing_day))
    return lines


def _step(before: Row, after: Row | None, opening_day: date, closing_day: date) -> Line:
    was = bucket(before)
    if after is None:
        return Line(closing_day, was, "missing", "exit", False, before.balance, None, None, before)
    now = ending(after) or bucket(after)
    return Line(
        month=closing_day,
        from_bucket=was,
        to_bucket=now,
        movement=_movement(was, now),
        restructured=_restructured(after, opening_day, closing_day),
        opening_balance=before.balance,
        closing_balance=after.balance if ending(after) is None else None,
        cash=after.paid_in_month,
        row=before,
    )


def _entry(row: Row, returned: bool, opening_day: date, closing_day: date) -> Line:
    kind = "returned" if returned else "new"
    flag = _restructured(row, opening_day, closing_day)
    return Line(closing_day, kind, bucket(row), "entry", flag, None, row.balance, row.paid_in_month, row)


def _restructured(row: Row, opening_day: date, closing_day: date) -> bool:
    return row.restructured_on is not None and opening_day < row.restructured_on <= closing_day


def _movement(was: str, now: str) -> str:
    if now in ("sold", "missing"):
        return "exit"
    if now == "charged_off":
        return "forward"
    if now == "paid_off":
        return "cure"
    if now == was:
        return "stay"
    if now == "M0":
        return "cure"
    return "forward" if LOWER_BOUNDS[now] > LOWER_BOUNDS[was] else "improve"

"""The golden month: the hand-checkable example that the definitions of the measures give.

Twelve loans from January to February 2024. Days past due stand inside their bucket (M1 = 15). C and G are
paid off, K is sold and J is charged off by their status; L has no row in February; I is restructured in
February without paying; N is booked in February.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.snapshots import Row, write_csv

OPENING = date(2024, 1, 31)
CLOSING = date(2024, 2, 29)
DAYS = {"M0": 0, "M1": 15, "M2": 45, "M3": 75}


def _open(loan_id: str, as_of: date, bucket: str, balance: int, paid: int = 0, **more) -> Row:
    return Row(
        loan_id,
        as_of,
        DAYS[bucket],
        balance=Decimal(balance),
        paid_in_month=Decimal(paid),
        status="open",
        **more,
    )


def _gone(loan_id: str, status: str, bucket: str, paid: int = 0) -> Row:
    return Row(loan_id, CLOSING, DAYS[bucket], balance=Decimal(0), paid_in_month=Decimal(paid), status=status)


ROWS = (
    _open("A", OPENING, "M0", 1000),
    _open("B", OPENING, "M0", 1000),
    _open("C", OPENING, "M0", 500),
    _open("D", OPENING, "M1", 800),
    _open("E", OPENING, "M1", 800),
    _open("F", OPENING, "M1", 900),
    _open("G", OPENING, "M1", 700),
    _open("H", OPENING, "M2", 600),
    _open("I", OPENING, "M2", 600),
    _open("K", OPENING, "M2", 500),
    _open("J", OPENING, "M3", 400),
    _open("L", OPENING, "M3", 600),
    _open("A", CLOSING, "M0", 900, paid=100),
    _open("B", CLOSING, "M1", 1000),
    _gone("C", "paid_off", "M0", paid=500),
    _open("D", CLOSING, "M0", 700, paid=100),
    _open("E", CLOSING, "M1", 800),
    _open("F", CLOSING, "M2", 900),
    _gone("G", "paid_off", "M0", paid=700),
    _open("H", CLOSING, "M3", 600),
    _open("I", CLOSING, "M0", 600, restructured_on=date(2024, 2, 12)),
    _gone("K", "sold", "M2"),
    _gone("J", "charged_off", "M3"),
    _open("N", CLOSING, "M0", 2000),
)


def write_golden_csv(path: Path) -> Path:
    """The golden month as one `loan_snapshot` CSV file."""
    return write_csv(path, ROWS)

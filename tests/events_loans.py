"""Rows of the tables beside the snapshots as plain values, and a book in which every payment and due date is known.

`lived` lets loans live day by day: instalments fall due, borrowers pay early, on the day, late or no more, and a payment goes to
the oldest instalment. Snapshots are what a lender would see of it at the month-ends.
"""

import csv
import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from pathlib import Path

from tests.snapshots import Row, month_ends, write_csv

IMPORTED_ON = date(2026, 1, 15)


@dataclass(frozen=True)
class Loan:
    """One row of `loan`."""

    loan_id: str
    product: str | None = None
    region: str | None = None
    originated_on: date | None = None
    principal: Decimal | None = None
    term_months: int | None = None
    due_day: int | None = None
    instalment: Decimal | None = None


@dataclass(frozen=True)
class Payment:
    """One row of `payment`."""

    paid_on: date
    loan_id: str
    amount: Decimal
    interest: Decimal | None = None


@dataclass(frozen=True)
class Action:
    """One row of `action`."""

    acted_at: str
    loan_id: str
    channel: str
    cost: Decimal | None = None


@dataclass(frozen=True)
class Placement:
    """One row of `placement`."""

    placed_on: date
    loan_id: str
    agency: str
    commission_rate: float | None = None
    recalled_on: date | None = None


def write_events(path: Path, rows: Sequence) -> Path:
    """Rows of one table as a CSV file with canonical column names."""
    names = [field.name for field in fields(rows[0])]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([getattr(row, name) for name in names] for row in rows)
    return path


def book_with(folder: Path, rows: Sequence[Row], **tables: Sequence) -> Path:
    """A book of these snapshots, and of the rows of each other table, by its name."""
    from queries import import_tables

    files = {table: [write_events(folder / f"{table}.csv", events)] for table, events in tables.items()}
    import_tables(folder / "book", {"loan_snapshot": [write_csv(folder / "rows.csv", rows)]} | files, today=IMPORTED_ON)
    return folder / "book"


def due_date(month_end: date, due_day: int) -> date:
    """The due date in the month of this month-end."""
    return month_end.replace(day=min(due_day, month_end.day))


@dataclass(frozen=True)
class Life:
    """All that truly happened to one loan: instalments are equal, payments in order of their days."""

    loan: Loan
    due_dates: tuple[date, ...]
    payments: tuple[Payment, ...]

    def paid_by(self, day: date) -> Decimal:
        """Paid until the end of a day."""
        days = [payment.paid_on for payment in self.payments]
        sums = [Decimal(0), *accumulate(payment.amount for payment in self.payments)]
        return sums[bisect_right(days, day)]

    def unpaid(self, number: int, day: date) -> Decimal:
        """What is unpaid of an instalment, numbered from 0, at the end of a day; the oldest is paid first."""
        before = self.loan.instalment * number
        return min(max(before + self.loan.instalment - self.paid_by(day), Decimal(0)), self.loan.instalment)

    def days_past_due(self, day: date) -> int:
        """Days since the due date of the oldest instalment that is unpaid at the end of a day."""
        for number, due_on in enumerate(self.due_dates):
            if due_on <= day and self.unpaid(number, day) > 0:
                return (day - due_on).days
        return 0


def lived(seed: int, loans: int, months: int) -> tuple[list[Life], list[Row]]:
    """Lives of loans paid out over the months from January 2023 on, and what each month-end shows of them."""
    chance = random.Random(seed)
    ends = month_ends(date(2023, 1, 1), months)
    lives = [_life(chance, f"L{number:04d}", ends) for number in range(loans)]
    rows = [row for life in lives for row in _rows(life, ends)]
    return lives, rows


def _life(chance: random.Random, loan_id: str, ends: Sequence[date]) -> Life:
    start = chance.randrange(len(ends) - 1)
    instalment = Decimal(chance.randrange(10_000, 90_000)) / 100
    term = chance.choice((3, 6, 24))
    loan = Loan(
        loan_id,
        product=chance.choice(("car", "card")),
        originated_on=ends[start].replace(day=chance.randrange(1, 29)),
        principal=instalment * term,
        term_months=term,
        due_day=chance.choice((1, 5, 10, 15, 20, 28, 30, 31)),
        instalment=instalment,
    )
    due_dates = tuple(due_date(end, loan.due_day) for end in ends[start + 1 :][:term])
    payments = [
        Payment(due_on + timedelta(days=_lateness(chance)), loan_id, part)
        for due_on in _until_given_up(chance, due_dates)
        for part in _parts(chance, instalment)
    ]
    known = [payment for payment in payments if payment.paid_on <= ends[-1]]
    return Life(loan, due_dates, tuple(sorted(known, key=lambda payment: payment.paid_on)))


def _until_given_up(chance: random.Random, due_dates: Sequence[date]) -> Sequence[date]:
    return due_dates[: chance.randrange(len(due_dates))] if chance.random() < 0.2 and due_dates else due_dates


def _lateness(chance: random.Random) -> int:
    """Days after the due date: mostly none, sometimes early, some days or months late."""
    return chance.choice((0, 0, 0, 0, -1, -4, 1, 2, 3, 6, 12, 25, 30, 31, 40, 75, 95))


def _parts(chance: random.Random, instalment: Decimal) -> Sequence[Decimal]:
    if chance.random() < 0.8:
        return (instalment,)
    part = (instalment * chance.randrange(1, 10) / 10).quantize(Decimal("0.01"))
    return (part, instalment - part)


def _rows(life: Life, ends: Sequence[date]) -> list[Row]:
    """A row a month-end from origination until the loan is paid off, which is a row of its own."""
    whole = life.loan.instalment * life.loan.term_months
    rows = []
    for end in ends:
        if end < life.loan.originated_on:
            continue
        paid = life.paid_by(end)
        status = "paid_off" if paid >= whole else "open"
        rows.append(
            Row(life.loan.loan_id, end, life.days_past_due(end), balance=max(whole - paid, Decimal(0)), status=status)
        )
        if status == "paid_off":
            break
    return rows

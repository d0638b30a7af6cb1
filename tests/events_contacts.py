"""What happens to loans between month-ends, as plain values: payments, attempts, promises, placements, cases; books of them.

Nothing here knows how the book is built: it is what a lender would hand over.
"""

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from tests.snapshots import Row, random_book, write_csv

TODAY = date(2026, 1, 15)


@dataclass(frozen=True)
class Payment:
    paid_on: date
    loan_id: str
    amount: Decimal


@dataclass(frozen=True)
class Action:
    acted_at: datetime
    loan_id: str
    channel: str = "phone"
    owner: str | None = None
    collector_id: str | None = None
    connected: bool | None = None
    right_party: bool | None = None
    seconds: int | None = None
    cost: Decimal | None = None
    stage: str | None = None
    outcome: str | None = None


@dataclass(frozen=True)
class Promise:
    promised_on: date
    due_on: date
    loan_id: str
    amount: Decimal | None = None


@dataclass(frozen=True)
class Placement:
    placed_on: date
    loan_id: str
    agency: str
    commission_rate: Decimal | None = None
    recalled_on: date | None = None


@dataclass(frozen=True)
class Case:
    filed_on: date
    loan_id: str
    court_fee: Decimal | None = None
    lawyer_fee: Decimal | None = None


@dataclass(frozen=True)
class Events:
    """All that happened, in no order."""

    payments: Sequence[Payment] = ()
    actions: Sequence[Action] = ()
    promises: Sequence[Promise] = ()
    placements: Sequence[Placement] = ()
    cases: Sequence[Case] = ()


TABLE = {"payments": "payment", "actions": "action", "promises": "promise", "placements": "placement", "cases": "legal_case"}  # fmt: skip


def import_book(folder: Path, rows: Sequence[Row], events: Events, settings: str | None = None) -> Path:
    """A book in a folder of the test, with these snapshots and these events."""
    from queries import import_tables

    book = folder / "book"
    if settings is not None:
        book.mkdir(parents=True, exist_ok=True)
        (book / "recoup.toml").write_text(settings, encoding="utf-8")
    files = {"loan_snapshot": [write_csv(folder / "rows.csv", rows)]}
    files |= {
        table: [write_events(folder / f"{name}.csv", held)]
        for name, table in TABLE.items()
        if (held := getattr(events, name))
    }
    import_tables(book, files, today=TODAY)
    return book


def write_events(path: Path, events: Sequence[object]) -> Path:
    """Events of one kind as a CSV file with canonical column names; columns that are empty throughout are left out."""
    names = [f.name for f in fields(events[0])]
    used = [name for name in names if any(getattr(event, name) is not None for event in events)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(used)
        for event in events:
            writer.writerow([getattr(event, name) for name in used])
    return path


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute))


@dataclass
class _Chance:
    """A seeded source of days, amounts and loans of one book."""

    dice: random.Random
    loans: Sequence[str]
    first: date
    last: date
    amounts: Sequence[Decimal] = field(default=tuple(Decimal(n) for n in (20, 50, 100)))

    def day(self) -> date:
        return self.first + timedelta(days=self.dice.randrange((self.last - self.first).days + 1))

    def loan(self) -> str:
        return self.dice.choice(self.loans)

    def amount(self) -> Decimal:
        return self.dice.choice((*self.amounts, Decimal(self.dice.randrange(1, 9000)) / 100))


def random_collections(
    seed: int, loans: int, months: int, missing_months: Sequence[int] = (), events: int = 6
) -> tuple[list[Row], Events]:
    """A random book and what happened to it: reversals, overlapping promises, re-placements, attempts at midnight.

    Some snapshots name a stage themselves; events also fall in the months before, between and after the snapshots.
    """
    rows = random_book(seed, loans, months, missing_months=missing_months)
    dice = random.Random(seed + 1)
    rows = [replace(row, stage=dice.choice(("early", "mid", "odd"))) if dice.random() < 0.06 else row for row in rows]
    held = sorted({row.as_of for row in rows})
    chance = _Chance(
        dice, sorted({row.loan_id for row in rows}), held[0] - timedelta(days=45), held[-1] + timedelta(days=25)
    )
    count = events * loans
    return rows, Events(
        payments=_payments(chance, count),
        actions=[_action(chance) for _ in range(count)],
        promises=_promises(chance, count // 2),
        placements=_placements(chance),
        cases=[
            Case(chance.day(), loan, Decimal("50.00"), dice.choice((None, Decimal("99.99"))))
            for loan in chance.loans[::7]
        ],
    )


def _payments(chance: _Chance, count: int) -> list[Payment]:
    payments = []
    for _ in range(count):
        paid = Payment(chance.day(), chance.loan(), chance.amount())
        payments.append(paid)
        if chance.dice.random() < 0.15:
            back = paid.paid_on + timedelta(days=chance.dice.choice((0, 1, 4, 20, 40, 70)))
            amount = paid.amount if chance.dice.random() < 0.8 else paid.amount / 2
            if back <= chance.last:
                payments.append(Payment(back, paid.loan_id, -amount.quantize(Decimal("0.01"))))
    return payments


def _action(chance: _Chance) -> Action:
    dice = chance.dice
    channel = dice.choice(("phone", "phone", "ai_call", "sms", "letter"))
    return Action(
        datetime.combine(chance.day(), dice.choice((time(0, 0), time(9, 30), time(23, 59, 59)))),
        chance.loan(),
        channel,
        dice.choice((None, "team 1", "team 2", "Agency A")),
        dice.choice((None, "c1", "c2")),
        dice.choice((None, True, False)),
        dice.choice((None, True, False)),
        dice.choice((None, 30, 61)),
        dice.choice((None, Decimal("0.04"), Decimal("1.50"))),
        dice.choice((None, None, "early")),
    )


def _promises(chance: _Chance, count: int) -> list[Promise]:
    made = {}
    for _ in range(count):
        day, loan = chance.day(), chance.loan()
        due = day + timedelta(days=chance.dice.choice((0, 1, 5, 12, 30, 45)))
        made[loan, day] = Promise(day, due, loan, chance.dice.choice((None, chance.amount())))
    return list(made.values())


def _placements(chance: _Chance) -> list[Placement]:
    placed = {}
    for loan in chance.loans[::3]:
        for agency in ("Agency A", "Agency B")[: chance.dice.choice((1, 2, 2))]:
            day = chance.day()
            recalled = chance.dice.choice((None, day, day + timedelta(days=9), day + timedelta(days=50)))
            rate = chance.dice.choice((None, Decimal("0.15"), Decimal("0.333")))
            placed[loan, day] = Placement(day, loan, agency, rate, recalled)
    return list(placed.values())

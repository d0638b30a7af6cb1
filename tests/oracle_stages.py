"""In which stage each loan stood on each day, the slow and obvious way: a loop over days, written from the definitions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tests.events_contacts import Payment
from tests.movement import LOWER_BOUNDS, ending
from tests.snapshots import Row

STAGES = {"early": 1, "mid": 4, "final": 91}
ORDER = ("early", "mid", "final", "written_off")


def month_number(day: date) -> int:
    return day.year * 12 + day.month


def month_start(day: date) -> date:
    return day.replace(day=1)


def days_of(month: date) -> list[date]:
    return [month_start(month) + timedelta(days=n) for n in range(month.day)]


def status(row: Row) -> str:
    return ending(row) or "open"


def days_past_due(row: Row) -> int | None:
    if row.days_past_due is not None:
        return row.days_past_due
    return None if row.bucket is None else LOWER_BOUNDS[row.bucket]


def stage_by_days(days: int | None) -> str | None:
    reached = [name for name, entry in STAGES.items() if days is not None and days >= entry]
    return reached[-1] if reached else None


def snapshot_stage(row: Row) -> str | None:
    """The stage that a snapshot shows: the one it names, or by its days past due."""
    if status(row) == "charged_off":
        return row.stage or "written_off"
    if status(row) != "open":
        return None
    return row.stage or stage_by_days(days_past_due(row))


@dataclass
class Receipt:
    """A payment, whether it was taken back, and of a reversal the day of the payment it takes back."""

    payment: Payment
    cancelled: bool = False
    reverses_on: date | None = None


def receipts(payments: Sequence[Payment]) -> list[Receipt]:
    """Each reversal takes back the latest payment of its loan and size that still stands, of its month or the one before."""
    ordered = [Receipt(p) for p in sorted(payments, key=lambda p: (p.paid_on, -p.amount))]
    standing: dict[tuple, list[Receipt]] = defaultdict(list)
    for receipt in ordered:
        payment = receipt.payment
        before = standing[payment.loan_id, abs(payment.amount)]
        if payment.amount > 0:
            before.append(receipt)
        elif (
            payment.amount < 0
            and before
            and month_number(payment.paid_on) - month_number(before[-1].payment.paid_on) <= 1
        ):
            taken = before.pop()
            taken.cancelled, receipt.reverses_on = True, taken.payment.paid_on
    return ordered


@dataclass
class Run:
    """Days in a row in one stage, within a month; `outcome` None: still there at the month-end."""

    stage: str
    first: date
    last: date
    outcome: str | None
    entered: bool
    seen_before: bool
    balance: Decimal | None
    row: Row


def _turned_on(o: Row, c: Row | None, month: date, last_paid: date | None) -> date:
    """The last day of which the opening snapshot tells."""
    first = month_start(month)

    def within(day: date | None) -> date | None:
        return day if day is not None and first <= day <= month else None

    if c is not None and status(c) == "charged_off" and status(o) == "open" and within(c.charged_off_on):
        return c.charged_off_on - timedelta(days=1)
    if c is not None and status(c) == "sold" and within(c.sold_on):
        return c.sold_on - timedelta(days=1)
    if c is None:
        return month
    o_named = o.stage is not None or status(o) == "charged_off"
    c_named = (c.stage is not None and status(c) == "open") or status(c) == "charged_off"
    if not o_named and days_past_due(o) == 0:
        return first - timedelta(days=1)
    unbroken = (
        not o_named and not c_named and status(c) == "open"
        and days_past_due(c) - days_past_due(o) == (c.as_of - o.as_of).days
    )  # fmt: skip
    if unbroken:
        return month
    return last_paid or within(c.restructured_on) or month


def _from_opening(o: Row, day: date) -> str | None:
    if status(o) == "charged_off" or o.stage is not None:
        return snapshot_stage(o)
    days = days_past_due(o)
    counts = o.days_past_due is not None and days > 0
    return stage_by_days(days + (day - o.as_of).days if counts else days)


def _from_closing(c: Row, day: date, turned: date) -> str | None:
    if status(c) == "charged_off":
        began = c.charged_off_on if c.charged_off_on and month_number(c.charged_off_on) == month_number(day) else turned
        return snapshot_stage(c) if day >= began else None
    if status(c) != "open":
        return None
    if c.stage is not None:
        known = c.days_past_due
        return c.stage if not known or day > c.as_of - timedelta(days=known) else None
    if c.days_past_due:
        return stage_by_days(max(0, c.days_past_due - (c.as_of - day).days))
    return stage_by_days(days_past_due(c))


def _moved(origin: str, target: str) -> str:
    if origin not in ORDER or target not in ORDER or origin == target:
        return "other"
    return "worse" if ORDER.index(target) > ORDER.index(origin) else "better"


def _entry_on_first(c: Row, stage: str, day: date) -> bool:
    """A loan not seen before: whether the days past due say that it came into the stage on this very day."""
    return c.stage is None and bool(c.days_past_due) and STAGES.get(stage) == c.days_past_due - (c.as_of - day).days


def runs_of_month(o: Row | None, c: Row | None, month: date, last_paid: date | None) -> list[Run]:
    """The stays of one loan in one month. `o`: its row of the month before, if the book has that month and the row."""
    if o is not None and status(o) not in ("open", "charged_off"):
        o = None
    if o is None and c is None:
        return []
    turned = month_start(month) - timedelta(days=1) if o is None else _turned_on(o, c, month, last_paid)
    stages = {}
    for day in days_of(month):
        if o is not None and day <= turned:
            stages[day] = _from_opening(o, day)
        else:
            stages[day] = None if c is None else _from_closing(c, day, turned)
    found: list[Run] = []
    for day, stage in stages.items():
        if stage is None:
            continue
        if found and found[-1].stage == stage and found[-1].last == day - timedelta(days=1):
            found[-1].last = day
            continue
        entered = day > month_start(month) or (o is None and status(c) == "open" and _entry_on_first(c, stage, day))
        balance = o.balance if o is not None and o.balance is not None else (c.balance if c is not None else None)
        found.append(Run(stage, day, day, None, entered, o is not None, balance, o or c))
    for at, run in enumerate(found):
        run.outcome = _outcome(run, found[at + 1] if at + 1 < len(found) else None, c, month)
    return found


def _outcome(run: Run, after: Run | None, c: Row | None, month: date) -> str | None:
    if after is not None:
        return _moved(run.stage, after.stage) if after.first == run.last + timedelta(days=1) else "cured"
    now = None if c is None else snapshot_stage(c)
    if run.last == month and now == run.stage:
        return None
    if c is None:
        return "missing"
    if status(c) in ("paid_off", "sold"):
        return {"paid_off": "paid", "sold": "sold"}[status(c)]
    if now is not None:
        return _moved(run.stage, now)
    return "cured" if days_past_due(c) == 0 else "better"


def adjacent(before: date | None, month: date) -> bool:
    return before is not None and month_number(month) - month_number(before) == 1


def all_runs(rows: Sequence[Row], payments: Sequence[Payment]) -> dict[tuple[date, str], list[Run]]:
    """The stays of each loan in each month that has a snapshot."""
    by_month: dict[date, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        by_month[row.as_of][row.loan_id] = row
    stood = [r.payment for r in receipts(payments) if not r.cancelled and r.payment.amount > 0]
    last_paid: dict[tuple[int, str], date] = {}
    for payment in stood:
        key = (month_number(payment.paid_on), payment.loan_id)
        last_paid[key] = max(last_paid.get(key, payment.paid_on), payment.paid_on)
    found = {}
    months = sorted(by_month)
    for before, month in zip([None, *months], months, strict=False):
        opening: Mapping[str, Row] = by_month[before] if adjacent(before, month) else {}
        for loan in opening.keys() | by_month[month].keys():
            paid = last_paid.get((month_number(month), loan))
            found[month, loan] = runs_of_month(opening.get(loan), by_month[month].get(loan), month, paid)
    return found

"""A book and what happened to it, looked at loan by loan and day by day: stages, holders, credit and promises.

Written from the definitions of the measures, never from the statements that the product runs.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tests.events_contacts import Action, Events, Payment, Promise
from tests.oracle import DIMENSIONS
from tests.oracle_stages import adjacent, all_runs, month_number, month_start, receipts
from tests.snapshots import Row

GRACE_DAYS = 3
CREDIT_DAYS = 7
MESSAGES = ("sms", "email", "social", "letter")
CENT = Decimal("0.01")
NAMES = ("stage", "channel", "owner")


@dataclass
class Pledge:
    promise: Promise
    stage: str
    channel: str
    owner: str
    collector: str
    slice: dict[str, str]
    owed: Decimal

    @property
    def deadline(self) -> date:
        return self.promise.due_on + timedelta(days=GRACE_DAYS)


class Collections:
    """A book and what happened to it, looked at day by day."""

    def __init__(self, rows: Sequence[Row], events: Events) -> None:
        self.events = events
        self.months = sorted({row.as_of for row in rows})
        self.rows = {(row.as_of, row.loan_id): row for row in rows}
        self.runs = all_runs(rows, events.payments)
        self.receipts = receipts(events.payments)
        self.actions: dict[str, list[Action]] = defaultdict(list)
        for action in events.actions:
            self.actions[action.loan_id].append(action)
        self.last_payment_month = max((month_number(p.paid_on) for p in events.payments), default=None)

    def before(self, month: date) -> date | None:
        earlier = [m for m in self.months if m < month]
        return earlier[-1] if earlier else None

    def after(self, month: date) -> date | None:
        return next((m for m in self.months if m > month), None)

    def month_of(self, day: date) -> date | None:
        """The month-end of a day's month, where there is a snapshot of it."""
        return next((m for m in self.months if month_number(m) == month_number(day)), None)

    def slice_of(self, month: date, loan: str) -> dict[str, str]:
        before = self.before(month)
        row = self.rows.get((before, loan)) if adjacent(before, month) else None
        row = row or self.rows.get((month, loan))
        return {name: (getattr(row, name) if row else None) or "" for name in DIMENSIONS}

    def stage_on(self, day: date, loan: str) -> str | None:
        found = [run.stage for run in self.runs.get((self.month_of(day), loan), ()) if run.first <= day <= run.last]
        return found[0] if found else None

    def placements(self, loan: str) -> list[tuple[date, date, object]]:
        """When each placement began, and the first day it was over: after the recall, or when the next one begins."""
        placed = sorted((p for p in self.events.placements if p.loan_id == loan), key=lambda p: p.placed_on)
        nexts = [*[p.placed_on for p in placed[1:]], date.max][: len(placed)]
        ends = [p.recalled_on + timedelta(days=1) if p.recalled_on else date.max for p in placed]
        return [(p.placed_on, min(end, after), p) for p, end, after in zip(placed, ends, nexts, strict=True)]

    def holder(self, day: date, loan: str) -> tuple[str, Decimal | None]:
        """Who is responsible on a day, and the agency's commission."""
        told: list[tuple[date, int, tuple, str]] = []
        placements = self.placements(loan)
        for since, until, placement in placements:
            if since <= day < until:
                return placement.agency, placement.commission_rate
            if until <= day:
                told.append((until, 1, (), ""))
        for action in self.actions[loan]:
            acted = action.acted_at.date()
            placed = any(since <= acted < until for since, until, _ in placements)
            near = month_number(day) - month_number(acted) <= 1
            if action.owner and acted <= day and near and not placed:
                told.append((acted, 3, (action.acted_at, action.owner), action.owner))
        return max(told)[3] if told else "", None

    def touch(self, day: date, loan: str, counts: Callable[[Action], bool]) -> Action | None:
        """The last contact on a day or within the days of credit before it."""
        near = [a for a in self.actions[loan] if counts(a) and 0 <= (day - a.acted_at.date()).days <= CREDIT_DAYS]
        return max(near, key=lambda a: (a.acted_at, a.channel, a.owner or "", a.collector_id or ""), default=None)

    def known_until(self, month: date) -> date | None:
        if self.last_payment_month is None:
            return None
        year, number = divmod(self.last_payment_month - 1, 12)
        paid = (date(year, number + 1, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return min(paid, self.months[-1], self.after(month) or month)

    def pledges(self, until: date) -> list[Pledge]:
        """Promises made since the first month, as they stand after the payments up to a day."""
        made = [p for p in self.events.promises if month_start(self.months[0]) <= p.promised_on <= self.months[-1]]
        pledges = [self._pledge(promise) for promise in made]
        pledges.sort(key=lambda p: (p.promise.due_on, p.promise.promised_on))
        for receipt in sorted(self.receipts, key=lambda r: (r.payment.paid_on, r.payment.amount)):
            payment = receipt.payment
            if receipt.cancelled or receipt.reverses_on or not month_start(self.months[0]) <= payment.paid_on <= until:
                continue
            for pledge in pledges:
                promise = pledge.promise
                covers = (
                    promise.promised_on <= payment.paid_on <= pledge.deadline and promise.loan_id == payment.loan_id
                )
                if covers and (pledge.owed > 0 or payment.amount < 0):
                    pledge.owed -= payment.amount
                    break
        return pledges

    def _pledge(self, promise: Promise) -> Pledge:
        day, loan = promise.promised_on, promise.loan_id
        touch = self.touch(day, loan, lambda action: action.right_party is True)
        month = self.month_of(day)
        standing = next(m for m in self.months if m >= day)
        owner = (touch.owner if touch else None) or (self.holder(day, loan)[0] if month else "")
        return Pledge(
            promise, self.stage_on(day, loan) or "none", touch.channel if touch else "none", owner,
            (touch.collector_id if touch else None) or "", self.slice_of(standing, loan), max(promise.amount or Decimal(0), CENT),
        )  # fmt: skip


# --- attempts and cash, a line each ---------------------------------------------------------


def attempts_of(book: Collections, month: date) -> list[dict]:
    lines = []
    for action in book.events.actions:
        day, loan = action.acted_at.date(), action.loan_id
        if month_number(day) != month_number(month):
            continue
        stage, holder = book.stage_on(day, loan), book.holder(day, loan)[0]
        reached = action.right_party if action.connected is not False else bool(action.right_party)
        lines.append(
            book.slice_of(month, loan)
            | {
                "loan": loan, "day": day, "stage": stage or action.stage or "none", "channel": action.channel,
                "owner": action.owner or holder, "collector": action.collector_id or "",
                "connected": True if action.right_party else action.connected, "reached": reached,
                "seconds": action.seconds, "cost": action.cost, "outside": stage is None, "holder": holder,
            }
        )  # fmt: skip
    return lines


def credits_of(book: Collections, month: date) -> list[dict]:
    lines = []
    for receipt in book.receipts:
        payment = receipt.payment
        if month_number(payment.paid_on) != month_number(month):
            continue
        back = receipt.reverses_on
        credited = back if back and book.month_of(back) else payment.paid_on
        line = _credit(book, payment, credited)
        commission = line["commission"]
        lines.append(
            book.slice_of(month, payment.loan_id) | line | {"amount": payment.amount, "commission": commission}
        )
    return lines


def _credit(book: Collections, payment: Payment, day: date) -> dict:
    loan = payment.loan_id
    owner, rate = book.holder(day, loan)
    touch = book.touch(day, loan, lambda a: a.right_party is True or (a.connected is True and a.channel in MESSAGES))
    commission = None
    if rate is not None:
        share = Decimal(str(rate)).quantize(Decimal("0.000001"))
        commission = (payment.amount * share).quantize(CENT, ROUND_HALF_UP)
    return {
        "stage": book.stage_on(day, loan) or "none", "owner": owner, "channel": touch.channel if touch else "self_cure",
        "collector": (touch.collector_id if touch else None) or "", "collector_owner": (touch.owner if touch else None) or owner,
        "commission": commission,
    }  # fmt: skip


# --- what is asked of them ---


def in_months(month: date, filters: dict) -> bool:
    first, last = filters.get("from_month"), filters.get("to_month")
    return (
        (filters.get("month") in (None, month))
        and (first is None or month >= first)
        and (last is None or month <= last)
    )


def sliced(lines: Iterable[dict], filters: dict) -> list[dict]:
    return [line for line in lines if all(not filters.get(name) or line[name] in filters[name] for name in DIMENSIONS)]


def known_sum(lines: Sequence[dict], name: str) -> int | None:
    known = [line[name] for line in lines if line[name] is not None]
    return sum(known) if known else None

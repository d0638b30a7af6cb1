"""The questions about collections answered the slow and obvious way: loops over loans, days, payments and promises.

Written from the definitions of the measures, never from the statements that the product runs.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import product as every

from tests import oracle
from tests.events_contacts import Action, Events, Payment, Promise
from tests.oracle import DIMENSIONS, ratio, total
from tests.oracle_stages import ORDER, adjacent, all_runs, month_number, month_start, receipts
from tests.snapshots import Row

GRACE_DAYS = 3
CREDIT_DAYS = 7
MESSAGES = ("sms", "email", "social", "letter")
CENT = Decimal("0.01")
NAMES = ("stage", "channel", "owner")


@dataclass
class _Pledge:
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
        """When each placement began and ended; the next one ends the one before."""
        placed = sorted((p for p in self.events.placements if p.loan_id == loan), key=lambda p: p.placed_on)
        nexts = [*[p.placed_on for p in placed[1:]], date.max][: len(placed)]
        return [(p.placed_on, min(p.recalled_on or date.max, after), p) for p, after in zip(placed, nexts, strict=True)]

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

    def pledges(self, until: date) -> list[_Pledge]:
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

    def _pledge(self, promise: Promise) -> _Pledge:
        day, loan = promise.promised_on, promise.loan_id
        touch = self.touch(day, loan, lambda action: action.right_party is True)
        month = self.month_of(day)
        standing = next(m for m in self.months if m >= day)
        owner = (touch.owner if touch else None) or (self.holder(day, loan)[0] if month else "")
        # Between snapshots nobody knows what an attempt led to beyond the month before the next snapshot.
        return _Pledge(
            promise, self.stage_on(day, loan) or "none", touch.channel if touch else "none", owner,
            (touch.collector_id if touch else None) or "", self.slice_of(standing, loan), max(promise.amount or Decimal(0), CENT),
        )  # fmt: skip


# --- attempts, cash and cost, a line each ---------------------------------------------------------


def _attempts(book: Collections, month: date) -> list[dict]:
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


def _credits(book: Collections, month: date) -> list[dict]:
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


# --- the questions --------------------------------------------------------------------------------


def _in_months(month: date, filters: dict) -> bool:
    first, last = filters.get("from_month"), filters.get("to_month")
    return (
        (filters.get("month") in (None, month))
        and (first is None or month >= first)
        and (last is None or month <= last)
    )


def _sliced(lines: Iterable[dict], filters: dict) -> list[dict]:
    return [line for line in lines if all(not filters.get(name) or line[name] in filters[name] for name in DIMENSIONS)]


def _flags(lines: Sequence[dict], name: str) -> int | None:
    known = [line[name] for line in lines if line[name] is not None]
    return sum(known) if known else None


def contact_funnel(book: Collections, **filters) -> list[dict]:
    """Every level of the funnel: each of stage, channel and owner split or not."""
    answer = []
    for month in book.months:
        if book.events.actions and _in_months(month, filters):
            answer += _funnel_of(book, month, filters)
    return answer


def _funnel_of(book: Collections, month: date, filters: dict) -> list[dict]:
    attempts = _sliced(_attempts(book, month), filters)
    next_end = book.after(month) or month
    pledges = [p for p in book.pledges(next_end) if _sliced([p.slice], filters)]
    days = _assigned_days(book, month, attempts, filters)
    known = book.known_until(month)
    answer = []
    for split in every((True, False), repeat=3):
        shown = [name for name, on in zip(NAMES, split, strict=True) if on]

        def key(line: dict, shown: Sequence[str] = shown) -> tuple:
            return tuple(line[name] if name in shown else "all" for name in NAMES)

        def of(pledge: _Pledge, key=key) -> tuple:
            return key({"stage": pledge.stage, "channel": pledge.channel, "owner": pledge.owner})

        owned = "owner" in shown
        assigned: dict[tuple, dict[str, set]] = defaultdict(lambda: defaultdict(set))
        for loan, day, stage, owner, by_owner in days:
            if by_owner == owned:
                assigned[stage if "stage" in shown else "all", owner if owned else "all"][loan].add((day, stage))
        made = [p for p in pledges if month_number(p.promise.promised_on) == month_number(month)]
        due = [
            p
            for p in pledges
            if month_number(p.promise.due_on) == month_number(month) and p.promise.promised_on <= month
        ]
        keys = {key(a) for a in attempts} | {of(p) for p in made + due}
        if "channel" not in shown:
            keys |= {(stage, "all", owner) for stage, owner in assigned}
        for cell in keys:
            answer.append(
                {"month": month, "level": "_".join(shown) or "total"}
                | dict(zip(NAMES, cell, strict=True))
                | _funnel_cell(
                    book, month, known,
                    [a for a in attempts if key(a) == cell],
                    [p for p in made if of(p) == cell],
                    [p for p in due if of(p) == cell],
                    assigned.get((cell[0], cell[2]), {}),
                )
            )  # fmt: skip
    return answer


def _assigned_days(book: Collections, month: date, attempts: Sequence[dict], filters: dict) -> list[tuple]:
    """(loan, day, stage, owner, whether the owner is looked at): stood there, or was attempted there."""
    days = []
    loans = {loan for m, loan in book.runs if m == month}
    for loan in loans:
        if not _sliced([book.slice_of(month, loan)], filters):
            continue
        for run in book.runs[month, loan]:
            for number in range((run.last - run.first).days + 1):
                day = run.first + timedelta(days=number)
                days.append((loan, day, run.stage, "", False))
                days.append((loan, day, run.stage, book.holder(day, loan)[0], True))
    for a in attempts:
        if a["outside"]:
            days.append((a["loan"], a["day"], a["stage"], "", False))
        if a["outside"] or a["owner"] != a["holder"]:
            days.append((a["loan"], a["day"], a["stage"], (a["owner"]), True))
    return days


def _funnel_cell(book, month, known, attempts, made, due, assigned) -> dict:
    by_loan: dict[str, list[dict]] = defaultdict(list)
    for a in attempts:
        by_loan[a["loan"]].append(a)
    connected = {loan for loan, lines in by_loan.items() if any(a["connected"] for a in lines)}
    reached = {loan for loan, lines in by_loan.items() if any(a["reached"] for a in lines)}
    promised = reached & {p.promise.loan_id for p in made}
    kept = reached & {p.promise.loan_id for p in made if p.owed <= 0}
    cured = {loan for loan in {*by_loan, *assigned} if _cured(book, month, loan)}
    connects, rpcs = _flags(attempts, "connected"), _flags(attempts, "reached")
    has_promises = bool(book.events.promises)
    judged = has_promises and known is not None
    over = [p for p in due if known is not None and p.deadline <= known]
    counts = {
        "assigned_accounts": len(assigned),
        "account_days": sum(len(held) for held in assigned.values()),
        "attempted_accounts": len(by_loan),
        "connected_accounts": len(connected) if connects is not None else None,
        "reached_accounts": len(reached) if rpcs is not None else None,
        "promised_accounts": len(promised) if rpcs is not None and has_promises else None,
        "kept_accounts": len(kept) if rpcs is not None and judged else None,
        "kept_cured_accounts": len(kept & cured) if rpcs is not None and judged else None,
        "cured_accounts": len(cured & set(assigned)),
        "attempts": len(attempts),
        "connected": connects,
        "right_party": rpcs,
        "promises": len(made) if has_promises else None,
        "promises_due": len(over) if judged else None,
        "promises_kept": len([p for p in over if p.owed <= 0]) if judged else None,
        "promises_not_due": len(due) - len(over) if judged else None,
    }
    return counts | {
        "penetration": ratio(len(by_loan), len(assigned)),
        "intensity": ratio(len(attempts), counts["account_days"]),
        "connect_rate": ratio(connects, len(attempts)),
        "rpc_rate": ratio(rpcs, len(attempts)),
        "rpc_of_connected": ratio(rpcs, connects),
        "ptp_rate": ratio(counts["promises"], rpcs),
        "kept_rate": ratio(counts["promises_kept"], counts["promises_due"]),
    }


def _cured(book: Collections, month: date, loan: str) -> bool:
    row = book.rows.get((month, loan))
    if row is None:
        return False
    gone = oracle.ending(row)
    return gone == "paid_off" or (gone is None and oracle.bucket(row) == "M0")


def _split(lines: Sequence[dict], names: Sequence[str], shown: Sequence[str]) -> dict[tuple, list[dict]]:
    groups = defaultdict(list)
    for line in lines:
        groups[tuple(line[name] if name in shown else "all" for name in names)].append(line)
    return groups


def cash_by_source(book: Collections, split: str = "stage_channel_owner", **filters) -> list[dict]:
    """All cash of a month by where it belongs."""
    answer = []
    for month in (m for m in book.months if _in_months(m, filters)):
        lines = _sliced(_credits(book, month), filters)
        everything = total(line["amount"] for line in lines)
        for cell, group in _split(lines, NAMES, split.split("_")).items():
            cash = total(line["amount"] for line in group)
            answer.append(
                {"month": month, "payments": len(group), "cash": cash, "share": ratio(cash, everything)}
                | dict(zip(NAMES, cell, strict=True))
            )
    return answer


def cost_to_collect(book: Collections, split: str = "stage", **filters) -> list[dict]:
    """Cost of attempts, commission and fees beside cash."""
    answer = []
    for month in (m for m in book.months if _in_months(m, filters)):
        lines = [{"kind": "paid"} | line for line in _credits(book, month)]
        lines += [{"kind": "attempt"} | line for line in _attempts(book, month)]
        for case in book.events.cases:
            if month_number(case.filed_on) == month_number(month):
                fees = total((case.court_fee, case.lawyer_fee))
                stage, owner = book.stage_on(case.filed_on, case.loan_id), book.holder(case.filed_on, case.loan_id)[0]
                line = {"kind": "filed", "stage": stage or "none", "channel": "court", "owner": owner, "fees": fees}
                lines.append(book.slice_of(month, case.loan_id) | line)
        for cell, group in _split(_sliced(lines, filters), NAMES, split.split("_")).items():
            attempts = [line for line in group if line["kind"] == "attempt"]
            cash = total(line["amount"] for line in group if line["kind"] == "paid") or Decimal(0)
            contact = total(line["cost"] for line in attempts)
            commission = total(line["commission"] for line in group if line["kind"] == "paid")
            court = total(line["fees"] for line in group if line["kind"] == "filed")
            cost = total((contact, commission, court))
            answer.append(
                {
                    "month": month, "cash": cash, "contact_cost": contact, "commission": commission, "court_cost": court,
                    "cost": cost, "cost_to_collect": ratio(cost, cash) if cash > 0 else None, "attempts": len(attempts),
                    "attempts_without_cost": len([line for line in attempts if line["cost"] is None]),
                }
                | dict(zip(NAMES, cell, strict=True))
            )  # fmt: skip
    return answer


def productivity(book: Collections, split: str = "collector", **filters) -> list[dict]:
    """What an hour and a working day of each collector bring."""
    names, shown = (
        ("owner", "collector"),
        {"collector": ("owner", "collector"), "owner": ("owner",), "total": ()}[split],
    )
    answer = []
    for month in (m for m in book.months if _in_months(m, filters) and book.events.actions):
        known = book.known_until(month)
        attempts = [{"kind": "attempt"} | line for line in _attempts(book, month)]
        cash = [
            {"kind": "cash"} | line | {"owner": line["collector_owner"]}
            for line in _credits(book, month) if line["channel"] != "self_cure"
        ]  # fmt: skip
        kept = [
            {"kind": "due", "kept": p.owed <= 0, "owner": p.owner, "collector": p.collector} | p.slice
            for p in book.pledges(book.after(month) or month)
            if p.channel != "none" and month_number(p.promise.due_on) == month_number(month) and p.promise.promised_on <= month
            and known is not None and p.deadline <= known
        ]  # fmt: skip
        working = sum(1 for n in range(month.day) if month.replace(day=n + 1).weekday() < 5)
        for cell, group in _split(_sliced(attempts + cash + kept, filters), names, shown).items():
            answer.append(
                {"month": month, "owner": cell[0], "collector_id": cell[1]} | _productive(book, group, known, working)
            )
    return answer


def _productive(book: Collections, group: Sequence[dict], known: date | None, working: int) -> dict:
    attempts = [line for line in group if line["kind"] == "attempt"]
    timed = [line["seconds"] for line in attempts if line["seconds"] is not None]
    hours = sum(timed) / 3600 if timed else None
    cash = (total(line["amount"] for line in group if line["kind"] == "cash") or Decimal(0)) if known else None
    reached = _flags(attempts, "reached") if attempts else None
    kept = sum(line["kept"] for line in group if line["kind"] == "due") if known and book.events.promises else None
    each = {
        name: (None if value is None or not over else float(value) / over)
        for name, value, over in (
            ("cash_per_hour", cash, hours), ("right_party_per_hour", reached, hours), ("promises_kept_per_hour", kept, hours),
            ("cash_per_working_day", cash, working), ("right_party_per_working_day", reached, working),
            ("promises_kept_per_working_day", kept, working),
        )
    }  # fmt: skip
    return each | {
        "working_days": working, "attempts": len(attempts), "untimed_attempts": len(attempts) - len(timed), "hours": hours,
        "cash": cash, "right_party": reached, "promises_kept": kept,
    }  # fmt: skip


@dataclass
class _Episode:
    stage: str
    entered: date | None
    amount: Decimal | None
    slice: dict[str, str]
    outcome: str | None = None


def episodes(book: Collections) -> list[_Episode]:
    """Stays followed from month to month."""
    done: list[_Episode] = []
    for loan in sorted({loan for _, loan in book.runs}):
        open_one: _Episode | None = None
        for month in book.months:
            runs = book.runs.get((month, loan), [])
            if open_one is not None and not adjacent(book.before(month), month):
                open_one.outcome, open_one = "missing", None
            going_on = open_one if runs and runs[0].first == month_start(month) else None
            same = going_on is not None and runs[0].stage == going_on.stage
            if open_one is not None and not same:
                moved = going_on is not None
                open_one.outcome = _step(open_one.stage, runs[0].stage) if moved else "missing"
                open_one = None
            for number, run in enumerate(runs):
                if number == 0 and same:
                    episode = open_one
                else:
                    traits = {name: getattr(run.row, name) or "" for name in DIMENSIONS}
                    entered = month if run.entered or run.seen_before else None
                    episode = _Episode(run.stage, entered, run.balance, traits)
                    done.append(episode)
                episode.outcome = run.outcome
                open_one = episode if run.outcome is None else None
    return done


def _step(origin: str, target: str) -> str:
    if origin not in ORDER or target not in ORDER:
        return "other"
    return "worse" if ORDER.index(target) > ORDER.index(origin) else "better"


def resolution(book: Collections, **filters) -> list[dict]:
    """Of those that entered a stage in a month, where they went."""
    groups = defaultdict(list)
    for episode in episodes(book):
        kept = episode.entered and _in_months(episode.entered, filters) and _sliced([episode.slice], filters)
        if kept:
            groups[episode.entered, episode.stage].append(episode)
    answer = []
    for (month, stage), group in groups.items():
        amount = total(e.amount for e in group)

        def of(*outcomes: str | None, group=group) -> list[_Episode]:
            return [e for e in group if e.outcome in outcomes]

        resolved = of("cured", "paid")
        left = [e for e in group if e.outcome is not None]
        back = total(e.amount for e in resolved) or Decimal(0)
        answer.append(
            {
                "month": month, "stage": stage, "entered": len(group), "entered_amount": amount,
                "cured": len(of("cured")), "paid": len(of("paid")), "resolved": len(resolved),
                "to_earlier_stage": len(of("better")), "to_later_stage": len(of("worse")), "to_other_stage": len(of("other")),
                "sold": len(of("sold")), "missing": len(of("missing")), "still_open": len(of(None)),
                "resolved_amount": None if amount is None else back,
                "still_open_amount": None if amount is None else amount - (total(e.amount for e in left) or Decimal(0)),
                "resolved_share_loans": ratio(len(resolved), len(group)),
                "resolved_share_balance": ratio(back, amount),
                "still_open_share_loans": ratio(len(of(None)), len(group)),
            }
        )  # fmt: skip
    return answer


QUESTIONS: dict[str, Callable[..., list[dict]]] = {
    "contact_funnel": contact_funnel,
    "cash_by_source": cash_by_source,
    "cost_to_collect": cost_to_collect,
    "productivity": productivity,
    "resolution": resolution,
}
KEYS: dict[str, tuple[str, ...]] = {
    "contact_funnel": ("month", "level", *NAMES),
    "cash_by_source": ("month", *NAMES),
    "cost_to_collect": ("month", *NAMES),
    "productivity": ("month", "owner", "collector_id"),
    "resolution": ("month", "stage"),
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "contact_funnel": (
        *KEYS["contact_funnel"], "assigned_accounts", "account_days", "attempted_accounts", "connected_accounts", "reached_accounts",
        "promised_accounts", "kept_accounts", "kept_cured_accounts", "cured_accounts", "attempts", "connected", "right_party",
        "promises", "promises_due", "promises_kept", "promises_not_due", "penetration", "intensity", "connect_rate", "rpc_rate",
        "rpc_of_connected", "ptp_rate", "kept_rate",
    ),
    "cash_by_source": (*KEYS["cash_by_source"], "payments", "cash", "share"),
    "cost_to_collect": (
        *KEYS["cost_to_collect"], "cash", "contact_cost", "commission", "court_cost", "cost", "cost_to_collect", "attempts",
        "attempts_without_cost",
    ),
    "productivity": (
        *KEYS["productivity"], "working_days", "attempts", "untimed_attempts", "hours", "cash", "right_party", "promises_kept",
        "cash_per_hour", "right_party_per_hour", "promises_kept_per_hour", "cash_per_working_day", "right_party_per_working_day",
        "promises_kept_per_working_day",
    ),
    "resolution": (
        *KEYS["resolution"], "entered", "entered_amount", "cured", "paid", "resolved", "to_earlier_stage", "to_later_stage",
        "to_other_stage", "sold", "missing", "still_open", "resolved_amount", "still_open_amount", "resolved_share_loans",
        "resolved_share_balance", "still_open_share_loans",
    ),
}  # fmt: skip
oracle.KEYS.update(KEYS)
oracle.COLUMNS.update(COLUMNS)


def assert_collections(
    reader, rows: Sequence[Row], events: Events, filters=None, questions: Sequence[str] = tuple(QUESTIONS), **plain
) -> None:
    """These questions, with these filters, agree with the oracle. `filters` is the product's value, `plain` the same as keywords."""
    book = Collections(rows, events)
    found = []
    for question in questions:
        expected = QUESTIONS[question](book, **plain)
        if question == "contact_funnel":
            for row in expected:
                row["penetration"] = None if row["stage"] == "none" else row["penetration"]
        found += oracle.differences(question, reader.ask(question, filters), expected)
    assert not found, f"{len(found)} differences, the first: " + "\n".join(found[:8])

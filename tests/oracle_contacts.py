"""The questions about collections answered the slow and obvious way: loops over loans, days, payments and promises.

Written from the definitions of the measures, never from the statements that the product runs.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests import oracle
from tests.events_contacts import Events
from tests.oracle import DIMENSIONS, ratio, total
from tests.oracle_collections import NAMES, Collections, attempts_of, credits_of, in_months, known_sum, sliced
from tests.oracle_funnel import contact_funnel
from tests.oracle_stages import ORDER, adjacent, month_number, month_start
from tests.snapshots import Row


def _split(lines: Sequence[dict], names: Sequence[str], shown: Sequence[str]) -> dict[tuple, list[dict]]:
    groups = defaultdict(list)
    for line in lines:
        groups[tuple(line[name] if name in shown else "all" for name in names)].append(line)
    return groups


def cash_by_source(book: Collections, split: str = "stage_channel_owner", **filters) -> list[dict]:
    """All cash of a month by where it belongs."""
    answer = []
    for month in (m for m in book.months if in_months(m, filters)):
        lines = sliced(credits_of(book, month), filters)
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
    for month in (m for m in book.months if in_months(m, filters)):
        lines = [{"kind": "paid"} | line for line in credits_of(book, month)]
        lines += [{"kind": "attempt"} | line for line in attempts_of(book, month)]
        for case in book.events.cases:
            if month_number(case.filed_on) == month_number(month):
                fees = total((case.court_fee, case.lawyer_fee))
                stage, owner = book.stage_on(case.filed_on, case.loan_id), book.holder(case.filed_on, case.loan_id)[0]
                line = {"kind": "filed", "stage": stage or "none", "channel": "court", "owner": owner, "fees": fees}
                lines.append(book.slice_of(month, case.loan_id) | line)
        for cell, group in _split(sliced(lines, filters), NAMES, split.split("_")).items():
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
    for month in (m for m in book.months if in_months(m, filters) and book.events.actions):
        known = book.known_until(month)
        attempts = [{"kind": "attempt"} | line for line in attempts_of(book, month)]
        cash = [
            {"kind": "cash"} | line | {"owner": line["collector_owner"]}
            for line in credits_of(book, month) if line["channel"] != "self_cure"
        ]  # fmt: skip
        kept = [
            {"kind": "due", "kept": p.owed <= 0, "owner": p.owner, "collector": p.collector} | p.slice
            for p in book.pledges(book.after(month) or month)
            if p.channel != "none" and month_number(p.promise.due_on) == month_number(month) and p.promise.promised_on <= month
            and known is not None and p.deadline <= known
        ]  # fmt: skip
        working = sum(1 for n in range(month.day) if month.replace(day=n + 1).weekday() < 5)
        for cell, group in _split(sliced(attempts + cash + kept, filters), names, shown).items():
            answer.append(
                {"month": month, "owner": cell[0], "collector_id": cell[1]} | _productive(book, group, known, working)
            )
    return answer


def _productive(book: Collections, group: Sequence[dict], known: date | None, working: int) -> dict:
    attempts = [line for line in group if line["kind"] == "attempt"]
    timed = [line["seconds"] for line in attempts if line["seconds"] is not None]
    hours = sum(timed) / 3600 if timed else None
    cash = (total(line["amount"] for line in group if line["kind"] == "cash") or Decimal(0)) if known else None
    reached = known_sum(attempts, "reached") if attempts else None
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
        kept = episode.entered and in_months(episode.entered, filters) and sliced([episode.slice], filters)
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

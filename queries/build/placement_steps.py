"""The steps of what follows a case for longer: stays in stages, placements, court cases, plans, and how everybody behaved.

Cases are dated by their own months, which may have no snapshot. What must be followed, stays and plans, is carried from month to month.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from data.book import Partition
from data.partitions import SNAPSHOT
from queries.build.loan_steps import FOLLOWED
from queries.build.shelf import Shelf
from queries.build.step import Inputs, Step

SPELL, INVOLVED, PLACED, PLANNED = "spell", "involved", "placed", "planned"
PLACED_CASH, CASE_CASH = "placed_cash", "case_cash"
CASES = ("placement", "legal_case", "plan")


def _spell(shelf: Shelf, month: date) -> Inputs:
    before = shelf.month_before(month)
    held = {
        "earlier": shelf.of(SPELL, before) if before else (),
        FOLLOWED: shelf.of(FOLLOWED, month),
        "payment": (*(shelf.of("payment", before) if before else ()), *shelf.of("payment", month)),
        "loan": shelf.of("loan", None),
    }
    return Inputs(held, {"month": month, "opening_month": before if shelf.follows(month) else None})


def _spells(shelf: Shelf, month: date) -> Inputs:
    return Inputs({"spell": shelf.of(SPELL, month)}, {"month": month})


def _last_spells(shelf: Shelf, month: date) -> Inputs | None:
    return _spells(shelf, month) if month == shelf.months[-1] else None


def _event_months(*tables: str) -> Callable[[Shelf], Sequence[date]]:
    """The months of these tables, whether or not there is a snapshot of them."""
    return lambda shelf: shelf.months_of(*tables)


def _involved(shelf: Shelf, month: date) -> Inputs:
    before = shelf.month_before(month)
    held = {table: shelf.of(table, month) for table in CASES}
    held["opening_snapshot"] = shelf.of(SNAPSHOT, before) if before else ()
    return Inputs(
        held | {"closing_snapshot": shelf.of(SNAPSHOT, month), "loan": shelf.of("loan", None)}, {"month": month}
    )


def _placed(shelf: Shelf, month: date) -> Inputs:
    held = {"placement": shelf.until("placement", month), INVOLVED: shelf.of(INVOLVED, month)}
    return Inputs(held, {"month": month})


def _placement_batch(shelf: Shelf, month: date) -> Inputs:
    return Inputs({PLACED: shelf.of(PLACED, month)})


def _placed_cash(shelf: Shelf, month: date) -> Inputs:
    return Inputs({"payment": shelf.of("payment", month), PLACED: shelf.until(PLACED, month)})


def _placement_cash(shelf: Shelf, month: date) -> Inputs:
    return Inputs(_with_earlier(shelf, PLACED_CASH, month), {"month": month})


def _with_earlier(shelf: Shelf, table: str, month: date) -> dict[str, Sequence[Partition]]:
    """A month's partition, and those of all months before."""
    return {table: shelf.of(table, month), "earlier": [p for p in shelf.until(table, month) if p.month != month]}


def _court_case(shelf: Shelf, month: date) -> Inputs:
    held = {"legal_case": shelf.of("legal_case", month), INVOLVED: shelf.of(INVOLVED, month)}
    return Inputs(held, {"month": month})


def _case_cash(shelf: Shelf, month: date) -> Inputs:
    held = {"payment": shelf.of("payment", month)}
    return Inputs(held | {"legal_case": shelf.until("legal_case", month), INVOLVED: shelf.until(INVOLVED, month)})


def _court_cash(shelf: Shelf, month: date) -> Inputs:
    return Inputs(_with_earlier(shelf, CASE_CASH, month), {"month": month})


def _planned(shelf: Shelf, month: date) -> Inputs | None:
    """Plans of the twelve months before, and those of the month itself, which may replace them."""
    before = shelf.month_before(month)
    window = [agreed for agreed in shelf.months_of("plan") if 0 <= _months_between(agreed, month) <= 12]
    held = {
        "earlier": shelf.of(PLANNED, before) if before else (),
        "plan": [partition for agreed in window for partition in shelf.of("plan", agreed)],
        INVOLVED: [partition for agreed in window for partition in shelf.of(INVOLVED, agreed)],
        "closing_snapshot": shelf.of(SNAPSHOT, month),
    }
    return Inputs(held, {"month": month}) if window else None


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _plan_month(shelf: Shelf, month: date) -> Inputs | None:
    held = shelf.of(PLANNED, month)
    return Inputs({PLANNED: held}) if held else None


def _plan_batch(shelf: Shelf, month: date) -> Inputs:
    return Inputs({"plan": shelf.of("plan", month), INVOLVED: shelf.of(INVOLVED, month)}, {"month": month})


def _agency_month(shelf: Shelf, month: date) -> Inputs | None:
    if not shelf.follows(month) or not shelf.until(PLACED, month):
        return None
    held = {"opening_snapshot": shelf.of(SNAPSHOT, shelf.month_before(month)), PLACED: shelf.until(PLACED, month)}
    return Inputs(held | {"payment": shelf.of("payment", month), "loan": shelf.of("loan", None)}, {"month": month})


def _collector_month(shelf: Shelf, month: date) -> Inputs | None:
    if not shelf.follows(month) or not shelf.of("action", month):
        return None
    held = {table: shelf.of(table, month) for table in ("action", "payment")} | {"loan": shelf.of("loan", None)}
    return Inputs(held | {"opening_snapshot": shelf.of(SNAPSHOT, shelf.month_before(month))}, {"month": month})


def _conduct(shelf: Shelf, month: date) -> Inputs:
    return Inputs({"action": shelf.of("action", month)}, {"month": month})


def _breach(shelf: Shelf, month: date) -> Inputs:
    before = month.replace(day=1) - timedelta(days=1)
    opening = shelf.month_before(month)
    held = {"action": shelf.of("action", month), "action_before": shelf.of("action", before)}
    held |= {"opening_snapshot": shelf.of(SNAPSHOT, opening) if opening else (), "loan": shelf.of("loan", None)}
    return Inputs(held | {"closing_snapshot": shelf.of(SNAPSHOT, month)}, {"month": month})


def _attempt_hour(shelf: Shelf, month: date) -> Inputs:
    return Inputs({"action": shelf.of("action", month)}, {"month": month})


PAIR = {"opening_snapshot": SNAPSHOT, "closing_snapshot": SNAPSHOT}

PLACEMENT_STEPS: tuple[Step, ...] = (
    Step(
        SPELL,
        "partition",
        {"earlier": SPELL, FOLLOWED: FOLLOWED, "payment": "payment", "loan": "loan"},
        _spell,
        columns="month date, loan_id varchar, stage utinyint, entered_on date, seen_on date, as_of date, days_past_due integer, "
        "overdue_amount decimal(18, 2), ended_on date, fate varchar, product varchar, region varchar, segment varchar, "
        "acquisition_channel varchar",
    ),
    Step("stage_time", "fact", {"spell": SPELL}, _spells),
    Step("stage_open", "fact", {"spell": SPELL}, _last_spells),
    Step(
        INVOLVED,
        "partition",
        PAIR | {table: table for table in (*CASES, "loan")},
        _involved,
        months=_event_months(*CASES),
    ),
    Step(
        PLACED, "partition", {"placement": "placement", INVOLVED: INVOLVED}, _placed, months=_event_months("placement")
    ),
    Step("placement_batch", "fact", {PLACED: PLACED}, _placement_batch, months=_event_months("placement")),
    Step(
        PLACED_CASH,
        "partition",
        {"payment": "payment", PLACED: PLACED},
        _placed_cash,
        months=_event_months("payment"),
    ),
    Step(
        "placement_cash",
        "fact",
        {PLACED_CASH: PLACED_CASH, "earlier": PLACED_CASH},
        _placement_cash,
        months=_event_months("payment"),
    ),
    Step(
        "court_case",
        "fact",
        {"legal_case": "legal_case", INVOLVED: INVOLVED},
        _court_case,
        months=_event_months("legal_case"),
    ),
    Step(
        CASE_CASH,
        "partition",
        {"payment": "payment", "legal_case": "legal_case", INVOLVED: INVOLVED},
        _case_cash,
        months=_event_months("payment"),
    ),
    Step(
        "court_cash",
        "fact",
        {CASE_CASH: CASE_CASH, "earlier": CASE_CASH},
        _court_cash,
        months=_event_months("payment"),
    ),
    Step(
        PLANNED,
        "partition",
        {"earlier": PLANNED, "plan": "plan", INVOLVED: INVOLVED, "closing_snapshot": SNAPSHOT},
        _planned,
        columns="month date, loan_id varchar, agreed_on date, agreed_month date, months_since integer, redefaulted boolean, "
        "paid_off boolean, sold boolean, broken boolean, seen boolean, product varchar, region varchar, segment varchar, "
        "acquisition_channel varchar",
    ),
    Step("plan_month", "fact", {PLANNED: PLANNED}, _plan_month),
    Step("plan_batch", "fact", {"plan": "plan", INVOLVED: INVOLVED}, _plan_batch, months=_event_months("plan")),
    Step(
        "agency_month",
        "fact",
        {"opening_snapshot": SNAPSHOT, PLACED: PLACED, "payment": "payment", "loan": "loan"},
        _agency_month,
    ),
    Step(
        "collector_month",
        "fact",
        {"opening_snapshot": SNAPSHOT, "action": "action", "payment": "payment", "loan": "loan"},
        _collector_month,
    ),
    Step("conduct", "fact", {"action": "action"}, _conduct, months=_event_months("action")),
    Step(
        "breach",
        "fact",
        PAIR | {"action": "action", "action_before": "action", "loan": "loan"},
        _breach,
        months=_event_months("action"),
    ),
    Step("attempt_hour", "fact", {"action": "action"}, _attempt_hour, months=_event_months("action")),
)
"""In the order in which they are built: a step may read what stands before it."""

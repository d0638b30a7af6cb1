"""The steps of collections: who stood in which stage, who held, reached and paid what, and the facts made of it.

Events of a month are joined with the snapshots of that month, and with no more of their neighbours than credit, grace and
reversals reach. What must be followed for longer, promises and stays, is carried from month to month.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from data.book import Partition
from data.partitions import SNAPSHOT
from data.schema import ACTION, LEGAL_CASE, PAYMENT, PLACEMENT, PROMISE
from queries.build.loan_steps import FOLLOWED, OF_LOANS, loan_table
from queries.build.shelf import Shelf
from queries.build.step import Inputs, Step

Partitions = Sequence[Partition]

EVENTS = (PAYMENT.name, ACTION.name, PROMISE.name, LEGAL_CASE.name)


def _calendar_month_before(month: date) -> date:
    return month.replace(day=1) - timedelta(days=1)


def _calendar_month_after(month: date) -> date:
    return ((month + timedelta(days=1)).replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _snapshots(shelf: Shelf, month: date) -> dict[str, Partitions]:
    """The closing snapshot, and the opening one where it is of the month before: across a gap there is no pair; and the
    table of loans, which they take from what they leave empty."""
    opening = _opening_month(shelf, month)
    pair = {"opening_snapshot": shelf.of(SNAPSHOT, opening), "closing_snapshot": shelf.of(SNAPSHOT, month)}
    return pair | loan_table(shelf)


def _actions(shelf: Shelf, month: date) -> dict[str, Partitions]:
    before = _calendar_month_before(month)
    return {"actions": shelf.of(ACTION.name, month), "actions_before": shelf.of(ACTION.name, before)}


def _stood(shelf: Shelf, month: date) -> dict[str, Partitions]:
    return {name + "s": shelf.of(name, month) for name in ("stay", "holding", "account")}


def _pledges(shelf: Shelf, month: date) -> dict[str, Partitions]:
    return {"pledges": shelf.of("pledge", month), "pledges_after": shelf.of("pledge", shelf.month_after(month))}


def _known_until(shelf: Shelf, month: date) -> date | None:
    """The last day whose payments are known, as far as it matters to a month: none of its promises waits for longer."""
    last = shelf.last(PAYMENT.name)
    return None if last is None else min(last, shelf.months[-1], shelf.month_after(month) or month)


def _known(shelf: Shelf, month: date) -> dict[str, object]:
    return {"month": month, "known_until": _known_until(shelf, month), "promises_known": shelf.has(PROMISE.name)}


def _receipt(shelf: Shelf, month: date) -> Inputs | None:
    """The payments since the snapshot before, so that a month without a snapshot loses none that a promise waits for."""
    before = shelf.month_before(month)
    paid = shelf.since(PAYMENT.name, before, month)
    if not paid:
        return None
    near = {
        "paid_before": shelf.of(PAYMENT.name, _calendar_month_before(paid[0].month)),
        "paid_after": shelf.of(PAYMENT.name, _calendar_month_after(month)),
    }
    return Inputs({"paid": paid} | near)


def _opening_month(shelf: Shelf, month: date) -> date | None:
    """The month before, where it is in the book: across a gap there is no pair."""
    return shelf.month_before(month) if shelf.follows(month) else None


def _stay(shelf: Shelf, month: date) -> Inputs:
    held = {FOLLOWED: shelf.of(FOLLOWED, month), "receipts": shelf.of("receipt", month)} | loan_table(shelf)
    return Inputs(held, {"month": month, "opening_month": _opening_month(shelf, month)})


def _holding(shelf: Shelf, month: date) -> Inputs | None:
    partitions = _actions(shelf, month) | {"placements": shelf.until(PLACEMENT.name, month)}
    return Inputs(partitions, {"month": month}) if any(partitions.values()) else None


def _account(shelf: Shelf, month: date) -> Inputs | None:
    if not any(shelf.has(table) for table in EVENTS):
        return None
    events: dict[str, Partitions] = {
        "stays": shelf.of("stay", month),
        "receipts": shelf.of("receipt", month),
        "actions": shelf.of(ACTION.name, month),
        "promises": shelf.since(PROMISE.name, shelf.month_before(month), month),
        "cases": shelf.of(LEGAL_CASE.name, month),
    }
    return Inputs(_snapshots(shelf, month) | events)


def _credit(shelf: Shelf, month: date) -> Inputs | None:
    receipts = shelf.of("receipt", month)
    if not receipts:
        return None
    partitions = _actions(shelf, month) | _stood(shelf, month)
    partitions |= {"receipts": receipts, "credit_before": shelf.of("credit", _calendar_month_before(month))}
    return Inputs(partitions, {"month": month})


def _pledge(shelf: Shelf, month: date) -> Inputs | None:
    before = shelf.month_before(month)
    promises, standing = shelf.since(PROMISE.name, before, month), shelf.of("pledge", before)
    if not promises and not standing:
        return None
    first = promises[0].month if promises else month
    near = shelf.since(
        ACTION.name, _calendar_month_before(_calendar_month_before(first)), _calendar_month_before(month)
    )
    partitions = _stood(shelf, month) | {"actions": shelf.of(ACTION.name, month), "actions_before": near}
    partitions |= {"promises": promises, "pledges_before": standing, "receipts": shelf.of("receipt", month)}
    return Inputs(partitions, {"opening_month": before})


def _assigned(shelf: Shelf, month: date) -> Inputs | None:
    if not shelf.has(ACTION.name):
        return None
    return Inputs(_stood(shelf, month) | {"actions": shelf.of(ACTION.name, month)}, {"month": month})


def _contact(shelf: Shelf, month: date) -> Inputs | None:
    if not shelf.has(ACTION.name):
        return None
    partitions = _stood(shelf, month) | _pledges(shelf, month) | {"actions": shelf.of(ACTION.name, month)}
    return Inputs(partitions, _known(shelf, month))


def _collected(shelf: Shelf, month: date) -> Inputs | None:
    if not any(shelf.has(table) for table in EVENTS):
        return None
    partitions = _stood(shelf, month) | {
        "credits": shelf.of("credit", month),
        "actions": shelf.of(ACTION.name, month),
        "cases": shelf.of(LEGAL_CASE.name, month),
    }
    return Inputs(partitions, {"month": month})


def _outcome(shelf: Shelf, month: date) -> Inputs | None:
    actions = shelf.of(ACTION.name, month)
    return Inputs({"actions": actions, "accounts": shelf.of("account", month)}, {"month": month}) if actions else None


def _effort(shelf: Shelf, month: date) -> Inputs | None:
    if not shelf.has(ACTION.name):
        return None
    partitions = _stood(shelf, month) | _pledges(shelf, month)
    partitions |= {"credits": shelf.of("credit", month), "actions": shelf.of(ACTION.name, month)}
    return Inputs(partitions, _known(shelf, month))


def _episode(shelf: Shelf, month: date) -> Inputs:
    before = shelf.month_before(month)
    partitions = {"stays": shelf.of("stay", month), "episodes_before": shelf.of("episode", before)}
    return Inputs(partitions, {"month": month, "opening_month": before})


def _resolved(shelf: Shelf, month: date) -> Inputs:
    return Inputs({"episodes": shelf.of("episode", month)}, {"month": month})


def _trial(shelf: Shelf, month: date) -> Inputs | None:
    if not shelf.follows(month):
        return None
    days = (shelf.month_before(month), month, shelf.month_after(month))
    receipts = [partition for day in days for partition in shelf.of("receipt", day)]
    values = {"month": month, "known_until": _known_until(shelf, month)}
    held = {"followed_before": shelf.of(FOLLOWED, shelf.month_before(month)), FOLLOWED: shelf.of(FOLLOWED, month)}
    return Inputs(held | {"receipts": receipts} | loan_table(shelf), values)


_PAIR = {"opening_snapshot": SNAPSHOT, "closing_snapshot": SNAPSHOT} | OF_LOANS
_PAYMENTS = dict.fromkeys(("paid", "paid_before", "paid_after"), PAYMENT.name)
_ACTIONS = {"actions": ACTION.name}
_ACTIONS_NEAR = _ACTIONS | {"actions_before": ACTION.name}
_STOOD = {"stays": "stay", "holdings": "holding", "accounts": "account"}
_RECEIPTS = {"receipts": "receipt"}
_PLEDGES = {"pledges": "pledge", "pledges_after": "pledge"}
_CASES = {"cases": LEGAL_CASE.name}
_PROMISES = {"promises": PROMISE.name}

_DIMENSIONS = "product varchar, region varchar, segment varchar, acquisition_channel varchar"
_CREDIT = (
    "loan_id varchar, paid_on date, amount decimal(18, 2), stage varchar, owner varchar, channel varchar, "
    "collector_owner varchar, collector_id varchar, commission decimal(18, 2)"
)
_PLEDGE = (
    "loan_id varchar, promised_on date, due_on date, owed decimal(38, 8), stage varchar, channel varchar, owner varchar, "
    f"collector_id varchar, {_DIMENSIONS}"
)
_EPISODE = (
    "loan_id varchar, stage varchar, entered_month date, enters boolean, amount decimal(18, 2), "
    f"{_DIMENSIONS}, outcome varchar"
)

COLLECTION_STEPS: tuple[Step, ...] = (
    Step("receipt", "partition", _PAYMENTS, _receipt),
    Step("stay", "partition", {FOLLOWED: FOLLOWED} | OF_LOANS | _RECEIPTS, _stay),
    Step("holding", "partition", _ACTIONS_NEAR | {"placements": PLACEMENT.name}, _holding),
    Step("account", "partition", _PAIR | _RECEIPTS | _ACTIONS | _PROMISES | _CASES | {"stays": "stay"}, _account),
    Step("credit", "partition", _ACTIONS_NEAR | _STOOD | _RECEIPTS | {"credit_before": "credit"}, _credit, _CREDIT),
    Step(
        "pledge",
        "partition",
        _ACTIONS_NEAR | _STOOD | _RECEIPTS | _PROMISES | {"pledges_before": "pledge"},
        _pledge,
        _PLEDGE,
    ),
    Step("episode", "partition", {"stays": "stay", "episodes_before": "episode"}, _episode, _EPISODE),
    Step("assigned", "fact", _STOOD | _ACTIONS, _assigned),
    Step("contact", "fact", _STOOD | _ACTIONS | _PLEDGES, _contact),
    Step("outcome", "fact", _ACTIONS | {"accounts": "account"}, _outcome),
    Step("collected", "fact", _STOOD | _ACTIONS | _CASES | {"credits": "credit"}, _collected),
    Step("effort", "fact", _STOOD | _ACTIONS | _PLEDGES | {"credits": "credit"}, _effort),
    Step("resolved", "fact", {"episodes": "episode"}, _resolved),
    Step("trial", "fact", {"followed_before": FOLLOWED, FOLLOWED: FOLLOWED} | OF_LOANS | _RECEIPTS, _trial),
)
"""In the order in which they are built: a step may read what stands before it, and months before of itself."""

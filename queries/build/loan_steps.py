"""Steps about single loans: lists of the few that something happened to, and the facts that are made from these lists.

Most lists are made from `followed`, `late` and `crossing`, so that a month's snapshot is scanned a few times, whatever is
asked of it.
"""

from collections.abc import Sequence
from datetime import date

from data.book import Partition
from data.checks import next_month_end
from data.partitions import SNAPSHOT
from data.schema import ACTION, LOAN, PAYMENT, PLACEMENT
from queries.build.shelf import Shelf
from queries.build.step import Inputs, Step

CROSSING = "crossing"
FOLLOWED = "followed"
LATE = "late"
RE_AGE = "re_age"
SHADOW = "shadow"
CHARGE_OFF = "charge_off"
FIRST_SEEN = "first_seen"
REACHED = "reached"
POSITION = "position"
DUE = "due"
DEFAULT_CASH = "default_cash"

MONTHS_TO_HOLD = 3
MONTHS_TO_RECOVER = 4
"""The 90 days after a due date may end in the fourth month after it: 31 January and 90 days is 1 May."""
MONTHS_TO_FIRST_PAYMENT = 4
"""Paid out in December, due on 31 January, more than 60 days past due by 2 April."""

Held = dict[str, Sequence[Partition]]


def loan_table(shelf: Shelf) -> Held:
    """The partition that snapshots take from what they leave empty."""
    return {LOAN.name: shelf.of(LOAN.name, None)}


def months_after(month: date, count: int) -> list[date]:
    """The `count` calendar months after one, as month-ends."""
    after = [month]
    for _ in range(count):
        after.append(next_month_end(after[-1]))
    return after[1:]


def month_end_before(month: date, count: int) -> date:
    """The month-end so many calendar months before."""
    for _ in range(count):
        month = date.fromordinal(month.replace(day=1).toordinal() - 1)
    return month


def _all_of(shelf: Shelf, table: str, months: Sequence[date]) -> tuple[Partition, ...]:
    return tuple(partition for month in months for partition in shelf.of(table, month))


def _before(shelf: Shelf, table: str, month: date) -> tuple[Partition, ...]:
    """The partitions of all months before."""
    return tuple(partition for partition in shelf.until(table, month) if partition.month != month)


def _followed(shelf: Shelf, month: date) -> Inputs:
    opening = shelf.month_before(month)
    return Inputs(
        {
            "opening_snapshot": shelf.of(SNAPSHOT, opening),
            "closing_snapshot": shelf.of(SNAPSHOT, month),
            "followed_before": shelf.of(FOLLOWED, opening),
        }
    )


def _late(shelf: Shelf, month: date) -> Inputs:
    return Inputs({FOLLOWED: shelf.of(FOLLOWED, month)} | loan_table(shelf), {"month": month})


def _re_age(shelf: Shelf, month: date) -> Inputs | None:
    if not shelf.follows(month):
        return None
    opening = shelf.month_before(month)
    held = {
        FOLLOWED: shelf.of(FOLLOWED, month),
        "late": shelf.of(LATE, opening),
        "payment": shelf.of(PAYMENT.name, month),
    }
    return Inputs(held, {"month": month, "opening_month": opening})


def _shadow(shelf: Shelf, month: date) -> Inputs | None:
    opening = shelf.month_before(month)
    if opening is None:
        return None
    held = {"carried": shelf.of(SHADOW, opening), "re_aged": shelf.of(RE_AGE, month)}
    if not any(partition.rows for partitions in held.values() for partition in partitions):
        return None
    return Inputs(held | {"closing_snapshot": shelf.of(SNAPSHOT, month)})


def _cure_held(shelf: Shelf, month: date) -> Inputs | None:
    if not shelf.follows(month):
        return None
    after = months_after(month, MONTHS_TO_HOLD)
    mature = set(after) <= set(shelf.months)
    held = {
        "late_before": shelf.of(LATE, shelf.month_before(month)),
        "late": shelf.of(LATE, month),
        "crossings": shelf.of(CROSSING, month),
        "re_aged": shelf.of(RE_AGE, month),
        "late_after": _all_of(shelf, LATE, after) if mature else (),
        "crossings_after": _all_of(shelf, CROSSING, after) if mature else (),
    }
    return Inputs(held, {"month": month, "mature": mature})


def _charge_off(shelf: Shelf, month: date) -> Inputs | None:
    if shelf.month_before(month) is None:
        return None
    return Inputs({FOLLOWED: shelf.of(FOLLOWED, month)} | loan_table(shelf), {"month": month})


def _first_seen(shelf: Shelf, month: date) -> Inputs:
    held = {
        "closing_snapshot": shelf.of(SNAPSHOT, month),
        "crossings": shelf.of(CROSSING, month),
        "seen_before": _before(shelf, FIRST_SEEN, month),
    }
    return Inputs(held | loan_table(shelf), {"month": month})


def _reached(shelf: Shelf, month: date) -> Inputs:
    held = {
        "late": shelf.of(LATE, month),
        "charged_off": shelf.of(CHARGE_OFF, month),
        "reached_before": _before(shelf, REACHED, month),
    }
    return Inputs(held, {"month": month})


def _vintage(shelf: Shelf, month: date) -> Inputs:
    held = {
        "late": shelf.of(LATE, month),
        "reached": shelf.of(REACHED, month),
        "first_seen": shelf.until(FIRST_SEEN, month),
    }
    return Inputs(held, {"month": month})


def _default_cash(shelf: Shelf, month: date) -> Inputs:
    return Inputs(_of_defaults(shelf, month), {"month": month})


def _default_recovery(shelf: Shelf, month: date) -> Inputs:
    beside = {DEFAULT_CASH: shelf.of(DEFAULT_CASH, month), "earlier": _before(shelf, DEFAULT_CASH, month)}
    return Inputs(_of_defaults(shelf, month) | beside, {"month": month})


def _of_defaults(shelf: Shelf, month: date) -> Held:
    return {
        "closing_snapshot": shelf.of(SNAPSHOT, month),
        "reached": shelf.until(REACHED, month),
        "payment": shelf.of(PAYMENT.name, month),
        "action": shelf.of(ACTION.name, month),
        "placement": shelf.until(PLACEMENT.name, month),
    }


def _first_payment(shelf: Shelf, month: date) -> Inputs | None:
    if not shelf.of(LOAN.name, None):
        return None
    since = month_end_before(month, MONTHS_TO_FIRST_PAYMENT)
    months = [since, *months_after(since, MONTHS_TO_FIRST_PAYMENT)]
    paid_from = None
    for earlier in reversed(months):
        if not shelf.of(PAYMENT.name, earlier):
            break
        paid_from = earlier
    held = {
        "closing_snapshot": shelf.of(SNAPSHOT, month),
        "schedule": shelf.of(LOAN.name, None),
        "first_seen": _all_of(shelf, FIRST_SEEN, months),
        "payment": _all_of(shelf, PAYMENT.name, months),
    }
    return Inputs(held, {"month": month, "paid_from": paid_from})


def _position(shelf: Shelf, month: date) -> Inputs | None:
    if not (shelf.of(LOAN.name, None) and shelf.of(PAYMENT.name, month)):
        return None
    carried = shelf.of(POSITION, shelf.month_before(month)) if shelf.follows(month) else ()
    held = {
        "closing_snapshot": shelf.of(SNAPSHOT, month),
        "schedule": shelf.of(LOAN.name, None),
        "payment": shelf.of(PAYMENT.name, month),
        "carried": carried,
    }
    return Inputs(held, {"month": month, "carried": bool(carried)})


def _due(shelf: Shelf, month: date) -> Inputs | None:
    if not (shelf.follows(month) and shelf.of(LOAN.name, None) and shelf.of(PAYMENT.name, month)):
        return None
    opening = shelf.month_before(month)
    held = {
        "opening_snapshot": shelf.of(SNAPSHOT, opening),
        "schedule": shelf.of(LOAN.name, None),
        "late": shelf.of(LATE, month),
        "crossings": shelf.of(CROSSING, month),
        "payment": shelf.of(PAYMENT.name, month),
        "position": shelf.of(POSITION, opening),
    }
    return Inputs(held, {"month": month})


def _entry_event(shelf: Shelf, month: date) -> Inputs | None:
    due = shelf.of(DUE, month)
    return Inputs({"due": due}, {"month": month}) if due else None


def _recovery_by_day(shelf: Shelf, month: date) -> Inputs | None:
    due = shelf.of(DUE, month)
    if not due:
        return None
    covered = [month]
    for later in months_after(month, MONTHS_TO_RECOVER):
        if later > shelf.months[-1] or not shelf.of(PAYMENT.name, later):
            break
        covered.append(later)
    held = {"due": due, "payment": _all_of(shelf, PAYMENT.name, covered)}
    return Inputs(held, {"month": month, "covered_to": covered[-1]})


def _customer(shelf: Shelf, month: date) -> Inputs:
    return Inputs({"closing_snapshot": shelf.of(SNAPSHOT, month)} | loan_table(shelf), {"month": month})


OF_LOANS = {LOAN.name: LOAN.name}
_CLOSING = {"closing_snapshot": SNAPSHOT}
_DEFAULTS = _CLOSING | {
    "reached": REACHED,
    "payment": PAYMENT.name,
    "action": ACTION.name,
    "placement": PLACEMENT.name,
}
_TRAITS = "product varchar, region varchar, segment varchar, acquisition_channel varchar"
_FOLLOWED = (
    "loan_id varchar, as_of date, status varchar, days_past_due integer, bucket varchar, stage varchar, balance decimal(18, 2), "
    "overdue_amount decimal(18, 2), paid_in_month decimal(18, 2), restructured_on date, charged_off_on date, sold_on date, "
    f"test_group varchar, {_TRAITS}"
)
_WAS = (
    "was_as_of date, was_status varchar, was_days_past_due integer, was_bucket varchar, was_stage varchar, "
    "was_balance decimal(18, 2), was_product varchar, was_region varchar, was_segment varchar, was_acquisition_channel varchar"
)

LISTS: tuple[Step, ...] = (
    Step(
        FOLLOWED,
        "partition",
        {"opening_snapshot": SNAPSHOT, "closing_snapshot": SNAPSHOT, "followed_before": FOLLOWED},
        _followed,
        f"{_FOLLOWED}, of_note boolean, {_WAS}",
    ),
    Step(LATE, "partition", {FOLLOWED: FOLLOWED} | OF_LOANS, _late),
    Step(RE_AGE, "partition", {FOLLOWED: FOLLOWED, "late": LATE, "payment": PAYMENT.name}, _re_age),
    Step(
        SHADOW,
        "partition",
        _CLOSING | {"carried": SHADOW, "re_aged": RE_AGE},
        _shadow,
        "loan_id varchar, offset_days integer",
    ),
)
"""What the ledger and the levels may read."""

LOAN_STEPS: tuple[Step, ...] = (
    Step(
        "cure_held",
        "fact",
        {
            "late_before": LATE,
            "late": LATE,
            "crossings": CROSSING,
            "re_aged": RE_AGE,
            "late_after": LATE,
            "crossings_after": CROSSING,
        },
        _cure_held,
    ),
    Step(CHARGE_OFF, "partition", {FOLLOWED: FOLLOWED} | OF_LOANS, _charge_off),
    Step(
        FIRST_SEEN,
        "partition",
        _CLOSING | OF_LOANS | {"crossings": CROSSING, "seen_before": FIRST_SEEN},
        _first_seen,
        f"loan_id varchar, cohort date, originated_on date, principal decimal(18, 2), {_TRAITS}, month date",
    ),
    Step(
        REACHED,
        "partition",
        {"late": LATE, "charged_off": CHARGE_OFF, "reached_before": REACHED},
        _reached,
        f"loan_id varchar, balance decimal(18, 2), {_TRAITS}, line utinyint, month date",
    ),
    Step("vintage", "fact", {"late": LATE, "reached": REACHED, "first_seen": FIRST_SEEN}, _vintage),
    Step(DEFAULT_CASH, "partition", _DEFAULTS, _default_cash),
    Step(
        "default_recovery",
        "fact",
        _DEFAULTS | {DEFAULT_CASH: DEFAULT_CASH, "earlier": DEFAULT_CASH},
        _default_recovery,
    ),
    Step(
        "first_payment",
        "fact",
        _CLOSING | {"schedule": LOAN.name, "first_seen": FIRST_SEEN, "payment": PAYMENT.name},
        _first_payment,
    ),
    Step(
        POSITION,
        "partition",
        _CLOSING | {"schedule": LOAN.name, "payment": PAYMENT.name, "carried": POSITION},
        _position,
        "loan_id varchar, amount decimal(18, 2)",
    ),
    Step(
        DUE,
        "partition",
        {
            "opening_snapshot": SNAPSHOT,
            "schedule": LOAN.name,
            "late": LATE,
            "crossings": CROSSING,
            "payment": PAYMENT.name,
            "position": POSITION,
        },
        _due,
    ),
    Step("entry_event", "fact", {"due": DUE}, _entry_event),
    Step("recovery_by_day", "fact", {"due": DUE, "payment": PAYMENT.name}, _recovery_by_day),
    Step("customer", "fact", _CLOSING | OF_LOANS, _customer),
)

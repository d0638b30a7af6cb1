"""What is built for each month, from which partitions: the facts that questions read, and lists of loans that facts need.

A step reads a few partitions under names of its SQL file. It is done again when any of them, its SQL or the settings have
changed since the version before, and taken over otherwise; so adding or restating a month costs what depends on it.
"""

import hashlib
from collections.abc import Sequence
from datetime import date

from data.book import Partition
from data.partitions import SNAPSHOT
from data.schema import PAYMENT
from queries.build.collection_steps import COLLECTION_STEPS
from queries.build.loan_steps import CHARGE_OFF, CROSSING, FOLLOWED, LISTS, LOAN_STEPS, OF_LOANS, SHADOW, loan_table
from queries.build.placement_steps import PLACEMENT_STEPS
from queries.build.shelf import Shelf
from queries.build.step import Inputs, Step


def _pair(shelf: Shelf, month: date) -> dict[str, Sequence[Partition]] | None:
    """The snapshots of a month and of the one before it in the book, whatever lies between."""
    opening = shelf.month_before(month)
    if opening is None:
        return None
    return {"opening_snapshot": shelf.of(SNAPSHOT, opening), "closing_snapshot": shelf.of(SNAPSHOT, month)}


def _crossing(shelf: Shelf, month: date) -> Inputs | None:
    pair = _pair(shelf, month)
    return Inputs(pair, {"month": month}) if pair else None


def _ledger(shelf: Shelf, month: date) -> Inputs | None:
    pair = _pair(shelf, month)
    if pair is None or not shelf.follows(month):
        return None
    values = {"month": month, "opening_month": shelf.month_before(month)}
    beside = {"crossings": shelf.until(CROSSING, month), PAYMENT.name: shelf.of(PAYMENT.name, month)}
    return Inputs(pair | beside | loan_table(shelf), values)


def _level(shelf: Shelf, month: date) -> Inputs:
    held = {"closing_snapshot": shelf.of(SNAPSHOT, month), SHADOW: shelf.of(SHADOW, month)}
    return Inputs(held | loan_table(shelf), {"month": month})


def _write_off_recovery(shelf: Shelf, month: date) -> Inputs:
    """Charged off in a month's ledger: the lists of the months that have one."""
    charge_offs = [held for held in shelf.until(CHARGE_OFF, month) if shelf.follows(held.month)]
    return Inputs({FOLLOWED: shelf.of(FOLLOWED, month), "charge_offs": charge_offs}, {"month": month})


PAIR = {"opening_snapshot": SNAPSHOT, "closing_snapshot": SNAPSHOT}

STEPS: tuple[Step, ...] = (
    Step(CROSSING, "partition", PAIR, _crossing),
    *LISTS,
    Step("ledger", "fact", PAIR | OF_LOANS | {"crossings": CROSSING, PAYMENT.name: PAYMENT.name}, _ledger),
    Step("level", "fact", {"closing_snapshot": SNAPSHOT, SHADOW: SHADOW} | OF_LOANS, _level),
    *LOAN_STEPS,
    Step("write_off_recovery", "fact", {FOLLOWED: FOLLOWED, "charge_offs": CHARGE_OFF}, _write_off_recovery),
    *COLLECTION_STEPS,
    *PLACEMENT_STEPS,
)
"""In the order in which they are built: a step may read what stands before it."""


def built_by() -> str:
    """Tells the statements that facts are built by today; a version records those it was built by."""
    return hashlib.sha256("\n".join(step.name + step.sql for step in STEPS).encode()).hexdigest()[:16]

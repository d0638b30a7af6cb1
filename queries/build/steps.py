"""What is built for each month, from which partitions: the facts that questions read, and lists of loans that facts need.

A step reads a few partitions under names of its SQL file. It is done again when any of them, its SQL or the settings have
changed since the version before, and taken over otherwise; so adding or restating a month costs what depends on it.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from data.book import Partition
from data.partitions import SNAPSHOT
from queries.build.shelf import Shelf

CROSSING = "crossing"
WRITE_OFF = "write_off"


@dataclass(frozen=True)
class Inputs:
    """What one month of a step is built from: partitions under the names its SQL reads, and the values it binds."""

    partitions: Mapping[str, Sequence[Partition]]
    values: Mapping[str, object] = field(default_factory=dict)

    def fingerprint(self, *context: str) -> str:
        """Equal when the outcome must be equal. `context`: the statement, and the definitions it is run under."""
        contents = {name: [p.content for p in partitions] for name, partitions in self.partitions.items()}
        told = json.dumps([contents, {k: str(v) for k, v in self.values.items()}, context], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Step:
    """A fact table, or a kind of derived partition, built month by month.

    reads: for each name in the SQL, the table whose partitions it stands for.
    inputs: what a month is built from; None where the month has nothing to build.
    """

    name: str
    keeps: Literal["fact", "partition"]
    reads: Mapping[str, str]
    inputs: Callable[[Shelf, date], Inputs | None]

    @property
    def sql(self) -> str:
        return (Path(__file__).parent / f"{self.name}.sql").read_text(encoding="utf-8")


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
    return Inputs(pair | {"crossings": shelf.until(CROSSING, month)}, values)


def _level(shelf: Shelf, month: date) -> Inputs:
    return Inputs({"closing_snapshot": shelf.of(SNAPSHOT, month)}, {"month": month})


def _write_off(shelf: Shelf, month: date) -> Inputs | None:
    if not shelf.follows(month):
        return None
    held = {"closing_snapshot": shelf.of(SNAPSHOT, month), "crossings": shelf.of(CROSSING, month)}
    return Inputs(held, {"month": month})


def _write_off_recovery(shelf: Shelf, month: date) -> Inputs:
    held = {
        "closing_snapshot": shelf.of(SNAPSHOT, month),
        "crossings": shelf.of(CROSSING, month),
        "write_offs": shelf.until(WRITE_OFF, month),
    }
    return Inputs(held, {"month": month})


PAIR = {"opening_snapshot": SNAPSHOT, "closing_snapshot": SNAPSHOT}

STEPS: tuple[Step, ...] = (
    Step(CROSSING, "partition", PAIR, _crossing),
    Step("ledger", "fact", PAIR | {"crossings": CROSSING}, _ledger),
    Step("level", "fact", {"closing_snapshot": SNAPSHOT}, _level),
    Step(WRITE_OFF, "partition", {"closing_snapshot": SNAPSHOT, "crossings": CROSSING}, _write_off),
    Step(
        "write_off_recovery",
        "fact",
        {"closing_snapshot": SNAPSHOT, "crossings": CROSSING, "write_offs": WRITE_OFF},
        _write_off_recovery,
    ),
)
"""In the order in which they are built: a step may read what stands before it."""


def built_by() -> str:
    """Tells the statements that facts are built by today; a version records those it was built by."""
    return hashlib.sha256("\n".join(step.name + step.sql for step in STEPS).encode()).hexdigest()[:16]

"""A step of the build, and what a month of it is built from."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from data.book import Partition
from queries.build.shelf import Shelf


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


def _months_with_snapshot(shelf: Shelf) -> Sequence[date]:
    return shelf.months


@dataclass(frozen=True)
class Step:
    """A fact table, or a kind of derived partition, built month by month.

    reads: for each name in the SQL, the table whose partitions it stands for.
    inputs: what a month is built from; None where the month has nothing to build.
    columns: names and types, of a step that reads its own earlier months; others are typed by their statement.
    months: the months it is done for; those that have a snapshot, unless it is about events.

    Where a step reads `loan`, what its snapshots leave empty is taken from there.
    """

    name: str
    keeps: Literal["fact", "partition"]
    reads: Mapping[str, str]
    inputs: Callable[[Shelf, date], Inputs | None]
    columns: str = ""
    months: Callable[[Shelf], Sequence[date]] = _months_with_snapshot

    @cached_property
    def sql(self) -> str:
        """The statement, with the parts that it shares with others put in where it says `-- include FILE`."""
        return _INCLUDE.sub(lambda line: _text(line["file"]), _text(f"{self.name}.sql"))


_INCLUDE = re.compile(r"^ *-- include (?P<file>\w+\.sql)\n", re.MULTILINE)


def _text(file: str) -> str:
    return (Path(__file__).parent / file).read_text(encoding="utf-8")

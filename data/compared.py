"""What differs between two versions of a book: months of each table that came, went or hold other rows, and settings."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

from data.book import Partition, Version
from data.schema import TABLES

What = Literal["new", "gone", "replaced"]


@dataclass(frozen=True)
class ChangedMonth:
    """A month of a table (None: a table without months) that is not the same in both; rows in each, None where it has none."""

    table: str
    month: date | None
    what: What
    rows_before: int | None
    rows_after: int | None


@dataclass(frozen=True)
class ChangedSetting:
    """A setting by its name in recoup.toml, with its value in each version."""

    name: str
    before: object
    after: object


def changed_months(before: Version, after: Version) -> tuple[ChangedMonth, ...]:
    """By table and month. Rows are the same where their fingerprint is, whatever file they came in."""
    return tuple(_changed_months(before, after))


def _changed_months(before: Version, after: Version) -> Iterator[ChangedMonth]:
    old, new = _by_month(before), _by_month(after)
    for key in sorted(old | new, key=lambda key: (key[0], key[1] or date.min)):
        one, other = old.get(key), new.get(key)
        if one and other and one.content == other.content:
            continue
        what = "replaced" if one and other else "new" if other else "gone"
        yield ChangedMonth(*key, what, one and one.rows, other and other.rows)


def _by_month(version: Version) -> dict[tuple[str, date | None], Partition]:
    """What was imported; the facts that are built from it follow it."""
    return {(each.table_name, each.month): each for each in version.partitions if each.table_name in TABLES}


def changed_settings(before: Version, after: Version) -> tuple[ChangedSetting, ...]:
    """Those in force when each was built, in the order of recoup.toml."""
    pairs = (
        (each.name, getattr(before.settings, each.name), getattr(after.settings, each.name))
        for each in fields(before.settings)
    )
    return tuple(ChangedSetting(name, old, new) for name, old, new in pairs if old != new)

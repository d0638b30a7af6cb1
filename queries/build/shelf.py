"""The partitions that a version stands on, by table and month: the lender's own, and those derived from them."""

from collections.abc import Iterable
from datetime import date, timedelta

from data.book import Partition
from data.partitions import SNAPSHOT


class Shelf:
    """Partitions at hand while a version is built; derived ones are put on it as they are written."""

    def __init__(self, partitions: Iterable[Partition]) -> None:
        self._held: dict[str, dict[date | None, Partition]] = {}
        for partition in partitions:
            self.put(partition)
        self.months: tuple[date, ...] = tuple(sorted(month for month in self._held.get(SNAPSHOT, {}) if month))
        """The month-ends that have a snapshot, ascending."""

    def put(self, partition: Partition) -> None:
        self._held.setdefault(partition.table_name, {})[partition.month] = partition

    def all(self) -> tuple[Partition, ...]:
        return tuple(partition for held in self._held.values() for partition in held.values())

    def of(self, table: str, month: date | None) -> tuple[Partition, ...]:
        """The partition of that month, if there is one."""
        partition = self._held.get(table, {}).get(month)
        return () if partition is None else (partition,)

    def months_of(self, *tables: str) -> tuple[date, ...]:
        """The months that any of these tables has rows of, ascending, whether or not they have a snapshot."""
        return tuple(sorted({month for table in tables for month in self._held.get(table, {}) if month}))

    def until(self, table: str, month: date) -> tuple[Partition, ...]:
        """The partitions of all months up to that one, ascending."""
        held = self._held.get(table, {})
        return tuple(held[m] for m in sorted(m for m in held if m) if m <= month)

    def since(self, table: str, after: date | None, month: date) -> tuple[Partition, ...]:
        """The partitions of the months after one and up to another, ascending; only of the latter where `after` is None."""
        if after is None:
            return self.of(table, month)
        return tuple(p for p in self.until(table, month) if p.month > after)

    def last(self, table: str) -> date | None:
        """The last month that the table has a partition of."""
        return max((m for m in self._held.get(table, {}) if m), default=None)

    def has(self, table: str) -> bool:
        return bool(self._held.get(table))

    def month_after(self, month: date) -> date | None:
        """The month-end of the snapshot after this one, whatever lies between; None after the last."""
        return next((m for m in self.months if m > month), None)

    def month_before(self, month: date) -> date | None:
        """The month-end of the snapshot before this one, whatever lies between; None before the first."""
        earlier = [m for m in self.months if m < month]
        return earlier[-1] if earlier else None

    def follows(self, month: date) -> bool:
        """Whether the snapshot before this one is of the calendar month before."""
        return self.month_before(month) == month.replace(day=1) - timedelta(days=1)

"""The order in which the build does its steps: what waits for nothing is done side by side, each by a connection of its own."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import date
from queue import SimpleQueue

import duckdb

from data.book import Partition
from queries.build.shelf import Shelf
from queries.build.step import Inputs, Step

CORES = os.cpu_count() or 1
MOST_HANDS = 4
"""Months under way at once, at most: each holds what its month needs in memory."""
INTERRUPT_SECONDS = 0.05
"""After which what goes on all the same is interrupted again: an interrupt that comes before a statement begins is lost on it."""
SMALL = 100_000
"""Rows of a book of which more connections would cost more than they save."""
LARGE = 5_000_000
"""Rows of a book of which a month is long enough for a statement to use all cores."""

Work = Callable[[duckdb.DuckDBPyConnection, Step, date, Inputs], Partition | None]
"""One month of one step, by the connection that it is given."""


def hands_for(partitions: Iterable[Partition]) -> int:
    """How many months of a book of these partitions are done side by side.

    Planning a statement uses one core, and what is done between two of them in Python a part of another.
    """
    rows = sum(partition.rows for partition in partitions)
    if rows <= SMALL:
        return 1
    return min(CORES if rows > LARGE else CORES + 1, MOST_HANDS)


def threads_for(partitions: Iterable[Partition]) -> int | None:
    """How many threads a statement of the build of such a book has: a short one loses more by sharing than it gains.

    None: as many as DuckDB finds cores.
    """
    return None if sum(partition.rows for partition in partitions) > LARGE else max(1, CORES // MOST_HANDS)


class Course:
    """Which month of which step may be done next.

    A step begins when those whose partitions it reads have ended; one that reads its own earlier months does one at a time.
    """

    def __init__(self, steps: Sequence[Step], shelf: Shelf) -> None:
        self._shelf = shelf
        self._steps = {step.name: step for step in steps}
        self._left: dict[str, deque[date]] = {}
        self._busy = dict.fromkeys(self._steps, 0)

    def next(self) -> tuple[Step, date] | None:
        """The first in order that waits for nothing, then under way; None where there is none now."""
        for step in self._steps.values():
            if step.name not in self._left and self._may_begin(step):
                self._left[step.name] = deque(step.months(self._shelf))
            if self._left.get(step.name) and not (self._busy[step.name] and step.name in step.reads.values()):
                self._busy[step.name] += 1
                return step, self._left[step.name].popleft()
        return None

    def end(self, step: Step) -> None:
        """A month of the step is done."""
        self._busy[step.name] -= 1

    def _may_begin(self, step: Step) -> bool:
        return all(self._ended(read) for read in step.reads.values() if read in self._steps and read != step.name)

    def _ended(self, name: str) -> bool:
        return name in self._left and not self._left[name] and not self._busy[name]


class Hands:
    """Connections that do months of steps side by side, each in a thread."""

    def __init__(self, connections: Sequence[duckdb.DuckDBPyConnection], work: Work) -> None:
        self._pool = ThreadPoolExecutor(len(connections))
        self._free: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        for connection in connections:
            self._free.put(connection)
        self._work = work
        self._all = connections
        self._running: dict[Future[Partition | None], Step] = {}

    @property
    def idle(self) -> bool:
        return not self._running

    @property
    def full(self) -> bool:
        return len(self._running) == len(self._all)

    def begin(self, step: Step, month: date, inputs: Inputs) -> None:
        self._running[self._pool.submit(self._do, step, month, inputs)] = step

    def ended(self) -> Iterator[tuple[Step, Partition | None]]:
        """Wait for one to end; those that did, with the partition that each wrote. Raises what broke one."""
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        for future in done:
            yield self._running.pop(future), future.result()

    def stop(self) -> None:
        """End what is under way, and wait until it has ended."""
        for future in self._running:
            future.cancel()
        while wait(self._running, timeout=INTERRUPT_SECONDS).not_done:
            for connection in self._all:
                connection.interrupt()
        self._pool.shutdown(wait=True)
        for connection in self._all:
            connection.close()

    def _do(self, step: Step, month: date, inputs: Inputs) -> Partition | None:
        connection = self._free.get()
        try:
            return self._work(connection, step, month, inputs)
        finally:
            self._free.put(connection)


@contextmanager
def hands(connections: Sequence[duckdb.DuckDBPyConnection], work: Work) -> Iterator[Hands]:
    """Hands for a block; when it is left, however, nothing of theirs is under way."""
    of_block = Hands(connections, work)
    try:
        yield of_block
    finally:
        of_block.stop()

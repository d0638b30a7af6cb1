"""Building a version of the book: which months are stale, their facts, the record, the switch."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from data import checks
from data.book import Book, Partition, Version, write_record
from data.duck import MEMORY_LIMIT, connect
from data.findings import Finding
from data.partitions import SNAPSHOT
from data.settings import Settings, write_settings
from queries.build import facts

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of the whole that is done, 0 to 1."""

LEAVERS = "leavers"
_OF_THE_BOOK = {"month_gap", "thin_month"}


def stale_pairs(old: dict[date, Partition], new: dict[date, Partition]) -> tuple[list[date], list[facts.MonthPair]]:
    """Months whose levels, and pairs whose ledger, must be built again when the book goes from `old` to `new` partitions.

    A month's own change touches its levels and the two pairs it stands in. Where a month that is not the last changes which
    loans are open, or is new, entrants of any later month may turn from new to returned: all later pairs are built again.
    """
    changed = {month for month in new if month not in old or old[month].content != new[month].content}
    rostered = [m for m in changed if m not in old or old[m].roster != new[m].roster]
    first = min(rostered, default=None)
    known = {(p.opening, p.closing) for p in facts.month_pairs(old)}
    pairs = [
        pair
        for pair in facts.month_pairs(new)
        if {pair.opening, pair.closing} & changed
        or (pair.opening, pair.closing) not in known
        or (first is not None and pair.closing > first)
    ]
    return sorted(changed), pairs


def build_version(
    book: Book,
    workdir: Path,
    settings: Settings,
    old: Version | None,
    partitions: Sequence[Partition],
    findings: Sequence[Finding],
    sources: Sequence[str],
    code_version: str,
    on_progress: Progress,
    memory_limit: str = MEMORY_LIMIT,
) -> Version:
    """Build the facts of a new version and publish it.

    partitions: all snapshots and the quarantine of the new version. findings: of its rows; those of the book as a whole and of
    its pairs are added here. Facts of months that `old` has and that are not stale are taken over.
    """
    snapshots = {p.month: p for p in partitions if p.table_name == SNAPSHOT and p.month}
    reusable = old if old and old.settings == settings else None
    before = {p.month: p for p in reusable.partitions if p.table_name == SNAPSHOT and p.month} if reusable else {}
    months, pairs = stale_pairs(before, snapshots)
    con = connect(":memory:", workdir, memory_limit)
    built = workdir / "built.duckdb"
    con.execute("attach $path as built", {"path": str(built)})
    if reusable:
        con.execute("attach $path as old (read_only)", {"path": str(book.version_path(reusable.number))})
    facts.define_states(con, settings)
    facts.write_scheme(con, settings)
    facts.create_facts(con, months, [pair.closing for pair in pairs], reuse=reusable is not None)
    files = {month: book.partitions / p.file for month, p in snapshots.items()}
    steps = iter(_shares(len(months) + len(pairs)))
    for month in months:
        on_progress("Building the facts", next(steps))
        facts.build_level(con, month, files[month])
    leavers = {p.month: p for p in (reusable.partitions if reusable else ()) if p.table_name == LEAVERS}
    if min(files) not in leavers:
        leavers[min(files)] = _write_leavers(con, book, min(files))
    for pair in pairs:
        on_progress("Building the facts", next(steps))
        facts.compare_rosters(con, files[pair.opening], files[pair.closing])
        leavers[pair.closing] = _write_leavers(con, book, pair.closing)
        if pair.adjacent:
            facts.build_ledger(con, pair, files, {m: book.partitions / p.file for m, p in leavers.items()})
    stated = [f for f in findings if f.code not in _OF_THE_BOOK and f.code != "dpd_jump"]
    stated += checks.book_findings({month: p.open_loans for month, p in snapshots.items()})
    stated += _jumps(con, book, snapshots)
    version = Version(
        number=0,
        created_at=datetime.now(UTC).replace(tzinfo=None, microsecond=0),
        code_version=code_version,
        sources=tuple(sources),
        settings=settings,
        has_balances=_any(con, "select 1 from built.level where balance is not null limit 1"),
        loans=snapshots[max(snapshots)].open_loans,
        months=tuple(sorted(snapshots)),
        partitions=(*partitions, *leavers.values()),
        findings=tuple(stated),
    )
    write_record(con, version, write_settings(settings))
    con.execute("detach built")
    con.close()
    on_progress("Publishing", 0.97)
    return book.read_version(book.publish(built))


def _any(con: duckdb.DuckDBPyConnection, question: str) -> bool:
    return bool(con.execute(question).fetchall())


def _shares(steps: int) -> list[float]:
    """The share of the whole import that is done at the beginning of each step of the build."""
    return [0.75 + 0.2 * step / steps for step in range(steps)]


def _write_leavers(con: duckdb.DuckDBPyConnection, book: Book, month: date) -> Partition:
    """The leavers partition of the pair in `crossing`, which closes in `month`."""
    file = book.new_partition_file(LEAVERS, month)
    return Partition(LEAVERS, month, file, facts.write_leavers(con, book.partitions / file), "", "", 0)


def _jumps(con: duckdb.DuckDBPyConnection, book: Book, snapshots: dict[date, Partition]) -> list[Finding]:
    """Loans whose days past due grew by more than the days that passed, counted while the ledger was built."""
    counted = con.execute(
        "select month, sum(jumps)::bigint from built.ledger group by month having sum(jumps) > 0"
    ).fetchall()
    openings = {pair.closing: pair.opening for pair in facts.month_pairs(snapshots)}
    return [
        Finding(
            "dpd_jump",
            count,
            facts.jump_examples(con, *(book.partitions / snapshots[m].file for m in (openings[month], month))),
            month,
        )
        for month, count in counted
    ]

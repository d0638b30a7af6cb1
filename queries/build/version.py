"""Building a version of the book: each step of each month taken over or done, the record, the switch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import duckdb

from data import checks
from data.book import Book, Partition, Version, write_record
from data.duck import MEMORY_LIMIT, connect, paths
from data.errors import Refused
from data.findings import Finding
from data.settings import Settings, write_settings
from queries.build import facts
from queries.build.course import Course, hands, hands_for, threads_for
from queries.build.definitions import statements, write_scheme
from queries.build.shelf import Shelf
from queries.build.steps import STEPS, built_by

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of the whole that is done, 0 to 1."""

OF_THE_BOOK = frozenset({"month_gap", "thin_month", "dpd_jump"})
"""Findings that are made anew for each version, whatever was imported."""

DERIVED = frozenset(step.name for step in STEPS if step.keeps == "partition")


@dataclass(frozen=True)
class _Done:
    """A month of a step, and the fingerprint of what it was built from."""

    step: str
    month: date
    fingerprint: str


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
    pseudonyms: str = "",
) -> Version:
    """Build the facts of a new version and publish it.

    partitions: the lender's own, and the quarantine, of the new version. findings: of its rows; those of the book as a whole and
    of its pairs of months are added here. What `old` has and nothing has changed of is taken over.
    """
    shelf = Shelf(partitions)
    built = workdir / "built.duckdb"
    with connect(":memory:", workdir, memory_limit) as con:
        if (threads := threads_for(partitions)) is not None:
            con.execute(f"set threads = {threads}")
        con.execute("attach $path as built", {"path": str(built)})
        con.execute(statements(settings))
        write_scheme(con, settings)
        facts.prepare(con, STEPS)
        facts.create(con, STEPS)
        if old is not None and settings.bucket_names != old.settings.bucket_names:
            _require_buckets(con, book, shelf, settings)
        _build(con, book, shelf, statements(settings), old, on_progress)
        stated = [f for f in findings if f.code not in OF_THE_BOOK]
        stated += checks.book_findings(
            {month: shelf.of("loan_snapshot", month)[0].open_loans for month in shelf.months}
        )
        stated += _jumps(con, book, shelf)
        version = Version(
            number=0,
            created_at=datetime.now(UTC).replace(tzinfo=None, microsecond=0),
            code_version=code_version,
            sources=tuple(sources),
            settings=settings,
            pseudonyms=pseudonyms,
            built_by=built_by(),
            has_balances=_any(con, "select 1 from built.level where balance is not null limit 1"),
            loans=shelf.of("loan_snapshot", shelf.months[-1])[0].open_loans,
            months=shelf.months,
            partitions=shelf.all(),
            findings=tuple(stated),
        )
        write_record(con, version, write_settings(settings))
        con.execute("detach built")
    on_progress("Publishing", 0.97)
    return book.read_version(book.publish(built))


def _require_buckets(con: duckdb.DuckDBPyConnection, book: Book, shelf: Shelf, settings: Settings) -> None:
    """Raises Refused where a loan of which only the bucket is known stands in one that the settings do not have."""
    for month in shelf.months:
        unknown = con.execute(
            """select coalesce(list_sort(list(distinct bucket)), []), count(*) from read_parquet($files)
            where days_past_due is null and status = 'open' and not list_contains($known::varchar[], bucket)""",
            {
                "files": paths(book.partitions / p.file for p in shelf.of("loan_snapshot", month)),
                "known": list(settings.bucket_names),
            },
        ).fetchall()[0]
        if unknown[0]:
            raise Refused(
                "{rows} rows of {month} know only their bucket, {buckets}, which the settings do not have. Keep these names under "
                "[buckets] in recoup.toml, or import all months that have them again in one go.",
                rows=unknown[1],
                month=f"{month:%Y-%m}",
                buckets=", ".join(unknown[0]),
            )


def _any(con: duckdb.DuckDBPyConnection, question: str) -> bool:
    return bool(con.execute(question).fetchall())


def _build(
    con: duckdb.DuckDBPyConnection,
    book: Book,
    shelf: Shelf,
    definitions: str,
    old: Version | None,
    on_progress: Progress,
) -> None:
    """Every month of every step; what was done stands in `built.step_done` for the version after."""
    con.execute("create table built.step_done (step varchar, month date, fingerprint varchar)")
    before = _done_before(con, book, old)
    kept = {(p.table_name, p.month): p for p in (old.partitions if old else ()) if p.table_name in DERIVED}
    share = iter(_shares(sum(len(step.months(shelf)) for step in STEPS)))
    all_done: list[_Done] = []
    taken: dict[str, list[date]] = {step.name: [] for step in STEPS}
    course = Course(STEPS, shelf)
    connections = [_hand(con, definitions) for _ in range(hands_for(shelf.all()))]
    with hands(connections, partial(facts.run, book)) as at_work:
        while (due := course.next()) or not at_work.idle:
            if due is None or at_work.full:
                for step, fresh in at_work.ended():
                    _put(shelf, fresh)
                    course.end(step)
            if due is None:
                continue
            step, month = due
            inputs = step.inputs(shelf, month)
            if inputs is None:
                course.end(step)
                continue
            on_progress("Building the facts", next(share))
            done = _Done(step.name, month, inputs.fingerprint(step.sql, definitions))
            all_done.append(done)
            if done not in before:
                at_work.begin(step, month, inputs)
                continue
            if step.keeps == "fact":
                taken[step.name].append(month)
            else:
                _put(shelf, kept[step.name, month])
            course.end(step)
    for fact, months in taken.items():
        facts.take_over(con, fact, months)
    con.execute(
        "insert into built.step_done select unnest($steps::varchar[]), unnest($months::date[]), unnest($fingerprints::varchar[])",
        {
            "steps": [done.step for done in all_done],
            "months": [done.month for done in all_done],
            "fingerprints": [done.fingerprint for done in all_done],
        },
    )


def _hand(con: duckdb.DuckDBPyConnection, definitions: str) -> duckdb.DuckDBPyConnection:
    """Another connection to the same database, with the names that the steps read."""
    other = con.cursor()
    other.execute(definitions)
    facts.prepare(other, STEPS)
    return other


def _put(shelf: Shelf, partition: Partition | None) -> None:
    if partition is not None:
        shelf.put(partition)


def _shares(steps: int) -> list[float]:
    """The share of the whole import that is done at the beginning of each step of the build."""
    return [0.75 + 0.2 * step / steps for step in range(steps)]


def _done_before(con: duckdb.DuckDBPyConnection, book: Book, old: Version | None) -> set[_Done]:
    """What the version before was built from, which stays attached as `old`."""
    if old is None:
        return set()
    con.execute("attach $path as old (read_only)", {"path": str(book.version_path(old.number))})
    known = con.execute("select 1 from duckdb_tables() where database_name = 'old' and table_name = 'step_done'")
    if not known.fetchall():
        return set()
    return {_Done(*row) for row in con.execute("select step, month, fingerprint from old.step_done").fetchall()}


def _jumps(con: duckdb.DuckDBPyConnection, book: Book, shelf: Shelf) -> list[Finding]:
    """Loans whose days past due grew by more than the days that passed, counted while the ledger was built."""
    ledger = next(step for step in STEPS if step.name == "ledger")
    counted = con.execute(
        "select month, sum(jumps)::bigint from built.ledger group by month having sum(jumps) > 0 order by month"
    ).fetchall()
    findings = []
    for month, count in counted:
        examples = facts.jump_examples(book, con, ledger, ledger.inputs(shelf, month))
        findings.append(Finding("dpd_jump", count, examples, month))
    return findings

"""From files to a new version of the book: read, check, write partitions, build the facts, publish.

Only the last step, one rename, changes what readers see.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from data import checks
from data.book import Book, Partition, Version
from data.duck import connect, watched
from data.errors import InvalidMapping, Refused
from data.findings import Finding, worst_first
from data.mapping import Mapping
from data.partitions import QUARANTINE, write_partition, write_quarantine
from data.propose import counts_months, propose, undecided_dates
from data.pseudonyms import Pseudonyms, require_same
from data.schema import LOAN, LOAN_SNAPSHOT, TABLES, Table
from data.settings import Settings, load_settings
from data.sources import FileOptions, Part, open_sources
from data.staging import create_staged, load_part
from queries.build.steps import built_by
from queries.build.version import Progress, build_version

KNOW_LOANS = (LOAN_SNAPSHOT.name, LOAN.name)

CODE_VERSION = (Path(__file__).parent.parent / "VERSION").read_text(encoding="utf-8").strip()

Confirm = Callable[[Mapping, Sequence[Part]], None]
"""Shows a mapping to a person; returns when it is confirmed, raises a UserError when it is not."""


@dataclass(frozen=True)
class Imported:
    """What an import did: the version now current, whether it is new, the months and rows taken, the rows refused."""

    version: int
    new: bool
    months: tuple[date, ...]
    rows: int
    refused: int
    findings: tuple[Finding, ...]
    mapping: Mapping


def silent(step: str, share: float) -> None:
    """Progress that nobody watches."""


def import_files(
    book: Path | str,
    files: Iterable[Path | str],
    mapping: Mapping | None = None,
    today: date | None = None,
    on_progress: Progress = silent,
    confirm: Confirm | None = None,
    table: str | None = None,
    pseudonyms: Pseudonyms | None = None,
) -> Imported:
    """Import files of one table into a book and publish; a month that is there already is replaced.

    mapping: None takes the one that published files with these columns before, else the proposed one.
    table: what the files hold; None leaves it to the mapping, and means loan_snapshot where there is none.
    pseudonyms: hash loan and customer ids with their key.
    confirm: called with a mapping that was not confirmed before, and the files' parts; raises to stop the import.
    Raises a data.errors.UserError; Refused carries the findings.
    """
    target = Book(book)
    with target.writing() as workdir, connect(workdir / "staged.duckdb", workdir) as con:
        settings = load_settings(target.path)
        old = target.read_version() if target.current() else None
        require_same(old.pseudonyms if old else None, pseudonyms)
        kind = _Kind(mapping, table, settings, today or date.today(), pseudonyms)
        staged = _stage(con, target, workdir, files, kind, old, on_progress, confirm)
        fresh = _write_partitions(con, target, staged.table, old, on_progress)
        months = [p.month for p in fresh]
        earlier = [p for p in old.partitions if p.table_name == QUARANTINE] if old else []
        quarantine = write_quarantine(con, target, staged.table, staged.sources, months, earlier)
        refused = con.execute(f"select count(*) from staged where {checks.REFUSED}").fetchall()[0][0]
        rows = sum(p.rows for p in fresh)
        if old and _is_same(old, fresh, quarantine, settings):
            target.remember_mapping(staged.header, staged.mapping)
            findings = tuple(worst_first(list(old.findings)))
            return Imported(old.number, False, _dated(months), rows, refused, findings, staged.mapping)
        version = build_version(
            target,
            workdir,
            settings,
            old,
            [*_untouched(old, staged.table, months), *fresh, quarantine],
            staged.findings + _still_true(old, staged.table, set(months), set(staged.sources)),
            staged.sources,
            CODE_VERSION,
            on_progress,
            pseudonyms=pseudonyms.fingerprint if pseudonyms else "",
        )
        target.remember_mapping(staged.header, staged.mapping)
        on_progress("Done", 1.0)
        return Imported(
            version.number,
            True,
            _dated(months),
            rows,
            refused,
            tuple(worst_first(list(version.findings))),
            staged.mapping,
        )


def rebuild(book: Path | str, on_progress: Progress = silent) -> int:
    """Build the current version anew with the settings in force, and publish it; the number of the new version.

    Months of which neither the settings, the statements nor the rows have changed are taken over.
    Raises a data.errors.UserError; Refused where the settings do not know a bucket that stands in the book.
    """
    target = Book(book)
    with target.writing() as workdir:
        settings = load_settings(target.path)
        old = target.read_version()
        version = build_version(
            target,
            workdir,
            settings,
            old,
            [p for p in old.partitions if p.table_name in TABLES or p.table_name == QUARANTINE],
            old.findings,
            old.sources,
            CODE_VERSION,
            on_progress,
            pseudonyms=old.pseudonyms,
        )
        on_progress("Done", 1.0)
        return version.number


def check_files(
    book: Path | str,
    files: Iterable[Path | str],
    mapping: Mapping | None = None,
    today: date | None = None,
    table: str | None = None,
    pseudonyms: Pseudonyms | None = None,
) -> tuple[Finding, ...]:
    """The findings that an import of these files would have, worst first; publishes nothing. Raises a UserError."""
    target = Book(book)
    with target.writing() as workdir, connect(workdir / "staged.duckdb", workdir) as con:
        try:
            old = target.read_version() if target.current() else None
            kind = _Kind(mapping, table, load_settings(target.path), today or date.today(), pseudonyms)
            staged = _stage(con, target, workdir, files, kind, old, silent, None)
        except Refused as refused:
            return refused.findings
        return tuple(worst_first(staged.findings))


@dataclass(frozen=True)
class _Kind:
    """What is known of the files before they are read."""

    mapping: Mapping | None
    table: str | None
    settings: Settings
    today: date
    pseudonyms: Pseudonyms | None

    def __post_init__(self) -> None:
        if self.mapping and self.table and self.mapping.table != self.table:
            raise InvalidMapping(
                "The mapping is of {given}, not of {table}. Name the table that the files hold in one place.",
                given=self.mapping.table,
                table=self.table,
            )


@dataclass(frozen=True)
class _Staged:
    table: Table
    mapping: Mapping
    header: tuple[str, ...]
    sources: tuple[str, ...]
    findings: list[Finding]


def _stage(
    con: duckdb.DuckDBPyConnection,
    book: Book,
    workdir: Path,
    files: Iterable[Path | str],
    kind: _Kind,
    old: Version | None,
    on_progress: Progress,
    confirm: Confirm | None,
) -> _Staged:
    """Read, type and judge every row. Raises Refused when something critical is found."""
    on_progress("Opening the files", 0.0)
    named = [Path(file) for file in files]
    looked_with = kind.mapping.file if kind.mapping else FileOptions()
    parts = open_sources(named, workdir / "parts", looked_with)
    mapping = _settled_mapping(book, parts, kind, confirm)
    table = TABLES[mapping.table]
    if table is not LOAN_SNAPSHOT and old is None:
        raise Refused(
            "Import month-end loan snapshots first: {table} says more about loans that the book knows.",
            table=table.name,
        )
    if mapping.file != looked_with:
        parts = open_sources(named, workdir / "parts as remembered", mapping.file)
    create_staged(con, mapping.table)
    for number, part in enumerate(parts):
        with watched(con, _span(on_progress, "Reading the files", 0.02, 0.45, number, len(parts))):
            load_part(con, number, part, mapping, kind.settings, kind.today, kind.pseudonyms)
    if table not in (LOAN_SNAPSHOT, LOAN):
        checks.refuse_unknown_loans(
            con, [book.partitions / p.file for p in old.partitions if p.table_name in KNOW_LOANS]
        )
    months = checks.months_staged(con)
    for index, month in enumerate(months):
        on_progress("Checking each month", 0.45 + 0.1 * index / len(months))
        checks.refuse_repeated(con, table, month)
    findings = checks.refused_findings(con, table, parts)
    unused = [name for name in parts[0].header if name not in mapping.source_columns]
    if unused:
        findings.append(
            Finding("unused_columns", len(unused), values={"columns": ", ".join(unused[:20]), "source": parts[0].name})
        )
    if any(finding.severity == "critical" for finding in findings):
        raise Refused("Nothing was imported: the file breaks the data contract.", worst_first(findings))
    for month in checks.months_staged(con):
        findings += checks.kept_findings(con, table, month, "balance" in mapping.mapped)
    stated = [finding.of_table(table.name) for finding in findings]
    return _Staged(table, mapping, parts[0].header, tuple(part.name for part in parts), stated)


def _settled_mapping(book: Book, parts: Sequence[Part], kind: _Kind, confirm: Confirm | None) -> Mapping:
    """The mapping to use: the given, the one that published such files before, or the proposed; asked for unless known."""
    remembered = book.remembered_mapping(parts[0].header)
    if remembered and remembered.table != (kind.table or LOAN_SNAPSHOT.name):
        remembered = None
    settled = kind.mapping or remembered or propose(parts, kind.settings, table=kind.table or LOAN_SNAPSHOT.name)
    _require(settled, parts)
    if confirm and (settled != remembered or settled.stated_months):
        confirm(settled, parts)
    return settled


def _require(mapping: Mapping, parts: Sequence[Part]) -> None:
    missing = mapping.missing_required()
    if missing:
        raise InvalidMapping(
            "No column gives {missing}. Say in the mapping which one does; the file has the columns {header}.",
            missing=", ".join(missing),
            header=", ".join(parts[0].header[:30]),
        )
    undecided = undecided_dates(mapping, parts[0])
    if undecided:
        raise InvalidMapping(
            "{columns} may be written day first or month first, and no value tells. State which under [dates] in the mapping, "
            'as "%d/%m/%Y" or "%m/%d/%Y".',
            columns=", ".join(f"“{name}”" for name in undecided),
        )
    source = mapping.columns.get("as_of")
    if source in parts[0].header and not mapping.base_month and not mapping.wide and "as_of" not in mapping.dates:
        position = parts[0].header.index(source)
        if counts_months([value for row in parts[0].sample if (value := row[position])]):
            raise InvalidMapping(
                "{column} counts months (0, −1, …). State in the mapping which month is 0, as base_month under [as_of].",
                column=source,
            )


def _span(
    on_progress: Progress, step: str, start: float, end: float, number: int, count: int
) -> Callable[[float], None]:
    """Progress of one of `count` equal steps that together take `start` to `end` of the whole."""
    return lambda share: on_progress(step, start + (end - start) * (number + share) / count)


def _write_partitions(
    con: duckdb.DuckDBPyConnection, book: Book, table: Table, old: Version | None, on_progress: Progress
) -> list[Partition]:
    months = checks.months_staged(con)
    earlier = [p for p in (old.partitions if old else ()) if p.table_name == table.name and not table.dated_by]
    partitions = []
    for index, month in enumerate(months):
        on_progress("Writing each month", 0.55 + 0.2 * index / len(months))
        partitions.append(write_partition(con, book, table, month, earlier))
    return partitions


def _dated(months: Iterable[date | None]) -> tuple[date, ...]:
    return tuple(month for month in months if month)


def _untouched(old: Version | None, table: Table, months: Sequence[date | None]) -> list[Partition]:
    """The lender's partitions that an import of these months of a table leaves as they are."""
    held = [p for p in (old.partitions if old else ()) if p.table_name in TABLES]
    return [p for p in held if p.table_name != table.name or p.month not in months]


def _is_same(old: Version, fresh: Sequence[Partition], quarantine: Partition, settings: Settings) -> bool:
    held = {(p.table_name, p.month, p.content) for p in old.partitions}
    current = settings == old.settings and old.built_by == built_by()
    return current and all((p.table_name, p.month, p.content) in held for p in (*fresh, quarantine))


def _still_true(old: Version | None, table: Table, months: set[date | None], sources: set[str]) -> list[Finding]:
    """Findings of earlier imports that this one does not touch."""
    return [
        finding
        for finding in (old.findings if old else ())
        if finding.table != table.name
        or (finding.month is not None and finding.month not in months)
        or (finding.month is None and "source" in finding.values and finding.values["source"] not in sources)
    ]

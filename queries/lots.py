"""Files of one table on their way into a book: read, mapped, judged, and written as partitions that nobody reads yet."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from data import checks
from data.book import Book, Partition
from data.duck import watched
from data.errors import InvalidMapping, Refused
from data.findings import Finding, worst_first
from data.mapping import Mapping
from data.partitions import QUARANTINE, write_partition, write_quarantine
from data.propose import counts_months, propose, undecided_dates
from data.pseudonyms import Pseudonyms
from data.schema import LOAN, LOAN_SNAPSHOT, TABLES, Table
from data.settings import Settings
from data.sources import FileOptions, Part, open_sources
from data.staging import create_staged, load_part
from queries.build.version import Progress

KNOW_LOANS = (LOAN_SNAPSHOT.name, LOAN.name)

Confirm = Callable[[Mapping, Sequence[Part]], None]
"""Shows a mapping to a person; returns when it is confirmed, raises a UserError when it is not."""


@dataclass(frozen=True)
class Lot:
    """Files of one table, and what is known of them before they are read."""

    files: tuple[Path | str, ...]
    mapping: Mapping | None
    table: str | None

    def __post_init__(self) -> None:
        if self.mapping and self.table and self.mapping.table != self.table:
            raise InvalidMapping(
                "The mapping is of {given}, not of {table}. Name the table that the files hold in one place.",
                given=self.mapping.table,
                table=self.table,
            )


@dataclass(frozen=True)
class Held:
    """What the book holds while lots come in, before anything of it is published."""

    partitions: tuple[Partition, ...]
    findings: tuple[Finding, ...]

    def of(self, table: str) -> list[Partition]:
        """The partitions of a table."""
        return [p for p in self.partitions if p.table_name == table]


@dataclass(frozen=True)
class Told:
    """What is the same for all files of an import."""

    settings: Settings
    today: date
    pseudonyms: Pseudonyms | None
    confirm: Confirm | None = None


@dataclass(frozen=True)
class Staged:
    table: Table
    mapping: Mapping
    header: tuple[str, ...]
    sources: tuple[str, ...]
    findings: list[Finding]


@dataclass(frozen=True)
class Taken:
    """A lot that was read and written, and the partitions that are of it."""

    staged: Staged
    fresh: list[Partition]
    quarantine: Partition
    refused: int

    @property
    def months(self) -> list[date | None]:
        return [p.month for p in self.fresh]


def take(
    con: duckdb.DuckDBPyConnection,
    book: Book,
    folder: Path,
    lot: Lot,
    told: Told,
    held: Held,
    on_progress: Progress,
) -> Taken:
    """Read, check and write the partitions of a lot."""
    staged = stage(con, book, folder, lot, told, held, on_progress)
    fresh = _write_partitions(con, book, staged.table, held, on_progress)
    months = [p.month for p in fresh]
    quarantine = write_quarantine(con, book, staged.table, staged.sources, months, held.of(QUARANTINE))
    refused = con.execute(f"select count(*) from staged where {checks.REFUSED}").fetchall()[0][0]
    return Taken(staged, fresh, quarantine, refused)


def with_lot(held: Held, taken: Taken) -> Held:
    """What the book holds once a lot is in it."""
    table, months = taken.staged.table, taken.months
    untouched = [
        p for p in held.partitions if p.table_name in TABLES and (p.table_name != table.name or p.month not in months)
    ]
    still_true = _still_true(held.findings, table, set(months), set(taken.staged.sources))
    return Held((*untouched, *taken.fresh, taken.quarantine), (*taken.staged.findings, *still_true))


def stage(
    con: duckdb.DuckDBPyConnection,
    book: Book,
    folder: Path,
    lot: Lot,
    told: Told,
    held: Held,
    on_progress: Progress,
) -> Staged:
    """Read, type and judge every row. Raises Refused when something critical is found."""
    on_progress("Opening the files", 0.0)
    named = [Path(file) for file in lot.files]
    looked_with = lot.mapping.file if lot.mapping else FileOptions()
    parts = open_sources(named, folder / "parts", looked_with)
    mapping = _settled_mapping(book, parts, lot, told)
    table = TABLES[mapping.table]
    if table is not LOAN_SNAPSHOT and not held.of(LOAN_SNAPSHOT.name):
        raise Refused(
            "Import month-end loan snapshots first: {table} says more about loans that the book knows.",
            table=table.name,
        )
    if mapping.file != looked_with:
        parts = open_sources(named, folder / "parts as remembered", mapping.file)
    create_staged(con, mapping.table)
    for number, part in enumerate(parts):
        with watched(con, _span(on_progress, "Reading the files", 0.02, 0.45, number, len(parts))):
            load_part(con, number, part, mapping, told.settings, told.today, told.pseudonyms)
    if table not in (LOAN_SNAPSHOT, LOAN):
        checks.refuse_unknown_loans(
            con, [book.partitions / p.file for p in held.partitions if p.table_name in KNOW_LOANS]
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
    return Staged(table, mapping, parts[0].header, tuple(part.name for part in parts), stated)


def _settled_mapping(book: Book, parts: Sequence[Part], lot: Lot, told: Told) -> Mapping:
    """The mapping to use: the given, the one that published such files before, or the proposed; asked for unless known."""
    remembered = book.remembered_mapping(parts[0].header)
    if remembered and remembered.table != (lot.table or LOAN_SNAPSHOT.name):
        remembered = None
    settled = lot.mapping or remembered or propose(parts, told.settings, table=lot.table or LOAN_SNAPSHOT.name)
    _require(settled, parts)
    if told.confirm and (settled != remembered or settled.stated_months):
        told.confirm(settled, parts)
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
    con: duckdb.DuckDBPyConnection, book: Book, table: Table, held: Held, on_progress: Progress
) -> list[Partition]:
    months = checks.months_staged(con)
    earlier = [] if table.dated_by else held.of(table.name)
    partitions = []
    for index, month in enumerate(months):
        on_progress("Writing each month", 0.55 + 0.2 * index / len(months))
        partitions.append(write_partition(con, book, table, month, earlier))
    return partitions


def _still_true(
    findings: Iterable[Finding], table: Table, months: set[date | None], sources: set[str]
) -> list[Finding]:
    """Findings of earlier imports that this one does not touch."""
    return [
        finding
        for finding in findings
        if finding.table != table.name
        or (finding.month is not None and finding.month not in months)
        or (finding.month is None and "source" in finding.values and finding.values["source"] not in sources)
    ]

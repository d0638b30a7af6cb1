"""From files to a new version of the book: read, check, write partitions, build the facts, publish.

Only the last step, one rename, changes what readers see.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from data import mapping as mappings
from data.book import Book, Partition, Version
from data.duck import connect
from data.errors import Refused
from data.findings import Finding, worst_first
from data.partitions import QUARANTINE
from data.pseudonyms import Pseudonyms, require_same
from data.schema import TABLES
from data.settings import Settings, load_settings
from queries.build.steps import built_by
from queries.build.version import Progress, build_version
from queries.lots import Confirm, Held, Lot, Taken, Told, stage, take, with_lot

CODE_VERSION = (Path(__file__).parent.parent / "VERSION").read_text(encoding="utf-8").strip()

READ_SHARE = 0.75
"""Of the whole of an import; the rest is the build of the facts."""


@dataclass(frozen=True)
class Imported:
    """What an import did: the version now current, whether it is new, the months and rows taken, the rows refused."""

    version: int
    new: bool
    months: tuple[date, ...]
    rows: int
    refused: int
    findings: tuple[Finding, ...]
    mapping: mappings.Mapping


def silent(step: str, share: float) -> None:
    """Progress that nobody watches."""


def import_files(
    book: Path | str,
    files: Iterable[Path | str],
    mapping: mappings.Mapping | None = None,
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
    return _import(book, [Lot(tuple(files), mapping, table)], today, on_progress, confirm, pseudonyms)[0]


def import_tables(
    book: Path | str,
    files: Mapping[str, Iterable[Path | str]],
    today: date | None = None,
    on_progress: Progress = silent,
    pseudonyms: Pseudonyms | None = None,
) -> tuple[Imported, ...]:
    """Import files of several tables, by the table's name, into a book in one go: one new version that has them all, or none.

    Snapshots come first where they are new to the book: the other tables are of loans that it knows. Raises a data.errors.UserError.
    """
    lots = [Lot(tuple(of_table), None, table) for table, of_table in files.items()]
    return _import(book, lots, today, on_progress, None, pseudonyms)


def _import(
    book: Path | str,
    lots: Sequence[Lot],
    today: date | None,
    on_progress: Progress,
    confirm: Confirm | None,
    pseudonyms: Pseudonyms | None,
) -> tuple[Imported, ...]:
    target = Book(book)
    with target.writing() as workdir:
        settings = load_settings(target.path)
        old = target.read_version() if target.current() else None
        require_same(old.pseudonyms if old else None, pseudonyms)
        held = Held(old.partitions if old else (), old.findings if old else ())
        told = Told(settings, today or date.today(), pseudonyms, confirm)
        taken: list[Taken] = []
        for at, lot in enumerate(lots):
            progress = _span_of_lot(on_progress, at, len(lots))
            with connect(workdir / f"staged-{at}.duckdb", workdir) as con:
                taken.append(take(con, target, workdir / str(at), lot, told, held, progress))
            held = with_lot(held, taken[-1])
        if old and all(_is_same(old, each.fresh, each.quarantine, settings) for each in taken):
            _remember_mappings(target, taken)
            return tuple(_imported(old, False, each) for each in taken)
        version = build_version(
            target,
            workdir,
            settings,
            old,
            [p for p in held.partitions if p.table_name in TABLES or p.table_name == QUARANTINE],
            held.findings,
            tuple(source for each in taken for source in each.staged.sources),
            CODE_VERSION,
            on_progress,
            pseudonyms=pseudonyms.fingerprint if pseudonyms else "",
        )
        _remember_mappings(target, taken)
        on_progress("Done", 1.0)
        return tuple(_imported(version, True, each) for each in taken)


def _remember_mappings(book: Book, taken: Sequence[Taken]) -> None:
    for each in taken:
        book.remember_mapping(each.staged.header, each.staged.mapping)


def _imported(version: Version, new: bool, taken: Taken) -> Imported:
    return Imported(
        version.number,
        new,
        tuple(month for month in taken.months if month),
        sum(p.rows for p in taken.fresh),
        taken.refused,
        tuple(worst_first(list(version.findings))),
        taken.staged.mapping,
    )


def _span_of_lot(on_progress: Progress, at: int, lots: int) -> Progress:
    """Progress of reading one of several lots, which together are the first three quarters of the whole."""
    return lambda step, share: on_progress(step, (at * READ_SHARE + share) / lots)


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
    mapping: mappings.Mapping | None = None,
    today: date | None = None,
    table: str | None = None,
    pseudonyms: Pseudonyms | None = None,
) -> tuple[Finding, ...]:
    """The findings that an import of these files would have, worst first; publishes nothing. Raises a UserError."""
    target = Book(book)
    lot = Lot(tuple(files), mapping, table)
    with target.writing() as workdir, connect(workdir / "staged.duckdb", workdir) as con:
        try:
            old = target.read_version() if target.current() else None
            held = Held(old.partitions if old else (), old.findings if old else ())
            told = Told(load_settings(target.path), today or date.today(), pseudonyms)
            staged = stage(con, target, workdir, lot, told, held, silent)
        except Refused as refused:
            return refused.findings
        return tuple(worst_first(staged.findings))


def _is_same(old: Version, fresh: Sequence[Partition], quarantine: Partition, settings: Settings) -> bool:
    held = {(p.table_name, p.month, p.content) for p in old.partitions}
    current = settings == old.settings and old.built_by == built_by()
    return current and all((p.table_name, p.month, p.content) in held for p in (*fresh, quarantine))

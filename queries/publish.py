"""From files to a new version of the book: read, check, write partitions, build the facts, publish.

Only the last step, one rename, changes what readers see.
"""

import shutil
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as TableFiles
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from data.book import Book, Partition, Version
from data.duck import connect
from data.errors import Refused
from data.findings import Finding, worst_first
from data.mapping import Mapping
from data.partitions import QUARANTINE
from data.pseudonyms import Pseudonyms, require_same
from data.schema import TABLES
from data.settings import Settings, load_settings
from queries.build.steps import built_by
from queries.build.version import Progress, build_version
from queries.intake import READING, Confirm, Held, Kind, silent, stage, take_in

CODE_VERSION = (Path(__file__).parent.parent / "VERSION").read_text(encoding="utf-8").strip()


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
    return _import(Book(book), [(table, files)], mapping, today, on_progress, confirm, pseudonyms)[0]


def import_tables(
    book: Path | str,
    files: TableFiles[str, Iterable[Path | str]],
    today: date | None = None,
    on_progress: Progress = silent,
) -> tuple[Imported, ...]:
    """Import files of several tables, by name, and publish them as one version, so that its facts are built once.

    The tables are read in their order: month-end snapshots first, where the book has none. What was done of each comes back in it.
    Nothing is published when one of them is refused. Raises a data.errors.UserError; Refused carries the findings.
    """
    return _import(Book(book), list(files.items()), None, today, on_progress, None, None)


def _import(
    book: Book,
    named: Sequence[tuple[str | None, Iterable[Path | str]]],
    mapping: Mapping | None,
    today: date | None,
    on_progress: Progress,
    confirm: Confirm | None,
    pseudonyms: Pseudonyms | None,
) -> tuple[Imported, ...]:
    """Take in these files, table after table, and publish them together."""
    with book.writing() as workdir:
        settings = load_settings(book.path)
        old = book.read_version() if book.current() else None
        require_same(old.pseudonyms if old else None, pseudonyms)
        held = Held([*old.partitions] if old else [], [*old.findings] if old else [])
        taken = []
        for at, (table, files) in enumerate(named):
            kind = Kind(mapping, table, settings, today or date.today(), pseudonyms)
            folder = workdir / str(at)
            folder.mkdir()
            taken.append(take_in(book, folder, files, kind, held, _nth(on_progress, at, len(named)), confirm))
            shutil.rmtree(folder)
        if old and _is_same(old, held.partitions, settings):
            number, findings = old.number, old.findings
        else:
            version = build_version(
                book,
                workdir,
                settings,
                old,
                held.partitions,
                held.findings,
                [source for each in taken for source in each.sources],
                CODE_VERSION,
                on_progress,
                pseudonyms=pseudonyms.fingerprint if pseudonyms else "",
            )
            number, findings = version.number, version.findings
            on_progress("Done", 1.0)
        for each in taken:
            book.remember_mapping(each.header, each.mapping)
        new, found = old is None or number != old.number, tuple(worst_first(list(findings)))
        return tuple(Imported(number, new, each.months, each.rows, each.refused, found, each.mapping) for each in taken)


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
            kind = Kind(mapping, table, load_settings(target.path), today or date.today(), pseudonyms)
            held = old.partitions if old else ()
            staged = stage(con, target, workdir, files, kind, held, silent, None)
        except Refused as refused:
            return refused.findings
        return tuple(worst_first(staged.findings))


def _nth(on_progress: Progress, at: int, of: int) -> Progress:
    """Progress of one of several tables, which together take the share of one."""
    return lambda what, share: on_progress(what, READING * (at + share / READING) / of)


def _is_same(old: Version, partitions: Sequence[Partition], settings: Settings) -> bool:
    held = {(p.table_name, p.month, p.content) for p in old.partitions}
    current = settings == old.settings and old.built_by == built_by()
    return current and all((p.table_name, p.month, p.content) in held for p in partitions)

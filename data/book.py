"""The book on disk: immutable monthly partitions, numbered versions, one atomic step to publish.

A version is a DuckDB file `versions/000012.duckdb` with the facts and the list of the partitions they stand on. It is built
under another name and renamed when it is whole; the highest number is the current one. Nothing that a version refers to is
ever changed, so readers of an older one go on undisturbed, and whatever a killed import leaves behind belongs to no version.
"""

import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from data.errors import BookBusy, BookMissing, BookUnwritable
from data.findings import Finding
from data.mapping import Mapping, load_mapping, write_mapping
from data.settings import Settings, read_settings

_VERSION_NAME = re.compile(r"(\d{6})\.duckdb")


@dataclass(frozen=True)
class Partition:
    """One immutable Parquet file. `content` and `roster` are fingerprints of its rows and of which loans are open."""

    table_name: str
    month: date | None
    file: str
    rows: int
    content: str
    roster: str
    open_loans: int


@dataclass(frozen=True)
class Version:
    """What a version says of itself.

    pseudonyms: tells the key that its ids were hashed with; "" where they are as given. built_by: tells the statements that
    its facts were built by.
    """

    number: int
    created_at: datetime
    code_version: str
    sources: tuple[str, ...]
    settings: Settings
    pseudonyms: str
    built_by: str
    has_balances: bool
    loans: int
    months: tuple[date, ...]
    partitions: tuple[Partition, ...]
    findings: tuple[Finding, ...]


class Book:
    """A book's folder. Reading needs no lock; `writing` admits one writer at a time, across processes."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).absolute()
        self._fresh: list[str] = []

    @property
    def _versions(self) -> Path:
        return self.path / "versions"

    def versions(self) -> list[int]:
        """Numbers of the published versions, ascending; empty when there is no book."""
        if not self._versions.is_dir():
            return []
        return sorted(int(match[1]) for p in self._versions.iterdir() if (match := _VERSION_NAME.fullmatch(p.name)))

    def current(self) -> int | None:
        return max(self.versions(), default=None)

    def version_path(self, number: int | None = None) -> Path:
        """The file of a version, the current one by default. Raises BookMissing."""
        known = self.versions()
        if not known:
            raise BookMissing("There is no book in {path} yet. Import a file first.", path=self.path)
        if number is not None and number not in known:
            raise BookMissing(
                "This book has no version {number}; it has {first} to {last}.",
                number=number,
                first=known[0],
                last=known[-1],
            )
        return self._versions / f"{number or known[-1]:06d}.duckdb"

    @property
    def partitions(self) -> Path:
        return self.path / "partitions"

    def new_partition_file(self, table: str, month: date | None) -> str:
        """A name, relative to the partitions' folder, that no file has yet; its folder exists afterwards."""
        folder = self.partitions / table
        folder.mkdir(parents=True, exist_ok=True)
        self._fresh.append(f"{table}/{month or 'all'}-{uuid.uuid4().hex[:12]}.parquet")
        return self._fresh[-1]

    def read_version(self, number: int | None = None) -> Version:
        """The record of a version. Raises BookMissing."""
        path = self.version_path(number)
        with duckdb.connect(":memory:") as con:
            con.execute("attach $path as book (read_only)", {"path": str(path)})
            return read_version(con, int(path.stem))

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """A working folder under the book's lock, removed afterwards together with partitions that were not published.

        Raises BookBusy when another writer holds the book, BookUnwritable when a file cannot be written or read.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path / "lock", timeout=1):
                self._sweep()
                workdir = self.path / "staging" / uuid.uuid4().hex[:12]
                workdir.mkdir(parents=True)
                try:
                    yield workdir
                finally:
                    shutil.rmtree(workdir, ignore_errors=True)
                    self._discard()
        except Timeout as error:
            raise BookBusy("Another import is working on this book. Wait for it to end and try again.") from error
        except RuntimeError as error:
            if str(error) == "Query interrupted":  # how DuckDB passes on a Ctrl-C
                raise KeyboardInterrupt from error
            raise
        except (OSError, duckdb.OperationalError, duckdb.FatalException) as error:
            raise BookUnwritable(
                "The import could not go on: {error}\n"
                "Nothing was published; the book is as it was. See that there is room on the disk and that the book's folder "
                "may be written, then import again.",
                error=error,
            ) from error

    def publish(self, built: Path) -> int:
        """Make a finished version file the current version; returns its number. One rename: all of it or nothing."""
        self._versions.mkdir(parents=True, exist_ok=True)
        folders = [self.path, self.partitions, *self.partitions.glob("*")]
        for path in [*folders, *self.partitions.glob("*/*.parquet"), built]:
            _sync(path)
        number = (self.current() or 0) + 1
        built.rename(self._versions / f"{number:06d}.duckdb")
        _sync(self._versions)
        return number

    def _mapping_path(self, header: Sequence[str]) -> Path:
        digest = hashlib.sha256("\n".join(header).encode()).hexdigest()
        return self.path / "mappings" / f"{digest[:16]}.toml"

    def remembered_mapping(self, header: Sequence[str]) -> Mapping | None:
        """The mapping confirmed before for files with exactly these columns."""
        path = self._mapping_path(header)
        return load_mapping(path) if path.exists() else None

    def remember_mapping(self, header: Sequence[str], mapping: Mapping) -> None:
        """Keep a confirmed mapping for the next file with these columns.

        It is asked for again where it cannot be kept: an import that is published does not fail for it.
        """
        if self.remembered_mapping(header) == mapping:
            return
        path = self._mapping_path(header)
        beside = path.with_suffix(".part")
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(write_mapping(mapping), encoding="utf-8")
            _sync(beside)
            beside.replace(path)

    def _discard(self) -> None:
        """Remove the partitions of this import that did not become part of a version."""
        with suppress(OSError, duckdb.Error):  # the next import sweeps what stays
            kept = {p.file for p in self.read_version().partitions} if self._fresh and self.current() else set()
            while self._fresh:
                if (file := self._fresh.pop()) not in kept:
                    (self.partitions / file).unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Remove what killed imports left: working folders, and partitions that no version refers to."""
        shutil.rmtree(self.path / "staging", ignore_errors=True)
        kept = {p.file for number in self.versions() for p in self.read_version(number).partitions}
        for path in self.partitions.glob("*/*.parquet"):
            if path.relative_to(self.partitions).as_posix() not in kept:
                path.unlink()


def _sync(path: Path) -> None:
    """Have the file, or a folder's entries, on the disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:  # some file systems cannot sync a folder; the rename is still atomic for readers
        if path.is_file():
            raise
    finally:
        os.close(handle)


def write_record(con: duckdb.DuckDBPyConnection, version: Version, settings_text: str) -> None:
    """Write a version's record (tables book_version, partition, finding) into the attached database `built`."""
    con.execute(
        "create table built.book_version as select $created_at::timestamp as created_at, $code_version as code_version, "
        "$sources::varchar[] as sources, $settings as settings, $pseudonyms as pseudonyms, $built_by as built_by, $has_balances as has_balances, $loans::bigint as loans, "
        "$months::date[] as months",
        {
            "created_at": version.created_at,
            "code_version": version.code_version,
            "sources": list(version.sources),
            "settings": settings_text,
            "pseudonyms": version.pseudonyms,
            "built_by": version.built_by,
            "has_balances": version.has_balances,
            "loans": version.loans,
            "months": list(version.months),
        },
    )
    con.execute(
        "create table built.partition (table_name varchar, month date, file varchar, rows bigint, content varchar, roster varchar, "
        "open_loans bigint)"
    )
    con.execute(
        "insert into built.partition select unnest($1::varchar[]), unnest($2::date[]), unnest($3::varchar[]), unnest($4::bigint[]), "
        "unnest($5::varchar[]), unnest($6::varchar[]), unnest($7::bigint[])",
        [
            [getattr(p, name) for p in version.partitions]
            for name in ("table_name", "month", "file", "rows", "content", "roster", "open_loans")
        ],
    )
    con.execute(
        "create table built.finding (code varchar, month date, count bigint, examples varchar[], details varchar)"
    )
    for f in version.findings:
        con.execute(
            "insert into built.finding values ($1, $2, $3, $4, $5)",
            [f.code, f.month, f.count, list(f.examples), json.dumps(dict(f.values), ensure_ascii=False)],
        )


def read_version(con: duckdb.DuckDBPyConnection, number: int) -> Version:
    """The record of the version attached as `book`."""
    cursor = con.execute("select * from book.book_version")
    said = dict(zip((column[0] for column in cursor.description), cursor.fetchall()[0], strict=True))
    partitions = con.execute(
        "select table_name, month, file, rows, content, roster, open_loans from book.partition order by table_name, month"
    ).fetchall()
    findings = con.execute("select code, count, examples, month, details from book.finding").fetchall()
    return Version(
        number=number,
        created_at=said["created_at"],
        code_version=said["code_version"],
        sources=tuple(said["sources"]),
        settings=read_settings(said["settings"]),
        pseudonyms=said.get("pseudonyms", ""),
        built_by=said.get("built_by", ""),
        has_balances=said["has_balances"],
        loans=said["loans"],
        months=tuple(said["months"]),
        partitions=tuple(Partition(*row) for row in partitions),
        findings=tuple(Finding(c, n, tuple(e), m, json.loads(d)) for c, n, e, m, d in findings),
    )

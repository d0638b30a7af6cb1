"""Opening what a user hands over: which files hold rows, in which encoding and dialect, with which header.

Whatever arrives (CSV in any common encoding, plain or in .zip or .gz, Excel, Parquet, a folder of these) leaves as
`Part`s, each with its header and first rows. Text is streamed, never held in memory.
"""

import gzip
import lzma
import os
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import duckdb
import polars as pl

from data.delimited import open_delimited
from data.duck import paths as literal
from data.errors import UnreadableFile
from data.parts import SAMPLE_ROWS, FileOptions, Part
from data.workbooks import open_workbook

__all__ = ["SUFFIXES", "FileOptions", "Part", "open_sources"]

CSV_SUFFIXES = (".csv", ".txt", ".tsv")
EXCEL_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls")
SUFFIXES = (*CSV_SUFFIXES, *EXCEL_SUFFIXES, ".parquet", ".zip", ".gz")
_CHUNK = 1 << 20
_MAX_NESTED = 3
_MAX_UNPACKED_BYTES = 64 << 30
_MAX_RATIO, _RATIO_COUNTS_FROM_BYTES = 300, 1 << 30
"""A month of loans packs 10 to 100 times smaller; what unpacks to more than 300 times its size is made to fill a disk."""


def open_sources(paths: Iterable[Path], workdir: Path, options: FileOptions | None = None) -> list[Part]:
    """Parts of all files, in the order given; folders are read recursively, by name.

    Raises UnreadableFile naming the file and what to do. Writes only inside `workdir`.
    """
    workdir.mkdir(parents=True, exist_ok=True)
    opener = _Opener(workdir, options or FileOptions())
    parts = [part for path, name in _named(paths) for part in opener.open(path, name)]
    if not parts:
        raise UnreadableFile(
            "There is no file to import. Files that can be read: {suffixes}.", suffixes=", ".join(SUFFIXES)
        )
    return parts


def _named(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """Each file with what it is called in messages and quarantine: its name, with its folders where names repeat."""
    found = [(path, name) for given in paths for path, name in _files(given)]
    repeated = {name for name, times in Counter(name for _, name in found).items() if times > 1}
    return [(path, _spoken(path.as_posix() if name in repeated else name)) for path, name in found]


def _files(path: Path) -> list[tuple[Path, str]]:
    if path.is_file():
        return [(path, path.name)]
    if not path.is_dir():
        raise UnreadableFile("There is no file {name}.", name=_spoken(str(path)))
    found = sorted(p for p in path.rglob("*") if p.is_file() and _is_readable(p.relative_to(path)))
    if not found:
        raise UnreadableFile(
            "The folder {name} holds no file that can be read ({suffixes}).",
            name=_spoken(path.name),
            suffixes=", ".join(SUFFIXES),
        )
    return [(p, p.relative_to(path).as_posix()) for p in found]


def _is_readable(inside: Path) -> bool:
    """Whether a file found in a folder or archive is meant: of a known type, and not what systems leave beside files."""
    hidden = any(name.startswith((".", "~$", "__MACOSX")) and name != ".." for name in inside.parts)
    return inside.suffix.lower() in SUFFIXES and not hidden


def _spoken(name: str) -> str:
    """A file's name as text, also where its bytes are not UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", errors="replace")
    return name


class _Opener:
    """Carries the working folder and the options through nested archives."""

    def __init__(self, workdir: Path, options: FileOptions) -> None:
        self.workdir = workdir
        self.options = options
        self.named = 0
        self.unpacked = 0
        self.room = min(_MAX_UNPACKED_BYTES, shutil.disk_usage(workdir).free - (256 << 20))

    def open(self, path: Path, name: str, depth: int = 0) -> list[Part]:
        try:
            return self._open(path, name, depth)
        except OSError as error:
            raise UnreadableFile("{name} cannot be read: {reason}.", name=name, reason=error.strerror) from error

    def _open(self, path: Path, name: str, depth: int) -> list[Part]:
        suffix = path.suffix.lower()
        if suffix in (".zip", ".gz") and depth >= _MAX_NESTED:
            raise UnreadableFile("{name} is packed too many times over. Unpack it yourself.", name=name)
        if suffix == ".zip":
            return self._zip(path, name, depth)
        if suffix == ".gz":
            return self._gzip(path, name, depth)
        if suffix == ".parquet":
            return [_parquet(self._plainly_named(path), name)]
        if suffix in EXCEL_SUFFIXES:
            return open_workbook(self._plainly_named(path), name, self.options, self.workdir, self._new_name())
        if suffix in CSV_SUFFIXES:
            return [open_delimited(path, name, self.options, self.workdir / f"{self._new_name()}.numbered")]
        raise UnreadableFile(
            "{name}: files of type “{suffix}” cannot be read. Files that can be: {suffixes}.",
            name=name,
            suffix=suffix or "?",
            suffixes=", ".join(SUFFIXES),
        )

    def _new_name(self) -> str:
        self.named += 1
        return f"{self.named:06d}"

    def _plainly_named(self, path: Path) -> Path:
        """The file under a name that any library takes."""
        link = self.workdir / f"{self._new_name()}{path.suffix.lower()}"
        link.symlink_to(path.absolute())
        return link

    def _unpack(self, stream: IO[bytes], name: str, inner_suffix: str, packed_bytes: int) -> Path:
        target = self.workdir / f"{self._new_name()}{inner_suffix}"
        size = 0
        with target.open("wb") as out:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                self.unpacked += len(chunk)
                if self.unpacked > self.room:
                    raise UnreadableFile(
                        "{name} is larger unpacked than there is room for. Unpack it yourself.", name=name
                    )
                if size > max(_RATIO_COUNTS_FROM_BYTES, _MAX_RATIO * packed_bytes):
                    raise UnreadableFile(
                        "{name} unpacks to more than {times} times its size: that is no table of loans.",
                        name=name,
                        times=_MAX_RATIO,
                    )
                out.write(chunk)
        return target

    def _zip(self, path: Path, name: str, depth: int) -> list[Part]:
        parts: list[Part] = []
        try:
            with zipfile.ZipFile(path) as archive:
                members = [(_member_name(m), m) for m in archive.infolist() if not m.is_dir()]
                for inner, member in sorted(members, key=lambda m: m[0]):
                    if not _is_readable(Path(inner)):
                        continue
                    with archive.open(member) as stream:
                        unpacked = self._unpack(stream, name, Path(inner).suffix.lower(), member.compress_size)
                    parts += self.open(unpacked, f"{name} › {inner}", depth + 1)
        except NotImplementedError as error:
            raise UnreadableFile(
                "{name} is packed in a way that cannot be read here. Unpack it yourself.", name=name
            ) from error
        except RuntimeError as error:
            raise UnreadableFile("{name} is locked with a password. Unpack it yourself.", name=name) from error
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError) as error:
            raise UnreadableFile("{name} is not a whole .zip file. Pack it again.", name=name) from error
        if not parts:
            raise UnreadableFile(
                "{name} holds no file that can be read ({suffixes}).", name=name, suffixes=", ".join(SUFFIXES)
            )
        return parts

    def _gzip(self, path: Path, name: str, depth: int) -> list[Part]:
        inner = name.removesuffix(Path(name).suffix)
        suffix = Path(inner).suffix.lower()
        if suffix == ".tar":
            raise UnreadableFile(
                "{name}: files of type “{suffix}” cannot be read. Files that can be: {suffixes}.",
                name=name,
                suffix=".tar",
                suffixes=", ".join(SUFFIXES),
            )
        try:
            with gzip.open(path) as stream:
                unpacked = self._unpack(stream, name, suffix if suffix in SUFFIXES else ".csv", path.stat().st_size)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise UnreadableFile("{name} is not a whole .gz file. Pack it again.", name=name) from error
        return self.open(unpacked, inner if suffix in (".gz", ".zip") else name, depth + 1)


def _parquet(path: Path, name: str) -> Part:
    try:
        header = tuple(pl.read_parquet_schema(path))
        columns = ", ".join(f"c{index}" for index in range(len(header)))
        with duckdb.connect(":memory:") as con:
            con.execute(
                f"create table head as select columns(*)::varchar from {parquet_rows('$file', columns)} limit {SAMPLE_ROWS}",
                {"file": literal([path])},
            )
            sample = tuple(con.execute("select * from head").fetchall())
    except (pl.exceptions.PolarsError, duckdb.Error, OSError) as error:
        raise UnreadableFile("{name} is not a whole Parquet file. Export it again.", name=name) from error
    return Part(name, "parquet", path, header, sample)


def parquet_rows(files: str, columns: str, number_rows: bool = False) -> str:
    """A Parquet file as a table with the given column names: by position, since a file's own names are the user's.

    number_rows: the last column is the row's number in its file, from 0.
    """
    numbered = ", file_row_number = true" if number_rows else ""
    return f"read_parquet({files}, hive_partitioning = false{numbered}) as rows({columns})"


def _member_name(member: zipfile.ZipInfo) -> str:
    """The member's name; archives made on Chinese Windows carry GBK names, those of macOS UTF-8 ones, without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return member.filename.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return member.filename

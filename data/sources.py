"""Opening what a user hands over: which files hold rows, in which encoding and dialect, with which header.

Whatever arrives (CSV in any common encoding, plain or in .zip or .gz, Excel, Parquet, a folder of these) leaves as
`Part`s: a UTF-8 CSV or a Parquet file that DuckDB reads directly, with its header known. Files are streamed, never
held in memory.
"""

import codecs
import csv
import gzip
import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Literal

import fastexcel
import polars as pl

from data.errors import UnreadableFile

CSV_SUFFIXES = (".csv", ".txt", ".tsv")
EXCEL_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls")
SUFFIXES = (*CSV_SUFFIXES, *EXCEL_SUFFIXES, ".parquet", ".zip", ".gz")
DELIMITERS = ",;\t|"
SAMPLE_ROWS = 2_000
_CHUNK = 1 << 20
_MAX_UNPACKED_BYTES = 64 << 30


@dataclass(frozen=True)
class FileOptions:
    """How to read a file when looking is not enough; None means look."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int = 1


@dataclass(frozen=True)
class Part:
    """One table of rows. `path` is ours (UTF-8 CSV or Parquet); `name` is what the user calls it."""

    name: str
    kind: Literal["csv", "parquet"]
    path: Path
    header: tuple[str, ...]
    sample: tuple[tuple[str | None, ...], ...]
    delimiter: str = ","
    skip_rows: int = 1


def open_sources(paths: Iterable[Path], workdir: Path, options: FileOptions | None = None) -> list[Part]:
    """Parts of all files, in the order given; folders are read recursively, by name.

    Raises UnreadableFile naming the file and what to do. Writes only inside `workdir`.
    """
    workdir.mkdir(parents=True, exist_ok=True)
    opener = _Opener(workdir, options or FileOptions())
    parts = [part for path in _files(paths) for part in opener.open(path, path.name)]
    if not parts:
        raise UnreadableFile(
            "There is no file to import. Files that can be read: {suffixes}.", suffixes=", ".join(SUFFIXES)
        )
    return parts


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in SUFFIXES)
            if not found:
                raise UnreadableFile(
                    "The folder {name} holds no file that can be read ({suffixes}).",
                    name=path.name,
                    suffixes=", ".join(SUFFIXES),
                )
            yield from found
        elif path.is_file():
            yield path
        else:
            raise UnreadableFile("There is no file {name}.", name=str(path))


class _Opener:
    """Carries the working folder and the options through nested archives."""

    def __init__(self, workdir: Path, options: FileOptions) -> None:
        self.workdir = workdir
        self.options = options
        self.written = 0

    def open(self, path: Path, name: str) -> list[Part]:
        suffix = path.suffix.lower()
        if suffix == ".zip":
            return self._zip(path, name)
        if suffix == ".gz":
            return self._gzip(path, name)
        if suffix == ".parquet":
            return [_parquet(path, name)]
        if suffix in EXCEL_SUFFIXES:
            return [self._excel(path, name)]
        if suffix in CSV_SUFFIXES:
            return [self._csv(path, name)]
        raise UnreadableFile(
            "{name}: files of type “{suffix}” cannot be read. Files that can be: {suffixes}.",
            name=name,
            suffix=suffix or "?",
            suffixes=", ".join(SUFFIXES),
        )

    def _new_path(self, suffix: str) -> Path:
        self.written += 1
        return self.workdir / f"{self.written:06d}{suffix}"

    def _unpack(self, stream: IO[bytes], name: str, inner_suffix: str) -> Path:
        target = self._new_path(inner_suffix)
        room = min(_MAX_UNPACKED_BYTES, shutil.disk_usage(self.workdir).free - (256 << 20))
        with target.open("wb") as out:
            size = 0
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > room:
                    raise UnreadableFile(
                        "{name} is larger unpacked than there is room for. Unpack it yourself.", name=name
                    )
                out.write(chunk)
        return target

    def _zip(self, path: Path, name: str) -> list[Part]:
        parts: list[Part] = []
        try:
            with zipfile.ZipFile(path) as archive:
                for member in sorted(archive.infolist(), key=lambda m: m.filename):
                    inner = Path(_member_name(member))
                    readable = inner.suffix.lower() in SUFFIXES and inner.suffix.lower() != ".zip"
                    if member.is_dir() or not readable or inner.parts[0] == "__MACOSX" or inner.name.startswith("."):
                        continue
                    with archive.open(member) as stream:
                        unpacked = self._unpack(stream, name, inner.suffix.lower())
                    parts += self.open(unpacked, f"{name} › {inner.name}")
        except zipfile.BadZipFile as error:
            raise UnreadableFile("{name} is not a whole .zip file. Pack it again.", name=name) from error
        except RuntimeError as error:
            raise UnreadableFile("{name} is locked with a password. Unpack it yourself.", name=name) from error
        if not parts:
            raise UnreadableFile(
                "{name} holds no file that can be read ({suffixes}).", name=name, suffixes=", ".join(SUFFIXES)
            )
        return parts

    def _gzip(self, path: Path, name: str) -> list[Part]:
        inner = Path(name).with_suffix("").name
        suffix = Path(inner).suffix.lower()
        try:
            with gzip.open(path) as stream:
                unpacked = self._unpack(stream, name, suffix if suffix in SUFFIXES else ".csv")
        except (gzip.BadGzipFile, EOFError) as error:
            raise UnreadableFile("{name} is not a whole .gz file. Pack it again.", name=name) from error
        return self.open(unpacked, name)

    def _excel(self, path: Path, name: str) -> Part:
        try:
            workbook = fastexcel.read_excel(path)
            sheet = self.options.sheet or workbook.sheet_names[0]
            if sheet not in workbook.sheet_names:
                raise UnreadableFile(
                    "{name} has no sheet “{sheet}”; it has {sheets}.",
                    name=name,
                    sheet=sheet,
                    sheets=", ".join(workbook.sheet_names),
                )
            frame = workbook.load_sheet(sheet, header_row=self.options.header_row - 1, dtypes="string").to_polars()
        except fastexcel.FastExcelError as error:
            raise UnreadableFile("{name} cannot be read as a workbook: {error}", name=name, error=error) from error
        target = self._new_path(".parquet")
        frame.write_parquet(target)
        return _parquet(target, name)

    def _csv(self, path: Path, name: str) -> Part:
        encoding = self.options.encoding or detect_encoding(path, name)
        if codecs.lookup(encoding).name not in ("utf-8", "utf-8-sig"):
            path = self._transcode(path, encoding, name)
        skip = self.options.header_row - 1
        with path.open(encoding="utf-8-sig", newline="") as lines:
            text = list(islice(lines, skip + SAMPLE_ROWS))[skip:]
        if not text:
            raise UnreadableFile("{name} is empty.", name=name)
        delimiter = self.options.delimiter or _delimiter(text)
        rows = list(csv.reader(text, delimiter=delimiter))
        header = _unique(rows[0])
        sample = tuple(tuple(row) for row in rows[1:] if len(row) == len(header))
        return Part(name, "csv", path, header, sample, delimiter, skip_rows=skip + 1)

    def _transcode(self, path: Path, encoding: str, name: str) -> Path:
        target = self._new_path(".csv")
        try:
            with (
                path.open(encoding=encoding, newline="") as source,
                target.open("w", encoding="utf-8", newline="") as out,
            ):
                while text := source.read(_CHUNK):
                    out.write(text)
        except UnicodeDecodeError as error:
            raise UnreadableFile(
                "{name} is not {encoding} text (byte {position}). Save it as UTF-8.",
                name=name,
                encoding=encoding,
                position=error.start,
            ) from error
        return target


def detect_encoding(path: Path, name: str) -> str:
    """The encoding of a text file: by its byte-order mark, else UTF-8 if the whole file is, else GB18030 if it is."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    for encoding in ("utf-8", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise UnreadableFile("{name} is neither UTF-8 nor GB18030 text. Save it as CSV in UTF-8.", name=name)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _delimiter(lines: list[str]) -> str:
    """The delimiter that splits header and rows into the same number of columns, as many as possible."""

    def agreement(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row in csv.reader(lines[:200], delimiter=delimiter) if row]
        return (
            (sum(width == widths[0] for width in widths) / len(widths), widths[0])
            if widths and widths[0] > 1
            else (0.0, 0)
        )

    scored = {delimiter: agreement(delimiter) for delimiter in DELIMITERS}
    good = [d for d in DELIMITERS if scored[d][0] >= 0.8] or list(DELIMITERS)
    return max(good, key=lambda d: scored[d][1])


def _parquet(path: Path, name: str) -> Part:
    try:
        head = pl.scan_parquet(path, glob=False).head(SAMPLE_ROWS).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise UnreadableFile("{name} cannot be read as Parquet: {error}", name=name, error=error) from error
    nested = [column for column, dtype in head.schema.items() if dtype.is_nested()]
    if nested:
        head = head.drop(nested)
    text = head.select(pl.all().cast(pl.String))
    return Part(name, "parquet", path, tuple(text.columns), tuple(text.rows()))


def _unique(names: list[str]) -> tuple[str, ...]:
    """Header names, trimmed; a repeated name gets its position, an empty one too, so that each can be mapped."""
    header: list[str] = []
    for position, name in enumerate((n.strip() for n in names), start=1):
        header.append(name if name and name not in header else f"{name or 'column'}_{position}")
    return tuple(header)


def _member_name(member: zipfile.ZipInfo) -> str:
    """The member's name; archives made on Chinese Windows carry GBK names without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename

"""Reading delimited text: its encoding, its delimiter, its header, and a copy in which every row carries its line.

The copy is UTF-8 with one kind of line end, without blank lines, and its first field is the number of the line in the
user's file: so a refused row is named where an editor shows it, whatever quoted line breaks, blank or broken lines stand
above. A quotation mark that is never closed costs its own line, not the ones after it.
"""

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from data.errors import UnreadableFile
from data.parts import SAMPLE_ROWS, FileOptions, Part, unique_names

DELIMITERS = ",;\t|"
MAX_LINE = 1_000_000
"""Characters. A longer line is no row of a table."""
_MAX_RECORD_LINES = 200
_CHUNK = 1 << 18
_ASCII_TRAIL_SHARE_MAX = 0.3
_BROKEN_SHARE_MAX = 0.05

Record = tuple[int, str]

csv.field_size_limit(2 * MAX_LINE)


def open_delimited(path: Path, name: str, options: FileOptions, copy: Path) -> Part:
    """The part that a text file holds. Raises UnreadableFile naming the file and what to do."""
    encoding = _encoding(path, name, options.encoding)
    lines = _first_lines(path, encoding, name, options.header_row + SAMPLE_ROWS)
    start = options.header_row - 1
    while start < len(lines) and not lines[start].strip():
        start += 1
    if start >= len(lines):
        raise UnreadableFile("{name} is empty.", name=name)
    hint = re.fullmatch(r'"?sep=(.)"?', lines[start].strip("\ufeff \t"), re.IGNORECASE)
    if hint:  # the line with which Excel is told the delimiter
        start += 1
    delimiter = options.delimiter or (hint[1] if hint else _delimiter(lines[start:]))
    records = list(chain.from_iterable(_records([lines[start:]], delimiter, start + 1)))[: SAMPLE_ROWS + 1]
    if not records:
        raise UnreadableFile("{name} is empty.", name=name)
    header = unique_names(next(csv.reader([records[0][1]], delimiter=delimiter)))
    rows = csv.reader((text for _, text in records[1:]), delimiter=delimiter)
    sample = tuple(tuple(row) for row in rows if len(row) == len(header))
    return Part(name, "csv", path, header, sample, delimiter, encoding, records[0][0], copy)


def write_numbered(part: Part, target: Path) -> None:
    """Write the rows of a delimited part to `target`: the line, then the fields, without the header.

    Lines that cannot be rows become rows of two fields, the second the whole line. Raises UnreadableFile.
    """
    width = len(part.header)
    blocks = _blocks(part.path, part.encoding, part.name)
    with target.open("w", encoding="utf-8", newline="") as out:
        header_seen = False
        for records in _records(_from_line(blocks, part.header_line), part.delimiter, part.header_line, width):
            rows = records if header_seen else records[1:]
            header_seen = header_seen or bool(records)
            out.write("".join([f"{line}{part.delimiter}{text}\n" for line, text in rows]))


def _from_line(blocks: Iterable[list[str]], first: int) -> Iterator[list[str]]:
    """The blocks without the lines before line `first`."""
    skip = first - 1
    for lines in blocks:
        if skip < len(lines):
            yield lines[skip:]
        skip = max(0, skip - len(lines))


def _first_lines(path: Path, encoding: str, name: str, count: int) -> list[str]:
    lines: list[str] = []
    for block in _blocks(path, encoding, name):
        lines += block
        if len(lines) >= count:
            break
    return lines


def _blocks(path: Path, encoding: str, name: str) -> Iterator[list[str]]:
    """The whole lines of a text, many at a time, without their ends."""
    line, rest = 1, ""
    try:
        with path.open(encoding=encoding, newline=None) as text:
            while chunk := text.read(_CHUNK):
                if "\0" in chunk:
                    line += (rest + chunk[: chunk.index("\0")]).count("\n")
                    raise UnreadableFile(
                        "{name} is not text: line {line} holds a zero byte. Export it as CSV, or correct that line.",
                        name=name,
                        line=line,
                    )
                lines = (rest + chunk).split("\n")
                rest = lines.pop()
                if len(rest) > MAX_LINE:
                    raise UnreadableFile(
                        "{name}: line {line} is longer than {limit} characters. A table has one row on each line.",
                        name=name,
                        line=line + len(lines),
                        limit=f"{MAX_LINE:,}",
                    )
                yield lines
                line += len(lines)
            if rest:
                yield [rest]
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            "{name} is not {encoding} text, from about line {line} on. Save it as CSV in UTF-8.",
            name=name,
            encoding=encoding.removesuffix("-sig"),
            line=line,
        ) from error


def _records(blocks: Iterable[list[str]], delimiter: str, first: int, width: int = 2) -> Iterator[list[Record]]:
    """The records in blocks of lines, with the line each begins on; a quoted line break does not end one."""
    blank = f" \t{delimiter}\ufeff"
    reader = _Quoted(delimiter, width)
    line = first
    for lines in blocks:
        numbered = enumerate(lines, start=line)
        line += len(lines)
        if reader.waiting or any('"' in text for text in lines):
            yield reader.read(
                (n, text) for n, text in numbered if reader.waiting or text.replace('""', "").strip(blank)
            )
        else:
            yield [(number, text) for number, text in numbered if text.strip(blank)]
    yield reader.end()


class _Quoted:
    """Puts lines together to records where quotation marks are."""

    def __init__(self, delimiter: str, width: int) -> None:
        self.waiting: list[Record] = []
        self._delimiter = delimiter
        self._filler = delimiter if width == 1 else ""
        d = re.escape(delimiter)
        field = rf'(?: *"[^"]*(?:""[^"]*)*" *|(?! *")[^{d}]*)'
        self._whole = re.compile(rf"{field}(?:{d}{field})*")
        self._open = re.compile(rf'(?:{field}{d})* *"[^"]*(?:""[^"]*)*')

    def read(self, lines: Iterable[Record]) -> list[Record]:
        done: list[Record] = []
        for number, text in lines:
            if not self.waiting and ('"' not in text or self._well_quoted(text)):
                done.append((number, text))
            else:
                self._settle(deque([(number, text)]), done)
        return done

    def end(self) -> list[Record]:
        """What is left when the text is over: an open quotation mark is never closed now."""
        done: list[Record] = []
        while self.waiting:
            first, *others = self.waiting
            self.waiting = []
            done.append(self._broken(first))
            self._settle(deque(others), done)
        return done

    def _settle(self, queue: deque[Record], done: list[Record]) -> None:
        while queue:
            self.waiting.append(queue.popleft())
            joined = "\n".join(text for _, text in self.waiting)
            if self._whole.fullmatch(joined):
                done.append((self.waiting[0][0], joined))
                self.waiting = []
            elif len(self.waiting) > _MAX_RECORD_LINES or not self._open.fullmatch(joined):
                first, *others = self.waiting
                self.waiting = []
                done.append(self._broken(first))
                queue.extendleft(reversed(others))

    def _well_quoted(self, text: str) -> bool:
        """Quickly: every quotation mark stands at an end of a field, as many opening as closing."""
        d = self._delimiter
        opening = text.count(f'{d}"') + text.startswith('"')
        closing = text.count(f'"{d}') + text.endswith('"')
        return opening == closing and opening + closing == text.count('"')

    def _broken(self, record: Record) -> Record:
        quoted = record[1].replace('"', '""')
        return record[0], f'"{quoted}"{self._filler}{self._filler}'


def _encoding(path: Path, name: str, stated: str | None) -> str:
    encoding = stated or detect_encoding(path, name)
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding


def detect_encoding(path: Path, name: str) -> str:
    """The encoding of a text file: by its byte-order mark, else UTF-8 if the whole file is, else GB18030 if it reads so.

    Raises UnreadableFile when it is none of these, or when that cannot be told.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if _decodes(path, "utf-8"):
        return "utf-8-sig"
    _require_not_nearly_utf8(path, name)
    if _decodes(path, "gb18030") and _reads_as_chinese(path):
        return "gb18030"
    raise UnreadableFile(
        "{name} is neither UTF-8 nor GB18030 text. Save it as CSV in UTF-8, or state its encoding under [file] in the mapping.",
        name=name,
    )


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _require_not_nearly_utf8(path: Path, name: str) -> None:
    """Raise where a text is UTF-8 but for a few broken letters: as GB18030, all the others would be wrong."""
    good, broken, line, first = 0, 0, 1, 0
    with path.open(encoding="utf-8", errors="replace", newline=None) as text:
        while chunk := text.read(_CHUNK):
            found = chunk.count("\ufffd")
            if found and not first:
                first = line + chunk[: chunk.index("\ufffd")].count("\n")
            broken += found
            good += len(chunk) - found - len(re.sub(r"[^\x00-\x7f]", "", chunk))
            line += chunk.count("\n")
    if broken < _BROKEN_SHARE_MAX * good:
        raise UnreadableFile(
            "{name} is UTF-8 text but for broken letters, the first in line {line}. Correct them, or save it anew in UTF-8.",
            name=name,
            line=first,
        )


def _reads_as_chinese(path: Path) -> bool:
    """Whether text that decodes as GB18030 is: nearly anything does. An accented letter before a plain one makes a rare sign."""
    common = rare = 0
    with path.open(encoding="gb18030", errors="replace", newline="") as text:
        while chunk := text.read(_CHUNK):
            for sign in re.findall(r"[^\x00-\x7f]", chunk):
                code = sign.encode("gb18030", errors="replace")
                if len(code) == 2 and code[1] >= 0xA1:
                    common += 1
                else:
                    rare += 1
            if common + rare > 10_000:
                break
    return rare <= _ASCII_TRAIL_SHARE_MAX * (common + rare)


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

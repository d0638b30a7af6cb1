"""What a file becomes once it is open: a `Part`, one table of rows whose header is known."""

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from data.errors import InvalidMapping

SAMPLE_ROWS = 2_000


@dataclass(frozen=True)
class FileOptions:
    """How to read a file when looking is not enough; None means look.

    header_row: the line, or row of the sheet, that names the columns; what stands above it is not read.
    Raises InvalidMapping for what no file can have.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int = 1

    def __post_init__(self) -> None:
        for name in ("encoding", "delimiter", "sheet"):
            if not isinstance(getattr(self, name), str | None):
                raise InvalidMapping("{key} under [file] must be a text in quotation marks.", key=name)
        if self.encoding is not None and not _is_text_encoding(self.encoding):
            raise InvalidMapping(
                "There is no text encoding “{encoding}”. Common ones are utf-8, gb18030, big5, utf-16, cp1252.",
                encoding=self.encoding,
            )
        if self.delimiter is not None and (len(self.delimiter) != 1 or self.delimiter in '"\r\n\0 '):
            raise InvalidMapping("delimiter under [file] must be one character, such as , or ; or | or \\t.")
        if type(self.header_row) is not int or self.header_row < 1:
            raise InvalidMapping("header_row under [file] must be a whole number, 1 for the first row.")


def _is_text_encoding(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding
    except LookupError:
        return False


@dataclass(frozen=True)
class Part:
    """One table of rows. `name` is what the user calls it, `path` where its bytes are.

    csv: delimited text in `encoding`, whose header stands in line `header_line`; `copy` names the file that its numbered
    UTF-8 copy may be written to. sheet: Parquet of ours, whose first column is the row of the sheet. parquet: the user's.
    """

    name: str
    kind: Literal["csv", "sheet", "parquet"]
    path: Path
    header: tuple[str, ...]
    sample: tuple[tuple[str | None, ...], ...]
    delimiter: str = ","
    encoding: str = "utf-8-sig"
    header_line: int = 1
    copy: Path | None = None


def unique_names(names: list[str]) -> tuple[str, ...]:
    """Header names, trimmed; a repeated name gets its position, an empty one too, so that each can be mapped."""
    given = [name.strip(" \t\r\n\u00a0\u3000\ufeff") for name in names]
    header: list[str] = []
    for position, name in enumerate(given, start=1):
        taken = {*header, *given[position:]}
        unique = name
        while not unique or unique in header or (unique != name and unique in taken):
            unique = f"{unique or 'column'}_{position}"
        header.append(unique)
    return tuple(header)

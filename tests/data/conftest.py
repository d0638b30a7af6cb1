"""A book to import into, and files as a lender's export would make them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

IMPORTED_ON = date(2026, 1, 15)
HEADER = "loan_id,as_of,days_past_due,balance"


@dataclass(frozen=True)
class Shelf:
    """A book of the test. What it holds is read from its files by Polars, without a question of ours."""

    path: Path

    def bring(self, *files: Path, mapping: str | None = None, today: date = IMPORTED_ON, **options):
        """Import the files, with a mapping given as TOML or the proposed one; what `import_files` says of it."""
        from data.mapping import read_mapping
        from queries import import_files

        return import_files(self.path, files, mapping and read_mapping(mapping), today=today, **options)

    def check(self, *files: Path, mapping: str | None = None, today: date = IMPORTED_ON):
        """The findings an import would have."""
        from data.mapping import read_mapping
        from queries import check_files

        return check_files(self.path, files, mapping and read_mapping(mapping), today=today)

    def rows(self, *columns: str) -> list[tuple]:
        """The given columns of every snapshot row of the current version, sorted by loan and date."""
        frame = pl.concat([pl.read_parquet(file) for file in self._files("loan_snapshot")])
        return frame.sort("loan_id", "as_of").select(columns or ("loan_id", "as_of", "days_past_due")).rows()

    def table(self, name: str) -> pl.DataFrame:
        """All rows of a table, sorted by loan and then by every column."""
        frames = [pl.read_parquet(file) for file in self._files(name)]
        return pl.concat(frames).sort("loan_id", pl.all().exclude("loan_id")) if frames else pl.DataFrame()

    def quarantine(self) -> list[tuple[str, int, list[str]]]:
        """File, line and reasons of every row in quarantine."""
        frame = pl.concat([pl.read_parquet(file) for file in self._files("quarantine")])
        return frame.sort("source", "line").select("source", "line", "reasons").rows()

    def refused_text(self) -> list[list[str]]:
        frame = pl.concat([pl.read_parquet(file) for file in self._files("quarantine")])
        return frame.sort("source", "line")["raw"].to_list()

    def _files(self, table: str) -> list[Path]:
        from data.book import Book

        book = Book(self.path)
        return [book.partitions / p.file for p in book.read_version().partitions if p.table_name == table]

    def everything(self) -> dict[str, bytes]:
        """Every file that a reader of the book may come to see, with its bytes."""
        seen = [p for p in self.path.rglob("*") if p.is_file() and p.name != "lock"]
        return {p.relative_to(self.path).as_posix(): p.read_bytes() for p in sorted(seen)}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "book")


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of the given name and content (text as UTF-8, or bytes); its path."""

    def export(name: str, content: str | bytes) -> Path:
        path = tmp_path / "exports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return export


@pytest.fixture
def table(export) -> Callable[..., Path]:
    """Writes a CSV file of the given lines under a header."""

    def table(lines: Sequence[str], header: str = HEADER, name: str = "loans.csv") -> Path:
        return export(name, "\n".join([header, *lines]) + "\n")

    return table


@pytest.fixture
def refused(shelf: Shelf) -> Callable[..., str]:
    """What an import that a UserError stops says; nothing may be left of it, not even in a book that was there."""

    def refused(*files: Path, mapping: str | None = None) -> str:
        from data.errors import UserError

        before = shelf.everything()
        with pytest.raises(UserError) as caught:
            shelf.bring(*files, mapping=mapping)
        assert shelf.everything() == before
        return str(caught.value)

    return refused

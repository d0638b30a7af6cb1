"""Fixtures shared by the tests that need no browser: books made of rows, readers, the command line."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from tests.snapshots import Row, write_csv, write_parquet

ROOT = Path(__file__).resolve().parent.parent
IMPORTED_ON = date(2026, 1, 15)


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture
def open_book():
    """Opens readers on books and closes them when the test is over."""
    from queries import open_reader

    readers = []

    def open_book(book: Path, version: int | None = None, remembers: bool = True):
        readers.append(open_reader(book, version=version, remembers=remembers))
        return readers[-1]

    yield open_book
    for reader in readers:
        reader.close()


@pytest.fixture
def read_rows(tmp_path: Path, open_book) -> Callable:
    """Imports each list of rows in turn into one book of the test; a reader on the outcome.

    A list is one import of one CSV file, or of one Parquet file with `kind="parquet"`.
    """
    from queries import import_files

    def read_rows(*imports: Sequence[Row], kind: str = "csv", today: date = IMPORTED_ON):
        write = {"csv": write_csv, "parquet": write_parquet}[kind]
        book = tmp_path / "book"
        for rows in imports:
            number = len(list(tmp_path.glob("rows-*")))
            import_files(book, [write(tmp_path / f"rows-{number}.{kind}", rows)], today=today)
        return open_book(book)

    return read_rows


@pytest.fixture
def read_tables(tmp_path: Path, open_book) -> Callable:
    """Imports snapshots, then rows of other tables by their name, each table one CSV file; a reader on the outcome."""
    from tests.events_placements import import_tables

    return lambda rows, **tables: open_book(import_tables(tmp_path / "book", rows, **tables))


@pytest.fixture
def recoup(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess]:
    """Runs `python recoup.py …` in an empty folder, as a person would, without a terminal."""

    def recoup(*words: str | Path, **environment: str) -> subprocess.CompletedProcess:
        folder = tmp_path / "elsewhere"
        folder.mkdir(exist_ok=True)
        clean = {name: value for name, value in os.environ.items() if name != "RECOUP_BOOK"}
        return subprocess.run(
            [sys.executable, str(ROOT / "recoup.py"), *map(str, words)],
            cwd=folder,
            env=clean | {"PYTHONIOENCODING": "utf-8"} | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return recoup


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real loan files beside the project; a test that asks for it is skipped without."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no real loan files beside the project")
    return folder

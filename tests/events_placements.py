"""Files of the tables beside the snapshots, made of plain dicts, and books that hold them; frames held against plain rows."""

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from tests.snapshots import Row

IMPORTED_ON = date(2026, 1, 15)
EVENT_TABLES = ("loan", "payment", "action", "promise", "placement", "legal_case", "plan")


def import_tables(book: Path, rows: Iterable[Row | Mapping], settings: str = "", **tables: Sequence[Mapping]) -> Path:
    """A book of these snapshots and of these rows of other tables. settings: the text of its recoup.toml."""
    from queries import import_tables as import_all

    book.mkdir(parents=True, exist_ok=True)
    if settings:
        (book / "recoup.toml").write_text(settings, encoding="utf-8")
    snapshots = [asdict(row) if isinstance(row, Row) else row for row in rows]
    files = {
        table: [write_rows(book.parent / f"{table}-{len(list(book.parent.glob('*.csv')))}.csv", held)]
        for table, held in {"loan_snapshot": snapshots, **tables}.items()
        if held
    }
    import_all(book, files, today=IMPORTED_ON)
    return book


def write_rows(path: Path, rows: Sequence[Mapping]) -> Path:
    """The rows as a CSV file with the columns that any of them has a value in; no value is an empty cell."""
    columns = list(dict.fromkeys(name for row in rows for name, value in row.items() if value is not None))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([row.get(name) for name in columns])
    return path


def assert_rows(frame: pl.DataFrame, expected: Iterable[Mapping], keys: Sequence[str]) -> None:
    """The frame has exactly the expected rows: those keys, and in them the values, money to the cent, shares to nine digits.

    Columns that an expected row does not name are not looked at.
    """
    given = {tuple(row[key] for key in keys): row for row in frame.to_dicts()}
    assert len(given) == frame.height, "a row comes twice"
    wanted = {tuple(row[key] for key in keys): row for row in expected}
    assert set(given) == set(wanted), f"missing {set(wanted) - set(given)}, unexpected {set(given) - set(wanted)}"
    wrong = [
        f"{key} {name} is {given[key][name]!r}, not {value!r}"
        for key, row in wanted.items()
        for name, value in row.items()
        if not _same(given[key][name], value)
    ]
    assert not wrong, f"{len(wrong)} differences, the first: " + "\n".join(wrong[:8])


def _same(given: object, wanted: object) -> bool:
    if given is None or wanted is None:
        return given is None and wanted is None
    if isinstance(wanted, float) or isinstance(given, float):
        return math.isclose(given, wanted, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(wanted, Decimal):
        return isinstance(given, Decimal) and given == wanted
    return given == wanted

"""Whenever an import is killed, the book is whole: the old version or the new one, and the next import succeeds."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from data.book import Book
from queries import import_files, open_reader
from tests.small_books import APR, FEB, JAN, M0, M1, M2, M3, MAR, loan
from tests.snapshots import write_csv

KILLS = int(os.environ.get("RECOUP_KILLS") or 20)
"""Moments; more of them search further."""
SEED = int(os.environ.get("RECOUP_SEED") or 229)
"""Where the moments are drawn from; another number gives other moments."""

OLD = [
    loan("A", JAN, M0, 100), loan("B", JAN, M1, 200), loan("C", JAN, M2, 300),
    loan("A", FEB, M1, 90), loan("B", FEB, M2, 200), loan("C", FEB, M0, 250),
    loan("A", MAR, M0, 80), loan("B", MAR, M3, 200), loan("C", MAR, M0, 200),
]  # fmt: skip
NEW = [
    loan("A", FEB, M0, 95), loan("B", FEB, M2, 200), loan("D", FEB, M0, 500), loan("E", FEB, -1, 70),
    loan("A", APR, M1, 70), loan("B", APR, M0, 150), loan("D", APR, M1, 480),
]  # fmt: skip
LATE_STEPS = ("Writing each month", "Building the facts", "Publishing")


ASKED = ("ledger", "roll_rates", "delinquency", "bad_debt")
BY_CHANCE = {"created_at", "file"}
"""Columns that no two imports have alike."""


def everything(book: Path) -> dict[str, object]:
    """All that the book's current version holds: each row of each of its tables, on which every answer rests; that of its months'
    rows the fingerprints; and that it answers, refused rows and findings included."""
    reader = open_reader(book)
    try:
        held: dict[str, object] = {name: reader.ask(name).to_dicts() for name in ASKED}
        held["quarantine"] = reader.quarantine(100).to_dicts()
        held["findings"] = sorted(map(repr, reader.version.findings))
    finally:
        reader.close()
    with duckdb.connect() as con:
        con.execute("attach $path as book (read_only)", {"path": str(Book(book).version_path())})
        tables = con.sql("select table_name from duckdb_tables() where database_name = 'book'").fetchall()
        assert len(tables) > 30
        for (table,) in tables:
            rows = con.sql(f"from book.{table}")
            kept = rows.select(*(column for column in rows.columns if column not in BY_CHANCE))
            held[f"table {table}"] = sorted(map(repr, kept.fetchall()))
    return held


class Killer:
    """Imports a file into books in processes that are forked for it; see killing.py."""

    def __init__(self, file: Path, root: Path) -> None:
        self.file = file
        command = [sys.executable, str(Path(__file__).parent / "killing.py")]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}
        )  # fmt: skip

    def run(self, book: Path, lines: int = 0, delay: float | None = None, die: str | None = None) -> dict:
        words = ["import", str(self.file), "--book", str(book), "--yes", "--progress", "json"]
        line = json.dumps({"words": words, "lines": lines, "delay": delay, "die": die})
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def killers(tmp_path_factory, root) -> Iterator[list[Killer]]:
    """Two, that both cores have something to do."""
    file = write_csv(tmp_path_factory.mktemp("killed") / "new.csv", NEW)
    killers = [Killer(file, root) for _ in range(2)]
    yield killers
    for killer in killers:
        killer.process.stdin.close()
        killer.process.wait(timeout=10)


@pytest.fixture(scope="module")
def old_book(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("old")
    import_files(folder / "book", [write_csv(folder / "old.csv", OLD)], today=date(2026, 1, 15))
    return folder / "book"


@contextmanager
def copied(book: Path, folder: Path, name: str) -> Iterator[Path]:
    yield shutil.copytree(book, folder / name)
    shutil.rmtree(folder / name)


def moments(chance: random.Random, seen: Sequence[tuple[str, float]]) -> list[tuple[str, int, float]]:
    """Step, lines of progress to wait for, seconds to wait then: drawn over the whole course, and again over its end."""
    intervals = [
        (step, number, end - start)
        for number, ((step, start), (_, end)) in enumerate(
            pairwise([("Starting", 0.0), *seen, ("", seen[-1][1] + 0.02)])
        )
    ]
    whole = chance.choices(intervals, weights=[length for *_, length in intervals], k=KILLS * 3 // 5)
    late = [
        chance.choice([interval for interval in intervals if interval[0] == step])
        for step in chance.choices(LATE_STEPS, k=KILLS - len(whole))
    ]
    return [(step, lines, chance.uniform(0, length)) for step, lines, length in [*whole, *late]]


def test_an_import_killed_at_any_moment_leaves_the_old_book_or_the_new(killers, old_book, tmp_path):
    old = everything(old_book)
    with copied(old_book, tmp_path, "learnt") as book:
        learnt = killers[0].run(book)
        new = everything(book)
        assert learnt["status"] == 0
    assert {step for step, _ in learnt["seen"]} >= {*LATE_STEPS, "Opening the files", "Done"}
    told_apart = {name for name in new if new[name] != old[name]}
    assert told_apart >= {"ledger", "roll_rates", "delinquency", "bad_debt"}, "old and new can be told apart"

    print(f"RECOUP_SEED={SEED}")
    drawn = moments(random.Random(SEED), learnt["seen"])

    def kill(number: int) -> str:
        killer, (step, lines, delay) = killers[number % 2], drawn[number]
        with copied(old_book, tmp_path, f"book-{number}") as book:
            killed = killer.run(book, lines, delay)
            versions = Book(book).versions()
            what = f"{number}: {step}, {1000 * delay:.1f} ms after line {lines}: versions {versions}"
            print(what)
            assert killed["status"] in (-signal.SIGKILL, 0), what
            assert versions in ([1], [1, 2]), what
            assert everything(book) == (old if versions == [1] else new), what
            assert killer.run(book)["status"] == 0, what
            assert Book(book).versions() == [1, 2], what
            assert everything(book) == new, what
            assert no_leftovers(book), what
        return "old" if versions == [1] else "new"

    def kill_all(start: int) -> list[str]:
        return [kill(number) for number in range(start, KILLS, 2)]

    with ThreadPoolExecutor(2) as pool:
        outcomes = [outcome for found in pool.map(kill_all, (0, 1)) for outcome in found]
    assert len(outcomes) == KILLS
    assert outcomes.count("old") > KILLS / 2, "most moments lie before the switch"


def no_leftovers(book: Path) -> bool:
    versions = [Book(book).read_version(number) for number in Book(book).versions()]
    named = {partition.file for version in versions for partition in version.partitions}
    held = {path.relative_to(book / "partitions").as_posix() for path in (book / "partitions").rglob("*.parquet")}
    return held == named and not list((book / "staging").iterdir())


@pytest.mark.parametrize(("die", "versions"), [("before", [1]), ("after", [1, 2])])
def test_the_rename_of_the_new_version_is_the_moment_of_the_switch(killers, old_book, tmp_path, die, versions):
    old = everything(old_book)
    with copied(old_book, tmp_path, "book") as book:
        killed = killers[0].run(book, die=die)
        assert killed["status"] == -signal.SIGKILL
        assert killed["seen"][-1][0] == "Publishing"
        assert Book(book).versions() == versions
        left = everything(book)
        assert killers[0].run(book)["status"] == 0
        assert left == (old if die == "before" else everything(book))
        assert everything(book) != old
        assert no_leftovers(book)

"""Many threads ask one reader at once, also while versions are published: each gets the answer that one alone gets."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import cycle, islice
from pathlib import Path

import polars as pl
import pytest

from data.book import Book
from queries import Filters, Reader, import_files, open_reader, questions
from tests.snapshots import PRODUCTS, REGIONS, month_ends, random_book, write_csv

THREADS = 16
QUERIES_OF_A_THREAD = 80
TODAY = date(2026, 1, 15)
MONTHS = month_ends(date(2023, 10, 1), 5)

SLICES = [
    Filters(),
    *(Filters(month=month) for month in MONTHS),
    *(Filters(to_month=MONTHS[3], product=(product or "",)) for product in PRODUCTS),
    *(Filters(from_month=MONTHS[2], region=(region or "",)) for region in REGIONS),
]
EVERY = [(name, filters) for name, asked in questions().items() if not asked.needs for filters in SLICES]
ASKED = random.Random(1).sample(EVERY, 250)


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[Path]:
    """Two states of the same months."""
    folder = tmp_path_factory.mktemp("threads")
    return [write_csv(folder / f"{seed}.csv", random_book(seed, loans=60, months=len(MONTHS))) for seed in (1, 2)]


def together(work: Callable[[int], list[str]], threads: int = THREADS) -> list[str]:
    """What goes wrong in `work(number)`, begun by all threads at the same moment."""
    gate = threading.Barrier(threads)

    def begin(number: int) -> list[str]:
        gate.wait(timeout=60)
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return [wrong for found in pool.map(begin, range(threads)) for wrong in found]


def compared(
    reader: Reader, asked: list[tuple[str, Filters]], alone: dict[tuple[str, Filters], pl.DataFrame]
) -> list[str]:
    """The questions whose answer is another than the one asked alone, or an error."""
    wrong = []
    for name, filters in asked:
        try:
            if not reader.ask(name, filters).equals(alone[name, filters]):
                wrong.append(f"{name} {filters}: another answer")
        except Exception as error:
            wrong.append(f"{name} {filters}: {error!r}")
    return wrong


def answers_alone(book: Path) -> dict[tuple[str, Filters], pl.DataFrame]:
    reader = open_reader(book, remembers=False)
    try:
        return {(name, filters): reader.ask(name, filters) for name, filters in ASKED}
    finally:
        reader.close()


def test_sixteen_threads_asking_at_once_get_what_one_alone_gets(files, tmp_path, open_book):
    import_files(tmp_path / "book", files[:1], today=TODAY)
    alone = answers_alone(tmp_path / "book")
    assert sum(not answer.is_empty() for answer in alone.values()) > len(alone) / 2
    assert len({str(answer.to_dicts()) for answer in alone.values()}) > len(alone) / 2, "the answers differ"
    reader = open_book(tmp_path / "book", remembers=False)

    def ask_many(number: int) -> list[str]:
        order = random.Random(number).sample(ASKED, len(ASKED))
        return compared(reader, list(islice(cycle(order), QUERIES_OF_A_THREAD)), alone)

    assert together(ask_many) == []


def test_answers_belong_to_one_version_while_new_ones_are_published(files, tmp_path, open_book):
    """Odd versions hold the first file, even ones the second; threads open the current one again and again."""
    book = tmp_path / "book"
    alone = {}
    for version in (1, 2):
        assert import_files(book, [files[version - 1]], today=TODAY).version == version
        alone[version % 2] = answers_alone(book)
    kept, published = open_book(book, 2, remembers=False), threading.Event()
    seen: set[int] = set()

    def publish() -> list[str]:
        try:
            return [
                f"version {done.version} for {version}"
                for version in (3, 4)
                if (done := import_files(book, [files[(version - 1) % 2]], today=TODAY)).version != version
            ]
        finally:
            published.set()

    def ask(number: int) -> list[str]:
        chance, wrong = random.Random(number), []
        while True:
            last = published.is_set()
            current = open_reader(book, remembers=False)
            seen.add(current.version.number)
            wrong += compared(current, chance.sample(ASKED, 10), alone[current.version.number % 2])
            wrong += compared(kept, chance.sample(ASKED, 10), alone[0])
            current.close()
            if last:
                return wrong

    assert together(lambda number: ask(number) if number else publish(), threads=6) == []
    assert Book(book).versions() == [1, 2, 3, 4]
    assert {2, 4} <= seen

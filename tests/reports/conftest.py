"""What the tests of reports share: one small book with most tables, scopes on it, and an experiment of the sandbox beside it."""

import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

import wording
from data.notes import Notes
from queries import Filters, Reader, open_reader
from reports.exhibit import Scope, compare_month
from sim.experiments import OVER, POLICY, TODAY, Order, folder_of, order, state
from sim.scenario_file import read_scenario
from sim.typical import QUESTIONS
from tests.browser.collected_book import write_collected_book

LAST_MONTH, IMPORTED_ON = date(2026, 10, 31), date(2026, 11, 5)
PATIENCE = 60
SMALL = "population.cases = 120\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 1"


@pytest.fixture(scope="session")
def book(tmp_path_factory) -> Path:
    """Attempts, promises, payments, placements and test groups of 300 loans, six months to October 2026."""
    return write_collected_book(tmp_path_factory.mktemp("reported"), LAST_MONTH, IMPORTED_ON, loans=300, months=6)


@pytest.fixture(scope="session")
def reader(book: Path) -> Iterator[Reader]:
    reader = open_reader(book)
    yield reader
    reader.close()


@pytest.fixture
def scope(reader: Reader) -> Scope:
    return scope_of(reader)


def scope_of(reader: Reader, month: date = LAST_MONTH, **slices: tuple[str, ...]) -> Scope:
    before = compare_month(month, "previous_month", reader.months)
    weigh = "balance" if reader.has_balances else "loans"
    return Scope(reader, Filters(month=month, **slices), before, weigh, notes=Notes(reader.folder))


@pytest.fixture(scope="session")
def experiment_id(book: Path) -> str:
    """A comparison of three replications, done, with its assumptions varied beside it."""
    today = read_scenario(SMALL)
    pair = {POLICY: QUESTIONS["hand_over"].ask(today), TODAY: today}
    asked = {"days": 60, "seed": 7, "subject": "question:hand_over", "author": "Ana"}
    id = order(book, Order(pair, replications=3, book_version=1, **asked))
    order(book, Order(pair, replications=2, kind="assumptions", **asked), f"{id}-assumptions")
    for each in (id, f"{id}-assumptions"):
        finish(book, each)
    return id


def finish(book: Path, id: str) -> None:
    until = time.monotonic() + PATIENCE
    while state(folder_of(book, id)) not in OVER:
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def speaking() -> Iterator[Callable[[str], None]]:
    """Sets the language of a test; afterwards it is English again."""
    yield wording.set_language
    wording.set_language("en")

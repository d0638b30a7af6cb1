"""The order of the build: what may be done side by side, what waits, and what happens when something breaks."""

import time
from datetime import date

import duckdb
import pytest

from data.book import Partition
from data.schema import TABLES
from queries import open_reader
from queries.build import course, version
from queries.build.course import CORES, LARGE, MOST_HANDS, SMALL, Course, hands, hands_for, threads_for
from queries.build.shelf import Shelf
from queries.build.step import Inputs, Step
from queries.build.steps import STEPS
from sim.demo import build_demo
from tests.small_books import FEB, JAN, MAR

MONTHS = (JAN, FEB, MAR)


def step(name: str, *reads: str) -> Step:
    return Step(
        name,
        "partition",
        {f"of_{read}": read for read in reads},
        lambda shelf, month: Inputs({}),
        months=lambda shelf: MONTHS,
    )


def partition(rows: int) -> Partition:
    return Partition("loan_snapshot", JAN, "a.parquet", rows, "", "", rows)


def taken(steps: list[Step]) -> list[tuple[str, date]]:
    """All that may begin before anything has ended."""
    under_way = Course(steps, Shelf([]))
    found = []
    while due := under_way.next():
        found.append((due[0].name, due[1]))
    return found


def test_months_of_a_step_that_reads_none_of_its_own_begin_together_and_a_reader_waits_for_all_of_them():
    assert taken([step("first", "loan_snapshot"), step("second", "first")]) == [("first", month) for month in MONTHS]


def test_a_step_that_reads_its_own_months_does_one_at_a_time_and_another_goes_on_beside_it():
    chain, free = step("chain", "chain"), step("free")
    assert taken([chain, free]) == [("chain", JAN), *(("free", month) for month in MONTHS)]


def test_a_reader_begins_once_the_last_month_has_ended():
    first, second = step("first"), step("second", "first")
    under_way = Course([first, second], Shelf([]))
    for _month in MONTHS:
        under_way.next()
    for _month in MONTHS[:-1]:
        under_way.end(first)
    assert under_way.next() is None
    under_way.end(first)
    assert under_way.next() == (second, JAN)


def test_a_small_book_is_built_by_one_connection():
    assert hands_for([partition(SMALL)]) == 1
    assert hands_for([partition(SMALL), partition(1)]) == min(CORES + 1, MOST_HANDS)


def test_a_large_book_has_a_connection_and_all_threads_for_each_core():
    """The months of other books are short, so more of them go on at once, with fewer threads each."""
    assert threads_for([partition(LARGE)]) == max(1, CORES // MOST_HANDS)
    assert threads_for([partition(LARGE), partition(1)]) is None
    assert hands_for([partition(LARGE), partition(1)]) == min(CORES, MOST_HANDS)


def side_by_side(con: duckdb.DuckDBPyConnection, work: course.Work) -> None:
    """Do two months of a step at once."""
    with hands([con.cursor(), con.cursor()], work) as at_work:
        for month in (JAN, FEB):
            at_work.begin(step("slow"), month, Inputs({}))
        while not at_work.idle:
            list(at_work.ended())


def test_what_breaks_a_month_reaches_the_caller_and_the_others_are_ended():
    def work(connection, step, month, inputs):
        if month == FEB:
            raise ZeroDivisionError
        connection.execute("select count(*) from range(100_000_000_000) as a, range(1_000)").fetchall()

    with duckdb.connect() as con, pytest.raises(ZeroDivisionError):
        side_by_side(con, work)


def test_a_statement_that_had_not_begun_when_another_month_broke_is_ended_too():
    ended = []

    def work(connection, step, month, inputs):
        if month == FEB:
            raise ZeroDivisionError
        time.sleep(0.3)
        try:
            connection.execute("select count(*) from range(30_000_000_000)").fetchall()
        except duckdb.InterruptException:
            ended.append(month)

    with duckdb.connect() as con, pytest.raises(ZeroDivisionError):
        side_by_side(con, work)
    assert ended == [JAN]


def test_every_derived_table_that_a_month_is_built_from_is_one_that_its_step_says_it_reads(tmp_path, monkeypatch):
    build_demo(tmp_path / "book", loans=300, months=3)
    seen: dict[str, set[str]] = {}

    class Watched(Shelf):
        at: str

        def _note(self, table):
            seen.setdefault(self.at, set()).add(table)

        def of(self, table, month):
            self._note(table)
            return super().of(table, month)

        def until(self, table, month):
            self._note(table)
            return super().until(table, month)

    reader = open_reader(tmp_path / "book")
    shelf = Watched(reader.version.partitions)
    for each in STEPS:
        shelf.at = each.name
        for month in each.months(shelf):
            each.inputs(shelf, month)
    reader.close()
    unsaid = {each.name: seen.get(each.name, set()) - set(each.reads.values()) - set(TABLES) for each in STEPS}
    assert not any(unsaid.values()), unsaid


def test_side_by_side_and_one_by_one_give_the_same_facts(tmp_path, monkeypatch):
    books = {}
    for at_once in (1, 3):
        monkeypatch.setattr(version, "hands_for", lambda partitions, at_once=at_once: at_once)
        build_demo(tmp_path / str(at_once), loans=600, months=5)
        reader = open_reader(tmp_path / str(at_once))
        books[at_once] = {
            name: reader.ask(name).select(exact(reader.ask(name))).rows()
            for name in reader.answerable
            if name != "loans"
        }
        reader.close()
    assert books[1] == books[3]


def exact(answer) -> list[str]:
    """The columns that are counted or exact: the last digit of a sum of floats depends on its order."""
    return [name for name, kind in answer.schema.items() if not kind.is_float()]

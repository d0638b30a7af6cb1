"""Targets, annotations, views and rules beside the book: nothing is lost, whoever writes at the same time."""

import multiprocessing
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest

from data.errors import InvalidNote, UnknownNote
from data.notes import (
    MIGRATIONS,
    NOTES_FILE,
    Annotation,
    Measure,
    Notes,
    Rule,
    SavedScenario,
    SavedView,
    Target,
    target_of,
    where_of,
)

RATIO = Measure("bad_debt", "bad_debt_ratio")
ROLL = Measure("roll_trend", "forward_share_balance", where_of({"product": ["Car", "Card"], "from_bucket": ["M1"]}))
EVERY = [
    Target(ROLL, 0.4, date(2026, 1, 15)),
    Annotation(date(2026, 3, 31), "新的拨号系统 =1+1"),
    SavedView("Cards", "roll_rates", "product=Card&month=Oct+2026"),
    Rule("Too high", RATIO, "above", "target", None, 0.005),
]


@pytest.mark.parametrize("note", EVERY, ids=lambda note: note.kind)
def test_a_note_is_kept_changed_and_removed_with_who_and_when(note, tmp_path):
    notes = Notes(tmp_path)
    number = notes.add(note, "Ana")
    (kept,) = notes.all(type(note))
    assert (kept.number, kept.note, kept.who) == (number, note, "Ana")
    assert kept.at.tzinfo is not None
    changed = {
        "target": lambda n: replace(n, value=0.3),
        "annotation": lambda n: replace(n, text="other"),
        "view": lambda n: replace(n, name="Cards only"),
        "rule": lambda n: replace(n, margin=0.0),
    }[note.kind](note)
    notes.change(number, changed, "Bo")
    assert [(kept.note, kept.who) for kept in notes.all(type(note))] == [(changed, "Bo")]
    notes.remove(type(note), number, "Cy")
    assert notes.all(type(note)) == []
    assert [(edit.done, edit.note, edit.who) for edit in notes.edits(type(note))] == [
        ("removed", changed, "Cy"),
        ("changed", changed, "Bo"),
        ("added", note, "Ana"),
    ]
    assert notes.add(note, "Ana") > number, "the number of what was removed is never given again"


def test_looking_makes_no_file(tmp_path):
    notes = Notes(tmp_path)
    assert notes.all(Target) == []
    assert notes.edits() == []
    assert list(tmp_path.iterdir()) == []


def test_what_contradicts_itself_or_says_nothing_is_refused_and_leaves_no_trace(tmp_path):
    notes = Notes(tmp_path)
    notes.add(Target(RATIO, 0.02, date(2026, 1, 1)), "Ana")
    number = notes.add(SavedView("Cards", "", ""), "Ana")
    refused = [
        (Target(RATIO, 0.03, date(2026, 1, 31)), "Ana"),
        (SavedView(" cards", "roll_rates", ""), "Ana"),
        (SavedView("", "", ""), "Ana"),
        (Annotation(date(2026, 1, 1), " "), "Ana"),
        (Annotation(date(2026, 1, 1), "x" * 301), "Ana"),
        (Annotation(date(2026, 1, 1), "x"), " "),
        (Rule("a", RATIO, "changed", "value", 0.1), "Ana"),
        (Rule("a", RATIO, "above", "value"), "Ana"),
        (Rule("a", RATIO, "above", "target", None, -0.1), "Ana"),
    ]
    for note, who in refused:
        with pytest.raises(InvalidNote):
            notes.add(note, who)
    for unknown in (number + 1, number):
        with pytest.raises(UnknownNote):
            notes.change(unknown, Annotation(date(2026, 1, 1), "x"), "Ana")
        with pytest.raises(UnknownNote):
            notes.remove(Rule, unknown, "Ana")
    assert len(notes.edits()) == 2


def test_the_target_in_force_is_the_one_that_began_last(tmp_path):
    notes = Notes(tmp_path)
    for value, month in ((0.03, date(2026, 1, 1)), (0.02, date(2026, 4, 30)), (0.5, date(2025, 1, 1))):
        notes.add(Target(RATIO, value, month), "Ana")
    held = notes.all(Target)
    in_force = {
        month: (target := target_of(held, RATIO, month)) and target.value
        for month in (date(2024, 12, 31), date(2026, 1, 31), date(2026, 3, 31), date(2026, 4, 30), date(2027, 1, 31))
    }
    assert list(in_force.values()) == [None, 0.03, 0.03, 0.02, 0.02]
    assert target_of(held, replace(RATIO, where=where_of({"product": ["Card"]})), date(2026, 4, 30)) is None


def write_many(book, name: str, count: int) -> None:
    notes = Notes(book)
    for at in range(count):
        number = notes.add(SavedView(f"{name} {at}", "", ""), name)
        notes.change(number, SavedView(f"{name} {at} again", "", ""), name)


def test_several_processes_write_at_once_and_nothing_is_lost(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    names = ("Ana", "Bo", "Cy")
    processes = [spawn.Process(target=write_many, args=(tmp_path, name, 15)) for name in names]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    notes = Notes(tmp_path)
    views = notes.all(SavedView)
    assert sorted(kept.note.name for kept in views) == sorted(
        f"{name} {at} again" for name in names for at in range(15)
    )
    assert len({kept.number for kept in views}) == 45
    assert len(notes.edits(SavedView)) == 90
    with closing(sqlite3.connect(notes.path)) as con:
        assert con.execute("pragma journal_mode").fetchone() == ("wal",)
        assert con.execute("pragma integrity_check").fetchone() == ("ok",)


def test_a_file_of_an_earlier_schema_is_brought_up_to_date_and_one_of_a_later_left_alone(tmp_path):
    with closing(sqlite3.connect(tmp_path / NOTES_FILE)):
        pass  # as a process leaves it that was killed before the first migration
    notes = Notes(tmp_path)
    assert notes.add(SavedView("Cards", "", ""), "Ana") == 1
    with closing(sqlite3.connect(notes.path)) as con:
        assert con.execute("pragma user_version").fetchone() == (len(MIGRATIONS),)
        con.execute(f"pragma user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(InvalidNote, match="later Recoup"):
        notes.all(SavedView)
    with closing(sqlite3.connect(notes.path)) as con:
        assert con.execute("select count(*) from note").fetchone() == (1,)


def test_every_version_of_a_saved_scenario_is_kept_with_who_wrote_it_and_what_for(tmp_path):
    notes = Notes(tmp_path)
    first = SavedScenario("Earlier", "Fresher loans", "today", 'base = "classic"\n', "0123abcd")
    second = replace(first, reason="Fresher still", toml='base = "agencies_sooner"\n', experiment="")
    number = notes.add(first, "Ana")
    notes.change(number, second, "Bo")
    assert [(kept.number, kept.note, kept.who) for kept in notes.all(SavedScenario)] == [(number, second, "Bo")]
    assert [(edit.done, edit.note, edit.who) for edit in notes.edits(SavedScenario)] == [
        ("changed", second, "Bo"),
        ("added", first, "Ana"),
    ]
    with pytest.raises(InvalidNote, match="already"):
        notes.add(replace(first, name=" EARLIER "), "Cy")
    with pytest.raises(InvalidNote, match="reason"):
        notes.add(replace(first, name="Other", reason=" "), "Cy")

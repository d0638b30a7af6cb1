"""What a reader keeps of its answers: the same question of the same slice is answered again at once, and never another one's."""

import polars as pl
import pytest

from queries import Filters
from queries import reader as reader_module
from tests.small_books import FEB, JAN, M0, M1, MAR, loan

ROWS = [
    loan("A", JAN, M0, 100), loan("B", JAN, M1, 200), loan("A", FEB, M1, 90), loan("B", FEB, M1, 200), loan("A", MAR, M0, 80),
]  # fmt: skip


@pytest.fixture
def reader(read_rows):
    return read_rows(ROWS)


@pytest.fixture
def asked(reader, monkeypatch) -> list[str]:
    """The questions that went to the book."""
    gone, answer = [], reader._answer

    def counted(question, *values):
        gone.append(question.name)
        return answer(question, *values)

    monkeypatch.setattr(reader, "_answer", counted)
    return gone


def test_the_same_question_goes_to_the_book_once(reader, asked):
    first, second = (reader.ask("delinquency", Filters(month=FEB)) for _time in range(2))
    assert first.equals(second)
    assert asked == ["delinquency"]


def test_another_month_slice_option_or_interval_is_another_question(reader, asked):
    answers = [
        reader.ask("roll_rates", Filters(month=FEB)),
        reader.ask("roll_rates", Filters(month=MAR)),
        reader.ask("roll_rates", Filters(month=FEB, product=("card",))),
        reader.ask("roll_rates", Filters(month=FEB), intervals=True),
        reader.ask("roll_rates", Filters(month=FEB), intervals=True, confidence=0.8),
        reader.ask("delinquency", Filters(month=FEB)),
    ]
    assert len(asked) == len(answers)
    assert len({str(answer.to_dicts()) for answer in answers}) == len(answers)


def test_any_day_of_a_month_asks_for_the_month(reader, asked):
    assert reader.ask("delinquency", Filters(month=FEB)).equals(
        reader.ask("delinquency", Filters(month=FEB.replace(day=3)))
    )
    assert asked == ["delinquency"]


def test_what_a_caller_does_to_an_answer_is_not_remembered(reader):
    answer = reader.ask("delinquency", Filters(month=FEB))
    before = answer.to_dicts()
    answer.insert_column(0, pl.Series("changed", [0] * answer.height))
    answer.extend(answer)
    assert reader.ask("delinquency", Filters(month=FEB)).to_dicts() == before


def test_only_so_many_answers_and_no_long_ones_are_kept(reader, asked, monkeypatch):
    monkeypatch.setattr(reader_module, "REMEMBERED", 1)
    for month in (FEB, MAR, FEB):
        reader.ask("delinquency", Filters(month=month))
    assert len(asked) == 3
    monkeypatch.setattr(reader_module, "LONGEST_REMEMBERED", 1)
    for _time in range(2):
        assert reader.ask("roll_rates", Filters(to_month=MAR)).height > 1
    assert len(asked) == 5


def test_a_reader_that_was_told_not_to_remember_asks_again(reader, asked, monkeypatch):
    monkeypatch.setattr(reader, "_remembers", False)
    for _time in range(2):
        reader.ask("delinquency", Filters(month=FEB))
    assert len(asked) == 2

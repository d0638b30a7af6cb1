"""Decks of a book: titles that say what is found, footnotes and notes that say of what and how, and what is left out."""

from dataclasses import replace
from datetime import date

import pytest

from queries import questions
from reports.catalogue import catalogue, exhibit_of
from reports.compose import compose
from reports.exhibits.overview import Overview
from reports.key_figures import standing
from reports.story import Shown, Story, load_story
from tests.reports.conftest import LAST_MONTH, scope_of
from tests.small_books import FEB, JAN, loan

NOUGHTS = ("cohorts_at_ages", "slices_at_age", "resolution")
"""Exhibits of which so small a book has noughts alone, however weighed."""


def told(*slides: Shown) -> Story:
    return Story("ours", "Ours", slides)


def test_each_title_is_what_the_exhibit_finds_unless_the_story_says_another(scope):
    found = exhibit_of("roll_matrix", scope).words.title
    plain, own = compose(told(Shown("roll_matrix"), Shown("roll_matrix", title="Cards roll", comment="Settled")), scope).slides  # fmt: skip
    assert (plain.title, plain.comment) == (found, "")
    assert (own.title, own.comment) == ("Cards roll", "Settled")
    assert plain.key != own.key


def test_footnotes_say_the_definition_the_filters_and_the_version_and_notes_the_whole_method(reader):
    scope = scope_of(reader, product=reader.dimensions["product"][:1])
    (slide,) = compose(told(Shown("roll_matrix")), scope).slides
    definition, stated = slide.footnotes
    question = questions()["roll_rates"]
    assert definition.startswith(question.title)
    assert reader.dimensions["product"][0] in stated
    assert f"version {reader.version.number}" in stated
    assert "Oct 2026" in stated
    for part in (question.formula, question.leaves_out, question.pitfalls, question.source):
        assert part in slide.notes


def test_a_filter_that_a_question_does_not_heed_is_not_claimed_nor_a_weight(reader):
    scope = scope_of(reader, product=reader.dimensions["product"][:1])
    matrix, conduct = compose(told(Shown("roll_matrix"), Shown("conduct")), scope).slides
    for words in (reader.dimensions["product"][0], "by balance"):
        assert words in matrix.footnotes[-1]
        assert words not in conduct.footnotes[-1]


@pytest.mark.parametrize("key", [key for key, entry in catalogue().items() if not entry.of_experiment])
def test_what_is_said_to_be_weighed_changes_with_the_weight_and_nothing_else_does(scope, key):
    entry = catalogue()[key]
    if scope.reader.lacks(entry.question):
        return
    by_balance, by_loans = (entry.of(replace(scope, weigh_by=weigh)) for weigh in ("balance", "loans"))
    drawn = [exhibit.figure and exhibit.figure.to_json() for exhibit in (by_balance, by_loans)]
    if by_balance.figure is not None and key not in NOUGHTS:
        assert (drawn[0] != drawn[1]) == entry.weighed


def test_the_summary_has_the_key_figures_as_the_overview_computes_them(scope):
    (slide,) = compose(told(Shown("summary")), scope).slides
    of = Overview(scope)
    assert slide.title == of.title
    assert [(name, value) for name, value, _below in slide.figures] == [(f.name, standing(f, scope).value) for f in of.figures]  # fmt: skip
    assert slide.values["share"].to_list() == [figure.series[figure.at] for figure in of.figures]
    assert slide.points


def test_an_empty_month_gives_a_deck_that_says_so(reader):
    deck = compose(load_story("monthly_review"), scope_of(reader, date(2020, 1, 31)))
    (slide,) = deck.slides
    assert slide.title == "No loan matches the filters in Jan 2020"
    assert slide.points[0] == "The book has months from May 2026 to Oct 2026."


def test_the_first_month_has_no_roll_rates_and_says_so(reader):
    deck = compose(load_story("monthly_review"), scope_of(reader, reader.months[0]))
    assert {"overview_bad_debt", "summary"} <= {slide.key for slide in deck.slides}
    assert "roll_matrix" not in {slide.key for slide in deck.slides}
    assert any(line.startswith("Roll matrix (") for line in deck.left_out)


@pytest.mark.parametrize("story", ["monthly_review", "stages_and_channels"])
def test_a_book_of_snapshots_alone_leaves_out_what_needs_more_and_names_the_file(read_rows, story):
    reader = read_rows([loan("a", JAN, 0), loan("b", JAN, 20)], [loan("a", FEB, 15), loan("b", FEB, 50)])
    deck = compose(load_story(story), scope_of(reader, FEB))
    assert deck.slides
    assert any("the book has no file of: Attempts to reach borrowers" in line for line in deck.left_out)
    assert "Attempts to reach borrowers" in deck.facts["Left out"]


def test_a_deck_speaks_chinese_where_its_reader_does(scope, speaking):
    speaking("zh")
    deck = compose(load_story("monthly_review"), scope)
    assert (deck.language, deck.title) == ("zh", "月度回顾")
    words = [deck.title, deck.subtitle, *deck.facts, *(slide.title for slide in deck.slides)]
    words += [line for slide in deck.slides for line in slide.footnotes]
    assert [text for text in words if not any("\u4e00" <= letter <= "\u9fff" for letter in text)] == []


def test_the_numbers_of_a_slide_are_those_of_its_question(scope):
    (slide,) = compose(told(Shown("charge_offs")), scope).slides
    assert slide.exhibit.rows.equals(scope.reader.ask("charge_offs", scope.history))
    assert scope.history.to_month == LAST_MONTH

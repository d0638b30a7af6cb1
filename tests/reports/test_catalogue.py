"""Every exhibit by its key: what it is drawn from, what can be chosen of it, and what is wrong with a choice."""

from dataclasses import replace

import pytest

from data.errors import InvalidOption, NeedsData
from data.notes import Annotation, Notes
from queries import questions
from reports.catalogue import catalogue, exhibit_of
from tests.reports.conftest import scope_of

OF_THE_BOOK = [key for key, entry in catalogue().items() if not entry.of_experiment]


@pytest.mark.parametrize("key", OF_THE_BOOK)
def test_an_exhibit_answers_the_question_it_is_kept_under_and_says_what_it_finds(scope, key):
    entry = catalogue()[key]
    if scope.reader.lacks(entry.question):
        with pytest.raises(NeedsData):
            entry.of(scope)
        return
    exhibit = entry.of(scope)
    assert exhibit.key == key
    assert entry.question in exhibit.asked or key == "overview_funnel"
    assert set(exhibit.asked) <= set(questions())
    assert exhibit.words.title
    assert exhibit.figure is None or exhibit.rows.height


@pytest.mark.parametrize(
    ("key", "options", "says"),
    [
        ("cost_to_collect", {"splt": "channel"}, "cost_to_collect has no option splt. Did you mean “split”? There are split."),
        ("cost_to_collect", {"split": "chanel"}, "cost_to_collect: split cannot be \"chanel\". Did you mean “channel”? There are stage, channel, owner."),
        ("roll_matrix", {"intervals": "yes"}, "roll_matrix: intervals is \"yes\"; it must be true or false."),
        ("roll_matrix", {"intervals": 1}, "roll_matrix: intervals is 1; it must be true or false."),
        ("cohorts_at_ages", {"age": "six"}, "cohorts_at_ages: age is \"six\"; it must be a whole number."),
        ("flow", {"split": "stage"}, "flow has no option split; there are none."),
    ],
)  # fmt: skip
def test_a_wrong_option_is_told_with_what_would_be_right(key, options, says):
    assert [str(problem) for problem in catalogue()[key].problems(options)] == [says]


def test_a_line_that_no_loan_was_counted_on_is_refused_with_those_there_are(scope):
    with pytest.raises(InvalidOption, match=r"There is no line “77\+”; there are 30\+, 60\+, 90\+"):
        exhibit_of("vintage_curves", scope, line="77+")


@pytest.mark.parametrize("age", [-3, 999])
def test_an_age_that_no_cohort_has_reached_is_refused_with_the_oldest(scope, age):
    with pytest.raises(
        InvalidOption, match=rf"No cohort has reached an age of {age} months; the oldest has reached \d+\."
    ):
        exhibit_of("cohorts_at_ages", scope, age=age)


def test_a_champion_that_no_loan_is_in_is_refused_with_the_groups_there_are(scope):
    with pytest.raises(InvalidOption, match="There is no test group “nobody”; there are A, champion"):
        exhibit_of("challenger", scope, champion="nobody")


def test_a_book_that_calls_no_group_champion_has_its_first_for_one(scope, monkeypatch):
    monkeypatch.setattr("reports.exhibits.stages.CHAMPION", "control")
    assert "against “A”" in exhibit_of("challenger", scope, champion="control").caption


def test_an_option_changes_what_is_drawn(scope):
    by_stage, by_channel = (exhibit_of("cost_to_collect", scope, split=split) for split in ("stage", "channel"))
    assert not by_stage.rows.equals(by_channel.rows)
    assert by_stage.words.title != by_channel.words.title


def test_what_happened_in_a_month_is_marked_and_told_without_changing_the_numbers(reader, tmp_path):
    notes = Notes(tmp_path)
    scope = scope_of(reader)
    plain = exhibit_of("roll_trend", scope)
    notes.add(Annotation(scope.compare_month, "New scorecard"), "Ana")
    marked = exhibit_of("roll_trend", replace(scope, notes=notes))
    assert "New scorecard" in marked.words.alt
    assert "New scorecard" not in plain.words.alt
    assert marked.rows.equals(plain.rows)

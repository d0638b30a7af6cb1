"""The decision story: never without verdict, interval, backtest and assumptions, whatever of these is wanting."""

from dataclasses import replace

import pytest

from data.errors import NoExperiment
from data.notes import Notes, SavedScenario
from data.said import said
from reports.compose import compose
from reports.experiment import Experiment, newest, read_experiment
from reports.story import Shown, Story, load_story
from sim.behaviour import Behaviour
from sim.experiments import Answer
from sim.outcome import Kept
from sim.scenario import Scenario
from sim.today import Tested as Told
from sim.typical import QUESTIONS

NOT_RUN = ("sensitivity", "uncertainty")
UNTESTED = "the model was not tested on this book"


@pytest.fixture
def experiment(reader, experiment_id) -> Experiment:
    return read_experiment(reader, experiment_id)


def slides(experiment, scope, story=None):
    deck = compose(story or load_story("decision"), scope, experiment)
    return {slide.key: slide for slide in deck.slides}, deck


def test_it_tells_verdict_question_figures_charts_assumptions_and_passport(experiment, scope):
    told, deck = slides(experiment, scope)
    assert list(told) == [each.show for each in load_story("decision").slides if each.show not in NOT_RUN]
    assert len(deck.left_out) == len(NOT_RUN)
    assert told["verdict"].title.startswith("Handing over after 60 days instead of 90")
    assert told["question"].points[0] == "The final stage begins at 61 instead of 91 days past due"
    assert all(experiment.id in slide.footnotes[-1] for slide in told.values())
    assert (
        told["figures"].values["difference"].to_list()
        == experiment.what_if()
        .figures.filter(
            experiment.what_if().figures["value"].is_not_null() | experiment.what_if().figures["base"].is_not_null()
        )["difference"]
        .to_list()
    )
    assert {number.origin for number in experiment.numbers} <= {"measured", "published", "assumed"}
    assert told["assumptions"].values.height == len(experiment.numbers)
    assert deck.facts["Experiment"] == experiment.id


def test_the_verdict_slide_says_that_the_model_was_not_tested(experiment, scope):
    told, _deck = slides(experiment, scope)
    verdict = told["verdict"]
    assert any(UNTESTED in point for point in verdict.points)
    assert any("3 pairs of replications" in point for point in verdict.points)
    assert any("are assumed" in point for point in verdict.points)
    assert told["backtest"].title == "The model was not tested on this book"


def test_a_poor_backtest_stands_on_the_verdict_slide_in_plain_words(experiment, scope):
    sentences = (said("Poor: do not rely on what it says of other policies."), said("Cash: wrong by 40 %."))
    told, _deck = slides(replace(experiment, tested=Told("poor", sentences)), scope)
    assert "Backtest: Poor: do not rely on what it says of other policies." in told["verdict"].points
    assert told["backtest"].title == "The model would not have foretold the last months: do not rely on it"
    assert told["backtest"].points == tuple(map(str, sentences))


def test_a_backtest_that_was_made_since_stands_in_the_passport_line_too(reader, experiment_id, scope, monkeypatch):
    found = Told("good", (said("Good: it would have foretold them well."),))
    monkeypatch.setattr("reports.experiment.tested", lambda book, version: found)
    told, _deck = slides(read_experiment(reader, experiment_id), scope)
    assert "Backtest: Good: it would have foretold them well." in told["verdict"].points
    assert [slide.key for slide in told.values() if any(UNTESTED in line.lower() for line in slide.footnotes)] == []


def test_a_backtest_of_other_borrowers_is_not_claimed(reader, experiment_id, scope, monkeypatch):
    class Fit:
        scenario = replace(QUESTIONS["hand_over"].ask(Scenario()), behaviour=replace(Behaviour(), plan_kept=0.5))
        parameters = ()

    monkeypatch.setattr("reports.experiment._fit", lambda reader, version: Fit)
    monkeypatch.setattr("reports.experiment.tested", lambda book, version: Told("good", (said("Good."),)))
    told, _deck = slides(read_experiment(reader, experiment_id), scope)
    assert "Backtest: it was made of other borrowers than these, and says nothing of this experiment." in told["verdict"].points  # fmt: skip
    assert told["backtest"].title == "The model was not tested with these borrowers"


def test_one_replication_is_told_to_have_no_interval(experiment, scope):
    once = {name: _first(kept) for name, kept in experiment.answer.kept.items()}
    told, _deck = slides(replace(experiment, answer=Answer(once, {}, [])), scope)
    assert "There is no interval: one replication alone says nothing of luck. Do not decide by it." in told["verdict"].points  # fmt: skip


def _first(kept):
    """The same with its first replication alone."""
    return Kept.of_arrays(kept.values[:1], kept.axes, {name: rows[:1] if name.startswith("rows") else rows for name, rows in kept.arrays().items()})  # fmt: skip


def test_an_experiment_without_a_replication_shows_no_chart_and_says_that_nothing_is_known(experiment, scope):
    shown = Story("ours", "Ours", (Shown("recovered"), Shown("figures")))
    told, deck = slides(replace(experiment, answer=Answer({}, {}, [])), scope, shown)
    assert told["verdict"].title.endswith(": not simulated yet")
    assert "recovered" not in told
    assert deck.left_out == tuple(
        f"{name} (no replication is known yet)" for name in ("Recovered by day", "All figures of the experiment")
    )


def test_a_lenders_own_story_of_an_experiment_gets_the_verdict_before_and_the_assumptions_behind(experiment, scope):
    told, _deck = slides(experiment, scope, Story("ours", "Ours", (Shown("summary"), Shown("waterfall"))))
    assert list(told) == ["summary", "verdict", "waterfall", "assumptions"]


def test_it_cannot_be_told_of_nothing(scope):
    with pytest.raises(ValueError, match="of an experiment"):
        compose(load_story("decision"), scope)


def test_an_experiment_is_found_by_its_number_by_the_name_of_a_saved_scenario_and_as_the_newest(reader, experiment_id, tmp_path):  # fmt: skip
    notes = Notes(tmp_path)
    notes.add(SavedScenario("Earlier hand-over", "why", "today", "", experiment_id), "Ana")
    notes.add(SavedScenario("Never run", "why", "today", "", ""), "Ana")
    assert read_experiment(reader, "earlier HAND-over", notes).id == experiment_id
    assert newest(reader) == experiment_id
    with pytest.raises(NoExperiment, match="“Never run” has not been run"):
        read_experiment(reader, "Never run", notes)
    with pytest.raises(NoExperiment, match="does not compare policies"):
        read_experiment(reader, f"{experiment_id}-assumptions")
    with pytest.raises(NoExperiment, match="no experiment deadbeef"):
        read_experiment(reader, "deadbeef")


def test_it_speaks_chinese(experiment, scope, speaking):
    speaking("zh")
    told, _deck = slides(experiment, scope)
    assert any("模型未在此账本上检验过" in point for point in told["verdict"].points)
    assert told["question"].points[0].startswith("后端阶段")


def test_several_scenarios_stand_beside_today_a_column_each(experiment, scope):
    named = {"A": experiment.order.scenarios["policy"], "today": experiment.order.scenarios["today"]}
    kept = {"A": experiment.answer.kept["policy"], "today": experiment.answer.kept["today"]}
    several = replace(experiment, order=replace(experiment.order, scenarios=named), answer=Answer(kept, {}, []))
    told, _deck = slides(several, scope)
    assert told["figures"].grid.heads == ("Measure", "As today", "A")
    assert told["question"].points[0].startswith("A: The final stage begins")
    assert "“A”" in told["verdict"].title

"""Experiments that go on by themselves: found again, cancelled, killed and resumed, side by side, run again to the same digits."""

import json
import os
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from data.errors import InvalidScenario, NoExperiment
from data.said import said_of
from sim import experiments
from sim.answers import difference
from sim.comparison import compare
from sim.experiments import (
    BEGUN,
    GRACE_SECONDS,
    NEWEST,
    ORDER,
    OVER,
    POLICY,
    TODAY,
    Order,
    cancel,
    folder_of,
    keep,
    order,
    read_answer,
    read_order,
    read_progress,
    resume,
    state,
    sweep,
)  # fmt: skip
from sim.scenario_file import read_scenario
from sim.typical import QUESTIONS

SMALL = read_scenario("population.cases = 150\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 1")
LONG = read_scenario("population.cases = 3000\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 1")
PAIR = {POLICY: QUESTIONS["hand_over"].ask(SMALL), TODAY: SMALL}
LONG_PAIR = {POLICY: QUESTIONS["hand_over"].ask(LONG), TODAY: LONG}
PATIENCE = 60


def wait(folder, until, patience=PATIENCE):
    """Wait for a state of an experiment; the test fails where it does not come."""
    end = time.monotonic() + patience
    while not (found := until()):
        assert time.monotonic() < end, (
            state(folder),
            read_progress(folder),
            (folder / "worker.log").read_text() if (folder / "worker.log").exists() else "",
        )
        time.sleep(0.02)
    return found


def finished(book, id):
    folder = folder_of(book, id)
    wait(folder, lambda: state(folder) in OVER)
    return folder


def worker_of(folder):
    """The process that works on it."""
    return int((folder / BEGUN).read_text(encoding="utf-8"))


def test_its_answer_is_that_of_the_comparison_and_is_found_again(tmp_path):
    id = order(tmp_path, Order(PAIR, replications=4, days=40, seed=7, subject="question:hand_over", author="Ana"))
    folder = finished(tmp_path, id)
    assert state(folder) == "done"
    *_earlier, known = compare(PAIR, 4, 7, 40)
    answer = read_answer(folder)
    assert answer.done == 4
    for measure, found in known.differences[TODAY].items():
        assert difference(answer, POLICY, TODAY, measure) == found
    assert read_order(folder).scenarios == PAIR
    (listed,) = experiments.experiments(tmp_path)
    assert (listed.id, listed.subject, listed.author) == (id, "question:hand_over", "Ana")


def test_a_first_answer_comes_from_a_sample_before_any_replication(tmp_path):
    id = order(tmp_path, Order(LONG_PAIR, replications=30))
    folder = folder_of(tmp_path, id)
    wait(folder, lambda: read_answer(folder).rough)
    answer = read_answer(folder)
    if not answer.done:
        assert difference(answer, POLICY, TODAY, "net").low is None
    cancel(tmp_path, id)
    finished(tmp_path, id)


def test_a_scenario_that_changes_nothing_differs_by_exactly_nothing(tmp_path):
    folder = finished(tmp_path, order(tmp_path, Order({POLICY: SMALL, TODAY: SMALL}, replications=3, days=40)))
    answer = read_answer(folder)
    for measure in answer.kept[POLICY].values[0]:
        found = difference(answer, POLICY, TODAY, measure)
        assert found is None or (found.mean, found.low, found.high) == (0, 0, 0)


def test_the_same_passport_gives_the_same_numbers_to_the_last_digit(tmp_path):
    first = finished(tmp_path, order(tmp_path, Order(PAIR, replications=3, days=40, seed=11)))
    again = finished(tmp_path, order(tmp_path, read_order(first)))
    one, other = read_answer(first), read_answer(again)
    assert read_order(first).passport == read_order(again).passport
    for name in PAIR:
        assert one.kept[name].values == other.kept[name].values
        for row in one.kept[name].rows:
            np.testing.assert_array_equal(one.kept[name].rows[row], other.kept[name].rows[row])


def test_one_that_is_cancelled_stops_keeps_what_it_knows_and_goes_on_from_there(tmp_path):
    id = order(tmp_path, Order(LONG_PAIR, replications=24, days=120))
    folder = folder_of(tmp_path, id)
    wait(folder, lambda: read_answer(folder).done >= 1)
    cancel(tmp_path, id)
    wait(folder, lambda: state(folder) == "cancelled")
    done = read_answer(folder).done
    assert 1 <= done < 24
    resume(tmp_path, id)
    finished(tmp_path, id)
    assert state(folder) == "done"
    assert read_answer(folder).done == 24
    _same_as_run_at_once(folder, LONG_PAIR, 24, 120)


def _same_as_run_at_once(folder, pair, replications, days):
    *_earlier, known = compare(pair, replications, 1, days)
    assert difference(read_answer(folder), POLICY, TODAY, "net") == known.differences[TODAY]["net"]


def test_a_killed_worker_is_noticed_and_another_goes_on_to_the_same_digits(tmp_path):
    id = order(tmp_path, Order(LONG_PAIR, replications=24, days=120))
    folder = folder_of(tmp_path, id)
    wait(folder, lambda: read_answer(folder).done >= 1)
    os.kill(worker_of(folder), signal.SIGKILL)
    wait(folder, lambda: state(folder) == "lost")
    done = read_answer(folder).done
    assert 1 <= done < 24
    resume(tmp_path, id)
    assert state(folder) in ("waiting", "running", "done")
    finished(tmp_path, id)
    assert state(folder) == "done"
    _same_as_run_at_once(folder, LONG_PAIR, 24, 120)


def test_two_at_once_do_not_disturb_each_other(tmp_path):
    other = {POLICY: QUESTIONS["messages_first"].ask(SMALL), TODAY: SMALL}
    one, two = (order(tmp_path, Order(pair, replications=4, days=60)) for pair in (PAIR, other))
    for id, pair in ((one, PAIR), (two, other)):
        folder = finished(tmp_path, id)
        _same_as_run_at_once(folder, pair, 4, 60)


def test_it_stops_when_the_difference_is_known_well_enough(tmp_path):
    wanted = Order(PAIR, replications=40, days=40, half_width=1e9, against=(TODAY,))
    folder = finished(tmp_path, order(tmp_path, wanted))
    assert read_progress(folder).stopped == "half_width"
    assert read_answer(folder).done < 40


def test_a_fault_is_said_and_logged(tmp_path, monkeypatch):
    monkeypatch.setattr(experiments, "_set_to_work", lambda folder: None)
    id = order(tmp_path, Order(PAIR, replications=2, days=20))
    monkeypatch.undo()
    folder = folder_of(tmp_path, id)
    (folder / "scenario-0.toml").write_text("base = 'nowhere'")
    resume(tmp_path, id)
    wait(folder, lambda: state(folder) == "failed")
    assert "There is no scenario “nowhere”" in read_progress(folder).error
    assert "There is no scenario “nowhere”" in str(said_of(read_progress(folder).told))
    assert "InvalidScenario" in (folder / "worker.log").read_text()


def test_one_that_no_process_takes_up_is_lost_after_a_while(tmp_path, monkeypatch):
    monkeypatch.setattr(experiments, "_set_to_work", lambda folder: None)
    folder = folder_of(tmp_path, order(tmp_path, Order(PAIR, replications=2, days=20)))
    assert state(folder) == "waiting"
    before = time.time() - GRACE_SECONDS - 1
    os.utime(folder / "started", (before, before))
    assert state(folder) == "lost"
    (folder / BEGUN).touch()
    assert state(folder) == "lost"


def test_an_invalid_scenario_is_not_begun(tmp_path):
    stage = replace(SMALL.policy.stages[0], entry_dpd=300)
    wrong = replace(SMALL, policy=replace(SMALL.policy, stages=(stage, *SMALL.policy.stages[1:])))
    with pytest.raises(InvalidScenario):
        order(tmp_path, Order({POLICY: wrong, TODAY: SMALL}))
    assert experiments.experiments(tmp_path) == []


@pytest.mark.parametrize("id", ["", "../../etc", "0123456", "01234567", "ABCDEF01", "01234567-", "x" * 300])
def test_an_id_that_nobody_gave_is_no_experiment(tmp_path, id):
    with pytest.raises(NoExperiment):
        folder_of(tmp_path, id)


def test_old_ones_are_swept_away_and_kept_ones_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(experiments, "_set_to_work", lambda folder: None)
    ids = [order(tmp_path, Order(PAIR, replications=2, days=20)) for _ in range(3)]
    for at, id in enumerate(ids):
        folder = folder_of(tmp_path, id)
        experiments.write_progress(folder, experiments.Progress(2, 2, stopped="replications"))
        said = json.loads((folder / ORDER).read_text())
        said["ordered_at"] = (datetime.now(UTC) - timedelta(days=31 if at < 2 else 1)).isoformat()
        (folder / ORDER).write_text(json.dumps(said))
    keep(tmp_path, ids[0])
    sweep(tmp_path)
    assert {listed.id for listed in experiments.experiments(tmp_path)} == {ids[0], ids[2]}
    for _ in range(NEWEST):
        folder = folder_of(tmp_path, order(tmp_path, Order(PAIR, replications=2, days=20)))
        experiments.write_progress(folder, experiments.Progress(2, 2, stopped="replications"))
    sweep(tmp_path)
    left = [listed.id for listed in experiments.experiments(tmp_path)]
    assert len(left) == NEWEST + 1
    assert ids[0] in left
    assert ids[2] not in left

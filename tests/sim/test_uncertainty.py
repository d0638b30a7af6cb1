"""What is not known of the borrowers, apart from luck: the split of a table whose parts are known, and of runs."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim import uncertainty as module
from sim.calibration import Calibration, Fitted
from sim.comparison import compare
from sim.sample import sample
from sim.scenario_file import read_scenario
from sim.uncertainty import uncertainty, unsure

BASE = read_scenario("population.cases = 150\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 1")
FEWER = replace(BASE, policy=replace(BASE.policy, stages=BASE.policy.stages[1:]))
PAIR = {"policy": FEWER, "today": BASE}
DAYS = 30


def calibrated(*fitted: Fitted) -> Calibration:
    return Calibration(1, 12, date(2026, 10, 31), BASE, fitted, ())


CERTAIN = calibrated()
DOUBTFUL = calibrated(Fitted("behaviour.talk_odds_ratio", 1.8, 1.0, 3.3, 50, "measured"), Fitted("behaviour.reached", (0.26, 0.13, 0.08, 0.05), (0.1, 0.05, 0.03, 0.02), (0.5, 0.3, 0.2, 0.1), 50, "measured"))  # fmt: skip


def last(calibration, worlds=6, **more):
    return list(uncertainty(PAIR, calibration, 3, 5, DAYS, worlds=worlds, **more))[-1]


def test_the_split_is_that_of_the_variances_that_a_table_was_made_with():
    rng = np.random.default_rng(3)
    table = 100 + 30 * rng.standard_normal((4000, 1)) + 10 * rng.standard_normal((4000, 5))
    found = unsure(table)
    assert found.mean == pytest.approx(100, abs=3)
    assert found.by_borrowers == pytest.approx(1.96 * 30, rel=0.05)
    assert found.by_luck == pytest.approx(1.96 * 10, rel=0.05)
    assert (found.better, found.worlds) == (int((table.mean(axis=1) > 0).sum()), 4000)


def test_by_hand():
    found = unsure([[1.0, 3.0], [5.0, 7.0]])  # within 2; means 2 and 6, their variance 8; between 8 − 2/2
    assert (found.mean, found.better) == (4.0, 2)
    assert found.by_luck == pytest.approx(1.959964 * 2**0.5)
    assert found.by_borrowers == pytest.approx(1.959964 * 7**0.5)


def test_where_all_is_known_of_the_borrowers_luck_alone_is_left():
    found, said = last(CERTAIN)
    assert found.count(found[0]) == len(found)
    *_steps, known = compare(PAIR, 3, 5, DAYS)
    assert said.mean == pytest.approx(known.differences["today"]["net"].mean)
    assert said.by_borrowers == 0.0
    assert said.by_luck > 0


def test_both_policies_being_the_same_no_world_is_better():
    *_steps, (_found, said) = uncertainty({"policy": BASE, "today": BASE}, CERTAIN, 2, 5, DAYS, worlds=2)
    assert (said.better, said.worlds) == (0, 2)


def test_what_is_not_known_of_a_product_shows_too():
    name = BASE.population.products[0].name
    doubtful = calibrated(Fitted(f"population.products.{name}.pays", 1.0, 0.2, 5.0, 50, "measured"))
    found, _said = last(doubtful, worlds=3)
    assert len({tuple(each) for each in found}) == 3


def test_what_is_not_known_of_them_shows():
    found, said = last(DOUBTFUL)
    assert said.by_borrowers > 0
    assert len({tuple(each) for each in found}) == len(found)


def test_the_differences_of_a_sample_are_scaled_up_to_the_whole(monkeypatch):
    monkeypatch.setattr(module, "CASES", 75)
    (first,), _said = next(uncertainty(PAIR, CERTAIN, 3, 5, DAYS))
    monkeypatch.setattr(module, "CASES", 150)
    smaller = {name: sample(each, 75)[0] for name, each in PAIR.items()}
    (alike,), _said = next(uncertainty(smaller, CERTAIN, 3, 5, DAYS))
    assert first == [2 * difference for difference in alike]


def test_it_goes_on_where_it_stopped():
    whole, said = last(DOUBTFUL)
    assert last(DOUBTFUL, earlier=whole[:2]) == (whole, said)
    assert last(DOUBTFUL, earlier=whole) == (whole, said)


def test_one_luck_cannot_be_told_apart_from_the_borrowers():
    with pytest.raises(ValueError, match="two replications"):
        next(uncertainty(PAIR, CERTAIN, 1, 5, DAYS))

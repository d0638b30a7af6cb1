"""Experiments: paired, the same for any number of workers, stopped by an absolute half-width, cancelled when asked."""

from dataclasses import replace
from itertools import count
from math import inf

import numpy as np
import pytest
from scipy import stats

from sim.experiment import LEAST, MEASURES, experiment, measured, sample
from sim.scenario import InvalidScenario, Rules, Scenario
from sim.simulate import simulate
from tests.sim.worlds import calling, plain

POLICY, PEOPLE = calling(every_days=3)
NOBODY = plain(150, odds=0.02)
CALLS = plain(150, POLICY, people=PEOPLE, odds=0.02)


def last(*args, **kwargs):
    return list(experiment(*args, days=25, **kwargs))[-1]


def test_the_interval_is_the_paired_t_interval_of_the_differences():
    progress = last(CALLS, NOBODY, replications=6)
    pairs = [[measured(simulate(each, 1, r, 25))["cash"] for each in (NOBODY, CALLS)] for r in range(6)]
    difference = np.array([other - base for base, other in pairs])
    interval = stats.ttest_1samp(difference, 0).confidence_interval(0.95)
    cash = progress.estimates["cash"]
    assert (cash.low, cash.high) == pytest.approx((interval.low, interval.high))
    assert cash.difference == pytest.approx(difference.mean())
    assert cash.base == pytest.approx(np.mean([base for base, _ in pairs]))
    assert progress.stopped == "replications"


def test_two_workers_give_what_one_gives():
    one, two = (list(experiment(CALLS, NOBODY, replications=4, days=25, workers=w)) for w in (1, 2))
    assert one == two


def test_it_stops_once_the_half_width_is_reached_and_not_before_it_can_be_trusted():
    assert last(CALLS, NOBODY, replications=30, half_width=1e12).done == LEAST
    wide = last(CALLS, NOBODY, replications=6, half_width=1.0)
    assert (wide.done, wide.stopped) == (6, "replications")


def test_a_scenario_against_itself_differs_by_exactly_nothing():
    progress = last(CALLS, CALLS, replications=3)
    assert all((e.difference, e.low, e.high) == (0, 0, 0) for e in progress.estimates.values())


def test_one_replication_has_no_interval():
    assert last(CALLS, NOBODY, replications=1).estimates["net"].half_width == inf


def test_it_can_be_cancelled_between_replications():
    asked = count(1)
    progress = last(CALLS, NOBODY, replications=20, cancelled=lambda: next(asked) == 3)
    assert (progress.done, progress.stopped) == (3, "cancelled")


def test_pairing_makes_the_interval_narrower_than_independent_runs_would():
    progress = last(CALLS, NOBODY, replications=8)
    base, other = (
        [measured(simulate(each, seed, r, 25))["cash"] for r in range(8)] for each, seed in ((NOBODY, 1), (CALLS, 99))
    )
    unpaired = stats.ttest_ind(other, base).confidence_interval(0.95)
    assert progress.estimates["cash"].half_width < (unpaired.high - unpaired.low) / 2


def test_a_first_rough_answer_comes_from_a_sample_scaled_up():
    large = replace(CALLS, population=replace(CALLS.population, cases=6000))
    first = next(experiment(large, replace(large, policy=NOBODY.policy), days=25, rough_first=True))
    whole = measured(simulate(large, days=25))["cash"]
    assert first.rough
    assert first.estimates["cash"].scenario == pytest.approx(whole, rel=0.15)
    assert sample(large, 600)[1] == pytest.approx(0.1)


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="measure"):
        last(CALLS, NOBODY, measure="luck")
    with pytest.raises(ValueError, match="at least one"):
        last(CALLS, NOBODY, replications=0)
    with pytest.raises(InvalidScenario, match="preset"):
        last(replace(CALLS, rules=Rules("mars")), NOBODY)
    assert set(MEASURES) == set(measured(simulate(NOBODY, days=1)))
    assert Scenario() == Scenario()

"""All assumptions at once: what is known of an additive world, what does nothing, and what goes on where it stopped."""

from dataclasses import replace

import numpy as np
import pytest
from SALib.sample import morris

from sim import sensitivity as module
from sim.comparison import compare
from sim.experiments import POLICY, TODAY
from sim.sample import sample
from sim.scenario_file import read_scenario
from sim.sensitivity import ALONE, moved, sensitivity
from sim.typical import QUESTIONS

BASE = read_scenario("population.cases = 100\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 2")
FEWER = replace(
    BASE, people=replace(BASE.people, teams=(BASE.people.teams[0], replace(BASE.people.teams[1], headcount=1)))
)
PAIR = {POLICY: QUESTIONS["hand_over"].ask(BASE), TODAY: BASE}
DAYS = 30


def last(pair, **more):
    *_steps, (found, said, worlds) = sensitivity(pair, 1, 3, DAYS, walks=2, **more)
    assert len(found) == worlds == 2 * (len(ALONE) + 1)
    return found, said


def test_where_nobody_is_called_wages_alone_matter_and_as_much_as_one_person_is_paid():
    idle = {
        name: replace(
            each, policy=replace(each.policy, stages=(), plan=None, placement=None, litigation=None, sale=None)
        )
        for name, each in ((POLICY, FEWER), (TODAY, BASE))
    }
    _found, said = last(idle)
    strongest, *others = said.influences
    wages = next(each for each in ALONE if each.code == "wages")
    month = BASE.prices.wage_a_month * DAYS / 30
    assert strongest.code == "wages"
    assert strongest.reach == pytest.approx((wages.high - wages.low) * month)
    assert strongest.with_others == pytest.approx(0, abs=1e-6)
    assert {(each.reach, each.with_others) for each in others} == {(0.0, 0.0)}
    assert said.better == len(said.differences)


def test_both_policies_being_the_same_nothing_matters_and_no_world_is_better():
    _found, said = last({POLICY: BASE, TODAY: BASE})
    assert {each.reach for each in said.influences} == {0.0}
    assert said.better == 0


def test_each_world_is_a_paired_comparison_and_a_search_goes_on_where_it_stopped():
    whole, said = last(PAIR)
    steps = sensitivity(PAIR, 1, 3, DAYS, walks=2)
    for _step in range(4):
        first = list(next(steps)[0])
    again, said_again = last(PAIR, earlier=first)
    assert (again, said_again) == (whole, said)
    assert len(set(whole)) > 5


def test_the_difference_of_a_sample_is_scaled_up_to_the_whole(monkeypatch):
    monkeypatch.setattr(module, "CASES", 50)
    first = next(sensitivity(PAIR, 1, 3, DAYS, walks=2))[0]
    monkeypatch.setattr(module, "CASES", 100)
    smaller = {name: sample(each, 50)[0] for name, each in PAIR.items()}
    assert first == [2 * difference for difference in next(sensitivity(smaller, 1, 3, DAYS, walks=2))[0]]


def test_reach_and_spread_are_those_of_the_steps_of_each_walk():
    """Computed anew from the differences: a step moves one assumption, by so much of its range."""
    found, said = last(PAIR)
    bounds = [[each.low, each.high] for each in ALONE]
    problem = {"num_vars": len(ALONE), "names": [each.code for each in ALONE], "bounds": bounds}
    low, high = np.array(bounds).T
    worlds = (morris.sample(problem, N=2, num_levels=module.LEVELS, seed=3) - low) / (high - low)
    effects = {each.code: [] for each in ALONE}
    for first in (0, len(ALONE) + 1):
        for step in range(first, first + len(ALONE)):
            (moved_one,) = np.flatnonzero(worlds[step + 1] != worlds[step])
            by = worlds[step + 1][moved_one] - worlds[step][moved_one]
            effects[ALONE[moved_one].code].append((found[step + 1] - found[step]) / by)
    for each in said.influences:
        assert each.reach == pytest.approx(np.mean(np.abs(effects[each.code])))
        assert each.with_others == pytest.approx(np.std(effects[each.code], ddof=1))
    assert "effects" not in effects  # it moves others


def test_a_factor_of_one_for_each_leaves_the_world_as_it_is():
    assert moved(BASE, ALONE, [1.0] * len(ALONE)) == BASE
    high = moved(BASE, ALONE, [each.high for each in ALONE])
    *_s, known = compare({"high": high, "base": BASE}, 1, 3, DAYS)
    assert known.differences["base"]["net"].mean != 0

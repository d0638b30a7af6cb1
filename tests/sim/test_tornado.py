"""Which assumptions the verdict hangs on: bars of paired runs, and where the sign changes."""

import pytest

from sim.comparison import compare
from sim.experiments import POLICY, TODAY
from sim.scenario import check
from sim.scenario_file import read_scenario
from sim.tornado import ASSUMPTIONS, break_even, tornado
from sim.typical import QUESTIONS

BASE = read_scenario("population.cases = 120\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 1")
PAIR = {POLICY: QUESTIONS["hand_over"].ask(BASE), TODAY: BASE}


@pytest.mark.parametrize(
    ("points", "even"),
    [
        (((0.5, -10.0), (1.0, 10.0), (1.5, 20.0)), 0.75),
        (((0.5, 30.0), (1.0, 10.0), (1.5, -30.0)), 1.125),
        (((0.5, 5.0), (1.0, 10.0), (1.5, 20.0)), None),
        (((0.5, 0.0), (1.0, 0.0), (1.5, 0.0)), None),
    ],
)
def test_the_break_even_lies_where_the_line_between_two_ends_is_nought(points, even):
    assert break_even(points) == (None if even is None else pytest.approx(even))


@pytest.mark.parametrize("assumption", ASSUMPTIONS, ids=lambda assumption: assumption.code)
def test_a_factor_of_one_leaves_an_assumption_and_its_ends_can_be_run(assumption):
    assert assumption.change(BASE, 1.0) == BASE
    for factor in (assumption.low, assumption.high):
        changed = assumption.change(BASE, factor)
        check(changed)
        assert (changed != BASE) == (factor != 1.0)
        assert changed.population == BASE.population


def test_bars_are_paired_differences_at_either_end():
    *steps, last = tornado(PAIR, 2, 3, 30)
    bars = [bar for bar, _done, _planned in (*steps, last) if bar]
    assert [bar["code"] for bar in bars] == [assumption.code for assumption in ASSUMPTIONS]
    assert last[1] == last[2] == 2 * len(ASSUMPTIONS) + 1
    *_s, known = compare(PAIR, 2, 3, 30)
    assert {bar["net"] for bar in bars} == {known.differences[TODAY]["net"].mean}
    wages = next(assumption for assumption in ASSUMPTIONS if assumption.code == "self_cure")
    *_s, low = compare({name: wages.change(each, wages.low) for name, each in PAIR.items()}, 2, 3, 30)
    assert next(bar for bar in bars if bar["code"] == "self_cure")["net_low"] == low.differences[TODAY]["net"].mean


def test_both_policies_being_the_same_no_assumption_matters():
    bars = [bar for bar, *_rest in tornado({POLICY: BASE, TODAY: BASE}, 1, 3, 20) if bar]
    assert {(bar["net_low"], bar["net"], bar["net_high"], bar["break_even"]) for bar in bars} == {(0.0, 0.0, 0.0, None)}

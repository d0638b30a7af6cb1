"""Which assumptions the verdict hangs on: bars of paired runs, and where the sign changes."""

from dataclasses import replace
from datetime import date

import pytest

from sim import tornado as module
from sim.calibration import Calibration, Fitted
from sim.calibration.ends import with_measured_ends
from sim.comparison import compare
from sim.experiments import POLICY, TODAY
from sim.sample import sample
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


def test_the_difference_of_a_sample_is_scaled_up_to_the_whole(monkeypatch):
    monkeypatch.setattr(module, "CASES", 60)
    wages = [each for each in ASSUMPTIONS if each.code == "wages"]
    *_steps, (bar, *_rest) = tornado(PAIR, 1, 3, 20, wages)
    monkeypatch.setattr(module, "CASES", 120)
    *_steps, (alike, *_rest) = tornado({name: sample(each, 60)[0] for name, each in PAIR.items()}, 1, 3, 20, wages)
    for end in ("net_low", "net", "net_high"):
        assert bar[end] == 2 * alike[end] != 0


# Measured ends

BEHAVIOUR = BASE.behaviour
TALK = Fitted("behaviour.talk_odds_ratio", BEHAVIOUR.talk_odds_ratio, 1.2, 2.8, 50, "measured")
REACHED = Fitted("behaviour.reached", BEHAVIOUR.reached, (0.13, None, 0.04, None), (0.39, None, 0.16, None), 50, "measured")  # fmt: skip
UNSURE_OF_KEPT = Fitted("behaviour.kept", BEHAVIOUR.kept, origin="measured")
PUBLISHED = Fitted("behaviour.ai_kept", BEHAVIOUR.ai_kept, 0.8, 0.9, origin="published")


def ends(*fitted, of=(BASE,)):
    calibration = Calibration(1, 12, date(2026, 10, 31), BASE, fitted, ())
    return {each.code: each for each in with_measured_ends(ASSUMPTIONS, calibration, of)}


def test_a_measured_number_moves_to_the_ends_of_its_interval():
    talk = ends(TALK)["talk"]
    assert (talk.low, talk.high) == pytest.approx((0.2 / 0.8, 1.8 / 0.8))  # an odds ratio of 1.8: what it is above 1
    for factor, end in ((talk.low, 1.2), (talk.high, 2.8), (1.0, 1.8), ((1 + talk.high) / 2, 2.3)):
        assert talk.change(BASE, factor).behaviour.talk_odds_ratio == pytest.approx(end)
    assert talk.change(BASE, 1.0) == BASE


def test_each_told_number_of_a_list_goes_to_its_own_end_and_the_others_over_the_range_of_practice():
    reached, practice = ends(REACHED)["reached"], next(each for each in ASSUMPTIONS if each.code == "reached")
    assert (reached.low, reached.high) == pytest.approx((0.5, 1.75))  # medians of 0.5 and 0.5, of 1.5 and 2
    first, second, third, _last = reached.change(BASE, reached.high).behaviour.reached
    assert (first, second, third) == pytest.approx((0.39, BEHAVIOUR.reached[1] * practice.high, 0.16))


def test_an_effect_below_one_has_less_of_it_at_the_upper_end_of_its_interval():
    shy = replace(BASE, behaviour=replace(BEHAVIOUR, agency_odds_ratio=0.8))
    found = ends(Fitted("behaviour.agency_odds_ratio", 0.8, 0.7, 0.9, 9, "measured"), of=(shy,))["agency"]
    assert (found.low, found.high) == pytest.approx((0.5, 1.5))
    assert found.change(shy, found.low).behaviour.agency_odds_ratio == pytest.approx(0.9)


def test_what_was_not_measured_or_is_another_number_by_now_keeps_the_range_of_practice():
    assert ends(UNSURE_OF_KEPT, PUBLISHED) == {each.code: each for each in ASSUMPTIONS}
    other = replace(BASE, behaviour=replace(BEHAVIOUR, talk_odds_ratio=2.0))
    assert ends(TALK, of=(BASE, other))["talk"] == next(each for each in ASSUMPTIONS if each.code == "talk")


def test_each_bar_says_where_its_number_is_from():
    origins = {code: each.origin_in(BASE) for code, each in ends(TALK).items()}
    assert origins["talk"] == "measured"
    assert {code for code, origin in origins.items() if origin == "published"} == {"messages"}
    assert {code for code, origin in origins.items() if origin == ""} == {"commission"}
    assert next(each for each in ASSUMPTIONS if each.code == "talk").origin_in(BASE) == "published"

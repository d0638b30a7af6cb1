"""Scenarios side by side: intervals, pairs, what is run once, and answers that do not depend on the workers."""

import contextlib
import math
from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from scipy import stats

from sim import comparison
from sim.comparison import LEAST, Enough, Interval, compare, in_order, interval
from sim.measures import MEASURES
from sim.no_contact import without_contact
from sim.sample import sample
from sim.scenario import InvalidScenario, Rules
from sim.scenario_file import read_scenario
from sim.simulate import simulate, simulate_batch
from tests.sim.worlds import calling, plain

SMALL = read_scenario("population.cases = 150\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 1")
LATER = read_scenario(
    "population.cases = 150\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 1\npolicy.stages.early.entry_dpd = 5"
)
DAYS = 35
POLICY, PEOPLE = calling(every_days=3)
NOBODY = plain(150, odds=0.02)
CALLS = plain(150, POLICY, people=PEOPLE, odds=0.02)
PAIR = {"calls": CALLS, "nobody": NOBODY}


def last(scenarios, **more):
    return list(compare(scenarios, 3, seed=7, days=DAYS, **more))[-1]


@pytest.fixture(scope="module")
def known():
    return last({"scenario": LATER, "base": SMALL, "no_contact": without_contact(LATER)})


def test_an_interval_is_students():
    found = interval([1.0, 2.0, 3.0], 0.95)
    reach = 4.302652730 / math.sqrt(3)  # t of two degrees of freedom at 97.5 %, standard deviation 1
    assert (found.mean, found.low, found.high) == pytest.approx((2, 2 - reach, 2 + reach))
    assert interval([1.0, 3.0], 0.9).high == pytest.approx(2 + 6.313751515 * math.sqrt(2) / math.sqrt(2))
    assert interval([5.0], 0.95) == Interval(5.0, None, None)
    assert interval([1.0, None], 0.95) is None
    assert interval([2.0, 2.0], 0.95) == Interval(2.0, 2.0, 2.0)


def test_results_are_the_means_of_the_runs_and_differences_the_means_of_the_pairs(known):
    runs = {
        name: [simulate(scenario, 7, k, DAYS) for k in range(3)]
        for name, scenario in (("scenario", LATER), ("base", SMALL))
    }
    cash = {name: [run.cash / 100 for run in each] for name, each in runs.items()}
    assert known.results["scenario"]["recovered"].mean == pytest.approx(sum(cash["scenario"]) / 3)
    differences = [one - other for one, other in zip(cash["scenario"], cash["base"], strict=True)]
    mean = sum(differences) / 3
    spread = math.sqrt(sum((value - mean) ** 2 for value in differences) / 2)
    found = known.differences["base"]["recovered"]
    assert found.mean == pytest.approx(mean)
    assert found.high == pytest.approx(mean + 4.302652730 * spread / math.sqrt(3))


def test_all_that_is_compared_is_there(known):
    names = {measure.name for measure in MEASURES}
    assert {
        "recovered",
        "cost",
        "net",
        "cured",
        "charged_off",
        "complaints",
        "breaches",
        "utilisation",
        "backlog",
    } <= names
    assert set(known.results) == {"scenario", "base", "no_contact"}
    assert set(known.differences) == {"base", "no_contact"}
    assert all(set(values) == names for values in (*known.results.values(), *known.differences.values()))
    net, recovered, cost = (known.results["scenario"][name].mean for name in ("net", "recovered", "cost"))
    assert net == pytest.approx(recovered - cost)


def test_nobody_being_contacted_costs_nothing_and_has_nobody_to_be_busy(known):
    alone = known.results["no_contact"]
    assert (alone["cost"].mean, alone["complaints"].mean, alone["backlog"].mean) == (0, 0, 0)
    assert alone["recovered"].mean > 0
    assert alone["utilisation"] is known.differences["no_contact"]["utilisation"] is None
    assert 0 < known.results["scenario"]["utilisation"].mean <= 1


def test_a_scenario_beside_itself_differs_by_exactly_nothing():
    same = last(
        {
            "scenario": SMALL,
            "base": read_scenario(
                "population.cases = 150\npeople.teams = { early = { headcount = 1 }, mid = { headcount = 1 } }"
            ),
        }
    )
    assert {found for found in same.differences["base"].values() if found} == {Interval(0.0, 0.0, 0.0)}


def test_the_answer_does_not_depend_on_the_number_of_workers(known):
    scenarios = {"scenario": LATER, "base": SMALL, "no_contact": without_contact(LATER)}
    assert last(scenarios, workers=2) == known


def test_what_is_known_grows_with_each_replication():
    steps = list(compare({"scenario": SMALL}, 2, days=10))
    assert [(step.done, step.planned) for step in steps] == [(1, 2), (2, 2)]
    assert steps[0].results["scenario"]["recovered"].low is None


def test_breaches_of_rules_that_are_not_kept_are_counted():
    text = "population.cases = 300\npeople.teams.early.headcount = 4\n[policy.stages.early.channels.phone]\ntries = 10\n[rules]\noff = ['cn.dials_day']"
    careless, careful = read_scenario(text), read_scenario(text.replace("off = ['cn.dials_day']", ""))
    known = list(compare({"scenario": careless, "base": careful}, 1, days=5))[-1]
    assert known.results["scenario"]["breaches"].mean > 0
    assert known.results["base"]["breaches"].mean == 0


def test_an_error_in_a_worker_reaches_the_caller_and_leaves_no_process():
    with pytest.raises(ZeroDivisionError):
        list(in_order(divmod, ((1, 1), (1, 0), (2, 1)), workers=2))
    assert list(in_order(divmod, ((7, 2), (9, 3)), workers=2)) == [(3, 1), (3, 0)]


def test_the_scenarios_are_not_changed(known):
    assert replace(SMALL) == read_scenario(
        "population.cases = 150\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 1"
    )


def last_of_pair(replications, **more):
    return list(compare(PAIR, replications, days=25, **more))[-1]


def test_it_stops_once_the_half_width_is_reached_and_not_before_it_can_be_trusted():
    assert (last_of_pair(30, enough=Enough(1e12)).done, last_of_pair(30, enough=Enough(1e12)).stopped) == (
        LEAST,
        "half_width",
    )
    wide = last_of_pair(6, enough=Enough(0.01))
    assert (wide.done, wide.stopped) == (6, "replications")


@pytest.mark.parametrize(("enough", "expected"), [(0.0, 6), (1.0, LEAST)])
def test_a_difference_of_nothing_and_a_negative_one_stop_by_their_half_width_alone(enough, expected):
    same = list(compare({"one": CALLS, "other": replace(CALLS)}, 6, days=25, enough=Enough(0.0)))[-1]
    assert (same.done, same.differences["other"]["net"]) == (LEAST, Interval(0.0, 0.0, 0.0))
    backwards = {"nobody": NOBODY, "calls": CALLS}
    width = list(compare(backwards, LEAST, days=25))[-1].differences["calls"]["recovered"]
    assert width.mean < 0
    just = Enough(width.half_width * (1 + 1e-9) * enough, "recovered")
    assert list(compare(backwards, 6, days=25, enough=just))[-1].done == expected


def test_one_replication_has_no_interval():
    assert last_of_pair(1).differences["nobody"]["net"].half_width == math.inf


def test_it_can_be_cancelled_between_replications():
    asked = count(1)
    stopped = last_of_pair(20, cancelled=lambda: next(asked) == 3)
    assert (stopped.done, stopped.stopped) == (3, "cancelled")


def test_pairing_makes_the_interval_narrower_than_independent_runs_would():
    nobody, calls = (
        [simulate(each, seed, r, 25).cash / 100 for r in range(8)] for each, seed in ((NOBODY, 1), (CALLS, 99))
    )
    unpaired = stats.ttest_ind(calls, nobody).confidence_interval(0.95)
    assert last_of_pair(8).differences["nobody"]["recovered"].half_width < (unpaired.high - unpaired.low) / 2


def test_the_interval_of_a_difference_is_the_paired_t_interval():
    pairs = [[simulate(each, 1, r, 25).cash / 100 for each in (CALLS, NOBODY)] for r in range(6)]
    expected = stats.ttest_1samp(np.subtract(*np.transpose(pairs)), 0).confidence_interval(0.95)
    found = last_of_pair(6).differences["nobody"]["recovered"]
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_a_first_rough_answer_comes_from_a_sample_scaled_up():
    large = replace(CALLS, population=replace(CALLS.population, cases=6000))
    first = next(
        compare({"large": large, "nobody": replace(large, policy=NOBODY.policy)}, 2, days=25, rough_first=True)
    )
    assert (first.rough, first.done) == (True, 0)
    assert first.results["large"]["recovered"].mean == pytest.approx(simulate(large, days=25).cash / 100, rel=0.15)
    assert first.results["large"]["utilisation"].mean <= 1
    assert sample(large, 600)[1] == pytest.approx(0.1)


def test_the_sample_of_a_first_answer_counts_those_who_come_during_the_run_too(monkeypatch):
    whole = replace(CALLS, population=replace(CALLS.population, cases=6000, entries_a_day=40.0))
    smaller, share = sample(whole, 1000, days=100)
    assert (share, smaller.population.cases, smaller.population.entries_a_day) == pytest.approx((0.1, 600, 4.0))
    book = replace(whole, population=replace(whole.population, world="book", opening_loans=6000, booked_a_month=1200.0))
    assert sample(book, 1000, days=365)[1] == pytest.approx(1000 / (6000 + 12 * 1200))
    seen = []
    monkeypatch.setattr(comparison, "_measured", lambda scenario, *_more: seen.append(scenario) or [({}, None)])
    with contextlib.suppress(KeyError):
        comparison.rough_values(whole, 1, 100)
    assert seen == [sample(whole, comparison.SAMPLE, 100)[0]]


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="measure"):
        last_of_pair(2, enough=Enough(1.0, "luck"))
    with pytest.raises(ValueError, match="at least one"):
        last_of_pair(0)
    with pytest.raises(InvalidScenario, match="preset"):
        next(compare({"mars": replace(CALLS, rules=Rules("mars"))}, 1))


def net_differences(replications: range) -> np.ndarray:
    """Of a policy with calls less one without, replication by replication: many lenders side by side in one run."""
    pair = [replace(each, population=replace(each.population, cases=60)) for each in (CALLS, NOBODY)]
    one, other = ([run.net / 100 for run in simulate_batch(each, 11, replications, 15)] for each in pair)
    return np.array(one) - np.array(other)


def test_intervals_of_two_hundred_simulated_experiments_hold_the_difference_nineteen_times_in_twenty():
    truth = net_differences(range(10_000, 10_700)).mean()
    experiments = net_differences(range(600)).reshape(200, 3)
    found = [interval(list(each), 0.95) for each in experiments]
    held = sum(each.low <= truth <= each.high for each in found)
    assert abs(held / 200 - 0.95) <= 0.04, held


@pytest.mark.parametrize("scenario", ["zero", "negative"])
def test_it_stops_by_the_width_of_an_interval_whatever_the_sign_of_what_it_is_of(scenario):
    """A half-width that is a part of the mean would never be reached at nought, and at once below it."""
    worse = replace(CALLS, prices=replace(CALLS.prices, wage_a_month=CALLS.prices.wage_a_month * 3))
    pair = {"one": worse if scenario == "negative" else LATER, "other": CALLS if scenario == "negative" else LATER}
    *_steps, known = compare(pair, 40, seed=7, days=DAYS, enough=Enough(1.0))
    (difference,) = [of_one["net"] for of_one in known.differences.values()]
    assert (known.stopped, known.done) == ("half_width", LEAST)
    assert difference.half_width <= 1.0
    assert difference.mean == 0 if scenario == "zero" else difference.mean < -1000
    unlike = {"one": LATER, "other": SMALL}
    *_steps, unsure = compare(unlike, 12, seed=7, days=DAYS, enough=Enough(1.0))
    assert (unsure.stopped, unsure.done) == ("replications", 12)

"""Scenarios side by side: intervals, pairs, what is run once, and answers that do not depend on the workers."""

import math
from dataclasses import replace

import pytest

from sim.comparison import Interval, compare, in_order, interval
from sim.measures import MEASURES
from sim.no_contact import without_contact
from sim.scenario_file import read_scenario
from sim.simulate import simulate

SMALL = read_scenario("population.cases = 150\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 1")
LATER = read_scenario(
    "population.cases = 150\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 1\npolicy.stages.early.entry_dpd = 5"
)
DAYS = 35


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

"""The rules of conduct: what is kept caps the operation, what is not kept is counted; hours are refused beforehand."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from data.rules import Rule
from sim.conduct import CallsInDays, DialsADay, QuietDays, TalksADay
from sim.people import People, Team
from sim.policy import Agency, Channel, Placement, Policy, Stage
from sim.scenario import InvalidScenario, Rules, check
from sim.simulate import simulate
from tests.sim.worlds import calling, plain


def voices(preset="cn", off=(), tries=4, every_days=1, **behaviour):
    """Everybody is called by people and by AI, as often as the policy can."""
    stage = Stage(
        "early", 1, (Channel("phone", every_days, tries), Channel("ai_call", every_days, tries)), team="early"
    )
    people = People(teams=(Team("early", 500, holidays=True),), ai_lines=200)
    same = {"promise": (0.0,) * 4} | behaviour
    scenario = plain(150, Policy(stages=(stage,)), people=people, **same)
    scenario = replace(scenario, rules=Rules(preset, off))
    return replace(scenario, population=replace(scenario.population, another_loan=0.4))


def calls(run):
    loans = run.tables["loan"].select("loan_id", "customer_id")
    return run.tables["action"].join(loans, on="loan_id").sort("acted_at").to_dicts()


def test_no_debtor_has_more_unanswered_dials_a_day_than_the_kept_rule_allows():
    run = simulate(voices(reached=(0.1,) * 4), days=10, events=True)
    unanswered = Counter(
        (call["customer_id"], call["acted_at"].date()) for call in calls(run) if not call["right_party"]
    )
    assert max(unanswered.values()) == 6
    assert all(count == 0 for name, count in run.totals.items() if name.startswith("breaches"))


def test_a_soft_rule_that_is_off_is_counted_dial_by_dial():
    run = simulate(voices(off=("cn.dials_day",), reached=(0.1,) * 4), days=10, events=True)
    unanswered = Counter(
        (call["customer_id"], call["acted_at"].date()) for call in calls(run) if not call["right_party"]
    )
    assert run.totals["breaches_cn.dials_day"] == sum(max(n - 6, 0) for n in unanswered.values()) > 0


def test_breaches_are_priced():
    scenario = voices(off=("cn.dials_day",), reached=(0.1,) * 4)
    run = simulate(replace(scenario, prices=replace(scenario.prices, penalty=2.5)), days=10)
    assert run.totals["cost_penalty"] == pytest.approx(250 * run.totals["breaches_cn.dials_day"])


def test_calls_in_seven_days_and_quiet_days_after_a_talk_are_kept_by_loan():
    run = simulate(voices("us", reached=(0.1,) * 4, tries=3), days=30, events=True)
    by_loan, talks = {}, {}
    for call in calls(run):
        day = call["acted_at"].date()
        by_loan.setdefault(call["loan_id"], []).append(day)
        if call["loan_id"] in talks:
            assert day == talks[call["loan_id"]] or (day - talks[call["loan_id"]]).days >= 7
        if call["right_party"]:
            talks[call["loan_id"]] = day
    most = max(
        sum(first <= day < first + timedelta(days=7) for day in days)
        for days in by_loan.values()
        for first in set(days)
    )
    assert most == 7
    assert talks


def test_presumptions_that_are_off_are_counted():
    scenario = voices("us", off=("us.calls", "us.after_talk"), reached=(0.3,) * 4, tries=3)
    run = simulate(scenario, days=20)
    assert run.totals["breaches_us.calls"] > 0
    assert run.totals["breaches_us.after_talk"] > 0


def test_an_agency_dials_a_borrower_with_several_loans_about_one_of_them_a_day():
    placement = Placement(from_dpd=1, batch_day=1, agencies=(Agency("A", every_days=2),))
    scenario = plain(60, Policy(placement=placement), population={"another_loan": 0.6})
    run = simulate(scenario, days=12, events=True)
    by_day = Counter((call["customer_id"], call["acted_at"].date()) for call in calls(run))
    assert set(by_day.values()) == {1}
    dialled = {call["loan_id"] for call in calls(run)}
    assert len(dialled) > len(
        {call["customer_id"] for call in calls(run)}
    )  # in turn, more than one of a borrower's loans


def test_a_hard_rule_cannot_be_turned_off():
    with pytest.raises(InvalidScenario, match="hard rule"):
        check(voices(off=("cn.talks_day",)))


def test_a_policy_outside_the_permitted_hours_is_refused_and_says_which_and_where():
    policy, people = calling()
    stage = replace(policy.stages[0], channels=(Channel("phone", opens=7, closes=20),))
    with pytest.raises(InvalidScenario, match=r"early\.channels\.phone: from 7 to 20 o'clock is outside 08:00–22:00"):
        check(plain(policy=Policy(stages=(stage,)), people=people))


def rule(counts, **numbers):
    return Rule("x", "text", "soft", "X", "nobody", counts=counts, **numbers)


class Two:
    """Three loans of two customers."""

    n = 3
    customer = np.array([0, 0, 2])


ONE, NONE = np.array([1]), np.array([False])


def test_counters_run_across_the_loans_of_a_debtor():
    counter = TalksADay(rule("talks_a_day", most=2), True, Two)
    first, second = np.array([0]), np.array([1])
    counter.count(first, ONE, ~NONE, 5)
    assert counter.room(second, 5)[0] > 0
    counter.count(second, ONE, ~NONE, 5)
    assert counter.room(first, 5)[0] == 0
    assert counter.room(np.array([2]), 5)[0] > 0
    assert counter.room(first, 6)[0] > 0


def test_only_dials_that_reach_nobody_are_counted_as_unanswered():
    counter = DialsADay(rule("dials_a_day", most=6), True, Two)
    counter.count(np.array([2]), np.array([4]), np.array([True]), 1)
    assert counter.room(np.array([2]), 1)[0] == 3


def test_a_window_of_seven_days_ends_today():
    counter = CallsInDays(rule("calls_in_days", per="loan", most=7, days=7), True, Two)
    counter.count(np.array([0]), np.array([5]), NONE, 10)
    assert counter.room(np.array([0]), 16)[0] == 2
    assert counter.room(np.array([0]), 17)[0] == 7


def test_the_day_of_the_talk_is_the_first_of_the_quiet_days():
    counter = QuietDays(rule("quiet_days", per="loan", days=7), True, Two)
    counter.count(np.array([0]), ONE, ~NONE, 10)
    assert [int(counter.room(np.array([0]), day)[0] > 0) for day in (10, 16, 17)] == [0, 0, 1]

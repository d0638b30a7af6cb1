"""What must follow when a scenario is changed in a way whose direction is known."""

from dataclasses import replace

import pytest

from sim.policy import CLASSIC, Channel, Policy, Stage, StageException
from sim.population import Population
from sim.scenario import Scenario
from sim.simulate import simulate
from tests.sim.worlds import calling, messaging, plain

BASE = replace(Scenario(), population=replace(Population(), cases=1500))


def same(first, second):
    return first.daily.equals(second.daily)


def test_stages_without_channels_contact_nobody_so_that_only_self_cure_is_left():
    silent = replace(BASE, policy=Policy(stages=(Stage("early", 1), Stage("late", 31))))
    nobody = replace(BASE, policy=Policy())
    a, b = (simulate(scenario, days=120) for scenario in (silent, nobody))
    flows = [name for name in b.daily.columns if not name.startswith("open_")]
    assert a.daily.select(flows).equals(b.daily.select(flows))
    assert a.totals.get("attempts_phone", 0) == 0
    assert a.totals.get("cash_collector", 0) == 0


def test_a_team_of_nobody_recovers_what_no_policy_recovers():
    policy, people = calling(headcount=0)
    a = simulate(plain(1500, policy, people=people, odds=0.03), days=60)
    b = simulate(plain(1500, odds=0.03), days=60)
    assert a.cash == b.cash > 0
    assert a.totals.get("attempts_phone", 0) == 0


def test_more_people_never_recover_less_in_expectation():
    def recovered(headcount):
        policy, people = calling(every_days=2, headcount=headcount, shift_minutes=60)
        return sum(
            simulate(plain(1200, policy, people=people, odds=0.01), replication=r, days=30).cash for r in range(3)
        )

    cash = [recovered(headcount) for headcount in (0, 1, 2, 4, 8)]
    assert cash == sorted(cash)
    assert cash[-1] > 1.2 * cash[0]


def test_a_cheaper_channel_of_equal_effect_never_costs_more():
    dear = plain(800, messaging(Channel("sms", every_days=3)), odds=0.03)
    cheap = replace(dear, prices=replace(dear.prices, sms=dear.prices.sms / 4))
    a, b = (simulate(scenario, days=60) for scenario in (dear, cheap))
    assert a.cash == b.cash
    assert b.cost == pytest.approx(a.cost / 4)


def test_a_boundary_moved_to_where_nobody_is_changes_nothing():
    far = StageException("final", 700, product="Personal", segment="Salaried")
    further = replace(far, entry_dpd=720)
    short = replace(BASE, population=replace(BASE.population, opening_to=300))
    a, b = (
        simulate(replace(short, policy=replace(CLASSIC, stage_exceptions=(each,))), days=60) for each in (far, further)
    )
    assert same(a, b)


def test_a_channel_that_does_nothing_and_costs_nothing_changes_only_what_is_sent():
    idle = replace(BASE.behaviour, messages=())
    free = replace(BASE.prices, email=0.0)
    policy = Policy(stages=(Stage("early", 1, (Channel("email", 1),)),))
    with_it = replace(BASE, policy=policy, behaviour=replace(idle, message_complaint=0.0, fatigue=(1.0,)), prices=free)
    without = replace(with_it, policy=Policy())
    a, b = (simulate(scenario, days=60) for scenario in (with_it, without))
    assert a.cash == b.cash
    assert a.totals["sent_email"] > 1000


def test_lower_odds_of_paying_recover_less_from_every_replication():
    for replication in range(3):
        high, low = (simulate(plain(800, odds=odds), replication=replication, days=30).cash for odds in (0.04, 0.02))
        assert low < high


def test_a_run_is_the_beginning_of_a_longer_one():
    short, long = (simulate(BASE, days=days) for days in (40, 80))
    assert long.daily.head(40).select(short.daily.columns).equals(short.daily)


def test_days_off_are_days_without_calls():
    policy, people = calling(every_days=1, weekends=False)
    run = simulate(plain(200, policy, people=people, promise=(0.0,) * 4), days=14)  # from Wednesday 2025-01-01
    called = run.daily["attempts_phone"].to_list()
    assert [day for day, calls in enumerate(called) if calls == 0] == [3, 4, 10, 11]
    assert called[5] == 200  # nobody is called twice on Monday for the days off

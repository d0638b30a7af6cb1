"""The classic operation gives the levels that are published, and no channel does more than trials found."""

from dataclasses import replace

import numpy as np
import pytest

from sim.engine import Engine
from sim.policy import CLASSIC, Policy
from sim.population import Population
from sim.scenario import Scenario
from sim.simulate import simulate

FRESH = replace(Population(), cases=3000, opening_from=(1,), opening_share=(1.0,), opening_to=1)
"""As many newly late borrowers at once, with people enough to meet them."""
AMPLE = replace(
    Scenario(),
    population=FRESH,
    people=replace(Scenario().people, teams=tuple(replace(t, headcount=100) for t in Scenario().people.teams)),
)


def unpaid_after(scenario, days):
    """Share of the amount overdue on the first day of which nothing, or not all, is paid after so many days, first spells only."""
    engine = Engine(scenario, 1, 0, days)
    loans, left = engine.world.loans, {}
    engine.at_close.append(lambda: left.setdefault("first", loans.overdue(np.arange(loans.n)) * 0 + loans.instalment))
    engine.run()
    still = (loans.spells == 1) & np.isin(loans.state, (2, 4))
    return float(loans.instalment[still].sum() / loans.instalment.sum())


@pytest.fixture(scope="module")
def unpaid():
    messages = tuple(
        replace(stage, channels=tuple(each for each in stage.channels if each.kind != "phone"))
        for stage in CLASSIC.stages
    )
    quiet = replace(CLASSIC, stages=messages, placement=None, litigation=None, plan=None)
    policies = {"classic": CLASSIC, "messages": quiet, "nobody": Policy()}
    return {
        name: {days: unpaid_after(replace(AMPLE, policy=policy), days) for days in (7, 30)}
        for name, policy in policies.items()
    }


def test_of_what_is_newly_overdue_85_to_88_per_cent_is_collected_within_30_days(unpaid):
    assert 0.12 <= unpaid["classic"][30] <= 0.15
    assert unpaid["classic"][7] == pytest.approx(0.30, abs=0.04)


def test_the_world_without_contact_pays_less(unpaid):
    assert unpaid["nobody"][30] - unpaid["classic"][30] > 0.08


def test_messages_alone_move_recovery_by_no_more_than_trials_found(unpaid):
    assert 0 < unpaid["nobody"][30] - unpaid["messages"][30] < 0.09
    assert 0 < unpaid["nobody"][7] - unpaid["messages"][7] < 0.09


def test_placed_debt_yields_half_a_per_cent_to_one_per_cent_a_month_in_six_months():
    old = replace(Population(), cases=4000, opening_from=(181,), opening_share=(1.0,), opening_to=400)
    scenario = replace(Scenario(), population=old, policy=replace(CLASSIC, litigation=None, sale=None))
    run = simulate(scenario, days=180)
    assert 0.005 <= run.totals["cash_agency"] / run.daily["placed_balance"][0] / 6 <= 0.010


def test_21_to_43_per_cent_of_plans_are_completed():
    run = simulate(replace(Scenario(), population=replace(Population(), cases=5000)), days=365)
    ended = run.totals["plans_completed"] + run.totals["plans_broken"]
    assert 0.21 <= run.totals["plans_completed"] / ended <= 0.43


def test_courts_bring_15_to_35_per_cent_of_the_claims():
    old = replace(Population(), cases=3000, opening_from=(151,), opening_share=(1.0,), opening_to=180)
    policy = replace(
        CLASSIC,
        placement=None,
        litigation=replace(CLASSIC.litigation, filings_a_month=5000, min_balance=0.0),
        sale=None,
    )
    run = simulate(replace(Scenario(), population=old, policy=policy), days=545)
    assert 0.08 <= run.totals["cash_court"] / run.totals["sued"] <= 0.35

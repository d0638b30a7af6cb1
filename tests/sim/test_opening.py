"""A book that begins with arrears: ages, what is charged off and placed already, who was late before; and nothing else changed."""

from dataclasses import replace

import numpy as np
import pytest

from sim.engine import Engine
from sim.loans import CHARGED_OFF, CURRENT, LATE, NEVER
from sim.policy import CLASSIC
from sim.scenario import Scenario
from sim.simulate import simulate
from sim.world import BY_AGENCY, BY_PLAN, World

BASE = Scenario(policy=replace(CLASSIC, charge_off_dpd=361))
BASE = replace(BASE, population=replace(BASE.population, world="book", opening_loans=20_000, opening_from=(1, 91, 400), opening_share=(5, 3, 2), opening_to=800))  # fmt: skip
LATE_SHARE = 0.2


def opened(**population: object) -> World:
    """A book at the close of its first day."""
    scenario = replace(BASE, population=replace(BASE.population, **population))
    return Engine(scenario, 4, 0, 1).run().world


@pytest.fixture(scope="module")
def world() -> World:
    return opened(opening_late_share=LATE_SHARE, opening_late_before=0.3)


def test_so_many_loans_are_late_and_as_old_as_the_ranges_say(world):
    loans = world.loans
    drawn = loans.oldest < 0
    old = -loans.oldest[drawn & (loans.oldest != NEVER)]
    n = len(old)
    assert n == pytest.approx(LATE_SHARE * loans.n * 0.95, rel=0.08)  # some paid on the first evening
    assert np.mean((old >= 91) & (old < 400)) == pytest.approx(0.3 * LATE_SHARE * loans.n / n, abs=0.03)
    assert old.min() >= 1
    assert old.max() <= 800


def test_what_was_old_enough_at_the_month_end_before_is_charged_off_and_not_again(world):
    loans = world.loans
    age = -loans.oldest
    late, off = loans.state == LATE, loans.state == CHARGED_OFF
    assert age[off].min() >= 362
    assert age[late].max() < 362
    assert (loans.not_due[off] == 0).all()
    assert world.record.whole["charged_off"].sum() == 0


def test_the_late_are_where_their_age_puts_them_in_their_course_through_the_agencies(world):
    loans = world.loans
    late = (loans.state == LATE) | (loans.state == CHARGED_OFF)
    age, placed, before = -loans.oldest, loans.held == BY_AGENCY, loans.placed_on < 0
    first, second, through = 91 + 15, 91 + 15 + 180 + 15, 91 + 15 + 180 + 15 + 270
    assert (loans.tier[placed & before & (age > first) & (age <= first + 180)] == 1).all()
    assert (loans.tier[placed & before & (age > second) & (age <= through)] == 2).all()
    assert (loans.tier[late & (age > through)] == 2).all()
    assert not (placed & (age > through)).any()
    assert (
        loans.placed_on[placed & before & (loans.tier == 1)]
        == -((age - first) // 30 * 30)[placed & before & (loans.tier == 1)]
    ).all()
    assert world.record.whole["placed"].sum() == np.sum(placed & ~before)
    assert np.sum(placed & before) > 500


def test_a_placement_under_way_ends_when_its_time_is_over(world):
    """The recall comes so many days after the placement began, not after the first day."""
    run = simulate(
        replace(BASE, population=replace(BASE.population, opening_loans=3_000, opening_late_share=0.5)), 4, 0, 100
    )
    recalled = run.daily["recalled"].to_list()
    assert sum(recalled[:40]) > 10  # placed on the first day, none would be back before half a year


def test_plans_are_under_way():
    world = opened(opening_late_share=LATE_SHARE, opening_on_plan=0.5)
    loans, plan = world.loans, world.policy.plan
    hardship = [reason.name for reason in world.behaviour.reasons].index("hardship")
    age = -loans.oldest
    could = (loans.state == LATE) & (loans.reason == hardship) & (age >= plan.from_dpd)
    on_plan = (loans.held == BY_PLAN) & (loans.due_day != 1)  # those due today may have paid the first part
    assert np.mean(on_plan[could & (loans.due_day != 1)]) == pytest.approx(0.5, abs=0.1)
    assert not on_plan[~could & (loans.oldest < 0)].any()
    assert set(np.unique(loans.plan_left[on_plan])) <= set(range(plan.instalments + 1))


def test_some_of_the_current_were_late_before(world):
    current = world.loans.state == CURRENT
    paid = world.loans.spells[current].mean()
    assert paid == pytest.approx(0.3, abs=0.03)


def test_the_debts_of_the_late_agree_with_their_age(world):
    """As many instalments are unpaid as due dates lie between the oldest and yesterday, at most the rest of the term."""
    loans, calendar = world.loans, world.calendar
    i = np.flatnonzero((loans.state == LATE) & (loans.oldest < 0) & (loans.promise_due == NEVER))
    months = -calendar.month_of(loans.oldest[i])
    unpaid = np.rint(loans.overdue(i) / loans.instalment[i])
    assert (unpaid <= months + 1).all()
    ending = loans.left[i] == 0
    agrees = (unpaid == months) | (unpaid == months + 1)
    assert agrees[~ending].mean() > 0.97  # the others paid a part on the first evening
    assert len(i) > 2_000


def test_without_arrears_a_book_begins_as_it_always_did():
    before = opened()
    opening = before.loans.begins == 0
    assert (before.loans.oldest[opening & (before.loans.state == LATE)] == 0).all()  # missed on the first day
    assert (before.loans.spells[opening & (before.loans.state == CURRENT)] == 0).all()

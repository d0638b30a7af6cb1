"""Where theory knows the answer, the engine gives it: survival, a chain with absorption, promises, fatigue."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from sim.behaviour import MessageEffect
from sim.loans import LATE, NEVER
from sim.policy import Channel, Policy
from sim.population import Product
from sim.simulate import simulate
from tests.sim.worlds import at_close_of, calling, messaging, plain

SIGMAS = 4.0


def share_late(world):
    return float((world.loans.state == LATE).mean())


def close_to(seen, expected, n):
    """Within so many standard errors of a share among n."""
    error = np.sqrt(np.maximum(np.array(expected) * (1 - np.array(expected)), 1 / n) / n)
    assert (np.abs(np.array(seen) - expected) < SIGMAS * error).all(), np.round([seen, expected], 4)


def test_a_constant_hazard_without_contact_leaves_exponential_survivors():
    odds, n = 0.07, 6000
    seen = at_close_of(plain(n, odds=odds), 40, share_late)
    close_to(seen, np.exp(-np.log1p(odds) * np.arange(1, 41)), n)


def test_odds_by_age_are_linear_in_the_logarithm_between_the_given_ages():
    n = 6000
    seen = at_close_of(plain(n, cure_dpd=(1, 5, 20), cure_odds=(0.4, 0.1, 0.01)), 25, share_late)
    age = np.arange(1, 26)
    odds = np.where(age <= 5, 0.4 * 0.25 ** ((age - 1) / 4), 0.1 * 0.1 ** ((np.minimum(age, 20) - 5) / 15))
    close_to(seen, np.cumprod(1 / (1 + odds)), n)


def chain(calendar, days, due_day, missed, pays, charge_off):
    """Shares late and charged off at the close of each day of a chain: current, late of an age, charged off for good."""
    current, late, gone, seen = 1.0, np.zeros(400), 0.0, []
    for day in range(days):
        if calendar.day_of_month[day] == due_day:
            late[0] += current * missed
            current *= 1 - missed
        current += late[1:].sum() * pays
        late[1:] *= 1 - pays
        if calendar.month_end[day]:
            gone += late[charge_off:].sum()
            late[charge_off:] = 0
        seen.append((late.sum(), gone))
        late = np.concatenate([[0.0], late[:-1]])
    return np.array(seen)


def test_a_chain_of_missing_paying_and_being_charged_off_is_absorbed_as_its_matrix_says():
    n, days, missed, pays, charge_off = 3000, 400, 0.3, 0.05, 45
    product = Product("loan", 1.0, missed=missed, principal=36_000, annual_rate=0.0, terms=(360,))
    scenario = plain(odds=pays / (1 - pays), population={"world": "book", "opening_loans": n, "products": (product,)})
    scenario = replace(scenario, policy=Policy(charge_off_dpd=charge_off))
    worlds = []

    def look(world):
        worlds.append(world) if not worlds else None
        return share_late(world), float((world.loans.charged_off_on != NEVER).mean())

    seen = np.array(at_close_of(scenario, days, look))
    calendar, due = worlds[0].calendar, worlds[0].loans.due_day
    by_day = [chain(calendar, days, k, missed, pays, charge_off) for k in range(1, 29)]
    expected = np.average(by_day, axis=0, weights=np.bincount(due, minlength=29)[1:])
    close_to(seen[30::30], expected[30::30], n)
    assert expected[-1, 1] > 0.1


@pytest.mark.parametrize(("reach", "promise", "kept"), [(0.5, 0.5, 0.5), (0.9, 0.8, 0.3), (0.2, 0.4, 0.9)])
def test_promises_are_a_mixture_of_kept_and_broken(reach, promise, kept):
    n, days = 4000, 14
    policy, people = calling()
    scenario = plain(
        n, policy, people=people, reached=(reach,) * 4, promise=(promise,) * 4, kept=(kept,) * 4, promise_delay_days=1
    )
    seen = at_close_of(scenario, days, share_late)
    callable_, promised, again, expected = 1.0, 0.0, 0.0, []
    for _ in range(days):
        callable_ += again
        given = callable_ * reach * promise
        callable_ -= given
        again = promised * (1 - kept)  # called again the day after it was due
        promised = given
        expected.append(callable_ + promised + again)
    close_to(seen, expected, n)


def test_messages_every_day_tire_as_the_series_of_fatigue_says():
    n, odds, ratio, half_life = 8000, 0.05, 3.0, 2.0
    fatigue = (1.0, 0.6, 0.35, 0.2, 0.0, -0.2)
    effect = (MessageEffect("sms", ratio, half_life, 1.0),)
    scenario = plain(n, messaging(Channel("sms", every_days=1)), odds=odds, messages=effect, fatigue=fatigue)
    seen = at_close_of(scenario, 15, share_late)
    left, survivors, expected = 0.0, 1.0, []
    for day in range(15):
        new = (ratio - 1) * fatigue[min(min(day, 6), 5)]
        left = max(left, new) if new >= 0 else max(left + new, min(left, -0.9))
        survivors /= 1 + odds * (1 + left)
        left *= 0.5 ** (1 / half_life)
        expected.append(survivors)
    close_to(seen, expected, n)


def test_dials_until_the_borrower_is_reached_are_geometric():
    n, reach, tries = 5000, 0.3, 4
    policy, people = calling(every_days=30, tries=tries)
    run = simulate(plain(n, policy, people=people, reached=(reach,) * 4, promise=(0.0,) * 4), days=30)
    calls = n
    assert run.totals["reached_phone"] / calls == pytest.approx(1 - (1 - reach) ** tries, abs=4 * np.sqrt(0.25 / n))
    mean = sum((1 - reach) ** k for k in range(tries))
    assert run.totals["attempts_phone"] / calls == pytest.approx(mean, rel=0.05)


def test_little_s_law_holds_for_the_backlog_of_a_team():
    policy, people = calling(every_days=90, headcount=1, shift_minutes=60, skill_spread=0.0)
    scenario = plain(
        policy=policy,
        people=people,
        population={"cases": 0, "entries_a_day": 40.0},
        reached=(0.9,) * 4,
        promise=(0.0,) * 4,
    )
    days = 59  # January and February: the last day has a snapshot
    run = simulate(scenario, days=days, events=True)
    came = (
        run.tables["loan_snapshot"]
        .group_by("loan_id")
        .agg(came=(pl.col("as_of") - pl.duration(days=pl.col("days_past_due") - 1)).min())
    )
    called = run.tables["action"].group_by("loan_id").agg(called=pl.col("acted_at").dt.date().min())
    waits = came.join(called, on="loan_id", how="left").select(
        (pl.col("called").fill_null(scenario.starts_on + timedelta(days=days)) - pl.col("came")).dt.total_days()
    )
    backlog = run.daily["undone_early"]
    assert came.height == 40 * days
    assert backlog[-1] > 100  # it is overloaded
    assert backlog.sum() == waits.to_series().sum()  # mean backlog = arrivals a day × mean wait

"""Who is called first when there is not time for all, how often a dial reaches, and what training does."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
import simpy

from sim.calendar import Calendar
from sim.draws import Draws
from sim.people import Team
from sim.population import Group, Product
from sim.simulate import simulate
from sim.staff import Staff
from sim.worklist import priority
from tests.sim.worlds import at_close_of, calling, plain

SHORT = {"headcount": 1, "shift_minutes": 60, "skill_spread": 0.0}
MIXED = {"products": (Product("loan", 1.0, 0.0, 12_000, 0.5, 0.12, (360,)),)}


def first_day(worklist, ages=(1, 90), **behaviour):
    """Loans with what is known of them on the day before, and whether they were called on the first day."""
    policy, people = calling(every_days=1, **SHORT)
    population = MIXED | {"opening_from": ages[:1], "opening_share": (1.0,), "opening_to": ages[1]}
    scenario = plain(400, replace(policy, worklist=worklist), people=people, population=population, **behaviour)
    run = simulate(scenario, days=31, events=True)
    called = run.tables["action"].filter(pl.col("acted_at").dt.date() == date(2025, 1, 1))["loan_id"].unique()
    snapshot = run.tables["loan_snapshot"]
    return snapshot.with_columns(called=pl.col("loan_id").is_in(called.implode()))


STILL = {"promise": (0.0,) * 4, "kept": (0.0,) * 4}
"""Nobody promises or pays, so that the end of the month shows the order of its first day."""


def test_the_latest_are_called_first():
    loans = first_day("days_past_due", **STILL)
    called, left = (loans.filter(pl.col("called") == yes)["days_past_due"] for yes in (True, False))
    assert 10 < len(called) < 200
    assert called.min() >= left.max()


def test_the_largest_balances_are_called_first():
    loans = first_day("balance", **STILL)
    called, left = (loans.filter(pl.col("called") == yes)["balance"].cast(pl.Float64) for yes in (True, False))
    assert called.min() >= left.max() * 0.999


def test_the_greatest_expected_recoveries_are_called_first():
    """Of one age: the largest amounts overdue. Of two ages, one of which pays a thousand times as often: that one."""
    alike = first_day("expected_recovery", ages=(40, 40), promise=(0.01,) * 4, kept=(0.01,) * 4)
    alike = alike.filter(pl.col("days_past_due") == 70)  # of whom nobody has paid
    called, left = (alike.filter(pl.col("called") == yes)["overdue_amount"].cast(pl.Float64) for yes in (True, False))
    assert 10 < len(called) < 200
    assert called.min() >= left.max() * 0.999
    young_pay = first_day("expected_recovery", promise=(0.01,) * 4, kept=(0.9, 0.0009, 0.0009, 0.0009))
    assert (
        young_pay.filter(pl.col("called"))["days_past_due"].max() <= 60
    )  # at most 30 on the first day, a month before


def test_those_called_longest_ago_are_called_first():
    policy, people = calling(every_days=1, **SHORT)
    scenario = plain(200, replace(policy, worklist="oldest_contact_first"), people=people, **STILL)
    run = simulate(scenario, days=20, events=True)
    calls = run.tables["action"].select("loan_id", day=pl.col("acted_at").dt.date()).unique()
    times = calls.group_by("loan_id").len()["len"]
    assert times.max() - times.min() <= 1  # turn by turn


def test_broken_promises_are_called_first():
    """Of alike loans the first numbers would be called; those whose promise was broken go before them, until a new one is kept."""
    policy, people = calling(every_days=1, **SHORT)
    always = {"reached": (0.9,) * 4, "promise": (0.5,) * 4, "kept": (0.0,) * 4, "promise_delay_days": 1}
    by_rule = {}
    for rule in ("broken_promise_first", "days_past_due"):
        scenario = plain(
            300, replace(policy, worklist=rule), people=people, population={"entries_a_day": 0.0}, **always
        )
        order = at_close_of(
            scenario, 4, lambda world: (priority(world, np.arange(300)), world.loans.promise_broken.copy())
        )
        by_rule[rule] = order[-1]
    urgency, broken = by_rule["broken_promise_first"]
    assert 3 < broken.sum() < 100
    assert urgency[broken].max() < urgency[~broken].min()
    plain_urgency, _ = by_rule["days_past_due"]
    assert len(set(plain_urgency.tolist())) == 1


def test_borrowers_differ_in_being_reached_as_product_group_and_spread_say():
    policy, people = calling(every_days=1)
    products = (Product("easy", 0.5, 0.0, reached=1.5), Product("hard", 0.5, 0.0, reached=0.5))
    segments = (Group("all", 1.0, reached=0.8),)
    whose = {"products": products, "segments": segments}
    scenario = plain(
        3000, policy, people=people, population=whose, reachability_spread=0.5, reached=(0.3,) * 4, promise=(0.0,) * 4
    )
    run = simulate(scenario, days=20, events=True)
    calls = run.tables["action"].join(run.tables["loan"].select("loan_id", "product"), on="loan_id")
    rate = dict(calls.group_by("product").agg(pl.col("right_party").mean()).rows())
    assert rate["easy"] == pytest.approx(0.3 * 1.5 * 0.8, rel=0.03)
    assert rate["hard"] == pytest.approx(0.3 * 0.5 * 0.8, rel=0.03)
    share = (
        calls.filter(pl.col("product") == "easy").group_by("loan_id").agg(pl.col("right_party").mean())["right_party"]
    )
    mean = 0.36
    # Evenly from half to one and a half of the mean, and the luck of twenty dials besides.
    within = mean * (1 - mean) / 20 - (mean**2 / 12) / 20
    assert share.var() == pytest.approx(mean**2 / 12 + within, rel=0.1)


def test_the_hour_of_the_day_changes_how_often_a_dial_reaches():
    policy, people = calling(every_days=1)
    hours = tuple(2.0 if hour >= 15 else 0.5 for hour in range(24))
    run = simulate(
        plain(2000, policy, people=people, reached=(0.3,) * 4, reached_by_hour=hours, promise=(0.0,) * 4),
        days=10,
        events=True,
    )
    rate = dict(
        run.tables["action"].group_by(late=pl.col("acted_at").dt.hour() >= 15).agg(pl.col("right_party").mean()).rows()
    )
    assert rate[True] == pytest.approx(0.6, abs=0.02)
    assert rate[False] == pytest.approx(0.15, abs=0.02)


def test_skill_multiplies_the_odds_of_a_promise():
    def promises(skill):
        policy, people = calling(every_days=30, skill=skill, skill_spread=0.0)
        t = simulate(plain(8000, policy, people=people, reached=(0.9,) * 4, promise=(0.4,) * 4), days=1).totals
        return t["promises"] / t["reached_phone"]

    assert promises(1.0) == pytest.approx(0.4, abs=0.02)
    assert promises(3.0) == pytest.approx(3 * 0.4 / (0.6 + 3 * 0.4), abs=0.02)


def test_training_raises_the_skill_of_those_trained():
    team = Team("t", 10, skill_spread=0.0, training_share=0.35, training_gain=2.0, training_days=2)
    staff = Staff(team, simpy.Environment(), Calendar(date(2025, 1, 1), 10, (), ()), Draws(1))
    staff.train()
    assert len(staff.present(1)) == 7
    staff.trained_now()
    assert np.sort(staff.skill).tolist() == [1.0] * 7 + [2.0] * 3


def test_a_tired_borrower_promises_as_the_series_of_fatigue_says():
    policy, people = calling(every_days=1)
    scenario = plain(
        3000, policy, people=people, reached=(1.0,) * 4, promise=(0.4,) * 4, fatigue=(1.0, 0.5, 0.0), kept=(0.0,) * 4
    )
    by_day = simulate(scenario, days=7).daily
    reached, promises = by_day["reached_phone"].to_list(), by_day["promises"].to_list()
    assert promises[0] / reached[0] == pytest.approx(0.4, abs=0.03)
    assert promises[1] / reached[1] == pytest.approx(0.2, abs=0.03)  # nearly all have talked the day before
    assert promises[3] / reached[3] < 0.05

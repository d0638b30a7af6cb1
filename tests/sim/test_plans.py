"""Plans and settlements, worked by hand."""

from dataclasses import replace

import polars as pl

from sim.policy import Discount, Plan
from sim.population import Product
from sim.simulate import simulate
from tests.sim.worlds import calling, plain

AGE = {"opening_from": (62,), "opening_share": (1.0,), "opening_to": 62}
# 120 instalments of 100.00 and no interest; on 2025-01-01 three are overdue: since 31 October, so 28 October, November, December.
PRODUCT = {"products": (Product("loan", 1.0, 0.0, 12_000, 0.0, 0.0, (120,)),)}


def talking(**policy):
    one, people = calling(every_days=3)
    surely = {"reached": (1.0,) * 4, "promise": (0.0,) * 4, "plan_accepted": 1.0, "discount_accepted": 1.0}
    return one, people, surely, policy


def scenario(kept=1.0, **policy):
    one, people, surely, policy = talking(**policy)
    return plain(50, replace(one, **policy), people=people, population=AGE | PRODUCT, plan_kept=kept, **surely)


def test_a_plan_pays_its_part_beside_the_instalment_and_ends_in_a_cure():
    run = simulate(scenario(plan=Plan(from_dpd=31, reasons=(), instalments=3)), days=120, events=True)
    plans = run.tables["plan"]
    assert set(plans["result"].to_list()) == {"completed"}
    assert (
        run.standing["cured"]["loans"] + run.standing["paid_off"]["loans"] == 50
    )  # some had no more instalments to come
    one = (
        run.tables["payment"]
        .filter(pl.col("source") == "plan", pl.col("loan_id") == plans["loan_id"][0])
        .sort("paid_on")
    )
    overdue = 3 * 100  # at agreement
    assert [float(amount) for amount in one["amount"]] == [100 + overdue / 3] * 3
    assert [str(day) for day in one["paid_on"]] == ["2025-01-28", "2025-02-28", "2025-03-28"]


def test_a_missed_plan_instalment_ends_the_plan_and_calls_go_on():
    run = simulate(scenario(kept=0.0, plan=Plan(from_dpd=31, reasons=(), instalments=3)), days=40, events=True)
    plans = run.tables["plan"].sort("agreed_on")
    assert plans["result"][0] == "broken"
    assert str(plans["ended_on"][0]) == "2025-01-28"
    acted = run.tables["action"].filter(pl.col("loan_id") == plans["loan_id"][0])["acted_at"].dt.date()
    assert not [day for day in acted if plans["agreed_on"][0] < day < plans["ended_on"][0]]
    assert [day for day in acted if day >= plans["ended_on"][0]]


def test_forgiven_interest_is_forgiven_once_and_no_principal_with_it():
    dear = {"products": (Product("loan", 1.0, 0.0, 12_000, 0.0, 0.24, (120,)),)}
    base = scenario(plan=Plan(from_dpd=31, reasons=(), instalments=3, forgiven_interest=0.5))
    base = replace(base, population=replace(base.population, **dear))
    run = simulate(base, days=20, events=True)
    forgiven = run.tables["plan"]["forgiven"]
    assert run.totals["forgiven"] == sum(int(amount * 100) for amount in forgiven) > 0
    first = simulate(replace(base, policy=replace(base.policy, plan=None)), days=31, events=True).tables[
        "loan_snapshot"
    ]
    before = dict(first.select("loan_id", pl.col("interest_due")).rows())
    for loan, amount in run.tables["plan"].select("loan_id", "forgiven").rows():
        assert 0 < amount < before[loan]


def test_a_settlement_pays_its_share_of_all_that_is_owed_and_ends_the_loan():
    base = scenario(discount=Discount(from_dpd=31, share_forgiven=0.3))
    run = simulate(base, days=10)
    came = run.totals["money_in"] + run.totals["interest"]
    assert run.standing["paid_off"]["loans"] == 50
    assert run.totals["settlements"] == 50
    assert abs(run.totals["cash_collector"] - 0.7 * came) <= 50
    assert run.totals["cash_collector"] + run.totals["forgiven"] == came


def test_plans_are_offered_only_for_their_reasons_segments_and_ages():
    for plan in (
        Plan(from_dpd=200, reasons=()),
        Plan(31, 61, reasons=()),
        Plan(31, reasons=("any",), segments=("other",)),
    ):
        base = scenario(plan=plan)
        others = (replace(base.population.segments[0]), replace(base.population.segments[0], name="other", share=0.0))
        base = replace(base, population=replace(base.population, segments=others))
        assert simulate(base, days=8).totals["plans"] == 0

"""Fees and commissions to the cent, and what people and messages cost."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import simpy

from sim.calendar import Calendar
from sim.court import court_fee
from sim.draws import Draws
from sim.people import People, Prices, Team
from sim.policy import Agency, Channel, Litigation, Placement, Policy, Sale, Stage
from sim.population import Product
from sim.simulate import simulate
from sim.staff import Staff
from tests.sim.worlds import plain

TABLE = Prices().court_fee


@pytest.mark.parametrize(
    ("claim", "fee"),
    [
        (1.00, 50.00),
        (10_000.00, 50.00),
        (10_000.01, 50.00),  # 2.5 % − 200
        (10_000.40, 50.01),
        (30_000.00, 550.00),
        (100_000.00, 2_300.00),
        (100_000.01, 2_300.00),  # 2 % + 300
        (200_000.00, 4_300.00),
        (500_000.00, 8_800.00),
        (1_000_000.00, 13_800.00),
        (2_000_000.00, 22_800.00),
        (5_000_000.00, 46_800.00),
        (10_000_000.00, 81_800.00),
        (20_000_000.00, 141_800.00),
        (30_000_000.00, 191_800.00),
    ],
)
def test_court_fees_follow_the_official_table(claim, fee):
    cents = np.array([round(claim * 100)])
    assert court_fee(cents, TABLE, simplified=False).tolist() == [round(fee * 100)]


def test_simplified_procedure_halves_the_fee_and_half_a_cent_goes_up():
    claims = np.array([3_000_000, 1_000_040, 1_000_041])  # fees 550.00, 50.01, 50.01025
    assert court_fee(claims, TABLE, simplified=True).tolist() == [27_500, 2_501, 2_501]


def placed(commission, recall_days=60, odds=0.02):
    agencies = (Agency("A", 1, 1.0, (0, 31), commission, recall_days),)
    policy = Policy(placement=Placement(from_dpd=1, batch_day=1, agencies=agencies))
    return plain(800, policy, odds=odds, agency_odds_ratio=1.0, full_payment=(0.4,) * 4, part_paid=(0.013, 0.7))


def test_commission_is_the_rate_of_the_age_at_placement_on_each_payment_to_the_cent():
    run = simulate(placed((0.155, 0.33)), days=120, events=True)
    rates = {}
    for row in run.tables["placement"].iter_rows(named=True):
        rates.setdefault(row["loan_id"], []).append(row)
    expected, some = 0, set()
    for payment in run.tables["payment"].filter(run.tables["payment"]["source"] == "agency").iter_rows(named=True):
        (placement,) = (
            each
            for each in rates[payment["loan_id"]]
            if each["placed_on"] <= payment["paid_on"]
            and (each["recalled_on"] is None or payment["paid_on"] <= each["recalled_on"])
        )
        some.add(placement["commission_rate"])
        basis_points = round(placement["commission_rate"] * 10_000)
        expected += (int(payment["amount"] * 100) * basis_points * 2 + 10_000) // 20_000
    assert some == {0.155}
    assert run.totals["cost_commission"] == expected > 0


def test_an_older_placement_pays_the_rate_of_its_age():
    scenario = replace(
        placed((0.15, 0.44)), population=replace(placed((0.15, 0.44)).population, opening_from=(40,), opening_to=40)
    )
    paying_in_full = replace(scenario.behaviour, full_payment=(1.0,) * 4)
    run = simulate(replace(scenario, behaviour=paying_in_full), days=50, events=True)
    assert set(run.tables["placement"]["commission_rate"].to_list()) == {0.44}


def test_suits_cost_their_fees_on_the_day_they_are_filed():
    policy = Policy(litigation=Litigation(min_balance=0.0, min_dpd=31, filings_a_month=7, simplified=False))
    scenario = plain(40, policy, population={"opening_from": (31,), "opening_to": 31})
    run = simulate(scenario, days=40, events=True)
    cases = run.tables["legal_case"]
    assert cases.height == 14  # seven on the first of January, seven on the first of February
    expected = sum(int(c * 100) * 25 // 1000 - 20_000 for c in cases["claim"])  # all between 10,000 and 100,000
    assert run.totals["cost_court_fee"] == pytest.approx(expected, abs=cases.height)
    assert run.totals["cost_court_fee"] == sum(int(fee * 100) for fee in cases["court_fee"])
    assert run.totals["cost_lawyer_fee"] == 14 * 300_00


def test_only_balances_large_enough_are_sued_the_largest_first():
    population = {
        "opening_from": (31,),
        "opening_to": 31,
        "products": (Product("loan", 1.0, 0.0, 12_000, 0.8, 0.0, (360,)),),
    }
    policy = Policy(litigation=Litigation(min_balance=9_000.0, min_dpd=31, filings_a_month=5))
    run = simulate(plain(60, policy, population=population), days=90, events=True)
    claims = run.tables["legal_case"].sort("filed_on")["claim"]
    all_claims = sorted((balance for balance in run.tables["loan"]["principal"]), reverse=True)
    assert min(claims) >= 9_000
    assert len(claims) == 15
    assert len(all_claims) == 60
    by_month = [claims[k : k + 5] for k in (0, 5, 10)]
    assert min(by_month[0]) >= max(by_month[1]) >= min(by_month[1]) >= max(by_month[2])
    few = replace(policy, litigation=replace(policy.litigation, min_balance=1e8))
    assert simulate(plain(60, few, population=population), days=40).totals["filed"] == 0


def test_wages_are_paid_whether_anybody_is_called_or_not():
    people = People(teams=(Team("early", 3), Team("idle", 2)))
    run = simulate(plain(10, people=people), days=30)
    assert run.totals["cost_wages"] == pytest.approx(5 * 10_000 * 100)


def test_people_come_and_go_on_the_first_of_a_month():
    people = People(teams=(Team("early", 10, hired_a_month=1, leaving_a_month=0.25),))
    run = simulate(plain(1, people=people), days=91)
    people_by_month = run.daily["open_people_early"].gather([0, 30, 31, 58, 59, 90]).to_list()
    assert people_by_month == [10, 10, 9, 9, 8, 7]  # 10 − 2 + 1; 9 − 2 + 1; 8 − 2 + 1


def test_training_takes_people_off_the_phones_and_raises_their_skill():
    team = Team(
        "early", 10, skill_spread=0.0, training_from_day=5, training_days=3, training_share=0.4, training_gain=2.0
    )
    policy = Policy(stages=(Stage("early", 1, (Channel("phone"),), team="early"),))
    scenario = plain(50, policy, people=People(teams=(team,)))
    run = simulate(scenario, days=10)
    assert run.daily["minutes_available_early"].to_list() == [4200] * 5 + [2520] * 3 + [4200] * 2


def test_messages_cost_their_price_each():
    policy = Policy(stages=(Stage("early", 1, (Channel("sms", 1), Channel("letter", 5))),))
    run = simulate(plain(100, policy), days=11)
    assert run.totals["sent_sms"] == 1100
    assert run.totals["sent_letter"] == 300
    assert run.totals["cost_sms"] == pytest.approx(1100 * 4)
    assert run.totals["cost_letter"] == pytest.approx(300 * 300)


def test_sales_take_the_largest_balances_at_their_price():
    policy = Policy(charge_off_dpd=31, sale=Sale(from_dpd=60, share=0.25, price=0.07))
    scenario = plain(40, policy)
    run = simulate(scenario, days=90, events=True)
    sold = run.tables["loan_snapshot"].filter(run.tables["loan_snapshot"]["status"] == "sold")
    assert sold.height == 10
    prices = sum((int(balance * 100) * 7 * 2 + 100) // 200 for balance in sold["balance"])
    assert run.totals["sale_proceeds"] == prices
    last = run.tables["loan_snapshot"].filter(run.tables["loan_snapshot"]["as_of"] == date(2025, 3, 31))
    others = last.filter(last["status"] == "charged_off")
    assert others.height == 30
    assert sold["balance"].min() >= others["balance"].max()


def test_simulating_without_people_or_policy_costs_nothing():
    assert simulate(plain(50, odds=0.1), days=30).cost == 0


def test_the_skill_of_collectors_is_what_their_team_says():
    team = Team("many", 4000, skill=1.5, skill_spread=0.3)
    staff = Staff(team, simpy.Environment(), Calendar(date(2025, 1, 1), 10, (), ()), Draws(1))
    assert np.median(staff.skill) == pytest.approx(1.5, rel=0.03)
    assert np.log(staff.skill).std() == pytest.approx(0.3, rel=0.06)

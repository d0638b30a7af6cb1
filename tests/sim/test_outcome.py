"""What is kept of a run: splits that close with its totals, levels and rolls counted anew, and the value of money over time."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from sim.engine import Engine
from sim.levels import BAD_ABOVE_DPD
from sim.loans import CURRENT, LATE
from sim.measures import MEASURES
from sim.outcome import GONE, Kept, outcome_of
from sim.policy import Channel, Policy, Stage
from sim.record import HOLDERS, WAYS
from sim.scenario_file import read_scenario
from sim.simulate import simulate, simulate_batch
from tests.sim.worlds import calling, messaging, plain

SMALL = read_scenario(
    "population.cases = 400\npopulation.entries_a_day = 3\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 1"
)
DAYS = 200
OF = {measure.name: measure.of for measure in MEASURES}


@pytest.fixture(scope="module")
def run():
    return simulate(SMALL, 3, 0, DAYS, events=True)


def test_cash_by_what_brought_it_sums_to_all_cash_to_the_cent(run):
    assert run.sliced.cash.sum() == run.cash
    by_way = dict(zip(WAYS, run.sliced.cash.sum((1, 2, 3)), strict=True))
    for way in ("agency", "court", "plan"):
        assert by_way[way] == run.totals[f"cash_{way}"]
    assert by_way["sale"] == run.totals["sale_proceeds"]
    assert by_way["phone"] > 0
    assert by_way["sms"] > 0
    assert by_way["self"] > 0


def test_cash_of_products_and_segments_is_that_of_the_payments(run):
    loans, payments = run.tables["loan"], run.tables["payment"].filter(pl.col("source").is_not_null())
    late = payments.join(loans.select("loan_id", "product"), on="loan_id")
    by_product = dict(
        zip(
            run.sliced.products,
            run.sliced.cash.sum((0, 1, 3)) - run.sliced.cash[WAYS.index("sale")].sum((0, 2)),
            strict=True,
        )
    )
    # Payments of the current on their due day are in the table too: what is left of each product after them is its cash.
    whole = {
        product: float(amount) * 100
        for product, amount in late.group_by("product").agg(pl.col("amount").sum()).iter_rows()
    }
    assert sum(whole.values()) - run.totals["cash_scheduled"] == pytest.approx(sum(by_product.values()))
    assert all(by_product[product] <= whole[product] + 1 for product in whole)


def test_what_became_of_loans_sums_to_the_totals(run):
    counted = run.sliced.counted
    assert counted["cured"].sum() == run.totals["cured"]
    assert counted["complaints"].sum() == run.totals["complaints"]
    assert counted["charged_off"].sum() == run.totals["charged_off_balance"]


def test_who_holds_loans_is_counted_as_they_come_and_go():
    engine = Engine(SMALL, 3, (0, 1), 150)
    counted = []
    loans = engine.world.loans
    engine.at_close.append(
        lambda: counted.append(
            [[np.sum((loans.held == at) & (loans.run == run)) for at in (1, 2, 3)] for run in (0, 1)]
        )
    )
    engine.run()
    counted = np.array(counted)
    for at, holder in enumerate(HOLDERS):
        for run in (0, 1):
            assert (engine.world.record.whole[f"open_{holder}"][run] == counted[:, run, at]).all()
    assert counted[-1].max() > 0


def test_the_bad_debt_ratio_is_that_of_the_loans_as_they_stand_half_a_year_from_the_start():
    book = read_scenario("[population]\nworld = 'book'\nopening_loans = 600\nbooked_a_month = 20")
    run = simulate(book, 5, 0, 183)
    engine = Engine(book, 5, 0, 182)
    loans = engine.run().world.loans
    balance = loans.not_due + loans.principal_due
    bad = sum(
        int(balance[i]) for i in range(loans.n) if loans.state[i] == LATE and 181 - loans.oldest[i] > BAD_ABOVE_DPD
    )
    whole = sum(int(balance[i]) for i in range(loans.n) if loans.state[i] in (CURRENT, LATE))
    assert OF["bad_debt_6m"](run) == pytest.approx(bad / whole)
    assert bad > 0
    assert OF["bad_debt_12m"](run) is None  # it ends before


def test_a_world_of_cases_has_a_bad_debt_ratio_only_beside_the_rest_of_its_book():
    assert OF["bad_debt_6m"](simulate(SMALL, 5, 0, 183)) is None
    beside = replace(SMALL, population=replace(SMALL.population, rest_of_book=1e8))
    assert 0 < OF["bad_debt_6m"](simulate(beside, 5, 0, 183)) < 0.1


def test_roll_rates_are_ratios_of_sums_over_all_months(run):
    m1 = run.rolls.filter(pl.col("from") == "M1")
    expected = m1.filter(pl.col("to") == "M2")["opening_balance"].sum() / m1["opening_balance"].sum()
    assert OF["roll_m1"](run) == pytest.approx(expected)
    assert OF["roll_m0"](run) is None  # of cases only those cured are in M0


def test_later_money_is_worth_less_and_without_a_rate_as_much():
    patient = replace(SMALL, prices=replace(SMALL.prices, discount_rate=0.0))
    run = simulate(patient, 3, 0, 60)
    assert OF["npv"](run) == pytest.approx(OF["net"](run))
    run = simulate(replace(SMALL, prices=replace(SMALL.prices, discount_rate=0.2)), 3, 0, 60)
    flow = run.daily_cash - run.daily_cost
    by_hand = sum(float(flow[day]) / 1.2 ** (day / 365) for day in range(60)) / 100
    assert OF["npv"](run) == pytest.approx(by_hand)
    assert OF["npv"](run) < OF["net"](run)


def test_the_outcome_of_a_replication_does_not_depend_on_those_beside_it():
    alone = outcome_of(simulate(SMALL, 3, 1, 60))
    beside = outcome_of(simulate_batch(SMALL, 3, (0, 1, 2), 60)[1])
    assert alone.values == beside.values
    for name in alone.rows:
        np.testing.assert_array_equal(alone.rows[name], beside.rows[name])
    for name in alone.sums:
        np.testing.assert_allclose(alone.sums[name], beside.sums[name])


def test_what_is_kept_of_replications_is_written_and_read_back_the_same():
    kept = Kept()
    for run in simulate_batch(SMALL, 3, (0, 1), 40):
        kept.add(outcome_of(run))
    again = Kept.of_arrays(kept.values, kept.axes, kept.arrays())
    assert again.done == 2
    assert again.axes == kept.axes
    for name in (*kept.rows, *kept.sums):
        np.testing.assert_array_equal(again.mean(name), kept.mean(name))
    assert set(GONE) <= set(kept.sums)


def test_a_payment_is_the_messages_for_seven_days_and_then_the_borrowers_own():
    """Everybody gets one message, on the first day: what is paid on the seven days from it on is its, what is paid later nobody's."""
    run = simulate(plain(3000, messaging(Channel("sms", every_days=60)), odds=0.02), days=20)
    by_way = dict(zip(WAYS, run.sliced.cash.sum((1, 2, 3)), strict=True))
    assert run.totals["sent_sms"] == 3000
    assert by_way["sms"] == run.daily_cash[:7].sum() > 0
    assert by_way["self"] == run.daily_cash[7:].sum() > 0


def test_a_conversation_goes_before_a_message_of_the_same_days():
    stage = Stage("early", 1, (Channel("sms", every_days=60), Channel("phone", every_days=60)), team="early")
    _policy, people = calling()
    run = simulate(plain(3000, Policy(stages=(stage,)), odds=0.05, people=people, reached=(1.0,) * 4), days=6)
    by_way = dict(zip(WAYS, run.sliced.cash.sum((1, 2, 3)), strict=True))
    assert run.totals["reached_phone"] > 2500
    assert by_way["phone"] > 0.9 * run.cash


def test_cash_is_of_the_stage_of_its_days_past_due():
    """Cases one day past due that are in a second stage from the eleventh day on."""
    stages = (Stage("early", 1, (Channel("sms", every_days=60),)), Stage("mid", 11, (Channel("sms", every_days=60),)))
    run = simulate(plain(3000, Policy(stages=stages), odds=0.02), days=20)
    by_stage = dict(zip(run.sliced.stages, run.sliced.cash.sum((0, 2, 3)), strict=True))
    assert by_stage["early"] == run.daily_cash[:10].sum() > 0
    assert by_stage["mid"] == run.daily_cash[10:].sum() > 0

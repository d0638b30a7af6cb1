"""The traps that a measure of one month falls into, a test each, on books small enough to read."""

from datetime import date
from decimal import Decimal

import pytest

from queries import Filters
from tests.small_books import FEB, JAN, M0, M1, M2, M3, M4, MAR, cells, loan, only
from tests.snapshots import Row


def test_loans_that_leave_stay_in_the_denominator(read_rows):
    opening = [loan(name, JAN, M1) for name in ("rolls", "pays", "is sold", "is written off", "vanishes")]
    closing = [
        loan("rolls", FEB, M2),
        loan("pays", FEB, M0, 0, status="paid_off"),
        loan("is sold", FEB, M1, 0, status="sold"),
        loan("is written off", FEB, M2, 0, status="charged_off"),
    ]
    matrix = cells(read_rows(opening + closing), FEB)
    assert {to: row["share_loans"] for (_, to), row in matrix.items()} == pytest.approx(
        {"M2": 0.2, "paid_off": 0.2, "sold": 0.2, "charged_off": 0.2, "missing": 0.2}, abs=1e-12
    )
    assert {row["share_balance"] for row in matrix.values()} == {0.2}


def test_new_loans_never_enter_an_opening_denominator(read_rows):
    old = [loan("a", JAN, M0), loan("b", JAN, M0), loan("a", FEB, M0), loan("b", FEB, M1)]
    booked = [loan(f"new {number}", FEB, M1, 900) for number in range(8)]
    reader = read_rows(old + booked)
    matrix = cells(reader, FEB)
    assert set(matrix) == {("M0", "M0"), ("M0", "M1")}
    assert matrix["M0", "M1"]["share_loans"] == 0.5
    assert matrix["M0", "M1"]["share_balance"] == 0.5
    entered = cells(reader, FEB, "ledger")["new", "M1"]
    assert (entered["movement"], entered["loans"], entered["closing_balance"]) == ("entry", 8, 7200)


@pytest.mark.parametrize("way", ["status", "date"])
@pytest.mark.parametrize("fate", ["charged_off", "sold"])
def test_what_is_written_off_or_sold_leaves_the_ratio_but_shows_as_an_exit(read_rows, fate, way):
    """The 90+ ratio falls from a half to nothing though nobody paid; the exit says why."""
    how = {"status": fate} if way == "status" else {f"{fate}_on": date(2024, 2, 20)}
    reader = read_rows(
        [
            loan("good", JAN, M0),
            loan("bad", JAN, M4),
            loan("good", FEB, M0),
            loan("bad", FEB, 129, **how),
            loan("good", MAR, M0),
            loan("bad", MAR, 160, **how),
        ]
    )
    assert [row["bad_debt_ratio"] for row in reader.ask("bad_debt").to_dicts()] == [0.5, 0.0, 0.0]
    ledger = cells(reader, FEB, "ledger")
    assert ledger["M4", fate]["opening_balance"] == 100
    assert ledger["M4", fate]["movement"] == {"charged_off": "forward", "sold": "exit"}[fate]
    assert set(cells(reader, MAR, "ledger")) == {("M0", "M0")}, "it leaves once, not every month"


def test_a_balance_still_reported_on_a_written_off_loan_is_in_no_level(read_rows):
    written_off = loan("b", FEB, 129, 100, status="charged_off")
    reader = read_rows([loan("a", JAN, M0), loan("b", JAN, M4), loan("a", FEB, M0), written_off])
    assert only(reader, "bad_debt", month=FEB)["balance"] == 100
    closing = [row["closing_balance"] or 0 for row in reader.ask("ledger").to_dicts()]
    assert sum(closing) == 100


def test_a_loan_written_off_on_the_day_of_the_snapshot_is_out(read_rows):
    reader = read_rows([loan("a", JAN, M4), loan("a", FEB, 129, charged_off_on=FEB), loan("b", FEB, M0)])
    assert set(cells(reader, FEB)) == {("M4", "charged_off")}


def test_a_re_aged_loan_does_not_pass_for_one_that_paid(read_rows):
    reader = read_rows(
        [
            loan("re-aged", JAN, M2),
            loan("paid", JAN, M2),
            loan("re-aged", FEB, M0, restructured_on=date(2024, 2, 12), paid_in_month=Decimal(0)),
            loan("paid", FEB, M0, 80, paid_in_month=Decimal(20)),
        ]
    )
    rows = {row["restructured"]: row for row in reader.ask("ledger", Filters(month=FEB)).to_dicts()}
    assert set(rows) == {True, False}
    assert (rows[True]["movement"], rows[True]["loans"], rows[True]["cash"]) == ("cure", 1, 0)
    assert (rows[False]["movement"], rows[False]["loans"], rows[False]["cash"]) == ("cure", 1, 20)


def test_a_jump_over_several_buckets_is_one_step_from_where_it_began(read_rows):
    reader = read_rows([loan("a", JAN, M0), loan("b", JAN, M3), loan("a", FEB, M3), loan("b", FEB, M1)])
    assert set(cells(reader, FEB)) == {("M0", "M3"), ("M3", "M1")}
    moved = {row["from_bucket"]: row for row in reader.ask("roll_trend").to_dicts()}
    assert moved["M0"]["forward_share_loans"] == 1
    assert (moved["M3"]["improve_share_loans"], moved["M3"]["cure_share_loans"]) == (1, 0)


def test_an_exact_copy_of_a_row_counts_once(read_rows):
    once = [loan("a", JAN, M1), loan("b", JAN, M1), loan("a", FEB, M2), loan("b", FEB, M1)]
    reader = read_rows([*once, once[0], once[0], once[2]])
    assert cells(reader, FEB)["M1", "M2"]["share_loans"] == 0.5
    assert only(reader, "bad_debt", month=JAN)["balance"] == 200


def test_copies_that_contradict_each_other_all_go(read_rows):
    """Neither can be called the right one: the loan is in quarantine that month, and then missing."""
    steady = [loan(f"s{number}", month, M0) for number in range(60) for month in (JAN, FEB)]
    reader = read_rows([*steady, loan("a", JAN, M1), loan("a", FEB, M1), loan("a", FEB, M2)])
    assert set(cells(reader, FEB, "ledger")) == {("M0", "M0"), ("M1", "missing")}
    assert only(reader, "bad_debt", month=FEB)["loans"] == 60


def test_several_loans_of_one_customer_are_several_loans(read_rows):
    one = {"customer_id": "C1"}
    rows = [loan("a", JAN, M0, **one), loan("b", JAN, M1, **one), loan("a", FEB, M0, **one)]
    reader = read_rows([*rows, loan("b", FEB, M2, **one)])
    assert set(cells(reader, FEB)) == {("M0", "M0"), ("M1", "M2")}
    assert only(reader, "bad_debt", month=JAN)["loans"] == 2


def test_an_overpaid_loan_keeps_its_negative_balance(read_rows):
    reader = read_rows([loan("a", JAN, M0, -25), loan("b", JAN, M4, 100), loan("a", FEB, M0, "-0.01")])
    level = only(reader, "bad_debt", month=JAN)
    assert (level["balance"], level["bad_balance"]) == (75, 100)
    assert level["bad_debt_ratio"] == pytest.approx(100 / 75, abs=1e-12)
    assert only(reader, "bad_debt", month=FEB)["balance"] == Decimal("-0.01")


def test_an_empty_denominator_is_null_and_never_zero(read_rows):
    reader = read_rows([loan("a", JAN, M1, 0), loan("a", FEB, M2, 50)])
    cell = cells(reader, FEB)["M1", "M2"]
    assert (cell["share_loans"], cell["opening_balance"], cell["share_balance"]) == (1, 0, None)
    trend = only(reader, "roll_trend", month=FEB)
    for movement in ("forward", "stay", "improve", "cure", "exit"):
        assert trend[f"{movement}_share_balance"] is None
    flow = {row["from_bucket"]: row["rate"] for row in reader.ask("net_flow").to_dicts()}
    assert {flow.get(f"M{number}") for number in range(7)} == {None}
    level = only(reader, "bad_debt", month=JAN)
    assert (level["balance"], level["bad_debt_ratio"], level["bad_debt_ratio_loans"]) == (0, None, 0)


def test_a_bucket_that_nobody_stood_in_has_no_rate(read_rows):
    reader = read_rows([loan("a", JAN, M0), loan("a", FEB, M0), loan("b", FEB, M2)])
    assert set(cells(reader, FEB)) == {("M0", "M0")}
    flow = {row["from_bucket"]: row["rate"] for row in reader.ask("net_flow").to_dicts()}
    assert flow["M0"] == 0
    assert flow.get("M1") is None


def test_a_book_without_balances_has_no_share_by_balance(read_rows):
    rows = [Row("a", JAN, M1), Row("b", JAN, M4), Row("a", FEB, M2), Row("b", FEB, M4)]
    reader = read_rows(rows)
    assert reader.has_balances is False
    for question in ("roll_rates", "roll_trend", "net_flow", "delinquency", "bad_debt", "tiers", "ledger"):
        frame = reader.ask(question)
        by_balance = [name for name in frame.columns if "balance" in name or name in ("rate", "bad_debt_ratio")]
        assert by_balance, question
        for name in by_balance:
            assert frame[name].null_count() == frame.height, f"{question}.{name}"
    assert only(reader, "bad_debt", month=FEB)["bad_debt_ratio_loans"] == 0.5
    assert cells(reader, FEB)["M1", "M2"]["share_loans"] == 1


def test_the_ratio_of_a_whole_is_a_ratio_of_sums_not_a_mean_of_ratios(read_rows):
    """Cards are small and bad, cars large and good: the mean of the two ratios would be 0.3."""
    cards = [loan("c1", JAN, M1, 100, product="card"), loan("c2", JAN, M4, 100, product="card")]
    cars = [loan(f"k{number}", JAN, M1, 900, product="car") for number in range(9)]
    cars.append(loan("bad car", JAN, M4, 900, product="car"))
    later = [loan("c1", FEB, M2, 100, product="card"), loan("c2", FEB, M4, 100, product="card")]
    later += [loan(f"k{number}", FEB, M1, 900, product="car") for number in range(9)]
    reader = read_rows(cards + cars + later)
    assert only(reader, "bad_debt", month=JAN, product=("card",))["bad_debt_ratio"] == 0.5
    assert only(reader, "bad_debt", month=JAN, product=("car",))["bad_debt_ratio"] == 0.1
    both = only(reader, "bad_debt", month=JAN)
    assert both["bad_debt_ratio"] == pytest.approx(1000 / 9200, abs=1e-12)
    assert both["bad_debt_ratio_loans"] == pytest.approx(2 / 12, abs=1e-12)
    rolled = cells(reader, FEB)["M1", "M2"]
    assert rolled["share_loans"] == pytest.approx(1 / 10, abs=1e-12)
    assert rolled["share_balance"] == pytest.approx(100 / 8200, abs=1e-12)


def test_growth_dilutes_the_level_but_not_the_roll(read_rows):
    old = [loan("a", JAN, M3), loan("b", JAN, M3), loan("a", FEB, M4), loan("b", FEB, M3)]
    reader = read_rows(old + [loan(f"new {number}", FEB, M0) for number in range(8)])
    assert only(reader, "bad_debt", month=FEB)["bad_debt_ratio"] == pytest.approx(0.1, abs=1e-12)
    assert cells(reader, FEB)["M3", "M4"]["share_balance"] == 0.5


def test_days_past_due_win_over_a_bucket_that_says_otherwise(read_rows):
    reader = read_rows([Row("a", JAN, 15, "M3"), Row("b", JAN, None, "M3")])
    assert {row["bucket"]: row["loans"] for row in reader.ask("delinquency").to_dicts()} == {"M1": 1, "M3": 1}


def test_ids_that_look_like_numbers_stay_apart(read_rows):
    names = ("1", "01", "001", "1.0", "1e0", "10000000000000000000001", "10000000000000000000002")
    reader = read_rows([loan(name, month, M0, product="007") for name in names for month in (JAN, FEB)])
    assert cells(reader, FEB)["M0", "M0"]["loans"] == len(names)
    assert reader.dimensions["product"] == ("007",)


def test_money_is_exact_to_the_cent(read_rows):
    """Ten thousand times 0.10, and amounts beyond what a float can hold to the cent."""
    small = [loan(f"s{number}", month, M0, "0.10") for number in range(10_000) for month in (JAN, FEB)]
    large = [loan(f"l{number}", month, M1, "9999999999999999.99") for number in range(3) for month in (JAN, FEB)]
    matrix = cells(read_rows(small + large), FEB)
    assert matrix["M0", "M0"]["opening_balance"] == Decimal("1000.00")
    assert matrix["M1", "M1"]["opening_balance"] == Decimal("29999999999999999.97")

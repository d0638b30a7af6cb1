"""The traps that lie between months: gaps, returns, restated months, loans that change."""

from datetime import date

import pytest

from queries import Filters
from tests.small_books import APR, FEB, JAN, M0, M1, M2, M3, M4, MAR, cells, loan, only


def test_a_loan_missing_for_a_month_is_never_a_two_month_step(read_rows):
    steady = [loan("steady", month, M0) for month in (JAN, FEB, MAR)]
    reader = read_rows([*steady, loan("gone a month", JAN, M1), loan("gone a month", MAR, M3)])
    assert set(cells(reader, FEB, "ledger")) == {("M0", "M0"), ("M1", "missing")}
    assert set(cells(reader, MAR, "ledger")) == {("M0", "M0"), ("returned", "M3")}


def test_a_month_that_the_book_does_not_have_makes_no_pair(read_rows):
    reader = read_rows([loan("a", JAN, M1), loan("a", MAR, M3), loan("a", APR, M3)])
    assert set(cells(reader, APR, "ledger")) == {("M3", "M3")}
    for question in ("roll_rates", "roll_trend", "ledger"):
        assert reader.ask(question)["month"].unique().to_list() == [APR], question
    rates = reader.ask("net_flow").drop_nulls("rate")
    assert set(rates["month"].to_list()) == {APR}
    assert set(reader.ask("delinquency")["month"].to_list()) == {JAN, MAR, APR}


def test_a_loan_that_comes_back_after_a_month_the_book_does_not_have_has_returned(read_rows):
    old = [loan("back", JAN, M1), loan("steady", MAR, M0), loan("steady", APR, M0)]
    reader = read_rows([*old, loan("back", APR, M2), loan("first seen", APR, M2)])
    ledger = cells(reader, APR, "ledger")
    assert set(ledger) == {("M0", "M0"), ("returned", "M2"), ("new", "M2")}


def test_a_charge_off_that_is_only_to_come_leaves_the_loan_open(read_rows):
    later = {"charged_off_on": date(2024, 2, 10)}
    reader = read_rows([loan("a", JAN, M4, **later), loan("a", FEB, 129, **later), loan("b", FEB, M0)])
    assert only(reader, "bad_debt", month=JAN)["bad_loans"] == 1
    assert only(reader, "bad_debt", month=FEB)["bad_loans"] == 0
    assert set(cells(reader, FEB)) == {("M4", "charged_off")}


def test_a_restructuring_counts_in_its_own_month_only(read_rows):
    """Otherwise every later cure of a loan once restructured would look like a re-age."""
    once = {"restructured_on": date(2024, 2, 12)}
    reader = read_rows([loan("a", JAN, M2), loan("a", FEB, M1, **once), loan("a", MAR, M0, **once)])
    flags = {row["month"]: row["restructured"] for row in reader.ask("ledger").to_dicts()}
    assert flags == {FEB: True, MAR: False}


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        (date(2024, 1, 31), date(2024, 2, 29)),
        (date(2023, 1, 31), date(2023, 2, 28)),
        (date(2023, 2, 28), date(2023, 3, 31)),
        (date(2023, 4, 30), date(2023, 5, 31)),
        (date(2023, 12, 31), date(2024, 1, 31)),
    ],
)
def test_months_of_any_length_follow_each_other(read_rows, opening, closing):
    days_between = (closing - opening).days
    reader = read_rows([loan("a", opening, 1), loan("a", closing, 1 + days_between)])
    rolled = "M1" if days_between < 30 else "M2"
    assert set(cells(reader, closing)) == {("M1", rolled)}
    assert reader.months == (opening, closing)


def test_days_past_due_are_those_of_the_snapshot_whenever_it_is_imported(read_rows):
    rows = [loan("a", JAN, 30), loan("b", JAN, 90), loan("a", FEB, 59), loan("b", FEB, 91)]
    reader = read_rows(rows, today=date(2031, 7, 4))
    assert set(cells(reader, FEB)) == {("M1", "M2"), ("M3", "M4")}
    assert only(reader, "bad_debt", month=JAN)["bad_loans"] == 0


def test_a_restated_month_changes_the_step_into_it_and_the_step_out_of_it(read_rows):
    history = [loan("a", JAN, M0), loan("a", FEB, M1), loan("a", MAR, M2)]
    reader = read_rows(history, [loan("a", FEB, M0, 70)])
    assert set(cells(reader, FEB)) == {("M0", "M0")}
    assert set(cells(reader, MAR)) == {("M0", "M2")}
    assert cells(reader, MAR)["M0", "M2"]["opening_balance"] == 70


def test_a_restated_month_that_loses_a_loan_makes_it_missing_and_then_returned(read_rows):
    history = [loan(name, month, M1) for name in "ab" for month in (JAN, FEB, MAR)]
    reader = read_rows(history, [loan("b", FEB, M1)])
    assert cells(reader, FEB, "ledger")["M1", "missing"]["loans"] == 1
    assert cells(reader, MAR, "ledger")["returned", "M1"]["loans"] == 1


def test_a_month_filled_in_later_turns_a_new_loan_into_one_that_returned(read_rows):
    """A loan is new or returned by all earlier months of the book, also those imported afterwards."""
    reader = read_rows([loan("a", APR, M1), loan("b", MAR, M0), loan("b", APR, M0)], [loan("a", JAN, M0)])
    assert set(cells(reader, APR, "ledger")) == {("M0", "M0"), ("returned", "M1")}


def test_an_id_used_again_after_the_loan_was_paid_off_has_returned(read_rows):
    steady = [loan("s", month, M0) for month in (JAN, FEB, MAR)]
    reader = read_rows([*steady, loan("a", JAN, M0), loan("a", FEB, M0, 0, status="paid_off"), loan("a", MAR, M0, 500)])
    assert cells(reader, FEB)["M0", "paid_off"]["loans"] == 1
    assert cells(reader, MAR, "ledger")["returned", "M0"]["closing_balance"] == 500


def test_a_loan_first_seen_written_off_was_never_open_so_it_neither_enters_nor_returns(read_rows):
    gone = {"status": "charged_off"}
    steady = [loan("s", month, M0) for month in (JAN, FEB, MAR)]
    reader = read_rows([*steady, loan("a", JAN, M4, **gone), loan("a", FEB, M4, **gone), loan("a", MAR, M4)])
    assert set(cells(reader, FEB, "ledger")) == {("M0", "M0")}
    assert set(cells(reader, MAR, "ledger")) == {("M0", "M0"), ("new", "M4")}


def test_a_loan_that_changes_its_product_is_counted_where_it_began(read_rows):
    rows = [loan("a", JAN, M1, product="card"), loan("a", FEB, M2, product="plan")]
    reader = read_rows(rows)
    assert only(reader, "roll_rates", month=FEB, product=("card",))["to_bucket"] == "M2"
    assert reader.ask("roll_rates", Filters(month=FEB, product=("plan",))).is_empty()
    assert only(reader, "bad_debt", month=FEB, product=("plan",))["loans"] == 1


def test_asking_for_one_month_still_looks_back_to_the_month_before(read_rows):
    reader = read_rows([loan("a", JAN, M1), loan("b", JAN, M1), loan("a", FEB, M2), loan("b", FEB, M1)])
    for chosen in (Filters(month=FEB), Filters(from_month=FEB), Filters(from_month=FEB, to_month=FEB)):
        flow = {row["from_bucket"]: row["rate"] for row in reader.ask("net_flow", chosen).to_dicts()}
        assert flow["M1"] == 0.5
        assert reader.ask("roll_rates", chosen)["share_loans"].to_list() == [0.5, 0.5]

"""Who is late, what came of attempts, what works for whom, plans of a period, customers with several loans."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from queries import Filters, open_reader
from tests.events_contacts import Action, Events, Payment, Promise, at, import_book, random_collections
from tests.events_placements import assert_rows
from tests.oracle_borrowers import DIMENSIONS, customers, late_by, outcomes, what_works
from tests.oracle_collections import Collections, month_number
from tests.small_books import FEB, JAN, loan
from tests.snapshots import random_book

# --- who is late ---------------------------------------------------------------------------------

LATE = [
    loan("a", JAN, 0, 700, segment="prime"),
    loan("b", JAN, 20, 200, segment="prime"),
    loan("c", JAN, 40, 100, segment="prime"),
    loan("d", JAN, 200, 50),
    loan("e", JAN, 0, 50, status="paid_off"),
]


def test_the_late_part_of_each_segment_by_bucket(read_tables):
    rows = {(row["value"], row["bucket"]): row for row in read_tables(LATE).ask("late_by", intervals=True).to_dicts()}
    assert len(rows) == 2 * 8
    prime = {
        bucket: (rows["prime", bucket]["loans"], rows["prime", bucket]["balance"])
        for bucket in ("M1", "M2", "M3", "all")
    }
    assert prime == {"M1": (1, 200), "M2": (1, 100), "M3": (0, 0), "all": (2, 300)}
    assert (rows["prime", "all"]["share_loans"], rows["prime", "all"]["share_balance"]) == (2 / 3, 0.3)
    assert rows["prime", "all"]["share_balance_low"] < 0.3 < rows["prime", "all"]["share_balance_high"]
    assert (rows["", "M7"]["share_balance"], rows["", "M7"]["of_balance"]) == (1, 50)


@pytest.mark.parametrize("by", DIMENSIONS)
def test_any_book_is_late_as_counted_loan_by_loan(read_tables, by):
    rows = random_book(3, loans=80, months=3)
    reader = read_tables(rows)
    answer = reader.ask("late_by", by=by)
    assert_rows(answer, late_by(rows, by), ("month", "value", "bucket"))
    parts = answer.filter(pl.col("bucket") != "all").group_by("month", "value").agg(pl.sum("loans"), pl.sum("balance"))
    whole = answer.filter(pl.col("bucket") == "all").select("month", "value", "loans", "balance")
    assert set(parts.select("month", "value", "loans").iter_rows()) == set(
        whole.select("month", "value", "loans").iter_rows()
    )
    level = reader.ask("delinquency").filter(pl.col("bucket") != "M0").group_by("month").agg(pl.sum("loans"))
    assert dict(whole.group_by("month").agg(pl.sum("loans")).iter_rows()) == dict(level.iter_rows())


# --- customers -----------------------------------------------------------------------------------


def test_customers_by_their_loans_and_how_often_all_of_these_are_late(read_tables):
    """One loan: A is late, B is not. Two: C is late with both, D with one, E with none; F has five, one of which is late."""
    held = {"A": (20,), "B": (0,), "C": (20, 40), "D": (0, 95), "E": (0, 0), "F": (0, 0, 0, 0, 5)}
    rows = [
        loan(f"{customer}{at}", JAN, days, 100 * (at + 1), customer_id=customer)
        for customer, all_days in held.items()
        for at, days in enumerate(all_days)
    ]
    rows += [loan("nobody's", JAN, 90), loan("G0", JAN, 10, customer_id="G", status="charged_off")]
    answer = {row["loans_held"]: row for row in read_tables(rows).ask("customers", intervals=True).to_dicts()}
    assert set(answer) == {1, 2, 4}
    assert [answer[n]["customers"] for n in (1, 2, 4)] == [2, 3, 1]
    assert [answer[n]["loans"] for n in (1, 2, 4)] == [2, 6, 5]
    assert [answer[n]["late_customers"] for n in (1, 2, 4)] == [1, 2, 1]
    assert [answer[n]["all_late_customers"] for n in (1, 2, 4)] == [1, 1, 0]
    assert [answer[n]["late_balance"] for n in (1, 2, 4)] == [100, 100 + 200 + 200, 500]
    assert answer[2]["share_all_late"] == 0.5
    assert answer[2]["share_of_late_balance"] == 500 / 1100
    assert answer[2]["share_of_late_balance_low"] < 500 / 1100 < answer[2]["share_of_late_balance_high"]


def test_a_customer_that_only_the_table_of_loans_names_is_one_of_them(read_tables):
    rows = [loan("a", JAN, 0), loan("b", JAN, 20)]
    reader = read_tables(rows, loan=[{"loan_id": name, "customer_id": "C"} for name in "ab"])
    assert reader.ask("customers").select("loans_held", "late_customers", "all_late_customers").rows() == [(2, 1, 0)]


def test_a_book_that_names_no_customers_answers_nothing(read_tables):
    assert read_tables(LATE).ask("customers").is_empty()


@pytest.mark.parametrize("seed", [1, 2])
def test_any_customers_are_those_counted_one_by_one(read_tables, seed):
    rows = random_book(seed, loans=120, months=3)
    named = [replace(row, customer_id=f"C{int(row.loan_id) % 17}" if int(row.loan_id) % 5 else None) for row in rows]
    answer = read_tables(named).ask("customers")
    assert answer["loans_held"].max() == 4
    assert_rows(answer, customers(named), ("month", "loans_held"))
    for _month, rows_of_month in answer.group_by("month"):
        assert rows_of_month["share_customers"].sum() == pytest.approx(1)
        assert rows_of_month["share_of_late_balance"].sum() == pytest.approx(1)
        assert (rows_of_month["all_late_customers"] <= rows_of_month["late_customers"]).all()


# --- attempts ------------------------------------------------------------------------------------

HAND_ROWS = [
    loan(name, month, days, segment=segment)
    for name, segment, january, february in (
        ("a", "prime", 20, 0), ("b", "prime", 20, 49), ("c", "near", 20, 0), ("d", "near", 100, 129), ("e", "near", 0, 0),
    )
    for month, days in ((JAN, january), (FEB, february))
]  # fmt: skip


def contact(loan_id: str, day: int, channel: str = "phone", reached: bool = False, **more) -> Action:
    return Action(at(date(2024, 2, day)), loan_id, channel, "team", connected=reached, right_party=reached, **more)


HAND = Events(
    actions=[
        contact("a", 5, reached=True, outcome="promise"),
        contact("a", 6, outcome="no answer"),
        contact("b", 6, reached=True, outcome="out of work"),
        contact("c", 6, "sms"),
        contact("d", 7, "ai_call", reached=True, outcome="out of work"),
    ],
    promises=[Promise(date(2024, 2, 5), date(2024, 2, 9), "a", Decimal(20))],
    payments=[Payment(date(2024, 2, 8), "a", Decimal(20)), Payment(date(2024, 2, 20), "c", Decimal(30))],
)


@pytest.fixture(scope="module")
def hand(tmp_path_factory):
    reader = open_reader(import_book(tmp_path_factory.mktemp("hand"), HAND_ROWS, HAND))
    yield reader
    reader.close()


def test_what_works_worked_by_hand(hand):
    """Prime: of three calls two reach a and b; a promises, keeps it and is cured. Near: d is reached and stays; c is cured by itself."""
    rows = {
        (r["value"], r["channel"]): r for r in hand.ask("what_works", Filters(month=FEB), intervals=True).to_dicts()
    }
    phone = rows["prime", "phone"]
    assert (phone["attempts"], phone["right_party"], phone["reached_accounts"], phone["cured_accounts"]) == (3, 2, 2, 1)
    assert (phone["rpc_rate"], phone["ptp_rate"], phone["kept_rate"], phone["cured_rate"]) == (2 / 3, 1 / 2, 1, 1 / 2)
    assert (phone["cash"], phone["cash_per_account"]) == (20, 10)
    assert (phone["small"], phone["cured_rate_low"] < 0.5 < phone["cured_rate_high"]) == (True, True)
    assert (rows["near", "ai_call"]["cured_rate"], rows["near", "ai_call"]["cash"]) == (0, 0)
    assert (rows["near", "sms"]["rpc_rate"], rows["near", "sms"]["cured_rate"]) == (0, None)
    rest = rows["near", "not_reached"]
    assert (rest["reached_accounts"], rest["cured_accounts"], rest["cured_rate"]) == (1, 1, 1)
    assert rows["prime", "not_reached"]["cured_rate"] is None


def test_outcomes_worked_by_hand(hand):
    every = {row["outcome"]: row for row in hand.ask("outcomes", Filters(month=FEB), intervals=True).to_dicts()}
    assert {outcome: (row["attempts"], row["reached"]) for outcome, row in every.items()} == {
        "out of work": (2, 2), "promise": (1, 1), "no answer": (1, 0), "": (1, 0),
    }  # fmt: skip
    assert (every["out of work"]["share"], every["out of work"]["share_of_reached"]) == (2 / 5, 2 / 3)
    split = hand.ask("outcomes", Filters(month=FEB), by="segment").filter(outcome="out of work")
    assert dict(split.select("value", "share").iter_rows()) == {"prime": 1 / 3, "near": 1 / 2}


def test_words_that_are_rare_stand_together(read_tables):
    acts = [
        {"loan_id": "a", "acted_at": f"2024-01-20 10:{at:02}:00", "channel": "phone", "outcome": f"note {at:02}"}
        for at in range(55)
    ] + [{"loan_id": "a", "acted_at": "2024-01-20 11:00:00", "channel": "phone", "outcome": "note 54"}]
    answer = read_tables([loan("a", JAN, 20)], action=acts).ask("outcomes")
    assert answer.height == 51
    assert answer.row(0, named=True)["attempts"] == 5, "the five last of equally rare words"
    assert answer.row(0, named=True)["outcome"] == "other"
    assert answer.filter(outcome="note 54")["attempts"].to_list() == [2]
    assert answer["attempts"].sum() == 56


BOOKS = {
    "two months": {"seed": 1, "loans": 15, "months": 2},
    "a month without a snapshot": {"seed": 3, "loans": 30, "months": 5, "missing_months": (3,)},
    "many events": {"seed": 4, "loans": 25, "months": 4, "events": 30},
}


@pytest.fixture(scope="module", params=BOOKS)
def random_reader(request, tmp_path_factory):
    rows, events = random_collections(**BOOKS[request.param])
    dice = random.Random(5)
    said = [replace(act, outcome=dice.choice((None, "promise", "病", "no answer"))) for act in events.actions]
    events = replace(events, actions=said)
    reader = open_reader(import_book(tmp_path_factory.mktemp("random"), rows, events))
    yield reader, Collections(rows, events)
    reader.close()


@pytest.mark.parametrize("by", ["segment", "product"])
def test_what_works_agrees_with_plain_python(random_reader, by):
    reader, book = random_reader
    some = ("attempts", "promises_due", "cash", "reached_accounts")
    answer = reader.ask("what_works", by=by).filter(
        pl.any_horizontal([pl.col(name).cast(pl.Float64).fill_null(0) != 0 for name in some])
    )
    expected = [row for row in what_works(book, by) if any(row.get(name) for name in some)]
    assert_rows(answer, expected, ("month", "value", "channel"))


def test_what_works_is_no_more_than_all_channels_together(random_reader):
    reader, _book = random_reader
    answer = reader.ask("what_works")
    for row in answer.filter(pl.col("channel") == "all").to_dicts():
        parts = answer.filter(
            (pl.col("month") == row["month"])
            & (pl.col("value") == row["value"])
            & ~pl.col("channel").is_in(["all", "not_reached"])
        )
        assert parts["attempts"].sum() == row["attempts"]
        assert (parts["cash"].sum() or 0) == (row["cash"] or 0)
        assert (parts["reached_accounts"].sum() or 0) >= (row["reached_accounts"] or 0)
        assert (row["cured_accounts"] or 0) <= (row["reached_accounts"] or 0)


@pytest.mark.parametrize("by", ["all", "region"])
def test_outcomes_agree_with_plain_python(random_reader, by):
    reader, book = random_reader
    said = {
        month: [a.outcome for a in book.events.actions if month_number(a.acted_at.date()) == month_number(month)]
        for month in book.months
    }
    answer = reader.ask("outcomes", by=by)
    assert_rows(answer, outcomes(book, said, by), ("month", "value", "outcome"))
    assert answer["attempts"].sum() == reader.ask("contact_funnel", split="total")["attempts"].sum()


# --- plans of a period ---------------------------------------------------------------------------


def test_plans_of_a_period_are_those_of_its_months_that_are_over(read_tables):
    months = [date(2024, month, 28) for month in range(1, 8)]
    rows = [loan(name, month, 0 if name == "kept" else 40) for name in ("kept", "late") for month in months]
    agreed = [
        {"loan_id": name, "agreed_on": day} for name in ("kept", "late") for day in (date(2024, 1, 5), date(2024, 6, 5))
    ]
    reader = read_tables(rows, plan=[*agreed, {"loan_id": "kept", "agreed_on": date(2024, 3, 5)}])
    period = {row["months_since"]: row for row in reader.ask("plans", by="period", intervals=True).to_dicts()}
    single = reader.ask("plans")
    for since in (3, 6):
        over = single.filter((pl.col("months_since") == since) & pl.col("kept").is_not_null())
        for name in ("plans", "kept", "redefaulted", "broken", "paid_off"):
            assert period[since][name] == over[name].sum(), (since, name)
        assert period[since]["share_kept"] == over["kept"].sum() / over["plans"].sum()
    assert period[3]["plans"] == 3
    assert (period[3]["share_broken"], period[3]["share_redefaulted"]) == (2 / 3, 1 / 3), (
        "a later plan ends the one before"
    )
    assert 12 not in period

"""Comparison of agencies and collectors on like loans: the same quality looks the same, whatever the case mix."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from queries import Filters, NeedsData
from queries.computed.comparison import _shrunk
from tests.events_placements import assert_rows
from tests.oracle_comparison import agency_months, collector_months, compared
from tests.oracle_placements import random_events
from tests.small_books import FEB, JAN, MAR, loan
from tests.snapshots import PRODUCTS, random_book


def paid(loan_id: str, paid_on: date, amount: int | Decimal) -> dict:
    return {"loan_id": loan_id, "paid_on": paid_on, "amount": amount}


def placed(loan_id: str, agency: str, placed_on: date = date(2024, 1, 10), **more) -> dict:
    return {"loan_id": loan_id, "placed_on": placed_on, "agency": agency} | more


def held(*loans: str, days: int = 100, balance: int = 1000, months=(JAN, FEB)) -> list:
    return [loan(name, month, days, balance) for name in loans for month in months]


def league(reader, question: str = "agency_comparison", **chosen) -> dict[str, dict]:
    return {row["unit"]: row for row in reader.ask(question, Filters(**chosen)).to_dicts()}


def test_what_is_expected_of_an_agency_is_what_the_others_made_of_the_like(read_tables):
    """A holds two loans and gets 300; B and C hold three of the same kind and get 300 from 3,000: A should have got 200."""
    names = ("a1", "a2", "b1", "b2", "c1")
    placements = [placed(name, name[0].upper()) for name in names]
    payments = [paid("a1", date(2024, 2, 9), 300), paid("b1", date(2024, 2, 9), 100), paid("c1", date(2024, 2, 9), 200)]
    found = league(read_tables(held(*names), payment=payments, placement=placements))
    assert (found["A"]["expected"], found["A"]["ratio"], found["A"]["cash_rate"]) == (200, 1.5, 0.15)
    assert found["B"]["expected"] == pytest.approx(2000 * 500 / 3000)
    assert found["A"]["small"] is True


def test_loans_that_nobody_else_has_the_like_of_are_not_compared(read_tables):
    rows = held("a1", "b1") + held("a2", days=300)
    placements = [placed("a1", "A"), placed("a2", "A"), placed("b1", "B")]
    payments = [paid("a1", date(2024, 2, 9), 50), paid("a2", date(2024, 2, 9), 900), paid("b1", date(2024, 2, 9), 100)]
    found = league(read_tables(rows, payment=payments, placement=placements))
    assert (found["A"]["loans"], found["A"]["matched_loans"], found["A"]["cash"]) == (2, 1, 950)
    assert (found["A"]["expected"], found["A"]["ratio"]) == (100, 0.5)


def test_an_agency_alone_is_compared_with_nobody(read_tables):
    found = league(read_tables(held("a"), payment=[paid("a", date(2024, 2, 9), 50)], placement=[placed("a", "A")]))
    names = ("expected", "ratio", "ratio_low", "ratio_high", "shrunk_ratio")
    assert [found["A"][name] for name in names] == [None] * 5
    assert (found["A"]["cash_rate"], found["A"]["matched_loans"]) == (0.05, 0)


def test_the_larger_of_two_balances_does_not_make_loans_alike(read_tables):
    """1,000 and 2,999 are one band, 3,000 is the next."""
    rows = held("a") + held("b", balance=2999) + held("c", balance=3000)
    placements = [placed(name, name.upper()) for name in "abc"]
    found = league(read_tables(rows, payment=[paid("b", date(2024, 2, 9), 2999)], placement=placements))
    assert {unit: row["matched_loans"] for unit, row in found.items()} == {"A": 1, "B": 1, "C": 0}


def test_a_recalled_loan_is_the_agencys_until_then_and_placed_again_it_is_the_next_ones_from_the_month_after(
    read_tables,
):
    rows = held("a", "b", months=(JAN, FEB, MAR))
    placements = [
        placed("a", "A", recalled_on=date(2024, 2, 10)),
        placed("a", "B", date(2024, 2, 15)),
        placed("b", "A"),
    ]
    payments = [paid("a", date(2024, 2, 9), 1), paid("a", date(2024, 2, 10), 20), paid("a", date(2024, 2, 20), 300)]
    payments.append(paid("a", date(2024, 3, 20), 4000))
    reader = read_tables(rows, payment=payments, placement=placements)
    assert {unit: row["cash"] for unit, row in league(reader, month=FEB).items()} == {"A": 21}
    assert {unit: row["cash"] for unit, row in league(reader, month=MAR).items()} == {"A": 0, "B": 4000}


def test_the_first_attempt_of_the_month_decides_whose_loan_it_is(read_tables):
    actions = [
        {"loan_id": "a", "acted_at": datetime(2024, 2, 10, 9), "channel": "sms", "collector_id": None},
        {"loan_id": "a", "acted_at": datetime(2024, 2, 11, 9), "channel": "phone", "collector_id": "Li"},
        {"loan_id": "a", "acted_at": datetime(2024, 2, 12, 9), "channel": "phone", "collector_id": "Wu"},
        {"loan_id": "b", "acted_at": datetime(2024, 2, 12, 9), "channel": "phone", "collector_id": "Wu"},
    ]
    payments = [paid("a", date(2024, 2, 10), 1), paid("a", date(2024, 2, 11), 20), paid("a", date(2024, 2, 25), 300)]
    found = league(read_tables(held("a", "b"), payment=payments, action=actions), "collector_comparison")
    assert {unit: row["cash"] for unit, row in found.items()} == {"Li": 320, "Wu": 0}


def test_a_book_without_the_tables_says_what_it_needs(read_tables):
    reader = read_tables(held("a"), payment=[paid("a", date(2024, 2, 9), 50)])
    with pytest.raises(NeedsData, match="placement"):
        reader.ask("agency_comparison")
    with pytest.raises(NeedsData, match="action"):
        reader.ask("collector_comparison")


def equal_agencies(seed: int, agencies: int = 60, loans: int = 70) -> tuple[list, list, list]:
    """Agencies that are equally good: a loan 15 days late pays with a chance of a half, one 100 days late with one of a tenth.
    The first agency has hardly any of the former, the last hardly any of the latter."""
    chance = random.Random(seed)
    rows, placements, payments = [], [], []
    for number in range(agencies):
        for at in range(loans):
            name = f"{number:02d}-{at:03d}"
            early = chance.random() < 0.05 + 0.9 * number / (agencies - 1)
            balance = chance.randrange(1000, 3000)
            rows += [loan(name, JAN, 15 if early else 100, balance), loan(name, FEB, 15 if early else 100, balance)]
            placements.append(placed(name, f"agency {number:02d}"))
            if chance.random() < (0.5 if early else 0.1):
                payments.append(paid(name, date(2024, 2, 1) + timedelta(days=chance.randrange(29)), balance))
    return rows, placements, payments


def test_agencies_of_equal_quality_look_equal_whatever_their_loans(read_tables):
    rows, placements, payments = equal_agencies(11)
    found = league(read_tables(rows, payment=payments, placement=placements))
    units = list(found.values())
    raw = [row["cash_rate"] for row in units]
    assert max(raw) > 4 * min(raw), "the raw league says that some are far better than others"
    covered = sum(row["ratio_low"] <= 1 <= row["ratio_high"] for row in units)
    assert 52 <= covered <= 60, "95 % of 60 are 57"
    mix = np.arange(len(units))
    in_order = [found[f"agency {number:02d}"] for number in mix]
    assert abs(np.corrcoef(mix, [row["ratio"] for row in in_order])[0, 1]) < 0.35
    assert np.corrcoef(mix, [row["cash_rate"] for row in in_order])[0, 1] > 0.8
    assert np.ptp([row["shrunk_ratio"] for row in units]) < 0.3 * np.ptp([row["ratio"] for row in units])


def test_an_agency_that_is_better_shows_and_a_tiny_one_is_drawn_to_the_mean(read_tables):
    """Agency 00 collects twice what it would have; the tiny one has three loans, all of which paid."""
    rows, placements, payments = equal_agencies(12, agencies=20, loans=200)
    late = [row.loan_id for row in rows if row.as_of == JAN and row.days_past_due == 100]
    for name in [name for name in late if name.startswith("00-")][:25]:
        payments.append(paid(name, date(2024, 2, 3), 2000))
    for at in range(3):
        rows += held(f"tiny-{at}", days=15, balance=1500)
        placements.append(placed(f"tiny-{at}", "tiny"))
        payments.append(paid(f"tiny-{at}", date(2024, 2, 3), 1500))
    found = league(read_tables(rows, payment=payments, placement=placements))
    best, tiny = found["agency 00"], found["tiny"]
    assert best["ratio_low"] > 1
    assert tiny["ratio"] > 1.7
    assert tiny["small"] is True
    assert abs(tiny["shrunk_ratio"] - 1) < 0.4 * abs(tiny["ratio"] - 1)
    assert best["shrunk_ratio"] > tiny["shrunk_ratio"]


def test_the_spread_of_equal_errors_is_what_is_left_of_the_variance():
    """Errors of 0.1 each, ratios with a variance of 0.04: three quarters of it is true, so ratios keep three quarters."""
    ratio = np.array([0.8, 1.0, 1.2])
    assert _shrunk(ratio, np.full(3, 0.1)) == pytest.approx(1 + 0.75 * (ratio - 1), abs=1e-6)
    assert _shrunk(ratio, np.full(3, 0.5)) == pytest.approx(np.ones(3), abs=1e-6)
    assert np.isnan(_shrunk(np.array([1.2, np.nan]), np.array([0.1, 0.1]))).all()


def test_the_larger_the_error_the_nearer_to_the_mean():
    ratio, error = np.array([1.5, 1.5, 1.5, 0.5, 0.6]), np.array([0.05, 0.2, 1.0, 0.05, 0.1])
    sure, less, least = _shrunk(ratio, error)[:3]
    assert 1.5 > sure > less > least > 1


@pytest.mark.parametrize("seed", [1, 2])
def test_any_book_agrees_with_a_loop_over_loan_months(read_tables, seed):
    rows = random_book(seed, loans=150, months=6, missing_months=(4,) if seed == 2 else ())
    events = random_events(rows, seed)
    chance = random.Random(seed)
    actions = [
        {
            "loan_id": row.loan_id,
            "acted_at": datetime.combine(row.as_of, datetime.min.time()) - timedelta(minutes=chance.randrange(40_000)),
            "channel": "phone",
            "collector_id": chance.choice(("Li", "Wu", "O'Hara", None)),
        }
        for row in rows
        for _ in range(chance.randrange(3))
    ]
    reader = read_tables(rows, payment=events["payment"], placement=events["placement"], action=actions)
    agencies = agency_months(rows, events["placement"], events["payment"])
    collectors = collector_months(rows, actions, events["payment"])
    assert len(agencies) > 15 < len(collectors)
    assert_rows(reader.ask("agency_comparison"), compared(agencies), ["unit"])
    assert_rows(reader.ask("collector_comparison"), compared(collectors), ["unit"])
    for row in reader.ask("collector_comparison").drop_nulls("shrunk_ratio").to_dicts():
        assert row["ratio_low"] <= max(row["ratio"], 0) <= row["ratio_high"]
        assert row["matched_loans"] <= row["loans"]
    chosen = (PRODUCTS[1], PRODUCTS[2])
    own = [held for held in agencies if held.cell[4] in chosen]
    assert_rows(reader.ask("agency_comparison", Filters(product=chosen)), compared(own), ["unit"])

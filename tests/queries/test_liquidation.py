"""Liquidation of placements: whose cash it is, who stays in the denominator, and when a month is over."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from queries import Filters, NeedsData
from tests.events_placements import assert_rows
from tests.oracle_placements import liquidation, random_events
from tests.small_books import APR, FEB, JAN, MAR, loan
from tests.snapshots import PRODUCTS, random_book

KEYS = ["month", "agency", "tier", "months_since"]
BATCH = ["month", "agency", "tier"]


def book(*loans: str, months=(JAN, FEB, MAR, APR)) -> list:
    return [loan(name, month, 100) for name in loans for month in months]


def paid(loan_id: str, paid_on: date, amount: str | int, source: str | None = None) -> dict:
    return {"loan_id": loan_id, "paid_on": paid_on, "amount": amount, "source": source}


def placed(loan_id: str, placed_on: date, agency: str = "A", **more) -> dict:
    return {"loan_id": loan_id, "placed_on": placed_on, "agency": agency, "balance": 1000} | more


def curve(reader, agency: str = "A", tier: int = 1, column: str = "share", horizon: int = 3, **chosen) -> list:
    frame = reader.ask("liquidation", Filters(**chosen), horizon=horizon).filter(agency=agency, tier=tier)
    return frame.sort("months_since")[column].to_list()


def test_the_curve_is_the_cash_so_far_of_what_was_placed(read_tables):
    """Two accounts of 1,000 placed in February: 100 in the month, 300 in March, nothing in April, and May is not over."""
    payments = [paid("a", date(2024, 2, 20), 100), paid("b", date(2024, 3, 5), 250), paid("a", date(2024, 3, 31), 50)]
    placements = [
        placed("a", date(2024, 2, 10), commission_rate=0.25),
        placed("b", date(2024, 2, 1), commission_rate=0.1),
    ]
    reader = read_tables(book("a", "b"), payment=payments, placement=placements)
    assert curve(reader) == [0.05, 0.2, 0.2, None]
    assert curve(reader, column="cash") == [100, 400, 400, None]
    assert curve(reader, column="commission") == [25, Decimal("62.50"), Decimal("62.50"), None]
    assert curve(reader, column="net_share") == pytest.approx([0.0375, 0.16875, 0.16875, None])


def test_recalled_accounts_stay_in_the_denominator(read_tables):
    placements = [placed("a", date(2024, 2, 1)), placed("b", date(2024, 2, 1), recalled_on=date(2024, 2, 15))]
    reader = read_tables(book("a", "b"), payment=[paid("a", date(2024, 3, 1), 500)], placement=placements)
    assert curve(reader) == [0, 0.25, 0.25, None]
    assert set(curve(reader, column="recalled")) == {1}


def test_cash_after_the_day_of_the_recall_is_not_the_agencys_whatever_its_source(read_tables):
    payments = [
        paid("a", date(2024, 1, 31), 1),
        paid("a", date(2024, 2, 1), 20),
        paid("a", date(2024, 3, 9), 300),
        paid("a", date(2024, 3, 10), 4000),
        paid("a", date(2024, 3, 11), 50000, "agency"),
        paid("a", date(2024, 4, 2), 600000, "agency"),
    ]
    placements = [placed("a", date(2024, 2, 1), recalled_on=date(2024, 3, 10))]
    reader = read_tables(book("a"), payment=payments, placement=placements)
    assert curve(reader, column="cash") == [20, 4320, 4320, None]


def test_the_day_of_the_recall_earns_commission_in_every_question(read_tables):
    """The loan goes bad in January; the agency has it from February 1 to March 10, at a quarter."""
    payments = [paid("a", date(2024, 3, day), amount) for day, amount in ((9, 100), (10, 40), (11, 8))]
    placements = [placed("a", date(2024, 2, 1), recalled_on=date(2024, 3, 10), commission_rate=0.25)]
    rows = [loan("a", month, days, 1000) for month, days in ((JAN, 20), (FEB, 100), (MAR, 130), (APR, 160))]
    reader = read_tables(rows, payment=payments, placement=placements)
    assert curve(reader, column="commission")[1] == 35
    assert reader.ask("recovery_after_default").filter(pl.col("months_since") == 1)["cost"].to_list() == [35]
    assert reader.ask("cost_to_collect", split="total")["commission"].sum() == 35
    owners = reader.ask("cash_by_source", split="owner").to_dicts()
    assert {row["owner"]: row["cash"] for row in owners} == {"A": 140, "": 8}


def test_a_new_placement_begins_a_batch_of_its_own_and_ends_the_one_before(read_tables):
    """Recalled from A on March 10 and placed with B the same day; C takes over from B, though nobody wrote a recall."""
    payments = [paid("a", date(2024, month, 20), 10**at) for at, month in enumerate((2, 3, 4))]
    payments.append(paid("a", date(2024, 3, 10), 7))
    placements = [
        placed("a", date(2024, 2, 1), "A", recalled_on=date(2024, 3, 10)),
        placed("a", date(2024, 3, 10), "B"),
        placed("a", date(2024, 4, 1), "C"),
    ]
    reader = read_tables(book("a"), payment=payments, placement=placements)
    assert curve(reader, "A", 1, "cash") == [1, 1, 1, None]
    assert curve(reader, "B", 2, "cash") == [17, 17, None, None], "the tier that the file leaves empty is counted"
    assert curve(reader, "C", 3, "cash") == [100, None, None, None]


def test_a_balance_that_the_placement_does_not_say_is_that_of_the_month_end_before(read_tables):
    rows = [loan("a", JAN, 100, 800), loan("a", FEB, 100, 700), loan("new", FEB, 100, 5000)]
    placements = [placed("a", date(2024, 2, 10), balance=None), placed("new", date(2024, 2, 10), balance=None)]
    payments = [paid("a", date(2024, 2, 20), 80), paid("new", date(2024, 2, 20), 1000)]
    reader = read_tables(rows, payment=payments, placement=placements)
    (row,) = reader.ask("liquidation", horizon=0).to_dicts()
    assert (row["placements"], row["unknown_balances"], row["placed_balance"]) == (2, 1, 800)
    assert (row["cash"], row["share"]) == (1080, 0.1), "cash on an unknown balance is in the cash and not in the share"


def test_an_unknown_commission_leaves_the_net_open_and_the_gross_known(read_tables):
    placements = [placed("a", date(2024, 2, 1)), placed("b", date(2024, 2, 1), commission_rate=0.5)]
    reader = read_tables(
        book("a", "b"),
        payment=[paid("b", date(2024, 2, 2), 100), paid("a", date(2024, 3, 2), 100)],
        placement=placements,
    )
    assert curve(reader) == [0.05, 0.1, 0.1, None]
    assert curve(reader, column="net_share") == [0.025, None, None, None]


def test_a_book_without_placements_or_payments_says_what_it_needs(read_tables):
    reader = read_tables(book("a"), placement=[placed("a", date(2024, 2, 1))])
    with pytest.raises(NeedsData, match="payment"):
        reader.ask("liquidation")


def test_a_month_that_is_imported_later_makes_the_cell_known(read_tables, tmp_path, open_book):
    from tests.events_placements import import_tables

    payments = [paid("a", date(2024, 4, 2), 100)]
    read_tables(book("a", months=(JAN, FEB, MAR)), payment=payments, placement=[placed("a", date(2024, 2, 1))])
    assert curve(open_book(tmp_path / "book")) == [0, 0, None, None]
    import_tables(tmp_path / "book", book("a", months=(APR,)))
    assert curve(open_book(tmp_path / "book")) == [0, 0, 0.1, None]


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("missing", [(), (2,)])
def test_any_book_agrees_with_a_loop_over_its_payments(read_tables, seed, missing):
    rows = random_book(seed, loans=60, months=6, missing_months=missing)
    events = random_events(rows, seed)
    reader = read_tables(rows, payment=events["payment"], placement=events["placement"])
    expected = liquidation(rows, events["placement"], events["payment"], horizon=5)
    assert len(expected) > 30
    assert_rows(reader.ask("liquidation", horizon=5), expected, KEYS)
    chosen = (PRODUCTS[0], "")
    own = liquidation(rows, events["placement"], events["payment"], horizon=5, product=chosen)
    assert_rows(reader.ask("liquidation", Filters(product=chosen), horizon=5), own, KEYS)


def test_a_curve_never_counts_cash_twice(read_tables):
    """Whatever is recalled and placed again: all batches together have no more than was paid since the first placement."""
    rows = random_book(5, loans=60, months=6)
    events = random_events(rows, 5)
    payments = [payment | {"amount": abs(payment["amount"])} for payment in events["payment"]]
    reader = read_tables(rows, payment=payments, placement=events["placement"])
    frame = reader.ask("liquidation", horizon=12).drop_nulls("cash").sort("months_since")
    total = frame.group_by(BATCH).last()["cash"].sum()
    assert 0 < total <= sum(payment["amount"] for payment in payments)
    for _, batch in frame.group_by(BATCH):
        assert batch["cash"].is_sorted()

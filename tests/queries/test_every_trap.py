"""Each trap that measures of overdue loans fall into, and the test that goes red when the trap is put in."""

import ast
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from queries import Filters
from tests.small_books import FEB, JAN, M0, M2, M3, M4, MAR, cells, loan, only

HERE = Path(__file__).parent
TRAPS: dict[str, tuple[str, ...]] = {
    "exits leaving the denominator": ("test_traps.py::test_loans_that_leave_stay_in_the_denominator",),
    "new loans entering an opening denominator": ("test_traps.py::test_new_loans_never_enter_an_opening_denominator",),
    "a gap of a month": (
        "test_traps_of_history.py::test_a_loan_missing_for_a_month_is_never_a_two_month_step",
        "test_traps_of_history.py::test_a_month_that_the_book_does_not_have_makes_no_pair",
    ),
    "write-offs flattering the 90+ ratio": (
        "test_movement_traps.py::test_write_offs_of_a_year_no_longer_flatter_the_ratio",
        "test_movement_traps.py::test_writing_off_all_that_is_bad_is_accounting_and_not_a_cure",
    ),
    "a sale flattering it": ("test_traps.py::test_what_is_written_off_or_sold_leaves_the_ratio_but_shows_as_an_exit",),
    "re-age looking like a cure": (
        "test_movement_traps.py::test_a_re_age_is_a_cure_on_paper_and_one_with_cash_is_a_cure",
    ),
    "growth diluting coincident ratios": (
        "test_movement_traps.py::test_growth_dilutes_the_coincident_share_and_not_the_lagged_one",
    ),
    "jumps of several buckets": (
        "test_traps.py::test_a_jump_over_several_buckets_is_one_step_from_where_it_began",
        "test_vintages.py::test_a_jump_over_buckets_reaches_all_lines_on_the_way",
    ),
    "month length": ("test_traps_of_history.py::test_months_of_any_length_follow_each_other",),
    "days past due computed against today": (
        "test_traps_of_history.py::test_days_past_due_are_those_of_the_snapshot_whenever_it_is_imported",
    ),
    "partial payments": (
        "test_every_trap.py::test_who_pays_a_part_and_stays_late_has_improved_and_is_not_cured",
        "test_promises.py::test_a_promise_is_kept_when_it_was_paid_in_its_days_and_by_a_payment_of_its_own",
    ),
    "duplicate rows": ("test_traps.py::test_an_exact_copy_of_a_row_counts_once",),
    "reused ids": ("test_traps_of_history.py::test_an_id_used_again_after_the_loan_was_paid_off_has_returned",),
    "several loans a customer": ("test_traps.py::test_several_loans_of_one_customer_are_several_loans",),
    "overpayment and negative balances": ("test_traps.py::test_an_overpaid_loan_keeps_its_negative_balance",),
    "accrual after 90 days": ("test_every_trap.py::test_interest_that_accrues_on_bad_debt_is_in_no_balance",),
    "overlapping promises": (
        "test_promises.py::test_a_promise_is_kept_when_it_was_paid_in_its_days_and_by_a_payment_of_its_own",
    ),
    "recall and re-placement": (
        "test_liquidation.py::test_recalled_accounts_stay_in_the_denominator",
        "test_liquidation.py::test_a_new_placement_begins_a_batch_of_its_own_and_ends_the_one_before",
        "test_funnel.py::test_an_account_recalled_and_placed_again_is_each_agency_s_for_its_days",
    ),
    "empty bucket": ("test_traps.py::test_a_bucket_that_nobody_stood_in_has_no_rate",),
    "average of ratios instead of ratio of sums": (
        "test_traps.py::test_the_ratio_of_a_whole_is_a_ratio_of_sums_not_a_mean_of_ratios",
    ),
    "a restated month": (
        "test_traps_of_history.py::test_a_restated_month_changes_the_step_into_it_and_the_step_out_of_it",
    ),
    "mixed currencies": ("test_every_trap.py::test_amounts_of_another_currency_are_never_added",),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_every_trap_has_its_test(trap):
    for test in TRAPS[trap]:
        file, _, name = test.partition("::")
        tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, test


def test_who_pays_a_part_and_stays_late_has_improved_and_is_not_cured(read_rows):
    """One of three instalments paid: a bucket better, still late; and a part too small to move the loan."""
    reader = read_rows(
        [
            loan("a part", JAN, M3),
            loan("a part", FEB, M2, 70, paid_in_month=Decimal(30)),
            loan("too little", JAN, M2),
            loan("too little", FEB, M3, 95, paid_in_month=Decimal(5)),
        ]
    )
    ledger = cells(reader, FEB, "ledger")
    assert {cell: row["movement"] for cell, row in ledger.items()} == {("M3", "M2"): "improve", ("M2", "M3"): "forward"}
    assert {row["cure_share_loans"] for row in reader.ask("cure", Filters(month=FEB)).to_dicts()} == {0.0}
    assert only(reader, "bad_debt", month=FEB)["balance"] == 165


def test_interest_that_accrues_on_bad_debt_is_in_no_balance(read_rows):
    """Balances are principal: what accrues on a loan that no longer pays neither raises the ratio nor looks like growth."""
    rows = [loan("good", month, M0, 300) for month in (JAN, FEB, MAR)]
    rows += [loan("bad", JAN, M4), loan("bad", FEB, 129), loan("bad", MAR, 160)]
    accruing = [
        replace(row, interest_due=Decimal(10 * row.days_past_due), overdue_amount=Decimal(100 + 10 * row.days_past_due))
        if row.loan_id == "bad"
        else row
        for row in rows
    ]
    reader = read_rows(accruing)
    assert [row["bad_debt_ratio"] for row in reader.ask("bad_debt").to_dicts()] == [0.25, 0.25, 0.25]
    bridge = reader.ask("bad_debt_bridge", Filters(month=MAR)).to_dicts()
    assert {row["effect"] for row in bridge if row["effect"]} <= {0.0}


def test_amounts_of_another_currency_are_never_added(tmp_path, open_book):
    """The book is in CNY: rows in USD are refused, said, and kept to look at."""
    from queries import import_files

    file = tmp_path / "loans.csv"
    file.write_text(
        "loan_id,as_of,days_past_due,balance,currency\n"
        "a,2024-01-31,0,100,CNY\nb,2024-01-31,95,100,人民币\nc,2024-01-31,95,100,USD\n",
        encoding="utf-8",
    )
    done = import_files(tmp_path / "book", [file])
    assert [(f.code, f.count) for f in done.findings if f.severity == "error"] == [("other_currency", 1)]
    row = only(open_book(tmp_path / "book"), "bad_debt", month=JAN)
    assert (row["balance"], row["bad_debt_ratio"]) == (200, 0.5)

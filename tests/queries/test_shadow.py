"""Shadow days past due: where a loan would stand had its schedule not been reset."""

from datetime import date
from decimal import Decimal

import pytest

from queries import Filters
from tests.events_loans import Payment, book_with
from tests.golden import CLOSING, OPENING, ROWS
from tests.small_books import APR, FEB, JAN, M0, M1, M2, M3, M4, MAR, loan
from tests.snapshots import Row

NO_CASH = {"paid_in_month": Decimal(0)}
IN_FEB = {"restructured_on": date(2024, 2, 12), **NO_CASH}
IN_MAR = {"restructured_on": date(2024, 3, 12), **NO_CASH}


def shadows(reader, month: date) -> dict[str, tuple[int, int]]:
    """By bucket: loans as reported, loans in the shadow."""
    rows = reader.ask("shadow_delinquency", Filters(month=month)).to_dicts()
    return {row["bucket"]: (row["loans"], row["shadow_loans"]) for row in rows}


def test_in_the_golden_month_the_re_aged_loan_would_be_74_days_late(read_rows):
    """I was 45 days late at the end of January, 29 more passed, and it says 0."""
    reader = read_rows(ROWS)
    rows = {row["bucket"]: row for row in reader.ask("shadow_delinquency", Filters(month=CLOSING)).to_dicts()}
    assert {name: (row["loans"], row["shadow_loans"]) for name, row in rows.items()} == {
        "M0": (4, 3),
        "M1": (2, 2),
        "M2": (1, 1),
        "M3": (1, 2),
    }
    assert (rows["M0"]["balance"], rows["M0"]["shadow_balance"]) == (4200, 3600)
    assert (rows["M3"]["balance"], rows["M3"]["shadow_balance"]) == (600, 1200)
    assert rows["M3"]["shadow_share_balance"] == pytest.approx(1200 / 7500, abs=1e-12)
    assert rows["M3"]["shadow_share_loans"] == 2 / 8
    before = reader.ask("shadow_delinquency", Filters(month=OPENING)).to_dicts()
    assert all(row["loans"] == row["shadow_loans"] and row["balance"] == row["shadow_balance"] for row in before)


def test_the_days_spared_stay_while_the_borrower_pays_on_the_new_schedule(read_rows):
    """80 + 29 − 0 = 109 days spared: M4 in February and, while it is current, ever after."""
    rows = [loan("a", JAN, 80), loan("a", FEB, M0, **IN_FEB), loan("a", MAR, M0), loan("a", APR, 12)]
    reader = read_rows([*rows, *[loan("s", month, M0) for month in (JAN, FEB, MAR, APR)]])
    assert shadows(reader, FEB) == {"M0": (2, 1), "M4": (0, 1)}
    assert shadows(reader, MAR) == {"M0": (2, 1), "M4": (0, 1)}
    assert shadows(reader, APR) == {"M0": (1, 1), "M1": (1, 0), "M5": (0, 1)}


def test_a_bad_debt_ratio_that_fell_by_re_aging_stands_in_the_shadow(read_rows):
    rows = [loan("a", JAN, M4), loan("s", JAN, M0, 300), loan("a", FEB, M0, **IN_FEB), loan("s", FEB, M0, 300)]
    row = read_rows(rows).ask("shadow_bad_debt", Filters(month=FEB)).to_dicts()[0]
    assert (row["bad_loans"], row["bad_balance"], row["bad_debt_ratio"]) == (0, 0, 0)
    assert (row["shadow_bad_loans"], row["shadow_bad_balance"], row["shadow_bad_debt_ratio"]) == (1, 100, 0.25)
    assert row["shadow_bad_debt_ratio_loans"] == 0.5


def test_re_ages_add_up(read_rows):
    """45 + 29 − 15 = 59, then 15 + 31 − 0 = 46 more: 105 days."""
    reader = read_rows([loan("a", JAN, M2), loan("a", FEB, M1, **IN_FEB), loan("a", MAR, M0, **IN_MAR)])
    assert shadows(reader, FEB) == {"M1": (1, 0), "M3": (0, 1)}
    assert shadows(reader, MAR) == {"M0": (1, 0), "M4": (0, 1)}


def test_a_restructuring_with_cash_is_a_cure_and_casts_no_shadow(read_rows):
    paid = {"restructured_on": date(2024, 2, 12), "paid_in_month": Decimal("0.01")}
    assert shadows(read_rows([loan("a", JAN, M2), loan("a", FEB, M0, 90, **paid)]), FEB) == {"M0": (1, 1)}


def test_cash_that_only_the_payments_tell_of_makes_it_no_re_age(tmp_path, open_book):
    asked = {"restructured_on": date(2024, 2, 12)}
    rows = [loan(name, month, days) for name in "ab" for month, days in ((JAN, M2),)]
    rows += [loan(name, FEB, M0, **asked) for name in "ab"]
    payments = [Payment(date(2024, 2, 20), "a", Decimal(30)), Payment(date(2024, 1, 20), "b", Decimal(30))]
    reader = open_book(book_with(tmp_path, rows, payment=payments))
    assert shadows(reader, FEB) == {"M0": (2, 1), "M3": (0, 1)}
    flags = {row["restructured"]: row["cash"] for row in reader.ask("ledger").to_dicts()}
    assert flags == {True: Decimal(30)}


@pytest.mark.parametrize("end", ["paid_off", "charged_off", "sold"])
def test_a_loan_that_ended_starts_anew_when_its_id_comes_back(read_rows, end):
    rows = [loan("a", JAN, M2), loan("a", FEB, M0, **IN_FEB), loan("a", MAR, M0, 0, status=end), loan("a", APR, M0)]
    reader = read_rows([*rows, *[loan("s", month, M0) for month in (JAN, FEB, MAR, APR)]])
    assert shadows(reader, APR) == {"M0": (2, 2)}


def test_a_loan_missing_for_a_month_keeps_its_days_and_one_that_ended_meanwhile_does_not(read_rows):
    rows = [loan(name, JAN, M2) for name in "ab"] + [loan(name, FEB, M0, **IN_FEB) for name in "ab"]
    later = [loan("a", APR, M0), loan("b", APR, M0, status="paid_off")]
    end = date(2024, 5, 31)
    steady = [loan("s", month, M0) for month in (JAN, FEB, MAR, APR, end)]
    reader = read_rows([*rows, *later, *steady, loan("a", end, M0), loan("b", end, M0)])
    assert shadows(reader, APR) == {"M0": (2, 1), "M3": (0, 1)}
    assert shadows(reader, end) == {"M0": (3, 2), "M3": (0, 1)}


def test_a_month_the_book_does_not_have_carries_the_days_but_makes_no_re_age(read_rows):
    rows = [loan("a", JAN, M2), loan("a", FEB, M0, **IN_FEB), loan("a", APR, M0)]
    late = [loan("b", FEB, M3), loan("b", APR, M0, restructured_on=date(2024, 4, 12), **NO_CASH)]
    reader = read_rows(rows + late)
    assert shadows(reader, APR) == {"M0": (2, 1), "M3": (0, 1)}


def test_a_restated_month_in_the_middle_carries_through_to_the_last(read_rows):
    """The re-age turns out to have been paid for; then that it was not, after all, and a longer one."""
    months = (JAN, FEB, MAR, APR)
    rows = [loan("a", JAN, M2), loan("a", FEB, M0, **IN_FEB), loan("a", MAR, M0), loan("a", APR, M0)]
    steady = [loan("s", month, M0) for month in months]
    assert shadows(read_rows(rows + steady), APR) == {"M0": (2, 1), "M3": (0, 1)}
    paid = {"restructured_on": date(2024, 2, 12), "paid_in_month": Decimal(50)}
    assert shadows(read_rows([loan("a", FEB, M0, **paid), loan("s", FEB, M0)]), APR) == {"M0": (2, 2)}
    reader = read_rows([loan("a", FEB, M0, **IN_FEB), loan("s", FEB, M0)], [loan("a", JAN, M4), loan("s", JAN, M0)])
    assert shadows(reader, APR) == {"M0": (2, 1), "M5": (0, 1)}


def test_a_loan_of_which_only_the_bucket_is_known_stands_where_it_is_reported(read_rows):
    asked = {"balance": Decimal(100), **IN_FEB}
    rows = [Row("a", JAN, None, "M2"), Row("a", FEB, None, "M0", **asked), loan("b", JAN, M2)]
    reader = read_rows([*rows, loan("b", FEB, M0, **IN_FEB), Row("b", MAR, None, "M1"), loan("a", MAR, M0)])
    assert shadows(reader, FEB) == {"M0": (2, 1), "M3": (0, 1)}
    assert shadows(reader, MAR) == {"M0": (1, 1), "M1": (1, 1)}

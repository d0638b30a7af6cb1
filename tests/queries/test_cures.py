"""Cures that hold: the golden month, a book worked by hand, and the traps on the way."""

from datetime import date
from decimal import Decimal

import pytest

from queries import Filters
from tests.golden import CLOSING, ROWS
from tests.small_books import APR, FEB, JAN, M0, M1, M2, MAR, loan
from tests.snapshots import Row, month_ends

MAY = date(2024, 5, 31)
JUN = date(2024, 6, 30)
MONTHS = (JAN, FEB, MAR, APR, MAY)


def lived(loan_id: str, *days: int | str, balance: int = 100, **more) -> list[Row]:
    """A loan over the months from January: days past due, or a status; "" is a month without a row."""
    rows = []
    for month, at in zip((*MONTHS, JUN), days, strict=False):
        if at != "":
            status = {"status": at} if isinstance(at, str) else {}
            rows.append(loan(loan_id, month, 0 if isinstance(at, str) else at, balance, **status, **more))
    return rows


def held(reader, month: date = FEB) -> dict[str, dict]:
    """The answer of a month by bucket."""
    return {row["from_bucket"]: row for row in reader.ask("cure_held", Filters(month=month)).to_dicts()}


def test_in_the_golden_month_cures_are_those_on_paper_and_too_young_to_have_held(read_rows):
    rows = held(read_rows(ROWS), CLOSING)
    assert set(rows) == {"M1", "M2", "M3"}
    assert (rows["M1"]["loans"], rows["M1"]["opening_balance"]) == (4, 3200)
    assert (rows["M1"]["cured_loans"], rows["M1"]["cured_balance"]) == (2, 1500)
    assert rows["M1"]["cured_share_balance"] == pytest.approx(1500 / 3200, abs=1e-12)
    assert (rows["M2"]["cured_share_loans"], rows["M2"]["cured_without_re_age_share_loans"]) == (1 / 3, 0)
    assert (rows["M3"]["cured_loans"], rows["M3"]["cured_balance"]) == (0, 0)
    for row in rows.values():
        assert {value for name, value in row.items() if name.startswith("held")} == {None}


def test_a_cure_held_when_the_loan_is_current_at_each_of_three_month_ends_or_paid_off(read_rows):
    """Ten in M1: two stay current, one is paid off later, one at once; the other six fail each in its way."""
    reader = read_rows(
        [
            *lived("stays", M1, M0, M0, M0, M0, balance=1000),
            *lived("stays too", M1, M0, M0, M0, M0),
            *lived("pays off later", M1, M0, M0, "paid_off"),
            *lived("pays off at once", M1, "paid_off"),
            *lived("is late again", M1, M0, M0, M0, M1),
            *lived("is late and cured again", M1, M0, M1, M0, M0),
            *lived("vanishes", M1, M0, M0),
            *lived("vanishes for a month", M1, M0, M0, "", M0),
            *lived("is written off", M1, M0, M0, "charged_off"),
            *lived("never cures", M1, M1, M1, M0, M0),
        ]
    )
    row = held(reader)["M1"]
    assert (row["loans"], row["opening_balance"]) == (10, 1900)
    assert (row["cured_loans"], row["cured_balance"]) == (9, 1800)
    assert (row["held_loans"], row["held_balance"]) == (4, 1300)
    assert (row["cured_share_loans"], row["held_share_loans"]) == (0.9, 0.4)
    assert row["held_share_balance"] == pytest.approx(1300 / 1900, abs=1e-12)


@pytest.mark.parametrize("end", ["sold", "charged_off"])
def test_a_loan_that_left_before_it_was_late_again_is_judged_by_how_it_left(read_rows, end):
    reader = read_rows(
        [*lived("left", M1, M0, end, "", ""), *lived("paid", M1, M0, "paid_off"), *lived("s", *[M0] * 5)]
    )
    assert held(reader)["M1"]["held_loans"] == 1


def test_a_loan_paid_off_whose_id_is_late_again_under_another_loan_has_held(read_rows):
    at_once, later = lived("a", M1, "paid_off", M2, M2, M2), lived("b", M1, M0, "paid_off", M2, M2)
    reader = read_rows([*at_once, *later, *lived("s", *[M0] * 5)])
    assert held(reader)["M1"]["held_loans"] == 2


def test_until_three_months_have_passed_nothing_is_known_to_have_held(read_rows):
    rows = [*lived("a", M1, M0, M0, M0, M0), *lived("b", M2, M2, M2, M2, M1)]
    reader = read_rows([row for row in rows if row.as_of != MAY])
    assert held(reader)["M1"]["held_share_loans"] is None
    assert held(reader)["M1"]["cured_share_loans"] == 1
    reader = read_rows([row for row in rows if row.as_of == MAY])
    assert held(reader)["M1"]["held_share_loans"] == 1


@pytest.mark.parametrize("missing", [MAR, APR])
def test_a_month_end_missing_in_between_leaves_it_unknown_and_not_zero(read_rows, missing):
    rows = [*lived("a", M1, M0, M0, M0, M0, M0), *lived("b", M1, M1, M1, M1, M1, M1)]
    reader = read_rows([row for row in rows if row.as_of != missing])
    row = held(reader)["M1"]
    assert (row["held_loans"], row["held_balance"], row["held_share_loans"]) == (None, None, None)
    assert row["cured_share_loans"] == 0.5


def test_a_restated_month_undoes_a_cure_that_seemed_to_hold(read_rows):
    rows = [*lived("a", M1, M0, M0, M0, M0), *lived("s", *[M0] * 5)]
    assert held(read_rows(rows))["M1"]["held_share_loans"] == 1
    assert held(read_rows([loan("a", APR, M1), loan("s", APR, M0)]))["M1"]["held_share_loans"] == 0


def test_a_re_age_does_not_pass_for_a_cure_that_holds(read_rows):
    """Both hold on paper; without the re-aged one half of the bucket did."""
    once = {"restructured_on": date(2024, 2, 12), "paid_in_month": Decimal(0)}
    reader = read_rows([*lived("re-aged", M2, M0, M0, M0, M0, **once), *lived("paid", M2, M0, M0, M0, M0)])
    row = held(reader)["M2"]
    assert (row["held_share_loans"], row["held_without_re_age_share_loans"]) == (1, 0.5)
    assert (row["cured_share_balance"], row["cured_without_re_age_share_balance"]) == (1, 0.5)


def test_loans_booked_or_back_in_the_month_are_no_part_of_those_that_could_be_cured(read_rows):
    rows = [*lived("a", M1, M0, M0, M0, M0), *lived("new", "", M0, M0), *lived("back", M1, "", M0, M0)]
    row = held(read_rows([*rows, *lived("s", *[M1] * 5)]))["M1"]
    assert (row["loans"], row["cured_loans"]) == (3, 1)
    assert "M1" in held(read_rows(), MAR)
    assert held(read_rows(), MAR)["M1"]["loans"] == 1


def test_a_cure_counts_where_the_loan_stood_when_it_was_late(read_rows):
    reader = read_rows([loan("a", JAN, M1, product="card"), *lived("a", "", M0, M0, M0, M0, product="plan")])
    assert held(reader)["M1"]["held_loans"] == 1
    assert reader.ask("cure_held", Filters(month=FEB, product=("plan",))).is_empty()
    assert reader.ask("cure_held", Filters(month=FEB, product=("card",)))["held_loans"].to_list() == [1]


def test_months_come_in_any_order_and_the_cures_hold_all_the_same(read_rows):
    rows = [*lived("a", M1, M0, M0, M0, M0), *lived("b", M2, M0, M1, M0, M0)]
    months = month_ends(JAN, 5)
    reader = read_rows(*[[row for row in rows if row.as_of == month] for month in (months[4], *months[:4])])
    assert {name: row["held_share_loans"] for name, row in held(reader).items()} == {"M1": 1, "M2": 0}

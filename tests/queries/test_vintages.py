"""Vintages: a book worked by hand, random ones against plain Python, and the traps."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given

from queries import Filters
from tests.events_loans import Loan, book_with
from tests.oracle import differences
from tests.oracle_loans import recovery_after_default, vintages
from tests.queries.test_properties import TWO_BOOKS, book_of, books
from tests.small_books import APR, FEB, JAN, M0, M1, M2, M3, M4, MAR, loan
from tests.snapshots import Row, random_book

LATE_JAN = date(2024, 1, 20)


def lived(loan_id: str, first: date, *days: int | str, principal: int | None = 100, **more) -> list[Row]:
    """A loan paid out on the 20th of its first month: days past due or status, month by month; "" for no row."""
    months = [month for month in (JAN, FEB, MAR, APR) if month >= first]
    told = {"originated_on": first.replace(day=20), "principal": principal and Decimal(principal)} | more
    return [
        loan(loan_id, month, 0 if isinstance(at, str) else at, **told, status=at if isinstance(at, str) else None)
        for month, at in zip(months, days, strict=False)
        if at != ""
    ]


def shares(reader, cohort: date, line: str, kind: str = "ever_share_loans", **chosen) -> list[float | None]:
    """One row of the triangle: a share for each month on book."""
    rows = reader.ask("vintages", Filters(**chosen)).to_dicts()
    return [row[kind] for row in rows if (row["cohort"], row["line"]) == (cohort, line)]


@pytest.fixture
def worked(read_rows):
    """January paid out 4 loans of 100, 100, 200 and 400; February 2 of 100 each."""
    return read_rows(
        [
            *lived("a", JAN, M0, M1, M2, M0),
            *lived("b", JAN, M0, M0, M0, M1),
            *lived("c", JAN, M0, M2, M3, M4, principal=200),
            *lived("d", JAN, M0, M0, "paid_off", principal=400),
            *lived("e", FEB, M0, M1, M2),
            *lived("f", FEB, M0, M0, M0),
        ]
    )


def test_ever_only_rises_and_current_falls_with_a_cure(worked):
    assert shares(worked, JAN, "30+") == [0, 0.25, 0.5, 0.5]
    assert shares(worked, JAN, "60+") == [0, 0, 0.25, 0.25]
    assert shares(worked, JAN, "90+") == [0, 0, 0, 0.25]
    assert shares(worked, JAN, "30+", "current_share_loans") == [0, 0.25, 0.5, 0.25]
    assert shares(worked, JAN, "30+", "ever_share_amount") == [0, 0.25, 0.375, 0.375]
    assert shares(worked, JAN, "30+", "current_share_amount") == [0, 0.25, 0.375, 0.25]


def test_an_age_that_a_cohort_has_not_reached_is_null_and_not_zero(worked):
    assert shares(worked, FEB, "30+") == [0, 0, 0.5, None]
    rows = worked.ask("vintages").to_dicts()
    young = [row for row in rows if row["month"] > APR]
    assert {(row["cohort"], row["months_on_book"]) for row in young} == {(FEB, 3)}
    told = {"cohort", "months_on_book", "month", "line", "lower_dpd", "loans", "amount"}
    assert {value for row in young for name, value in row.items() if name not in told} == {None}
    assert {row["loans"] for row in young} == {2}


def test_looked_from_an_earlier_month_later_ones_are_not_seen(worked):
    for chosen in ({"to_month": MAR}, {"month": MAR}):
        assert shares(worked, JAN, "30+", **chosen) == [0, 0.25, 0.5]
        assert shares(worked, FEB, "30+", **chosen) == [0, 0, None]
    assert shares(worked, JAN, "30+", from_month=FEB) == []
    assert shares(worked, FEB, "30+", from_month=FEB) == [0, 0, 0.5]


def test_loans_paid_out_before_the_book_begins_are_survivors_and_left_out(read_rows):
    old = {"originated_on": date(2023, 11, 5), "principal": Decimal(100)}
    back = [loan("back", JAN, M2, **old), loan("back", MAR, M2, **old)]
    reader = read_rows([loan("old", JAN, M2, **old), *back, *lived("a", JAN, M0, M0, M2)])
    assert set(reader.ask("vintages")["cohort"].to_list()) == {JAN}
    assert shares(reader, JAN, "30+") == [0, 0, 1]


def test_a_loan_that_left_stays_in_its_cohort(read_rows):
    """Sold, paid off, vanished: all were paid out, and one that was 30+ before it was sold had been so."""
    reader = read_rows(
        [
            *lived("sold", JAN, M0, M2, "sold"),
            *lived("paid", JAN, M0, "paid_off"),
            *lived("gone", JAN, M0),
            *lived("stays", JAN, M0, M0, M0),
        ]
    )
    assert shares(reader, JAN, "30+") == [0, 0.25, 0.25]
    assert shares(reader, JAN, "30+", "current_share_loans") == [0, 0.25, 0]


def test_a_charge_off_has_reached_every_line_and_flatters_only_the_current_one(read_rows):
    reader = read_rows([*lived("a", JAN, M0, M3, "charged_off"), *lived("b", JAN, M0, M0, M0)])
    for line, ever in (("30+", [0, 0.5, 0.5]), ("60+", [0, 0.5, 0.5]), ("90+", [0, 0, 0.5])):
        assert shares(reader, JAN, line) == ever, line
    assert shares(reader, JAN, "30+", "current_share_loans") == [0, 0.5, 0]


def test_a_jump_over_buckets_reaches_all_lines_on_the_way(read_rows):
    reader = read_rows([*lived("a", JAN, M0, M4, M0), *lived("b", JAN, M0, M0, M0)])
    for line in ("30+", "60+", "90+"):
        assert shares(reader, JAN, line) == [0, 0.5, 0.5], line


@pytest.mark.parametrize(
    ("days", "lines"), [(30, []), (31, ["30+"]), (60, ["30+"]), (61, ["30+", "60+"]), (91, ["30+", "60+", "90+"])]
)
def test_a_line_begins_where_its_bucket_does(read_rows, days, lines):
    reader = read_rows(lived("a", JAN, M0, days))
    assert [line for line in ("30+", "60+", "90+") if shares(reader, JAN, line)[1]] == lines


def test_a_missing_month_end_makes_later_ever_shares_a_lower_bound_and_says_so(read_rows):
    """In March nobody looked: its cells are unknown, and who was late only then is never seen."""
    rows = [*lived("a", JAN, M0, M0, "", M0), *lived("b", JAN, M0, M2, "", M0), *lived("late listed", MAR, "", M0)]
    reader = read_rows(rows)
    assert shares(reader, JAN, "30+") == [0, 0.5, None, 0.5]
    assert shares(reader, JAN, "30+", "gap") == [False, False, None, True]
    assert shares(reader, MAR, "30+") == [None, 0, None, None]
    assert shares(reader, MAR, "30+", "gap") == [None, True, None, None]


def test_a_loan_first_listed_a_month_late_belongs_to_the_month_it_was_paid_out_in(read_rows):
    reader = read_rows([*lived("a", JAN, M0, M0, M0), *lived("late listed", JAN, "", M0, M2)])
    assert shares(reader, JAN, "30+") == [0, 0, 0.5]


def test_an_id_used_again_is_no_new_loan(read_rows):
    again = loan("a", APR, M2, originated_on=date(2024, 4, 3), principal=Decimal(900))
    reader = read_rows([*lived("a", JAN, M0, "paid_off"), *lived("s", JAN, M0, M0, M0, M0), again])
    assert set(reader.ask("vintages")["cohort"].to_list()) == {JAN}
    assert shares(reader, JAN, "30+") == [0, 0, 0, 0.5]


def test_a_loan_counts_in_the_slice_it_was_first_seen_in(read_rows):
    moved = [
        loan("a", month, days, product=product, originated_on=LATE_JAN)
        for month, days, product in ((JAN, M0, "card"), (FEB, M2, "plan"))
    ]
    reader = read_rows([*moved, *lived("b", JAN, M0, M0, product="plan")])
    assert shares(reader, JAN, "30+", product=("card",)) == [0, 1]
    assert shares(reader, JAN, "30+", product=("plan",)) == [0, 0]


def test_an_unknown_principal_leaves_the_share_by_amount_open_and_not_zero(read_rows):
    reader = read_rows(lived("a", JAN, M0, M2, principal=None))
    assert shares(reader, JAN, "30+") == [0, 1]
    assert shares(reader, JAN, "30+", "ever_share_amount") == [None, None]
    mixed = read_rows([*lived("a", JAN, M0, M2, principal=None), *lived("b", JAN, M0, M2, principal=100)])
    assert shares(mixed, JAN, "30+", "ever_share_amount") == [0, 1]


def test_a_restated_month_takes_back_what_was_never_reached(read_rows):
    rows = [*lived("a", JAN, M0, M2, M0), *lived("b", JAN, M0, M0, M0)]
    assert shares(read_rows(rows), JAN, "30+") == [0, 0.5, 0.5]
    fresh = [row for row in (*lived("a", JAN, M0, M0), *lived("b", JAN, M0, M3)) if row.as_of == FEB]
    reader = read_rows(fresh)
    assert shares(reader, JAN, "30+") == [0, 0.5, 0.5]
    assert shares(reader, JAN, "60+") == [0, 0.5, 0.5]
    assert shares(reader, JAN, "60+", "current_share_loans") == [0, 0.5, 0]


def test_what_snapshots_do_not_say_of_a_loan_comes_from_the_table_of_loans(tmp_path, open_book):
    rows = [
        loan("a", JAN, M0),
        loan("a", FEB, M2),
        loan("b", JAN, M0, product="plan"),
        loan("b", FEB, M0, product="plan"),
    ]
    loans = [
        Loan("a", product="card", originated_on=LATE_JAN, principal=Decimal(300)),
        Loan("b", product="card", originated_on=LATE_JAN, principal=Decimal(100)),
        Loan("never in a snapshot", product="card", originated_on=LATE_JAN, principal=Decimal(100)),
    ]
    reader = open_book(book_with(tmp_path, rows, loan=loans))
    assert reader.dimensions["product"] == ("card", "plan")
    assert shares(reader, JAN, "30+", "ever_share_amount") == [0, 0.75]
    assert shares(reader, JAN, "30+", product=("card",)) == [0, 1]
    assert reader.ask("roll_rates", Filters(product=("card",)))["to_bucket"].to_list() == ["M2"]
    assert reader.ask("delinquency", Filters(product=("card",)))["bucket"].to_list() == ["M0", "M2"]


def with_origins(rows: Sequence[Row], seed: int) -> list[Row]:
    """The rows, most loans with a day of origination shortly before they are first seen, and a principal or none."""
    chance = random.Random(seed)
    first: dict[str, date] = {}
    for row in rows:
        first[row.loan_id] = min(first.get(row.loan_id, row.as_of), row.as_of)
    origins: dict[str, dict] = {}
    for loan_id, month in sorted(first.items()):
        paid_out = month.replace(day=1) + timedelta(days=chance.choice((5, 5, 5, -3, -40)))
        principal = chance.choice((None, Decimal(chance.randrange(1, 10**6)) / 100))
        origins[loan_id] = {"originated_on": paid_out, "principal": principal} if chance.random() < 0.9 else {}
    return [replace(row, **origins[row.loan_id]) for row in rows]


@pytest.mark.parametrize(
    "told",
    [
        {"seed": 21, "loans": 150, "months": 7},
        {"seed": 22, "loans": 150, "months": 8, "missing_months": (3,)},
    ],
)
def test_cohorts_agree_with_plain_python(read_rows, told):
    rows = with_origins(random_book(**told), seed=told["seed"])
    reader = read_rows(rows)
    for chosen in (
        {},
        {"month": date(2024, 1, 31)},
        {"from_month": date(2023, 11, 30), "to_month": date(2024, 2, 29)},
        {"product": ("007", "")},
    ):
        for question, answer in (("vintages", vintages), ("recovery_after_default", recovery_after_default)):
            found = differences(question, reader.ask(question, Filters(**chosen)), answer(rows, **chosen))
            assert not found, (chosen, found[:3])


@TWO_BOOKS
@given(books())
def test_ever_never_falls_with_age_nor_with_a_lower_line_and_holds_all_that_stand_there_now(rows):
    with book_of([rows]) as reader:
        cells = reader.ask("vintages").to_dicts()
    by_cell = {(row["cohort"], row["months_on_book"], row["line"]): row for row in cells}
    for (cohort, age, line), row in by_cell.items():
        if row["ever_loans"] is None:
            continue
        assert row["current_loans"] <= row["ever_loans"] <= row["loans"]
        lower = {"60+": "30+", "90+": "60+"}.get(line)
        assert lower is None or row["ever_loans"] <= by_cell[cohort, age, lower]["ever_loans"]
        younger = by_cell.get((cohort, age - 1, line))
        assert younger is None or (younger["ever_loans"] or 0) <= row["ever_loans"]

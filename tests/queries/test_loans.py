"""The list of loans: exactly the loans of each cell of the ledger, of each bucket and tier, page by page."""

from datetime import date

import polars as pl
import pytest

from queries import Filters
from tests.small_books import FEB, JAN, M0, M1, M2, M4, MAR, loan
from tests.snapshots import random_book

ALL = {"rows": 1_000_000}
BOOK = [
    loan("A", JAN, M0, 100, product="car", region="East"), loan("B", JAN, M1, 200, product="car"), loan("C", JAN, M1, 300),
    loan("A", FEB, M1, 90, product="van", region="East"), loan("B", FEB, M2, 190, product="car"), loan("D", FEB, M0, 400),
    loan("A", MAR, M2, 80, product="van"), loan("B", MAR, M4, 0, product="car", status="charged_off"),
    loan("C", MAR, M4, 250), loan("D", MAR, M0, 350),
]  # fmt: skip


def ids(answer: pl.DataFrame) -> list[str]:
    return answer["loan_id"].to_list()


def test_the_loans_of_a_month_by_where_they_stood_and_where_they_went(read_rows):
    reader = read_rows(BOOK)
    rows = {row["loan_id"]: row for row in reader.ask("loans", Filters(month=MAR)).to_dicts()}
    went = {
        name: (row["from_bucket"], row["to_bucket"], row["tier"], row["days_past_due"]) for name, row in rows.items()
    }
    assert went == {
        "A": ("M1", "M2", "special_mention", M2),
        "B": ("M2", "charged_off", None, None),
        "C": ("entry", "M4", "substandard", M4),
        "D": ("M0", "M0", "normal", M0),
    }
    assert {row["of_loans"] for row in rows.values()} == {4}
    assert (float(rows["A"]["opening_balance"]), float(rows["A"]["balance"]), rows["B"]["balance"]) == (90, 80, None)
    gone = reader.ask("loans", Filters(month=FEB), to_bucket="missing")
    assert ids(gone) == ["C"]


def test_worst_come_first_and_pages_are_cut_without_a_gap(read_rows):
    reader = read_rows(BOOK)
    assert ids(reader.ask("loans")) == ["C", "A", "D", "B"], "the newest month unless told"
    pages = [ids(reader.ask("loans", rows=3, after=after)) for after in (0, 3, 6)]
    assert pages == [["C", "A", "D"], ["B"], []]
    assert reader.ask("loans", rows=1)["of_loans"].to_list() == [4]


def test_a_loan_counts_to_the_slice_of_the_opening_where_a_movement_is_asked_for(read_rows):
    reader = read_rows(BOOK)
    asked = {"to_bucket": "M1"}
    assert ids(reader.ask("loans", Filters(month=FEB, product=("van",)), **asked)) == ["A"]
    assert ids(reader.ask("loans", Filters(month=FEB, product=("van",)), from_bucket="M0", **asked)) == []
    assert ids(reader.ask("loans", Filters(month=FEB, product=("car",)), from_bucket="M0", **asked)) == ["A"]
    assert ids(reader.ask("loans", Filters(month=FEB, region=("",)))) == ["B", "D", "C"]


def test_the_first_month_and_a_month_after_a_gap_list_their_open_loans_alone(read_rows):
    reader = read_rows([row for row in BOOK if row.as_of != FEB])
    for month, expected in ((JAN, ["C", "B", "A"]), (MAR, ["C", "A", "D"])):
        answer = reader.ask("loans", Filters(month=month))
        assert ids(answer) == expected
        assert answer["from_bucket"].to_list() == [None] * len(expected)
    assert reader.ask("loans", Filters(month=date(2030, 1, 31))).is_empty()


@pytest.mark.parametrize("seed", [1])
def test_every_cell_of_the_ledger_bucket_and_tier_holds_just_its_loans(seed, read_rows):
    reader = read_rows(random_book(seed, loans=60, months=4))
    for month in reader.months:
        for filters in (
            Filters(month=month),
            *(Filters(month=month, **{n: v[:1]}) for n, v in reader.dimensions.items()),
        ):
            of_month = reader.ask("ledger", filters)
            cells = (
                of_month.with_columns(pl.col("from_bucket").replace({"new": "entry", "returned": "entry"}))
                .group_by("from_bucket", "to_bucket")
                .agg(pl.col("loans", "opening_balance").sum())
            )
            for row in cells.to_dicts():
                places = {name: row[name] for name in ("from_bucket", "to_bucket")}
                listed = reader.ask("loans", filters, **places, **ALL)
                assert listed.height == row["loans"], (month, filters, row)
                assert sum(value or 0 for value in listed["opening_balance"]) == (row["opening_balance"] or 0)
            for question, column, option in (("delinquency", "bucket", "to_bucket"), ("tiers", "tier", "tier")):
                for row in reader.ask(question, filters).to_dicts():
                    listed = reader.ask("loans", filters, **{option: row[column]}, **ALL)
                    assert listed.height == row["loans"], (month, filters, row)
                    assert sum(value or 0 for value in listed["balance"]) == (row["balance"] or 0)

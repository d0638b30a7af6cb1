"""Every question on random books, with and without filters, held against plain Python."""

from datetime import date

import pytest

from queries import Filters
from tests.oracle import assert_answers
from tests.snapshots import PRODUCTS, REGIONS, Row, month_ends, random_book

FILTERS = (
    {},
    {"month": date(2023, 12, 31)},
    {"from_month": date(2023, 12, 31)},
    {"to_month": date(2023, 12, 31)},
    {"from_month": date(2023, 12, 31), "to_month": date(2024, 2, 29)},
    {"product": (PRODUCTS[0],)},
    {"product": (PRODUCTS[3], "")},
    {"product": ("007", "车贷"), "region": (REGIONS[0], "")},
    {"region": (REGIONS[1],), "month": date(2024, 1, 31)},
    {"segment": ("près",), "acquisition_channel": ("app", "50% off; {name}")},
    {"product": ("a product nobody sells",)},
)

BOOKS = {
    "two months, few loans": {"seed": 1, "loans": 25, "months": 2},
    "half a year": {"seed": 2, "loans": 120, "months": 6},
    "a month of the book is missing": {"seed": 3, "loans": 100, "months": 7, "missing_months": (3,)},
    "every other month is missing": {"seed": 4, "loans": 60, "months": 5, "missing_months": (1, 3)},
    "no balances": {"seed": 5, "loans": 100, "months": 5, "balances": False},
    "many loans": {"seed": 6, "loans": 400, "months": 8},
}


@pytest.mark.parametrize(
    ("name", "kind"),
    [(name, "csv") for name in BOOKS] + [("half a year", "parquet"), ("no balances", "parquet")],
)
def test_every_question_agrees_with_plain_python(read_rows, name, kind):
    rows = random_book(**BOOKS[name])
    reader = read_rows(rows, kind=kind)
    assert reader.has_balances is BOOKS[name].get("balances", True)
    for chosen in FILTERS:
        assert_answers(reader, rows, Filters(**chosen), **chosen)


def test_the_reader_offers_the_months_and_the_dimension_values_of_the_file(read_rows):
    rows = random_book(seed=7, loans=150, months=4)
    reader = read_rows(rows)
    assert reader.months == tuple(month_ends(date(2023, 10, 1), 4))
    for name in ("product", "region", "segment", "acquisition_channel"):
        open_values = {getattr(row, name) for row in rows} - {None}
        assert set(reader.dimensions[name]) - {""} == open_values


def test_a_book_built_month_by_month_agrees_too(read_rows):
    rows = random_book(seed=8, loans=100, months=5)
    months = sorted({row.as_of for row in rows}, reverse=True)
    reader = read_rows(*[[row for row in rows if row.as_of == month] for month in months])
    assert_answers(reader, rows)


EDGE_CLASSES = {
    0: ("M0", "normal", False),
    1: ("M1", "special_mention", False),
    29: ("M1", "special_mention", False),
    30: ("M1", "special_mention", False),
    31: ("M2", "special_mention", False),
    60: ("M2", "special_mention", False),
    61: ("M3", "special_mention", False),
    90: ("M3", "special_mention", False),
    91: ("M4", "substandard", True),
    120: ("M4", "substandard", True),
    121: ("M5", "substandard", True),
    150: ("M5", "substandard", True),
    151: ("M6", "substandard", True),
    180: ("M6", "substandard", True),
    181: ("M7", "substandard", True),
    270: ("M7", "substandard", True),
    271: ("M7", "doubtful", True),
    360: ("M7", "doubtful", True),
    361: ("M7", "loss", True),
    5000: ("M7", "loss", True),
}


def test_each_edge_of_days_past_due_falls_where_the_definition_says(read_rows):
    """A product a day, so that each day is asked for alone; the classes are written down by hand."""
    month = date(2024, 2, 29)
    reader = read_rows([Row(f"L{days}", month, days, product=f"after {days}") for days in EDGE_CLASSES])
    found = {}
    for days in EDGE_CLASSES:
        chosen = Filters(product=(f"after {days}",))
        buckets = reader.ask("delinquency", chosen)["bucket"].to_list()
        tiers = reader.ask("tiers", chosen)["tier"].to_list()
        bad = reader.ask("bad_debt", chosen)["bad_loans"].to_list()
        found[days] = (*buckets, *tiers, bad == [1])
    assert found == EDGE_CLASSES


BUCKET_CLASSES = {
    "M0": ("normal", False),
    "M1": ("special_mention", False),
    "M2": ("special_mention", False),
    "M3": ("special_mention", False),
    "M4": ("substandard", True),
    "M5": ("substandard", True),
    "M6": ("substandard", True),
    "M7": ("unclassified", True),
}


def test_a_row_that_knows_only_its_bucket_is_classed_as_far_as_the_bucket_tells(read_rows):
    month = date(2024, 2, 29)
    reader = read_rows([Row(f"L{name}", month, bucket=name, product=f"in {name}") for name in BUCKET_CLASSES])
    found = {}
    for name in BUCKET_CLASSES:
        chosen = Filters(product=(f"in {name}",))
        assert reader.ask("delinquency", chosen)["bucket"].to_list() == [name]
        (tier,) = reader.ask("tiers", chosen)["tier"].to_list()
        (bad,) = reader.ask("bad_debt", chosen)["bad_loans"].to_list()
        found[name] = (tier, bad == 1)
    assert found == BUCKET_CLASSES

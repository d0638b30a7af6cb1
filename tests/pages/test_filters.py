"""The month that another is held against."""

from datetime import date

import pytest

from pages.shared.filters import compare_month
from tests.snapshots import month_ends

MONTHS = month_ends(date(2023, 1, 1), 15)  # January 2023 to March 2024


@pytest.mark.parametrize(
    ("chosen", "compare", "expected"),
    [
        (date(2024, 3, 31), "previous_month", date(2024, 2, 29)),
        (date(2024, 1, 31), "previous_month", date(2023, 12, 31)),
        (date(2024, 2, 29), "year_ago", date(2023, 2, 28)),
        (date(2023, 1, 31), "previous_month", None),
        (date(2023, 12, 31), "year_ago", None),
    ],
)
def test_a_month_is_held_against_the_one_before_or_a_year_ago(chosen, compare, expected):
    assert compare_month(chosen, compare, MONTHS) == expected


def test_a_month_that_the_book_lacks_is_never_skipped_over():
    without_february = [month for month in MONTHS if month != date(2024, 2, 29)]
    assert compare_month(date(2024, 3, 31), "previous_month", without_february) is None

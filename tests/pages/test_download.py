"""What leaves the app: no cell runs in a spreadsheet, and the table stays a plain table."""

import csv
import io

import polars as pl
import pytest

from pages.shared.download import csv_of, defused


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_text_that_a_spreadsheet_would_run_is_defused(cell):
    assert defused(pl.DataFrame({"product": [cell]}))["product"].to_list() == ["'" + cell]


@pytest.mark.parametrize("cell", ["Card", "", "M1→M2", "a=b", "1-2", None, "现金贷"])
def test_any_other_text_stays_as_it_is(cell):
    frame = pl.DataFrame({"product": [cell]}, schema={"product": pl.String})
    assert defused(frame)["product"].to_list() == [cell]


def test_numbers_stay_numbers_also_below_zero():
    frame = pl.DataFrame({"change": [-1.5, None], "loans": [-1, 2]})
    assert defused(frame).equals(frame)


def test_what_the_data_is_stands_in_every_row_and_the_header_stays_the_first_line():
    frame = pl.DataFrame({"month": ["2024-01", "2024-02"], "loans": [1, 2]})
    data = csv_of(frame, {"about_filters": "=Oct 2026 · 卡", "about_book_version": 3})
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows == [
        ["month", "loans", "about_filters", "about_book_version"],
        ["2024-01", "1", "'=Oct 2026 · 卡", "3"],
        ["2024-02", "2", "'=Oct 2026 · 卡", "3"],
    ]

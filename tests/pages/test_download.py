"""What leaves the app: no cell runs in a spreadsheet, and the table stays a plain table."""

import csv
import io
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from openpyxl import load_workbook

from pages.shared.download import csv_of, defused
from reports.sheet import workbook_of


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


def test_a_workbook_holds_real_numbers_and_says_what_it_is_on_a_sheet_of_its_own():
    frame = pl.DataFrame(
        {
            "month": [date(2026, 10, 31), date(2026, 9, 30)],
            "product": ["=1+1", None],
            "loans": [-12, 3],
            "balance": [Decimal("1234567.89"), None],
            "share_balance": [0.431, float("nan")],
            "held": [True, False],
        }
    )
    book = load_workbook(io.BytesIO(workbook_of(defused(frame), {"Filters": "@Card", "Version": 3})))
    data, about = book["data"], book["about"]
    assert data.freeze_panes == "A2"
    rows = [[cell.value for cell in row] for row in data.iter_rows()]
    assert rows[0] == frame.columns
    assert [rows[1][0].date(), *rows[1][1:]] == [date(2026, 10, 31), "'=1+1", -12, 1234567.89, 0.431, True]
    assert rows[2][1:] == [None, 3, None, None, False]
    assert [cell.number_format for cell in data[2]][2:5] == ["#,##0", "#,##0.00", "0.00%"]
    assert {cell.data_type for row in data.iter_rows(min_row=2) for cell in row} <= {"n", "s", "b", "d"}
    assert [[cell.value for cell in row] for row in about.iter_rows(max_row=2)] == [
        ["Filters", "@Card"],
        ["Version", 3],
    ]


def test_an_answer_without_rows_is_a_workbook_with_its_header():
    frame = pl.DataFrame(schema={"month": pl.Date, "loans": pl.Int64, "raw": pl.List(pl.String)})
    data = load_workbook(io.BytesIO(workbook_of(frame, {})))["data"]
    assert [[cell.value for cell in row] for row in data.iter_rows()] == [["month", "loans", "raw"]]

"""Excel workbooks and Parquet files: real dates and numbers, texts that look like them, sheets, rows named as the sheet shows."""

import io
import random
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import polars as pl
import pytest
import xlsxwriter

NAMES = ["loan_id", "as_of", "days_past_due", "balance"]
JAN, FEB = date(2024, 1, 31), date(2024, 2, 29)
FOUR = ("loan_id", "as_of", "days_past_due", "balance")


@pytest.fixture
def workbook(tmp_path):
    """Writes sheets {name: rows} (None for an empty row) with openpyxl, each cell with the type it has."""

    def workbook(sheets: dict[str, list], name: str = "loans.xlsx"):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row, cells in enumerate(rows, start=1):
                for column, cell in enumerate(cells or (), start=1):
                    sheet.cell(row, column, cell)
        book.save(tmp_path / name)
        return tmp_path / name

    return workbook


def test_real_dates_and_numbers(shelf, workbook):
    rows = [NAMES, ["a", JAN, 0, 1000.1], [1002, datetime(2024, 1, 31, 18, 30), 31.0, 0.1 + 0.2], ["007", JAN, 5, -20]]
    shelf.bring(workbook({"Sheet1": rows}))
    assert shelf.rows(*FOUR) == [
        ("007", JAN, 5, Decimal("-20.00")),
        ("1002", JAN, 31, Decimal("0.30")),
        ("a", JAN, 0, Decimal("1000.10")),
    ]


def test_numbers_and_dates_stored_as_text(shelf, workbook):
    rows = [
        NAMES,
        ["a", "2024-01-31", "0", "1,000.10"],
        ["b", "2024/1/31", "31", "¥2,500"],
        ["c", "20240131", "5天", "(30.00)"],
    ]
    shelf.bring(workbook({"Sheet1": rows}))
    assert shelf.rows(*FOUR) == [
        ("a", JAN, 0, Decimal("1000.10")),
        ("b", JAN, 31, Decimal("2500.00")),
        ("c", JAN, 5, Decimal("-30.00")),
    ]


def test_dates_as_serial_numbers(shelf, workbook):
    """45322 is 2024-01-31 and 45351 is 2024-02-29 in the calendar that begins with 1 on 1900-01-01."""
    shelf.bring(workbook({"Sheet1": [NAMES[:3], ["a", 45322, 0], ["a", 45351, 5], ["b", 45322.75, 0]]}))
    assert shelf.rows() == [("a", JAN, 0), ("a", FEB, 5), ("b", JAN, 0)]


def test_a_workbook_of_another_maker_with_formats(shelf, tmp_path):
    path = tmp_path / "loans.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("数据")
    sheet.write_row(0, 0, ["借据号", "数据日期", "逾期天数", "贷款余额"])
    sheet.write_string(1, 0, "000123")
    sheet.write_datetime(1, 1, datetime(2024, 1, 31), book.add_format({"num_format": 'yyyy"年"m"月"d"日"'}))
    sheet.write_formula(1, 2, "=30+1", None, 31)
    sheet.write_number(1, 3, 1234567.891, book.add_format({"num_format": "#,##0"}))
    book.close()
    shelf.bring(path)
    assert shelf.rows(*FOUR) == [("000123", JAN, 31, Decimal("1234567.89"))]


@pytest.mark.parametrize("header_row", [1, 4], ids=["looked for", "stated"])
def test_rows_are_named_as_the_sheet_names_them(shelf, workbook, header_row):
    """Empty rows above and between are nothing, and do not shift the numbers."""
    above = [None, None, None] if header_row == 1 else [["Loans of January"], None, ["made by", "finance"]]
    rows = [*above, NAMES[:3], ["a", JAN, 0], None, ["b", JAN, "?"], ["c", JAN, 1], [" ", None, ""], ["d", JAN, -1]]
    mapping = '[columns]\nloan_id="loan_id"\nas_of="as_of"\ndays_past_due="days_past_due"\n[file]\nheader_row={}'
    shelf.bring(workbook({"S": rows}), mapping=mapping.format(header_row))
    assert [row[0] for row in shelf.rows("loan_id")] == ["a", "c"]
    assert shelf.quarantine() == [
        ("loans.xlsx", 7, ["unreadable:days_past_due"]),
        ("loans.xlsx", 10, ["negative_days"]),
    ]


def test_a_sheet_a_month_is_read_whole_and_other_sheets_are_left(shelf, workbook):
    sheets = {
        "Jan": [NAMES[:3], ["a", JAN, 0], ["b", JAN, "?"]],
        "Notes": [["Ask finance"], ["..."]],
        "Empty": [],
        "Feb": [NAMES[:3], ["a", FEB, 9]],
    }
    shelf.bring(workbook(sheets))
    assert shelf.rows() == [("a", JAN, 0), ("a", FEB, 9)]
    assert shelf.quarantine() == [("loans.xlsx › Jan", 3, ["unreadable:days_past_due"])]


def test_a_stated_sheet_is_the_only_one_read(shelf, workbook, refused):
    file = workbook({"Jan": [NAMES[:3], ["a", JAN, 0]], "二月": [NAMES[:3], ["b", FEB, 9]]})
    mapping = '[columns]\nloan_id="loan_id"\nas_of="as_of"\ndays_past_due="days_past_due"\n[file]\nsheet="{}"'
    shelf.bring(file, mapping=mapping.format("二月"))
    assert shelf.rows() == [("b", FEB, 9)]
    message = refused(file, mapping=mapping.format("Mar"))
    assert message == "loans.xlsx has no sheet “Mar”; it has Jan, 二月."


def test_a_confirmed_mapping_with_a_sheet_is_used_for_the_next_workbook(shelf, workbook):
    mapping = '[columns]\nloan_id="loan_id"\nas_of="as_of"\ndays_past_due="days_past_due"\n[file]\nsheet="Data"'
    shelf.bring(workbook({"Data": [NAMES[:3], ["a", JAN, 0]]}), mapping=mapping)
    shelf.bring(workbook({"Data (old)": [NAMES[:3], ["x", FEB, 0]], "Data": [NAMES[:3], ["a", FEB, 3]]}, "feb.xlsx"))
    assert shelf.rows() == [("a", JAN, 0), ("a", FEB, 3)]


def test_error_cells_are_blank(shelf, workbook):
    shelf.bring(workbook({"S": [NAMES, ["a", JAN, 0, "#N/A"], ["b", JAN, 1, "#DIV/0!"], ["c", JAN, 2, 5]]}))
    assert shelf.rows("loan_id", "balance") == [("a", None), ("b", None), ("c", Decimal(5))]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("l.xlsx", b"", "cannot be read as a workbook"),
        ("l.xlsx", b"PK\3\4 and no more", "cannot be read as a workbook"),
        ("l.xlsx", b"loan_id,as_of\n", "cannot be read as a workbook"),
        ("l.xls", b"<html><table><tr><td>loan_id</td></tr></table></html>", "cannot be read as a workbook"),
        ("l.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "If it opens with a password"),
        ("l.parquet", b"", "not a whole Parquet file"),
        ("l.parquet", b"PAR1 and no more PAR1", "not a whole Parquet file"),
        ("l.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "l.csv"),
        ("l.csv", b"\xff\xd8\xff\xe0\0\x10JFIF\0\1", "l.csv"),
        ("l.csv", b"GIF89a\1\0\1\0,\0\0\0\0\1\0\1\0\0", "l.csv is not text: line 1 holds a zero byte"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(refused, export, name, content, says):
    assert says in refused(export(name, content))


def test_an_empty_workbook_holds_no_rows(refused, workbook):
    assert refused(workbook({"S": []})) == "loans.xlsx holds no rows."
    assert refused(workbook({"S": [NAMES]})) == "Nothing was imported: the file breaks the data contract."


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_damage_is_said_or_harmless_never_a_traceback(shelf, tmp_path, kind):
    from data.errors import UserError

    frame = pl.DataFrame(
        {"loan_id": [f"L{n}" for n in range(500)], "as_of": [JAN] * 500, "days_past_due": list(range(500))}
    )
    whole = io.BytesIO()
    frame.write_excel(whole) if kind == "xlsx" else frame.write_parquet(whole)
    chance = random.Random(kind)
    path = tmp_path / f"loans.{kind}"
    said = 0
    for _ in range(40):
        content = bytearray(whole.getvalue())
        for _ in range(20):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content[: chance.randrange(len(content))] if chance.random() < 0.3 else content)
        try:
            shelf.check(path)
        except UserError:
            said += 1
    assert said > 10


def test_parquet_with_every_type_of_column(shelf, tmp_path):
    frame = pl.DataFrame(
        {
            "loan_id": pl.Series([10**17, 2, 3], dtype=pl.Int64),
            "as_of": pl.Series([datetime(2024, 1, 31)] * 3, dtype=pl.Datetime("us")),
            "days_past_due": pl.Series([0.0, 31.0, float("nan")], dtype=pl.Float64),
            "bucket": pl.Series([None, None, "M2"], dtype=pl.Categorical),
            "balance": pl.Series([Decimal("1.005"), Decimal("2.50"), None], dtype=pl.Decimal(38, 6)),
            "originated_on": pl.Series([date(2020, 5, 1), None, None], dtype=pl.Date),
            "flags": pl.Series([["x"], [], None], dtype=pl.List(pl.String)),
            "more": pl.Series([{"a": 1}] * 3),
            "blob": pl.Series([b"\xff\0", b"", None], dtype=pl.Binary),
            "seen": pl.Series([True, False, None]),
        }
    )
    frame.write_parquet(tmp_path / "loans.parquet")
    shelf.bring(tmp_path / "loans.parquet")
    assert shelf.rows("loan_id", "as_of", "days_past_due", "bucket", "balance", "originated_on") == [
        ("100000000000000000", JAN, 0, None, Decimal("1.01"), date(2020, 5, 1)),
        ("2", JAN, 31, None, Decimal("2.50"), None),
        ("3", JAN, None, "M2", None, None),
    ]


def test_parquet_rows_are_counted_from_one_and_names_may_differ_by_case_only(shelf, tmp_path):
    frame = pl.DataFrame(
        {
            "id": ["x", "y", "z"],
            "ID": ["a", "b", "c"],
            "as_of": [JAN] * 3,
            "dpd": [0, -4, 2],
            "c0": ["p", "q", "r"],
            "line": [9, 9, 9],
        }
    )
    frame.write_parquet(tmp_path / "loans.parquet")
    mapping = '[columns]\nloan_id="ID"\nas_of="as_of"\ndays_past_due="dpd"\nproduct="c0"\n'
    shelf.bring(tmp_path / "loans.parquet", mapping=mapping)
    assert shelf.rows("loan_id", "product") == [("a", "p"), ("c", "r")]
    assert shelf.quarantine() == [("loans.parquet", 2, ["negative_days"])]
    assert shelf.refused_text() == [["y", "b", "2024-01-31", "-4", "q", "9"]]


@pytest.mark.parametrize("of_theirs", ["remarks", "file_row_number", "File_Row_Number"])
def test_parquet_rows_keep_their_numbers_through_row_groups_and_beside_any_column(shelf, tmp_path, of_theirs):
    days = [-1 if number in (1, 700, 1500) else 0 for number in range(1, 1501)]
    frame = pl.DataFrame({"loan_id": [f"{n}" for n in range(1500)], "as_of": [JAN] * 1500, "days_past_due": days})
    frame.with_columns(pl.lit(7).alias(of_theirs)).write_parquet(tmp_path / "loans.parquet", row_group_size=400)
    shelf.bring(tmp_path / "loans.parquet")
    assert shelf.quarantine() == [("loans.parquet", number, ["negative_days"]) for number in (1, 700, 1500)]

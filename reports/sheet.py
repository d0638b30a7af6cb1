"""A table as an Excel workbook: real numbers and dates, a header that stays, and a sheet that says what it is."""

import io
import re
from collections.abc import Mapping

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.format import Format

from wording import _

SHARE = re.compile(r"(^|_)(share|rate|ratio)(_|$)")
WIDEST = 60  # characters of a column
MONTH, DAY = "yyyy-mm", "yyyy-mm-dd"

# Texts stay texts: nothing in them is run as a formula, followed as a link, or read as a number.
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


def workbook_of(table: pl.DataFrame, what: Mapping[str, object], rates: frozenset[str] = frozenset()) -> bytes:
    """The workbook: sheet "data" with the table, sheet "about" with a row for each thing said of it.

    rates: columns shown in percent; others whose name says share, rate or ratio are too.
    """
    file = io.BytesIO()
    with Workbook(file, _OPTIONS) as workbook:
        _data_sheet(workbook, table, rates)
        _about_sheet(workbook, what)
    return file.getvalue()


def _data_sheet(workbook: Workbook, table: pl.DataFrame, rates: frozenset[str]) -> None:
    sheet = workbook.add_worksheet("data")
    head = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    sheet.write_row(0, 0, table.columns, head)
    sheet.freeze_panes(1, 0)
    if table.height:
        sheet.autofilter(0, 0, table.height, table.width - 1)
    formats: dict[str, Format] = {}
    for at, (name, kind) in enumerate(table.schema.items()):
        shown = _number_format(name, kind, rates)
        if shown not in formats:
            formats[shown] = workbook.add_format({"num_format": shown} if shown else {})
        sheet.set_column(at, at, _width(table, name), formats[shown])
        _column(sheet, at, table[name], formats[shown])


def _column(sheet, at: int, values: pl.Series, shown: Format) -> None:
    kind = values.dtype
    if kind.is_decimal():
        values = values.cast(pl.Float64)
    elif kind.is_nested():
        values = values.list.join(", ") if kind == pl.List(pl.String) else values.cast(pl.String)
    write = {pl.Boolean: sheet.write_boolean, pl.Date: sheet.write_datetime}.get(kind)
    if isinstance(kind, pl.Datetime):
        write = sheet.write_datetime
    if write is None:
        write = sheet.write_number if kind.is_numeric() else sheet.write_string
    for row, value in enumerate(values, start=1):
        if value is not None and value == value:  # what is not known, or not a number, is an empty cell
            write(row, at, value, shown)


def _number_format(name: str, kind: pl.DataType, rates: frozenset[str]) -> str:
    if isinstance(kind, pl.Datetime):
        return f"{DAY} hh:mm"
    if kind == pl.Date:
        return MONTH if name in ("month", "against", "cohort") or name.endswith("_month") else DAY
    if kind.is_integer():
        return "0" if name.endswith(("version", "number")) else "#,##0"
    if kind.is_float() and (name in rates or SHARE.search(name)):
        return "0.00%"
    return "#,##0.00" if kind.is_numeric() else ""


def _width(table: pl.DataFrame, name: str) -> int:
    longest = max((len(str(value)) for value in table[name].head(200)), default=0)
    return min(max(len(name), min(longest, WIDEST), 8) + 2, WIDEST)


def _about_sheet(workbook: Workbook, what: Mapping[str, object]) -> None:
    sheet = workbook.add_worksheet("about")
    sheet.set_column(0, 0, 24, workbook.add_format({"bold": True, "valign": "top"}))
    sheet.set_column(1, 1, 100, workbook.add_format({"text_wrap": True, "valign": "top"}))
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top", "align": "left"})
    dated = workbook.add_format({"num_format": DAY, "align": "left"})
    for row, (name, value) in enumerate(what.items()):
        sheet.write_string(row, 0, name)
        sheet.write(row, 1, value, dated if hasattr(value, "year") else wrapped)
    sheet.write_string(len(what) + 1, 0, _("Written by Recoup"))

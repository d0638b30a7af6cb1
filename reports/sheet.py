"""A table as a sheet of Excel: real numbers and dates in their formats, and texts that stay texts."""

import io
import re
from collections.abc import Mapping, Sequence
from math import ceil

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from wording import _

SHARE = re.compile(r"(^|_)(share|rate|ratio|effect)(_|$)")
WIDEST, WIDE_HEAD = 60, 20  # characters of a column, and of one for what it means
WIDE, ROW = 2, 16  # places that a Chinese letter takes, and points of a line
LONGEST = 32_767  # characters of a cell that Excel takes
MONTH, DAY = "yyyy-mm", "yyyy-mm-dd"
BY_UNIT = {"money": "#,##0", "share": "0.00%", "count": "#,##0.0"}

# Texts stay texts: nothing in them is run as a formula, followed as a link, or read as a number.
OPTIONS = {
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
    with Workbook(file, OPTIONS) as workbook:
        _data_sheet(workbook, table, rates)
        _about_sheet(workbook, what)
    return file.getvalue()


def _data_sheet(workbook: Workbook, table: pl.DataFrame, rates: frozenset[str]) -> None:
    sheet = workbook.add_worksheet("data")
    sheet.freeze_panes(1, 0)
    put_table(workbook, sheet, table, rates)


def put_table(
    workbook: Workbook,
    sheet: Worksheet,
    table: pl.DataFrame,
    rates: frozenset[str],
    row: int = 0,
    meanings: Mapping[str, str] | None = None,
) -> None:
    """The table with its header in `row`, filtered, each column in its format and as wide as it has to be.

    meanings: what stands below the name of a column, in the words of the reader. A column "unit" (money, share or count), or else "measure", says how the numbers of its row are shown.
    """
    head = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    below = {name: (meanings or {}).get(name, "") for name in table.columns}
    widths = {name: max(_width(table, name), min(WIDE * len(below[name]), WIDE_HEAD)) for name in table.columns}
    for at, name in enumerate(table.columns):
        sheet.write_string(row, at, "\n".join(filter(None, (name, below[name]))), head)
    if any(below.values()):
        lines = max(ceil(WIDE * len(text) / (widths[name] - 1)) for name, text in below.items())
        sheet.set_row(row, ROW * (1 + lines))
    if table.height:
        sheet.autofilter(row, 0, row + table.height, max(table.width - 1, 0))
    formats: dict[str, Format] = {}
    for at, (name, kind) in enumerate(table.schema.items()):
        of_column = _number_format(name, kind, rates)
        of_rows = [of_column] * table.height
        if "unit" in table.columns and kind.is_float():
            of_rows = [BY_UNIT.get(unit, of_column) for unit in table["unit"]]
        elif "measure" in table.columns and kind.is_float():
            of_rows = [BY_UNIT["share"] if SHARE.search(measure or "") else of_column for measure in table["measure"]]
        for shown in {of_column, *of_rows} - formats.keys():
            formats[shown] = workbook.add_format({"num_format": shown} if shown else {})
        sheet.set_column(at, at, widths[name], formats[of_column])
        _column(sheet, at, table[name], [formats[shown] for shown in of_rows], row + 1)


def _column(sheet: Worksheet, at: int, values: pl.Series, shown: Sequence[Format], first: int) -> None:
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
    for row, value in enumerate(values):
        if value is not None and value == value:  # what is not known, or not a number, is an empty cell
            write(first + row, at, _whole(value), shown[row])


def _whole(value: object) -> object:
    """A text that is too long for a cell is cut and says so; the library would leave the cell empty."""
    return value if not isinstance(value, str) or len(value) <= LONGEST else value[: LONGEST - 2] + " …"


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

"""Native charts of Excel: the numbers of an exhibit's figure on the sheet of chart data, and beside its table a chart of them."""

import datetime as dt
import re
from dataclasses import dataclass, field

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.utility import quote_sheetname, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from charts.theme import LIGHT
from reports.native import Axis, NativeChart, Series
from wording import _, language

MONTHS = {"en": "mmm yyyy", "zh": 'yyyy"年"m"月"'}
KINDS = {"lines": "line", "areas": "area", "columns": "column", "bars": "bar", "dots": "scatter"}
WIDTH, HEIGHT = 760, 400  # pixels of one chart; of several, each is smaller
SMALL_WIDTH, SMALL_HEIGHT = 480, 280
APART = 12
MOST_NAMES, MOST_LABELS = 12, 10
AT_THE_FOOT = {"label_position": "high"}  # of a chart whose rows run from the top
LIKE_A_CELL = re.compile(r"^=?[^!]+!\$?[A-Z]+\$?\d+")  # what the library takes for the address of a cell
DASHES = {"dash": "dash", "dot": "round_dot"}


@dataclass
class ChartData:
    """The sheet that all charts read: a block of columns a chart. `column` is where the next one begins."""

    workbook: Workbook
    sheet: Worksheet
    column: int = 0
    formats: dict[str, object] = field(default_factory=dict)

    def shown(self, number_format: str):
        if number_format not in self.formats:
            self.formats[number_format] = self.workbook.add_format({"num_format": number_format})
        return self.formats[number_format]


def put_charts(
    data: ChartData, sheet: Worksheet, charts: tuple[NativeChart, ...], row: int, column: int, title: str
) -> None:
    """The charts on the sheet from a cell on, one alone large, several in two columns."""
    wide, high = (WIDTH, HEIGHT) if len(charts) == 1 else (SMALL_WIDTH, SMALL_HEIGHT)
    for at, chart in enumerate(charts):
        name = " ".join(run.text for run in chart.title).strip() or title
        drawn = _chart(data, chart, name)
        drawn.set_size({"width": wide, "height": high})
        place = {"x_offset": (at % 2) * (wide + APART), "y_offset": (at // 2) * (high + APART), "object_position": 3}
        sheet.insert_chart(row, column, drawn, place | {"description": name})


def _chart(data: ChartData, chart: NativeChart, name: str) -> Chart:
    """A chart of its kind; what stands over its bars is a chart of lines upon it."""
    first = _block(data, chart, name)
    kind = {"type": KINDS[chart.kind]} | ({"subtype": "stacked"} if chart.stacked else {})
    drawn = data.workbook.add_chart(kind)
    over = data.workbook.add_chart({"type": "line"}) if chart.kind in ("columns", "bars") else None
    last, stands_over = len(chart.categories), []
    for at, one in enumerate(chart.series):
        said = _series(data, chart, one, first, at, last)
        if over is not None and one.form in ("line", "dots"):
            if chart.kind == "columns":
                over.add_series(said)
                stands_over.append(one)
            continue
        drawn.add_series(said)
    if stands_over:
        drawn.combine(over)
    _axes(drawn, chart)
    drawn.set_title({"name": _as_text(name), "name_font": {"size": 11, "bold": True}, "overlay": False})
    drawn.set_legend(_legend(chart))
    drawn.show_blanks_as("gap")
    return drawn


def _as_text(text: str) -> str:
    """A text that reads like the address of a cell has a joint in it that is not seen, and stays a text."""
    return text.replace("!", "!\u2060") if LIKE_A_CELL.match(text) else text


def _legend(chart: NativeChart) -> dict[str, object]:
    """Each name once; of many lines those alone that the figure names too. What floating bars stand on has a name that says nothing."""
    named = [one for one in chart.series if one.name]
    kept = {one.name: at for at, one in reversed(list(enumerate(chart.series))) if one in named}
    if len(kept) > MOST_NAMES:
        kept = {one.name: kept[one.name] for one in named if one.end}
    if len(kept) < 2 or any(one.unseen for one in chart.series):
        return {"none": True}
    return {"position": "bottom", "delete_series": [at for at in range(len(chart.series)) if at not in kept.values()]}


def _block(data: ChartData, chart: NativeChart, name: str) -> int:
    """The numbers of a chart: categories, then a column a series, with what reaches below and above it; its first column."""
    first, sheet = data.column, data.sheet
    sheet.write_string(0, first, name)
    for row, category in enumerate(chart.categories, start=2):
        if isinstance(category, dt.date):
            sheet.write_datetime(row, first, category, data.shown("yyyy-mm"))
        elif isinstance(category, int):
            sheet.write_number(row, first, category)
        else:
            sheet.write_string(row, first, category)
    shown = data.shown(chart.values.number_format)
    for at, one in enumerate(chart.series):
        columns = [one.values, one.across, [low for low, _high in one.reach], [high for _low, high in one.reach]]
        names = [one.name, _("across"), _("interval below"), _("interval above")]
        for place, (title, values) in enumerate(zip(names, columns, strict=True)):
            if place and not values:
                continue
            column = first + 1 + 4 * at + place
            sheet.write_string(1, column, title)
            for row, value in enumerate(values, start=2):
                if value is not None:
                    sheet.write_number(row, column, value, shown)
    data.column = first + 2 + 4 * len(chart.series)
    return first


def _series(data: ChartData, chart: NativeChart, one: Series, first: int, at: int, last: int) -> dict[str, object]:
    """What Excel is told of a series: which cells, in which colour, as a line, a bar or dots."""
    sheet, column = data.sheet.get_name(), first + 1 + 4 * at
    end = 1 + (len(one.values) if one.across else last)
    colour = LIGHT.muted if not one.colour else one.colour
    said: dict[str, object] = {"name": [sheet, 1, column], "values": [sheet, 2, column, end, column]}
    said["categories"] = [sheet, 2, first, end, first]
    if one.across:
        said["categories"] = [sheet, 2, column + 1, end, column + 1]
    if one.reach:
        low, high = (
            f"={quote_sheetname(sheet)}!{xl_range_abs(2, at_column, end, at_column)}"
            for at_column in (column + 2, column + 3)
        )
        ends = {"type": "custom", "minus_values": low, "plus_values": high}
        said["x_error_bars" if one.across else "y_error_bars"] = ends
    if chart.kind == "dots" and chart.in_rows and (named := _row_names(chart, at)):
        said["data_labels"] = {"custom": named, "value": True, "position": "above"}
    if one.unseen:
        return said | {"fill": {"none": True}, "border": {"none": True}}
    if one.form in ("bar", "area"):
        points = [{"fill": {"color": each}} for each in one.colours] if one.form == "bar" else []
        return said | {"fill": {"color": colour}, "gap": 60, "overlap": 100 if chart.stacked else 0} | ({"points": points} if points else {})  # fmt: skip
    if one.form == "dots" and one.texts and chart.kind == "columns":
        named = [{"value": _as_text(text)} for text in one.texts]
        labels = {"custom": named, "value": True, "position": "above"}
        return said | {"line": {"none": True}, "marker": {"type": "none"}, "data_labels": labels}
    if one.form == "dots":
        marker = {"type": "circle", "size": 6, "fill": {"color": colour}, "border": {"color": colour}}
        return said | {"line": {"none": True}, "marker": marker}
    dash = {"dash_type": DASHES[one.dash]} if one.dash in DASHES else {}
    return said | {"line": {"color": colour, "width": max(one.width, 0.25)} | dash, "marker": {"type": "none"}}


def _row_names(chart: NativeChart, at: int) -> list[dict[str, object]]:
    """At each dot of a series the name of its row, unless a series before has named it; empty where none is left to name."""
    named = {int(row) for one in chart.series[:at] for row in one.values}
    rows = [int(row) for row in chart.series[at].values]
    names = [
        {"delete": True} if row in {*named, *rows[:n]} else {"value": _as_text(str(chart.categories[row]))}
        for n, row in enumerate(rows)
    ]
    return names if any("value" in name for name in names) else []


def _axes(drawn: Chart, chart: NativeChart) -> None:
    """Months by their names, rows from the top, numbers from low to high in their format."""
    numbers = _numbers(chart.values) | {"major_gridlines": {"visible": True, "line": {"color": LIGHT.grid}}}
    none = {"major_gridlines": {"visible": False}}
    if chart.kind == "dots" and chart.in_rows:
        rows = {"min": -0.5, "max": len(chart.categories) - 0.5, "reverse": True, "visible": False, "crossing": "max"}
        drawn.set_x_axis(numbers)
        drawn.set_y_axis(rows | none)
    elif chart.kind == "dots":
        drawn.set_x_axis(_numbers(chart.along) if chart.along else {})
        drawn.set_y_axis(numbers)
    elif chart.kind == "bars":  # whose axes Excel counts the other way round
        drawn.set_x_axis(numbers | AT_THE_FOOT)
        drawn.set_y_axis({"reverse": True, "label_position": "low"} | none)
    else:
        drawn.set_x_axis(_names(chart) | none)
        drawn.set_y_axis(numbers)


def _numbers(axis: Axis) -> dict[str, object]:
    ends = {name: value for name, value in (("min", axis.low), ("max", axis.high)) if value is not None}
    return {"num_format": axis.number_format} | ends


def _names(chart: NativeChart) -> dict[str, object]:
    """As many of the names as there is room for."""
    first, many = chart.categories[0], len(chart.categories)
    if isinstance(first, dt.date):
        shown = {"date_axis": True, "num_format": MONTHS.get(language(), MONTHS["en"])}
        return shown | {"label_position": "low", "major_unit": -(-many // MOST_LABELS), "major_unit_type": "months"}
    every = max(-(-many // MOST_LABELS), chart.tick_every) if isinstance(first, int) else 1
    return {"label_position": "low", "interval_unit": every, "interval_tick": every}

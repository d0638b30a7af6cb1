"""Charts on a slide as PowerPoint's own: editable, with their numbers in a sheet behind them, in the colours and formats of the figure."""

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.chart.xlsx import CategoryWorkbookWriter, XyWorkbookWriter
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt
from xlsxwriter import Workbook

from charts.theme import LIGHT
from reports.fitting import Box, usual_line, width_of
from reports.native import Axis, NativeChart, Series
from reports.slide_chart_axes import set_axes
from reports.slide_chart_labels import end_labels
from reports.slide_chart_look import rgb, set_legend, set_look, write_over
from wording import _

KINDS = {
    ("lines", False): XL_CHART_TYPE.LINE,
    ("areas", True): XL_CHART_TYPE.AREA_STACKED,
    ("columns", False): XL_CHART_TYPE.COLUMN_CLUSTERED,
    ("columns", True): XL_CHART_TYPE.COLUMN_STACKED,
    ("bars", False): XL_CHART_TYPE.BAR_CLUSTERED,
    ("bars", True): XL_CHART_TYPE.BAR_STACKED,
    ("dots", False): XL_CHART_TYPE.XY_SCATTER,
}
ROUND = (1, 2, 3, 5, 6, 10, 12, 15, 20, 24, 30, 60, 90, 120)
MOST_NAMED, MOST_STEPS = 60, 14  # categories and steps of an axis
ROD, WHISKER = 6.0, 1.5  # points: a bar around its middle, and an interval behind a dot
AXIS_ROOM, FOOT_ROOM, NEAR = 40.0, 22.0, 6.0  # points: left of and below a plot, and from a line to its label


class _SafeBook:
    """The sheet behind a chart: a name that begins with "=" is a name, not a formula."""

    @contextmanager
    def _open_worksheet(self, xlsx_file):
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        workbook = Workbook(xlsx_file, options)
        yield workbook, workbook.add_worksheet()
        workbook.close()


class _CategoryBook(_SafeBook, CategoryWorkbookWriter):
    pass


class _XyBook(_SafeBook, XyWorkbookWriter):
    pass


class _CategoryData(CategoryChartData):
    @property
    def _workbook_writer(self):
        return _CategoryBook(self)


class _XyData(XyChartData):
    @property
    def _workbook_writer(self):
        return _XyBook(self)


def add_chart(slide, box: Box, chart: NativeChart, size: float, *, alt: str = "", room: float = 0.0):
    """The chart in its box; `size` of its letters. room: points at the left for the names of rows that stand in the chart itself."""
    chart = _with_marks(_over_numbers(_with_lines(chart)))
    on_two_axes = chart.kind == "dots" or chart.along is not None
    data = _dots_data(chart) if on_two_axes else _category_data(chart)
    kind = XL_CHART_TYPE.XY_SCATTER if on_two_axes else KINDS[chart.kind, chart.stacked]
    frame = slide.shapes.add_chart(kind, *(Pt(length) for length in (box.x, box.y, box.w, box.h)), data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
    drawn = frame.chart
    drawn.has_title, drawn.has_legend = False, False
    drawn.font.size, drawn.font.color.rgb = Pt(size), rgb(LIGHT.muted)
    _blanks_are_gaps(drawn)
    _number_axes(drawn)
    labels = [one.end for one in chart.series if one.end]
    right = max((width_of(end.text, size) for end in labels), default=0.0) + (NEAR + 6 if labels else 4)
    right = 8.0 if chart.kind in ("areas", "columns", "bars") or chart.in_rows else right
    plot = _plot_of(box, chart, size, right, room)
    _lay_out(drawn, box, plot)
    set_axes(drawn, chart, plot, size)
    written = list(drawn._chartSpace.iter(qn("c:ser")))
    for one, element in zip(chart.series, written, strict=False):
        set_look(element, one, chart)
    if chart.kind == "lines":
        end_labels(written, chart, plot.h, box, size)
    if chart.kind in ("columns", "areas") and any(one.form == "dots" for one in chart.series):
        write_over(drawn, chart, written, size)
    if not chart.in_rows and _wants_legend(chart):
        set_legend(drawn, size, without=[at for at, one in enumerate(chart.series) if one.drop])
    return frame


def _wants_legend(chart: NativeChart) -> bool:
    """Names that stand neither at the ends of lines nor in a key."""
    seen = {
        one.name for one in chart.series if one.name and not one.unseen and (one.form != "dots" or chart.kind == "dots")
    }
    if chart.kind == "dots":
        return len(seen) > 1 and not chart.in_rows
    named = chart.kind == "lines" and any(one.end for one in chart.series)
    return len(seen) > 1 and not named and not chart.key and not any(one.unseen for one in chart.series)


def _category_data(chart: NativeChart) -> CategoryChartData:
    data = _CategoryData(number_format=chart.values.number_format)
    data.categories = list(map(str, chart.categories)) if isinstance(chart.categories[0], int) else chart.categories
    for one in chart.series:
        data.add_series(one.name, one.values)
    return data


def _dots_data(chart: NativeChart) -> XyChartData:
    data = _XyData(number_format=(chart.values if chart.in_rows else chart.along or chart.values).number_format)
    for one in chart.series:
        written = data.add_series(one.name, number_format="0" if chart.in_rows else chart.values.number_format)
        for across, up in zip(one.across, one.values, strict=True):
            written.add_data_point(across, up)
    return data


def _with_lines(chart: NativeChart) -> NativeChart:
    """Dots with their intervals and the line of no difference as lines: every office program draws those."""
    if chart.kind != "dots":
        return chart
    lines = []
    for one in chart.series:
        thick = ROD if len(one.values) == 1 else WHISKER
        for across, row, (below, above) in zip(one.across, one.values, one.reach, strict=False):
            name = _("Interval of {name}", name=chart.categories[int(row)] if chart.in_rows else one.name)
            colour = one.colour if thick == ROD else LIGHT.quiet
            lines.append(Series(name, (row, row), colour, across=(across - below, across + above), width=thick))
    if chart.in_rows and chart.none is not None:
        rows = (-0.5, len(chart.categories) - 0.5)
        lines.append(Series(_("No difference"), rows, LIGHT.muted, across=(chart.none, chart.none), width=0.75))
    return replace(chart, series=_of_one_length([*lines, *chart.series]))


def _with_marks(chart: NativeChart) -> NativeChart:
    """A thin upright line at each month that is marked, as a value at the top of the axis with a drop to its foot."""
    if not draws_marks(chart):
        return chart
    low, high = chart.values.low, chart.values.high
    places = range(len(chart.categories))
    lines = [
        Series(
            mark.text,
            tuple(high if at == mark.at else None for at in places),
            LIGHT.muted,
            form="dots",
            drop=high - low,
        )
        for mark in chart.marks
    ]
    return replace(chart, series=(*chart.series, *lines))


def draws_marks(chart: NativeChart) -> bool:
    """Whether months can be marked by lines: over months, up an axis whose ends are known."""
    ends_known = chart.values.low is not None and chart.values.high is not None
    return bool(chart.marks) and chart.kind in ("lines", "columns", "areas") and chart.along is None and ends_known


def _of_one_length(series: Sequence[Series]) -> tuple[Series, ...]:
    """Shorter ones stay at their last point: LibreOffice draws none that a longer one follows."""
    most = max((len(one.values) for one in series), default=0)
    padded = []
    for one in series:
        more = most - len(one.values) if one.values else 0
        padded.append(
            replace(one, values=one.values + one.values[-1:] * more, across=one.across + one.across[-1:] * more)
        )
    return tuple(padded)


def _over_numbers(chart: NativeChart) -> NativeChart:
    """Lines over so many days that only some can be named, as points on two axes of numbers, which every office program gives steps to."""
    if chart.kind != "lines" or not isinstance(chart.categories[0], int) or len(chart.categories) <= MOST_NAMED:
        return chart
    first, last = chart.categories[0], chart.categories[-1]
    wanted = max(chart.tick_every, -(-(last - first) // MOST_STEPS))
    every = next((step for step in ROUND if step >= wanted), wanted)
    along = Axis(0 if first == 1 else first, max(last, first + 1), every, "0")
    series = [_points_of(one, chart.categories) for one in chart.series]
    return replace(chart, series=_of_one_length([one for one in series if one.values]), along=along)


def _points_of(one: Series, places: tuple[int, ...]) -> Series:
    known = [at for at, value in enumerate(one.values) if value is not None]
    moved = {at: new for new, at in enumerate(known)}
    end = replace(one.end, at=moved[one.end.at]) if one.end and one.end.at in moved else None
    return replace(
        one,
        values=tuple(one.values[at] for at in known),
        across=tuple(float(places[at]) for at in known),
        dotted=tuple(moved[at] for at in one.dotted if at in moved),
        end=end,
    )


# Room


def _plot_of(box: Box, chart: NativeChart, size: float, right: float, room: float) -> Box:
    """Where the plot itself stands, in points from the corner of the chart."""
    if chart.in_rows:
        foot = size * usual_line() + 6 if chart.values.shown else 0.0
        return Box(room, 0, max(box.w - room - right, 20), max(box.h - foot, 20))
    left = AXIS_ROOM * size / 10 + 4
    legend = size * usual_line() + 8 if _wants_legend(chart) else 0.0
    lines = 2 if isinstance(chart.categories[:1] and chart.categories[0], str) else 1
    foot = max(FOOT_ROOM * size / 10, lines * size * usual_line() + 6)
    marks = size * usual_line() if chart.marks and chart.kind == "lines" else 0.0
    top = max(legend, marks, size * 0.7)
    return Box(left, top, max(box.w - left - right, 20), max(box.h - top - foot, 20))


def _lay_out(drawn, box: Box, plot: Box) -> None:
    values = {"x": plot.x / box.w, "y": plot.y / box.h, "w": plot.w / box.w, "h": plot.h / box.h}
    inner = "".join(f'<c:{name} val="{value:.5f}"/>' for name, value in values.items())
    area = drawn._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    layout = f'<c:layout {nsdecls("c")}><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>{inner}</c:manualLayout></c:layout>'
    area.insert(0, parse_xml(layout))


def _number_axes(drawn) -> None:
    """The library numbers axes below nought, which the format has not: its numbers are unsigned."""
    for element in drawn._chartSpace.iter(qn("c:axId"), qn("c:crossAx")):
        element.set("val", element.get("val").lstrip("-"))


def _blanks_are_gaps(drawn) -> None:
    chart = drawn._chartSpace.chart
    for old in chart.findall(qn("c:dispBlanksAs")):
        chart.remove(old)
    shown = chart.find(qn("c:plotVisOnly"))
    blank = parse_xml(f'<c:dispBlanksAs {nsdecls("c")} val="gap"/>')
    chart.append(blank) if shown is None else shown.addnext(blank)

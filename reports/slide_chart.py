"""Charts on a slide as PowerPoint's own: editable, with their numbers in a sheet behind them, in the colours and formats of the figure."""

import datetime as dt
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.chart.xlsx import CategoryWorkbookWriter, XyWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt
from xlsxwriter import Workbook

from charts.theme import LIGHT
from reports.fitting import Box, usual_line, width_of
from reports.native import Axis, NativeChart, Series
from reports.slide_chart_labels import end_labels, point_labels
from wording import _, language

KINDS = {
    ("lines", False): XL_CHART_TYPE.LINE,
    ("areas", True): XL_CHART_TYPE.AREA_STACKED,
    ("columns", False): XL_CHART_TYPE.COLUMN_CLUSTERED,
    ("columns", True): XL_CHART_TYPE.COLUMN_STACKED,
    ("bars", False): XL_CHART_TYPE.BAR_CLUSTERED,
    ("bars", True): XL_CHART_TYPE.BAR_STACKED,
    ("dots", False): XL_CHART_TYPE.XY_SCATTER,
}
MONTHS = {"en": "[$-409]mmm yyyy", "zh": 'yyyy"年"m"月"'}
ROUND = (1, 2, 3, 5, 6, 10, 12, 15, 20, 24, 30, 60, 90, 120)
MOST_NAMED = 60
ROD, WHISKER = 6.0, 1.5  # points: a bar around its middle, and an interval behind a dot
DASHES = {"dash": "dash", "dot": "sysDot"}
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
    chart = _over_numbers(_with_lines(chart))
    on_two_axes = chart.kind == "dots" or chart.along is not None
    data = _dots_data(chart) if on_two_axes else _category_data(chart)
    kind = XL_CHART_TYPE.XY_SCATTER if on_two_axes else KINDS[chart.kind, chart.stacked]
    frame = slide.shapes.add_chart(kind, *(Pt(length) for length in (box.x, box.y, box.w, box.h)), data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
    drawn = frame.chart
    drawn.has_title, drawn.has_legend = False, False
    drawn.font.size, drawn.font.color.rgb = Pt(size), _rgb(LIGHT.muted)
    _blanks_are_gaps(drawn)
    labels = [one.end for one in chart.series if one.end]
    right = max((width_of(end.text, size) for end in labels), default=0.0) + (NEAR + 6 if labels else 4)
    right = 8.0 if chart.kind in ("areas", "columns", "bars") or chart.in_rows else right
    plot = _plot_of(box, chart, size, right, room)
    _lay_out(drawn, box, plot)
    _axes(drawn, chart, plot, size)
    written = list(drawn._chartSpace.iter(qn("c:ser")))
    for one, element in zip(chart.series, written, strict=False):
        _look(element, one, chart)
    if chart.kind == "lines":
        end_labels(written, chart, plot.h, box, size)
    if chart.kind == "columns" and any(one.form == "dots" for one in chart.series):
        _over_columns(drawn, chart, written, size)
    if not chart.in_rows and _wants_legend(chart):
        _legend(drawn, size, lines=chart.kind == "lines")
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
    every = next((step for step in ROUND if step >= chart.tick_every), chart.tick_every)
    along = Axis(first, max(last, first + 1), every, "0")
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


def _blanks_are_gaps(drawn) -> None:
    chart = drawn._chartSpace.chart
    for old in chart.findall(qn("c:dispBlanksAs")):
        chart.remove(old)
    shown = chart.find(qn("c:plotVisOnly"))
    blank = parse_xml(f'<c:dispBlanksAs {nsdecls("c")} val="gap"/>')
    chart.append(blank) if shown is None else shown.addnext(blank)


# Axes


def _axes(drawn, chart: NativeChart, plot: Box, size: float) -> None:
    if chart.kind == "dots" and chart.in_rows:
        _numbers(drawn.category_axis, chart.values, grid=chart.values.shown)
        rows = drawn.value_axis
        _numbers(rows, Axis(-0.5, len(chart.categories) - 0.5, 1.0, "0", shown=False), grid=False)
        rows.reverse_order = True
        drawn.category_axis.tick_label_position = (
            XL_TICK_LABEL_POSITION.HIGH
        )  # of an axis that runs from the top: at the foot
        return
    if chart.kind == "dots" or chart.along is not None:
        _numbers(drawn.category_axis, chart.along or Axis(), grid=chart.kind == "dots")
        _numbers(drawn.value_axis, chart.values, grid=True)
        return
    _numbers(drawn.value_axis, chart.values, grid=chart.values.shown and not chart.in_rows)
    names = drawn.category_axis
    names.major_tick_mark = names.minor_tick_mark = XL_TICK_MARK.NONE
    names.has_major_gridlines = False
    names.format.line.color.rgb = _rgb(LIGHT.muted if chart.in_rows else LIGHT.card_border)
    names.tick_labels.font.size = Pt(size)
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if chart.kind == "bars":
        names.reverse_order = True
        names.tick_labels.font.color.rgb = _rgb(LIGHT.ink)
        drawn.plots[0].gap_width = 60 if chart.stacked or len(chart.series) == 1 else 40
        drawn.plots[0].overlap = 100 if chart.stacked else 0
    elif chart.kind == "columns":
        drawn.plots[0].gap_width = 60 if isinstance(chart.categories[0], str) else 35
        drawn.plots[0].overlap = 100 if chart.stacked else 0
    if isinstance(chart.categories[0], dt.date):
        _months(names, chart, plot, size)
    elif isinstance(chart.categories[0], int):
        _skip(
            names, max(chart.tick_every, -(-len(chart.categories) // int(plot.w // (width_of("000", size) + 6) or 1)))
        )
    if chart.kind in ("lines", "areas"):
        _edge_to_edge(drawn)


def _numbers(axis, numbers: Axis, *, grid: bool) -> None:
    axis.minimum_scale, axis.maximum_scale = numbers.low, numbers.high
    if numbers.step:
        axis.major_unit = numbers.step
    axis.has_major_gridlines = grid
    if grid:
        axis.major_gridlines.format.line.color.rgb = _rgb(LIGHT.grid)
        axis.major_gridlines.format.line.width = Pt(0.5)
    axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    axis.format.line.fill.background()
    labels = axis.tick_labels
    labels.number_format, labels.number_format_is_linked = numbers.number_format, False
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW if numbers.shown else XL_TICK_LABEL_POSITION.NONE


def _months(axis, chart: NativeChart, plot: Box, size: float) -> None:
    """An axis of months, of which as many are named as there is room for."""
    element = axis._element
    labels = axis.tick_labels
    labels.number_format, labels.number_format_is_linked = MONTHS.get(language(), MONTHS["en"]), False
    every = _every(chart, plot, size, "2026年12月" if language() == "zh" else "Dec 2026 ")
    for name in ("baseTimeUnit", "majorUnit", "majorTimeUnit", "minorUnit", "minorTimeUnit"):
        for old in element.findall(qn(f"c:{name}")):
            element.remove(old)
    before = element.find(qn("c:lblOffset"))
    for xml in (
        '<c:majorTimeUnit {} val="months"/>',
        f'<c:majorUnit {{}} val="{every}"/>',
        '<c:baseTimeUnit {} val="months"/>',
    ):
        before.addnext(parse_xml(xml.format(nsdecls("c"))))


def _every(chart: NativeChart, plot: Box, size: float, widest: str) -> int:
    room = max(int(plot.w // (width_of(widest, size) + 6)), 1)
    least = -(-len(chart.categories) // room)
    return next((step for step in (1, 2, 3, 6, 12, 24, 60) if step >= least), least)


def _skip(axis, every: int) -> None:
    """Name every so many categories."""
    element = axis._element
    for name in ("tickLblSkip", "tickMarkSkip"):
        for old in element.findall(qn(f"c:{name}")):
            element.remove(old)
    before = element.find(qn("c:lblOffset"))
    for name in ("tickMarkSkip", "tickLblSkip"):
        before.addnext(parse_xml(f'<c:{name} {nsdecls("c")} val="{every}"/>'))


def _edge_to_edge(drawn) -> None:
    """Lines begin at the axis, not half a category beside it."""
    crossing = drawn.value_axis._element.find(qn("c:crossBetween"))
    if crossing is not None:
        crossing.set("val", "midCat")


# Looks


def _look(element, one: Series, chart: NativeChart) -> None:
    """Colour, width and dash of a series; the properties of its shape stand where the format wants them."""
    for old in element.findall(qn("c:spPr")):
        element.remove(old)
    properties = parse_xml(f"<c:spPr {nsdecls('c', 'a')}>{_paint(one, one.colour)}</c:spPr>")
    element.find(qn("c:tx")).addnext(properties)
    for name in ("invertIfNegative", "marker", "dPt", "smooth"):
        for old in element.findall(qn(f"c:{name}")):
            element.remove(old)
    after = properties
    if one.form == "bar":
        after.addnext(parse_xml(f'<c:invertIfNegative {nsdecls("c")} val="0"/>'))
        after = after.getnext()
    elif chart.kind in ("lines", "dots"):
        after.addnext(_marker(one.size, one.colour if one.form == "dots" else ""))
        after = after.getnext()
    for at, colour in reversed(list(enumerate(one.colours))):
        if colour != one.colour:
            after.addnext(_point(at, one, colour))
    for at in reversed(one.dotted):
        after.addnext(
            parse_xml(
                f'<c:dPt {nsdecls("c", "a")}><c:idx val="{at}"/>{_marker_xml(5, one.colour)}<c:bubble3D val="0"/></c:dPt>'
            )
        )
    if chart.kind in ("lines", "dots"):
        element.append(parse_xml(f'<c:smooth {nsdecls("c")} val="0"/>'))


def _paint(one: Series, colour: str) -> str:
    if one.unseen:
        return "<a:noFill/><a:ln><a:noFill/></a:ln>"
    solid = f'<a:solidFill><a:srgbClr val="{colour.lstrip("#")}"/></a:solidFill>'
    if one.form in ("bar", "area"):
        edge = (
            '<a:ln w="6350"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:ln>'
            if one.form == "area"
            else "<a:ln><a:noFill/></a:ln>"
        )
        return solid + edge
    if one.form == "dots":
        return "<a:ln><a:noFill/></a:ln>"
    dash = f'<a:prstDash val="{DASHES[one.dash]}"/>' if one.dash != "solid" else ""
    return f'<a:ln w="{round(one.width * 12700)}" cap="rnd">{solid}{dash}<a:round/></a:ln>'


def _marker(size: float, colour: str):
    return parse_xml(_marker_xml(size, colour).replace("<c:marker>", f"<c:marker {nsdecls('c', 'a')}>", 1))


def _marker_xml(size: float, colour: str) -> str:
    if not colour:
        return '<c:marker><c:symbol val="none"/></c:marker>'
    fill = f'<a:solidFill><a:srgbClr val="{colour.lstrip("#")}"/></a:solidFill>'
    return (
        f'<c:marker><c:symbol val="circle"/><c:size val="{min(max(round(size), 2), 72)}"/>'
        f"<c:spPr>{fill}<a:ln><a:noFill/></a:ln></c:spPr></c:marker>"
    )


def _point(at: int, one: Series, colour: str):
    inside = f'<c:invertIfNegative val="0"/><c:bubble3D val="0"/><c:spPr>{_paint(one, colour)}</c:spPr>'
    if one.form == "dots":
        inside = f'{_marker_xml(one.size, colour)}<c:bubble3D val="0"/>'
    return parse_xml(f'<c:dPt {nsdecls("c", "a")}><c:idx val="{at}"/>{inside}</c:dPt>')


def _over_columns(drawn, chart: NativeChart, written: list, size: float) -> None:
    """What is written above columns hangs on a line that is not seen: columns on top of others cannot have it outside."""
    bars = drawn._chartSpace.chart.plotArea.find(qn("c:barChart"))
    line = parse_xml(f'<c:lineChart {nsdecls("c")}><c:grouping val="standard"/><c:varyColors val="0"/></c:lineChart>')
    for one, element in zip(chart.series, written, strict=True):
        if one.form == "dots":
            bars.remove(element)
            for old in element.findall(qn("c:invertIfNegative")):
                element.remove(old)
            element.find(qn("c:spPr")).addnext(_marker(2, ""))
            point_labels(element, one, size)
            line.append(element)
    line.append(parse_xml(f'<c:marker {nsdecls("c")} val="1"/>'))
    for axis in bars.findall(qn("c:axId")):
        line.append(parse_xml(f'<c:axId {nsdecls("c")} val="{axis.get("val")}"/>'))
    bars.addnext(line)


def _legend(drawn, size: float, *, lines: bool) -> None:
    drawn.has_legend = True
    drawn.legend.position = XL_LEGEND_POSITION.TOP
    drawn.legend.include_in_layout = False
    drawn.legend.font.size, drawn.legend.font.color.rgb = Pt(size), _rgb(LIGHT.ink)


def _rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.lstrip("#"))

"""The axes of a native chart: ranges, steps, number formats, and as many names as there is room for."""

import datetime as dt

from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from charts.theme import LIGHT
from reports.fitting import Box, width_of
from reports.native import Axis, NativeChart
from reports.slide_chart_look import rgb
from wording import language

MONTHS = {"en": "[$-409]mmm yyyy", "zh": 'yyyy"年"m"月"'}


def set_axes(drawn, chart: NativeChart, plot: Box, size: float) -> None:
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
    names.format.line.color.rgb = rgb(LIGHT.muted if chart.in_rows else LIGHT.card_border)
    names.tick_labels.font.size = Pt(size)
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if chart.kind == "bars":
        names.reverse_order = True
        names.tick_labels.font.color.rgb = rgb(LIGHT.ink)
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
        axis.major_gridlines.format.line.color.rgb = rgb(LIGHT.grid)
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

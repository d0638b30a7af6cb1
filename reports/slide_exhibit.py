"""One exhibit on a slide: its charts in their places, the figures beside their rows, or its table."""

from collections.abc import Sequence
from math import ceil

from charts.theme import LIGHT
from reports.fitting import PADDING, Box, height_of, row_height, usual_line, width_of
from reports.native import Cell, NativeChart, NativeTable, Run
from reports.native_texts import mark_in_words
from reports.slide_chart import add_chart, draws_marks
from reports.slide_text import add_table, add_text
from reports.table_size import cell_widths, whole

LETTERS, SMALL = 11.0, 9.0
SMALLEST = 6.5
BETWEEN = 14.0  # points between panels
MOST_NAME = 0.32  # of the width: names of rows take no more


def add_native(slide, box: Box, drawn: tuple[NativeChart, ...] | NativeTable, alt: str) -> None:
    """All of a figure in the box."""
    if isinstance(drawn, NativeTable):
        add_cells(slide, box, drawn, alt)
        return
    size = LETTERS if len(drawn) < 3 else SMALL
    box = _marks_below(slide, box, drawn, size)
    for chart, place in zip(drawn, _places(drawn, box), strict=True):
        _add_panel(slide, place, chart, size, alt)


def _places(drawn: Sequence[NativeChart], box: Box) -> list[Box]:
    """Where each panel stands: as in the figure, but rows of thin lines become a grid."""
    if len(drawn) == 1:
        return [box]
    if len(drawn) > 3 and all(chart.place[0] == 0 and chart.place[2] == 1 for chart in drawn):
        columns = 4 if len(drawn) > 6 else 3 if len(drawn) > 4 else 2
        rows = ceil(len(drawn) / columns)
        wide, high = (box.w - BETWEEN * (columns - 1)) / columns, (box.h - BETWEEN * (rows - 1)) / rows
        return [
            Box(box.x + (at % columns) * (wide + BETWEEN), box.y + (at // columns) * (high + BETWEEN), wide, high)
            for at in range(len(drawn))
        ]
    lefts, tops = (
        sorted({round(each, 3) for each in ends})
        for ends in ([c.place[0] for c in drawn], [-c.place[3] for c in drawn])
    )
    shares = [max(c.place[3] - c.place[1] for c in drawn if round(-c.place[3], 3) == top) for top in tops]
    wide = (box.w - BETWEEN * (len(lefts) - 1)) / len(lefts)
    room = box.h - BETWEEN * (len(tops) - 1)
    heights = [room * share / sum(shares) for share in shares]
    found = []
    for chart in drawn:
        column, row = lefts.index(round(chart.place[0], 3)), tops.index(round(-chart.place[3], 3))
        found.append(
            Box(box.x + column * (wide + BETWEEN), box.y + sum(heights[:row]) + BETWEEN * row, wide, heights[row])
        )
    return found


def _add_panel(slide, box: Box, chart: NativeChart, size: float, alt: str) -> None:
    for runs in (chart.title, chart.key):
        if runs:
            box = _above(slide, box, runs, size)
    if chart.foot:
        box = _below(slide, box, chart.foot, size - 1, align="right")
    if chart.in_rows:
        _add_rows(slide, box, chart, size, alt)
    else:
        add_chart(slide, box, chart, size, alt=alt)


def _marks_below(slide, box: Box, drawn: Sequence[NativeChart], size: float) -> Box:
    """What happened in the months that the figure marks, once for all of its panels; what is left of the box."""
    sign = "┆ " if any(map(draws_marks, drawn)) else ""
    marks = {mark.at: f"{sign}{mark_in_words(chart, mark)}" for chart in drawn for mark in chart.marks}
    return _below(slide, box, "    ".join(marks.values()), size - 1, align="left") if marks else box


def _below(slide, box: Box, text: str, size: float, *, align: str) -> Box:
    high = height_of([text], size, box.w) + 2
    add_text(
        slide, Box(box.x, box.y + box.h - high, box.w, high), [(Run(text),)], size, colour=LIGHT.muted, align=align
    )
    return box.cut(bottom=high)


def _above(slide, box: Box, runs: Sequence[Run], size: float) -> Box:
    """A line of text at the top of the box; what is left of it."""
    text = "".join(run.text for run in runs)
    high = height_of([text], size, box.w) + 4
    add_text(slide, Box(box.x, box.y, box.w, high), [runs], size)
    return box.cut(top=high)


def _add_rows(slide, box: Box, chart: NativeChart, size: float, alt: str) -> None:
    """Names, bars or dots, and figures: a row each, in line with each other."""
    rows = len(chart.categories)
    head = size * usual_line() + 4 if any(chart.heads) else 0.0
    foot = size * usual_line() + 6 if chart.values.shown else 0.0
    high = min((box.h - head - foot) / rows, 46.0)
    size = max(min(size, (high - 1) / usual_line()), SMALLEST)
    texts = [[run.text for run in row] for row in chart.columns]
    figures = [
        max([width_of(text, size) for text in column], default=0.0) + PADDING
        for column in zip(*([list(chart.heads)] if len(chart.heads) == len(texts[0]) else []), *texts, strict=True)
    ] if texts else []  # fmt: skip
    names = min(max(width_of(name, size) for name in map(str, chart.categories)) + PADDING, MOST_NAME * box.w)
    plot = Box(box.x, box.y + head, box.w - sum(figures), high * rows + foot)
    if chart.kind == "dots":
        cells = [[Cell(str(name))] for name in chart.categories]
        add_table(
            slide,
            Box(box.x, plot.y, names, high * rows),
            (),
            cells,
            [names],
            [high] * rows,
            size,
            align=["left"],
            ruled=False,
            padding=0,
        )
        add_chart(slide, plot.cut(left=names), chart, size, alt=alt)
    else:
        add_chart(slide, plot, chart, size, alt=alt, room=names)
    if figures:
        heads = chart.heads if len(chart.heads) == len(figures) else ()
        heights = ([head] if heads else []) + [high] * rows
        cells = [[Cell(run.text, ink=run.colour) for run in row] for row in chart.columns]
        place = Box(plot.x + plot.w, box.y if heads else plot.y, sum(figures), sum(heights))
        add_table(slide, place, heads, cells, figures, heights, size, align=["right"] * len(figures), ruled=False)


def add_cells(slide, box: Box, table: NativeTable, alt: str = "") -> None:
    """A table of shaded cells, as large as fits the box."""
    texts = [[cell.text for cell in row] for row in table.rows]
    size = LETTERS + 1
    while size > SMALLEST:
        padding = 8.0 if len(texts) < 12 else 3.0
        widths = cell_widths(table.heads, texts, size, box.w)
        heights = [row_height(row, widths, size, padding) for row in [list(table.heads), *texts]]
        if sum(heights) <= box.h and whole(table.heads, texts, widths, size):
            break
        size -= 0.5
    spare = max(box.h - sum(heights), 0.0) / len(heights)
    heights = [min(each + spare, max(34.0, each)) for each in heights]
    align = ["left"] + [
        "centre" if table.centred else "right" if at in table.numbers else "left" for at in range(1, len(table.heads))
    ]
    frame = add_table(
        slide,
        box,
        table.heads,
        table.rows,
        widths,
        heights,
        size,
        align=align,
        padding=2 if len(table.heads) > 9 else PADDING / 2,
    )
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)

"""Days that every axis of months marks: a change of policy, or what a person noted. A thin upright line with a short label."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from charts.labels import width_pixels
from charts.theme import Mode, palette

LABEL_SIZE = 11
LONGEST_LABEL = 18
RIGHTMOST = 0.85  # of the axis: beyond it a label stands left of its line
CARD = 340  # pixels of a card in a narrow window: what labels must find room in
LEAST_PLOT = 100


class Mark(NamedTuple):
    """What happened `on` a day: a label of a few words, and all that a pointer is told."""

    on: dt.date
    label: str
    told: str = ""


Marks = Sequence[Mark]


def marked(figure: go.Figure | None, marks: Marks, mode: Mode, *, labelled: bool = True) -> go.Figure | None:
    """The figure with its marks on each axis of months that reaches so far; labels above the first one only.

    labelled: False where something else stands above the plot.
    """
    if figure is None or not marks:
        return figure
    colour = palette(mode).muted
    axes = _month_axes(figure)
    lines, labels = [], []
    for number, (axis, shown) in enumerate(axes):
        first, last = shown.range
        inside = [mark for mark in sorted(marks) if first < mark.on < last]
        lines += [_line(mark, axis, "paper" if len(axes) == 1 else _panel(shown), colour) for mark in inside]
        if number == 0 and labelled:
            margin = figure.layout.margin
            plot = max(CARD - (margin.l or 0) - (margin.r or 0), LEAST_PLOT)
            labels = _labels(inside, axis, first, last, plot, colour)
    layout = (
        figure.layout
    )  # set whole: adding one after the other, or updating, costs Plotly ten times the rest of the figure
    layout.shapes = (*layout.shapes, *lines)
    layout.annotations = (*layout.annotations, *labels)
    return figure


def _month_axes(figure: go.Figure) -> list[tuple[str, go.layout.XAxis]]:
    axes = [(axis.plotly_name.replace("axis", ""), axis) for axis in figure.select_xaxes()]
    return [(name, axis) for name, axis in axes if axis.type == "date" and axis.range]


def _panel(axis: go.layout.XAxis) -> str:
    """The height of the panel that stands on the axis."""
    return f"{'y' if axis.anchor in (None, 'y1') else axis.anchor} domain"


def _line(mark: Mark, axis: str, high: str, colour: str) -> dict[str, object]:
    return {
        "type": "line",
        "name": mark.label,
        "xref": axis,
        "x0": mark.on,
        "x1": mark.on,
        "yref": high,
        "y0": 0,
        "y1": 1,
        "line": {"width": 1, "color": colour, "dash": "dot"},
    }


def _labels(
    marks: Sequence[Mark], axis: str, first: dt.date, last: dt.date, plot: int, colour: str
) -> list[dict[str, object]]:
    """Above the plot of so many pixels; of two that would meet the later one."""
    labels: list[dict[str, object]] = []
    begins = float("inf")
    for mark in reversed(marks):
        place = (mark.on - first).days / (last - first).days
        text = _short(mark.label)
        wide = width_pixels(text, LABEL_SIZE) / plot
        turned = place > RIGHTMOST
        if place + (0 if turned else wide) > begins:
            continue
        begins = place - (wide if turned else 0)
        labels.append(
            {
                "xref": axis,
                "x": mark.on,
                "yref": "paper",
                "y": 1,
                "yanchor": "bottom",
                "xanchor": "right" if turned else "left",
                "text": text,
                "hovertext": mark.told or mark.label,
                "captureevents": True,
                "font": {"color": colour, "size": LABEL_SIZE},
                "borderpad": 0,
            }
        )
    return labels


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1].rstrip() + "…"

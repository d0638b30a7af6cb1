"""Days that every axis of months marks: a change of policy, or what a person noted. A thin upright line with a short label."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from charts.theme import Mode, palette

LABEL_SIZE = 11
LONGEST_LABEL = 18
RIGHTMOST = 0.85  # of the axis: beyond it a label stands left of its line
APART = 0.18  # of the axis, between two labels: a nearer one is left to the pointer


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
    for number, (axis, shown) in enumerate(_month_axes(figure)):
        first, last = shown.range
        inside = [mark for mark in sorted(marks) if first < mark.on < last]
        for mark in inside:
            figure.add_shape(_line(mark, axis, shown.anchor, colour))
        if number == 0 and labelled:
            figure.update_layout(annotations=[*figure.layout.annotations, *_labels(inside, axis, first, last, colour)])
    return figure


def _month_axes(figure: go.Figure) -> list[tuple[str, go.layout.XAxis]]:
    axes = [(axis.plotly_name.replace("axis", ""), axis) for axis in figure.select_xaxes()]
    return [(name, axis) for name, axis in axes if axis.type == "date" and axis.range]


def _line(mark: Mark, axis: str, anchor: str | None, colour: str) -> dict[str, object]:
    """Through the whole plot, or where there are several through the panel that stands on the axis."""
    alone = axis == "x"
    return {
        "type": "line",
        "name": mark.label,
        "xref": axis,
        "x0": mark.on,
        "x1": mark.on,
        "yref": "paper" if alone else f"{anchor} domain",
        "y0": 0,
        "y1": 1,
        "line": {"width": 1, "color": colour, "dash": "dot"},
    }


def _labels(marks: Sequence[Mark], axis: str, first: dt.date, last: dt.date, colour: str) -> list[dict[str, object]]:
    labels: list[dict[str, object]] = []
    ended = -1.0
    for mark in marks:
        place = (mark.on - first).days / (last - first).days
        if place - ended < APART:
            continue
        ended = place
        labels.append(
            {
                "xref": axis,
                "x": mark.on,
                "yref": "paper",
                "y": 1,
                "yanchor": "bottom",
                "xanchor": "right" if place > RIGHTMOST else "left",
                "text": _short(mark.label),
                "hovertext": mark.told or mark.label,
                "captureevents": True,
                "font": {"color": colour, "size": LABEL_SIZE},
                "borderpad": 0,
            }
        )
    return labels


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1].rstrip() + "…"

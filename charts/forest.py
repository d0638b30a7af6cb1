"""Estimates with their intervals as the rows of a table, beside a line of no difference; figures and a verdict in columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from charts.columns import BETWEEN, Figures, figures_beside, room_for, widths
from charts.labels import short_name, width_pixels
from charts.theme import Mode, Trace, figure, mark, palette

HEAD, FOOT = 26, 26
ROW_HEIGHT = 30
LONGEST_NAME = 26
SLACK = 0.06  # of the axis, at either end
DOT, RING = 9, 8


@dataclass(frozen=True)
class Estimate:
    """A row. `value` is what was measured, `believed` what to make of it; without it the measured value is the dot."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    colour: str
    figures: Figures
    told: str
    believed: float | None = None


def forest(
    rows: Sequence[Estimate],
    mode: Mode,
    *,
    name: str,
    none: float,
    ticks: Sequence[tuple[float, str]],
    heads: Sequence[str],
    span: tuple[float, float],
    height: int = 0,
) -> go.Figure | None:
    """One row an estimate, in the given order from the top; intervals are cut at the ends of `span`. None without a value.

    none: where there is no difference. ticks: (place, text) at the foot. height: at least so many pixels.
    """
    if not any(row.value is not None for row in rows):
        return None
    colours = palette(mode)
    columns = widths([row.figures for row in rows], heads)
    names = [short_name(row.name) for row in rows]
    low, high = span
    slack = (high - low) * SLACK
    places = max(len(rows), (height - HEAD - FOOT) // ROW_HEIGHT)
    return figure(
        [_intervals(rows, span, mode), *_dots(rows, span, mode)],
        mode,
        name=name,
        height=HEAD + FOOT + ROW_HEIGHT * places,
        margin={"l": BETWEEN + max(width_pixels(name) for name in names), "r": room_for(columns), "t": HEAD, "b": FOOT},
        hovermode="closest",
        xaxis={
            "range": [low - slack, high + slack],
            "tickvals": [place for place, _text in ticks],
            "ticktext": [text for _place, text in ticks],
        },
        yaxis={
            "range": [places - 0.5, -0.5],
            "tickvals": list(range(len(rows))),
            "ticktext": names,
            "showgrid": False,
            "ticklabelstandoff": 6,
            "tickfont": {"color": colours.ink},
        },
        shapes=[
            {
                "type": "line",
                "x0": none,
                "x1": none,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"width": 1, "color": colours.muted},
            }
        ],
        annotations=[
            *(note for place, row in enumerate(rows) for note in figures_beside(row.figures, columns, mode, y=place)),
            *figures_beside(
                [(head, colours.muted) for head in heads], columns, mode, yref="paper", y=1, yanchor="bottom"
            ),
        ],
    )


def _intervals(rows: Sequence[Estimate], span: tuple[float, float], mode: Mode) -> Trace:
    """One line of all intervals, broken between two rows."""
    x: list[float | None] = []
    y: list[float | None] = []
    for place, row in enumerate(rows):
        if row.low is not None and row.high is not None:
            x += [_cut(row.low, span), _cut(row.high, span), None]
            y += [place, place, None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "interval",
        "x": x,
        "y": y,
        "line": {"width": 2, "color": mark(palette(mode).quiet, mode)},
        "hoverinfo": "skip",
    }


def _dots(rows: Sequence[Estimate], span: tuple[float, float], mode: Mode) -> list[Trace]:
    """A ring for what was measured where another value is to be believed, and a dot for that."""
    known = [(place, row) for place, row in enumerate(rows) if row.value is not None]
    shrunk = [(place, row) for place, row in known if row.believed is not None]
    ring = {
        "type": "scatter",
        "mode": "markers",
        "name": "measured",
        "x": [_cut(row.value, span) for _place, row in shrunk],
        "y": [place for place, _row in shrunk],
        "marker": {
            "size": RING,
            "color": palette(mode).ground,
            "line": {"width": 1.5, "color": mark(palette(mode).quiet, mode)},
        },
        "hoverinfo": "skip",
    }
    dot = {
        "type": "scatter",
        "mode": "markers",
        "name": "estimate",
        "x": [_cut(row.value if row.believed is None else row.believed, span) for _place, row in known],
        "y": [place for place, _row in known],
        "marker": {"size": DOT, "color": [mark(row.colour, mode) for _place, row in known], "line": {"width": 0}},
        "customdata": [row.told for _place, row in known],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    return [ring, dot] if shrunk else [dot]


def _cut(value: float, span: tuple[float, float]) -> float:
    return min(max(value, span[0]), span[1])

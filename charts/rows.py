"""Lines as the rows of a table: a name, a line on its own scale, figures. For lines too far apart for one axis."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from charts.columns import BETWEEN, Figures, figures_beside, room_for, widths
from charts.labels import width_pixels
from charts.lines import Line, band_trace, line_trace
from charts.marks import Marks, marked
from charts.months import full_calendar, month_axis
from charts.theme import Mode, figure, palette

MOST_TICKS = 4
SLACK = 0.15  # of a row's height, above and below its line
FLAT = 0.01  # the least height of a row's scale, in shares: less than a point is not made to look like a leap
MONTHS_ROOM = 40  # pixels for the months below the rows


@dataclass(frozen=True)
class Row:
    """A line with the figures that stand at its right, one a column."""

    line: Line
    figures: Figures


def line_rows(
    rows: Sequence[Row],
    mode: Mode,
    *,
    name: str,
    row_height: int,
    head: int,
    heads: Sequence[str],
    digits: int = 1,
    marks: Marks = (),
) -> go.Figure | None:
    """One row a line, from the top, each `row_height` pixels high; None where no line has a value.

    `heads` stand above the columns of figures, in `head` pixels. A pointer shows all lines of a month at once.
    """
    if not any(value is not None for row in rows for value in row.line.values.values()):
        return None
    colours = palette(mode)
    months = full_calendar(when for row in rows for when in row.line.values)
    columns = widths([row.figures for row in rows], heads)
    traces, notes, axes = [], [], {}
    for place, row in enumerate(rows):
        top, bottom = 1 - place / len(rows), 1 - (place + 1) / len(rows)
        axis = "" if place == 0 else str(place + 1)
        drawn = [band_trace(row.line, mode), line_trace(row.line, months, mode, digits)]
        traces += [trace | {"xaxis": "x", "yaxis": f"y{axis}"} for trace in drawn if trace]
        axes[f"yaxis{axis}"] = {
            "domain": [bottom, top],
            "range": _range(row.line),
            "showgrid": False,
            "showticklabels": False,
        }
        middle = {"yref": "paper", "y": (top + bottom) / 2, "yanchor": "middle"}
        notes += [_name(row.line, colours.muted if row.line.few else colours.ink, middle)]
        notes += figures_beside(row.figures, columns, mode, **middle)
    muted = [(text, colours.muted) for text in heads]
    notes += figures_beside(muted, columns, mode, yref="paper", y=1, yanchor="bottom")
    drawn = figure(
        traces,
        mode,
        name=name,
        height=head + row_height * len(rows) + MONTHS_ROOM,
        margin={
            "l": BETWEEN + max(width_pixels(row.line.name) for row in rows),
            "r": room_for(columns),
            "t": head,
            "b": MONTHS_ROOM,
        },
        hoversubplots="axis",
        xaxis=month_axis(months, MOST_TICKS) | {"anchor": f"y{len(rows)}" if len(rows) > 1 else "y"},
        shapes=[_rule(place / len(rows), colours.grid) for place in range(len(rows) + 1)],
        annotations=notes,
        **axes,
    )
    return marked(drawn, marks, mode)


def _range(line: Line) -> list[float]:
    known = line.reach
    low, high = (min(known), max(known)) if known else (0.0, FLAT)
    missing = max(0.0, FLAT - (high - low)) / 2
    low, high = low - missing, high + missing
    slack = (high - low) * SLACK
    return [low - slack, high + slack]


def _name(line: Line, colour: str, middle: dict[str, object]) -> dict[str, object]:
    return {
        "xref": "paper",
        "x": 0,
        "xshift": -BETWEEN,
        "xanchor": "right",
        "text": line.name,
        "font": {"color": colour},
        **middle,
    }


def _rule(height: float, colour: str) -> dict[str, object]:
    line = {"width": 1, "color": colour}
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": "paper",
        "y0": height,
        "y1": height,
        "line": line,
    }

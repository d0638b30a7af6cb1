"""Horizontal bars read as a table: a name, a bar, and figures in columns that no bar can reach."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from charts.columns import BETWEEN, figures_beside, room_for, widths
from charts.labels import short_name, width_pixels
from charts.theme import Mode, Trace, figure, mark, palette

HEAD, EDGE = 26, 6
THICKEST = 26  # pixels of a bar, where there is room for it
THICKNESS = 0.62  # of the height of a row, where there is not
TICK_BEYOND = 8  # pixels by which a tick is longer than its bar is thick


@dataclass(frozen=True)
class Bar:
    """A row: `figures` are (text, colour) for each column at the right, `told` is what a pointer shows.

    `before`, where known, is the value compared with: an upright tick over the bar. `part` is the first part of the value,
    in a colour of its own.
    """

    name: str
    value: float
    colour: str
    figures: tuple[tuple[str, str], ...]
    told: str
    before: float | None = None
    part: float | None = None
    part_colour: str = ""


def bar_table(
    bars: Sequence[Bar], mode: Mode, *, name: str, height: int, heads: Sequence[str] = (), key: str = ""
) -> go.Figure | None:
    """One row a bar, in the given order from the top; None without bars.

    `heads` stand above the columns of figures, `key` above the bars, where it says what the ticks are.
    """
    if not bars:
        return None
    colours = palette(mode)
    top = HEAD if heads else EDGE
    row_height = (height - top - EDGE) / len(bars)
    thickness = min(THICKNESS, THICKEST / row_height)
    names = [short_name(bar.name) for bar in bars]
    columns = widths([bar.figures for bar in bars], heads)
    muted_heads = [(head, colours.muted) for head in heads]
    return figure(
        [
            _bars(bars, thickness, mode),
            *_parts(bars, thickness, mode),
            *_ticks(bars, thickness * row_height + TICK_BEYOND, mode),
        ],
        mode,
        name=name,
        height=height,
        barmode="overlay",
        margin={
            "l": BETWEEN + max(width_pixels(name) for name in names),
            "r": room_for(columns),
            "t": top,
            "b": EDGE,
        },
        hovermode="closest",
        xaxis={"range": _range(bars), "showticklabels": False, "showgrid": False},
        yaxis={
            "range": [len(bars) - 0.5, -0.5],
            "tickvals": list(range(len(bars))),
            "ticktext": names,
            "showgrid": False,
            "ticklabelstandoff": 6,
            "tickfont": {"color": colours.ink},
        },
        shapes=[_zero_line(colours.muted)],
        annotations=[
            *(note for row, bar in enumerate(bars) for note in figures_beside(bar.figures, columns, mode, y=row)),
            *figures_beside(muted_heads, columns, mode, y=1, yref="paper", yanchor="bottom"),
            *_key(key, colours.muted),
        ],
    )


def _range(bars: Sequence[Bar]) -> list[float]:
    values = [0.0, *(bar.value for bar in bars), *(bar.before for bar in bars if bar.before is not None)]
    low, high = min(values), max(values)
    return [low, high] if high > low else [0.0, 1.0]


def _bars(bars: Sequence[Bar], thickness: float, mode: Mode) -> Trace:
    return {
        "type": "bar",
        "x": [bar.value for bar in bars],
        "y": list(range(len(bars))),
        "orientation": "h",
        "width": thickness,
        "marker": {"color": [mark(bar.colour, mode) for bar in bars]},
        "customdata": [bar.name for bar in bars],
        "hovertext": [bar.told for bar in bars],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _parts(bars: Sequence[Bar], thickness: float, mode: Mode) -> list[Trace]:
    """The first part of each bar that has one, over it."""
    parted = [bar for bar in bars if bar.part is not None]
    if not parted:
        return []
    return [
        _bars(bars, thickness, mode)
        | {
            "x": [bar.part for bar in bars],
            "marker": {"color": [mark(bar.part_colour or bar.colour, mode) for bar in bars]},
        }
    ]


def _ticks(bars: Sequence[Bar], length: float, mode: Mode) -> list[Trace]:
    """The value compared with, as an upright line over each bar."""
    known = [(bar.before, row) for row, bar in enumerate(bars) if bar.before is not None]
    if not known:
        return []
    return [
        {
            "type": "scatter",
            "x": [before for before, _row in known],
            "y": [row for _before, row in known],
            "mode": "markers",
            "marker": {"symbol": "line-ns", "size": length, "line": {"width": 2, "color": palette(mode).ink}},
            "cliponaxis": False,
            "hoverinfo": "skip",
        }
    ]


def _key(key: str, colour: str) -> list[dict[str, object]]:
    place = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 1, "yanchor": "bottom"}
    return [{**place, "text": key, "font": {"color": colour}}] if key else []


def _zero_line(colour: str) -> dict[str, object]:
    line = {"width": 1, "color": colour}
    return {"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "line": line}

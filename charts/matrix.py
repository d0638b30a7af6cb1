"""Cells of a table coloured by what they hold: rows down, heads across, what rests on few in grey."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from charts.colour import along
from charts.columns import BETWEEN
from charts.labels import short_name, width_pixels
from charts.theme import HEIGHT, Mode, Trace, figure, palette, text_on

ROW_HEIGHT, LEAST_ROW = 60, 24
HEAD, FOOT = 24, 4
CELL_FONT, HEAD_FONT = 12, 11


@dataclass(frozen=True)
class Cell:
    """`place` on the scale, 0 to 1, None for a cell without colour; `told` is what a pointer shows; `few`: drawn grey."""

    place: float | None
    text: str
    told: str = ""
    few: bool = False


def height_of(rows: int) -> int:
    """The height in pixels of a matrix of so many rows that has its card to itself."""
    return HEAD + FOOT + ROW_HEIGHT * rows


def cell_matrix(
    names: Sequence[str],
    heads: Sequence[str],
    cells: Sequence[Sequence[Cell]],
    mode: Mode,
    *,
    name: str,
    height: int = HEIGHT,
) -> go.Figure | None:
    """A row a name, in the given order from the top; None without a row or a column."""
    if not names or not heads:
        return None
    colours, shown = palette(mode), [short_name(each) for each in names]
    row_height = max(LEAST_ROW, min(ROW_HEIGHT, (height - HEAD - FOOT) // len(names)))
    return figure(
        [
            _heat(cells, False, colours.matrix),
            _heat(cells, True, colours.matrix_small),
            _letters(cells, mode),
        ],
        mode,
        name=name,
        height=max(height, HEAD + FOOT + row_height * len(names)),
        margin={"l": BETWEEN + max(map(width_pixels, shown)), "r": 4, "t": HEAD, "b": FOOT},
        hovermode="closest",
        xaxis={
            "side": "top",
            "range": [0, len(heads)],
            "tickvals": [place + 0.5 for place in range(len(heads))],
            "ticktext": list(heads),
            "tickfont": {"size": HEAD_FONT},
        },
        yaxis={
            "range": [max(len(names), (height - HEAD - FOOT) / row_height), 0],
            "tickvals": [row + 0.5 for row in range(len(names))],
            "ticktext": shown,
            "showgrid": False,
            "ticklabelstandoff": 4,
            "tickfont": {"color": colours.ink},
        },
    )


def _heat(cells: Sequence[Sequence[Cell]], few: bool, scale: Sequence[tuple[float, str]]) -> Trace:
    return {
        "type": "heatmap",
        "x": list(range(len(cells[0]) + 1)),
        "y": list(range(len(cells) + 1)),
        "z": [[_placed(cell) if cell.few == few else None for cell in row] for row in cells],
        "zmin": 0,
        "zmax": 1,
        "colorscale": [list(stop) for stop in scale],
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "hoverongaps": False,
        "text": [[cell.told for cell in row] for row in cells],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _letters(cells: Sequence[Sequence[Cell]], mode: Mode) -> Trace:
    colours = palette(mode)
    placed = [(row, column, cell) for row, line in enumerate(cells) for column, cell in enumerate(line)]

    def colour(cell: Cell) -> str:
        if cell.place is None:
            return colours.muted
        scale = colours.matrix_small if cell.few else colours.matrix
        return text_on(along(scale, _placed(cell)), mode, cell.few)

    return {
        "type": "scatter",
        "x": [column + 0.5 for _row, column, _cell in placed],
        "y": [row + 0.5 for row, _column, _cell in placed],
        "mode": "text",
        "text": [cell.text for *_place, cell in placed],
        "textfont": {"size": CELL_FONT, "color": [colour(cell) for *_place, cell in placed]},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _placed(cell: Cell) -> float | None:
    return None if cell.place is None else min(max(cell.place, 0.0), 1.0)

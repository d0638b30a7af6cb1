"""Figures in columns at the right of a plot, where no bar or line can reach them."""

from collections.abc import Sequence

from charts.labels import width_pixels
from charts.theme import Mode, text

BETWEEN = 12  # pixels between columns

Figures = Sequence[tuple[str, str]]  # (text, colour), one a column


def widths(rows: Sequence[Figures], heads: Sequence[str] = ()) -> list[int]:
    """Pixels of each column of figures, its head included."""
    shown = [[figure for figure, _colour in row] for row in rows] + ([list(heads)] if heads else [])
    return [max(width_pixels(figure) for figure in column) for column in zip(*shown, strict=True)]


def room_for(column_widths: Sequence[int]) -> int:
    """The right margin, in pixels, that holds the columns."""
    return sum(column_widths) + BETWEEN * len(column_widths)


def figures_beside(
    figures: Figures, column_widths: Sequence[int], mode: Mode, **place: object
) -> list[dict[str, object]]:
    """Annotations for one row: its figures side by side, each right-aligned in its column."""
    shifts = [room_for(column_widths[: column + 1]) for column in range(len(column_widths))]
    return [
        {
            "xref": "paper",
            "x": 1,
            "xshift": shift,
            "xanchor": "right",
            "text": shown,
            "font": {"color": text(colour, mode)},
            **place,
        }
        for (shown, colour), shift in zip(figures, shifts, strict=False)
    ]

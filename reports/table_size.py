"""How wide the columns of shaded cells are, and in how many parts a table of them is readable. Lengths in points."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from reports.fitting import PADDING, Box, column_widths, row_height, width_of
from reports.native import NativeTable

LEAST_CELL = 7.5  # of the letters


def parts_of_table(table: NativeTable, box: Box) -> list[NativeTable]:
    """The table in as few parts of about as many rows as it takes for its letters to be readable."""
    texts = [[cell.text for cell in row] for row in table.rows]
    widths = cell_widths(table.heads, texts, LEAST_CELL, box.w)
    heights = [row_height(row, widths, LEAST_CELL, 3.0) for row in texts]
    room = box.h - row_height(table.heads, widths, LEAST_CELL, 3.0)
    many = max(1, ceil(sum(heights) / max(room, 1.0)))
    each = ceil(len(table.rows) / many) or 1
    return [replace(table, rows=table.rows[at : at + each]) for at in range(0, len(table.rows), each)]


def cell_widths(heads: Sequence[str], rows: Sequence[Sequence[str]], size: float, width: float) -> list[float]:
    """The first column as wide as its names, the others alike where there is room, and as wide as their numbers where there is not."""
    names = max(width_of(text, size) for text in [heads[0], *(row[0] for row in rows)]) + PADDING
    names = min(names, 0.3 * width)
    if len(heads) < 2:
        return column_widths(heads, rows, size, width)
    needed = [max(_widest_word(row[at], size) for row in [heads, *rows]) + 5 for at in range(1, len(heads))]
    each = max((width - names) / len(needed), 0.0)
    if max(needed) <= each:
        return [names] + [min(each, 130.0)] * len(needed)
    spare = (width - names - sum(needed)) / len(needed)
    return [names] + [max(least + spare, 4.0) for least in needed]


def _widest_word(text: str, size: float) -> float:
    return max((width_of(word, size) for word in text.split()), default=0.0)


def whole(heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], size: float) -> bool:
    """Does no number break in two?"""
    return all(
        _widest_word(text, size) <= wide - 4 for row in [heads, *rows] for text, wide in zip(row, widths, strict=True)
    )

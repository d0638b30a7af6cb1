"""How much room a text needs: lines at a size, the largest size at which it fits, rows of a table that fit. Lengths in points."""

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from charts.labels import width_pixels
from reports.deck import Grid
from wording import language

LINE = 1.22  # of the size of the letters, from one line to the next
CHINESE_LINE = 1.46  # the same of the fonts that have both scripts
WIDER = 1.2
PADDING = 10  # beside the letters of a cell, both sides together


@dataclass(frozen=True)
class Box:
    """A place on a slide."""

    x: float
    y: float
    w: float
    h: float

    def cut(self, top: float = 0.0, left: float = 0.0, bottom: float = 0.0, right: float = 0.0) -> "Box":
        return Box(self.x + left, self.y + top, self.w - left - right, self.h - top - bottom)


def width_of(text: str, size: float) -> float:
    """On the generous side: the font of the theme may be missing where the slides are shown, and a wider one take its place."""
    return _hundredths(text) / 100 * size * WIDER


@lru_cache(maxsize=10_000)
def _hundredths(text: str) -> int:
    """The same at a size of a hundred: texts are measured again at each size that is tried."""
    return width_pixels(text, 100)


def lines_of(text: str, size: float, width: float) -> list[str]:
    """The text as it is broken in lines: at spaces, between Chinese letters, and within a word that is too long for a line."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line and width_of(line + piece.rstrip(), size) > width:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
            while width_of(line.rstrip(), size) > width and len(line) > 1:
                cut = max(1, _letters_within(line, size, width))
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line.rstrip())
    return lines


def _letters_within(text: str, size: float, width: float) -> int:
    """How many letters of the text, from the first, are no wider."""
    return bisect_right(range(1, len(text) + 1), width, key=lambda many: width_of(text[:many], size))


def _pieces(text: str) -> list[str]:
    """What stays together: words with the space behind them, and each Chinese letter."""
    pieces: list[str] = []
    open_word = False
    for letter in text:
        wide = unicodedata.east_asian_width(letter) in "WF"
        if open_word and not wide:
            pieces[-1] += letter
        else:
            pieces.append(letter)
        open_word = not wide and not letter.isspace()
        if letter.isspace():
            open_word = False
    return pieces


def height_of(texts: Sequence[str], size: float, width: float, between: float = 0.0) -> float:
    """Of paragraphs below each other."""
    return sum(len(lines_of(text, size, width)) * size * line_of(text) for text in texts) + between * max(
        len(texts) - 1, 0
    )


def usual_line() -> float:
    """The same for texts of the language that is spoken, names in any script among them."""
    return CHINESE_LINE if language() == "zh" else LINE


def line_of(text: str) -> float:
    """From one line of the text to the next, as a part of its size."""
    return CHINESE_LINE if any(unicodedata.east_asian_width(letter) in "WF" for letter in text) else LINE


def size_for(
    texts: Sequence[str], width: float, height: float, largest: float, smallest: float, between: float = 0.0
) -> float:
    """The largest size at which the paragraphs fit; the smallest one where none does."""
    size = largest
    while size > smallest and height_of(texts, size, width, between) > height:
        size -= 0.5
    return max(size, smallest)


def shortened(text: str, size: float, width: float, height: float) -> str:
    """The text, cut where it has no room for all of it."""
    if height_of([text], size, width) <= height:
        return text
    fits = bisect_right(range(1, len(text)), height, key=lambda many: height_of([text[:many] + "…"], size, width))
    return text[: max(fits, 1)].rstrip() + "…"


def fitting(texts: Sequence[str], size: float, width: float, height: float, between: float = 0.0) -> int:
    """How many of the paragraphs, from the first, fit; at least one."""
    many = 1
    while many < len(texts) and height_of(texts[: many + 1], size, width, between) <= height:
        many += 1
    return min(many, len(texts))


# Tables


def column_widths(heads: Sequence[str], rows: Sequence[Sequence[str]], size: float, width: float) -> list[float]:
    """Widths of columns that together take `width`: as they need, the widest giving way where it is too little."""
    needed = [
        max([width_of(line, size) for text in column for line in text.split("\n")], default=0.0) + PADDING
        for column in zip(heads, *rows, strict=True)
    ]
    spare = width - sum(needed)
    if spare >= 0:
        return [each + spare / len(needed) for each in needed]
    least = min(max(needed), width / len(needed))
    while sum(min(each, least) for each in needed) < width:
        least += 1
    narrowed = [min(each, least) for each in needed]
    return [each * width / sum(narrowed) for each in narrowed]


def row_height(cells: Sequence[str], widths: Sequence[float], size: float, padding: float) -> float:
    needed = [
        len(lines_of(text, size, wide - PADDING)) * line_of(text) for text, wide in zip(cells, widths, strict=True)
    ]
    return max(needed, default=LINE) * size + padding


def grids_of(grid: Grid, size: float, width: float, height: float, padding: float = 6.0) -> list[Grid]:
    """The table in as many as it takes for each to fit, the heads above each."""
    widths = column_widths(grid.heads, grid.rows, size, width)
    head = row_height(grid.heads, widths, size, padding)
    parts: list[list[tuple[str, ...]]] = [[]]
    used = head
    for row in grid.rows:
        tall = row_height(row, widths, size, padding)
        if parts[-1] and used + tall > height:
            parts.append([])
            used = head
        parts[-1].append(row)
        used += tall
    return [Grid(grid.heads, tuple(rows), grid.numbers) for rows in parts]

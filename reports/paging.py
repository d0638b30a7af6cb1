"""How many slides a slide of a deck takes, and what stands where on each: what is too long goes on on the next. Lengths in points."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import wording
from reports.deck import Grid, Slide
from reports.exhibit import Exhibit
from reports.fitting import Box, fitting, grids_of, height_of, size_for, width_of
from reports.native import NativeChart, NativeTable
from reports.table_size import parts_of_table
from wording import _

TABLE_SIZE, TEXT_SIZE, POINT_SIZE = 11.0, 13.0, 17.0
SMALL_TEXT, SMALL_POINT = 11.0, 14.0  # at which a text must fit before it goes on on the next slide
FOOTNOTE, SMALLEST_FOOTNOTE = 8.5, 7.0
MOST_FOOTNOTES = 0.16  # of the height below the title
NAME_SIZE, BELOW_SIZE, VALUE_ROOM = 10.0, 9.0, 32.0
VALUE_SIZE, LEAST_VALUE, LEAST_FIGURE = (
    22.0,
    7.0,
    0.8,
)  # letters of a value; the least width of a figure, of an equal part
SIDE, GAP = 232.0, 20.0
BOLD = 0.92  # of the width: bold letters are wider than was measured
MOST_ROWS = 400  # of a table that stands for a chart: the workbook has them all

Drawn = tuple[NativeChart, ...] | NativeTable


@dataclass(frozen=True)
class Page:
    """A slide of the deck, or one of those that it takes: `number` of them from 1. What stands on another one is taken out of it."""

    slide: Slide
    grid: Grid | None
    points: tuple[str, ...]
    number: int = 1
    drawn: Drawn | None = None

    @property
    def title(self) -> str:
        return self.slide.title if self.number == 1 else _("{title} (continued)", title=self.slide.title)


def pages_of(slide: Slide, body: Box, drawn: Drawn | None = None) -> Iterator[Page]:
    """The slide in as many as its table and its points need, in the room below its title. drawn: its figure in native terms, () where it is drawn otherwise;
    None: what it is drawn from is shown as a table."""
    mains = _mains(slide, body, drawn)
    has_main = bool(slide.exhibit or slide.grid)
    room = room_below(body, slide, with_side=False)
    wide, size = (SIDE, SMALL_TEXT) if has_main else (room.w, SMALL_POINT)
    high = room.h - (height_of([slide.comment], SMALL_TEXT, wide) + 10 if slide.comment else 0)
    rest, number = list(slide.points), 1
    while mains or rest or number == 1:
        grid, part = mains.pop(0) if mains else (None, None)
        here = has_main if number == 1 else grid is not None or part is not None
        many = fitting(rest, size, wide - 14, high, 8) if rest and (number == 1 or not here) else 0
        shown = slide if number == 1 else _bare(slide, keep=here)
        yield Page(shown, grid, tuple(rest[:many]), number, part)
        rest, number = rest[many:], number + 1
        wide, size, high = body.w, SMALL_POINT, room_below(body, _bare(slide, keep=False), with_side=False).h


def _bare(slide: Slide, *, keep: bool) -> Slide:
    """What a slide that goes on has: the title, the foot, and the exhibit where more of it is shown."""
    return replace(slide, figures=(), comment="", points=(), exhibit=slide.exhibit if keep else None)


def _mains(slide: Slide, body: Box, drawn: Drawn | None) -> list[tuple[Grid | None, Drawn | None]]:
    """The parts of the table or of the figure, a slide each."""
    grid = slide.grid or (_grid_of_rows(slide.exhibit) if slide.exhibit and drawn is None else None)
    room = room_below(body, slide, with_side=bool(slide.points or slide.comment))
    if grid is not None:
        return [(part, None) for part in grids_of(grid, TABLE_SIZE, room.w, room.h)]
    if isinstance(drawn, NativeTable):
        return [(None, part) for part in parts_of_table(drawn, room)]
    return [(None, drawn)] if drawn is not None else []


def _grid_of_rows(exhibit: Exhibit) -> Grid | None:
    """What would be drawn, as a table, where there is no figure of it."""
    rows = exhibit.rows.head(MOST_ROWS)
    if rows.is_empty():
        return None
    numbers = tuple(at for at, kind in enumerate(rows.dtypes) if kind.is_numeric())
    return Grid(tuple(rows.columns), tuple(tuple(map(_told, row)) for row in rows.iter_rows()), numbers)


def _told(value: object) -> str:
    if isinstance(value, float):
        return wording.decimal(value, 3)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return wording.UNKNOWN if value is None else str(value)


# Room


def room_below(body: Box, slide: Slide, *, with_side: bool) -> Box:
    """What is left for the exhibit or the table of a slide."""
    right = SIDE + GAP if with_side else 0.0
    top = figure_row(slide.figures, body.w)[0] + caption_height(slide, body.w - right)
    return body.cut(top=top, bottom=at_foot(body, slide.footnotes)[3], right=right)


def caption_height(slide: Slide, width: float) -> float:
    return height_of([slide.exhibit.caption], TABLE_SIZE, width) + 6 if slide.exhibit and slide.exhibit.caption else 0.0


def at_foot(body: Box, footnotes: Sequence[str]) -> tuple[list[str], list[str], float, float]:
    """What stands at the foot, what goes into the notes for want of room, and the size and the height of it."""
    shown, rest, most = list(footnotes), [], body.h * MOST_FOOTNOTES
    while shown and height_of(shown, SMALLEST_FOOTNOTE, body.w) > most:
        rest.insert(0, shown.pop(max(range(len(shown)), key=lambda at: len(shown[at]))))  # the longest: a definition
    if rest:
        shown.insert(0, _("Definitions are in the notes"))
    size = size_for(shown, body.w, most, FOOTNOTE, SMALLEST_FOOTNOTE)
    return shown, rest, size, height_of(shown, size, body.w) + 8 if shown else 0.0


def figure_widths(figures: Sequence[tuple[str, str, str]], width: float) -> tuple[float, list[float]]:
    """Of key figures in a row: the largest size at which every value stands in one line, and widths as the values need them then.

    What is left is shared alike.
    """
    room = width - GAP * (len(figures) - 1)
    same, size = room / len(figures), VALUE_SIZE
    while size >= LEAST_VALUE:
        needed = [max(width_of(value, size) / BOLD + 1, LEAST_FIGURE * same) for _name, value, _below in figures]
        if (spare := (room - sum(needed)) / len(figures)) >= 0:
            return size, [each + spare for each in needed]
        size -= 0.5
    return LEAST_VALUE, [same] * len(figures)


def figure_row(figures: Sequence[tuple[str, str, str]], width: float) -> tuple[float, float, float]:
    """The height of the row of key figures, of their names in it, and of what is said below them; nought without any."""
    if not figures:
        return 0.0, 0.0, 0.0
    placed = list(zip(figures, figure_widths(figures, width)[1], strict=True))
    names = max(height_of([name], NAME_SIZE, wide) for (name, _value, _below), wide in placed)
    below = max(height_of([said], BELOW_SIZE, wide) if said else 0.0 for (_name, _value, said), wide in placed)
    return names + VALUE_ROOM + below + 14, names, below

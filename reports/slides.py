"""A deck as PowerPoint: titles that say the finding, native charts and tables, footnotes, and the method in the speaker's notes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pptx.util import Pt

import wording
from charts.theme import LIGHT
from reports.deck import Deck, Grid, Slide
from reports.exhibit import Exhibit
from reports.fitting import column_widths, fitting, grids_of, height_of, row_height, size_for
from reports.native import Cell
from reports.native_chart import native
from reports.slide_exhibit import add_native
from reports.slide_text import add_table, add_text, paragraph
from reports.slide_theme import Box, Look, add_slide, look_of, our_look
from wording import _

TABLE_SIZE, TEXT_SIZE, POINT_SIZE = 11.0, 13.0, 17.0
FOOTNOTE, SMALLEST_FOOTNOTE = 8.5, 7.0
MOST_FOOTNOTES = 0.16  # of the height below the title
FIGURE_ROW = 74.0
SIDE, GAP = 232.0, 20.0
LEAST_TITLE = 15.0
MOST_ROWS = 400  # of a table that stands for a chart: the workbook has them all


@dataclass(frozen=True)
class Page:
    """A slide of the deck, or one of those that it takes; `number` of them from 1."""

    slide: Slide
    grid: Grid | None
    points: tuple[str, ...]
    number: int = 1


def write_slides(deck: Deck, path: Path | str, template: Path | str | None = None) -> None:
    """Write the deck as .pptx, in its language; in the lender's template where one is given.

    InvalidTemplate where that cannot be used. A table or a list too long for a slide goes on on the next.
    """
    before = wording.language()
    wording.set_language(deck.language)
    try:
        look = our_look() if template is None else look_of(Path(template))
        _cover(look, deck)
        for slide in deck.slides:
            for page in _pages(slide, look):
                _page(look, page)
        core = look.presentation.core_properties
        core.title, core.subject, core.language = deck.title, deck.subtitle, deck.language
        look.presentation.save(str(path))
    finally:
        wording.set_language(before)


def _cover(look: Look, deck: Deck) -> None:
    slide = add_slide(look, look.cover, deck.title)
    title = slide.shapes.title
    _fit_title(title, 38 if look.ours else None)
    subtitle = next(
        (
            shape
            for shape in slide.placeholders
            if shape != title and shape.has_text_frame and shape.placeholder_format.idx == 1
        ),
        None,
    )
    facts = [f"{name}: {value}" for name, value in deck.facts.items()]
    below = title.top + title.height
    if subtitle is not None:
        subtitle.text_frame.text = deck.subtitle
        below = max(below, subtitle.top + subtitle.height)
        texts = facts
    else:
        texts = [deck.subtitle, *facts]
    left, top = title.left / Pt(1), below / Pt(1) + 12
    wide = title.width / Pt(1)
    room = look.presentation.slide_height / Pt(1) - top - 24
    shown = [text for text in texts if text]
    if shown and room > 20:
        size = size_for(shown, wide, room, 13, 8, 3)
        add_text(
            slide,
            Box(left, top, wide, room),
            [paragraph(text) for text in shown],
            size,
            colour=LIGHT.muted,
            between=3,
            name="facts",
        )
    if not shown or room <= 20:
        slide.notes_slide.notes_text_frame.text = "\n".join(shown)


def _fit_title(title, largest: float | None) -> None:
    wide, high = title.width / Pt(1) - 4, title.height / Pt(1)
    size = size_for([title.text_frame.text], wide, high, largest or 40.0, LEAST_TITLE)
    for run in title.text_frame.paragraphs[0].runs:
        run.font.size = Pt(size)


# How many slides a slide takes


def _pages(slide: Slide, look: Look) -> Iterator[Page]:
    """The slide in as many as its table, its points and its comment need."""
    grid = slide.grid or (_grid_of_rows(slide.exhibit) if slide.exhibit and slide.exhibit.figure is None else None)
    beside = bool(slide.exhibit or grid)
    if grid is not None:
        room = _room_below(look.body, slide, with_side=bool(slide.points or slide.comment))
        for at, part in enumerate(grids_of(grid, TABLE_SIZE, room.w, room.h), 1):
            yield Page(
                slide if at == 1 else replace(slide, figures=(), comment="", points=()),
                part,
                slide.points if at == 1 else (),
                at,
            )
        return
    room = _room_below(look.body, slide, with_side=False)
    rest, number = list(slide.points), 1
    wide = SIDE if beside else room.w
    size = TEXT_SIZE - 2 if beside else POINT_SIZE - 3
    high = room.h - (height_of([slide.comment], TEXT_SIZE - 2, wide) + 10 if slide.comment else 0)
    while True:
        many = fitting(rest, size, wide - 14, high, 8) if rest else 0
        shown = slide if number == 1 else replace(slide, figures=(), comment="", exhibit=None)
        yield Page(shown, None, tuple(rest[:many]), number)
        rest, number = rest[many:], number + 1
        if not rest:
            return
        wide, size, high = room.w, POINT_SIZE - 3, room.h


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


def _footnotes_height(body: Box, footnotes: Sequence[str]) -> float:
    if not footnotes:
        return 0.0
    size = size_for(footnotes, body.w, body.h * MOST_FOOTNOTES, FOOTNOTE, SMALLEST_FOOTNOTE)
    return min(height_of(footnotes, size, body.w), body.h * MOST_FOOTNOTES) + 8


def _room_below(body: Box, slide: Slide, *, with_side: bool) -> Box:
    """What is left for the exhibit or the table of a slide."""
    caption = _caption_height(slide, body.w - (SIDE + GAP if with_side else 0))
    top = (FIGURE_ROW if slide.figures else 0.0) + caption
    return body.cut(top=top, bottom=_footnotes_height(body, slide.footnotes), right=SIDE + GAP if with_side else 0.0)


def _caption_height(slide: Slide, width: float) -> float:
    return height_of([slide.exhibit.caption], TABLE_SIZE, width) + 6 if slide.exhibit and slide.exhibit.caption else 0.0


# One slide


def _page(look: Look, page: Page) -> None:
    slide = page.slide
    title = slide.title if page.number == 1 else _("{title} (continued)", title=slide.title)
    drawn = add_slide(look, look.inside, title)
    _fit_title(drawn.shapes.title, look.title_size)
    body = look.body
    left_over = _footnotes(drawn, body, slide.footnotes)
    body = body.cut(bottom=_footnotes_height(body, slide.footnotes))
    if slide.figures:
        _figures(drawn, Box(body.x, body.y, body.w, FIGURE_ROW - 12), slide.figures)
        body = body.cut(top=FIGURE_ROW)
    main = slide.exhibit or page.grid
    words = [text for text in (slide.comment,) if text]
    if main and (words or page.points):
        _side(drawn, Box(body.x + body.w - SIDE, body.y, SIDE, body.h), words, page.points)
        body = body.cut(right=SIDE + GAP)
    elif words or page.points:
        _words(drawn, body, words, page.points)
    if main:
        _main(drawn, body, slide, page.grid)
    notes = "\n\n".join(
        text for text in (slide.notes, left_over, slide.exhibit.words.alt if slide.exhibit else "") if text
    )
    drawn.notes_slide.notes_text_frame.text = notes


def _main(drawn, body: Box, slide: Slide, grid: Grid | None) -> None:
    if slide.exhibit and slide.exhibit.caption:
        high = _caption_height(slide, body.w)
        add_text(
            drawn,
            Box(body.x, body.y, body.w, high),
            [paragraph(slide.exhibit.caption)],
            TABLE_SIZE,
            colour=LIGHT.muted,
            name="caption",
        )
        body = body.cut(top=high)
    if grid is not None:
        _table(drawn, body, grid)
        return
    exhibit = slide.exhibit
    found = None if exhibit.figure is None else native(exhibit.figure)
    if found is None:
        add_text(
            drawn,
            body,
            [paragraph(exhibit.words.title)],
            POINT_SIZE,
            colour=LIGHT.muted,
            align="centre",
            anchor="middle",
            name="needed",
        )
        return
    add_native(drawn, body, found, exhibit.words.alt)


def _table(drawn, body: Box, grid: Grid) -> None:
    widths = column_widths(grid.heads, grid.rows, TABLE_SIZE, body.w)
    heights = [row_height(row, widths, TABLE_SIZE, 6.0) for row in (grid.heads, *grid.rows)]
    align = ["right" if at in grid.numbers else "left" for at in range(len(grid.heads))]
    cells = [[Cell(text) for text in row] for row in grid.rows]
    add_table(drawn, body, grid.heads, cells, widths, heights, TABLE_SIZE, align=align, name="table")


def _figures(drawn, box: Box, figures: Sequence[tuple[str, str, str]]) -> None:
    """Key figures side by side: what, how much, and what is said below it."""
    wide = (box.w - GAP * (len(figures) - 1)) / len(figures)
    for at, (name, value, below) in enumerate(figures):
        place = Box(box.x + at * (wide + GAP), box.y, wide, box.h)
        for text, top, high, size, colour, bold in (
            (name, 0.0, 14.0, 10.5, LIGHT.muted, False),
            (value, 14.0, 28.0, 22.0, LIGHT.ink, True),
            (below, 42.0, 20.0, 9.5, LIGHT.muted, False),
        ):
            if text:
                fits = size_for([text], wide, high, size, 6.5)
                add_text(
                    drawn,
                    Box(place.x, place.y + top, wide, high),
                    [paragraph(text, colour, bold=bold)],
                    fits,
                    name="figure",
                )


def _side(drawn, box: Box, words: Sequence[str], points: Sequence[str]) -> None:
    texts = [*words, *(f"•  {point}" for point in points)]
    size = size_for(texts, box.w, box.h, TEXT_SIZE, 8, 6)
    add_text(drawn, box, [paragraph(text) for text in texts], size, between=6, name="comment")


def _words(drawn, body: Box, words: Sequence[str], points: Sequence[str]) -> None:
    texts = [*words, *(f"•  {point}" for point in points)]
    size = size_for(texts, body.w, body.h, POINT_SIZE, 9, 8)
    add_text(drawn, body, [paragraph(text) for text in texts], size, between=8, name="points")


def _footnotes(drawn, body: Box, footnotes: Sequence[str]) -> str:
    """At the foot, as much as has room there; the rest, for the notes."""
    if not footnotes:
        return ""
    high = _footnotes_height(body, footnotes) - 8
    size = size_for(footnotes, body.w, body.h * MOST_FOOTNOTES, FOOTNOTE, SMALLEST_FOOTNOTE)
    many = fitting(footnotes, size, body.w, high)
    shown, rest = list(footnotes[:many]), "\n".join(footnotes[many:])
    place = Box(body.x, body.y + body.h - high, body.w, high)
    add_text(
        drawn, place, [paragraph(text) for text in shown], size, colour=LIGHT.muted, anchor="bottom", name="footnotes"
    )
    return rest

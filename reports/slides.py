"""A deck as PowerPoint: titles that say the finding, native charts and tables, footnotes, and the method in the speaker's notes."""

from collections.abc import Sequence
from pathlib import Path

from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

import wording
from charts.theme import LIGHT
from reports.deck import Deck, Grid, Slide
from reports.fitting import Box, column_widths, height_of, row_height, shortened, size_for
from reports.letters import legal_deck, property_of
from reports.native import Cell
from reports.native_chart import native
from reports.paging import (
    BELOW_SIZE,
    BOLD,
    GAP,
    NAME_SIZE,
    POINT_SIZE,
    SIDE,
    TABLE_SIZE,
    TEXT_SIZE,
    VALUE_ROOM,
    Drawn,
    Page,
    at_foot,
    caption_height,
    figure_row,
    figure_widths,
    pages_of,
)
from reports.slide_exhibit import add_native
from reports.slide_text import HANGING, add_bullets, add_table, add_text, paragraph
from reports.slide_theme import Look, add_slide, foot_of, look_of, our_look

LEAST_TITLE, LEAST_FACT = 12.0, 7.5


def write_slides(deck: Deck, path: Path | str, template: Path | str | None = None) -> None:
    """Write the deck as .pptx, in its language; in the lender's template where one is given.

    InvalidTemplate where that cannot be used. A table or a list too long for a slide goes on on the next.
    """
    deck = legal_deck(deck)
    before = wording.language()
    wording.set_language(deck.language)
    try:
        look = our_look() if template is None else look_of(Path(template))
        _cover(look, deck)
        for slide in deck.slides:
            for page in pages_of(slide, look.body, _drawn(slide)):
                _page(look, page)
        core = look.presentation.core_properties
        core.title, core.subject = property_of(deck.title), property_of(deck.subtitle)
        core.language = deck.language
        _list_notes_master(look.presentation)
        look.presentation.save(str(path))
    finally:
        wording.set_language(before)


def _list_notes_master(presentation) -> None:
    """The library makes a master for the notes and does not say so where the format wants it said."""
    whole = presentation.part._element
    if whole.find(qn("p:notesMasterIdLst")) is not None:
        return
    master = presentation.part.relate_to(presentation.notes_master.part, RELATIONSHIP_TYPE.NOTES_MASTER)
    listed = f'<p:notesMasterIdLst {nsdecls("p", "r")}><p:notesMasterId r:id="{master}"/></p:notesMasterIdLst>'
    whole.find(qn("p:sldMasterIdLst")).addnext(parse_xml(listed))


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
    room = foot_of(look.cover, look.presentation.slide_height / Pt(1)) - top - 4
    shown = [text for text in texts if text]
    if shown and height_of(shown, LEAST_FACT, wide, 3) > room:
        shown = [" · ".join(shown)]  # a low cover has room for lines side by side
    fits = bool(shown) and height_of(shown, LEAST_FACT, wide, 3) <= room
    if fits:
        size = size_for(shown, wide, room, 13, LEAST_FACT, 3)
        add_text(
            slide,
            Box(left, top, wide, room),
            [paragraph(text) for text in shown],
            size,
            colour=LIGHT.muted,
            between=3,
            name="facts",
        )
    if not fits:
        slide.notes_slide.notes_text_frame.text = "\n".join(shown)


def _fit_title(title, largest: float | None) -> bool:
    """Whether the title has room; one that has none at the smallest size is cut."""
    wide, high, text = BOLD * title.width / Pt(1), title.height / Pt(1), title.text_frame.text
    size = size_for([text], wide, high, largest or 40.0, LEAST_TITLE)
    shown = shortened(text, size, wide, high)
    title.text_frame.text = shown
    for run in title.text_frame.paragraphs[0].runs:
        run.font.size = Pt(size)
    return shown == text


# One slide


def _drawn(slide: Slide) -> Drawn | None:
    return native(slide.exhibit.figure) if slide.exhibit and slide.exhibit.figure is not None else None


def _page(look: Look, page: Page) -> None:
    slide = page.slide
    drawn = add_slide(look, look.inside, page.title)
    title_fits = _fit_title(drawn.shapes.title, look.title_size)
    body = look.body
    left_over = _footnotes(drawn, body, slide.footnotes)
    body = body.cut(bottom=at_foot(body, slide.footnotes)[3])
    if slide.figures:
        _figures(drawn, body, slide.figures)
        body = body.cut(top=figure_row(slide.figures, body.w)[0])
    main = slide.exhibit or page.grid
    words = [text for text in (slide.comment,) if text]
    if main and (words or page.points):
        _side(drawn, Box(body.x + body.w - SIDE, body.y, SIDE, body.h), words, page.points)
        body = body.cut(right=SIDE + GAP)
    elif words or page.points:
        _words(drawn, body, words, page.points)
    if main:
        _main(drawn, body, page)
    notes = "\n\n".join(
        text
        for text in (
            "" if title_fits else page.title,
            slide.notes,
            left_over,
            slide.exhibit.words.alt if slide.exhibit else "",
        )
        if text
    )
    drawn.notes_slide.notes_text_frame.text = notes


def _main(drawn, body: Box, page: Page) -> None:
    slide = page.slide
    if slide.exhibit and slide.exhibit.caption:
        high = caption_height(slide, body.w)
        add_text(
            drawn,
            Box(body.x, body.y, body.w, high),
            [paragraph(slide.exhibit.caption)],
            TABLE_SIZE,
            colour=LIGHT.muted,
            name="caption",
        )
        body = body.cut(top=high)
    if page.grid is not None:
        _table(drawn, body, page.grid)
        return
    exhibit = slide.exhibit
    if page.drawn is None:
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
    add_native(drawn, body, page.drawn, exhibit.words.alt)


def _table(drawn, body: Box, grid: Grid) -> None:
    widths = column_widths(grid.heads, grid.rows, TABLE_SIZE, body.w)
    heights = [row_height(row, widths, TABLE_SIZE, 6.0) for row in (grid.heads, *grid.rows)]
    align = ["right" if at in grid.numbers else "left" for at in range(len(grid.heads))]
    cells = [[Cell(text) for text in row] for row in grid.rows]
    add_table(drawn, body, grid.heads, cells, widths, heights, TABLE_SIZE, align=align, name="table")


def _figures(drawn, body: Box, figures: Sequence[tuple[str, str, str]]) -> None:
    """Key figures side by side: what, how much, and what is said below it."""
    _row, names, below = figure_row(figures, body.w)
    size, widths = figure_widths(figures, body.w)
    x = body.x
    for (name, value, said), wide in zip(figures, widths, strict=True):
        add_text(
            drawn,
            Box(x, body.y, wide, names),
            [paragraph(name)],
            NAME_SIZE,
            colour=LIGHT.muted,
            anchor="bottom",
            name="figure",
        )
        add_text(
            drawn,
            Box(x, body.y + names, wide, VALUE_ROOM),
            [paragraph(value, bold=True)],
            size,
            anchor="middle",
            name="figure",
        )
        if said:
            add_text(
                drawn,
                Box(x, body.y + names + VALUE_ROOM, wide, below),
                [paragraph(said)],
                BELOW_SIZE,
                colour=LIGHT.muted,
                name="figure",
            )
        x += wide + GAP


def _side(drawn, box: Box, words: Sequence[str], points: Sequence[str]) -> None:
    texts = [*words, *points]
    size = size_for(texts, box.w - HANGING, box.h, TEXT_SIZE, 8, 6)
    written = add_text(drawn, box, [paragraph(text) for text in texts], size, between=6, name="comment")
    add_bullets(written, len(words))


def _words(drawn, body: Box, words: Sequence[str], points: Sequence[str]) -> None:
    texts = [*words, *points]
    size = size_for(texts, body.w - HANGING, body.h, POINT_SIZE, 9, 8)
    written = add_text(drawn, body, [paragraph(text) for text in texts], size, between=8, name="points")
    add_bullets(written, len(words))


def _footnotes(drawn, body: Box, footnotes: Sequence[str]) -> str:
    """At the foot, as much as has room there; the rest, for the notes."""
    shown, rest, size, high = at_foot(body, footnotes)
    if shown:
        place = Box(body.x, body.y + body.h - high + 8, body.w, high - 8)
        add_text(
            drawn,
            place,
            [paragraph(text) for text in shown],
            size,
            colour=LIGHT.muted,
            anchor="bottom",
            name="footnotes",
        )
    return "\n".join(rest)

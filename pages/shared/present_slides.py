"""The slides as they will be, one below another, with buttons that move them, take them away and give them words of one's own."""

from collections.abc import Callable

import polars as pl
import streamlit as st

from pages.shared.card import CHART
from pages.shared.present_deck import places_of
from pages.shared.present_options import chosen_options, option_widgets
from pages.shared.present_pick import choose, drop, known_slides, move, reword
from pages.shared.view import View
from reports.deck import Deck, Grid, Slide
from reports.story import LONGEST, Shown, Story
from wording import _

MARKS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]()#+-.!$|~<>:"})


def show_slides(view: View, deck: Deck, story: Story) -> None:
    places = places_of(deck, story)
    for missing in deck.left_out:
        st.caption(":material/info: " + plain(_("Left out: {what}", what=missing)))
    for number, slide in enumerate(deck.slides):
        with st.container(border=True, key=f"slide_{slide.key}"):
            at = places.get(number)
            with st.container(horizontal=True, vertical_alignment="top", wrap=False, key=f"slide_head_{slide.key}"):
                st.subheader(plain(slide.title), anchor=False)
                if at is not None:
                    _buttons(view, story, at)
            _show(slide)


def plain(text: str) -> str:
    """A text as it is written: nothing in it is read as a mark of the page."""
    return text.translate(MARKS)


def _buttons(view: View, story: Story, at: int) -> None:
    """Signs whose names say which slide they are of."""
    slide = story.slides[at]
    name = known_slides()[slide.show]
    first, last = at == 0, at == len(story.slides) - 1
    up, down = _("Move “{slide}” up", slide=name), _("Move “{slide}” down", slide=name)
    words, out = _("Words of your own for “{slide}”", slide=name), _("Take “{slide}” out", slide=name)
    _button(up, "arrow_upward", f"slide_up_{at}", first, move, at, -1)
    _button(down, "arrow_downward", f"slide_down_{at}", last, move, at, 1)
    with st.popover(words, type="tertiary", icon=":material/edit:", help=words, key=f"slide_words_{at}"):
        _own_words(view, slide, at)
    _button(out, "close", f"slide_out_{at}", first and last, drop, at)


def _button(name: str, icon: str, key: str, disabled: bool, do: Callable[..., None], *args: int) -> None:
    st.button(
        name, type="tertiary", icon=f":material/{icon}:", help=name, key=key, disabled=disabled, on_click=do, args=args
    )


def _own_words(view: View, slide: Shown, at: int) -> None:
    stamp = f"{at}_{abs(hash((slide.title, slide.comment, slide.show, repr(slide.options))))}"
    title, comment = f"slide_title_{stamp}", f"slide_comment_{stamp}"
    st.text_input(
        _("Title, in place of the finding"), value=slide.title, max_chars=LONGEST, key=title,
        on_change=reword, args=(at, title, comment),
    )  # fmt: skip
    st.text_area(
        _("Comment"), value=slide.comment, max_chars=LONGEST, key=comment, on_change=reword, args=(at, title, comment)
    )
    keys: dict[str, str] = {}
    keys |= option_widgets(view, slide, stamp, lambda: choose(at, chosen_options(slide, keys)))


def _show(slide: Slide) -> None:
    if slide.figures:
        with st.container(horizontal=True, key=f"slide_figures_{slide.key}"):
            for name, value, said in slide.figures:
                with st.container(width="content"):
                    st.metric(name, value)
                    if said:
                        st.caption(plain(said))
    if slide.comment:
        st.markdown(plain(slide.comment))
    if slide.exhibit is not None and slide.exhibit.figure is not None:
        st.plotly_chart(
            slide.exhibit.figure, theme=None, alt=slide.exhibit.words.alt, config=CHART, key=f"slide_chart_{slide.key}"
        )
        st.caption(plain(slide.exhibit.caption))
    if slide.grid is not None:
        st.dataframe(_frame(slide.grid), hide_index=True, key=f"slide_table_{slide.key}")
    if slide.points:
        st.markdown("\n".join(f"- {plain(point)}" for point in slide.points))
    for line in slide.footnotes:
        st.caption(plain(line))
    if slide.notes:
        with st.expander(_("Notes of who speaks"), key=f"slide_notes_{slide.key}"):
            st.markdown(plain(slide.notes).replace("\n", "  \n"))


def _frame(grid: Grid) -> pl.DataFrame:
    """The table with heads that are apart from each other, as columns must be."""
    heads: list[str] = []
    for head in grid.heads:
        heads.append(head if head not in heads else f"{head} ({heads.count(head) + 1})")
    return pl.DataFrame({head: [row[at] for row in grid.rows] for at, head in enumerate(heads)})

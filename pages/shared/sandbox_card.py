"""A card of the sandbox: a chart of an experiment, with what it is and what it can be taken away as."""

from collections.abc import Callable

import polars as pl
import streamlit as st

from pages.shared.card import CHART
from pages.shared.download import table_buttons
from pages.shared.picture import picture_buttons
from reports.exhibit import Exhibit
from reports.what_if_words import about_run, passport_line
from sim.experiments import Order
from wording import _


def what_if_card(order: Order, id: str, exhibit: Exhibit, key: str = "", hint: str = "") -> None:
    """Title, chart, caption and download; without a figure the title says what is lacking.

    key: of the lines' colours, in HTML, before the caption. hint: what a person can do here, behind it.
    """
    words, figure = exhibit.words, exhibit.figure
    with st.container(border=True, key=f"card_{exhibit.key}"):
        st.header(words.title, anchor=False)
        if figure is not None:
            st.plotly_chart(figure, theme=None, alt=words.alt, config=CHART, key=exhibit.key)
        with st.container(horizontal=True, wrap=False, gap="xsmall", key=f"card_foot_{exhibit.key}"):
            caption = " · ".join(filter(None, [key, "; ".join(filter(None, [exhibit.caption, hint]))]))
            st.caption(caption, unsafe_allow_html=True)
            if figure is not None:
                take_away(order, id, lambda: exhibit.rows, exhibit.key, words.title, caption)


def take_away(order: Order, id: str, rows: Callable[[], pl.DataFrame], key: str, title: str, caption: str, chart: bool = True) -> None:  # fmt: skip
    """The data as CSV and Excel, and the chart as a picture; each says by itself what run it is of."""
    with st.popover(
        _("Download"), type="tertiary", icon=":material/download:", help=_("Download this card as data or as a picture"),
        key=f"download_menu_{key}",
    ):  # fmt: skip
        with st.container(horizontal=True, gap="xsmall"):
            table_buttons(rows, about_run(order, id), f"recoup-{key}-{id}", key)
        if chart:
            picture_buttons(key, f"recoup-{key}-{id}", title, [_plain(caption), passport_line(order, id)])


def _plain(caption: str) -> str:
    """The caption without its marks of colour."""
    text = caption.replace("</span>", "")
    while "<span" in text:
        before, _open, rest = text.partition("<span")
        text = before + rest.partition(">")[2]
    return text

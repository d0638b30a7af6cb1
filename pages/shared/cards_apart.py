"""Cards that fall alone: what one lacks, or breaks on, is said in its place, and the page around it stays."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from data.errors import NeedsData
from pages.shared.card import definitions
from queries import Reader, questions
from reports.column_names import table_name
from wording import _

log = logging.getLogger(__name__)

LACKING_IN_A_ROW = 3


@dataclass(frozen=True)
class Card:
    """A card by its key, the question it is about, and what draws it; `without` says what is lacking where no table is."""

    key: str
    asked: str
    draw: Callable[[], None]
    without: str = ""


def cards_in_rows(reader: Reader, cards: Sequence[Card]) -> list[Card]:
    """Draw the cards that the book has the tables for, two in a row, a last lone one as wide as two; the others are returned."""
    answered = [card for card in cards if not reader.lacks(card.asked)]
    for start in range(0, len(answered), 2):
        pair = answered[start : start + 2]
        for column, card in zip(st.columns(len(pair)), pair, strict=True):
            with column:
                card_apart(card)
    return [card for card in cards if card not in answered]


def lacking_cards(reader: Reader, cards: Sequence[Card]) -> None:
    """What other files would let the page answer: a small card a question."""
    left = list({card.asked: card for card in reversed(cards)}.values())[::-1]  # the first card of each question
    for start in range(0, len(left), LACKING_IN_A_ROW):
        for column, card in zip(st.columns(LACKING_IN_A_ROW), left[start : start + LACKING_IN_A_ROW], strict=False):
            with column:
                needs_card(card, reader.lacks(card.asked))


def card_apart(card: Card) -> None:
    """Draw a card; where the book has not the tables for its question, or it breaks, one that says so in its place.

    A fault is logged with its cause; the reader is told which card it is, and that the others hold.
    """
    try:
        card.draw()
    except NeedsData as lacking:
        needs_card(card, lacking.tables)
    except Exception:
        log.exception("the card %s could not be drawn", card.key)
        with st.container(border=True, height="stretch", key=f"card_{card.key}_broken"):
            st.header(_(questions()[card.asked].title), anchor=False)
            st.warning(_("This card could not be drawn. The cause is in the log of the server; the other cards hold."))


def needs_card(card: Card, tables: Sequence[str]) -> None:
    """What the question would answer, and which files would let it."""
    question = questions()[card.asked]
    with st.container(border=True, height="stretch", key=f"card_{card.key}"):
        st.header(_(question.title), anchor=False)
        st.caption(_(question.answers))
        lacked = _("The book has no file of: {tables}", tables=_(", ").join(map(table_name, tables)))
        st.markdown(lacked if tables else card.without)
        with st.container(horizontal=True, vertical_alignment="center", key=f"card_foot_{card.key}"):
            st.page_link(
                "pages/data.py", label=_("Import a file"), icon=":material/upload:", query_params={"tab": _("Import")}
            )
            definitions([card.asked])

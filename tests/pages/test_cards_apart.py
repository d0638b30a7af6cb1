"""A card that breaks or lacks its tables says so in its own place, and the cards after it are drawn."""

import logging

import pytest
from streamlit.testing.v1 import AppTest


def cards(fault: str) -> None:
    """What the tests run as a page: two cards, of which the first cannot be drawn."""
    import streamlit as st

    from data.errors import NeedsData
    from pages.shared.cards_apart import Card, card_apart

    def broken() -> None:
        if fault == "lacking":
            raise NeedsData("This question needs: {tables}. The book has none.", ("payment",))
        raise ZeroDivisionError("a secret of the house")

    card_apart(Card("one", "cash_by_source", broken))
    card_apart(Card("two", "cash_by_source", lambda: st.markdown("the second card")))


def run(fault: str) -> AppTest:
    return AppTest.from_function(cards, args=(fault,)).run()


def test_a_broken_card_says_so_is_logged_with_its_cause_and_leaves_the_others(caplog):
    with caplog.at_level(logging.ERROR):
        page = run("broken")
    assert not page.exception
    assert [header.value for header in page.header] == ["Cash by source"]
    assert "could not be drawn" in page.warning[0].value
    assert "secret" not in page.warning[0].value
    assert "a secret of the house" in caplog.text
    assert page.markdown[-1].value == "the second card"


@pytest.mark.parametrize("said", ["The book has no file of: Payments", "the second card"])
def test_a_card_without_its_tables_names_the_files_that_would_fill_it(monkeypatch, said):
    from pages.shared import cards_apart

    monkeypatch.setattr(cards_apart.st, "page_link", lambda *words, **more: None)  # leads to a page of the app
    page = run("lacking")
    assert not page.exception
    assert said in [text.value for text in page.markdown]

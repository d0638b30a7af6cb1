"""The list of breaches: a page at a time, narrowed by rule and team, each attempt with what broke the rule."""

from datetime import datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from tests.events_placements import import_tables
from tests.small_books import FEB, loan

NIGHT = datetime(2024, 2, 15, 22)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Seventy calls of one night, which nobody answered: all outside the hours, and sixty-four beyond the six dials of the day."""
    calls = [
        {
            "loan_id": "a",
            "acted_at": NIGHT + timedelta(minutes=at),
            "channel": "phone",
            "owner": "=team" if at % 7 else "agency",
            "connected": False,
        }
        for at in range(70)
    ]
    return import_tables(tmp_path_factory.mktemp("night") / "book", [loan("a", FEB, 20)], action=calls)


def page(book: str, preset: str) -> None:
    """What the tests run as a page: the list alone."""
    from datetime import date
    from pathlib import Path

    import streamlit as st

    import queries
    from data.notes import Notes
    from pages.shared.breach_list import breach_list
    from pages.shared.view import View
    from reports.exhibits.conduct import Conduct

    filters, reader = queries.Filters(month=date(2024, 2, 29)), queries.open_reader(book)
    view = View(st.container(), Path(book), reader, filters, None, "loans", "en", "light", Notes(Path(book)))
    breach_list(Conduct(view.scope, preset))


def run(book, preset: str = "cn") -> AppTest:
    shown = AppTest.from_function(page, args=(str(book), preset), default_timeout=30).run()
    assert not shown.exception
    return shown


def test_a_page_has_fifty_attempts_and_the_last_one_the_rest(book):
    shown = run(book)
    assert len(shown.dataframe[0].value) == 50
    assert shown.caption[-1].value == "1 to 50 of 134 breaches, the latest first"
    shown.number_input(key="page_of_list").set_value(3).run()
    assert len(shown.dataframe[0].value) == 34
    assert shown.caption[-1].value == "101 to 134 of 134 breaches, the latest first"


def test_a_page_that_the_list_no_longer_has_gives_way_to_its_last(book):
    shown = run(book)
    shown.number_input(key="page_of_list").set_value(3).run()
    shown.selectbox(key="rule").set_value("cn.hours").run()
    assert not shown.exception
    assert shown.number_input(key="page_of_list").value == 2
    assert shown.caption[-1].value == "51 to 70 of 70 breaches, the latest first"


def test_the_list_says_what_broke_the_rule(book):
    shown = run(book)
    shown.selectbox(key="rule").set_value("cn.dials_day").run()
    first = shown.dataframe[0].value.iloc[0]
    assert (first["Rule"], first["What broke it"]) == ("Unanswered dials a day", "number 70, allowed ≤ 6")
    assert first["Time of the attempt"] == "Thu 2024-02-15 23:09"
    shown.selectbox(key="rule").set_value("cn.hours").run()
    assert shown.dataframe[0].value["What broke it"][0] == "23:09"
    shown.selectbox(key="unit_of_list").set_value("agency").run()
    assert shown.caption[-1].value == "1 to 10 of 10 breaches, the latest first"


def test_rules_that_nobody_broke_list_nothing(book):
    assert "No attempt of Feb 2024 is to be listed." in [text.value for text in run(book, "uk").caption]

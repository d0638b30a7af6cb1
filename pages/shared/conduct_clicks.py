"""The cards of conduct whose marks lead to the list of attempts below them."""

import streamlit as st

import charts
from pages.shared.card import chart_card
from pages.shared.drill import clicked_on
from pages.shared.view import View
from reports.exhibits.conduct import Conduct, hours, rules_broken
from wording import _


def broken_card(view: View, of: Conduct) -> None:
    """The rules that were broken; a click on one lists its attempts."""
    chart_card(
        view,
        rules_broken(of),
        under=of.words.title,
        hint=_("A click on a bar lists its attempts below"),
        on_click=lambda place: _list(rule=of.judged["rule"][place]),
    )


def hours_card(view: View, of: Conduct) -> None:
    """The hours of the week; a click on one lists its breaches."""
    exhibit = hours(of)
    chart_card(view, exhibit, hint=_("A click on an hour lists its breaches below"))
    if exhibit.figure is not None and (click := clicked_on("conduct_hours")) and click["row"] is not None:
        _list(hour_of_list=charts.hour_code(charts.weekday_of_row(click["row"]), click["column"]))


def _list(**chosen: str) -> None:
    """Have the list below show what was chosen, from its first page."""
    st.session_state.update(chosen | {"page_of_list": 1})

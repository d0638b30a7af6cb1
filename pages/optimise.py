"""Optimise: which policy is best under our budget, staff and rules?"""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

import streamlit as st

from data.errors import InvalidScenario
from pages.shared.card import nothing_here
from pages.shared.optimise_found import found_panel, shown_search, title_of
from pages.shared.optimise_task import task_panel
from pages.shared.sandbox_run import backtest_note
from pages.shared.sandbox_start import backtest_of, today_of
from wording import _, count, date, told

view = current_view()
if view.reader is None:
    nothing_here(view, _("Optimise"))
try:
    today = today_of(view)
except InvalidScenario as error:
    view.head.title(_("Optimise"), anchor=False)
    for problem in error.problems:
        st.error(told(problem), icon=":material/error:")
    st.stop()

shown = shown_search(view)
with view.head:
    st.title(title_of(view, shown), anchor=False)
    with st.container(horizontal=True, horizontal_alignment="distribute", key="page_facts"):
        st.caption(" · ".join([_("Optimise"), told(today.words)]), width="content")
        version = view.reader.version
        facts = [
            _("Data to {day}", day=date(view.reader.months[-1])),
            _("{loans} open loans", loans=count(version.loans)),
            _("version {number} of {day}", number=version.number, day=date(version.created_at.date())),
        ]
        st.caption(" · ".join(facts), width="content")
    backtest_note(view, backtest_of(view))

left, right = st.columns([1, 2.4], gap="medium")
with left:
    task_panel(view, today)
with right:
    found_panel(view, shown)

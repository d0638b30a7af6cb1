"""Sandbox: what if we moved the boundaries, the channels, the people, and how sure are we?"""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

import streamlit as st

from data.errors import InvalidScenario
from pages.shared.card import nothing_here
from pages.shared.sandbox_model import model_panel
from pages.shared.sandbox_panel import policy_panel
from pages.shared.sandbox_run import backtest_note, run_panel, shown_run, stand_by, title_of
from pages.shared.sandbox_start import backtest_of, begin, today_of
from wording import _, count, date, ngettext, told

view = current_view()
if view.reader is None:
    nothing_here(view, _("Sandbox"))
try:
    today = today_of(view)
except InvalidScenario as error:
    view.head.title(_("Sandbox"), anchor=False)
    for problem in error.problems:
        st.error(told(problem), icon=":material/error:")
    st.stop()

begin(view, today)
shown = shown_run(view)
with view.head:
    st.title(title_of(view, shown), anchor=False)
    with st.container(horizontal=True, horizontal_alignment="distribute", key="page_facts"):
        facts = [_("Sandbox")]
        if shown:
            facts += [_("against today"), ngettext("{n} day", "{n} days", shown[1].days)]
        st.caption(" · ".join(facts), width="content")
        version = view.reader.version
        whose = today.scenario.population
        loans = _("{n} late loans as cases", n=count(whose.cases))
        if whose.world == "book":
            loans = _("{n} loans of the book in the run", n=count(whose.opening_loans))
        data = [_("Data to {day}", day=date(view.reader.months[-1])), loans]
        data.append(_("version {number} of {day}", number=version.number, day=date(version.created_at.date())))
        st.caption(" · ".join(data), width="content")
    backtest_note(view, backtest_of(view))
    model_panel(view)

left, right = st.columns([1, 2.4], gap="medium")
with right:  # first: who pressed Run waits for an answer, not for the levers
    run_panel(view, shown)
with left, st.container(key="box_levers"):
    policy_panel(view, today)
stand_by(view, today, shown)

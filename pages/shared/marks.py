"""What every axis of months marks: the days on which the policy of a book that the model wrote changed."""

import logging
from pathlib import Path

import streamlit as st

from charts import Mark, Marks
from data.errors import InvalidScenario
from pages.shared.view import View
from sim.truth import PolicyChange, policy_changes
from wording import _, date, told

log = logging.getLogger(__name__)

BOOKS = 8  # whose changes are kept at hand


def marks_of(view: View) -> Marks:
    """The changes of policy up to the month shown, by day; none in a book of a lender's own."""
    if view.reader is None:
        return ()
    changes = _changes(view.book_dir, view.reader.version.number)
    return tuple(_mark(change) for change in changes if change.on <= view.filters.month)


def _mark(change: PolicyChange) -> Mark:
    lines = [f"<b>{date(change.on)}</b>", *(told(words) for words in change.words)]
    return Mark(change.on, _("Policy"), "<br>".join(lines))


@st.cache_data(max_entries=BOOKS, show_spinner=False)
def _changes(book: Path, version: int) -> tuple[PolicyChange, ...]:
    """Read once a version: the file beside the book is long."""
    try:
        return policy_changes(book)
    except InvalidScenario:
        log.exception("the scenario beside the book %s, version %s, cannot be read", book, version)
        return ()

"""What a page is asked to show, handed over by app.py, and the guard of every page: without app.py, nothing.

The first statement of each page is `view = current_view()`; the book is read through `view.reader`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.notes import Notes
from pages.shared.marks import kept_changes
from queries import Filters, Reader
from reports.exhibit import Mode, Scope, Weigh
from reports.marks import marks_of
from wording import _

PAGES = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class View:
    """One screen's question. Pages read it and pass it on; they never change it.

    head: where the page puts its title, above the filter bar.
    reader: the current version of the book, or None when there is no book yet.
    filters: the month and the slices chosen in the filter bar; empty when there is no book yet.
    compare_month: month-end to hold the chosen month against; None when the book does not have it.
    weigh_by: "balance" or "loans"; always "loans" in a book without balances.
    mode: "light" or "dark", as the reader sees the page; what charts are drawn for.
    against_target: key figures are held against their targets, not against `compare_month`.
    notes: targets, annotations, saved views and rules beside the book.
    """

    head: DeltaGenerator
    book_dir: Path
    reader: Reader | None
    filters: Filters
    compare_month: date | None
    weigh_by: Weigh
    language: str
    mode: Mode
    notes: Notes
    against_target: bool = False

    @cached_property
    def scope(self) -> Scope:
        """What exhibits are asked about. There is none without a book."""
        marks = marks_of(kept_changes(self.reader), self.filters.month)
        return Scope(self.reader, self.filters, self.compare_month, self.weigh_by, self.mode, self.notes, marks)


_view: ContextVar[View] = ContextVar("view")


@contextmanager
def showing(view: View) -> Iterator[None]:
    """Let the page that runs inside this block see `view`."""
    token = _view.set(view)
    try:
        yield
    finally:
        _view.reset(token)


def current_view() -> View:
    """The view that app.py made for this run. A page that runs without app.py stops here and leads there."""
    try:
        return _view.get()
    except LookupError:
        _lead_to_app()


def _lead_to_app() -> NoReturn:
    """End this run; start app.py in its place where that is possible, else say how to.

    Until some visitor's run has called `st.navigation`, Streamlit takes a folder named `pages` for a menu of
    its own and answers a first visit to /roll_rates with that file alone. Calling it once ends this for every
    session of the server; the rerun goes through app.py, which opens the page that was asked for. A page file
    served by itself (`streamlit run pages/overview.py`) comes here a second time.
    """
    if not st.session_state.get("led_to_app"):
        st.session_state["led_to_app"] = True
        nowhere = st.Page(lambda: None, title="Recoup", url_path="app", default=True)
        st.navigation([nowhere, *sorted(PAGES.glob("*.py"))], position="hidden")
        st.rerun()
    st.info(_("This page is a part of Recoup. Open it there: `python recoup.py serve`"))
    st.stop()

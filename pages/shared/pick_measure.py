"""Choosing one number a month: a key figure, or a column of any question and which part of its answer."""

import polars as pl
import streamlit as st

from data.errors import UserError
from data.notes import Measure, where_of
from data.schema import DIMENSIONS
from pages.shared.view import View
from queries import questions
from queries.measure import series
from reports.targets import key_measures, measure_name
from wording import _

ANOTHER = "another"
WHOLE = "–"


def pick_measure(view: View, key: str) -> tuple[str, Measure] | None:
    """The measure and a name for it; None, with the reason said, where what is chosen is not one number a month."""
    known = {
        f"{weigh}_{name}": (f"{words}, {_by(weigh)}", measure)
        for weigh in (("balance", "loans") if view.reader.has_balances else ("loans",))
        for name, (words, measure) in key_measures(view.reader, weigh).items()
    }
    names = {code: words for code, (words, _measure) in known.items()} | {ANOTHER: _("Another measure …")}
    picked = st.selectbox(_("Measure"), list(names), format_func=names.__getitem__, key=f"{key}_measure")
    measure = known[picked][1] if picked in known else _another(view, key)
    slices = _slices(view, key, measure.question)
    measure = Measure(measure.question, measure.column, where_of(dict(measure.where) | slices))
    try:
        series(view.reader, measure)
    except UserError as error:
        st.caption(_(error.template, **error.values))
        return None
    return measure_name(view.reader, measure), measure


def _by(weigh: str) -> str:
    return _("by balance") if weigh == "balance" else _("by loans")


def _another(view: View, key: str) -> Measure:
    """A column of a question that answers month by month, and a value of each column that tells its rows apart."""
    asked = questions()
    monthly = {name: _(asked[name].title) for name in view.reader.answerable if "month" in asked[name].columns}
    name = st.selectbox(_("Question"), list(monthly), format_func=monthly.__getitem__, key=f"{key}_question")
    answer = view.reader.ask(name, view.filters)
    numbers = [column for column, kind in answer.schema.items() if kind.is_numeric()]
    meaning = asked[name].columns
    column = st.selectbox(
        _("Number"), numbers, format_func=lambda c: f"{c}: {_(meaning[c])}", key=f"{key}_column_{name}"
    )
    cells = {}
    with st.container(horizontal=True):
        for other, kind in answer.schema.items():
            values = [] if kind != pl.String else answer[other].drop_nulls().unique(maintain_order=True).to_list()
            if len(values) > 1:
                value = st.selectbox(other, [WHOLE, *values], key=f"{key}_{name}_{other}", width=180)
                cells |= {} if value == WHOLE else {other: (value,)}
    return Measure(name, column, where_of(cells))


def _slices(view: View, key: str, question: str) -> dict[str, tuple[str, ...]]:
    """The part of the book, by the dimensions that the question heeds."""
    names = {
        "product": _("Product"),
        "region": _("Region"),
        "segment": _("Segment"),
        "acquisition_channel": _("Acquisition channel"),
    }
    offered = [n for n in DIMENSIONS if len(view.reader.dimensions[n]) > 1 and n in questions()[question].filters]
    with st.container(horizontal=True):
        return {
            name: tuple(
                st.multiselect(
                    names[name],
                    view.reader.dimensions[name],
                    key=f"{key}_{name}",
                    placeholder=_("All"),
                    width=200,
                    format_func=lambda value: value or _("Not known"),
                )
            )
            for name in offered
        }

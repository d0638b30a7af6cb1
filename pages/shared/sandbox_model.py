"""The model and this book: what was fitted from it, with how sure each number is; and the fit and its test, from the page."""

import polars as pl
import streamlit as st

import charts
from data.errors import NoExperiment
from pages.shared.download import table_buttons
from pages.shared.experiment import progress_row
from pages.shared.sandbox_start import backtest_of
from pages.shared.view import View
from reports.provenance import today_in_about
from reports.what_if_words import fault_of
from sim.calibration import Calibration, read_calibration
from sim.calibration.lines import lines
from sim.experiments import OVER, Order, folder_of, order, read_progress, state
from sim.today import Tested
from wording import _, count, month, ngettext, set_language, told

LOOK_SECONDS = 1.0
FIT = "f1770000-fit"
"""One at a time is fitted; its number is the same in every book."""


def model_panel(view: View) -> None:
    """An expander: how the model was fitted to this version of the book, or how to do it."""
    found = read_calibration(view.book_dir, view.reader.version.number)
    with st.expander(_("The model and this book"), icon=":material/model_training:", expanded=_is_fitting(view)):
        if _is_fitting(view):
            _watch(view)
            return
        _ended(view)
        if found is None:
            st.caption(_("The model has not been fitted to this version of the book: borrowers and effects are assumed. Fitting reads payments and contacts, then foretells the last six months as a test; it takes about two minutes."))  # fmt: skip
        label = _("Fit the model to this book") if found is None else _("Fit it anew")
        if st.button(label, icon=":material/model_training:", key="box_fit"):
            order(view.book_dir, Order({}, kind="fit", book_version=view.reader.version.number), FIT)
            st.rerun()
        if found is not None:
            _tested(backtest_of(view))
            _fitted(found)


def _is_fitting(view: View) -> bool:
    try:
        return state(folder_of(view.book_dir, FIT)) not in OVER
    except NoExperiment:
        return False


@st.fragment(run_every=LOOK_SECONDS)
def _watch(view: View) -> None:
    set_language(view.language)
    if not _is_fitting(view):
        st.rerun()
    progress_row(view, FIT, "box_fit", _("Fitting the model to this book, then testing it on its last months"))


def _ended(view: View) -> None:
    """What the last fit has to say, where it did not come to its end."""
    try:
        folder = folder_of(view.book_dir, FIT)
    except NoExperiment:
        return
    progress, now = read_progress(folder), state(folder)
    if now == "failed":
        st.error(fault_of(progress), icon=":material/error:")
    elif now == "lost":
        st.warning(_("The process that fitted the model has ended unexpectedly. Begin again."), icon=":material/power_off:")  # fmt: skip


def _tested(found: Tested | None) -> None:
    """What the backtest says, sentence by sentence; its verdict stands on top of the page."""
    if found is None:
        return
    st.markdown("**" + _("The test on the last months") + "**")
    st.markdown("\n".join(f"- {told(sentence)}" for sentence in found.words))
    st.markdown("**" + _("What was fitted") + "**")


def _fitted(found: Calibration) -> None:
    months = ngettext("{n} month", "{n} months", found.months)
    st.caption(_("Fitted from {months} up to {last}, with 90 % intervals; what is not listed is assumed, published or decided.", months=months, last=month(found.last)))  # fmt: skip
    for sentence in (*found.confounded, *found.thin):
        st.markdown(f"- {told(sentence)}")
    if found.confounded:
        st.caption(_("Where chance did not choose whom to contact, look at Assumptions below an answer: it shows the verdict with all effects halved."))  # fmt: skip
    rows = pl.DataFrame(
        [
            {
                _("Parameter"): line.path,
                _("Value"): line.value,
                _("90 % interval"): line.between,
                _("Seen"): count(line.n) if line.n else "",
                _("Origin"): charts.origin_name(line.origin),
                _("Note"): told(line.note) if line.note else "",
            }
            for line in lines(found)
        ]
    )
    st.dataframe(rows, hide_index=True, height=360, key="box_fitted")
    with st.container(horizontal=True, gap="xsmall"):
        about = {"about_table": _("The model and this book"), "about_version": found.version} | today_in_about()
        table_buttons(rows, about, "recoup-calibration", "calibration")

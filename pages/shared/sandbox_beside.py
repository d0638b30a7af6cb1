"""Experiments beside a comparison, each on demand: one assumption at a time, all of them at once."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from data.errors import NoExperiment
from pages.shared import sandbox_results as cards
from pages.shared.experiment import progress_row
from pages.shared.sandbox_results import Results
from sim.experiments import (
    OVER,
    POLICY,
    TODAY,
    Answer,
    Kind,
    folder_of,
    order,
    read_answer,
    read_progress,
    resume,
    state,
)
from wording import _, count, set_currency, set_language

LOOK_SECONDS = 0.4


@dataclass(frozen=True)
class Beside:
    """One kind of them. asks: its title before it is run; says: what it does; button: what begins it; draw: shows what is known."""

    kind: Kind
    replications: int
    asks: str
    says: str
    button: str
    draw: Callable[[Results, Answer], None]


def one_at_a_time() -> Beside:
    return Beside(
        "assumptions",
        6,
        _("Which assumptions does the verdict hang on?"),
        _("Each assumption is put to its low and its high end, and both policies run again. It takes about a minute."),
        _("Vary the assumptions"),
        lambda of, answer: cards.assumptions(of, answer.bars),
    )


def all_at_once() -> Beside:
    return Beside(
        "sensitivity",
        2,
        _("Does the verdict hold when several assumptions are wrong at once?"),
        _("All assumptions move at once, over their ranges, and both policies run again in each such world. It takes a few minutes."),
        _("Vary all at once"),
        lambda of, answer: cards.sensitivity(of, answer.bars),
    )  # fmt: skip


def as_fitted() -> Beside:
    return Beside(
        "uncertainty",
        3,
        _("How much is not known of the borrowers, and how much is luck?"),
        _("Each number fitted from this book is drawn anew from within its interval, and both policies run again in each such world. It takes a few minutes."),
        _("Draw other borrowers"),
        lambda of, answer: cards.uncertainty(of, answer.bars),
    )  # fmt: skip


def beside(of: Results, what: Beside) -> None:
    """The card of one kind: the button that begins it, how far it is, or its answer."""
    id = f"{of.id}-{what.kind}"
    try:
        folder = folder_of(of.view.book_dir, id)
    except NoExperiment:
        _offer(of, what, id)
        return
    if state(folder) in OVER:
        _ended(of, what, id)
    else:
        _watch(of, what, id)


def _offer(of: Results, what: Beside, id: str) -> None:
    with st.container(border=True, key=f"card_{what.kind}"):
        st.header(what.asks, anchor=False)
        st.caption(what.says)
        if st.button(what.button, icon=":material/tune:", key=f"box_begin_{what.kind}"):
            pair = {name: of.order.scenarios[name] for name in (POLICY, TODAY)}
            wanted = replace(of.order, scenarios=pair, replications=what.replications, kind=what.kind)
            order(of.view.book_dir, wanted, id)
            st.rerun()


def _ended(of: Results, what: Beside, id: str) -> None:
    folder = folder_of(of.view.book_dir, id)
    what.draw(of, read_answer(folder))
    if state(folder) in ("lost", "failed", "cancelled"):
        st.warning(_("It did not come to its end: {done} of {planned} runs.", **_runs(folder)), icon=":material/warning:")  # fmt: skip
        st.button(_("Go on"), key=f"box_resume_{what.kind}", on_click=resume, args=(of.view.book_dir, id))


@st.fragment(run_every=LOOK_SECONDS)
def _watch(of: Results, what: Beside, id: str) -> None:
    set_language(of.view.language)
    set_currency(of.view.reader.version.settings.currency)
    folder = folder_of(of.view.book_dir, id)
    if state(folder) in OVER:
        st.rerun()
    progress_row(
        of.view, id, f"box_{what.kind}", _("Varying the assumptions: {done} of {planned} runs", **_runs(folder))
    )
    answer = read_answer(folder)
    if answer.bars:
        what.draw(of, answer)


def _runs(folder) -> dict[str, str]:
    progress = read_progress(folder)
    return {"done": count(progress.done), "planned": count(progress.planned)}

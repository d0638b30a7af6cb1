"""An experiment on the screen: its progress while it goes on, its answer, and what can be done with it."""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from pages.shared import sandbox_results as cards
from pages.shared.experiment import found_again, how_it_ended, progress_row, with_time_left
from pages.shared.options import option
from pages.shared.sandbox_beside import all_at_once, as_fitted, beside, one_at_a_time
from pages.shared.sandbox_panel import be_ready, begin_run
from pages.shared.sandbox_results import Results, results_of
from pages.shared.sandbox_start import open_policy, today_of
from pages.shared.view import View
from reports.what_if_words import headline, listed_subject, subject
from sim.answers import difference
from sim.experiments import (
    OVER,
    POLICY,
    TODAY,
    Answer,
    Order,
    Progress,
    State,
    experiments,
    folder_of,
    has_answer,
    read_answer,
    read_order,
    read_progress,
    resume,
    state,
    wait_for_answer,
)  # fmt: skip
from sim.today import Today
from wording import _, count, money, set_currency, set_language, told

LOOK_SECONDS = 0.4
FIRST_SECONDS = 1.5
"""How long the page that was asked waits for a first answer itself, so that it stands there without another look."""
LISTED = 12


def shown_run(view: View) -> tuple[str, Order] | None:
    """The experiment of the address, else the last one of this visit; None where there is none (any more)."""
    again = found_again(view, "box", "run", "comparison")
    if again:
        st.session_state["box_shown"] = again[1].scenarios.get(POLICY)
    return again


def title_of(view: View, shown: tuple[str, Order] | None) -> str:
    """The finding, as far as it is known."""
    if shown is None:
        return _("What if we collected differently?")
    id, found = shown
    answer = read_answer(folder_of(view.book_dir, id))
    if answer.done or answer.rough:
        return headline(found, answer)
    return _("{what}: being simulated", what=subject(found) if POLICY in found.scenarios else _("Saved scenarios"))


def run_panel(view: View, shown: tuple[str, Order] | None) -> None:
    """The answer, sharpened while one watches."""
    if shown is None:
        st.info(_("Change something on the left, or choose a typical question, and press Run. Both policies then meet the same borrowers with the same luck."), icon=":material/science:")  # fmt: skip
        _others(view, "")
        return
    id, found = shown
    now = state(folder_of(view.book_dir, id))
    if now in OVER:
        _ended(view, id, found, now)
        answer = read_answer(folder_of(view.book_dir, id))
        if answer.done:
            _answer(results_of(view, id, found, answer))
        elif answer.rough and POLICY in found.scenarios:
            cards.key_figures(results_of(view, id, found, answer))
    else:
        _watch(view, id, found)
    _others(view, id)


def stand_by(view: View, today: Today, shown: tuple[str, Order] | None) -> None:
    """Have a process ready for the next run. One that is begun while a first answer is awaited would take the cores that this needs."""
    folder = folder_of(view.book_dir, shown[0]) if shown else None
    if folder is None or has_answer(folder) or state(folder) in OVER:
        be_ready(today)


# While it goes on


@st.fragment(run_every=LOOK_SECONDS)
def _watch(view: View, id: str, found: Order) -> None:
    """A fragment that looks again and again, and only while there is something to wait for."""
    set_language(view.language)
    set_currency(view.reader.version.settings.currency)
    folder = folder_of(view.book_dir, id)
    now, answer = state(folder), read_answer(folder)
    progress_row(view, id, "box", _step(now, read_progress(folder), found, answer))
    st.caption(_("You may leave this page, or close it: the run goes on and is found again below."))
    if f"box_seen_{id}" not in st.session_state:
        wait_for_answer(folder, FIRST_SECONDS)
        now, answer = state(folder), read_answer(folder)
    of = results_of(view, id, found, answer)
    if (answer.done or answer.rough) and POLICY in found.scenarios:
        cards.key_figures(of)
    if answer.done:
        cards.recovery(of)
    seen = (now in OVER, bool(answer.done or answer.rough))
    if seen != st.session_state.setdefault(f"box_seen_{id}", (False, False)):
        st.session_state[f"box_seen_{id}"] = (
            seen  # the title says what is known, and the whole answer is drawn when it is
        )
        st.rerun()


def _step(now: State, progress: Progress, found: Order, answer: Answer) -> str:
    if now == "waiting" or not progress.planned:
        return _("Waiting for a place")
    done = _("{done} of {planned} replications", done=count(progress.done), planned=count(progress.planned))
    done = with_time_left(done, progress)
    if found.half_width and answer.done > 1 and POLICY in found.scenarios:
        reach = difference(answer, POLICY, TODAY, "net").half_width
        done += " · " + _("net known to ± {now}, wanted ± {wanted}", now=money(reach), wanted=money(found.half_width))
    return done


# When it is over


def _ended(view: View, id: str, found: Order, now: State) -> None:
    n = count(read_progress(folder_of(view.book_dir, id)).done)
    st.session_state[f"box_seen_{id}"] = (True, True)
    how_it_ended(
        view, id, "box", now,
        _("The process that worked on this run has ended unexpectedly, after {n} replications. What it found is below.", n=n),
        _("The run ended with a fault: {fault}"),
        _("Cancelled after {n} replications.", n=n),
        _resume,
    )  # fmt: skip


def _resume(book: Path, id: str) -> None:
    st.session_state[f"box_seen_{id}"] = (False, True)
    resume(book, id)


def _answer(of: Results) -> None:
    if POLICY in of.order.scenarios:
        cards.key_figures(of)
        cards.all_figures(of)
    else:
        cards.several(of)
        of = replace(of, chosen=option("of", _("Looked into below"), {name: name for name in of.saved}))
    cards.recovery(of)
    cards.waterfall(of)
    look = option("look", _("Look at"), _looks(of))
    {"groups": cards.gains, "queues": cards.queues, "rolls": cards.rolls, "replay": cards.replay, "assumptions": _assumptions}[look](of)  # fmt: skip
    cards.since_then(of)
    _again(of)


def _looks(of: Results) -> dict[str, str]:
    """What else there is to see, one at a time: a page that draws all of it at once is slow to read and to draw."""
    looks = {"groups": _("Who gains"), "queues": _("Queues"), "rolls": _("Roll rates"), "replay": _("Day by day")}
    return looks | ({"assumptions": _("Assumptions")} if POLICY in of.order.scenarios else {})


def _assumptions(of: Results) -> None:
    """What the verdict hangs on, on demand: experiments of their own beside this one."""
    beside(of, one_at_a_time())
    beside(of, all_at_once())
    if today_of(of.view).source == "calibrated" and of.order.book_version == of.view.reader.version.number:
        beside(of, as_fitted())


def _again(of: Results) -> None:
    cards.passport(of)
    if st.button(_("Run again from this passport"), icon=":material/replay:", key="box_again", help=_("The same borrowers, the same luck: the numbers are the same to the last digit")):  # fmt: skip
        begin_run(of.view, replace(of.order, ordered_at=""))


# All of them


def _others(view: View, id: str) -> None:
    """The runs of this book, newest first, each found again by its number."""
    listed = experiments(view.book_dir)[:LISTED]
    if not listed:
        return
    with st.expander(_("Runs"), icon=":material/history:", expanded=not id):
        for each in listed:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.button(
                    listed_subject(each.subject, each.start), key=f"box_open_{each.id}", type="tertiary", on_click=_open, args=(view, each.id),
                    disabled=each.id == id, icon=":material/bookmark:" if each.kept else ":material/science:",
                )  # fmt: skip
                st.caption(" · ".join(filter(None, [f"{each.ordered_at:%Y-%m-%d %H:%M} UTC", each.author, _state(state(each.folder))])))  # fmt: skip


def _state(code: State) -> str:
    return {
        "waiting": _("waiting"),
        "running": _("running"),
        "done": _("done"),
        "cancelled": _("cancelled"),
        "failed": _("failed"),
        "lost": _("ended unexpectedly"),
    }[code]


def _open(view: View, id: str) -> None:
    st.session_state["box_run"] = id
    st.query_params["run"] = id
    open_policy(read_order(folder_of(view.book_dir, id)))


def backtest_note(view: View, found) -> None:
    """How far the model can be trusted on this book: what its backtest said, or that there was none and how to make it."""
    if found is None:
        st.warning(_("The model has not been tested on this book. Test it before you rely on an answer: `python recoup.py backtest`"), icon=":material/science:")  # fmt: skip
        return
    say = {"good": st.success, "fair": st.info, "poor": st.error}.get(found.verdict, st.info)
    say("**" + _("Backtest:") + "** " + told(found.words[0]), icon=":material/science:")

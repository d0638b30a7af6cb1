"""What a what-if of the sandbox begins from: the operation as it is today, a scenario that was saved, or a file."""

from pathlib import Path

import streamlit as st

from data.errors import InvalidScenario, NoExperiment
from data.notes import Kept, SavedScenario
from pages.shared.sandbox_policy import set_draft
from pages.shared.view import View
from queries import Reader
from reports.what_if_words import START_TODAY as TODAY
from sim.experiments import POLICY, Order, folder_of, read_order
from sim.scenario import Scenario
from sim.scenario_file import read_scenario
from sim.today import Tested, Today, as_today, tested
from sim.typical import QUESTIONS
from wording import _, set_language, told


def today_of(view: View) -> Today:
    """As the book of this version has it; worked out once for all sessions."""
    calibration = view.book_dir / "calibration"
    stamp = calibration.stat().st_mtime if calibration.exists() else 0.0
    return _today(str(view.book_dir), view.reader.version.number, stamp, view.reader)


@st.cache_resource(max_entries=4, show_spinner=False)
def _today(book: str, number: int, stamp: float, _reader: Reader) -> Today:
    return as_today(Path(book), _reader)


def backtest_of(view: View) -> Tested | None:
    return tested(view.book_dir, view.reader.version.number)


def saved_scenarios(view: View) -> list[Kept]:
    return view.notes.all(SavedScenario)


def saved_named(view: View, name: str) -> Kept | None:
    """The saved scenario of that name, whatever its case; None where there is none."""
    return next((kept for kept in saved_scenarios(view) if kept.note.name.casefold() == name.strip().casefold()), None)


def begin(view: View, today: Today) -> None:
    """On the first run of a visit: the scenario of the address, or the one of the experiment of the address, else as today.

    Where the book, or what is fitted from it, has changed since, the policy that began from today begins again from it.
    """
    if "box_draft" in st.session_state:
        if st.session_state["box_start"] == TODAY and st.session_state["box_base"] != today.scenario:
            changed = st.session_state["box_draft"] != st.session_state["box_base"]
            start_from(TODAY, today.scenario)
            if changed:
                st.session_state["box_error"] = _("The book has changed, or the model was fitted anew: the policy starts from today again.")  # fmt: skip
        return
    linked = st.query_params.get("scenario")
    kept = saved_named(view, linked) if linked else None
    if linked and kept is None:
        st.session_state["box_error"] = _("There is no saved scenario “{name}”.", name=linked[:80])
    if kept:
        open_saved(view, kept.note)
    else:
        start_from(TODAY, today.scenario)
        _open_linked_run(view)


def _open_linked_run(view: View) -> None:
    """The policy of the experiment that the address names, as the draft: what one sees on the right is what stands on the left."""
    try:
        found = read_order(folder_of(view.book_dir, st.query_params.get("run", "")))
    except NoExperiment:
        return
    open_policy(found)


def open_policy(found: Order) -> None:
    """The policy of an experiment as the draft, and the question that it was asked by."""
    policy, base = found.scenarios.get(POLICY), st.session_state["box_base"]
    if policy is None:
        return
    kind, _colon, code = found.subject.partition(":")
    question = code if kind == "question" and code in QUESTIONS and QUESTIONS[code].ask(base) == policy else None
    st.session_state["box_question"] = question
    set_draft(policy)
    st.session_state["box_asked"] = policy


def start_from(code: str, scenario: Scenario) -> None:
    """Begin from a scenario: it is the draft, unchanged."""
    st.session_state["box_start"], st.session_state["box_base"] = code, scenario
    st.session_state["box_question"] = None
    set_draft(scenario)


def open_saved(view: View, note: SavedScenario) -> None:
    """A saved scenario as the draft, and what was found out about it, where that is still there."""
    set_language(view.language)  # at the press of a button no page has said yet whose language it is
    try:
        scenario = read_scenario(note.toml, note.name)
    except InvalidScenario as error:
        st.session_state["box_error"] = "  \n".join(told(problem) for problem in error.problems)
        return
    start_from(note.name, scenario)
    try:
        folder_of(view.book_dir, note.experiment)
        st.session_state["box_run"] = st.query_params["run"] = note.experiment
    except NoExperiment:
        st.session_state.pop("box_run", None)
        st.query_params.pop("run", None)


def open_version(view: View, note: SavedScenario) -> None:
    """The same at the press of a button, which draws the panel alone: the answer beside it has to be drawn anew too."""
    open_saved(view, note)
    st.session_state["box_reload"] = True


def choose_start(view: View, today: Today) -> None:
    """Where to begin, a typical question to ask of it, and a file to begin from."""
    saved = {kept.note.name: kept for kept in saved_scenarios(view)}
    codes = [TODAY, *saved]
    now = st.session_state["box_start"]
    if now not in codes:
        codes.append(now)
    st.session_state["box_start_chosen"] = now
    st.selectbox(
        _("Start from"), codes, format_func=lambda code: _("As today") if code == TODAY else code, key="box_start_chosen",
        on_change=_start_chosen, args=(view, today, saved),
    )  # fmt: skip
    if now == TODAY:
        st.caption(told(today.words))
        if today.confounded:
            st.caption(_("Some effects rest on a history in which chance did not choose whom to contact: see “The model and this book”."))  # fmt: skip
    st.session_state["box_question_chosen"] = st.session_state["box_question"]
    st.pills(
        _("A typical question"), list(QUESTIONS), format_func=lambda code: told(QUESTIONS[code].label),
        key="box_question_chosen", on_change=_ask,
    )  # fmt: skip


def _start_chosen(view: View, today: Today, saved: dict[str, Kept]) -> None:
    code = st.session_state["box_start_chosen"]
    st.query_params.pop("scenario", None)
    if code in saved:
        open_version(view, saved[code].note)
        st.query_params["scenario"] = code
    elif code == TODAY:
        start_from(TODAY, today.scenario)


def _ask() -> None:
    """The question is asked of what was begun from, whatever has been changed since; none takes the changes back."""
    code = st.session_state["box_question_chosen"]
    base = st.session_state["box_base"]
    st.session_state["box_question"] = code
    set_draft(QUESTIONS[code].ask(base) if code else base)
    st.session_state["box_asked"] = st.session_state["box_draft"]


def take_file() -> None:
    """Begin from a file that a person uploads; what is wrong with it is told, all of it."""
    upload = st.file_uploader(_("Begin from a file (TOML)"), type=["toml"], key="box_file")
    if upload is None or upload.file_id == st.session_state.get("box_file_taken"):
        return
    st.session_state["box_file_taken"] = upload.file_id
    try:
        scenario = read_scenario(upload.getvalue().decode("utf-8-sig"), upload.name)
    except UnicodeDecodeError:
        st.session_state["box_error"] = _("{file} is not text in UTF-8.", file=upload.name)
    except InvalidScenario as error:
        st.session_state["box_error"] = "  \n".join(told(problem) for problem in error.problems)
    else:
        start_from(upload.name, scenario)
    st.rerun()

"""The left side of the sandbox: the policy, what is changed in words, what contradicts itself, and the button that runs it."""

from dataclasses import replace
from itertools import chain
from urllib.parse import quote

import streamlit as st

from data.errors import InvalidScenario, UserError
from data.notes import LONGEST_NAME, LONGEST_TEXT, Edit, SavedScenario
from pages.shared.sandbox_policy import Levers, policy_levers
from pages.shared.sandbox_start import (
    TODAY,
    backtest_of,
    choose_start,
    open_version,
    saved_named,
    saved_scenarios,
    take_file,
)
from pages.shared.view import View
from pages.shared.who import who
from sim.consistency import contradictions, once
from sim.difference_words import in_words
from sim.experiments import NO_CONTACT, POLICY, Order, keep, order, warm
from sim.experiments import TODAY as BASE
from sim.idle import idle
from sim.no_contact import without_contact
from sim.scenario import Scenario
from sim.scenario_file import read_scenario, write_scenario
from sim.today import Today, with_borrowers_of
from wording import _, language, set_currency, set_language, told

REPLICATIONS, DAYS, SEED = 30, 365, 1
MOST_REPLICATIONS, MOST_DAYS, MOST_COMPARED = 500, 1825, 5


@st.fragment
def policy_panel(view: View, today: Today) -> None:
    """A fragment: what is changed here redraws this side alone; Run and a new start redraw the page."""
    set_language(view.language)
    set_currency(view.reader.version.settings.currency)
    if st.session_state.pop("box_reload", False):
        st.rerun()
    if error := st.session_state.pop("box_error", None):
        st.error(error, icon=":material/error:")
    with st.container(border=True, key="card_policy"):
        st.header(_("The policy"), anchor=False)
        choose_start(view, today)
        draft = policy_levers(Levers(view, st.session_state["box_generation"]), st.session_state["box_draft"])
        st.session_state["box_draft"] = draft
        problems = _contradictions(draft)
        _what_changed(today.scenario, draft, problems)
        _run(view, today, draft, bool(problems))
    with st.container(border=True, key="card_scenarios"):
        _scenarios(view, today, draft)


# What it is


def _contradictions(draft: Scenario) -> list[str]:
    """What is wrong, in words; a scenario with any of it is not run."""
    return [told(problem) for problem in once(chain(contradictions(draft), idle(draft)))]


def _what_changed(today: Scenario, draft: Scenario, problems: list[str]) -> None:
    """Against today, as the answer is, wherever it was begun from."""
    words = [told(clause) for clause in in_words(today, draft)]
    st.subheader(_("What changed"), anchor=False)
    if words:
        st.markdown("\n".join(f"- {clause}" for clause in words))
    else:
        st.caption(_("Nothing: this is the operation as today."))
    for problem in problems:
        st.error(problem, icon=":material/block:")


def subject_of(draft: Scenario, today: Today) -> str:
    """What the policy is called: a typical question by its code, a saved one by its name, else what differs, or nothing."""
    question = st.session_state.get("box_question")
    if question and draft == st.session_state.get("box_asked") and st.session_state["box_base"] == today.scenario:
        return f"question:{question}"
    start = st.session_state["box_start"]
    if start != TODAY and draft == st.session_state["box_base"]:
        return f"name:{start}"
    return ""


# Running it


def be_ready(today: Today) -> None:
    """Have a process ready for the next run, which works out ahead what is known of it: that today is what the policy is held against."""
    held_against = _base(today, st.session_state["box_draft"])
    warm(held_against, seed=st.session_state["box_seed"] or SEED, days=st.session_state["box_days"] or DAYS)


def _base(today: Today, draft: Scenario) -> Scenario:
    return with_borrowers_of(today.scenario, draft)


def _run(view: View, today: Today, draft: Scenario, wrong: bool) -> None:
    with st.expander(_("How sure"), icon=":material/tune:"):
        st.number_input(
            _("Stop when the difference in net is known to ±"), min_value=0.0, step=1000.0, value=None, key="box_half_width", persist_state="session",
            placeholder=_("run all replications"), help=_("In money, to either side, 95 %. Empty: all replications are run"),
        )  # fmt: skip
        replications = _asked("box_replications", _("Replications at most"), REPLICATIONS, 2, MOST_REPLICATIONS)
        days = _asked("box_days", _("Days"), DAYS, 30, MOST_DAYS)
        seed = _asked("box_seed", _("Seed"), SEED, 0, 1_000_000)
        st.toggle(
            _("Beside nobody being contacted too"), key="box_no_contact", persist_state="session",
            help=_("Most early arrears cure by themselves: only what is above that is the operation's doing"),
        )  # fmt: skip
    with st.container(key="box_run_place"):
        run = st.button(
            _("Run"),
            type="primary",
            icon=":material/play_arrow:",
            disabled=wrong,
            width="stretch",
            key="box_run_button",
        )
    if run:
        scenarios = {POLICY: draft, BASE: _base(today, draft)}
        if st.session_state.get("box_no_contact"):
            scenarios[NO_CONTACT] = without_contact(draft)
        wanted = Order(
            scenarios, replications, days, seed, st.session_state.get("box_half_width") or None, against=(BASE,),
            subject=subject_of(draft, today), start=st.session_state["box_start"],
        )  # fmt: skip
        begin_run(view, wanted)


def _asked(key: str, label: str, value: int, low: int, high: int) -> int:
    st.session_state.setdefault(key, value)
    return st.number_input(label, min_value=low, max_value=high, step=1, key=key, persist_state="session") or value


def begin_run(view: View, wanted: Order) -> None:
    """Order it, and show it: its number stands in the address from now on."""
    found = backtest_of(view)
    author = st.user.get("email") or st.session_state.get("my_name") or ""
    whole = replace(
        wanted, author=str(author), book_version=view.reader.version.number, backtest=found.verdict if found else ""
    )
    id = order(view.book_dir, whole)
    st.session_state["box_run"] = id
    st.query_params["run"] = id
    st.rerun()


# Saved ones


def _scenarios(view: View, today: Today, draft: Scenario) -> None:
    st.header(_("Scenarios"), anchor=False)
    with st.expander(_("Save this policy"), icon=":material/bookmark_add:"):
        _save(view, draft)
    with st.expander(_("Compare saved ones"), icon=":material/stacked_line_chart:"):
        _compare(view, today)
    with st.expander(_("Take away or bring in"), icon=":material/swap_vert:"):
        st.download_button(
            _("Download as TOML"), data=lambda: write_scenario(draft), file_name="scenario.toml", mime="application/toml",
            icon=":material/download:", on_click="ignore", key="box_download",
        )  # fmt: skip
        take_file()


def _save(view: View, draft: Scenario) -> None:
    me = who("sandbox")
    name = st.text_input(_("Name"), key="box_name", max_chars=LONGEST_NAME)
    reason = st.text_area(_("What it is for"), key="box_reason", max_chars=LONGEST_TEXT, height=68)
    before = saved_named(view, name) if name.strip() else None
    label = _("Save as a new version") if before else _("Save")
    ready = bool(me and name.strip() and reason.strip())
    st.button(label, icon=":material/save:", disabled=not ready, key="box_save", on_click=_write, args=(view, draft, name, reason, me))  # fmt: skip
    if message := st.session_state.get("box_saved"):
        st.success(_("Saved. The link to it:"), icon=":material/check_circle:")
        st.code(message, language=None)
    saved = saved_named(view, name) if name.strip() else None
    if saved:
        _versions(view, [edit for edit in view.notes.edits(SavedScenario) if edit.number == saved.number])


def _versions(view: View, edits: list[Edit]) -> None:
    """All versions of a saved scenario, newest first, each with who wrote it and what for; any of them can be opened again."""
    rows = [
        {_("Version"): str(len(edits) - at), _("By"): edit.who, _("At (UTC)"): f"{edit.at:%Y-%m-%d %H:%M}", _("What it is for"): edit.note.reason}
        for at, edit in enumerate(edits)
    ]  # fmt: skip
    st.dataframe(rows, hide_index=True)
    st.caption(_("Every earlier version is kept."))
    if len(edits) > 1:
        numbers = {len(edits) - at: edit for at, edit in enumerate(edits)}
        chosen = st.selectbox(_("Version"), list(numbers), format_func=str, key=f"box_version_{len(edits)}")
        st.button(_("Open this version"), icon=":material/history:", key="box_open_version", on_click=open_version, args=(view, numbers[chosen].note))  # fmt: skip


def _write(view: View, draft: Scenario, name: str, reason: str, me: str) -> None:
    """Keep it under its name, a new version where there is one; and what was found out about it, if it is what was run."""
    set_language(view.language)  # the press of a button comes before the page, which says whose language it is
    run = st.session_state.get("box_run") or ""
    note = SavedScenario(name.strip(), reason.strip(), st.session_state["box_start"], write_scenario(draft), run if st.session_state.get("box_shown") == draft else "")  # fmt: skip
    try:
        before = saved_named(view, name)
        view.notes.change(before.number, note, me) if before else view.notes.add(note, me)
        if note.experiment:
            keep(view.book_dir, note.experiment)
    except UserError as error:
        st.session_state["box_error"] = _(error.template, **error.values)
        return
    st.query_params["scenario"] = note.name
    st.session_state["box_saved"] = _link(note.name)


def _link(name: str) -> str:
    """The address that opens a saved scenario, on whatever server it is read."""
    return f"{st.context.url.partition('?')[0]}?scenario={quote(name)}&lang={language()}"


def _compare(view: View, today: Today) -> None:
    """Two to five saved ones beside today, on the same borrowers with the same luck."""
    saved = {kept.note.name: kept.note for kept in saved_scenarios(view)}
    if len(saved) < 2:
        st.caption(_("Save two scenarios or more to compare them."))
        return
    chosen = st.multiselect(_("Scenarios"), list(saved), key="box_compared", max_selections=MOST_COMPARED)
    if st.button(_("Compare"), disabled=len(chosen) < 2, icon=":material/play_arrow:", key="box_compare"):
        try:
            read = {name: read_scenario(saved[name].toml, name) for name in chosen}
        except InvalidScenario as error:
            st.error("  \n".join(told(problem) for problem in error.problems))
            return
        wanted = Order(
            {BASE: today.scenario} | {name: with_borrowers_of(each, today.scenario) for name, each in read.items()}, int(st.session_state["box_replications"]), int(st.session_state["box_days"]), int(st.session_state["box_seed"]),
            st.session_state.get("box_half_width") or None, subject="", start=TODAY,
        )  # fmt: skip
        begin_run(view, wanted)

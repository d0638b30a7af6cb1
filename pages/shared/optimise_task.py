"""The left side of Optimise: what is to be best, what limits it, what may be changed, and how long to search."""

from dataclasses import replace

import streamlit as st

from data.errors import InvalidScenario
from pages.shared.sandbox_start import TODAY, backtest_of, saved_scenarios
from pages.shared.view import View
from sim.experiments import order
from sim.goals import BOUNDARY, GOALS, HEADCOUNT, Limit
from sim.levers import GROUPS
from sim.measures import MEASURES
from sim.optimise import Task
from sim.scenario import Scenario
from sim.scenario_file import read_scenario
from sim.standing import order_of
from sim.today import Today
from wording import _, told

OFFERED = ("net", "recovered", "cost", "npv", "bad_debt_12m", "charged_off_balance", "complaints")
AT_FIRST = ("net", "complaints")
MEASURE = {measure.name: measure for measure in MEASURES}


def group_name(group: str) -> str:
    """What may be changed of a policy."""
    return {
        "boundaries": _("Stage boundaries"),
        "channels": _("Channels and cadence"),
        "people": _("Headcount"),
        "agencies": _("Hand-over to agencies"),
        "court": _("Court"),
        "plans": _("Plans"),
        "worklist": _("Order of the worklists"),
    }[group]


@st.fragment
def task_panel(view: View, today: Today) -> None:
    """A fragment: what is chosen here redraws this side alone; Search redraws the page."""
    bases = _bases(view, today)
    with st.container(border=True, key="card_task"):
        st.header(_("Search"), anchor=False)
        if error := st.session_state.pop("opt_error", None):
            st.error(error, icon=":material/error:")
        start = st.selectbox(_("Start from"), list(bases), format_func=lambda code: _("As today") if code == TODAY else code, key="opt_start", persist_state="session")  # fmt: skip
        st.session_state.setdefault("opt_goals", list(AT_FIRST))
        goals = st.multiselect(_("To be best"), [goal for goal in OFFERED if goal in GOALS], format_func=lambda goal: told(MEASURE[goal].title), key="opt_goals", persist_state="session", max_selections=3)  # fmt: skip
        limits = _limits(bases[start])
        st.session_state.setdefault("opt_vary", list(GROUPS))
        vary = st.pills(_("May be changed"), GROUPS, selection_mode="multi", format_func=group_name, key="opt_vary", persist_state="session")  # fmt: skip
        task = Task(bases[start], tuple(goals), tuple(limits), tuple(vary), *_effort())
        lacking = _lacking(task)
        if lacking:
            st.caption(lacking)
        if st.button(_("Search"), type="primary", icon=":material/travel_explore:", width="stretch", disabled=bool(lacking), key="opt_begin"):  # fmt: skip
            _begin(view, task, start)


def _bases(view: View, today: Today) -> dict[str, Scenario]:
    """Today's operation, and the saved scenarios that can be read."""
    found = {TODAY: today.scenario}
    for kept in saved_scenarios(view):
        try:
            found[kept.note.name] = read_scenario(kept.note.toml, kept.note.name)
        except InvalidScenario:  # saved by an earlier Recoup: the sandbox says what is wrong with it
            continue
    return found


def _limits(base: Scenario) -> list[Limit]:
    st.markdown("**" + _("Limits") + "**")
    budget = _amount("opt_budget", _("Cost of the run at most"), 10_000.0)
    staff = _amount("opt_staff", _("Collectors at most"), 1)
    latest = _amount("opt_latest", _("No boundary above, days past due"), 1)
    kept = {
        "complaints": _toggle("opt_complaints", _("No more complaints than today"), True),
        "breaches": _toggle("opt_breaches", _("No more rule breaches than today"), True),
        "cost": _toggle("opt_cost", _("No dearer than today"), False),
    }
    limits = [Limit(name) for name, wanted in kept.items() if wanted and not (name == "cost" and budget)]
    for name, most in (("cost", budget), (HEADCOUNT, staff), (BOUNDARY, latest)):
        if most:
            limits.append(Limit(name, float(most)))
    return limits


def _amount(key: str, label: str, step: float) -> float | None:
    least = 0.0 if isinstance(step, float) else 0
    return st.number_input(label, min_value=least, step=step, value=None, key=key, placeholder=_("no limit"), persist_state="session")  # fmt: skip


def _toggle(key: str, label: str, at_first: bool) -> bool:
    st.session_state.setdefault(key, at_first)
    return st.toggle(label, key=key, persist_state="session")


def _effort() -> tuple[int, int, int, int, int]:
    """policies, cases, replications, days, seed."""
    with st.expander(_("How long"), icon=":material/tune:"):
        asked = (
            ("opt_policies", _("Policies to try"), 200, 20, 5_000),
            ("opt_cases", _("Loans of the sample"), 5_000, 200, 100_000),
            ("opt_replications", _("Replications of each"), 4, 1, 50),
            ("opt_days", _("Days"), 365, 30, 1_825),
            ("opt_seed", _("Seed"), 1, 0, 1_000_000),
        )
        return tuple(_whole(*each) for each in asked)


def _whole(key: str, label: str, value: int, low: int, high: int) -> int:
    st.session_state.setdefault(key, value)
    return st.number_input(label, min_value=low, max_value=high, step=1, key=key, persist_state="session") or value


def _lacking(task: Task) -> str:
    if not task.goals:
        return _("Choose what is to be best.")
    return "" if task.vary else _("Choose what may be changed.")


def _begin(view: View, task: Task, start: str) -> None:
    """Order the search and show it: its number stands in the address from now on."""
    tested = backtest_of(view)
    author = st.user.get("email") or st.session_state.get("my_name") or ""
    wanted = order_of(task, start=start, author=str(author), book_version=view.reader.version.number, backtest=tested.verdict if tested else "")  # fmt: skip
    try:
        id = order(view.book_dir, replace(wanted, subject=",".join(task.goals)))
    except InvalidScenario as error:
        st.session_state["opt_error"] = "  \n".join(told(problem) for problem in error.problems)
        st.rerun(scope="fragment")
    st.session_state["opt_search"] = st.query_params["search"] = id
    st.session_state.pop("opt_policy", None)
    st.rerun()

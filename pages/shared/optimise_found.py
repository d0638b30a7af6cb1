"""The right side of Optimise: how far a search is, the policies that it tried, and each of the front with what fresh borrowers say of it."""

from dataclasses import dataclass

import streamlit as st

import charts
from pages.shared.drill import clicked_on
from pages.shared.experiment import found_again, how_it_ended, progress_row, with_time_left
from pages.shared.optimise_task import MEASURE
from pages.shared.options import option
from pages.shared.sandbox_card import what_if_card
from pages.shared.sandbox_policy import set_draft
from pages.shared.sandbox_results import COLOURS
from pages.shared.sandbox_start import TODAY as START
from pages.shared.sandbox_start import saved_named, start_from, today_of
from pages.shared.view import View
from reports.exhibit import Exhibit
from reports.what_if_words import MEANINGS, TITLES, shown, span
from sim.difference_words import in_words
from sim.experiments import OVER, TODAY, Order, experiments, folder_of, read_progress, state
from sim.optimise import Candidate, Confirmed, Optimisation
from sim.standing import policies_tried, read_standing
from wording import _, count, date, set_currency, set_language, told

LOOK_SECONDS = 1.0
LISTED = 8
ACROSS = ("cost", "complaints", "recovered", "net", "charged_off_balance", "bad_debt_12m")
FIGURE_WIDTH = 208
SANDBOX = "pages/sandbox.py"


@dataclass(frozen=True)
class Found:
    """What is shown: a search's order, and what is known."""

    view: View
    id: str
    order: Order
    known: Optimisation

    @property
    def goals(self) -> tuple[str, ...]:
        return tuple(self.order.task["goals"])

    def confirmed(self, number: int) -> Confirmed | None:
        return next((each for each in self.known.confirmed if each.candidate.number == number), None)


def shown_search(view: View) -> tuple[str, Order] | None:
    """The search of the address, else the last one of this visit; None where there is none (any more)."""
    return found_again(view, "opt", "search", "search")


def title_of(view: View, shown_id: tuple[str, Order] | None) -> str:
    """The finding, as far as it is known."""
    if shown_id is None:
        return _("Which policy is best within your limits?")
    known = read_standing(folder_of(view.book_dir, shown_id[0]))
    if known is None or not known.stopped:
        return _("Searching for the best policy")
    return headline(Found(view, *shown_id, known))


def headline(of: Found) -> str:
    """What the winner brings for certain; that nothing beats today; or that nothing keeps the limits."""
    known = of.known
    if known.stopped == "cancelled":
        return _("The search was stopped before its end")
    if not known.front:
        return _("No policy that was tried keeps the limits")
    if known.winner is None:
        return _("Nothing that was tried is certain to beat today's policy")
    goal = known.winner.better[0]
    found, unit = known.winner.differences[goal], MEASURE[goal].unit
    return _(
        "Policy {number} beats today's: {measure} {by} ({interval})",
        number=str(known.winner.candidate.number),
        measure=told(TITLES[goal]),
        by=shown(unit, found.mean, signed=True),
        interval=span(unit, found.low, found.high),
    )


def found_panel(view: View, shown_id: tuple[str, Order] | None) -> None:
    """The answer, or how far it is."""
    if shown_id is None:
        st.info(_("Choose what is to be best and what limits it, and press Search. Every policy meets the same borrowers with the same luck; what is found is then judged on borrowers that the search never saw."), icon=":material/travel_explore:")  # fmt: skip
        _others(view, "")
        return
    id, order = shown_id
    folder = folder_of(view.book_dir, id)
    if state(folder) in OVER:
        _ended(view, id)
        if known := read_standing(folder):
            _answer(Found(view, id, order, known))
    else:
        _watch(view, id, order)
    _others(view, id)


@st.fragment(run_every=LOOK_SECONDS)
def _watch(view: View, id: str, order: Order) -> None:
    """A fragment that looks again and again, and only while there is something to wait for."""
    set_language(view.language)
    set_currency(view.reader.version.settings.currency)
    folder = folder_of(view.book_dir, id)
    if state(folder) in OVER:
        st.rerun()
    progress, known = read_progress(folder), read_standing(folder)
    progress_row(view, id, "opt", _step(progress))
    st.caption(_("You may leave this page, or close it: the search goes on and is found again below."))
    if known:
        _scatter(Found(view, id, order, known), None)


def _step(progress) -> str:
    if not progress.planned:
        return _("Waiting for a place")
    done = _("{done} of {planned} policies", done=count(progress.done), planned=count(progress.planned))
    if progress.done >= progress.planned:
        return done + " · " + _("judging what was found on fresh borrowers")
    return with_time_left(done, progress)


def _ended(view: View, id: str) -> None:
    folder = folder_of(view.book_dir, id)
    n = count(read_progress(folder).done)
    how_it_ended(
        view, id, "opt", state(folder),
        _("The process that worked on this search has ended unexpectedly, after {n} policies. What it found is below.", n=n),
        _("The search ended with a fault: {fault}"),
        _("Cancelled after {n} policies.", n=n),
    )  # fmt: skip


# What was found


def _answer(of: Found) -> None:
    clicked = _scatter(of, _looked_at(of))
    if clicked is not None and any(each.number == clicked for each in of.known.front):
        st.session_state["opt_policy"] = clicked
    if not of.known.front:
        st.warning(_("Loosen a limit, or try more policies."), icon=":material/block:")
        return
    _policy(of)
    _front_table(of)


def _looked_at(of: Found) -> int | None:
    """The policy of the front that is chosen, else the winner, else the first that is not today's."""
    numbers = [each.number for each in of.known.front]
    chosen = st.session_state.get("opt_policy")
    if chosen in numbers:
        return chosen
    if of.known.winner:
        return of.known.winner.candidate.number
    return next((number for number in numbers if number), numbers[0] if numbers else None)


def _scatter(of: Found, chosen: int | None) -> int | None:
    """The policies tried; the number of one that was clicked just now."""
    up = of.goals[0]
    others = [*of.goals[1:], *ACROSS]
    words = {name: told(TITLES[name]) for name in dict.fromkeys(others) if name != up}
    across = option("across", _("Against"), words)
    frame = policies_tried(of.known, across, up)
    axes = {"across": (words[across], MEASURE[across].unit), "up": (told(TITLES[up]), MEASURE[up].unit)}
    figure = charts.policies_tried(frame, **axes, chosen=chosen, mode=of.view.mode)
    caption = _("Each dot is a policy: grey within the limits, pale beyond one; the front is what no other beats in every goal; a star is certain to beat today on fresh borrowers. A click shows a policy of the front below")  # fmt: skip
    said = charts.policies_tried_words(frame, across=words[across], up=axes["up"][0])
    what_if_card(of.order, of.id, Exhibit("opt_tried", said, figure, (), frame, caption))
    click = clicked_on("opt_tried") if figure is not None else None
    return int(click["custom"]) if click and click["custom"] is not None else None


def _policy(of: Found) -> None:
    """One policy of the front: what it brings, what it changes, and the way to the sandbox."""
    names = {str(each.number): _name(each) for each in of.known.front}
    looked = str(_looked_at(of))
    with st.container(border=True, key="card_opt_policy"):
        st.session_state["opt_policy_chosen"] = looked
        st.selectbox(_("Policy of the front"), list(names), format_func=names.__getitem__, key="opt_policy_chosen", width=240, on_change=_choose)  # fmt: skip
        candidate = next(each for each in of.known.front if str(each.number) == looked)
        confirmed = of.confirmed(candidate.number)
        st.header(_verdict(of, candidate, confirmed), anchor=False)
        _figures(of, candidate, confirmed)
        words = [told(clause) for clause in in_words(of.order.scenarios[TODAY], candidate.scenario)]
        st.markdown("**" + _("What is different") + "**")
        st.markdown("\n".join(f"- {clause}" for clause in words) or _("Nothing: this is today's policy."))
        if st.button(_("Open in the sandbox"), icon=":material/science:", key="opt_open"):
            _open(of, candidate)


def _choose() -> None:
    st.session_state["opt_policy"] = int(st.session_state["opt_policy_chosen"])


def _name(candidate: Candidate) -> str:
    return _("Policy {number}", number=str(candidate.number)) if candidate.number else _("Today's policy")


def _verdict(of: Found, candidate: Candidate, confirmed: Confirmed | None) -> str:
    if candidate.number == 0:
        return _("Today's policy stands on the front")
    if confirmed is None:
        return _("On the front of the search; not judged on fresh borrowers")
    if confirmed.broken:
        return _("On fresh borrowers it breaks a limit: {limits}", limits=_(", ").join(_limit_name(name) for name in confirmed.broken))  # fmt: skip
    if confirmed.beats_today:
        return _("Better than today on fresh borrowers")
    if confirmed.worse:
        return _("A trade: worse than today in {measures}", measures=_(", ").join(told(TITLES[m]) for m in confirmed.worse))  # fmt: skip
    return _("Whether it is better than today cannot be told")


def _limit_name(name: str) -> str:
    return told(TITLES[name]) if name in TITLES else _("Headcount")


def _figures(of: Found, candidate: Candidate, confirmed: Confirmed | None) -> None:
    """The goals, and what else matters: from fresh borrowers with their intervals, else as the search saw them."""
    with st.container(horizontal=True, gap="small", key="opt_figures"):
        for name in dict.fromkeys([*of.goals, "net", "cost", "complaints"]):
            unit = MEASURE[name].unit
            found = confirmed.differences[name] if confirmed else None
            value = found.mean if found else candidate.differences[name]
            how = _of_goal(name, confirmed) if confirmed else "unclear"
            words = charts.verdict_name(how) + " · " + span(unit, found.low, found.high) if found else _("as the search saw it")  # fmt: skip
            st.metric(told(TITLES[name]), shown(unit, value, signed=True), words, delta_color=COLOURS.get(how, "off"), delta_arrow="off", help=told(MEANINGS[name]), border=True, width=FIGURE_WIDTH)  # fmt: skip


def _of_goal(name: str, confirmed: Confirmed) -> str:
    """better, worse or unclear: what the interval of a difference says."""
    found, better = confirmed.differences[name], MEASURE[name].better
    if found is None or found.low is None or found.low <= 0 <= found.high:
        return "same" if found and found.low == found.high == 0 else "unclear"
    return "better" if (found.low > 0) == (better > 0) else "worse"


def _front_table(of: Found) -> None:
    rows = []
    for each in of.known.front:
        confirmed = of.confirmed(each.number)
        row = {_("Policy"): _name(each)}
        for goal in of.goals:
            unit = MEASURE[goal].unit
            row[told(TITLES[goal])] = shown(unit, each.differences[goal], signed=True)
            found = confirmed.differences[goal] if confirmed else None
            row[_("{measure}, fresh borrowers", measure=told(TITLES[goal]))] = (
                f"{shown(unit, found.mean, signed=True)} ({span(unit, found.low, found.high)})" if found else "–"
            )
        row[_("Verdict")] = _verdict(of, each, confirmed)
        rows.append(row)
    with st.expander(_("The whole front"), icon=":material/table_rows:"):
        st.table(rows)
        st.caption(_("Differences to today: as the search saw them, which flatters the best of many, and on borrowers that it never saw, with intervals for as many policies as were judged there."))  # fmt: skip


def _open(of: Found, candidate: Candidate) -> None:
    """The policy as the draft of the sandbox, begun from what the search began from."""
    kept = saved_named(of.view, of.order.start) if of.order.start != START else None
    base = today_of(of.view).scenario if kept is None else of.order.scenarios[TODAY]
    start_from(kept.note.name if kept else START, base)
    set_draft(candidate.scenario)
    for name in ("box_run", "box_asked", "box_shown"):
        st.session_state.pop(name, None)
    st.switch_page(SANDBOX)


def _others(view: View, shown_id: str) -> None:
    """Earlier searches of this book."""
    found = [each for each in experiments(view.book_dir, "search") if each.id != shown_id][:LISTED]
    if not found:
        return
    with st.expander(_("Earlier searches"), icon=":material/history:"):
        for each in found:
            goals = _(", ").join(told(TITLES[goal]) for goal in each.subject.split(",") if goal in TITLES)
            label = f"{date(each.ordered_at.date())} {each.ordered_at:%H:%M} · {goals}" + (f" · {each.author}" if each.author else "")  # fmt: skip
            st.button(label, type="tertiary", key=f"opt_show_{each.id}", on_click=_show, args=(each.id,))


def _show(id: str) -> None:
    st.session_state["opt_search"] = st.query_params["search"] = id
    st.session_state.pop("opt_policy", None)

"""Targets, what happened, and rules of alerts: written and changed in the app, with all that was ever written."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl
import streamlit as st

from data.errors import UserError
from data.notes import (
    CONDITIONS,
    LONGEST_TEXT,
    Annotation,
    Edit,
    Kept,
    Note,
    Notes,
    Rule,
    SavedScenario,
    SavedStory,
    SavedView,
    Target,
)
from data.said import said
from pages.shared.download import table_buttons
from pages.shared.pick_measure import pick_measure
from pages.shared.view import View
from pages.shared.who import who
from queries.measure import is_share, written
from reports.provenance import today_in_about
from reports.targets import difference, measure_name, shown
from wording import _, month, told

Write = Callable[[], object]


def notes_tab(view: View) -> None:
    """Three cards and the history; where nobody is known by name, first the question for it."""
    me = who("notes")
    if error := st.session_state.pop("note_error", None):
        st.warning(told(error))
    _targets(view, me)
    _annotations(view, me)
    _rules(view, me)
    _history(view.notes)


def _write(change: Write) -> None:
    """Do it; what was refused is told when the tab is drawn again."""
    try:
        change()
    except UserError as error:
        st.session_state["note_error"] = said(error.template, **error.values)


def _card(title: str, caption: str):
    card = st.container(border=True)
    card.header(title, anchor=False)
    card.caption(caption)
    return card


def _targets(view: View, me: str) -> None:
    said = _(
        "What a figure should be, from a month on. “Compare with: Target” in the Overview shows how far it is off."
    )
    with _card(_("Targets"), said):
        kept = view.notes.all(Target)
        rows = [
            _common(view, k) | {_("Target"): shown(k.note.measure, k.note.value), _("From"): month(k.note.from_month)}
            for k in kept
        ]
        chosen = _listed(view.notes, Target, kept, rows, me)
        if chosen:
            _change_target(view.notes, chosen, me)
        with st.expander(_("Set a target"), icon=":material/add:", expanded=not kept):
            picked = pick_measure(view, "target")
            if picked is None:
                return
            measure = picked[1]
            with st.container(horizontal=True, vertical_alignment="bottom"):
                value = _value(_("Target"), "target_value", measure)
                months = sorted(view.reader.months, reverse=True)
                begins = st.selectbox(_("From"), months, format_func=month, key="target_from", width=150)
                target = None if value is None else Target(measure, value, begins)
                _button(_("Set the target"), "set_target", me and target, lambda: _set_target(view.notes, target, me))


def _set_target(notes: Notes, target: Target, me: str) -> None:
    """A target of the same measure from the same month gives way."""
    same = [k for k in notes.all(Target) if (k.note.measure, k.note.from_month) == (target.measure, target.from_month)]
    notes.change(same[0].number, target, me) if same else notes.add(target, me)


def _change_target(notes: Notes, kept: Kept, me: str) -> None:
    """Another value for the target that is chosen in the list."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        value = _value(_("Target"), f"change_target_{kept.number}", kept.note.measure, start=kept.note.value)
        changed = value is not None and value != kept.note.value
        _button(
            _("Change"), "change_target", me and changed,
            lambda: notes.change(kept.number, replace(kept.note, value=value), me),
        )  # fmt: skip


def _annotations(view: View, me: str) -> None:
    with _card(_("What happened"), _("A note to a month, shown on every axis of months.")):
        kept = view.notes.all(Annotation)
        rows = [{_("Month"): month(k.note.month), _("Note"): k.note.text} | _by(k) for k in kept]
        chosen = _listed(view.notes, Annotation, kept, rows, me)
        if chosen:
            _change_annotation(view.notes, chosen, me)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            months = sorted(view.reader.months, reverse=True)
            when = st.selectbox(_("Month"), months, format_func=month, key="annotation_month", width=150)
            text = st.text_input(_("Note"), key="annotation_text", max_chars=LONGEST_TEXT, width=420)
            _button(
                _("Add the note"), "add_annotation", me and text.strip(),
                lambda: _add_annotation(view.notes, Annotation(when, text.strip()), me),
            )  # fmt: skip


def _add_annotation(notes: Notes, note: Annotation, me: str) -> None:
    notes.add(note, me)
    st.session_state["annotation_text"] = ""


def _change_annotation(notes: Notes, kept: Kept, me: str) -> None:
    """Another text for the note that is chosen in the list."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            _("Note"), kept.note.text, key=f"change_annotation_{kept.number}", max_chars=LONGEST_TEXT, width=420
        ).strip()
        changed = text and text != kept.note.text
        _button(
            _("Change"), "change_annotation", me and changed,
            lambda: notes.change(kept.number, replace(kept.note, text=text), me),
        )  # fmt: skip


def _rules(view: View, me: str) -> None:
    said = _(
        "A rule fires on the Overview when its condition holds, and in `recoup.py alerts` for a scheduler or e-mail."
    )
    with _card(_("Rules of alerts"), said):
        kept = view.notes.all(Rule)
        rows = [{_("Rule"): k.note.name, _("Fires when"): condition(k.note)} | _common(view, k) for k in kept]
        chosen = _listed(view.notes, Rule, kept, rows, me)
        if chosen:
            _change_rule(view.notes, chosen, me)
        with st.expander(_("Add a rule"), icon=":material/add:", expanded=not kept):
            picked = pick_measure(view, "rule")
            if picked is None:
                return
            name, measure = picked
            with st.container(horizontal=True, vertical_alignment="bottom"):
                named = st.text_input(
                    _("Name"), value=name[:80], max_chars=80, key=f"rule_name_{written(measure)}", width=260
                )
                rule = _condition(measure, named.strip())
                _button(_("Add the rule"), "add_rule", me and named.strip() and rule, lambda: view.notes.add(rule, me))


def _change_rule(notes: Notes, kept: Kept, me: str) -> None:
    """Another value, or another margin, for the rule that is chosen in the list."""
    rule, key = kept.note, f"change_rule_{kept.number}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        value = rule.value
        if rule.against == "value":
            value = _value(_("Value"), f"{key}_value", rule.measure, start=rule.value)
        margin = _value(_("By more than"), f"{key}_margin", rule.measure, of_difference=True, start=rule.margin) or 0.0
        ready = value is not None or rule.against != "value"
        changed = ready and (value, margin) != (rule.value, rule.margin)
        _button(
            _("Change"), "change_rule", me and changed,
            lambda: notes.change(kept.number, replace(rule, value=value, margin=margin), me),
        )  # fmt: skip


def _condition(measure, name: str) -> Rule | None:
    """What the fields say; None where a value is not given yet."""
    conditions = {"above": _("above"), "below": _("below"), "changed": _("differs from")}
    how = st.selectbox(
        _("Fires when it is"), list(conditions), format_func=conditions.__getitem__, key="rule_condition", width=150
    )
    bases = {"value": _("a value"), "target": _("its target"), "previous_month": _("the month before")}
    offered = list(CONDITIONS[how])
    base = st.selectbox(_("What"), offered, format_func=bases.__getitem__, key=f"rule_base_{how}", width=170)
    value = _value(_("Value"), "rule_value", measure) if base == "value" else None
    margin = _value(_("By more than"), "rule_margin", measure, of_difference=True, start=0.0) or 0.0
    return None if base == "value" and value is None else Rule(name, measure, how, base, value, margin)


def _value(label: str, key: str, measure, of_difference: bool = False, start: float | None = None) -> float | None:
    """A number in the measure's unit: of a share in percent, given back as a part of 1; start: as it is given back."""
    if not is_share(measure):
        return st.number_input(label, value=start, key=f"{key}_number", width=160)
    start = None if start is None else round(start * 100, 6)
    unit = _("{label}, points", label=label) if of_difference else _("{label}, %", label=label)
    percents = st.number_input(unit, value=start, key=f"{key}_percent", width=160, step=0.1, format="%.2f")
    return None if percents is None else round(percents / 100, 8)


def _button(label: str, key: str, ready: object, change: Write) -> None:
    st.button(label, key=key, disabled=not ready, on_click=_write, args=(change,))


def _listed(notes: Notes, kind: type, kept: Sequence[Kept], rows: Sequence[dict[str, str]], me: str) -> Kept | None:
    """The entries as a table; rows that are chosen can be removed, and all of them taken away. The one that is chosen alone."""
    if not kept:
        return None
    table = pl.DataFrame(list(rows))
    # A new set of entries is a new table: what was chosen in the old one means other rows.
    key = f"{kind.kind}_{'_'.join(str(k.number) for k in kept)}"
    chosen = st.dataframe(table, hide_index=True, key=key, on_select="rerun", selection_mode="multi-row")
    at = [kept[row].number for row in chosen.selection.rows if row < len(kept)]
    with st.container(horizontal=True, gap="xsmall"):
        _button(_("Remove what is chosen"), f"remove_{kind.kind}", me and at, lambda: _remove(notes, kind, at, me))
        table_buttons(table, {"about_table": kind.kind} | today_in_about(), f"recoup-{kind.kind}s", kind.kind)
    return next(each for each in kept if each.number == at[0]) if len(at) == 1 else None


def _remove(notes: Notes, kind: type, numbers: Sequence[int], me: str) -> None:
    for number in numbers:
        notes.remove(kind, number, me)


def _common(view: View, kept: Kept) -> dict[str, str]:
    return {_("Measure"): measure_name(view.reader, kept.note.measure)} | _by(kept)


def _by(kept: Kept | Edit) -> dict[str, str]:
    return {_("By"): kept.who, _("At (UTC)"): f"{kept.at:%Y-%m-%d %H:%M}"}


def condition(rule: Rule) -> str:
    """above its target by more than 0.50 pp"""
    value = shown(rule.measure, rule.value)
    base = {"value": value, "target": _("its target"), "previous_month": _("the month before")}[rule.against]
    said = {
        "above": _("above {base}", base=base),
        "below": _("below {base}", base=base),
        "changed": _("off {base}", base=base),
    }[rule.condition]
    if not rule.margin:
        return said
    return _(
        "{condition} by more than {margin}", condition=said, margin=difference(rule.measure, rule.margin).lstrip("+")
    )


def _history(notes: Notes) -> None:
    edits = notes.edits()
    if not edits:
        return
    done = {"added": _("added"), "changed": _("changed"), "removed": _("removed")}
    kinds = {
        "target": _("Target"),
        "annotation": _("Note"),
        "view": _("Saved view"),
        "rule": _("Rule"),
        "scenario": _("Scenario"),
        "story": _("Story"),
    }
    rows = [
        {_("Kind"): kinds[edit.note.kind], _("What"): _in_words(edit.note), _("Done"): done[edit.done]} | _by(edit)
        for edit in edits
    ]
    with st.expander(_("All that was written, changed and removed"), icon=":material/history:"):
        table = pl.DataFrame(rows)
        st.dataframe(table, hide_index=True, key="note_history")
        with st.container(horizontal=True, gap="xsmall"):
            table_buttons(table, {"about_table": _("History")} | today_in_about(), "recoup-history", "history")


def _in_words(note: Note) -> str:
    match note:
        case Target():
            return f"{written(note.measure)}: {shown(note.measure, note.value)}, {month(note.from_month)}"
        case Annotation():
            return f"{month(note.month)}: {note.text}"
        case SavedView():
            return f"{note.name}: /{note.page}" + (f"?{note.query}" if note.query else "")
        case Rule():
            return f"{note.name}: {written(note.measure)}, {condition(note)}"
        case SavedScenario():
            return f"{note.name}: {note.reason}"
        case SavedStory():
            return note.name

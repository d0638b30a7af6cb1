"""Reads what a file states onto a part of a scenario: types, ranges, choices and spelling, all that is wrong at once.

What is wrong keeps the value of the base, so that reading goes on to the end and finds the rest.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

import tomlkit

from data.said import Said, said
from sim.parts import ORDER, REFUSED, Slot, label_field, place, slots
from sim.policy import Policy
from sim.scenario import Change, Scenario

LONGEST_SHOWN = 60  # characters of what was found


class Stated:
    """One file's statements. `problems` grows; `whole` turns false when something new could not be made of them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Said] = []
        self.whole = True

    def onto(self, base: Scenario, stated: Mapping[str, Any]) -> Scenario:
        """The base with what is stated."""
        own = {key: value for key, value in stated.items() if key != "changes"}
        scenario = self._part(Scenario, base, own, "")
        if "changes" not in stated:
            return scenario
        return replace(scenario, changes=self._changes(base.changes, scenario.policy, stated["changes"]))

    # Parts

    def _part(self, kind: type, base: Any, stated: object, path: str, given: Mapping[str, Any] | None = None) -> Any:
        """A part as the base has it but for what is stated; without a base, a new one. None where none could be made.

        given: fields that are stated elsewhere, such as the name of an item that is its section's.
        """
        if not isinstance(stated, dict):
            self._wrong(path, stated, said("a section"))
            return base
        known = {name: slot for name, slot in slots(kind).items() if name not in (given or {})}
        changed = dict(given or {})
        for key, value in stated.items():
            if key in known:
                before = getattr(base, key) if base is not None else known[key].default
                changed[key] = self._value(known[key], before, value, place(path, key))
            else:
                self._unknown(place(path, key), key, list(known))
        if base is not None:
            return replace(base, **changed)
        missing = [name for name, slot in known.items() if slot.needed and changed.get(name) is None]
        if unsaid := [name for name in missing if name not in stated]:
            names = ", ".join(unsaid)
            self._say(said("{file}: {key} is new and must say {missing}.", file=self.file, key=path, missing=names))
        self.whole &= not missing
        return None if missing else kind(**changed)

    def _value(self, slot: Slot, before: Any, stated: object, path: str) -> Any:
        if slot.is_list_of_parts:
            return self._items(slot, before, stated, path)
        if slot.is_part:
            return self._one_part(slot, before, stated, path)
        if slot.several:
            return self._list(slot, before, stated, path)
        found = _plain(slot, stated)
        if found is None:
            self._wrong(path, stated, allowed(slot))
            return before
        return found

    def _one_part(self, slot: Slot, before: Any, stated: object, path: str) -> Any:
        if slot.optional and stated == REFUSED:
            return None
        if slot.optional and not isinstance(stated, dict):
            self._wrong(path, stated, said("a section, or “{none}”", none=REFUSED))
            return before
        return self._part(slot.kind, before, stated, path)

    def _list(self, slot: Slot, before: Any, stated: object, path: str) -> Any:
        items = [_plain(slot, item) for item in stated] if isinstance(stated, list) else [None]
        if None in items:
            self._wrong(path, stated, said("a list, each of it {allowed}", allowed=allowed(slot)))
            return before
        return tuple(items)

    # Lists of parts

    def _items(self, slot: Slot, before: Any, stated: object, path: str) -> Any:
        """Items by name in sections of their own, which keep what is not said of them; or a list, which states them whole."""
        if isinstance(stated, dict) and label_field(slot.kind):
            return self._named(slot, before or (), stated, path)
        if not isinstance(stated, list):
            by_name = said("sections by name, or a list of sections")
            self._wrong(path, stated, by_name if label_field(slot.kind) else said("a list of sections"))
            return before
        made = [self._part(slot.kind, None, item, place(path, _label(item, at))) for at, item in enumerate(stated)]
        return tuple(item for item in made if item is not None)

    def _named(self, slot: Slot, before: tuple, stated: Mapping[str, Any], path: str) -> tuple:
        field = label_field(slot.kind)
        held = {getattr(item, field): item for item in before}
        names = self._order(list(held), stated, path)
        for name in stated:
            if name != ORDER and name not in names:
                self._left_out(place(path, name), name, names, name in held)
        items = []
        for name in names:
            here = place(path, name)
            own = slots(slot.kind)[field]
            if own.choices and name not in own.choices:
                self._unknown(here, name, list(own.choices))
                continue
            if name in held:
                items.append(self._part(slot.kind, held[name], stated.get(name, {}), here, {field: name}))
            else:
                items.append(self._part(slot.kind, None, stated.get(name, {}), here, {field: name}))
        return tuple(item for item in items if item is not None)

    def _left_out(self, path: str, name: str, names: Sequence[str], held: bool) -> None:
        """A section of an item that is not there: left out on purpose, misspelt, or new."""
        if held:
            self._say(said("{file}: {key} says something, and “order” leaves it out; name it there, or take the section away.", file=self.file, key=path))  # fmt: skip
            return
        what = said("{file}: there is no {key}; to add it, name it in “order”", file=self.file, key=path)
        self._say(unknown(what, name, names))

    def _order(self, held: list[str], stated: Mapping[str, Any], path: str) -> list[str]:
        """The names of all items: as `order` lists them, else those of the base."""
        order = stated.get(ORDER, held)
        texts = isinstance(order, list) and all(isinstance(name, str) and name and name != ORDER for name in order)
        if not texts or len(set(order)) < len(order):
            self._wrong(place(path, ORDER), order, said("a list of names, each once"))
            return held
        return order

    def _changes(self, before: tuple[Change, ...], policy: Policy, stated: object) -> tuple[Change, ...]:
        """Each later policy states what differs from the one before it; the first, from the policy of the scenario."""
        if not isinstance(stated, list):
            self._wrong("changes", stated, said("a list of sections"))
            return before
        changes = []
        for at, section in enumerate(stated):
            here = place("changes", at)
            change = self._part(Change, Change(day=0, policy=policy), section, here)
            if not change.day and isinstance(section, dict) and "day" not in section:
                self._say(said("{file}: {key} is new and must say {missing}.", file=self.file, key=here, missing="day"))
            policy = change.policy
            changes.append(change)
        return tuple(changes)

    # What is wrong

    def _say(self, problem: Said) -> None:
        self.problems.append(problem)

    def _wrong(self, path: str, found: object, must_be: Said) -> None:
        self._say(
            said("{file}: {key} is {found}; it must be {allowed}.", file=self.file, key=path, found=shown(found), allowed=must_be)
        )  # fmt: skip

    def _unknown(self, path: str, key: str, known: Sequence[str]) -> None:
        self._say(unknown(said("{file}: there is no {key}", file=self.file, key=path), key, known))


def unknown(what: Said, name: str, known: Sequence[str]) -> Said:
    """That there is none of this name, which one was probably meant, and which there are."""
    nearest = get_close_matches(str(name), known, n=1)
    names = ", ".join(known)
    if nearest:
        return said("{what}. Did you mean “{nearest}”? There are {known}.", what=what, nearest=nearest[0], known=names)
    return (
        said("{what}; there are {known}.", what=what, known=names)
        if known
        else said("{what}; there are none.", what=what)
    )


def allowed(slot: Slot) -> Said:
    """What a value of this field may be, for a list each of its values."""
    if slot.choices:
        return said("one of {choices}", choices=", ".join(slot.choices))
    if slot.kind is bool:
        return said("true or false")
    if slot.kind is date:
        return said("a day, bare, as 2025-03-01")
    if slot.kind is str:
        return said("a text in quotes")
    low, high = _number(slot.low), _number(slot.high)
    if slot.kind is int:
        return said("a whole number from {low} to {high}", low=low, high=high)
    return said("a number from {low} to {high}", low=low, high=high)


def _number(bound: float | None) -> str:
    return "" if bound is None else f"{bound:,.10g}"


def _plain(slot: Slot, stated: object) -> Any:
    """A single value as the field holds it; None where it cannot be one."""
    if slot.kind is bool:
        return stated if isinstance(stated, bool) else None
    if slot.kind is date:
        return stated if isinstance(stated, date) and not isinstance(stated, datetime) else None
    if slot.kind is str:
        return stated if isinstance(stated, str) and (not slot.choices or stated in slot.choices) else None
    numbers = int if slot.kind is int else int | float
    if not isinstance(stated, numbers) or isinstance(stated, bool) or not math.isfinite(stated):
        return None
    if (slot.low is not None and stated < slot.low) or (slot.high is not None and stated > slot.high):
        return None
    return slot.kind(stated)


def shown(found: object) -> str:
    """A value as a file has it, cut short."""
    text = " ".join(tomlkit.item(found).as_string().split()) if not isinstance(found, dict) else "{…}"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _label(item: object, at: int) -> object:
    names = ("name", "kind")
    return next((item[name] for name in names if isinstance(item, dict) and isinstance(item.get(name), str)), at)

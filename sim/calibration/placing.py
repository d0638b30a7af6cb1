"""Putting numbers into a scenario by their dotted paths, items of lists by their names."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sim.calibration.fitted import Fitted
from sim.parameter import parameters
from sim.parts import Slot, slots
from sim.scenario import Scenario

DIGITS = 6
"""Significant digits that a fitted number is written with."""


def placed(part: Any, path: str, value: Any) -> Any:
    """The part with the value at the path. Raises KeyError where there is no such parameter."""
    name, _, rest = path.partition(".")
    if name not in slots(type(part)):
        raise KeyError(path)
    slot, now = slots(type(part))[name], getattr(part, name)
    if not rest:
        return replace(part, **{name: value})
    if not slot.is_list_of_parts:
        return replace(part, **{name: placed(now, rest, value)})
    for at, item in enumerate(now):
        label = str(getattr(item, "name", "") or getattr(item, "kind", "") or at)
        if rest.startswith(f"{label}."):
            changed = placed(item, rest[len(label) + 1 :], value)
            return replace(part, **{name: (*now[:at], changed, *now[at + 1 :])})
    raise KeyError(path)


def slot_of(part: Any, path: str) -> Slot:
    """The field at a path. Raises KeyError."""
    name, _, rest = path.partition(".")
    slot = slots(type(part)).get(name)
    if slot is None:
        raise KeyError(path)
    if not rest:
        return slot
    now = getattr(part, name)
    if not slot.is_list_of_parts:
        return slot_of(now, rest)
    for at, item in enumerate(now):
        label = str(getattr(item, "name", "") or getattr(item, "kind", "") or at)
        if rest.startswith(f"{label}."):
            return slot_of(item, rest[len(label) + 1 :])
    raise KeyError(path)


def rounded(fitted: Fitted, slot: Slot) -> Fitted:
    """The value as a scenario holds it: in its range, with six digits."""

    def one(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        if slot.low is not None:
            value = min(max(value, slot.low), slot.high)
        return round(value) if slot.kind is int else float(f"{float(value):.{DIGITS}g}")

    def each(value: Any) -> Any:
        return tuple(map(one, value)) if isinstance(value, tuple) else one(value)

    return replace(fitted, value=each(fitted.value), low=each(fitted.low), high=each(fitted.high))


def with_fitted(scenario: Scenario, found: Iterable[Fitted]) -> tuple[Scenario, dict[str, Fitted]]:
    """The scenario with what was fitted, and that by path. What the scenario has no place for is left out."""
    by_path = {}
    for each in found:
        try:
            each = rounded(each, slot_of(scenario, each.path))
            scenario = placed(scenario, each.path, each.value)
        except KeyError:
            continue
        by_path[each.path] = each
    return scenario, by_path


def all_parameters(scenario: Scenario, by_path: dict[str, Fitted]) -> tuple[Fitted, ...]:
    """Every parameter of the scenario: fitted, or as it is assumed or published."""
    whole = []
    for each in parameters(scenario):
        known = by_path.get(each.path)
        whole.append(known or Fitted(each.path, each.default, origin=each.origin, source=each.source))
    return tuple(whole)

"""What differs between two scenarios: one line for each parameter, and for each item of a list that came or went.

Its words are in `sim.difference_words`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.parts import ORDER, Slot, labels, slots
from sim.scenario import Change, Scenario

Step = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """One thing that differs.

    steps: where it stands, such as ("policy", "stages", "final", "entry_dpd"). before, after: what it was and is; None where there
    was or is nothing; for the last step "order", the names of all items. unit, meaning: of the parameter, "" for an item.
    holder: the part of the later scenario that has it, or of the earlier one where it is gone.
    """

    steps: Step
    before: Any
    after: Any
    unit: str
    meaning: str
    holder: Any

    @property
    def path(self) -> str:
        return ".".join(self.steps)

    @property
    def name(self) -> str:
        """The parameter's own name."""
        return self.steps[-1]


def difference(before: Scenario, after: Scenario) -> tuple[Difference, ...]:
    """All that differs, in the order in which scenarios are written; empty for the same scenario.

    A later policy is compared with the one before it in its own scenario, and stands under changes.
    """
    return tuple(_of_parts(before, after, ()))


def _of_parts(before: Any, after: Any, at: Step) -> Iterator[Difference]:
    for name, slot in slots(type(after)).items():
        yield from _of_values(slot, getattr(before, name), getattr(after, name), (*at, name), after)


def _of_values(slot: Slot, before: Any, after: Any, at: Step, holder: Any) -> Iterator[Difference]:
    if before == after:
        return
    whole = Difference(at, before, after, slot.unit, slot.meaning, holder)
    if slot.kind is Change:
        yield from _changes(holder, after, at) if after else iter([whole])
    elif slot.is_list_of_parts:
        names, held = labels(slot.kind, after), labels(slot.kind, before)
        if names is None or held is None:
            yield whole
        else:
            were, are = dict(zip(held, before, strict=True)), dict(zip(names, after, strict=True))
            yield from _items(slot, were, are, at, holder)
    elif slot.is_part and before is not None and after is not None:
        yield from _of_parts(before, after, at)
    else:
        yield whole


def _items(
    slot: Slot, before: Mapping[str, Any], after: Mapping[str, Any], at: Step, holder: Any
) -> Iterator[Difference]:
    for name, item in before.items():
        if name not in after:
            yield Difference((*at, name), item, None, "", slot.meaning, holder)
    for name, item in after.items():
        if name in before:
            yield from _of_parts(before[name], item, (*at, name))
        else:
            yield Difference((*at, name), None, item, "", slot.meaning, holder)
    at_the_end = [name for name in before if name in after] + [name for name in after if name not in before]
    if list(after) != at_the_end:
        yield Difference((*at, ORDER), tuple(before), tuple(after), "", slot.meaning, holder)


def _changes(scenario: Scenario, changes: tuple[Change, ...], at: Step) -> Iterator[Difference]:
    """Each later policy against the one that it follows; one that says nothing else is itself what differs."""
    last = scenario.policy
    for change in changes:
        here = (*at, str(change.day))
        yield Difference((*here, "day"), None, change.day, "day", "", change)
        yield from _of_parts(last, change.policy, (*here, "policy"))
        last = change.policy

"""How a scenario is put together: the fields of each part, what kind of value each holds, and what items of a list are called.

Reading, writing and comparing scenarios walk them by this, so that a new field needs no word here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from functools import cache
from types import MappingProxyType, NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

ORDER = "order"
"""Key of a section of named items that lists all of them, in order; so no item can be called that."""

REFUSED = "none"
"""Written where a part that may be absent is."""


@dataclass(frozen=True)
class Slot:
    """A field of a part. `kind` is the type of its value, or of each item where it holds several.

    unit, meaning, low, high, choices, origin, source: as `sim.parameter` has them. optional: may be absent. needed: has no default.
    """

    name: str
    kind: type
    several: bool
    optional: bool
    needed: bool
    default: Any
    unit: str
    meaning: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    origin: str
    source: str

    @property
    def is_part(self) -> bool:
        return is_dataclass(self.kind)

    @property
    def is_list_of_parts(self) -> bool:
        return self.several and self.is_part


@cache
def slots(part: type) -> Mapping[str, Slot]:
    """The fields of a part by name, in the order in which they are written."""
    hints = get_type_hints(part)
    return MappingProxyType({each.name: _slot(each, hints[each.name]) for each in fields(part)})


def _slot(field: Field, hint: Any) -> Slot:
    several = get_origin(hint) is tuple
    if several:
        hint = get_args(hint)[0]
    inside = get_args(hint)
    optional = NoneType in inside and get_origin(hint) is not Literal
    if optional:
        hint = next(kind for kind in inside if kind is not NoneType)
    kind = str if get_origin(hint) is Literal else hint
    needed = field.default is MISSING
    said = {name: field.metadata[name] for name in ("unit", "meaning", "low", "high", "choices", "origin", "source")}
    return Slot(field.name, kind, several, optional, needed, None if needed else field.default, **said)


@cache
def label_field(part: type) -> str:
    """The field that items of this part are called by; "" for those that are only counted."""
    return next((name for name in ("name", "kind") if name in slots(part)), "")


def labels(part: type, items: Sequence[object]) -> tuple[str, ...] | None:
    """What the items are called, each by another name; None where they cannot be told apart by name."""
    field = label_field(part)
    names = tuple(getattr(item, field) for item in items) if field else ()
    ours = all(name and name != ORDER for name in names) and len(set(names)) == len(names)
    return names if field and ours else None


def place(path: str, name: object) -> str:
    """A dotted path, one step further."""
    return f"{path}.{name}" if path else str(name)

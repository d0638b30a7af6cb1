"""What a field of a scenario says of itself: unit, allowed range, meaning and, for behaviour, where its number is from."""

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from typing import Any, Literal

Origin = Literal["measured", "published", "assumed"]
"""Measured from the book, published by somebody, or assumed: no public source."""


@dataclass(frozen=True)
class Parameter:
    """One number or choice of a scenario.

    path: dotted, such as behaviour.max_delay_days. low, high: inclusive range of a number or of each number of a list, None where
    there is none. choices: the allowed words, empty for any. origin, source: "" where people decide it and nothing is claimed.
    """

    path: str
    default: Any
    unit: str
    meaning: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    origin: str = ""
    source: str = ""


def parameter(
    default: Any = MISSING,
    unit: str = "",
    meaning: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    origin: str = "",
    source: str = "",
) -> Any:
    """A dataclass field that carries this as metadata."""
    said = {
        "unit": unit,
        "meaning": meaning,
        "low": low,
        "high": high,
        "choices": choices,
        "origin": origin,
        "source": source,
    }
    return field(metadata=said) if default is MISSING else field(default=default, metadata=said)


def parameters(part: object, path: str = "") -> Iterator[Parameter]:
    """Each parameter of a part of a scenario, whole lists of parts included, in the order in which they are written."""
    for each in fields(part):
        name, value = f"{path}.{each.name}" if path else each.name, getattr(part, each.name)
        if is_dataclass(value):
            yield from parameters(value, name)
        elif isinstance(value, tuple) and value and all(is_dataclass(item) for item in value):
            for position, item in enumerate(value):
                label = getattr(item, "name", "") or getattr(item, "kind", "") or position
                yield from parameters(item, f"{name}.{label}")
        else:
            yield Parameter(name, value, **each.metadata)

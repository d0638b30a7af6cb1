"""A text as its template and its values, kept apart until a screen says it in the reader's language: `wording.told`.

    said("{stage} begins at {after} days", stage="final", after=61)
    counted("{n} more collector", "{n} more collectors", 2)

A value that is itself Said, or a tuple of those, is told in the reader's language too; every other one stays as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Said:
    """`template` is an English message id with {names}, `values` fill them; `many` and `n` are for what is counted."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    many: str = ""
    n: int = 0

    def __str__(self) -> str:
        """In English, for logs and tests."""
        text = self.many if self.many and self.n != 1 else self.template
        filled = {"n": f"{self.n:,}"} | {name: _english(value) for name, value in self.values.items()}
        return text.format(**filled)


def said(template: str, /, **values: object) -> Said:
    return Said(template, values)


def counted(one: str, many: str, n: int, /, **values: object) -> Said:
    """The form that fits `n` things; {n} in it is the count."""
    return Said(one, values, many, n)


def _english(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def said_as_data(words: Said | None) -> dict[str, Any] | None:
    """A text with its values; texts among these likewise."""
    if words is None:
        return None
    values = {name: said_as_data(value) if isinstance(value, Said) else value for name, value in words.values.items()}
    return {"template": words.template, "values": values, "many": words.many, "n": words.n}


def said_of(data: dict[str, Any] | None) -> Said | None:
    if data is None:
        return None
    values = {name: said_of(value) if isinstance(value, dict) else value for name, value in data["values"].items()}
    return Said(data["template"], values, data["many"], data["n"])

"""Rules of conduct: presets as data, one file a country in the folder `rules`, each rule with strength, source and grade.

A rule either is counted in the book, in one of the ways of COUNTS, or only said. What it is counted with stands beside it.
"""

import re
import tomllib
from dataclasses import dataclass, fields
from datetime import time
from functools import cache
from pathlib import Path
from typing import Literal, get_args

RULES = Path(__file__).parent.parent / "rules"

Strength = Literal["hard", "soft", "presumption"]
Grade = Literal["A", "B", "D", "X"]
Counts = Literal["hours", "talks_a_day", "dials_a_day", "calls_in_days", "quiet_days", "third_parties"]
Per = Literal["debtor", "loan"]

COUNTED_WITH: dict[Counts, tuple[str, ...]] = {
    "hours": ("opens", "closes"),
    "talks_a_day": ("most",),
    "dials_a_day": ("most",),
    "calls_in_days": ("most", "days"),
    "quiet_days": ("days",),
    "third_parties": ("most",),
}
"""What each way of counting needs to be told."""


class InvalidRules(ValueError):
    """A file of rules that does not say what it must."""


@dataclass(frozen=True)
class Rule:
    """One rule. Raises InvalidRules when it contradicts itself.

    grade: A official text, B good secondary source, D derived, X assumed. number: its number as a person reads it, "" for none.
    counts: how it is counted in the book, None where it cannot be. per: whom a counter belongs to. most: what is still allowed.
    days: length of the window, the day itself included. opens, closes: hours in which contact is allowed, in the borrower's time;
    closing_second: whether the second of closing is one of them.
    """

    id: str
    text: str
    strength: Strength
    grade: Grade
    source: str
    number: str = ""
    counts: Counts | None = None
    per: Per = "debtor"
    most: int | None = None
    days: int | None = None
    opens: time | None = None
    closes: time | None = None
    closing_second: bool = False

    def __post_init__(self) -> None:
        for name, kind in (("strength", Strength), ("grade", Grade), ("per", Per)):
            if getattr(self, name) not in get_args(kind):
                raise InvalidRules(f"{self.id}: {name} is {getattr(self, name)!r}, not one of {get_args(kind)}.")
        if not re.fullmatch(r"[a-z][a-z0-9_.]{0,39}", self.id):
            raise InvalidRules(f"{self.id!r} cannot be the id of a rule: small letters, digits, _ and . only.")
        if not (self.text and self.source):
            raise InvalidRules(f"{self.id}: it needs a text and a source.")
        given = {name for name in ("most", "days", "opens", "closes") if getattr(self, name) is not None}
        if self.counts is not None and self.counts not in COUNTED_WITH:
            raise InvalidRules(f"{self.id}: counts is {self.counts!r}, not one of {tuple(COUNTED_WITH)}.")
        if given != set(COUNTED_WITH[self.counts] if self.counts else ()):
            raise InvalidRules(f"{self.id}: counted by {self.counts}, it is told {sorted(given)}.")
        for name in given & {"most", "days"}:
            if type(getattr(self, name)) is not int or getattr(self, name) < (name == "days"):
                raise InvalidRules(f"{self.id}: {name} must be a whole number.")
        if self.days is not None and self.days > 28:
            raise InvalidRules(f"{self.id}: a window reaches into the month before, and no further: at most 28 days.")
        if self.opens is not None and not self.opens < self.closes:
            raise InvalidRules(f"{self.id}: it must open before it closes.")


def read_rules(name: str, text: str) -> tuple[Rule, ...]:
    """The rules of a preset from TOML. Raises InvalidRules."""
    try:
        stated = tomllib.loads(text)["rule"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise InvalidRules(f"{name}: no list of rules: {error}") from error
    known = {field.name for field in fields(Rule)}
    for rule in stated:
        if unknown := set(rule) - known:
            raise InvalidRules(f"{rule.get('id', name)}: unknown {', '.join(sorted(unknown))}.")
        if missing := {"id", "text", "strength", "grade", "source"} - set(rule):
            raise InvalidRules(f"{rule.get('id', name)}: it lacks {', '.join(sorted(missing))}.")
    rules = tuple(Rule(**rule) for rule in stated)
    if len({rule.id for rule in rules}) < len(rules):
        raise InvalidRules(f"{name}: two rules have the same id.")
    return rules


@cache
def presets() -> dict[str, tuple[Rule, ...]]:
    """The rules of each preset, by its name. Raises InvalidRules."""
    return {file.stem: read_rules(file.stem, file.read_text(encoding="utf-8")) for file in sorted(RULES.glob("*.toml"))}

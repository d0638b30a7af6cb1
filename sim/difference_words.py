"""The difference between two scenarios in words, computed from it: "The final stage begins at 61 instead of 91 days past due".

Each is a text and its values (`data.said`); `wording.told` says it in the reader's language. What is not spoken of here by a
sentence of its own is said with the meaning and the unit that the parameter has.
"""

from collections.abc import Iterator, Sequence
from dataclasses import is_dataclass
from fnmatch import fnmatchcase
from itertools import groupby

from data.said import Said, said
from sim.difference import Difference, difference
from sim.parts import ORDER
from sim.scenario import Scenario
from sim.sentences import SENTENCES, TOGETHER, both
from sim.terms import shown

TRAINING = "people.teams.*.training_*"


def in_words(before: Scenario, after: Scenario) -> tuple[Said, ...]:
    """What differs, a clause each, in the order in which scenarios are written; empty for the same scenario."""
    return tuple(clauses(difference(before, after)))


def clauses(differences: Sequence[Difference]) -> Iterator[Said]:
    """A clause for each difference; those of one team's training, or of nobody being contacted, are one together."""
    for key, group in groupby(differences, key=_together):
        same = list(group)
        if key[0] == "changes":
            yield from _later(key[1], same)
        elif key[0] == "alone":
            yield _clause(same[0])
        else:
            yield TOGETHER[key[0]](same)


def _together(one: Difference) -> tuple[object, ...]:
    """What is said in one clause has the same key."""
    if one.steps[0] == "changes" and len(one.steps) > 1:
        return "changes", one.steps[1]
    if _fits(one, TRAINING):
        return "training", one.steps[2]
    if one.steps[:2] == ("policy", "stages") and len(one.steps) == 3 and not one.holder.stages:
        return ("nobody",)
    return "alone", one.path


def _later(day: str, differences: list[Difference]) -> Iterator[Said]:
    """The differences of a later policy, said as if it were the scenario's, each after the day."""
    inside = [one for one in differences if one.name != "day"]
    if not inside:
        yield said("From day {day} on: the same policy", day=day)
    as_if_now = [Difference(one.steps[2:], one.before, one.after, one.unit, one.meaning, one.holder) for one in inside]
    for what in clauses(as_if_now):
        yield said("From day {day} on: {what}", day=day, what=what)


def _clause(one: Difference) -> Said:
    sentence = next((sentence for pattern, sentence in SENTENCES.items() if _fits(one, pattern)), _general)
    return sentence(one) or _general(one)


def _fits(one: Difference, pattern: str) -> bool:
    asked = pattern.split(".")
    return len(asked) == len(one.steps) and all(
        step == part or (step != ORDER and fnmatchcase(step, part)) for step, part in zip(one.steps, asked, strict=True)
    )


def _general(one: Difference) -> Said:
    meaning = said(one.meaning) if one.meaning else one.name
    if is_dataclass(one.after) or (one.after is None and is_dataclass(one.before)):
        gone = one.after is None
        return (
            said("{meaning}: without {name} ({path})", meaning=meaning, name=one.name, path=one.path)
            if gone
            else said("{meaning}: {name} is new ({path})", meaning=meaning, name=one.name, path=one.path)
        )
    if one.name == ORDER:
        return said(
            "{meaning}: in this order, {after} ({path})", meaning=meaning, after=shown(one.after), path=one.path
        )
    unit = one.unit if one.unit and not one.unit.startswith("share") else ""
    if unit:
        return said("{meaning}: {after} instead of {before} {unit} ({path})", meaning=meaning, path=one.path, unit=said(unit), **both(one))  # fmt: skip
    return said("{meaning}: {after} instead of {before} ({path})", meaning=meaning, path=one.path, **both(one))

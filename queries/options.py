"""What can be chosen in a question beside the filters: options, declared in its header with default, range and meaning.

    -- options:
    --   horizon = 6 (1 to 12): months to look ahead
    --   level = 0.8 (0.5 to 0.99): how often the interval should hold
    --   by = balance (balance, loans): what is rolled forward
    --   champion = champion (any text): the group that others are held against

A default written as a whole number makes the option one; words in the brackets are what it may be.
"""

import math
import re
from dataclasses import dataclass
from difflib import get_close_matches

from data.errors import InvalidOption, UnknownOption

_LINE = re.compile(r"(?P<name>[a-z]\w*) = (?P<default>\S+) \((?P<allowed>[^)]+)\): (?P<meaning>.+)")

Value = int | float | str

ANY_TEXT = ("any text",)


@dataclass(frozen=True)
class Option:
    """An option of a question. `allowed`: the lowest and the highest number, or the words it may be; ANY_TEXT for any."""

    name: str
    default: Value
    allowed: tuple[Value, ...]
    meaning: str

    @property
    def range(self) -> str:
        """What it may be, as a person writes it: “1 to 12”, or “balance, loans”."""
        return (", " if isinstance(self.default, str) else " to ").join(map(str, self.allowed))

    def value(self, given: object) -> Value:
        """`given`, or the text of it, as a value of this option. Raises data.errors.InvalidOption."""
        if isinstance(self.default, str):
            return self._word(given)
        number = _number(given, type(self.default))
        low, high = self.allowed
        if number is None or not low <= number <= high:
            whole, any_number = (
                "Option {option} is “{given}”; it must be a whole number from {low} to {high}.",
                "Option {option} is “{given}”; it must be a number from {low} to {high}.",
            )
            if isinstance(self.default, int):
                raise InvalidOption(whole, option=self.name, given=given, low=low, high=high)
            raise InvalidOption(any_number, option=self.name, given=given, low=low, high=high)
        return number

    def _word(self, given: object) -> str:
        if given in self.allowed or (self.allowed == ANY_TEXT and isinstance(given, str)):
            return str(given)
        nearest = get_close_matches(str(given), self.allowed, n=1)
        if nearest:
            raise InvalidOption(
                "Option {option} is “{given}”; it must be one of {known}. Did you mean {nearest}?",
                option=self.name,
                given=given,
                known=self.range,
                nearest=nearest[0],
            )
        raise InvalidOption(
            "Option {option} is “{given}”; it must be one of {known}.",
            option=self.name,
            given=given,
            known=self.range,
        )


def _number(given: object, kind: type) -> int | float | None:
    """The whole or any number that is given; None when it is none."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        number = kind(given)
        same = isinstance(given, str) or number == given  # 2.5 is no whole number, though int() would take it
        return number if same and math.isfinite(number) else None
    except (ValueError, OverflowError):
        return None


def parse_option(line: str) -> Option | None:
    """The option a line of a header declares; None when the line does not say all of it, or contradicts itself."""
    stated = _LINE.fullmatch(line)
    if stated is None:
        return None
    name, default, allowed, meaning = (text.strip() for text in stated.group("name", "default", "allowed", "meaning"))
    low, to, high = allowed.partition(" to ")
    if not to:
        words = tuple(word.strip() for word in allowed.split(","))
        return Option(name, default, words, meaning) if default in words or words == ANY_TEXT else None
    kind = int if all(_number(text, int) is not None for text in (default, low, high)) else float
    value, lowest, highest = (_number(text, kind) for text in (default, low, high))
    if value is None or lowest is None or highest is None or not lowest <= value <= highest:
        return None
    return Option(name, value, (lowest, highest), meaning)


def chosen_values(question: str, options: dict[str, Option], given: dict[str, object]) -> dict[str, Value]:
    """A value for each option: what was given, else the default. Raises data.errors.UnknownOption and InvalidOption."""
    for name in given:
        if name not in options:
            raise _unknown(question, options, name)
    return {name: option.value(given.get(name, option.default)) for name, option in options.items()}


def _unknown(question: str, options: dict[str, Option], name: str) -> UnknownOption:
    if not options:
        return UnknownOption("The question {question} has no options, so no {option}.", question=question, option=name)
    known = ", ".join(f"{option.name} ({option.range})" for option in options.values())
    nearest = get_close_matches(name, options, n=1)
    if not nearest:
        return UnknownOption(
            "The question {question} has no option {option}; there are {known}.",
            question=question,
            option=name,
            known=known,
        )
    return UnknownOption(
        "The question {question} has no option {option}. Did you mean {nearest}? There are {known}.",
        question=question,
        option=name,
        nearest=nearest[0],
        known=known,
    )

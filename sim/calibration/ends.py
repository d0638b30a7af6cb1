"""Where the book measured an assumption, its ends are those of the 90 % interval, and not the range of practice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from math import isclose
from statistics import median

from sim.calibration.calibrating import Calibration
from sim.calibration.fitted import Fitted
from sim.calibration.placing import placed
from sim.parameter import parameters
from sim.scenario import Scenario
from sim.tornado import Assumption


@dataclass(frozen=True)
class _Number:
    """A measured number; at: its place in a list. less, more: the ends of its interval with less and with more of what it does."""

    path: str
    at: int | None
    value: float
    less: float
    more: float


def with_measured_ends(
    assumptions: Sequence[Assumption], calibration: Calibration, scenarios: Sequence[Scenario]
) -> tuple[Assumption, ...]:
    """The assumptions; of those that the calibration measured, as the scenarios have them, every told number goes to its own ends.

    low and high are then the median of the numbers' factors. What a list does not tell goes to the ends of practice at the same time.
    """
    told = [each for each in calibration.parameters if each.origin == "measured" and each.low is not None]
    held = [{each.path: each.default for each in parameters(scenario)} for scenario in scenarios]
    told = [each for each in told if all(values.get(each.path) == each.value for values in held)]
    return tuple(_measured(assumption, told) for assumption in assumptions)


def _measured(assumption: Assumption, told: Sequence[Fitted]) -> Assumption:
    own = [each for each in told if any(fnmatchcase(each.path, pattern) for pattern in assumption.paths)]
    numbers = [number for each in own for number in _numbers(each, assumption.neutral)]
    if not numbers:
        return assumption
    low, high = (median(_factor(number, end, assumption.neutral) for number in numbers) for end in ("less", "more"))

    def change(scenario: Scenario, factor: float) -> Scenario:
        if factor == 1.0:
            return scenario
        end, whole, practice = ("less", low, assumption.low) if factor < 1 else ("more", high, assumption.high)
        part = (factor - 1) / (whole - 1)  # of the way to the end
        changed = assumption.change(scenario, 1 + (practice - 1) * part)
        for number in numbers:
            changed = _put(changed, number, number.value + (getattr(number, end) - number.value) * part)
        return changed

    return replace(assumption, low=low, high=high, change=change, origin="measured")


def _numbers(each: Fitted, neutral: float) -> list[_Number]:
    """Those that do something: a factor on an effect that is none cannot be told."""
    several = isinstance(each.value, tuple)
    rows = zip(each.value, each.low, each.high, strict=True) if several else [(each.value, each.low, each.high)]
    found = []
    for at, (value, low, high) in enumerate(rows):
        if low is None or isclose(value, neutral, abs_tol=1e-9):
            continue
        less, more = (low, high) if value > neutral else (high, low)
        found.append(_Number(each.path, at if several else None, value, less, more))
    return found


def _factor(number: _Number, end: str, neutral: float) -> float:
    return (getattr(number, end) - neutral) / (number.value - neutral)


def _put(scenario: Scenario, number: _Number, value: float) -> Scenario:
    if number.at is None:
        return placed(scenario, number.path, value)
    now = next(each.default for each in parameters(scenario) if each.path == number.path)
    return placed(scenario, number.path, (*now[: number.at], value, *now[number.at + 1 :]))

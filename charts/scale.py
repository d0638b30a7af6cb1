"""Round steps for an axis of shares, and where a value falls on it in pixels."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from wording import decimal, percent

ROUND_STEPS = (1, 2, 5, 10)
FLAT = 0.005  # the least height of an axis that does not start at zero, in shares


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high` with its `ticks`, all in the unit of the values."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def pixels(self, value: float, height: float) -> float:
        """How far `value` is below the top of a plot of `height` pixels."""
        return (self.high - value) / (self.high - self.low) * height

    def percent_axis(self) -> dict[str, object]:
        """The y axis of a figure, labelled in percent with as few digits as the steps need."""
        digits = self._digits(100)
        return self._axis([percent(tick, digits) for tick in self.ticks])

    def number_axis(self) -> dict[str, object]:
        """The same of plain numbers."""
        digits = self._digits(1)
        return self._axis([decimal(tick, digits) for tick in self.ticks])

    def _digits(self, times: int) -> int:
        step = self.ticks[1] - self.ticks[0] if len(self.ticks) > 1 else 0.01
        return max(0, -math.floor(math.log10(step * times) + 1e-9))

    def _axis(self, texts: list[str]) -> dict[str, object]:
        return {
            "range": [self.low, self.high],
            "tickmode": "array",
            "tickvals": list(self.ticks),
            "ticktext": texts,
        }


def scale_of(values: Iterable[float], from_zero: bool = False, steps: int = 5) -> Scale:
    """A scale around `values` in about `steps` round steps, from zero unless that would flatten the line."""
    known = list(values)
    low, high = min(known), max(known)
    if from_zero or low < 0.6 * high:
        low = min(low, 0.0)
    if high - low < FLAT:
        low, high = (0.0, max(high, FLAT)) if low <= FLAT else (low - FLAT / 2, high + FLAT / 2)
    step = _round_step((high - low) / steps)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(number * step, 10) for number in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks)


def _round_step(rough: float) -> float:
    power = 10 ** math.floor(math.log10(rough))
    return next(step for step in ROUND_STEPS if step * power >= rough * 0.999) * power

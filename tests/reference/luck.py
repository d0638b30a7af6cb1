"""The reference's chances: one generator of Python's own, and the shapes that the model draws from."""

from collections.abc import Sequence
from math import exp, floor
from random import Random
from statistics import NormalDist

_NORMAL = NormalDist()
CUT = 2.5
"""A normal draw is cut here: what lies beyond counts as this."""


class Luck(Random):
    def happens(self, chance: float) -> bool:
        return self.random() < chance

    def spread(self, deviation: float) -> float:
        """A factor whose logarithm is normal with this deviation."""
        return exp(deviation * min(max(_NORMAL.inv_cdf(self.random() or 0.5), -CUT), CUT))

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.random()

    def whole(self, low: int, high: int) -> int:
        """Evenly one of low … high."""
        return low + floor(self.random() * (high - low + 1))

    def weighted(self, items: Sequence, weights: Sequence[float]) -> object:
        return self.choices(items, weights)[0]


def shift(chance: float, odds_ratio: float) -> float:
    """A chance after its odds are multiplied."""
    return chance * odds_ratio / (1 - chance + chance * odds_ratio)


def band(days_past_due: int) -> int:
    """Which of a value's four bands holds."""
    return 0 if days_past_due < 31 else 1 if days_past_due < 91 else 2 if days_past_due < 181 else 3

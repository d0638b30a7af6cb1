"""What a calibration says of one parameter, and intervals for counts and means."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import beta, gamma, norm, t

from data.said import Said
from sim.parameter import Origin

CONFIDENCE = 0.90
Z = float(norm.ppf(0.5 + CONFIDENCE / 2))
LESS, MORE = 0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2

Value = float | int | str | bool | tuple | None


@dataclass(frozen=True)
class Fitted:
    """One parameter of the scenario.

    value: as the scenario has it. low, high: ends of its 90 % interval, of a list one each (None for what the book does not tell);
    None where there is no interval. n: what it was counted from. origin: measured, published or assumed; "" for what nobody claims.
    source: where it is from. note: what a reader must know of it.
    """

    path: str
    value: Value
    low: Value = None
    high: Value = None
    n: int = 0
    origin: Origin | str = ""
    source: str = ""
    note: Said | None = None


@dataclass(frozen=True)
class Estimate:
    """A number with its 90 % interval and what it was counted from."""

    value: float
    low: float
    high: float
    n: int


def share(k: float, n: float, prior: float = 0.5, weight: float = 1.0) -> Estimate:
    """A share with Jeffreys' interval; thin ones lean on `prior`, which weighs as `weight` observations."""
    a, b = k + prior * weight, n - k + (1 - prior) * weight
    low = float(beta.ppf(LESS, a, b)) if k > 0 else 0.0
    high = float(beta.ppf(MORE, a, b)) if k < n else 1.0
    return Estimate(float(a / (a + b)) if k in (0, n) else float(k / n), low, high, int(n))


def rate(events: float, expected: float, prior: float, weight: float) -> Estimate:
    """A factor on what is expected, events being Poisson: leaning on `prior`, which weighs as `weight` events (gamma)."""
    shape, scale = events + prior * weight, 1 / (expected + weight)
    return Estimate(float(shape * scale), *(float(gamma.ppf(q, shape, scale=scale)) for q in (LESS, MORE)), int(events))


def mean(values: np.ndarray) -> Estimate:
    """A mean with Student's interval. Needs one value."""
    n, middle = len(values), float(np.mean(values))
    half = float(t.ppf(MORE, n - 1) * np.std(values, ddof=1) / np.sqrt(n)) if n > 1 else float("inf")
    return Estimate(middle, middle - half, middle + half, n)


def evenly(values: np.ndarray) -> tuple[Estimate, Estimate]:
    """Between which two numbers values lie evenly, by their mean and deviation: mean ± √3 deviations. Needs three values."""
    n, middle, deviation = len(values), float(np.mean(values)), float(np.std(values, ddof=1))
    half = Z * deviation * np.sqrt(1.6 / n)  # variance of the deviation of an even distribution: 0.2 of its own ÷ n
    ends = (middle - 3**0.5 * deviation, middle + 3**0.5 * deviation)
    return tuple(Estimate(end, end - half, end + half, n) for end in ends)

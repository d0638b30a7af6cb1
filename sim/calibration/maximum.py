"""The most likely unknowns and how sure they are: scoring by outer products, slices pooled as far as they are alike."""

from dataclasses import dataclass

import numpy as np

from sim.calibration.likelihood import Likelihood, Seen
from sim.calibration.unknowns import DIMENSIONS, LEAST_DIFFER, SLICED, Unknowns

STEPS, CLOSE = 40, 1e-2
"""Steps at most; and the gain in log likelihood below which it is the maximum."""
ROUNDS = 3
"""Times that the widths of the slices' priors are set anew."""


@dataclass(frozen=True)
class Maximum:
    """value: the unknowns; spread: their covariance; vector: with the widths found; reasons: of each spell, after all that was seen."""

    value: np.ndarray
    spread: np.ndarray
    vector: Unknowns
    reasons: np.ndarray


def maximum(likelihood: Likelihood, customers: np.ndarray, near: Maximum | None = None) -> Maximum:
    """`customers` are those of the spells: what happens to a customer's spells is not independent (sandwich estimator).

    near: what was found of nearly the same, whose widths are taken over.
    """
    vector = near.vector if near else likelihood.vector
    theta = near.value if near else vector.start.copy()
    for left in range(0 if near else ROUNDS, -1, -1):
        theta, seen = _climbed(likelihood, vector, theta)
        spread = _spread(seen, vector, customers)
        if left:
            vector = vector.with_widths(_widths(vector, theta, spread))
    return Maximum(theta, spread, vector, seen.reasons)


def _climbed(likelihood: Likelihood, vector: Unknowns, theta: np.ndarray) -> tuple[np.ndarray, Seen]:
    precision = 1 / vector.wide**2

    def penalised(at: np.ndarray, seen: Seen) -> float:
        return seen.value - 0.5 * float(np.sum(precision * (at - vector.start) ** 2))

    seen = likelihood.seen(theta)
    for _step in range(STEPS):
        slope = seen.scores.sum(axis=0) - precision * (theta - vector.start)
        curve = seen.scores.T @ seen.scores + np.diag(precision)
        step = np.linalg.solve(curve, slope)
        step *= min(1.0, 1.0 / max(np.max(np.abs(step)), 1e-9))
        if slope @ step < CLOSE:
            break
        now, share = penalised(theta, seen), 1.0
        while share > 0.02:
            there = likelihood.seen(theta + share * step)
            if penalised(theta + share * step, there) > now:
                break
            share /= 2
        else:
            break
        theta, seen = theta + share * step, there
    return theta, seen


def _spread(seen: Seen, vector: Unknowns, customers: np.ndarray) -> np.ndarray:
    precision = np.diag(1 / vector.wide**2)
    bread = np.linalg.inv(seen.scores.T @ seen.scores + precision)
    together = np.zeros((customers.max(initial=-1) + 1, seen.scores.shape[1]))
    np.add.at(together, customers, seen.scores)
    return bread @ (together.T @ together + precision) @ bread


def _widths(vector: Unknowns, theta: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """How much the slices differ: what their estimates differ, and what they are not sure of (one step of EM)."""
    wide = vector.wide.copy()
    for effect in SLICED:
        for dimension in DIMENSIONS:
            these = vector.at(effect, dimension)
            n = these.stop - these.start
            if n > 1:
                centred = theta[these] - theta[these].mean()
                centre = np.eye(n) - 1 / n
                unsure = np.trace(centre @ spread[these, these] @ centre)
                wide[these] = max(np.sqrt((centred @ centred + unsure) / (n - 1)), LEAST_DIFFER)
            else:
                wide[these] = 1e-3
    return wide

"""The numbers that are sought together: where each stands in one vector, what is assumed of it beforehand, and its name.

All are on a scale without bounds: logarithms of odds, odds ratios and factors. Each has a normal prior round the preset, so wide that a
few hundred events outweigh it; slices have one round no difference, as wide as the slices differ (empirical Bayes).
"""

from dataclasses import dataclass

import numpy as np

from sim.calibration.assumed import Assumed
from sim.calibration.records import Records, codes

DIMENSIONS = {
    "product": "products",
    "segment": "segments",
    "region": "regions",
    "acquisition_channel": "acquisition_channels",
}
SLICED = ("pays", "reached", "promises")
"""What differs by slice, beside missing due dates."""

WIDE = {"share": 0.5, "cure": 1.0, "reached": 1.0, "promise": 1.0, "kept": 1.0, "plan": 1.5, "suit": 1.5, "ai_reached": 0.5, "ai_promise": 0.5, "ai_kept": 0.3,
        "agency": 1.0, "curve": 0.3, "tier": 0.3, "hour": 0.2}  # fmt: skip
"""Standard deviations of the priors, of the logarithm."""

SLICES_DIFFER, LEAST_DIFFER = 0.15, 0.05
"""Standard deviation of the logarithm by which slices differ: to begin with, and at least."""


@dataclass(frozen=True)
class Unknowns:
    """names: of the whole vector, such as (cure, 0) or (pays, segment, 2). start: the centre of the priors; wide: their widths."""

    names: tuple[tuple, ...]
    start: np.ndarray
    wide: np.ndarray
    slices: dict[str, tuple[tuple[str, ...], np.ndarray]]

    def at(self, *name: object) -> slice:
        """Where the numbers of a name stand; those of one name stand together."""
        these = [place for place, each in enumerate(self.names) if each[:-1] == name]
        return slice(these[0], these[-1] + 1) if these else slice(0, 0)

    def with_widths(self, wide: np.ndarray) -> "Unknowns":
        return Unknowns(self.names, self.start, wide, self.slices)


def unknowns(records: Records, given: Assumed) -> Unknowns:
    """All that a book with due dates, payments and contacts may tell of its borrowers."""
    behaviour = given.behaviour
    slices = {dimension: codes(records.loan, dimension) for dimension in DIMENSIONS}
    parts: list[tuple[tuple, float, float]] = []

    def add(kind: str, values: np.ndarray) -> None:
        parts.extend(((kind, at), float(value), WIDE[kind]) for at, value in enumerate(np.atleast_1d(values)))

    add("share", np.log(np.maximum(given.share, 1e-6)))
    add("cure", np.log(np.maximum(behaviour.cure_odds, 1e-7)))
    add("agency", np.log(max(behaviour.agency_odds_ratio - 1, 0.05)))
    add("curve", np.log(np.maximum(behaviour.agency_curve[1:], 1e-3)))
    add("tier", np.log(np.maximum(behaviour.agency_tier[1:], 1e-3)))
    add("reached", np.log(np.clip(behaviour.reached, 1e-4, 1)))
    add("hour", np.log(np.maximum(behaviour.reached_by_hour, 1e-3)))
    add("ai_reached", np.log(max(behaviour.ai_reached, 1e-3)))
    add("promise", _logit(behaviour.promise))
    add("ai_promise", np.log(max(behaviour.ai_promise, 1e-3)))
    add("kept", _logit(behaviour.kept))
    add("ai_kept", np.log(max(behaviour.ai_kept, 1e-3)))
    add("plan", _logit(behaviour.plan_accepted))
    add("suit", _logit((behaviour.court.pays_on_judgment, behaviour.court.enforced)))
    for effect in SLICED:
        for dimension, (names, _) in slices.items():
            parts.extend(((effect, dimension, at), 0.0, SLICES_DIFFER) for at in range(len(names)))
    names, start, wide = zip(*parts, strict=True)
    return Unknowns(names, np.array(start), np.array(wide), slices)


def _logit(share: object) -> np.ndarray:
    share = np.clip(np.array(share, float), 1e-4, 1 - 1e-4)
    return np.log(share / (1 - share))

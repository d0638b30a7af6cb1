"""A calibrated scenario as it might as well be: each measured number of the behaviour drawn from within its uncertainty."""

import numpy as np

from sim.calibration.calibrating import Calibration
from sim.calibration.fitted import Fitted, Z
from sim.calibration.placing import placed, rounded, slot_of
from sim.scenario import Scenario

DRAWN = ("behaviour.", "population.booked_a_month")
OF_GROUPS = (".missed", ".pays", ".reached", ".promises")
WHOLE = ("behaviour.part_paid", "behaviour.promise_delay_days", "behaviour.court.hearing_days", "behaviour.court.enforcement_days", "behaviour.court.enforced_share")  # fmt: skip
"""Ranges and whole numbers, which stay as they are."""


def drawn(calibration: Calibration, rng: np.random.Generator) -> Scenario:
    """Another scenario of the same lender: numbers drawn one by one, on a scale on which they have no bounds."""
    scenario = calibration.scenario
    for each in calibration.parameters:
        told = each.origin == "measured" and each.low is not None and each.path not in WHOLE
        if not told or not (each.path.startswith(DRAWN) or each.path.endswith(OF_GROUPS)):
            continue
        slot = slot_of(scenario, each.path)
        share = slot.high == 1
        if isinstance(each.value, tuple):
            parts = zip(each.value, each.low, each.high, strict=True)
            value: object = tuple(v if low is None else _draw(v, low, high, share, rng) for v, low, high in parts)
        else:
            value = _draw(each.value, each.low, each.high, share, rng)
        scenario = placed(scenario, each.path, rounded(Fitted(each.path, value), slot).value)
    return scenario


def _draw(value: float, low: float, high: float, share: bool, rng: np.random.Generator) -> float:
    tiny = 1e-6

    def onto(x: float) -> float:
        return float(np.log(max(x, tiny) / max(1 - x, tiny))) if share else float(np.log(max(x, tiny)))

    deviation = (onto(high) - onto(low)) / (2 * Z)
    drawn = onto(value) + min(deviation, 2.0) * rng.standard_normal()
    return float(1 / (1 + np.exp(-drawn))) if share else float(np.exp(drawn))

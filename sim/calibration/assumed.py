"""What a calibration takes as given while it counts: reasons for being late, what touches do, and when a plan is offered."""

from dataclasses import dataclass

import numpy as np

from sim.behaviour import BANDS
from sim.policy import Plan
from sim.scenario import Scenario

NODES, WEIGHTS = np.polynomial.legendre.leggauss(5)


@dataclass(frozen=True)
class Assumed:
    """The assumptions of a scenario as columns by reason (`share`, `pays`, `heeds` …), and how borrowers differ in being reached."""

    scenario: Scenario
    plan: Plan | None
    share: np.ndarray
    pays: np.ndarray
    heeds: np.ndarray
    agency: np.ndarray
    reached: np.ndarray
    promises: np.ndarray
    keeps: np.ndarray
    complains: np.ndarray
    court: np.ndarray
    offered: np.ndarray
    reach: np.ndarray
    reach_weight: np.ndarray

    @property
    def behaviour(self):
        return self.scenario.behaviour


def assumed(scenario: Scenario, plan: Plan | None) -> Assumed:
    """`plan` is the lender's, whose reasons are those of the scenario: no book tells them."""
    reasons = scenario.behaviour.reasons
    share = np.array([reason.share for reason in reasons])
    columns = {
        name: np.array([getattr(reason, name) for reason in reasons], float)
        for name in ("pays", "heeds", "agency", "reached", "promises", "keeps", "complains", "court")
    }
    offered = np.array([plan is not None and (not plan.reasons or reason.name in plan.reasons) for reason in reasons])
    spread = scenario.behaviour.reachability_spread
    return Assumed(
        scenario,
        plan,
        share / share.sum(),
        offered=offered,
        reach=1 + spread * NODES,
        reach_weight=WEIGHTS / 2,
        **columns,
    )


def bands(dpd: np.ndarray) -> np.ndarray:
    """Position of days past due among the four bands."""
    return np.searchsorted(BANDS[1:], dpd, side="right")

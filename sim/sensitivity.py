"""Global sensitivity: all assumptions move at once, over their ranges, and how much each of them moves the difference in net.

Screening by elementary effects (Morris 1991; μ* of Campolongo and others 2007), by SALib. Where the tornado moves one assumption while
the others stay as assumed, here each is moved from many places: an assumption that matters only together with another one shows too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from SALib.analyze import morris as analyse
from SALib.sample import morris as trajectories

from sim.comparison import compare
from sim.sample import sample
from sim.scenario import Scenario
from sim.tornado import ASSUMPTIONS, CASES, Assumption

TRAJECTORIES, LEVELS = 6, 4
"""Walks through the ranges, each of which moves every assumption once; and the values that an assumption takes on them."""
TOGETHER = "effects"
"""An assumption that moves others: not one of its own here."""
ALONE = tuple(assumption for assumption in ASSUMPTIONS if assumption.code != TOGETHER)


@dataclass(frozen=True)
class Influence:
    """What an assumption does to the difference in net, in money: `reach` is the mean size of its effect over its whole range (μ*),
    known to ± `uncertain`; `with_others` the spread of that effect over the places of the others (σ): much of it is interaction."""

    code: str
    reach: float
    uncertain: float
    with_others: float


@dataclass(frozen=True)
class Sensitivity:
    """influences: the strongest first. differences: in net, one a world that was tried, all assumptions somewhere in their ranges."""

    influences: tuple[Influence, ...]
    differences: tuple[float, ...]

    @property
    def better(self) -> int:
        """Worlds in which the policy nets more."""
        return sum(each > 0 for each in self.differences)


def sensitivity(
    scenarios: Mapping[str, Scenario],
    replications: int,
    seed: int,
    days: int,
    earlier: Sequence[float] = (),
    walks: int = TRAJECTORIES,
    assumptions: Sequence[Assumption] = ALONE,
) -> Iterator[tuple[list[float], Sensitivity | None, int]]:
    """The differences so far, what they say at the end (None before), and how many worlds there are.

    scenarios: the policy, then what it is held against; both meet the same borrowers with the same luck in every world, and the luck
    is the same in all worlds. earlier: the differences of the first worlds, where these were run before.
    """
    problem = {
        "num_vars": len(assumptions),
        "names": [each.code for each in assumptions],
        "bounds": [[each.low, each.high] for each in assumptions],
    }
    worlds = trajectories.sample(problem, N=walks, num_levels=LEVELS, seed=seed)
    names = list(scenarios)[:2]
    pair, share = {}, 1.0
    for name in names:
        pair[name], share = sample(scenarios[name], CASES)
    found = list(earlier)
    for world in worlds[len(found) :]:
        changed = {name: moved(scenario, assumptions, world) for name, scenario in pair.items()}
        *_steps, known = compare(changed, replications, seed, days)
        found.append(known.differences[names[1]]["net"].mean / share)
        if len(found) < len(worlds):
            yield found, None, len(worlds)
    yield found, _said_by(problem, worlds, found, seed), len(worlds)


def moved(scenario: Scenario, assumptions: Sequence[Assumption], factors: Sequence[float]) -> Scenario:
    """The scenario with each assumption at its factor."""
    for assumption, factor in zip(assumptions, factors, strict=True):
        scenario = assumption.change(scenario, float(factor))
    return scenario


def _said_by(problem: dict, worlds: np.ndarray, found: Sequence[float], seed: int) -> Sensitivity:
    said = analyse.analyze(problem, worlds, np.array(found), num_levels=LEVELS, seed=seed)
    influences = [
        Influence(code, float(reach), float(uncertain), float(spread))
        for code, reach, uncertain, spread in zip(
            problem["names"], said["mu_star"], said["mu_star_conf"], said["sigma"], strict=True
        )
    ]
    influences.sort(key=lambda each: -each.reach)
    return Sensitivity(tuple(influences), tuple(found))

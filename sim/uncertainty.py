"""What is not known of the borrowers, apart from luck: the difference in net when each measured number of the behaviour is drawn anew
from within its interval, against what other luck does to it with the same borrowers.

The split is that of a one-way analysis of variance with random effects: worlds are drawn from the calibration, and each is run under
several lucks, which are the same in every world.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from sim.calibration import Calibration
from sim.calibration.unsure import drawn
from sim.comparison import compare
from sim.sample import sample
from sim.scenario import Scenario
from sim.tornado import CASES

WORLDS = 20
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Unsure:
    """The difference in net, in money. mean: over all worlds and lucks. by_borrowers, by_luck: half of an interval that holds so much
    of what either does alone: another lender's borrowers within what the book tells of them, and another year of the same ones.
    better: worlds of `worlds` in which the policy nets more."""

    mean: float
    by_borrowers: float
    by_luck: float
    better: int
    worlds: int


def uncertainty(
    scenarios: Mapping[str, Scenario],
    calibration: Calibration,
    replications: int,
    seed: int,
    days: int,
    earlier: Sequence[Sequence[float]] = (),
    worlds: int = WORLDS,
) -> Iterator[tuple[list[list[float]], Unsure]]:
    """The differences so far, a list a world with one a luck, and what they say.

    scenarios: the policy, then what it is held against; in each world both have its borrowers. earlier: the differences of the first
    worlds, where these were run before. Raises ValueError for fewer than two lucks.
    """
    if replications < 2:
        raise ValueError("Luck is told apart from the borrowers by two replications at least.")
    names = list(scenarios)[:2]
    found = [list(each) for each in earlier]
    for number in range(len(found), worlds):
        world = drawn(calibration, np.random.default_rng((seed, number)))
        pair, share = {}, 1.0
        for name in names:
            pair[name], share = sample(_in_world(scenarios[name], world), CASES)
        nets = {name: [] for name in names}
        for each in compare(pair, replications, seed, days, carry=_net):
            for name, net in each.carried.items():
                nets[name].append(net)
        found.append([(one - other) / share for one, other in zip(*nets.values(), strict=True)])
        yield found, unsure(found)
    if len(earlier) >= worlds:
        yield found, unsure(found)


def _net(run) -> float:
    return run.net / 100


def _in_world(scenario: Scenario, world: Scenario) -> Scenario:
    """The scenario with the borrowers of a world; how many loans there are stays."""
    ours, theirs = scenario.population, world.population
    kept = ("products", "segments", "regions", "acquisition_channels")
    population = replace(ours, **{name: getattr(theirs, name) for name in kept}) if ours.world == theirs.world else ours
    return replace(scenario, behaviour=world.behaviour, population=population)


def unsure(differences: Sequence[Sequence[float]]) -> Unsure:
    """The split of these: a row a world, a column a luck. A variance that comes out below nothing is none."""
    table = np.array(differences, float)
    worlds, lucks = table.shape
    within = float(table.var(axis=1, ddof=1).mean())
    means = table.mean(axis=1)
    between = max(float(means.var(ddof=1)) - within / lucks, 0.0) if worlds > 1 else 0.0
    reach = float(ndtri((1 + CONFIDENCE) / 2))
    return Unsure(float(table.mean()), reach * between**0.5, reach * within**0.5, int((means > 0).sum()), worlds)

"""A scenario written so that its groups differ from its own mean: the same behaviour, and the form in which a book can be fitted.

Multiplying all groups of a dimension by something and dividing the level by it changes nothing that anybody could see; so the
logarithms of a dimension's odds ratios have mean 0 over the loans, and the level is that of the mean loan.
"""

from dataclasses import replace

import numpy as np

from sim.calibration.unknowns import DIMENSIONS
from sim.scenario import Scenario


def levelled(scenario: Scenario) -> Scenario:
    """The same world with the mean of each dimension's differences moved into the level. No odds ratio or factor may be 0."""
    population, behaviour = scenario.population, scenario.behaviour
    moved = {"pays": 0.0, "reached": 0.0, "promises": 0.0, "missed": 0.0}
    for plural in DIMENSIONS.values():
        groups = getattr(population, plural)
        shares = np.array([group.share for group in groups])
        for name in ("pays", "reached", "promises", *(() if plural == "products" else ("missed",))):
            logs = np.log([getattr(group, name) for group in groups])
            middle = float(logs @ shares / shares.sum())
            moved[name] += middle
            groups = tuple(
                replace(group, **{name: float(np.exp(log - middle))}) for group, log in zip(groups, logs, strict=True)
            )
        population = replace(population, **{plural: groups})
    products = tuple(
        replace(product, missed=_shifted(product.missed, moved["missed"])) for product in population.products
    )
    behaviour = replace(
        behaviour,
        cure_odds=tuple(odds * float(np.exp(moved["pays"])) for odds in behaviour.cure_odds),
        reached=tuple(min(share * float(np.exp(moved["reached"])), 1.0) for share in behaviour.reached),
        promise=tuple(_shifted(share, moved["promises"]) for share in behaviour.promise),
    )
    return replace(scenario, population=replace(population, products=products), behaviour=behaviour)


def _shifted(share: float, log: float) -> float:
    odds = share / (1 - share) * float(np.exp(log)) if share < 1 else np.inf
    return odds / (1 + odds) if np.isfinite(odds) else 1.0

"""Slices of the loans that change during a run: from a day on they miss more due dates, or pay later."""

from collections import defaultdict

import numpy as np

from sim.population import Drift
from sim.world import World


class Drifts:
    """The drifts of a world, by the days on which they begin."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.by_day: dict[int, list[Drift]] = defaultdict(list)
        for drift in world.scenario.population.drifts:
            self.by_day[drift.day].append(drift)

    def begin(self) -> None:
        """What begins today holds for all loans of its slice, those that are still to come too."""
        loans = self.world.loans
        for drift in self.by_day.get(self.world.day, ()):
            those = self._slice(drift)
            loans.misses[those] *= drift.missed
            loans.slice_pull[those] *= drift.pays
            loans.pull[those] *= drift.pays

    def _slice(self, drift: Drift) -> np.ndarray:
        loans, population = self.world.loans, self.world.scenario.population
        those = np.ones(loans.n, bool)
        for column, groups, name in (
            (loans.product, population.products, drift.product),
            (loans.segment, population.segments, drift.segment),
            (loans.region, population.regions, drift.region),
            (loans.acquisition, population.acquisition_channels, drift.acquisition_channel),
        ):
            if name:
                those &= column == [group.name for group in groups].index(name)
        return those

"""How bad the book is after half a year and after a year: balance beyond the bad-debt line, and balance, of the loans of each run."""

from typing import TYPE_CHECKING

import numpy as np

from sim.loans import CURRENT, LATE

if TYPE_CHECKING:
    from sim.world import World

BAD_ABOVE_DPD = 90
MONTHS = (6, 12)
DAYS_A_YEAR = 365


class Levels:
    """Takes the two balances at the end of two days. `at`: month of the run → (bad, all), cents by run."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.at: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self._on = {DAYS_A_YEAR * month // 12 - 1: month for month in MONTHS}

    def close(self) -> None:
        month = self._on.get(self.world.day)
        if month is None:
            return
        world, loans = self.world, self.world.loans
        late = np.flatnonzero(loans.state == LATE)
        population = world.scenario.population
        whole = np.full(world.runs, population.rest_of_book * 100)
        if population.world == "book":
            late_or_not = np.flatnonzero((loans.state == CURRENT) | (loans.state == LATE))
            whole = self._balance(late_or_not)
        elif population.rest_of_book:
            whole += self._balance(late)
        self.at[month] = self._balance(late[world.dpd(late) > BAD_ABOVE_DPD]), whole

    def _balance(self, i: np.ndarray) -> np.ndarray:
        loans = self.world.loans
        return np.bincount(loans.run[i], loans.balance(i), self.world.runs)

"""What a touch leaves behind in a borrower: a raised hazard that fades, fatigue, a complaint."""

import numpy as np

from sim.draws import Purpose
from sim.stages import mark_today, seven_days
from sim.world import World

LOWEST_BOOST = -0.9
MOST_TOUCHES = 7 * 15
"""Touches of seven days that are counted at most."""


class Touch:
    """Effects of talks and messages on the borrowers of a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        behaviour = world.behaviour
        self.fatigue = np.array(behaviour.fatigue)
        self.heeds = np.array([reason.heeds for reason in behaviour.reasons])
        self.complains = np.array([reason.complains for reason in behaviour.reasons]) / 1000
        self.by_band = np.array(behaviour.complaints)
        self.growth = behaviour.complaint_growth ** np.arange(MOST_TOUCHES + 1)

    def earlier(self, i: np.ndarray, voice: bool) -> np.ndarray:
        """Talks, or messages, in seven days so far."""
        loans, day = self.world.loans, self.world.day
        if voice:
            return seven_days(loans.talk_week[i], loans.talk_week_day[i], day)
        return seven_days(loans.note_week[i], loans.note_week_day[i], day)

    def mark(self, i: np.ndarray, voice: bool) -> None:
        loans, day = self.world.loans, self.world.day
        if voice:
            mark_today(loans.talk_week, loans.talk_week_day, i, day)
        else:
            mark_today(loans.note_week, loans.note_week_day, i, day)

    def tired(self, earlier: np.ndarray) -> np.ndarray:
        """The factor of fatigue after so many touches in seven days."""
        return self.fatigue[np.minimum(earlier, len(self.fatigue) - 1)]

    def raise_hazard(
        self, i: np.ndarray, odds_ratio: float | np.ndarray, fades: float | np.ndarray, tired: np.ndarray
    ) -> None:
        """Of what is left of earlier touches and what this one adds the greater holds; an annoying one takes away. `fades` is what is left of it a day later."""
        if not len(i):
            return
        loans = self.world.loans
        left = loans.boost[i]
        new = (odds_ratio - 1) * tired * self.heeds[loans.reason[i]]
        stronger = new > left
        loans.fades[i] = np.where(stronger | (left == 0), fades, loans.fades[i])
        loans.boost[i] = np.where(
            new < 0, np.maximum(left + new, np.minimum(left, LOWEST_BOOST)), np.where(stronger, new, left)
        )

    def complaints(
        self, i: np.ndarray, earlier: np.ndarray, factor: float, purpose: Purpose, which: np.ndarray | None = None
    ) -> np.ndarray:
        """Which of those touched complain."""
        if not len(i):
            return np.zeros(0, bool)
        world = self.world
        chance = self.by_band[world.band(i)] * self.complains[world.loans.reason[i]] * factor
        chance = chance * self.growth[earlier]
        complained = world.luck(i, purpose, which) < chance
        world.record.tally("complaints", world.day, i[complained])
        world.slices.count("complaints", i[complained])
        return complained

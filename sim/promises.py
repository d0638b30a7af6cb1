"""Promises to pay: given in a conversation, due some days later, kept or broken."""

import numpy as np

from sim.draws import Purpose
from sim.loans import CHARGED_OFF, LATE, NEVER
from sim.record import COLLECTOR
from sim.stages import by_day
from sim.world import World

DUE_HOUR = 20.5


def shifted(chance: np.ndarray, odds_ratio: np.ndarray | float) -> np.ndarray:
    """A chance after its odds are multiplied."""
    odds = chance * odds_ratio
    return odds / (1 - chance + odds)


def part_of(world: World, i: np.ndarray, purpose: Purpose) -> np.ndarray:
    """Cents of a payment in part: at least one, at most all that is overdue."""
    lowest, highest = world.behaviour.part_paid
    overdue = world.loans.overdue(i)
    part = np.floor(overdue * (lowest + (highest - lowest) * world.luck(i, purpose))).astype(np.int64)
    return np.minimum(np.maximum(part, 1), overdue)


class Promises:
    """The promises of a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        behaviour = world.behaviour
        self.promise, self.kept = np.array(behaviour.promise), np.array(behaviour.kept)
        self.full = np.array(behaviour.promise_full)
        self.promises = np.array([reason.promises for reason in behaviour.reasons])
        self.keeps = np.array([reason.keeps for reason in behaviour.reasons])

    def ask(self, i: np.ndarray, skill: np.ndarray, tired: np.ndarray, ai: bool) -> np.ndarray:
        """Ask these for a promise; which give one."""
        world, loans, day = self.world, self.world.loans, self.world.day
        behaviour, band = world.behaviour, world.band(i)
        ratio = self.promises[loans.reason[i]] * loans.slice_promise[i] * skill
        chance = shifted(self.promise[band], ratio * behaviour.ai_promise if ai else ratio) * np.maximum(tired, 0)
        given = world.luck(i, Purpose.PROMISE_AI if ai else Purpose.PROMISE_PHONE) < chance
        these, band = i[given], band[given]
        if not len(these):
            return given
        full = world.luck(these, Purpose.PROMISE_FULL) < self.full[band]
        amount = np.where(full, loans.overdue(these), part_of(world, these, Purpose.PROMISE_PART))
        delay = 1 + np.floor(world.luck(these, Purpose.PROMISE_DELAY) * behaviour.promise_delay_days).astype(np.int64)
        due = day + delay
        loans.promise_due[these], loans.promise_made[these] = due, day
        loans.promise_amount[these], loans.promise_ai[these] = amount, ai
        world.record.tally("promises", day, these)
        world.record.event("promise", day=np.full(len(these), day), due=due, loan=these, amount=amount)
        for date, those in by_day(due):
            world.at(date, DUE_HOUR, self.fall_due, these[those])
        return given

    def fall_due(self, i: np.ndarray) -> None:
        """The promises of these for today; those that were void or replaced since are not."""
        world, loans, day = self.world, self.world.loans, self.world.day
        state = loans.state[i]
        i = i[(loans.promise_due[i] == day) & ((state == LATE) | (state == CHARGED_OFF))]
        if not len(i):
            return
        i = np.sort(i)
        chance = shifted(self.kept[world.band(i)], self.keeps[loans.reason[i]])
        chance = np.where(loans.promise_ai[i], chance * world.behaviour.ai_kept, chance)
        kept = world.luck(i, Purpose.KEPT) < chance
        world.record.tally("promises_kept", day, i[kept])
        world.record.tally("promises_broken", day, i[~kept])
        loans.promise_due[i] = NEVER
        loans.promise_broken[i] = ~kept
        paying = i[kept]
        world.pay(paying, np.minimum(loans.promise_amount[paying], loans.overdue(paying)), COLLECTOR)

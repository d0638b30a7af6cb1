"""Message campaigns: each channel of a stage that is no call is sent, at its hour, to all loans it is due to touch."""

from collections.abc import Iterator

import numpy as np
import simpy

from sim.draws import Purpose
from sim.incoming import Incoming
from sim.policy import MESSAGES
from sim.record import WAYS
from sim.stages import Slot
from sim.touch import Touch
from sim.world import World

FIRST_MESSAGE = WAYS.index(MESSAGES[0])


class Messages:
    """The campaigns of the policy in force."""

    def __init__(self, world: World, touch: Touch, incoming: Incoming) -> None:
        self.world, self.touch, self.incoming = world, touch, incoming
        effects = {effect.kind: effect for effect in world.behaviour.messages}
        self.odds_ratio = np.array([effects[kind].odds_ratio if kind in effects else 1.0 for kind in MESSAGES])
        self.fades = np.array(
            [0.5 ** (1 / effects[kind].half_life_days) if kind in effects else 1.0 for kind in MESSAGES]
        )
        self.read = np.array([effects[kind].read if kind in effects else 0.0 for kind in MESSAGES])
        self.price = np.array([getattr(world.scenario.prices, kind) * 100 for kind in MESSAGES])

    def start(self) -> None:
        """Slots of one hour are one campaign; the slots of a stage are sent one after the other, those of different stages,
        whose loans are different ones, together."""
        hours: dict[int, dict[int, list[Slot]]] = {}
        for slot in self.world.stages.slots:
            if slot.channel.kind in MESSAGES:
                hours.setdefault(slot.channel.opens, {}).setdefault(slot.stage, []).append(slot)
        for hour, by_stage in hours.items():
            rounds = [
                [slots[k] for slots in by_stage.values() if k < len(slots)]
                for k in range(max(len(slots) for slots in by_stage.values()))
            ]
            self.world.env.process(self._campaign(hour, rounds))

    def _campaign(self, hour: int, rounds: list[list[Slot]]) -> Iterator[simpy.Event]:
        world, policy = self.world, self.world.policy
        day = world.day
        while world.policy is policy:
            yield world.env.timeout(max(day + hour / 24 - world.env.now, 0))
            if world.policy is policy:
                for slots in rounds:
                    self.send(slots)
            day += 1
            yield world.env.timeout(day - world.env.now)

    def _due(self, slot: Slot) -> np.ndarray:
        """All that are due; borrowers with an open promise are left in peace until the day after it is due."""
        loans, day = self.world.loans, self.world.day
        i = slot.due(day, ordered=False)
        if not len(i):
            return i
        promised = loans.promise_due[i] >= day
        if promised.any():
            slot.push_each(i[promised], loans.promise_due[i[promised]] + 1)
            i = i[~promised]
        return i if slot.week is None else i[~slot.rest_of_week(i, day)]

    def send(self, slots: list[Slot]) -> None:
        """Send these slots, of different stages, to all that are due."""
        world, day = self.world, self.world.day
        due = [self._due(slot) for slot in slots]
        i = np.concatenate(due)
        if not len(i):
            return
        kind = np.repeat([MESSAGES.index(slot.channel.kind) for slot in slots], [len(each) for each in due])
        earlier = self.touch.earlier(i, voice=False)
        self.touch.raise_hazard(i, self.odds_ratio[kind], self.fades[kind], self.touch.tired(earlier))
        self.touch.mark(i, voice=False)
        world.loans.note_way[i] = kind + FIRST_MESSAGE
        factor = world.behaviour.message_complaint
        complained = np.zeros(len(i), bool)
        if factor:
            complained = self.touch.complaints(i, earlier, factor, Purpose.COMPLAINT_MESSAGE, kind)
        for slot, these in zip(slots, due, strict=True):
            name = slot.channel.kind
            world.record.tally(f"sent_{name}", day, these)
            world.record.cost(name, day, these, float(self.price[MESSAGES.index(name)]))
            slot.touched(these, day)
        self.incoming.after_message(i, kind)
        if world.record.keeps("action", day):
            self._write(slots, i, np.repeat(np.arange(len(slots)), [len(each) for each in due]), kind, complained)

    def _write(
        self, slots: list[Slot], i: np.ndarray, slot: np.ndarray, kind: np.ndarray, complained: np.ndarray
    ) -> None:
        """One row a message, sent within the first hour."""
        world = self.world
        names = np.array([world.policy.stages[each.stage].name for each in slots])
        opens = np.array([each.channel.opens for each in slots])
        world.record.event(
            "action",
            day=np.full(len(i), world.day),
            second=(opens[slot] * 3600 + world.luck(i, Purpose.MOMENT, kind) * 3600).astype(np.int32),
            loan=i,
            stage=names[slot],
            channel=np.array(MESSAGES)[kind],
            owner=np.full(len(i), "campaigns"),
            collector=np.full(len(i), -1),
            connected=world.luck(i, Purpose.READ_MESSAGE, kind) < self.read[kind],
            right_party=np.zeros(len(i), bool),
            outcome=np.full(len(i), "sent"),
            seconds=np.zeros(len(i), np.int32),
            cost=self.price[kind],
            complaint=complained,
        )

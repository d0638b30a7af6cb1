"""Message campaigns: each channel of a stage that is no call is sent, at its hour, to all loans it is due to touch."""

from collections.abc import Iterator

import numpy as np
import simpy

from sim.draws import Purpose
from sim.policy import MESSAGES
from sim.stages import Slot
from sim.touch import Touch
from sim.world import World

_COMPLAINT = {kind: Purpose[f"COMPLAINT_{kind.upper()}"] for kind in MESSAGES}
_READ = {kind: Purpose[f"READ_{kind.upper()}"] for kind in MESSAGES}


class Messages:
    """The campaigns of the policy in force."""

    def __init__(self, world: World, touch: Touch) -> None:
        self.world, self.touch = world, touch
        self.effect = {effect.kind: effect for effect in world.behaviour.messages}
        self.price = {kind: getattr(world.scenario.prices, kind) * 100 for kind in MESSAGES}

    def start(self) -> None:
        for slot in self.world.stages.slots:
            if slot.channel.kind in MESSAGES:
                self.world.env.process(self._campaign(slot))

    def _campaign(self, slot: Slot) -> Iterator[simpy.Event]:
        world, policy = self.world, self.world.policy
        hour = slot.channel.opens + 0.001 * slot.position
        day = world.day
        while world.policy is policy:
            yield world.env.timeout(max(day + hour / 24 - world.env.now, 0))
            if world.policy is policy:
                self.send(slot)
            day += 1
            yield world.env.timeout(day - world.env.now)

    def send(self, slot: Slot) -> None:
        """Send to all that are due; borrowers with an open promise are left in peace until the day after it is due."""
        world, kind = self.world, slot.channel.kind
        loans, day = world.loans, world.day
        i = slot.due(day)
        if not len(i):
            return
        promised = loans.promise_due[i] >= day
        if promised.any():
            slot.push_each(i[promised], loans.promise_due[i[promised]] + 1)
            i = i[~promised]
        i = i[~slot.rest_of_week(i, day)]
        if not len(i):
            return
        earlier = self.touch.earlier(i, voice=False)
        effect = self.effect[kind]
        self.touch.raise_hazard(i, effect.odds_ratio, effect.half_life_days, self.touch.tired(earlier))
        self.touch.mark(i, voice=False)
        factor = world.behaviour.message_complaint
        complained = self.touch.complaints(i, earlier, factor, _COMPLAINT[kind]) if factor else np.zeros(len(i), bool)
        world.record.add(f"sent_{kind}", day, len(i))
        world.record.cost(kind, day, len(i) * self.price[kind])
        if world.record.events is not None:
            self._write(slot, i, effect.read, complained)
        slot.touched(i, day)

    def _write(self, slot: Slot, i: np.ndarray, read: float, complained: np.ndarray) -> None:
        world, kind = self.world, slot.channel.kind
        width = slot.channel.closes - slot.channel.opens
        world.record.event(
            "action",
            day=np.full(len(i), world.day),
            second=(slot.channel.opens * 3600 + world.luck(i, Purpose.MOMENT) * min(width, 1) * 3600).astype(np.int32),
            loan=i,
            stage=np.full(len(i), world.policy.stages[slot.stage].name),
            channel=np.full(len(i), kind),
            owner=np.full(len(i), "campaigns"),
            collector=np.full(len(i), -1),
            connected=world.luck(i, _READ[kind]) < read,
            right_party=np.zeros(len(i), bool),
            outcome=np.full(len(i), "sent"),
            seconds=np.zeros(len(i), np.int32),
            cost=np.full(len(i), self.price[kind]),
            complaint=complained,
        )

"""Replications side by side: SimPy's calendar calls the parts of the operation in their order, day by day.

The order within a day is a rule of the model (see docs/background/model.md): it is what a reference must follow.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import simpy

from sim.agencies import PLACE_HOUR, TOUCH_HOUR, Agencies
from sim.calls import Calls
from sim.conduct import Conduct
from sim.conversation import Conversation
from sim.court import HOUR as COURT_HOUR
from sim.court import Court
from sim.draws import Purpose
from sim.drifts import Drifts
from sim.exits import Exits
from sim.incoming import HELD_HOUR, Incoming
from sim.levels import Levels
from sim.messages import Messages
from sim.payments import Payments
from sim.plans import Plans
from sim.promises import Promises
from sim.record import HOLDERS
from sim.scenario import Scenario
from sim.tables import Snapshots
from sim.touch import Touch
from sim.world import FREE, World

BEGIN, DUE, STAGES, PAY, MONTH_END, EVENING, CLOSE = 0.0, 0.4, 0.6, 21.0, 22.5, 22.8, 23.0
"""Hours of the day."""


class Engine:
    """Runs a scenario; afterwards `world` holds the loans as they are and the record."""

    def __init__(
        self, scenario: Scenario, seed: int, replications: int | Sequence[int], days: int, events: bool = False
    ) -> None:
        replications = (replications,) if isinstance(replications, int) else tuple(replications)
        if events and len(replications) > 1:
            raise ValueError("Events are kept of one replication at a time.")
        self.world = world = World(scenario, seed, replications, days, events)
        touch, conduct = Touch(world), Conduct(scenario.rules, world.loans, world.record)
        self.plans, promises = Plans(world), Promises(world)
        self.payments = Payments(world, self.plans)
        conversation = Conversation(world, touch, conduct, promises, self.plans)
        self.incoming = Incoming(world, conversation)
        self.messages = Messages(world, touch, self.incoming)
        self.calls = Calls(world, touch, conduct, conversation)
        self.agencies = Agencies(world, touch, conduct, self.calls)
        self.court, self.exits, self.drifts = Court(world), Exits(world), Drifts(world)
        self.levels = Levels(world)
        self.changes = {change.day: change.policy for change in scenario.changes}
        self.at_close = [self._close]
        if events:
            self.at_close.append(Snapshots(world).take)

    def run(self) -> "Engine":
        env = self.world.env
        env.process(self._days())
        env.run(until=self.world.days)
        return self

    def _days(self) -> Iterator[simpy.Event]:
        """The hours that every day has."""
        world = self.world
        hours = (
            (BEGIN, self._begin),
            (DUE, self.payments.fall_due),
            (STAGES, lambda: world.stages.morning(world.day)),
            (TOUCH_HOUR, self.agencies.work),
            (HELD_HOUR, self.incoming.hold),
            (PAY, self.payments.pay_unasked),
            (COURT_HOUR, self.court.file),
            (PLACE_HOUR, self.agencies.place),
            (MONTH_END, self.exits.month_end),
            (EVENING, lambda: world.stages.evening(world.day)),
            (CLOSE, lambda: [close() for close in self.at_close]),
        )
        for day in range(world.days):
            world.day = day
            for hour, happens in hours:
                yield world.env.timeout(max(day + hour / 24 - world.env.now, 0))
                happens()

    def _begin(self) -> None:
        """Midnight: people come and go, another policy may come into force, new loans begin."""
        world, day = self.world, self.world.day
        for staff in (staff for team in self.calls.staff.values() for staff in team):
            if day and world.calendar.day_of_month[day] == 1:
                staff.turn_over(day)
            if staff.team.training_days:
                if day == staff.team.training_from_day:
                    staff.train()
                if day == staff.team.training_from_day + staff.team.training_days:
                    staff.trained_now()
        if day in self.changes:
            world.policy = self.changes[day]
            i = world.active()
            self._put_in_force(i[world.loans.held[i] == FREE])
        self.drifts.begin()
        self.payments.begin()
        if day == 0:
            if world.scenario.population.world == "book":
                self.exits.long_gone()
                self.plans.under_way()
                self.agencies.been_through()
                if world.scenario.population.opening_late_share and world.calendar.day_of_month[0] == 1:
                    self.exits.opened()
            i = world.active()
            self._put_in_force(i[world.loans.held[i] == FREE])

    def _put_in_force(self, i: np.ndarray) -> None:
        """The policy begins: campaigns and shifts run by it from today. The late loans `i` that nobody holds enter their stages
        all at once, so that their first touches are spread over the days of each channel's cadence."""
        world = self.world
        world.stages.switch(world.policy)
        self.agencies.switch()
        self.messages.start()
        self.calls.start()
        spread = []
        for slot in world.stages.slots:
            luck = world.draws.uniform(world.key, world.day * 100 + slot.position, Purpose.FIRST_TOUCH)
            spread.append((luck * slot.channel.every_days).astype(np.int64))
        world.stages.place(i, world.day, world.day, spread)

    def _close(self) -> None:
        """What stands at the day's end, and what people cost."""
        world, record, day = self.world, self.world.record, self.world.day
        wage = world.scenario.prices.wage_a_month * 100 / 30
        for name, team in self.calls.staff.items():
            for run, staff in enumerate(team):
                record.put("cost_wages", day, run, len(staff) * wage)
                record.put(f"open_people_{name}", day, run, len(staff))
        for position, each in enumerate(world.policy.stages):
            record.census(f"open_stage_{each.name}", day, np.flatnonzero(world.loans.stage == position))
        for position, holder in enumerate(HOLDERS):
            record.whole[f"open_{holder}"][:, day] = world.holding[:, position + 1]
        self.levels.close()

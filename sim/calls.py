"""Calls: a team, or the AI lines, works its worklist of the day in the order of the policy's rule until its minutes are used up."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import simpy

from sim.conduct import Conduct
from sim.conversation import Conversation
from sim.draws import Purpose
from sim.loans import NEVER
from sim.people import Team
from sim.policy import VOICE
from sim.staff import Staff
from sim.stages import Slot
from sim.touch import Touch
from sim.worklist import first_of_each, priority
from sim.world import World

HIGHEST_CHANCE = 0.95
AI = "ai"
"""Who owns the calls of the AI lines."""


@dataclass
class Sheet:
    """A worklist with what would come of each call: columns of one length, in the order of the loans."""

    loan: np.ndarray
    slot: np.ndarray  # position of the slot
    tries: np.ndarray
    dials: np.ndarray
    reached: np.ndarray
    minutes: np.ndarray
    hour: np.ndarray

    def __getitem__(self, these: np.ndarray) -> "Sheet":
        return Sheet(**{name: column[these] for name, column in vars(self).items()})


class Calls:
    """All calls of the policy in force, by teams and by AI lines."""

    def __init__(self, world: World, touch: Touch, conduct: Conduct, conversation: Conversation) -> None:
        self.world, self.touch, self.conduct, self.conversation = world, touch, conduct, conversation
        behaviour, people = world.behaviour, world.scenario.people
        self.staff = {team.name: Staff(team, world.env, world.calendar, world.draws) for team in people.teams}
        lines = Team(AI, people.ai_lines, 0, weekends=True, holidays=True, skill_spread=0.0)
        self.lines = Staff(lines, world.env, world.calendar, world.draws)
        self.by_band = np.array(behaviour.reached)
        self.by_hour = np.array(behaviour.reached_by_hour)
        self.by_reason = np.array([reason.reached for reason in behaviour.reasons])
        self.talk_minutes = np.array(behaviour.talk_minutes)

    def start(self) -> None:
        for position, (name, staff) in enumerate(self.staff.items()):
            slots = [slot for slot in self.world.stages.slots if slot.channel.kind == "phone" and slot.team == name]
            if slots:
                self.world.env.process(self._shifts(staff, slots, position))
        slots = [slot for slot in self.world.stages.slots if slot.channel.kind == "ai_call"]
        if slots:
            self.world.env.process(self._shifts(self.lines, slots, len(self.staff)))

    def _shifts(self, staff: Staff, slots: list[Slot], position: int) -> Iterator[simpy.Event]:
        world, policy = self.world, self.world.policy
        hour = min(slot.channel.opens for slot in slots) + 0.1 + 0.001 * position
        closes = max(slot.channel.closes for slot in slots)
        day = world.day
        while world.policy is policy:
            yield world.env.timeout(max(day + hour / 24 - world.env.now, 0))
            if world.policy is policy:
                present = staff.present(day)
                shift = staff.team.shift_minutes if staff is not self.lines else (closes - int(hour)) * 60
                staff.open_shift(float(shift * len(present)))
                self.work(staff, slots, present)
            day += 1
            yield world.env.timeout(day - world.env.now)

    def work(self, staff: Staff, slots: list[Slot], present: np.ndarray) -> None:
        """Work the day's list. A call is begun while minutes are left; the last one may run over."""
        world, day, name = self.world, self.world.day, staff.team.name
        waiting = [self._due(slot) for slot in slots]
        available = staff.minutes.level
        world.record.add_part(f"minutes_available_{name}", day, available)
        if not len(present):
            for slot, i in zip(slots, waiting, strict=True):
                slot.push(i, day + 1)
            return
        sheet = self._sheet(slots, waiting, ai=staff is self.lines)
        worked = self._worked(sheet, available)
        done, undone = sheet[worked], sheet[~worked]
        used = float(done.minutes.sum())
        if used > 0:
            staff.minutes.get(min(used, available))
        world.record.add_part(f"minutes_worked_{name}", day, used)
        world.record.add(f"undone_{name}", day, len(undone.loan))
        for slot in slots:
            slot.push(undone.loan[undone.slot == slot.position], day + 1)
            slot.touched(done.loan[done.slot == slot.position], day)
        self.conversation.hold(done, staff, present)
        staff.close_shift()

    def _due(self, slot: Slot) -> np.ndarray:
        """The loans that the slot calls today; those with an open promise wait until the day after it is due."""
        loans, day = self.world.loans, self.world.day
        i = slot.due(day)
        promised = loans.promise_due[i] >= day
        if promised.any():
            slot.push_each(i[promised], loans.promise_due[i[promised]] + 1)
            i = i[~promised]
        return i[~slot.rest_of_week(i, day)]

    def _sheet(self, slots: list[Slot], waiting: list[np.ndarray], ai: bool) -> Sheet:
        """Draw what would come of each call. What the rules forbid today is put off to tomorrow."""
        world, loans, day = self.world, self.world.loans, self.world.day
        i = np.concatenate(waiting)
        lengths = [len(each) for each in waiting]
        position = np.repeat([slot.position for slot in slots], lengths)
        tries = np.repeat([slot.channel.tries for slot in slots], lengths)
        opens = np.repeat([slot.channel.opens for slot in slots], lengths)
        width = np.repeat([slot.channel.closes - slot.channel.opens for slot in slots], lengths)
        tries = self.conduct.tries(i, tries, day)
        allowed = (tries > 0) & first_of_each(loans, i)
        if not allowed.all():
            for slot in slots:
                slot.push(i[~allowed & (position == slot.position)], day + 1)
            i, position, tries = i[allowed], position[allowed], tries[allowed]
            opens, width = opens[allowed], width[allowed]
        hour = opens + world.luck(i, Purpose.HOUR_AI if ai else Purpose.HOUR_PHONE) * width
        dials, reached = self.dial(i, tries, hour, Purpose.DIAL_AI if ai else Purpose.DIAL_PHONE, ai)
        return Sheet(i, position, tries, dials, reached, self._minutes(i, dials, reached, ai), hour)

    def dial(
        self, i: np.ndarray, tries: np.ndarray, hour: np.ndarray, purpose: Purpose, ai: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        """Dials made to each, and whether the last of them reached the borrower: one draw, by the geometric distribution."""
        world, loans = self.world, self.world.loans
        chance = self.by_band[world.band(i)] * self.by_hour[hour.astype(np.int64)]
        chance *= self.by_reason[loans.reason[i]] * loans.reach[i]
        if ai:
            chance *= world.behaviour.ai_reached
        np.minimum(chance, HIGHEST_CHANCE, out=chance)
        with np.errstate(divide="ignore"):
            needed = np.floor(np.log(world.luck(i, purpose)) / np.log1p(-chance)) + 1
        reached = (needed <= tries) & (chance > 0)
        return np.where(reached, needed, tries).astype(np.int64), reached

    def _minutes(self, i: np.ndarray, dials: np.ndarray, reached: np.ndarray, ai: bool) -> np.ndarray:
        behaviour = self.world.behaviour
        failed = behaviour.ai_failed_dial_minutes if ai else behaviour.failed_dial_minutes
        minutes = (dials - reached) * failed
        talks = i[reached]
        luck = self.world.luck(talks, Purpose.MINUTES_AI if ai else Purpose.MINUTES_PHONE)
        minutes[reached] += self.talk_minutes[self.world.band(talks)] * (0.5 + luck)
        if not ai:
            minutes[reached] += behaviour.wrap_up_minutes
        return minutes

    def _worked(self, sheet: Sheet, available: float) -> np.ndarray:
        """Which calls are begun before the minutes are used up; the order matters only when they are short."""
        if sheet.minutes.sum() <= available:
            return np.ones(len(sheet.loan), bool)
        order = np.argsort(priority(self.world, sheet.loan), kind="stable")
        before = np.cumsum(sheet.minutes[order]) - sheet.minutes[order]
        worked = np.empty(len(order), bool)
        worked[order] = before < available
        return worked


__all__ = ["AI", "NEVER", "VOICE", "Calls", "Sheet"]

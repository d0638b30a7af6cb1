"""Calls: a team, or the AI lines, works its worklist of the day in the order of the policy's rule until its minutes are used up."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import simpy

from sim.conduct import Conduct
from sim.conversation import Conversation
from sim.draws import Purpose
from sim.people import AI, Team
from sim.staff import Staff
from sim.stages import Slot
from sim.touch import Touch
from sim.worklist import first_of_each, priority
from sim.world import World

HIGHEST_CHANCE = 0.95
PHONE_AFTER, AI_AFTER = 0.1, 0.15
"""Hours after the earliest opening at which the lists are worked."""


@dataclass
class Sheet:
    """A worklist with what would come of each call: columns of one length, in the order of the loans."""

    loan: np.ndarray
    slot: np.ndarray  # position of the slot
    team: np.ndarray  # position of the team of the run in the shift
    tries: np.ndarray
    dials: np.ndarray
    reached: np.ndarray
    minutes: np.ndarray
    hour: np.ndarray

    def __getitem__(self, these: np.ndarray) -> "Sheet":
        return Sheet(**{name: column[these] for name, column in vars(self).items()})


class Crew:
    """The people present in a shift, of all its teams."""

    def __init__(self, staffs: list[Staff], present: list[np.ndarray]) -> None:
        self.names = np.array([staff.team.name for staff in staffs])
        self.size = np.array([len(each) for each in present])
        self.first = np.cumsum(self.size) - self.size
        self.skill = np.concatenate([staff.skill[each] for staff, each in zip(staffs, present, strict=True)])
        self.number = np.concatenate([staff.number[each] for staff, each in zip(staffs, present, strict=True)])

    def who(self, team: np.ndarray, luck: np.ndarray) -> np.ndarray:
        """A person of each call's team, evenly drawn; a position in `skill` and `number`."""
        return self.first[team] + (luck * self.size[team]).astype(np.int64)


class Calls:
    """All calls of the policy in force, by teams and by AI lines."""

    def __init__(self, world: World, touch: Touch, conduct: Conduct, conversation: Conversation) -> None:
        self.world, self.touch, self.conduct, self.conversation = world, touch, conduct, conversation
        behaviour, people = world.behaviour, world.scenario.people
        self.staff = {team.name: self._staff(team) for team in people.teams}
        lines = Team(AI, people.ai_lines, 0, weekends=True, holidays=True, skill_spread=0.0)
        self.lines = self._staff(lines)
        self.by_band = np.array(behaviour.reached)
        self.by_hour = np.array(behaviour.reached_by_hour)
        self.by_reason = np.array([reason.reached for reason in behaviour.reasons])
        self.talk_minutes = np.array(behaviour.talk_minutes)

    def _staff(self, team: Team) -> list[Staff]:
        """A team, once for each run."""
        world = self.world
        return [Staff(team, world.env, world.calendar, world.draws, replication) for replication in world.replications]

    def start(self) -> None:
        """Teams whose shifts begin at the same hour are one process."""
        shifts: dict[int, list[tuple[list[Staff], list[Slot]]]] = {}
        for name, staff in self.staff.items():
            slots = [slot for slot in self.world.stages.slots if slot.channel.kind == "phone" and slot.team == name]
            if slots:
                shifts.setdefault(min(slot.channel.opens for slot in slots), []).append((staff, slots))
        for hour, teams in shifts.items():
            self.world.env.process(self._shifts(hour + PHONE_AFTER, teams))
        slots = [slot for slot in self.world.stages.slots if slot.channel.kind == "ai_call"]
        if slots:
            hour = min(slot.channel.opens for slot in slots)
            minutes = 60 * (max(slot.channel.closes for slot in slots) - hour)
            for lines in self.lines:
                lines.team = replace(lines.team, shift_minutes=minutes)
            self.world.env.process(self._shifts(hour + AI_AFTER, [(self.lines, slots)]))

    def _shifts(self, hour: float, teams: list[tuple[list[Staff], list[Slot]]]) -> Iterator[simpy.Event]:
        world, policy = self.world, self.world.policy
        day = world.day
        while world.policy is policy:
            yield world.env.timeout(max(day + hour / 24 - world.env.now, 0))
            if world.policy is policy:
                self.work(teams)
            day += 1
            yield world.env.timeout(day - world.env.now)

    def work(self, teams: list[tuple[list[Staff], list[Slot]]]) -> None:
        """Work the day's lists. A call is begun while its team has minutes left; the last one may run over."""
        day, record, runs = self.world.day, self.world.record, self.world.runs
        staffs = [staff for team, _ in teams for staff in team]  # team × run
        present = [staff.present(day) for staff in staffs]
        for position, staff in enumerate(staffs):
            staff.open_shift(float(staff.team.shift_minutes * len(present[position])))
            record.put(f"minutes_available_{staff.team.name}", day, position % runs, staff.minutes.level)
        slots, waiting, team = [], [], []
        for position, (_, own) in enumerate(teams):
            works = any(len(each) for each in present[position * runs : (position + 1) * runs])
            for slot in own:
                i = self._due(slot)
                if works:
                    slots.append(slot)
                    waiting.append(i)
                    team.append(position * runs)
                else:
                    slot.push(i, day + 1)
        if not slots:
            return
        ai = teams[0][0] is self.lines
        sheet = self._sheet(slots, waiting, team, ai)
        worked = self._worked(sheet, staffs)
        done = sheet
        if not worked.all():
            done, undone = sheet[worked], sheet[~worked]
            for slot in slots:
                slot.push(undone.loan[undone.slot == slot.position], day + 1)
            for position, count in enumerate(np.bincount(undone.team, minlength=len(staffs)).tolist()):
                record.put(f"undone_{staffs[position].team.name}", day, position % runs, count)
        for slot in slots:
            slot.touched(done.loan[done.slot == slot.position], day)
        self.conversation.hold(done, Crew(staffs, present), "ai_call" if ai else "phone")

    def _due(self, slot: Slot) -> np.ndarray:
        """The loans that the slot calls today; those with an open promise wait until the day after it is due."""
        loans, day = self.world.loans, self.world.day
        i = slot.due(day, ordered=True)
        if not len(i):
            return i
        promised = loans.promise_due[i] >= day
        if promised.any():
            slot.push_each(i[promised], loans.promise_due[i[promised]] + 1)
            i = i[~promised]
        return i if slot.week is None else i[~slot.rest_of_week(i, day)]

    def _sheet(self, slots: list[Slot], waiting: list[np.ndarray], team: list[int], ai: bool) -> Sheet:
        """Draw what would come of each call. What the rules forbid today is put off to tomorrow."""
        world, loans, day = self.world, self.world.loans, self.world.day
        i = np.concatenate(waiting)
        lengths = [len(each) for each in waiting]
        position, whose = np.repeat([slot.position for slot in slots], lengths), np.repeat(team, lengths) + loans.run[i]
        tries = np.repeat([slot.channel.tries for slot in slots], lengths)
        opens = np.repeat([slot.channel.opens for slot in slots], lengths)
        width = np.repeat([slot.channel.closes - slot.channel.opens for slot in slots], lengths)
        tries = self.conduct.tries(i, tries, day)
        allowed = (tries > 0) & first_of_each(loans, i)
        if not allowed.all():
            for slot in slots:
                slot.push(i[~allowed & (position == slot.position)], day + 1)
            i, position, tries, whose = i[allowed], position[allowed], tries[allowed], whose[allowed]
            opens, width = opens[allowed], width[allowed]
        hour = opens + world.luck(i, Purpose.HOUR_AI if ai else Purpose.HOUR_PHONE) * width
        dials, reached = self.dial(i, tries, hour, Purpose.DIAL_AI if ai else Purpose.DIAL_PHONE, ai)
        return Sheet(i, position, whose, tries, dials, reached, self._minutes(i, dials, reached, ai), hour)

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

    def _worked(self, sheet: Sheet, staffs: list[Staff]) -> np.ndarray:
        """Which calls are begun before their team's minutes are used up; the order matters only when they are short."""
        worked = np.ones(len(sheet.loan), bool)
        used = np.bincount(sheet.team, weights=sheet.minutes, minlength=len(staffs))
        for position, staff in enumerate(staffs):
            available = staff.minutes.level
            if used[position] > available:
                own = np.flatnonzero(sheet.team == position)
                order = own[np.argsort(priority(self.world, sheet.loan[own]), kind="stable")]
                before = np.cumsum(sheet.minutes[order]) - sheet.minutes[order]
                begun = before < available
                worked[order] = begun
                used[position] = sheet.minutes[order[begun]].sum()
            if used[position] > 0:
                staff.minutes.get(min(used[position], available))
                self.world.record.put(
                    f"minutes_worked_{staff.team.name}", self.world.day, position % self.world.runs, used[position]
                )
            staff.close_shift()
        return worked

"""The people: a team's collectors with their skill, who comes, who leaves, who is in training; its minutes as a SimPy container."""

from zlib import crc32

import numpy as np
import simpy

from sim.calendar import Calendar
from sim.draws import Draws, Purpose, keys
from sim.loans import _normal
from sim.people import Team


class Staff:
    """A team at work. `minutes` holds the collector-minutes of today's shift."""

    def __init__(
        self, team: Team, env: simpy.Environment, calendar: Calendar, draws: Draws, replication: int = 0
    ) -> None:
        self.team, self.calendar, self.draws, self.replication = team, calendar, draws, replication
        self.name = crc32(team.name.encode())
        self.hired = 0
        self.number, self.skill = np.empty(0, np.int64), np.empty(0)
        self.trained = np.empty(0, bool)
        self.hire(team.headcount)
        self.minutes = simpy.Container(env)

    def __len__(self) -> int:
        return len(self.number)

    def hire(self, people: int) -> None:
        number = np.arange(self.hired, self.hired + people)
        luck = self.draws.uniform(keys(number, self.replication), self.name, Purpose.SKILL)
        self.number = np.append(self.number, number)
        self.skill = np.append(self.skill, self.team.skill * np.exp(self.team.skill_spread * _normal(luck)))
        self.trained = np.append(self.trained, np.zeros(people, bool))
        self.hired += people

    def turn_over(self, day: int) -> None:
        """On the first of a month some leave, and others are hired."""
        leaving = int(self.team.leaving_a_month * len(self) + 1e-9)
        if leaving:
            luck = self.draws.uniform(keys(self.number + self.name, self.replication), day, Purpose.LEAVING)
            stay = np.sort(np.argsort(luck, kind="stable")[leaving:])
            self.number, self.skill, self.trained = self.number[stay], self.skill[stay], self.trained[stay]
        if self.team.hired_a_month:
            self.hire(self.team.hired_a_month)

    def train(self) -> None:
        """Those longest in the team go into training."""
        self.trained[: int(self.team.training_share * len(self) + 1e-9)] = True

    def trained_now(self) -> None:
        self.skill[self.trained] *= self.team.training_gain

    def present(self, day: int) -> np.ndarray:
        """Positions of the collectors who work today; none on a day off."""
        team = self.team
        off = (self.calendar.rest[day] and not team.weekends) or (self.calendar.holiday[day] and not team.holidays)
        if off:
            return np.empty(0, np.int64)
        training = team.training_days and team.training_from_day <= day < team.training_from_day + team.training_days
        return np.flatnonzero(~self.trained) if training else np.arange(len(self))

    def open_shift(self, minutes: float) -> None:
        """Yesterday's minutes are gone; today's are there."""
        self.close_shift()
        if minutes > 0:
            self.minutes.put(minutes)

    def close_shift(self) -> float:
        """Minutes that nobody used."""
        left = self.minutes.level
        if left > 0:
            self.minutes.get(left)
        return left

"""One run of the reference: the world it happens in, the lender's days, and the outcome in the names of the engine's."""

from collections.abc import Iterator
from dataclasses import dataclass

import simpy

from sim.people import Team
from sim.scenario import Scenario
from tests.reference import calls, lender, population
from tests.reference.borrower import Borrower
from tests.reference.clock import Clock, at
from tests.reference.conduct import Conduct
from tests.reference.debt import CHARGED_OFF, CURRENT, LATE, PAID_OFF, SOLD
from tests.reference.luck import Luck
from tests.reference.rulebook import Rulebook
from tests.reference.tally import Tally, bucket


@dataclass(frozen=True)
class Outcome:
    """totals: flows over the run by the engine's names, cents and counts. rolls: loans by state at one month's end and the next.
    standing: loans, and cents owed, by state at the end."""

    totals: dict[str, float]
    rolls: dict[tuple[str, str], int]
    standing: dict[str, dict[str, int]]


class World:
    """What borrowers and lender share: the calendar, luck, policy, phones, agencies, and the tally."""

    def __init__(self, scenario: Scenario, seed: int, days: int) -> None:
        self.scenario, self.days = scenario, days
        self.env, self.luck, self.clock, self.tally = (
            simpy.Environment(),
            Luck(seed),
            Clock(scenario.starts_on),
            Tally(),
        )
        self.odds = population.Odds(scenario.behaviour)
        self.effects = {effect.kind: effect for effect in scenario.behaviour.messages}
        self.conduct = Conduct(scenario.rules.all(), scenario.rules.off)
        self.adopt(scenario.policy)
        self.phones, self.answering, self.agencies = calls.Phones(self), calls.Answering(self), lender.Agencies(self)
        self.borrowers: list[Borrower] = []
        self.booked = 0.0
        self.before: dict[Borrower, str] = {}

    def adopt(self, policy: object) -> None:
        self.policy, self.rulebook = policy, Rulebook(policy)

    def until(self, day: int, hour: float, seconds: int = 0) -> simpy.Event:
        return self.env.timeout(max(at(day, hour) + seconds - self.env.now, 0))

    def collectable(self) -> list[Borrower]:
        return [borrower for borrower in self.borrowers if borrower.collectable]

    def working_day(self, day: int, team: Team) -> bool:
        people, on = self.scenario.people, self.clock.date(day)
        return (team.weekends or f"{on:%A}" not in people.rest_days) and (team.holidays or on not in people.holidays)

    def begin(self) -> None:
        """The loans of the first day; each becomes a process."""
        population.open_cases(self)
        arrears = self.scenario.population.world == "book" and self.scenario.population.opening_late_share > 0
        if arrears and self.clock.day_of_month(0) == 1:
            now = {borrower: position(borrower, -1) for borrower in self.borrowers}
            self.before = {borrower: name for borrower, name in now.items() if name.startswith("M")}
        for borrower in self.borrowers:
            if borrower.collectable:
                borrower.put_off_first_touches(0)
            self.env.process(borrower.live(0))
        self.env.process(self.nights())
        for process in self.phones.processes():
            self.env.process(process)

    def nights(self) -> Iterator:
        """The lender's day outside the hours of contact."""
        day = 0
        while True:
            yield self.until(day, 0.0)
            self.midnight(day)
            yield self.until(day, 21.4)
            lender.file_suits(self, day)
            yield self.until(day, 21.8)
            self.agencies.batch(day)
            if self.clock.ends_month(day):
                yield self.until(day, 22.5)
                lender.charge_off(self, day)
                if self.clock.ends_quarter(day):
                    lender.sell(self, day)
                self.note_rolls(day)
            yield self.until(day, 23.0)
            day += 1

    def midnight(self, day: int) -> None:
        for crew in self.phones.crews.values():
            if crew.team and day and self.clock.day_of_month(day) == 1:
                crew.month_begins()
        for change in self.scenario.changes:
            if change.day == day:
                self.adopt(change.policy)
                for borrower in self.collectable():
                    borrower.put_off_first_touches(day)
        for borrower in population.newcomers(self, day):
            self.env.process(borrower.live(day))
        people = sum(len(crew.collectors) for crew in self.phones.crews.values())
        self.tally.cost("wages", people * self.scenario.prices.wage_a_month * 100 / 30)

    def note_rolls(self, day: int) -> None:
        now = {borrower: position(borrower, day) for borrower in self.borrowers}
        for borrower, before in self.before.items():
            self.tally.rolls[before, now[borrower]] += 1
        self.before = {borrower: name for borrower, name in now.items() if name.startswith("M")}

    def outcome(self) -> Outcome:
        self.tally.totals["open_cases"] = len(self.collectable())
        masks = {
            "current": lambda borrower: borrower.state == CURRENT and not borrower.spells,
            "cured": lambda borrower: borrower.state == CURRENT and borrower.spells,
        } | {
            state: lambda borrower, state=state: borrower.state == state
            for state in (LATE, CHARGED_OFF, PAID_OFF, SOLD)
        }
        standing = {}
        for name, fits in masks.items():
            owed = [borrower.debt.owed for borrower in self.borrowers if fits(borrower)]
            standing[name] = {"loans": len(owed), "owed": sum(owed)}
        return Outcome(dict(self.tally.totals), dict(self.tally.rolls), standing)


def position(borrower: Borrower, day: int) -> str:
    """Where a loan stands at a month's end, as the engine's rolls name it."""
    if borrower.state in (PAID_OFF, CHARGED_OFF, SOLD):
        return borrower.state
    return "M0" if borrower.state == CURRENT else bucket(borrower.days_past_due(day))


def run(scenario: Scenario, seed: int = 1, days: int = 365) -> Outcome:
    """Run a scenario for so many days. Other luck than the engine's; the same distributions."""
    world = World(scenario, seed, days)
    world.begin()
    world.env.run(until=at(days, 0.0))
    return world.outcome()

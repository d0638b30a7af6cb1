"""The lender's calls: teams of collectors and AI lines work their lists while they have minutes left.

A borrower whose call is due joins a list and waits; minutes are a SimPy Container, refilled each day, and a list a PriorityStore in
the order of the worklist rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, log2
from typing import TYPE_CHECKING

import simpy

from sim.people import Team
from sim.policy import Channel
from tests.reference.borrower import Borrower
from tests.reference.clock import at
from tests.reference.conversation import converse
from tests.reference.luck import band
from tests.reference.rulebook import AI, Slot

if TYPE_CHECKING:
    from tests.reference.replication import World

HIGHEST_CHANCE = 0.95
NEVER = -1_000_000
CALLERS_UNTIL, CALLERS_HEARD = 20.0, 20.2


@dataclass(eq=False)
class Call:
    """A place on a list. `over` happens with True when the borrower was dialled, with False when not today."""

    borrower: Borrower
    slot: Slot
    channel: Channel
    over: simpy.Event
    by_ai: bool
    reached: bool = False
    skill: float = 1.0


@dataclass(eq=False)
class Collector:
    skill: float
    in_training: bool = False


class Crew:
    """A team, or the AI lines: who is there, their minutes of the day, and their list."""

    def __init__(self, world: "World", name: str, team: Team | None) -> None:
        self.world, self.name, self.team = world, name, team
        self.minutes = simpy.Container(world.env)
        self.list = simpy.PriorityStore(world.env)
        self.collectors: list[Collector] = []
        if team:
            self.hire(team.headcount)

    def hire(self, people: int) -> None:
        for _person in range(people):
            skill = self.team.skill * self.world.luck.spread(self.team.skill_spread)
            self.collectors.append(Collector(skill))

    def month_begins(self) -> None:
        leaving = floor(self.team.leaving_a_month * len(self.collectors))
        for leaver in self.world.luck.sample(self.collectors, leaving):
            self.collectors.remove(leaver)
        self.hire(self.team.hired_a_month)

    def train(self) -> Iterator:
        """The longest-serving are off the phones for some days, and better afterwards."""
        team, world = self.team, self.world
        if not team.training_days:
            return
        yield world.until(team.training_from_day, 0.0)
        trained = self.collectors[: floor(team.training_share * len(self.collectors))]
        for collector in trained:
            collector.in_training = True
        yield world.until(team.training_from_day + team.training_days, 0.0)
        for collector in trained:
            collector.in_training = False
            collector.skill *= team.training_gain

    def present(self) -> list[Collector]:
        return [collector for collector in self.collectors if not collector.in_training]

    def works(self, day: int) -> bool:
        return self.team is None or self.world.working_day(day, self.team)

    def refill(self, day: int) -> None:
        """The day's minutes; what was left of yesterday's is gone."""
        if self.minutes.level:
            self.minutes.get(self.minutes.level)
        if self.team:
            minutes = self.team.shift_minutes * len(self.present()) if self.works(day) else 0
        else:
            rulebook = self.world.rulebook
            hours = rulebook.closes[AI] - rulebook.opens[AI] if AI in rulebook.opens else 0
            minutes = 60 * hours * self.world.scenario.people.ai_lines
        if minutes:
            self.minutes.put(minutes)
        self.world.tally.add(f"minutes_available_{self.name}", minutes)

    def work(self, day: int) -> Iterator:
        """Call down the list while there are minutes; the last call may run over."""
        tally = self.world.tally
        collectors = self.present() if self.team else []
        if not self.works(day):
            while self.list.items:
                item = yield self.list.get()
                item.item.over.succeed(False)
            return
        while self.list.items:
            item = yield self.list.get()
            call: Call = item.item
            if self.minutes.level <= 0:
                tally.add(f"undone_{self.name}")
                call.over.succeed(False)
                continue
            if self.team:
                call.skill = self.world.luck.choice(collectors).skill
            minutes = self.world.phones.dial(call, day)
            tally.add(f"minutes_worked_{self.name}", minutes)
            if minutes > 0:
                yield self.minutes.get(min(minutes, self.minutes.level))
            call.over.succeed(True)


class Phones:
    """All lists: who may be called today, in what order, and what a call is."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.crews = {team.name: Crew(world, team.name, team) for team in world.scenario.people.teams}
        self.crews[AI] = Crew(world, AI, None)
        self.joined: list[Call] = []

    def processes(self) -> Iterator:
        for crew in self.crews.values():
            if crew.team:
                yield crew.train()
        yield self.days()

    def join(self, borrower: Borrower, slot: Slot, channel: Channel) -> Call:
        call = Call(borrower, slot, channel, self.world.env.event(), channel.kind == "ai_call")
        self.joined.append(call)
        return call

    def days(self) -> Iterator:
        """Each day: minutes are refilled, then the lists of each hour are worked."""
        world, day = self.world, 0
        while True:
            yield world.until(day, 0.5)
            hours: dict[float, list[str]] = {}
            for crew in self.crews.values():
                if crew.name in world.rulebook.opens:
                    crew.refill(day)
                    hours.setdefault(world.rulebook.list_hour(crew.name), []).append(crew.name)
            for hour in sorted(hours):
                yield world.until(day, hour, seconds=1)
                self.make_lists(day, hours[hour])
                for name in hours[hour]:
                    yield world.env.process(self.crews[name].work(day))
            day += 1

    def make_lists(self, day: int, crews: list[str]) -> None:
        """One loan of a customer at most, and nobody for whom the rules leave no dial."""
        place = {name: number for number, name in enumerate(crews)}
        rulebook, called = self.world.rulebook, set()

        def position(call: Call) -> tuple[int, int, int]:
            return place[rulebook.line(call.slot)], rulebook.order[call.slot], call.borrower.number

        joined, self.joined = sorted(self.joined, key=position), []
        for number, call in enumerate(joined):
            customer = id(call.borrower.customer)
            if customer in called or self.world.conduct.dials_left(call.borrower, day) < 1:
                call.over.succeed(False)
                continue
            called.add(customer)
            rank = (*self.rank(call.borrower, day), number)
            self.crews[rulebook.line(call.slot)].list.put(simpy.PriorityItem(rank, call))

    def rank(self, borrower: Borrower, day: int) -> tuple[float, ...]:
        """Smaller is called earlier."""
        age, behaviour = borrower.days_past_due(day), self.world.scenario.behaviour
        place = band(age)
        match self.world.policy.worklist:
            case "days_past_due":
                return (-age,)
            case "balance":
                return (-steps(borrower.debt.balance),)
            case "expected_recovery":
                hoped = behaviour.reached[place] * behaviour.promise[place] * behaviour.kept[place]
                return (-steps(borrower.debt.overdue * hoped),)
            case "broken_promise_first":
                return (not borrower.broke_promise, -age)
            case "oldest_contact_first":
                return (max(borrower.contacts.dials, default=NEVER),)
        raise ValueError(self.world.policy.worklist)

    def dial(self, call: Call, day: int) -> float:
        """Dial until the borrower is reached or the tries are used up. Returns the minutes it took."""
        world, behaviour, borrower = self.world, self.world.scenario.behaviour, call.borrower
        place = band(borrower.days_past_due(day))
        chance = reach(world, borrower, day, world.luck.between(call.channel.opens, call.channel.closes))
        chance = min(chance * (behaviour.ai_reached if call.by_ai else 1), HIGHEST_CHANCE)
        tries = min(call.channel.tries, world.conduct.dials_left(borrower, day))
        failed = 0
        while failed < tries and not call.reached:
            call.reached = world.luck.happens(chance)
            failed += not call.reached
            note_dial(world, borrower, day, "ai_call" if call.by_ai else "phone", call.reached)
        minutes = failed * (behaviour.ai_failed_dial_minutes if call.by_ai else behaviour.failed_dial_minutes)
        if call.reached:
            minutes += behaviour.talk_minutes[place] * (0.5 + world.luck.random())
            minutes += 0 if call.by_ai else behaviour.wrap_up_minutes
        prices = world.scenario.prices
        price = prices.ai_minute if call.by_ai else prices.phone_minute
        world.tally.cost("ai_call" if call.by_ai else "phone", minutes * price * 100)
        return minutes


class Answering:
    """Lines that answer borrowers who call: they wait their turn, or hang up when their patience is over."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.lines = world.scenario.people.answer_lines
        self.free = simpy.Resource(world.env, max(self.lines, 1))
        self.heard: set[tuple[Borrower, int]] = set()

    def caller(self, borrower: Borrower, day: int) -> Iterator:
        """A borrower calls at some time before the evening; what is said takes effect then."""
        world, behaviour = self.world, self.world.scenario.behaviour
        talk = behaviour.talk_minutes[band(borrower.days_past_due(day))] * (0.5 + world.luck.random())
        yield world.env.timeout(max(at(day, CALLERS_UNTIL) - world.env.now, 0) * world.luck.random())
        called = world.env.now
        with self.free.request() as answered:
            yield answered | world.env.timeout(behaviour.patience_minutes * 60)
            world.tally.add("minutes_waited", (world.env.now - called) / 60)
            if not answered.triggered:
                world.tally.add("calls_lost")
                return
            world.tally.add("calls_answered")
            yield world.env.timeout(talk * 60)
        yield world.until(day, CALLERS_HEARD)
        free = borrower.collectable and not borrower.holder and not borrower.promise
        if free and (borrower, day) not in self.heard:
            self.heard.add((borrower, day))
            converse(borrower, day, by_ai=True)


def reach(world: "World", borrower: Borrower, day: int, hour: float) -> float:
    """The chance that a dial of a person at that hour reaches the borrower, before it is held below its highest."""
    behaviour = world.scenario.behaviour
    chance = behaviour.reached[band(borrower.days_past_due(day))] * behaviour.reached_by_hour[floor(hour)]
    return chance * borrower.reason.reached * borrower.reached


def note_dial(world: "World", borrower: Borrower, day: int, kind: str, reached: bool) -> None:
    world.tally.add(f"attempts_{kind}")
    if reached:
        world.tally.add(f"reached_{kind}")
    for rule in world.conduct.dialled(borrower, day, reached):
        world.tally.add(f"breaches_{rule}")
        world.tally.cost("penalty", world.scenario.prices.penalty * 100)


def steps(cents: float) -> int:
    return floor(1000 * log2(1 + cents))

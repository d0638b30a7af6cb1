"""Which stage a late loan is in, and on which days each of the stage's channels is due to touch it."""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from sim.loans import CHARGED_OFF, LATE, NEVER, Loans
from sim.policy import Channel, Policy, StageException
from sim.population import Population

NO_MORE = 1 << 30
"""Days until the next stage where there is none."""


class Slot:
    """One channel of one stage: a diary of the loans it is due to touch, by day."""

    def __init__(self, loans: Loans, position: int, stage: int, channel: Channel, team: str) -> None:
        self.loans, self.position, self.stage, self.channel, self.team = loans, position, stage, channel, team
        self.next = np.full(loans.n, NEVER, np.int32)
        self._diary: dict[int, list[np.ndarray]] = defaultdict(list)
        self.week = np.zeros(loans.n, np.uint32) if channel.most_a_week else None
        self.week_day = np.zeros(loans.n, np.int32) if channel.most_a_week else None

    def push(self, i: np.ndarray, day: int) -> None:
        if len(i):
            self.next[i] = day
            self._diary[day].append(i)

    def push_each(self, i: np.ndarray, days: np.ndarray) -> None:
        for day, these in by_day(days):
            self.push(i[these], day)

    def due(self, day: int, ordered: bool) -> np.ndarray:
        """The loans due today that are still in the stage, in order; the others are struck out."""
        pages = self._diary.pop(day, None)
        if pages is None:
            return np.empty(0, np.int64)
        i = np.concatenate(pages) if len(pages) > 1 else pages[0]
        here = self.loans.stage[i] == self.stage
        if not here.all():
            self.next[i[~here]] = NEVER
            i = i[here]
        return np.sort(i) if ordered else i

    def rest_of_week(self, i: np.ndarray, day: int) -> np.ndarray:
        """Which of these have had as many touches in seven days as are allowed; they are put off to tomorrow."""
        if self.week is None:
            return np.zeros(len(i), bool)
        full = seven_days(self.week[i], self.week_day[i], day) >= self.channel.most_a_week
        self.push(i[full], day + 1)
        return full

    def touched(self, i: np.ndarray, day: int) -> None:
        self.push(i, day + self.channel.every_days)
        if self.week is not None:
            mark_today(self.week, self.week_day, i, day)


def by_day(days: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Each day that occurs, with the positions where it does, in order."""
    if not len(days):
        return
    first = int(days[0])
    if (days == first).all():
        yield first, np.arange(len(days))
        return
    order = np.argsort(days, kind="stable")
    ordered = days[order]
    cuts = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    for these in np.split(order, cuts):
        yield int(days[these[0]]), these


def once_each(i: np.ndarray, room: np.ndarray) -> np.ndarray:
    """Each loan once, in any order; `room` is a column of whole numbers that may be overwritten."""
    place = np.arange(len(i), dtype=room.dtype)
    room[i] = place
    return i[room[i] == place]


def distinct(pages: list[np.ndarray]) -> np.ndarray:
    """The loans on these pages, each once, in order."""
    i = np.sort(np.concatenate(pages) if len(pages) > 1 else pages[0])
    again = i[1:] == i[:-1]
    return np.delete(i, np.flatnonzero(again) + 1) if again.any() else i


def seven_days(week: np.ndarray, since: np.ndarray, day: int) -> np.ndarray:
    """Number of touches today and in the six days before; four bits of `week` count those of the day so many days before `since`."""
    days = _shifted(week, since, day)
    days = (days & 0x0F0F0F0F) + (days >> 4 & 0x0F0F0F0F)
    return days * 0x01010101 >> 24 & 0xFF


def mark_today(week: np.ndarray, since: np.ndarray, i: np.ndarray, day: int) -> None:
    """One more touch of these today; beyond fifteen a day they are no longer counted."""
    days = _shifted(week[i], since[i], day)
    week[i] = days + ((days & 0xF) < 0xF)
    since[i] = day


def _shifted(week: np.ndarray, since: np.ndarray, day: int) -> np.ndarray:
    """The counts with today's in the lowest four bits; what is older than six days is gone."""
    return np.left_shift(week.astype(np.int64), 4 * np.minimum(day - since, 7).astype(np.int64)) & 0xFFFFFFF


def entry_days(policy: Policy, population: Population) -> np.ndarray:
    """[product × segment, stage]: days past due at which these loans enter each stage."""
    products, segments = population.products, population.segments
    entry = np.tile([stage.entry_dpd for stage in policy.stages], (len(products) * len(segments), 1))
    names = [stage.name for stage in policy.stages]
    for exception in sorted(policy.stage_exceptions, key=_particular):
        for p, product in enumerate(products):
            for s, segment in enumerate(segments):
                if exception.product in ("", product.name) and exception.segment in ("", segment.name):
                    entry[p * len(segments) + s, names.index(exception.stage)] = exception.entry_dpd
    return entry


def challengers(loans: Loans, policy: Policy) -> np.ndarray:
    """Which loans are those of the challengers of the policy's test."""
    return loans.lot < policy.trial.share


def _particular(exception: StageException) -> tuple[bool, bool]:
    """The least particular first: a later one overrides it."""
    return (exception.product != "", exception.segment != "")


class Stages:
    """The stages of the policy in force."""

    def __init__(self, loans: Loans, policy: Policy, population: Population) -> None:
        self.loans, self.population = loans, population
        self.switch(policy)

    def switch(self, policy: Policy) -> None:
        """Another policy; every loan is then to be placed anew."""
        self.policy = policy
        self.entry = entry_days(policy, self.population)
        self.group = self.loans.product * len(self.population.segments) + self.loans.segment
        if policy.trial is not None:
            self.group += len(self.entry) * challengers(self.loans, policy)
            self.entry = np.vstack([self.entry, self._tried(policy)])
        self.slots = [
            Slot(self.loans, 0, position, channel, stage.team)
            for position, stage in enumerate(policy.stages)
            for channel in stage.channels
        ]
        for position, slot in enumerate(self.slots):
            slot.position = position
        self.of_stage = [[slot for slot in self.slots if slot.stage == s] for s in range(len(policy.stages))]
        self._crossing: dict[int, list[np.ndarray]] = defaultdict(list)
        self._noted: list[np.ndarray] = []
        self.loans.stage[:] = -1

    def _tried(self, policy: Policy) -> np.ndarray:
        """The days of entry of the challengers."""
        entry = self.entry.copy()
        entry[:, [stage.name for stage in policy.stages].index(policy.trial.stage)] = policy.trial.entry_dpd
        return entry

    def by_dpd(self, i: np.ndarray, dpd: np.ndarray) -> np.ndarray:
        """The last stage whose day of entry is reached; −1 for none."""
        stage = np.full(len(i), -1, np.int8)
        for position in range(self.entry.shape[1]):
            stage[dpd >= self.entry[self.group[i], position]] = position
        return stage

    def note(self, i: np.ndarray) -> None:
        """The days past due of these have changed, or nobody holds them any more: they are to be placed."""
        if len(i):
            self._noted.append(i)

    def place(self, i: np.ndarray, day: int, first: int, spread: list[np.ndarray] | None = None) -> None:
        """Put late loans that nobody holds into their stage by days past due. A stage that they enter touches them from the
        day `first`; `spread` puts the first touch of each slot off by so many days, but for those who enter their stage just now."""
        if not len(i) or not self.entry.shape[1]:
            return
        dpd = day - self.loans.oldest[i]
        stage = self.by_dpd(i, dpd)
        self._foresee(i, dpd, day)
        moved = stage != self.loans.stage[i]
        self.loans.stage[i] = stage
        for position, slots in enumerate(self.of_stage):
            come = i[moved & (stage == position)] if slots else i[:0]
            for slot in slots if len(come) else ():
                new = come[slot.next[come] < day]
                if spread is None:
                    slot.push(new, first)
                else:
                    just = day - self.loans.oldest[new] == self.entry[self.group[new], position]
                    slot.push_each(new, first + np.where(just, 0, spread[slot.position][new]))

    def _foresee(self, i: np.ndarray, dpd: np.ndarray, day: int) -> None:
        """Note the day on which each will cross into its next stage."""
        wait = np.full(len(i), NO_MORE)
        for position in range(self.entry.shape[1] - 1, -1, -1):
            ahead = self.entry[self.group[i], position] - dpd
            wait = np.where(ahead > 0, np.minimum(ahead, wait), wait)
        for days, these in by_day(wait):
            if days < NO_MORE:
                self._crossing[day + days].append(i[these])

    def morning(self, day: int) -> None:
        """Place the loans whose days past due reach a stage today, and those noted since midnight: touched from today."""
        self._place_all(self._crossing.pop(day, []) + self._noted, day, day)

    def evening(self, day: int) -> None:
        """Place the loans noted during the day: touched from tomorrow."""
        self._place_all(self._noted, day, day + 1)

    def _place_all(self, pages: list[np.ndarray], day: int, first: int) -> None:
        self._noted = []
        if pages:
            i = distinct(pages)
            state = self.loans.state[i]
            ready = ((state == LATE) | (state == CHARGED_OFF)) & (self.loans.held[i] == 0)
            self.place(i[ready], day, first)

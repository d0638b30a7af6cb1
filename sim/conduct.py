"""The rules of conduct while calling: what is kept caps a policy, what the lender does not keep is counted.

Counters run per debtor or per loan, as the rule says, and across the lender's own calls and the agencies'.
"""

import numpy as np

from data.rules import Rule
from sim.loans import NEVER, Loans
from sim.record import Record
from sim.scenario import Rules

NOTHING = np.zeros(0)


class Conduct:
    """Counters of all rules of the preset that a simulation can count. Hours are kept by `sim.scenario.check`."""

    def __init__(self, rules: Rules, loans: Loans, record: Record) -> None:
        self.counters = [
            _COUNTERS[rule.counts](rule, rule.id not in rules.off, loans)
            for rule in rules.all()
            if rule.counts in _COUNTERS
        ]
        self.record = record

    def tries(self, i: np.ndarray, tries: np.ndarray, day: int) -> np.ndarray:
        """How many dials to each of these the rules that are kept leave of `tries`; 0: none today."""
        for counter in self.counters:
            if counter.kept:
                tries = np.minimum(tries, counter.room(i, day))
        return np.maximum(tries, 0)

    def count(self, i: np.ndarray, dials: np.ndarray, talked: np.ndarray, day: int, price: float) -> None:
        """Dials were made to these (each loan and each debtor once), and some of them talked."""
        for counter in self.counters:
            broken = counter.count(i, dials, talked, day)
            if not counter.kept and broken.any():
                self.record.tally(f"breaches_{counter.rule.id}", day, i, broken)
                self.record.cost("penalty", day, i, broken * price * 100)


class _Counter:
    def __init__(self, rule: Rule, kept: bool, loans: Loans) -> None:
        self.rule, self.kept = rule, kept
        self.whose = loans.customer if rule.per == "debtor" else np.arange(loans.n)
        self.n = loans.n

    def room(self, i: np.ndarray, day: int) -> np.ndarray:
        raise NotImplementedError

    def count(self, i: np.ndarray, dials: np.ndarray, talked: np.ndarray, day: int) -> np.ndarray:
        """Count these, and return how many times each of them broke the rule."""
        raise NotImplementedError


class _Daily(_Counter):
    def __init__(self, rule: Rule, kept: bool, loans: Loans) -> None:
        super().__init__(rule, kept, loans)
        self.today, self.counted = NEVER, np.zeros(self.n, np.int16)

    def so_far(self, who: np.ndarray, day: int) -> np.ndarray:
        if self.today != day:
            self.today = day
            self.counted[:] = 0
        return self.counted[who]

    def add(self, who: np.ndarray, more: np.ndarray, day: int) -> np.ndarray:
        before = self.so_far(who, day)
        self.counted[who] = before + more
        if self.kept:
            return NOTHING
        return np.maximum(before + more - self.rule.most, 0) - np.maximum(before - self.rule.most, 0)


class TalksADay(_Daily):
    def room(self, i: np.ndarray, day: int) -> np.ndarray:
        return np.where(self.so_far(self.whose[i], day) < self.rule.most, np.iinfo(np.int16).max, 0)

    def count(self, i: np.ndarray, dials: np.ndarray, talked: np.ndarray, day: int) -> np.ndarray:
        return self.add(self.whose[i], talked.astype(np.int16), day)


class DialsADay(_Daily):
    """Dials that reach nobody."""

    def room(self, i: np.ndarray, day: int) -> np.ndarray:
        return self.rule.most - self.so_far(self.whose[i], day)

    def count(self, i: np.ndarray, dials: np.ndarray, talked: np.ndarray, day: int) -> np.ndarray:
        return self.add(self.whose[i], (dials - talked).astype(np.int16), day)


class CallsInDays(_Counter):
    """Dials in a window of days, today the last of them."""

    def __init__(self, rule: Rule, kept: bool, loans: Loans) -> None:
        super().__init__(rule, kept, loans)
        self.days = np.zeros((rule.days, self.n), np.int16)
        self.day = NEVER

    def _turn(self, day: int) -> None:
        """Forget the days that have left the window."""
        for passed in range(max(self.day + 1, day - self.rule.days + 1), day + 1):
            self.days[passed % self.rule.days] = 0
        self.day = day

    def room(self, i: np.ndarray, day: int) -> np.ndarray:
        self._turn(day)
        return self.rule.most - self.days[:, self.whose[i]].sum(axis=0)

    def count(self, i: np.ndarray, dials: np.ndarray, talked: np.ndarray, day: int) -> np.ndarray:
        self._turn(day)
        who = self.whose[i]
        before = self.days[:, who].sum(axis=0)
        self.days[day % self.rule.days, who] += dials.astype(np.int16)
        most = self.rule.most
        return np.maximum(before + dials - most, 0) - np.maximum(before - most, 0)


class QuietDays(_Counter):
    """No call for some days after a conversation, whose day is the first of them."""

    def __init__(self, rule: Rule, kept: bool, loans: Loans) -> None:
        super().__init__(rule, kept, loans)
        self.talked = np.full(self.n, NEVER, np.int32)

    def room(self, i: np.ndarray, day: int) -> np.ndarray:
        return np.where(day - self.talked[self.whose[i]] < self.rule.days, 0, np.iinfo(np.int16).max)

    def count(self, i: np.ndarray, dials: np.ndarray, talked: np.ndarray, day: int) -> np.ndarray:
        who = self.whose[i]
        broken = np.where(day - self.talked[who] < self.rule.days, dials, 0)
        self.talked[who[talked]] = day
        return broken


_COUNTERS = {
    "talks_a_day": TalksADay,
    "dials_a_day": DialsADay,
    "calls_in_days": CallsInDays,
    "quiet_days": QuietDays,
}

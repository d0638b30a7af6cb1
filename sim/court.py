"""The court: as many cases a month as can be filed, a hearing, payment or enforcement, and what it costs."""

import numpy as np
import simpy

from sim.draws import Purpose
from sim.loans import NEVER
from sim.people import FeeStep
from sim.promises import shifted
from sim.record import COURT
from sim.stages import by_day
from sim.world import BY_COURT, FREE, World

HOUR = 21.4


def court_fee(claim: np.ndarray, table: tuple[FeeStep, ...], simplified: bool) -> np.ndarray:
    """Fees in cents for claims in cents by the official table, half of it in simplified procedure; half a cent goes up."""
    step = np.searchsorted([round(each.up_to * 100) for each in table[:-1]], claim, side="left")
    millionths = np.array([round(each.rate * 1_000_000) for each in table], np.int64)[step]
    added = np.array([round(each.added * 100) for each in table], np.int64)[step]
    # Twice the fee in millionths of a cent, so that its half is whole too.
    fee = claim * millionths + added * 1_000_000
    divisor = 2_000_000 if simplified else 1_000_000
    return (fee + divisor // 2) // divisor


class Court:
    """The suits of a world. `filings` holds, for each run, the cases that can still be filed this month."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.filings = [simpy.Container(world.env) for _ in range(world.runs)]
        self.success = np.array([reason.court for reason in world.behaviour.reasons])
        self.claim = np.zeros(world.loans.n, np.int64)
        self.filed_on = np.full(world.loans.n, NEVER, np.int32)

    def file(self) -> None:
        """On the first of a month: sue those whom the policy names, the largest balances first."""
        world, loans, day = self.world, self.world.loans, self.world.day
        policy = world.policy.litigation
        if policy is None or world.calendar.day_of_month[day] != 1:
            return
        i = world.active()
        dpd = world.dpd(i)
        named = (loans.held[i] == FREE) & ~loans.sued[i] & (dpd >= policy.min_dpd) & (dpd <= policy.max_dpd)
        named &= loans.balance(i) >= round(policy.min_balance * 100)
        if policy.unreached_days:
            named &= loans.talked[i] <= day - policy.unreached_days
        if policy.reasons:
            names = [reason.name for reason in world.behaviour.reasons]
            named &= np.isin(loans.reason[i], [names.index(name) for name in policy.reasons])
        i = i[named]
        chosen = [self._choose(i[loans.run[i] == run], filings) for run, filings in enumerate(self.filings)]
        these = np.concatenate(chosen)
        world.record.tally("not_filed", day, np.setdiff1d(i, these))
        if len(these):
            self._sue(these, policy.simplified)

    def _choose(self, i: np.ndarray, filings: simpy.Container) -> np.ndarray:
        """The largest balances of a run, as many as can be filed this month."""
        if filings.level > 0:
            filings.get(filings.level)
        if self.world.policy.litigation.filings_a_month:
            filings.put(self.world.policy.litigation.filings_a_month)
        largest = np.argsort(-self.world.loans.balance(i), kind="stable")
        i = np.sort(i[largest][: int(filings.level)])
        if len(i):
            filings.get(len(i))
        return i

    def _sue(self, i: np.ndarray, simplified: bool) -> None:
        world, loans, day = self.world, self.world.loans, self.world.day
        court, prices = world.behaviour.court, world.scenario.prices
        world.hold(i, BY_COURT)
        loans.sued[i] = True
        self.claim[i], self.filed_on[i] = loans.owed(i), day
        fee = court_fee(self.claim[i], prices.court_fee, simplified)
        lawyer = round(prices.lawyer_fee * 100)
        world.record.tally("filed", day, i)
        world.record.tally("sued", day, i, self.claim[i])
        world.record.cost("court_fee", day, i, fee)
        world.record.cost("lawyer_fee", day, i, lawyer)
        world.record.event("legal_case", day=np.full(len(i), day), loan=i, claim=self.claim[i], court_fee=fee, lawyer_fee=np.full(len(i), lawyer))  # fmt: skip
        self._later(i, Purpose.HEARING, court.hearing_days if simplified else court.ordinary_hearing_days, self.hear)

    def _later(self, i: np.ndarray, purpose: Purpose, between: tuple[int, ...], then) -> None:
        world = self.world
        wait = between[0] + np.floor(world.luck(i, purpose) * (between[1] - between[0] + 1)).astype(np.int64)
        for days, these in by_day(wait):
            world.at(world.day + days, HOUR, then, i[these])

    def hear(self, i: np.ndarray) -> None:
        """Judgment: lost, or paid at once, or enforced."""
        world, loans, day = self.world, self.world.loans, self.world.day
        i, court = np.sort(i), world.behaviour.court
        world.record.tally("judged", day, i)
        world.record.event("judgment", day=np.full(len(i), day), loan=i, filed_on=self.filed_on[i])
        won = world.luck(i, Purpose.WON) < court.won
        self._end(i[~won], "lost")
        i = i[won]
        chance = shifted(np.full(len(i), court.pays_on_judgment), self.success[loans.reason[i]])
        pays = world.luck(i, Purpose.PAYS_ON_JUDGMENT) < chance
        self._pay(i[pays], loans.owed(i[pays]), "paid")
        self._later(i[~pays], Purpose.ENFORCEMENT, court.enforcement_days, self.enforce)

    def enforce(self, i: np.ndarray) -> None:
        """The end of enforcement: part of the claim, or nothing."""
        world, loans = self.world, self.world.loans
        i, court = np.sort(i), world.behaviour.court
        chance = shifted(np.full(len(i), court.enforced), self.success[loans.reason[i]])
        found = world.luck(i, Purpose.ENFORCED) < chance
        these = i[found]
        lowest, highest = court.enforced_share
        share = lowest + (highest - lowest) * world.luck(these, Purpose.ENFORCED_SHARE)
        cash = np.minimum(np.maximum(np.floor(self.claim[these] * share).astype(np.int64), 1), loans.owed(these))
        self._pay(these, cash, "enforced")
        self._end(i[~found], "nothing")

    def _pay(self, i: np.ndarray, cash: np.ndarray, result: str) -> None:
        if len(i):
            self._write_end(i, result, cash)
            self.world.pay(i, cash, COURT)
            self.world.free(i[self.world.loans.held[i] == BY_COURT])

    def _end(self, i: np.ndarray, result: str) -> None:
        if len(i):
            self._write_end(i, result, np.zeros(len(i), np.int64))
            self.world.free(i)

    def _write_end(self, i: np.ndarray, result: str, cash: np.ndarray) -> None:
        world, day = self.world, self.world.day
        world.record.tally(f"suits_{result}", day, i)
        world.record.event("case_end", day=np.full(len(i), day), loan=i, filed_on=self.filed_on[i], result=np.full(len(i), result), recovered=cash)  # fmt: skip

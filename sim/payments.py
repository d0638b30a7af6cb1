"""The borrowers' own doing: instalments fall due and are paid or missed, and the late pay of their own accord."""

import numpy as np

from sim.draws import Purpose
from sim.loans import CURRENT, LATE, NEVER, PAID_OFF
from sim.plans import Plans
from sim.promises import part_of
from sim.world import BY_PLAN, LONGEST_DPD, World

DENSE = 0.6
"""From this share of active loans on, a pass over all of them is quicker than picking them out."""


class Payments:
    """Due days and payments of a world."""

    def __init__(self, world: World, plans: Plans) -> None:
        self.world, self.plans = world, plans
        loans = world.loans
        order = np.argsort(loans.due_day, kind="stable")
        cuts = np.searchsorted(loans.due_day[order], np.arange(1, 30))
        self.by_due_day = {day: order[cuts[day - 1] : cuts[day]] for day in range(1, 29)}
        later = np.flatnonzero(loans.begins > 0)
        self.later = later[np.argsort(loans.begins[later], kind="stable")]
        self.full = np.array(world.behaviour.full_payment)

    def begin(self) -> None:
        """Loans that begin today: cases are late at once, loans of a book are current."""
        world, loans, day = self.world, self.world.loans, self.world.day
        if day == 0:
            i = np.flatnonzero(loans.begins == 0)
        else:
            span = np.searchsorted(loans.begins[self.later], [day, day + 1])
            i = self.later[span[0] : span[1]]
        if not len(i):
            return
        world.record.tally("money_in", day, i, loans.owed(i))
        world.record.tally("loans_in", day, i)
        if world.scenario.population.world == "cases":
            world.enter_arrears(i, loans.oldest[i], loans.reason[i])
        else:
            late = loans.oldest[i] != NEVER  # on the first day
            loans.state[i] = CURRENT
            world.enter_arrears(i[late], loans.oldest[i[late]], loans.reason[i[late]])

    def fall_due(self) -> None:
        """Today's instalments: added to what the late owe; paid by the current, or missed."""
        world, loans, day = self.world, self.world.loans, self.world.day
        dom = int(world.calendar.day_of_month[day])
        if dom not in self.by_due_day:
            return
        i = self.by_due_day[dom]
        month = int(world.calendar.month[day])
        state = loans.state[i]
        i = i[(state == CURRENT) | (state == LATE)]
        falls = (loans.left[i] > 0) & (loans.last_due_month[i] < month)
        fell = np.zeros(len(i), np.int64)
        fell[falls] = self._charge(i[falls], month)
        current = loans.state[i] == CURRENT
        self._pay_or_miss(i[current & falls])
        on_plan = (loans.held[i] == BY_PLAN) & ~current
        self.plans.fall_due(i[on_plan], fell[on_plan])

    def _charge(self, i: np.ndarray, month: int) -> np.ndarray:
        """One instalment falls due; its amount."""
        loans = self.world.loans
        interest = np.rint(loans.not_due[i] * loans.rate[i]).astype(np.int64)
        principal = np.minimum(np.maximum(loans.instalment[i] - interest, 0), loans.not_due[i])
        principal = np.where(loans.left[i] == 1, loans.not_due[i], principal)
        loans.not_due[i] -= principal
        loans.principal_due[i] += principal
        loans.interest_due[i] += interest
        loans.left[i] -= 1
        loans.last_due_month[i] = month
        self.world.record.tally("interest", self.world.day, i, interest)
        return principal + interest

    def _pay_or_miss(self, i: np.ndarray) -> None:
        world, loans, day = self.world, self.world.loans, self.world.day
        odds = loans.misses[i] * np.where(loans.spells[i] > 0, world.behaviour.back_again, 1.0)
        missed = world.luck(i, Purpose.MISSED) < odds / (1 + odds)
        late, paying = i[missed], i[~missed]
        early = world.luck(paying, Purpose.PREPAID) < world.scenario.population.prepaid_a_month
        amount = np.where(early, loans.owed(paying), loans.overdue(paying))
        principal = amount - loans.interest_due[paying]
        world.record.tally("cash_scheduled", day, paying, amount)
        if world.record.events is not None:
            world.paid_in_month[paying] += amount
        world.record.event(
            "payment", day=np.full(len(paying), day), loan=paying, amount=amount, principal=principal, source=np.zeros(len(paying), np.int8)
        )  # fmt: skip
        loans.interest_due[paying] = 0
        loans.principal_due[paying] = 0
        loans.not_due[paying[early]] = 0
        done = paying[loans.not_due[paying] == 0]
        loans.state[done], loans.left_on[done] = PAID_OFF, day
        world.record.tally("paid_off_current", day, done)
        world.enter_arrears(late, np.full(len(late), day))

    def pay_unasked(self) -> None:
        """One day's hazard for all late loans; those whose cumulated hazard reaches their threshold pay."""
        world, loans, day = self.world, self.world.loans, self.world.day
        active = world.active()
        dense = len(active) > DENSE * loans.n
        these = slice(None) if dense else active
        dpd = np.clip(day - loans.oldest[these], 0, LONGEST_DPD)
        boost = loans.boost[these]
        odds = world.odds.take(dpd)
        odds *= loans.pull[these]
        odds *= 1 + boost
        pressure = loans.pressure[these] + np.log1p(odds, out=odds)
        loans.pressure[these] = pressure
        loans.boost[these] = boost * loans.fades[these]
        due = np.flatnonzero((pressure >= loans.threshold[these]) & (odds > 0))
        self._pay(due if dense else active[due])
        self.world.record.census("open_cases", day, active)

    def _pay(self, i: np.ndarray) -> None:
        world, loans = self.world, self.world.loans
        if not len(i):
            return
        full = world.luck(i, Purpose.FULL_PAYMENT) < self.full[world.band(i)]
        amount = np.where(full, loans.overdue(i), part_of(world, i, Purpose.PART_PAID))
        world.pay(i, amount, world.unasked_source(i))

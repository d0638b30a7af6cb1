"""Instalment plans: what is overdue is paid over months, beside the instalments that fall due; one missed ends the plan."""

import numpy as np

from sim.draws import Purpose
from sim.loans import LATE
from sim.record import PLAN
from sim.world import BY_PLAN, World


def chosen(names: list[str], of: tuple[str, ...]) -> np.ndarray:
    """Which of the names are among these."""
    return np.array([name in of for name in names])


class Plans:
    """The plans of a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.names = [reason.name for reason in world.behaviour.reasons]
        self.segments = [segment.name for segment in world.scenario.population.segments]

    def under_way(self) -> None:
        """On the first day of a book: some of those to whom plans are offered are on one already, with some instalments paid."""
        world, loans, plan, day = self.world, self.world.loans, self.world.policy.plan, self.world.day
        part = world.scenario.population.opening_on_plan
        if plan is None or not part:
            return
        i = np.flatnonzero(loans.state == LATE)
        i = i[self._eligible(i)]
        i = i[world.luck(i, Purpose.OPENING_PLAN) < part]
        if not len(i):
            return
        loans.plan_left[i] = 1 + (world.luck(i, Purpose.PLAN_UNDER_WAY) * plan.instalments).astype(np.int32)
        loans.plan_part[i] = loans.overdue(i) // loans.plan_left[i]
        loans.restructured_on[i] = day
        world.hold(i, BY_PLAN)
        world.record.event(
            "plan",
            day=np.full(len(i), day),
            loan=i,
            instalments=loans.plan_left[i],
            forgiven=np.zeros(len(i), np.int64),
        )

    def _eligible(self, i: np.ndarray) -> np.ndarray:
        """Which of these the policy offers a plan."""
        world, loans, plan = self.world, self.world.loans, self.world.policy.plan
        dpd = world.dpd(i)
        eligible = (dpd >= plan.from_dpd) & (dpd <= plan.to_dpd) & (loans.state[i] == LATE)
        if plan.reasons:
            eligible &= chosen(self.names, plan.reasons)[loans.reason[i]]
        if plan.segments:
            eligible &= chosen(self.segments, plan.segments)[loans.segment[i]]
        return eligible

    def offer(self, i: np.ndarray) -> np.ndarray:
        """Offer a plan to those for whom the policy has one; which accept."""
        world, loans, plan, day = self.world, self.world.loans, self.world.policy.plan, self.world.day
        if plan is None:
            return np.zeros(len(i), bool)
        eligible = self._eligible(i)
        agreed = np.zeros(len(i), bool)
        agreed[eligible] = world.luck(i[eligible], Purpose.PLAN_ACCEPTED) < world.behaviour.plan_accepted
        these = i[agreed]
        if not len(these):
            return agreed
        forgiven = np.floor(loans.interest_due[these] * plan.forgiven_interest).astype(np.int64)
        nothing = np.zeros(len(these), np.int64)
        world.forgive(these, forgiven, nothing, nothing)
        loans.plan_left[these] = plan.instalments
        loans.plan_part[these] = loans.overdue(these) // plan.instalments
        loans.restructured_on[these] = day
        world.hold(these, BY_PLAN)
        world.record.tally("plans", day, these)
        count = np.full(len(these), plan.instalments)
        world.record.event("plan", day=np.full(len(these), day), loan=these, instalments=count, forgiven=forgiven)
        return agreed

    def fall_due(self, i: np.ndarray, fell_due: np.ndarray) -> None:
        """Today is the due day of these loans on a plan; `fell_due` is the instalment of today, 0 where none is left."""
        world, loans, day = self.world, self.world.loans, self.world.day
        if not len(i):
            return
        pays = world.luck(i, Purpose.PLAN_KEPT) < world.behaviour.plan_kept
        broken = i[~pays]
        if len(broken):
            world.record.tally("plans_broken", day, broken)
            world.record.event(
                "plan_end",
                day=np.full(len(broken), day),
                loan=broken,
                agreed_on=loans.restructured_on[broken],
                kept=np.zeros(len(broken), bool),
            )
            loans.plan_left[broken] = 0
            world.free(broken)
        these = i[pays]
        amount = np.minimum(fell_due[pays] + loans.plan_part[these], loans.overdue(these))
        amount = np.where(loans.plan_left[these] <= 1, loans.overdue(these), amount)
        loans.plan_left[these] -= 1
        world.pay(these, amount, PLAN)

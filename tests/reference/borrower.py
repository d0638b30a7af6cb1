"""The life of one loan as a SimPy process: due dates, messages, calls, promises due, plan instalments, paying of one's own accord.

A loan that is late wakes each day; a current one sleeps until its next due date. What the lender does to it (placing, suing, charging
off) is in lender.py, the lender's side of calls in calls.py, and what is said in them in conversation.py.
"""

from collections.abc import Generator, Iterator
from math import floor
from typing import TYPE_CHECKING

from sim.policy import MESSAGES, Channel
from sim.population import Product
from tests.reference.conduct import Contacts
from tests.reference.conversation import AgreedPlan, Promise, converse, fatigue, recent
from tests.reference.debt import CHARGED_OFF, CURRENT, LATE, PAID_OFF, Debt
from tests.reference.luck import band, shift

if TYPE_CHECKING:
    from tests.reference.calls import Call
    from tests.reference.population import Customer
    from tests.reference.replication import World

LEAST_BOOST = -0.9


class Borrower:
    """A loan and who owes it. `holder` is "plan", "agency" or "court" while one of them has it."""

    def __init__(self, world: "World", number: int, customer: "Customer", product: Product) -> None:
        self.world, self.number, self.customer, self.product = world, number, customer, product
        self.groups = (customer.segment, customer.region, customer.acquisition)
        self.pays = product.pays
        self.reached = product.reached * customer.reachability
        self.promises = product.promises
        self.missed = product.missed / (1 - product.missed) if product.missed < 1 else 1e12
        for group in self.groups:
            self.pays *= group.pays
            self.reached *= group.reached
            self.promises *= group.promises
            self.missed *= group.missed
        self.debt: Debt = None
        self.state, self.spells, self.stage, self.holder = CURRENT, 0, None, None
        self.contacts = Contacts()
        self.talks: list[int] = []
        self.messages: list[int] = []
        self.touches: dict[tuple[str, int], list[int]] = {}
        self.due: dict[tuple[str, int], int] = {}
        self.begin_spell()

    def begin_spell(self) -> None:
        self.boost, self.half_life = 0.0, 1.0
        self.promise: Promise | None = None
        self.plan: AgreedPlan | None = None
        self.broke_promise, self.tier, self.sued, self.agency_boost = False, 0, False, 0.0

    # What is known of it on a day

    def days_past_due(self, day: int) -> int:
        return day - self.debt.oldest

    @property
    def collectable(self) -> bool:
        return self.state in (LATE, CHARGED_OFF)

    def stage_on(self, day: int) -> str | None:
        if not self.collectable or self.holder:
            return None
        return self.world.rulebook.stage(self, self.days_past_due(day))

    # The story

    def live(self, first_day: int) -> Iterator:
        """The process: from the first day on until nothing is owed or it is sold."""
        day = first_day
        while self.state in (CURRENT, LATE, CHARGED_OFF):
            if self.state == CURRENT:
                day = self.world.clock.due(self.debt.next_month, self.debt.due_day)
                yield self.world.until(day, 0.4)
                self.due_while_current(day)
                day += 1
            else:
                yield from self.late_day(day)
                if self.state != CURRENT:
                    day += 1

    def late_day(self, day: int) -> Generator:
        world = self.world
        if world.clock.day_of_month(day) == self.debt.due_day:
            yield world.until(day, 0.4)
            if self.collectable:
                self.due_while_late(day)
        elif self.holder != "agency":
            yield world.until(day, 0.6)
        if not self.collectable:
            return
        if not self.holder:
            yield from self.contacts_of(day)
        if self.promise and self.promise.due == day:
            yield world.until(day, 20.5)
            self.keep_or_break(day)
        if self.collectable and self.holder not in ("plan", "court") and self.days_past_due(day) >= 1:
            yield world.until(day, 21.0)
            self.pay_unasked(day)

    # Due dates

    def due_while_current(self, day: int) -> None:
        world, behaviour = self.world, self.world.scenario.behaviour
        interest, principal = self.debt.charge()
        world.tally.add("interest", interest)
        odds = self.missed * (behaviour.back_again if self.spells else 1)
        if world.luck.happens(odds / (1 + odds)):
            self.debt.oldest, self.state = day, LATE
            self.become_late(day, 0)
            return
        self.debt.pay(interest + principal)
        world.tally.add("cash_scheduled", interest + principal)
        if self.debt.owed and world.luck.happens(world.scenario.population.prepaid_a_month):
            world.tally.add("cash_scheduled", self.debt.owed)
            self.debt.pay(self.debt.owed)
        if not self.debt.owed:
            self.state = PAID_OFF
            world.tally.add("paid_off_current")

    def become_late(self, day: int, age: int) -> None:
        """A spell begins with a reason, and nothing from the one before."""
        self.begin_spell()
        self.spells += 1
        luck = self.customer.late_luck.setdefault(day, self.world.luck.random())
        self.reason = self.world.odds.reason(max(age, 1), luck)
        self.world.tally.add("entered")
        self.world.tally.add("overdue_entered", self.debt.overdue)

    def due_while_late(self, day: int) -> None:
        charged = 0
        if self.state == LATE and self.debt.instalments_left:
            interest, principal = self.debt.charge()
            charged = interest + principal
            self.world.tally.add("interest", interest)
        if self.plan:
            self.pay_plan(day, charged)

    # What the lender's channels do

    def put_off_first_touches(self, day: int) -> None:
        """On the first day, and when a policy begins: all enter at once, and are touched over some days."""
        self.due.clear()
        rulebook, age = self.world.rulebook, self.days_past_due(day)
        self.stage = self.stage_on(day)
        new = self.stage and rulebook.entry(self, self.stage) == age
        for slot, channel in rulebook.slots(self.stage):
            self.due[slot] = day + (0 if new else floor(self.world.luck.random() * channel.every_days))

    def contacts_of(self, day: int) -> Generator:
        """The day's touches in the order of their hours."""
        stage, rulebook = self.stage_on(day), self.world.rulebook
        if stage != self.stage:
            self.stage = stage
            for slot, _channel in rulebook.slots(stage):
                self.due[slot] = max(self.due.get(slot, day), day)
        called = set()
        for hour, slot, channel in rulebook.agenda(stage):
            if self.due[slot] > day:
                continue
            yield self.world.until(day, hour)
            if self.stage is None:
                return
            if self.promise:
                self.due[slot] = self.promise.due + 1
                continue
            days = self.touches.setdefault(slot, [])
            if channel.most_a_week and recent(days, day) >= channel.most_a_week:
                continue
            if channel.kind in MESSAGES:
                self.receive(day, channel)
            else:
                line = rulebook.line(slot)
                if line in called:
                    continue
                called.add(line)
                call: Call = self.world.phones.join(self, slot, channel)
                if not (yield call.over):
                    continue
                if call.reached:
                    converse(self, day, call.by_ai, call.skill)
            days.append(day)
            self.due[slot] = day + channel.every_days

    def receive(self, day: int, channel: Channel) -> None:
        world, behaviour = self.world, self.world.scenario.behaviour
        world.tally.add(f"sent_{channel.kind}")
        world.tally.cost(channel.kind, getattr(world.scenario.prices, channel.kind) * 100)
        earlier = recent(self.messages, day)
        self.messages.append(day)
        effect = world.effects[channel.kind]
        self.heed(effect.odds_ratio, effect.half_life_days, fatigue(behaviour.fatigue, earlier))
        self.may_complain(day, earlier, behaviour.message_complaint)
        if world.answering.lines and world.luck.happens(behaviour.calls_back):
            world.env.process(world.answering.caller(self, day))

    def heed(self, odds_ratio: float, half_life: float, tired: float) -> None:
        """A touch raises the odds of paying; effects never add up, and one that annoys takes off."""
        new = (odds_ratio - 1) * tired * self.reason.heeds
        if new < 0:
            self.boost = max(self.boost + new, min(self.boost, LEAST_BOOST))
        elif new > self.boost or self.boost == 0:
            self.boost, self.half_life = max(self.boost, new), half_life

    def may_complain(self, day: int, earlier: int, factor: float = 1.0) -> None:
        behaviour = self.world.scenario.behaviour
        chance = behaviour.complaints[band(self.days_past_due(day))] / 1000 * self.reason.complains
        if self.world.luck.happens(chance * behaviour.complaint_growth**earlier * factor):
            self.world.tally.add("complaints")

    # Paying

    def part_of_overdue(self) -> int:
        low, high = self.world.scenario.behaviour.part_paid
        return max(floor(self.debt.overdue * self.world.luck.between(low, high)), 1)

    def pay_unasked(self, day: int) -> None:
        world, behaviour, age = self.world, self.world.scenario.behaviour, self.days_past_due(day)
        odds = world.odds.by_age[age] * self.reason.pays * self.pays * (1 + self.agency_boost) * (1 + self.boost)
        pays = world.luck.happens(odds / (1 + odds))
        self.boost *= 2 ** (-1 / self.half_life)
        if not pays:
            return
        full = world.luck.happens(behaviour.full_payment[band(age)])
        amount = self.debt.overdue if full else self.part_of_overdue()
        source = "agency" if self.holder == "agency" else "collector" if recent(self.talks, day) else "self"
        self.receive_cash(amount, source)
        self.after_paying()

    def keep_or_break(self, day: int) -> None:
        world, behaviour, promise = self.world, self.world.scenario.behaviour, self.promise
        if not promise:
            return
        self.promise = None
        chance = shift(behaviour.kept[band(self.days_past_due(day))], self.reason.keeps)
        chance *= behaviour.ai_kept if promise.to_ai else 1
        self.broke_promise = not world.luck.happens(chance)
        if self.broke_promise:
            world.tally.add("promises_broken")
            return
        world.tally.add("promises_kept")
        self.receive_cash(min(promise.amount, self.debt.overdue), "collector")
        self.after_paying()

    def pay_plan(self, day: int, charged: int) -> None:
        world, plan = self.world, self.plan
        if not world.luck.happens(world.scenario.behaviour.plan_kept):
            world.tally.add("plans_broken")
            self.release()
            return
        plan.paid += 1
        last = plan.paid == plan.instalments
        amount = self.debt.overdue if last else min(charged + plan.part, self.debt.overdue)
        if amount:
            self.receive_cash(amount, "plan")
            self.after_paying()

    def receive_cash(self, amount: int, source: str) -> None:
        self.debt.pay(amount)
        self.world.tally.add(f"cash_{source}", amount)
        if self.state == CHARGED_OFF:
            self.world.tally.add("cash_after_charge_off", amount)
        if source == "agency":
            self.world.agencies.earn(self, amount)

    def after_paying(self) -> None:
        """Paid off, cured, or still late and perhaps less so."""
        if self.debt.overdue:
            if self.state == LATE:
                self.debt.age(self.world.clock)
            return
        if self.promise:
            self.world.tally.add("promises_kept")
        if self.plan:
            self.world.tally.add("plans_completed")
        self.state = CURRENT if self.debt.owed else PAID_OFF
        self.world.tally.add("cured" if self.debt.owed else "paid_off")
        self.promise = self.plan = self.stage = self.holder = None
        self.boost = self.agency_boost = 0.0

    # Held and released

    def hold(self, holder: str) -> None:
        """The lender's channels rest, and what was promised is void."""
        self.holder, self.stage, self.promise = holder, None, None

    def release(self) -> None:
        self.holder, self.plan, self.agency_boost = None, None, 0.0

"""A conversation: a plan, a promise, a settlement, or nothing but a raised readiness to pay; and what tires a borrower."""

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

from tests.reference.debt import CHARGED_OFF
from tests.reference.luck import band, shift

if TYPE_CHECKING:
    from tests.reference.borrower import Borrower

WEEK = 7


@dataclass(eq=False)
class Promise:
    due: int
    amount: int
    to_ai: bool


@dataclass(eq=False)
class AgreedPlan:
    part: int
    instalments: int
    paid: int = 0


def converse(borrower: "Borrower", day: int, by_ai: bool, skill: float = 1.0) -> None:
    behaviour = borrower.world.scenario.behaviour
    earlier = recent(borrower.talks, day)
    borrower.talks.append(day)
    tired = fatigue(behaviour.fatigue, earlier)
    borrower.may_complain(day, earlier)
    if agree_plan(borrower, day) or make_promise(borrower, day, by_ai, skill, tired) or settle(borrower, day):
        return
    borrower.heed(behaviour.talk_odds_ratio, behaviour.talk_half_life_days, tired)


def may_have_a_plan(borrower: "Borrower", day: int) -> bool:
    plan = borrower.world.policy.plan
    if not plan or borrower.state == CHARGED_OFF or not plan.from_dpd <= borrower.days_past_due(day) <= plan.to_dpd:
        return False
    if plan.reasons and borrower.reason.name not in plan.reasons:
        return False
    return not plan.segments or borrower.customer.segment.name in plan.segments


def agree_plan(borrower: "Borrower", day: int) -> bool:
    world, plan = borrower.world, borrower.world.policy.plan
    if not may_have_a_plan(borrower, day):
        return False
    if not world.luck.happens(world.scenario.behaviour.plan_accepted):
        return False
    forgiven = floor(borrower.debt.interest_due * plan.forgiven_interest)
    borrower.debt.forgive_interest(forgiven)
    world.tally.add("plans")
    world.tally.add("forgiven", forgiven)
    borrower.hold("plan")
    borrower.plan = AgreedPlan(borrower.debt.overdue // plan.instalments, plan.instalments)
    return True


def make_promise(borrower: "Borrower", day: int, by_ai: bool, skill: float, tired: float) -> bool:
    luck, behaviour, age = borrower.world.luck, borrower.world.scenario.behaviour, borrower.days_past_due(day)
    ratio = borrower.reason.promises * borrower.promises * skill * (behaviour.ai_promise if by_ai else 1)
    if not luck.happens(shift(behaviour.promise[band(age)], ratio) * max(tired, 0)):
        return False
    due = day + 1 + floor(luck.random() * behaviour.promise_delay_days)
    amount = borrower.debt.overdue
    if not luck.happens(behaviour.promise_full[band(age)]):
        amount = borrower.part_of_overdue()
    borrower.promise = Promise(due, amount, by_ai)
    borrower.world.tally.add("promises")
    return True


def settle(borrower: "Borrower", day: int) -> bool:
    world, offer = borrower.world, borrower.world.policy.discount
    if not offer or borrower.days_past_due(day) < offer.from_dpd:
        return False
    if offer.reasons and borrower.reason.name not in offer.reasons:
        return False
    if not world.luck.happens(world.scenario.behaviour.discount_accepted):
        return False
    owed = borrower.debt.owed
    cash = max(floor(owed * (1 - offer.share_forgiven)), 1)
    borrower.receive_cash(cash, "collector")
    borrower.debt.pay(owed - cash)
    world.tally.add("settlements")
    world.tally.add("forgiven", owed - cash)
    borrower.after_paying()
    return True


def recent(days: list[int], day: int) -> int:
    """How many of these days are among the day and the six before."""
    count = 0
    for each in reversed(days):
        if day - each >= WEEK:
            break
        count += 1
    return count


def fatigue(factors: tuple[float, ...], earlier: int) -> float:
    return factors[min(earlier, len(factors) - 1)]

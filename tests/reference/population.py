"""Who owes: customers and their loans, drawn as section 3 of the model says."""

from dataclasses import dataclass, field
from math import exp, floor, log
from typing import TYPE_CHECKING

from sim.behaviour import Behaviour, Reason
from sim.population import Group, Product
from tests.reference.borrower import Borrower
from tests.reference.clock import LAST_DUE_DAY
from tests.reference.conduct import Contacts
from tests.reference.conversation import AgreedPlan, may_have_a_plan
from tests.reference.debt import CHARGED_OFF, CURRENT, LATE, Debt

if TYPE_CHECKING:
    from tests.reference.replication import World

OLDEST = 3_700
"""Days past due up to which the daily odds are laid out."""


@dataclass(eq=False)
class Customer:
    """What the loans of one person share."""

    segment: Group
    region: Group
    acquisition: Group
    reachability: float
    loans: int = 0
    contacts: Contacts = field(default_factory=Contacts)
    late_luck: dict[int, float] = field(default_factory=dict)
    """The draw that decides the reason of a loan of his that becomes late on a day."""


class Odds:
    """The daily odds of paying unasked by days past due, and why those of an age are late."""

    def __init__(self, behaviour: Behaviour) -> None:
        knots, logs = behaviour.cure_dpd, [log(max(odds, 1e-300)) for odds in behaviour.cure_odds]
        self.by_age = [0.0] * OLDEST
        for age in range(1, OLDEST):
            if age <= knots[0] or age >= knots[-1]:
                self.by_age[age] = exp(logs[0] if age <= knots[0] else logs[-1])
            else:
                right = next(place for place, knot in enumerate(knots) if knot > age)
                part = (age - knots[right - 1]) / (knots[right] - knots[right - 1])
                self.by_age[age] = exp(logs[right - 1] + part * (logs[right] - logs[right - 1]))
        self.reasons = behaviour.reasons
        self.still_late: list[list[float]] = []
        for reason in behaviour.reasons:
            left, column = reason.share, [reason.share]
            for odds in self.by_age[1:]:
                column.append(left)
                left /= 1 + odds * reason.pays
            self.still_late.append(column)

    def reason(self, age: int, luck: float) -> Reason:
        """The reason of a case of that age: of those newly late, who would still be late."""
        weights = [column[age] for column in self.still_late]
        left = luck * sum(weights)
        for reason, weight in zip(self.reasons, weights, strict=True):
            left -= weight
            if left < 0:
                return reason
        return self.reasons[-1]


def _customer(world: "World") -> Customer:
    population, luck = world.scenario.population, world.luck
    spread = world.scenario.behaviour.reachability_spread
    groups = [
        luck.weighted(groups, [group.share for group in groups])
        for groups in (population.segments, population.regions, population.acquisition_channels)
    ]
    return Customer(*groups, reachability=luck.between(1 - spread, 1 + spread))


def _borrower(world: "World") -> tuple[Borrower, Product, int, int]:
    """A loan without a debt yet; its product, principal in cents, and term."""
    population, luck = world.scenario.population, world.luck
    before = world.borrowers[-1].customer if world.borrowers else None
    another = luck.happens(population.another_loan)
    customer = before if before and another else _customer(world)
    product = luck.weighted(population.products, [product.share for product in population.products])
    hundreds = round(product.principal * luck.spread(product.principal_spread) / 100)
    borrower = Borrower(world, len(world.borrowers), customer, product)
    customer.loans += 1
    world.borrowers.append(borrower)
    return borrower, product, max(hundreds, 1) * 10_000, luck.choice(product.terms)


def late_case(world: "World", day: int, age: int) -> Borrower:
    """A loan that is `age` days past due at the beginning of the day."""
    borrower, product, principal, term = _borrower(world)
    clock = world.clock
    debt = Debt(principal, product.annual_rate, term, floor(world.luck.random() * term))
    debt.oldest, debt.next_month = day - age, clock.month(day - age)
    debt.due_day = min(clock.day_of_month(debt.oldest), LAST_DUE_DAY)
    while debt.instalments_left and clock.due(debt.next_month, debt.due_day) < day:
        debt.charge()
    borrower.debt, borrower.state = debt, LATE
    borrower.become_late(day, age)
    return borrower


def current_loan(world: "World", day: int, seasoned: bool) -> Borrower:
    """A current loan: booked on the day, or `seasoned`, with a part of its instalments paid."""
    borrower, product, principal, term = _borrower(world)
    clock = world.clock
    debt = Debt(principal, product.annual_rate, term, floor(world.luck.random() * term) if seasoned else 0)
    debt.due_day, debt.next_month = world.luck.whole(1, LAST_DUE_DAY), clock.month(day) + (not seasoned)
    if clock.due(debt.next_month, debt.due_day) < day:
        debt.next_month += 1
    borrower.debt, borrower.state = debt, CURRENT
    return borrower


def open_cases(world: "World") -> None:
    """The loans of the first day."""
    population, luck = world.scenario.population, world.luck
    if population.world == "book":
        for _loan in range(population.opening_loans):
            if luck.happens(population.opening_late_share):
                _long_late(world, late_case(world, 0, _opening_age(world)))
            else:
                current_loan(world, 0, seasoned=True).spells = int(luck.happens(population.opening_late_before))
        return
    for _case in range(population.cases):
        late_case(world, 0, _opening_age(world))


def _opening_age(world: "World") -> int:
    population, luck = world.scenario.population, world.luck
    starts = population.opening_from
    ends = (*(start - 1 for start in starts[1:]), population.opening_to)
    place = luck.weighted(range(len(starts)), population.opening_share)
    return luck.whole(starts[place], ends[place])


def _long_late(world: "World", borrower: Borrower) -> None:
    """What has happened to a loan of a book that is late on the first day: charged off at an earlier month-end, taken back by agencies."""
    policy, age = world.policy, borrower.days_past_due(0)
    if age - world.clock.day_of_month(0) >= policy.charge_off_dpd:
        borrower.state = CHARGED_OFF
        borrower.debt.call_in()
    if may_have_a_plan(borrower, 0) and world.luck.happens(world.scenario.population.opening_on_plan):
        left = world.luck.whole(1, policy.plan.instalments)
        borrower.hold("plan")
        borrower.plan = AgreedPlan(borrower.debt.overdue // left, left)
    if not borrower.holder:
        world.agencies.under_way(borrower)


def newcomers(world: "World", day: int) -> list[Borrower]:
    """Loans that come on a day of the run: further cases, or bookings."""
    population = world.scenario.population
    if population.world == "cases":
        come = floor((day + 1) * population.entries_a_day) - floor(day * population.entries_a_day)
        return [late_case(world, day, 1) for _case in range(come)]
    months = world.clock.month(day) - world.clock.month(0)
    before = world.booked
    world.booked += population.booked_a_month * (1 + population.growth_a_month) ** months * 12 / 365.25
    return [current_loan(world, day, seasoned=False) for _loan in range(floor(world.booked) - floor(before))]

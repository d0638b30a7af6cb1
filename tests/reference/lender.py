"""What the lender does to loans beside its own channels: agencies, court, charge-off, sale, and what it pays its people."""

from collections.abc import Generator, Iterator
from math import floor
from typing import TYPE_CHECKING

from sim.policy import Agency
from tests.reference.borrower import Borrower
from tests.reference.calls import HIGHEST_CHANCE, note_dial, reach
from tests.reference.debt import CHARGED_OFF, LATE, SOLD, cents_half_up
from tests.reference.luck import shift

if TYPE_CHECKING:
    from tests.reference.population import Customer
    from tests.reference.replication import World

MONTH_OF_CURVE = 30
AGENCY_OPENS, AGENCY_CLOSES = 10, 18
DIALS = 14.0


class Agencies:
    """Batches of loans, each placed loan a process until it is recalled or nothing is overdue."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.rates: dict[Borrower, float] = {}
        self.first: dict[tuple[Customer, int], int] = {}

    def batch(self, day: int) -> None:
        world, placement = self.world, self.world.policy.placement
        if not placement or world.clock.day_of_month(day) != placement.batch_day:
            return
        for borrower in world.collectable():
            tier = borrower.tier + 1
            takers = [agency for agency in placement.agencies if agency.tier == tier]
            if takers and not borrower.holder and borrower.days_past_due(day) >= placement.from_dpd:
                agency = world.luck.weighted(takers, [taker.share for taker in takers])
                world.env.process(self.placed(borrower, agency, day))

    def under_way(self, borrower: Borrower) -> None:
        """Where a loan of a book that is late on the first day stands in its course through the tiers."""
        placement = self.world.policy.placement
        if not placement:
            return
        since = borrower.days_past_due(0) - placement.from_dpd - 15
        for tier in sorted({agency.tier for agency in placement.agencies}):
            takers = [agency for agency in placement.agencies if agency.tier == tier]
            longest = max(taker.recall_days for taker in takers)
            if 0 < since <= longest:
                agency = self.world.luck.weighted(takers, [taker.share for taker in takers])
                borrower.hold("agency")
                held = since // MONTH_OF_CURVE * MONTH_OF_CURVE
                self.world.env.process(self.placed(borrower, agency, 0, held))
                return
            if since > longest:
                borrower.tier = tier
                since -= longest + 15

    def placed(self, borrower: Borrower, agency: Agency, day: int, held: int = 0) -> Iterator:
        world, age = self.world, borrower.days_past_due(day) - held
        borrower.hold("agency")
        borrower.tier = agency.tier
        borrower.placement = placement = object()
        known = zip(agency.commission_age, agency.commission, strict=True)
        self.rates[borrower] = [rate for from_age, rate in known if from_age <= age][-1]
        if not held:
            world.tally.add("placed")
            world.tally.add("placed_balance", borrower.debt.balance)
        since = day - held
        recall = max(since + agency.recall_days, day)
        dial = day + 1 + floor(world.luck.random() * agency.every_days)
        boost = day
        curve = held
        while min(dial, boost, recall) < world.days:
            if boost <= min(dial, recall):
                if boost > day:
                    yield world.until(boost, 0.2)
                if not still(borrower, placement):
                    return
                borrower.agency_boost = self.boost(borrower, agency, curve)
                boost, curve = boost + MONTH_OF_CURVE, curve + MONTH_OF_CURVE
            elif dial <= recall:
                yield world.until(dial, DIALS)
                if not still(borrower, placement):
                    return
                if (yield from self.has_his_turn(borrower, dial)):
                    self.dial(borrower, dial)
                    dial += agency.every_days
                else:
                    dial += 1
            else:
                yield world.until(recall, 21.6)
                if still(borrower, placement):
                    world.tally.add("recalled")
                    borrower.release()
                return

    def boost(self, borrower: Borrower, agency: Agency, days: int) -> float:
        behaviour = self.world.scenario.behaviour
        by_month = last_or(behaviour.agency_curve, days // MONTH_OF_CURVE)
        by_tier = last_or(behaviour.agency_tier, agency.tier - 1)
        return (behaviour.agency_odds_ratio - 1) * by_month * by_tier * borrower.reason.agency

    def has_his_turn(self, borrower: Borrower, day: int) -> Generator:
        """A customer is dialled about one of his placed loans a day, the first of those that are due."""
        customer = borrower.customer
        if customer.loans == 1:
            return True
        first = self.first.setdefault((customer, day), borrower.number)
        self.first[customer, day] = min(first, borrower.number)
        yield self.world.until(day, DIALS, seconds=1)
        return self.first[customer, day] == borrower.number

    def dial(self, borrower: Borrower, day: int) -> None:
        world = self.world
        if world.conduct.dials_left(borrower, day) < 1:
            return
        chance = reach(world, borrower, day, world.luck.between(AGENCY_OPENS, AGENCY_CLOSES))
        reached = world.luck.happens(min(chance, HIGHEST_CHANCE))
        note_dial(world, borrower, day, "agency", reached)
        if reached:
            borrower.may_complain(day, earlier=0)

    def earn(self, borrower: Borrower, amount: int) -> None:
        self.world.tally.cost("commission", cents_half_up(amount * self.rates[borrower]))


def still(borrower: Borrower, placement: object) -> bool:
    return borrower.holder == "agency" and borrower.placement is placement


def last_or(values: tuple[float, ...], place: int) -> float:
    return values[min(place, len(values) - 1)]


def file_suits(world: "World", day: int) -> None:
    """On the first of a month: the largest balances of those that may be sued, as many as can be filed."""
    suing = world.policy.litigation
    if not suing or world.clock.day_of_month(day) != 1:
        return
    due = []
    for borrower in world.collectable():
        if borrower.holder or borrower.sued:
            continue
        quiet = day - borrower.talks[-1] if borrower.talks else suing.unreached_days
        if (
            suing.min_dpd <= borrower.days_past_due(day) <= suing.max_dpd
            and borrower.debt.balance >= suing.min_balance * 100
            and (not suing.reasons or borrower.reason.name in suing.reasons)
            and quiet >= suing.unreached_days
        ):
            due.append(borrower)
    due.sort(key=lambda borrower: -borrower.debt.balance)
    world.tally.add("not_filed", max(len(due) - suing.filings_a_month, 0))
    for borrower in due[: suing.filings_a_month]:
        world.env.process(suit(world, borrower, day))


def suit(world: "World", borrower: Borrower, day: int) -> Iterator:
    """Filing, hearing, judgment, enforcement."""
    luck, court, suing = world.luck, world.scenario.behaviour.court, world.policy.litigation
    borrower.hold("court")
    borrower.sued = True
    claim = borrower.debt.owed
    world.tally.add("filed")
    world.tally.add("sued", claim)
    world.tally.cost("court_fee", court_fee(world, claim, suing.simplified))
    world.tally.cost("lawyer_fee", world.scenario.prices.lawyer_fee * 100)
    hearing = day + luck.whole(*(court.hearing_days if suing.simplified else court.ordinary_hearing_days))
    yield world.until(hearing, 21.4)
    world.tally.add("judged")
    if not luck.happens(court.won):
        world.tally.add("suits_lost")
        borrower.release()
        return
    if luck.happens(shift(court.pays_on_judgment, borrower.reason.court)):
        world.tally.add("suits_paid")
        borrower.receive_cash(borrower.debt.owed, "court")
        borrower.after_paying()
        return
    yield world.until(hearing + luck.whole(*court.enforcement_days), 21.4)
    if not luck.happens(shift(court.enforced, borrower.reason.court)):
        world.tally.add("suits_nothing")
        borrower.release()
        return
    world.tally.add("suits_enforced")
    cash = min(max(floor(claim * luck.between(*court.enforced_share)), 1), borrower.debt.owed)
    borrower.release()
    borrower.receive_cash(cash, "court")
    borrower.after_paying()


def court_fee(world: "World", claim: int, simplified: bool) -> int:
    """Cents."""
    step = next(step for step in world.scenario.prices.court_fee if claim <= step.up_to * 100)
    fee = step.rate * claim + step.added * 100
    return cents_half_up(fee / 2 if simplified else fee)


def charge_off(world: "World", day: int) -> None:
    for borrower in world.collectable():
        old = borrower.days_past_due(day) >= world.policy.charge_off_dpd
        if borrower.state == LATE and old and borrower.holder != "plan":
            world.tally.add("charged_off")
            world.tally.add("charged_off_balance", borrower.debt.balance)
            borrower.state = CHARGED_OFF
            borrower.debt.call_in()


def sell(world: "World", day: int) -> None:
    sale = world.policy.sale
    if not sale:
        return
    for_sale = [
        borrower
        for borrower in world.collectable()
        if borrower.state == CHARGED_OFF and not borrower.holder and borrower.days_past_due(day) >= sale.from_dpd
    ]
    for_sale.sort(key=lambda borrower: -borrower.debt.balance)
    for borrower in for_sale[: floor(sale.share * len(for_sale))]:
        world.tally.add("sold")
        world.tally.add("sold_owed", borrower.debt.owed)
        world.tally.add("sale_proceeds", cents_half_up(borrower.debt.balance * sale.price))
        borrower.hold("buyer")
        borrower.state = SOLD

"""The world of the demo book: its true parameters, what its lender changed and when, and the story to find.

Until the middle of the history people call in the first three days; afterwards mostly messages go out, and AI dials too often on
one day. Two weeks of calls are tried on a part of the customers for some months, and then they are for all, messages first. In the
last months one slice, cars in the East, misses ever more due dates and pays ever later.
"""

from dataclasses import replace
from datetime import date

from sim.behaviour import Behaviour
from sim.people import People, Team
from sim.policy import CLASSIC, Channel, Plan, Stage, Trial
from sim.population import Drift, Group, Population, Product
from sim.scenario import Change, Rules, Scenario

WARM_UP = 15
"""Months before the first one that is shown: its arrears, placements and suits have their usual age then."""
OPENING, OPEN = 20.7, 19.8
"""Loans open on the first day, all current, and those open at the first month-end shown, as months of bookings."""
GROWTH = 0.004
TEST_MONTHS = 6
"""Months of the test before the change, and of the story before the end; fewer where the history is short."""
WORSE = Drift(1, product="Car", region="East", missed=1.24, pays=0.94)
"""What happens to that slice at the beginning of each of the last months."""
WORSE_MONTHS = 6

SHORT_CALLS, LONG_CALLS = 4, 16
"""Days past due at which the mid stage began, and begins."""


def demo_scenario(months: int, loans: int, last_month: date) -> Scenario:
    """The scenario of a history of so many months, up to that of `last_month`, that shows about so many loans.

    Raises ValueError when there is no month or no loan to show.
    """
    if months < 1 or loans < 1:
        raise ValueError("A demo history needs at least one month and one loan.")
    first = first_of_month(last_month, 1 - months)
    starts_on = first_of_month(first, -WARM_UP)
    booked = loans / (OPEN + months * (1 + GROWTH) ** (months / 2)) / (1 + GROWTH) ** WARM_UP
    changed = months // 2
    tested = changed - min(TEST_MONTHS, changed // 2)

    def day(month: int) -> int:
        """Day of the run on which a month of the history begins; the first one is 0."""
        return (first_of_month(first, month) - starts_on).days

    worse = range(max(months - WORSE_MONTHS, changed + 1), months)
    return Scenario(
        policy=BEFORE,
        rules=Rules(off=("cn.dials_day",)),
        behaviour=BORROWERS,
        people=PEOPLE,
        population=replace(
            LOANS,
            opening_loans=max(round(booked * OPENING), 1),
            booked_a_month=round(booked, 2),
            drifts=tuple(replace(WORSE, day=day(month)) for month in worse),
        ),
        changes=(Change(day(tested), replace(BEFORE, trial=TEST)), Change(day(changed), AFTER))
        if tested < changed
        else (),
        starts_on=starts_on,
    )


def first_of_month(day: date, later: int = 0) -> date:
    """The first day of the month so many months later."""
    month = day.year * 12 + day.month - 1 + later
    return date(month // 12, month % 12 + 1, 1)


def _stages(mid: int, early: tuple[Channel, ...], again: tuple[Channel, ...]) -> tuple[Stage, ...]:
    """The three stages; `again` is who calls once more in the mid one."""
    messages = (Channel("sms", every_days=7), Channel("email", every_days=7), Channel("social", every_days=10))
    late = (Channel("letter", every_days=60), Channel("sms", every_days=30), Channel("phone", every_days=30, tries=2))
    return (
        Stage("early", 1, early, team="early"),
        Stage("mid", mid, (*messages, *again), team="mid"),
        Stage("final", 91, late, team="mid"),
    )


_CALLS, _TEXTS = Channel("phone", every_days=1, tries=2), Channel("sms", every_days=3)
BEFORE = replace(
    CLASSIC,
    stages=_stages(
        SHORT_CALLS,
        early=(_CALLS, _TEXTS),
        again=(Channel("ai_call", every_days=45, tries=5), Channel("phone", every_days=20, tries=2)),
    ),
    plan=Plan(from_dpd=31, forgiven_interest=0.5),
    placement=replace(
        CLASSIC.placement, agencies=tuple(replace(each, every_days=14) for each in CLASSIC.placement.agencies)
    ),
    charge_off_dpd=391,
)
AFTER = replace(
    BEFORE,
    stages=_stages(
        LONG_CALLS,
        early=(_TEXTS, _CALLS),
        again=(Channel("ai_call", every_days=10, tries=2), Channel("phone", every_days=15, tries=2)),
    ),
)
TEST = Trial("mid", LONG_CALLS, share=0.4)

PEOPLE = People(teams=(Team("early", 4, shift_minutes=180), Team("mid", 3, shift_minutes=180)), ai_lines=1)

_LATE_FOR = {"forgot": 0.36, "income": 0.32, "overspending": 0.24, "hardship": 0.03, "dispute": 0.02, "avoiding": 0.03}
BORROWERS = replace(
    Behaviour(),
    cure_odds=tuple(round(0.97 * odds, 6) for odds in Behaviour().cure_odds),
    reasons=tuple(replace(each, share=_LATE_FOR[each.name]) for each in Behaviour().reasons),
    back_again=1.6,
)
LOANS = replace(
    Population(),
    world="book",
    cases=0,
    growth_a_month=GROWTH,
    products=(
        Product("Personal", 0.50, 0.041, 24_000),
        Product("Car", 0.18, 0.034, 60_000, 0.30, 0.078, (36, 48, 60), pays=1.03),
        Product("Card", 0.32, 0.0455, 9_000, 0.45, 0.168, (12, 24, 36), pays=0.98),
    ),
    acquisition_channels=(
        Group("App", 0.53),
        Group("Branch", 0.20, 0.90),
        Group("Partner", 0.20, 1.10),
        Group("Dealer", 0.07),
    ),
)

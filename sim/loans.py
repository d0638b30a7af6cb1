"""The simulated loans as columns, and how they are drawn from a population. Money is whole cents."""

import numpy as np
from scipy.special import ndtri

from sim.behaviour import Behaviour
from sim.calendar import LAST_DUE_DAY, Calendar
from sim.draws import Draws, Purpose, keys
from sim.population import Population

UNBORN, CURRENT, LATE, PAID_OFF, CHARGED_OFF, SOLD = range(6)
STATES = ("not yet", "current", "late", "paid_off", "charged_off", "sold")
NEVER = -1_000_000
"""A day on which nothing happened."""


class Loans:
    """Columns of all loans of a run, in order of their numbers; a position in them is what every list of loans holds."""

    def __init__(self, n: int) -> None:
        def whole(value: int = 0) -> np.ndarray:
            return np.full(n, value, np.int64)

        def small(value: int = 0) -> np.ndarray:
            return np.full(n, value, np.int32)

        self.n = n
        # Who and what: fixed.
        self.key, self.whose = np.zeros(n, np.uint64), np.zeros(n, np.uint64)  # of the loan, of the customer: for draws
        self.run = np.zeros(n, np.int16)  # of the batch
        self.customer, self.product, self.segment = small(), small(), small()
        self.region, self.acquisition = small(), small()
        self.several = np.zeros(n, bool)  # the customer has other loans
        self.lot = np.ones(n)  # of the customer: those below a test's share are its challengers
        self.principal, self.instalment = whole(), whole()
        self.term, self.due_day = small(), small()
        self.rate = np.zeros(n)  # a month
        self.begins = small()  # day from which it is in the run
        self.booked_month = small()
        self.originated = small(NEVER)
        self.misses = np.zeros(n)  # odds of missing a due date
        self.slice_pull = np.ones(n, np.float32)  # odds ratio on paying, by product and groups
        self.slice_reach = np.ones(n, np.float32)
        self.slice_promise = np.ones(n, np.float32)
        # The debt.
        self.not_due, self.principal_due, self.interest_due = whole(), whole(), whole()
        self.left = small()  # instalments still to fall due
        self.last_due_month = small()
        # Where it stands.
        self.state = np.full(n, UNBORN, np.int8)
        self.oldest = small(NEVER)  # day of the oldest unpaid due date
        self.spells = small()  # times it became late
        self.reason = np.zeros(n, np.int8)
        self.reach = np.ones(n, np.float32)
        self.charged_off_on, self.left_on = small(NEVER), small(NEVER)
        # Paying: odds are table[days past due] × pull × (1 + boost).
        self.pull = np.zeros(n, np.float32)
        self.boost, self.fades = np.zeros(n, np.float32), np.ones(n, np.float32)
        self.pressure = np.zeros(n, np.float32)  # cumulated hazard since the last payment
        self.threshold = np.full(n, np.inf, np.float32)
        # Collecting.
        self.stage = np.full(n, -1, np.int8)  # in which its channels are used; -1 in none
        self.held = np.zeros(n, np.int8)  # by a plan, an agency or a court: the lender's channels rest
        self.promise_due, self.promise_made = small(NEVER), small(NEVER)
        self.promise_amount = whole()
        self.promise_ai, self.promise_broken = np.zeros(n, bool), np.zeros(n, bool)
        self.talked, self.dialled = small(NEVER), small(NEVER)  # last day of it
        self.talk_way, self.note_way = np.zeros(n, np.int8), np.zeros(n, np.int8)  # of the last one, position in WAYS
        self.talk_week, self.talk_week_day = np.zeros(n, np.uint32), small(NEVER)
        self.note_week, self.note_week_day = np.zeros(n, np.uint32), small(NEVER)
        self.plan_left, self.plan_part = small(), whole()
        self.restructured_on = small(NEVER)
        self.agency, self.tier = np.full(n, -1, np.int16), np.zeros(n, np.int8)
        self.placed_on = small(NEVER)
        self.commission = small()  # basis points
        self.sued = np.zeros(n, bool)

    @classmethod
    def joined(cls, runs: "list[Loans]") -> "Loans":
        """The loans of several runs, one after the other, `run` telling them apart."""
        if len(runs) == 1:
            return runs[0]
        whole = cls(0)
        for position, loans in enumerate(runs):
            loans.run[:] = position
            loans.customer += position * loans.n
        for name, column in vars(runs[0]).items():
            if isinstance(column, np.ndarray):
                setattr(whole, name, np.concatenate([getattr(loans, name) for loans in runs]))
        whole.n = len(whole.run)
        return whole

    def overdue(self, i: np.ndarray) -> np.ndarray:
        return self.principal_due[i] + self.interest_due[i]

    def balance(self, i: np.ndarray) -> np.ndarray:
        """Outstanding principal."""
        return self.not_due[i] + self.principal_due[i]

    def owed(self, i: np.ndarray) -> np.ndarray:
        """All of it, interest fallen due included."""
        return self.not_due[i] + self.principal_due[i] + self.interest_due[i]


def _pick(uniform: np.ndarray, weights: list[float]) -> np.ndarray:
    """Positions drawn with these weights."""
    edges = np.cumsum(weights)
    return np.searchsorted(edges / edges[-1], uniform, side="right").clip(0, len(weights) - 1).astype(np.int32)


def numbers(population: Population, calendar: Calendar) -> tuple[int, np.ndarray]:
    """How many loans are there on the first day, and the day on which each later one comes."""
    if population.world == "cases":
        arrived = np.floor(population.entries_a_day * np.arange(1, calendar.days + 1)).astype(np.int64)
        return population.cases, np.repeat(np.arange(calendar.days), np.diff(arrived, prepend=0))
    growth = (1 + population.growth_a_month) ** calendar.month[: calendar.days]
    arrived = np.floor(np.cumsum(population.booked_a_month * growth * 12 / 365.25)).astype(np.int64)
    return population.opening_loans, np.repeat(np.arange(calendar.days), np.diff(arrived, prepend=0))


def draw_loans(
    population: Population, behaviour: Behaviour, calendar: Calendar, draws: Draws, odds: np.ndarray, replication: int
) -> Loans:
    """All loans of the run, each as it is on the day it begins. `odds` are the daily odds of paying by days past due."""
    opening, later = numbers(population, calendar)
    loans = Loans(opening + len(later))
    loans.begins[opening:] = later
    number = np.arange(loans.n)
    key = keys(number, replication)
    loans.key[:] = key
    first = draws.uniform(key, 0, Purpose.CUSTOMER) >= population.another_loan
    first[:1] = True
    loans.customer[:] = np.maximum.accumulate(np.where(first, number, 0))
    loans.whose[:] = key[loans.customer]
    loans.several[:] = np.bincount(loans.customer, minlength=loans.n)[loans.customer] > 1
    _draw_slices(loans, population, draws, key)
    _draw_terms(loans, population, draws, key)
    if population.world == "cases":
        _draw_cases(loans, opening, population, behaviour, calendar, draws, odds)
    else:
        _draw_book(loans, opening, population, behaviour, calendar, draws, odds)
    spread = behaviour.reachability_spread
    luck = draws.uniform(loans.whose, 0, Purpose.REACHABILITY)
    loans.reach[:] = loans.slice_reach * (1 + spread * (2 * luck - 1))
    return loans


def _draw_slices(loans: Loans, population: Population, draws: Draws, key: np.ndarray) -> None:
    whose = loans.whose
    parts = (
        (loans.product, population.products, key, Purpose.PRODUCT),
        (loans.segment, population.segments, whose, Purpose.SEGMENT),
        (loans.region, population.regions, whose, Purpose.REGION),
        (loans.acquisition, population.acquisition_channels, whose, Purpose.ACQUISITION),
    )
    for column, groups, by, purpose in parts:
        column[:] = _pick(draws.uniform(by, 0, purpose), [group.share for group in groups])
        loans.slice_pull *= np.array([group.pays for group in groups], np.float32)[column]
        loans.slice_reach *= np.array([group.reached for group in groups], np.float32)[column]
        loans.slice_promise *= np.array([group.promises for group in groups], np.float32)[column]
    missed = np.array([product.missed for product in population.products]).clip(0, 1 - 1e-12)
    loans.misses[:] = (missed / (1 - missed))[loans.product]
    for column, groups, _, _ in parts[1:]:
        loans.misses *= np.array([group.missed for group in groups])[column]


def _draw_terms(loans: Loans, population: Population, draws: Draws, key: np.ndarray) -> None:
    luck = draws.uniform(key, 0, Purpose.PRINCIPAL)
    size = np.exp(
        _normal(luck) * np.array([product.principal_spread for product in population.products])[loans.product]
    )
    median = np.array([product.principal for product in population.products])[loans.product]
    loans.principal[:] = np.maximum(np.rint(median * size / 100), 1).astype(np.int64) * 10_000
    luck = draws.uniform(key, 0, Purpose.TERM)
    for position, product in enumerate(population.products):
        these = loans.product == position
        terms = np.array(product.terms)
        loans.term[these] = terms[np.minimum((luck[these] * len(terms)).astype(int), len(terms) - 1)]
    loans.rate[:] = np.array([product.annual_rate / 12 for product in population.products])[loans.product]
    with np.errstate(invalid="ignore", divide="ignore"):
        level = loans.principal * loans.rate / (1 - (1 + loans.rate) ** -loans.term.astype(float))
    level = np.where(loans.rate == 0, loans.principal / loans.term, level)
    loans.instalment[:] = np.ceil(level - 1e-6).astype(np.int64)
    loans.due_day[:] = 1 + (draws.uniform(key, 0, Purpose.DUE_DAY) * LAST_DUE_DAY).astype(np.int32)


def _normal(uniform: np.ndarray) -> np.ndarray:
    """Standard normal from uniform draws, cut at ± 2.5."""
    return ndtri(uniform).clip(-2.5, 2.5)


def _run_schedule(loans: Loans, paid: np.ndarray, unpaid: np.ndarray) -> None:
    """Set the debt after `paid` instalments and `unpaid` further ones that fell due."""
    not_due = loans.principal.copy()
    for k in range(int((paid + unpaid).max(initial=0))):
        falls = k < paid + unpaid
        interest = np.rint(not_due * loans.rate).astype(np.int64)
        principal = np.where(k + 1 == loans.term, not_due, np.minimum(loans.instalment - interest, not_due))
        late = falls & (k >= paid)
        loans.interest_due += np.where(late, interest, 0)
        loans.principal_due += np.where(late, principal, 0)
        not_due -= np.where(falls, principal, 0)
    loans.not_due[:] = not_due
    loans.left[:] = loans.term - paid - unpaid


def _draw_book(
    loans: Loans,
    opening: int,
    population: Population,
    behaviour: Behaviour,
    calendar: Calendar,
    draws: Draws,
    odds: np.ndarray,
) -> None:
    key = loans.key
    paid = (draws.uniform(key, 0, Purpose.PAID_BEFORE) * loans.term).astype(np.int64)
    paid[opening:] = 0
    late = np.flatnonzero(draws.uniform(key[:opening], 0, Purpose.OPENING_LATE) < population.opening_late_share)
    unpaid, first = np.zeros(loans.n, np.int64), np.zeros(loans.n, np.int64)
    age = _opening_age(population, draws.uniform(key[late], 0, Purpose.OPENING_AGE))
    first[late], unpaid[late] = _in_arrears(loans, late, age, paid[late], calendar)
    _run_schedule(loans, paid, unpaid)
    loans.booked_month[:] = calendar.month[loans.begins]
    # An opening loan whose due day is not over this month was booked a month later than one whose due day is.
    over = loans.due_day[:opening] < calendar.day_of_month[0]
    loans.booked_month[:opening] = -paid[:opening] - 1 + over
    loans.booked_month[late] = first[late] - paid[late] - 1
    loans.last_due_month[:] = loans.booked_month + paid + unpaid
    loans.originated[:] = loans.begins
    loans.originated[:opening] = calendar.due_date(loans.booked_month[:opening], loans.due_day[:opening])
    loans.reason[late] = opening_reasons(behaviour, odds, age, draws.uniform(loans.whose[late], 0, Purpose.REASON))
    before = draws.uniform(key[:opening], 0, Purpose.LATE_BEFORE) < population.opening_late_before
    before[late] = False
    loans.spells[:opening] = before


def _opening_age(population: Population, luck: np.ndarray) -> np.ndarray:
    """Days past due of loans that are late on the first day: a range by its share, evenly inside."""
    edges = np.cumsum(population.opening_share) / np.sum(population.opening_share)
    band = np.searchsorted(edges, luck, side="right").clip(0, len(edges) - 1)
    lower, upper = (
        np.array(population.opening_from),
        np.array([*population.opening_from[1:], population.opening_to + 1]),
    )
    inside = (luck - np.append(0, edges)[band]) / np.diff(edges, prepend=0)[band]
    return lower[band] + (inside * (upper - lower)[band]).astype(np.int64)


def _in_arrears(
    loans: Loans, i: np.ndarray, age: np.ndarray, paid: np.ndarray, calendar: Calendar
) -> tuple[np.ndarray, np.ndarray]:
    """Give loans that begin late their oldest unpaid due date and due day; its month, and the instalments unpaid since."""
    begins = loans.begins[i]
    loans.oldest[i] = begins - age
    month = calendar.month_of(loans.oldest[i])
    loans.due_day[i] = np.minimum(loans.oldest[i] - calendar.due_date(month, 1) + 1, LAST_DUE_DAY)
    # Due dates fallen since, before the day on which it begins.
    last = calendar.month_of(begins - 1)
    last -= calendar.due_date(last, loans.due_day[i]) >= begins
    unpaid = np.maximum(last - month + 1, 1)
    return month, np.minimum(unpaid, loans.term[i] - paid)


def _draw_cases(
    loans: Loans,
    opening: int,
    population: Population,
    behaviour: Behaviour,
    calendar: Calendar,
    draws: Draws,
    odds: np.ndarray,
) -> None:
    key = loans.key
    age = np.ones(loans.n, np.int64)
    age[:opening] = _opening_age(population, draws.uniform(key[:opening], 0, Purpose.OPENING_AGE))
    paid = (draws.uniform(key, 0, Purpose.PAID_BEFORE) * loans.term).astype(np.int64)
    month, unpaid = _in_arrears(loans, np.arange(loans.n), age, paid, calendar)
    _run_schedule(loans, paid, unpaid)
    loans.last_due_month[:] = month + unpaid - 1
    loans.booked_month[:] = month - paid - 1
    loans.originated[:] = calendar.due_date(loans.booked_month, loans.due_day)
    loans.reason[:] = opening_reasons(behaviour, odds, age, draws.uniform(loans.whose, 0, Purpose.REASON))


def opening_reasons(behaviour: Behaviour, odds: np.ndarray, age: np.ndarray, luck: np.ndarray) -> np.ndarray:
    """Reasons of cases that are `age` days late: of those newly late, weighted by who would still be late if nobody were contacted."""
    table = np.arange(len(odds))
    still = []
    for reason in behaviour.reasons:
        cumulated = np.cumsum(np.log1p(odds * reason.pays))
        before = np.where(table > 0, cumulated[table - 1], 0.0)
        still.append(reason.share * np.exp(-before))
    weight = np.cumsum(still, axis=0)[:, np.minimum(age, len(odds) - 1)]
    return (luck * weight[-1] >= weight[:-1]).sum(axis=0).astype(np.int8)

"""Calibration: a lender's operation and his borrowers as a scenario, from his book, each number with how sure it is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from data.book import Book
from data.errors import UncalibratedBook
from data.said import Said, said
from queries import Reader
from sim.calibration.assumed import Assumed, assumed
from sim.calibration.behaviour import fitted
from sim.calibration.confounding import confounded
from sim.calibration.counted import counted, of_one
from sim.calibration.entry import entry
from sim.calibration.fitted import Fitted, share
from sim.calibration.in_force import plan_in_force, policy_in_force, rules_in_force
from sim.calibration.ledger import Ledger, ledger, no_ledger
from sim.calibration.likelihood import Likelihood
from sim.calibration.matched import matched
from sim.calibration.maximum import Maximum, maximum
from sim.calibration.placing import all_parameters, with_fitted
from sim.calibration.records import Records, codes, epoch, read_records
from sim.calibration.replay import Replay, replay
from sim.calibration.staff import staff_in_force
from sim.calibration.unknowns import DIMENSIONS, unknowns
from sim.calibration.whose import population_in_force, slices_of, with_entry
from sim.scenario import Scenario, check

MONTHS = 12
FEWEST_LATE = 30
"""Spells of arrears below which nothing can be said of borrowers' behaviour."""

Progress = Callable[[str, float], None]


def silent(what: str, share: float) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Calibration:
    """A book as a scenario.

    version: of the book. months: month-ends of the window; last: its last one. scenario: the operation as it is today, from the day
    after on. parameters: every parameter of it, in their order, the fitted ones measured. confounded: which effects rest on a
    history that was not random, a sentence each. thin: what the book has too little of, a sentence each.
    snapshots_only: transitions were matched, since due dates or payments are not known.
    """

    version: int
    months: int
    last: date
    scenario: Scenario
    parameters: tuple[Fitted, ...]
    confounded: tuple[Said, ...]
    thin: tuple[Said, ...] = ()
    snapshots_only: bool = False


def calibrate(
    book: Path | str | Reader,
    version: int | None = None,
    months: int = MONTHS,
    until: date | None = None,
    assuming: Scenario | None = None,
    on_progress: Progress = silent,
) -> Calibration:
    """Fit the last `months` months of a version of a book (the current one), or those up to the month-end `until`.

    assuming: the scenario whose numbers stand where the book tells nothing (default: the classic one). Nothing is written: see `keep`.
    Raises data.errors.BookMissing, and UncalibratedBook where the book holds too little.
    """
    if isinstance(book, Reader):
        book, version = book.folder, book.version.number
    number = version or Book(book).current()
    on_progress("Reading the book", 0.0)
    records, record = read_records(book, number, until)
    return fit(records, record.number, months, assuming or Scenario(), on_progress)


def fit(records: Records, version: int, months: int, assuming: Scenario, on_progress: Progress = silent) -> Calibration:
    """Fit what was read. Raises UncalibratedBook."""
    _require(records)
    months = max(1, min(months, records.months))
    since = epoch(month_end(records.last, -months)) + 1
    if not records.has_schedule:
        return _of_snapshots(records, version, months, since, assuming, on_progress)
    on_progress("Following each debt", 0.1)
    debts = ledger(records)
    _require_late(debts)
    given = assumed(assuming, plan_in_force(records, debts, assuming))
    rules = rules_in_force(records)
    policy, read = policy_in_force(records, debts, given, rules)
    people, staffed = staff_in_force(records, policy, assuming)
    vector = unknowns(records, given)
    slices = slices_of(records, vector.slices)
    population, whose = population_in_force(records, slices, assuming, since)
    base = replace(
        assuming,
        policy=policy,
        rules=rules,
        people=people,
        population=population,
        changes=(),
        starts_on=records.last + timedelta(days=1),
    )
    on_progress("Living through the history", 0.25)
    lived = replay(records, debts, given, since)
    on_progress("Finding the most likely behaviour", 0.35)
    likelihood = Likelihood(lived, given, vector)
    customers = records.loan["customer"].rank("dense").to_numpy().astype(int) - 1
    found = maximum(likelihood, customers[likelihood.loan])
    words, tested = confounded(records, lived, likelihood, found, given)
    if tested:  # what a conversation adds is not as assumed: the rest is fitted with it
        given = replace(given, scenario=with_fitted(given.scenario, tested)[0])
        lived = replay(records, debts, given, since)
        likelihood = Likelihood(lived, given, vector)
        found = maximum(likelihood, customers[likelihood.loan], found)
    on_progress("Counting the rest", 0.95)
    missed = entry(records, debts, since, vector.slices, assuming)
    parts = [
        *read, *staffed, *whose, *with_entry(records, missed, slices, debts, since),
        *_plans_under_way(records, lived, likelihood, found, given), *fitted(found, lived, slices, given), *counted(records, debts, lived, given, found.reasons, since),
    ]  # fmt: skip
    scenario, by_path = with_fitted(base, [*parts, *tested])
    check(scenario)
    whole = all_parameters(scenario, by_path)
    return Calibration(version, months, records.last, scenario, whole, words, tuple(_thin(whole)))


def _plans_under_way(
    records: Records, lived: Replay, likelihood: Likelihood, found: Maximum, given: Assumed
) -> list[Fitted]:
    """Of the late on the last day whose reason has plans offered, as far as that can be told: those on a plan."""
    plan, last = given.plan, epoch(records.last)
    if plan is None:
        return []
    rows = lived.spells | {"reasons": found.reasons @ given.offered}
    snapshot = records.loan_snapshot.filter((pl.col("as_of") == last) & (pl.col("status") == "open"))
    late = snapshot.filter(pl.col("days_past_due").is_between(plan.from_dpd, plan.to_dpd))["i"].to_numpy()
    newest = np.full(records.loan.height, -1)
    newest[likelihood.loan] = np.arange(likelihood.n)  # spells stand in the order of their days
    spells = newest[late]
    expected = float(rows["reasons"][spells[spells >= 0]].sum())
    running = records.plan.filter((pl.col("agreed_on") <= last) & pl.col("ended_on").is_null())
    k = int(np.isin(late, running["i"].to_numpy()).sum())
    part = share(min(k, expected), max(expected, 1.0))
    return [
        of_one(
            "population.opening_on_plan",
            part,
            said("Of those whose reason has plans offered, which is not known but likely."),
        )
    ]


def _of_snapshots(
    records: Records, version: int, months: int, since: int, assuming: Scenario, on_progress: Progress
) -> Calibration:
    """Without due dates and payments: the month-end transitions are matched, what touches do is assumed."""
    slices = slices_of(records, {dimension: codes(records.loan, dimension) for dimension in DIMENSIONS})
    given = assumed(assuming, assuming.policy.plan)
    rules = rules_in_force(records)
    nothing = no_ledger()
    policy, read = policy_in_force(records, nothing, given, rules)
    population, whose = population_in_force(records, slices, assuming, since)
    base = replace(
        assuming,
        policy=policy,
        rules=rules,
        population=population,
        changes=(),
        starts_on=records.last + timedelta(days=1),
    )
    base, by_path = with_fitted(base, [*read, *whose])
    check(base)
    scenario, tuned = matched(records, base, since, on_progress)
    words = (
        said("The book has month-ends only: what calls, messages, agencies and the court do is assumed, and self-cure is set so that the model's month-to-month rolls agree with the book's."),
    )  # fmt: skip
    whole = all_parameters(scenario, by_path | tuned)
    return Calibration(version, months, records.last, scenario, whole, words, tuple(_thin(whole)), snapshots_only=True)


def month_end(day: date, months: int) -> date:
    """The month-end so many months from that of `day`."""
    month = day.year * 12 + day.month + months
    return date(month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _require(records: Records) -> None:
    if records.last is None or not records.loan.height:
        raise UncalibratedBook(
            "The book has no loans; there is nothing to calibrate. Import loan_snapshot files first."
        )
    if records.months < 1:
        raise UncalibratedBook("The book has one month-end; calibration needs two at least. Import an earlier month.")
    late = records.loan_snapshot.filter((pl.col("days_past_due").fill_null(0) > 0) | pl.col("bucket").is_not_null())
    late = late.filter(pl.col("days_past_due").is_not_null() | (pl.col("bucket") != records.settings.buckets[0].name))
    if not late.height:
        raise UncalibratedBook(
            "No loan of the book is late at any month-end; there is no behaviour of late borrowers to calibrate."
        )


def _require_late(debts: Ledger) -> None:
    spells = int(debts.days["starts"].sum())
    if spells < FEWEST_LATE:
        raise UncalibratedBook("The book has {n} spells of arrears; calibration needs {least} at least. Import more months.", n=spells, least=FEWEST_LATE)  # fmt: skip


def _thin(parameters: tuple[Fitted, ...]) -> list[Said]:
    """What a reader must know is hardly known: lists in the behaviour that the book tells in part only."""
    parts = [
        each.path
        for each in parameters
        if isinstance(each.low, tuple) and None in each.low and not all(x is None for x in each.low)
    ]
    if not parts:
        return []
    return [said("The book tells only a part of these; the rest is as assumed: {names}.", names=", ".join(parts))]

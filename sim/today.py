"""The operation as it is today, to begin a what-if from: fitted from the book where that was done, else what is known of it.

`as_today` says with the scenario where it is from. The late loans of the newest month-end are its cases, as many as the book has.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import polars as pl

from data.errors import NeedsData
from data.said import Said, said
from queries import Filters, Reader
from sim.calendar import DAYS_A_MONTH
from sim.consistency import LONGEST_NAME
from sim.people import People
from sim.policy import CLASSIC, Policy, Stage, StageException
from sim.population import Group, Population, Product
from sim.scenario import Rules, Scenario
from sim.truth import read_truth

Source = Literal["calibrated", "truth", "classic"]
MONTHS = 6
"""Months whose mean tells how many become late a day."""
SEEN = 0.27
"""Of those that miss a due date, the part still late at the month's end, where due days are spread evenly: the mean over thirty days
of the published survival of arrears. For a book without payments, whose entries are counted at month-ends only."""
UNKNOWN = "?"
CLASSIC_CASES = 20_000
"""Cases that the classic operation's people and suits are for; a book of another size has them in proportion."""


@dataclass(frozen=True)
class Today:
    """words: which of the three it is. confounded: which effects rest on a history in which chance did not choose whom to contact."""

    scenario: Scenario
    source: Source
    words: Said
    confounded: tuple[Said, ...] = ()


def as_today(book: Path | str, reader: Reader) -> Today:
    """The scenario to start from. Raises InvalidScenario where what the book holds of it contradicts itself."""
    calibration = _calibration(book, reader.version.number)
    if calibration:
        words = said("As today: borrowers and operation as fitted from this book")
        return Today(calibration.scenario, "calibrated", words, tuple(calibration.confounded))
    truth = read_truth(book)
    if truth:
        words = said("As today: the policy in force and the borrowers that this made-up book was written by")
        return Today(_of_book(_at_its_end(truth), reader), "truth", words)
    words = said("As today: your stages, rules and calendar; for all else the classic operation and assumed borrowers, since the model has not been fitted to this book")  # fmt: skip
    return Today(_of_book(_classic(reader), reader), "classic", words)


def with_borrowers_of(scenario: Scenario, other: Scenario) -> Scenario:
    """The operation of one on the borrowers of the other, from the same day on: what is compared with it differs in the operation alone."""
    return replace(scenario, behaviour=other.behaviour, population=other.population, starts_on=other.starts_on)


def _calibration(book: Path | str, version: int):
    """The fit of this version of the book; None where there is none."""
    from sim.calibration import read_calibration  # a second of imports that a run need not wait for

    return read_calibration(book, version)


def _at_its_end(truth: Scenario) -> Scenario:
    """The scenario with the policy, and the borrowers, that were in force on its last day."""
    policy = truth.changes[-1].policy if truth.changes else truth.policy
    drifts = tuple(replace(drift, day=1) for drift in truth.population.drifts)
    return replace(truth, policy=policy, changes=(), population=replace(truth.population, drifts=drifts))


def _classic(reader: Reader) -> Scenario:
    """The classic operation in the stages of the book's settings, under its rules and by its calendar, as large as the book is."""
    settings = reader.version.settings
    size = max(_late(reader)["loans"].sum() / CLASSIC_CASES, 1 / CLASSIC_CASES)
    stages = tuple(
        replace(_like(position, len(settings.stages)), name=band.name, entry_dpd=band.lower_dpd)
        for position, band in enumerate(settings.stages)
    )
    exceptions = tuple(
        StageException(band.name, band.lower_dpd, ladder.product or "", ladder.segment or "")
        for ladder in settings.stage_exceptions
        for band in ladder.stages
    )
    teams = tuple(replace(team, headcount=max(round(team.headcount * size), 1)) for team in People().teams)
    suits = replace(CLASSIC.litigation, filings_a_month=max(round(CLASSIC.litigation.filings_a_month * size), 1))
    return Scenario(
        policy=_fitting(replace(CLASSIC, stages=stages, stage_exceptions=exceptions, litigation=suits)),
        rules=Rules(settings.rules),
        people=People(teams, rest_days=settings.rest_days, holidays=settings.holidays),
    )


def _like(position: int, stages: int) -> Stage:
    """The stage of the classic operation that is like this one of so many."""
    early, mid, final = CLASSIC.stages
    return early if position == 0 else final if position == stages - 1 else mid


def _fitting(policy: Policy) -> Policy:
    """The policy with loans handed over where its last stage begins."""
    last = policy.stages[-1].entry_dpd
    return replace(policy, placement=replace(policy.placement, from_dpd=last))


@dataclass(frozen=True)
class Tested:
    """How well the model would have foretold the last months of the book: "good", "fair" or "poor", and why."""

    verdict: str
    words: tuple[Said, ...]


def tested(book: Path | str, version: int) -> Tested | None:
    """The backtest of this version of the book; None where there is none."""
    from sim.backtest import read_backtest

    found = read_backtest(book, version)
    return found and Tested(found.verdict, tuple(found.words))


# The loans


def _of_book(scenario: Scenario, reader: Reader) -> Scenario:
    """The scenario with the late loans of the book's newest month as its cases, and as many new ones a day as it had lately."""
    late, population = _late(reader), scenario.population
    rows = late.filter(pl.col("loans") > 0)
    lower = {band.name: band.lower_dpd for band in reader.version.settings.buckets}
    known = [(lower[name], loans) for name, loans in rows.select("bucket", "loans").iter_rows() if name in lower]
    if not known:
        known = [(1, 1)]
    oldest = max(scenario.policy.charge_off_dpd - 1, max(age for age, _loans in known))
    current = _levels(reader).filter(pl.col("bucket") == reader.buckets[0])["balance"].sum() or 0
    cases = replace(
        population,
        world="cases",
        cases=int(late["loans"].sum()),
        opening_from=tuple(age for age, _loans in known),
        opening_share=tuple(float(loans) for _age, loans in known),
        opening_to=oldest,
        entries_a_day=round(_entries_a_month(reader) / DAYS_A_MONTH, 3),
        opening_loans=0,
        booked_a_month=0.0,
        rest_of_book=float(current),
    )
    starts_on = reader.months[-1] + timedelta(days=1)
    return replace(scenario, population=_sliced(cases, reader), starts_on=starts_on)


def _levels(reader: Reader) -> pl.DataFrame:
    return reader.ask("delinquency", Filters(month=reader.months[-1]))


def _late(reader: Reader) -> pl.DataFrame:
    """Loans and balance of the overdue buckets at the newest month-end."""
    return _levels(reader).filter(pl.col("bucket") != reader.buckets[0])


def _entries_a_month(reader: Reader) -> float:
    """Due dates missed a month, by payments where the book has them, else from what month-ends show of them."""
    last = Filters(from_month=reader.months[-MONTHS:][0], to_month=reader.months[-1])
    try:
        missed = reader.ask("entry_by_event", last)["unpaid_loans"]
        if len(missed) and missed.sum():
            return float(missed.mean())
    except NeedsData:
        pass
    seen = reader.ask("entry_rate", last)["entered_loans"]
    return float(seen.mean() or 0) / SEEN if len(seen) else 0.0


def _sliced(population: Population, reader: Reader) -> Population:
    """The population with the book's products, segments, regions and channels, each as large as its part of the late loans."""
    kinds = {"products": "product", "segments": "segment", "regions": "region", "acquisition_channels": "acquisition_channel"}  # fmt: skip
    changed = {}
    for field, dimension in kinds.items():
        late = reader.ask("late_by", Filters(month=reader.months[-1]), by=dimension)
        rows = late.filter((pl.col("bucket") == "all") & (pl.col("loans") > 0))
        groups = _groups(getattr(population, field), rows.select("value", "loans", "balance").iter_rows())
        if groups:
            changed[field] = groups
    drifts = tuple(each for each in population.drifts if _is_known(each, replace(population, **changed)))
    return replace(population, **changed, drifts=drifts)


def _groups(before: tuple, rows: Iterable[tuple[str, int, object]]) -> tuple:
    """What is known of a group stays; one that only the book has is like the baseline, a product with its mean balance."""
    known = {group.name: group for group in before}
    found: dict[str, Product | Group] = {}
    for value, loans, balance in rows:
        name = (value or UNKNOWN)[:LONGEST_NAME].strip() or UNKNOWN
        group = known.get(name)
        if group is None and isinstance(before[0], Product):
            mean = float(balance or 0) / loans
            group = Product(name, 0.0, principal=max(mean, 1.0)) if mean else replace(before[0], name=name)
        share = float(loans) + (found[name].share if name in found else 0.0)
        found[name] = replace(group or Group(name), share=share)
    return tuple(found.values())


def _is_known(drift, population: Population) -> bool:
    """Whether the book still has the slice that a drift is of."""
    named = ((drift.product, population.products), (drift.segment, population.segments), (drift.region, population.regions), (drift.acquisition_channel, population.acquisition_channels))  # fmt: skip
    return all(not name or name in {group.name for group in groups} for name, groups in named)

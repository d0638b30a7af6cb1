"""A book of month-ends alone: entry and self-cure set so that the model's month-to-month rolls agree with the book's.

The model runs on from the last day for some months; where a bucket's forward roll is too high its odds of paying rise, until both agree.
Odds in the first week are not told by month-ends: they stay as assumed, and the share of due dates missed is set for M0 → M1.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import polars as pl

from data.said import said
from sim.calibration.counted import measured, of_list, of_one
from sim.calibration.fitted import Estimate, Fitted, Z, share
from sim.calibration.placing import with_fitted
from sim.calibration.records import Records, epoch
from sim.record import BUCKETS
from sim.sample import sample
from sim.scenario import Scenario
from sim.simulate import simulate_batch

DAYS, ROUNDS = 155, 6
FEWEST_RUNS, MOST_RUNS = 2, 12
"""Runs of each round: more of a small book, whose own luck is large."""
MOST_LOANS = 40_000
"""Loans of a run of the matching; a larger book runs as a smaller one like it."""
EARLIEST = 7
"""Days past due up to which odds stay as assumed."""
DAMPED = 0.8
CASES_OF_A_TEAM = 4_000
"""Late loans for which the classic operation has its people."""


@dataclass(frozen=True)
class Rolls:
    """Loans in each bucket at a month-end, and those found in the next worse one a month later (for M0: in M1)."""

    opening: np.ndarray
    forward: np.ndarray

    def shares(self) -> np.ndarray:
        return (self.forward + 0.5) / (self.opening + 1)


def matched(
    records: Records, base: Scenario, since: int, on_progress: Callable[[str, float], None]
) -> tuple[Scenario, dict[str, Fitted]]:
    """The scenario with entry and odds that match the rolls of the window, and these as fitted parameters."""
    observed = rolls_of(records, since)
    base = _staffed(base)
    scenario, logs = base, np.zeros(len(BUCKETS) - 1)
    missed = 1.0
    for step in range(ROUNDS):
        on_progress("Matching the rolls", 0.1 + 0.85 * step / ROUNDS)
        simulated = _simulated(scenario)
        aim, now = observed.shares(), simulated.shares()
        missed *= float(np.clip((aim[0] / now[0]) ** DAMPED, 0.5, 2))
        enough = (observed.opening[1:] >= 20) & (simulated.opening[1:] >= 20)
        steps = np.log(np.log(1 / aim[1:].clip(0.02, 0.99)) / np.log(1 / now[1:].clip(0.02, 0.99)))
        logs += np.where(enough, DAMPED * steps.clip(-1, 1), 0.0)
        scenario = _tuned(base, logs, missed)
    return with_fitted(scenario, _parameters(base, observed, logs, missed, scenario, records, since))


def rolls_of(records: Records, since: int, product: str | None = None, until: int | None = None) -> Rolls:
    """The book's rolls into the month-ends from `since` to `until`, by days past due or by the settings' buckets."""
    last = epoch(records.last) if until is None else until
    rows = records.loan_snapshot.filter(pl.col("status").fill_null("open").is_in(["open", "charged_off"]))
    if product is not None:
        rows = rows.join(records.loan.filter(pl.col("product") == product).select("i"), on="i", how="semi")
    ordinal = {band.name: at for at, band in enumerate(records.settings.buckets)}
    edges = pl.col("days_past_due").cast(pl.Int64)
    by_days = pl.sum_horizontal((edges >= edge).cast(pl.Int64) for edge in BUCKETS[1:])
    bucket = pl.col("bucket").cast(pl.String).replace_strict(ordinal, default=None, return_dtype=pl.Int64)
    date = pl.col("as_of").cast(pl.Int32).cast(pl.Date)
    rows = rows.select(
        "i", "as_of", "status", month=date.dt.year().cast(pl.Int64) * 12 + date.dt.month(),
        at=pl.when(pl.col("days_past_due").is_not_null()).then(by_days).otherwise(bucket).clip(0, len(BUCKETS) - 1),
    ).filter(pl.col("at").is_not_null())  # fmt: skip
    after = rows.filter(pl.col("as_of").is_between(since, last)).select(
        "i", pl.col("month") - 1, then=pl.col("at"), as_of_then=pl.col("as_of")
    )
    months = after["month"].unique()
    opened = rows.filter((pl.col("status").fill_null("open") == "open") & pl.col("month").is_in(months.implode()))
    pairs = opened.join(after, on=["i", "month"], how="left")
    opening = np.bincount(pairs["at"].to_numpy(), minlength=len(BUCKETS))
    worse = pairs.filter(pl.col("then") > pl.col("at"))
    return Rolls(opening, np.bincount(worse["at"].to_numpy(), minlength=len(BUCKETS)))


def _staffed(base: Scenario) -> Scenario:
    """Teams as large for the book's late loans as the classic operation's for its own: no book of month-ends tells them."""
    late = base.population.opening_loans * base.population.opening_late_share
    teams = tuple(
        replace(team, headcount=max(ceil(team.headcount * late / CASES_OF_A_TEAM), 1)) for team in base.people.teams
    )
    return replace(base, people=replace(base.people, teams=teams))


def _simulated(scenario: Scenario) -> Rolls:
    count = min(max(MOST_LOANS // max(scenario.population.opening_loans, 1), FEWEST_RUNS), MOST_RUNS)
    runs = simulate_batch(sample(scenario, MOST_LOANS)[0], seed=7, replications=range(count), days=DAYS)
    rows = pl.concat([run.rolls for run in runs])
    names = [f"M{k}" for k in range(len(BUCKETS))]
    opening, forward = np.zeros(len(BUCKETS)), np.zeros(len(BUCKETS))
    for before, after, loans in rows.select("from", "to", "loans").iter_rows():
        at = names.index(before)
        opening[at] += loans
        forward[at] += loans * (after in names and names.index(after) > at)
    return Rolls(opening, forward)


def _tuned(base: Scenario, logs: np.ndarray, missed: float) -> Scenario:
    """The base with its odds raised by these logarithms, a bucket's standing a month after its edge, and other odds of missing."""
    behaviour, population = base.behaviour, base.population
    raised = _at_knots(behaviour.cure_dpd, logs)
    odds = tuple(float(min(o * np.exp(r), 10)) for o, r in zip(behaviour.cure_odds, raised, strict=True))
    products = tuple(replace(product, missed=_odds(product.missed, missed)) for product in population.products)
    return replace(
        base, behaviour=replace(behaviour, cure_odds=odds), population=replace(population, products=products)
    )


def _at_knots(knots: tuple[int, ...], logs: np.ndarray) -> np.ndarray:
    middles = np.array(
        [edge + 29.5 for edge in BUCKETS[1:]]
    )  # loans of a bucket are a month older at the next month-end
    return np.interp(np.log(knots), np.log([EARLIEST, *middles]), [0.0, *logs])


def _odds(share_: float, factor: float) -> float:
    odds = share_ / (1 - share_) * factor if share_ < 1 else 1e9
    return odds / (1 + odds)


def _parameters(
    base: Scenario, observed: Rolls, logs: np.ndarray, missed: float, scenario: Scenario, records: Records, since: int
) -> list[Fitted]:
    """Intervals by the delta method from the counts of the rolls."""
    rates = observed.shares().clip(0.01, 0.99)
    off = np.sqrt(rates * (1 - rates) / (observed.opening + 1)) / (rates * np.abs(np.log(rates)))
    beside = _at_knots(base.behaviour.cure_dpd, off[1:])
    made: list[Estimate | None] = []
    for at, (dpd, odds) in enumerate(zip(base.behaviour.cure_dpd, scenario.behaviour.cure_odds, strict=True)):
        bucket = int(np.searchsorted(BUCKETS, dpd, side="right")) - 1
        n = int(observed.opening[max(bucket - 1, 1)])
        known = dpd > EARLIEST and n >= 20
        made.append(Estimate(odds, odds * np.exp(-Z * beside[at]), odds * np.exp(Z * beside[at]), n) if known else None)
    note = said("Matched to the rolls between month-ends; the effects of contacts are assumed.")
    found = [of_list("behaviour.cure_odds", made, scenario.behaviour.cure_odds, note)] if any(made) else []
    found += _missed(scenario, observed, records, since)
    for team in scenario.people.teams:
        found.append(measured(f"people.teams.{team.name}.headcount", team.headcount, None, None, 0, said("As many for the late loans as in the classic operation.")))  # fmt: skip
    return found


def _missed(scenario: Scenario, observed: Rolls, records: Records, since: int) -> list[Fitted]:
    """A product misses as many due dates as its loans roll from M0 to M1, against the mean; thin ones lean on the mean."""
    mean, found = observed.shares()[0], []
    for product in scenario.population.products:
        own = rolls_of(records, since, product.name)
        part = share(float(own.forward[0]), float(own.opening[0]), float(mean), 500.0)
        middle = (own.forward[0] + mean * 500) / (own.opening[0] + 500)
        values = [min(product.missed * each / mean, 1.0) for each in (middle, part.low, part.high)]
        found.append(
            of_one(f"population.products.{product.name}.missed", Estimate(*map(float, values), int(own.opening[0])))
        )
    return found

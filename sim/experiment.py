"""Two policies, the same borrowers, the same luck: paired replications, an interval on the difference, stopping when it is narrow enough.

The answer does not depend on the number of workers: replications are counted in their order, whichever is finished first.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from math import inf, sqrt
from multiprocessing import get_context

import numpy as np
from scipy import stats

from sim.scenario import Scenario, check
from sim.simulate import Run, simulate_batch

MEASURES = ("net", "cash", "cost", "cured", "promises", "complaints", "charged_off_balance", "owed_late")
LEAST = 5
"""Replications before an interval is trusted to stop by."""
BATCH = 5
"""Replications that are run side by side."""
SAMPLE = 1_500
"""Cases of the first, rough answer."""


@dataclass(frozen=True)
class Estimate:
    """A measure under both scenarios: means over replications, and the difference (scenario less base) with its interval.

    Money in cents. low and high are infinite while there is one replication only.
    """

    base: float
    scenario: float
    difference: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class Progress:
    """How far an experiment is. rough: from a sample of the cases, scaled up. stopped: "" while it runs, else why it ended."""

    done: int
    planned: int
    estimates: dict[str, Estimate]
    rough: bool = False
    stopped: str = ""


def experiment(
    scenario: Scenario,
    against: Scenario,
    replications: int = 30,
    seed: int = 1,
    days: int = 365,
    workers: int = 1,
    half_width: float | None = None,
    measure: str = "net",
    confidence: float = 0.95,
    rough_first: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Progress]:
    """Run pairs of replications and yield what is known after each; the last one says why it stopped.

    half_width: stop once the interval on the difference of `measure` is at most this to either side, in cents for money.
    cancelled: asked after each replication. workers above 1 are processes: a script that starts them is guarded by
    `if __name__ == "__main__"`. Raises InvalidScenario, ValueError.
    """
    check(scenario)
    check(against)
    if replications < 1 or workers < 1:
        raise ValueError("An experiment needs at least one replication and one worker.")
    if measure not in MEASURES:
        raise ValueError(f"measure is “{measure}”; there are {', '.join(MEASURES)}.")
    if rough_first:
        yield _rough(scenario, against, seed, days, replications)
    pairs: list[tuple[dict[str, float], dict[str, float]]] = []
    batches = (range(first, min(first + BATCH, replications)) for first in range(0, replications, BATCH))
    jobs = ((against, scenario, seed, batch, days) for batch in batches)
    for pair in _pairs(jobs, workers):
        pairs.append(pair)
        estimates = {name: _estimate(name, pairs, confidence) for name in MEASURES}
        stopped = ""
        if len(pairs) == replications:
            stopped = "replications"
        elif half_width is not None and len(pairs) >= LEAST and estimates[measure].half_width <= half_width:
            stopped = "half_width"
        elif cancelled():
            stopped = "cancelled"
        yield Progress(len(pairs), replications, estimates, stopped=stopped)
        if stopped:
            return


def _pairs(jobs: Iterator[tuple], workers: int) -> Iterator[tuple[dict[str, float], dict[str, float]]]:
    """The results of the jobs, in their order; a few more than are asked for may be under way."""
    if workers == 1:
        for job in jobs:
            yield from _batch(*job)
        return
    executor = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        waiting: list[Future] = [executor.submit(_batch, *job) for job in islice(jobs, workers + 1)]
        while waiting:
            result = waiting.pop(0).result()
            waiting += [executor.submit(_batch, *job) for job in islice(jobs, 1)]
            yield from result
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _batch(
    against: Scenario, scenario: Scenario, seed: int, batch: Sequence[int], days: int
) -> list[tuple[dict, dict]]:
    """Some replications under both: the same seed and replication, so the same borrowers with the same luck."""
    base, other = ([measured(run) for run in simulate_batch(each, seed, batch, days)] for each in (against, scenario))
    return list(zip(base, other, strict=True))


def measured(run: Run) -> dict[str, float]:
    """What is compared of a run: MEASURES. owed_late is what the late and charged-off still owe at the end."""
    own = {
        "net": run.net,
        "cash": run.cash,
        "cost": run.cost,
        "owed_late": run.standing["late"]["owed"] + run.standing["charged_off"]["owed"],
    }
    return {name: float(own[name] if name in own else run.totals.get(name, 0)) for name in MEASURES}


def _estimate(name: str, pairs: list[tuple[dict[str, float], dict[str, float]]], confidence: float) -> Estimate:
    """Paired t interval."""
    base, other = (np.array([pair[side][name] for pair in pairs]) for side in (0, 1))
    difference = other - base
    mean, n = float(difference.mean()), len(pairs)
    reach = inf
    if n > 1:
        reach = float(stats.t.ppf((1 + confidence) / 2, n - 1) * difference.std(ddof=1) / sqrt(n))
    return Estimate(float(base.mean()), float(other.mean()), mean, mean - reach, mean + reach)


def sample(scenario: Scenario, cases: int) -> tuple[Scenario, float]:
    """The scenario with about so many cases, people's minutes and filings cut in proportion; and the share that is."""
    population, people = scenario.population, scenario.people
    size = population.cases if population.world == "cases" else population.opening_loans
    share = min(1.0, cases / size) if size else 1.0
    if share == 1.0:
        return scenario, 1.0
    teams = tuple(replace(team, shift_minutes=max(round(team.shift_minutes * share), 1)) for team in people.teams)
    policy = scenario.policy
    if policy.litigation:
        filings = round(policy.litigation.filings_a_month * share)
        policy = replace(policy, litigation=replace(policy.litigation, filings_a_month=filings))
    smaller = replace(
        scenario,
        policy=policy,
        people=replace(people, teams=teams, ai_lines=-int(-people.ai_lines * share // 1)),
        prices=replace(scenario.prices, wage_a_month=scenario.prices.wage_a_month * share),
        population=replace(
            population,
            cases=round(population.cases * share),
            entries_a_day=population.entries_a_day * share,
            opening_loans=round(population.opening_loans * share),
            booked_a_month=population.booked_a_month * share,
        ),
    )
    return smaller, share


def _rough(scenario: Scenario, against: Scenario, seed: int, days: int, replications: int) -> Progress:
    """A first answer from a sample, scaled up; no interval."""
    (base, _), (other, share) = sample(against, SAMPLE), sample(scenario, SAMPLE)
    ((first, second),) = _batch(base, other, seed, (0,), days)
    scaled = tuple({name: value / share for name, value in side.items()} for side in (first, second))
    return Progress(0, replications, {name: _estimate(name, [scaled], 0.95) for name in MEASURES}, rough=True)

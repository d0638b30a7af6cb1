"""Two policies, the same borrowers, the same luck: paired replications, an interval on the difference, stopping when it is narrow enough.

The answer does not depend on the number of workers: replications are counted in their order, whichever is finished first.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from math import inf, sqrt
from multiprocessing import get_context

import numpy as np
from scipy.special import stdtrit

from sim.scenario import Scenario, check
from sim.simulate import Run, simulate_batch

MEASURES = ("net", "cash", "cost", "cured", "promises", "complaints", "charged_off_balance", "owed_late")
LEAST = 5
"""Replications before an interval is trusted to stop by."""
BATCH = 10
"""Replications that are run side by side."""
SAMPLE = 1_500
"""Cases of the first, rough answer."""
Measured = list[dict[str, float]]
"""The measures of some replications."""
Pair = tuple[dict[str, float], dict[str, float]]
"""The measures of one replication under the base and under the scenario."""


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
    pairs: list[Pair] = []
    for pair in _pairs((against, scenario), seed, replications, days, workers):
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


def _pairs(
    scenarios: tuple[Scenario, Scenario], seed: int, replications: int, days: int, workers: int
) -> Iterator[Pair]:
    """Each replication under both, in their order: the same seed and replication, so the same borrowers with the same luck."""
    batches = [range(first, min(first + BATCH, replications)) for first in range(0, replications, BATCH)]
    jobs = ((scenario, seed, batch, days) for batch in batches for scenario in scenarios)
    results = (_measured(*job) for job in jobs) if workers == 1 else _spread(jobs, workers)
    with closing(results):
        for base in results:
            yield from zip(base, next(results), strict=True)


def _spread(jobs: Iterator[tuple], workers: int) -> Iterator[Measured]:
    """The results of the jobs in their order; as many more as there are workers may be under way."""
    executor = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        waiting: list[Future] = [executor.submit(_measured, *job) for job in islice(jobs, workers + 1)]
        while waiting:
            result = waiting.pop(0).result()
            waiting += [executor.submit(_measured, *job) for job in islice(jobs, 1)]
            yield result
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _measured(scenario: Scenario, seed: int, batch: Sequence[int], days: int) -> Measured:
    return [measured(run) for run in simulate_batch(scenario, seed, batch, days)]


def measured(run: Run) -> dict[str, float]:
    """What is compared of a run: MEASURES. owed_late is what the late and charged-off still owe at the end."""
    own = {
        "net": run.net,
        "cash": run.cash,
        "cost": run.cost,
        "owed_late": run.standing["late"]["owed"] + run.standing["charged_off"]["owed"],
    }
    return {name: float(own[name] if name in own else run.totals.get(name, 0)) for name in MEASURES}


def _estimate(name: str, pairs: list[Pair], confidence: float) -> Estimate:
    """Paired t interval."""
    base, other = (np.array([pair[side][name] for pair in pairs]) for side in (0, 1))
    difference = other - base
    mean, n = float(difference.mean()), len(pairs)
    reach = inf
    if n > 1:
        reach = float(stdtrit(n - 1, (1 + confidence) / 2) * difference.std(ddof=1) / sqrt(n))
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
    (first,), (second,) = (_measured(each, seed, (0,), days) for each in (base, other))
    scaled = tuple({name: value / share for name, value in side.items()} for side in (first, second))
    return Progress(0, replications, {name: _estimate(name, [scaled], 0.95) for name in MEASURES}, rough=True)

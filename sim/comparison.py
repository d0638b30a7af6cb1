"""Scenarios side by side on the same borrowers with the same luck: means, and paired differences, each with its interval.

Replications count in their order, so the answer does not depend on the number of workers.
"""

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from math import sqrt
from multiprocessing import active_children, get_context
from typing import Any

from scipy.special import stdtrit

from sim.measures import MEASURES
from sim.scenario import Scenario, check
from sim.simulate import simulate

Values = dict[str, float | None]
"""A run by the names of MEASURES; None where there is nothing to measure."""


@dataclass(frozen=True)
class Interval:
    """A mean over replications. low and high are None while there is one replication only."""

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Comparison:
    """What is known after so many replications.

    results: by scenario and measure; differences: of the first scenario less each other one, by that one's name and measure.
    None where a scenario has nothing to measure.
    """

    done: int
    planned: int
    results: dict[str, dict[str, Interval | None]]
    differences: dict[str, dict[str, Interval | None]]


def compare(
    scenarios: Mapping[str, Scenario],
    replications: int,
    seed: int = 1,
    days: int = 365,
    workers: int = 1,
    confidence: float = 0.95,
) -> Iterator[Comparison]:
    """Run all scenarios in each replication and yield what is known after each; the first is compared with each other one.

    A scenario that stands under two names is run once. workers above 1 are processes; a script that starts them is guarded by
    `if __name__ == "__main__"`. Raises InvalidScenario.
    """
    for scenario in scenarios.values():
        check(scenario)
    different = list(dict.fromkeys(scenarios.values()))
    runs: list[dict[str, Values]] = []
    jobs = ((different, seed, replication, days) for replication in range(replications))
    for values in in_order(_replication, jobs, workers):
        runs.append({name: values[different.index(scenario)] for name, scenario in scenarios.items()})
        yield _known(runs, replications, list(scenarios), confidence)


def _replication(scenarios: Sequence[Scenario], seed: int, replication: int, days: int) -> list[Values]:
    """One replication of each: the same seed and number, so the same borrowers with the same luck."""
    runs = (simulate(scenario, seed, replication, days) for scenario in scenarios)
    return [{measure.name: measure.of(run) for measure in MEASURES} for run in runs]


def _known(runs: Sequence[dict[str, Values]], planned: int, names: Sequence[str], confidence: float) -> Comparison:
    first, *others = names
    measures = [measure.name for measure in MEASURES]
    results = {
        name: {measure: interval([run[name][measure] for run in runs], confidence) for measure in measures}
        for name in names
    }
    differences = {
        name: {measure: interval([_less(run[first][measure], run[name][measure]) for run in runs], confidence) for measure in measures}
        for name in others
    }  # fmt: skip
    return Comparison(len(runs), planned, results, differences)


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def interval(values: Sequence[float | None], confidence: float) -> Interval | None:
    """Mean and t interval; None where any value is."""
    known = [value for value in values if value is not None]
    if len(known) < len(values) or not known:
        return None
    n, mean = len(known), sum(known) / len(known)
    if n == 1:
        return Interval(mean, None, None)
    spread = sqrt(sum((value - mean) ** 2 for value in known) / (n - 1))
    reach = float(stdtrit(n - 1, (1 + confidence) / 2)) * spread / sqrt(n)
    return Interval(mean, mean - reach, mean + reach)


# Workers


def in_order(function: Callable[..., Any], jobs: Iterable[tuple], workers: int) -> Iterator[Any]:
    """The results of the jobs in their order, computed by so many processes; an interruption ends them at once."""
    if workers == 1:
        yield from (function(*job) for job in jobs)
        return
    before, left = set(active_children()), iter(jobs)
    executor = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_die_quietly)
    try:
        waiting: list[Future] = [executor.submit(function, *job) for job in islice(left, workers + 1)]
        while waiting:
            result = waiting.pop(0).result()
            waiting += [executor.submit(function, *job) for job in islice(left, 1)]
            yield result
    except BaseException:
        for process in set(active_children()) - before:
            process.terminate()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _die_quietly() -> None:
    """A worker that is interrupted at the keyboard says nothing of it: who started it does."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)

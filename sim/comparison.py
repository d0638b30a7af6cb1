"""Scenarios side by side on the same borrowers with the same luck: means, and paired differences, each with its interval.

Replications count in their order, whichever is finished first, so the answer does not depend on the number of workers.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from math import inf, sqrt
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import wait
from typing import Any, Literal

from scipy.special import stdtrit

from sim.measures import MEASURES
from sim.sample import sample
from sim.scenario import Scenario, check
from sim.simulate import Run, simulate_batch

LEAST = 5
"""Replications before an interval is trusted to stop by."""
BATCH, BATCH_CASES = 10, 200_000
"""Replications that are run side by side, and the cases that they may have together."""
LOOK_SECONDS = 0.2
SAMPLE = 1_000
"""Cases of the first, rough answer, those that come during the run among them."""

Stopped = Literal["", "replications", "half_width", "cancelled"]
Values = dict[str, float | None]
"""A run by the names of MEASURES; None where there is nothing to measure."""


@dataclass(frozen=True)
class Interval:
    """A mean over replications. low and high are None while there is one replication only."""

    mean: float
    low: float | None
    high: float | None

    @property
    def half_width(self) -> float:
        """Infinite while there is no interval."""
        return inf if self.low is None or self.high is None else (self.high - self.low) / 2


@dataclass(frozen=True)
class Comparison:
    """What is known after so many replications.

    results: by scenario and measure; differences: of the first scenario less each other one, by that one's name and measure.
    None where a scenario has nothing to measure. rough: from a sample of the cases, scaled up. stopped: "" while it runs, else why.
    carried: what was asked to be carried of the last replication, by scenario; empty where nothing was.
    """

    done: int
    planned: int
    results: dict[str, dict[str, Interval | None]]
    differences: dict[str, dict[str, Interval | None]]
    rough: bool = False
    stopped: Stopped = ""
    carried: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Enough:
    """When to stop: the differences of a measure are known to this much to either side, in its unit.

    against: the scenarios whose differences count; empty: each.
    """

    half_width: float
    measure: str = "net"
    against: tuple[str, ...] = ()


def compare(
    scenarios: Mapping[str, Scenario],
    replications: int,
    seed: int = 1,
    days: int = 365,
    workers: int = 1,
    confidence: float = 0.95,
    enough: Enough | None = None,
    rough_first: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
    carry: Callable[[Run], Any] | None = None,
    earlier: Sequence[dict[str, Values]] = (),
) -> Iterator[Comparison]:
    """Run all scenarios in each replication and yield what is known after each; the first is compared with each other one.

    A scenario that stands under two names is run once. enough: stop there, after LEAST replications. rough_first: yield an answer from
    a sample before. cancelled: asked after each replication. The last yield says why it stopped. workers above 1 are processes; a
    script that starts them is guarded by `if __name__ == "__main__"`. carry: what else to keep of a run, a function of a module; it
    comes with each replication, of a sample never. earlier: the values of the first replications, where these were run before.
    Raises InvalidScenario, ValueError.
    """
    _require(scenarios, replications, workers, enough)
    different = list(dict.fromkeys(scenarios.values()))
    place = {name: different.index(scenario) for name, scenario in scenarios.items()}
    if rough_first:
        yield replace(_known([_rough(scenarios, seed, days)], replications, confidence), done=0, rough=True)
    runs: list[dict[str, Values]] = list(earlier)
    for of_each in _replications(different, seed, range(len(runs), replications), days, workers, carry):
        runs.append({name: of_each[at][0] for name, at in place.items()})
        known = _known(runs, replications, confidence)
        stopped = _stopped(known, enough, cancelled)
        carried = {name: of_each[at][1] for name, at in place.items()} if carry else {}
        yield replace(known, stopped=stopped, carried=carried)
        if stopped:
            return


def _require(scenarios: Mapping[str, Scenario], replications: int, workers: int, enough: Enough | None) -> None:
    for scenario in scenarios.values():
        check(scenario)
    if replications < 1 or workers < 1:
        raise ValueError("A comparison needs at least one replication and one worker.")
    measures = [measure.name for measure in MEASURES]
    if enough and enough.measure not in measures:
        raise ValueError(f"measure is “{enough.measure}”; there are {', '.join(measures)}.")


def _stopped(known: Comparison, enough: Enough | None, cancelled: Callable[[], bool]) -> Stopped:
    if known.done == known.planned:
        return "replications"
    if enough and known.done >= LEAST:
        differences = [
            of_one[enough.measure]
            for name, of_one in known.differences.items()
            if name in (enough.against or known.differences)
        ]
        if differences and all(each is None or each.half_width <= enough.half_width for each in differences):
            return "half_width"
    return "cancelled" if cancelled() else ""


def _replications(
    scenarios: Sequence[Scenario],
    seed: int,
    replications: range,
    days: int,
    workers: int,
    carry: Callable[[Run], Any] | None,
) -> Iterator[tuple[tuple[Values, Any], ...]]:
    """Each replication under all, in their order: the same seed and number, so the same borrowers with the same luck."""
    left = len(replications)
    of_each = -(-left * len(scenarios) // (2 * workers)) if workers > 1 else left  # so that none waits long
    size = max(min(of_each, *(_side_by_side(scenario) for scenario in scenarios)), 1)
    batches = [replications[first : first + size] for first in range(0, left, size)]
    jobs = ((scenario, seed, batch, days, carry) for batch in batches for scenario in scenarios)
    with closing(in_order(_measured, jobs, workers)) as results:
        for first in results:
            yield from zip(first, *islice(results, len(scenarios) - 1), strict=True)


def _side_by_side(scenario: Scenario) -> int:
    """Replications that are run together: the fixed cost of a day is shared, and memory stays that of some cases."""
    population = scenario.population
    cases = population.cases if population.world == "cases" else population.opening_loans
    return min(max(BATCH_CASES // max(cases, 1), 1), BATCH)


def _measured(
    scenario: Scenario, seed: int, batch: Sequence[int], days: int, carry: Callable[[Run], Any] | None = None
) -> list[tuple[Values, Any]]:
    runs = simulate_batch(scenario, seed, batch, days)
    return [({measure.name: measure.of(run) for measure in MEASURES}, carry and carry(run)) for run in runs]


def _rough(scenarios: Mapping[str, Scenario], seed: int, days: int) -> dict[str, Values]:
    of_one = {scenario: rough_values(scenario, seed, days) for scenario in dict.fromkeys(scenarios.values())}
    return {name: of_one[scenario] for name, scenario in scenarios.items()}


def rough_values(scenario: Scenario, seed: int, days: int) -> Values:
    """One replication of a sample of a scenario; what can be summed is scaled up."""
    smaller, share = sample(scenario, SAMPLE, days)
    ((values, _nothing),) = _measured(smaller, seed, (0,), days)
    return {measure.name: scaled(values[measure.name], 1 if measure.unit == "share" else share) for measure in MEASURES}


def scaled(value: float | None, share: float) -> float | None:
    return None if value is None else value / share


def _known(runs: Sequence[dict[str, Values]], planned: int, confidence: float) -> Comparison:
    first, *others = runs[0]
    measures = [measure.name for measure in MEASURES]
    results = {
        name: {measure: interval([run[name][measure] for run in runs], confidence) for measure in measures}
        for name in runs[0]
    }
    differences = {
        name: {measure: interval([less(run[first][measure], run[name][measure]) for run in runs], confidence) for measure in measures}
        for name in others
    }  # fmt: skip
    return Comparison(len(runs), planned, results, differences)


def less(one: float | None, other: float | None) -> float | None:
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
    with processes(workers) as results_of:
        yield from results_of(function, jobs)


@contextmanager
def processes(workers: int) -> Iterator[Callable[[Callable[..., Any], Iterable[tuple]], Iterator[Any]]]:
    """So many processes, that give the results of jobs in their order for as long as they are needed; one is this process itself.

    An error or an interruption ends them at once.
    """
    if workers == 1:
        yield lambda function, jobs: (function(*job) for job in jobs)
        return
    before = set(active_children())
    executor = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_die_quietly)

    def results_of(function: Callable[..., Any], jobs: Iterable[tuple]) -> Iterator[Any]:
        left = iter(jobs)
        waiting: list[Future] = [executor.submit(function, *job) for job in islice(left, workers + 1)]
        while waiting:
            result = _result(waiting.pop(0))
            waiting += [executor.submit(function, *job) for job in islice(left, 1)]
            yield result

    try:
        yield results_of
    except BaseException:
        for process in set(active_children()) - before:
            process.terminate()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _result(future: Future) -> Any:
    """What a process gives. Short waits, since a handler that Polars has set lets an interruption wake none: it is seen in between."""
    while not wait_for([future], timeout=LOOK_SECONDS).done:
        pass
    return future.result()


def _die_quietly() -> None:
    """A worker that is interrupted at the keyboard says nothing of it: who started it does. It does not outlive that one."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    wait([parent_process().sentinel])
    os._exit(1)

"""The best policy under one's limits: policies are tried on common luck, and what was found is judged again on luck of its own.

Optuna's TPE sampler proposes, a batch at a time; the batch is the same for any number of workers, and each proposal has a seed of
its own, so a search that was interrupted goes on to the same end. A policy's worth is its mean difference to today over the same
borrowers with the same luck. The best of many is lucky too: what is told of it comes from borrowers that the search never saw.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from math import inf
from pathlib import Path
from typing import Any, Literal

import numpy as np
import optuna
from optuna.samplers import TPESampler
from optuna.storages import InMemoryStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.study import Study
from optuna.trial import FrozenTrial, Trial, TrialState

from data.errors import InvalidScenario, Refused
from data.said import said
from sim.comparison import Interval, Values, interval, less, processes, scaled
from sim.goals import BOUNDARY, GOALS, HEADCOUNT, LIMITED, Limit, over, require_known
from sim.levers import GROUPS, Lever, levers_of, turned
from sim.measures import MEASURES
from sim.sample import sample
from sim.scenario import Scenario, check
from sim.scenario_file import load_scenario, write_whole
from sim.simulate import code_version, simulate_batch

BATCH = 10
"""Policies that are proposed before any of them is judged."""
NEAR_TODAY = 40
"""Policies, today's the first of them, from which the search learns before it proposes."""
FRESH = 1_000_003
"""Added to the seed for the borrowers that judge what was found."""
FRESH_REPLICATIONS = 20
CONFIRMED = 6
"""Policies of the front that are judged again at most."""
CONFIDENCE = 0.95
LOST = 0.1
"""Part of a goal's gain that a simpler policy may lose."""

TASK_FILE, BASE_FILE, STUDY_FILE = "task.json", "base.toml", "study.journal"

Stopped = Literal["", "policies", "cancelled"]
Judge = Callable[[Sequence[Scenario], int, int], list[list[Values] | None]]
"""The replications of each scenario, for a seed and so many of them."""


@dataclass(frozen=True)
class Task:
    """What to search. goals: of GOALS. vary: groups of levers. cases, replications, days: of each trial; seed: of their luck."""

    base: Scenario
    goals: tuple[str, ...] = ("net",)
    limits: tuple[Limit, ...] = ()
    vary: tuple[str, ...] = GROUPS
    policies: int = 200
    cases: int = 5_000
    replications: int = 4
    days: int = 365
    seed: int = 1


@dataclass(frozen=True)
class Candidate:
    """A policy that was tried: its measures, and how they differ from today's. number 0 is today's own. In units of the measures."""

    number: int
    scenario: Scenario
    settings: dict[str, Any]
    results: dict[str, float | None]
    differences: dict[str, float | None]


@dataclass(frozen=True)
class Tried:
    """What came of a policy that was tried: its differences to today; allowed: it kept the limits."""

    number: int
    allowed: bool
    differences: dict[str, float | None]


@dataclass(frozen=True)
class Confirmed:
    """What fresh borrowers say of a candidate: differences to today with their intervals, widened for as many as are judged.

    better: each goal that is better for certain; worse: likewise. broken: the limits that it does not keep there.
    """

    candidate: Candidate
    differences: dict[str, Interval | None]
    better: tuple[str, ...]
    worse: tuple[str, ...]
    broken: tuple[str, ...]

    @property
    def beats_today(self) -> bool:
        return bool(self.better) and not self.worse and not self.broken


@dataclass(frozen=True)
class Optimisation:
    """What is known after so many policies.

    tried: each that could be run, in order; allowed: how many of them kept the limits. front: those that no other one beats in every
    goal, the first goal's best first; today's own may be among them. At the end a policy may stand before them, with the number after
    the last one's: the winner without the changes that hardly matter. confirmed: at the end, of the front, on fresh luck. stopped: ""
    while it runs, else why.
    """

    done: int
    planned: int
    tried: tuple[Tried, ...]
    today: dict[str, float | None]
    front: tuple[Candidate, ...]
    confirmed: tuple[Confirmed, ...] = ()
    stopped: Stopped = ""

    @property
    def allowed(self) -> int:
        return sum(each.allowed for each in self.tried)

    @property
    def winner(self) -> Confirmed | None:
        """The first of the front that beats today on fresh luck; None where nothing does."""
        return next((each for each in self.confirmed if each.beats_today), None)


def optimise(
    task: Task,
    folder: Path | str | None = None,
    workers: int = 1,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Optimisation]:
    """Search, and yield what is known after each batch; the last yield is the judgment on fresh luck, unless it was cancelled.

    folder: where the search is kept; one that is there goes on. workers: processes, on which the answer does not depend; a script that
    starts them is guarded by `if __name__ == "__main__"`. Raises InvalidScenario, InvalidSearch, Refused, ValueError.
    """
    levers = _require(task)
    study = _study(task, Path(folder) if folder else None)
    with processes(workers) as results_of:

        def judge(scenarios: Sequence[Scenario], seed: int, replications: int) -> list[list[Values] | None]:
            jobs = [(scenario, task.cases, task.days, seed, replications) for scenario in scenarios]
            return list(results_of(_judged, jobs))

        (today,) = judge([task.base], task.seed, task.replications)
        while (done := len(_told(study))) < task.policies:
            if cancelled():
                yield _standing(task, study, levers, today, "cancelled")
                return
            size = min(BATCH - done % BATCH, task.policies - done)  # a batch that broke off is ended before the next
            batch = _proposed(study, task, levers, size)
            judged = judge([scenario for _trial, scenario in batch], task.seed, task.replications)
            for (trial, _scenario), runs in zip(batch, judged, strict=True):
                _tell(study, trial, task, runs, today)
            yield _standing(task, study, levers, today)
        known = _standing(task, study, levers, today, "policies")
        known = replace(known, confirmed=tuple(_confirmed(task, _spread(task, known.front), judge)))
        yield _with_simpler(task, known, levers, judge, today)


def _require(task: Task) -> tuple[Lever, ...]:
    check(task.base)
    if task.base.changes:
        raise InvalidScenario([said("changes: the best policy is searched for one that holds from the first day; this scenario changes its policy later.")])  # fmt: skip
    for goal in task.goals:
        require_known("goal", goal, tuple(GOALS))
    for group in task.vary:
        require_known("group", group, GROUPS)
    for limit in task.limits:
        require_known("limit", limit.name, LIMITED)
    if not task.goals or min(task.policies, task.cases, task.replications, task.days) < 1:
        raise ValueError("A search needs at least one goal, policy, case, replication and day.")
    boundaries = [limit.value for limit in task.limits if limit.name == BOUNDARY and limit.value is not None]
    levers = levers_of(task.base, task.vary, int(min(boundaries)) if boundaries else None)
    if not levers:
        raise InvalidScenario([said("policy: there is nothing in it that the search could turn.")])
    return levers


# The study


def _study(task: Task, folder: Path | None) -> Study:
    """A new study, or the one in the folder. Raises Refused where another task is kept there."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage: Any = InMemoryStorage()
    if folder:
        _keep(task, folder)
        storage = JournalStorage(JournalFileBackend(str(folder / STUDY_FILE)))
    return optuna.create_study(
        study_name="policies", storage=storage, load_if_exists=True, directions=[GOALS[goal] for goal in task.goals]
    )


def _keep(task: Task, folder: Path) -> None:
    """Write the task where nothing is yet; else it must be the one that is there."""
    stated = json.dumps(_stated(task), ensure_ascii=False, indent=1)
    if (folder / TASK_FILE).exists():
        kept = json.loads((folder / TASK_FILE).read_text(encoding="utf-8"))
        if kept.get("code") != code_version():
            raise Refused("The search in {path} was begun by another version of Recoup. Begin a new one in another folder.", path=folder)  # fmt: skip
        if kept != json.loads(stated) or load_scenario(folder / BASE_FILE) != task.base:
            raise Refused("Another search is kept in {path}. Name another folder.", path=folder)
        return
    unfinished = {BASE_FILE, f".{TASK_FILE}"}  # what a search that was killed at its beginning leaves
    if folder.exists() and (not folder.is_dir() or {each.name for each in folder.iterdir()} - unfinished):
        raise Refused("There is something in {path} already. Name another folder for the search.", path=folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / BASE_FILE).write_text(write_whole(task.base), encoding="utf-8")
    beside = folder / f".{TASK_FILE}"
    beside.write_text(stated, encoding="utf-8")
    beside.rename(folder / TASK_FILE)


def _stated(task: Task) -> dict[str, Any]:
    """All of the task but its base, with the code that it is for."""
    plain = {name: value for name, value in vars(task).items() if name != "base"}
    return plain | {"limits": [asdict(limit) for limit in task.limits], "code": code_version()}


def read_task(folder: Path | str) -> Task:
    """The task of the search that is kept in a folder. Raises Refused."""
    try:
        stated = json.loads((Path(folder) / TASK_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refused("{path} holds no search: it has no {file}.", path=folder, file=TASK_FILE) from error
    stated.pop("code")
    limits = tuple(Limit(**limit) for limit in stated.pop("limits"))
    lists = {name: tuple(value) for name, value in stated.items() if isinstance(value, list)}
    return Task(load_scenario(Path(folder) / BASE_FILE), limits=limits, **stated | lists)


def _told(study: Study) -> list[FrozenTrial]:
    return study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.FAIL))


def _proposed(study: Study, task: Task, levers: Sequence[Lever], size: int) -> list[tuple[Trial, Scenario]]:
    """The next batch: what an interrupted one left unjudged, and new proposals, each drawn with a seed of its own."""
    done = len(_told(study))
    left = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
    batch = []
    for place in range(max(size, len(left))):
        number = done + place
        study.sampler = TPESampler(seed=task.seed * 100_003 + number, n_startup_trials=NEAR_TODAY)
        if place < len(left):
            trial = Trial(study, left[place]._trial_id)
        else:
            if number < NEAR_TODAY and not study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
                study.enqueue_trial(_near_today(task, levers, number))
            trial = study.ask()
        batch.append((trial, turned(task.base, levers, _suggested(trial, levers))))
    return batch


def _near_today(task: Task, levers: Sequence[Lever], number: int) -> dict[str, int]:
    """Today's policy for number 0; else with one, two or three levers turned: of wholly random policies hardly one is worth a look."""
    settings = {lever.name: lever.settings.index(lever.now) for lever in levers}
    if number:
        rng = np.random.default_rng((task.seed, number))
        for place in rng.choice(len(levers), size=min(1 + number % 3, len(levers)), replace=False):
            lever = levers[place]
            settings[lever.name] = int(rng.integers(len(lever.settings)))
    return settings


def _suggested(trial: Trial, levers: Sequence[Lever]) -> dict[str, Any]:
    """The settings of a new trial, by the names of the levers."""
    chosen = {}
    for lever in levers:
        last = len(lever.settings) - 1
        if lever.ordered:
            position = trial.suggest_int(lever.name, 0, last)
        else:
            position = trial.suggest_categorical(lever.name, list(range(last + 1)))
        chosen[lever.name] = lever.settings[position]
    return chosen


def _judged(scenario: Scenario, cases: int, days: int, seed: int, replications: int) -> list[Values] | None:
    """Each replication of a sample, scaled up to the whole; None where the policy contradicts itself or a rule."""
    smaller, share = sample(scenario, cases)
    try:
        runs = simulate_batch(smaller, seed, range(replications), days)
    except InvalidScenario:
        return None
    return [
        {measure.name: scaled(measure.of(run), 1 if measure.unit == "share" else share) for measure in MEASURES}
        | {HEADCOUNT: float(sum(team.headcount for team in scenario.people.teams))}
        for run in runs
    ]


def _tell(study: Study, trial: Trial, task: Task, runs: list[Values] | None, today: list[Values]) -> None:
    """What came of a proposal: its worth in each goal, and by how much it breaks each limit."""
    if runs is None:
        study.tell(trial, state=TrialState.FAIL)
        return
    results, now = _means(runs), _means(today)
    differences = {name: less(results[name], now[name]) for name in results}
    trial.set_user_attr("results", results)
    trial.set_user_attr("differences", differences)
    for limit in task.limits:
        if limit.name != BOUNDARY:
            trial.set_constraint(limit.name, over(limit, results, now))
    study.tell(trial, [differences[goal] or 0.0 for goal in task.goals])


def _means(runs: Sequence[Values]) -> dict[str, float | None]:
    """The mean of each measure; None where a run has nothing to measure."""
    found = {name: interval([run[name] for run in runs], CONFIDENCE) for name in runs[0]}
    return {name: each and each.mean for name, each in found.items()}


# What is known


def _standing(
    task: Task, study: Study, levers: Sequence[Lever], today: list[Values], stopped: Stopped = ""
) -> Optimisation:
    trials = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    front = [_candidate(task, trial, levers) for trial in study.best_trials] if trials else []
    best, sign = task.goals[0], -1 if GOALS[task.goals[0]] == "maximize" else 1
    front.sort(key=lambda each: (sign * (each.differences[best] or 0.0), each.number))
    tried = tuple(Tried(trial.number, _is_allowed(trial), trial.user_attrs["differences"]) for trial in trials)
    return Optimisation(len(_told(study)), task.policies, tried, _means(today), _each_once(front), (), stopped)


def _is_allowed(trial: FrozenTrial) -> bool:
    return all(over <= 0 for over in trial.constraints.values())


def _candidate(task: Task, trial: FrozenTrial, levers: Sequence[Lever]) -> Candidate:
    settings = {lever.name: lever.settings[trial.params[lever.name]] for lever in levers}
    told = trial.user_attrs
    return Candidate(trial.number, turned(task.base, levers, settings), settings, told["results"], told["differences"])


def _each_once(front: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Different settings may be the same policy."""
    return tuple({each.scenario: each for each in reversed(front)}.values())[::-1]


def _spread(task: Task, front: Sequence[Candidate]) -> list[Candidate]:
    """Some of the front, its ends among them, without today's own policy."""
    others = [each for each in front if each.scenario != task.base]
    last = len(others) - 1
    return [others[place] for place in sorted({round(k * last / max(CONFIRMED - 1, 1)) for k in range(CONFIRMED)}) if others]  # fmt: skip


def _confirmed(task: Task, chosen: Sequence[Candidate], judge: Judge) -> Iterator[Confirmed]:
    """These on borrowers that the search never saw."""
    if not chosen:
        return
    today, *found = judge([task.base, *(each.scenario for each in chosen)], task.seed + FRESH, FRESH_REPLICATIONS)
    confidence = 1 - (1 - CONFIDENCE) / len(chosen)
    for candidate, runs in zip(chosen, found, strict=True):
        differences = {
            name: interval([less(run[name], now[name]) for run, now in zip(runs, today, strict=True)], confidence)
            for name in today[0]
        }
        signs = {goal: _sign(differences[goal]) * (1 if GOALS[goal] == "maximize" else -1) for goal in task.goals}
        results, now = _means(runs), _means(today)
        yield Confirmed(
            candidate,
            differences,
            better=tuple(goal for goal, sign in signs.items() if sign > 0),
            worse=tuple(goal for goal, sign in signs.items() if sign < 0),
            broken=tuple(each.name for each in task.limits if each.name != BOUNDARY and over(each, results, now) > 0),
        )


# What of the best matters


def _with_simpler(
    task: Task, known: Optimisation, levers: Sequence[Lever], judge: Judge, today: list[Values]
) -> Optimisation:
    """The winner once more without the changes that hardly matter, where there are such: what has to be done, and explained, is less."""
    if known.winner is None:
        return known
    simpler = _simpler(task, known.winner.candidate, levers, judge, today)
    if simpler is None:
        return known
    judged = list(_confirmed(task, [simpler, *(each.candidate for each in known.confirmed)], judge))
    tried = (*known.tried, Tried(simpler.number, True, simpler.differences))
    return replace(known, front=(simpler, *known.front), confirmed=tuple(judged), tried=tried)


def _simpler(
    task: Task, best: Candidate, levers: Sequence[Lever], judge: Judge, today: list[Values]
) -> Candidate | None:
    """The policy with as many levers back at today's setting as cost a tenth of its gains at most; None where each matters."""
    turned_ones = [lever for lever in levers if best.settings[lever.name] != lever.now]

    def back(these: Sequence[Lever]) -> dict[str, Any]:
        return best.settings | {lever.name: lever.now for lever in these}

    alone = judge([turned(task.base, levers, back([lever])) for lever in turned_ones], task.seed, task.replications)
    losses = [(_lost(task, best, runs, today), place) for place, runs in enumerate(alone)]
    needless = [turned_ones[place] for lost, place in sorted(losses) if lost <= LOST]
    while needless:
        settings = back(needless)
        scenario = turned(task.base, levers, settings)
        (runs,) = judge([scenario], task.seed, task.replications)
        if scenario not in (best.scenario, task.base) and _lost(task, best, runs, today) <= LOST:
            results, now = _means(runs), _means(today)
            differences = {name: less(results[name], now[name]) for name in results}
            return Candidate(task.policies, scenario, settings, results, differences)
        needless = needless[: len(needless) // 2]
    return None


def _lost(task: Task, best: Candidate, runs: list[Values] | None, today: list[Values]) -> float:
    """The part of the best policy's difference to today that is lost in the goal where most of it is; infinite where a limit is broken."""
    if runs is None:
        return inf
    results, now = _means(runs), _means(today)
    if any(limit.name != BOUNDARY and over(limit, results, now) > 0 for limit in task.limits):
        return inf
    lost = []
    for goal in task.goals:
        gain, kept = best.differences[goal] or 0.0, less(results[goal], now[goal]) or 0.0
        sign = 1 if GOALS[goal] == "maximize" else -1
        lost.append(sign * (gain - kept) / abs(gain) if gain else (inf if sign * kept < 0 else 0.0))
    return max(lost)


def _sign(found: Interval | None) -> int:
    """1 or −1 where the interval is wholly above or below nothing; else 0."""
    if found is None or found.low is None or found.high is None:
        return 0
    return (found.low > 0) - (found.high < 0)

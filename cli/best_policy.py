"""What `recoup.py optimise` does: searches, keeps what it found, and tells it to people and to programs."""

import argparse
import os
from pathlib import Path

from rich.table import Table

from cli.terminal import Reporter, as_json, out, say
from cli.what_if import shown
from data.findings import N_
from sim.comparison import Interval
from sim.difference_words import in_words
from sim.goals import limit_of
from sim.measures import MEASURES
from sim.optimise import BASE_FILE, Candidate, Confirmed, Optimisation, Task, optimise, read_task
from sim.scenario import Scenario
from sim.scenario_file import CLASSIC, load_scenario, write_scenario
from sim.terms import parameters_in_force
from wording import _, count, ngettext, told

MEASURE = {measure.name: measure for measure in MEASURES}
SAID = 4
"""Changes of a policy that a table says."""


def run(chosen: argparse.Namespace) -> None:
    """Raises InvalidScenario, InvalidSearch, Refused."""
    task, folder = _task(chosen), chosen.resume or chosen.out
    workers = chosen.workers or os.cpu_count() or 1
    with Reporter(chosen.progress) as report:
        report.step(N_("Trying policies"), 0.0)
        for known in optimise(task, folder, workers):
            report.step(N_("Trying policies"), known.done / known.planned)
    files = _write(known, folder) if folder else {}
    if chosen.format == "json":
        print(as_json(_as_data(task, known, files)))
    else:
        _print(task, known, folder)


def _task(chosen: argparse.Namespace) -> Task:
    if chosen.resume:
        return read_task(chosen.resume)
    stated = {name: getattr(chosen, name) for name in ("policies", "cases", "replications", "days", "seed")}
    if chosen.vary:
        stated["vary"] = tuple(chosen.vary)
    return Task(
        load_scenario(chosen.scenario or CLASSIC),
        goals=tuple(dict.fromkeys(chosen.goal or ["net"])),
        limits=tuple(limit_of(text) for text in chosen.limit),
        **stated,
    )


def _write(known: Optimisation, folder: Path) -> dict[int, str]:
    """Each policy of the front as a scenario beside the search; the files by the policies' numbers."""
    files = {}
    for candidate in known.front:
        files[candidate.number] = f"policy-{candidate.number:03d}.toml"
        text = write_scenario(candidate.scenario, BASE_FILE, folder)
        (folder / files[candidate.number]).write_text(text, encoding="utf-8")
    return files


def _words(base: Scenario, candidate: Candidate) -> list[str]:
    return [told(clause) for clause in in_words(base, candidate.scenario)]


# For programs


def _as_data(task: Task, known: Optimisation, files: dict[int, str]) -> dict[str, object]:
    return {
        "goals": task.goals,
        "limits": [vars(limit) for limit in task.limits],
        "tried": known.done,
        "allowed": known.allowed,
        "today": known.today,
        "front": [
            {
                "number": each.number,
                "words": _words(task.base, each),
                "results": each.results,
                "differences": each.differences,
                "file": files.get(each.number),
            }
            for each in known.front
        ],
        "confirmed": [
            {
                "number": each.candidate.number,
                "differences": {name: _bounds(found) for name, found in each.differences.items()},
                "better": each.better,
                "worse": each.worse,
                "broken": each.broken,
            }
            for each in known.confirmed
        ],
        "winner": known.winner and known.winner.candidate.number,
        "parameters": parameters_in_force(known.winner.candidate.scenario) if known.winner else None,
    }


def _bounds(found: Interval | None) -> dict[str, float | None] | None:
    return found and {"mean": found.mean, "low": found.low, "high": found.high}


# For people


def _print(task: Task, known: Optimisation, folder: Path | None) -> None:
    tried = ngettext("{n} policy was tried", "{n} policies were tried", known.done)
    out.print(
        _("{tried}, {allowed} of them within the limits.", tried=tried, allowed=count(known.allowed)), markup=False
    )
    if known.front:
        out.print(_front(task, known))
    for confirmed in known.confirmed:
        out.print(_verdict(task, confirmed), markup=False)
    out.print(_conclusion(known), markup=False)
    if folder:
        say.print(_("The search and the policies of the front are in {path}.", path=folder), markup=False)


def _front(task: Task, known: Optimisation) -> Table:
    """The policies that no other one beats in all goals, with how each differs from today."""
    table = Table(_("Policy"), *(told(MEASURE[goal].title) for goal in task.goals), _("What is different"))
    for candidate in known.front:
        words = _words(task.base, candidate) or [_("Today's policy")]
        more = len(words) - SAID
        if more > 0:
            words = [*words[:SAID], ngettext("and {n} more", "and {n} more", more)]
        goals = (shown(MEASURE[goal], _alone(candidate.differences[goal]), signed=True) for goal in task.goals)
        table.add_row(str(candidate.number), *goals, "\n".join(words))
    return table


def _alone(value: float | None) -> Interval | None:
    return None if value is None else Interval(value, None, None)


def _verdict(task: Task, confirmed: Confirmed) -> str:
    """What borrowers that the search never saw say of a policy."""
    found = ", ".join(
        f"{told(MEASURE[goal].title)} {shown(MEASURE[goal], confirmed.differences[goal], signed=True)}"
        for goal in task.goals
    )
    number = confirmed.candidate.number
    if confirmed.broken:
        return _("Policy {number} on fresh luck: {found}; it breaks a limit there.", number=number, found=found)
    if confirmed.beats_today:
        return _("Policy {number} on fresh luck: {found}; better than today.", number=number, found=found)
    if confirmed.worse:
        return _("Policy {number} on fresh luck: {found}; not better than today in every goal.", number=number, found=found)  # fmt: skip
    return _("Policy {number} on fresh luck: {found}; whether it is better than today cannot be told.", number=number, found=found)  # fmt: skip


def _conclusion(known: Optimisation) -> str:
    if known.stopped == "cancelled":
        return _("The search was stopped before its end; nothing was judged on fresh luck.")
    if not known.front:
        return _("No policy that was tried keeps the limits. Loosen one, or try more policies.")
    if known.winner is None:
        return _("Nothing that was tried is certain to beat today's policy.")
    return _("Policy {number} beats today's.", number=known.winner.candidate.number)

"""How a search for the best policy stands, on disk for the screen: `write_standing` and `read_standing`, whole or not at all."""

import json
import os
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from sim.comparison import Interval
from sim.experiments import TODAY, Order
from sim.goals import Limit
from sim.optimise import Candidate, Confirmed, Optimisation, Task, Tried
from sim.scenario_file import read_scenario, write_scenario

SEARCH, STANDING = "search", "standing.json"
_KEPT = 8


def order_of(task: Task, **more: Any) -> Order:
    """A search as an experiment of the book; `more` as Order has it."""
    plain = {"goals": task.goals, "limits": [asdict(limit) for limit in task.limits], "vary": task.vary, "policies": task.policies, "cases": task.cases}  # fmt: skip
    return Order({TODAY: task.base}, task.replications, task.days, task.seed, kind="search", task=plain, **more)


def task_of(order: Order) -> Task:
    """The task of such an order."""
    said = order.task
    return Task(
        order.scenarios[TODAY],
        tuple(said["goals"]),
        tuple(Limit(**limit) for limit in said["limits"]),
        tuple(said["vary"]),
        said["policies"],
        said["cases"],
        order.replications,
        order.days,
        order.seed,
    )


def write_standing(folder: Path, known: Optimisation) -> None:
    said = {
        "done": known.done,
        "planned": known.planned,
        "today": known.today,
        "stopped": known.stopped,
        "tried": [asdict(each) for each in known.tried],
        "front": [
            {"number": each.number, "toml": write_scenario(each.scenario), "settings": each.settings, "results": each.results, "differences": each.differences}
            for each in known.front
        ],
        "confirmed": [
            {
                "number": each.candidate.number,
                "differences": {name: found and [found.mean, found.low, found.high] for name, found in each.differences.items()},
                "better": each.better,
                "worse": each.worse,
                "broken": each.broken,
            }
            for each in known.confirmed
        ],
    }  # fmt: skip
    aside = folder / f".{STANDING}-{os.getpid()}"
    aside.write_text(json.dumps(said), encoding="utf-8")
    aside.replace(folder / STANDING)


def read_standing(folder: Path) -> Optimisation | None:
    """What is known of the search in a folder of an experiment; None where nothing is yet."""
    try:
        return _read(folder, (folder / STANDING).stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(_KEPT)
def _read(folder: Path, _written_at: int) -> Optimisation:
    said = json.loads((folder / STANDING).read_text(encoding="utf-8"))
    front = {
        each["number"]: Candidate(each["number"], read_scenario(each["toml"]), each["settings"], each["results"], each["differences"])
        for each in said["front"]
    }  # fmt: skip
    confirmed = tuple(
        Confirmed(
            front[each["number"]],
            {name: found and Interval(*found) for name, found in each["differences"].items()},
            tuple(each["better"]),
            tuple(each["worse"]),
            tuple(each["broken"]),
        )
        for each in said["confirmed"]
    )
    tried = tuple(Tried(**each) for each in said["tried"])
    return Optimisation(
        said["done"], said["planned"], tried, said["today"], tuple(front.values()), confirmed, said["stopped"]
    )


def policies_tried(known: Optimisation, across: str, up: str) -> pl.DataFrame:
    """A row a policy that was tried: number, its differences to today in two measures (x, y), and what it is: "today", "front", "better"
    (of the front, and certain to beat today on fresh borrowers), "within" the limits, or "beyond" them."""
    front = {each.number for each in known.front}
    better = {each.candidate.number for each in known.confirmed if each.beats_today}
    rows = [
        (each.number, each.differences[across], each.differences[up], _kind(each, front, better))
        for each in known.tried
        if each.differences[across] is not None and each.differences[up] is not None
    ]
    schema = {"number": pl.Int64, "x": pl.Float64, "y": pl.Float64, "kind": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _kind(each: Tried, front: set[int], better: set[int]) -> str:
    if each.number == 0:
        return "today"
    if each.number in better:
        return "better"
    if each.number in front:
        return "front"
    return "within" if each.allowed else "beyond"

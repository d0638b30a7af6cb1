"""`recoup.py simulate`: a scenario side by side with its base and with nobody being contacted."""

import argparse
from collections.abc import Callable
from pathlib import Path

from cli.numbers import MOST_DAYS, amount, share, whole


def add_to(commands: Callable[..., argparse.ArgumentParser]) -> None:
    added = commands(
        "simulate", _simulate, "run a scenario, side by side with its base and with nobody being contacted"
    )
    added.add_argument("scenario", metavar="SCENARIO", help="a file, or the name of one that `scenario` lists")
    added.add_argument("--against", metavar="BASE", help="another scenario to compare it with, a file or a name")
    added.add_argument(
        "--replications", type=whole(1), default=10, metavar="N", help="how often it is run, each time with other luck"
    )
    added.add_argument("--seed", type=whole(0), default=1, metavar="S", help="another number is other luck")
    added.add_argument("--days", type=whole(1, MOST_DAYS), default=365, metavar="D", help="days of a run")
    added.add_argument(
        "--workers", type=whole(1), metavar="W", help="processes; as many as there are cores if it is not said. Results do not depend on it"
    )  # fmt: skip
    added.add_argument("--confidence", type=share, default=0.95, metavar="P", help="how often the intervals hold")
    added.add_argument(
        "--half-width",
        type=amount,
        metavar="AMOUNT",
        help="stop before N replications once each difference in net is known to this much to either side, in money",
    )
    added.add_argument("--format", choices=("table", "json"), default="table", help="how the answer is written")
    added.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write the first replication as a book to DIR, where `ask` can be asked of it",
    )
    added.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="write a STRESS-DES report of the model and this run to FILE, as Markdown",
    )
    added.add_argument("--progress", choices=("bar", "json", "none"), default="bar", help="how progress is shown")


def _simulate(chosen: argparse.Namespace) -> None:
    from cli.what_if import run  # half a second of imports that no other command needs

    run(chosen)

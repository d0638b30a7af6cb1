"""`recoup.py optimise`: search the best policy under one's limits."""

import argparse
from collections.abc import Callable
from pathlib import Path

from cli.numbers import MOST_DAYS, whole


def add_to(commands: Callable[..., argparse.ArgumentParser]) -> None:
    added = commands("optimise", _optimise, "search the policy that is best by your goals, within your limits")
    added.add_argument(
        "scenario", nargs="?", metavar="SCENARIO", help="the operation of today: a file, or the name of one that `scenario` lists; the classic one if it is not said"
    )  # fmt: skip
    added.add_argument(
        "--goal",
        action="append",
        metavar="MEASURE",
        help="what is to be best, such as net or complaints; several give the policies that no other one beats in all of them (default: net)",
    )
    added.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="LIMIT",
        help="such as 'cost<=2000000', 'complaints<=today', 'recovered>=today', 'headcount<=14', or 'boundary<=120' for the latest day on which a stage begins or loans are handed over",
    )
    added.add_argument("--vary", nargs="+", metavar="GROUP", help="what may be changed: boundaries, channels, people, agencies, court, plans, worklist (default: all)")  # fmt: skip
    added.add_argument("--policies", type=whole(1), default=200, metavar="N", help="how many policies are tried")
    added.add_argument("--cases", type=whole(1), default=5_000, metavar="N", help="cases, or loans of the book, on which each is tried; results are scaled up")  # fmt: skip
    added.add_argument("--replications", type=whole(1), default=4, metavar="N", help="how often each is tried")
    added.add_argument("--seed", type=whole(0), default=1, metavar="S", help="another number is other luck")
    added.add_argument("--days", type=whole(1, MOST_DAYS), default=365, metavar="D", help="days of a run")
    added.add_argument("--workers", type=whole(1), metavar="W", help="processes; as many as there are cores if it is not said. Results do not depend on it")  # fmt: skip
    added.add_argument("--out", type=Path, metavar="DIR", help="keep the search in DIR, and write there each policy that no other one beats, as a scenario")  # fmt: skip
    added.add_argument("--resume", type=Path, metavar="DIR", help="go on with the search that is kept in DIR; it says what is searched")  # fmt: skip
    added.add_argument("--format", choices=("table", "json"), default="table", help="how the answer is written")
    added.add_argument("--progress", choices=("bar", "json", "none"), default="bar", help="how progress is shown")


def _optimise(chosen: argparse.Namespace) -> None:
    from cli.best_policy import run  # a second of imports that no other command needs

    run(chosen)

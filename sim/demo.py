"""The demo book: a lender's history written by the model, its true parameters kept beside it.

`build_demo` makes the book; `write_history` its files alone. What is true in it, and the story to find, is in `sim.demo_scenario`.
"""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from data.book import Book
from data.errors import Refused
from data.settings import SETTINGS_FILE, write_settings
from queries import Imported, import_tables
from sim.demo_scenario import demo_scenario, first_of_month
from sim.engine import Engine
from sim.runs import settings_of
from sim.scenario import Scenario, check
from sim.scenario_file import write_whole
from sim.tables import tables, write_tables
from sim.truth import TRUTH_FILE

SEED, MONTHS, LOANS = 20, 30, 50_000
VANISHED, COME_BACK = 0.00015, 0.3
"""Open loans that lose their rows without a reason, a month; and of those, back in a month or two."""
FOREVER = 1_000
SIMULATING = 0.2
"""Part of the making that is the simulation; the import takes the rest."""

DATED_BY = {"payment": "paid_on", "action": "acted_at", "promise": "promised_on"}
"""Tables of which rows of before the first month tell nothing of it; of placements, suits and plans they do."""

Progress = Callable[[str, float], None]


def silent(what: str, share: float) -> None:
    """Progress that nobody watches."""


def last_complete_month(today: date) -> date:
    """The last month-end before the month of `today`."""
    return today.replace(day=1) - timedelta(days=1)


def history(
    seed: int = SEED,
    months: int = MONTHS,
    loans: int = LOANS,
    last_month: date | None = None,
    on_progress: Progress = silent,
) -> dict[str, pl.DataFrame]:
    """The tables of the demo book by name, in the order in which a book imports them.

    months: month-ends shown. loans: about how many different loans they show. last_month: any day of the last month (default: the
    last complete one). Same arguments, same tables, to the last digit. Raises ValueError when there is no month or no loan to show.
    """
    day = last_month or last_complete_month(date.today())
    scenario = demo_scenario(months, loans, day)
    first = first_of_month(day, 1 - months)
    return _shown(_lived(scenario, seed, day, first, on_progress), first, seed)


def write_history(
    folder: Path | str,
    seed: int = SEED,
    months: int = MONTHS,
    loans: int = LOANS,
    last_month: date | None = None,
    on_progress: Progress = silent,
) -> dict[str, list[Path]]:
    """Write `history` to `folder` as Parquet: the files of each table, those of the snapshots one a month, oldest first."""
    frames = history(seed, months, loans, last_month, on_progress)
    snapshots = frames.pop("loan_snapshot")
    Path(folder).mkdir(parents=True, exist_ok=True)
    paths = []
    for (as_of,), frame in snapshots.partition_by("as_of", as_dict=True, maintain_order=True).items():
        paths.append(Path(folder) / f"loan_snapshot_{as_of:%Y-%m}.parquet")
        frame.write_parquet(paths[-1])
    return {"loan_snapshot": paths} | {table: [path] for table, path in write_tables(frames, folder)}


def build_demo(
    book: Path | str,
    seed: int = SEED,
    months: int = MONTHS,
    loans: int = LOANS,
    last_month: date | None = None,
    on_progress: Progress = silent,
) -> tuple[Imported, ...]:
    """Make the demo book in a folder that has no book yet, and keep its true parameters beside it. Raises Refused.

    The stages, rules and calendar of its settings are the lender's own, unless there are settings already.
    """
    folder = Path(book)
    if Book(folder).current():
        raise Refused("There is a book in {path} already. Name another folder with --book.", path=book)
    day = last_month or last_complete_month(date.today())
    scenario = demo_scenario(months, loans, day)
    with tempfile.TemporaryDirectory() as aside:
        frames = history(seed, months, loans, day, lambda what, share: on_progress(what, SIMULATING * share))
        files = {table: [file] for table, file in write_tables(frames, aside)}
        del frames
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / SETTINGS_FILE).exists():
            (folder / SETTINGS_FILE).write_text(write_settings(settings_of(_as_it_ends(scenario))), encoding="utf-8")
        (folder / TRUTH_FILE).write_text(write_whole(scenario), encoding="utf-8")
        return import_tables(
            folder, files, on_progress=lambda what, share: on_progress(what, SIMULATING + (1 - SIMULATING) * share)
        )


def _as_it_ends(scenario: Scenario) -> Scenario:
    """The scenario with the policy that is in force at its end."""
    return replace(scenario, policy=scenario.changes[-1].policy) if scenario.changes else scenario


def _lived(
    scenario: Scenario, seed: int, last: date, shown_from: date, on_progress: Progress
) -> dict[str, pl.DataFrame]:
    """Run the scenario to the end of the month of `last`; the tables of its events."""
    check(scenario)
    days = (first_of_month(last, 1) - scenario.starts_on).days
    engine = Engine(scenario, seed, 0, days, events=True)
    world = engine.world
    world.record.events_from = (shown_from - scenario.starts_on).days
    engine.at_close.append(lambda: on_progress("Making up loans", (world.day + 1) / days))
    engine.run()
    return tables(world)


def _shown(lived: Mapping[str, pl.DataFrame], first: date, seed: int) -> dict[str, pl.DataFrame]:
    """What the lender's files show of it: the loans with a month-end from the month of `first` on, and what is of them."""
    snapshots = _without_vanished(lived["loan_snapshot"], seed)
    seen = snapshots.select("loan_id").unique()
    frames = {"loan_snapshot": snapshots}
    for name, frame in lived.items():
        if name != "loan_snapshot":
            frames[name] = frame.join(seen, on="loan_id", how="semi", maintain_order="left")
            if name in DATED_BY:
                frames[name] = frames[name].filter(pl.col(DATED_BY[name]) >= first)
    return frames


def _without_vanished(snapshots: pl.DataFrame, seed: int) -> pl.DataFrame:
    """A few open loans lose their rows without a reason, though never the first; some come back."""
    rng = np.random.default_rng(seed)
    month = pl.col("as_of").dt.year().cast(pl.Int32) * 12 + pl.col("as_of").dt.month()
    rows = snapshots.with_columns(month=month)
    chosen = rng.random(rows.height) < VANISHED
    vanished = (
        rows.filter(
            pl.Series(chosen) & (pl.col("status") == "open") & (pl.col("month") > pl.col("month").min().over("loan_id"))
        )
        .unique("loan_id", keep="first", maintain_order=True)
        .select("loan_id", gone="month")
    )
    back = rng.random(vanished.height) < COME_BACK
    away = np.where(back, rng.integers(1, 3, vanished.height), FOREVER)
    rows = rows.join(vanished.with_columns(back=pl.col("gone") + away), on="loan_id", how="left", maintain_order="left")
    hidden = (pl.col("month") >= pl.col("gone")) & (pl.col("month") < pl.col("back"))
    return rows.filter(~hidden.fill_null(False)).drop("month", "gone", "back")

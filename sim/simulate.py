"""Run a scenario: `simulate` gives one replication, with its record, its tables where they are asked for, and its passport."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
import polars as pl

from sim.engine import Engine
from sim.loans import CHARGED_OFF, CURRENT, LATE, PAID_OFF, SOLD
from sim.parameter import parameters
from sim.record import ROLL_STATES, SOURCES
from sim.scenario import Scenario, check
from sim.slices import Sliced
from sim.tables import tables
from sim.world import World

HOUSE = Path(__file__).parent.parent
CODE = ("sim/**/*.py", "rules/*.toml", *(f"data/{name}.py" for name in ("errors", "findings", "presets", "rules", "said", "schema", "settings", "stages")))  # fmt: skip
LIBRARIES = ("numpy", "polars", "SALib", "scipy", "simpy")
"""All that the numbers of an experiment are worked out by: the room with its calibration, the rules, what it takes from the data, and
the libraries that draw and sum."""
CASH = (*(f"cash_{source}" for source in SOURCES), "sale_proceeds")
"""The columns of the daily record that are collected from the late; instalments paid on their due date are not among them."""


@dataclass(frozen=True)
class Passport:
    """What a run depends on: the same passport gives the same numbers to the last digit."""

    seed: int
    replication: int
    days: int
    scenario: str  # fingerprint of all of it
    code: str  # fingerprint of all that the numbers are worked out by
    parameters: dict = field(hash=False, compare=False)


@dataclass(frozen=True)
class Run:
    """One replication.

    daily: a row a day; cash and debts in cents, minutes, counts. totals: what flows summed over the days, what stands (open_…) on
    the last one. rolls: month-end to month-end, loans and opening balances in cents. standing: loans and what they owe by state at
    the end. tables: the book's tables by name, empty unless events were kept. sliced: cash and more by what brought it and by whose loan.
    levels: by month of the run, balance beyond the bad-debt line and balance, in cents.
    """

    passport: Passport
    daily: pl.DataFrame
    totals: dict[str, int | float]
    rolls: pl.DataFrame
    standing: dict[str, dict[str, int]]
    tables: dict[str, pl.DataFrame]
    sliced: Sliced
    levels: dict[int, tuple[float, float]]

    @property
    def cash(self) -> int:
        """Cents collected from the late, sales included."""
        return sum(int(self.totals.get(name, 0)) for name in CASH)

    @property
    def daily_cash(self) -> np.ndarray:
        """The same by day."""
        return sum(self.daily[name].to_numpy() for name in CASH).astype(float)

    @property
    def daily_cost(self) -> np.ndarray:
        """Cents spent, by day."""
        return sum(self.daily[name].to_numpy() for name in self.daily.columns if name.startswith("cost_")).astype(float)

    @property
    def roll_balances(self) -> np.ndarray:
        """[from, to] by position in ROLL_STATES: opening balances in cents of all months together."""
        return self.roll_cells("opening_balance")

    def roll_cells(self, column: str) -> np.ndarray:
        """[from, to] by position in ROLL_STATES: a column of `rolls`, of all months together."""
        cells = np.zeros((len(ROLL_STATES), len(ROLL_STATES)))
        at = [[ROLL_STATES.index(name) for name in self.rolls[side]] for side in ("from", "to")]
        np.add.at(cells, (at[0], at[1]), self.rolls[column].to_numpy())
        return cells

    @property
    def cost(self) -> float:
        """Cents spent."""
        return sum(value for name, value in self.totals.items() if name.startswith("cost_"))

    @property
    def net(self) -> float:
        """Cents collected from the late less cents spent."""
        return self.cash - self.cost


def simulate(scenario: Scenario, seed: int = 1, replication: int = 0, days: int = 365, events: bool = False) -> Run:
    """Run a scenario for so many days. The scenario is not changed. Raises InvalidScenario."""
    return simulate_batch(scenario, seed, (replication,), days, events)[0]


def simulate_batch(
    scenario: Scenario, seed: int, replications: Sequence[int], days: int = 365, events: bool = False
) -> list[Run]:
    """Run several replications side by side: each is what `simulate` gives alone, all of them in less time.
    Raises InvalidScenario, ValueError."""
    check(scenario)
    if days < 1:
        raise ValueError("A run needs at least one day.")
    engine = Engine(scenario, seed, replications, days, events).run()
    world, sliced = engine.world, engine.world.slices.of_runs()
    return [
        Run(
            passport=passport(scenario, seed, replication, days),
            daily=world.record.daily(world.calendar, run),
            totals=world.record.totals(run),
            rolls=world.record.roll_frame(world.calendar, run),
            standing=_standing(world, run),
            tables=tables(world) if events else {},
            sliced=sliced[run],
            levels={month: (float(bad[run]), float(whole[run])) for month, (bad, whole) in engine.levels.at.items()},
        )
        for run, replication in enumerate(replications)
    ]


def _standing(world: World, run: int) -> dict[str, dict[str, int]]:
    """Loans, and cents owed, by how they stand at the end. `cured` are current again, `current` were never late."""
    loans = world.loans
    owed = loans.not_due + loans.principal_due + loans.interest_due
    masks = {
        "current": (loans.state == CURRENT) & (loans.spells == 0),
        "cured": (loans.state == CURRENT) & (loans.spells > 0),
        "late": loans.state == LATE,
        "charged_off": loans.state == CHARGED_OFF,
        "paid_off": loans.state == PAID_OFF,
        "sold": loans.state == SOLD,
    }
    theirs = loans.run == run
    return {
        name: {"loans": int(np.sum(mask & theirs)), "owed": int(owed[mask & theirs].sum())}
        for name, mask in masks.items()
    }


def passport(scenario: Scenario, seed: int, replication: int, days: int) -> Passport:
    stated = {parameter.path: parameter.default for parameter in parameters(scenario)}
    whole = json.dumps(asdict(scenario), default=_plain, sort_keys=True)
    return Passport(seed, replication, days, hashlib.sha256(whole.encode()).hexdigest()[:16], code_version(), stated)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


@cache
def code_version(house: Path = HOUSE) -> str:
    """Fingerprint of the code that a run depends on, as it was when this process first asked: what it has read it goes on with."""
    digest = hashlib.sha256()
    for path in code_of(house):
        digest.update(f"{path.relative_to(house).as_posix()}\n".encode() + path.read_bytes())
    digest.update(" ".join(f"{name} {version(name)}" for name in LIBRARIES).encode())
    return digest.hexdigest()[:16]


def code_of(house: Path = HOUSE) -> list[Path]:
    """The files that are in the fingerprint."""
    return sorted(path for pattern in CODE for path in house.glob(pattern))

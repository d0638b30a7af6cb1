"""What is kept of the replications of a scenario: its measures, its days, and where its cash came from.

`outcome_of` takes it from a run; `Kept` gathers it over replications, row by row what intervals are made of, else sums.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from sim.measures import CENTS, MEASURES
from sim.monthly import BAD_DEBT, COMPLAINTS, COST, ROLLS, of_run
from sim.people import AI
from sim.record import COSTS, HOLDERS, WAYS
from sim.simulate import Run

STANDS = ("open_cases", *(f"open_{holder}" for holder in HOLDERS))
GONE = ("cured", "paid_off", "charged_off", "sold")
"""What ends a case, as the daily record counts it."""

MONTHLY = (COST, *ROLLS, BAD_DEBT, COMPLAINTS)
"""What is kept by month beside cash, which is kept by day."""

Rows = dict[str, np.ndarray]
Axes = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Outcome:
    """One replication. Money in units of the currency.

    values: by the names of MEASURES. rows: arrays of which each replication's own is kept; sums: of which the mean is enough, by
    day or [from, to]. axes: the names along an array that is not by day.
    """

    values: dict[str, float | None]
    rows: Rows
    sums: Rows
    axes: Axes


def outcome_of(run: Run) -> Outcome:
    """What the sandbox shows of a run."""
    sliced = run.sliced
    cash = sliced.cash / CENTS
    by_group = {name: counted / (CENTS if name == "charged_off" else 1) for name, counted in sliced.counted.items()}
    rows = {
        "cash": run.daily_cash / CENTS,
        "cost": run.daily_cost / CENTS,
        "cash_by_way": cash.sum((1, 2, 3)),
        "cash_by_stage": cash.sum((0, 2, 3)),
        "cash_by_product": cash.sum((0, 1, 3)),
        "cash_by_segment": cash.sum((0, 1, 2)),
        "cash_by_group": cash.sum((0, 1)).ravel(),
        "cost_by_kind": np.array([run.totals[f"cost_{kind}"] for kind in COSTS]) / CENTS,
        **{f"{name}_by_group": counted.ravel() for name, counted in by_group.items()},
    }
    months, rows["by_month"] = _by_month(run)
    groups = tuple(f"{product} · {segment}" for product in sliced.products for segment in sliced.segments)
    axes = {
        "cash_by_way": WAYS, "cash_by_stage": sliced.stages, "cash_by_product": sliced.products,
        "cash_by_segment": sliced.segments, "cost_by_kind": COSTS, "cash_by_group": groups, "by_month": months,
        **{f"{name}_by_group": groups for name in by_group},
    }  # fmt: skip
    return Outcome({measure.name: measure.of(run) for measure in MEASURES}, rows, _sums(run), axes)


def _by_month(run: Run) -> tuple[tuple[str, ...], np.ndarray]:
    """Month-ends, that before the run first, and [measure of MONTHLY, month-end]: NaN where it is not known."""
    series = of_run(run)
    months = sorted(series[COST])
    months = [months[0].replace(day=1) - timedelta(days=1), *months]
    values = [[series[name].get(month, np.nan) for month in months] for name in MONTHLY]
    return tuple(month.isoformat() for month in months), np.array(values)


def _sums(run: Run) -> Rows:
    """By day: cases where they stand, what was put off, minutes; and the rolls of all months."""
    daily = {name: run.daily[name].to_numpy().astype(float) for name in run.daily.columns if name != "day"}
    teams = [name.removeprefix("undone_") for name in daily if name.startswith("undone_")]
    stages = [name for name in daily if name.startswith("open_stage_")]
    return {
        **{name: daily[name] for name in (*STANDS, *stages, *GONE)},
        **{f"{kind}_{team}": daily[f"{kind}_{team}"] for kind in ("undone", "minutes_available", "minutes_worked") for team in teams},
        "roll_loans": run.roll_cells("loans"),
        "roll_balances": run.roll_balances / CENTS,
    }  # fmt: skip


def teams_of(names: list[str]) -> list[str]:
    """The teams, and the AI lines, that the sums of these names are of."""
    teams = [name.removeprefix("minutes_available_") for name in names if name.startswith("minutes_available_")]
    return sorted(teams, key=lambda team: team == AI)


@dataclass
class Kept:
    """The replications of one scenario, in their order."""

    values: list[dict[str, float | None]] = field(default_factory=list)
    rows: dict[str, list[np.ndarray]] = field(default_factory=dict)
    sums: Rows = field(default_factory=dict)
    axes: Axes = field(default_factory=dict)

    @property
    def done(self) -> int:
        return len(self.values)

    def add(self, outcome: Outcome) -> None:
        self.values.append(outcome.values)
        self.axes = outcome.axes
        for name, row in outcome.rows.items():
            self.rows.setdefault(name, []).append(row)
        for name, array in outcome.sums.items():
            self.sums[name] = self.sums[name] + array if name in self.sums else array

    def mean(self, name: str) -> np.ndarray:
        """The mean over replications of a row or a sum."""
        return np.mean(self.rows[name], axis=0) if name in self.rows else self.sums[name] / self.done

    def arrays(self) -> Rows:
        """All arrays by name, to be written; `of_arrays` takes them back."""
        return {f"rows.{name}": np.array(rows) for name, rows in self.rows.items()} | {
            f"sums.{name}": array for name, array in self.sums.items()
        }

    @classmethod
    def of_arrays(cls, values: list[dict[str, float | None]], axes: Axes, arrays: Rows) -> "Kept":
        rows = {name.removeprefix("rows."): list(a) for name, a in arrays.items() if name.startswith("rows.")}
        sums = {name.removeprefix("sums."): a for name, a in arrays.items() if name.startswith("sums.")}
        return cls(list(values), rows, sums, {name: tuple(names) for name, names in axes.items()})

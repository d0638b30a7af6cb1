"""What a run is judged by: recoveries, cost, conduct and what people could not do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from data.said import Said, said
from sim.levels import DAYS_A_YEAR
from sim.simulate import Run

Unit = Literal["money", "count", "share"]
CENTS = 100
AI = "ai"


@dataclass(frozen=True)
class Measure:
    """of: its value in a run, None where there is nothing to measure. Money in units of the currency.
    better: 1 where more of it is, -1 where less is, 0 where neither is."""

    name: str
    unit: Unit
    title: Said
    meaning: Said
    of: Callable[[Run], float | None]
    better: int = 0


def _total(*names: str) -> Callable[[Run], float]:
    return lambda run: float(sum(run.totals.get(name, 0) for name in names))


def _beginning(prefix: str, run: Run, but: str = "") -> float:
    return float(sum(value for name, value in run.totals.items() if name.startswith(prefix) and name != but))


def _utilisation(run: Run) -> float | None:
    available = _beginning("minutes_available_", run, f"minutes_available_{AI}")
    return _beginning("minutes_worked_", run, f"minutes_worked_{AI}") / available if available else None


def _ai_utilisation(run: Run) -> float | None:
    available = run.totals.get(f"minutes_available_{AI}", 0)
    return float(run.totals.get(f"minutes_worked_{AI}", 0) / available) if available else None


def _npv(run: Run) -> float:
    """Each day's cash less its cost, discounted to the first day."""
    rate = run.passport.parameters["prices.discount_rate"]
    flow = run.daily_cash - run.daily_cost
    return float(flow @ (1 + rate) ** (-np.arange(len(flow)) / DAYS_A_YEAR)) / CENTS


def _bad_debt(month: int) -> Callable[[Run], float | None]:
    def ratio(run: Run) -> float | None:
        bad, whole = run.levels.get(month, (0.0, 0.0))
        return bad / whole if whole else None

    return ratio


def _roll(bucket: int) -> Callable[[Run], float | None]:
    """Opening balance that is one bucket worse a month later, of all months of the run. Of M0 only where the run has a whole book."""

    def rate(run: Run) -> float | None:
        if bucket == 0 and run.passport.parameters["population.world"] != "book":
            return None
        cells = run.roll_balances[bucket]
        return float(cells[bucket + 1] / cells.sum()) if cells.sum() else None

    return rate


MEASURES: tuple[Measure, ...] = (
    Measure("recovered", "money", said("Recovered"), said("Cash from the late, sale of charged-off loans included; instalments paid on their due day are not"), lambda run: run.cash / CENTS, 1),
    Measure("cost", "money", said("Cost"), said("Wages, calls, messages, commission, court and lawyers' fees, penalties"), lambda run: run.cost / CENTS, -1),
    Measure("net", "money", said("Net"), said("Recovered less cost"), lambda run: run.net / CENTS, 1),
    Measure("npv", "money", said("NPV"), said("Net present value: recovered less cost, each day's discounted to the first day"), _npv, 1),
    Measure("bad_debt_6m", "share", said("Bad debt, 6 months"), said("Balance more than 90 days past due of all balance, half a year from the start"), _bad_debt(6), -1),
    Measure("bad_debt_12m", "share", said("Bad debt, 12 months"), said("Balance more than 90 days past due of all balance, a year from the start"), _bad_debt(12), -1),
    Measure("roll_m0", "share", said("Roll M0→M1"), said("Opening balance of M0 that is in M1 a month later, of all months"), _roll(0), -1),
    Measure("roll_m1", "share", said("Roll M1→M2"), said("Opening balance of M1 that is in M2 a month later, of all months"), _roll(1), -1),
    Measure("roll_m2", "share", said("Roll M2→M3"), said("Opening balance of M2 that is in M3 a month later, of all months"), _roll(2), -1),
    Measure("cured", "count", said("Cured"), said("Times that a late loan became current"), _total("cured"), 1),
    Measure("charged_off", "count", said("Charged off"), said("Loans charged off"), _total("charged_off"), -1),
    Measure("charged_off_balance", "money", said("Charged-off balance"), said("Principal of the loans charged off"), lambda run: run.totals.get("charged_off_balance", 0) / CENTS, -1),
    Measure("still_late", "count", said("Still late"), said("Loans that are late on the last day, neither cured nor paid off, charged off or sold"), lambda run: float(run.standing["late"]["loans"]), -1),
    Measure("complaints", "count", said("Complaints"), said("Complaints about contacts"), _total("complaints"), -1),
    Measure("breaches", "count", said("Breaches"), said("Contacts that broke a rule which is not kept"), lambda run: _beginning("breaches_", run), -1),
    Measure("utilisation", "share", said("Utilisation"), said("Minutes worked by the teams, of the minutes they have"), _utilisation),
    Measure("ai_utilisation", "share", said("AI utilisation"), said("Minutes used of the lines for AI calls, of the minutes they have"), _ai_utilisation),
    Measure("backlog", "count", said("Backlog a day"), said("Calls due that were put off for want of people or lines, mean of the days"), lambda run: _beginning("undone_", run) / run.passport.days, -1),
)  # fmt: skip

"""What a run is judged by: recoveries, cost, conduct and what people could not do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from data.said import Said, said
from sim.simulate import Run

Unit = Literal["money", "count", "share"]
CENTS = 100
AI = "ai"


@dataclass(frozen=True)
class Measure:
    """of: its value in a run, None where there is nothing to measure. Money in units of the currency."""

    name: str
    unit: Unit
    title: Said
    meaning: Said
    of: Callable[[Run], float | None]


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


MEASURES: tuple[Measure, ...] = (
    Measure("recovered", "money", said("Recovered"), said("Cash from the late, sale of charged-off loans included; instalments paid on their due day are not"), lambda run: run.cash / CENTS),
    Measure("cost", "money", said("Cost"), said("Wages, calls, messages, commission, court and lawyers' fees, penalties"), lambda run: run.cost / CENTS),
    Measure("net", "money", said("Net"), said("Recovered less cost"), lambda run: run.net / CENTS),
    Measure("cured", "count", said("Cured"), said("Times that a late loan became current"), _total("cured")),
    Measure("charged_off", "count", said("Charged off"), said("Loans charged off"), _total("charged_off")),
    Measure("charged_off_balance", "money", said("Charged-off balance"), said("Principal of the loans charged off"), lambda run: run.totals.get("charged_off_balance", 0) / CENTS),
    Measure("still_late", "count", said("Still late"), said("Loans that are late on the last day, neither cured nor paid off, charged off or sold"), lambda run: float(run.standing["late"]["loans"])),
    Measure("complaints", "count", said("Complaints"), said("Complaints about contacts"), _total("complaints")),
    Measure("breaches", "count", said("Breaches"), said("Contacts that broke a rule which is not kept"), lambda run: _beginning("breaches_", run)),
    Measure("utilisation", "share", said("Utilisation"), said("Minutes worked by the teams, of the minutes they have"), _utilisation),
    Measure("ai_utilisation", "share", said("AI utilisation"), said("Minutes used of the lines for AI calls, of the minutes they have"), _ai_utilisation),
    Measure("backlog", "count", said("Backlog a day"), said("Calls due that were put off for want of people or lines, mean of the days"), lambda run: _beginning("undone_", run) / run.passport.days),
)  # fmt: skip

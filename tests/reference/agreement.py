"""Do engine and reference agree? Both run a scenario several times, and what they report is compared: sums, and rates of sums.

The test: Welch's t of the difference of the two means over replications, given as the normal deviate of the same tail (so that few
replications are not judged too strictly). A rate is that of the sums over all replications, its error by linearisation; what luck
does to numerator and denominator alike drops out. Counts so rare that a handful of replications cannot tell their spread are taken
to vary at least as Poisson counts do. The two draw different luck, so all of it is independent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp, inf, sqrt
from statistics import fmean, variance

from scipy import stats

from sim.scenario import Scenario
from sim.simulate import simulate_batch
from tests.reference.replication import run

MOST = 3.5
"""Standard errors beyond which a difference is no luck: less than once in two thousand comparisons."""
RARE = 5.0
"""Counts a replication below which a spread is not trusted to be smaller than a Poisson count's."""

Report = dict[str, float]
CASH = ("cash_self", "cash_collector", "cash_agency", "cash_court", "cash_plan", "sale_proceeds")
BANDS = {"M0": "M0", "M1": "M1", "M2": "M2", "M3": "M3", "M4": "M4-M6", "M5": "M4-M6", "M6": "M4-M6", "M7": "M7"}
UNCOMPARED = ("loans_in", "money_in", "open_", "minutes_available_ai")
"""What the reference does not write down, or writes down otherwise."""

RATES = {
    "kept of promises": ("promises_kept", "promises_ended"),
    "reached of dials": ("reached_phone", "attempts_phone"),
    "reached of dials by AI": ("reached_ai_call", "attempts_ai_call"),
    "reached of dials by agencies": ("reached_agency", "attempts_agency"),
    "promises per talk": ("promises", "talks"),
    "plans per talk": ("plans", "talks"),
    "broken of plans": ("plans_broken", "plans"),
    "settlements per talk": ("settlements", "talks"),
    "complaints per contact": ("complaints", "contacts"),
    "cost of a dial": ("cost_phone", "attempts_phone"),
    "cost of a dial by AI": ("cost_ai_call", "attempts_ai_call"),
    "answered of callers": ("calls_answered", "callers"),
    "minutes waited per caller": ("minutes_waited", "callers"),
    "undone per contact": ("backlog", "contacts"),
    "breaches per dial": ("breaches", "attempts"),
    "recoveries of overdue": ("recoveries", "overdue_entered"),
    "paid unasked of overdue": ("cash_self", "overdue_entered"),
    "collectors' cash of overdue": ("cash_collector", "overdue_entered"),
    "agencies' cash of placed": ("cash_agency", "placed_balance"),
    "commission of cash": ("cost_commission", "cash_agency"),
    "court's cash of sued": ("cash_court", "sued"),
    "cured of entered": ("cured", "entered"),
    "paid off of entered": ("paid_off", "entered"),
    "balance of a charged-off loan": ("charged_off_balance", "charged_off"),
    "price of a sold loan": ("sale_proceeds", "sold_owed"),
    "owed by a late loan": ("owed late", "loans late"),
}
"""Rates, each of two of the sums."""


@dataclass(frozen=True)
class Comparison:
    """Means over replications, or rates; and how many standard errors lie between them."""

    engine: float
    reference: float
    z: float


def reported(
    totals: Mapping[str, float], rolls: Mapping[tuple[str, str], float], standing: Mapping[str, Mapping[str, int]]
) -> Report:
    """The sums of one run: every flow that is written down, and sums that are asked for by name."""
    report = {name: float(value) for name, value in totals.items() if not name.startswith(UNCOMPARED)}
    report["recoveries"] = sum(totals.get(name, 0) for name in CASH)
    report["cost"] = _sum(totals, "cost_")
    report["attempts"] = _sum(totals, "attempts_")
    report["contacts"] = report["attempts"] + _sum(totals, "sent_")
    report["right_party_contacts"] = _sum(totals, "reached_")
    report["talks"] = report["right_party_contacts"] - totals.get("reached_agency", 0)
    report["promises_ended"] = totals.get("promises_kept", 0) + totals.get("promises_broken", 0)
    report["callers"] = totals.get("calls_answered", 0) + totals.get("calls_lost", 0)
    report["backlog"] = _sum(totals, "undone_")
    report["breaches"] = _sum(totals, "breaches_")
    for (before, after), loans in rolls.items():
        for cell in (f"roll {BANDS[before]} to {BANDS.get(after, after)}", f"roll {BANDS[before]}"):
            report[cell] = report.get(cell, 0) + loans
    for state, what in standing.items():
        report[f"loans {state}"], report[f"owed {state}"] = what["loans"], what["owed"]
    return report


def _sum(totals: Mapping[str, float], beginning: str) -> float:
    return sum(value for name, value in totals.items() if name.startswith(beginning))


def engine_reports(scenario: Scenario, seed: int, replications: int, days: int) -> list[Report]:
    reports = []
    for done in simulate_batch(scenario, seed, range(replications), days):
        rolls: dict[tuple[str, str], float] = {}
        for before, after, loans in done.rolls.select("from", "to", "loans").iter_rows():
            rolls[before, after] = rolls.get((before, after), 0) + loans
        reports.append(reported(done.totals, rolls, done.standing))
    return reports


def reference_report(scenario: Scenario, seed: int, replication: int, days: int) -> Report:
    done = run(scenario, seed * 100_003 + replication, days)
    return reported(done.totals, done.rolls, done.standing)


def compare(
    scenario: Scenario,
    days: int,
    replications: int,
    seed: int = 1,
    reference: Callable[[Scenario], Scenario] = lambda scenario: scenario,
) -> dict[str, Comparison]:
    """Every measure of both. reference: changes the scenario that the reference runs, to see a difference found."""
    engine = engine_reports(scenario, seed, replications, days)
    other = [reference_report(reference(scenario), seed, number, days) for number in range(replications)]
    names = sorted({name for report in engine + other for name in report})
    found = {name: means(*(_column(side, name) for side in (engine, other))) for name in names}
    rolls = {f"share of {name}": (name, name.partition(" to ")[0]) for name in names if " to " in name}
    for name, (numerator, denominator) in (RATES | rolls).items():
        columns = [(_column(side, numerator), _column(side, denominator)) for side in (engine, other)]
        if all(sum(below) > 0 for _above, below in columns) and any(sum(above) for above, _below in columns):
            found[name] = rates(*columns)
    return found


def _column(reports: list[Report], name: str) -> list[float]:
    return [report.get(name, 0.0) for report in reports]


def means(engine: list[float], reference: list[float]) -> Comparison:
    spread = [variance(engine), variance(reference)]
    rare = fmean(engine + reference)
    if rare < RARE:
        spread = [max(each, rare) for each in spread]
    return _welch(fmean(engine), fmean(reference), spread, len(engine), len(reference))


def rates(engine: tuple[list[float], list[float]], reference: tuple[list[float], list[float]]) -> Comparison:
    """Numerators and denominators of both, replication by replication."""
    rate, spread = [], []
    rare = fmean(engine[0] + reference[0])
    for above, below in (engine, reference):
        rate.append(sum(above) / sum(below))
        left = variance(one - rate[-1] * other for one, other in zip(above, below, strict=True))
        spread.append((max(left, rare) if rare < RARE else left) / fmean(below) ** 2)
    return _welch(*rate, spread, len(engine[0]), len(reference[0]))


def _welch(one: float, other: float, spread: list[float], engine_runs: int, reference_runs: int) -> Comparison:
    runs = (engine_runs, reference_runs)
    parts = [each / number for each, number in zip(spread, runs, strict=True)]
    error, size = sqrt(sum(parts)), max(abs(one), abs(other))
    if error <= 1e-9 * size:
        return Comparison(one, other, 0.0 if abs(one - other) <= 1e-6 * size else inf)
    freedom = sum(parts) ** 2 / sum(part**2 / (number - 1) for part, number in zip(parts, runs, strict=True))
    tail = exp(max(stats.t.logsf(abs(one - other) / error, freedom), -700))
    return Comparison(one, other, float(stats.norm.isf(tail)))

"""What `recoup.py simulate` does: compares, and tells the answer to people and to programs."""

import argparse
import os

from rich.table import Table

from cli.stress_des import stress_des
from cli.terminal import Reporter, as_json, out, say
from data.errors import Refused
from data.findings import N_
from sim.comparison import Comparison, Enough, Interval, compare
from sim.difference_words import in_words
from sim.measures import MEASURES, Measure
from sim.no_contact import without_contact
from sim.runs import require_room, write_run
from sim.scenario import Scenario
from sim.scenario_file import CLASSIC, load_scenario
from sim.simulate import passport, simulate
from sim.terms import parameters_in_force
from wording import _, count, decimal, money, ngettext, percent, points, told

SCENARIO, BASE, NO_CONTACT = "scenario", "base", "no_contact"


def run(chosen: argparse.Namespace) -> None:
    """Raises InvalidScenario, Refused."""
    scenario = load_scenario(chosen.scenario)
    base = load_scenario(chosen.against) if chosen.against else None
    if chosen.out:
        require_room(chosen.out)
    if chosen.report and not chosen.report.absolute().parent.is_dir():
        raise Refused("{path} is in no folder that is there. Name another file for the report.", path=chosen.report)
    scenarios = {SCENARIO: scenario} | ({BASE: base} if base else {}) | {NO_CONTACT: without_contact(scenario)}
    if base and (base.population, base.behaviour) != (scenario.population, scenario.behaviour):
        say.print(_("The two have other borrowers (population or behaviour): the difference is not the policy's alone."), style="yellow", markup=False)  # fmt: skip
    known = _compared(scenarios, chosen)
    chosen = argparse.Namespace(
        **vars(chosen) | {"replications": known.done}
    )  # may have been enough before all were run
    if chosen.report:
        chosen.report.write_text(stress_des(scenarios, known, vars(chosen)), encoding="utf-8")
    if chosen.format == "json":
        print(as_json(_as_data(scenarios, known, chosen)))
    else:
        _print(scenarios, known, chosen)


def _compared(scenarios: dict[str, Scenario], chosen: argparse.Namespace) -> Comparison:
    """The last word of the comparison, and the run as a book where one is asked for."""
    workers = min(chosen.workers or os.cpu_count() or 1, chosen.replications)
    share = 0.6 if chosen.out else 1.0
    with Reporter(chosen.progress) as report:
        report.step(N_("Running replications"), 0.0)
        enough = Enough(chosen.half_width) if chosen.half_width else None
        for known in compare(
            scenarios, chosen.replications, chosen.seed, chosen.days, workers, chosen.confidence, enough=enough
        ):
            report.step(N_("Running replications"), share * known.done / known.planned)
        if chosen.out:
            report.step(N_("Keeping the events of a run"), share)
            kept = simulate(scenarios[SCENARIO], chosen.seed, 0, chosen.days, events=True)
            write_run(kept, scenarios[SCENARIO], chosen.out, lambda what, done: report.step(what, 0.7 + 0.3 * done))
            report.step(N_("Done"), 1.0)
    return known


def _words(scenarios: dict[str, Scenario]) -> list[str]:
    """The difference to the base, to the classic operation where none is named."""
    return [told(clause) for clause in in_words(scenarios.get(BASE) or Scenario(), scenarios[SCENARIO])]


def _passport(scenarios: dict[str, Scenario], chosen: argparse.Namespace) -> dict[str, object]:
    """What the numbers depend on: the same passport gives the same ones."""
    passports = {name: passport(scenario, chosen.seed, 0, chosen.days) for name, scenario in scenarios.items()}
    common = {"seed": chosen.seed, "days": chosen.days, "replications": chosen.replications, "confidence": chosen.confidence}  # fmt: skip
    return common | {name: each.scenario for name, each in passports.items()} | {"code": passports[SCENARIO].code}


# For programs


def _as_data(scenarios: dict[str, Scenario], known: Comparison, chosen: argparse.Namespace) -> dict[str, object]:
    return {
        "passport": _passport(scenarios, chosen),
        "against": chosen.against or CLASSIC,
        "words": _words(scenarios),
        "measures": {m.name: {"unit": m.unit, "title": told(m.title), "meaning": told(m.meaning)} for m in MEASURES},
        "results": {name: _intervals(values) for name, values in known.results.items()},
        "differences": {name: _intervals(values) for name, values in known.differences.items()},
        "parameters": parameters_in_force(scenarios[SCENARIO]),
    }


def _intervals(values: dict[str, Interval | None]) -> dict[str, object]:
    return {
        name: found and {"mean": found.mean, "low": found.low, "high": found.high} for name, found in values.items()
    }


# For people


def _print(scenarios: dict[str, Scenario], known: Comparison, chosen: argparse.Namespace) -> None:
    against = chosen.against or CLASSIC
    words = _words(scenarios)
    if words:
        out.print(_("“{scenario}” beside “{base}”:", scenario=chosen.scenario, base=against), markup=False)
    else:
        out.print(_("“{scenario}” is the same as “{base}”.", scenario=chosen.scenario, base=against), markup=False)
    for clause in words:
        out.print(f"  • {clause}", markup=False)
    out.print(_table(known))
    replications = ngettext("{n} replication", "{n} replications", known.done)
    days = ngettext("{n} day", "{n} days", chosen.days)
    if known.done > 1:
        out.print(_("Means of {replications} of {days}; in brackets their intervals, {confidence}.", replications=replications, days=days, confidence=percent(chosen.confidence, 0)), markup=False)  # fmt: skip
    else:
        out.print(_("{replications} of {days}; one alone has no interval.", replications=replications, days=days), markup=False)  # fmt: skip
    facts = _passport(scenarios, chosen)
    out.print(_("Passport: {facts}", facts=", ".join(f"{name} {value}" for name, value in facts.items())), style="dim", markup=False)  # fmt: skip
    if chosen.out:
        say.print(_("The first replication is a book in {path}. Ask it with: ask QUESTION --run {path}", path=chosen.out), markup=False)  # fmt: skip


def _table(known: Comparison) -> Table:
    titles = {SCENARIO: _("Scenario"), BASE: _("Base"), NO_CONTACT: _("No contact")}
    table = Table(_("Measure"), titles[SCENARIO])
    for name in known.differences:
        table.add_column(titles[name])
        table.add_column(_("Difference"))
    for measure in MEASURES:
        cells = [shown(measure, known.results[SCENARIO][measure.name])]
        for name, differences in known.differences.items():
            cells += [
                shown(measure, known.results[name][measure.name], interval=False),
                shown(measure, differences[measure.name], signed=True),
            ]
        table.add_row(told(measure.title), *cells)
    return table


def shown(measure: Measure, found: Interval | None, signed: bool = False, interval: bool = True) -> str:
    """A number of a measure, its interval in brackets; signed: it is a difference."""
    if found is None:
        return "–"
    if found.low is None or not interval:
        return _number(measure, found.mean, signed)
    low, high = (_number(measure, bound, signed) for bound in (found.low, found.high))
    return f"{_number(measure, found.mean, signed)} ({low} … {high})"


def _number(measure: Measure, value: float, signed: bool) -> str:
    if measure.unit == "money":
        return money(value, "", signed)
    if measure.unit == "share":
        return points(value) if signed else percent(value)
    return count(value, signed) if abs(value) >= 100 or value == 0 else decimal(value, 1, signed)

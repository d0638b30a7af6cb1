"""`recoup.py scenario`: the parameters of a scenario in force, with unit, range, origin and source; as a table, TOML or JSON."""

import argparse
from collections.abc import Callable

from rich.table import Table
from rich.text import Text

from cli.terminal import as_json, out, say
from sim.difference_words import in_words
from sim.parameter import Parameter, parameters
from sim.scenario import Scenario
from sim.scenario_file import CLASSIC, as_written, load_scenario, presets, write_whole
from sim.terms import plain
from wording import _, told


def add_to(commands: Callable[..., argparse.ArgumentParser]) -> None:
    added = commands(
        "scenario", _scenario, "print the parameters of a scenario, and how it differs from the classic one"
    )
    added.add_argument(
        "scenario", nargs="?", default=CLASSIC, metavar="NAME|FILE", help=f"one of {', '.join(presets())}, or a file"
    )
    added.add_argument(
        "--format", choices=("table", "toml", "json"), default="table", help="toml is a file that states every parameter"
    )  # fmt: skip


def _scenario(chosen: argparse.Namespace) -> None:
    scenario = load_scenario(chosen.scenario)
    words = [told(clause) for clause in in_words(Scenario(), scenario)]
    if chosen.format == "json":
        print(
            as_json(
                {"name": chosen.scenario, "words": words, "parameters": [_as_data(p) for p in parameters(scenario)]}
            )
        )
    elif chosen.format == "toml":
        print(write_whole(scenario), end="")
    else:
        _print(chosen.scenario, scenario, words)


def _as_data(parameter: Parameter) -> dict[str, object]:
    return {
        "path": parameter.path, "value": plain(parameter.default), "unit": parameter.unit, "low": parameter.low, "high": parameter.high,
        "choices": list(parameter.choices), "meaning": parameter.meaning, "origin": parameter.origin, "source": parameter.source,
    }  # fmt: skip


def _print(name: str, scenario: Scenario, words: list[str]) -> None:
    say.print(_("Scenarios that come with Recoup: {names}", names=", ".join(presets())), style="dim", markup=False)
    if words:
        out.print(_("“{scenario}” beside “{base}”:", scenario=name, base=CLASSIC), markup=False)
    for clause in words:
        out.print(f"  • {clause}", markup=False)
    table = Table()
    table.add_column(_("Parameter"), no_wrap=True)
    for title in (_("Value"), _("Unit"), _("Range"), _("Meaning"), _("Origin"), _("Source")):
        table.add_column(title, overflow="fold")
    for parameter in parameters(scenario):
        table.add_row(*(Text(cell) for cell in _row(parameter)))
    out.print(table)


def _row(parameter: Parameter) -> tuple[str, ...]:
    unit = _(parameter.unit) if parameter.unit else ""
    value = as_written(parameter.default)
    return parameter.path, value, unit, range_of(parameter), _(parameter.meaning), parameter.origin, parameter.source


def range_of(parameter: Parameter) -> str:
    if parameter.choices:
        return ", ".join(parameter.choices)
    if parameter.low is None:
        return ""
    return f"{parameter.low:,.10g} … {parameter.high:,.10g}"

"""`recoup.py calibrate` and `backtest`: the book as a scenario, each number with how sure it is; and how well it would have foretold."""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.numbers import whole
from cli.terminal import Reporter, as_json, out, say
from data.errors import Refused
from sim.backtest_words import NAMES
from wording import UNKNOWN, _, count, ngettext, percent, told

if TYPE_CHECKING:
    from sim.backtest import Backtest
    from sim.calibration import Calibration

MOST_MONTHS = 120


def add_to(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add both commands; `command` adds one that has a book."""
    added = command("calibrate", _calibrate, "fit the simulation to the book, and keep that beside it")
    added.add_argument("--months", type=whole(1, MOST_MONTHS), default=12, metavar="N", help="last months that are fitted, 12 by default")  # fmt: skip
    added.add_argument("--assume", default="classic", metavar="NAME|FILE", help="scenario whose numbers stand where the book tells nothing: reasons for being late, effects of messages")  # fmt: skip
    added.add_argument("--version", type=int, metavar="N", help="an earlier version of the book")
    added.add_argument("--format", choices=("table", "json", "toml"), default="table", help="toml is the scenario")
    added.add_argument("--out", type=Path, metavar="FILE", help="write the answer to FILE")
    added.add_argument("--all", action="store_true", help="show what stays as assumed too")
    added.add_argument("--progress", choices=("bar", "json", "none"), default="bar", help="how progress is shown")
    tested = command(
        "backtest", _backtest, "tell how well the model, fitted before them, would have foretold the last months"
    )
    tested.add_argument("--months", type=whole(1, 24), default=6, metavar="N", help="last months that are foretold, 6 by default")  # fmt: skip
    tested.add_argument("--replications", type=whole(2, 1000), default=20, metavar="N", help="runs of each forecast")
    tested.add_argument("--assume", default="classic", metavar="NAME|FILE", help="scenario whose numbers stand where the book tells nothing")  # fmt: skip
    tested.add_argument("--version", type=int, metavar="N", help="an earlier version of the book")
    tested.add_argument("--format", choices=("table", "json"), default="table", help="how the answer is written")
    tested.add_argument("--progress", choices=("bar", "json", "none"), default="bar", help="how progress is shown")


def _calibrate(chosen: argparse.Namespace) -> None:
    from sim.calibration import calibrate, keep  # SciPy takes a while, and no other command needs it
    from sim.scenario_file import load_scenario, write_whole

    if chosen.out and not chosen.out.absolute().parent.is_dir():
        raise Refused("There is no folder {path} to write to.", path=chosen.out.absolute().parent)
    assuming = load_scenario(chosen.assume)
    with Reporter(chosen.progress) as report:
        found = calibrate(chosen.book, chosen.version, chosen.months, assuming=assuming, on_progress=report.step)
    file = keep(found, chosen.book)
    if chosen.format == "table":
        _print(found, chosen.all, chosen.out)
    else:
        text = write_whole(found.scenario) if chosen.format == "toml" else as_json(as_data(found)) + "\n"
        _put(text, chosen.out)
    say.print(_("Kept in {file}.", file=file), style="dim", markup=False)


def _put(text: str, file: Path | None) -> None:
    """Print the answer, or write it beside the file and rename it."""
    if file is None:
        print(text, end="")
        return
    beside = file.with_name(f".{file.name}.part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def as_data(found: "Calibration") -> dict[str, object]:
    """The calibration as plain values, its sentences in the reader's language."""
    parameters = [
        {
            "path": each.path, "value": each.value, "low": each.low, "high": each.high, "n": each.n, "origin": each.origin, "source": each.source,
            "note": told(each.note) if each.note else "",
        }
        for each in found.parameters
    ]  # fmt: skip
    return {
        "version": found.version, "months": found.months, "last": f"{found.last}", "snapshots_only": found.snapshots_only,
        "confounded": [told(each) for each in found.confounded], "thin": [told(each) for each in found.thin], "parameters": parameters,
    }  # fmt: skip


def _print(found: "Calibration", everything: bool, file: Path | None) -> None:
    from sim.calibration.lines import lines

    months = ngettext("{n} month", "{n} months", found.months)
    title = _(
        "Version {version}, {months} up to {last}", version=found.version, months=months, last=f"{found.last:%Y-%m}"
    )
    table = Table(title=Text(title))
    table.add_column(_("Parameter"), no_wrap=True)
    for name in (_("Value"), _("90 % interval"), _("Seen"), _("Origin"), _("Note")):
        table.add_column(name, overflow="fold")
    for line in lines(found, everything):
        seen, note = count(line.n) if line.n else "", told(line.note) if line.note else ""
        table.add_row(*map(Text, (line.path, line.value, line.between, seen, _origin(line.origin), note)))
    if file is not None:
        with file.with_name(f".{file.name}.part").open("w", encoding="utf-8") as beside:
            Console(file=beside, width=200, highlight=False).print(table)
        file.with_name(f".{file.name}.part").replace(file)
    else:
        out.print(table)
    for sentence in (*found.confounded, *found.thin):
        out.print(f"• {told(sentence)}", markup=False)
    rest = 0 if everything else sum(each.origin != "measured" for each in found.parameters)
    if rest:
        out.print(ngettext("{n} other parameter stays as assumed, published or decided; --all shows it too.", "{n} other parameters stay as assumed, published or decided; --all shows them too.", rest), markup=False)  # fmt: skip


def _origin(origin: str) -> str:
    return {"measured": _("measured"), "published": _("published"), "assumed": _("assumed")}.get(origin, origin)


def _backtest(chosen: argparse.Namespace) -> None:
    from sim.backtest import backtest, keep_backtest
    from sim.scenario_file import load_scenario

    assuming = load_scenario(chosen.assume)
    with Reporter(chosen.progress) as report:
        found = backtest(
            chosen.book, chosen.version, chosen.months, chosen.replications, assuming=assuming, on_progress=report.step
        )
    file = keep_backtest(found, chosen.book)
    if chosen.format == "json":
        print(as_json(found.as_data() | {"words": [told(each) for each in found.words]}))
    else:
        _print_backtest(found)
    say.print(_("Kept in {file}.", file=file), style="dim", markup=False)


def _print_backtest(found: "Backtest") -> None:
    """The months one by one, then the sentences, the verdict first."""
    table = Table()
    for name in (
        _("Measure"),
        _("Month"),
        _("What came"),
        _("Foretold"),
        _("80 % interval"),
        _("Last month"),
        _("A year before"),
    ):
        table.add_column(name, justify="left" if name == _("Measure") else "right")
    for point in found.points:
        write = partial(_figure, point.measure)
        naive = [write(each) if each is not None else UNKNOWN for each in (point.last_month, point.last_year)]
        between = f"{write(point.low)} … {write(point.high)}"
        row = (
            told(NAMES[point.measure]),
            f"{point.month:%Y-%m}",
            write(point.actual),
            write(point.forecast),
            between,
            *naive,
        )
        table.add_row(*map(Text, row), style="" if point.low <= point.actual <= point.high else "yellow")
    out.print(table)
    for at, sentence in enumerate(found.words):
        style = "bold red" if at == 0 and found.verdict == "poor" else "bold" if at == 0 else ""
        out.print(told(sentence), style=style, markup=False)


def _figure(measure: str, value: float) -> str:
    """Cash in whole units; a share in percent, small ones with two digits."""
    if measure == "cash":
        return f"{value:,.0f}"
    return percent(value, 2 if measure in ("M0→M1", "bad_debt") else 1)

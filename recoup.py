"""Recoup from the command line: import loan files, check them, ask questions, serve the pages.

Exit status: 0 done, 1 refused, 2 wrong use. Answers go to standard output, everything said about them to standard error.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli import calibration, filters, notes, optimise, report, scenario, simulate
from cli.terminal import REFUSED, STOPPED, WRONG_USE, Reporter, as_json, formatted, out, say, tell_program
from data.book import Book
from data.errors import (
    InvalidNote,
    InvalidSearch,
    InvalidStory,
    Refused,
    Several,
    UnknownMeasure,
    UnknownNote,
    UnwritableReport,
    UserError,
)
from data.findings import CONTRACT, Finding, summarised
from data.mapping import Mapping, describe, load_mapping, write_mapping
from data.pseudonyms import from_environment
from data.schema import DIMENSIONS, TABLES
from data.sources import Part
from queries import (
    Filters,
    Imported,
    InvalidOption,
    UnknownOption,
    UnknownQuestion,
    check_files,
    import_files,
    open_reader,
    questions,
    rebuild,
)
from queries.dictionary import dictionary
from queries.intervals import interval_columns
from wording import _, set_language, told

APP = Path(__file__).parent / "app.py"
OWN_NAMES = ("127.0.0.1", "localhost")
WRONG_WORDS = (
    UnknownQuestion,
    UnknownOption,
    InvalidOption,
    UnknownMeasure,
    InvalidNote,
    UnknownNote,
    InvalidSearch,
    InvalidStory,
    UnwritableReport,
)
"""Errors of who wrote the command, not of the book."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    chosen = _arguments(arguments)
    set_language(os.environ.get("RECOUP_LANG"))
    version = Book(chosen.book).current() if "book" in chosen else None
    try:
        status = chosen.run(chosen) or 0
        sys.stdout.flush()
        return status
    except WRONG_WORDS as error:
        say.print(_text_of(error), style="red", markup=False)
        return WRONG_USE
    except UserError as error:
        if isinstance(error, Refused):
            _print_findings(error.findings, say)
        text = _text_of(error)
        say.print(text, style="red", markup=False)
        if getattr(chosen, "progress", None) == "json":
            tell_program(error=text, findings=_as_json(error.findings) if isinstance(error, Refused) else [])
        return getattr(chosen, "refused", REFUSED)
    except BrokenPipeError:  # the reader of the answer has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        say.print(str(error), style="red", markup=False)
        return REFUSED
    except KeyboardInterrupt:
        if "book" not in chosen:
            say.print(_("Stopped. Nothing was written."))
            return STOPPED
        now = Book(chosen.book).current()
        as_it_was, published = (
            _("Stopped. The book is as it was."),
            _("Stopped. Version {version} is published.", version=now),
        )
        say.print(as_it_was if now == version else published)
        return STOPPED


def _text_of(error: UserError) -> str:
    """What went wrong, in the reader's language; of a file everything that did, a line each."""
    if isinstance(error, Several):
        return "\n".join(told(problem) for problem in error.problems)
    return _(error.template, **error.values)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What was asked for. Of `ask`, options that no question has are kept: the question asked can say what it has."""
    parser = command_parser()
    chosen, rest = parser.parse_known_args(arguments)
    if rest and (chosen.command != "ask" or not rest[0].startswith("--")):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        name, _equals, value = rest[0].removeprefix("--").partition("=")
        chosen.options[name.replace("-", "_")] = value
    return chosen


class _Option(argparse.Action):
    """Keeps what is said of an option of a question in `options`, by the option's name."""

    def __call__(self, parser, chosen, value, option_string=None) -> None:
        chosen.options = chosen.options | {self.dest: value}


def command_parser() -> argparse.ArgumentParser:
    """All commands and options; the reference is made from it."""
    parser = argparse.ArgumentParser(
        prog="recoup.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def bookless(name: str, run: object, help: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=help)
        added.set_defaults(run=run)
        return added

    def command(name: str, run: object, help: str) -> argparse.ArgumentParser:
        added = bookless(name, run, help)
        book = os.environ.get("RECOUP_BOOK") or "book"
        added.add_argument(
            "--book", type=Path, default=Path(book), metavar="DIR", help="folder of the book (or RECOUP_BOOK)"
        )
        return added

    importing = command("import", _import, "import files into the book and publish a new version of it")
    checking = command("check", _check, "print the findings of the book, or of files without importing them")
    for added, files in ((importing, "+"), (checking, "*")):
        added.add_argument(
            "files", nargs=files, type=Path, metavar="FILE", help="CSV, Excel, Parquet, .zip, .gz, or a folder of these"
        )
        added.add_argument(
            "--table",
            choices=list(TABLES),
            help="what the files hold (default: what the mapping says, else loan_snapshot)",
        )
        added.add_argument(
            "--mapping", type=Path, metavar="FILE.toml", help="how the files' columns and codes become ours"
        )
    for added in (importing, checking):
        added.add_argument(
            "--pseudonymise", action="store_true",
            help="keep loan and customer ids as hashes, keyed by the environment variable RECOUP_PSEUDONYM_KEY",
        )  # fmt: skip
    importing.add_argument("--yes", action="store_true", help="take the given or proposed mapping without asking")
    importing.add_argument(
        "--save-mapping", type=_new_file, metavar="FILE.toml", help="write the mapping that was used"
    )
    importing.add_argument("--progress", choices=("bar", "json", "none"), default="bar", help="how progress is shown")

    command("dictionary", _dictionary, "print the definitions of all measures as Markdown")
    command("questions", _questions, "list the questions with their parameters and definitions")
    asking = command("ask", _ask, "answer a question from the book")
    asking.add_argument("question", metavar="QUESTION", help="one of those that `questions` lists")
    asking.add_argument(
        "--run", dest="of_run", type=Path, metavar="DIR", help="ask a run that `simulate` wrote to DIR, not the book"
    )
    asking.add_argument("--month", type=filters.month, metavar="YYYY-MM", help="one month")
    asking.add_argument("--from", dest="from_month", type=filters.month, metavar="YYYY-MM", help="first month")
    asking.add_argument("--to", dest="to_month", type=filters.month, metavar="YYYY-MM", help="last month")
    filters.add_slices(asking)
    asking.add_argument("--version", type=int, metavar="N", help="an earlier version of the book")
    asking.add_argument("--format", choices=("table", "json", "csv"), default="table", help="how the answer is written")
    asking.add_argument(
        "--intervals", action="store_true", help="add low and high to each rate, and mark those of few loans"
    )
    asking.add_argument(
        "--confidence", type=float, default=0.95, metavar="P", help="how often the intervals hold, 0.95 by default"
    )
    asking.set_defaults(options={})
    own = asking.add_argument_group("options of some questions", "with their default and range for each")
    declared: dict[str, list[str]] = {}
    for question in questions().values():
        for option in question.options.values():
            declared.setdefault(option.name, []).append(f"{question.name} {option.default} ({option.range})")
    for name, where in declared.items():
        flag = "--" + name.replace("_", "-")
        own.add_argument(flag, dest=name, action=_Option, default=argparse.SUPPRESS, metavar="X", help="; ".join(where))

    command("rebuild", _rebuild, "build the current version anew, with the settings that stand in recoup.toml now")
    command("versions", _versions, "list the versions of the book")
    demo = command("demo", _demo, "build the demo book")
    demo.add_argument("--if-empty", action="store_true", help="do nothing where there is a book")
    demo.add_argument("--seed", type=int, default=20, metavar="N", help="another number makes up other loans")
    notes.add_to(command, filters.month)
    simulate.add_to(bookless)
    calibration.add_to(command)
    optimise.add_to(bookless)
    scenario.add_to(bookless)
    report.add_to(command)
    serving = command("serve", _serve, "serve the pages in the browser")
    serving.add_argument("--port", type=int, default=8501, metavar="N", help="where it listens")
    serving.add_argument(
        "--address", default="127.0.0.1", help="which network it is seen from; by default this machine alone"
    )
    serving.add_argument(
        "--host", action="append", default=[], metavar="NAME",
        help="a name that readers reach it by, such as that of a proxy before it; may be repeated",
    )  # fmt: skip
    serving.add_argument("--path", default="", metavar="PATH", help="the path that a proxy serves it under")
    return parser


def _new_file(text: str) -> Path:
    """A file in a folder that exists: whether it can be written should not turn out after the import."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is not a file in a folder that exists")
    return path


def _import(chosen: argparse.Namespace) -> int:
    mapping = load_mapping(chosen.mapping) if chosen.mapping else None

    def confirm(proposed: Mapping, parts: Sequence[Part]) -> None:
        if not chosen.yes:
            _ask_person(proposed, parts)

    with Reporter(chosen.progress) as report:
        confirm_aside = report.paused(confirm)
        done = import_files(
            chosen.book, chosen.files, mapping, on_progress=report.step, confirm=confirm_aside, table=chosen.table,
            pseudonyms=from_environment() if chosen.pseudonymise else None,
        )  # fmt: skip
    if chosen.save_mapping:
        chosen.save_mapping.write_text(write_mapping(done.mapping), encoding="utf-8")
    _print_findings(done.findings, say)
    _say_imported(done)
    if chosen.progress == "json":
        tell_program(
            version=done.version,
            new=done.new,
            months=[f"{month}" for month in done.months],
            rows=done.rows,
            refused=done.refused,
        )
    return 0


def _ask_person(mapping: Mapping, parts: Sequence[Part]) -> None:
    """Show the mapping and ask. Raises Refused where there is nobody to ask, or the answer is no."""
    names = (_("Column"), _("In the file"), _("For example"), _("Codes"))
    table = Table(*names, title=Text(_("Mapping of {name}", name=parts[0].name)))
    for row in describe(mapping, parts[0].header, parts[0].sample).iter_rows():
        table.add_row(*map(Text, row))
    say.print(table)
    if not sys.stdin.isatty():
        raise Refused(
            "Nobody has confirmed this mapping. Look at it, then import again with --yes, or with --mapping FILE.toml --yes."
        )
    signal.siginterrupt(signal.SIGINT, True)  # Polars has it restart a read: a Ctrl-C would wait for Enter
    try:
        answer = say.input(_("Import with this mapping? [y/N] "), markup=False)
    except EOFError:
        answer = ""
    if answer.strip().lower() not in ("y", "yes", "是"):
        raise Refused("Nothing was imported.")


def _as_json(findings: Sequence[Finding]) -> list[dict[str, object]]:
    return [
        {
            "code": f.code,
            "count": f.count,
            "examples": f.examples,
            "month": f.month and f"{f.month}",
            "values": f.values,
        }
        for f in findings
    ]


def _say_imported(done: Imported) -> None:
    if not done.new:
        say.print(_("The book already holds exactly this; it stays at version {version}.", version=done.version))
        return
    if not done.months:
        say.print(
            _(
                "Version {version} is published: {rows} rows; {refused} rows in quarantine.",
                version=done.version,
                rows=f"{done.rows:,}",
                refused=f"{done.refused:,}",
            )
        )
        return
    first, last = done.months[0], done.months[-1]
    say.print(
        _(
            "Version {version} is published: {rows} rows of {first} to {last}; {refused} rows in quarantine.",
            version=done.version,
            rows=f"{done.rows:,}",
            first=f"{first:%Y-%m}",
            last=f"{last:%Y-%m}",
            refused=f"{done.refused:,}",
        )
    )


def _check(chosen: argparse.Namespace) -> int:
    if not chosen.files:
        findings: Sequence[Finding] = Book(chosen.book).read_version().findings
    else:
        mapping = load_mapping(chosen.mapping) if chosen.mapping else None
        findings = check_files(
            chosen.book, chosen.files, mapping, table=chosen.table,
            pseudonyms=from_environment() if chosen.pseudonymise else None,
        )  # fmt: skip
    _print_findings(findings, out)
    if not findings:
        out.print(_("Nothing to report."))
    return REFUSED if any(f.severity == "critical" for f in findings) else 0


def _print_findings(findings: Sequence[Finding], console: Console) -> None:
    """Findings, worst first; the same finding of many months is one line with the total and a few examples."""
    for finding, months in summarised(findings):
        clause = CONTRACT[finding.code]
        says = _(clause.says, count=f"{finding.count:,}", **finding.values)
        when = (
            ""
            if not months
            else f" ({months[0]:%Y-%m})"
            if len(months) == 1
            else f" ({months[0]:%Y-%m} … {months[-1]:%Y-%m})"
        )
        colour = {"critical": "red", "error": "red", "warning": "yellow", "info": "dim"}[clause.severity]
        console.print(f"{clause.severity:<8} {says}{when}", style=colour, markup=False)
        for example in finding.examples:
            console.print(f"           {example}", style="dim", markup=False)
        if clause.severity != "info":
            console.print(f"         → {_(clause.advice)}", markup=False)


def _questions(chosen: argparse.Namespace) -> None:
    for name, question in questions().items():
        out.print(f"[bold]{name}[/bold]  {question.title} {question.chinese}: {question.answers}")
        for label in ("grain", "unit", "formula", "leaves_out", "pitfalls", "source"):
            out.print(f"  {label.replace('_', ' ')}: {getattr(question, label)}", markup=False)
        out.print(f"  filters: {', '.join(question.filters) or 'none'}", markup=False)
        if question.needs:
            out.print(f"  needs: {', '.join(question.needs)}", markup=False)
        for option in question.options.values():
            flag = "--" + option.name.replace("_", "-")
            out.print(f"  option {flag} {option.default} ({option.range}): {option.meaning}", markup=False)
        if question.rates:
            out.print(
                f"  with --intervals: {', '.join(interval_columns(question.rates, question.columns))}", markup=False
            )
        for column, meaning in question.columns.items():
            out.print(f"    {column}: {meaning}", markup=False)


def _dictionary(chosen: argparse.Namespace) -> None:
    print(dictionary(), end="")


def _ask(chosen: argparse.Namespace) -> None:
    passport = _passport_of(chosen.of_run) if chosen.of_run else None
    reader = open_reader(chosen.of_run or chosen.book, chosen.version)
    asked = Filters(chosen.month, chosen.from_month, chosen.to_month, **filters.slices_of(chosen))
    answer = reader.ask(
        chosen.question, asked, intervals=chosen.intervals, confidence=chosen.confidence, **chosen.options
    )
    filters.mention_unknown(reader, asked)
    if chosen.intervals and not questions()[chosen.question].rates:
        say.print(_("This question has no rates that intervals could be given for."), style="yellow", markup=False)
    _mention_unbound(chosen.question, asked)
    if passport and chosen.format == "json":
        print(as_json({"run": passport, "answer": answer.to_dicts()}))
        return
    if passport:
        say.print(", ".join(f"{name} {value}" for name, value in passport.items()), style="dim", markup=False)
    print(formatted(answer, chosen.format), end="" if chosen.format == "csv" else "\n")


def _passport_of(run: Path) -> dict[str, object]:
    from sim.runs import read_passport  # the simulation is not needed to ask a book

    return read_passport(run)


def _mention_unbound(question: str, asked: Filters) -> None:
    """Say so when a question does not heed a filter: its answer would look like one of the part asked for."""
    for name in DIMENSIONS:
        if getattr(asked, name) and name not in questions()[question].filters:
            text = _("{question} cannot be cut by {name}; this is the whole book.", question=question, name=name)
            say.print(text, style="yellow", markup=False)


def _rebuild(chosen: argparse.Namespace) -> None:
    with Reporter("bar") as report:
        number = rebuild(chosen.book, on_progress=report.step)
    say.print(_("Version {version} is published, built with the settings in force.", version=number))


def _versions(chosen: argparse.Namespace) -> None:
    book = Book(chosen.book)
    book.version_path()  # where there is no book, say so
    table = Table(_("Version"), _("Published"), _("Months"), _("Open loans"), _("Imported files"))
    for number in book.versions():
        version = book.read_version(number)
        span = f"{version.months[0]:%Y-%m} … {version.months[-1]:%Y-%m}"
        table.add_row(
            str(number),
            f"{version.created_at:%Y-%m-%d %H:%M} UTC",
            span,
            f"{version.loans:,}",
            Text(", ".join(version.sources[:3])),
        )
    out.print(table)


def _demo(chosen: argparse.Namespace) -> None:
    if Book(chosen.book).current():
        if chosen.if_empty:
            return
        raise Refused("There is a book in {path} already. Name another folder with --book.", path=chosen.book)
    from sim.demo import build_demo

    with Reporter("bar") as report:
        done = build_demo(chosen.book, chosen.seed, on_progress=report.step)
    _say_imported(replace(done[0], rows=sum(each.rows for each in done)))


def _serve(chosen: argparse.Namespace) -> None:
    os.environ["RECOUP_BOOK"] = str(chosen.book.absolute())
    server = ["--server.address", chosen.address, "--server.port", str(chosen.port)]
    for name in [*chosen.host, *(OWN_NAMES if chosen.host else ())]:
        server += ["--server.allowedHosts", name]
    if chosen.host:
        server += ["--browser.serverAddress", chosen.host[0]]  # pages of this name may open the connection
    if chosen.path:
        server += ["--server.baseUrlPath", chosen.path]
    say.print(_("Recoup is at {address}", address=f"http://{chosen.address}:{chosen.port}"), markup=False)
    os.chdir(APP.parent)
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(APP), *server])


if __name__ == "__main__":
    sys.exit(main())

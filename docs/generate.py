"""Writes the pages of the reference that say what the code says: questions, command line, tables, the scenario file, stories.

python docs/generate.py
"""

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOUSE))

from cli.stress_des import stress_des  # noqa: E402
from data.schema import TABLES  # noqa: E402
from queries.dictionary import dictionary, table  # noqa: E402
from recoup import command_parser  # noqa: E402
from reports.catalogue import PAGES, Entry, catalogue  # noqa: E402
from reports.slides_made import MADE as SLIDES_MADE  # noqa: E402
from reports.story import load_story, stories  # noqa: E402
from sim.behaviour import BANDS  # noqa: E402
from sim.comparison import compare  # noqa: E402
from sim.difference_words import in_words  # noqa: E402
from sim.no_contact import without_contact  # noqa: E402
from sim.parts import REFUSED, Slot, label_field, slots  # noqa: E402
from sim.scenario import Change, Scenario  # noqa: E402
from sim.scenario_file import as_written, load_scenario, presets  # noqa: E402

REFERENCE = HOUSE / "docs" / "reference"
MADE = "<!-- Made by docs/generate.py; edit the code it is made from. -->"


def pages() -> dict[str, str]:
    """Each generated page's text by its file's name."""
    return {
        "questions.md": f"{MADE}\n{dictionary()}",
        "command-line.md": _command_line(),
        "tables.md": _tables(),
        "scenario.md": _scenario(),
        "stories.md": _stories(),
        "stress-des.md": f"{MADE}\n{_stress_des()}",
    }


def _stress_des() -> str:
    """The report of a small run of the classic operation: a person who asks for more has `simulate --report`."""
    classic = Scenario()
    small = replace(classic, population=replace(classic.population, cases=2_000))
    run = {"scenario": "classic", "days": 60, "replications": 3, "confidence": 0.95}
    scenarios = {"classic": small, "no contact": without_contact(small)}
    *_, known = compare(scenarios, run["replications"], days=run["days"], confidence=run["confidence"])
    return stress_des(scenarios, known, run, code=False)


def _tables() -> str:
    lines = [
        MADE,
        "# Tables",
        "",
        "What a book can hold. Only `loan_snapshot` is required; each other table lets the book answer more questions. "
        "`--table NAME` says what a file holds. Importing a month again replaces the rows of that month.",
    ]
    for kind in TABLES.values():
        needs = ", ".join(" or ".join(f"`{name}`" for name in group) for group in kind.needs)
        dated = (
            f"Rows belong to the month of `{kind.dated_by}`."
            if kind.dated_by
            else "A row replaces that of the same loan."
        )
        lines += ["", f"## {kind.name}", "", f"One row: {kind.grain}. Each needs {needs}. {dated}", ""]
        described = [
            (f"`{c.name}`", c.kind, c.meaning, ", ".join(f"`{code}`" for code in c.codes)) for c in kind.columns
        ]
        lines += table(("Column", "Kind", "Meaning", "Codes"), described)
    return "\n".join(lines) + "\n"


def _scenario() -> str:
    lines = [
        MADE,
        "# Scenario file",
        "",
        "TOML that states only what differs from its `base`: a scenario that comes with Recoup, or another file, relative to this one. "
        "Without `base` it is the classic operation in three stages. `python recoup.py scenario NAME` prints every parameter in force.",
        "",
        "- Items of a list that have names (stages, channels, teams, agencies, reasons …) stand in sections by their names and keep "
        "what is not said of them. `order` in the section of the list names all of them, in order: what it leaves out is dropped, "
        "what it adds needs a section of its own.",
        "- Other lists are stated whole, as `[[…]]`. So may be lists of named items.",
        f'- A part that may be absent is turned off by `= "{REFUSED}"`, and on by a section.',
        "- `[[changes]]` are later policies; each states its `day`, and under `policy` what differs from the policy before it.",
        "",
        "Values given four times hold from "
        + ", ".join(map(str, BANDS))
        + " days past due. Defaults are those of a new item; what the items of the "
        "classic operation have is printed by `python recoup.py scenario`.",
        "",
        "## Scenarios that come with Recoup",
        "",
        "`classic` is what the code itself says; the others are files of the folder `scenarios`. They stand there and not in the code because they "
        "are read, copied and changed like a lender's own, and are held to the same checks.",
        "",
    ]
    told = [
        (f"`{name}`", "; ".join(map(str, in_words(Scenario(), load_scenario(name)))) or "The base of all others")
        for name in presets()
    ]
    lines += table(("Name", "Beside the classic operation"), told)
    lines += ["", "## Parameters", ""]
    for path, part in sections_of_scenario():
        lines += [f"### {path or 'Top level'}", "", *_parameter_table(path, part), ""]
    return "\n".join(lines).rstrip() + "\n"


def _stories() -> str:
    lines = [
        MADE,
        "# Stories",
        "",
        "A story says which slides a deck has and in what order. `python recoup.py report STORY --out FILE` tells one of those below, or a "
        "TOML file of your own:",
        "",
        "```toml",
        'title = "Our month"',
        "",
        "[[slides]]",
        'show = "roll_matrix"            # what the slide shows, a key from below',
        "options = { intervals = true }  # what can be chosen of it",
        'title = "Cards roll on"         # in place of what is found',
        'comment = "Settled in August"',
        "```",
        "",
        "Only `show` is required. Each mistake is told, all at once, with the nearest that would be right. What the book has not the tables "
        "for, or nothing of in the month, is left out, and the first page says so. A story that shows anything of an experiment has the slides "
        "`verdict` and `assumptions` whether it names them or not: a verdict is never shown without its interval, the backtest and what was assumed.",
        "",
        "## Stories that come with Recoup",
        "",
    ]
    told = [
        (f"`{name}`", load_story(name).title, ", ".join(f"`{slide.show}`" for slide in load_story(name).slides))
        for name in stories()
    ]
    lines += [*table(("Name", "Title", "Slides"), told), "", "## Figures and words", ""]
    made = [
        (f"`{key}`", str(each.name), "an experiment" if each.of_experiment else "the book")
        for key, each in SLIDES_MADE.items()
    ]
    lines += table(("Key", "What it shows", "Of"), made)
    for page in PAGES:
        of_page = [entry for entry in catalogue().values() if entry.page is page]
        described = [
            (f"`{each.key}`", str(each.name), _options(each), ", ".join(f"`{name}`" for name in each.tables))
            for each in of_page
        ]
        lines += [
            "",
            f"## {page.name}",
            "",
            *table(("Key", "What it shows", "Options", "Tables that it needs"), described),
        ]
    return "\n".join(lines) + "\n"


def _options(entry: Entry) -> str:
    """Each option with its default, and what else it can be."""
    said = []
    for name, default in entry.options.items():
        choices = entry.page.choices.get(name, ())
        among = f" ({', '.join(f'`{choice}`' for choice in choices)})" if choices else ""
        written = str(default).lower() if isinstance(default, bool) else default
        said.append(f"`{name}`" + (f" = `{written}`" if written not in ("", 0) else "") + among)
    return "; ".join(said)


def sections_of_scenario() -> list[tuple[str, type]]:
    """Each section that a scenario file can have, with the part that it states; NAME and KIND stand for those of an item."""
    found, todo = [], [("", Scenario)]
    while todo:
        path, part = todo.pop(0)
        found.append((path, part))
        if (path, part) == ("changes", Change):
            continue  # their policies are stated like the first
        below = []
        for name, slot in slots(part).items():
            if slot.is_part:
                label = label_field(slot.kind).upper() if slot.several else ""
                below.append((".".join(filter(None, [path, name, label])), slot.kind))
        todo = below + todo
    return found


def _parameter_table(path: str, part: type) -> list[str]:
    described = []
    for name, slot in slots(part).items():
        if name == label_field(part) and path.endswith(name.upper()):
            continue  # it is the name of the section
        default = (
            ""
            if slot.needed or slot.is_list_of_parts or (slot.is_part and slot.default is not None)
            else f"`{as_written(slot.default)}`"
        )
        default = "required" if slot.needed else default
        described.append((f"`{name}`", default, slot.unit, _range(slot), slot.meaning, " ".join(filter(None, [slot.origin, slot.source and f"({slot.source})"]))))  # fmt: skip
    return table(("Key", "Default", "Unit", "Range", "Meaning", "Origin"), described)


def _range(slot: Slot) -> str:
    if slot.choices:
        return ", ".join(f"`{word}`" for word in slot.choices)
    return "" if slot.low is None else f"{slot.low:,.10g} … {slot.high:,.10g}"


def _command_line() -> str:
    parser = command_parser()
    commands = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction)).choices
    lines = [
        MADE,
        "# Command line",
        "",
        "`python recoup.py COMMAND`. Exit status: 0 done, 1 refused, 2 wrong use; 130 after Ctrl-C, which leaves the book whole. "
        "Answers go to standard output, everything said about them to standard error.",
    ]
    for name, command in commands.items():
        lines += ["", f"## {name}", "", _sentence(command.description)]
        rows = [row for action in command._actions if (row := _row(action))]
        lines += ["", *table(("Argument or option", "Meaning"), rows)]
    return "\n".join(lines) + "\n"


def _row(action: argparse.Action) -> tuple[str, str] | None:
    if isinstance(action, argparse._HelpAction):
        return None
    values = "|".join(action.choices) if action.choices else action.metavar or action.dest.upper()
    if action.nargs in ("+", "*"):
        values += " …"
    takes_none = isinstance(action, argparse._StoreTrueAction)
    written = " ".join(filter(None, [", ".join(action.option_strings), "" if takes_none else values]))
    meaning = _sentence(action.help or "")
    if action.option_strings and action.dest != "book" and action.default not in (None, False, []):
        meaning += f" Default: `{action.default}`."
    return f"`{written}`", meaning


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".") + "."


def main() -> None:
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")
        print((REFERENCE / name).relative_to(HOUSE).as_posix())


if __name__ == "__main__":
    os.environ.pop("RECOUP_BOOK", None)
    main()

"""Writes the pages of the reference that say what the code says: the questions and the command line.

python docs/generate.py
"""

import argparse
import os
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOUSE))

from data.schema import TABLES  # noqa: E402
from queries.dictionary import dictionary, table  # noqa: E402
from recoup import command_parser  # noqa: E402

REFERENCE = HOUSE / "docs" / "reference"
MADE = "<!-- Made by docs/generate.py; edit the code it is made from. -->"


def pages() -> dict[str, str]:
    """Each generated page's text by its file's name."""
    return {"questions.md": f"{MADE}\n{dictionary()}", "command-line.md": _command_line(), "tables.md": _tables()}


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

"""The dictionary of measures: every question's definition and columns as Markdown, made from the headers of the SQL files."""

from queries.intervals import interval_columns
from queries.question import Question, questions


def dictionary() -> str:
    """All questions, one section each."""
    lines = [
        "# Questions",
        "",
        "What can be asked of a book, in the pages and with `python recoup.py ask QUESTION`. Each answer has exactly these "
        "columns; a month is its month-end; a share with an empty denominator is NULL. With `--intervals` each rate brings "
        "its interval, and `small` marks those of fewer than 30 loans. The definition stands in the header of "
        "`queries/QUESTION.sql`.",
    ]
    for question in questions().values():
        lines += ["", *_section(question)]
    return "\n".join(lines) + "\n"


def _section(question: Question) -> list[str]:
    definition = {
        "Grain": question.grain,
        "Unit": question.unit,
        "Formula": question.formula,
        "Leaves out": question.leaves_out,
        "Pitfalls": question.pitfalls,
        "Source": question.source,
        "Needs": _code(question.needs),
        "Filters": _code(question.filters),
        "Intervals": _code(interval_columns(question.rates, question.columns)),
    }
    lines = [f"## {question.name}", "", f"**{question.title}** {question.chinese}. {question.answers}", ""]
    lines += [f"- {label}: {text}" for label, text in definition.items() if text]
    lines += ["", *table(("Column", "Meaning"), [(f"`{name}`", said) for name, said in question.columns.items()])]
    if question.options:
        rows = [
            (f"`--{o.name.replace('_', '-')}`", str(o.default), o.range, o.meaning) for o in question.options.values()
        ]
        lines += ["", *table(("Option", "Default", "Range", "Meaning"), rows)]
    return lines


def _code(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """A Markdown table, a line a row."""
    cells = [head, ("---",) * len(head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return [f"| {' | '.join(row)} |" for row in cells]

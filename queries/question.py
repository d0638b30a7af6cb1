"""Questions: one SQL file each, whose header comment is the definition that screens, documents and exports show.

Beside the fields of the definition and the columns, a header may say

    -- computed by: forecast        the module of queries/computed that turns what the SQL gives into the answer
    -- needs: payment, action       tables of the book that the question is about
    -- options:                     what can be chosen beside the filters, see queries/options.py
    -- rates:                       which columns are shares of what, see queries/intervals.py
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from queries.intervals import Rate, parse_rate
from queries.options import Option, parse_option

FILTERS = ("month", "from_month", "to_month", "product", "region", "segment", "acquisition_channel")
FIELDS = ("title", "chinese", "answers", "grain", "unit", "formula", "leaves out", "pitfalls", "source")
SECTIONS = ("columns", "options", "rates")
COMPUTED = Path(__file__).parent / "computed"
TAKEN = frozenset({*FILTERS, "question", "filters", "intervals", "confidence", "frame", "book", "version", "format", "from", "to", "help"})  # fmt: skip
"""Names that an option cannot have: they mean something else where questions are asked."""


@dataclass(frozen=True)
class Question:
    """A question and its definition; `columns` maps each column of the answer to its meaning, in order.

    parameters: the filters and options that the SQL binds. computed_by: the module of queries/computed, if any.
    needs: tables without which there is no answer. rates: the columns that intervals can be given for.
    """

    name: str
    title: str
    chinese: str
    answers: str
    grain: str
    unit: str
    formula: str
    leaves_out: str
    pitfalls: str
    source: str
    columns: dict[str, str]
    parameters: tuple[str, ...]
    sql: str
    computed_by: str | None
    needs: tuple[str, ...]
    options: dict[str, Option]
    rates: tuple[Rate, ...]

    @property
    def filters(self) -> tuple[str, ...]:
        """The filters among the parameters."""
        return tuple(name for name in self.parameters if name in FILTERS)


class UndefinedQuestion(ValueError):
    """A question file whose header is incomplete."""


def parse_question(name: str, text: str) -> Question:
    """A question from its SQL file.

    Raises UndefinedQuestion when the header lacks a field, says something that cannot be read, or the SQL binds a
    parameter that is neither a filter nor an option.
    """
    fields, sections = _header(text)
    columns = dict(_pair(line) for line in sections["columns"])
    missing = [field for field in FIELDS if field not in fields]
    if missing or not columns:
        raise UndefinedQuestion(f"{name}.sql: the header lacks {', '.join(missing) or 'columns'}")
    options = {option.name: option for option in _read(name, "option", parse_option, sections["options"])}
    parameters = tuple(dict.fromkeys(re.findall(r"\$(\w+)", text)))
    unknown = set(parameters) - {*FILTERS, *options}
    if unknown:
        raise UndefinedQuestion(f"{name}.sql: unknown parameters {', '.join(sorted(unknown))}")
    if TAKEN & options.keys():
        raise UndefinedQuestion(f"{name}.sql: no option can be called {', '.join(sorted(TAKEN & options.keys()))}")
    computed_by = fields.get("computed by")
    if computed_by and not (COMPUTED / f"{computed_by}.py").is_file():
        raise UndefinedQuestion(f"{name}.sql: there is no queries/computed/{computed_by}.py")
    return Question(
        name=name,
        **{field.replace(" ", "_"): fields[field] for field in FIELDS},
        columns=columns,
        parameters=parameters,
        sql=text,
        computed_by=computed_by,
        needs=tuple(table.strip() for table in fields["needs"].split(",")) if "needs" in fields else (),
        options=options,
        rates=tuple(_read(name, "rate", parse_rate, sections["rates"])),
    )


def _header(text: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The fields of the header, and the lines of its sections."""
    fields: dict[str, str] = {}
    sections: dict[str, list[str]] = {section: [] for section in SECTIONS}
    section = "columns"
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        field, value = _pair(line[2:])
        if line.startswith("--   "):
            sections[section].append(line[2:].strip())
        elif field in SECTIONS and not value:
            section = field
        elif ":" in line:
            fields[field] = value
    return fields, sections


def _pair(line: str) -> tuple[str, str]:
    field, _, value = line.partition(":")
    return field.strip(), value.strip()


def _read(name: str, what: str, parse, lines: list[str]) -> list:
    read = [parse(line) for line in lines]
    if None in read:
        raise UndefinedQuestion(f"{name}.sql: not {what}: {lines[read.index(None)]}")
    return read


@cache
def questions() -> dict[str, Question]:
    """All questions by name."""
    files = sorted(Path(__file__).parent.glob("*.sql"))
    return {file.stem: parse_question(file.stem, file.read_text(encoding="utf-8")) for file in files}

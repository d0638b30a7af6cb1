"""Questions: one SQL file each, whose header comment is the definition that screens, documents and exports show."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILTERS = ("month", "from_month", "to_month", "product", "region", "segment", "acquisition_channel")
FIELDS = ("title", "chinese", "answers", "grain", "unit", "formula", "leaves out", "pitfalls", "source")


@dataclass(frozen=True)
class Question:
    """A question and its definition; `columns` maps each column of the answer to its meaning, in order."""

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


class UndefinedQuestion(ValueError):
    """A question file whose header is incomplete."""


def parse_question(name: str, text: str) -> Question:
    """A question from its SQL file. Raises UndefinedQuestion when the header lacks a field or the SQL an unknown parameter."""
    header, columns = _header(text)
    missing = [field for field in FIELDS if field not in header]
    if missing or not columns:
        raise UndefinedQuestion(f"{name}.sql: the header lacks {', '.join(missing) or 'columns'}")
    parameters = tuple(dict.fromkeys(re.findall(r"\$(\w+)", text)))
    unknown = set(parameters) - set(FILTERS)
    if unknown:
        raise UndefinedQuestion(f"{name}.sql: unknown parameters {', '.join(sorted(unknown))}")
    fields = {field.replace(" ", "_"): header[field] for field in FIELDS}
    return Question(name=name, **fields, columns=columns, parameters=parameters, sql=text)


def _header(text: str) -> tuple[dict[str, str], dict[str, str]]:
    fields: dict[str, str] = {}
    columns: dict[str, str] = {}
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        if line.startswith("--   "):
            column, _, meaning = line[2:].partition(":")
            columns[column.strip()] = meaning.strip()
        elif ":" in line and not line.startswith("-- columns:"):
            field, _, value = line[2:].partition(":")
            fields[field.strip()] = value.strip()
    return fields, columns


@cache
def questions() -> dict[str, Question]:
    """All questions by name."""
    files = sorted(Path(__file__).parent.glob("*.sql"))
    return {file.stem: parse_question(file.stem, file.read_text(encoding="utf-8")) for file in files}

"""One number a month, out of any question: what targets are set for and alerts watch."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from data.errors import UnknownMeasure, UnknownQuestion
from data.notes import Measure, Where, where_of
from data.schema import DIMENSIONS
from queries.question import Question, questions
from queries.reader import Filters, Reader


def measure_of(text: str, where: Mapping[str, tuple[str, ...] | list[str]]) -> Measure:
    """The measure that is written QUESTION.COLUMN. Raises UnknownQuestion and UnknownMeasure."""
    question, dot, column = text.partition(".")
    if not dot or not column:
        raise UnknownMeasure(
            "“{text}” is no measure; write QUESTION.COLUMN, such as bad_debt.bad_debt_ratio.", text=text
        )
    measure = Measure(question, column, where_of(dict(where)))
    _parts(measure)
    return measure


def written(measure: Measure) -> str:
    """bad_debt.bad_debt_ratio, product=Card, as the command line takes it."""
    parts = [f"{name}={value}" for name, values in measure.where for value in values]
    return ", ".join([f"{measure.question}.{measure.column}", *parts])


def is_share(measure: Measure) -> bool:
    """Is it a part of 1, to be shown in percent?"""
    rates = {rate.column for rate in questions()[measure.question].rates}
    name = measure.column
    return name in rates or name.endswith(("_share", "_rate", "_ratio")) or name.startswith(("share_", "rate_"))


def series(reader: Reader, measure: Measure) -> dict[date, float | None]:
    """Month → value over all months of the book that the question answers for.

    Raises UnknownQuestion, UnknownMeasure where a month has more than one number or the column holds none, InvalidOption,
    NeedsData.
    """
    question, filters, options, cells = _parts(measure)
    answer = reader.ask(question.name, filters, **options)
    for name, values in cells.items():
        answer = answer.filter(pl.col(name).cast(pl.String).is_in(values))
    if not (answer.schema[measure.column].is_numeric()):
        raise UnknownMeasure(
            "The column {column} of {question} holds no numbers.", column=measure.column, question=question.name
        )
    if answer["month"].is_duplicated().any():
        raise UnknownMeasure(
            "{question} has several numbers a month here. Name one by its other columns: {columns}.",
            question=question.name,
            columns=", ".join(_told_apart_by(answer, measure.column)),
        )
    return dict(answer.select("month", pl.col(measure.column).cast(pl.Float64).fill_nan(None)).iter_rows())


def in_both(before: Reader, after: Reader, measure: Measure, month: date) -> tuple[float, float, float] | None:
    """A month's value in one version of the book and in another, and by how much it is more there; None where either lacks it.

    Raises what `series` raises.
    """
    old, new = series(before, measure).get(month), series(after, measure).get(month)
    return None if old is None or new is None else (old, new, new - old)


def _parts(measure: Measure) -> tuple[Question, Filters, dict[str, str], dict[str, list[str]]]:
    """What is asked, and which cells of the answer are meant. Raises UnknownQuestion and UnknownMeasure."""
    known = questions()
    if measure.question not in known:
        raise UnknownQuestion(
            "There is no question “{question}”; there are {known}.", question=measure.question, known=", ".join(known)
        )
    question = known[measure.question]
    if "month" not in question.columns:
        raise UnknownMeasure("{question} does not answer month by month.", question=question.name)
    if measure.column not in question.columns:
        raise UnknownMeasure(
            "{question} has no column {column}; it has {known}.",
            question=question.name,
            column=measure.column,
            known=", ".join(question.columns),
        )
    slices, options, cells = _sorted_out(question, measure.where)
    return question, Filters(**slices), options, cells


def _sorted_out(
    question: Question, where: Where
) -> tuple[dict[str, tuple[str, ...]], dict[str, str], dict[str, list[str]]]:
    """The filters, the options and the cells of the answer among what is named."""
    slices, options, cells = {}, {}, {}
    for name, values in where:
        if name in DIMENSIONS and name in question.filters:
            slices[name] = values
        elif name in question.options and len(values) == 1:
            options[name] = values[0]
        elif name in question.columns and len(values) == 1 and name != "month":
            cells[name] = list(values)
        else:
            known = [*(name for name in DIMENSIONS if name in question.filters), *question.options, *question.columns]
            raise UnknownMeasure(
                "{question} cannot be cut by {name}={values}; it can by one value of {known}.",
                question=question.name,
                name=name,
                values=", ".join(values),
                known=", ".join(name for name in dict.fromkeys(known) if name != "month"),
            )
    return slices, options, cells


def _told_apart_by(answer: pl.DataFrame, column: str) -> list[str]:
    """The columns of texts by which the rows of a month differ, with some of their values."""
    texts = [name for name, kind in answer.schema.items() if kind == pl.String and name != column]
    found = []
    for name in texts:
        values = answer[name].drop_nulls().unique(maintain_order=True)
        if len(values) > 1:
            found.append(f"{name} ({', '.join(values.head(8))})")
    return found or [name for name in answer.columns if name not in ("month", column)]

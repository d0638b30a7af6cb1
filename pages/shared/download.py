"""What a card's data is taken away as: CSV that says by itself what it is.

What it is stands in columns of its own at the end (`about_…`, the same in every row), not in lines above the
header: every reader of CSV takes a plain table, and the columns stay with the rows when files are joined.
"""

from collections.abc import Sequence

import polars as pl

from data.schema import DIMENSIONS
from pages.shared.view import View
from queries import questions
from wording import _, month

RISKY = r"^[=+\-@\t\r\n]"  # a cell that begins so is a formula to a spreadsheet


def about(view: View, asked: Sequence[str]) -> dict[str, object]:
    """What the data is, in the reader's words: column → value. Said now, since a download runs out of the page."""
    known = questions()
    return {
        "about_question": ", ".join(asked),
        "about_definition": "; ".join(f"{_(known[name].title)}: {_(known[name].formula)}" for name in asked),
        "about_filters": " · ".join([month(view.filters.month), *slices_in_words(view)]),
        "about_book_version": view.reader.version.number,
        "about_published": view.reader.version.created_at.date(),
    }


def csv_of(answer: pl.DataFrame, what: dict[str, object]) -> bytes:
    """The answer as CSV in UTF-8 with a byte order mark, without which Excel misreads anything but English."""
    stated = answer.with_columns(pl.lit(value).alias(name) for name, value in what.items())
    return defused(stated).write_csv(include_bom=True).encode()


def defused(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before each text that a spreadsheet would run as a formula."""
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(RISKY)).then(pl.lit("'") + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name, kind in frame.schema.items()
        if kind == pl.String
    )


def file_name(view: View, key: str) -> str:
    return f"recoup-{key}-{view.filters.month:%Y-%m}-v{view.reader.version.number}.csv"


def slices_in_words(view: View) -> list[str]:
    """The values chosen of each dimension, in the order of the bar; empty when the whole book is shown."""
    chosen = (getattr(view.filters, name) for name in DIMENSIONS)
    return [", ".join(value or _("Not known") for value in values) for values in chosen if values]

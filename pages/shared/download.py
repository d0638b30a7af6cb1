"""What a card's data is taken away as: CSV, Excel and pictures that say by themselves what they are.

In CSV that stands in columns of its own at the end (`about_…`, the same in every row), not in lines above the header: every
reader of CSV takes a plain table, and the columns stay with the rows when files are joined. In Excel it is a second sheet,
and in a picture a line below the chart.
"""

from collections.abc import Callable, Sequence
from functools import partial

import polars as pl
import streamlit as st

from pages.shared.picture import picture_buttons
from pages.shared.view import View
from queries import questions
from reports.provenance import About, about, file_stem, stated
from reports.sheet import workbook_of
from wording import _

RISKY = r"^[=+\-@\t\r\n]"  # a cell that begins so is a formula to a spreadsheet
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download_menu(
    view: View,
    asked: Sequence[str],
    answer: pl.DataFrame,
    key: str,
    title: str = "",
    caption: str = "",
    chart: bool = True,
) -> None:
    """A card's menu of what it can be taken away as: its data, and its chart, if it has one, as it is drawn at that moment."""
    what = about(view.scope, asked)
    with st.popover(
        _("Download"),
        type="tertiary",
        icon=":material/download:",
        help=_("Download this card as data or as a picture"),
        key=f"download_menu_{key}",
    ):
        with st.container(horizontal=True, gap="xsmall"):
            table_buttons(answer, what, file_stem(view.scope, key), key, rates_of(asked))
        if chart:
            picture_buttons(key, file_stem(view.scope, key), title, [caption, stated(view.scope)])


def table_buttons(
    table: pl.DataFrame | Callable[[], pl.DataFrame],
    what: About,
    stem: str,
    key: str,
    rates: frozenset[str] = frozenset(),
) -> None:
    """Two buttons that download a table, as CSV and as Excel; nothing is written before one is pressed.

    table: the rows, or what asks for them then. what: as `about` gives it. stem: the file's name without its ending.
    rates: columns that are shares of 1, shown in percent.
    """

    def rows() -> pl.DataFrame:
        return table() if callable(table) else table

    for name, ending, mime, write in (
        (_("CSV"), "csv", "text/csv", lambda: csv_of(rows(), what)),
        (_("Excel"), "xlsx", EXCEL, partial(_excel, rows, what, rates)),
    ):
        st.download_button(
            name, data=write, file_name=f"{stem}.{ending}", mime=mime, type="tertiary",
            icon=":material/table_rows:" if ending == "csv" else ":material/table_view:",
            on_click="ignore", key=f"download_{ending}_{key}",
        )  # fmt: skip


def _excel(rows: Callable[[], pl.DataFrame], what: About, rates: frozenset[str]) -> bytes:
    return workbook_of(defused(rows()), _in_words(what), rates)


def _in_words(what: About) -> dict[str, object]:
    """The same by names that a person reads, for a sheet of its own; its texts defused like all others."""
    names = {
        "about_table": _("Table"),
        "about_question": _("Question"),
        "about_definition": _("Definition"),
        "about_filters": _("Filters"),
        "about_book_version": _("Version of the book"),
        "about_published": _("Published on"),
        "about_taken_on": _("Downloaded on"),
    }
    frame = defused(pl.DataFrame({names.get(name, name): [value] for name, value in what.items()}))
    return frame.row(0, named=True)


def rates_of(asked: Sequence[str]) -> frozenset[str]:
    """The columns of these questions that are shares of 1."""
    return frozenset(rate.column for name in asked for rate in questions()[name].rates)


def csv_of(answer: pl.DataFrame, what: About) -> bytes:
    """The answer as CSV in UTF-8 with a byte order mark, without which Excel misreads anything but English."""
    stated = answer.with_columns(pl.lit(value).alias(name) for name, value in what.items())
    return defused(stated).write_csv(include_bom=True).encode()


def defused(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before each text that a spreadsheet would run as a formula."""
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(RISKY)).then(pl.lit("'") + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name, kind in frame.schema.items()
        if kind in (pl.String, pl.Categorical, pl.Enum)
    )

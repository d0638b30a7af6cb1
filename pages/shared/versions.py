"""The versions of the book, newest first."""

import polars as pl
import streamlit as st

from data.book import Book
from pages.shared.download import table_buttons
from reports.provenance import today_in_about
from wording import _, count, month, ngettext

SHOWN = 50
NAMED_FILES = 2


def versions_table(book: Book) -> None:
    """A row a version; the newest is the one that the pages show."""
    rows = []
    for number in reversed(book.versions()[-SHOWN:]):
        version = book.read_version(number)
        rows.append(
            {
                _("Version"): str(number),
                _("Published (UTC)"): f"{version.created_at:%Y-%m-%d %H:%M}",
                _("First month"): month(version.months[0]),
                _("Last month"): month(version.months[-1]),
                _("Open loans"): count(version.loans),
                _("Imported files"): _named(version.sources),
                _("By Recoup"): version.code_version,
            }
        )
    if not rows:
        st.caption(_("Nothing has been published yet."))
        return
    st.table(rows)
    what = {"about_table": _("Versions")} | today_in_about()
    with st.container(horizontal=True, gap="xsmall"):
        table_buttons(pl.DataFrame(rows), what, "recoup-versions", "versions")
    st.caption(
        _("The pages show the newest. Earlier ones stay readable: `python recoup.py ask roll_rates --version N`.")
    )


def _named(sources: tuple[str, ...]) -> str:
    named = _(", ").join(sources[:NAMED_FILES])
    more = len(sources) - NAMED_FILES
    return named if more <= 0 else named + " " + ngettext("and {n} more", "and {n} more", more)

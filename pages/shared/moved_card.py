"""What moved, and why: the largest contributions, each a link to the page that explains it."""

from collections.abc import Mapping

import streamlit as st

import charts
from data.schema import DIMENSIONS
from pages.shared.card import definitions
from pages.shared.download import download_menu
from pages.shared.slices import contributions
from pages.shared.view import View
from queries import Filters
from wording import _, month

MOST_LINKS = 6
PAGES = {"rolled_on": "pages/roll_rates.py", "went_bad": "pages/bad_debt.py"}
ICONS = {"rolled_on": ":material/grid_on:", "went_bad": ":material/trending_down:"}


def moved_card(view: View) -> None:
    """The largest contributions, a line each: where it leads, what it was, and the money at stake."""
    found = contributions(view)
    words = charts.moved_words(found, weigh=view.weigh_by, against=view.compare_month)
    with st.container(border=True, height="stretch", key="card_overview_moved"):
        st.header(words.title, anchor=False)
        with st.container(gap="xsmall", height="stretch", key="moved_lines"):
            for place, row in enumerate(found.head(MOST_LINKS).iter_rows(named=True)):
                _line(view, row, place)
        with st.container(horizontal=True, wrap=False, gap="xsmall", key="card_foot_overview_moved"):
            caption = _(
                "At stake: beyond what the rates of {month} would have let, a slice at a time. Grey: no more than is usual of it",
                month=month(view.compare_month),
            )
            st.caption(caption if found.height else words.title)
            asked = ["roll_slices", "mix_and_rate"]
            definitions(asked)
            if found.height:
                download_menu(view, asked, found, "overview_moved", chart=False)


def _line(view: View, row: Mapping[str, object], place: int) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key=f"moved_{place}"
    ):
        st.page_link(
            PAGES[row["kind"]],
            label=charts.slice_name(row),
            icon=ICONS[row["kind"]],
            query_params=_explained_by(view.filters, row),
        )
        said = charts.contribution_words(row, view.weigh_by)
        colour = "gray" if not row["news"] else "red" if row["extra"] > 0 else "green"
        st.markdown(f":{colour}[:small[{said}]]", width="content")


def _explained_by(filters: Filters, row: Mapping[str, object]) -> list[tuple[str, str]]:
    """The slice of a line, within what is already chosen."""
    chosen = {name: getattr(filters, name) for name in DIMENSIONS} | {row["dimension"]: (row["value"],)}
    return [(name, value or _("Not known")) for name, values in chosen.items() for value in values]

"""What each number means: this book's own definitions, then every question with its columns."""

from itertools import pairwise

import polars as pl
import streamlit as st

from charts.names import tier_name
from data.settings import Band, Settings
from pages.shared.card import definition, labelled
from pages.shared.download import table_buttons, today_in_about
from queries import questions
from wording import _


def this_book(settings: Settings) -> None:
    """Buckets, tiers, the bad-debt line and the currency, as the current version was built with them."""
    with st.container(border=True):
        st.header(_("In this book"), anchor=False)
        lines = [
            (_("Bad debt"), _("more than {days} days past due", days=settings.bad_above_dpd)),
            (_("Buckets, days past due"), " · ".join(_ranges(settings.buckets, str))),
            (_("Tiers, days past due"), " · ".join(_ranges(settings.tiers, tier_name))),
            (_("Currency"), settings.currency),
        ]
        st.markdown("\n\n".join(labelled(label, text) for label, text in lines))
        st.caption(
            _("They stand in recoup.toml in the folder of the book; the next import takes what is changed there.")
        )


def dictionary() -> None:
    """A card for each question; above them all of it as a table to take away."""
    rows = [
        {_("Question"): name, _("Column"): column, _("Meaning"): _(text), _("Formula"): _(question.formula)}
        for name, question in questions().items()
        for column, text in question.columns.items()
    ]
    what = {"about_table": _("Dictionary")} | today_in_about()
    with st.container(horizontal=True, gap="xsmall"):
        table_buttons(pl.DataFrame(rows), what, "recoup-dictionary", "dictionary")
    for name, question in questions().items():
        with st.container(border=True):
            st.markdown(definition(name))
            with st.expander(_("Columns, as `recoup.py ask {name}` answers", name=name)):
                st.table(
                    [{_("Column"): f"`{column}`", _("Meaning"): _(text)} for column, text in question.columns.items()]
                )


def _ranges(bands: tuple[Band, ...], name) -> list[str]:
    """M1 1–30, M2 31–60, …, M7 181+"""
    inner = [
        f"{name(band.name)} {band.lower_dpd}"
        + (f"–{after.lower_dpd - 1}" if after.lower_dpd - 1 > band.lower_dpd else "")
        for band, after in pairwise(bands)
    ]
    return [*inner, f"{name(bands[-1].name)} {bands[-1].lower_dpd}+"]

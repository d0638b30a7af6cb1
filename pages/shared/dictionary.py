"""What each number means: this book's own definitions, then every question with its columns."""

from itertools import pairwise

import polars as pl
import streamlit as st

from charts import preset_name
from charts.contact_hours import day_name
from charts.names import tier_name
from charts.stages import stage_name
from data.settings import WEEKDAYS, Band, Settings
from pages.shared.download import table_buttons
from queries import questions
from queries.question import Question
from reports.definition import definition, labelled
from reports.provenance import today_in_about
from wording import _, date, ngettext, percent


def this_book(settings: Settings) -> None:
    """The definitions of this book, as the current version was built with them."""
    with st.container(border=True):
        st.header(_("In this book"), anchor=False)
        st.markdown("\n\n".join(labelled(label, text) for label, text in settings_lines(settings)))
        st.caption(
            _("They stand in recoup.toml in the folder of the book; the next import takes what is changed there.")
        )


def settings_lines(settings: Settings) -> list[tuple[str, str]]:
    """Every setting by its name, in words."""
    exceptions = [
        f"{' · '.join(filter(None, (each.product, each.segment)))}: {' · '.join(_ranges(each.bands, stage_name))}"
        for each in settings.stage_exceptions
    ]
    kept = _(
        "{share} of it paid by {days} days after it is due",
        share=percent(settings.promise_kept_share, 0),
        days=settings.promise_grace_days,
    )
    return [
        (_("Bad debt"), _("more than {days} days past due", days=settings.bad_above_dpd)),
        (_("Buckets, days past due"), " · ".join(_ranges(settings.buckets, str))),
        (_("Tiers, days past due"), " · ".join(_ranges(settings.tiers, tier_name))),
        (_("Stages, days past due"), " · ".join(_ranges(settings.stages, stage_name))),
        (_("Stages of some products or segments"), _("; ").join(exceptions) or _("none")),
        (_("A promise is kept"), kept),
        (
            _("A payment is credited to a contact"),
            ngettext("within {n} day after it", "within {n} days after it", settings.credit_days),
        ),
        (_("Rules of conduct"), preset_name(settings.rules)),
        (_("Rest days"), _(", ").join(day_name(WEEKDAYS.index(day) + 1) for day in settings.rest_days) or _("none")),
        (_("Holidays"), _(", ").join(date(day) for day in settings.holidays) or _("none")),
        (_("Currency"), settings.currency),
    ]


def dictionary() -> None:
    """A card for each question that holds the words looked for; above them all of it as a table to take away."""
    rows = [
        {_("Question"): name, _("Column"): column, _("Meaning"): _(text), _("Formula"): _(question.formula)}
        for name, question in questions().items()
        for column, text in question.columns.items()
    ]
    what = {"about_table": _("Dictionary")} | today_in_about()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        sought = st.text_input(
            _("Search"), key="find", bind="query-params", width=320, placeholder=_("a measure, a column, a word")
        )
        table_buttons(pl.DataFrame(rows), what, "recoup-dictionary", "dictionary")
    found = {name: question for name, question in questions().items() if _holds(name, question, sought or "")}
    if not found:
        st.caption(_("Nothing holds “{words}”.", words=sought))
    for name, question in found.items():
        with st.container(border=True):
            st.markdown(definition(name))
            with st.expander(_("Columns, as `recoup.py ask {name}` answers", name=name)):
                st.table(
                    [{_("Column"): f"`{column}`", _("Meaning"): _(text)} for column, text in question.columns.items()]
                )


def _holds(name: str, question: Question, sought: str) -> bool:
    """Does the definition of the question hold each of these words, in any language?"""
    texts = [definition(name), name, question.title, *question.columns, *map(_, question.columns.values())]
    text = " ".join(texts).casefold()
    return all(word in text for word in sought.casefold().split())


def _ranges(bands: tuple[Band, ...], name) -> list[str]:
    """M1 1–30, M2 31–60, …, M7 181+"""
    inner = [
        f"{name(band.name)} {band.lower_dpd}"
        + (f"–{after.lower_dpd - 1}" if after.lower_dpd - 1 > band.lower_dpd else "")
        for band, after in pairwise(bands)
    ]
    return [*inner, f"{name(bands[-1].name)} {bands[-1].lower_dpd}+"]

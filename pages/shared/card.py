"""What every page is made of: the head with its finding, cards with one chart each, definitions, downloads."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NoReturn

import plotly.graph_objects as go
import polars as pl
import streamlit as st

import charts
from charts import Words
from data.notes import Annotation
from data.schema import DIMENSIONS
from pages.shared.download import download_menu, slices_in_words
from pages.shared.drill import Click, Places, listen
from pages.shared.view import View
from queries import questions
from wording import _, count, date, month, ngettext

CHART = {"displayModeBar": False}


def page_head(view: View, title: str, name: str, weighed: bool = True) -> None:
    """The page's finding; below it quietly what is shown at the left, from which data at the right. weighed: by balance or loans."""
    version = view.reader.version
    shown = [name, month(view.filters.month)]
    if view.against_target:
        shown.append(_("figures against their targets, charts against {month}", month=month(view.compare_month)))
    elif view.compare_month:
        shown.append(_("against {month}", month=month(view.compare_month)))
    if weighed and view.reader.has_balances:
        shown.append(_("by balance") if view.weigh_by == "balance" else _("by loans"))
    elif weighed:
        shown.append(_("by loans, since the book has no balances"))
    shown += slices_in_words(view)
    data = [
        _("Data to {day}", day=date(view.reader.months[-1])),
        _("{loans} open loans", loans=count(version.loans)),
        _("version {number} of {day}", number=version.number, day=date(version.created_at.date())),
    ]
    findings = len({finding.code for finding in version.findings})
    with view.head:
        st.title(title, anchor=False)
        with st.container(horizontal=True, horizontal_alignment="distribute", key="page_facts"):
            st.caption(" · ".join(shown), width="content")
            with st.container(horizontal=True, width="content", vertical_alignment="center"):
                st.caption(" · ".join(data), width="content")
                if findings:
                    label = ngettext("{n} finding", "{n} findings", findings)
                    st.page_link(
                        "pages/data.py", label=label, icon=":material/rule:", query_params={"tab": _("Findings")}
                    )


def nothing_here(view: View, title: str) -> NoReturn:
    """What a page says when there is no book yet, and where to go."""
    view.head.title(title, anchor=False)
    st.info(_("There is no book yet. Import a file of month-end loan snapshots on the Data page."))
    st.page_link("pages/data.py", label=_("Import a file"), icon=":material/upload:")
    st.stop()


def nothing_left(view: View, name: str) -> NoReturn:
    """What a page says when the filters leave no loan in the month, and the way back."""
    page_head(view, _("No loan matches the filters in {month}", month=month(view.filters.month)), name)
    st.info(_("Choose another month, or take filters away."))
    st.button(_("Show all loans"), on_click=_take_filters_away, icon=":material/filter_alt_off:")
    st.stop()


def _take_filters_away() -> None:
    for name in DIMENSIONS:
        if name in st.session_state:
            st.session_state[name] = []


def chart_card(
    view: View,
    words: Words,
    figure: go.Figure | None,
    asked: Sequence[str],
    answer: pl.DataFrame,
    caption: str,
    key: str,
    on_click: Callable[[int], None] | None = None,
    drill: Callable[[View, Click], Places | None] | None = None,
) -> None:
    """A card: a title in words, one chart, a caption, the definitions behind it, and what it can be taken away as.

    asked: the questions that the chart answers. answer: what is drawn, for the download. on_click: told the place of the mark that a
    person clicks, before the page runs again. drill: which loans a click on the chart lists, see pages/shared/drill.py.
    Without a figure the card says what the chart would show and what it lacks.
    """
    with st.container(border=True, height="stretch", key=f"card_{key}"):
        st.header(_(questions()[asked[0]].title) if figure is None else words.title, anchor=False)
        if figure is not None:
            noted = [(kept.note.month, kept.note.text) for kept in view.notes.all(Annotation)]
            marked = charts.mark_notes(figure, noted, view.mode)
            listening = {"on_select": partial(_clicked, key, on_click), "selection_mode": "points"} if on_click else {}
            alt = f"{words.alt} {marked}".strip()
            st.plotly_chart(figure, theme=None, alt=alt, config=CHART, key=key, **listening)
        with st.container(horizontal=True, wrap=False, gap="xsmall", key=f"card_foot_{key}"):
            st.caption(words.title if figure is None else caption)
            if figure is not None and drill:
                listen(view, key, drill)
            definitions(asked)
            if figure is not None:
                download_menu(view, asked, answer, key, words.title, caption)


def _clicked(key: str, on_click: Callable[[int], None]) -> None:
    points = st.session_state[key]["selection"]["points"]
    if points:
        on_click(points[0]["point_index"])


def definitions(asked: Sequence[str]) -> None:
    """The definition cards of questions, behind a button."""
    with st.popover(_("Definition"), type="tertiary", icon=":material/info:", help=_("What these numbers mean")):
        for name in asked:
            st.markdown(definition(name))


def definition(name: str) -> str:
    """A question's definition in Markdown."""
    question = questions()[name]
    title = _(question.title)
    head = f"**{title}**" if title == question.chinese else f"**{title}** {question.chinese}"
    lines = [head, _(question.answers)]
    for label, text in (
        (_("Formula"), question.formula),
        (_("Unit"), question.unit),
        (_("Left out"), question.leaves_out),
        (_("Pitfalls"), question.pitfalls),
        (_("Source"), question.source),
    ):
        lines.append(labelled(label, _(text)))
    return "\n\n".join(lines)


def labelled(label: str, text: str) -> str:
    """A line in Markdown that opens with what it is about."""
    return _("{label}: {text}", label=f"*{label}*", text=text)

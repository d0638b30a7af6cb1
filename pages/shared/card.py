"""What every page is made of: the head with its finding, cards with one chart each, key figures, definitions, downloads."""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from charts import Words
from pages.shared.view import View
from queries import questions
from wording import _, count, date, month

CHART = {"displayModeBar": False}


def page_head(view: View, title: str, name: str) -> None:
    """The page's finding, and below it quietly what, when, by what, and from which version of the book."""
    version = view.reader.version
    facts = [name, month(view.filters.month)]
    if view.compare_month:
        facts.append(_("against {month}", month=month(view.compare_month)))
    facts.append(_("by balance") if view.weigh_by == "balance" else _("by loans"))
    facts.append(_("version {number} of {day}", number=version.number, day=date(version.created_at.date())))
    facts.append(_("{loans} open loans", loans=count(version.loans)))
    if version.findings:
        facts.append(_("{findings} findings", findings=count(len({f.code for f in version.findings}))))
    with view.head:
        st.title(title)
        st.caption(" · ".join(facts))


def nothing_here(view: View, title: str) -> None:
    """What a page says when there is no book yet, and where to go."""
    view.head.title(title)
    st.info(_("There is no book yet. Import a file of month-end loan snapshots on the Data page."))
    st.page_link("pages/data.py", label=_("Import a file"), icon=":material/upload:")
    st.stop()


def chart_card(
    view: View,
    words: Words,
    figure: go.Figure | None,
    asked: Sequence[str],
    answer: pl.DataFrame,
    caption: str,
    key: str,
) -> None:
    """A card: a title in words, one chart, a caption, the definitions behind it and its data to download."""
    with st.container(border=True, height="stretch", key=f"card_{key}"):
        st.subheader(words.title)
        if figure is None:
            st.caption(words.alt)
            return
        st.plotly_chart(figure, theme=None, alt=words.alt, config=CHART, key=key)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(caption, width="stretch")
            definitions(asked)
            st.download_button(
                _("Data"),
                data=answer.write_csv,
                file_name=f"recoup-{key}-{view.filters.month:%Y-%m}-v{view.reader.version.number}.csv",
                mime="text/csv",
                type="tertiary",
                icon=":material/download:",
                on_click="ignore",
                key=f"download_{key}",
            )


def definitions(asked: Sequence[str]) -> None:
    """The definition cards of questions, behind a button."""
    with st.popover(_("Definition"), type="tertiary", icon=":material/info:"):
        for name in asked:
            st.markdown(definition(name))


def definition(name: str) -> str:
    """A question's definition in Markdown."""
    question = questions()[name]
    lines = [f"**{_(question.title)}** {question.chinese}", _(question.answers)]
    for label, text in (
        (_("Formula"), question.formula),
        (_("Unit"), question.unit),
        (_("Left out"), question.leaves_out),
        (_("Pitfalls"), question.pitfalls),
        (_("Source"), question.source),
    ):
        lines.append(f"*{label}*: {_(text)}")
    return "\n\n".join(lines)

"""What every page is made of: the head with its finding, cards with one chart each, definitions, downloads."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NoReturn

import streamlit as st

from data.schema import DIMENSIONS
from pages.shared.download import download_menu
from pages.shared.drill import Click, Places, listen
from pages.shared.view import View
from queries import questions
from reports.definition import definition
from reports.exhibit import Exhibit, annotated
from reports.provenance import slices_in_words
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
    shown += slices_in_words(view.filters)
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
    exhibit: Exhibit,
    under: str = "",
    hint: str = "",
    on_click: Callable[[int], None] | None = None,
    drill: Callable[[View, Click], Places | None] | None = None,
) -> None:
    """A card: a title in words, one chart, a caption, the definitions behind it, and what it can be taken away as.

    under: the head that the card stands below, which may say what its title says. hint: what a person can do here, said at the end
    of the caption. on_click: told the place of the mark that a
    person clicks, before the page runs again. drill: which loans a click on the chart lists, see pages/shared/drill.py.
    Without a figure the card says what the chart would show and what it lacks.
    """
    shown = annotated(exhibit, view.scope)
    key, words, figure, asked = shown.key, shown.words.under(under), shown.figure, shown.asked
    with st.container(border=True, height="stretch", key=f"card_{key}"):
        st.header(_(questions()[asked[0]].title) if figure is None else words.title, anchor=False)
        if figure is not None:
            listening = {"on_select": partial(_clicked, key, on_click), "selection_mode": "points"} if on_click else {}
            st.plotly_chart(figure, theme=None, alt=words.alt, config=CHART, key=key, **listening)
        with st.container(horizontal=True, wrap=False, gap="xsmall", key=f"card_foot_{key}"):
            caption = _("{caption}. {note}", caption=shown.caption, note=hint) if hint else shown.caption
            st.caption(words.title if figure is None else caption)
            if figure is not None and drill:
                listen(view, key, drill)
            definitions(asked)
            if figure is not None:
                download_menu(view, asked, shown.rows, key, words.title, shown.caption)


def _clicked(key: str, on_click: Callable[[int], None]) -> None:
    points = st.session_state[key]["selection"]["points"]
    if points:
        on_click(points[0]["point_index"])


def definitions(asked: Sequence[str]) -> None:
    """The definition cards of questions, behind a button."""
    with st.popover(_("Definition"), type="tertiary", icon=":material/info:", help=_("What these numbers mean")):
        for name in asked:
            st.markdown(definition(name))

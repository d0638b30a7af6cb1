"""The cards of the Overview: each draws what it was given or asks its question, and says in a caption what it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl
import streamlit as st

import charts
from data.schema import DIMENSIONS
from pages.shared.card import chart_card, definitions
from pages.shared.download import download_menu
from pages.shared.drill import bucket_layer
from pages.shared.figures import KeyFigure, collection_figures, headline, key_figures
from pages.shared.history_cards import HistoryCards
from pages.shared.slices import contributions
from queries import Filters
from wording import _, month

MOST_LINKS = 6
PAGES = {"rolled_on": "pages/roll_rates.py", "went_bad": "pages/bad_debt.py"}
ICONS = {"rolled_on": ":material/grid_on:", "went_bad": ":material/trending_down:"}


@dataclass(frozen=True)
class OverviewCards(HistoryCards):
    """What the page was asked to show."""

    @property
    def told(self) -> dict[str, object]:
        return super().told | {"weigh": self.view.weigh_by}

    @property
    def drawn(self) -> dict[str, object]:
        return super().drawn | {"weigh": self.view.weigh_by}

    @cached_property
    def debt(self) -> pl.DataFrame:
        return self.ask("bad_debt")

    @cached_property
    def delinquency(self) -> pl.DataFrame:
        return self.ask("delinquency")

    @cached_property
    def trend(self) -> pl.DataFrame:
        return self.ask("roll_trend")

    @cached_property
    def figures(self) -> list[KeyFigure]:
        """Six; where the book has payments two of collections take the place of the roll of the second bucket and the cure."""
        month, weigh, buckets = self.view.filters.month, self.view.weigh_by, self.view.reader.buckets
        figures = key_figures(month, self.trend, self.debt, self.delinquency, weigh, buckets)
        lacks = self.view.reader.lacks
        if lacks("recovery_by_day") or lacks("cost_to_collect"):
            return figures
        recovered, costs = self.ask("recovery_by_day"), self.ask("cost_to_collect", split="total")
        collected = collection_figures(month, recovered, costs, weigh)
        dispensable = [f"forward_{buckets[2]}", "cured"][: len(collected)]
        return [*(figure for figure in figures if figure.key not in dispensable), *collected]

    @cached_property
    def title(self) -> str:
        return headline(self.figures, self.view.filters.month, self.view.compare_month)[1]


def bad_debt(of: OverviewCards) -> None:
    days = of.view.reader.version.settings.bad_above_dpd
    chart_card(
        of.view,
        charts.bad_debt_ratio_words(of.debt, **of.told).under(of.title),
        charts.bad_debt_ratio(of.debt, **of.drawn),
        ["bad_debt"],
        of.debt,
        _("Share of the open book more than {days} days past due", days=days),
        "overview_bad_debt",
    )


def overdue(of: OverviewCards) -> None:
    buckets = {"buckets": of.view.reader.buckets}
    chart_card(
        of.view,
        charts.bucket_area_words(of.delinquency, **of.told, **buckets).under(of.title),
        charts.bucket_area(of.delinquency, **of.drawn, **buckets),
        ["delinquency"],
        of.delinquency,
        _("Overdue loans by bucket, share of the open book; what is not overdue is not drawn"),
        "overview_overdue",
        drill=bucket_layer,
    )


def funnel(of: OverviewCards) -> None:
    """The contact funnel of the month; without attempts what became of those newly overdue."""
    if not of.view.reader.lacks("contact_funnel"):
        accounts = of.ask("contact_funnel", of.view.filters, split="total")
        before = None
        if of.view.compare_month:
            before = of.ask("contact_funnel", replace(of.view.filters, month=of.view.compare_month), split="total")
        caption = _(
            "Accounts in {month}, each step of those of the step before; cured: after a promise kept",
            month=month(of.view.filters.month),
        )
        words, figure = (
            charts.contact_funnel_words(accounts),
            charts.contact_funnel(accounts, before, mode=of.view.mode),
        )
        chart_card(of.view, words, figure, ["contact_funnel"], accounts, caption, "overview_funnel")
        return
    by = {"month": of.view.filters.month, "buckets": of.view.reader.buckets}
    chart_card(
        of.view,
        charts.cure_funnel_words(of.trend, **by),
        charts.cure_funnel(of.trend, mode=of.view.mode, **by),
        ["roll_trend"],
        of.trend,
        _("What became by the month-end of the loans that stood in the bucket at its opening, by number of loans"),
        "overview_funnel",
    )


def what_moved(of: OverviewCards) -> None:
    """The largest contributions, a line each: where it leads, what it was, and the money at stake."""
    found = contributions(of.view)
    words = charts.moved_words(found, weigh=of.view.weigh_by, against=of.view.compare_month)
    with st.container(border=True, height="stretch", key="card_overview_moved"):
        st.header(words.title, anchor=False)
        with st.container(gap="xsmall", height="stretch", key="moved_lines"):
            for place, row in enumerate(found.head(MOST_LINKS).iter_rows(named=True)):
                _line(of, row, place)
        with st.container(horizontal=True, wrap=False, gap="xsmall", key="card_foot_overview_moved"):
            caption = _(
                "At stake: beyond what the rates of {month} would have let, a slice at a time. Grey: no more than is usual of it",
                month=month(of.view.compare_month),
            )
            st.caption(caption if found.height else words.title)
            asked = ["roll_trend", "mix_and_rate"]
            definitions(asked)
            if found.height:
                download_menu(of.view, asked, found, "overview_moved", chart=False)


def _line(of: OverviewCards, row: Mapping[str, object], place: int) -> None:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key=f"moved_{place}"
    ):
        st.page_link(
            PAGES[row["kind"]],
            label=charts.slice_name(row),
            icon=ICONS[row["kind"]],
            query_params=_explained_by(of.view.filters, row),
        )
        said = charts.contribution_words(row, of.view.weigh_by)
        colour = "gray" if not row["news"] else "red" if row["extra"] > 0 else "green"
        st.markdown(f":{colour}[:small[{said}]]", width="content")


def _explained_by(filters: Filters, row: Mapping[str, object]) -> list[tuple[str, str]]:
    """The slice of a line, within what is already chosen."""
    chosen = {name: getattr(filters, name) for name in DIMENSIONS} | {row["dimension"]: (row["value"],)}
    return [(name, value or _("Not known")) for name, values in chosen.items() for value in values]

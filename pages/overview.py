"""Overview: how we are doing, what moved and why."""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

from dataclasses import replace

import polars as pl
import streamlit as st

import charts
from pages.shared.card import chart_card, nothing_here, nothing_left, page_head
from pages.shared.drill import bucket_layer
from pages.shared.figures import figure_card, headline, key_figures
from pages.shared.months import without_movement
from pages.shared.targets import alerts_list
from wording import _, month

view = current_view()
if view.reader is None:
    nothing_here(view, _("Overview"))

now, against, weigh, buckets = view.filters.month, view.compare_month, view.weigh_by, view.reader.buckets
history = replace(view.filters, month=None, to_month=now)
ask = view.reader.ask
trend, debt, delinquency, ledger = (ask(name, history) for name in ("roll_trend", "bad_debt", "delinquency", "ledger"))
if now not in set(debt["month"]):
    nothing_left(view, _("Overview"))

figures = key_figures(now, trend, debt, delinquency, weigh, buckets)
news, finding = headline(figures, against)
page_head(view, finding, _("Overview"))
alerts_list(view)
for column, figure in zip(st.columns(len(figures)), figures, strict=True):
    with column:
        figure_card(figure, view)
without_movement(view)

by = {"mode": view.mode, "weigh": weigh}
told = {"weigh": weigh, "month": now, "against": against}


def bad_debt_card() -> None:
    days = view.reader.version.settings.bad_above_dpd
    chart_card(
        view, charts.bad_debt_ratio_words(debt, **told).under(finding), charts.bad_debt_ratio(debt, **by), ["bad_debt"], debt,
        _("Share of the open book more than {days} days past due", days=days), "overview_bad_debt",
    )  # fmt: skip


def overdue_card() -> None:
    chart_card(
        view, charts.bucket_area_words(delinquency, buckets=buckets, **told).under(finding),
        charts.bucket_area(delinquency, **by, buckets=buckets), ["delinquency"], delinquency,
        _("Overdue loans by bucket, share of the open book; what is not overdue is not drawn"), "overview_overdue", bucket_layer,
    )  # fmt: skip


def moved_card() -> None:
    """What moved, by product; by step where one product is shown."""
    slices = {
        product or _("Not known"): ask("roll_trend", replace(history, product=(product,)))
        for product in (view.filters.product or view.reader.dimensions["product"])
    }
    between = {"month": now, "against": against, "buckets": buckets, "weigh": weigh}
    chart_card(
        view, charts.what_moved_words(slices, **between), charts.what_moved(slices, mode=view.mode, **between),
        ["roll_trend"], charts.forward_changes(slices, **between).with_columns(month=now, against=against, weighed_by=pl.lit(weigh)),
        _("What rolled to a worse bucket, {month} against {against}", month=month(now), against=month(against)),
        "overview_moved",
    )  # fmt: skip


def exits_card() -> None:
    chart_card(
        view, charts.exits_trend_words(ledger, weigh=weigh), charts.exits_trend(ledger, **by), ["ledger"], ledger,
        _("What entered and left each month, each on its own scale"), "overview_exits",
    )  # fmt: skip


rows = [(bad_debt_card, moved_card), (overdue_card, exits_card)]
if trend.is_empty():  # one month: levels, and nothing that moved
    rows = [(bad_debt_card, overdue_card)]
for pair in rows:
    for column, card in zip(st.columns([3, 2]), pair, strict=True):
        with column:
            card()

"""Overview: how we are doing, what moved and why."""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

from dataclasses import replace

import streamlit as st

import charts
from charts.words import finding
from pages.shared.card import chart_card, nothing_here, page_head
from pages.shared.figures import key_figures
from wording import _, percent, points

view = current_view()
if view.reader is None:
    nothing_here(view, _("Overview"))

history = replace(view.filters, month=None, to_month=view.filters.month)
ask = view.reader.ask
trend, debt, delinquency, ledger = (ask(name, history) for name in ("roll_trend", "bad_debt", "delinquency", "ledger"))
figures = key_figures(trend, debt, delinquency, view.weigh_by, view.reader.buckets)
headline = next((f for f in figures if f.key == "forward_M1"), figures[0])
page_head(view, finding(headline.name, headline.series, view.compare_month), _("Overview"))

for column, figure in zip(st.columns(len(figures)), figures, strict=True):
    now, before = figure.at(view.filters.month), figure.at(view.compare_month)
    with column:
        st.metric(
            figure.name,
            percent(now),
            None if now is None or before is None else points(now - before),
            delta_color="off" if now is None or before is None or abs(now - before) < 0.0005 else figure.delta_color,
            help=figure.means,
            border=True,
            height="stretch",
            chart_data=[None if value is None else 100 * value for value in figure.values],
        )

by = {"mode": view.mode, "weigh": view.weigh_by}
left, right = st.columns([3, 2])
with left:
    chart_card(
        view, charts.bad_debt_ratio_words(debt, weigh=view.weigh_by, against=view.compare_month),
        charts.bad_debt_ratio(debt, **by), ["bad_debt"], debt, _("Share of the open book, month-ends"), "overview_bad_debt",
    )  # fmt: skip
with right:
    slices = {
        product or _("Not known"): ask("roll_trend", replace(history, product=(product,)))
        for product in (view.filters.product or view.reader.dimensions["product"])
    }
    moved = {"month": view.filters.month, "against": view.compare_month, "buckets": view.reader.buckets}
    chart_card(
        view, charts.what_moved_words(slices, weigh=view.weigh_by, **moved), charts.what_moved(slices, **by, **moved),
        ["roll_trend"], trend, _("What rolled to a worse bucket, against the month compared with"), "overview_moved",
    )  # fmt: skip
chart_card(
    view, charts.exits_trend_words(ledger, weigh=view.weigh_by), charts.exits_trend(ledger, **by), ["ledger"], ledger,
    _("Loans that entered or left the book each month; missing ones have no row and no known reason"), "overview_exits",
)  # fmt: skip

"""Roll rates: where the book is rolling to, and which slice got worse."""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

from dataclasses import replace

import streamlit as st

import charts
from pages.shared.card import chart_card, nothing_here, page_head
from wording import _, month

view = current_view()
if view.reader is None:
    nothing_here(view, _("Roll rates"))

history = replace(view.filters, month=None, to_month=view.filters.month)
buckets, weigh = view.reader.buckets, view.weigh_by
matrix = view.reader.ask("roll_rates", view.filters)
trend, flow, ledger = (view.reader.ask(name, history) for name in ("roll_trend", "net_flow", "ledger"))
by = {"mode": view.mode, "weigh": weigh}
trend_words = charts.roll_trend_words(trend, weigh=weigh, buckets=buckets, against=view.compare_month)
page_head(view, trend_words.title, _("Roll rates"))

left, right = st.columns([3, 2])
with left:
    chart_card(
        view, charts.roll_matrix_words(matrix, weigh=weigh, buckets=buckets),
        charts.roll_matrix(matrix, **by, buckets=buckets), ["roll_rates"], matrix,
        _("Where each bucket went in {month}, %; each row sums to 100", month=month(view.filters.month)), "roll_matrix",
    )  # fmt: skip
with right:
    chart_card(
        view, trend_words, charts.roll_trend(trend, **by, buckets=buckets), ["roll_trend"], trend,
        _("Share of each bucket that rolled to a worse one or was charged off"), "roll_trend",
    )  # fmt: skip
left, right = st.columns(2)
with left:
    words = charts.roll_beside_net_flow_words(trend, flow, weigh=weigh, buckets=buckets, bucket=buckets[1])
    chart_card(
        view, words, charts.roll_beside_net_flow(trend, flow, **by, bucket=buckets[1]), ["roll_trend", "net_flow"], flow,
        _("Two families of one step: the roll follows loans, the net flow compares balances"), "net_flow",
    )  # fmt: skip
with right:
    chart_card(
        view, charts.exits_trend_words(ledger, weigh=weigh), charts.exits_trend(ledger, **by), ["ledger"], ledger,
        _("Loans that entered or left; missing ones have no row and no known reason"), "exits",
    )  # fmt: skip

"""Roll rates: where the book is rolling to, and which slice got worse."""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

from dataclasses import replace

import streamlit as st

import charts
from charts.months import month_before
from pages.shared.card import chart_card, nothing_here, nothing_left, page_head
from pages.shared.drill import matrix_cell
from pages.shared.months import without_movement
from wording import _, count, month

view = current_view()
if view.reader is None:
    nothing_here(view, _("Roll rates"))

now, weigh, buckets = view.filters.month, view.weigh_by, view.reader.buckets
history = replace(view.filters, month=None, to_month=now)
matrix = view.reader.ask("roll_rates", view.filters)
trend, flow, ledger = (view.reader.ask(name, history) for name in ("roll_trend", "net_flow", "ledger"))
if view.reader.ask("delinquency", view.filters).is_empty():
    nothing_left(view, _("Roll rates"))

by = {"mode": view.mode, "weigh": weigh}
told = {"buckets": buckets, "month": now, "against": view.compare_month}
trend_words = charts.roll_trend_words(trend, weigh=weigh, **told)
title = _("No roll rates of {month}", month=month(now)) if matrix.is_empty() else trend_words.title
page_head(view, title, _("Roll rates"))
without_movement(view)
if trend.is_empty():
    st.stop()

entered = charts.entrants(ledger, now)
left, right = st.columns([3, 2])
with left:
    chart_card(
        view, charts.roll_matrix_words(matrix, weigh=weigh, buckets=buckets),
        charts.roll_matrix(matrix, **by, buckets=buckets), ["roll_rates"], matrix,
        _("Rows: bucket in {before}; columns: where it went by {month}, in %. Each row sums to 100. "
          "{new} newly booked and {returned} returned loans stand beside it.",
          before=month(month_before(now)), month=month(now),
          new=count(entered["new"]), returned=count(entered["returned"])),
        "roll_matrix", matrix_cell,
    )  # fmt: skip
with right:
    chart_card(
        view, trend_words.under(title), charts.roll_trend(trend, **by, **told), ["roll_trend"], trend,
        _("Share of each bucket that went to a worse one or was charged off; each line on its own scale"), "roll_trend",
    )  # fmt: skip
left, right = st.columns(2)
with left:
    step = {"buckets": buckets, "bucket": buckets[1]}
    chart_card(
        view, charts.roll_beside_net_flow_words(trend, flow, weigh=weigh, month=now, **step),
        charts.roll_beside_net_flow(trend, flow, **by, bucket=buckets[1]), ["roll_trend", "net_flow"],
        trend.join(flow.rename({"rate": "net_flow_rate"}), on=["month", "from_bucket"], how="full", coalesce=True),
        _("{bucket}: the roll follows loans, the net flow compares balances of two months", bucket=buckets[1]), "net_flow",
    )  # fmt: skip
with right:
    chart_card(
        view, charts.exits_trend_words(ledger, weigh=weigh), charts.exits_trend(ledger, **by), ["ledger"], ledger,
        _("What entered and left each month, each on its own scale; missing: no row and no known reason"), "exits",
    )  # fmt: skip

"""Bad debt: the ratio over time, what the arrears are made of, and how they are classified."""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

from dataclasses import replace

import streamlit as st

import charts
from pages.shared.card import chart_card, nothing_here, page_head
from wording import _

view = current_view()
if view.reader is None:
    nothing_here(view, _("Bad debt"))

history = replace(view.filters, month=None, to_month=view.filters.month)
debt, delinquency, tiers = (view.reader.ask(name, history) for name in ("bad_debt", "delinquency", "tiers"))
by = {"mode": view.mode, "weigh": view.weigh_by}
against = view.compare_month
ratio_words = charts.bad_debt_ratio_words(debt, weigh=view.weigh_by, against=against)
page_head(view, ratio_words.title, _("Bad debt"))

chart_card(
    view, ratio_words, charts.bad_debt_ratio(debt, **by), ["bad_debt"], debt,
    _("More than {days} days past due, share of the open book", days=view.reader.version.settings.bad_above_dpd),
    "bad_debt",
)  # fmt: skip
left, right = st.columns(2)
with left:
    chart_card(
        view,
        charts.bucket_area_words(delinquency, weigh=view.weigh_by, buckets=view.reader.buckets, against=against),
        charts.bucket_area(delinquency, **by, buckets=view.reader.buckets), ["delinquency"], delinquency,
        _("Arrears by bucket, share of the open book; current loans are not drawn"), "delinquency",
    )  # fmt: skip
with right:
    month = view.filters.month
    chart_card(
        view, charts.tiers_words(tiers, weigh=view.weigh_by, month=month, against=against),
        charts.tiers(tiers, **by, month=month, against=against), ["tiers"], tiers,
        _("Tiers below normal, share of the open book"), "tiers",
    )  # fmt: skip

"""Bad debt: the ratio over time, what the arrears are made of, and how they are classified."""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

from dataclasses import replace

import streamlit as st

import charts
from pages.shared.card import chart_card, nothing_here, nothing_left, page_head
from pages.shared.drill import bucket_layer, tier_bar
from wording import _

view = current_view()
if view.reader is None:
    nothing_here(view, _("Bad debt"))

now, against, buckets = view.filters.month, view.compare_month, view.reader.buckets
history = replace(view.filters, month=None, to_month=now)
debt, delinquency, tiers = (view.reader.ask(name, history) for name in ("bad_debt", "delinquency", "tiers"))
if now not in set(debt["month"]):
    nothing_left(view, _("Bad debt"))

by = {"mode": view.mode, "weigh": view.weigh_by}
told = {"weigh": view.weigh_by, "month": now, "against": against}
ratio_words = charts.bad_debt_ratio_words(debt, **told)
page_head(view, ratio_words.title, _("Bad debt"))

chart_card(
    view, ratio_words.under(ratio_words.title), charts.bad_debt_ratio(debt, **by), ["bad_debt"], debt,
    _("Share of the open book more than {days} days past due", days=view.reader.version.settings.bad_above_dpd),
    "bad_debt",
)  # fmt: skip
left, right = st.columns(2)
with left:
    chart_card(
        view, charts.bucket_area_words(delinquency, buckets=buckets, **told),
        charts.bucket_area(delinquency, **by, buckets=buckets), ["delinquency"], delinquency,
        _("Overdue loans by bucket, share of the open book; what is not overdue is not drawn"), "delinquency", bucket_layer,
    )  # fmt: skip
with right:
    chart_card(
        view, charts.tiers_words(tiers, **told), charts.tiers(tiers, **by, month=now, against=against), ["tiers"], tiers,
        _("Tiers below normal, share of the open book"), "tiers", tier_bar,
    )  # fmt: skip

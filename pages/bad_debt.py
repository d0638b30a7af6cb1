"""Bad debt: is the ratio better because of collections, accounting or growth, and what will it be in six months?"""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

from dataclasses import replace

import streamlit as st

from pages.shared.card import chart_card, nothing_here, nothing_left, page_head
from pages.shared.cards_apart import Card, cards_in_rows
from pages.shared.drill import bucket_layer, tier_bar
from pages.shared.options import option
from reports.exhibits import bad_debt as exhibits
from wording import _

view = current_view()
if view.reader is None:
    nothing_here(view, _("Bad debt"))

asked = exhibits.BadDebt(view.scope)
if view.filters.month not in set(asked.debt["month"]):
    nothing_left(view, _("Bad debt"))
page_head(view, asked.title, _("Bad debt"))

cards_in_rows(
    view.reader,
    [
        Card("bad_debt", "bad_debt", lambda: chart_card(view, exhibits.ratio(asked))),
        Card("bridge", "bad_debt_bridge", lambda: chart_card(view, exhibits.bridge(asked))),
        Card("forecast", "forecast", lambda: chart_card(view, exhibits.forecast(asked))),
        Card("hindsight", "forecast_hindsight", lambda: chart_card(view, exhibits.hindsight(asked))),
    ],
)
with st.container(horizontal=True, vertical_alignment="bottom", key="options_below"):
    detail = option("detail", _("Below"), exhibits.details())
    splits = exhibits.splits(view.scope)
    if detail == "mix" and splits:
        asked = replace(asked, split=option("by", _("Mix of"), splits))
below = {
    "mix": [
        Card("mix_and_rate", "mix_and_rate", lambda: chart_card(view, exhibits.mix(asked))),
        Card("tiers", "tiers", lambda: chart_card(view, exhibits.tiers(asked), drill=tier_bar)),
    ],
    "losses": [
        Card("charge_offs", "charge_offs", lambda: chart_card(view, exhibits.charge_offs(asked))),
        Card("recovery", "recovery_after_default", lambda: chart_card(view, exhibits.recovery(asked))),
    ],
    "arrears": [
        Card("delinquency", "delinquency", lambda: chart_card(view, exhibits.arrears(asked), drill=bucket_layer))
    ],
}
cards_in_rows(view.reader, below[detail])

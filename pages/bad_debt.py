"""Bad debt: is the ratio better because of collections, accounting or growth, and what will it be in six months?"""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

from dataclasses import replace

import streamlit as st

from pages.shared import bad_debt_cards as cards
from pages.shared.card import nothing_here, nothing_left, page_head
from pages.shared.cards_apart import Card, cards_in_rows
from pages.shared.options import option
from wording import _

view = current_view()
if view.reader is None:
    nothing_here(view, _("Bad debt"))

asked = cards.BadDebtCards(view)
if view.filters.month not in set(asked.debt["month"]):
    nothing_left(view, _("Bad debt"))
page_head(view, asked.title, _("Bad debt"))

cards_in_rows(
    view.reader,
    [
        Card("bad_debt", "bad_debt", lambda: cards.ratio(asked)),
        Card("bridge", "bad_debt_bridge", lambda: cards.bridge(asked)),
        Card("forecast", "forecast", lambda: cards.forecast(asked)),
        Card("hindsight", "forecast_hindsight", lambda: cards.hindsight(asked)),
    ],
)
with st.container(horizontal=True, vertical_alignment="bottom", key="options_below"):
    detail = option("detail", _("Below"), cards.details())
    splits = cards.splits(view)
    if detail == "mix" and splits:
        asked = replace(asked, split=option("by", _("Mix of"), splits))
below = {
    "mix": [
        Card("mix_and_rate", "mix_and_rate", lambda: cards.mix(asked)),
        Card("tiers", "tiers", lambda: cards.tiers(asked)),
    ],
    "losses": [
        Card("charge_offs", "charge_offs", lambda: cards.charge_offs(asked)),
        Card("recovery", "recovery_after_default", lambda: cards.recovery(asked)),
    ],
    "arrears": [Card("delinquency", "delinquency", lambda: cards.arrears(asked))],
}
cards_in_rows(view.reader, below[detail])

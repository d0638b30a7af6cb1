"""Roll rates: where the book is rolling to, and which slice got worse."""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

import streamlit as st

from pages.shared.card import chart_card, nothing_here, nothing_left, page_head
from pages.shared.cards_apart import Card, card_apart, cards_in_rows, lacking_cards
from pages.shared.drill import matrix_cell
from pages.shared.months import without_movement
from pages.shared.options import option, switch
from pages.shared.slices import slice_changes
from reports.exhibits import roll_rates as exhibits
from wording import _, month

view = current_view()
if view.reader is None:
    nothing_here(view, _("Roll rates"))
if view.reader.ask("delinquency", view.filters).is_empty():
    nothing_left(view, _("Roll rates"))

with st.container(horizontal=True, vertical_alignment="bottom", key="options"):
    told = _("The range in which each rate lies with a confidence of 95 %, as far as chance among the loans goes")
    asked = exhibits.RollRates(view.scope, intervals=switch("intervals", _("Intervals"), told))
moved = view.filters.month in set(asked.trend["month"])
title = asked.title if moved else _("No roll rates of {month}", month=month(view.filters.month))
page_head(view, title, _("Roll rates"))
without_movement(view)
if asked.trend.is_empty():
    st.stop()

top = (
    Card("roll_matrix", "roll_rates", lambda: chart_card(view, exhibits.matrix(asked), drill=matrix_cell)),
    Card("roll_trend", "roll_trend", lambda: chart_card(view, exhibits.trends(asked), under=asked.title)),
)
for column, card in zip(st.columns([3, 2]), top, strict=True):
    with column:
        card_apart(card)
cards_in_rows(
    view.reader,
    [
        Card("slices", "roll_slices", lambda: chart_card(view, exhibits.slices(asked, slice_changes(view)))),
        Card("flow", "ledger", lambda: chart_card(view, exhibits.flow(asked))),
    ],
)
with st.container(horizontal=True, vertical_alignment="bottom", key="options_below"):
    detail = option("detail", _("Below"), exhibits.details())
below = {
    "families": [
        Card("net_flow", "net_flow", lambda: chart_card(view, exhibits.families(asked))),
        Card("roll_to_loss", "roll_to_loss", lambda: chart_card(view, exhibits.roll_to_loss(asked))),
    ],
    "entry": [
        Card("entry", "entry_rate", lambda: chart_card(view, exhibits.entry(asked))),
        Card("recovery_by_day", "recovery_by_day", lambda: chart_card(view, exhibits.recovery(asked))),
    ],
    "exits": [Card("exits", "ledger", lambda: chart_card(view, exhibits.exits(asked)))],
}
lacking_cards(view.reader, cards_in_rows(view.reader, below[detail]))

"""Overview: how we are doing, what moved and why, and where the money is at stake."""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

import streamlit as st

from pages.shared.card import chart_card, nothing_here, nothing_left, page_head
from pages.shared.cards_apart import Card, card_apart
from pages.shared.drill import bucket_layer
from pages.shared.figures import figure_card
from pages.shared.months import without_movement
from pages.shared.moved_card import moved_card
from pages.shared.targets import alerts_list
from reports.exhibits import overview as exhibits
from wording import _

view = current_view()
if view.reader is None:
    nothing_here(view, _("Overview"))

asked = exhibits.Overview(view.scope)
if view.filters.month not in set(asked.debt["month"]):
    nothing_left(view, _("Overview"))
page_head(view, asked.title, _("Overview"))
alerts_list(view)
for column, figure in zip(st.columns(len(asked.figures)), asked.figures, strict=True):
    with column:
        figure_card(figure, view)
without_movement(view)

debt = Card("overview_bad_debt", "bad_debt", lambda: chart_card(view, exhibits.bad_debt(asked), under=asked.title))
overdue = Card(
    "overview_overdue",
    "delinquency",
    lambda: chart_card(view, exhibits.overdue(asked), under=asked.title, drill=bucket_layer),
)
moved = Card("overview_moved", "roll_slices", lambda: moved_card(view))
funnel = Card("overview_funnel", "contact_funnel", lambda: chart_card(view, exhibits.funnel(asked)))
rows = [(debt, overdue)] if asked.trend.is_empty() else [(debt, moved), (funnel, overdue)]  # one month: nothing moved
for pair in rows:
    for column, card in zip(st.columns([3, 2]), pair, strict=True):
        with column:
            card_apart(card)

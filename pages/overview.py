"""Overview: how we are doing, what moved and why, and where the money is at stake."""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

import streamlit as st

from pages.shared import overview_cards as cards
from pages.shared.card import nothing_here, nothing_left, page_head
from pages.shared.cards_apart import Card, card_apart
from pages.shared.figures import figure_card
from pages.shared.months import without_movement
from pages.shared.targets import alerts_list
from wording import _

view = current_view()
if view.reader is None:
    nothing_here(view, _("Overview"))

asked = cards.OverviewCards(view)
if view.filters.month not in set(asked.debt["month"]):
    nothing_left(view, _("Overview"))
page_head(view, asked.title, _("Overview"))
alerts_list(view)
for column, figure in zip(st.columns(len(asked.figures)), asked.figures, strict=True):
    with column:
        figure_card(figure, view)
without_movement(view)

debt = Card("overview_bad_debt", "bad_debt", lambda: cards.bad_debt(asked))
overdue = Card("overview_overdue", "delinquency", lambda: cards.overdue(asked))
moved = Card("overview_moved", "roll_trend", lambda: cards.what_moved(asked))
funnel = Card("overview_funnel", "contact_funnel", lambda: cards.funnel(asked))
rows = [(debt, overdue)] if asked.trend.is_empty() else [(debt, moved), (funnel, overdue)]  # one month: nothing moved
for pair in rows:
    for column, card in zip(st.columns([3, 2]), pair, strict=True):
        with column:
            card_apart(card)

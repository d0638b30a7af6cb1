"""Borrowers: who is late, why, and what works for them?"""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

from dataclasses import replace

import streamlit as st

import charts
from charts.slices import DIMENSIONS
from pages.shared.card import chart_card, nothing_here, nothing_left, page_head
from pages.shared.cards_apart import Card, cards_in_rows, lacking_cards
from pages.shared.options import option
from reports.exhibits import borrowers as exhibits
from wording import _

view = current_view()
if view.reader is None:
    nothing_here(view, _("Borrowers"))
if view.reader.ask("delinquency", view.filters).is_empty():
    nothing_left(view, _("Borrowers"))

groups = {code: charts.dimension_name(code) for code in DIMENSIONS if code in view.scope.splits}
asked = exhibits.Borrowers(view.scope)
with st.container(horizontal=True, vertical_alignment="bottom", key="options"):
    if groups:
        asked = replace(asked, group=option("group", _("Split by"), groups))
    if not view.reader.lacks("what_works"):
        measures = {code: charts.measure_name(code) for code in charts.MEASURES}
        asked = replace(asked, measure=option("measure", _("What works, by"), measures, asked.measure))
page_head(view, asked.title, _("Borrowers"))

lacking = cards_in_rows(
    view.reader,
    [
        Card("late_by", "late_by", lambda: chart_card(view, exhibits.late(asked), under=asked.late_words.title)),
        Card("outcomes", "outcomes", lambda: chart_card(view, exhibits.outcomes(asked))),
    ],
)
lacking += cards_in_rows(
    view.reader, [Card("what_works", "what_works", lambda: chart_card(view, exhibits.works(asked)))]
)
lacking += cards_in_rows(
    view.reader,
    [
        Card("plans", "plans", lambda: chart_card(view, exhibits.plans(asked))),
        Card("customers", "customers", lambda: chart_card(view, exhibits.customers(asked))),
    ],
)
lacking_cards(view.reader, lacking)

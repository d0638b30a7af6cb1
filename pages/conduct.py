"""Conduct: did we keep the rules?"""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

import streamlit as st

import charts
from data.rules import presets
from pages.shared.breach_list import breach_list
from pages.shared.card import chart_card, nothing_here, nothing_left, page_head
from pages.shared.cards_apart import Card, card_apart, cards_in_rows, lacking_cards
from pages.shared.conduct_clicks import broken_card, hours_card
from pages.shared.options import option
from pages.shared.rules_table import rules_table
from reports.exhibits import conduct as exhibits
from reports.provenance import slices_in_words
from wording import _

view = current_view()
if view.reader is None:
    nothing_here(view, _("Conduct"))
if view.reader.ask("delinquency", view.filters).is_empty():
    nothing_left(view, _("Conduct"))

lacking = view.reader.lacks("conduct")
with st.container(horizontal=True, vertical_alignment="bottom", key="options"):
    names = {code: charts.preset_name(code) for code in presets()}
    preset = option("rules", _("Rules of"), names, view.reader.version.settings.rules)
    who = "owner"
    if not lacking:
        who = option("who", _("By"), {"owner": _("Team or agency"), "channel": _("Channel")})
asked = exhibits.Conduct(view.scope, preset, who)
title = _("The book has no attempts to reach borrowers to hold against the rules") if lacking else asked.words.title
page_head(view, title, _("Conduct"), weighed=False)
if slices_in_words(view.filters):
    st.caption(
        _("Conduct is that of the whole book: a debtor may have loans of several products, regions or segments.")
    )

left = cards_in_rows(
    view.reader,
    [
        Card("conduct", "conduct", lambda: broken_card(view, asked)),
        Card("conduct_hours", "conduct_hours", lambda: hours_card(view, asked)),
        Card("breach_rates", "breach_rates", lambda: chart_card(view, exhibits.owners(asked))),
        Card("breaches_by_month", "breach_rates", lambda: chart_card(view, exhibits.months(asked))),
        Card("complaints_by_month", "complaints", lambda: chart_card(view, exhibits.complaints(asked))),
        Card("complaint_rates", "complaints", lambda: chart_card(view, exhibits.complainers(asked))),
    ],
)
if not lacking:
    card_apart(Card("breaches", "breaches", lambda: breach_list(asked)))
lacking_cards(view.reader, left)

rules_table(asked, names[preset])

"""Stages: which stage, channel, team and agency earns its cost?"""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

from dataclasses import replace

import streamlit as st

import charts
from pages.shared.card import chart_card, nothing_here, nothing_left, page_head
from pages.shared.cards_apart import Card, cards_in_rows, lacking_cards
from pages.shared.options import option, option_of_many
from reports.exhibits import stages as exhibits
from wording import _

view = current_view()
if view.reader is None:
    nothing_here(view, _("Stages"))
if view.reader.ask("delinquency", view.filters).is_empty():
    nothing_left(view, _("Stages"))

asked = exhibits.Stages(view.scope)
if not all(map(view.reader.lacks, ("contact_funnel", "cash_by_source"))):
    with st.container(horizontal=True, vertical_alignment="bottom", key="options"):
        asked = exhibits.Stages(view.scope, option("by", _("Split by"), exhibits.split_names()))
page_head(view, asked.title, _("Stages"))

pairs = [
    Card("contact_funnel", "contact_funnel", lambda: chart_card(view, exhibits.funnel(asked))),
    Card("funnel_split", "contact_funnel", lambda: chart_card(view, exhibits.funnel_by(asked))),
    Card("cash_by_source", "cash_by_source", lambda: chart_card(view, exhibits.cash(asked))),
    Card("cost_to_collect", "cost_to_collect", lambda: chart_card(view, exhibits.cost(asked), under=asked.title)),
    Card("resolution", "resolution", lambda: chart_card(view, exhibits.resolution(asked), under=asked.title)),
    Card("stage_survival", "stage_survival", lambda: chart_card(view, exhibits.time_in_stage(asked))),
]
lacking = cards_in_rows(view.reader, pairs)

units = {
    unit: name
    for unit, name in (("agency", _("Agencies")), ("collector", _("Collectors")))
    if not view.reader.lacks(f"{unit}_comparison")
}
groups = charts.groups_of(view.reader.ask("challenger", view.filters))
with st.container(horizontal=True, vertical_alignment="bottom", key="options_below"):
    if units:
        asked = replace(asked, unit=option("unit", _("League of"), units))
    if groups:
        names = {group: group for group in groups}
        asked = replace(
            asked,
            champion=option_of_many("champion", _("Champion"), names, exhibits.CHAMPION),
            days=option("days", _("Days to pay"), {days: days for days in ("7", "15", "30")}, "30"),
        )
tests = Card(
    "challenger",
    "challenger",
    lambda: chart_card(view, exhibits.challenger(asked)),
    _("No loan of this month is in a test group."),
)
lacking += cards_in_rows(
    view.reader, [Card("liquidation", "liquidation", lambda: chart_card(view, exhibits.liquidation(asked)))]
)
lacking += cards_in_rows(
    view.reader, [Card("league", f"{asked.unit}_comparison", lambda: chart_card(view, exhibits.league(asked)))]
)
lacking += cards_in_rows(view.reader, [tests]) if groups else [tests]
lacking_cards(view.reader, lacking)

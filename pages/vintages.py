"""Vintages: are newer loans worse than older ones at the same age?"""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

from dataclasses import replace

import polars as pl
import streamlit as st

import charts
from pages.shared.card import chart_card, nothing_here, nothing_left, page_head
from pages.shared.cards_apart import Card, card_apart
from pages.shared.options import option
from reports.exhibits import vintages as exhibits
from wording import _, month, ngettext

view = current_view()
if view.reader is None:
    nothing_here(view, _("Vintages"))
if view.reader.ask("delinquency", view.filters).is_empty():
    nothing_left(view, _("Vintages"))

head = replace(view, compare_month=None)  # cohorts are held against each other, and not against another month-end
every_line = view.reader.ask("vintages", exhibits.looked_at(view.scope), intervals=True)
if every_line.is_empty():
    first = month(view.reader.months[0])
    page_head(head, _("No loan is known to have been paid out since {month}", month=first), _("Vintages"))
    st.info(
        _(
            "Vintages need loans paid out since the book begins, and the day on which each was paid out, "
            "in the list of loans or in the snapshots."
        )
    )
    st.page_link("pages/data.py", label=_("Import a file"), icon=":material/upload:", query_params={"tab": _("Import")})
    st.stop()

with st.container(horizontal=True, vertical_alignment="bottom", key="options"):
    line = option("line", _("Days past due"), {name: name for name in every_line["line"].unique(maintain_order=True)})
    kind = option("counted", _("Counted"), {"ever": _("Ever so late"), "current": _("So late at the month-end")})
asked = exhibits.Vintages(view.scope, every_line.filter(pl.col("line") == line), line, kind)
page_head(head, asked.title, _("Vintages"))

top = (
    Card("vintage_curves", "vintages", lambda: chart_card(view, exhibits.curves(asked), under=asked.title)),
    Card("first_payment", "first_payment_default", lambda: chart_card(view, exhibits.first_payment(asked))),
)
for column, card in zip(st.columns(2), top, strict=True):
    with column:
        card_apart(card)
card_apart(Card("vintage_triangle", "vintages", lambda: chart_card(view, exhibits.triangle(asked))))

ages = charts.ages_to_compare(asked.vintages, **asked.by)
if not ages:
    st.stop()
splits = {name: charts.dimension_name(name) for name in view.scope.splits}
with st.container(horizontal=True, vertical_alignment="bottom", key="options_below"):
    words = {age: ngettext("{n} month", "{n} months", age) for age in ages}
    asked = replace(asked, age=option("age", _("At the age of"), words, charts.usual_age(ages)))
    if splits:
        asked = replace(asked, split=option("split", _("Side by side"), splits))
side_by_side = (
    Card("cohorts_at_ages", "vintages", lambda: chart_card(view, exhibits.ages(asked))),
    Card("slices_at_age", "vintages", lambda: chart_card(view, exhibits.slices(asked))),
)
for column, card in zip(st.columns(2), side_by_side, strict=True):
    with column:
        card_apart(card)

"""One function a chart: a Polars frame in, a Plotly figure out; beside it `…_words`: title and alt text.

Each takes `mode` ("light", "dark") and `weigh` ("balance", "loans"), and returns None where there is nothing
to draw: its words then say what is needed. The figure brings its own theme, so draw it with
`st.plotly_chart(figure, theme=None, alt=words.alt)`.
"""

from charts.bad_debt import bad_debt_ratio, bad_debt_ratio_words
from charts.challengers import challengers, challengers_words, groups_of
from charts.collected import cash_by_source, cash_by_source_words, cash_split, cost_to_collect, cost_to_collect_words
from charts.delinquency import bucket_area, bucket_area_words, overdue_shares
from charts.exits import entrants, exits_trend, exits_trend_words
from charts.first_payment import first_payment, first_payment_family, first_payment_words
from charts.funnel import contact_funnel, contact_funnel_words, funnel_matrix, funnel_matrix_words
from charts.league import league, league_words
from charts.liquidation import liquidation, liquidation_words
from charts.moved import forward_changes, what_moved, what_moved_words
from charts.net_flow import roll_beside_net_flow, roll_beside_net_flow_words
from charts.notes import mark_notes
from charts.resolution import resolution, resolution_words
from charts.roll_matrix import cell_of_matrix, roll_matrix, roll_matrix_words
from charts.roll_trend import roll_trend, roll_trend_words
from charts.stage_time import stage_survival, stage_survival_words
from charts.tiers import tiers, tiers_words
from charts.vintage_ages import (
    ages_to_compare,
    cohorts_at_ages,
    cohorts_at_ages_words,
    compared_cohorts,
    slices_at_age,
    slices_at_age_words,
    slices_table,
    usual_age,
)
from charts.vintage_triangle import vintage_triangle, vintage_triangle_words
from charts.vintages import Kind, vintage_curves, vintage_curves_words, vintages_needed
from charts.words import Words, span

__all__ = [
    "Kind",
    "Words",
    "ages_to_compare",
    "bad_debt_ratio",
    "bad_debt_ratio_words",
    "bucket_area",
    "bucket_area_words",
    "cash_by_source",
    "cash_by_source_words",
    "cash_split",
    "cell_of_matrix",
    "challengers",
    "challengers_words",
    "cohorts_at_ages",
    "cohorts_at_ages_words",
    "compared_cohorts",
    "contact_funnel",
    "contact_funnel_words",
    "cost_to_collect",
    "cost_to_collect_words",
    "entrants",
    "exits_trend",
    "exits_trend_words",
    "first_payment",
    "first_payment_family",
    "first_payment_words",
    "forward_changes",
    "funnel_matrix",
    "funnel_matrix_words",
    "groups_of",
    "league",
    "league_words",
    "liquidation",
    "liquidation_words",
    "mark_notes",
    "overdue_shares",
    "resolution",
    "resolution_words",
    "roll_beside_net_flow",
    "roll_beside_net_flow_words",
    "roll_matrix",
    "roll_matrix_words",
    "roll_trend",
    "roll_trend_words",
    "slices_at_age",
    "slices_at_age_words",
    "slices_table",
    "span",
    "stage_survival",
    "stage_survival_words",
    "tiers",
    "tiers_words",
    "usual_age",
    "vintage_curves",
    "vintage_curves_words",
    "vintage_triangle",
    "vintage_triangle_words",
    "vintages_needed",
    "what_moved",
    "what_moved_words",
]

"""One function a chart: a Polars frame in, a Plotly figure out; beside it `…_words`: title and alt text.

Each takes `mode` ("light", "dark") and `weigh` ("balance", "loans"), and returns None where there is nothing
to draw: its words then say what is needed. The figure brings its own theme, so draw it with
`st.plotly_chart(figure, theme=None, alt=words.alt)`.
"""

from charts.bad_debt import bad_debt_ratio, bad_debt_ratio_words
from charts.delinquency import bucket_area, bucket_area_words, overdue_shares
from charts.exits import entrants, exits_trend, exits_trend_words
from charts.first_payment import first_payment, first_payment_family, first_payment_words
from charts.moved import forward_changes, what_moved, what_moved_words
from charts.net_flow import roll_beside_net_flow, roll_beside_net_flow_words
from charts.roll_matrix import roll_matrix, roll_matrix_words
from charts.roll_trend import roll_trend, roll_trend_words
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
    "cohorts_at_ages",
    "cohorts_at_ages_words",
    "compared_cohorts",
    "entrants",
    "exits_trend",
    "exits_trend_words",
    "first_payment",
    "first_payment_family",
    "first_payment_words",
    "forward_changes",
    "overdue_shares",
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

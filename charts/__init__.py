"""One function a chart: a Polars frame in, a Plotly figure out; beside it `…_words`: title and alt text.

Each takes `mode` ("light", "dark") and `weigh` ("balance", "loans"), and returns None where there is nothing
to draw: its words then say what is needed. The figure brings its own theme, so draw it with
`st.plotly_chart(figure, theme=None, alt=words.alt)`.
"""

from charts.bad_debt import COLUMN as RATIO
from charts.bad_debt import bad_debt_ratio, bad_debt_ratio_words
from charts.breaches import breaches_by_month, breaches_by_month_words, breaches_by_rule, breaches_by_rule_words
from charts.bridge import bad_debt_answer, bridge, bridge_words
from charts.challengers import challengers, challengers_words, groups_of
from charts.charge_offs import charge_offs, charge_offs_words
from charts.collected import cash_by_source, cash_by_source_words, cash_split, cost_to_collect, cost_to_collect_words
from charts.contact_hours import contact_hours, contact_hours_words, hour_code, hour_names, weekday_of_row
from charts.cure_funnel import cure_funnel, cure_funnel_words
from charts.customers import customers, customers_words
from charts.delinquency import bucket_area, bucket_area_words, overdue_shares
from charts.entry import entry, entry_words, recovery_days, recovery_days_words
from charts.exits import entrants, exits_trend, exits_trend_words
from charts.first_payment import first_payment, first_payment_family, first_payment_words
from charts.flow import flow, flow_words, undrawn
from charts.forecast import error_words, expected_end, fan, fan_words, hindsight, hindsight_words
from charts.funnel import contact_funnel, contact_funnel_words, funnel_matrix, funnel_matrix_words
from charts.gains import gains, gains_words
from charts.influences import influences, influences_words
from charts.late import late_by, late_by_words
from charts.league import league, league_words
from charts.liquidation import liquidation, liquidation_words
from charts.marks import Mark, Marks
from charts.mix_and_rate import mix_and_rate, mix_and_rate_words
from charts.moved import contribution_words, contributions, moved_words
from charts.names import dimension_name
from charts.net_flow import roll_beside_net_flow, roll_beside_net_flow_words
from charts.net_waterfall import net_waterfall, net_waterfall_words
from charts.notes import mark_notes
from charts.outcomes import of_reached, outcomes, outcomes_words
from charts.per_thousand import (
    breach_rates,
    breach_rates_words,
    complaint_rates,
    complaint_rates_words,
    complaints_by_month,
    complaints_by_month_words,
)
from charts.plans import plans, plans_words
from charts.policies_tried import policies_tried, policies_tried_words
from charts.queues import key_of_lines, queues, queues_words, work, work_words
from charts.recovered_by_day import recovered_by_day, recovered_by_day_words
from charts.recovery import recovery, recovery_words
from charts.replay import replay, replay_words
from charts.resolution import resolution, resolution_words
from charts.roll_change import roll_change, roll_change_words
from charts.roll_matrix import cell_of_matrix, roll_matrix, roll_matrix_words
from charts.roll_to_loss import roll_to_loss, roll_to_loss_words
from charts.roll_trend import roll_trend, roll_trend_words
from charts.rules import preset_name, rule_name, strength_name
from charts.stage_time import stage_survival, stage_survival_words
from charts.tiers import tiers, tiers_words
from charts.tornado import origin_name, tornado, tornado_words
from charts.unsure import unsure, unsure_words
from charts.usual import change_over, is_news, usual_change
from charts.vintage_ages import (
    ages_to_compare,
    cohorts_at_ages,
    cohorts_at_ages_words,
    compared_cohorts,
    oldest_age,
    slices_at_age,
    slices_at_age_words,
    slices_table,
    usual_age,
)
from charts.vintage_triangle import vintage_triangle, vintage_triangle_words
from charts.vintages import Kind, vintage_curves, vintage_curves_words, vintages_needed
from charts.what_if_names import scenario_name, split_name, verdict_name
from charts.words import Words, span
from charts.works import MEASURES, measure_means, measure_name, reached_words, what_works, what_works_words
from charts.worse import slice_changes, slice_name, stands_out, worse, worse_words
from charts.write_offs import with_write_offs, with_write_offs_words

__all__ = [
    "MEASURES",
    "RATIO",
    "Kind",
    "Mark",
    "Marks",
    "Words",
    "ages_to_compare",
    "bad_debt_answer",
    "bad_debt_ratio",
    "bad_debt_ratio_words",
    "breach_rates",
    "breach_rates_words",
    "breaches_by_month",
    "breaches_by_month_words",
    "breaches_by_rule",
    "breaches_by_rule_words",
    "bridge",
    "bridge_words",
    "bucket_area",
    "bucket_area_words",
    "cash_by_source",
    "cash_by_source_words",
    "cash_split",
    "cell_of_matrix",
    "challengers",
    "challengers_words",
    "change_over",
    "charge_offs",
    "charge_offs_words",
    "cohorts_at_ages",
    "cohorts_at_ages_words",
    "compared_cohorts",
    "complaint_rates",
    "complaint_rates_words",
    "complaints_by_month",
    "complaints_by_month_words",
    "contact_funnel",
    "contact_funnel_words",
    "contact_hours",
    "contact_hours_words",
    "contribution_words",
    "contributions",
    "cost_to_collect",
    "cost_to_collect_words",
    "cure_funnel",
    "cure_funnel_words",
    "customers",
    "customers_words",
    "dimension_name",
    "entrants",
    "entry",
    "entry_words",
    "error_words",
    "exits_trend",
    "exits_trend_words",
    "expected_end",
    "fan",
    "fan_words",
    "first_payment",
    "first_payment_family",
    "first_payment_words",
    "flow",
    "flow_words",
    "funnel_matrix",
    "funnel_matrix_words",
    "gains",
    "gains_words",
    "groups_of",
    "hindsight",
    "hindsight_words",
    "hour_code",
    "hour_names",
    "influences",
    "influences_words",
    "is_news",
    "key_of_lines",
    "late_by",
    "late_by_words",
    "league",
    "league_words",
    "liquidation",
    "liquidation_words",
    "mark_notes",
    "measure_means",
    "measure_name",
    "mix_and_rate",
    "mix_and_rate_words",
    "moved_words",
    "net_waterfall",
    "net_waterfall_words",
    "of_reached",
    "oldest_age",
    "origin_name",
    "outcomes",
    "outcomes_words",
    "overdue_shares",
    "plans",
    "plans_words",
    "policies_tried",
    "policies_tried_words",
    "preset_name",
    "queues",
    "queues_words",
    "reached_words",
    "recovered_by_day",
    "recovered_by_day_words",
    "recovery",
    "recovery_days",
    "recovery_days_words",
    "recovery_words",
    "replay",
    "replay_words",
    "resolution",
    "resolution_words",
    "roll_beside_net_flow",
    "roll_beside_net_flow_words",
    "roll_change",
    "roll_change_words",
    "roll_matrix",
    "roll_matrix_words",
    "roll_to_loss",
    "roll_to_loss_words",
    "roll_trend",
    "roll_trend_words",
    "rule_name",
    "scenario_name",
    "slice_changes",
    "slice_name",
    "slices_at_age",
    "slices_at_age_words",
    "slices_table",
    "span",
    "split_name",
    "stage_survival",
    "stage_survival_words",
    "stands_out",
    "strength_name",
    "tiers",
    "tiers_words",
    "tornado",
    "tornado_words",
    "undrawn",
    "unsure",
    "unsure_words",
    "usual_age",
    "usual_change",
    "verdict_name",
    "vintage_curves",
    "vintage_curves_words",
    "vintage_triangle",
    "vintage_triangle_words",
    "vintages_needed",
    "weekday_of_row",
    "what_works",
    "what_works_words",
    "with_write_offs",
    "with_write_offs_words",
    "work",
    "work_words",
    "worse",
    "worse_words",
]

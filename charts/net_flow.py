"""The forward roll of one bucket, which follows loans, beside its net flow rate, which follows totals.

Frames: `roll_trend` and `net_flow` (month, from_bucket, rate). Fractions; a net flow rate may exceed 1.
"""

import datetime as dt
from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from charts.lines import Line, line_chart, series
from charts.marks import Marks
from charts.names import BUCKETS, next_step
from charts.roll_trend import FOCUS, forward, forward_line
from charts.theme import HEIGHT, Mode, Weigh, palette
from charts.words import Series, Words, needed, some, span, told, weighed
from wording import _, percent


def roll_beside_net_flow(
    trend: pl.DataFrame,
    net_flow: pl.DataFrame,
    *,
    mode: Mode,
    weigh: Weigh,
    bucket: str = FOCUS,
    height: int = HEIGHT,
    marks: Marks = (),
) -> go.Figure | None:
    """Two lines for `bucket`; None without a value. The net flow rate is by balance whatever `weigh` is."""
    colours = palette(mode)
    roll = forward_line(trend, bucket, _("Roll"), colours.primary, weigh, thick=True)
    flow = Line(_("Net flow"), _flow(net_flow, bucket), colours.baseline)
    return line_chart([roll, flow], mode, name="roll_beside_net_flow", height=height, marks=marks)


def roll_beside_net_flow_words(
    trend: pl.DataFrame,
    net_flow: pl.DataFrame,
    *,
    weigh: Weigh,
    buckets: Sequence[str] = BUCKETS,
    bucket: str = FOCUS,
    month: dt.date | None = None,
) -> Words:
    """Both figures of the month (by default the last), side by side."""
    roll, flow = forward(trend, bucket, weigh), _flow(net_flow, bucket)
    if not some(roll) and not some(flow):
        return needed(trend, weigh)
    now = month or max([*roll, *flow])
    title = _(
        "{bucket} rolled {roll}, net flow {flow}",
        bucket=bucket,
        roll=percent(roll.get(now)),
        flow=percent(flow.get(now)),
    )
    alt = _(
        "Two lines, {span}: the share of {bucket} that rolled forward, {weighed}, and the net flow rate "
        "{step}, the balance of the worse bucket over the balance of {bucket} a month earlier. {findings}.",
        span=span({**flow, **roll}),
        bucket=bucket,
        weighed=weighed(weigh),
        step=next_step(bucket, buckets),
        findings="; ".join([_told(_("Roll"), roll), _told(_("Net flow"), flow)]),
    )
    return Words(title, alt)


def _flow(net_flow: pl.DataFrame, bucket: str) -> dict:
    return series(net_flow.filter(pl.col("from_bucket") == bucket), "rate")


def _told(name: str, values: Series) -> str:
    return told(name, values) if some(values) else _("{name} is not known", name=name)

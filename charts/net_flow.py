"""The forward roll of one bucket, which follows loans, beside its net flow rate, which follows totals, and the migration of its tier.

Frames: `roll_trend`, `net_flow` (month, from_bucket, rate), `regulatory_migration` (month, tier, migration_rate, migration_rate_loans). Fractions; a net flow rate may exceed 1.
"""

import datetime as dt
from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from charts.lines import Line, line_chart, series
from charts.marks import Marks
from charts.names import BUCKETS, TIERS, next_step
from charts.roll_trend import FOCUS, forward, forward_line
from charts.theme import HEIGHT, Mode, Weigh, palette
from charts.words import Series, Words, needed, some, span, told, weighed
from wording import _, percent

MIGRATION = {"balance": "migration_rate", "loans": "migration_rate_loans"}


def roll_beside_net_flow(
    trend: pl.DataFrame,
    net_flow: pl.DataFrame,
    migration: pl.DataFrame | None = None,
    *,
    mode: Mode,
    weigh: Weigh,
    bucket: str = FOCUS,
    height: int = HEIGHT,
    marks: Marks = (),
) -> go.Figure | None:
    """A line a family for `bucket`; None without a value. The net flow rate is by balance whatever `weigh` is."""
    colours = palette(mode)
    roll = forward_line(trend, bucket, _("Roll"), colours.primary, weigh, thick=True)
    flow = Line(_("Net flow"), _flow(net_flow, bucket), colours.baseline)
    moved = Line(_tier_migration(), _migration(migration, weigh), colours.mid)
    lines = [roll, flow, *([moved] if some(moved.values) else [])]
    return line_chart(lines, mode, name="roll_beside_net_flow", height=height, marks=marks)


def roll_beside_net_flow_words(
    trend: pl.DataFrame,
    net_flow: pl.DataFrame,
    migration: pl.DataFrame | None = None,
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
    worse = _migration(migration, weigh)
    findings = [_told(_("Roll"), roll), _told(_("Net flow"), flow)]
    if some(worse):
        title = _(
            "{bucket} rolled {roll}, net flow {flow}, its tier migrated {migration}",
            bucket=bucket,
            roll=percent(roll.get(now)),
            flow=percent(flow.get(now)),
            migration=percent(worse.get(now)),
        )
        findings.append(_told(_tier_migration(), worse))
    alt = _(
        "Lines, {span}: the share of {bucket} that rolled forward, {weighed}, and the net flow rate "
        "{step}, the balance of the worse bucket over the balance of {bucket} a month earlier. {findings}.",
        span=span({**flow, **roll}),
        bucket=bucket,
        weighed=weighed(weigh),
        step=next_step(bucket, buckets),
        findings=_("; ").join(findings),
    )
    return Words(title, alt)


def _migration(frame: pl.DataFrame | None, weigh: Weigh) -> dict:
    """Of the first tier below normal, which the bucket stands in."""
    if frame is None:
        return {}
    return series(frame.filter(pl.col("tier") == TIERS[1]), MIGRATION[weigh])


def _tier_migration() -> str:
    return _("Tier migration")


def _flow(net_flow: pl.DataFrame, bucket: str) -> dict:
    return series(net_flow.filter(pl.col("from_bucket") == bucket), "rate")


def _told(name: str, values: Series) -> str:
    return told(name, values) if some(values) else _("{name} is not known", name=name)

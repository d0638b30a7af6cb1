"""How much of each bucket rolled to a worse one, month by month.

Frame `roll_trend`: month, from_bucket, loans, forward_share_loans, forward_share_balance, … as fractions.
"""

import datetime as dt
from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from charts.lines import Line, line_chart, series
from charts.names import BUCKETS, worse_than
from charts.theme import HEIGHT, Mode, Weigh, bucket_colours
from charts.words import Words, change, finding, needed, reading, some, span, told, weighed
from wording import _, ngettext

FEW_LOANS = 30
FOCUS = "M1"


def roll_trend(
    frame: pl.DataFrame,
    *,
    mode: Mode,
    weigh: Weigh,
    buckets: Sequence[str] = BUCKETS,
    focus: str = FOCUS,
    height: int = HEIGHT,
) -> go.Figure | None:
    """A line a bucket but the worst, which has nowhere to roll; `focus` is thick. None without a value."""
    colours = bucket_colours(buckets, mode)
    present = set(frame["from_bucket"])
    lines = [
        forward_line(frame, bucket, worse_than(bucket, buckets), colours[bucket], weigh, thick=bucket == focus)
        for bucket in buckets[:-1]
        if bucket in present
    ]
    return line_chart(lines, mode, name="roll_trend", height=height, from_zero=True)


def roll_trend_words(
    frame: pl.DataFrame,
    *,
    weigh: Weigh,
    buckets: Sequence[str] = BUCKETS,
    focus: str = FOCUS,
    against: dt.date | None = None,
) -> Words:
    """The news of the step from `focus`; the alternative text adds every other step."""
    found = {bucket: forward(frame, bucket, weigh) for bucket in buckets[:-1]}
    found = {bucket: values for bucket, values in found.items() if some(values)}
    if not found:
        return needed(frame, weigh)
    focus = focus if focus in found else next(iter(found))
    rest = [
        change(worse_than(bucket, buckets), reading(values).now, None)
        for bucket, values in found.items()
        if bucket != focus
    ]
    alt = _(
        "Lines, {span}: share of each bucket that rolled forward in the month, {weighed}. {findings}.",
        span=span(found[focus]),
        weighed=weighed(weigh),
        findings="; ".join([told(worse_than(focus, buckets), found[focus], against), *rest]),
    )
    return Words(finding(worse_than(focus, buckets), found[focus], against), alt)


def forward(frame: pl.DataFrame, bucket: str, weigh: Weigh) -> dict[dt.date, float | None]:
    """Month → share of `bucket` that rolled forward."""
    return series(frame.filter(pl.col("from_bucket") == bucket), f"forward_share_{weigh}")


def forward_line(frame: pl.DataFrame, bucket: str, name: str, colour: str, weigh: Weigh, thick: bool = False) -> Line:
    """The forward roll of `bucket` as a line that tells how many loans each share is of."""
    rows = frame.filter(pl.col("from_bucket") == bucket).sort("month")
    loans = dict(zip(rows["month"], rows["loans"], strict=True))
    notes = {when: " " + ngettext("of {n} loan", "of {n} loans", many) for when, many in loans.items()}
    few = bool(loans) and next(reversed(loans.values())) < FEW_LOANS
    return Line(name, series(rows, f"forward_share_{weigh}"), colour, thick, few, notes)

"""How much of each bucket rolled to a worse one, month by month.

Frame `roll_trend`: month, from_bucket, loans, forward_share_loans, forward_share_balance, … as fractions.
"""

import datetime as dt
from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from charts.columns import Figures
from charts.lines import Line, series
from charts.marks import Marks
from charts.months import month_before
from charts.names import BUCKETS, worse_than
from charts.roll_matrix import CELL_HEIGHT, HEAD
from charts.rows import Row, line_rows
from charts.theme import Mode, Palette, Weigh, bucket_colours, palette
from charts.words import Words, change, finding, moved, needed, reading, since, some, span, told, until, weighed
from wording import _, ngettext, percent, points
from wording import month as month_words

FEW_LOANS = 30
FOCUS = "M1"


def roll_trend(
    frame: pl.DataFrame,
    *,
    mode: Mode,
    weigh: Weigh,
    buckets: Sequence[str] = BUCKETS,
    focus: str = FOCUS,
    month: dt.date | None = None,
    against: dt.date | None = None,
    marks: Marks = (),
) -> go.Figure | None:
    """A row a bucket but the worst, which has nowhere to roll, as high as the rows of the matrix; `focus` is thick.

    Beside each line its share in `month` (by default the last of the frame) and the change since `against` (by
    default the month before). None without a value.
    """
    colours = bucket_colours(buckets, mode)
    month = month or frame["month"].max()
    against = against or (month and month_before(month))
    lines = [
        forward_line(frame, bucket, worse_than(bucket, buckets), colours[bucket], weigh, thick=bucket == focus)
        for bucket in buckets[:-1]
        if bucket in set(frame["from_bucket"])
    ]
    compared = any(line.values.get(month) is not None and line.values.get(against) is not None for line in lines)
    rows = [Row(line, _figures(line, month, against if compared else None, palette(mode))) for line in lines]
    heads = (month_words(month), _("change")) if compared else (month_words(month),)
    return line_rows(rows, mode, name="roll_trend", row_height=CELL_HEIGHT, head=HEAD, heads=heads, marks=marks)


def _figures(line: Line, month: dt.date, against: dt.date | None, colours: Palette) -> Figures:
    now = line.values.get(month)
    share = (percent(now), colours.muted if line.few else colours.ink)
    if against is None:
        return (share,)
    before = line.values.get(against)
    by = None if now is None or before is None else now - before
    verdict = {1: colours.final, 0: colours.muted, -1: colours.self_cure}[moved(now, before)]
    return share, (points(by), verdict)


def roll_trend_words(
    frame: pl.DataFrame,
    *,
    weigh: Weigh,
    buckets: Sequence[str] = BUCKETS,
    focus: str = FOCUS,
    month: dt.date | None = None,
    against: dt.date | None = None,
) -> Words:
    """The news of the step from `focus`; the alternative text adds every other step."""
    found = {bucket: until(forward(frame, bucket, weigh), month) for bucket in buckets[:-1]}
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
        findings=_("; ").join([told(worse_than(focus, buckets), found[focus], against), *rest]),
    )
    title = finding(worse_than(focus, buckets), found[focus], against)
    return Words(title, alt, beside=since(found[focus]))


def forward(frame: pl.DataFrame, bucket: str, weigh: Weigh) -> dict[dt.date, float | None]:
    """Month → share of `bucket` that rolled forward."""
    return series(frame.filter(pl.col("from_bucket") == bucket), f"forward_share_{weigh}")


def forward_line(frame: pl.DataFrame, bucket: str, name: str, colour: str, weigh: Weigh, thick: bool = False) -> Line:
    """The forward roll of `bucket` as a line that tells how many loans each share is of; with its interval where the frame has one."""
    rows = frame.filter(pl.col("from_bucket") == bucket).sort("month")
    loans = dict(zip(rows["month"], rows["loans"], strict=True))
    notes = {when: " " + ngettext("of {n} loan", "of {n} loans", many) for when, many in loans.items()}
    few = bool(loans) and next(reversed(loans.values())) < FEW_LOANS
    share = f"forward_share_{weigh}"
    ends = {side: series(rows, f"{share}_{side}") for side in ("low", "high") if f"{share}_{side}" in rows.columns}
    return Line(name, series(rows, share), colour, thick, few, notes, **ends)

"""Overdue loans as a share of the open book, bucket on bucket, over months.

Frame `delinquency`: month, bucket, loans, balance, share_loans, share_balance. The bucket that is not overdue
(M0) is in the denominator and left out of the drawing, which it would fill.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import polars as pl

from charts.labels import EndLabel, annotations, room_for
from charts.lines import BOTTOM, LEFT, TOP, series
from charts.marks import Marks, marked
from charts.months import DAY, full_calendar, month_axis, runs
from charts.names import BUCKETS
from charts.scale import scale_of
from charts.theme import HEIGHT, Mode, Trace, Weigh, bucket_colours, figure, palette, text
from charts.words import Words, finding, needed, some, span, told, until
from wording import _, percent

Shares = Mapping[str, Mapping[dt.date, float | None]]
DIGITS = 2
DAYS_WIDE = 20  # of the bar that stands for a month without neighbours; it ends at its month-end


def bucket_area(
    frame: pl.DataFrame,
    *,
    mode: Mode,
    weigh: Weigh,
    buckets: Sequence[str] = BUCKETS,
    height: int = HEIGHT,
    marks: Marks = (),
) -> go.Figure | None:
    """Areas, the best overdue bucket at the bottom; a gap of months parts them, a lone month is a bar."""
    shares = _overdue(frame, weigh, buckets)
    total = _total(shares)
    if not some(total):
        return None
    known = [month for month, value in total.items() if value is not None]
    colours = bucket_colours(buckets, mode)
    traces = [
        _layer(bucket, shares[bucket], run, number, colours[bucket], mode)
        for number, run in enumerate(runs(known))
        for bucket in shares
    ]
    months = full_calendar(total)
    starts_alone = len(runs(known)[0]) == 1
    scale = scale_of([value for value in total.values() if value is not None], from_zero=True)
    labels = _labels(shares, max(known), colours, mode)
    drawn = figure(
        traces,
        mode,
        name="bucket_area",
        height=height,
        margin={"l": LEFT, "r": room_for(labels), "t": TOP, "b": BOTTOM},
        barmode="stack",
        xaxis=month_axis(months, days_beside=DAYS_WIDE if starts_alone else 0),
        yaxis=scale.percent_axis(),
        annotations=annotations(labels, scale, height - TOP - BOTTOM),
    )
    return marked(drawn, marks, mode)


def bucket_area_words(
    frame: pl.DataFrame,
    *,
    weigh: Weigh,
    buckets: Sequence[str] = BUCKETS,
    month: dt.date | None = None,
    against: dt.date | None = None,
) -> Words:
    """The change of all that is overdue; the alternative text adds each bucket and says M0 is left out."""
    shares = _overdue(frame, weigh, buckets)
    total = until(_total(shares), month)
    if not some(total):
        return needed(frame, weigh)
    name, last = _("Overdue"), max(total)
    alt = _(
        "Stacked areas, {span}: overdue loans by bucket as a share of the open {base}; {quiet}, not overdue, "
        "is left out. {finding}: {parts}.",
        span=span(total),
        base=_("balance") if weigh == "balance" else _("loans"),
        quiet=buckets[0],
        finding=told(name, total, against),
        parts=_(", ").join(f"{bucket} {percent(values.get(last), DIGITS)}" for bucket, values in shares.items()),
    )
    return Words(finding(name, total, against), alt)


def overdue_shares(frame: pl.DataFrame, *, weigh: Weigh, buckets: Sequence[str] = BUCKETS) -> pl.DataFrame:
    """Frame month, overdue: what the areas add up to; NULL where no share of the month is known."""
    share = pl.col(f"share_{weigh}")
    late = share.filter(pl.col("bucket") != buckets[0]).sum()
    return frame.group_by("month", maintain_order=True).agg(
        pl.when(share.is_not_null().any()).then(late).alias("overdue")
    )


def _overdue(frame: pl.DataFrame, weigh: Weigh, buckets: Sequence[str]) -> dict[str, dict[dt.date, float | None]]:
    """Bucket → month → share. A bucket without a row in a month that has others holds no loans then: zero."""
    known = frame.filter(pl.col(f"share_{weigh}").is_not_null())
    months = sorted(set(known["month"]))
    found = {}
    for bucket in buckets[1:]:
        values = series(known.filter(pl.col("bucket") == bucket), f"share_{weigh}")
        if values:
            found[bucket] = {month: values.get(month, 0.0) for month in months}
    return found


def _total(shares: Shares) -> dict[dt.date, float | None]:
    months = next(iter(shares.values()), {})
    return {month: sum(values[month] for values in shares.values()) for month in months}


def _layer(
    bucket: str, values: Mapping[dt.date, float], run: Sequence[dt.date], number: int, colour: str, mode: Mode
) -> Trace:
    """One bucket over a stretch of months. The areas of a stretch stack on each other, never across a gap."""
    shared = {
        "x": list(run),
        "y": [values[month] for month in run],
        "name": bucket,
        "customdata": [percent(values[month], DIGITS) for month in run],
        "hovertemplate": "%{customdata}",
    }
    if len(run) == 1:
        wide = DAYS_WIDE * DAY
        return {
            "type": "bar",
            **shared,
            "width": wide,
            "offset": -wide,
            "marker": {"color": colour, "cornerradius": 0},
        }
    return {
        "type": "scatter",
        **shared,
        "mode": "lines",
        "stackgroup": f"stretch {number}",
        "line": {"width": 0.8, "color": palette(mode).ground},
        "fillcolor": colour,
    }


def _labels(shares: Shares, last: dt.date, colours: Mapping[str, str], mode: Mode) -> list[EndLabel]:
    """Each bucket is named at the middle of its layer in the last month."""
    labels, below = [], 0.0
    for bucket, values in shares.items():
        value = values[last] or 0.0
        label = f"{bucket} {percent(value, DIGITS)}"
        labels.append(EndLabel(last, below + value / 2, label, text(colours[bucket], mode), colours[bucket]))
        below += value
    return labels

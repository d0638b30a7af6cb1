"""What became of the loans that had just become overdue a month ago, where the book has no attempts to tell of.

Frame `roll_trend`: month, from_bucket, loans, cure_share_loans, stay_share_loans, improve_share_loans, forward_share_loans,
exit_share_loans.
"""

import datetime as dt
from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from charts.bars import Bar, bar_table
from charts.names import BUCKETS
from charts.theme import HEIGHT, Mode, Palette, palette
from charts.words import Words
from wording import _, count, ngettext, percent
from wording import month as month_words

FATES = ("cure", "stay", "forward", "exit")


def cure_funnel(
    frame: pl.DataFrame,
    *,
    mode: Mode,
    month: dt.date,
    buckets: Sequence[str] = BUCKETS,
    height: int = HEIGHT,
) -> go.Figure | None:
    """The loans of the first overdue bucket at the opening of `month`, and how many were cured, stayed, rolled on or left.

    None where there were none.
    """
    row = _opening(frame, month, buckets)
    if row is None:
        return None
    colours, opening = palette(mode), row["loans"]
    bars = [
        Bar(buckets[1], opening, colours.primary, ((count(opening), colours.ink), ("", colours.muted)), count(opening))
    ]
    bars += [_bar(fate, row, colours) for fate in FATES]
    return bar_table(bars, mode, name="cure_funnel", height=height, heads=(_("loans"), _("share")))


def cure_funnel_words(frame: pl.DataFrame, *, month: dt.date, buckets: Sequence[str] = BUCKETS) -> Words:
    """How many of them were cured within the month."""
    row = _opening(frame, month, buckets)
    if row is None:
        text = _("No loan stood in {bucket} a month before", bucket=buckets[1])
        return Words(text, text)
    title = _(
        "Of {loans} in {bucket}, {share} were cured within a month",
        loans=ngettext("{n} loan", "{n} loans", row["loans"]),
        bucket=buckets[1],
        share=percent(row["cure_share_loans"]),
    )
    alt = _(
        "Bars, {month}: {title}. {parts}.",
        month=month_words(month),
        title=title,
        parts=_(", ").join(f"{_name(fate)} {percent(row[f'{fate}_share_loans'])}" for fate in FATES),
    )
    return Words(title, alt)


def _opening(frame: pl.DataFrame, month: dt.date, buckets: Sequence[str]) -> dict[str, object] | None:
    rows = frame.filter((pl.col("month") == month) & (pl.col("from_bucket") == buckets[1]) & (pl.col("loans") > 0))
    return None if rows.is_empty() else rows.row(0, named=True)


def _bar(fate: str, row: dict[str, object], colours: Palette) -> Bar:
    share = row[f"{fate}_share_loans"]
    ink = {"cure": colours.self_cure, "stay": colours.quiet, "forward": colours.final, "exit": colours.sold}[fate]
    many = share * row["loans"]
    figures = ((count(many), colours.ink), (percent(share), colours.muted))
    return Bar(_name(fate), many, ink, figures, f"{_name(fate)}: {percent(share)}")


def _name(fate: str) -> str:
    return {
        "cure": _("Cured or paid off"),
        "stay": _("Still there"),
        "forward": _("Rolled on"),
        "exit": _("Sold or missing"),
    }[fate]

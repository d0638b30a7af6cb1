"""Mix against rate: did the parts of the book get worse, or is there more of the worse ones?

Frame `mix_and_rate`: month, dimension, value, opening_share, closing_share, opening_ratio, closing_ratio, mix_effect, rate_effect.
Effects of several months add up.
"""

import datetime as dt
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from charts.bars import Bar, bar_table
from charts.months import months_between
from charts.theme import HEIGHT, Mode, Palette, palette
from charts.words import Words, moved
from wording import _, percent, points
from wording import month as month_words

DIGITS = 2


@dataclass(frozen=True)
class Part:
    """A value of the dimension: what its ratio and its share added to the ratio of the whole, and both now."""

    name: str
    rate: float
    mix: float
    share: float | None
    ratio: float | None

    @property
    def both(self) -> float:
        return self.rate + self.mix


def mix_parts(frame: pl.DataFrame, dimension: str, month: dt.date, against: dt.date | None) -> list[Part]:
    """The values of the dimension, the largest effect first; none where a month between is not known."""
    if against is None:
        return []
    rows = frame.filter((pl.col("dimension") == dimension) & (pl.col("month") > against) & (pl.col("month") <= month))
    effects = rows.select("mix_effect", "rate_effect")
    if rows["month"].n_unique() != months_between(against, month) or any(effects.null_count().row(0)):
        return []
    sums = rows.group_by("value").agg(pl.col("rate_effect", "mix_effect").sum())
    now = {
        value: (share, ratio)
        for value, share, ratio in rows.filter(pl.col("month") == month)
        .select("value", "closing_share", "closing_ratio")
        .iter_rows()
    }
    parts = [
        Part(value or _("Not known"), rate, mix, *now.get(value, (None, None)))
        for value, rate, mix in sums.sort("value").iter_rows()
    ]
    return sorted(parts, key=lambda part: -abs(part.both))


def mix_and_rate(
    frame: pl.DataFrame,
    *,
    mode: Mode,
    dimension: str,
    month: dt.date,
    against: dt.date | None,
    height: int = HEIGHT,
) -> go.Figure | None:
    """A bar a value, to the right and red for what raised the ratio; beside it how much of it is rate and how much mix."""
    colours = palette(mode)
    bars = [_bar(part, colours) for part in mix_parts(frame, dimension, month, against)]
    return bar_table(bars, mode, name="mix_and_rate", height=height, heads=(_("both"), _("rate"), _("mix")))


def mix_and_rate_words(frame: pl.DataFrame, *, dimension: str, month: dt.date, against: dt.date | None) -> Words:
    """Which of the two moved the ratio more, and the value that moved it most."""
    parts = mix_parts(frame, dimension, month, against)
    if not parts:
        text = _("No balances of every month between the two that are compared")
        return Words(text, text)
    rate, mix = sum(part.rate for part in parts), sum(part.mix for part in parts)
    lead = parts[0]
    said = {
        "rate": points(rate, DIGITS),
        "mix": points(mix, DIGITS),
        "name": lead.name,
        "points": points(lead.both, DIGITS),
    }
    title = (
        _("Rates {rate}, mix {mix}: most of it {name}, {points}", **said)
        if len(parts) > 1
        else _("Rates {rate}, mix {mix}", **said)
    )
    alt = _(
        "Bars, {month} against {against}: what each part added to the bad-debt ratio. {title}. {parts}.",
        month=month_words(month),
        against=month_words(against),
        title=title,
        parts=_("; ").join(
            _(
                "{name}: rate {rate}, mix {mix}",
                name=part.name,
                rate=points(part.rate, DIGITS),
                mix=points(part.mix, DIGITS),
            )
            for part in parts
        ),
    )
    return Words(title, alt)


def _bar(part: Part, colours: Palette) -> Bar:
    way = moved(part.both, 0.0, DIGITS)
    colour = {1: colours.final, 0: colours.muted, -1: colours.self_cure}[way]
    told = _(
        "<b>{name}</b><br>{share} of the balance, {ratio} of it bad",
        name=part.name,
        share=percent(part.share),
        ratio=percent(part.ratio, DIGITS),
    )
    figures = (
        (points(part.both, DIGITS), colour),
        (points(part.rate, DIGITS), colours.ink),
        (points(part.mix, DIGITS), colours.ink),
    )
    return Bar(part.name, part.both, colour, figures, told)

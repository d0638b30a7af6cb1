"""What moved between two months: how much more, or less, rolled forward, and where.

Frames: `roll_trend`, one a slice (month, from_bucket, loans, opening_balance, forward_share_loans,
forward_share_balance).
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import polars as pl

from charts.bars import Bar, bar_table
from charts.names import BUCKETS, worse_than
from charts.theme import HEIGHT, Mode, Palette, Weigh, palette
from charts.words import Words
from wording import _, count, money, ngettext, percent
from wording import month as month_words

MOST_BARS = 8
OFFSET = 0.05  # changes the other way, up to this part of the whole, do not spoil a fraction
COLUMN = {"balance": "opening_balance", "loans": "loans"}
PLACES = {"balance": 2, "loans": 0}  # what a share of a whole is exact to: cents, loans
SCHEMA = {"name": pl.String, "before": pl.Float64, "after": pl.Float64, "change": pl.Float64}


def forward_changes(
    slices: Mapping[str, pl.DataFrame],
    *,
    month: dt.date,
    against: dt.date | None,
    weigh: Weigh,
    buckets: Sequence[str] = BUCKETS,
    most: int = MOST_BARS,
) -> pl.DataFrame:
    """name, before, after, change: what rolled forward in the two months, the largest change first.

    One slice is told by bucket, several by slice. Beyond `most` rows the smallest changes are one last row,
    so that the changes always sum to the whole. Money or loans, as `weigh` says. Empty without both months.
    """
    parts = [
        part.with_columns(pl.lit(name).alias("name")) if len(slices) > 1 else _by_step(part, buckets)
        for name, part in ((name, _forward(frame, weigh)) for name, frame in slices.items())
    ]
    if not parts:
        return pl.DataFrame(schema=SCHEMA)
    forward = pl.concat(parts)
    if not {month, against} <= set(forward["month"]):
        return pl.DataFrame(schema=SCHEMA)
    return _largest(_compared(forward, month, against, PLACES[weigh]), most)


def what_moved(
    slices: Mapping[str, pl.DataFrame],
    *,
    mode: Mode,
    weigh: Weigh,
    month: dt.date,
    against: dt.date | None,
    buckets: Sequence[str] = BUCKETS,
    height: int = HEIGHT,
) -> go.Figure | None:
    """A bar a change, to the right and red for more rolled forward; None where either month is unknown."""
    changes = forward_changes(slices, month=month, against=against, weigh=weigh, buckets=buckets)
    bars = [_bar(row, weigh, palette(mode)) for row in changes.iter_rows(named=True)]
    return bar_table(bars, mode, name="what_moved", height=height)


def what_moved_words(
    slices: Mapping[str, pl.DataFrame],
    *,
    weigh: Weigh,
    month: dt.date,
    against: dt.date | None,
    buckets: Sequence[str] = BUCKETS,
) -> Words:
    """How much more or less rolled forward in all, and how much of it is the largest change."""
    changes = forward_changes(slices, month=month, against=against, weigh=weigh, buckets=buckets)
    if changes.is_empty():
        text = _("No two months to compare")
        return Words(text, text)
    title = _title(changes, weigh)
    alt = _(
        "Bars: change of what rolled forward, {month} against {against}. {title}. {parts}.",
        month=month_words(month),
        against=month_words(against),
        title=title,
        parts="; ".join(f"{row['name']} {_signed(row['change'], weigh)}" for row in changes.iter_rows(named=True)),
    )
    return Words(title, alt)


def _forward(frame: pl.DataFrame, weigh: Weigh) -> pl.DataFrame:
    """month, from_bucket, forward: what rolled forward, in money or in loans."""
    base, share = (pl.col(name).cast(pl.Float64) for name in (COLUMN[weigh], f"forward_share_{weigh}"))
    exact = (base * share).round(PLACES[weigh])
    forward = frame.select("month", "from_bucket", exact.alias("forward"))
    return forward.drop_nulls("forward")


def _by_step(forward: pl.DataFrame, buckets: Sequence[str]) -> pl.DataFrame:
    steps = {bucket: worse_than(bucket, buckets) for bucket in buckets}
    return forward.with_columns(pl.col("from_bucket").replace(steps).alias("name"))


def _compared(forward: pl.DataFrame, month: dt.date, against: dt.date, places: int) -> pl.DataFrame:
    def total(when: dt.date) -> pl.Expr:
        return pl.col("forward").filter(pl.col("month") == when).sum().round(places)

    sums = forward.group_by("name", maintain_order=True).agg(before=total(against), after=total(month))
    return sums.with_columns(change=(pl.col("after") - pl.col("before")).round(places))


def _largest(changes: pl.DataFrame, most: int) -> pl.DataFrame:
    ranked = changes.sort(pl.col("change").abs(), descending=True, maintain_order=True)
    if ranked.height <= most:
        return ranked
    rest = ranked.slice(most - 1).select(
        pl.lit(_("All others")).alias("name"), pl.col("before", "after", "change").sum()
    )
    return pl.concat([ranked.head(most - 1), rest])


def _bar(row: Mapping[str, object], weigh: Weigh, colours: Palette) -> Bar:
    change = row["change"]
    colour = colours.final if change > 0 else colours.self_cure
    told = _(
        "<b>{name}</b><br>{before} rolled on before, {after} now",
        name=row["name"],
        before=_amount(row["before"], weigh),
        after=_amount(row["after"], weigh),
    )
    figure = (_signed(change, weigh), colour if change else colours.muted)
    return Bar(row["name"], change, colour, (figure,), told)


def _title(changes: pl.DataFrame, weigh: Weigh) -> str:
    """The whole, then its largest part: as a fraction where all changes go one way, else by its own size."""
    total = changes["change"].sum()
    whole = _whole(total, weigh)
    if changes.height == 1 or _amount(abs(total), weigh) == _amount(0, weigh):
        return whole
    same_way = changes.filter(pl.col("change") * total > 0)
    largest = same_way.row(0, named=True)
    if same_way["change"].sum() / total < 1 + OFFSET:
        return _(
            "{whole}, {share} {name}",
            whole=whole,
            share=part(largest["change"] / total),
            name=largest["name"],
        )
    by = _amount(abs(largest["change"]), weigh)
    lead = _("{name} up {amount}") if total > 0 else _("{name} down {amount}")
    return f"{whole}; " + lead.format(name=largest["name"], amount=by)


def _whole(total: float, weigh: Weigh) -> str:
    """How much more or less rolled on in all."""
    if _amount(abs(total), weigh) == _amount(0, weigh):
        return _("As much rolled on as before")
    if weigh == "balance":
        more, less = _("{amount} more rolled on"), _("{amount} less rolled on")
        return (more if total > 0 else less).format(amount=money(abs(total)))
    many = round(abs(total))
    if total > 0:
        return ngettext("{n} more loan rolled on", "{n} more loans rolled on", many)
    return ngettext("{n} loan fewer rolled on", "{n} loans fewer rolled on", many)


def part(share: float) -> str:
    """A share of a whole, 0 to 1, in words where it is near a plain fraction: two thirds in; else 58 % in."""
    plain = (
        (1 / 4, _("a quarter in")),
        (1 / 3, _("a third in")),
        (1 / 2, _("half in")),
        (2 / 3, _("two thirds in")),
        (3 / 4, _("three quarters in")),
        (1, _("nearly all in")),
    )
    near = min(plain, key=lambda fraction: abs(fraction[0] - share))
    return near[1] if abs(near[0] - share) <= 0.04 else _("{share} in", share=percent(share, 0))


def _amount(value: float, weigh: Weigh) -> str:
    return money(value) if weigh == "balance" else ngettext("{n} loan", "{n} loans", round(value))


def _signed(value: float, weigh: Weigh) -> str:
    return money(value, signed=True) if weigh == "balance" else count(value, signed=True)

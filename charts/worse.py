"""Which slice got worse: what rolled forward in each beyond what would have at earlier rates, all dimensions in one ranking.

Frames: `roll_slices` over months (month, dimension, value, from_bucket, loans, opening_balance, forward_share_loans,
forward_share_balance). Each dimension explains the same whole anew, so that slices of two dimensions never add up.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import polars as pl

from charts.bars import Bar, bar_table
from charts.months import months_between, months_earlier
from charts.names import BUCKETS, dimension_name, worse_than
from charts.theme import HEIGHT, Mode, Palette, Weigh, palette
from charts.usual import LEAST_CHANGES, USUAL_MONTHS, USUAL_PART, is_news
from charts.words import Words
from wording import _, count, money, ngettext, percent
from wording import month as month_words

MOST_BARS = 8
FEW_LOANS = 30
COLUMN = {"balance": "opening_balance", "loans": "loans"}
SCHEMA = {
    "dimension": pl.String,
    "value": pl.String,
    "extra": pl.Float64,
    "usual": pl.Float64,
    "step": pl.String,
    "before": pl.Float64,
    "after": pl.Float64,
    "loans": pl.Int64,
}


def slice_changes(slices: pl.DataFrame, *, month: dt.date, against: dt.date | None, weigh: Weigh) -> pl.DataFrame:
    """dimension, value, extra, usual, step, before, after, loans of each slice, the largest `extra` first.

    extra: what rolled forward in `month` beyond what would have at the rates of `against`, bucket by bucket, in money or loans.
    usual: four in five of its changes over as many months, in the two years before, were no larger; NULL where fewer than
    six are known. step: the bucket that is most of it. before, after: the share of `step` that rolled on.
    """
    moves = _moves(slices, weigh, months_between(against, month)) if against else None
    if moves is None or moves.filter(pl.col("month") == month).is_empty():
        return pl.DataFrame(schema=SCHEMA)
    totals = moves.group_by("dimension", "value", "month").agg(pl.col("extra", "loans").sum())
    earlier = totals.filter(pl.col("month").is_between(months_earlier(month, USUAL_MONTHS), month, closed="left"))
    usual = earlier.group_by("dimension", "value").agg(
        pl.when(pl.len() >= LEAST_CHANGES).then(pl.col("extra").abs().quantile(USUAL_PART, "linear")).alias("usual")
    )
    now = moves.filter(pl.col("month") == month)
    steps = (
        now.sort(pl.col("extra").abs(), descending=True)
        .group_by("dimension", "value", maintain_order=True)
        .agg(step=pl.col("from_bucket").first(), before=pl.col("before").first(), after=pl.col("after").first())
    )
    found = totals.filter(pl.col("month") == month)
    return (
        found.join(usual, on=["dimension", "value"], how="left")
        .join(steps, on=["dimension", "value"])
        .sort(pl.col("extra").abs(), "dimension", "value", descending=[True, False, False])
        .select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
    )


def stands_out(row: Mapping[str, object]) -> bool:
    """Is the change of a slice larger than it usually is, and of enough loans to lean on?"""
    return row["loans"] >= FEW_LOANS and is_news(row["extra"], row["usual"])


def worse(
    changes: pl.DataFrame,
    *,
    mode: Mode,
    weigh: Weigh,
    buckets: Sequence[str] = BUCKETS,
    height: int = HEIGHT,
) -> go.Figure | None:
    """A bar a slice, the largest first: red for more rolled on, green for less, grey where it is no more than usual.

    changes: of `slice_changes`. None without any.
    """
    colours = palette(mode)
    bars = [_bar(row, weigh, buckets, colours) for row in changes.head(MOST_BARS).iter_rows(named=True)]
    heads = (_("mostly"), _("at stake"))
    return bar_table(bars, mode, name="worse", height=height, heads=heads)


def worse_words(
    changes: pl.DataFrame, *, weigh: Weigh, month: dt.date, against: dt.date | None, buckets: Sequence[str] = BUCKETS
) -> Words:
    """The slice that rolled on most beyond its earlier rates; where none did so more than usual, that."""
    if changes.is_empty():
        text = _("No two months to compare")
        return Words(text, text)
    title = _title(changes, weigh, against)
    alt = _(
        "Bars, {month} against {against}: what rolled on beyond earlier rates, all dimensions ranked. {title}. {parts}.",
        month=month_words(month),
        against=month_words(against),
        title=title,
        parts=_("; ").join(
            f"{slice_name(row)} {signed(row['extra'], weigh)}" for row in changes.head(MOST_BARS).iter_rows(named=True)
        ),
    )
    return Words(title, alt)


def slice_name(row: Mapping[str, object]) -> str:
    """Region · East"""
    return f"{dimension_name(row['dimension'])} · {row['value'] or _('Not known')}"


def _row_name(row: Mapping[str, object]) -> str:
    """The same where there is little room: the pointer is told the dimension in full."""
    dimension = _("Channel") if row["dimension"] == "acquisition_channel" else dimension_name(row["dimension"])
    return f"{dimension} · {row['value'] or _('Not known')}"


def signed(value: float, weigh: Weigh) -> str:
    return money(value, signed=True) if weigh == "balance" else count(value, signed=True)


def _title(changes: pl.DataFrame, weigh: Weigh, against: dt.date) -> str:
    telling = [row for row in changes.iter_rows(named=True) if stands_out(row)]
    worst = next((row for row in telling if row["extra"] > 0), None)
    if worst is None:
        return _("No slice rolled on more than it usually does")
    said = {"name": slice_name(worst), "month": month_words(against)}
    if weigh == "balance":
        return _("{name}: {amount} more rolled on than at the rates of {month}", amount=money(worst["extra"]), **said)
    return ngettext(
        "{name}: {n} loan more rolled on than at the rates of {month}",
        "{name}: {n} loans more rolled on than at the rates of {month}",
        round(worst["extra"]),
        **said,
    )


def _moves(slices: pl.DataFrame, weigh: Weigh, apart: int) -> pl.DataFrame:
    """dimension, value, month, from_bucket, loans, before, after, extra, for buckets whose share is known `apart` months before too."""
    rows = slices.select(
        "dimension",
        "value",
        "month",
        "from_bucket",
        pl.col("loans").cast(pl.Int64),
        pl.col(COLUMN[weigh]).cast(pl.Float64).alias("base"),
        pl.col(f"forward_share_{weigh}").cast(pl.Float64).alias("after"),
        (pl.col("month").dt.year().cast(pl.Int32) * 12 + pl.col("month").dt.month()).alias("number"),
    ).drop_nulls("after")
    keys = ["dimension", "value", "from_bucket", "number"]
    earlier = rows.select(*keys[:-1], number=pl.col("number") + apart, before=pl.col("after"))
    return rows.join(earlier, on=keys).with_columns(extra=pl.col("base") * (pl.col("after") - pl.col("before")))


def _bar(row: Mapping[str, object], weigh: Weigh, buckets: Sequence[str], colours: Palette) -> Bar:
    worse_than_usual = colours.final if row["extra"] > 0 else colours.self_cure
    colour = worse_than_usual if stands_out(row) else colours.muted
    step = worse_than(row["step"], buckets)
    lines = [
        f"<b>{slice_name(row)}</b>",
        _(
            "{step}: {before} before, {after} now",
            step=step,
            before=percent(row["before"]),
            after=percent(row["after"]),
        ),
        _("{amount} beyond the earlier rates", amount=signed(row["extra"], weigh)),
    ]
    if row["usual"] is not None:
        lines.append(_("usually up to {amount}", amount=signed(row["usual"], weigh).lstrip("+")))
    if row["loans"] < FEW_LOANS:
        lines.append(_("Fewer than {n} loans", n=FEW_LOANS))
    figures = ((step, colours.muted), (signed(row["extra"], weigh), colour))
    return Bar(_row_name(row), row["extra"], colour, figures, "<br>".join(lines))

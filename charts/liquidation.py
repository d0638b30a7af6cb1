"""Liquidation of placements: cash of a batch up to each month since it was placed, as a share of the balance placed.

Frame `liquidation`: month (of placement), agency, tier, months_since, placements, recalled, placed_balance, share, net_share.
"""

import datetime as dt

import plotly.graph_objects as go
import polars as pl

from charts.ages import Curve, age_chart
from charts.colour import mix
from charts.months import months_between
from charts.theme import HEIGHT, Mode, palette
from charts.vintages import digits_of
from charts.words import Words, change
from wording import _, money, ngettext, percent
from wording import month as month_words

FEW_ACCOUNTS = 30
MOST_NAMED = 6
SOME_BATCHES = 3
FAINT = 0.4  # of the way from the ground to the muted ink
KEYS = ("agency", "tier")


def liquidation(frame: pl.DataFrame, *, mode: Mode, month: dt.date, height: int = HEIGHT) -> go.Figure | None:
    """A faint line a batch, and each agency's batches together, as seen at the end of `month`; those of few accounts
    are not drawn alone. Later placements are dashed.

    None without a share.
    """
    seen = seen_at(frame, month)
    if seen.is_empty():
        return None
    colours = palette(mode)
    together = batches_together(seen)
    named = together.select(*KEYS).unique(maintain_order=True).head(MOST_NAMED).rows()
    inks = _inks([agency for agency, _tier in named], mode)
    crowd = [
        _batch(*key, rows, mix(colours.ground, colours.muted, FAINT))
        for key, rows in seen.filter(pl.col("placements") >= FEW_ACCOUNTS).group_by("month", *KEYS, maintain_order=True)
    ]
    curves = [
        Curve(
            _named(agency, tier),
            dict(together.filter(agency=agency, tier=tier).select("months_since", "share").iter_rows()),
            inks[agency],
            thick=tier == 1,
            dash="solid" if tier == 1 else "dash",
        )
        for agency, tier in named
    ]
    digits = digits_of(seen["share"])
    return age_chart(
        crowd, curves, mode, name="liquidation", height=height, axis=_("months since placement"), digits=digits
    )


def liquidation_words(frame: pl.DataFrame, *, month: dt.date) -> Words:
    """Which agency has brought in most of what was placed first with it, at the oldest age that all have."""
    seen = seen_at(frame, month)
    if seen.is_empty():
        text = _("No placement is old enough, or none has a known balance")
        return Words(text, text)
    together = batches_together(seen)
    tier = together["tier"].min()
    first = together.filter(pl.col("tier") == tier)
    age = min(first.group_by("agency").agg(pl.col("months_since").max())["months_since"])
    at_age = first.filter(pl.col("months_since") == age).sort("share", descending=True)
    best = at_age.row(0, named=True)
    title = _(
        "{agency} brought in {share} of what was placed with it after {age}",
        agency=best["agency"],
        share=percent(best["share"], digits_of(at_age["share"])),
        age=ngettext("{n} month", "{n} months", age),
    )
    parts = _("; ").join(
        change(_named(agency, tier), rows["share"].to_list()[-1], None, 2)
        for (agency, tier), rows in together.group_by(*KEYS, maintain_order=True)
    )
    return Words(
        title,
        _(
            "Lines by months since placement: cash as a share of the balance placed. {title}. {parts}.",
            title=title,
            parts=parts,
        ),
    )


def seen_at(frame: pl.DataFrame, month: dt.date) -> pl.DataFrame:
    """The cells that were over by the end of `month`, with their share."""
    ages = [
        months_between(placed, month) >= since for placed, since in frame.select("month", "months_since").iter_rows()
    ]
    return frame.filter(pl.Series(ages, dtype=pl.Boolean) & pl.col("share").is_not_null())


def batches_together(seen: pl.DataFrame) -> pl.DataFrame:
    """agency, tier, months_since, share: an agency's batches as one, the largest agency first.

    Month by month the cash of all batches that are so old ÷ their balances, added up: were the shares themselves averaged, a
    curve would jump where a batch is not old enough any more. Ages that fewer batches than three have reached are left out where
    there are more: they would be these batches alone.
    """
    batch = ["month", *KEYS]
    balance = pl.col("placed_balance").cast(pl.Float64)
    months = seen.sort(*batch, "months_since").with_columns(
        balance=balance,
        cash_of_month=(pl.col("share") * balance).diff().over(batch).fill_null(pl.col("share") * balance),
    )
    sums = months.group_by(*KEYS, "months_since").agg(
        pl.len().alias("batches"), pl.col("cash_of_month").sum(), pl.col("balance").sum()
    )
    enough = pl.min_horizontal(pl.lit(SOME_BATCHES), pl.col("batches").max().over(KEYS))
    return (
        sums.filter((pl.col("balance") > 0) & (pl.col("batches") >= enough))
        .with_columns(placed=pl.col("balance").max().over(KEYS), part=pl.col("cash_of_month") / pl.col("balance"))
        .sort("placed", *KEYS, "months_since", descending=[True, False, False, False])
        .with_columns(share=pl.col("part").cum_sum().over(KEYS))
        .select(*KEYS, "months_since", "share")
    )


def _batch(month: dt.date, agency: str, tier: int, rows: pl.DataFrame, colour: str) -> Curve:
    last = rows.row(-1, named=True)
    about = [
        ngettext("{n} account placed", "{n} accounts placed", last["placements"]),
        ngettext("{n} taken back", "{n} taken back", last["recalled"]),
        money(last["placed_balance"]),
    ]
    notes = {
        since: " "
        + ngettext("after {n} month", "after {n} months", since)
        + ("" if net is None else _(", {share} net of commission", share=percent(net, 2)))
        + "<br>"
        + _(", ").join(about)
        for since, net in rows.select("months_since", "net_share").iter_rows()
    }
    values = dict(rows.select("months_since", "share").iter_rows())
    return Curve(f"{_named(agency, tier)} · {month_words(month)}", values, colour, notes=notes)


def _inks(agencies: list[str], mode: Mode) -> dict[str, str]:
    """Agencies have no meaning that a colour could carry: inks that are told apart by tone, and by their labels."""
    colours = palette(mode)
    tones = (
        colours.primary,
        colours.totals,
        mix(colours.primary, colours.ground, 0.35),
        colours.baseline,
        colours.quiet,
        colours.sold,
    )
    return {agency: tones[place % len(tones)] for place, agency in enumerate(dict.fromkeys(agencies))}


def _named(agency: str, tier: int) -> str:
    return agency if tier == 1 else f"{agency} ({tier})"

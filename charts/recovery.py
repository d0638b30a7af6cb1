"""Recovery after default: what has come back of the balances that went bad in a month, by months since, gross and net of cost.

Frame `recovery_after_default`: cohort, months_since, loans, balance, cash, cost, recovery_rate, net_recovery_rate; NULL at an
age that has not come yet.
"""

import plotly.graph_objects as go
import polars as pl

from charts.ages import Curve, age_chart
from charts.colour import mix
from charts.theme import HEIGHT, Mode, palette
from charts.vintages import digits_of
from charts.words import Words
from wording import _, ngettext, percent
from wording import month as month_words

FEW_LOANS = 30
SOME_COHORTS = 3
FAINT = 0.4  # of the way from the ground to the muted ink
YEAR = 12


def recovery(frame: pl.DataFrame, *, mode: Mode, height: int = HEIGHT) -> go.Figure | None:
    """A faint line a cohort of 30 loans or more; all cohorts together gross, and net of cost where it is known."""
    together = recovered_together(frame)
    if together.is_empty():
        return None
    colours = palette(mode)
    faint = mix(colours.ground, colours.muted, FAINT)
    crowd = [
        _cohort(rows, faint)
        for _key, rows in frame.filter((pl.col("loans") >= FEW_LOANS) & pl.col("recovery_rate").is_not_null())
        .sort("cohort", "months_since")
        .group_by("cohort", maintain_order=True)
    ]
    net = _values(together, "net")
    named = [Curve(_("Gross"), _values(together, "gross"), colours.self_cure, thick=True)]
    named += [Curve(_("Net of cost"), net, colours.totals, dash="dash")] if net else []
    digits = digits_of(together["gross"])
    return age_chart(crowd, named, mode, name="recovery", height=height, axis=_("months since default"), digits=digits)


def recovery_words(frame: pl.DataFrame) -> Words:
    """What has come back after a year, or as long as the oldest cohorts are bad."""
    together = recovered_together(frame)
    if together.is_empty():
        text = _("No loan has been seen to go bad long enough ago, or cash after default is not known")
        return Words(text, text)
    age = min(YEAR, together["months_since"].max())
    at_age = together.row(by_predicate=pl.col("months_since") == age, named=True)
    digits = digits_of([at_age["gross"]])
    said = {
        "share": percent(at_age["gross"], digits),
        "age": ngettext("{n} month", "{n} months", age),
        "net": percent(at_age["net"], digits),
    }
    title = (
        _("{share} has come back {age} after default", **said)
        if at_age["net"] is None
        else _("{share} has come back {age} after default, {net} net of cost", **said)
    )
    alt = _(
        "Lines by months since default: cash as a share of the balance at default, of {cohorts}. {title}.",
        cohorts=ngettext("{n} cohort", "{n} cohorts", frame.filter(pl.col("cash").is_not_null())["cohort"].n_unique()),
        title=title,
    )
    return Words(title, alt)


def recovered_together(frame: pl.DataFrame) -> pl.DataFrame:
    """months_since, gross, net of all cohorts as one: month by month what those brought that are so old ÷ their balances, added up.

    Ages that fewer than three cohorts have reached are left out where there are more; net is NULL where a cost is not known.
    """
    cells = (
        frame.filter(pl.col("recovery_rate").is_not_null())
        .select("cohort", "months_since", pl.col("balance", "cash", "cost").cast(pl.Float64))
        .sort("cohort", "months_since")
    )
    months = cells.with_columns(
        pl.col(name).diff().over("cohort").fill_null(pl.col(name)).alias(f"{name}_of_month")
        for name in ("cash", "cost")
    )
    sums = months.group_by("months_since").agg(
        pl.len().alias("cohorts"),
        pl.col("balance", "cash_of_month").sum(),
        pl.when(pl.col("cost").is_not_null().all()).then(pl.col("cost_of_month").sum()).alias("cost_of_month"),
    )
    enough = pl.min_horizontal(pl.lit(SOME_COHORTS), pl.col("cohorts").max())
    return (
        sums.filter((pl.col("balance") > 0) & (pl.col("cohorts") >= enough))
        .sort("months_since")
        .with_columns(
            gross=(pl.col("cash_of_month") / pl.col("balance")).cum_sum(),
            spent=(pl.col("cost_of_month") / pl.col("balance")).cum_sum(),
        )
        .select("months_since", "gross", net=pl.col("gross") - pl.col("spent"))
    )


def _cohort(rows: pl.DataFrame, colour: str) -> Curve:
    notes = {
        since: " "
        + ngettext("of {n} loan", "of {n} loans", loans)
        + "<br>"
        + ngettext("after {n} month", "after {n} months", since)
        for since, loans in rows.select("months_since", "loans").iter_rows()
    }
    values = dict(rows.select("months_since", "recovery_rate").iter_rows())
    return Curve(month_words(rows["cohort"][0]), values, colour, notes=notes)


def _values(together: pl.DataFrame, column: str) -> dict[int, float]:
    return dict(together.select("months_since", column).drop_nulls().iter_rows())

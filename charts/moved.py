"""What moved and why: the slices of all dimensions that rolled on, or went bad, beyond their earlier rates, by money at stake.

Frames: `charts.slice_changes`; `mix_and_rate` over months (month, dimension, value, rate_effect).
"""

import datetime as dt
from collections.abc import Mapping

import polars as pl

from charts.months import months_between
from charts.theme import Weigh
from charts.usual import is_news, usual_change
from charts.words import Words
from charts.worse import signed, slice_name, stands_out
from wording import _, money, ngettext
from wording import month as month_words

MOST = 6
SCHEMA = {
    "kind": pl.String,
    "dimension": pl.String,
    "value": pl.String,
    "extra": pl.Float64,
    "usual": pl.Float64,
    "news": pl.Boolean,
}


def contributions(
    rolled: pl.DataFrame,
    mixed: pl.DataFrame,
    balance: float | None,
    *,
    month: dt.date,
    against: dt.date | None,
) -> pl.DataFrame:
    """kind (rolled_on, went_bad), dimension, value, extra, usual, news: what is news first, the largest first.

    extra of went_bad: the open `balance` × what the slice's own ratio added to the bad-debt ratio since `against`. mixed may be
    empty: then only what rolled on is told.
    """
    rows = [{**row, "kind": "rolled_on", "news": stands_out(row)} for row in rolled.iter_rows(named=True)]
    rows += _went_bad(mixed, balance, month, against)
    rows.sort(key=lambda row: (not row["news"], -abs(row["extra"])))
    return pl.DataFrame([{name: row[name] for name in SCHEMA} for row in rows], schema=SCHEMA)


def moved_words(found: pl.DataFrame, *, weigh: Weigh, against: dt.date | None) -> Words:
    """The largest that is news, said in one line; where none is, that."""
    if found.is_empty():
        text = _("No two months to compare")
        return Words(text, text)
    lead = found.row(0, named=True)
    title = _("Nothing moved more than it usually does")
    if lead["news"]:
        title = _("{name}: {what}", name=slice_name(lead), what=contribution_words(lead, weigh))
    parts = _("; ").join(
        f"{slice_name(row)} {signed(row['extra'], weigh)}" for row in found.head(MOST).iter_rows(named=True)
    )
    return Words(title, _("{title}. Against {month}: {parts}.", title=title, month=month_words(against), parts=parts))


def contribution_words(row: Mapping[str, object], weigh: Weigh) -> str:
    """¥ 1.2 M more rolled on"""
    more = row["extra"] > 0
    if weigh == "loans":
        many = round(abs(row["extra"]))
        if more:
            return ngettext("{n} more loan rolled on", "{n} more loans rolled on", many)
        return ngettext("{n} loan fewer rolled on", "{n} loans fewer rolled on", many)
    said = {"amount": money(abs(row["extra"]))}
    if row["kind"] == "rolled_on":
        return _("{amount} more rolled on", **said) if more else _("{amount} less rolled on", **said)
    return _("{amount} more is bad", **said) if more else _("{amount} less is bad", **said)


def _went_bad(
    mixed: pl.DataFrame, balance: float | None, month: dt.date, against: dt.date | None
) -> list[dict[str, object]]:
    if against is None or balance is None:
        return []
    apart, rows = months_between(against, month), []
    known = mixed.drop_nulls("rate_effect").filter(pl.col("month") <= month).sort("month")
    for (dimension, value), part in known.group_by("dimension", "value", maintain_order=True):
        since = part.filter(pl.col("month") > against)
        if since.height != apart:
            continue
        added = dict(zip(part["month"], (part["rate_effect"] * balance).cum_sum(), strict=True))
        extra, usual = float(since["rate_effect"].sum()) * balance, usual_change(added, month, apart)
        rows.append(
            {
                "kind": "went_bad",
                "dimension": dimension,
                "value": value,
                "extra": extra,
                "usual": usual,
                "news": is_news(extra, usual),
            }
        )
    return rows

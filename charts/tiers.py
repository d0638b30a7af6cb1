"""The tiers below normal in one month, against another. The normal tier, which would dwarf them, is left out.

Frame `tiers`: month, tier, loans, balance, share_loans, share_balance.
"""

import datetime as dt

import plotly.graph_objects as go
import polars as pl

from charts.bars import Bar, bar_table
from charts.months import month_before
from charts.names import TIERS, tier_name
from charts.theme import HEIGHT, Mode, Palette, Weigh, palette
from charts.words import Words, change, moved, needed
from wording import _, percent, points
from wording import month as month_words

DIGITS = 2
BELOW_NORMAL = TIERS[1:]
ONLY_IF_PRESENT = "unclassified"


def tiers(
    frame: pl.DataFrame,
    *,
    mode: Mode,
    weigh: Weigh,
    month: dt.date | None = None,
    against: dt.date | None = None,
    height: int = HEIGHT,
) -> go.Figure | None:
    """A bar a tier, worst last, with its share and its change; a tick on the bar is the share in `against`.

    `month` is by default the last of the frame, `against` the month before it. None without a share.
    """
    now, before = _months(frame, weigh, month, against)
    if not now:
        return None
    bars = [_bar(tier, now, before, palette(mode)) for tier in _shown(now, before)]
    month = month or max(frame["month"])
    compared = month_words(against or month_before(month))
    heads = (month_words(month), _("change")) if before else ()
    key = f"<b>|</b> {compared}" if before else ""
    return bar_table(bars, mode, name="tiers", height=height, heads=heads, key=key)


def tiers_words(
    frame: pl.DataFrame, *, weigh: Weigh, month: dt.date | None = None, against: dt.date | None = None
) -> Words:
    """The change of all that is below normal; the alternative text adds each tier."""
    now, before = _months(frame, weigh, month, against)
    if not now:
        return needed(frame, weigh)
    shown = _shown(now, before)
    name = _("Below normal")
    title = change(name, _sum(now), _sum(before) if before else None)
    alt = _(
        "Bars, {month}: tiers below normal as a share of the open {base}. {finding}: {parts}.",
        month=month_words(month or max(frame["month"])),
        base=_("balance") if weigh == "balance" else _("loans"),
        finding=title,
        parts=_(", ").join(f"{tier_name(tier)} {percent(now.get(tier, 0.0), DIGITS)}" for tier in shown),
    )
    return Words(title, alt)


def _months(
    frame: pl.DataFrame, weigh: Weigh, month: dt.date | None, against: dt.date | None
) -> tuple[dict[str, float], dict[str, float]]:
    """Tier → share in the month and in the one it is compared with; empty where the frame has none."""
    if frame.is_empty():
        return {}, {}
    month = month or max(frame["month"])
    return _shares(frame, weigh, month), _shares(frame, weigh, against or month_before(month))


def _shares(frame: pl.DataFrame, weigh: Weigh, month: dt.date) -> dict[str, float]:
    rows = frame.filter((pl.col("month") == month) & pl.col(f"share_{weigh}").is_not_null())
    return dict(zip(rows["tier"], rows[f"share_{weigh}"].cast(pl.Float64), strict=True))


def _shown(now: dict[str, float], before: dict[str, float]) -> list[str]:
    return [tier for tier in BELOW_NORMAL if tier != ONLY_IF_PRESENT or now.get(tier) or before.get(tier)]


def _sum(shares: dict[str, float]) -> float:
    return sum(share for tier, share in shares.items() if tier in BELOW_NORMAL)


def _bar(tier: str, now: dict[str, float], before: dict[str, float], colours: Palette) -> Bar:
    """No row for a tier in a month that has others means that it is empty then: zero."""
    share = now.get(tier, 0.0)
    earlier = before.get(tier, 0.0) if before else None
    by = None if earlier is None else share - earlier
    verdict = {1: colours.final, 0: colours.muted, -1: colours.self_cure}[moved(share, earlier, DIGITS)]
    figures = ((percent(share, DIGITS), colours.ink),)
    if before:
        figures += ((points(by, DIGITS), verdict),)
    told = change(tier_name(tier), share, earlier, DIGITS)
    return Bar(tier_name(tier), share, _colour(tier, colours), figures, told, earlier)


def _colour(tier: str, colours: Palette) -> str:
    ramp = [colour for _position, colour in colours.ramp]
    return dict(zip(BELOW_NORMAL, (*ramp, colours.quiet), strict=True))[tier]

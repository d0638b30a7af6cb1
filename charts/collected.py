"""What each stage, channel or owner brought in, and what it cost.

Frames: `cash_by_source` (stage, channel, owner, payments, cash) and `cost_to_collect` with intervals (stage, channel, owner, cash,
contact_cost, commission, court_cost, cost, cost_to_collect, small).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from charts.bars import Bar, bar_table
from charts.stages import NO_STAGE, SELF_CURE, in_order, unit_colour, unit_name
from charts.theme import HEIGHT, Mode, palette
from charts.words import Words, change, moved
from wording import _, money, percent, points
from wording import month as month_words

MOST_BARS = 9
NOBODY = (NO_STAGE, SELF_CURE, "")  # rows of what no stage, channel or owner did
DEAR = 1.0  # a bar of cost ends where the cost is all of the cash


@dataclass(frozen=True)
class Brought:
    """The cash of one unit: all of it, and the part that no contact led to."""

    code: str
    cash: float
    by_itself: float


def cash_split(split: str) -> str:
    """What to split the question cash_by_source by, so that each unit's own part and self-cure are known."""
    return "channel" if split == "channel" else {"stage": "stage_channel", "owner": "channel_owner"}[split]


def cash_by_source(
    frame: pl.DataFrame, *, mode: Mode, split: str, stages: Sequence[str] = (), height: int = HEIGHT
) -> go.Figure | None:
    """A bar a unit, green as far as the cash came by itself, with its cash and its share; None without cash."""
    units = brought(frame, split, stages)
    whole = sum(unit.cash for unit in units)
    if not units or not whole:
        return None
    colours = palette(mode)
    bars = [
        Bar(
            unit_name(split, unit.code),
            unit.cash,
            unit_colour(split, unit.code, stages, mode),
            ((money(unit.cash), colours.ink), (percent(unit.cash / whole), colours.muted)),
            f"<b>{unit_name(split, unit.code)}</b><br>{money(unit.cash)}<br>"
            + _("{share} of it by itself", share=_part(unit)),
            part=unit.by_itself if split != "channel" else None,
            part_colour=colours.self_cure,
        )
        for unit in units
    ]
    key = f"<span style='color:{colours.self_cure}'>■</span> " + _("by itself") if split != "channel" else ""
    return bar_table(bars, mode, name="cash_by_source", height=height, heads=(_("cash"), _("share")), key=key)


def cash_by_source_words(frame: pl.DataFrame, *, split: str, stages: Sequence[str] = ()) -> Words:
    """How much came in, and how much of it without a contact; the alternative text adds each unit."""
    units = brought(frame, split, stages)
    whole = sum(unit.cash for unit in units)
    if not units or not whole:
        text = _("No cash came in this month")
        return Words(text, text)
    alone = sum(unit.by_itself for unit in units)
    title = _("{cash} came in, {share} of it by itself", cash=money(whole), share=percent(alone / whole))
    parts = _("; ").join(
        f"{unit_name(split, unit.code)} {money(unit.cash)}, " + _("{share} by itself", share=_part(unit))
        for unit in units
    )
    return Words(title, _("Bars of cash. {title}. {parts}.", title=title, parts=parts))


def cost_to_collect(
    frame: pl.DataFrame,
    before: pl.DataFrame | None = None,
    *,
    mode: Mode,
    split: str,
    stages: Sequence[str] = (),
    height: int = HEIGHT,
) -> go.Figure | None:
    """A bar a unit: its cost as a share of its cash, up to all of it; a tick is another month. None where no cost is known."""
    rows = costly(frame, split, stages)
    if not rows:
        return None
    colours = palette(mode)
    earlier = {} if before is None or before.is_empty() else dict(before.select(split, "cost_to_collect").iter_rows())
    bars = []
    for row in rows:
        now, then = row["cost_to_collect"], earlier.get(row[split])
        by = None if now is None or then is None else now - then
        colour = {1: colours.final, 0: colours.muted, -1: colours.self_cure}[moved(now, then)]
        figures = ((money(row["cost"]), colours.muted), (percent(now), colours.muted if row["small"] else colours.ink))
        if earlier:
            figures += ((points(by), colours.muted if row["small"] else colour),)
        bars.append(
            Bar(
                unit_name(split, row[split]),
                min(now or 0.0, DEAR),
                colours.quiet if row["small"] else unit_colour(split, row[split], stages, mode),
                figures,
                _told(row, split),
                None if then is None else min(then, DEAR),
            )
        )
    heads = (_("cost"), _("of cash"), _("change")) if earlier else (_("cost"), _("of cash"))
    key = f"<b>|</b> {month_words(before['month'][0])}" if earlier else ""
    return bar_table(bars, mode, name="cost_to_collect", height=height, heads=heads, key=key)


def cost_to_collect_words(frame: pl.DataFrame, *, split: str, stages: Sequence[str] = ()) -> Words:
    """The dearest unit and the cheapest of those that collect, by a cost known on enough payments where there is one."""
    rows = costly(frame, split, stages)
    if not rows:
        text = _("No cost of collecting is known for this month")
        return Words(text, text)
    priced = [row for row in rows if row["cost_to_collect"] is not None]
    named = [row for row in priced if row[split] not in NOBODY] or priced
    known = [row for row in named if not row["small"]] or named
    alt = _("; ").join(change(unit_name(split, row[split]), row["cost_to_collect"], None) for row in rows)
    if not known:
        title = _("A cost, and no cash to hold it against")
        return Words(title, f"{title}. {alt}")
    ranked = sorted(known, key=lambda row: -row["cost_to_collect"])
    most, least = ranked[0], ranked[-1]
    title = _(
        "{name} costs {share} of its cash", name=unit_name(split, most[split]), share=percent(most["cost_to_collect"])
    )
    if least is not most:
        title = _(
            "{name} costs {share} of its cash, {least} {other}",
            name=unit_name(split, most[split]),
            share=percent(most["cost_to_collect"]),
            least=unit_name(split, least[split]),
            other=percent(least["cost_to_collect"]),
        )
    return Words(title, _("Bars: cost as a share of cash. {title}. {parts}.", title=title, parts=alt))


def brought(frame: pl.DataFrame, split: str, stages: Sequence[str]) -> list[Brought]:
    """Units by their cash, stages in order; those beyond the ninth together as the last one."""
    sums = frame.group_by(split, maintain_order=True).agg(
        pl.col("cash").cast(pl.Float64).sum().alias("cash"),
        pl.col("cash").cast(pl.Float64).filter(pl.col("channel") == SELF_CURE).sum().alias("by_itself"),
    )
    units = [Brought(*row) for row in sums.iter_rows()]
    if split == "stage":
        order = in_order([unit.code for unit in units], stages)
        return sorted(units, key=lambda unit: order.index(unit.code))
    ranked = sorted(units, key=lambda unit: -unit.cash)
    if len(ranked) <= MOST_BARS:
        return ranked
    rest = ranked[MOST_BARS - 1 :]
    others = Brought(_("All others"), sum(unit.cash for unit in rest), sum(unit.by_itself for unit in rest))
    return [*ranked[: MOST_BARS - 1], others]


def costly(frame: pl.DataFrame, split: str, stages: Sequence[str]) -> list[dict[str, object]]:
    """The units of which a cost is known: stages in order, others by what they cost, at most nine."""
    rows = [row for row in frame.iter_rows(named=True) if row["cost"] is not None]
    if split == "stage":
        order = in_order([row["stage"] for row in rows], stages)
        return sorted(rows, key=lambda row: order.index(row["stage"]))
    return sorted(rows, key=lambda row: -row["cost"])[:MOST_BARS]


def _part(unit: Brought) -> str:
    return percent(unit.by_itself / unit.cash if unit.cash else None)


def _told(row: dict[str, object], split: str) -> str:
    lines = [
        f"<b>{unit_name(split, row[split])}</b>",
        _("{cost} for {cash}", cost=money(row["cost"]), cash=money(row["cash"])),
        _("Attempts {contact}, commission {commission}, court {court}",
          contact=money(row["contact_cost"]), commission=money(row["commission"]), court=money(row["court_cost"])),
    ]  # fmt: skip
    if row["small"]:
        lines.append(_("Fewer than 30 payments"))
    return "<br>".join(lines)

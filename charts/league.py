"""Agencies or collectors held against what others make of the same kind of loans.

Frame `agency_comparison` or `collector_comparison`: unit, loans, matched_loans, cash, expected, ratio, ratio_low, ratio_high,
shrunk_ratio, small.
"""

import plotly.graph_objects as go
import polars as pl

from charts.forest import Estimate, forest
from charts.theme import Mode, Palette, palette
from charts.words import Words
from wording import UNKNOWN, _, count, decimal, money, ngettext

AS_OTHERS = 1.0
MOST_ROWS = 16
WIDEST = 3.0  # times what others make: intervals are cut there
TICKS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0)


def league(frame: pl.DataFrame, *, mode: Mode, height: int = 0) -> go.Figure | None:
    """A row a unit, the best first: a ring what it made, a line its interval, a dot what to believe. None without a ratio."""
    rows = shown_units(frame)
    known = [row for row in rows if row["ratio"] is not None]
    if not known:
        return None
    colours = palette(mode)
    most = min(WIDEST, max([1.5, *(row["ratio_high"] or row["ratio"] for row in known)]))
    least = max(0.0, min([0.5, *(row["ratio_low"] if row["ratio_low"] is not None else row["ratio"] for row in known)]))
    estimates = [
        Estimate(
            row["unit"] or _("Not known"),
            row["ratio"],
            row["ratio_low"],
            row["ratio_high"],
            _colour(row, colours),
            (
                (count(row["loans"]), colours.muted),
                (times(row["shrunk_ratio"] if row["shrunk_ratio"] is not None else row["ratio"]), colours.ink),
                (verdict(row), _colour(row, colours)),
            ),
            _told(row),
            row["shrunk_ratio"],
        )
        for row in rows
    ]
    ticks = [(tick, times(tick, 1)) for tick in TICKS if least <= tick <= most]
    heads = (_("loan-months"), _("believed"), _("verdict"))
    return forest(
        estimates, mode, name="league", none=AS_OTHERS, ticks=ticks, heads=heads, span=(least, most), height=height
    )


def league_words(frame: pl.DataFrame) -> Words:
    """How many units stand out, and the one that does most."""
    known = [row for row in frame.iter_rows(named=True) if row["ratio"] is not None]
    if not known:
        text = _("No two of them hold loans of the same kind in these months")
        return Words(text, text)
    telling = [row for row in known if _side(row) and not row["small"]]
    if not telling:
        title = _("None stands out from the others on like loans")
    else:
        far = max(telling, key=lambda row: abs((row["shrunk_ratio"] or row["ratio"]) - AS_OTHERS))
        title = ngettext(
            "{n} of {all} stands out: {name} makes {times} what others would",
            "{n} of {all} stand out: {name} makes {times} what others would",
            len(telling),
            all=count(len(known)),
            name=far["unit"] or _("Not known"),
            times=times(far["shrunk_ratio"] if far["shrunk_ratio"] is not None else far["ratio"]),
        )
    parts = _("; ").join(
        _(
            "{name} {times} ({low} to {high})",
            name=row["unit"] or _("Not known"),
            times=times(row["ratio"]),
            low=times(row["ratio_low"]),
            high=times(row["ratio_high"]),
        )
        for row in known[:MOST_ROWS]
    )
    return Words(
        title,
        _(
            "Dots with intervals: cash over what others would have collected from like loans. {title}. {parts}.",
            title=title,
            parts=parts,
        ),
    )


def shown_units(frame: pl.DataFrame) -> list[dict[str, object]]:
    """All units; of many the best and the worst halves of what fits."""
    rows = frame.rows(named=True)
    return rows if len(rows) <= MOST_ROWS else [*rows[: MOST_ROWS // 2], *rows[-MOST_ROWS // 2 :]]


def verdict(row: dict[str, object]) -> str:
    """A word of its own beside the interval."""
    if row["ratio"] is None:
        return _("no like loans")
    if row["small"]:
        return _("too few loans")
    return {1: _("more"), -1: _("less"), 0: _("as others")}[_side(row)]


def times(ratio: float | None, digits: int = 2) -> str:
    """1.34×"""
    return UNKNOWN if ratio is None else _("{number}×", number=decimal(ratio, digits))


def _side(row: dict[str, object]) -> int:
    """1 more than others, -1 less, 0 the interval holds both."""
    low, high = row["ratio_low"], row["ratio_high"]
    if low is None or high is None:
        return 0
    return 1 if low > AS_OTHERS else -1 if high < AS_OTHERS else 0


def _colour(row: dict[str, object], colours: Palette) -> str:
    if row["ratio"] is None or row["small"]:
        return colours.quiet
    return {1: colours.self_cure, -1: colours.final, 0: colours.baseline}[_side(row)]


def _told(row: dict[str, object]) -> str:
    if row["ratio"] is None:
        return ""
    unit = row["unit"] or _("Nobody known")
    lines = [
        f"<b>{unit}</b>",
        _(
            "{times}, interval {low} to {high}",
            times=times(row["ratio"]),
            low=times(row["ratio_low"]),
            high=times(row["ratio_high"]),
        ),
        _("Believed: {times}", times=times(row["shrunk_ratio"])),
        _(
            "{cash} in cash, of which others would have made {expected} on the matched loans",
            cash=money(row["cash"]),
            expected=money(row["expected"]),
        ),
        ngettext("{n} loan-month matched", "{n} loan-months matched", row["matched_loans"]),
    ]
    return "<br>".join(lines)

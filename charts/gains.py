"""Who gains and who loses: the difference of each product and segment with its interval.

Frame: group, difference, low, high, verdict.
"""

import plotly.graph_objects as go
import polars as pl

from charts.forest import Estimate, forest
from charts.theme import Mode, palette
from charts.what_if_names import verdict_name
from charts.words import Words
from wording import _, count, money

SHOWN = 12
COUNTS = ("cured", "complaints")


def shown_gains(frame: pl.DataFrame) -> pl.DataFrame:
    """The groups with the largest differences, in the frame's order."""
    if frame.height <= SHOWN:
        return frame
    large = sorted(range(frame.height), key=lambda row: -abs(frame["difference"][row]))[:SHOWN]
    return frame[sorted(large)]


def gains(frame: pl.DataFrame, *, measure: str, mode: Mode) -> go.Figure | None:
    """A row a group; None where nothing differs."""
    rows = shown_gains(frame)
    ends = [abs(end) for column in ("difference", "low", "high") for end in rows[column] if end is not None]
    reach = max(ends, default=0.0)
    if not reach:
        return None
    colours, worded = palette(mode), _worder(measure)
    colour = {"better": colours.self_cure, "worse": colours.final}
    estimates = [
        Estimate(
            row["group"],
            row["difference"],
            row["low"],
            row["high"],
            colour.get(row["verdict"], colours.quiet),
            ((worded(row["difference"]), colours.ink), (verdict_name(row["verdict"]), colour.get(row["verdict"], colours.muted))),
            f"<b>{row['group']}</b><br>{_range(row, worded)}",
        )
        for row in rows.to_dicts()
    ]  # fmt: skip
    ticks = [(reach * step, worded(reach * step)) for step in (-1, 0, 1)]
    return forest(estimates, mode, name="gains", none=0.0, ticks=ticks, heads=(_("difference"), _("verdict")), span=(-reach, reach))  # fmt: skip


def _worder(measure: str):
    if measure in COUNTS:
        return lambda value: count(value, signed=True)
    return lambda value: money(value, signed=True)


def _range(row: dict[str, object], worded) -> str:
    if row["low"] is None:
        return worded(row["difference"])
    return _(
        "{value} ({low} to {high})", value=worded(row["difference"]), low=worded(row["low"]), high=worded(row["high"])
    )


def gains_words(frame: pl.DataFrame, *, measure: str) -> Words:
    """How many groups gain and lose beyond doubt, and which most."""
    worded = _worder(measure)
    told = _("; ").join(
        f"{row['group']} {_range(row, worded)}, {verdict_name(row['verdict'])}" for row in frame.to_dicts()
    )
    alt = _("Differences of each product and segment, with intervals. {told}.", told=told)
    by = {code: frame.filter(pl.col("verdict") == code) for code in ("better", "worse")}
    better, worse = by["better"].height, by["worse"].height
    if not better and not worse:
        nothing = frame.is_empty() or not frame["difference"].abs().max()
        return Words(
            _("No group gains or loses") if nothing else _("Of no group can it be told yet whether it gains or loses"),
            alt,
        )
    if better and not worse:
        return Words(_("{better} of {all} groups gain, none loses", better=count(better), all=count(frame.height)), alt)
    if worse and not better:
        return Words(_("{worse} of {all} groups lose, none gains", worse=count(worse), all=count(frame.height)), alt)
    return Words(_("{better} groups gain, {worse} lose", better=count(better), worse=count(worse)), alt)

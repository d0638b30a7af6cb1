"""Events per thousand: breaches and complaints by team, agency or channel with their intervals, and complaints over months.

Frames `breach_rates` and `complaints`, by channel, by owner or by month.
"""

from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from charts.colour import transparent
from charts.forest import Estimate, forest
from charts.lines import BOTTOM, LEFT, TOP
from charts.months import full_calendar, month_axis
from charts.scale import scale_of
from charts.stages import unit_name
from charts.theme import HEIGHT, Mode, Palette, Trace, figure, mark, palette
from charts.words import Words, span
from wording import UNKNOWN, _, count, decimal, ngettext
from wording import month as month_words

MOST_ROWS = 12
BEYOND = 1.6  # times the highest rate: intervals are cut there, but never
WIDE = 4  # times the end of the surest of them
LEAST = 0.5


@dataclass(frozen=True)
class _Kind:
    """What is counted, by what, and the names of both."""

    name: str
    events: str
    base: str
    heads: tuple[str, str, str]


def _breaches() -> _Kind:
    return _Kind("breach_rates", "breaches", "attempts", (_("attempts"), _("breaches"), _("per 1,000")))


def _complaints() -> _Kind:
    return _Kind("complaint_rates", "complaints", "contacts", (_("contacts"), _("complaints"), _("per 1,000")))


def breach_rates(frame: pl.DataFrame, *, mode: Mode, split: str, height: int = 0) -> go.Figure | None:
    """A row a unit, the most breaches per thousand attempts first; the line is what all of them together have.

    frame: `breach_rates` with intervals, by channel or owner as `split` says. None without a row.
    """
    return _rates(frame, _breaches(), mode, split, height)


def breach_rates_words(frame: pl.DataFrame, *, split: str) -> Words:
    """Who stands out, by an interval above what all of them have."""
    rows = _ranked(frame, "breaches")
    if not rows:
        text = _("No attempts in this month") if frame.is_empty() else _("No rule of these can be seen in the attempts")
        return Words(text, text)
    first = rows[0]
    if not first["breaches"]:
        title = {"owner": _("No team or agency broke a rule"), "channel": _("No rule was broken in any channel")}[split]
    else:
        title = _(
            "{name}: {rate} breaches per 1,000 attempts, {all} in all",
            name=unit_name(split, first[split]),
            rate=decimal(first["per_thousand"], 1),
            all=decimal(_overall(rows, _breaches()), 1),
        )
    return Words(title, _("Dots with intervals. {title}. {parts}.", title=title, parts=_parts(rows, split)))


def complaint_rates(frame: pl.DataFrame, *, mode: Mode, split: str, height: int = 0) -> go.Figure | None:
    """The same for complaints per thousand contacts; None where the file says of no attempt whether there was one."""
    return _rates(frame, _complaints(), mode, split, height)


def complaint_rates_words(frame: pl.DataFrame, *, split: str) -> Words:
    """Who has the most complaints for its contacts."""
    rows = _ranked(frame, "complaints")
    if not rows:
        text = _("Complaints are not known: no attempt says whether there was one")
        return Words(text, text)
    first = rows[0]
    if not first["complaints"]:
        title = _("No complaint came in this month")
    else:
        title = _(
            "{name}: {rate} complaints per 1,000 contacts, {all} in all",
            name=unit_name(split, first[split]),
            rate=decimal(first["per_thousand"], 1),
            all=decimal(_overall(rows, _complaints()), 1),
        )
    return Words(title, _("Dots with intervals. {title}. {parts}.", title=title, parts=_parts(rows, split)))


def complaints_by_month(frame: pl.DataFrame, *, mode: Mode, height: int = HEIGHT) -> go.Figure | None:
    """Complaints per thousand contacts as a line, their interval as a band. frame: `complaints` by month, with intervals."""
    known = frame.filter(pl.col("per_thousand").is_not_null())
    if known.is_empty():
        return None
    colours = palette(mode)
    rows = known.rows(named=True)
    months = full_calendar(frame["month"])
    scale = scale_of([row["per_thousand_high"] or row["per_thousand"] for row in rows], from_zero=True)
    colour = mark(colours.primary, mode)
    return figure(
        [_band(rows, colour), _line(rows, colour)],
        mode,
        name="complaints_by_month",
        height=height,
        margin={"l": LEFT, "r": 12, "t": TOP, "b": BOTTOM},
        xaxis=month_axis(months),
        yaxis=scale.number_axis(),
    )


def complaints_by_month_words(frame: pl.DataFrame) -> Words:
    """The rate of the last month, and whether the year before had more."""
    known = frame.filter(pl.col("per_thousand").is_not_null()).rows(named=True)
    if not known:
        text = _("Complaints are not known: no attempt says whether there was one")
        return Words(text, text)
    last = known[-1]
    title = _("No complaint in {month}", month=month_words(last["month"]))
    if last["complaints"]:
        title = _(
            "{complaints} in {month}: {rate} per 1,000 contacts",
            complaints=ngettext("{n} complaint", "{n} complaints", last["complaints"]),
            month=month_words(last["month"]),
            rate=decimal(last["per_thousand"], 1),
        )
    series = dict.fromkeys(row["month"] for row in known)
    alt = _("Line with its interval, {span}, complaints per 1,000 contacts. {title}.", span=span(series), title=title)
    return Words(title, alt)


def _ranked(frame: pl.DataFrame, events: str) -> list[dict[str, object]]:
    known = [row for row in frame.iter_rows(named=True) if row[events] is not None and row["per_thousand"] is not None]
    return sorted(known, key=lambda row: (-row["per_thousand"], -row["attempts"]))[:MOST_ROWS]


def _overall(rows: list[dict[str, object]], kind: _Kind) -> float:
    return 1000 * sum(row[kind.events] for row in rows) / max(sum(row[kind.base] for row in rows), 1)


def _surest(rows: list[dict[str, object]]) -> list[float]:
    """Where the axis must reach for the narrowest interval to be seen whole among the others."""
    ends = [row["per_thousand_high"] for row in rows if row["per_thousand_high"] is not None]
    return [WIDE * min(ends)] if ends else []


def _rates(frame: pl.DataFrame, kind: _Kind, mode: Mode, split: str, height: int) -> go.Figure | None:
    rows = _ranked(frame, kind.events)
    if not rows:
        return None
    colours, overall = palette(mode), _overall(rows, kind)
    most = max(BEYOND * max(row["per_thousand"] for row in rows), *_surest(rows), overall, LEAST)
    estimates = [
        Estimate(
            unit_name(split, row[split]),
            row["per_thousand"],
            row["per_thousand_low"],
            row["per_thousand_high"],
            _colour(row, overall, colours),
            (
                (count(row[kind.base]), colours.muted),
                (count(row[kind.events]), colours.ink),
                (decimal(row["per_thousand"], 1), colours.ink),
            ),
            _told(row, kind, unit_name(split, row[split])),
        )
        for row in rows
    ]
    ticks = [(tick, decimal(tick, scale_digits(most))) for tick in scale_of([0, most], from_zero=True, steps=4).ticks]
    return forest(
        estimates,
        mode,
        name=kind.name,
        none=overall,
        ticks=[tick for tick in ticks if tick[0] <= most],
        heads=kind.heads,
        span=(0.0, most),
        height=height,
    )


def scale_digits(most: float) -> int:
    """Digits that tell round steps up to `most` apart."""
    return 0 if most >= 8 else 1


def _colour(row: dict[str, object], overall: float, colours: Palette) -> str:
    low, high = row["per_thousand_low"], row["per_thousand_high"]
    if row["small"] or low is None or high is None:
        return colours.quiet
    return colours.final if low > overall else colours.self_cure if high < overall else colours.baseline


def _told(row: dict[str, object], kind: _Kind, name: str) -> str:
    lines = [
        f"<b>{name}</b>",
        _(
            "{events} of {base}",
            events=f"{count(row[kind.events])} {kind.heads[1]}",
            base=f"{count(row[kind.base])} {kind.heads[0]}",
        ),
        _(
            "{rate} per 1,000, interval {low} to {high}",
            rate=decimal(row["per_thousand"], 2),
            low=decimal(row["per_thousand_low"], 2),
            high=decimal(row["per_thousand_high"], 2),
        ),
    ]
    return "<br>".join(lines)


def _parts(rows: list[dict[str, object]], split: str) -> str:
    return _("; ").join(
        _(
            "{name} {rate} ({low} to {high})",
            name=unit_name(split, row[split]),
            rate=decimal(row["per_thousand"], 1),
            low=decimal(row["per_thousand_low"], 1),
            high=decimal(row["per_thousand_high"], 1),
        )
        for row in rows
    )


def _line(rows: list[dict[str, object]], colour: str) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "complaints",
        "x": [row["month"] for row in rows],
        "y": [row["per_thousand"] for row in rows],
        "line": {"color": colour, "width": 1.8},
        "marker": {"size": 5, "color": colour},
        "cliponaxis": False,
        "customdata": [
            _(
                "{rate} per 1,000 ({low} to {high}): {complaints} of {contacts} contacts",
                rate=decimal(row["per_thousand"], 2),
                low=decimal(row["per_thousand_low"], 2) if row["per_thousand_low"] is not None else UNKNOWN,
                high=decimal(row["per_thousand_high"], 2) if row["per_thousand_high"] is not None else UNKNOWN,
                complaints=ngettext("{n} complaint", "{n} complaints", row["complaints"]),
                contacts=count(row["contacts"]),
            )
            for row in rows
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _band(rows: list[dict[str, object]], colour: str) -> Trace:
    known = [row for row in rows if row["per_thousand_low"] is not None and row["per_thousand_high"] is not None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "interval",
        "x": [*(row["month"] for row in known), *(row["month"] for row in reversed(known))],
        "y": [*(row["per_thousand_high"] for row in known), *(row["per_thousand_low"] for row in reversed(known))],
        "fill": "toself",
        "fillcolor": transparent(colour, 0.14),
        "line": {"width": 0},
        "hoverinfo": "skip",
    }

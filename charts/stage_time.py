"""How long cases stay in each stage: Kaplan–Meier curves, and the day on which half of them have left.

Frames: `stage_survival` (stage, days, at_risk, still_in, still_in_low, still_in_high) and `time_in_stage` (stage, cases,
median_days, median_days_low, median_days_high).
"""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from charts.colour import transparent
from charts.lines import BOTTOM, LEFT, THIN
from charts.scale import Scale
from charts.stages import STAGES, in_order, stage_colours, stage_name
from charts.theme import HEIGHT, Mode, Trace, figure, mark, palette, text
from charts.words import Words
from wording import UNKNOWN, _, count, ngettext, percent

HALF = 0.5
HEAD, RIGHT = 26, 12
LEAST_DAYS, MOST_DAYS, BEYOND = 60, 360, 1.3  # of the axis; and how far beyond the last median it goes
DAY_STEPS = (7, 10, 15, 30, 60, 90)
MOST_TICKS = 8
FEW_CASES = 30
AXIS = Scale(0.0, 1.0, (0.0, 0.25, 0.5, 0.75, 1.0))


def stage_survival(
    curves: pl.DataFrame, medians: pl.DataFrame, *, mode: Mode, stages: Sequence[str] = STAGES, height: int = HEIGHT
) -> go.Figure | None:
    """A step line a stage with its 95 % interval, and a dot where half have left. None without a curve."""
    shown = in_order(curves["stage"].unique(maintain_order=True).to_list(), stages)
    if not shown:
        return None
    colours = stage_colours(stages, mode)
    last = last_day(curves, medians)
    half = dict(medians.select("stage", "median_days").iter_rows())
    traces = []
    for stage in shown:
        colour = mark(colours.get(stage, palette(mode).quiet), mode)
        days, shares, rows = _steps(curves.filter(pl.col("stage") == stage), last)
        traces += [_band(rows, last, colour), _curve(stage, days, shares, rows, colour)]
        if half.get(stage) is not None and half[stage] <= last:
            traces.append(_dot(half[stage], colour))
    ticks = _ticks(last)
    return figure(
        [trace for trace in traces if trace],
        mode,
        name="stage_survival",
        height=height,
        margin={"l": LEFT, "r": RIGHT, "t": HEAD, "b": BOTTOM},
        hovermode="closest",
        xaxis={"range": [0, last], "tickmode": "array", "tickvals": ticks, "ticktext": [count(tick) for tick in ticks]},
        yaxis=AXIS.percent_axis(),
        shapes=[_half_line(palette(mode).muted)],
        annotations=[
            _key([(_named(stage, half.get(stage)), colours.get(stage, palette(mode).quiet)) for stage in shown], mode),
            _foot(palette(mode).muted),
        ],
    )


def stage_survival_words(curves: pl.DataFrame, medians: pl.DataFrame, *, stages: Sequence[str] = STAGES) -> Words:
    """The median of each stage; the alternative text adds its interval and the number of cases."""
    rows = {row["stage"]: row for row in medians.iter_rows(named=True)}
    shown = in_order(list(rows), stages)
    if curves.is_empty() or not shown:
        text = _("No case has left a stage yet, as far as the book shows")
        return Words(text, text)
    title = _(
        "Half have left: {stages}",
        stages=_(", ").join(_half_said(stage, rows[stage]["median_days"]) for stage in shown),
    )
    parts = _("; ").join(
        _(
            "{stage} {median} ({low} to {high}), {cases}",
            stage=stage_name(stage),
            median=_days(rows[stage]["median_days"]),
            low=count(rows[stage]["median_days_low"]),
            high=count(rows[stage]["median_days_high"]),
            cases=ngettext("{n} case", "{n} cases", rows[stage]["cases"]),
        )
        for stage in shown
    )
    return Words(
        title,
        _(
            "Curves: the share of cases still in each stage by days since entry. {title}. {parts}.",
            title=title,
            parts=parts,
        ),
    )


def last_day(curves: pl.DataFrame, medians: pl.DataFrame) -> int:
    """Where the axis of days ends: beyond the last median, but not where hardly anything happens."""
    half = medians["median_days"].max() or 0
    wanted = max(LEAST_DAYS, min(MOST_DAYS, round(half * BEYOND)))
    return max(min(wanted, curves["days"].max() or LEAST_DAYS), 1)


def _steps(rows: pl.DataFrame, last: int) -> tuple[list[int], list[float], pl.DataFrame]:
    """Days and shares from the entry, when all are in, to the end of the axis."""
    shown = rows.filter(pl.col("days") <= last).sort("days")
    days, shares = [0, *shown["days"]], [1.0, *shown["still_in"]]
    if rows.height > shown.height:  # it goes on beyond the axis
        days, shares = [*days, last], [*shares, shares[-1]]
    return days, shares, shown


def _curve(stage: str, days: Sequence[int], shares: Sequence[float], rows: pl.DataFrame, colour: str) -> Trace:
    at_risk = dict(rows.select("days", "at_risk").iter_rows())
    return {
        "type": "scatter",
        "mode": "lines",
        "name": stage_name(stage),
        "x": list(days),
        "y": list(shares),
        "line": {"color": colour, "width": THIN, "shape": "hv"},
        "cliponaxis": False,
        "customdata": [_told(stage, day, share, at_risk.get(day)) for day, share in zip(days, shares, strict=True)],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _told(stage: str, day: int, share: float, at_risk: int | None) -> str:
    said = f"<b>{stage_name(stage)}</b><br>" + _("{share} still in after {days}", share=percent(share), days=_days(day))
    if at_risk is None:
        return said
    few = "<br>" + _("Fewer than {n} cases at risk", n=FEW_CASES) if at_risk < FEW_CASES else ""
    return said + "<br>" + ngettext("{n} case at risk", "{n} cases at risk", at_risk) + few


def _band(rows: pl.DataFrame, last: int, colour: str) -> Trace | None:
    """The interval as a pale area; where it is not known (nobody or everybody left) it ends."""
    known = rows.filter(pl.col("still_in_low").is_finite() & pl.col("still_in_high").is_finite())
    if known.height < 2:
        return None
    days = [*known["days"], min(last, known["days"].max())]
    high, low = ([*known[name], known[name].to_list()[-1]] for name in ("still_in_high", "still_in_low"))
    x, top = _stairs(days, high)
    _same, bottom = _stairs(days, low)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*x, *reversed(x)],
        "y": [*top, *reversed(bottom)],
        "fill": "toself",
        "fillcolor": transparent(colour, 0.14),
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _stairs(days: Sequence[int], values: Sequence[float]) -> tuple[list[int], list[float]]:
    """The corners of a line that keeps its value until the next day."""
    corners = [(days[0], values[0])]
    for day, value, before in zip(days[1:], values[1:], values, strict=False):
        corners += [(day, before), (day, value)]
    return [day for day, _value in corners], [value for _day, value in corners]


def _dot(day: int, colour: str) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [day],
        "y": [HALF],
        "marker": {"color": colour, "size": 8, "line": {"width": 0}},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _half_line(colour: str) -> dict[str, object]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": HALF,
        "y1": HALF,
        "line": {"width": 1, "dash": "dot", "color": colour},
    }


def _key(names: Sequence[tuple[str, str]], mode: Mode) -> dict[str, object]:
    """The stages with their medians in the colours of their curves, above them: where curves end, names would meet."""
    shown = "    ".join(f"<span style='color:{text(colour, mode)}'><b>—</b> {name}</span>" for name, colour in names)
    return {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 1, "yanchor": "bottom", "text": shown}


def _foot(colour: str) -> dict[str, object]:
    place = {"xref": "paper", "x": 1, "xanchor": "right", "yref": "paper", "y": 0, "yanchor": "top", "yshift": -22}
    return {**place, "text": _("days since entry"), "font": {"color": colour}}


def _ticks(last: int) -> list[int]:
    step = next((step for step in DAY_STEPS if last / step < MOST_TICKS), DAY_STEPS[-1])
    return list(range(0, last + 1, step))


def _named(stage: str, median: int | None) -> str:
    return f"{stage_name(stage)} {_days(median)}"


def _half_said(stage: str, median: int | None) -> str:
    if median is None:
        return _("{stage} not yet", stage=stage_name(stage))
    return _("{stage} after {days}", stage=stage_name(stage), days=_days(median))


def _days(days: int | None) -> str:
    return UNKNOWN if days is None else ngettext("{n} day", "{n} days", days)

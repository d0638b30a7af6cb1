"""Cash collected so far, day by day, of each scenario: the mean of its replications in a band that four in five of them lie in.

Frame: scenario, day, mean, low, high.
"""

import plotly.graph_objects as go
import polars as pl

from charts.colour import transparent
from charts.labels import EndLabel, annotations, room_for
from charts.scale import scale_of
from charts.theme import HEIGHT, Mode, Trace, figure, mark, palette, text
from charts.what_if_names import NO_CONTACT, POLICY, TODAY, scenario_colours, scenario_name
from charts.words import Words
from wording import _, count, money

TOP, BOTTOM, LEFT, BAND = 16, 40, 64, 0.2
BELOW, GAP_BELOW = 150, 34
"""Pixels of the panel below, and of what stands between the two."""
GAP = 0.002
"""Of the whole: curves that are no further apart are not said to part."""


def recovered_by_day(
    frame: pl.DataFrame, *, mode: Mode, apart: pl.DataFrame | None = None, height: int = HEIGHT
) -> go.Figure | None:
    """A line and a band a scenario, named at their ends. None without a day.

    apart: day, mean, low, high of the difference in net so far, drawn below on an axis of its own.
    """
    if frame.is_empty():
        return None
    names = frame["scenario"].unique(maintain_order=True).to_list()
    colours = scenario_colours(names, mode)
    scale = scale_of([0.0, *frame["high"]], from_zero=True)
    traces: list[Trace] = []
    labels = []
    for name in names:
        rows = frame.filter(pl.col("scenario") == name)
        traces += [_band(rows, colours[name], mode), _line(rows, name, colours[name], mode)]
        day, mean = rows["day"][-1], rows["mean"][-1]
        label = f"{scenario_name(name)} {money(mean)}"
        labels.append(EndLabel(day, mean, label, text(colours[name], mode), mark(colours[name], mode)))
    last = int(frame["day"].max())
    below: dict[str, object] = {}
    plot = height - TOP - BOTTOM
    if apart is not None and not apart.is_empty():
        traces += _apart(apart, mode)
        below = _axis_below(apart, plot, mode)
        height += BELOW
    return figure(
        traces,
        mode,
        name="recovered_by_day",
        height=height,
        margin={"l": LEFT, "r": room_for(labels), "t": TOP, "b": BOTTOM},
        xaxis={"range": [0, last], "tickvals": _ticks(last), "ticktext": [count(tick) for tick in _ticks(last)]}
        | below.pop("along", {}),
        yaxis=scale.number_axis() | {"ticktext": [money(tick) for tick in scale.ticks]} | below.pop("above", {}),
        annotations=[*annotations(labels, scale, plot), *below.pop("notes", [])],
        **below,
    )


def _apart(apart: pl.DataFrame, mode: Mode) -> list[Trace]:
    """The difference so far, and its interval."""
    colours = palette(mode)
    line = _line(apart, POLICY, colours.primary, mode) | {
        "name": "apart",
        "yaxis": "y2",
        "customdata": [
            _("net {mean} ({low} … {high})", mean=money(mean, signed=True), low=money(low, signed=True), high=money(high, signed=True))
            for mean, low, high in apart.select("mean", "low", "high").iter_rows()
        ],
    }  # fmt: skip
    return [_band(apart, colours.primary, mode) | {"yaxis": "y2"}, line]


def _axis_below(apart: pl.DataFrame, plot: int, mode: Mode) -> dict[str, object]:
    """The second panel: its axis, its title, and the room that it takes from the first."""
    whole = plot + BELOW
    low, high = min(0.0, *apart["low"]), max(0.0, *apart["high"])
    if high == low:
        low, high = -1.0, 1.0
    ticks = [tick for tick in (low, 0.0, high) if tick == 0.0 or abs(tick) > 0.25 * (high - low)]
    colour = palette(mode).muted
    note = {
        "text": _("Difference in net so far, with its interval, 95 %"), "xref": "paper", "x": 0, "xanchor": "left", "yref": "paper",
        "y": (BELOW - GAP_BELOW) / whole, "yanchor": "bottom", "yshift": 4, "font": {"color": colour}, "showarrow": False,
    }  # fmt: skip
    return {
        "above": {"domain": [BELOW / whole, 1.0]},
        "along": {"anchor": "y2"},
        "notes": [note],
        "yaxis2": {
            "domain": [0.0, (BELOW - GAP_BELOW) / whole], "anchor": "x", "range": [low, high], "tickvals": ticks,
            "ticktext": [money(tick, signed=True) for tick in ticks],
        },
        "shapes": [{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y2", "y0": 0, "y1": 0, "line": {"width": 1, "color": colour}}],
    }  # fmt: skip


def _ticks(last: int) -> list[int]:
    step = max(round(last / 6 / 30) * 30, 15) if last >= 60 else max(last // 4, 1)
    return list(range(0, last + 1, step))


def _line(rows: pl.DataFrame, name: str, colour: str, mode: Mode) -> Trace:
    return {
        "type": "scatter",
        "name": name,
        "x": rows["day"].to_list(),
        "y": rows["mean"].to_list(),
        "mode": "lines",
        "line": {
            "color": mark(colour, mode),
            "width": 2.6 if name == POLICY else 1.8,
            "dash": "dot" if name == NO_CONTACT else "solid",
        },
        "customdata": [
            f"{scenario_name(name)} {money(mean)} ({money(low)} … {money(high)})"
            for mean, low, high in rows.select("mean", "low", "high").iter_rows()
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _band(rows: pl.DataFrame, colour: str, mode: Mode) -> Trace:
    days = rows["day"].to_list()
    return {
        "type": "scatter",
        "x": [*days, *reversed(days)],
        "y": [*rows["high"], *reversed(rows["low"].to_list())],
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": transparent(mark(colour, mode), BAND),
        "hoverinfo": "skip",
    }


def recovered_by_day_words(frame: pl.DataFrame) -> Words:
    """From which day on the two policies part; the alternative text tells where each ends."""
    if frame.is_empty():
        needed = _("No replication is complete yet")
        return Words(needed, needed)
    ends = frame.group_by("scenario", maintain_order=True).last()
    told = _(", ").join(
        f"{scenario_name(name)} {money(mean)}" for name, mean in ends.select("scenario", "mean").iter_rows()
    )
    alt = _("Lines of the cash collected so far by day. At the end: {told}.", told=told)
    names = ends["scenario"].to_list()
    if POLICY not in names or TODAY not in names:
        return Words(_("Collected so far: {told}", told=told), alt)
    one, other = (frame.filter(pl.col("scenario") == name) for name in (POLICY, TODAY))
    apart = (one["mean"] - other["mean"]).to_list()
    whole = max(other["mean"][-1], 1.0)
    if abs(apart[-1]) <= GAP * whole:
        return Words(_("Cumulative recovery: the two end together"), alt)
    opens = next(day for day, gap in enumerate(apart, 1) if all(abs(later) > GAP * whole for later in apart[day - 1 :]))
    by = money(abs(apart[-1]))
    if apart[-1] > 0:
        title = _("Cumulative recovery: {amount} more than today, parting from day {day}", amount=by, day=count(opens))
    else:
        title = _("Cumulative recovery: {amount} less than today, parting from day {day}", amount=by, day=count(opens))
    return Words(title, alt)

"""Cash collected so far, day by day, of each scenario: the mean of its replications in a band that four in five of them lie in.

Frame: scenario, day, mean, low, high.
"""

import plotly.graph_objects as go
import polars as pl

from charts.colour import transparent
from charts.labels import EndLabel, annotations, room_for
from charts.scale import scale_of
from charts.theme import HEIGHT, Mode, Trace, figure, mark, text
from charts.what_if_names import NO_CONTACT, POLICY, TODAY, scenario_colours, scenario_name
from charts.words import Words
from wording import _, count, money

TOP, BOTTOM, LEFT, BAND = 16, 40, 64, 0.2
GAP = 0.002
"""Of the whole: curves that are no further apart are not said to part."""


def recovered_by_day(frame: pl.DataFrame, *, mode: Mode, height: int = HEIGHT) -> go.Figure | None:
    """A line and a band a scenario, named at their ends. None without a day."""
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
    return figure(
        traces,
        mode,
        name="recovered_by_day",
        height=height,
        margin={"l": LEFT, "r": room_for(labels), "t": TOP, "b": BOTTOM},
        xaxis={"range": [0, last], "tickvals": _ticks(last), "ticktext": [count(tick) for tick in _ticks(last)]},
        yaxis=scale.number_axis() | {"ticktext": [money(tick) for tick in scale.ticks]},
        annotations=annotations(labels, scale, height - TOP - BOTTOM),
    )


def _ticks(last: int) -> list[int]:
    step = max(round(last / 6 / 30) * 30, 1) if last >= 60 else max(last // 4, 1)
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

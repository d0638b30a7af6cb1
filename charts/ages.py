"""Curves over age in months: a crowd of faint ones, and a few that are named. Cohorts and placements are drawn here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import plotly.graph_objects as go

from charts.labels import EndLabel, annotations, room_for
from charts.lines import BOTTOM, DOT, LEFT, THICK, THIN, TOP
from charts.scale import Scale, scale_of
from charts.theme import LINE_HEIGHT, Mode, Trace, figure, mark, palette, text
from wording import percent

MOST_TICKS = 11
STEPS = (1, 2, 3, 6, 12, 24, 60)
CROWD = 1  # width of a faint line, pixels
KEY_ROOM = 20

Dash = Literal["solid", "dash", "dot"]


@dataclass(frozen=True)
class Curve:
    """Shares by age in months; `notes` are added to what a pointer shows at an age. `name` stands at the end of a named one."""

    name: str
    values: Mapping[int, float | None]
    colour: str
    thick: bool = False
    dash: Dash = "solid"
    notes: Mapping[int, str] = field(default_factory=dict)

    @property
    def known(self) -> dict[int, float]:
        return {age: value for age, value in self.values.items() if value is not None}


def age_chart(
    crowd: Sequence[Curve],
    named: Sequence[Curve],
    mode: Mode,
    *,
    name: str,
    height: int,
    axis: str,
    digits: int = 1,
    keys: Sequence[tuple[str, str]] = (),
) -> go.Figure | None:
    """The crowd behind, the named before it; None where none has a value. Shares from zero.

    axis: what the ages are counted from, at the foot. keys: (text, colour) of what the crowd's colours mean, at the top.
    """
    values = [value for curve in (*crowd, *named) for value in curve.known.values()]
    if not values:
        return None
    scale = scale_of(values, from_zero=True)
    labels = [_label(curve, mode, digits) for curve in named if curve.known]
    oldest = max(age for curve in (*crowd, *named) for age in curve.known)
    top, bottom = TOP + (KEY_ROOM if keys else 0), BOTTOM
    return figure(
        [*_crowd(crowd, mode, digits), *(_line(curve, mode, digits) for curve in named if curve.known)],
        mode,
        name=name,
        height=height,
        margin={"l": LEFT, "r": room_for(labels), "t": top, "b": bottom},
        hovermode="closest",
        xaxis=_age_axis(oldest),
        yaxis=scale.percent_axis(),
        annotations=[
            *_labels(labels, scale, height - top - bottom, mode),
            _foot(axis, mode),
            *([_keys(keys, mode)] if keys else []),
        ],
    )


def _crowd(crowd: Sequence[Curve], mode: Mode, digits: int) -> list[Trace]:
    """One trace for all curves of a colour, with a break between two: a trace each would be slow to draw."""
    traces: dict[str, Trace] = {}
    for curve in crowd:
        trace = traces.setdefault(
            curve.colour, _trace(curve.colour, CROWD) | {"name": "", "x": [], "y": [], "customdata": []}
        )
        ages = sorted(curve.values)
        trace["x"] += [*ages, None]
        trace["y"] += [*(curve.values[age] for age in ages), None]
        trace["customdata"] += [*(_told(curve, age, digits) for age in ages), ""]
    return list(traces.values())


def _line(curve: Curve, mode: Mode, digits: int) -> Trace:
    ages = sorted(curve.values)
    last = max(curve.known)
    return _trace(mark(curve.colour, mode), THICK if curve.thick else THIN, curve.dash) | {
        "name": curve.name,
        "x": ages,
        "y": [curve.values[age] for age in ages],
        "mode": "lines+markers",
        "marker": {
            "color": mark(curve.colour, mode),
            "size": [DOT if age == last else 0 for age in ages],
            "opacity": 1,
            "line": {"width": 0},
        },
        "customdata": [_told(curve, age, digits) for age in ages],
    }


def _trace(colour: str, width: float, dash: Dash = "solid") -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "connectgaps": False,
        "line": {"color": colour, "width": width, "dash": dash},
        "cliponaxis": False,
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _told(curve: Curve, age: int, digits: int) -> str:
    value = curve.values.get(age)
    return f"<b>{curve.name}</b><br>{percent(value, digits)}{curve.notes.get(age, '')}"


def _labels(labels: Sequence[EndLabel], scale: Scale, plot: int, mode: Mode) -> list[dict[str, object]]:
    """Names on the ground, since lines may run behind them; one at the foot stands above the axis, not over its numbers."""
    notes = annotations(labels, scale, plot)
    for label, note in zip(labels, notes, strict=True):
        over = scale.pixels(label.value, plot) + note["ay"] + LINE_HEIGHT / 2 - plot
        note |= {"bgcolor": palette(mode).ground, "ay": note["ay"] - max(over, 0)}
    return notes


def _label(curve: Curve, mode: Mode, digits: int) -> EndLabel:
    last = max(curve.known)
    told = f"{curve.name} {percent(curve.known[last], digits)}"
    return EndLabel(last, curve.known[last], told, text(curve.colour, mode), mark(curve.colour, mode))


def _age_axis(oldest: int) -> dict[str, object]:
    step = next((step for step in STEPS if oldest / step < MOST_TICKS), STEPS[-1])
    ticks = list(range(0, oldest + 1, step))
    return {
        "range": [0, oldest or 1],
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": [str(tick) for tick in ticks],
    }


def _foot(axis: str, mode: Mode) -> dict[str, object]:
    place = {"xref": "paper", "x": 1, "xanchor": "right", "yref": "paper", "y": 0, "yanchor": "top", "yshift": -22}
    return {**place, "text": axis, "font": {"color": palette(mode).muted}}


def _keys(keys: Sequence[tuple[str, str]], mode: Mode) -> dict[str, object]:
    shown = "   ".join(f"<span style='color:{colour}'><b>—</b></span> {name}" for name, colour in keys)
    place = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 1, "yanchor": "bottom"}
    return {**place, "text": shown, "font": {"color": palette(mode).muted}}

"""Lines over months, each named at its right end. The line charts of this house are all drawn here."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import plotly.graph_objects as go
import polars as pl

from charts.colour import transparent
from charts.labels import EndLabel, annotations, room_for
from charts.marks import Marks, marked
from charts.months import full_calendar, month_axis
from charts.scale import Scale, scale_of
from charts.theme import Mode, Trace, figure, mark, palette, text
from wording import UNKNOWN, percent

TOP, BOTTOM, LEFT = 16, 40, 48
DOT = 7
THIN, THICK = 1.8, 2.8
BAND = 0.2  # opacity of an interval
FAINT = 0.4  # opacity of a line with too few loans to lean on


@dataclass(frozen=True)
class Line:
    """Shares by month-end. `notes` are added to what a pointer shows; `few`: too few loans to lean on.

    low, high: an interval around each share, where it is asked for.
    """

    name: str
    values: Mapping[dt.date, float | None]
    colour: str
    thick: bool = False
    few: bool = False
    notes: Mapping[dt.date, str] = field(default_factory=dict)
    low: Mapping[dt.date, float | None] = field(default_factory=dict)
    high: Mapping[dt.date, float | None] = field(default_factory=dict)

    @property
    def reach(self) -> list[float]:
        """Every value that is drawn, the ends of intervals included."""
        drawn = (*self.values.values(), *self.low.values(), *self.high.values())
        return [value for value in drawn if value is not None]


def series(frame: pl.DataFrame, column: str) -> dict[dt.date, float | None]:
    """Month → value of one column of a frame with a row a month; NaN is not a value."""
    values = frame[column].cast(pl.Float64).fill_nan(None)
    return dict(zip(frame["month"], values, strict=True))


def line_chart(
    lines: Sequence[Line],
    mode: Mode,
    *,
    name: str,
    height: int,
    digits: int = 1,
    from_zero: bool = False,
    marks: Marks = (),
) -> go.Figure | None:
    """The lines on one axis of percent; None where no line has a value."""
    values = [value for line in lines for value in line.values.values() if value is not None]
    if not values:
        return None
    months = full_calendar(when for line in lines for when in line.values)
    scale = scale_of(values, from_zero)
    labels = [label for line in lines if (label := line_label(line, mode, digits))]
    traces = [line_trace(line, months, mode, digits) for line in lines]
    return over_months(traces, months, scale, labels, mode, name=name, height=height, marks=marks)


def over_months(
    traces: Sequence[Trace],
    months: Sequence[dt.date],
    scale: Scale,
    labels: Sequence[EndLabel],
    mode: Mode,
    *,
    name: str,
    height: int,
    marks: Marks = (),
) -> go.Figure:
    """Traces over an axis of months and one of percent, with a label at the right end of each line."""
    drawn = figure(
        traces,
        mode,
        name=name,
        height=height,
        margin={"l": LEFT, "r": room_for(labels), "t": TOP, "b": BOTTOM},
        xaxis=month_axis(months),
        yaxis=scale.percent_axis(),
        annotations=annotations(labels, scale, height - TOP - BOTTOM),
    )
    return marked(drawn, marks, mode)


def line_trace(line: Line, months: Sequence[dt.date], mode: Mode, digits: int) -> Trace:
    """The Plotly trace of one line, with a place for each of `months`."""
    values = [line.values.get(when) for when in months]
    colour = mark(line.colour, mode)
    told = [f"{percent(value, digits)}{line.notes.get(when, '')}" for when, value in zip(months, values, strict=True)]
    return {
        "type": "scatter",
        "x": list(months),
        "y": values,
        "name": line.name,
        "mode": "lines+markers",
        "connectgaps": False,
        "line": {"color": colour, "width": THICK if line.thick else THIN},
        "marker": {"color": colour, "size": _dots(values), "opacity": 1, "line": {"width": 0}},
        "opacity": FAINT if line.few else 1,
        "cliponaxis": False,
        "customdata": told,
        "hovertemplate": "%{customdata}",
    }


def band_trace(line: Line, mode: Mode) -> Trace | None:
    """The interval of a line as a band; None where it has none."""
    known = [when for when in sorted(line.low) if line.low[when] is not None and line.high.get(when) is not None]
    if not known:
        return None
    return {
        "type": "scatter",
        "name": f"{line.name} interval",
        "x": [*known, *reversed(known)],
        "y": [*(line.high[when] for when in known), *(line.low[when] for when in reversed(known))],
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": transparent(mark(line.colour, mode), BAND),
        "hoverinfo": "skip",
    }


def _dots(values: Sequence[float | None]) -> list[int]:
    """A dot on the last value and on each without neighbours, which would be a line of no length."""
    known = [value is not None for value in values]
    last = max((place for place, here in enumerate(known) if here), default=-1)
    beside = zip([False, *known], known, [*known[1:], False], strict=False)
    return [
        DOT if here and (place == last or not (left or right)) else 0
        for place, (left, here, right) in enumerate(beside)
    ]


def line_label(line: Line, mode: Mode, digits: int) -> EndLabel | None:
    """The name and the last value; a line that ended before the last month is named there, valueless."""
    known = [(when, value) for when, value in line.values.items() if value is not None]
    if not known:
        return None
    when, value = max(known)
    shown = percent(value, digits) if when == max(line.values) else UNKNOWN
    colour = palette(mode).muted if line.few else text(line.colour, mode)
    return EndLabel(when, value, f"{line.name} {shown}".strip(), colour, mark(line.colour, mode))

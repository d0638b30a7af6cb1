"""A Plotly figure of ours as the charts and tables of an office program: lines, areas, columns, bars, dots, shaded cells."""

import datetime as dt
from collections.abc import Sequence

import plotly.graph_objects as go

from charts.theme import LIGHT
from reports.figure_parts import (
    POINTS,
    Panel,
    Part,
    axis_of,
    day_of,
    each,
    first_bold,
    known_points,
    listed,
    opaque,
    panels_of,
    parts_of,
    plain,
    scaled,
)
from reports.letters import legal
from reports.native import NativeChart, NativeTable, Series
from reports.native_lines import lines_of, with_ends
from reports.native_rows import panel_in_rows, stands_in_rows
from reports.native_table import table_of
from reports.native_texts import figures_beside, marks_of, texts_of, ticks_apart
from wording import _

MOST_NUMBERS = 400  # categories of numbers; more of them, or broken ones, are dots on two axes


def native(figure: go.Figure) -> tuple[NativeChart, ...] | NativeTable | None:
    """The charts of a figure, a panel each, or the table that says the same. None where nothing of it can be drawn natively.

    The values are those of the figure, unrounded; its texts and colours keep their meaning.
    """
    whole = parts_of(figure)
    table = table_of(whole)
    if table is not None:
        return legal(table)
    panels = panels_of(whole)
    charts = tuple(chart for panel in panels if (chart := _chart(panel, whole, len(panels) > 1)))
    return legal(charts) or None


def _chart(panel: Panel, whole: Part, of_many: bool) -> NativeChart | None:
    if stands_in_rows(panel):
        return panel_in_rows(panel, whole, of_many)
    if panel.x.get("type") == "date" or _first_x_is_a_day(panel):
        return _over_months(panel, whole, of_many)
    if all(trace["type"] == "bar" for trace in panel.traces):
        return _steps(panel, whole, of_many)
    if all(trace.get("mode") == "markers" for trace in panel.traces):
        return _scatter(panel, whole)
    return _over_numbers(panel, whole, of_many)


def _first_x_is_a_day(panel: Panel) -> bool:
    first = next((x for trace in panel.traces for x in listed(trace.get("x"))[:1]), None)
    return isinstance(first, dt.date)


# Over months


def _over_months(panel: Panel, whole: Part, of_many: bool) -> NativeChart:
    """Lines, stacked areas or columns; areas that a gap parts are columns, which can be parted."""
    months = sorted({day_of(x) for trace in panel.traces for x in listed(trace.get("x")) if x is not None})
    groups = {trace.get("stackgroup") for trace in panel.traces} - {None}
    bars = [trace for trace in panel.traces if trace["type"] == "bar"]
    if groups and not bars and len(groups) == 1:
        kind, form, stacked = "areas", "area", True
    elif groups or bars:
        kind, form, stacked = "columns", "bar", bool(groups) or whole["layout"].get("barmode") == "stack"
    else:
        kind, form, stacked = "lines", "line", False
    series = lines_of(panel, months, day_of) if form == "line" else _merged(panel, months, form)
    values = [value for one in series for value in one.values]
    texts = [plain(text) for trace in panel.traces for text in listed(trace.get("customdata"))[-1:]]
    axis = axis_of(panel.y, values, [*texts, *figures_beside(panel, whole)])
    return NativeChart(
        kind=kind,
        categories=tuple(months),
        series=with_ends(series, panel, whole, months),
        values=scaled(axis, values) if form == "line" else axis,
        stacked=stacked,
        tick_every=ticks_apart(panel.x, months),
        marks=marks_of(whole, months),
        place=panel.place,
        **texts_of(panel, whole, of_many),
    )


def _merged(panel: Panel, months: Sequence[dt.date], form: str) -> list[Series]:
    """One series a name, whatever stretches it is drawn in."""
    values: dict[str, dict[dt.date, float]] = {}
    colours: dict[str, str] = {}
    for trace in panel.traces:
        name = trace.get("name") or ""
        known = zip(map(day_of, listed(trace["x"])), listed(trace["y"]), strict=True)
        values.setdefault(name, {}).update(known)
        colour = trace.get("fillcolor") or each((trace.get("marker") or {}).get("color"), 1)[0]
        colours[name] = opaque(colour)
    return [
        Series(name, tuple(found.get(month) for month in months), colours[name], form=form)
        for name, found in values.items()
    ]


# Over numbers: ages, days


def _over_numbers(panel: Panel, whole: Part, of_many: bool) -> NativeChart:
    places = [x for trace in panel.traces for x in listed(trace.get("x")) if x is not None]
    held = any((trace.get("line") or {}).get("shape") == "hv" for trace in panel.traces)
    traces = tuple(trace | {"_held": held} for trace in panel.traces)
    panel = Panel(traces, panel.x, panel.y, panel.place, panel.names)
    numbers = range(int(min(places)), int(max(places)) + 1)
    if len(numbers) > MOST_NUMBERS:
        step = -(-len(numbers) // MOST_NUMBERS)
        numbers = range(numbers.start, numbers.stop, step)
    series = lines_of(panel, numbers, int)
    values = [value for one in series for value in one.values]
    told = [plain(text) for trace in traces for text in listed(trace.get("customdata"))[-1:]]
    return NativeChart(
        kind="lines",
        categories=tuple(numbers),
        series=with_ends(series, panel, whole, numbers),
        values=axis_of(panel.y, values, told),
        tick_every=ticks_apart(panel.x, numbers),
        place=panel.place,
        **texts_of(panel, whole, of_many),
    )


# Steps: what led from one to another; dots on two axes


def _steps(panel: Panel, whole: Part, of_many: bool) -> NativeChart:
    """Columns that begin where the last one ended: what they stand on is a series that is not seen."""
    names = [plain(text) for text in listed(panel.x.get("ticktext"))]
    ticks = listed(panel.x.get("tickvals"))
    base, up, down = ([None] * len(names) for _each in range(3))
    shown, colours = [""] * len(names), [LIGHT.totals] * len(names)
    for trace in panel.traces:
        x, y = listed(trace["x"]), listed(trace["y"])
        starts, fills = each(trace.get("base"), len(x)), each((trace.get("marker") or {}).get("color"), len(x))
        texts, told = each(trace.get("text"), len(x)), each(trace.get("customdata"), len(x))
        for place, by, start, fill, text, name in zip(x, y, starts, fills, texts, told, strict=True):
            at, begin = ticks.index(place), float(start or 0)
            low, high = sorted((begin, begin + by))
            base[at] = low if low > 0 else high if high < 0 else 0.0
            up[at], down[at] = high - max(low, 0.0) if high > 0 else None, low - min(high, 0.0) if low < 0 else None
            shown[at], colours[at] = plain(text), opaque(fill)
            names[at] = first_bold(name) or names[at]  # the axis breaks a name where it has no room for it
    texts = [text for text in shown if text]
    series = [Series(_("Stands on"), tuple(base), LIGHT.ground, form="bar", unseen=True)]
    if any(part is not None for part in up):
        series.append(Series(_("Above nought"), tuple(up), LIGHT.totals, form="bar", colours=tuple(colours)))
    if any(part is not None for part in down):
        series.append(Series(_("Below nought"), tuple(down), LIGHT.totals, form="bar", colours=tuple(colours)))
    series.append(
        Series(
            _("What is written"),
            tuple(max(low or 0.0, 0.0) + (high or 0.0) for low, high in zip(base, up, strict=True)),
            LIGHT.ink,
            form="dots",
            texts=tuple(shown),
        )
    )
    return NativeChart(
        kind="columns",
        categories=tuple(names),
        series=tuple(series),
        values=axis_of(panel.y, [], texts),
        stacked=True,
        place=panel.place,
        **texts_of(panel, whole, of_many),
    )


def _scatter(panel: Panel, whole: Part) -> NativeChart:
    series = []
    for trace in panel.traces:
        look = trace.get("marker") or {}
        size = each(look.get("size"), 1)[0] or 7
        across, up = known_points(trace["x"], trace["y"])
        colour = opaque(each(look.get("color"), 1)[0] or LIGHT.muted)
        series.append(
            Series(trace.get("name") or _("Looked at"), tuple(up), colour, form="dots", across=tuple(across), size=min(float(size) * POINTS, 14))
        )  # fmt: skip
    along = axis_of(panel.x, [x for one in series for x in one.across])
    values = axis_of(panel.y, [y for one in series for y in one.values])
    return NativeChart(
        "dots", (), tuple(series), values, along=along, place=panel.place, **texts_of(panel, whole, False)
    )

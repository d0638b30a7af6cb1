"""A Plotly figure of ours as the charts and tables of an office program: lines, areas, columns, bars, dots, shaded cells."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import plotly.graph_objects as go

from charts.theme import LIGHT
from reports.figure_parts import (
    NEAR,
    Panel,
    Part,
    axis_of,
    day_of,
    each,
    first_bold,
    ink_of,
    listed,
    notes_of,
    opaque,
    panels_of,
    parts_of,
    plain,
    runs_of,
    scaled,
    shapes_of,
)
from reports.native import Category, Dash, End, Mark, NativeChart, NativeTable, Run, Series
from reports.native_rows import panel_in_rows, stands_in_rows
from reports.native_table import table_of
from wording import _

POINTS = 0.75  # of a pixel
MOST_NUMBERS = 400  # categories of numbers; more of them, or broken ones, are dots on two axes
DASHES: Mapping[str, Dash] = {"dash": "dash", "dot": "dot"}


def native(figure: go.Figure) -> tuple[NativeChart, ...] | NativeTable | None:
    """The charts of a figure, a panel each, or the table that says the same. None where nothing of it can be drawn natively.

    The values are those of the figure, unrounded; its texts and colours keep their meaning.
    """
    whole = parts_of(figure)
    table = table_of(whole)
    if table is not None:
        return table
    panels = panels_of(whole)
    charts = tuple(chart for panel in panels if (chart := _chart(panel, whole, len(panels) > 1)))
    return charts or None


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
    series = _lines(panel, months, day_of) if form == "line" else _merged(panel, months, form)
    values = [value for one in series for value in one.values]
    texts = [plain(text) for trace in panel.traces for text in listed(trace.get("customdata"))[-1:]]
    axis = axis_of(panel.y, values, [*texts, *_beside(panel, whole)])
    return NativeChart(
        kind=kind,
        categories=tuple(months),
        series=_ended(series, panel, whole, months),
        values=scaled(axis, values) if form == "line" else axis,
        stacked=stacked,
        tick_every=_ticks_apart(panel.x, months),
        marks=_marks(whole, months),
        place=panel.place,
        **_texts(panel, whole, of_many),
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


def _lines(panel: Panel, places: Sequence[Category], read) -> list[Series]:
    """Each line, the two edges of each band as thin dashed ones, and dots."""
    series: list[Series] = []
    for trace in panel.traces:
        if trace.get("fill") == "toself":
            series += _edges(trace, places, read)
        elif trace.get("mode") == "markers":
            series.append(_dots(trace, places, read))
        else:
            series += _line(trace, places, read)
    return series


def _edges(trace: Part, places: Sequence[Category], read) -> list[Series]:
    """A band is drawn forth along its upper edge and back along the lower one."""
    x, y = listed(trace["x"]), listed(trace["y"])
    half = len(x) // 2
    name, colour = trace.get("name") or "", opaque(_solid(trace.get("fillcolor")))
    upper = dict(zip(map(read, x[:half]), y[:half], strict=True))
    lower = dict(zip(map(read, reversed(x[half:])), reversed(y[half:]), strict=True))
    kept = trace.get("_held", False)
    return [
        Series(
            _("{name}, {edge}", name=_interval_name(name), edge=edge),
            _placed(known, places, kept),
            colour,
            dash="dash",
            width=0.75,
        )
        for edge, known in ((_("upper end"), upper), (_("lower end"), lower))
    ]


def _interval_name(name: str) -> str:
    said = name.removesuffix(" interval").removesuffix("interval")
    return _("Interval of {name}", name=said) if said else _("Interval")


def _solid(colour: object) -> str:
    """The colour of a band without its transparency: its edges are thin."""
    said = str(colour or LIGHT.muted)
    return said if said.startswith("#") else "rgb(" + ",".join(said.split("(")[1].split(",")[:3]) + ")"


def _line(trace: Part, places: Sequence[Category], read) -> list[Series]:
    """A line; one that is broken where another begins, as a crowd is, becomes as many."""
    x, y = listed(trace["x"]), listed(trace["y"])
    told, sizes = listed(trace.get("customdata")), each((trace.get("marker") or {}).get("size"), len(x))
    look = trace.get("line") or {}
    found = []
    for start, end in _stretches(x):
        known = dict(zip(map(read, x[start:end]), y[start:end], strict=True))
        values = _placed(known, places, look.get("shape") == "hv")
        dotted = (
            {read(x[at]) for at in range(start, end) if sizes[at]} if "markers" in (trace.get("mode") or "") else set()
        )
        name = trace.get("name") or (first_bold(told[start]) if start < len(told) else "")
        found.append(
            Series(
                name,
                values,
                opaque(look.get("color")),
                dash=DASHES.get(look.get("dash"), "solid"),
                width=max((look.get("width") or 2) * POINTS, 0.5),
                dotted=tuple(at for at, place in enumerate(places) if place in dotted and values[at] is not None),
            )
        )
    return found


def _stretches(x: Sequence[object]) -> list[tuple[int, int]]:
    """From where to where there is no break in the places of a trace."""
    breaks = [-1, *(at for at, place in enumerate(x) if place is None), len(x)]
    return [(before + 1, after) for before, after in pairwise(breaks) if after > before + 1]


def _placed(known: Mapping[Category, float | None], places: Sequence[Category], held: bool) -> tuple[float | None, ...]:
    """A value at each place; one that is held keeps its value up to the next."""
    if not held:
        return tuple(known.get(place) for place in places)
    found, last, end = [], None, max(known, default=None)
    for place in places:
        last = known.get(place, last)
        found.append(last if end is not None and place <= end else None)
    return tuple(found)


def _dots(trace: Part, places: Sequence[Category], read) -> Series:
    known = dict(zip(map(read, listed(trace["x"])), listed(trace["y"]), strict=True))
    look = trace.get("marker") or {}
    colour = (look.get("line") or {}).get("color") if opaque(look.get("color")) == LIGHT.ground else look.get("color")
    return Series(trace.get("name") or "", _placed(known, places, False), opaque(each(colour, 1)[0]), form="dots")


def _ended(series: Sequence[Series], panel: Panel, whole: Part, places: Sequence[Category]) -> tuple[Series, ...]:
    """The series with what the figure writes at their ends: by name where the text begins with it, else by the place."""
    ends = [
        note for note in notes_of(whole) if note.get("showarrow") and note.get("xref", "x") in ("x", panel.names[0])
    ]
    read = day_of if places and isinstance(places[0], dt.date) else int
    found = list(series)
    for note in ends:
        at, value, text = read(note["x"]), float(note["y"]), plain(note.get("text"))
        if at not in places:
            continue
        place = list(places).index(at)
        named = [n for n, one in enumerate(found) if one.name and text.startswith(one.name) and one.end is None]
        there = [n for n, one in enumerate(found) if one.end is None and _is_at(one, place, value)]
        chosen = max(named, key=lambda n: len(found[n].name), default=None)
        chosen = chosen if chosen is not None else next(iter(there), None)
        if chosen is not None:
            found[chosen] = _with_end(found[chosen], End(place, value, text, opaque(ink_of(note) or LIGHT.ink)))
    return tuple(found)


def _is_at(one: Series, place: int, value: float) -> bool:
    held = one.values[place]
    return held is not None and abs(held - value) < 1e-9


def _with_end(one: Series, end: End) -> Series:
    """A series whose name is a code of the program is called what its end says before the number."""
    said = end.text.rstrip("0123456789.,%×\u202f−+–¥$€£ KMB万亿").strip()
    name = one.name if one.name and end.text.startswith(one.name) else (said or one.name)
    if one.dash == "dash" and one.width < 1:  # the edge of a band keeps its own name
        name = one.name
    return replace(one, end=end, name=name)


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
    series = _lines(panel, numbers, int)
    values = [value for one in series for value in one.values]
    told = [plain(text) for trace in traces for text in listed(trace.get("customdata"))[-1:]]
    return NativeChart(
        kind="lines",
        categories=tuple(numbers),
        series=_ended(series, panel, whole, numbers),
        values=axis_of(panel.y, values, told),
        tick_every=_ticks_apart(panel.x, numbers),
        place=panel.place,
        **_texts(panel, whole, of_many),
    )


def _ticks_apart(axis: Part, places: Sequence[Category]) -> int:
    """How many categories lie between two that the figure names."""
    ticks = listed(axis.get("tickvals"))
    if len(ticks) < 2:
        return max(1, len(places) // 6)
    return max(1, round((len(places) - 1) / max(len(ticks) - 1, 1)))


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
        **_texts(panel, whole, of_many),
    )


def _scatter(panel: Panel, whole: Part) -> NativeChart:
    series = []
    for trace in panel.traces:
        look = trace.get("marker") or {}
        size = each(look.get("size"), 1)[0] or 7
        across, up = listed(trace["x"]), listed(trace["y"])
        colour = opaque(each(look.get("color"), 1)[0] or LIGHT.muted)
        series.append(
            Series(trace.get("name") or _("Looked at"), tuple(up), colour, form="dots", across=tuple(across), size=min(float(size) * POINTS, 14))
        )  # fmt: skip
    along = axis_of(panel.x, [x for one in series for x in one.across])
    values = axis_of(panel.y, [y for one in series for y in one.values])
    return NativeChart("dots", (), tuple(series), values, along=along, place=panel.place, **_texts(panel, whole, False))


# What stands around a chart


def _texts(panel: Panel, whole: Part, of_many: bool) -> dict[str, object]:
    """title of a panel among many, key above, foot below: the figure's texts that stand at the corners of the panel."""
    left, _bottom, _right, top = panel.place
    title: tuple[Run, ...] = ()
    key: tuple[Run, ...] = ()
    foot = ""
    for note in notes_of(whole):
        if note.get("xref") != "paper" or note.get("yref") != "paper" or note.get("showarrow"):
            continue
        x, y = float(note.get("x") or 0), float(note.get("y") or 0)
        if y == 0 and note.get("yanchor") == "top":
            foot = plain(note.get("text"))
        elif of_many and abs(x - left) < NEAR and abs(y - top) < NEAR:
            title = runs_of(note.get("text"), opaque(ink_of(note)) if ink_of(note) else "")
        elif not of_many and x == 0 and y == 1:
            key = runs_of(note.get("text"), opaque(ink_of(note)) if ink_of(note) else "")
    if of_many and not title:
        title = _row_title(panel, whole)
    return {"title": title, "key": key, "foot": foot}


def _row_title(panel: Panel, whole: Part) -> tuple[Run, ...]:
    """The name and the figures that stand beside a panel which is a row of its figure."""
    names = [trace.get("name") for trace in panel.traces if trace.get("name") and trace.get("fill") != "toself"]
    if len(names) != 1:
        return ()
    return (Run(plain(names[0]), bold=True), *(Run("  " + text) for text in _beside(panel, whole)))


def _beside(panel: Panel, whole: Part) -> list[str]:
    """Figures at the right of a panel, from left to right."""
    _left, bottom, _right, top = panel.place
    notes = [
        note
        for note in notes_of(whole)
        if note.get("yref") == "paper" and note.get("xref") == "paper" and note.get("xshift") and note.get("x") == 1
        and note.get("yanchor") == "middle" and bottom < float(note.get("y") or 0) < top
    ]  # fmt: skip
    return [plain(note.get("text")) for note in sorted(notes, key=lambda note: note["xshift"])]


def _marks(whole: Part, months: Sequence[dt.date]) -> tuple[Mark, ...]:
    """Days that the figure marks, at the month that they fall in."""
    said: dict[int, list[str]] = {}

    def add(day: object, text: str) -> None:
        at = next((place for place, month in enumerate(months) if day_of(day) <= month), None)
        if at is not None and text not in said.setdefault(at, []):
            said[at].append(text)

    for shape in shapes_of(whole):
        if shape.get("type") == "line" and shape.get("name") and shape.get("x0") == shape.get("x1"):
            add(shape["x0"], shape["name"])
    for note in notes_of(whole):
        if note.get("hovertext") and note.get("text") == "◆":
            add(note["x"], plain(note["hovertext"]))
    return tuple(Mark(at, _("; ").join(texts)) for at, texts in sorted(said.items()))

"""Bars and dots that stand in rows of a name each, with figures beside them, as charts of an office program."""

from collections.abc import Sequence

from charts.theme import LIGHT
from reports.figure_parts import (
    NEAR,
    POINTS,
    Panel,
    Part,
    axis_of,
    each,
    ink_of,
    known_points,
    listed,
    notes_of,
    opaque,
    plain,
    runs_of,
    shapes_of,
)
from reports.native import NativeChart, Run, Series
from wording import _, decimal, money, percent, points

TICK = "line-ns"
BEFORE = "#B9C0C4"  # bars of what is compared with: behind the others


def stands_in_rows(panel: Panel) -> bool:
    """Names down the axis, the first at the top?"""
    ends = listed(panel.y.get("range"))
    return bool(listed(panel.y.get("ticktext"))) and len(ends) == 2 and ends[0] > ends[1]


def panel_in_rows(panel: Panel, whole: Part, of_many: bool) -> NativeChart:
    names = tuple(plain(text) for text in listed(panel.y.get("ticktext")))
    heads, columns = _figures(panel, whole, len(names), of_many)
    bars = [trace for trace in panel.traces if trace["type"] == "bar"]
    dots = [trace for trace in panel.traces if trace.get("mode") == "markers"]
    ticks = [trace for trace in dots if (trace.get("marker") or {}).get("symbol") == TICK]
    key = _key(whole, of_many)
    beside = {
        "in_rows": True,
        "heads": heads,
        "columns": columns,
        "title": _title(panel, whole, of_many),
        "place": panel.place,
    }
    if bars and len(ticks) == len(dots):
        series = _bars(bars, ticks, len(names), whole["layout"].get("barmode"), key)
        stacked = len(series) > 1 and not ticks
        whole_bars = [sum(part or 0.0 for part in parts) for parts in zip(*(one.values for one in series), strict=True)]
        values = axis_of(panel.x, whole_bars, _like(columns, whole_bars if stacked else series[0].values))
        if ticks:
            key = (Run("■ ", BEFORE), Run(series[-1].name, LIGHT.muted))
        foot = "" if (assumed := _dotted(whole)) is None else _("As assumed: {value}", value=money(assumed))
        return NativeChart(
            "bars", names, tuple(series), values, stacked=stacked, key=key, none=_upright(whole), foot=foot, **beside
        )
    series = _dots(panel.traces, len(names))
    values = axis_of(
        panel.x, [x for one in series for x in one.across], _like(columns, series[-1].across if series else ())
    )
    key = key or _key_of_dots(series, names)
    return NativeChart("dots", names, tuple(series), values, key=key, none=_upright(whole), **beside)


def _like(columns: Sequence[Sequence[Run]], values: Sequence[float | None]) -> list[str]:
    """The column of figures that say the values of the rows: how these read. Shares where none does and none is above one."""
    for column in reversed(range(min(map(len, columns), default=0))):
        texts = [row[column].text for row in columns]
        if any(value and _bare(text) in _readings(value) for text, value in zip(texts, values, strict=False)):
            return texts
    known = [abs(value) for value in values if value is not None]
    return [percent(0.5)] if known and max(known) <= 1.0 else []


def _readings(value: float) -> set[str]:
    digits = range(3)
    shares = [told(abs(value), count_of) for told in (percent, decimal) for count_of in digits]
    return {
        _bare(text)
        for text in (*shares, points(value), money(abs(value)), money(abs(value), ""), f"{decimal(value, 2)}×")
    }


def _bare(text: str) -> str:
    """A number as it reads, without its sign and its currency."""
    return text.strip("+−- \u202f").removeprefix("¥").removeprefix("$").removeprefix("€").strip("\u202f ")


def _bars(bars: Sequence[Part], ticks: Sequence[Part], rows: int, mode: object, key: Sequence[Run]) -> list[Series]:
    if any(trace.get("base") is not None for trace in bars):
        return _floating(bars, rows)
    series = [_bar(trace, rows) for trace in bars]
    if mode == "overlay" and len(series) == 2:  # the second is a part of the first, drawn over it
        whole, part = series
        rest = tuple(
            None if all_of is None else all_of - (some or 0.0)
            for all_of, some in zip(whole.values, part.values, strict=True)
        )
        series = [_named(part, _("Of it")), _named(whole, _("The rest"), rest)]
    elif len(series) == 1:
        series = [_named(series[0], series[0].name or _("Value"))]
    for trace in ticks:
        said = "".join(run.text for run in key).strip(" |│┃")
        known = dict(zip(listed(trace["y"]), listed(trace["x"]), strict=True))
        values = tuple(known.get(row) for row in range(rows))
        series.append(Series(said or _("Before"), values, BEFORE, form="bar"))
    return series


def _named(one: Series, name: str, values: tuple[float | None, ...] | None = None) -> Series:
    return Series(name, one.values if values is None else values, one.colour, form="bar", colours=one.colours)


def _bar(trace: Part, rows: int) -> Series:
    x, y = listed(trace["x"]), listed(trace["y"])
    known = dict(zip(y, x, strict=True))
    fills = each((trace.get("marker") or {}).get("color"), len(x))
    by_row = dict(zip(y, map(opaque, fills), strict=True))
    colours = tuple(by_row.get(row, LIGHT.muted) for row in range(rows))
    differ = len(set(by_row.values())) > 1
    return Series(
        trace.get("name") or "",
        tuple(known.get(row) for row in range(rows)),
        next(iter(by_row.values()), LIGHT.muted),
        form="bar",
        colours=colours if differ else (),
    )


def _floating(bars: Sequence[Part], rows: int) -> list[Series]:
    """Bars between two numbers, on what is not seen; those that reach over nought are in two parts."""
    ends: dict[int, list[float]] = {row: [] for row in range(rows)}
    low_fill, high_fill = [LIGHT.muted] * rows, [LIGHT.muted] * rows
    for trace in bars:
        x, y = listed(trace["x"]), listed(trace["y"])
        fills = each((trace.get("marker") or {}).get("color"), len(x))
        for row, by, base, fill in zip(y, x, each(trace.get("base"), len(x)), fills, strict=True):
            ends[row] += [float(base), float(base) + by]
            (high_fill if base + by > base else low_fill)[row] = opaque(fill)
    lows, highs = ([pick(ends[row]) if ends[row] else 0.0 for row in range(rows)] for pick in (min, max))
    base = tuple(low if low > 0 else high if high < 0 else 0.0 for low, high in zip(lows, highs, strict=True))
    above = tuple(max(high, 0.0) - max(low, 0.0) for low, high in zip(lows, highs, strict=True))
    below = tuple(min(low, 0.0) - min(high, 0.0) for low, high in zip(lows, highs, strict=True))
    return [
        Series(_("Stands on"), base, LIGHT.ground, form="bar", unseen=True),
        Series(_("Above nought"), above, LIGHT.self_cure, form="bar", colours=tuple(high_fill)),
        Series(_("Below nought"), below, LIGHT.final, form="bar", colours=tuple(low_fill)),
    ]


def _dots(traces: Sequence[Part], rows: int) -> list[Series]:
    """Dots with their intervals: lines between two ends, errors, or bars around a middle, are all a reach to either side."""
    found, intervals = [], {}
    for trace in traces:
        x, y = listed(trace["x"]), listed(trace["y"])
        if trace["type"] == "bar":
            for row, by, base in zip(y, x, each(trace.get("base"), len(x)), strict=True):
                half = by / 2
                fill = opaque(each((trace.get("marker") or {}).get("color"), 1)[0])
                found.append(
                    Series(trace.get("name") or "", (float(row),), fill, "dots", (base + half,), reach=((half, half),))
                )
        elif trace.get("mode") == "lines":
            intervals |= {
                row: (x[at], x[at + 1])
                for at, row in enumerate(y)
                if row is not None and at + 1 < len(x) and y[at + 1] == row
            }
        elif x:
            found.append(_dot(trace, *known_points(x, y)))
    if intervals and found:
        last = found[-1]
        reach = tuple(_reach(intervals.get(int(row)), at) for at, row in zip(last.across, last.values, strict=True))
        found[-1] = Series(
            last.name, last.values, last.colour, "dots", last.across, last.colours, size=last.size, reach=reach
        )
    return found


def _reach(interval: tuple[float, float] | None, at: float) -> tuple[float, float]:
    return (0.0, 0.0) if interval is None else (max(at - interval[0], 0.0), max(interval[1] - at, 0.0))


def _dot(trace: Part, x: list[float], y: list[int]) -> Series:
    look = trace.get("marker") or {}
    fills = [opaque(fill or LIGHT.muted) for fill in each(look.get("color"), len(x))]
    if set(fills) == {LIGHT.ground}:  # a ring: its rim has the colour
        fills = [opaque((look.get("line") or {}).get("color"))] * len(x)
    errors = listed((trace.get("error_x") or {}).get("array"))
    return Series(
        _name_of_dots(trace.get("name") or ""),
        tuple(map(float, y)),
        fills[0],
        "dots",
        tuple(x),
        tuple(fills) if len(set(fills)) > 1 else (),
        size=min(float(each(look.get("size"), 1)[0] or 8) * POINTS, 9),
        reach=tuple((error, error) for error in errors),
    )


def _key_of_dots(series: Sequence[Series], rows: Sequence[str]) -> tuple[Run, ...]:
    """Where dots of several kinds stand in a row, what each kind is."""
    named = [one for one in series if one.name and one.name not in rows]
    if len({one.name for one in named}) < 2:
        return ()
    return tuple(run for one in named for run in (Run("● ", one.colour), Run(f"{one.name}    ", LIGHT.muted)))


def _name_of_dots(code: str) -> str:
    return {
        "measured": _("Measured"),
        "estimate": _("Estimate"),
        "with_others": _("With the others"),
        "reach": _("On its own"),
        "worlds": _("Worlds"),
        "borrowers": _("Borrowers"),
        "luck": _("Luck"),
    }.get(code, code)


def _figures(
    panel: Panel, whole: Part, rows: int, of_many: bool
) -> tuple[tuple[str, ...], tuple[tuple[Run, ...], ...]]:
    """Heads of the columns at the right, and the figures of each row; bars that are written on have one column."""
    at_right = [
        note for note in notes_of(whole) if note.get("xref") == "paper" and note.get("x") == 1 and note.get("xshift")
    ]
    by_row: dict[int, list[Part]] = {row: [] for row in range(rows)}
    heads = []
    for note in sorted(at_right, key=lambda note: note["xshift"]):
        if note.get("yref") == "paper":
            heads.append(plain(note.get("text")))
        elif note.get("y") in by_row:
            by_row[note["y"]].append(note)
    if any(by_row.values()):
        columns = tuple(
            tuple(Run(plain(note["text"]), opaque(ink_of(note) or LIGHT.ink)) for note in by_row[row])
            for row in range(rows)
        )
        return tuple(heads), columns
    written = [trace for trace in panel.traces if trace["type"] == "bar" and listed(trace.get("text"))]
    if not written:
        return (), ()
    cells = {
        (n, row): text
        for n, trace in enumerate(written)
        for row, text in zip(listed(trace["y"]), listed(trace["text"]), strict=True)
    }
    columns = tuple(
        tuple(Run(plain(cells.get((n, row), "")), _fill(trace)) for n, trace in enumerate(written))
        for row in range(rows)
    )
    return tuple(trace.get("name") or "" for trace in written), columns


def _fill(trace: Part) -> str:
    return opaque(each((trace.get("marker") or {}).get("color"), 1)[0])


def _key(whole: Part, of_many: bool) -> tuple[Run, ...]:
    note = next(
        (
            n
            for n in notes_of(whole)
            if n.get("xref") == "paper" and n.get("yref") == "paper" and n.get("x") == 0 and n.get("y") == 1
        ),
        None,
    )
    return () if note is None or of_many else runs_of(note.get("text"), opaque(ink_of(note)) if ink_of(note) else "")


def _title(panel: Panel, whole: Part, of_many: bool) -> tuple[Run, ...]:
    if not of_many:
        return ()
    near = (
        note
        for note in notes_of(whole)
        if note.get("xref") == "paper"
        and note.get("yref") == "paper"
        and abs(float(note.get("y") or 0) - panel.place[3]) < NEAR
    )
    return next((runs_of(note.get("text")) for note in near), ())


def _upright(whole: Part) -> float | None:
    """Where the figure draws the line of no difference."""
    return next((float(line["x0"]) for line in _uprights(whole)), None)


def _dotted(whole: Part) -> float | None:
    """Where it dots a line over its bars, which bars of an office program cannot have: it is said below them."""
    return next((float(line["x0"]) for line in _uprights(whole) if (line.get("line") or {}).get("dash") == "dot"), None)


def _uprights(whole: Part) -> list[Part]:
    return [
        shape
        for shape in shapes_of(whole)
        if shape.get("type") == "line" and shape.get("yref") == "paper" and shape.get("x0") == shape.get("x1")
    ]

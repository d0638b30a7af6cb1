"""Traces of a figure that are lines, bands and dots as series of a native chart, with what stands at their ends."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from charts.theme import LIGHT
from reports.figure_parts import POINTS, Panel, Part, day_of, each, first_bold, ink_of, listed, notes_of, opaque, plain
from reports.native import Category, Dash, End, Series
from wording import _

DASHES: Mapping[str, Dash] = {"dash": "dash", "dot": "dot"}
Read = Callable[[object], Category]


def lines_of(panel: Panel, places: Sequence[Category], read: Read) -> list[Series]:
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


def _edges(trace: Part, places: Sequence[Category], read: Read) -> list[Series]:
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


def _line(trace: Part, places: Sequence[Category], read: Read) -> list[Series]:
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
        name = _name_of_line(trace.get("name") or "") or (first_bold(told[start]) if start < len(told) else "")
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


def _name_of_line(code: str) -> str:
    """What a line is called whose trace has a code of the program for a name."""
    return {"complaints": _("Complaints"), "apart": _("Difference"), "outside": _("Outside the interval")}.get(
        code, code
    )


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


def _dots(trace: Part, places: Sequence[Category], read: Read) -> Series:
    known = dict(zip(map(read, listed(trace["x"])), listed(trace["y"]), strict=True))
    look = trace.get("marker") or {}
    colour = (look.get("line") or {}).get("color") if opaque(look.get("color")) == LIGHT.ground else look.get("color")
    return Series(
        _name_of_line(trace.get("name") or ""), _placed(known, places, False), opaque(each(colour, 1)[0]), form="dots"
    )


def with_ends(series: Sequence[Series], panel: Panel, whole: Part, places: Sequence[Category]) -> tuple[Series, ...]:
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

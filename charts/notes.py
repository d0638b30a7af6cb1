"""What people noted of a month, on the axis of months of any chart: a dotted line whose top tells the text."""

import datetime as dt
from collections.abc import Sequence

import plotly.graph_objects as go

import wording
from charts.months import month_end
from charts.theme import Mode, palette

MARK = "◆"
MARK_SIZE = 11


def mark_notes(figure: go.Figure, notes: Sequence[tuple[dt.date, str]], mode: Mode) -> str:
    """Mark each note that falls on the axes of months of the figure; what was marked in words, "" where nothing was.

    notes: (a day of the month, text). Several notes of one month are told by one mark.
    """
    told: dict[dt.date, list[str]] = {}
    for day, text in sorted(notes):
        told.setdefault(month_end(day.year, day.month), []).append(text)
    marked: dict[dt.date, str] = {}
    lines: list[dict[str, object]] = []
    tops: list[dict[str, object]] = []
    for x_axis, y_axis in _axes_of_months(figure) if told else ():
        first, last = map(_day, figure.layout[_long(x_axis)].range)
        for month, texts in told.items():
            if first <= month <= last:
                place = {"xref": x_axis, "yref": f"{y_axis} domain"}
                lines.append(_line(month, mode) | place)
                tops.append(_top(month, "<br>".join(map(_plain, texts)), mode) | place)
                marked[month] = wording._(", ").join(texts)
    if marked:
        layout = figure.layout  # set whole, see charts/marks.py
        layout.shapes, layout.annotations = (*layout.shapes, *lines), (*layout.annotations, *tops)
    return wording._("; ").join(f"{wording.month(month)}: {texts}" for month, texts in marked.items())


def _axes_of_months(figure: go.Figure) -> list[tuple[str, str]]:
    """The pairs of axes of which the first is one of dates with a range of its own."""
    pairs = dict.fromkeys((trace.xaxis or "x", trace.yaxis or "y") for trace in figure.data if hasattr(trace, "xaxis"))
    layout = figure.layout
    return [(x, y) for x, y in pairs if layout[_long(x)].type == "date" and layout[_long(x)].range]


def _line(month: dt.date, mode: Mode) -> dict[str, object]:
    line = {"width": 1, "dash": "dot", "color": palette(mode).muted}
    return {"type": "line", "x0": month, "x1": month, "y0": 0, "y1": 1, "line": line, "layer": "below"}


def _top(month: dt.date, text: str, mode: Mode) -> dict[str, object]:
    font = {"size": MARK_SIZE, "color": palette(mode).muted}
    return {"x": month, "y": 1, "text": MARK, "hovertext": text, "font": font, "yanchor": "middle", "captureevents": True}  # fmt: skip


def _long(axis: str) -> str:
    """x2 → xaxis2"""
    return f"{axis[0]}axis{axis[1:]}"


def _day(value: object) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)[:10])


def _plain(text: str) -> str:
    """A text as it was written: nothing in it is read as a mark of the chart's own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

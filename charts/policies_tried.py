"""Policies that a search tried: one measure across, another up, both as differences to today; the front stands out.

Frame: number, x, y, kind ("today", "better", "front", "within" the limits, "beyond" them), as `sim.standing.policies_tried` has it.
"""

from collections.abc import Mapping

import plotly.graph_objects as go
import polars as pl

from charts.scale import scale_of
from charts.theme import Mode, Trace, figure, mark, palette, text
from charts.words import Words
from wording import _, count, decimal, money, ngettext, points

HEIGHT = 380
LEFT, RIGHT, HEAD, FOOT = 76, 30, 40, 46
KINDS = ("beyond", "within", "front", "better", "today")
"""In the order in which they are drawn: what matters most on top."""


def kind_name(kind: str) -> str:
    return {
        "today": _("Today"),
        "better": _("Better than today"),
        "front": _("On the front"),
        "within": _("Within the limits"),
        "beyond": _("Beyond a limit"),
    }[kind]


def policies_tried(
    frame: pl.DataFrame, *, across: tuple[str, str], up: tuple[str, str], chosen: int | None, mode: Mode
) -> go.Figure | None:
    """across, up: title and unit ("money", "count", "share") of each axis. chosen: the policy that is ringed. None without a policy.

    Policies beyond a limit that lie far outside are left out, so that the others can be told apart."""
    if frame.is_empty():
        return None
    seen = frame.filter(pl.col("kind") != "beyond") if frame.filter(pl.col("kind") != "beyond").height > 1 else frame
    x, y = (scale_of([0.0, *seen[axis]]) for axis in ("x", "y"))
    near = frame.filter(pl.col("x").is_between(x.low, x.high) & pl.col("y").is_between(y.low, y.high))
    traces = [_dots(near.filter(pl.col("kind") == kind), kind, across, up, mode) for kind in KINDS]
    return figure(
        [trace for trace in traces if trace["x"]] + _ring(frame, chosen, mode),
        mode,
        name="policies_tried",
        height=HEIGHT,
        margin={"l": LEFT, "r": RIGHT, "t": HEAD, "b": FOOT},
        hovermode="closest",
        xaxis={"range": [x.low, x.high], "tickvals": list(x.ticks), "ticktext": [_shown(tick, across[1]) for tick in x.ticks]},
        yaxis={"range": [y.low, y.high], "tickvals": list(y.ticks[1:]), "ticktext": [_shown(tick, up[1]) for tick in y.ticks[1:]]},
        shapes=_through_today(mode),
        annotations=_axis_names(across[0], up[0], mode),
    )  # fmt: skip


def _dots(rows: pl.DataFrame, kind: str, across: tuple[str, str], up: tuple[str, str], mode: Mode) -> Trace:
    colours = palette(mode)
    looks: Mapping[str, tuple[str, int, str]] = {
        "beyond": (colours.grid, 6, "circle"),
        "within": (colours.quiet, 7, "circle"),
        "front": (colours.primary, 10, "circle"),
        "better": (colours.self_cure, 14, "star"),
        "today": (colours.ink, 11, "diamond"),
    }
    colour, size, symbol = looks[kind]
    told = [
        "<br>".join(
            [
                "<b>" + (_("Today's policy") if row["number"] == 0 else _("Policy {number}", number=row["number"])) + "</b>",
                f"{up[0]} {_shown(row['y'], up[1])}",
                f"{across[0]} {_shown(row['x'], across[1])}",
                kind_name(kind),
            ]
        )
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    return {
        "type": "scatter",
        "mode": "markers",
        "name": kind_name(kind),
        "x": rows["x"].to_list(),
        "y": rows["y"].to_list(),
        "customdata": rows["number"].to_list(),
        "text": told,
        "marker": {"color": colour if kind == "beyond" else mark(colour, mode), "size": size, "symbol": symbol},
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,  # what stands at an end is whole
    }


def _ring(frame: pl.DataFrame, chosen: int | None, mode: Mode) -> list[Trace]:
    """A ring around the policy that is looked at."""
    row = frame.filter(pl.col("number") == chosen) if chosen is not None else frame.clear()
    if row.is_empty():
        return []
    ring = {"symbol": "circle-open", "size": 20, "line": {"width": 2}, "color": palette(mode).ink}
    return [{"type": "scatter", "mode": "markers", "x": row["x"].to_list(), "y": row["y"].to_list(), "marker": ring, "hoverinfo": "skip", "cliponaxis": False}]  # fmt: skip


def _through_today(mode: Mode) -> list[dict[str, object]]:
    line = {"type": "line", "line": {"width": 1, "color": palette(mode).muted, "dash": "dot"}, "layer": "below"}
    return [
        {**line, "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1},
        {**line, "y0": 0, "y1": 0, "xref": "paper", "x0": 0, "x1": 1},
    ]


def _axis_names(across: str, up: str, mode: Mode) -> list[dict[str, object]]:
    quiet = {"font": {"color": text(palette(mode).muted, mode)}, "xref": "paper", "yref": "paper"}
    return [
        {**quiet, "x": 1, "xanchor": "right", "y": 0, "yanchor": "top", "yshift": -24, "text": _("{measure}, difference to today", measure=across)},
        {**quiet, "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "yshift": 14, "xshift": -LEFT + 8, "text": _("{measure}, difference to today", measure=up)},
    ]  # fmt: skip


def _shown(value: float, unit: str) -> str:
    if unit == "money":
        return money(value, signed=True)
    if unit == "share":
        return points(value)
    return count(round(value), signed=True) if float(value).is_integer() else decimal(value, 1, signed=True)


def policies_tried_words(frame: pl.DataFrame, *, across: str, up: str) -> Words:
    """How many policies were tried, and how many stand on the front."""
    if frame.is_empty():
        text = _("No policy has been tried yet")
        return Words(text, text)
    front = frame.filter(pl.col("kind").is_in(["front", "better"])).height
    tried = ngettext("{n} policy was tried", "{n} policies were tried", frame.height)
    title = tried + _(", ") + ngettext("{n} stands on the front beside today's", "{n} stand on the front beside today's", front)  # fmt: skip
    return Words(title, _("Policies by {across} and {up}, as differences to today. {title}.", across=across, up=up, title=title))  # fmt: skip

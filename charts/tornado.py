"""Which assumptions the verdict hangs on: a bar from the difference in net at an assumption's low end to that at its high end.

Bars: title, low, high (factors), origin (measured, published, assumed, "" for what people decide), net_low, net, net_high,
break_even (a factor or None).
"""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from charts.columns import BETWEEN, figures_beside, room_for, widths
from charts.labels import width_pixels
from charts.scale import scale_of
from charts.theme import Mode, Trace, figure, mark, palette
from charts.words import Words
from wording import _, decimal, money

HEAD, FOOT, ROW = 26, 26, 30
Bar = Mapping[str, object]


def in_order(bars: Sequence[Bar]) -> list[Bar]:
    """The longest bar first."""
    return sorted(bars, key=_length, reverse=True)


def _length(bar: Bar) -> float:
    ends = (bar["net_low"], bar["net"], bar["net_high"])
    return max(ends) - min(ends)


def tornado(bars: Sequence[Bar], *, mode: Mode) -> go.Figure | None:
    """None without a bar."""
    if not bars:
        return None
    rows, colours = in_order(bars), palette(mode)
    names = [str(bar["title"]) for bar in rows]
    figures = [
        ((origin_name(bar.get("origin")), colours.muted), (_factors(bar), colours.muted), (_even(bar), colours.ink))
        for bar in rows
    ]
    heads = (_("origin"), _("from … to"), _("break-even"))
    columns = widths(figures, heads)
    base = float(rows[0]["net"])
    ends = [float(bar[end]) for bar in rows for end in ("net_low", "net", "net_high")]
    scale = scale_of([0.0, *ends])
    return figure(
        [_half(rows, "net_low", base, mode), _half(rows, "net_high", base, mode)],
        mode,
        name="tornado",
        height=HEAD + FOOT + ROW * len(rows),
        barmode="overlay",
        margin={"l": BETWEEN + max(map(width_pixels, names)), "r": room_for(columns), "t": HEAD, "b": FOOT},
        hovermode="closest",
        xaxis={"range": [scale.low, scale.high], "tickvals": [scale.low, 0, scale.high], "ticktext": [money(tick) for tick in (scale.low, 0, scale.high)]},
        yaxis={"range": [len(rows) - 0.5, -0.5], "tickvals": list(range(len(rows))), "ticktext": names, "showgrid": False, "ticklabelstandoff": 6, "tickfont": {"color": colours.ink}},
        shapes=[
            {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": {"width": 1, "color": colour, "dash": dash}}
            for x, colour, dash in ((0.0, colours.muted, "solid"), (base, colours.primary, "dot"))
        ],
        annotations=[
            *(note for at, row in enumerate(figures) for note in figures_beside(row, columns, mode, y=at)),
            *figures_beside([(head, colours.muted) for head in heads], columns, mode, yref="paper", y=1, yanchor="bottom"),
        ],
    )  # fmt: skip


def _half(rows: Sequence[Bar], end: str, base: float, mode: Mode) -> Trace:
    """From the difference as assumed to that at one end; red where it is below nought."""
    colours = palette(mode)
    values = [float(bar[end]) for bar in rows]
    return {
        "type": "bar",
        "name": end,
        "orientation": "h",
        "x": [value - base for value in values],
        "base": [base] * len(rows),
        "y": list(range(len(rows))),
        "width": 0.55,
        "marker": {"color": [mark(colours.final if value < 0 else colours.self_cure, mode) for value in values]},
        "customdata": [
            _("{name} times {factor}: {net}", name=bar["title"], factor=_short(bar[end.removeprefix("net_")]), net=money(value, signed=True))
            for bar, value in zip(rows, values, strict=True)
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip


def origin_name(code: str | None) -> str:
    """Where a number is from; None where that was not kept."""
    names = {"measured": _("measured"), "published": _("published"), "assumed": _("assumed"), "": _("decided")}
    return names.get(code, "–")


def _short(factor: object) -> str:
    return decimal(float(factor), 2)


def _factors(bar: Bar) -> str:
    return f"× {_short(bar['low'])} … {_short(bar['high'])}"


def _even(bar: Bar) -> str:
    return "–" if bar["break_even"] is None else f"× {_short(bar['break_even'])}"


def tornado_words(bars: Sequence[Bar]) -> Words:
    """What the verdict hangs on: the assumptions within whose range the sign changes, else that it holds."""
    if not bars:
        text = _("No assumption has been varied yet")
        return Words(text, text)
    told = _("; ").join(
        _("{name} {low} to {high}", name=bar["title"], low=money(bar["net_low"], signed=True), high=money(bar["net_high"], signed=True))
        for bar in in_order(bars)
    )  # fmt: skip
    alt = _("Bars of the difference in net when an assumption is at its low and its high end: {told}.", told=told)
    turning = [bar for bar in in_order(bars) if bar["break_even"] is not None]
    if not turning:
        return Words(_("The sign holds whatever single assumption is varied"), alt)
    return Words(_("The verdict hangs on: {names}", names=_(", ").join(str(bar["title"]) for bar in turning[:3])), alt)

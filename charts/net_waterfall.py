"""Where the difference in net comes from: a bar an item, green what adds and red what takes away, and the sum.

Frame: item, kind ("cash" or "cost"), difference. Items sum to the difference in net.
"""

import plotly.graph_objects as go
import polars as pl

from charts.scale import scale_of
from charts.theme import HEIGHT, Mode, figure, mark, palette
from charts.what_if_names import item_name
from charts.words import Words
from wording import _, money

SHOWN, SMALL = 7, 0.02
"""Items that have a bar of their own, and the part of the largest below which an item has none."""
TOP, BOTTOM, LEFT = 22, 44, 64
ROOM = 0.14
LONG = 5

Steps = list[tuple[str, float]]


def net_steps(frame: pl.DataFrame, split: str) -> Steps:
    """(name, difference) of what is drawn: cash first, then cost, each with the largest first; small ones as one."""
    rows = [
        (item_name(item, split if kind == "cash" else "cost"), kind, by) for item, kind, by in frame.iter_rows() if by
    ]
    most = max((abs(by) for _name, _kind, by in rows), default=0.0)
    large = sorted(rows, key=lambda row: -abs(row[2]))[:SHOWN]
    large = [row for row in large if abs(row[2]) >= SMALL * most]
    steps = [(name, by) for kind in ("cash", "cost") for name, of, by in large if of == kind]
    rest = sum(by for row in rows if row not in large for by in row[2:])
    return steps + ([(_("All other"), rest)] if rest else [])


def _in_two_lines(name: str) -> str:
    """Broken at a space, or in the middle where letters need none."""
    if " " in name:
        return name.replace(" ", "<br>", 1)
    half = (len(name) + 1) // 2
    return name if name.isascii() or len(name) < LONG else f"{name[:half]}<br>{name[half:]}"


def net_waterfall(frame: pl.DataFrame, *, split: str, mode: Mode, height: int = HEIGHT) -> go.Figure | None:
    """None where nothing differs."""
    steps = net_steps(frame, split)
    if not steps:
        return None
    colours = palette(mode)
    levels = [0.0]
    for _name, by in steps:
        levels.append(levels[-1] + by)
    low, high = min(levels), max(levels)
    tall = max(high - low, 1.0)
    scale = scale_of([low - ROOM * tall, high + ROOM * tall], from_zero=True)
    net = levels[-1]
    values = [*(by for _name, by in steps), net]
    names = [*(name for name, _by in steps), _("Net")]
    fills = [colours.self_cure if by > 0 else colours.final for _name, by in steps] + [colours.totals]
    told = [f"<b>{name}</b><br>{money(value, signed=True)}" for name, value in zip(names, values, strict=True)]
    return figure(
        [
            {
                "type": "bar",
                "name": "net",
                "x": list(range(len(names))),
                "y": values,
                "base": [*levels[:-1], 0.0],
                "width": 0.62,
                "marker": {"color": [mark(fill, mode) for fill in fills]},
                "text": [money(value, "", signed=True) for value in values],
                "textposition": "outside",
                "constraintext": "none",
                "cliponaxis": False,
                "customdata": told,
                "hovertemplate": "%{customdata}<extra></extra>",
            }
        ],
        mode,
        name="net_waterfall",
        height=height,
        margin={"l": LEFT, "r": 8, "t": TOP, "b": BOTTOM},
        hovermode="closest",
        xaxis={
            "range": [-0.6, len(names) - 0.4],
            "tickvals": list(range(len(names))),
            "ticktext": [_in_two_lines(name) for name in names],
            "tickfont": {"size": 12},
        },
        yaxis=scale.number_axis() | {"ticktext": [money(tick) for tick in scale.ticks]},
        shapes=[{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0, "line": {"width": 1, "color": colours.muted}}],
    )  # fmt: skip


def net_waterfall_words(frame: pl.DataFrame, *, split: str) -> Words:
    """What adds most and what takes most; the alternative text tells every bar."""
    steps = net_steps(frame, split)
    if not steps:
        text = _("Nothing differs: neither cash nor cost")
        return Words(text, text)
    most, least = max(steps, key=lambda step: step[1]), min(steps, key=lambda step: step[1])
    parts = _(", ").join(f"{name} {money(by, signed=True)}" for name, by in steps)
    alt = _("Waterfall of the difference in net: {parts}.", parts=parts)
    if most[1] > 0 > least[1]:
        title = _("{most} adds {more}, {least} takes {less}", most=most[0], more=money(most[1]), least=least[0], less=money(-least[1]))  # fmt: skip
    elif most[1] > 0:
        title = _("{most} adds {more}", most=most[0], more=money(most[1]))
    else:
        title = _("{least} takes {less}", least=least[0], less=money(-least[1]))
    return Words(title, alt)

"""All assumptions at once: how far each moves the difference in net, with its interval, and how much of it depends on the others.

Rows: title, reach, uncertain (to either side), with_others, all in money.
"""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from charts.columns import BETWEEN
from charts.labels import width_pixels
from charts.scale import scale_of
from charts.theme import Mode, figure, mark, palette
from charts.words import Words
from wording import _, count, money

HEAD, FOOT, ROW, RIGHT = 8, 26, 28, 28
NAMED = 3
Row = Mapping[str, object]


def influences(rows: Sequence[Row], *, mode: Mode) -> go.Figure | None:
    """The strongest first. None without a row."""
    if not rows:
        return None
    colours, names = palette(mode), [str(row["title"]) for row in rows]
    reach, places = [float(row["reach"]) for row in rows], list(range(len(rows)))
    unsure = [float(row["uncertain"]) for row in rows]
    others = [float(row["with_others"]) for row in rows]
    scale = scale_of([0.0, *(one + more for one, more in zip(reach, unsure, strict=True)), *others], from_zero=True)
    told = [
        _("{name}: {reach} ± {uncertain}, with the others {others}", name=name, reach=money(one), uncertain=money(more), others=money(spread))
        for name, one, more, spread in zip(names, reach, unsure, others, strict=True)
    ]  # fmt: skip
    line = {"color": mark(colours.primary, mode), "thickness": 1.5, "width": 0}
    return figure(
        [
            {
                "type": "scatter", "mode": "markers", "name": "with_others", "x": others, "y": places,
                "marker": {"symbol": "circle-open", "size": 10, "color": mark(colours.quiet, mode), "line": {"width": 1.5}},
                "customdata": told, "hovertemplate": "%{customdata}<extra></extra>", "cliponaxis": False,
            },
            {
                "type": "scatter", "mode": "markers", "name": "reach", "x": reach, "y": places,
                "error_x": {"type": "data", "array": unsure, **line},
                "marker": {"size": 10, "color": mark(colours.primary, mode)},
                "customdata": told, "hovertemplate": "%{customdata}<extra></extra>", "cliponaxis": False,
            },
        ],
        mode,
        name="influences",
        height=HEAD + FOOT + ROW * len(rows),
        margin={"l": BETWEEN + max(map(width_pixels, names)), "r": RIGHT, "t": HEAD, "b": FOOT},
        hovermode="closest",
        xaxis={"range": [0, scale.high], "tickvals": list(scale.ticks), "ticktext": [money(tick) for tick in scale.ticks]},
        yaxis={"range": [len(rows) - 0.5, -0.5], "tickvals": places, "ticktext": names, "ticklabelstandoff": 6, "tickfont": {"color": colours.ink}},
    )  # fmt: skip


def influences_words(rows: Sequence[Row], differences: Sequence[float]) -> Words:
    """In how many worlds the policy nets more, and which assumptions move the difference most."""
    if not differences:
        text = _("No world has been tried yet")
        return Words(text, text)
    worlds, better = len(differences), sum(each > 0 for each in differences)
    title = _("Nets more in {better} of {worlds} worlds", better=count(better), worlds=count(worlds))
    if not rows:
        return Words(title, title)
    names = _(", ").join(str(row["title"]) for row in rows[:NAMED])
    title = _("{worlds}; most depends on {names}", worlds=title, names=names)
    told = _("; ").join(f"{row['title']} {money(row['reach'])}" for row in rows)
    return Words(title, _("Dots of how far each assumption moves the difference in net. {title}. {told}.", title=title, told=told))  # fmt: skip

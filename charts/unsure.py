"""What is not known of the borrowers, apart from luck: worlds as dots, and a bar for what either does alone.

Known: differences (a list a world, one a luck), mean, by_borrowers, by_luck, better, worlds; money.
"""

from collections.abc import Mapping
from statistics import fmean

import plotly.graph_objects as go

from charts.columns import BETWEEN
from charts.labels import width_pixels
from charts.scale import scale_of
from charts.theme import Mode, Trace, figure, mark, palette
from charts.words import Words
from wording import _, count, money

HEAD, FOOT, ROW, RIGHT = 8, 26, 44, 28
Known = Mapping[str, object]


def unsure(known: Known | None, *, mode: Mode) -> go.Figure | None:
    """None where nothing is known yet."""
    if not known or not known["differences"]:
        return None
    colours, mean = palette(mode), float(known["mean"])
    worlds = [fmean(each) for each in known["differences"]]
    names = [_("Worlds"), _("Borrowers"), _("Luck")]
    reach = [0.0, float(known["by_borrowers"]), float(known["by_luck"])]
    scale = scale_of([0.0, *worlds, *(mean - each for each in reach), *(mean + each for each in reach)])
    return figure(
        [
            {
                "type": "scatter", "mode": "markers", "name": "worlds", "x": worlds, "y": [0] * len(worlds),
                "marker": {"size": 9, "opacity": 0.6, "color": [mark(colours.self_cure if each > 0 else colours.final, mode) for each in worlds]},
                "customdata": [money(each, signed=True) for each in worlds], "hovertemplate": "%{customdata}<extra></extra>", "cliponaxis": False,
            },
            _bar("borrowers", 1, mean, reach[1], mark(colours.primary, mode)),
            _bar("luck", 2, mean, reach[2], mark(colours.quiet, mode)),
        ],
        mode,
        name="unsure",
        height=HEAD + FOOT + ROW * len(names),
        margin={"l": BETWEEN + max(map(width_pixels, names)), "r": RIGHT, "t": HEAD, "b": FOOT},
        hovermode="closest",
        xaxis={"range": [scale.low, scale.high], "tickvals": list(scale.ticks), "ticktext": [money(tick) for tick in scale.ticks]},
        yaxis={"range": [len(names) - 0.5, -0.5], "tickvals": list(range(len(names))), "ticktext": names, "showgrid": False, "ticklabelstandoff": 6, "tickfont": {"color": colours.ink}},
        shapes=[{"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "line": {"width": 1, "color": colours.muted}}],
    )  # fmt: skip


def _bar(name: str, row: int, mean: float, reach: float, colour: str) -> Trace:
    return {
        "type": "bar", "orientation": "h", "name": name, "x": [2 * reach], "base": [mean - reach], "y": [row], "width": 0.35,
        "marker": {"color": colour}, "customdata": [f"± {money(reach)}"], "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip


def unsure_words(known: Known | None) -> Words:
    """Which of the two moves the difference more, and in how many worlds the policy nets more."""
    if not known or not known["differences"]:
        text = _("No world has been tried yet")
        return Words(text, text)
    borrowers, luck = money(known["by_borrowers"]), money(known["by_luck"])
    title = _("Not knowing the borrowers moves it by ± {borrowers}, luck by ± {luck}", borrowers=borrowers, luck=luck)
    worlds = _("Nets more in {better} of {worlds} worlds", better=count(known["better"]), worlds=count(known["worlds"]))
    return Words(title, _("Dots of worlds and two bars. {title}. {worlds}.", title=title, worlds=worlds))

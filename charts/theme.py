"""The one place for colours, fonts and the Plotly template of every chart, light and dark.

`palette(mode)` has the tokens of the look; `mark` and `text` give the same hue with the contrast a line or a
letter needs on the ground (WCAG AA: 3 and 4.5). A colour means one thing everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import plotly.graph_objects as go

from charts.colour import along, contrast, legible, transparent
from wording import separators

Mode = Literal["light", "dark"]
Weigh = Literal["balance", "loans"]
Trace = dict[str, object]  # a Plotly trace: checked once, by the figure it goes into
Scale = tuple[tuple[float, str], ...]

MARK_CONTRAST = 3.0
TEXT_CONTRAST = 4.5
FONT = '"Source Sans", "Source Sans 3", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif'
FONT_SIZE = 13
LINE_HEIGHT = 16
HEIGHT = 300
BLACK, WHITE = "#000000", "#FFFFFF"


@dataclass(frozen=True)
class Palette:
    """Tokens of one mode. `ramp` is for overdue buckets, the `matrix` scales for shares from 0 to 1."""

    ground: str
    card_border: str
    grid: str
    ink: str
    muted: str
    primary: str  # controls, the scenario in what-ifs
    baseline: str  # today, the policy in force
    early: str
    mid: str
    final: str  # doubles as worse
    self_cure: str  # doubles as better
    totals: str
    quiet: str  # M0, what is as it should be
    missing: str  # loans gone without a reason: a warning
    paid_off: str
    charged_off: str
    sold: str
    ramp: Scale
    matrix: Scale
    matrix_missing: Scale
    matrix_small: Scale


def _root_steps(*colours: str) -> Scale:
    """Colours at even steps of the square root of a share, so that small cells show."""
    last = len(colours) - 1
    return tuple(((step / last) ** 2, colour) for step, colour in enumerate(colours))


LIGHT = Palette(
    ground="#FAFAF8",
    card_border="#E2E2DA",
    grid="#E8E8E2",
    ink="#1F2A30",
    muted="#677278",
    primary="#0B6E75",
    baseline="#677278",
    early="#56A3C9",
    mid="#E0A030",
    final="#C4553B",
    self_cure="#7FA88B",
    totals="#3C4A52",
    quiet="#88939A",
    missing="#AD5A05",
    paid_off="#7B868C",
    charged_off="#3C4A52",
    sold="#5B676D",
    ramp=((0, "#56A3C9"), (1 / 6, "#C58B22"), (1 / 2, "#B8452B"), (1, "#571318")),
    matrix=_root_steps("#FAFAF8", "#CFE3E2", "#5FA3A5", "#0B5A60"),
    matrix_missing=_root_steps("#FBF0E2", "#F6DFC3", "#DC9548", "#8A4300"),
    matrix_small=_root_steps("#FAFAF8", "#F2F2EE", "#ECECE7", "#E4E4DE"),
)

DARK = Palette(
    ground="#12181B",
    card_border="#2C363B",
    grid="#273036",
    ink="#E6EAEB",
    muted="#9AA6AC",
    primary="#4DB6BC",
    baseline="#9AA6AC",
    early="#6DB6DB",
    mid="#E8B04E",
    final="#E07A60",
    self_cure="#8FC09D",
    totals="#A9B8C0",
    quiet="#717E85",
    missing="#F0A04B",
    paid_off="#8B979D",
    charged_off="#C3CED3",
    sold="#A5B1B7",
    ramp=((0, "#6DB6DB"), (1 / 6, "#F2C66D"), (1 / 2, "#E07A60"), (1, "#8C3A4A")),
    matrix=_root_steps("#191F22", "#1E4144", "#2A787D", "#93DCDC"),
    matrix_missing=_root_steps("#2A231C", "#453019", "#A56A24", "#FFC27A"),
    matrix_small=_root_steps("#191F22", "#1E262A", "#252E33", "#2E383D"),
)


def palette(mode: Mode) -> Palette:
    return {"light": LIGHT, "dark": DARK}[mode]


@cache
def mark(colour: str, mode: Mode) -> str:
    """`colour` for a line, a dot or a bar: moved toward the ink until it stands out from the ground."""
    colours = palette(mode)
    return legible(colour, colours.ground, colours.ink, MARK_CONTRAST)


@cache
def text(colour: str, mode: Mode) -> str:
    """`colour` for letters: a label in the colour of its line."""
    colours = palette(mode)
    return legible(colour, colours.ground, colours.ink, TEXT_CONTRAST)


@cache
def text_on(fill: str, mode: Mode, small: bool = False) -> str:
    """The letters in a filled cell: ink (muted in a small cell) where it reads well, else black or white."""
    colours = palette(mode)
    muted = [legible(colours.muted, fill, colours.ink, TEXT_CONTRAST)] if small else []
    wanted = (*muted, colours.ink, colours.ground, BLACK, WHITE)
    return next(colour for colour in wanted if contrast(colour, fill) >= TEXT_CONTRAST)


def bucket_colours(buckets: Sequence[str], mode: Mode) -> dict[str, str]:
    """A colour for each bucket, best first: the first (not overdue) quiet, then early to deep red."""
    colours = palette(mode)
    overdue = max(len(buckets) - 2, 1)
    ramp = [mark(along(colours.ramp, step / overdue), mode) for step in range(max(len(buckets) - 1, 0))]
    return dict(zip(buckets, [mark(colours.quiet, mode), *ramp], strict=True)) if buckets else {}


def figure(
    traces: Sequence[Trace],
    mode: Mode,
    *,
    name: str,
    height: int,
    **layout: object,
) -> go.Figure:
    """A figure in the house style. `name` keeps what a person did to the chart when the numbers change."""
    return go.Figure(
        data=list(traces),
        layout={
            "template": template(mode),
            "height": height,
            "uirevision": name,
            "separators": separators(),
            **layout,
        },
    )


@cache
def template(mode: Mode) -> go.layout.Template:
    """No frame, thin grid, the app's font; charts sit still, since the filters choose the months."""
    colours = palette(mode)
    axis = {
        "showline": False,
        "zeroline": False,
        "gridcolor": colours.grid,
        "gridwidth": 1,
        "ticks": "",
        "tickangle": 0,
        "tickfont": {"color": colours.muted},
        "fixedrange": True,
        "automargin": False,
        "title": {"text": ""},
    }
    layout = {
        "font": {"family": FONT, "size": FONT_SIZE, "color": colours.ink},
        "paper_bgcolor": transparent(colours.ground, 0),
        "plot_bgcolor": colours.ground,  # rims the line under the pointer, in white were it transparent
        "colorway": [mark(colour, mode) for colour in (colours.primary, colours.baseline, colours.early, colours.mid)],
        "margin": {"l": 44, "r": 12, "t": 8, "b": 40, "pad": 0},
        "xaxis": axis | {"showgrid": False, "spikecolor": colours.muted, "spikethickness": 1, "spikedash": "solid"},
        "yaxis": axis,
        "showlegend": False,
        "dragmode": False,
        "hovermode": "x unified",
        "hoverlabel": {
            "bgcolor": colours.ground,
            "bordercolor": colours.card_border,
            "font": {"family": FONT, "size": FONT_SIZE, "color": colours.ink},
            "align": "left",
        },
        "barcornerradius": 2,
        "annotationdefaults": {"font": {"size": FONT_SIZE}, "showarrow": False},
    }
    return go.layout.Template(layout=layout)

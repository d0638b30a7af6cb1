"""Direct labels: each line is named at its right end; where ends are close, the names move apart."""

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from charts.scale import Scale
from charts.theme import FONT_SIZE, LINE_HEIGHT

NEAR = 8  # pixels from the end of a line to its label
FAR = 22  # the same for all labels where one had to move, leaving room for its leader
LONGEST_NAME = 24  # letters of a name beside a row
LEADER_FROM = 5  # a label moved by more pixels than this gets a leader


@dataclass(frozen=True)
class EndLabel:
    """`text` for the line that ends at (`month`, `value`); an axis of ages has a number for the month."""

    month: dt.date | int
    value: float
    text: str
    colour: str
    line_colour: str


def short_name(name: str) -> str:
    """The name of a row, cut where it would leave no room for what it names; a pointer is told all of it."""
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip(" ·") + "…"


def width_pixels(text: str, size: int = FONT_SIZE) -> int:
    """About how wide `text` is drawn; on the generous side, so that nothing is cut."""
    return round(sum(map(_width_ems, text)) * size)


def _width_ems(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    return 0.9 if letter in "→MW%" else 0.56


def room_for(labels: Sequence[EndLabel]) -> int:
    """The right margin, in pixels, that holds the longest label."""
    return FAR + 4 + max((width_pixels(label.text) for label in labels), default=0)


def annotations(labels: Sequence[EndLabel], scale: Scale, height: int) -> list[dict[str, object]]:
    """Plotly annotations for `labels` beside a plot of `height` pixels, none over another."""
    wanted = [scale.pixels(label.value, height) for label in labels]
    placed = apart(wanted, LINE_HEIGHT, 0, height)
    moves = [at - end for end, at in zip(wanted, placed, strict=True)]
    right = FAR if any(abs(move) > LEADER_FROM for move in moves) else NEAR
    return [_annotation(label, move, right) for label, move in zip(labels, moves, strict=True)]


def apart(wanted: Sequence[float], gap: float, top: float, bottom: float) -> list[float]:
    """Positions near `wanted`, in the same order, at least `gap` apart, from `top` to `bottom`.

    Neighbours that are too close move as one block around their middle. Too many for the room: evenly spread.
    """
    if not wanted:
        return []
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    if gap * (len(wanted) - 1) > bottom - top:
        gap = (bottom - top) / max(len(wanted) - 1, 1)
    blocks: list[list[float]] = []  # middle, number of labels
    for index in order:
        blocks.append([_inside(wanted[index], 1, gap, top, bottom), 1])
        while len(blocks) > 1 and blocks[-1][0] - blocks[-2][0] < gap * (blocks[-1][1] + blocks[-2][1]) / 2 - 1e-9:
            (middle, many), (low, few) = blocks.pop(), blocks.pop()
            joined = (middle * many + low * few) / (many + few)
            blocks.append([_inside(joined, many + few, gap, top, bottom), many + few])
    spread = [middle + gap * (step - (many - 1) / 2) for middle, many in blocks for step in range(int(many))]
    placed = [0.0] * len(wanted)
    for index, position in zip(order, spread, strict=True):
        placed[index] = position
    return placed


def _inside(middle: float, many: float, gap: float, top: float, bottom: float) -> float:
    half = gap * (many - 1) / 2
    return min(max(middle, top + half), bottom - half)


def _annotation(label: EndLabel, moved: float, right: int) -> dict[str, object]:
    leader = abs(moved) > LEADER_FROM
    return {
        "x": label.month,
        "y": label.value,
        "text": label.text,
        "font": {"color": label.colour},
        "showarrow": True,
        "arrowhead": 0,
        "arrowwidth": 1,
        "arrowcolor": label.line_colour if leader else "rgba(0,0,0,0)",
        "standoff": 4 if leader else 0,
        "ax": right,
        "ay": moved,
        "xanchor": "left",
        "align": "left",
    }

"""The month as a flow: from each bucket at its opening to a bucket or an exit at its close, and what was new.

Frame `ledger` of one month: from_bucket ("new", "returned" for entrants), to_bucket, loans, opening_balance, closing_balance.
What was not overdue and stayed so, was booked so or was paid off, would fill the picture: it is told, and not drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from charts.colour import transparent
from charts.labels import width_pixels
from charts.names import BUCKETS, ENTRANTS, EXITS, exit_name
from charts.theme import HEIGHT, Mode, Palette, Weigh, bucket_colours, figure, mark, palette
from charts.words import Words, needed
from wording import _, money, ngettext, percent

BAND = 0.45  # opacity
THICK, BETWEEN = 12, 15  # pixels of a node, and between two: room for a label
EDGE = 10
LABEL_ROOM = 16  # pixels beside a label


@dataclass(frozen=True)
class Stream:
    """What went from one node to another: money or loans."""

    source: str
    target: str
    amount: float


def flow(
    frame: pl.DataFrame, *, mode: Mode, weigh: Weigh, buckets: Sequence[str] = BUCKETS, height: int = HEIGHT
) -> go.Figure | None:
    """Opening at the left, close at the right, worst at the foot. Red got worse, green better. None where nothing was overdue."""
    streams = overdue_streams(frame, weigh, buckets)
    if not streams:
        return None
    colours = palette(mode)
    left = [code for code in (*buckets, *ENTRANTS) if code in {stream.source for stream in streams}]
    right = [code for code in (*buckets, *EXITS) if code in {stream.target for stream in streams}]
    inks = bucket_colours(buckets, mode) | _inks_of_exits(colours, mode)
    amounts = [_sum(streams, "source", code) for code in left] + [_sum(streams, "target", code) for code in right]
    gap, most = BETWEEN / (height - 2 * EDGE), max(len(left), len(right))
    middles = [*_middles(amounts[: len(left)], gap, most), *_middles(amounts[len(left) :], gap, most)]
    labels = [f"{exit_name(code)} {_amount(many, weigh)}" for code, many in zip([*left, *right], amounts, strict=True)]
    sides = [
        width_pixels(max(side, key=width_pixels)) + LABEL_ROOM for side in (labels[: len(left)], labels[len(left) :])
    ]
    return figure(
        [
            {
                "type": "sankey",
                "arrangement": "fixed",
                "node": {
                    "label": [""] * len(labels),
                    "customdata": labels,
                    "color": [inks[code] for code in (*left, *right)],
                    "x": [0.001] * len(left) + [0.999] * len(right),
                    "y": middles,
                    "thickness": THICK,
                    "pad": BETWEEN,
                    "line": {"width": 0},
                    "hovertemplate": "%{customdata}<extra></extra>",
                },
                "link": {
                    "source": [left.index(stream.source) for stream in streams],
                    "target": [len(left) + right.index(stream.target) for stream in streams],
                    "value": [stream.amount for stream in streams],
                    "color": [transparent(_ink(stream, buckets, colours, mode), BAND) for stream in streams],
                    "customdata": [_told(stream, weigh, streams) for stream in streams],
                    "hovertemplate": "%{customdata}<extra></extra>",
                },
            }
        ],
        mode,
        name="flow",
        height=height,
        margin={"l": sides[0], "r": sides[1], "t": EDGE, "b": EDGE},
        annotations=[
            _beside(label, middle, place < len(left))
            for place, (label, middle) in enumerate(zip(labels, middles, strict=True))
        ],
    )


def flow_words(frame: pl.DataFrame, *, weigh: Weigh, buckets: Sequence[str] = BUCKETS) -> Words:
    """How much became overdue, and how much was cured."""
    streams = overdue_streams(frame, weigh, buckets)
    if not streams:
        return needed(frame, weigh)
    entered = sum(stream.amount for stream in streams if stream.source == buckets[0])
    cured = sum(
        stream.amount
        for stream in streams
        if stream.source in buckets[1:] and stream.target in (buckets[0], "paid_off")
    )
    title = _(
        "{entered} became overdue, {cured} was cured", entered=_amount(entered, weigh), cured=_amount(cured, weigh)
    )
    alt = _(
        "Flow diagram of the month, from bucket to bucket or exit. {title}. {parts}.",
        title=title,
        parts=_("; ").join(
            f"{exit_name(stream.source)}→{exit_name(stream.target)} {_amount(stream.amount, weigh)}"
            for stream in streams
        ),
    )
    return Words(title, alt)


def undrawn(frame: pl.DataFrame, *, weigh: Weigh, buckets: Sequence[str] = BUCKETS) -> dict[str, str]:
    """What is not drawn, in words: `stayed` current, was `booked` so, was `paid_off` while it was."""
    best = buckets[0]
    streams = {(stream.source, stream.target): stream.amount for stream in _streams(frame, weigh, buckets)}
    known = {"stayed": (best, best), "booked": ("new", best), "paid_off": (best, "paid_off")}
    return {name: _amount(streams.get(pair, 0.0), weigh) for name, pair in known.items()}


def overdue_streams(frame: pl.DataFrame, weigh: Weigh, buckets: Sequence[str]) -> list[Stream]:
    """Those that begin or end overdue, or leave the book otherwise than by being paid off."""
    overdue = set(buckets[1:])
    gone = {"charged_off", "sold", "missing"}
    return [
        stream
        for stream in _streams(frame, weigh, buckets)
        if stream.source in overdue or stream.target in overdue | gone
    ]


def _streams(frame: pl.DataFrame, weigh: Weigh, buckets: Sequence[str]) -> list[Stream]:
    """From each origin in order, to each end in order; by balance what was open counts as it was at the opening."""
    new = pl.col("from_bucket").is_in(ENTRANTS)
    balance = pl.when(new).then(pl.col("closing_balance")).otherwise(pl.col("opening_balance"))
    known = balance if weigh == "balance" else pl.col("loans")
    sums = frame.group_by("from_bucket", "to_bucket").agg(known.cast(pl.Float64).sum().alias("amount"))
    amounts = {(source, target): amount for source, target, amount in sums.iter_rows() if amount > 0}
    return [
        Stream(source, target, amounts[source, target])
        for source in (*buckets, *ENTRANTS)
        for target in (*buckets, *EXITS)
        if (source, target) in amounts
    ]


def _beside(label: str, middle: float, at_left: bool) -> dict[str, object]:
    """The name of a node outside of the flow."""
    place = {"x": 0, "xanchor": "right", "xshift": -10} if at_left else {"x": 1, "xanchor": "left", "xshift": 10}
    return {**place, "xref": "paper", "yref": "paper", "y": 1 - middle, "yanchor": "middle", "text": label}


def _sum(streams: Sequence[Stream], end: str, code: str) -> float:
    return sum(stream.amount for stream in streams if getattr(stream, end) == code)


def _middles(amounts: Sequence[float], gap: float, most: int) -> list[float]:
    """The middle of each node, from the top, as a part of the height: nodes as high as their amounts, `gap` between two;
    most: nodes of the longer side, which says how high a unit is on both.
    """
    room = 1 - gap * (most - 1)
    middles, above = [], 0.0
    for amount in amounts:
        part = room * amount / sum(amounts)
        middles.append(min(max(above + part / 2, 0.001), 0.999))
        above += part + gap
    return middles


def _ink(stream: Stream, buckets: Sequence[str], colours: Palette, mode: Mode) -> str:
    order = list(buckets)
    if stream.target in ("sold", "missing") or stream.source in ENTRANTS:
        return mark(colours.quiet, mode)
    if stream.target == "charged_off":
        return mark(colours.charged_off, mode)
    if stream.target == "paid_off":
        return mark(colours.self_cure, mode)
    step = order.index(stream.target) - order.index(stream.source)
    return mark(colours.final if step > 0 else colours.self_cure if step < 0 else colours.quiet, mode)


def _inks_of_exits(colours: Palette, mode: Mode) -> dict[str, str]:
    inks = {code: getattr(colours, code) for code in EXITS}
    return {code: mark(ink, mode) for code, ink in (inks | dict.fromkeys(ENTRANTS, colours.baseline)).items()}


def _told(stream: Stream, weigh: Weigh, streams: Sequence[Stream]) -> str:
    share = stream.amount / _sum(streams, "source", stream.source)
    return _(
        "<b>{source} → {target}</b><br>{amount}, {share} of what is drawn of it",
        source=exit_name(stream.source),
        target=exit_name(stream.target),
        amount=_amount(stream.amount, weigh),
        share=percent(share),
    )


def _amount(value: float, weigh: Weigh) -> str:
    return money(value) if weigh == "balance" else ngettext("{n} loan", "{n} loans", round(value))

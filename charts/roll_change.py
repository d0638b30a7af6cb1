"""The exit ledger of a policy and how it differs from today's: each cell its share, below it the change in points.

Frames with the columns of the question roll_rates: from_bucket, to_bucket, loans, opening_balance, share_loans, share_balance.
"""

import plotly.graph_objects as go
import polars as pl

from charts.colour import mix
from charts.names import BUCKETS, EXITS, exit_short
from charts.theme import Mode, figure, palette, text_on
from charts.words import Words
from wording import _, decimal, percent, points

ROW, HEAD, LEFT, SMALL = 40, 26, 34, 10
FULL = 0.03
"""A change of so many points, in shares, has the full colour."""
SEEN = 0.0005
COLUMNS = (*BUCKETS, *(name for name in EXITS if name != "missing"))

Cells = dict[tuple[str, str], float]


def _shares(frame: pl.DataFrame) -> Cells:
    return {(a, b): share for a, b, share in frame.select("from_bucket", "to_bucket", "share_balance").iter_rows() if share is not None}  # fmt: skip


def is_worse(before: str, after: str) -> bool:
    """Whether a loan that goes there is worse off."""
    return after == "charged_off" or (after in BUCKETS and BUCKETS.index(after) > BUCKETS.index(before))


def roll_change(after: pl.DataFrame, before: pl.DataFrame, *, mode: Mode) -> go.Figure | None:
    """Red where more loans go somewhere worse, or fewer somewhere better; green where it is the other way. None without a roll."""
    now, then = _shares(after), _shares(before)
    if not now or not then:
        return None
    colours = palette(mode)
    fills, notes = [], []
    for y, row in enumerate(BUCKETS):
        line = []
        for x, column in enumerate(COLUMNS):
            share, was = now.get((row, column), 0.0), then.get((row, column), 0.0)
            change = share - was
            bad = change if is_worse(row, column) else -change
            hue = colours.final if bad > 0 else colours.self_cure
            strength = 0.0 if row == column else min(abs(change) / FULL, 1.0) * 0.75
            fill = mix(colours.ground, hue, strength)
            line.append(fill)
            if share or was:
                ink = text_on(fill, mode)
                by = f"<br><span style='font-size:{SMALL}px'>{decimal(change * 100, 1, signed=True)}</span>"
                shown = decimal(share * 100, 1) + (by if abs(change) >= SEEN else "")
                notes.append({"x": x + 0.5, "y": y + 0.5, "text": shown, "font": {"color": ink, "size": 12}, "showarrow": False})  # fmt: skip
        fills.append(line)
    squares = [
        {"type": "rect", "x0": x, "x1": x + 1, "y0": y, "y1": y + 1, "fillcolor": fill, "line": {"width": 0}, "layer": "below"}
        for y, line in enumerate(fills)
        for x, fill in enumerate(line)
    ]  # fmt: skip
    return figure(
        [_told(now, then)],
        mode,
        name="roll_change",
        height=HEAD + ROW * len(BUCKETS) + 4,
        margin={"l": LEFT, "r": 2, "t": HEAD, "b": 2},
        hovermode="closest",
        xaxis={"side": "top", "range": [0, len(COLUMNS)], "tickvals": [x + 0.5 for x in range(len(COLUMNS))], "ticktext": [exit_short(name) for name in COLUMNS], "tickfont": {"size": 12}},
        yaxis={"range": [len(BUCKETS), 0], "tickvals": [y + 0.5 for y in range(len(BUCKETS))], "ticktext": list(BUCKETS), "showgrid": False, "tickfont": {"size": 12}},
        shapes=squares,
        annotations=notes,
    )  # fmt: skip


def _told(now: Cells, then: Cells) -> dict[str, object]:
    """What a pointer shows: an unseen mark in each cell."""
    cells = [(y, x, row, column) for y, row in enumerate(BUCKETS) for x, column in enumerate(COLUMNS)]
    known = [cell for cell in cells if cell[2:] in now or cell[2:] in then]
    return {
        "type": "scatter",
        "name": "rolls",
        "mode": "markers",
        "x": [x + 0.5 for _y, x, *_c in known],
        "y": [y + 0.5 for y, *_c in known],
        "marker": {"size": 30, "opacity": 0},
        "customdata": [
            _("{step}: {share}, as today {before}", step=f"{row}→{exit_short(column)}", share=percent(now.get((row, column), 0.0), 2), before=percent(then.get((row, column), 0.0), 2))
            for _y, _x, row, column in known
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip


def roll_change_words(after: pl.DataFrame, before: pl.DataFrame) -> Words:
    """The roll forward that changed most; the alternative text tells the rolls of all buckets."""
    now, then = _shares(after), _shares(before)
    steps = [(row, BUCKETS[at + 1]) for at, row in enumerate(BUCKETS[:-1]) if at]
    known = {step: now.get(step, 0.0) - then.get(step, 0.0) for step in steps if step in now or step in then}
    if not known:
        text = _("No month of the run is complete")
        return Words(text, text)
    told = _("; ").join(
        f"{a}→{b} {percent(now.get((a, b), 0.0))} ({points(change)})" for (a, b), change in known.items()
    )
    alt = _("Heat map of the rolls under this policy, with their change against today. {told}.", told=told)
    (a, b), change = max(known.items(), key=lambda item: abs(item[1]))
    if abs(change) < SEEN:
        return Words(_("Roll rates are as today"), alt)
    values = {"step": f"{a}→{b}", "points": points(abs(change), signed=False), "share": percent(now.get((a, b), 0.0))}
    if change > 0:
        return Words(_("{step} is {points} higher than today, at {share}", **values), alt)
    return Words(_("{step} is {points} lower than today, at {share}", **values), alt)

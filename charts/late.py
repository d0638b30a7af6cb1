"""Who is late: the late part of each segment, product, region or acquisition channel, bucket on bucket.

Frame `late_by` of one month, with intervals: value, bucket (all for the buckets together), loans, balance, share_….
"""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from charts.columns import BETWEEN, figures_beside, room_for, widths
from charts.labels import short_name, width_pixels
from charts.slices import value_name
from charts.theme import HEIGHT, Mode, Trace, Weigh, bucket_colours, figure, palette, text
from charts.words import Words, needed
from wording import _, count, money, ngettext, percent

HEAD, FOOT = 44, 6
MOST_ROWS = 10
FEW_LOANS = 30
THICKNESS, THICKEST = 0.62, 26
ALL = "all"


def late_by(
    frame: pl.DataFrame, *, mode: Mode, weigh: Weigh, buckets: Sequence[str], height: int = HEIGHT
) -> go.Figure | None:
    """A bar a value, the latest first, from the first overdue bucket to the worst; None where no share is known."""
    ranked = _ranked(frame, weigh)
    if not ranked:
        return None
    colours, shades = palette(mode), bucket_colours(buckets, mode)
    names = [short_name(value_name(row["value"])) for row in ranked]
    figures = [
        (
            (money(row["balance"]) if weigh == "balance" else count(row["loans"]), colours.muted),
            (percent(row[f"share_{weigh}"]), colours.muted if row["of_loans"] < FEW_LOANS else colours.ink),
        )
        for row in ranked
    ]
    heads = (_("late"), _("of all open"))
    columns = widths(figures, heads)
    thickness = min(THICKNESS, THICKEST / ((height - HEAD - FOOT) / len(ranked)))
    traces = [
        _layer(frame, ranked, bucket, weigh, shades[bucket], thickness)
        for bucket in buckets[1:]
        if frame.filter((pl.col("bucket") == bucket) & (pl.col("loans") > 0)).height
    ]
    muted_heads = [(head, colours.muted) for head in heads]
    return figure(
        traces,
        mode,
        name="late_by",
        height=height,
        barmode="stack",
        margin={"l": BETWEEN + max(map(width_pixels, names)), "r": room_for(columns), "t": HEAD, "b": FOOT},
        hovermode="closest",
        xaxis={
            "range": [0, max(row[f"share_{weigh}"] for row in ranked) or 1],
            "showticklabels": False,
            "showgrid": False,
        },
        yaxis={
            "range": [len(ranked) - 0.5, -0.5],
            "tickvals": list(range(len(ranked))),
            "ticktext": names,
            "showgrid": False,
            "ticklabelstandoff": 6,
            "tickfont": {"color": colours.ink},
        },
        annotations=[
            *(note for row, shown in enumerate(figures) for note in figures_beside(shown, columns, mode, y=row)),
            *figures_beside(muted_heads, columns, mode, y=1, yref="paper", yanchor="bottom"),
            _key([(trace["name"], text(shades[trace["name"]], mode)) for trace in traces]),
        ],
    )


def late_by_words(frame: pl.DataFrame, *, weigh: Weigh) -> Words:
    """The value of which most is late, beside the one of which least is, among those of enough loans."""
    ranked = _ranked(frame, weigh)
    if not ranked:
        return needed(frame, weigh)
    known = [row for row in ranked if row["of_loans"] >= FEW_LOANS] or ranked
    most, least = known[0], known[-1]
    if len(known) == 1:
        title = _("{name}: {share} late", name=value_name(most["value"]), share=percent(most[f"share_{weigh}"]))
    else:
        title = _(
            "{most} is late most: {share}; {least} least: {other}",
            most=value_name(most["value"]),
            share=percent(most[f"share_{weigh}"]),
            least=value_name(least["value"]),
            other=percent(least[f"share_{weigh}"]),
        )
    parts = _(", ").join(f"{value_name(row['value'])} {percent(row[f'share_{weigh}'])}" for row in ranked)
    alt = _("Stacked bars, the late part of each by bucket. {title}. {parts}.", title=title, parts=parts)
    return Words(title, alt, _beside(ranked, weigh))


def _beside(ranked: Sequence[dict[str, object]], weigh: Weigh) -> str:
    measure = "balance" if weigh == "balance" else "loans"
    largest = max(ranked, key=lambda row: row[measure])
    whole = sum(row[measure] for row in ranked)
    if not whole:
        return _("Nothing is late")
    return _(
        "{name} holds {share} of what is late",
        name=value_name(largest["value"]),
        share=percent(float(largest[measure]) / float(whole)),
    )


def _ranked(frame: pl.DataFrame, weigh: Weigh) -> list[dict[str, object]]:
    rows = [
        row for row in frame.filter(pl.col("bucket") == ALL).iter_rows(named=True) if row[f"share_{weigh}"] is not None
    ]
    largest = sorted(rows, key=lambda row: -row["of_loans"])[:MOST_ROWS]
    return sorted(largest, key=lambda row: -row[f"share_{weigh}"])


def _layer(
    frame: pl.DataFrame, ranked: Sequence[dict[str, object]], bucket: str, weigh: Weigh, colour: str, thickness: float
) -> Trace:
    cells = {row["value"]: row for row in frame.filter(pl.col("bucket") == bucket).iter_rows(named=True)}
    rows = [cells[row["value"]] for row in ranked]
    return {
        "type": "bar",
        "name": bucket,
        "orientation": "h",
        "x": [row[f"share_{weigh}"] or 0 for row in rows],
        "y": list(range(len(rows))),
        "width": thickness,
        "marker": {"color": colour, "cornerradius": 0},
        "hovertext": [_told(row, weigh) for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _told(row: dict[str, object], weigh: Weigh) -> str:
    lines = [
        f"<b>{value_name(row['value'])} · {row['bucket']}</b>",
        _(
            "{share} of its open {base}, interval {low} to {high}",
            share=percent(row[f"share_{weigh}"], 2),
            base=_("balance") if weigh == "balance" else _("loans"),
            low=percent(row[f"share_{weigh}_low"], 2),
            high=percent(row[f"share_{weigh}_high"], 2),
        ),
        ngettext("{n} loan", "{n} loans", row["loans"])
        + ("" if row["balance"] is None else f", {money(row['balance'])}"),
    ]
    if row["of_loans"] < FEW_LOANS:
        lines.append(_("Fewer than {n} open loans", n=FEW_LOANS))
    return "<br>".join(lines)


def _key(names: Sequence[tuple[str, str]]) -> dict[str, object]:
    shown = "   ".join(f"<span style='color:{colour}'><b>■</b> {name}</span>" for name, colour in names)
    place = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 1, "yanchor": "bottom", "yshift": 20}
    return {**place, "text": shown}

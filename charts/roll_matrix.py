"""Where each bucket's loans went in a month: the exit ledger as a heat map, buckets, then exits.

Frame `roll_rates` of one month: from_bucket, to_bucket, loans, opening_balance, share_loans, share_balance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from charts.colour import along
from charts.names import BUCKETS, EXITS, exit_name, exit_short
from charts.theme import Mode, Palette, Scale, Trace, Weigh, figure, palette, text_on
from charts.words import Words, needed
from wording import UNKNOWN, _, decimal, money, ngettext, percent

FEW_LOANS = 30
CELL_HEIGHT = 34
GAP = 0.25  # between buckets and exits, in columns
EXIT_WIDTH = 1.4  # of an exit's column, in columns: its name is longer
HEAD, FOOT, LEFT, RIGHT = 26, 2, 34, 2
CELL_FONT, SMALL_FONT, HEAD_FONT = 12, 9, 12
FOCUS = "M1"
WORTH_A_WARNING = 0.005  # the share of missing loans that the title names


@dataclass(frozen=True)
class Cell:
    """One cell of the ledger; `small` where its row has too few loans to lean on. interval: of the share that is drawn."""

    row: int
    column: int
    from_bucket: str
    to: str
    loans: int
    balance: object
    share_loans: float | None
    share_balance: float | None
    small: bool
    interval: tuple[float, float] | None = None

    def share(self, weigh: Weigh) -> float | None:
        return self.share_balance if weigh == "balance" else self.share_loans


def roll_matrix(frame: pl.DataFrame, *, mode: Mode, weigh: Weigh, buckets: Sequence[str] = BUCKETS) -> go.Figure | None:
    """Rows are where loans were, best bucket at the top; columns where they went. Each row sums to 100 %.

    Where the frame has intervals each cell shows its own. Its height follows from the number of buckets alone, so that it never jumps. None without a share.
    """
    cells = [cell for cell in _cells(frame, buckets, weigh) if cell.share(weigh) is not None]
    if not cells:
        return None
    columns = [*buckets, *EXITS]
    edges = _edges(len(buckets))
    layers = _layers(cells, palette(mode))
    traces = [_heat(layer, scale, edges, len(buckets), weigh) for layer, scale in layers]
    middles = [(edges[at] + edges[at + 1]) / 2 for at in _slots(len(buckets))]
    traces.append(_letters(cells, layers, middles, weigh, mode))
    return figure(
        traces,
        mode,
        name="roll_matrix",
        height=HEAD + FOOT + CELL_HEIGHT * len(buckets),
        margin={"l": LEFT, "r": RIGHT, "t": HEAD, "b": FOOT},
        hovermode="closest",
        xaxis={
            "side": "top",
            "range": [edges[0], edges[-1]],
            "tickvals": middles,
            "ticktext": [exit_short(name) if name in EXITS else name for name in columns],
            "tickfont": {"size": HEAD_FONT},
        },
        yaxis={
            "range": [len(buckets), 0],
            "tickvals": [row + 0.5 for row in range(len(buckets))],
            "ticktext": list(buckets),
            "showgrid": False,
            "ticklabelstandoff": 4,
            "tickfont": {"size": HEAD_FONT},
        },
        annotations=_empty_rows(cells, buckets, middles, palette(mode)),
    )


def roll_matrix_words(
    frame: pl.DataFrame, *, weigh: Weigh, buckets: Sequence[str] = BUCKETS, focus: str = FOCUS
) -> Words:
    """What became of `focus`: how much rolled on, how much cured; the alternative text tells every row."""
    rows = {bucket: _outcome(frame, bucket, buckets, weigh) for bucket in buckets}
    rows = {bucket: outcome for bucket, outcome in rows.items() if outcome}
    if not rows:
        return needed(frame, weigh)
    focus = focus if focus in rows else next(iter(rows))
    title = _title(focus, *rows[focus])
    told = _("; ").join(
        _(
            "{bucket}: {forward} forward, {cured} cured, {missing} missing",
            bucket=bucket,
            **dict(zip(("forward", "cured", "missing"), map(percent, outcome), strict=True)),
        )
        for bucket, outcome in rows.items()
    )
    base = _("opening balance") if weigh == "balance" else _("loans")
    alt = _("Heat map: where the {base} of each bucket went in the month. {told}.", base=base, told=told)
    return Words(title, alt)


def cell_of_matrix(row: object, slot: object, buckets: Sequence[str]) -> tuple[str, str] | None:
    """The bucket and where its loans went, of the row and column of a drawn cell; None where there is no such cell."""
    columns = dict(zip(_slots(len(buckets)), [*buckets, *EXITS], strict=True))
    if not isinstance(row, int) or not 0 <= row < len(buckets) or slot not in columns:
        return None
    return buckets[row], columns[slot]


def _title(bucket: str, forward: float, cured: float, missing: float) -> str:
    values = {"bucket": bucket, "forward": percent(forward), "cured": percent(cured)}
    if missing < WORTH_A_WARNING:
        return _("Of {bucket}, {forward} rolled on and {cured} cured", **values)
    values["missing"] = percent(missing)
    return _("Of {bucket}, {forward} rolled on, {cured} cured, {missing} went missing", **values)


def _outcome(
    frame: pl.DataFrame, bucket: str, buckets: Sequence[str], weigh: Weigh
) -> tuple[float, float, float] | None:
    """Shares of `bucket` that rolled forward, cured (to M0 or paid off; of M0: paid off) and went missing."""
    rows = frame.filter(pl.col("from_bucket") == bucket)
    shares = dict(zip(rows["to_bucket"], rows[f"share_{weigh}"].cast(pl.Float64), strict=True))
    if not shares or None in shares.values():
        return None
    worse = [*buckets[list(buckets).index(bucket) + 1 :], "charged_off"]
    cured = ["paid_off"] if bucket == buckets[0] else [buckets[0], "paid_off"]
    forward, cure = (sum(shares.get(name, 0.0) for name in names) for names in (worse, cured))
    return forward, cure, shares.get("missing", 0.0)


def _cells(frame: pl.DataFrame, buckets: Sequence[str], weigh: Weigh) -> list[Cell]:
    columns = [*buckets, *EXITS]
    low, high = (f"share_{weigh}_{side}" for side in ("low", "high"))
    rows = frame.filter(pl.col("from_bucket").is_in(buckets) & pl.col("to_bucket").is_in(columns))
    rows = rows.with_columns(
        pl.col("share_loans", "share_balance").cast(pl.Float64),
        (pl.col("loans").sum().over("from_bucket") < FEW_LOANS).alias("small"),
    )
    return [
        Cell(
            list(buckets).index(row["from_bucket"]),
            columns.index(row["to_bucket"]),
            row["from_bucket"],
            row["to_bucket"],
            row["loans"],
            row["opening_balance"],
            row["share_loans"],
            row["share_balance"],
            row["small"],
            (row[low], row[high]) if row.get(low) is not None else None,
        )
        for row in rows.iter_rows(named=True)
    ]


def _edges(buckets: int) -> list[float]:
    """The left edge of each column, the gap being a column of its own, and the right edge of the last."""
    exits = [buckets + GAP + EXIT_WIDTH * step for step in range(len(EXITS) + 1)]
    return [float(step) for step in range(buckets + 1)] + exits


def _slots(buckets: int) -> list[int]:
    """Where each column of the frame stands among the drawn ones: exits one further, behind the gap."""
    return [column + (column >= buckets) for column in range(buckets + len(EXITS))]


def _layers(cells: Sequence[Cell], colours: Palette) -> list[tuple[list[Cell], Scale]]:
    """Cells by the scale that fills them: missing warns, a small row is grey, the rest in the one hue."""
    missing = [cell for cell in cells if cell.to == "missing"]
    small = [cell for cell in cells if cell.small and cell.to != "missing"]
    plain = [cell for cell in cells if not cell.small and cell.to != "missing"]
    layers = ((plain, colours.matrix), (small, colours.matrix_small), (missing, colours.matrix_missing))
    return [(layer, scale) for layer, scale in layers if layer]


def _heat(layer: Sequence[Cell], scale: Scale, edges: Sequence[float], buckets: int, weigh: Weigh) -> Trace:
    slots = _slots(buckets)
    shares: list[list[float | None]] = [[None] * (len(edges) - 1) for _row in range(buckets)]
    told = [[""] * (len(edges) - 1) for _row in range(buckets)]
    for cell in layer:
        shares[cell.row][slots[cell.column]] = cell.share(weigh)
        told[cell.row][slots[cell.column]] = _told(cell)
    return {
        "type": "heatmap",
        "x": list(edges),
        "y": list(range(buckets + 1)),
        "z": shares,
        "zmin": 0,
        "zmax": 1,
        "colorscale": [list(stop) for stop in scale],
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "hoverongaps": False,
        "text": told,
        "hovertemplate": "%{text}<extra></extra>",
    }


def _told(cell: Cell) -> str:
    to = exit_name(cell.to)
    lines = [
        f"<b>{cell.from_bucket} → {to}</b>",
        _("{share} of {loans}", share=percent(cell.share_loans), loans=_("loans")) + f" · {_loans(cell.loans)}",
    ]
    if cell.share_balance is not None:
        lines.append(_("{share} of the balance", share=percent(cell.share_balance)) + f" · {money(cell.balance)}")
    if cell.interval:
        ends = dict(zip(("low", "high"), map(percent, cell.interval), strict=True))
        lines.append(_("{low} to {high} with a confidence of 95 %", **ends))
    if cell.small:
        lines.append(_("Fewer than {n} loans in this row", n=FEW_LOANS))
    return "<br>".join(lines)


def _loans(many: int) -> str:
    return ngettext("{n} loan", "{n} loans", many)


def _letters(
    cells: Sequence[Cell],
    layers: Sequence[tuple[Sequence[Cell], Scale]],
    middles: Sequence[float],
    weigh: Weigh,
    mode: Mode,
) -> Trace:
    """The share in each cell, in the letters that read best on its fill."""
    scales = {cell: scale for layer, scale in layers for cell in layer}
    return {
        "type": "scatter",
        "x": [middles[cell.column] for cell in cells],
        "y": [cell.row + 0.5 for cell in cells],
        "mode": "text",
        "text": [_in_cell(cell.share(weigh)) + _interval(cell) for cell in cells],
        "textfont": {
            "size": CELL_FONT,
            "color": [text_on(along(scales[cell], cell.share(weigh)), mode, cell.small) for cell in cells],
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _in_cell(share: float) -> str:
    """A share in percent without the sign, as short as a cell needs: 43.1, 100, <0.1."""
    if 0 < share < 0.0005:
        return "<" + decimal(0.1)
    return decimal(share * 100, 0 if share > 0.9995 else 1)


def _interval(cell: Cell) -> str:
    """The interval under the share, in small letters: 38–48."""
    if not cell.interval:
        return ""
    low, high = (decimal(end * 100, 0) for end in cell.interval)
    return f"<br><span style='font-size:{SMALL_FONT}px'>{low}–{high}</span>"


def _empty_rows(
    cells: Sequence[Cell], buckets: Sequence[str], middles: Sequence[float], colours: Palette
) -> list[dict[str, object]]:
    """A dash where a bucket had no loans to move: an empty denominator is not zero."""
    filled = {cell.row for cell in cells}
    return [
        {"x": middles[row], "y": row + 0.5, "text": UNKNOWN, "font": {"color": colours.muted}}
        for row in range(len(buckets))
        if row not in filled
    ]

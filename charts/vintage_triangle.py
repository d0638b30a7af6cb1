"""The triangle of vintages: cohort × months on book as a heat map. What is not known is never drawn as zero.

Frame `vintages` of one line: cohort, months_on_book, month, loans, gap, …_share_loans, …_share_amount.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go
import polars as pl

from charts.colour import along, mix
from charts.columns import BETWEEN, figures_beside, room_for, widths
from charts.labels import width_pixels
from charts.theme import Mode, Palette, Scale, Trace, Weigh, figure, palette, text_on
from charts.vintages import FEW_LOANS, Kind, digits_of, kind_words, share_column, vintages_needed
from charts.words import Words
from wording import UNKNOWN, _, count, decimal, ngettext, percent
from wording import month as month_words

ROW_HEIGHT, LOW_ROW_HEIGHT, MANY_ROWS = 22, 15, 26
MOST_LETTERED, MANY_AGES = 32, 22  # ages: with more, the letters would not fit in the cells
CELL_FONT, LOW_CELL_FONT, HEAD_FONT = 11, 10, 12
HEAD, FOOT = 24, 2
MOST_HEADS = 26

Known = Literal["known", "small", "missing", "to_come"]


@dataclass(frozen=True)
class Cell:
    """One cell: known, of few loans, of a month that the book lacks, or to come. `least`: a month since is missing."""

    row: int
    age: int
    cohort: dt.date
    month: dt.date
    loans: int
    share: float | None
    state: Known
    least: bool


def vintage_triangle(frame: pl.DataFrame, *, mode: Mode, weigh: Weigh, kind: Kind = "ever") -> go.Figure | None:
    """A row a cohort, the oldest at the top, with its loans at the right; darker for more, by the square root.

    Ages to come are empty, months that the book lacks are dashes on the colour of a warning, few loans are grey.
    None without a share.
    """
    cells = triangle_cells(frame, weigh, kind)
    most = max((cell.share for cell in cells if cell.share is not None), default=None)
    if most is None:
        return None
    colours = palette(mode)
    cohorts = sorted({cell.cohort for cell in cells})
    ages = max(cell.age for cell in cells) + 1
    loans = {cell.cohort: cell.loans for cell in cells}
    high = LOW_ROW_HEIGHT if len(cohorts) > MANY_ROWS else ROW_HEIGHT
    figures = [((count(loans[cohort]), colours.muted),) for cohort in cohorts]
    columns = widths(figures, (_("loans"),))
    names = [month_words(cohort) for cohort in cohorts]
    traces = [_heat(cells, state, scale, most, (len(cohorts), ages)) for state, scale in _scales(colours).items()]
    digits = 1 if ages > MANY_AGES // 2 else digits_of(cell.share for cell in cells if cell.share is not None)
    return figure(
        [trace for trace in traces if trace] + [_letters(cells, most, mode, digits, lettered=ages <= MOST_LETTERED)],
        mode,
        name="vintage_triangle",
        height=HEAD + FOOT + high * len(cohorts),
        margin={"l": BETWEEN + max(width_pixels(name) for name in names), "r": room_for(columns), "t": HEAD, "b": FOOT},
        hovermode="closest",
        xaxis=_age_heads(ages),
        yaxis={
            "range": [len(cohorts), 0],
            "tickvals": [row + 0.5 for row in range(len(cohorts))],
            "ticktext": names,
            "showgrid": False,
            "ticklabelstandoff": 4,
            "tickfont": {"size": HEAD_FONT},
        },
        annotations=[
            *(note for row, one in enumerate(figures) for note in figures_beside(one, columns, mode, y=row + 0.5)),
            *figures_beside([(_("loans"), colours.muted)], columns, mode, yref="paper", y=1, yanchor="bottom"),
        ],
    )


def vintage_triangle_words(frame: pl.DataFrame, *, weigh: Weigh, kind: Kind = "ever", line: str = "30+") -> Words:
    """The worst cell among those of enough loans at the age that most cohorts can be held against; how much is to come."""
    cells = [cell for cell in triangle_cells(frame, weigh, kind) if cell.share is not None]
    if not cells:
        return vintages_needed(frame, weigh)
    cohorts = {cell.cohort for cell in cells}
    age = common_age(frame, weigh, kind)
    at_age = [cell for cell in cells if cell.age == age and cell.state == "known"] or [
        cell for cell in cells if cell.age == age
    ]
    worst = max(at_age, key=lambda cell: (cell.share, cell.cohort))
    digits = digits_of(cell.share for cell in cells)
    title = _(
        "After {age}, the worst cohort is {cohort}: {share} {what}",
        age=ngettext("{n} month", "{n} months", age),
        cohort=month_words(worst.cohort),
        share=percent(worst.share, digits),
        what=kind_words(kind, line),
    )
    alt = _(
        "Heat map of {cohorts} by months on book. {finding}. {parts}.",
        cohorts=ngettext("{n} cohort", "{n} cohorts", len(cohorts)),
        finding=title,
        parts=_("; ").join(f"{month_words(cell.cohort)} {percent(cell.share, digits)}" for cell in at_age),
    )
    return Words(title, alt)


def common_age(frame: pl.DataFrame, weigh: Weigh, kind: Kind) -> int:
    """The oldest age that at least half of the cohorts with a share have reached; 0 without one."""
    reached = frame.filter(pl.col(share_column(weigh, kind)).is_not_null())
    cohorts = reached["cohort"].n_unique()
    common = reached.group_by("months_on_book").len().filter(pl.col("len") * 2 >= cohorts)
    return common["months_on_book"].max() or 0


def triangle_cells(frame: pl.DataFrame, weigh: Weigh, kind: Kind) -> list[Cell]:
    """Every cell from the cohort's first month to the oldest age that any cohort has, with its state."""
    share = share_column(weigh, kind)
    if frame[share].is_null().all():
        return []
    cohorts = frame["cohort"].unique().sort().to_list()
    newest = frame.filter(pl.col(f"{kind}_loans").is_not_null())["month"].max()
    oldest_age = frame.filter(pl.col(share).is_not_null())["months_on_book"].max()
    rows = frame.filter(pl.col("months_on_book") <= oldest_age)
    return [
        Cell(
            cohorts.index(row["cohort"]),
            row["months_on_book"],
            row["cohort"],
            row["month"],
            row["loans"],
            row[share],
            _state(row, row[share], newest),
            bool(row["gap"]) and kind == "ever",
        )
        for row in rows.iter_rows(named=True)
    ]


def _state(row: dict[str, object], share: float | None, newest: dt.date) -> Known:
    if share is None:
        return "to_come" if row["month"] > newest else "missing"
    return "small" if row["loans"] < FEW_LOANS else "known"


def _scales(colours: Palette) -> dict[Known, Scale]:
    """What fills a cell of each state; what is not known has one fill for all of its cells."""
    to_come = mix(colours.ground, colours.grid, 0.6)
    missing = colours.matrix_missing[1][1]
    return {
        "known": colours.matrix,
        "small": colours.matrix_small,
        "missing": ((0, missing), (1, missing)),
        "to_come": ((0, to_come), (1, to_come)),
    }


def _heat(cells: Sequence[Cell], state: Known, scale: Scale, most: float, shape: tuple[int, int]) -> Trace | None:
    """The cells of one state; darkest at the largest share of the triangle."""
    mine = [cell for cell in cells if cell.state == state]
    if not mine:
        return None
    rows, ages = shape
    shares: list[list[float | None]] = [[None] * ages for _row in range(rows)]
    told = [[""] * ages for _row in range(rows)]
    for cell in mine:
        shares[cell.row][cell.age] = 0.0 if cell.share is None else cell.share
        told[cell.row][cell.age] = _told(cell)
    return {
        "type": "heatmap",
        "name": state,
        "x": list(range(ages + 1)),
        "y": list(range(rows + 1)),
        "z": shares,
        "zmin": 0,
        "zmax": most or 1,
        "colorscale": [list(stop) for stop in scale],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "text": told,
        "hovertemplate": "%{text}<extra></extra>",
    }


def _told(cell: Cell) -> str:
    lines = [
        "<b>"
        + _(
            "Cohort {cohort}, {age}", cohort=month_words(cell.cohort), age=ngettext("{n} month", "{n} months", cell.age)
        )
        + "</b>",
        f"{month_words(cell.month)} · " + ngettext("{n} loan", "{n} loans", cell.loans),
    ]
    if cell.state == "to_come":
        lines.append(_("Not reached yet"))
    elif cell.state == "missing":
        lines.append(_("Not known: the month is not in the book"))
    else:
        share = percent(cell.share, 2)
        lines.insert(1, _("at least {share}", share=share) if cell.least else share)
    if cell.least and cell.share is not None:
        lines.append(_("A month since origination is not in the book"))
    if cell.state == "small":
        lines.append(_("Fewer than {n} loans in this cohort", n=FEW_LOANS))
    return "<br>".join(lines)


def _letters(cells: Sequence[Cell], most: float, mode: Mode, digits: int, *, lettered: bool) -> Trace:
    """The share in each cell, ≥ where it is a lower bound; a dash where the month is missing.

    A cell that is to come has its colour alone: a browser draws each letter apart, and they are nearly half of all cells.
    """
    shown = [cell for cell in cells if (lettered and cell.state != "to_come") or cell.state == "missing"]
    fills = _scales(palette(mode))
    return {
        "type": "scatter",
        "x": [cell.age + 0.5 for cell in shown],
        "y": [cell.row + 0.5 for cell in shown],
        "mode": "text",
        "text": [_in_cell(cell, digits) for cell in shown],
        "textfont": {
            "size": CELL_FONT if max(cell.age for cell in cells) < MANY_AGES else LOW_CELL_FONT,
            "color": [
                text_on(along(fills[cell.state], (cell.share or 0) / (most or 1)), mode, cell.state != "known")
                for cell in shown
            ],
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _in_cell(cell: Cell, digits: int) -> str:
    """A share in percent without the sign, as short as a cell needs."""
    if cell.share is None:
        return UNKNOWN
    least = "≥" if cell.least else ""
    return least + (decimal(cell.share * 100, digits) if cell.share else "0")


def _age_heads(ages: int) -> dict[str, object]:
    step = next(step for step in (1, 2, 3, 6, 12) if ages / step <= MOST_HEADS or step == 12)
    return {
        "side": "top",
        "range": [0, ages],
        "tickvals": [age + 0.5 for age in range(0, ages, step)],
        "ticktext": [str(age) for age in range(0, ages, step)],
        "tickfont": {"size": HEAD_FONT},
    }

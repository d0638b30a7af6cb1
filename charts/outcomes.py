"""What came of the attempts, in the words of the lender's own system: by outcome, and by segment or another dimension.

Frames `outcomes`, of all and split, with intervals.
"""

import plotly.graph_objects as go
import polars as pl

from charts.matrix import Cell, cell_matrix
from charts.slices import value_name
from charts.theme import HEIGHT, Mode
from charts.words import Words
from wording import UNKNOWN, _, count, ngettext, percent

MOST_OUTCOMES, MOST_VALUES = 8, 6
FEW_ATTEMPTS = 30
ALL = "all"


def outcomes(frame: pl.DataFrame, split: pl.DataFrame, *, mode: Mode, height: int = HEIGHT) -> go.Figure | None:
    """A row an outcome, the most frequent first, a column all borrowers and each value; None where no outcome is written.

    Shares of the attempts that reached the borrower, where the file says which did; else of all attempts.
    """
    rows, values, column = _rows(frame), _values(split), _share(frame)
    if not rows:
        return None
    cells = {
        (row["value"], row["outcome"]): row for row in (*frame.iter_rows(named=True), *split.iter_rows(named=True))
    }
    wholes = _wholes(cells, column)
    return cell_matrix(
        [outcome_name(row["outcome"]) for row in rows],
        [_("All"), *(value_name(value) for value in values)],
        [
            [_cell(cells.get((value, row["outcome"])), column, wholes.get(value, 0)) for value in (ALL, *values)]
            for row in rows
        ],
        mode,
        name="outcomes",
        height=height,
    )


def outcomes_words(frame: pl.DataFrame) -> Words:
    """The most frequent outcome of the attempts that reached the borrower, or of all where that is not known."""
    rows, column = _rows(frame), _share(frame)
    if not rows:
        text = _("The attempts say nothing of what came of them")
        return Words(text, text)
    first = rows[0]
    values = {"outcome": outcome_name(first["outcome"]), "share": percent(first[column])}
    title = (
        _("Borrowers reached: “{outcome}” in {share}", **values)
        if column == "share_of_reached"
        else _("Attempts: “{outcome}” in {share}", **values)
    )
    parts = _(", ").join(f"{outcome_name(row['outcome'])} {percent(row[column])}" for row in rows)
    return Words(title, _("Heat map of outcomes. {title}. {parts}.", title=title, parts=parts))


def of_reached(frame: pl.DataFrame) -> bool:
    """Whether it is known which attempts reached the borrower."""
    return _share(frame) == "share_of_reached"


def outcome_name(code: str) -> str:
    return _("Nothing said") if not code else _("Other") if code == "other" else code


def _share(frame: pl.DataFrame) -> str:
    return "share_of_reached" if (frame["reached"].sum() or 0) > 0 else "share"


def _rows(frame: pl.DataFrame) -> list[dict[str, object]]:
    column = _share(frame)
    known = frame.filter(pl.col(column) > 0).sort(column, "outcome", descending=[True, False])
    said = known.filter(pl.col("outcome") != "")
    return known.head(MOST_OUTCOMES).rows(named=True) if said.height else []


def _values(split: pl.DataFrame) -> list[str]:
    """The values of most attempts; what is not known only where it is more than a few."""
    largest = split.group_by("value").agg(pl.sum("attempts")).sort("attempts", "value", descending=[True, False])
    largest = largest.filter((pl.col("value") != "") | (pl.col("attempts") >= FEW_ATTEMPTS))
    return largest.head(MOST_VALUES)["value"].to_list()


def _wholes(cells: dict, column: str) -> dict[str, int]:
    """Attempts of each value that its shares are of."""
    found: dict[str, int] = {}
    for (value, _outcome), row in cells.items():
        found[value] = found.get(value, 0) + row["reached" if column == "share_of_reached" else "attempts"]
    return found


def _cell(row: dict[str, object] | None, column: str, whole: int) -> Cell:
    if row is None or row[column] is None:
        return Cell(0.0 if whole else None, percent(0) if whole else UNKNOWN, "", whole < FEW_ATTEMPTS)
    lines = [
        f"<b>{outcome_name(row['outcome'])}</b>" + ("" if row["value"] == ALL else f" · {value_name(row['value'])}"),
        _(
            "{value}, interval {low} to {high}",
            value=percent(row[column]),
            low=percent(row[f"{column}_low"]),
            high=percent(row[f"{column}_high"]),
        ),
        ngettext("{n} attempt", "{n} attempts", row["attempts"])
        + ", "
        + ngettext("{n} account", "{n} accounts", row["accounts"]),
    ]
    if whole < FEW_ATTEMPTS:
        lines.append(_("Of {n} attempts only", n=count(whole)))
    return Cell(row[column], percent(row[column]), "<br>".join(lines), whole < FEW_ATTEMPTS)

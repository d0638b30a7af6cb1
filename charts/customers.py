"""Customers with one loan and with several: how many are late, how often with all of them, and whose the late balance is.

Frame `customers` of one month, with intervals.
"""

import plotly.graph_objects as go
import polars as pl

from charts.matrix import Cell, cell_matrix
from charts.theme import HEIGHT, Mode
from charts.words import Words
from wording import UNKNOWN, _, count, ngettext, percent

FEW = 30
MOST = 4
# column: what it is a part of, and the count of the part
SHARES = {
    "share_customers": ("_all", "customers"),
    "share_late": ("customers", "late_customers"),
    "share_all_late": ("late_customers", "all_late_customers"),
    "share_of_late_balance": ("late_customers", "late_customers"),
}


def customers(frame: pl.DataFrame, *, mode: Mode, height: int = HEIGHT) -> go.Figure | None:
    """A row a number of loans; None where the book names no customers."""
    if frame.is_empty():
        return None
    rows = frame.sort("loans_held").rows(named=True)
    heads = (_("Customers"), _("Of all"), _("With a late loan"), _("All late"), _("Of late balance"))
    return cell_matrix(
        [_held(row["loans_held"]) for row in rows],
        heads,
        [
            [
                Cell(None, count(row["customers"])),
                *(_cell(row, column, head) for column, head in zip(SHARES, heads[1:], strict=True)),
            ]
            for row in rows
        ],
        mode,
        name="customers",
        height=height,
    )


def customers_words(frame: pl.DataFrame) -> Words:
    """What the customers with several loans hold of the late balance, and how often all their loans are late."""
    if frame.is_empty():
        text = _("The book names no customers: which loans belong to one borrower is not known")
        return Words(text, text)
    several = [row for row in frame.iter_rows(named=True) if row["loans_held"] > 1]
    many, late = sum(row["customers"] for row in several), sum(row["late_customers"] for row in several)
    together = sum(row["all_late_customers"] for row in several)
    if not many:
        title = _("No customer has several loans")
    elif not late:
        title = ngettext(
            "{n} customer has several loans, and none is late",
            "{n} customers have several loans, and none is late",
            many,
        )
    else:
        title = ngettext(
            "{n} customer has several loans; of those late, {share} are late with all",
            "{n} customers have several loans; of those late, {share} are late with all",
            many,
            share=percent(together / late),
        )
    parts = _("; ").join(
        _(
            "{held}: {customers}, {late} with a late loan, {share} of the late balance",
            held=_held(row["loans_held"]),
            customers=count(row["customers"]),
            late=percent(row["share_late"]),
            share=percent(row["share_of_late_balance"]),
        )
        for row in frame.sort("loans_held").iter_rows(named=True)
    )
    return Words(title, _("Table of customers by their loans. {title}. {parts}.", title=title, parts=parts))


def _held(loans: int) -> str:
    return _("{n} loans or more", n=count(loans)) if loans >= MOST else ngettext("{n} loan", "{n} loans", loans)


def _cell(row: dict[str, object], column: str, head: str) -> Cell:
    base, part = SHARES[column]
    if row[column] is None or (column == "share_all_late" and row["loans_held"] == 1):
        return Cell(None, UNKNOWN)  # with one loan, all are late as soon as one is
    few = base != "_all" and row[base] < FEW
    lines = [
        f"<b>{_held(row['loans_held'])} · {head}</b>",
        _(
            "{value}, interval {low} to {high}",
            value=percent(row[column], 2),
            low=percent(row[f"{column}_low"], 2),
            high=percent(row[f"{column}_high"], 2),
        ),
        ngettext("{n} customer", "{n} customers", row[part]),
    ]
    if few:
        lines.append(_("Fewer than {n}: too few to lean on", n=FEW))
    return Cell(row[column], percent(row[column]), "<br>".join(lines), few)

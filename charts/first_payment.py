"""First-payment default by month of origination, for two delays.

Frame `first_payment_default`: cohort, days, loans, overdue_share (by snapshot), known_loans, unpaid_share (by payments).
"""

import datetime as dt

import plotly.graph_objects as go
import polars as pl

from charts.lines import Line, line_chart
from charts.marks import Marks
from charts.theme import HEIGHT, Mode, palette
from charts.vintages import FEW_LOANS, digits_of
from charts.words import Words, finding, since, span, told
from wording import _, ngettext

FAMILY = {"payments": ("unpaid_share", "known_loans"), "snapshots": ("overdue_share", "loans")}


def first_payment(frame: pl.DataFrame, *, mode: Mode, height: int = HEIGHT, marks: Marks = ()) -> go.Figure | None:
    """A line a delay, the shorter one thick; each ends with the last cohort that is old enough. None without a share."""
    colours = palette(mode)
    share, base = FAMILY[first_payment_family(frame)]
    delays = sorted(set(frame["days"]))
    lines = []
    for delay in delays:
        rows = frame.filter((pl.col("days") == delay) & pl.col(share).is_not_null()).sort("cohort")
        loans = dict(rows.select("cohort", base).iter_rows())
        notes = {cohort: " " + ngettext("of {n} loan", "of {n} loans", many) for cohort, many in loans.items()}
        few = bool(loans) and loans[max(loans)] < FEW_LOANS
        colour, thick = (colours.primary, True) if delay == delays[0] else (colours.baseline, False)
        lines.append(Line(_name(delay), dict(rows.select("cohort", share).iter_rows()), colour, thick, few, notes))
    digits = digits_of(value for line in lines for value in line.values.values())
    return line_chart(lines, mode, name="first_payment", height=height, digits=digits, from_zero=True, marks=marks)


def first_payment_words(frame: pl.DataFrame) -> Words:
    """The news of the shorter delay; the alternative text adds the longer one."""
    values = {delay: _values(frame, delay) for delay in sorted(set(frame["days"]))}
    values = {delay: known for delay, known in values.items() if known}
    if not values:
        text = _("The due day or the origination of the loans is not known, or none is old enough")
        return Words(text, text)
    delay, known = next(iter(values.items()))
    name, digits = _("First payment {late}", late=_name(delay)), digits_of(known.values())
    title = finding(name, known, digits=digits)
    alt = _(
        "Lines over the months of origination, {span}: first instalments not paid in time. {findings}.",
        span=span(known),
        findings=_("; ").join(
            told(_name(one), shares, digits=digits_of(shares.values())) for one, shares in values.items()
        ),
    )
    return Words(title, alt, beside=since(known, digits))


def first_payment_family(frame: pl.DataFrame) -> str:
    """By payments, which is exact, where the book has them; else by snapshots, which is a lower bound."""
    return "snapshots" if frame["unpaid_share"].is_null().all() else "payments"


def _values(frame: pl.DataFrame, delay: int) -> dict[dt.date, float]:
    share, _base = FAMILY[first_payment_family(frame)]
    rows = frame.filter((pl.col("days") == delay) & pl.col(share).is_not_null()).sort("cohort")
    return dict(rows.select("cohort", share).iter_rows())


def _name(delay: int) -> str:
    return ngettext("over {n} day late", "over {n} days late", delay)

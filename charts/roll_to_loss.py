"""Roll to loss: how much of the current balance would flow through to the last bucket, in two ways.

Frame `roll_to_loss`: month, from_bucket, coincident, cohort. Fractions, which may exceed 1.
"""

import datetime as dt
from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from charts.lines import Line, line_chart, series
from charts.marks import Marks
from charts.names import BUCKETS
from charts.theme import HEIGHT, Mode, palette
from charts.words import Series, Words, finding, since, some, span, told, until
from wording import _

DIGITS = 2


def roll_to_loss(
    frame: pl.DataFrame,
    *,
    mode: Mode,
    buckets: Sequence[str] = BUCKETS,
    height: int = HEIGHT,
    marks: Marks = (),
) -> go.Figure | None:
    """From the first bucket to the last: the steps of one month, and those that follow a balance on its way. None without a value."""
    colours = palette(mode)
    inks = {"coincident": (colours.primary, True), "cohort": (colours.baseline, False)}
    lines = [Line(_name(code), values, *inks[code]) for code, values in _products(frame, buckets).items()]
    return line_chart(lines, mode, name="roll_to_loss", height=height, digits=DIGITS, from_zero=True, marks=marks)


def roll_to_loss_words(
    frame: pl.DataFrame,
    *,
    buckets: Sequence[str] = BUCKETS,
    month: dt.date | None = None,
    against: dt.date | None = None,
) -> Words:
    """The news of the coincident product; the alternative text adds the other."""
    products = {code: until(values, month) for code, values in _products(frame, buckets).items()}
    if not products:
        text = _("No balance has been seen to flow through all buckets")
        return Words(text, text)
    lead = next(iter(products.values()))
    title = finding(_("Roll to loss of {bucket}", bucket=buckets[0]), lead, against, DIGITS)
    alt = _(
        "Lines, {span}: the product of the net flow rates from {first} to {last}. {findings}.",
        span=span(lead),
        first=buckets[0],
        last=buckets[-1],
        findings=_("; ").join(told(_name(code), values, against, DIGITS) for code, values in products.items()),
    )
    return Words(title, alt, beside=since(lead, DIGITS))


def _products(frame: pl.DataFrame, buckets: Sequence[str]) -> dict[str, Series]:
    rows = frame.filter(pl.col("from_bucket") == buckets[0])
    found = {code: series(rows, code) for code in ("coincident", "cohort")}
    return {code: values for code, values in found.items() if some(values)}


def _name(code: str) -> str:
    return {"coincident": _("This month"), "cohort": _("Cohort")}[code]

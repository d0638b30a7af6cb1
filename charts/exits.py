"""What came into the book and what left it, month by month: a small panel each, since sizes differ too much.

Frame `ledger`: month, from_bucket ("new", "returned" for entrants), to_bucket, loans, opening_balance,
closing_balance, …
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import polars as pl

from charts.marks import Marks, marked
from charts.months import DAY, full_calendar, month_axis
from charts.names import ENTRANTS, EXITS, exit_name
from charts.theme import HEIGHT, Mode, Trace, Weigh, figure, mark, palette, text
from charts.words import Words, needed, span
from wording import _, count, money, ngettext
from wording import month as month_words

PANELS = (("new", "returned"), ("paid_off", "charged_off"), ("sold", "missing"))
BETWEEN = 0.08  # columns, share of the width
HEAD = 22  # pixels for the name above a panel
TOP, BOTTOM, SIDE = 4, 40, 4
MOST_TICKS = 3
DAYS_WIDE, DAYS_BESIDE = 24, 15
Amounts = Mapping[dt.date, float | None]


def exits_trend(
    frame: pl.DataFrame, *, mode: Mode, weigh: Weigh, height: int = HEIGHT, marks: Marks = ()
) -> go.Figure | None:
    """Six panels, each on its own scale from zero; None without a month, or by balance without balances.

    By balance an exit counts its opening balance, an entrant its closing one. A month with no pair is a gap.
    """
    flows = _flows(frame, weigh)
    if not any(value is not None for amounts in flows.values() for value in amounts.values()):
        return None
    months = full_calendar(frame["month"])
    plot = height - TOP - BOTTOM
    layout: dict[str, object] = {}
    traces, notes = [], []
    for row, pair in enumerate(PANELS):
        for column, code in enumerate(pair):
            number = row * 2 + column + 1
            axes = _axes(row, column, number, months, flows[code], plot)
            layout |= axes
            traces.append(_trace(code, flows[code], months, number, mode, weigh))
            notes.append(_head(code, flows[code], number, axes, mode, weigh))
    margin = {"l": SIDE, "r": SIDE, "t": TOP, "b": BOTTOM}
    drawn = figure(
        traces,
        mode,
        name="exits_trend",
        height=height,
        margin=margin,
        hovermode="closest",
        annotations=notes,
        **layout,
    )
    return marked(drawn, marks, mode, labelled=False)


def exits_trend_words(frame: pl.DataFrame, *, weigh: Weigh) -> Words:
    """Missing loans first where there are any; the alternative text tells all six of the last month."""
    flows = _flows(frame, weigh)
    if not any(value is not None for amounts in flows.values() for value in amounts.values()):
        return needed(frame, weigh)
    last = max(frame["month"])
    now = {code: amounts[last] or 0 for code, amounts in flows.items()}
    when = month_words(last)
    if now["missing"]:
        title = _("{amount} went missing in {month}", amount=_amount(now["missing"], weigh), month=when)
    else:
        title = _("{amount} paid off in {month}, none missing", amount=_amount(now["paid_off"], weigh), month=when)
    alt = _(
        "Six small charts, {span}: what entered and left the book. In {month}: {parts}.",
        span=span(flows["missing"]),
        month=when,
        parts=_(", ").join(f"{exit_name(code)} {_amount(value, weigh)}" for code, value in now.items()),
    )
    return Words(title, alt)


def entrants(frame: pl.DataFrame, month: dt.date) -> dict[str, int]:
    """Loans that were newly booked, and that returned, in a month; 0 where none did."""
    found = frame.filter(pl.col("month") == month).group_by("from_bucket").agg(pl.col("loans").sum())
    loans = dict(found.iter_rows())
    return {code: loans.get(code, 0) for code in ("new", "returned")}


def _flows(frame: pl.DataFrame, weigh: Weigh) -> dict[str, dict[dt.date, float | None]]:
    """Code → month → loans or balance. In a month of the frame a flow without a row is zero."""
    months = sorted(set(frame["month"]))
    leaving = {code: (pl.col("to_bucket") == code, "opening_balance") for code in EXITS}
    entering = {code: (pl.col("from_bucket") == code, "closing_balance") for code in ENTRANTS}
    known = set(months) if weigh == "loans" else _with_balances(frame)
    flows = {}
    for code, (chosen, balance) in {**entering, **leaving}.items():
        column = balance if weigh == "balance" else "loans"
        sums = frame.filter(chosen).group_by("month").agg(pl.col(column).cast(pl.Float64).sum())
        found = dict(sums.iter_rows())
        flows[code] = {month: found.get(month, 0.0) if month in known else None for month in months}
    return flows


def _with_balances(frame: pl.DataFrame) -> set[dt.date]:
    known = pl.col("opening_balance").is_not_null() | pl.col("closing_balance").is_not_null()
    return set(frame.filter(known)["month"])


def _axes(
    row: int, column: int, number: int, months: Sequence[dt.date], amounts: Amounts, plot: int
) -> dict[str, object]:
    """The x and y axis of one panel; months are written under the lowest panels only."""
    left = column * (1 + BETWEEN) / 2
    bottom, high = 1 - (row + 1) / len(PANELS), 1 - row / len(PANELS) - HEAD / plot
    most = max((value for value in amounts.values() if value is not None), default=0)
    lowest = row == len(PANELS) - 1
    return {
        f"xaxis{number}": month_axis(months, MOST_TICKS, DAYS_BESIDE)
        | {"domain": [left, left + (1 - BETWEEN) / 2], "anchor": f"y{number}", "showticklabels": lowest},
        f"yaxis{number}": {
            "domain": [bottom + 0.02, high],
            "anchor": f"x{number}",
            "range": [0, most * 1.05 or 1],
            "showgrid": False,
            "showticklabels": False,
            "zeroline": True,
            "zerolinewidth": 1,
        },
    }


def _trace(code: str, amounts: Amounts, months: Sequence[dt.date], number: int, mode: Mode, weigh: Weigh) -> Trace:
    values = [amounts.get(month) for month in months]
    colour = mark(_colour(code, mode), mode)
    return {
        "type": "bar",
        "x": list(months),
        "y": values,
        "name": exit_name(code),
        "xaxis": f"x{number}",
        "yaxis": f"y{number}",
        "width": DAYS_WIDE * DAY,
        "marker": {"color": colour, "cornerradius": 0},
        "customdata": [
            f"{month_words(month)}: {_amount(value, weigh)}" for month, value in zip(months, values, strict=True)
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _head(
    code: str, amounts: Amounts, number: int, axes: Mapping[str, object], mode: Mode, weigh: Weigh
) -> dict[str, object]:
    """The name of the panel and the amount of its last month, above it."""
    last = amounts[max(amounts)]
    colours = palette(mode)
    alarm = code == "missing" and bool(last)
    return {
        "xref": "paper",
        "yref": "paper",
        "x": axes[f"xaxis{number}"]["domain"][0],
        "y": axes[f"yaxis{number}"]["domain"][1],
        "yanchor": "bottom",
        "xanchor": "left",
        "text": f"{exit_name(code)} <b>{_figure(last, weigh)}</b>",
        "font": {"color": text(colours.missing, mode) if alarm else colours.ink},
    }


def _colour(code: str, mode: Mode) -> str:
    colours = palette(mode)
    exits = {"paid_off": colours.paid_off, "charged_off": colours.charged_off, "sold": colours.sold}
    return {"missing": colours.missing, "new": colours.baseline, "returned": colours.baseline, **exits}[code]


def _figure(value: float | None, weigh: Weigh) -> str:
    return money(value) if weigh == "balance" else count(value)


def _amount(value: float | None, weigh: Weigh) -> str:
    if value is None or weigh == "balance":
        return money(value)
    return ngettext("{n} loan", "{n} loans", round(value))

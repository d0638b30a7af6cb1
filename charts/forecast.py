"""The bad-debt ratio to come as a fan that continues its history, and past forecasts beside what happened.

Frames: `bad_debt`; `forecast` (month, measure, value, low, high); `forecast_hindsight` (month, measure, forecast, low, high, actual,
inside); `forecast_accuracy` (measure, months, mean_absolute_error, naive_mean_absolute_error, coverage, level). Ratios are fractions.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import polars as pl

from charts.bad_debt import COLUMN, DIGITS
from charts.colour import transparent
from charts.labels import EndLabel, annotations, room_for
from charts.lines import BOTTOM, LEFT, TOP, Line, line_label, line_trace, over_months, series
from charts.marks import Marks, marked
from charts.months import full_calendar, month_axis
from charts.scale import scale_of
from charts.theme import HEIGHT, Mode, Palette, Trace, Weigh, figure, mark, palette, text
from charts.words import Words, span
from wording import _, count, ngettext, percent, points
from wording import month as month_words

MEASURE = "bad_debt_ratio"
BAND = 0.18  # opacity
RING = 8


def fan(
    debt: pl.DataFrame,
    expected: pl.DataFrame,
    *,
    mode: Mode,
    weigh: Weigh,
    height: int = HEIGHT,
    marks: Marks = (),
) -> go.Figure | None:
    """The history, what is expected dashed, and the interval around it as a band. None without a forecast or a history."""
    rows, known = to_come(expected), _known(series(debt, COLUMN[weigh]))
    if rows.is_empty() or not known:
        return None
    colours = palette(mode)
    last = max(known)
    ahead = {last: known[last], **dict(rows.select("month", "value").iter_rows())}
    band = rows.drop_nulls(["low", "high"])
    edges = [*band["low"], *band["high"]]
    months = full_calendar([*known, *ahead])
    scale = scale_of([*known.values(), *ahead.values(), *edges], from_zero=False)
    history = Line(_("So far"), known, colours.final, thick=True)
    future = Line(_("Expected"), ahead, colours.primary, thick=True)
    labels = _fan_labels(rows, future, colours, mode)
    traces = [
        *([_band(band, {last: known[last]}, colours.primary, mode)] if band.height else []),
        line_trace(history, months, mode, DIGITS),
        _dashed(line_trace(future, months, mode, DIGITS)),
    ]
    return over_months(traces, months, scale, labels, mode, name="fan", height=height, marks=marks)


def fan_words(debt: pl.DataFrame, expected: pl.DataFrame, *, weigh: Weigh, level: float) -> Words:
    """What is expected at the end of the months to come, and between what it should lie."""
    rows, known = to_come(expected), _known(series(debt, COLUMN[weigh]))
    if rows.is_empty() or not known:
        text = _("A forecast needs a month of movement and its balances")
        return Words(text, text)
    end = rows.row(-1, named=True)
    said = {
        "value": percent(end["value"], DIGITS),
        "month": month_words(end["month"]),
        "low": percent(end["low"], DIGITS),
        "high": percent(end["high"], DIGITS),
        "level": percent(level, 0),
    }
    title = (
        _("{value} expected in {month}", **said)
        if end["low"] is None
        else _("{value} expected in {month}, {low} to {high}", **said)
    )
    alt = _(
        "Line, {span}: the bad-debt ratio, {now} in {last}, continued as it would be if loans go on moving as lately. "
        "{title} ({level} interval).",
        span=span(known),
        now=percent(known[max(known)], DIGITS),
        last=month_words(max(known)),
        title=title,
        level=said["level"],
    )
    return Words(title, alt)


def expected_end(expected: pl.DataFrame) -> tuple[dt.date, float] | None:
    """The last month foretold and its ratio; None without a forecast."""
    rows = to_come(expected)
    return None if rows.is_empty() else rows.select("month", "value").row(-1)


def hindsight(past: pl.DataFrame, *, mode: Mode, height: int = HEIGHT, marks: Marks = ()) -> go.Figure | None:
    """What happened as a line, what had been foretold dashed with its interval; a ring on each month outside of it."""
    rows = foretold(past)
    if rows.is_empty():
        return None
    colours = palette(mode)
    actual = Line(_("Happened"), dict(rows.select("month", "actual").iter_rows()), colours.final, thick=True)
    told = Line(_("Foretold"), dict(rows.select("month", "forecast").iter_rows()), colours.primary)
    months = full_calendar(rows["month"])
    band = rows.drop_nulls(["low", "high"])
    values = [*rows["actual"].drop_nulls(), *rows["forecast"], *band["low"], *band["high"]]
    scale = scale_of(values)
    labels = [label for line in (actual, told) if (label := line_label(line, mode, DIGITS))]
    drawn = figure(
        [
            *([_band(band, {}, colours.primary, mode)] if band.height else []),
            _dashed(line_trace(told, months, mode, DIGITS)),
            line_trace(actual, months, mode, DIGITS),
            _misses(rows, colours, mode),
        ],
        mode,
        name="hindsight",
        height=height,
        margin={"l": LEFT, "r": room_for(labels), "t": TOP, "b": BOTTOM},
        xaxis=month_axis(months, most_ticks=5),
        yaxis=scale.percent_axis(),
        annotations=annotations(labels, scale, height - TOP - BOTTOM),
    )
    return marked(drawn, marks, mode)


def hindsight_words(past: pl.DataFrame, accuracy: pl.DataFrame, *, horizon: int) -> Words:
    """How many of the past intervals held, of how many that should have; and how far off the forecasts were."""
    rows, how = foretold(past), accuracy.filter(pl.col("measure") == MEASURE)
    judged = rows.drop_nulls("inside")
    if judged.is_empty():
        text = _("The book is too short to tell how good such forecasts were")
        return Words(text, text)
    of = how.row(0, named=True)
    held = judged.filter(pl.col("inside")).height
    title = ngettext(
        "Intervals held in {held} of {n} month; {level} should",
        "Intervals held in {held} of {n} months; {level} should",
        judged.height,
        held=count(held),
        level=percent(of["level"], 0),
    )
    alt = _(
        "Lines, {span}: the bad-debt ratio that happened and what had been foretold {ahead} before. {title}. {error}.",
        span=span(dict.fromkeys(rows["month"])),
        ahead=ngettext("{n} month", "{n} months", horizon),
        title=title,
        error=error_words(accuracy),
    )
    return Words(title, alt)


def error_words(accuracy: pl.DataFrame) -> str:
    """How far off on average, beside "as it is now"; empty where no month can be judged."""
    how = accuracy.filter(pl.col("measure") == MEASURE).drop_nulls("mean_absolute_error")
    if how.is_empty():
        return ""
    of = how.row(0, named=True)
    return _(
        "Off by {error} on average, “as it is now” by {naive}",
        error=points(of["mean_absolute_error"], DIGITS, signed=False),
        naive=points(of["naive_mean_absolute_error"], DIGITS, signed=False),
    )


def to_come(expected: pl.DataFrame) -> pl.DataFrame:
    """The months to come of the ratio that have a value."""
    return expected.filter((pl.col("measure") == MEASURE) & pl.col("value").is_not_null()).sort("month")


def foretold(past: pl.DataFrame) -> pl.DataFrame:
    return past.filter((pl.col("measure") == MEASURE) & pl.col("forecast").is_not_null()).sort("month")


def _known(values: Mapping[dt.date, float | None]) -> dict[dt.date, float]:
    return {when: value for when, value in values.items() if value is not None}


def _fan_labels(rows: pl.DataFrame, future: Line, colours: Palette, mode: Mode) -> list[EndLabel]:
    """The last value by its name, and the ends of the interval quietly."""
    end = rows.row(-1, named=True)
    labels = [line_label(future, mode, DIGITS)]
    if end["low"] is not None:
        quiet = text(colours.muted, mode)
        labels += [
            EndLabel(end["month"], end[edge], percent(end[edge], DIGITS), quiet, quiet) for edge in ("low", "high")
        ]
    return labels


def _band(rows: pl.DataFrame, start: Mapping[dt.date, float], colour: str, mode: Mode) -> Trace:
    months: Sequence[dt.date] = [*start, *rows["month"]]
    low, high = ([*start.values(), *rows[edge]] for edge in ("low", "high"))
    return {
        "type": "scatter",
        "name": "interval",
        "x": [*months, *reversed(months)],
        "y": [*high, *reversed(low)],
        "mode": "lines",
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": transparent(mark(colour, mode), BAND),
        "hoverinfo": "skip",
    }


def _dashed(trace: Trace) -> Trace:
    return trace | {"line": trace["line"] | {"dash": "dash"}}


def _misses(rows: pl.DataFrame, colours: Palette, mode: Mode) -> Trace:
    outside = rows.filter(~pl.col("inside"))
    return {
        "type": "scatter",
        "name": "outside",
        "x": outside["month"].to_list(),
        "y": outside["actual"].to_list(),
        "mode": "markers",
        "marker": {
            "color": colours.ground,
            "size": RING,
            "opacity": 1,
            "line": {"width": 2, "color": mark(colours.final, mode)},
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }

"""Breaches of the rules of conduct: by rule in a month, and over months.

Frames `conduct` (by rule), `rules` and `breach_rates` (by month).
"""

import datetime as dt
from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from charts.bars import Bar, bar_table
from charts.lines import BOTTOM, LEFT, TOP
from charts.months import DAY, full_calendar, month_axis
from charts.rules import rule_name, strength_colour, strength_name
from charts.scale import scale_of
from charts.theme import HEIGHT, Mode, Trace, figure, mark, palette
from charts.words import Words, span
from wording import UNKNOWN, _, count, decimal, ngettext
from wording import month as month_words

WIDE_DAYS = 20  # of a month's bar


def breaches_by_rule(
    frame: pl.DataFrame,
    rules: pl.DataFrame,
    before: pl.DataFrame | None = None,
    *,
    mode: Mode,
    height: int = HEIGHT,
) -> go.Figure | None:
    """A bar a rule that can be counted, with its strength, its breaches and their rate; a tick is another month.

    frame: `conduct` of one month. rules: what the rules say, for the pointer. None without a counted rule.
    """
    rows = frame.rows(named=True)
    if not rows:
        return None
    colours = palette(mode)
    texts = dict(rules.select("rule", "text").iter_rows())
    earlier = dict(before.select("rule", "breaches").iter_rows()) if before is not None else {}
    bars = [
        Bar(
            rule_name(row["counts"], row["rule"]),
            row["breaches"],
            strength_colour(row["strength"], colours),
            (
                (strength_name(row["strength"]), colours.muted),
                (count(row["breaches"]), colours.ink),
                (_per_thousand(row["rate"]), colours.ink),
            ),
            _told(row, texts.get(row["rule"], "")),
            earlier.get(row["rule"]) or None,
        )
        for row in rows
    ]
    key = f"<b>|</b> {month_words(before['month'][0])}" if any(earlier.values()) else ""
    heads = (_("strength"), _("breaches"), _("per 1,000"))
    return bar_table(bars, mode, name="breaches_by_rule", height=height, heads=heads, key=key)


def breaches_by_rule_words(frame: pl.DataFrame, rules: pl.DataFrame, *, month: dt.date) -> Words:
    """Whether the rules were kept: hard ones first. Says so where none of them can be counted, or nobody was attempted."""
    rows = frame.rows(named=True)
    if not rows:
        text = (
            _("No rule of these can be seen in the attempts")
            if not rules["counted"].any()
            else _("No attempts in {month}", month=month_words(month))
        )
        return Words(text, text)
    title, worst = _kept(rows, month), max(rows, key=lambda row: row["breaches"])
    parts = _("; ").join(
        _(
            "{rule} {breaches} of {judged} attempts",
            rule=rule_name(row["counts"], row["rule"]),
            breaches=count(row["breaches"]),
            judged=count(row["judged"]),
        )
        for row in rows
    )
    beside = _(
        "{rule}: {rate} of 1,000 attempts",
        rule=rule_name(worst["counts"], worst["rule"]),
        rate=_per_thousand(worst["rate"]),
    )
    if not worst["breaches"]:
        beside = ngettext("{n} rule was counted, and kept", "{n} rules were counted, and kept", len(rows))
    return Words(title, _("Bars, breaches by rule. {title}: {parts}.", title=title, parts=parts), beside)


def breaches_by_month(frame: pl.DataFrame, *, mode: Mode, height: int = HEIGHT) -> go.Figure | None:
    """Breaches of each month: hard rules at the bottom, the others above. frame: `breach_rates` by month. None where nothing is counted."""
    rows = frame.filter(pl.col("breaches").is_not_null()).rows(named=True)
    if not rows:
        return None
    colours = palette(mode)
    months = full_calendar(row["month"] for row in rows)
    scale = scale_of([max(row["breaches"] for row in rows), 1], from_zero=True)
    hard, other = (strength_colour(code, colours) for code in ("hard", "soft"))
    return figure(
        [
            _bars(rows, _("Hard rules"), [row["hard_breaches"] for row in rows], hard, mode),
            _bars(rows, _("Other rules"), [row["breaches"] - row["hard_breaches"] for row in rows], other, mode),
        ],
        mode,
        name="breaches_by_month",
        height=height,
        barmode="stack",
        margin={"l": LEFT, "r": 12, "t": TOP + 16, "b": BOTTOM},
        xaxis=month_axis(months, days_beside=WIDE_DAYS),
        yaxis=scale.number_axis(),
        annotations=[_key([(_("Hard rules"), hard), (_("Other rules"), other)])],
    )


def breaches_by_month_words(frame: pl.DataFrame) -> Words:
    """The breaches of the last month beside the worst one."""
    rows = frame.filter(pl.col("breaches").is_not_null()).rows(named=True)
    if not rows:
        text = (
            _("No attempts in these months") if frame.is_empty() else _("No rule of these can be seen in the attempts")
        )
        return Words(text, text)
    last, worst = rows[-1], max(rows, key=lambda row: row["breaches"])
    series = dict(frame.select("month", "breaches").iter_rows())
    if not worst["breaches"]:
        title = _("No breaches, {span}", span=span(series))
    elif not last["breaches"]:
        broken = [row["month"] for row in rows if row["breaches"]]
        title = _("No breaches since {month}", month=month_words(max(broken)))
    elif last["breaches"] == worst["breaches"]:
        title = _(
            "{breaches} in {month}: no month before had more",
            breaches=ngettext("{n} breach", "{n} breaches", last["breaches"]),
            month=month_words(last["month"]),
        )
    else:
        title = _(
            "{breaches} in {month}, at most {most} in {other}",
            breaches=ngettext("{n} breach", "{n} breaches", last["breaches"]),
            month=month_words(last["month"]),
            most=count(worst["breaches"]),
            other=month_words(worst["month"]),
        )
    return Words(title, _("Bars, breaches by month, {span}. {title}.", span=span(series), title=title))


def _kept(rows: Sequence[dict[str, object]], month: dt.date) -> str:
    hard = [row for row in rows if row["strength"] == "hard" and row["breaches"]]
    others = [row for row in rows if row["strength"] != "hard" and row["breaches"]]
    if not hard and not others:
        return _("No attempt of {month} broke a rule that can be counted", month=month_words(month))
    broken = hard or others
    worst = max(broken, key=lambda row: row["breaches"])
    many = sum(row["breaches"] for row in broken)
    named = rule_name(worst["counts"], worst["rule"])
    if hard:
        return ngettext(
            "{n} breach of hard rules in {month}, most of “{rule}”",
            "{n} breaches of hard rules in {month}, most of “{rule}”",
            many,
            month=month_words(month),
            rule=named,
        )
    return ngettext(
        "No hard rule was broken in {month}; {n} breach of softer ones, most of “{rule}”",
        "No hard rule was broken in {month}; {n} breaches of softer ones, most of “{rule}”",
        many,
        month=month_words(month),
        rule=named,
    )


def _told(row: dict[str, object], text: str) -> str:
    number = row["number"]
    lines = [
        f"<b>{rule_name(row['counts'], row['rule'])}</b> ({row['rule']}, {strength_name(row['strength'])})",
        *_wrapped(_(text) if text else ""),
        *([_("Allowed: {number}", number=_(number))] if number else []),
        ngettext("{n} breach", "{n} breaches", row["breaches"])
        + ", "
        + ngettext("{n} debtor", "{n} debtors", row["debtors"]),
        ngettext("{n} attempt judged", "{n} attempts judged", row["judged"]),
        *_wrapped(_("Source, grade {grade}: {source}", grade=row["grade"], source=row["source"])),
    ]
    return "<br>".join(lines)


def _wrapped(text: str, width: int = 60) -> list[str]:
    """The text in lines that a pointer's box holds; one without spaces, as Chinese is, is cut anywhere."""
    lines, line = [], ""
    for word in text.split(" "):
        if line and len(line) + len(word) >= width:
            lines, line = [*lines, line], ""
        line = f"{line} {word}".strip()
        while len(line) > width:
            lines, line = [*lines, line[:width]], line[width:]
    return [*lines, line]


def _per_thousand(rate: float | None) -> str:
    return UNKNOWN if rate is None else decimal(1000 * rate, 1)


def _bars(rows: Sequence[dict[str, object]], name: str, values: Sequence[int], colour: str, mode: Mode) -> Trace:
    wide = WIDE_DAYS * DAY
    return {
        "type": "bar",
        "name": name,
        "x": [row["month"] for row in rows],
        "y": list(values),
        "width": wide,
        "marker": {"color": mark(colour, mode), "cornerradius": 0},
        "customdata": [
            _(
                "{breaches}; all: {rate} per 1,000 attempts",
                breaches=count(value),
                rate=decimal(row["per_thousand"], 1),
            )
            for row, value in zip(rows, values, strict=True)
        ],
        "hovertemplate": "%{customdata}",
    }


def _key(names: Sequence[tuple[str, str]]) -> dict[str, object]:
    shown = "    ".join(f"<span style='color:{colour}'><b>■</b></span> {name}" for name, colour in names)
    return {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 1, "yanchor": "bottom", "text": shown}

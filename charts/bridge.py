"""The bad-debt bridge: what led from the ratio of one month-end to that of another, as a waterfall that closes.

Frames: `bad_debt_bridge` (month, component, amount, effect), of every month between the two; `bad_debt` for both ends.
Effects of several months add up, since each month's sum to its change.
"""

import datetime as dt
from collections.abc import Mapping

import plotly.graph_objects as go
import polars as pl

from charts.labels import width_pixels
from charts.lines import LEFT, series
from charts.months import months_between
from charts.scale import scale_of
from charts.theme import HEIGHT, Mode, Palette, Trace, figure, mark, palette
from charts.words import Words, change, moved
from wording import _, decimal, percent, points
from wording import month as month_words

DIGITS = 2
GROUPS = {
    "collections": ("newly_bad", "cured", "cash"),
    "accounting": ("charged_off", "sold", "re_aged"),
    "growth": ("growth",),
    "other": ("entered", "missing", "interest_and_other", "reclassified"),
}
"""Whose doing a component is: of those who collect, of the books, of new business, or of neither."""
SHOWN = ("newly_bad", "cured", "cash", "charged_off", "sold", "re_aged", "growth")
BAR, TOP, BOTTOM = 0.62, 22, 44
NARROW = 40  # pixels of a name that needs no second line
ROOM = 0.16  # of the steps' height, above and below them, for the figures
STAND = 0.3  # the same, of what is seen of the ratios themselves

Effects = Mapping[str, float]


def bridge_effects(frame: pl.DataFrame, month: dt.date, against: dt.date | None) -> dict[str, float]:
    """Component → what it added to the ratio since `against`; empty where a month between is not known."""
    if against is None:
        return {}
    between = frame.filter((pl.col("month") > against) & (pl.col("month") <= month))
    if between["month"].n_unique() != months_between(against, month) or between["effect"].null_count():
        return {}
    return dict(between.group_by("component", maintain_order=True).agg(pl.col("effect").sum()).iter_rows())


def group_effects(effects: Effects) -> dict[str, float]:
    """collections, accounting, growth, other → what each added to the ratio."""
    return {group: sum(effects.get(name, 0.0) for name in names) for group, names in GROUPS.items()}


def bridge(
    frame: pl.DataFrame,
    debt: pl.DataFrame,
    *,
    mode: Mode,
    month: dt.date,
    against: dt.date | None,
    height: int = HEIGHT,
) -> go.Figure | None:
    """A bar for each end and one a component from where the last one ended; small ones are the rest together.

    How loans fared is green or red, what the books did and growth are grey. None where a month between is not known.
    """
    effects = bridge_effects(frame, month, against)
    if not effects:
        return None
    colours, ratios = palette(mode), series(debt, "bad_debt_ratio")
    steps = _steps(effects)
    levels = [ratios[against]]
    for effect in steps.values():
        levels.append(levels[-1] + effect)
    low, high = min(levels), max(levels)
    tall = max(high - low, 10**-DIGITS / 100)
    scale = scale_of([max(low - STAND * tall, 0.0), high + ROOM * tall])
    names = [month_words(against), *map(component_name, steps), month_words(month)]
    return figure(
        [_ends(levels, ratios[month], colours, mode), _bars(steps, levels, colours, mode)],
        mode,
        name="bridge",
        height=height,
        margin={"l": LEFT, "r": 8, "t": TOP, "b": BOTTOM},
        hovermode="closest",
        xaxis={
            "range": [-0.6, len(names) - 0.4],
            "tickvals": list(range(len(names))),
            "ticktext": [_wrapped(name) for name in names],
            "tickfont": {"size": 12},
        },
        yaxis=scale.percent_axis() | {"range": [max(low - STAND * tall, 0.0), high + ROOM * tall]},
        shapes=[_link(place, level, colours.muted) for place, level in enumerate(levels)],
    )


def bridge_words(frame: pl.DataFrame, debt: pl.DataFrame, *, month: dt.date, against: dt.date | None) -> Words:
    """What added most and what took most away; the alternative text tells every component."""
    effects = bridge_effects(frame, month, against)
    if not effects:
        text = _("No balances of every month between the two that are compared")
        return Words(text, text)
    steps, ratios = _steps(effects), series(debt, "bad_debt_ratio")
    alt = _(
        "Waterfall from the bad-debt ratio of {against}, {before}, to that of {month}, {now}: {parts}.",
        against=month_words(against),
        before=percent(ratios[against], DIGITS),
        month=month_words(month),
        now=percent(ratios[month], DIGITS),
        parts=_(", ").join(f"{component_name(name)} {points(effect, DIGITS)}" for name, effect in steps.items()),
    )
    return Words(_title(steps), alt)


def _title(steps: Effects) -> str:
    if not steps:
        return _("Nothing moved the ratio")
    most, least = max(steps, key=steps.__getitem__), min(steps, key=steps.__getitem__)
    said = {"up": component_name(most), "more": points(steps[most], DIGITS)}
    if most == least:
        return _("{up} {more}", **said)
    return _(
        "{up} {more}, {down} {less}", **said, down=_inside(component_name(least)), less=points(steps[least], DIGITS)
    )


def bad_debt_answer(
    debt: pl.DataFrame,
    bridged: pl.DataFrame,
    expected: tuple[dt.date, float] | None,
    *,
    column: str,
    month: dt.date,
    against: dt.date | None,
) -> str:
    """Is the ratio better by collections, accounting or growth, and what will it be: one sentence.

    column: of `debt`. bridged: empty where the ratio is not the one that the bridge explains. expected: month and ratio.
    """
    ratios = series(debt, column)
    now, before = ratios.get(month), ratios.get(against)
    effects = bridge_effects(bridged, month, against) if before is not None else {}
    direction = moved(now, before, DIGITS)
    said = _whose_doing(effects, direction, percent(now, DIGITS)) if effects else ""
    said = said or change(_("Bad debt"), now, before, DIGITS)
    if expected is None:
        return said
    when, value = expected
    return _(
        "{finding}; expect {value} by {month}", finding=said, value=percent(value, DIGITS), month=month_words(when)
    )


def _whose_doing(effects: Effects, direction: int, now: str) -> str:
    """Charge-offs, not collections, cut bad debt to 3.03 %; empty where nothing moved, one thing against another."""
    groups = group_effects(effects)
    way = direction or -1
    lead = max(groups, key=lambda group: groups[group] * way)
    values = {"driver": _driver(lead, effects, way), "value": now}
    if not direction:
        offset = groups["collections"] >= 10**-DIGITS / 100 and lead != "collections"
        return _("{driver} held bad debt at {value}", **values) if offset else ""
    if direction > 0:
        return _("{driver} raised bad debt to {value}", **values)
    if groups["collections"] > 0:
        return _("{driver}, not collections, cut bad debt to {value}", **values)
    return _("{driver} cut bad debt to {value}", **values)


def _driver(group: str, effects: Effects, direction: int) -> str:
    """The group as what it was in this case: charge-offs rather than accounting."""
    if group == "collections":
        return _("New bad loans") if direction > 0 else _("Collections")
    if group == "accounting":
        lead = max(GROUPS[group], key=lambda name: effects.get(name, 0.0) * direction)
        return {"charged_off": _("Charge-offs"), "sold": _("Sales"), "re_aged": _("Re-ages")}[lead]
    return _("Growth") if group == "growth" else _("Other changes")


def component_name(code: str) -> str:
    return {
        "newly_bad": _("Newly bad"),
        "cured": _("Cured"),
        "cash": _("Cash"),
        "charged_off": _("Charged off"),
        "sold": _("Sold"),
        "re_aged": _("Re-aged"),
        "growth": _("Growth"),
    }.get(code, _("All other"))


def _steps(effects: Effects) -> dict[str, float]:
    """What is drawn: the components that can be seen, and all others as one where they are anything."""
    steps = {name: effects[name] for name in SHOWN if abs(effects.get(name, 0.0)) * 100 >= 10**-DIGITS / 2}
    rest = sum(effect for name, effect in effects.items() if name not in steps)
    return steps | ({"other": rest} if rest else {})


def _ends(levels: list[float], closing: float, colours: Palette, mode: Mode) -> Trace:
    return {
        "type": "bar",
        "name": "ratio",
        "x": [0, len(levels)],
        "y": [levels[0], closing],
        "width": BAR,
        "marker": {"color": mark(colours.totals, mode)},
        "text": [percent(value, DIGITS) for value in (levels[0], closing)],
        "textposition": "outside",
        "constraintext": "none",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def _bars(steps: Effects, levels: list[float], colours: Palette, mode: Mode) -> Trace:
    return {
        "type": "bar",
        "name": "effect",
        "x": list(range(1, len(steps) + 1)),
        "y": list(steps.values()),
        "base": levels[:-1],
        "width": BAR,
        "marker": {"color": [mark(_colour(name, effect, colours), mode) for name, effect in steps.items()]},
        "text": [decimal(effect * 100, DIGITS, signed=True) for effect in steps.values()],
        "textposition": "outside",
        "constraintext": "none",
        "cliponaxis": False,
        "customdata": [f"<b>{component_name(name)}</b><br>{points(effect, 3)}" for name, effect in steps.items()],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _colour(name: str, effect: float, colours: Palette) -> str:
    if name in GROUPS["collections"]:
        return colours.final if effect > 0 else colours.self_cure
    return colours.charged_off if name in GROUPS["accounting"] else colours.quiet


def _link(place: int, level: float, colour: str) -> dict[str, object]:
    """From the end of a bar to the beginning of the next."""
    line = {"width": 1, "color": colour, "dash": "dot"}
    return {"type": "line", "x0": place + BAR / 2, "x1": place + 1 - BAR / 2, "y0": level, "y1": level, "line": line}


def _wrapped(name: str) -> str:
    if width_pixels(name) <= NARROW or (name.isascii() and " " not in name):
        return name  # a word is not broken
    if " " in name:
        return name.replace(" ", "<br>", 1)
    half = (
        name.find("年") + 1 or (len(name) + 1) // 2
    )  # a year and its month, or two halves: no space says where to break
    return f"{name[:half]}<br>{name[half:]}"


def _inside(name: str) -> str:
    """The name within a sentence."""
    return name[:1].lower() + name[1:]

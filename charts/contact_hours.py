"""When borrowers are contacted: hour of the day by day of the week, with the hours that the rule does not permit.

Frames `conduct_hours` (by hour) and `rules`.
"""

import datetime as dt

import plotly.graph_objects as go
import polars as pl

from charts.colour import transparent
from charts.theme import HEIGHT, Mode, Palette, Trace, figure, palette
from charts.words import Words
from wording import _, count, ngettext, percent

DAYS, HOURS = 7, 24
HEAD, FOOT, LEFT = 24, 26, 48
TICK_HOURS = 3
LABEL_HOURS = 4  # the least width that holds a label
GREY = 0.10  # opacity over the hours that are not permitted


def contact_hours(frame: pl.DataFrame, rules: pl.DataFrame, *, mode: Mode, height: int = HEIGHT) -> go.Figure | None:
    """A row a day, a column an hour, shaded by attempts; those outside the permitted hours in the colour of what is worse.

    None where no attempt has an hour.
    """
    known = frame.filter(pl.col("hour").is_not_null())
    if known.is_empty():
        return None
    colours, most = palette(mode), known["attempts"].max()
    inside = known.filter(pl.col("outside").fill_null(0) == 0)
    outside = known.filter(pl.col("outside").fill_null(0) > 0)
    worse = ((0, transparent(colours.final, 0.45)), (1, colours.final))
    return figure(
        [
            _heat(inside, "attempts", "inside", colours.matrix, most),
            _heat(outside, "attempts", "outside", worse, outside["attempts"].max() or 1),
        ],
        mode,
        name="contact_hours",
        height=height,
        margin={"l": LEFT, "r": 8, "t": HEAD, "b": FOOT},
        hovermode="closest",
        xaxis={
            "range": [0, HOURS],
            "tickvals": list(range(0, HOURS + 1, TICK_HOURS)),
            "ticktext": [_clock(hour) for hour in range(0, HOURS + 1, TICK_HOURS)],
        },
        yaxis={
            "range": [DAYS, 0],
            "tickvals": [day + 0.5 for day in range(DAYS)],
            "ticktext": [day_name(day + 1) for day in range(DAYS)],
            "showgrid": False,
            "ticklabelstandoff": 4,
            "tickfont": {"color": colours.ink},
        },
        **_not_permitted(rules, colours),
    )


def contact_hours_words(frame: pl.DataFrame, rules: pl.DataFrame) -> Words:
    """How many attempts were outside the permitted hours, and when most of them were made."""
    known = frame.filter(pl.col("hour").is_not_null())
    if known.is_empty():
        text = _("The attempts say the day, and not the hour")
        return Words(text, text)
    by_hour = known.group_by("hour").agg(pl.sum("attempts"), pl.sum("outside")).sort("hour")
    busiest = by_hour.row(by_hour["attempts"].arg_max(), named=True)
    attempts, outside, permitted = by_hour["attempts"].sum(), by_hour["outside"].sum(), _permitted(rules)
    share = percent(busiest["attempts"] / attempts)
    if permitted is None:
        title = _(
            "{share} of attempts begin at {hour}; these rules have no hours", share=share, hour=_clock(busiest["hour"])
        )
    elif outside:
        worst = by_hour.row(by_hour["outside"].arg_max(), named=True)
        title = ngettext(
            "{n} attempt outside {hours}, most at {hour}",
            "{n} attempts outside {hours}, most at {hour}",
            outside,
            hours=_span(permitted),
            hour=_clock(worst["hour"]),
        )
    else:
        title = _(
            "All within {hours}; {share} begin at {hour}",
            hours=_span(permitted),
            share=share,
            hour=_clock(busiest["hour"]),
        )
    parts = _(", ").join(f"{_clock(row['hour'])} {count(row['attempts'])}" for row in by_hour.iter_rows(named=True))
    return Words(title, _("Heat map of hours and days. {title}. Attempts: {parts}.", title=title, parts=parts))


def day_name(weekday: int) -> str:
    """1 is Monday."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[weekday - 1]


def weekday_of_row(row: int) -> int:
    """The day of the week of a row of the heat map, 1 for Monday."""
    return row + 1


def hour_code(weekday: int, hour: int) -> str:
    """One hour of the week as an address has it: 6-22 is Saturday, 22 to 23 o'clock."""
    return f"{weekday}-{hour}"


def hour_names(frame: pl.DataFrame) -> dict[str, str]:
    """The hours of the week in which there were attempts, by their codes, as people read them."""
    known = frame.filter(pl.col("hour").is_not_null()).unique(["weekday", "hour"]).sort("weekday", "hour")
    return {
        hour_code(weekday, hour): f"{day_name(weekday)} {_clock(hour)}"
        for weekday, hour in known.select("weekday", "hour").iter_rows()
    }


def _heat(rows: pl.DataFrame, column: str, name: str, scale: object, most: int) -> Trace:
    cells = {(row["weekday"], row["hour"]): row for row in rows.iter_rows(named=True)}
    grid = [[cells.get((day + 1, hour)) for hour in range(HOURS)] for day in range(DAYS)]
    return {
        "type": "heatmap",
        "name": name,
        "x": list(range(HOURS + 1)),
        "y": list(range(DAYS + 1)),
        "z": [[None if row is None else row[column] for row in line] for line in grid],
        "zmin": 0,
        "zmax": most,
        "colorscale": [list(stop) for stop in scale],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        "text": [["" if row is None else _told(row) for row in line] for line in grid],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _told(row: dict[str, object]) -> str:
    lines = [
        f"<b>{day_name(row['weekday'])} {_clock(row['hour'])}–{_clock(row['hour'] + 1)}</b>",
        ngettext("{n} attempt", "{n} attempts", row["attempts"]),
    ]
    if row["outside"]:
        lines.append(ngettext("{n} outside the permitted hours", "{n} outside the permitted hours", row["outside"]))
    return "<br>".join(lines)


def _permitted(rules: pl.DataFrame) -> tuple[dt.time, dt.time] | None:
    of_hours = rules.filter(pl.col("counts") == "hours")
    return of_hours.select("opens", "closes").row(0) if of_hours.height else None


def _not_permitted(rules: pl.DataFrame, colours: Palette) -> dict[str, object]:
    """The hours before the first permitted and after the last, greyed and bounded by lines."""
    permitted = _permitted(rules)
    if permitted is None:
        return {}
    opens, closes = (clock.hour + clock.minute / 60 for clock in permitted)
    across = {"yref": "paper", "y0": 0, "y1": 1}
    grey = {"type": "rect", "fillcolor": transparent(colours.muted, GREY), "line": {"width": 0}, "layer": "below"}
    line = {"type": "line", "line": {"width": 1.5, "dash": "dot", "color": colours.muted}}
    spans = [span for span in ((0, opens), (closes, HOURS)) if span[0] < span[1]]
    return {
        "shapes": [
            *({**grey, **across, "x0": start, "x1": end} for start, end in spans),
            *({**line, **across, "x0": edge, "x1": edge} for edge in (opens, closes)),
        ],
        "annotations": [
            {
                "x": (start + end) / 2,
                "yref": "paper",
                "y": 1,
                "yanchor": "bottom",
                "text": _("not permitted"),
                "font": {"color": colours.muted, "size": 11},
            }
            for start, end in spans
            if end - start >= LABEL_HOURS
        ],
    }


def _span(permitted: tuple[dt.time, dt.time]) -> str:
    return f"{permitted[0]:%H:%M}–{permitted[1]:%H:%M}"


def _clock(hour: int) -> str:
    return f"{hour:02}:00"

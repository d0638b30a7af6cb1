"""Where cases stand, day by day: this policy beside today, one small panel a place; and how busy the teams are.

Frames: queues (scenario, place, day, loans); work (scenario, team, day, utilisation, put_off).
"""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from charts.theme import HEIGHT, Mode, Trace, figure, mark, palette
from charts.what_if_names import POLICY, TODAY, place_name, scenario_colours, scenario_name
from charts.words import Words
from wording import _, count, percent

TOP, BOTTOM, LEFT, RIGHT, GAP, HEAD = 24, 24, 44, 8, 0.07, 18
IN_A_ROW = 4


def queues(frame: pl.DataFrame, *, mode: Mode, height: int = HEIGHT) -> go.Figure | None:
    """A panel a place, each with its own axis from zero; a line a scenario. None where nobody stands anywhere."""
    busy = frame.filter(pl.col("loans") > 0)["place"].unique(maintain_order=True).to_list()
    order = [place for place in frame["place"].unique(maintain_order=True) if place in busy]
    series = {place: frame.filter(pl.col("place") == place) for place in order}
    panels = [(place_name(place), rows, "loans", count) for place, rows in series.items()]
    return _panels(panels, mode, "queues", height)


def work(frame: pl.DataFrame, *, mode: Mode, height: int = HEIGHT) -> go.Figure | None:
    """A panel a team: the part of its minutes that it works. None where nobody works."""
    teams = frame["team"].unique(maintain_order=True).to_list()
    panels = [(_team_name(team), frame.filter(pl.col("team") == team), "utilisation", percent) for team in teams]
    return _panels(panels, mode, "work", height)


def _team_name(team: str) -> str:
    return _("AI lines") if team == "ai" else _("Team {team}", team=place_name(team))


def _panels(panels: Sequence[tuple], mode: Mode, name: str, height: int) -> go.Figure | None:
    if not panels:
        return None
    columns = min(len(panels), IN_A_ROW)
    rows = -(-len(panels) // columns)
    scenarios = list(dict.fromkeys(code for _t, frame, *_r in panels for code in frame["scenario"]))
    colours = scenario_colours(scenarios, mode)
    traces: list[Trace] = []
    layout: dict[str, object] = {}
    notes = []
    for at, (title, frame, column, worded) in enumerate(panels):
        row, place = divmod(at, columns)
        wide = (1 - GAP * (columns - 1)) / columns
        tall = (1 - 0.16 * (rows - 1)) / rows
        x = (place * (wide + GAP), place * (wide + GAP) + wide)
        y = (1 - row * (tall + 0.16) - tall, 1 - row * (tall + 0.16))
        mine = "" if at == 0 else str(at + 1)
        top = max((value for value in frame[column] if value is not None), default=0.0) or 1.0
        last = int(frame["day"].max())
        layout[f"xaxis{mine}"] = {"domain": x, "anchor": f"y{mine}", "range": [0, last], "tickvals": [0, last], "ticktext": ["0", count(last)]}  # fmt: skip
        layout[f"yaxis{mine}"] = {"domain": y, "anchor": f"x{mine}", "range": [0, top * 1.08], "tickvals": [0, top], "ticktext": ["0", worded(top, 0) if worded is percent else worded(top)]}  # fmt: skip
        notes.append({"text": title, "xref": "paper", "yref": "paper", "x": x[0], "y": y[1], "yshift": HEAD - 4, "xanchor": "left", "yanchor": "middle", "font": {"color": palette(mode).muted}})  # fmt: skip
        for code in reversed(scenarios):
            rows_of = frame.filter(pl.col("scenario") == code)
            traces.append(_line(rows_of, column, code, colours[code], mine, worded, mode))
    return figure(traces, mode, name=name, height=height, margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM}, annotations=notes, **layout)  # fmt: skip


def _line(rows: pl.DataFrame, column: str, code: str, colour: str, mine: str, worded, mode: Mode) -> Trace:
    return {
        "type": "scatter",
        "name": f"{code} {column}",
        "x": rows["day"].to_list(),
        "y": rows[column].to_list(),
        "xaxis": f"x{mine}",
        "yaxis": f"y{mine}",
        "mode": "lines",
        "line": {"color": mark(colour, mode), "width": 2.2 if code == POLICY else 1.6},
        "customdata": [f"{scenario_name(code)} {worded(value)}" for value in rows[column]],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def key_of_lines(codes: Sequence[str], mode: Mode) -> str:
    """What the lines' colours mean, for a caption: a mark and a name each."""
    colours = scenario_colours(codes, mode)
    return " ".join(f"<span style='color:{mark(colours[code], mode)}'>■</span> {scenario_name(code)}" for code in codes)


def queues_words(frame: pl.DataFrame) -> Words:
    """Where the last day's queue differs most from today's; the alternative text tells each place."""
    last = frame.filter(pl.col("day") == frame["day"].max())
    ends = {
        (scenario, place): loans for scenario, place, loans in last.select("scenario", "place", "loans").iter_rows()
    }
    places = list(dict.fromkeys(place for _scenario, place in ends))
    told = _("; ").join(
        place_name(place) + " " + _(", ").join(f"{scenario_name(code)} {count(loans)}" for (code, of), loans in ends.items() if of == place)
        for place in places
    )  # fmt: skip
    alt = _("Lines of the cases in each place by day. At the end: {told}.", told=told)
    if not any(code == POLICY for code, _place in ends):
        return Words(_("Where cases stand, day by day"), alt)
    gaps = {place: ends.get((POLICY, place), 0.0) - ends.get((TODAY, place), 0.0) for place in places}
    place = max(gaps, key=lambda name: abs(gaps[name]))
    if abs(gaps[place]) < 1:
        return Words(_("Queues stand as today"), alt)
    title = _("{place}: {n} more cases than today in the end", place=place_name(place), n=count(abs(gaps[place])))
    if gaps[place] < 0:
        title = _("{place}: {n} fewer cases than today in the end", place=place_name(place), n=count(abs(gaps[place])))
    return Words(title, alt)


def work_words(frame: pl.DataFrame) -> Words:
    """Which team is busiest under the policy, and how much it puts off."""
    mine = frame.filter(pl.col("scenario") == (POLICY if POLICY in frame["scenario"] else frame["scenario"].first()))
    if mine.is_empty():
        text = _("Nobody makes calls")
        return Words(text, text)
    by_team = mine.group_by("team", maintain_order=True).agg(pl.col("utilisation").mean(), pl.col("put_off").mean())
    told = _("; ").join(
        _("{team} {share} busy, {n} calls put off a day", team=_team_name(team), share=percent(share, 0), n=count(off))
        for team, share, off in by_team.iter_rows()
    )
    busiest = max(by_team.iter_rows(), key=lambda row: row[1] or 0.0)
    title = _("{team}: busy {share} of its minutes", team=_team_name(busiest[0]), share=percent(busiest[1], 0))
    if busiest[2] >= 1:
        title = _("{team}: busy {share} of its minutes, {n} calls a day put off", team=_team_name(busiest[0]), share=percent(busiest[1], 0), n=count(busiest[2]))  # fmt: skip
    return Words(title, _("Lines of the part of their minutes that teams work, by day. {told}.", told=told))

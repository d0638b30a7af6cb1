"""The replay: on each day where cases stand and how many have left, of this policy and of today, as an animation with a slider.

Frame: scenario, day, place, loans, gone.
"""

import plotly.graph_objects as go
import polars as pl

from charts.theme import Mode, Trace, figure, mark, palette
from charts.what_if_names import POLICY, TODAY, place_name, scenario_colours, scenario_name
from charts.words import Words
from wording import _, count

STEP_MS, BAR, ROW, TOP, FOOT, LEFT, RIGHT = 60, 0.38, 38, 12, 92, 130, 60


def replay(frame: pl.DataFrame, *, mode: Mode) -> go.Figure | None:
    """Bars by place, a frame a day; the buttons play and stop it. None where no case stands anywhere."""
    if frame.is_empty() or not frame["loans"].max():
        return None
    colours = palette(mode)
    places = [
        place
        for place in frame["place"].unique(maintain_order=True)
        if frame.filter(pl.col("place") == place)["loans"].max() > 0
    ]
    scenarios = frame["scenario"].unique(maintain_order=True).to_list()
    fills = scenario_colours(scenarios, mode)
    days = frame["day"].unique(maintain_order=True).to_list()
    held = {key: dict(zip(rows["place"], rows["loans"], strict=True)) for key, rows in frame.partition_by("scenario", "day", as_dict=True).items()}  # fmt: skip

    def bars(day: int) -> list[Trace]:
        return [
            {
                "type": "bar",
                "name": scenario_name(code),
                "orientation": "h",
                "y": list(range(len(places))),
                "x": [round(held[code, day].get(place, 0.0), 1) for place in places],
                "text": [count(held[code, day].get(place, 0.0)) for place in places],
                "textposition": "outside",
                "cliponaxis": False,
                "width": BAR,
                "offset": (at - len(scenarios) / 2) * BAR,
                "marker": {"color": mark(fills[code], mode)},
                "hoverinfo": "skip",
            }
            for at, code in enumerate(scenarios)
        ]

    drawn = figure(
        bars(days[0]),
        mode,
        name="replay",
        height=TOP + FOOT + ROW * len(places),
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": FOOT},
        hovermode=False,
        showlegend=False,
        xaxis={"range": [0, frame["loans"].max() * 1.05], "showticklabels": False},
        yaxis={"range": [len(places) - 0.5, -0.5], "tickvals": list(range(len(places))), "ticktext": [place_name(place) for place in places], "tickfont": {"color": colours.ink}, "showgrid": False},
        updatemenus=[_buttons(colours)],
        sliders=[_slider(days, colours)],
    )  # fmt: skip
    drawn.frames = [go.Frame(name=str(day), data=bars(day)) for day in days]
    return drawn


def _buttons(colours) -> dict[str, object]:
    still = {"frame": {"duration": 0, "redraw": True}, "mode": "immediate", "transition": {"duration": 0}}
    play = {"frame": {"duration": STEP_MS, "redraw": True}, "fromcurrent": True, "transition": {"duration": 0}}
    return {
        "type": "buttons", "direction": "left", "showactive": False, "x": 0, "xanchor": "left", "y": 0, "yanchor": "top",
        "pad": {"t": 34, "r": 8}, "bgcolor": colours.ground, "bordercolor": colours.card_border, "font": {"color": colours.ink},
        "buttons": [
            {"label": "▶ " + _("Play"), "method": "animate", "args": [None, play]},
            {"label": "❚❚ " + _("Stop"), "method": "animate", "args": [[None], still]},
        ],
    }  # fmt: skip


def _slider(days: list[int], colours) -> dict[str, object]:
    now = {"frame": {"duration": 0, "redraw": True}, "mode": "immediate", "transition": {"duration": 0}}
    return {
        "x": 0.24, "len": 0.76, "y": 0, "yanchor": "top", "pad": {"t": 26}, "ticklen": 0, "minorticklen": 0, "tickcolor": colours.muted,
        "font": {"color": "rgba(0,0,0,0)"}, "currentvalue": {"prefix": _("Day") + " ", "xanchor": "left", "font": {"color": colours.ink}},
        "bgcolor": colours.grid, "bordercolor": colours.card_border, "activebgcolor": colours.primary,
        "steps": [{"label": str(day), "method": "animate", "args": [[str(day)], now]} for day in days],
    }  # fmt: skip


def replay_words(frame: pl.DataFrame) -> Words:
    """How many cases have left by the last day, under each."""
    last = frame.filter((pl.col("day") == frame["day"].max()) & pl.col("gone"))
    cured = dict(last.filter(pl.col("place") == "cured").select("scenario", "loans").iter_rows())
    told = _("; ").join(
        f"{scenario_name(scenario)}: {place_name(place)} {count(loans)}"
        for scenario, place, loans in last.select("scenario", "place", "loans").iter_rows()
    )
    alt = _("Bars of the cases in each place, played day by day. On the last day: {told}.", told=told)
    if POLICY in cured and TODAY in cured:
        return Words(
            _(
                "Day by day: {one} cured in the end, {other} as today",
                one=count(cured[POLICY]),
                other=count(cured[TODAY]),
            ),
            alt,
        )
    return Words(_("Day by day: where cases stand"), alt)

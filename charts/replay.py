"""The replay: on each day where cases stand and how many have left, of this policy and of today, as an animation with a slider.

Frame: scenario, day, place, loans, gone.
"""

import plotly.graph_objects as go
import polars as pl

from charts.theme import Mode, Trace, figure, mark, palette
from charts.what_if_names import POLICY, TODAY, place_name, scenario_colours, scenario_name
from charts.words import Words
from wording import _, count

STEP_MS, BAR, ROW, TOP, FOOT, LEFT, RIGHT, BETWEEN = 60, 0.38, 38, 12, 92, 130, 60, 22


def replay(frame: pl.DataFrame, *, mode: Mode) -> go.Figure | None:
    """Bars by place, a frame a day; the buttons play and stop it. None where no case stands anywhere."""
    if frame.is_empty() or not frame["loans"].max():
        return None
    scenarios = frame["scenario"].unique(maintain_order=True).to_list()
    fills = scenario_colours(scenarios, mode)
    days = frame["day"].unique(maintain_order=True).to_list()
    held = {key: dict(zip(rows["place"], rows["loans"], strict=True)) for key, rows in frame.partition_by("scenario", "day", as_dict=True).items()}  # fmt: skip
    panels = [_places(frame.filter(pl.col("gone") == gone)) for gone in (False, True)]

    def bars(day: int) -> list[Trace]:
        return [
            _bars(places, held[code, day], axis, at - len(scenarios) / 2, scenario_name(code), mark(fills[code], mode))
            for axis, places in zip(("", "2"), panels, strict=True)
            for at, code in enumerate(scenarios)
        ]

    plot = ROW * sum(map(len, panels)) + BETWEEN
    drawn = figure(
        bars(days[0]),
        mode,
        name="replay",
        height=TOP + FOOT + plot,
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": FOOT},
        hovermode=False,
        updatemenus=[_buttons(palette(mode))],
        sliders=[_slider(days, palette(mode))],
        **_axes(frame, panels, plot, mode),
    )
    drawn.frames = [{"name": str(day), "data": bars(day)} for day in days]
    return drawn


def _places(frame: pl.DataFrame) -> list[str]:
    """Those where a case ever stands, in the frame's order."""
    most = frame.group_by("place", maintain_order=True).agg(pl.col("loans").max())
    return [place for place, loans in most.iter_rows() if loans > 0]


def _bars(places: list[str], loans: dict[str, float], axis: str, shift: float, name: str, colour: str) -> Trace:
    return {
        "type": "bar",
        "name": name,
        "orientation": "h",
        "xaxis": f"x{axis}",
        "yaxis": f"y{axis}",
        "y": list(range(len(places))),
        "x": [round(loans.get(place, 0.0), 1) for place in places],
        "text": [count(loans.get(place, 0.0)) for place in places],
        "textposition": "outside",
        "cliponaxis": False,
        "width": BAR,
        "offset": shift * BAR,
        "marker": {"color": colour},
        "hoverinfo": "skip",
    }


def _axes(frame: pl.DataFrame, panels: list[list[str]], plot: int, mode: Mode) -> dict[str, object]:
    """Where cases stand above, how they left below: each with a scale of its own, that stays while it plays."""
    axes: dict[str, object] = {}
    top = 1.0
    for axis, places in zip(("", "2"), panels, strict=True):
        bottom = top - ROW * len(places) / plot
        most = frame.filter(pl.col("place").is_in(places))["loans"].max() or 1.0
        axes[f"xaxis{axis}"] = {"range": [0, most * 1.05], "showticklabels": False, "anchor": f"y{axis}"}
        axes[f"yaxis{axis}"] = {
            "domain": [max(bottom, 0.0), top], "anchor": f"x{axis}", "range": [len(places) - 0.5, -0.5], "tickvals": list(range(len(places))),
            "ticktext": [place_name(place) for place in places], "tickfont": {"color": palette(mode).ink}, "showgrid": False,
        }  # fmt: skip
        top = bottom - BETWEEN / plot
    return axes


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

"""Notes to months are marked on every axis of months, and nowhere else."""

from datetime import date

import plotly.graph_objects as go

from charts.months import month_axis
from charts.notes import mark_notes
from tests.snapshots import month_ends

MONTHS = month_ends(date(2026, 1, 1), 6)
NOTES = [(date(2026, 3, 1), "New <b>dialler"), (date(2026, 3, 1), "Strike"), (date(2026, 9, 1), "Later")]


def of_months(**layout) -> go.Figure:
    return go.Figure([{"type": "scatter", "x": MONTHS, "y": [1] * 6}], {"xaxis": month_axis(MONTHS), **layout})


def test_notes_of_a_month_are_one_mark_that_tells_them_as_they_were_written():
    figure = of_months()
    assert mark_notes(figure, NOTES, "light") == "Mar 2026: New <b>dialler, Strike"
    (mark,) = figure.layout.annotations
    assert (mark.x, mark.hovertext) == (date(2026, 3, 31), "New &lt;b&gt;dialler<br>Strike")
    assert [(shape.x0, shape.yref) for shape in figure.layout.shapes] == [(date(2026, 3, 31), "y domain")]


def test_every_axis_of_months_of_small_multiples_is_marked():
    figure = of_months(xaxis2=month_axis(MONTHS[:2]), xaxis3=month_axis(MONTHS))
    for axis in ("2", "3"):
        figure.add_trace({"type": "scatter", "x": MONTHS, "y": [1] * 6, "xaxis": f"x{axis}", "yaxis": f"y{axis}"})
    mark_notes(figure, NOTES[:1], "dark")
    assert [shape.xref for shape in figure.layout.shapes] == ["x", "x3"], "the second axis ends in February"


def test_a_chart_without_months_stays_as_it_is():
    for trace in ({"type": "bar", "x": [1], "y": [2]}, {"type": "heatmap", "z": [[1]]}):
        figure = go.Figure([trace])
        assert mark_notes(figure, NOTES, "light") == ""
        assert not figure.layout.shapes

"""The chart of a search: every policy that can be told apart is drawn once, in its kind, and the one looked at is ringed."""

import polars as pl
import pytest

import charts
from charts.policies_tried import KINDS

AXES = {"across": ("Cost", "money"), "up": ("Net", "money")}
ROWS = [
    (0, 0.0, 0.0, "today"),
    (1, -1000.0, 500.0, "front"),
    (2, 2000.0, 900.0, "better"),
    (3, 500.0, -100.0, "within"),
    (4, 1500.0, 100.0, "beyond"),
    (5, 1e9, -1e9, "beyond"),
]


def frame(rows=ROWS):
    return pl.DataFrame(rows, schema=["number", "x", "y", "kind"], orient="row")


def drawn(figure):
    return {
        trace.name: dict(zip(trace.customdata, zip(trace.x, trace.y, strict=True), strict=True))
        for trace in figure.data
        if trace.name
    }


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_each_policy_is_drawn_in_its_kind_and_one_far_beyond_a_limit_does_not_squeeze_the_others(mode):
    figure = charts.policies_tried(frame(), **AXES, chosen=None, mode=mode)
    assert drawn(figure) == {
        "Today": {0: (0, 0)},
        "On the front": {1: (-1000, 500)},
        "Better than today": {2: (2000, 900)},
        "Within the limits": {3: (500, -100)},
        "Beyond a limit": {4: (1500, 100)},
    }
    assert figure.layout.xaxis.range[1] < 10_000
    assert [trace.name for trace in figure.data][-1] == "Today"  # on top


def test_the_policy_that_is_looked_at_is_ringed_and_no_other():
    ringed = charts.policies_tried(frame(), **AXES, chosen=2, mode="light").data[-1]
    assert (list(ringed.x), list(ringed.y), ringed.marker.symbol) == ([2000], [900], "circle-open")
    assert len(charts.policies_tried(frame(), **AXES, chosen=77, mode="light").data) == len(KINDS)


def test_where_only_today_keeps_the_limits_the_others_still_show():
    figure = charts.policies_tried(frame([ROWS[0], ROWS[4]]), **AXES, chosen=None, mode="light")
    assert set(drawn(figure)) == {"Today", "Beyond a limit"}


def test_a_few_complaints_more_or_less_are_told_apart_on_the_axis():
    rows = [(0, 0.0, 0.0, "today"), (1, -0.6, 10.0, "front")]
    figure = charts.policies_tried(
        frame(rows), across=("Complaints", "count"), up=("Net", "money"), chosen=None, mode="light"
    )
    assert len(set(figure.layout.xaxis.ticktext)) == len(figure.layout.xaxis.ticktext)


def test_nothing_tried_draws_nothing_and_says_so():
    empty = frame([]).cast({"number": pl.Int64, "x": pl.Float64, "y": pl.Float64, "kind": pl.String})
    assert charts.policies_tried(empty, **AXES, chosen=None, mode="light") is None
    assert charts.policies_tried_words(empty, across="Cost", up="Net").title == "No policy has been tried yet"
    said = charts.policies_tried_words(frame(), across="Cost", up="Net").title
    assert said == "6 policies were tried, 2 stand on the front beside today's"

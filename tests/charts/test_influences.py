"""The chart of all assumptions at once: the numbers it is given, the strongest on top, and what it says of the worlds."""

import charts

ROWS = [
    {"code": "a", "title": "Paying unasked", "reach": 900.0, "uncertain": 100.0, "with_others": 300.0},
    {"code": "b", "title": "Wages", "reach": 200.0, "uncertain": 0.0, "with_others": 0.0},
]


def test_each_assumption_has_its_reach_its_interval_and_its_interaction():
    figure = charts.influences(ROWS, mode="light")
    others, reach = figure.data
    assert (list(reach.x), list(reach.error_x.array), list(others.x)) == ([900, 200], [100, 0], [300, 0])
    assert list(figure.layout.yaxis.ticktext) == ["Paying unasked", "Wages"]
    low, high = figure.layout.yaxis.range
    assert low > high  # the first stands on top
    assert figure.layout.xaxis.range[1] >= 1000


def test_the_words_count_the_worlds_in_which_the_policy_nets_more():
    words = charts.influences_words(ROWS, [5.0, -1.0, 3.0])
    assert words.title == "Nets more in 2 of 3 worlds; most depends on Paying unasked, Wages"
    assert charts.influences_words([], [5.0, -1.0]).title == "Nets more in 1 of 2 worlds"


def test_nothing_known_draws_nothing_and_says_so():
    assert charts.influences([], mode="dark") is None
    assert charts.influences_words([], []).title == "No world has been tried yet"

"""Months, scales and labels: what a chart stands on."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.labels import apart, width_pixels
from charts.months import full_calendar, month_axis, month_before, months_between, runs
from charts.scale import scale_of
from tests.charts.frames import months


def test_the_calendar_holds_every_month_between():
    assert full_calendar([dt.date(2024, 3, 31), dt.date(2023, 12, 31)]) == [
        dt.date(2023, 12, 31),
        dt.date(2024, 1, 31),
        dt.date(2024, 2, 29),
        dt.date(2024, 3, 31),
    ]
    assert full_calendar([]) == []


def test_months_are_counted_by_the_calendar_and_not_by_days():
    assert months_between(dt.date(2024, 1, 31), dt.date(2024, 2, 29)) == 1
    assert months_between(dt.date(2022, 12, 31), dt.date(2024, 1, 31)) == 13
    assert month_before(dt.date(2024, 3, 31)) == dt.date(2024, 2, 29)
    assert month_before(dt.date(2024, 1, 31)) == dt.date(2023, 12, 31)


def test_a_gap_parts_the_months_into_runs():
    whole = months(6)
    assert runs([*whole[:2], *whole[3:]]) == [whole[:2], whole[3:]]
    assert runs([]) == []


@pytest.mark.parametrize(
    ("count", "labels"),
    [
        (1, ["Jun<br>2024"]),
        (3, ["Apr<br>2024", "May", "Jun"]),
        (12, ["Jul<br>2023", "Sep", "Nov", "Jan<br>2024", "Mar", "May"]),
        (30, ["Jan<br>2022", "Jul", "Jan<br>2023", "Jul", "Jan<br>2024"]),
        (61, ["Jan<br>2020", "Jan<br>2021", "Jan<br>2022", "Jan<br>2023", "Jan<br>2024"]),
    ],
)
def test_an_axis_of_months_shows_months_and_names_each_year_once(count, labels):
    axis = month_axis(months(count))
    assert axis["ticktext"] == labels
    assert set(axis["tickvals"]) <= set(months(count))


def test_a_scale_starts_at_zero_unless_that_would_flatten_the_line():
    assert scale_of([0.012, 0.031]).low == 0
    assert scale_of([0.41, 0.44]).low == pytest.approx(0.41)
    assert scale_of([0.41, 0.44], from_zero=True).low == 0


def test_ticks_are_labelled_with_the_digits_they_need():
    labels = scale_of([0.0208, 0.0278]).percent_axis()["ticktext"]
    assert labels == [f"{number}\u202f%" for number in ("2.0", "2.2", "2.4", "2.6", "2.8")]
    assert scale_of([0.0, 0.97]).percent_axis()["ticktext"][1] == "20\u202f%"


@given(st.lists(st.floats(0, 3), min_size=1, max_size=20), st.booleans())
def test_every_value_has_its_place_on_the_scale_and_ticks_are_few(values, from_zero):
    scale = scale_of(values, from_zero)
    assert scale.low <= min(values) + 1e-9
    assert max(values) <= scale.high + 1e-9
    assert 2 <= len(scale.ticks) <= 8
    assert len(set(scale.percent_axis()["ticktext"])) == len(scale.ticks)
    assert scale.pixels(scale.high, 200) == 0
    assert scale.pixels(scale.low, 200) == pytest.approx(200)


@given(st.lists(st.floats(-50, 350), max_size=18), st.sampled_from([200.0, 300.0]))
def test_labels_keep_apart_in_order_and_inside(wanted, height):
    placed = apart(wanted, 16, 0, height)
    gap = min(16, height / max(len(wanted) - 1, 1))
    assert all(-1e-6 <= place <= height + 1e-6 for place in placed)
    ordered = [place for _wanted, _index, place in sorted(zip(wanted, range(len(wanted)), placed, strict=True))]
    assert all(below - above >= gap - 1e-6 for above, below in pairwise(ordered))


def test_labels_that_do_not_meet_stay_where_they_are():
    assert apart([120.0, 10.0, 60.0], 16, 0, 200) == [120, 10, 60]


def test_two_labels_at_one_place_move_by_half_a_line_each():
    assert apart([100.0, 100.0], 16, 0, 200) == [92, 108]


def test_chinese_letters_take_more_room():
    assert width_pixels("净流量") > width_pixels("net")

"""Figures as native charts: no value is lost or rounded, texts and colours keep their meaning, and nothing becomes a picture."""

import datetime as dt

import plotly.graph_objects as go
import pytest

import charts
import wording
from charts.marks import Mark
from reports.figure_parts import format_of, money_format, plain, runs_of
from reports.native import NativeTable
from reports.native_chart import native
from tests.charts.frames import bad_debt, months
from tests.reports.decks import JUNE, MAY, RATIOS, figures


def only(key: str):
    (chart,) = native(figures()[key])
    return chart


def test_every_kind_of_figure_is_charts_or_a_table():
    kinds = {key: "table" if isinstance(drawn := native(figure), NativeTable) else {each.kind for each in drawn} for key, figure in figures().items()}  # fmt: skip
    assert kinds == {
        "line": {"lines"}, "fan": {"lines"}, "areas": {"areas"}, "bars": {"bars"}, "floating": {"columns"}, "cells": "table",
        "flow": "table", "panels": {"lines"}, "dots": {"dots"}, "curves": {"lines"},
    }  # fmt: skip


def test_a_line_has_every_value_of_its_frame_and_the_format_of_its_axis():
    chart = only("line")
    assert dict(zip(chart.categories, chart.series[0].values, strict=True)) == RATIOS
    assert chart.values.number_format == "0.0%"
    assert chart.series[0].end.text == plain("4.10 %").replace(" ", "\u202f")


def test_a_month_without_a_value_is_a_gap_not_nought():
    ratios = dict.fromkeys(months(5), 0.03) | {months(5)[2]: None}
    (chart,) = native(charts.bad_debt_ratio(bad_debt(ratios), mode="light", weigh="balance"))
    assert chart.series[0].values == (0.03, 0.03, None, 0.03, 0.03)


def test_a_band_is_its_two_edges_dashed():
    chart = only("fan")
    upper, lower = (one for one in chart.series if one.dash == "dash" and one.width < 1)
    assert (upper.values[-1], lower.values[-1]) == (0.049, 0.04)
    assert upper.name != lower.name
    assert {one.name for one in chart.series} >= {"So far", "Expected"}


def test_areas_stack_in_their_order_and_colours():
    chart = only("areas")
    assert chart.stacked
    assert [one.name for one in chart.series] == ["M1", "M2"]
    assert [one.colour for one in chart.series] == [trace.fillcolor for trace in figures()["areas"].data]
    assert chart.series[0].values == (0.04,) * 6


def test_bars_have_their_names_figures_and_heads():
    chart = only("bars")
    assert len(chart.categories) == len(chart.columns) == 2
    assert chart.heads[:2] == ("cost", "of cash")
    assert sorted(value for value in chart.series[0].values) == [pytest.approx(0.1), pytest.approx(0.5)]
    assert chart.values.number_format == "0.0%"
    assert not chart.values.shown


def test_a_floating_bar_stands_on_what_is_not_seen_and_ends_where_it_should():
    chart = only("floating")
    base, up = chart.series[:2]
    assert base.unseen
    tops = [low + high for low, high in zip(base.values, up.values, strict=True)]
    assert tops == pytest.approx([0.03, 0.034, 0.034, 0.033, 0.031])
    assert chart.series[-1].texts == ("3.00\u202f%", "+0.40", "−0.10", "−0.20", "3.10\u202f%")
    assert chart.categories[1:4] == ("Newly bad", "Cured", "Charged off")


def test_a_bar_that_reaches_over_nought_is_in_two_parts():
    figure = charts.theme.figure(
        [{"type": "bar", "x": [0, 1], "y": [3.0, -5.0], "base": [0.0, 3.0], "text": ["+3", "−5"], "marker": {"color": "#000000"}}],
        "light", name="", height=300, xaxis={"tickvals": [0, 1], "ticktext": ["one", "two"]},
    )  # fmt: skip
    (chart,) = native(figure)
    assert [one.values for one in chart.series[:3]] == [(0.0, 0.0), (3.0, 3.0), (None, -2.0)]


def test_cells_keep_their_letters_and_fills():
    table = native(figures()["cells"])
    assert table.heads[:3] == ("", "M0", "M1")
    names = [row[0].text for row in table.rows]
    first = dict(zip(table.heads, table.rows[names.index("M0")], strict=True))
    assert (first["M0"].text, first["M1"].text) == ("90.0", "10.0")
    assert first["M0"].fill != first["M1"].fill
    assert first["M0"].ink.startswith("#")


def test_a_flow_is_a_table_of_from_and_to():
    table = native(figures()["flow"])
    cells = {(row[0].text.split()[0], head.split()[0]): cell.text for row in table.rows for head, cell in zip(table.heads, row, strict=True)}  # fmt: skip
    assert cells["M0", "M1"] == "100"
    assert cells["M1", "M2"] == "20"


def test_rows_of_lines_become_charts_of_their_own_with_axes():
    panels = native(figures()["panels"])
    assert ["".join(run.text for run in panel.title)[:2] for panel in panels] == ["M0", "M1", "M2"]
    assert all(panel.values.shown for panel in panels)
    assert panels[0].series[-1].values[-1] == pytest.approx(0.15)


def test_dots_have_their_intervals_and_the_line_of_no_difference():
    chart = only("dots")
    dots = chart.series[-1]
    assert chart.none == 1.0
    assert dots.across == (1.3, 1.0, 0.6)
    ends = [(at - below, at + above) for at, (below, above) in zip(dots.across, dots.reach, strict=True)]
    assert [pytest.approx(end) for end in ends] == [(1.2, 1.8), (0.8, 1.2), (0.3, 0.7)]
    assert [row[-1].text for row in chart.columns] == ["more", "as others", "less"]


def test_a_crowd_of_curves_is_a_series_each_with_its_name():
    chart = only("curves")
    assert chart.categories == (0, 1, 2, 3)
    assert {"Jan 2024", "Feb 2024"} <= {one.name for one in chart.series}
    assert chart.foot == "months on book"


def test_what_happened_in_a_month_is_marked_at_its_end():
    marks = [Mark(dt.date(2024, 5, 12), "New policy")]
    (chart,) = native(charts.bad_debt_ratio(bad_debt(RATIOS), mode="light", weigh="balance", marks=marks))
    assert [(chart.categories[mark.at], mark.text) for mark in chart.marks] == [(MAY, "New policy")]
    assert chart.categories[-1] == JUNE


def test_a_figure_of_nothing_is_nothing():
    assert native(go.Figure()) is None


def test_marks_of_a_text_are_read_and_letters_that_look_like_marks_stay():
    runs = runs_of("<span style='color:#112233'><b>■</b></span> M1 &lt; 3 <br>two")
    assert [(run.text, run.colour, run.bold) for run in runs if run.text.strip()] == [
        ("■", "#112233", True),
        (" M1 < 3 ", "", False),
        ("two", "", False),
    ]
    assert plain("2026年<br>9月") == "2026年9月"
    assert plain("Newly<br>bad") == "Newly bad"


@pytest.mark.parametrize(
    ("texts", "most", "code"),
    [
        (["0.0\u202f%", "12.5\u202f%"], 1, "0.0%"),
        (["+1.8\u202fpp"], 1, "0.0%"),
        (["1,200", "3"], 1200, "#,##0"),
        (["¥\u202f1.2\u202fM"], 1.2e6, '"¥"#,##0.0,,"M"'),
        (["1.20×"], 2, '#,##0.00"×"'),
        ([], 5, "#,##0"),
    ],
)
def test_numbers_are_formatted_as_the_texts_read(texts, most, code):
    assert format_of(texts, most) == code


def test_money_in_chinese_is_in_ten_thousands():
    wording.set_language("zh")
    try:
        assert format_of([wording.money(1_200_000)], 1.2e6) == '"¥"0\\.0,"万"'
        assert money_format("¥", 3e8, chinese=True) == '"¥"0\\.00,,"亿"'
    finally:
        wording.set_language("en")

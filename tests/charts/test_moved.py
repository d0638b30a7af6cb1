"""What is usual of a measure, what moved and why, and what became of those newly overdue."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import charts
from tests.charts.frames import BUCKETS, months, plain, trend

MAY, JUNE = months(2)


# What is usual


def test_usual_is_what_four_in_five_changes_did_not_exceed():
    values = dict(zip(months(12), [0, 1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 1000], strict=True))
    assert charts.usual_change(values, JUNE, 1) == pytest.approx(8.2)  # of 1 to 10, and not of June itself
    assert charts.usual_change(values, JUNE, 2) == pytest.approx(15.8)  # of 3, 5 … 19
    assert charts.change_over(values, JUNE, 1) == 945


def test_few_changes_say_nothing_of_what_is_usual_and_then_every_change_is_news():
    values = dict(zip(months(7), range(7), strict=True))
    assert charts.usual_change(values, JUNE, 1) is None  # five before June
    assert charts.usual_change(dict(zip(months(8), range(8), strict=True)), JUNE, 1) == 1
    assert charts.is_news(0.1, None)
    assert charts.is_news(-0.2, 0.1)
    assert not charts.is_news(-0.1, 0.1)
    assert not charts.is_news(None, 0.1)


def test_changes_of_more_than_two_years_ago_and_across_a_gap_do_not_count():
    whole = dict(zip(months(40), [100.0 * (place % 2) for place in range(15)] + [5.0] * 25, strict=True))
    assert charts.usual_change(whole, JUNE, 1) == 0
    gap = {month: value for month, value in zip(months(8), range(8), strict=True) if month != months(8)[3]}
    assert charts.usual_change(gap, JUNE, 1) is None


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(0, 1), min_size=8, max_size=30), st.floats(0.1, 100))
def test_what_is_usual_is_in_the_unit_of_the_measure(values, factor):
    series = dict(zip(months(len(values)), values, strict=True))
    scaled = {month: value * factor for month, value in series.items()}
    assert charts.usual_change(scaled, JUNE, 1) == pytest.approx(charts.usual_change(series, JUNE, 1) * factor)


def test_nothing_is_compared_with_itself():
    values = dict(zip(months(12), range(12), strict=True))
    assert charts.change_over(values, JUNE, 0) is None
    assert charts.usual_change(values, JUNE, 0) is None


# What moved


def rolled(extra: float, usual: float | None, loans: int = 100) -> pl.DataFrame:
    row = {"dimension": "region", "value": "East", "extra": extra, "usual": usual, "loans": loans}
    return pl.DataFrame([row], schema_overrides={"usual": pl.Float64})


def mixed(effects: dict[dt.date, float]) -> pl.DataFrame:
    rows = [
        {"month": month, "dimension": "product", "value": "Car", "rate_effect": effect}
        for month, effect in effects.items()
    ]
    schema = {"month": pl.Date, "dimension": pl.String, "value": pl.String, "rate_effect": pl.Float64}
    return pl.DataFrame(rows, schema=schema)


def test_money_gone_bad_is_the_book_times_what_the_ratio_of_the_slice_added():
    found = charts.contributions(rolled(50.0, None), mixed({JUNE: 0.001}), 1e6, month=JUNE, against=MAY)
    assert found["kind"].to_list() == ["went_bad", "rolled_on"]
    assert found["extra"].to_list() == pytest.approx([1000.0, 50.0])
    words = charts.moved_words(found, weigh="balance", against=MAY)
    assert plain(words.title) == "Product · Car: ¥ 1 K more is bad"
    assert "Region · East +¥ 50" in plain(words.alt)


def test_news_comes_before_what_is_larger_and_usual():
    quiet = {month: 0.01 * (-1) ** place for place, month in enumerate(months(12))}
    found = charts.contributions(rolled(50.0, 20.0), mixed(quiet), 1e6, month=JUNE, against=MAY)
    assert found.select("kind", "news").rows() == [("rolled_on", True), ("went_bad", False)]
    assert abs(found["extra"][1]) > found["extra"][0]
    title = charts.moved_words(found, weigh="balance", against=MAY).title
    assert plain(title) == "Region · East: ¥ 50 more rolled on"


@pytest.mark.parametrize(
    ("extra", "weigh", "said"),
    [
        (50.0, "balance", "¥ 50 more rolled on"),
        (-50.0, "balance", "¥ 50 less rolled on"),
        (1.2, "loans", "1 more loan rolled on"),
        (-3.4, "loans", "3 loans fewer rolled on"),
    ],
)
def test_a_contribution_is_told_in_its_unit(extra, weigh, said):
    (row,) = charts.contributions(rolled(extra, None), mixed({}), None, month=JUNE, against=MAY).to_dicts()
    assert plain(charts.contribution_words(row, weigh)) == said


def test_where_nothing_is_news_that_is_said():
    found = charts.contributions(rolled(5.0, 20.0), mixed({}), None, month=JUNE, against=MAY)
    assert charts.moved_words(found, weigh="balance", against=MAY).title == "Nothing moved more than it usually does"
    nothing = charts.contributions(rolled(5.0, 20.0).clear(), mixed({}), None, month=JUNE, against=None)
    assert charts.moved_words(nothing, weigh="balance", against=None).title == "No two months to compare"


def test_a_year_with_a_month_missing_says_nothing_of_what_went_bad():
    year = months(12)
    whole = dict.fromkeys(year, 0.001)
    since = dt.date(2023, 6, 30)
    found = charts.contributions(rolled(0.0, None).clear(), mixed(whole), 1000.0, month=JUNE, against=since)
    assert found["extra"].to_list() == pytest.approx([12.0])
    del whole[year[4]]
    assert charts.contributions(rolled(0.0, None).clear(), mixed(whole), 1000.0, month=JUNE, against=since).is_empty()


# Those newly overdue


def opening(loans: int) -> pl.DataFrame:
    return trend({"M1": {JUNE: 0.5}}, loans=loans).with_columns(
        forward_share_loans=pl.lit(0.25),
        cure_share_loans=pl.lit(0.5),
        stay_share_loans=pl.lit(0.15),
        exit_share_loans=pl.lit(0.1),
    )


def test_what_became_of_the_newly_overdue_sums_to_them():
    figure = charts.cure_funnel(opening(40), mode="light", month=JUNE, buckets=BUCKETS)
    assert list(figure.data[0].x) == pytest.approx([40, 20, 6, 10, 4])
    words = charts.cure_funnel_words(opening(40), month=JUNE, buckets=BUCKETS)
    assert plain(words.title) == "Of 40 loans in M1, 50.0 % were cured within a month"


@pytest.mark.parametrize("frame", [opening(0), opening(4).clear()])
def test_without_newly_overdue_loans_there_is_no_funnel(frame):
    assert charts.cure_funnel(frame, mode="dark", month=JUNE, buckets=BUCKETS) is None
    assert charts.cure_funnel_words(frame, month=JUNE, buckets=BUCKETS).title == "No loan stood in M1 a month before"

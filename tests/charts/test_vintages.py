"""Vintages as curves, triangle and at one age: what is not known is never zero, and averages are ratios of sums."""

import polars as pl
import pytest

import charts
from charts.vintages import average_share, newest_cohort
from tests.charts.frames_of_cohorts import cohort, first_payments, vintages

LIGHT = {"mode": "light", "weigh": "loans"}
FRAME = vintages({1: [0, 4, 6, 9], 2: [0, 2, 8], 3: [0, 9], 4: [0]})


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


def triangle(frame: pl.DataFrame, **ways) -> dict[str, dict[tuple[int, int], float]]:
    """State → (row, age) → share as drawn."""
    drawn = charts.vintage_triangle(frame, **LIGHT, **ways).data
    return {
        heat.name: {
            (row, age): share for row, line in enumerate(heat.z) for age, share in enumerate(line) if share is not None
        }
        for heat in drawn
        if heat.type == "heatmap"
    }


def test_every_cohort_is_a_line_and_the_newest_and_the_average_stand_out():
    figure = charts.vintage_curves(FRAME, **LIGHT)
    crowd, average, newest = figure.data
    assert list(zip(crowd.x, crowd.y, strict=True)) == [
        *((0, 0.0), (1, 0.04), (2, 0.06), (3, 0.09), (None, None)),
        *((0, 0.0), (1, 0.09), (None, None)),
        *((0, 0.0), (None, None)),
    ]
    assert (newest.name, list(newest.y)) == ("Feb 2024", [0.0, 0.02, 0.08])
    assert average.name == "Average"
    assert newest.line.width > average.line.width > crowd.line.width


def test_the_average_is_of_all_loans_and_not_of_shares():
    small = vintages({1: [0, 50]}, loans=100)
    large = vintages({2: [0, 0]}, loans=900)
    assert average_share(pl.concat([small, large]), "loans", "ever")[1] == pytest.approx(0.05)


def test_the_average_is_of_the_cohorts_that_are_so_old():
    assert average_share(FRAME, "loans", "ever") == pytest.approx({0: 0.0, 1: 0.05, 2: 0.07, 3: 0.09})


def test_the_average_is_not_drawn_where_it_would_be_one_cohort_alone():
    average = charts.vintage_curves(FRAME, **LIGHT).data[1]
    assert dict(zip(average.x, average.y, strict=True)) == pytest.approx({0: 0.0, 1: 0.05})


def test_the_newest_cohort_is_one_that_is_old_enough_to_have_been_late():
    frame = vintages({1: [0, 0, 6, 9, 9], 2: [0, 0, 8, 8], 3: [0, 0, 5], 4: [0, 0], 5: [0]})
    assert newest_cohort(frame, "loans", "ever").cohort == cohort(2)


def test_the_newest_cohort_is_not_one_of_a_few_loans():
    few = vintages({4: [0, 3, 3, 3]}, loans=29)
    assert newest_cohort(pl.concat([FRAME, few]), "loans", "ever").cohort == cohort(2)
    many = vintages({4: [0, 3, 3, 3]}, loans=30)
    assert newest_cohort(pl.concat([FRAME, many]), "loans", "ever").cohort == cohort(4)


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (20, "Cohort Mar 2024: 20.0 % ever 30+ after 2 months, 11.3 pp above the average"),
        (0, "Cohort Mar 2024: 0.00 % ever 30+ after 2 months, 2.00 pp below the average"),
        (3, "Cohort Mar 2024: 3.00 % ever 30+ after 2 months, in line with the average"),
    ],
)
def test_the_title_holds_the_newest_cohort_against_the_average_at_its_age(late, said):
    frame = vintages({1: [0, 2, 3, 3], 2: [0, 2, 3, 3], 3: [0, late, late]})
    assert plain(charts.vintage_curves_words(frame, weigh="loans").title) == said


def test_current_and_ever_and_amounts_and_loans_are_told_apart():
    ways = {"weigh": "balance", "kind": "current"}
    assert charts.vintage_curves(FRAME, mode="light", **ways).data[-1].y[2] == pytest.approx(0.04)
    assert "30+ at the month-end" in charts.vintage_curves_words(FRAME, **ways).title
    without = vintages({1: [0, 4]}, amount=None)
    assert charts.vintage_curves(without, mode="light", weigh="balance") is None
    assert "weigh by loans" in charts.vintage_curves_words(without, weigh="balance").title


def test_ages_to_come_are_marked_and_never_zero():
    drawn = triangle(FRAME)
    assert drawn["known"] == {
        **{(0, 0): 0.0, (0, 1): 0.04, (0, 2): 0.06, (0, 3): 0.09},
        **{(1, 0): 0.0, (1, 1): 0.02, (1, 2): 0.08, (2, 0): 0.0, (2, 1): 0.09, (3, 0): 0.0},
    }
    assert set(drawn["to_come"]) == {(1, 3), (2, 2), (2, 3), (3, 1), (3, 2), (3, 3)}
    letters = charts.vintage_triangle(FRAME, **LIGHT).data[-1]
    shown = {(int(y), int(x)): text for x, y, text in zip(letters.x, letters.y, letters.text, strict=True)}
    assert set(shown) == set(drawn["known"])
    assert (shown[0, 0], shown[0, 3], shown[2, 1]) == ("0", "9.00", "9.00")


def test_a_month_that_the_book_lacks_is_a_gap_and_later_ever_shares_are_lower_bounds():
    frame = vintages({1: [0, 4, -1, 9], 2: [0, -1, 8], 3: [0, 9]}, gaps=((1, 3), (2, 2)))
    assert set(triangle(frame)["missing"]) == {(0, 2), (1, 1)}
    letters = charts.vintage_triangle(frame, **LIGHT).data[-1]
    shown = {(int(y), int(x)): text for x, y, text in zip(letters.x, letters.y, letters.text, strict=True)}
    assert (shown[0, 2], shown[1, 1], shown[0, 3], shown[1, 2], shown[0, 1]) == ("–", "–", "≥9.00", "≥8.00", "4.00")
    current = charts.vintage_triangle(frame, **LIGHT, kind="current").data[-1]
    assert not any(text.startswith("≥") for text in current.text)


def test_cells_of_few_loans_have_a_scale_of_their_own():
    few = vintages({4: [0]}, loans=29)
    assert set(triangle(pl.concat([FRAME.filter(pl.col("cohort") < cohort(4)), few]))["small"]) == {(3, 0)}


def test_a_triangle_of_many_ages_is_not_lettered_but_what_is_missing_is():
    frame = vintages({1: [*range(20), -1, *range(21, 40)], 2: list(range(39))}, gaps=((1, 21),))
    assert list(charts.vintage_triangle(frame, **LIGHT).data[-1].text) == ["–"]


def test_the_title_of_the_triangle_names_the_worst_cohort_at_an_age_that_half_have_reached():
    assert plain(charts.vintage_triangle_words(FRAME, weigh="loans").title) == (
        "After 2 months, the worst cohort is Feb 2024: 8.00 % ever 30+"
    )


def long_history(newest: int, before: int) -> pl.DataFrame:
    """Twelve cohorts, of which the last six stand at `newest` after three months, and those before at `before`."""
    return vintages({number: [0, 0, 1, newest if number > 6 else before] for number in range(1, 13)})


def test_cohorts_are_compared_at_the_same_age_newest_six_against_the_six_before():
    frame = long_history(9, 4)
    assert charts.ages_to_compare(frame, "loans", "ever") == [3]
    newest, before = charts.compared_cohorts([frame], "loans", "ever", 3)
    assert (newest[0], newest[-1], before[0], before[-1]) == (cohort(7), cohort(12), cohort(1), cohort(6))
    words = charts.cohorts_at_ages_words(frame, weigh="loans", age=3)
    assert plain(words.title) == "Ever 30+ after 3 months rose 5.00 pp to 9.00 %"
    line = charts.cohorts_at_ages(frame, **LIGHT, age=3).data[0]
    assert dict(zip(line.x, line.y, strict=True)) == {cohort(n): 0.09 if n > 6 else 0.04 for n in range(1, 13)}


def test_a_cohort_that_is_not_so_old_yet_has_its_place_and_no_value():
    frame = vintages({1: [0, 1, 2, 3], 2: [0, 1, 2, 4], 3: [0, 1, 2], 4: [0]})
    line = charts.cohorts_at_ages(frame, **LIGHT, age=3).data[0]
    assert list(line.y) == [0.03, 0.04, None, None]


def test_few_cohorts_are_compared_half_against_half_and_one_with_nothing():
    three = vintages({1: [0, 1, 2, 3], 2: [0, 1, 2, 4], 3: [0, 1, 2, 5]})
    assert charts.compared_cohorts([three], "loans", "ever", 3) == ([cohort(3)], [cohort(2)])
    one = vintages({1: [0, 1, 2, 3]})
    assert charts.compared_cohorts([one], "loans", "ever", 3) == ([cohort(1)], [])
    assert plain(charts.cohorts_at_ages_words(one, weigh="loans", age=3).title) == "Ever 30+ after 3 months is 3.00 %"


def test_slices_stand_side_by_side_at_the_age_the_worst_first():
    slices = {"Car": long_history(2, 8), "Card": long_history(9, 4)}
    table = charts.slices_table(slices, "loans", "ever", 3)
    assert table.to_dicts() == [
        {"slice": "Card", "months_on_book": 3, "newest": 0.09, "before": 0.04, "loans": 600},
        {"slice": "Car", "months_on_book": 3, "newest": 0.02, "before": 0.08, "loans": 600},
    ]
    bars, ticks = charts.slices_at_age(slices, **LIGHT, age=3).data
    assert (list(bars.x), list(ticks.x)) == ([0.09, 0.02], [0.04, 0.08])
    assert (
        plain(charts.slices_at_age_words(slices, weigh="loans", age=3).title) == "Card: ever 30+ rose 5.00 pp to 9.00 %"
    )


def test_a_share_of_several_cohorts_is_a_ratio_of_sums():
    cohorts = [vintages({1: [0, 50]}, loans=100), vintages({2: [0, 0]}, loans=900), vintages({3: [0, 30]}, loans=100)]
    later = [vintages({4: [0, 0]}, loans=100)]
    table = charts.slices_table({"": pl.concat([*cohorts, *later])}, "loans", "ever", 1)
    assert table["newest"].item() == pytest.approx(30 / 200)
    assert table["before"].item() == pytest.approx(50 / 1000)


def test_first_payment_default_is_by_payments_where_they_are_known_and_says_its_family():
    by_snapshot = first_payments({1: 0.02, 2: 0.04, 3: None})
    assert charts.first_payment_family(by_snapshot) == "snapshots"
    short, long = charts.first_payment(by_snapshot, mode="light").data
    assert dict(zip(short.x, short.y, strict=True)) == {cohort(1): 0.02, cohort(2): 0.04}
    assert dict(zip(long.x, long.y, strict=True)) == {cohort(1): 0.01, cohort(2): 0.02}
    by_payments = first_payments({1: 0.02, 2: 0.04}, {1: 0.03, 2: 0.06})
    assert charts.first_payment_family(by_payments) == "payments"
    assert list(charts.first_payment(by_payments, mode="light").data[0].y) == [0.03, 0.06]
    assert (
        plain(charts.first_payment_words(by_payments).title) == "First payment over 7 days late rose 3.00 pp to 6.00 %"
    )


def test_where_no_cohort_is_old_enough_nothing_is_drawn_and_it_is_said():
    lone = vintages({1: [0]})
    assert charts.vintage_curves(lone, **LIGHT) is None
    assert charts.vintage_curves_words(lone, weigh="loans").title == "No loan is a month old yet at this month-end"
    nobody = first_payments({1: None})
    assert charts.first_payment(nobody, mode="dark") is None
    assert "not known" in charts.first_payment_words(nobody).title

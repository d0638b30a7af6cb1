"""Titles and alternative texts on worked numbers."""

import datetime as dt

import polars as pl
import pytest

import charts
from charts.words import Words, change, finding, moved, reading, record, since, told
from tests.charts.frames import BUCKETS, bad_debt, ledger, levels, months, net_flow, roll_rates, trend

THIN = "\u202f"
JUNE, MAY = dt.date(2024, 6, 30), dt.date(2024, 5, 31)


def plain(text: str) -> str:
    return text.replace(THIN, " ")


def history(*values: float | None, without: tuple[int, ...] = ()) -> dict[dt.date, float | None]:
    """The last months up to June 2024, with these values."""
    known = months(len(values) + len(without), without=without)
    return dict(zip(known, values, strict=True))


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (0.431, 0.413, "M1→M2 rose 1.8 pp to 43.1 %"),
        (0.413, 0.425, "M1→M2 fell 1.2 pp to 41.3 %"),
        (0.4134, 0.4131, "M1→M2 held at 41.3 %"),
        (0.4135, 0.4130, "M1→M2 rose 0.1 pp to 41.4 %"),
        (0.413, None, "M1→M2 is 41.3 %"),
        (None, 0.413, "M1→M2 is not known"),
        (0.0, 0.0, "M1→M2 held at 0.0 %"),
    ],
)
def test_a_change_says_how_much_and_to_what(now, before, said):
    assert plain(change("M1→M2", now, before)) == said


def test_the_threshold_of_a_change_is_half_of_the_last_digit_shown():
    assert [moved(0.0205, 0.02), moved(0.02049, 0.02), moved(0.0195, 0.02)] == [1, 0, -1]
    assert [moved(0.0205, 0.02, digits=2), moved(0.02004, 0.02, digits=2)] == [1, 0]
    assert [moved(None, 0.02), moved(0.02, None)] == [0, 0]


def test_a_record_runs_back_to_the_last_value_that_was_as_high():
    assert record(history(0.5, 0.1, 0.2, 0.3, 0.4)) == (1, 4)
    assert record(history(0.4, 0.1, 0.2, 0.3, 0.4)) == (1, 4)
    assert record(history(0.1, 0.2, 0.3)) == (1, 3)
    assert record(history(0.3, 0.2, 0.1)) == (-1, 3)
    assert record(history(0.1, 0.3, 0.3)) == (0, 0)
    assert record(history(0.1)) == (0, 0)
    assert record(history(0.1, 0.2, None)) == (0, 0)


def test_a_record_counts_months_of_the_calendar_across_a_gap():
    assert record(history(0.5, 0.1, 0.2, without=(1, 2))) == (1, 4)


def test_the_finding_is_the_record_where_it_has_lasted_and_else_the_change():
    long = history(0.9, *(0.40 for _month in range(12)), 0.431)
    assert plain(finding("M1→M2", long)) == "M1→M2 is at its highest in 13 months: 43.1 %"
    assert plain(finding("M1→M2", history(0.40, 0.42, 0.431))) == "M1→M2 rose 1.1 pp to 43.1 %"
    low = history(*(0.50 - month / 100 for month in range(8)))
    assert plain(finding("M1→M2", low)) == "M1→M2 is at its lowest in 8 months: 43.0 %"


def test_a_comparison_is_with_the_month_before_and_never_with_an_older_one_unasked():
    assert reading(history(0.1, 0.2)).before == 0.1
    gap = history(0.1, 0.2, without=(1,))
    assert reading(gap).before is None
    assert plain(change("Ratio", reading(gap).now, reading(gap).before)) == "Ratio is 20.0 %"
    asked = reading(gap, against=min(gap))
    assert asked.before == 0.1
    assert plain(told("Ratio", gap, min(gap))) == "Ratio rose 10.0 pp to 20.0 % (Jun 2024 against Apr 2024)"


def test_a_second_line_holds_the_last_month_against_the_one_before_and_the_year_before():
    year = history(0.0250, *(0.03 for _month in range(10)), 0.0265, 0.0286)
    assert plain(since(year, 2)) == "Up 0.21 pp on May 2024, up 0.36 pp on Jun 2023"
    assert plain(since(history(0.3, 0.2), 1)) == "Down 10.0 pp on May 2024"
    assert plain(since(history(0.2, 0.2), 1)) == "As in May 2024"
    assert since(history(0.2), 1) == ""
    assert since(history(0.2, 0.3, without=(1,)), 1) == ""


def test_a_card_under_a_head_that_says_the_same_has_the_second_line():
    words = Words("Ratio is 2 %", "alt", beside="Up 1 pp")
    assert words.under("Ratio is 2 %").title == "Up 1 pp"
    assert words.under("Another").title == "Ratio is 2 %"
    assert Words("Ratio is 2 %", "alt").under("Ratio is 2 %").title == "Ratio is 2 %"


def test_what_is_not_known_in_the_month_shown_is_not_told_of_an_older_one():
    frame = trend({"M0": history(0.01, 0.02), "M1": {MAY: 0.4}})
    words = charts.roll_trend_words(frame, weigh="balance", buckets=BUCKETS, month=JUNE)
    assert words.title == "M1→M2+ is not known"
    ratio = charts.bad_debt_ratio_words(bad_debt({MAY: 0.02}), weigh="balance", month=JUNE)
    assert ratio.title == "Bad-debt ratio is not known"


def test_roll_trend_tells_its_focus_and_every_other_step():
    frame = trend({"M0": history(0.01, 0.013), "M1": history(0.413, 0.431), "M3": history(0.9, 0.9)})
    words = charts.roll_trend_words(frame, weigh="balance", buckets=BUCKETS)
    assert plain(words.title) == "M1→M2+ rose 1.8 pp to 43.1 %"
    assert "M1→M2+ rose 1.8 pp to 43.1 % (Jun 2024 against May 2024); M0→M1+ is 1.3 %." in plain(words.alt)
    assert "by opening balance" in words.alt
    assert "M3" not in words.alt
    by_loans = charts.roll_trend_words(frame, weigh="loans", buckets=BUCKETS)
    assert plain(by_loans.title) == "M1→M2+ rose 0.9 pp to 21.6 %"


def test_roll_trend_without_the_bucket_in_focus_tells_the_first_it_has():
    frame = trend({"M2": history(0.8)})
    assert plain(charts.roll_trend_words(frame, weigh="balance").title) == "M2→M3+ is 80.0 %"


def test_roll_and_net_flow_stand_side_by_side():
    words = charts.roll_beside_net_flow_words(
        trend({"M1": history(0.4, 0.431)}), net_flow(history(0.45, 0.479)), weigh="balance", buckets=BUCKETS
    )
    assert plain(words.title) == "M1 rolled 43.1 %, net flow 47.9 %"
    assert "net flow rate M1→M2" in words.alt
    assert "Net flow rose 2.9 pp to 47.9 %" in plain(words.alt)


def test_a_net_flow_without_balances_is_a_dash_and_not_zero():
    words = charts.roll_beside_net_flow_words(trend({"M1": history(0.4)}), net_flow({}), weigh="loans", buckets=BUCKETS)
    assert plain(words.title) == "M1 rolled 20.0 %, net flow –"
    assert "Net flow is not known" in words.alt


def test_the_bad_debt_ratio_is_told_to_a_hundredth():
    words = charts.bad_debt_ratio_words(bad_debt(history(0.0254, 0.0261)), weigh="balance")
    assert plain(words.title) == "Bad-debt ratio rose 0.07 pp to 2.61 %"
    assert "share of the open balance" in words.alt


def test_overdue_is_everything_but_the_first_bucket():
    frame = levels("bucket", {MAY: {"M0": 0.95, "M1": 0.03, "M2": 0.02}, JUNE: {"M0": 0.94, "M1": 0.04, "M2": 0.02}})
    words = charts.bucket_area_words(frame, weigh="balance", buckets=BUCKETS)
    assert plain(words.title) == "Overdue rose 1.0 pp to 6.0 %"
    assert plain(words.alt).endswith("M1 4.00 %, M2 2.00 %.")
    assert "M0, not overdue, is left out" in words.alt


def test_tiers_are_told_against_the_month_before():
    frame = levels(
        "tier",
        {
            MAY: {"normal": 0.94, "special_mention": 0.04, "loss": 0.02},
            JUNE: {"normal": 0.92, "special_mention": 0.045, "substandard": 0.015, "loss": 0.02},
        },
    )
    words = charts.tiers_words(frame, weigh="balance")
    assert plain(words.title) == "Below normal rose 2.0 pp to 8.0 %"
    assert "Special mention 4.50 %, Substandard 1.50 %, Doubtful 0.00 %, Loss 2.00 %" in plain(words.alt)
    assert "Unclassified" not in words.alt
    alone = charts.tiers_words(frame, weigh="balance", month=MAY)
    assert plain(alone.title) == "Below normal is 6.0 %"


def test_the_matrix_says_what_became_of_the_bucket_in_focus():
    """Section 4 of the measures' golden month: M1 by loans 1/4 forward, 2/4 cured."""
    frame = roll_rates(
        {("M1", "M0"): (1, 800), ("M1", "M1"): (1, 800), ("M1", "M2"): (1, 900), ("M1", "paid_off"): (1, 700)}
    )
    by_loans = charts.roll_matrix_words(frame, weigh="loans", buckets=BUCKETS)
    assert plain(by_loans.title) == "Of M1, 25.0 % rolled on and 50.0 % cured"
    by_balance = charts.roll_matrix_words(frame, weigh="balance", buckets=BUCKETS)
    assert plain(by_balance.title) == "Of M1, 28.1 % rolled on and 46.9 % cured"


def test_a_charge_off_rolled_on_and_a_missing_loan_did_not():
    frame = roll_rates({("M3", "charged_off"): (40, 400), ("M3", "missing"): (60, 600)})
    words = charts.roll_matrix_words(frame, weigh="balance", buckets=BUCKETS, focus="M3")
    assert plain(words.title) == "Of M3, 40.0 % rolled on, 0.0 % cured, 60.0 % went missing"
    assert "M3: 40.0 % forward, 0.0 % cured, 60.0 % missing" in plain(words.alt)


def test_a_few_missing_loans_do_not_fill_the_title():
    frame = roll_rates({("M1", "M2"): (996, 996), ("M1", "missing"): (4, 4)})
    words = charts.roll_matrix_words(frame, weigh="balance", buckets=BUCKETS)
    assert plain(words.title) == "Of M1, 99.6 % rolled on and 0.0 % cured"
    assert "0.4 % missing" in plain(words.alt)


@pytest.mark.parametrize(
    ("missing", "weigh", "said"),
    [
        (1, "loans", "1 loan went missing in Jun 2024"),
        (5, "loans", "5 loans went missing in Jun 2024"),
        (5, "balance", "¥ 500 went missing in Jun 2024"),
        (0, "loans", "40 loans paid off in Jun 2024, none missing"),
    ],
)
def test_missing_loans_come_first(missing, weigh, said):
    rows = [(JUNE, "M0", "paid_off", 40, 4000.0, None)]
    rows += [(JUNE, "M0", "missing", missing, missing * 100.0, None)] if missing else []
    assert plain(charts.exits_trend_words(ledger(rows), weigh=weigh).title) == said


EMPTY = {
    "roll_trend": (charts.roll_trend_words, (trend({}),)),
    "net_flow": (charts.roll_beside_net_flow_words, (trend({}), net_flow({}))),
    "bad_debt": (charts.bad_debt_ratio_words, (bad_debt({}),)),
    "bucket_area": (charts.bucket_area_words, (levels("bucket", {}),)),
    "tiers": (charts.tiers_words, (levels("tier", {}),)),
    "matrix": (charts.roll_matrix_words, (roll_rates({}),)),
    "exits": (charts.exits_trend_words, (ledger([]),)),
}


@pytest.mark.parametrize("name", EMPTY)
def test_words_of_an_empty_frame_say_what_is_needed(name):
    words, frames = EMPTY[name]
    assert words(*frames, weigh="loans").title == "Not enough months in the book for this chart"


def test_words_by_balance_without_balances_point_to_loans():
    frame = bad_debt(history(0.02, 0.03)).with_columns(pl.lit(None, pl.Float64).alias("bad_debt_ratio"))
    assert charts.bad_debt_ratio_words(frame, weigh="balance").title == (
        "The book has no balances: weigh by loans instead"
    )
    assert plain(charts.bad_debt_ratio_words(frame, weigh="loans").title) == "Bad-debt ratio rose 0.50 pp to 1.50 %"

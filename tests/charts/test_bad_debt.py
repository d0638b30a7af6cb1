"""The charts of the page Bad debt: a bridge that closes, mix against rate, what is to come and what had been foretold."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import charts
from charts.bridge import GROUPS, bridge_effects, group_effects
from charts.marks import Mark
from charts.mix_and_rate import mix_parts
from charts.recovery import recovered_together
from queries import questions
from tests.charts.frames import bad_debt, ledger, months, plain

APRIL, MAY, JUNE = months(3)
LAST_YEAR = dt.date(2023, 6, 30)
COMPONENTS = [name for names in GROUPS.values() for name in names]


def bridged(effects: dict[dt.date, dict[str, float | None]]) -> pl.DataFrame:
    """A `bad_debt_bridge` frame; components that are not named add nothing."""
    rows = [
        {"month": month, "component": name, "amount": None, "effect": known.get(name, 0.0)}
        for month, known in effects.items()
        for name in COMPONENTS
    ]
    return pl.DataFrame(
        rows, schema={"month": pl.Date, "component": pl.String, "amount": pl.Float64, "effect": pl.Float64}
    )


def drawn_bridge(frame: pl.DataFrame, ratios: dict[dt.date, float], month=JUNE, against=MAY):
    return charts.bridge(frame, bad_debt(ratios), mode="light", month=month, against=against)


# The bridge


def test_each_bar_begins_where_the_last_one_ended_and_the_last_ends_at_the_ratio():
    frame = bridged({JUNE: {"newly_bad": 0.004, "cured": -0.001, "charged_off": -0.002}})
    ends, bars = drawn_bridge(frame, {MAY: 0.03, JUNE: 0.031}).data
    assert list(ends.y) == [0.03, 0.031]
    assert list(bars.y) == [0.004, -0.001, -0.002]
    assert list(bars.base) == pytest.approx([0.03, 0.034, 0.033])
    assert bars.base[-1] + bars.y[-1] == pytest.approx(0.031)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(-0.01, 0.01), min_size=len(COMPONENTS), max_size=len(COMPONENTS)))
def test_the_bridge_closes_whatever_moved(effects):
    frame = bridged({JUNE: dict(zip(COMPONENTS, effects, strict=True))})
    closing = 0.05 + sum(effects)
    _ends, bars = drawn_bridge(frame, {MAY: 0.05, JUNE: closing}).data
    assert 0.05 + sum(bars.y) == pytest.approx(closing, abs=1e-12)


def test_a_year_is_the_sum_of_its_months_and_a_missing_month_breaks_it():
    year = months(12)
    frame = bridged({month: {"newly_bad": 0.001, "growth": -0.0002} for month in year})
    assert bridge_effects(frame, JUNE, LAST_YEAR)["newly_bad"] == pytest.approx(0.012)
    without = frame.filter(pl.col("month") != year[5])
    assert bridge_effects(without, JUNE, LAST_YEAR) == {}
    assert charts.bridge_words(without, bad_debt({JUNE: 0.03}), month=JUNE, against=LAST_YEAR).title.startswith("No ")
    assert bridge_effects(frame, JUNE, None) == {}


def test_a_month_without_balances_has_no_bridge():
    frame = bridged({JUNE: {"newly_bad": None}})
    assert drawn_bridge(frame, {MAY: 0.03, JUNE: 0.031}) is None


def test_what_is_too_small_to_see_is_drawn_as_the_rest():
    frame = bridged({JUNE: {"newly_bad": 0.004, "sold": -0.00001, "missing": -0.001}})
    figure = drawn_bridge(frame, {MAY: 0.03, JUNE: 0.03299})
    assert list(figure.layout.xaxis.ticktext)[1:-1] == ["Newly<br>bad", "All<br>other"]
    assert figure.data[1].y[-1] == pytest.approx(-0.00101)


def test_every_component_is_somebodys_doing():
    meaning = questions()["bad_debt_bridge"].columns["component"]
    assert all(name in meaning for name in COMPONENTS)
    effects = dict.fromkeys(COMPONENTS, 1.0)
    assert sum(group_effects(effects).values()) == len(COMPONENTS)


# The finding


@pytest.mark.parametrize(
    ("before", "now", "effects", "said"),
    [
        (0.0305, 0.0303, {"newly_bad": 0.003, "charged_off": -0.0032}, "Charge-offs, not collections, cut bad debt to 3.03 %"),
        (0.0305, 0.0303, {"newly_bad": 0.003, "cash": -0.0032}, "Collections cut bad debt to 3.03 %"),
        (0.0305, 0.0303, {"cash": -0.0001, "growth": -0.0001 - 1e-9}, "Growth cut bad debt to 3.03 %"),
        (0.0303, 0.0305, {"newly_bad": 0.003, "charged_off": -0.0028}, "New bad loans raised bad debt to 3.05 %"),
        (0.0303, 0.0303, {"newly_bad": 0.003, "sold": -0.003}, "Sales held bad debt at 3.03 %"),
        (0.0303, 0.0303, {}, "Bad debt held at 3.03 %"),
    ],
)  # fmt: skip
def test_the_finding_says_whose_doing_it_was(before, now, effects, said):
    answer = charts.bad_debt_answer(
        bad_debt({MAY: before, JUNE: now}),
        bridged({JUNE: effects}),
        (dt.date(2024, 12, 31), 0.0345),
        column="bad_debt_ratio",
        month=JUNE,
        against=MAY,
    )
    assert plain(answer) == f"{said}; expect 3.45 % by Dec 2024"


def test_without_a_bridge_or_a_forecast_the_finding_is_the_change():
    debt = bad_debt({MAY: 0.03, JUNE: 0.031})
    by = {"column": "bad_debt_ratio", "month": JUNE}
    assert plain(charts.bad_debt_answer(debt, bridged({}), None, **by, against=MAY)) == (
        "Bad debt rose 0.10 pp to 3.10 %"
    )
    assert plain(charts.bad_debt_answer(debt, bridged({}), None, **by, against=None)) == "Bad debt is 3.10 %"


# With and without write-offs


def written(ratios: dict[dt.date, float | None]) -> pl.DataFrame:
    rows = [{"month": month, "ratio": ratio, "ratio_loans": ratio and ratio / 2} for month, ratio in ratios.items()]
    return pl.DataFrame(rows, schema={"month": pl.Date, "ratio": pl.Float64, "ratio_loans": pl.Float64})


def shadow(ratios: dict[dt.date, float]) -> pl.DataFrame:
    rows = [
        {"month": month, "shadow_bad_debt_ratio": ratio, "shadow_bad_debt_ratio_loans": ratio / 2}
        for month, ratio in ratios.items()
    ]
    return pl.DataFrame(rows)


@pytest.mark.parametrize("weigh", ["balance", "loans"])
def test_what_re_ages_hide_is_drawn_where_they_hide_something(weigh):
    debt = bad_debt({MAY: 0.03, JUNE: 0.031})
    frames = [debt, written({MAY: None, JUNE: 0.06}), shadow({MAY: 0.03, JUNE: 0.031})]
    names = [line.name for line in charts.with_write_offs(*frames, mode="light", weigh=weigh).data]
    assert names == ["As reported", "With write-offs"]
    frames[2] = shadow({MAY: 0.03, JUNE: 0.034})
    lines = {line.name: line for line in charts.with_write_offs(*frames, mode="light", weigh=weigh).data}
    part = 1 if weigh == "balance" else 1 / 2
    assert list(lines["Without re-ages"].y) == pytest.approx([0.03 * part, 0.034 * part])
    assert list(lines["With write-offs"].y) == [None, 0.06 * part]


@pytest.mark.parametrize(
    ("reported", "with_them", "said"),
    [
        ((0.031, 0.030), (0.060, 0.062), "Only write-offs lowered it: with them it rose 0.20 pp to 6.20 %"),
        ((0.031, 0.030), (0.062, 0.060), "The ratio fell with a year's write-offs too, 0.20 pp to 6.00 %"),
        ((0.030, 0.031), (0.062, 0.060), "With a year's write-offs it fell 0.20 pp to 6.00 %"),
        ((0.030, 0.031), (0.060, 0.062), "With a year's write-offs it rose 0.20 pp to 6.20 %"),
        ((0.030, 0.031), (0.060, 0.060), "With a year's write-offs it held at 6.00 %"),
        ((0.030, 0.031), (None, 0.060), "With a year's write-offs the ratio is 6.00 %"),
        ((0.030, 0.031), (None, None), "Bad-debt ratio rose 0.10 pp to 3.10 %"),
    ],
)
def test_the_title_tells_whether_write_offs_made_the_difference(reported, with_them, said):
    frames = (
        bad_debt(dict(zip((MAY, JUNE), reported, strict=True))),
        written(dict(zip((MAY, JUNE), with_them, strict=True))),
        shadow(dict(zip((MAY, JUNE), reported, strict=True))),
    )
    words = charts.with_write_offs_words(*frames, weigh="balance", month=JUNE, against=MAY)
    assert plain(words.title) == said


# Mix and rate


def mixed(rows: list[tuple[dt.date, str, str, float | None, float | None]]) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        schema={
            "month": pl.Date,
            "dimension": pl.String,
            "value": pl.String,
            "rate_effect": pl.Float64,
            "mix_effect": pl.Float64,
        },
        orient="row",
    ).with_columns(closing_share=pl.lit(0.5), closing_ratio=pl.lit(0.03))


def test_mix_and_rate_are_of_one_dimension_and_add_up_over_the_months():
    frame = mixed(
        [
            (MAY, "product", "Car", 0.001, 0.0001),
            (JUNE, "product", "Car", 0.002, 0.0002),
            (JUNE, "product", "Card", -0.004, 0.0),
            (MAY, "product", "Card", 0.0, 0.0),
            (JUNE, "region", "North", 0.5, 0.5),
        ]
    )
    parts = {part.name: part for part in mix_parts(frame, "product", JUNE, APRIL)}
    assert list(parts) == ["Card", "Car"]
    assert (parts["Car"].rate, parts["Car"].mix) == pytest.approx((0.003, 0.0003))
    figure = charts.mix_and_rate(frame, mode="dark", dimension="product", month=JUNE, against=APRIL)
    assert list(figure.data[0].x) == pytest.approx([-0.004, 0.0033])
    words = charts.mix_and_rate_words(frame, dimension="product", month=JUNE, against=APRIL)
    assert plain(words.title) == "Rates −0.10 pp, mix +0.03 pp: most of it Card, −0.40 pp"
    assert mix_parts(frame, "product", JUNE, LAST_YEAR) == []
    assert mix_parts(mixed([(JUNE, "product", "Car", None, None)]), "product", JUNE, MAY) == []


# Charge-offs and recovery


def test_charge_offs_are_gross_and_net_by_balance_and_gross_alone_by_loans():
    frame = pl.DataFrame(
        {"month": [MAY, JUNE], "loans": [4, 5], "rate": [0.03, 0.04], "net_rate": [0.02, 0.03], "rate_loans": [0.05, 0.06]}
    )  # fmt: skip
    by_balance = {line.name: list(line.y) for line in charts.charge_offs(frame, mode="light", weigh="balance").data}
    assert by_balance == {"Gross": [0.03, 0.04], "Net of recoveries": [0.02, 0.03]}
    by_loans = {line.name: list(line.y) for line in charts.charge_offs(frame, mode="light", weigh="loans").data}
    assert by_loans == {"Gross": [0.05, 0.06]}
    title = charts.charge_offs_words(frame, weigh="balance", month=JUNE, against=MAY).title
    assert plain(title) == "Charge-off rate a year rose 1.0 pp to 4.0 %"


def test_cohorts_together_are_what_a_month_brought_of_those_that_are_so_old():
    cells = [
        (APRIL, 1, 100.0, 10.0, 2.0),
        (APRIL, 2, 100.0, 16.0, 3.0),
        (MAY, 1, 300.0, 6.0, 0.0),
        (MAY, 2, 300.0, None, None),
    ]
    frame = pl.DataFrame(
        cells, schema=["cohort", "months_since", "balance", "cash", "cost"], orient="row"
    ).with_columns(
        loans=pl.lit(40),
        recovery_rate=pl.col("cash") / pl.col("balance"),
    )
    together = recovered_together(frame)
    first = (10 + 6) / 400
    assert together["gross"].to_list() == pytest.approx([first])  # only one cohort is two months old
    assert together["net"].to_list() == pytest.approx([first - 2 / 400])
    alone = recovered_together(frame.filter(pl.col("cohort") == APRIL))
    assert alone["gross"].to_list() == pytest.approx([0.1, 0.16])
    without_cost = recovered_together(frame.with_columns(cost=pl.lit(None, pl.Float64)))
    assert without_cost["net"].to_list() == [None]
    assert plain(charts.recovery_words(frame).title) == "4.00 % has come back 1 month after default, 3.50 % net of cost"
    assert charts.recovery(frame.clear(), mode="light") is None


# What is to come


def foretold(values: list[tuple[dt.date, float, float | None, float | None]], measure="bad_debt_ratio") -> pl.DataFrame:
    schema = {"month": pl.Date, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64}
    return pl.DataFrame(values, schema=schema, orient="row").with_columns(measure=pl.lit(measure))


JULY, AUGUST = dt.date(2024, 7, 31), dt.date(2024, 8, 31)


def test_the_fan_begins_at_the_last_ratio_and_is_as_wide_as_the_interval():
    expected = pl.concat(
        [foretold([(JULY, 0.032, 0.031, 0.033), (AUGUST, 0.034, 0.032, 0.036)]), foretold([(JULY, 9.0, 8.0, 10.0)], "M1")]
    )  # fmt: skip
    debt = bad_debt({MAY: 0.03, JUNE: 0.031})
    band, history, future = charts.fan(debt, expected, mode="light", weigh="balance").data
    assert [value for value in future.y if value is not None] == [0.031, 0.032, 0.034]
    assert [value for value in history.y if value is not None] == [0.03, 0.031]
    assert list(band.y) == [0.031, 0.033, 0.036, 0.032, 0.031, 0.031]
    words = charts.fan_words(debt, expected, weigh="balance", level=0.8)
    assert plain(words.title) == "3.40 % expected in Aug 2024, 3.20 % to 3.60 %"
    assert charts.expected_end(expected) == (AUGUST, 0.034)


def test_one_month_learnt_from_gives_no_band():
    expected, debt = foretold([(JULY, 0.032, None, None)]), bad_debt({MAY: 0.03, JUNE: 0.031})
    assert [trace.name for trace in charts.fan(debt, expected, mode="dark", weigh="balance").data] == [
        "So far",
        "Expected",
    ]
    assert plain(charts.fan_words(debt, expected, weigh="balance", level=0.8).title) == "3.20 % expected in Jul 2024"


def test_without_a_forecast_or_a_ratio_there_is_no_fan():
    debt, expected = bad_debt({JUNE: 0.031}), foretold([(JULY, 0.032, 0.031, 0.033)])
    assert charts.fan(debt, expected.clear(), mode="light", weigh="balance") is None
    assert charts.fan(bad_debt({JUNE: None}), expected, mode="light", weigh="balance") is None
    assert charts.expected_end(expected.clear()) is None


def test_hindsight_counts_what_held_and_rings_what_did_not():
    past = pl.DataFrame(
        {
            "month": [MAY, JUNE],
            "measure": ["bad_debt_ratio"] * 2,
            "forecast": [0.030, 0.030],
            "low": [0.029, 0.029],
            "high": [0.031, 0.031],
            "actual": [0.0305, 0.033],
            "inside": [True, False],
        }
    )
    accuracy = pl.DataFrame(
        {
            "measure": ["bad_debt_ratio"],
            "mean_absolute_error": [0.00175],
            "naive_mean_absolute_error": [0.002],
            "level": [0.8],
        }
    )
    outside = charts.hindsight(past, mode="light").data[-1]
    assert (list(outside.x), list(outside.y)) == ([JUNE], [0.033])
    assert plain(charts.hindsight_words(past, accuracy, horizon=6).title) == (
        "Intervals held in 1 of 2 months; 80 % should"
    )
    assert plain(charts.error_words(accuracy)) == "Off by 0.18 pp on average, “as it is now” by 0.20 pp"
    assert charts.hindsight(past.clear(), mode="light") is None
    assert charts.hindsight_words(past.clear(), accuracy.clear(), horizon=6).title.startswith("The book is too short")


# Marks on an axis of months


def test_a_mark_is_an_upright_line_at_its_day_with_its_label_and_none_stands_beyond_the_axis():
    debt = bad_debt(dict.fromkeys(months(12), 0.03))
    marks = (
        Mark(dt.date(2024, 2, 1), "Policy", "all of it"),
        Mark(dt.date(2020, 1, 1), "Before"),
        Mark(dt.date(2025, 1, 1), "After"),
    )
    plain_figure = charts.bad_debt_ratio(debt, mode="light", weigh="balance")
    figure = charts.bad_debt_ratio(debt, mode="light", weigh="balance", marks=marks)
    (line,) = figure.layout.shapes
    assert line.x0 == line.x1 == dt.date(2024, 2, 1)
    assert line.name == "Policy"
    (label,) = figure.layout.annotations[len(plain_figure.layout.annotations) :]
    assert (label.text, label.hovertext) == ("Policy", "all of it")


def test_of_marks_too_near_each_other_the_later_one_is_labelled():
    debt = bad_debt(dict.fromkeys(months(12), 0.03))
    marks = [Mark(dt.date(2024, 2, 1), "One"), Mark(dt.date(2024, 2, 10), "Two")]
    figure = charts.bad_debt_ratio(debt, mode="light", weigh="balance", marks=marks)
    assert [shape.name for shape in figure.layout.shapes] == ["One", "Two"]
    assert {"One", "Two"} & {note.text for note in figure.layout.annotations} == {"Two"}


def test_small_panels_are_all_marked():
    frame = ledger([(month, "M0", "sold", 4, 4.0, None) for month in months(12)])
    marks = [Mark(dt.date(2024, 2, 1), "Policy")]
    figure = charts.exits_trend(frame, mode="light", weigh="loans", marks=marks)
    assert len(figure.layout.shapes) == 6
    assert len({shape.xref for shape in figure.layout.shapes}) == 6
    assert len({shape.yref for shape in figure.layout.shapes}) == 6

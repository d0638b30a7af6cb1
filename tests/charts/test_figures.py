"""Figures hold the numbers of their frames, no more and no less; a gap stays a gap."""

import datetime as dt

import plotly.graph_objects as go
import polars as pl
import pytest

import charts
from charts.months import full_calendar
from tests.charts.frames import BUCKETS, bad_debt, ledger, levels, months, net_flow, roll_rates, trend

JUNE, MAY = dt.date(2024, 6, 30), dt.date(2024, 5, 31)
MODES = ("light", "dark")
WAYS = ("balance", "loans")


def drawn(trace) -> dict[dt.date, float | None]:
    return dict(zip(trace.x, trace.y, strict=True))


def named(figure: go.Figure, name: str):
    return next(trace for trace in figure.data if trace.name == name)


@pytest.mark.parametrize("mode", MODES)
def test_the_matrix_holds_each_share_of_the_frame_in_its_cell(mode):
    cells = {
        ("M0", "M0"): (90, 900),
        ("M0", "M1"): (10, 100),
        ("M1", "M2"): (50, 250),
        ("M1", "paid_off"): (50, 750),
    }
    figure = charts.roll_matrix(roll_rates(cells), mode=mode, weigh="balance", buckets=BUCKETS)
    heat = figure.data[0]
    found = {(row, column): share for row, line in enumerate(heat.z) for column, share in enumerate(line) if share}
    gap = 1  # the column between buckets and exits
    assert found == {(0, 0): 0.9, (0, 1): 0.1, (1, 2): 0.25, (1, len(BUCKETS) + gap): 0.75}
    assert set(figure.data[-1].text) == {"90.0", "10.0", "25.0", "75.0"}


def test_the_matrix_by_loans_differs_from_the_one_by_balance():
    frame = roll_rates({("M1", "M0"): (60, 100), ("M1", "M2"): (40, 300)})
    by_loans = charts.roll_matrix(frame, mode="light", weigh="loans", buckets=BUCKETS)
    assert set(by_loans.data[-1].text) == {"60.0", "40.0"}


def test_exits_stand_behind_a_gap_and_columns_are_named_in_short():
    figure = charts.roll_matrix(roll_rates({("M0", "M0"): (50, 5)}), mode="light", weigh="loans", buckets=BUCKETS)
    assert figure.layout.xaxis.ticktext == (*BUCKETS, "Paid", "Charged", "Sold", "Missing")
    steps = [right - left for left, right in zip(figure.data[0].x, figure.data[0].x[1:], strict=False)]
    assert steps[len(BUCKETS)] < min(steps[: len(BUCKETS)])
    assert figure.layout.xaxis.tickangle is None  # the template keeps it at 0
    assert figure.layout.template.layout.xaxis.tickangle == 0


def test_missing_loans_and_small_rows_have_scales_of_their_own():
    frame = roll_rates({("M0", "missing"): (50, 5), ("M1", "M1"): (29, 5), ("M2", "M2"): (30, 5)})
    figure = charts.roll_matrix(frame, mode="light", weigh="loans", buckets=BUCKETS)
    plain, small, missing = figure.data[:3]
    assert [[row for row, line in enumerate(heat.z) if any(line)] for heat in (plain, small, missing)] == [
        [2],
        [1],
        [0],
    ]
    assert len({heat.colorscale for heat in (plain, small, missing)}) == 3


def test_the_matrix_never_changes_its_height_and_marks_a_row_without_loans():
    one = charts.roll_matrix(roll_rates({("M0", "M0"): (50, 5)}), mode="light", weigh="loans", buckets=BUCKETS)
    full = roll_rates({(bucket, bucket): (50, 5) for bucket in BUCKETS})
    assert one.layout.height == charts.roll_matrix(full, mode="light", weigh="loans", buckets=BUCKETS).layout.height
    assert [note.text for note in one.layout.annotations] == ["–"] * (len(BUCKETS) - 1)


@pytest.mark.parametrize(("share", "shown"), [(1, "<0.1"), (5000, "50.0"), (10000, "100")])
def test_a_cell_is_written_as_short_as_it_can_be(share, shown):
    cells = {("M1", "M0"): (share, 1.0)} | ({("M1", "M1"): (10000 - share, 1.0)} if share < 10000 else {})
    figure = charts.roll_matrix(roll_rates(cells), mode="light", weigh="loans", buckets=BUCKETS)
    assert figure.data[-1].text[0] == shown


@pytest.mark.parametrize("weigh", WAYS)
def test_roll_trend_draws_the_forward_share_of_every_bucket_but_the_worst(weigh):
    known = months(3)
    shares = {bucket: {month: (place + 1) / 10 for place, month in enumerate(known)} for bucket in BUCKETS}
    figure = charts.roll_trend(trend(shares), mode="light", weigh=weigh, buckets=BUCKETS)
    assert [trace.name for trace in figure.data] == ["M0→M1+", "M1→M2+", "M2→M3+"]
    half = 1 if weigh == "balance" else 2
    assert drawn(figure.data[1]) == {month: share / half for month, share in shares["M1"].items()}


def test_a_month_that_is_not_in_the_book_is_a_gap_in_the_line():
    known = months(6, without=(2,))
    figure = charts.bad_debt_ratio(bad_debt(dict.fromkeys(known, 0.02)), mode="light", weigh="balance")
    line = figure.data[0]
    assert list(line.x) == full_calendar(known) == months(6)
    assert [month for month, value in drawn(line).items() if value is None] == [months(6)[2]]
    assert line.connectgaps is False


def test_a_null_is_a_gap_and_never_zero():
    values = dict(zip(months(3), (0.02, None, 0.03), strict=True))
    figure = charts.bad_debt_ratio(bad_debt(values), mode="light", weigh="balance")
    assert drawn(figure.data[0]) == values


def test_a_value_without_neighbours_gets_a_dot():
    values = dict(zip(months(5), (0.02, None, 0.03, None, 0.04), strict=True))
    figure = charts.bad_debt_ratio(bad_debt(values), mode="light", weigh="balance")
    assert [size > 0 for size in figure.data[0].marker.size] == [True, False, True, False, True]
    joined = charts.bad_debt_ratio(bad_debt(dict.fromkeys(months(3), 0.02)), mode="light", weigh="balance")
    assert [size > 0 for size in joined.data[0].marker.size] == [False, False, True]


def test_every_line_is_named_at_its_end_and_one_that_ended_early_has_no_value_there():
    rolls = dict(zip(months(3), (0.1, 0.2, 0.3), strict=True))
    flows = dict(zip(months(3), (0.4, 0.5, None), strict=True))
    figure = charts.roll_beside_net_flow(trend({"M1": rolls}), net_flow(flows), mode="light", weigh="balance")
    assert [note.text for note in figure.layout.annotations] == ["Roll 30.0\u202f%", "Net flow –"]
    assert [(note.x, note.y) for note in figure.layout.annotations] == [
        (months(3)[2], 0.3),
        (months(3)[1], 0.5),
    ]


def test_each_roll_is_a_row_with_its_share_and_its_change():
    shares = {
        "M0": dict(zip(months(3), (0.01, 0.02, 0.05), strict=True)),
        "M1": dict(zip(months(3), (0.4, 0.5, 0.4), strict=True)),
        "M2": dict(zip(months(3), (0.8, 0.8, None), strict=True)),
    }
    figure = charts.roll_trend(trend(shares), mode="light", weigh="balance", buckets=BUCKETS)
    told = [note.text.replace("\u202f", " ") for note in figure.layout.annotations]
    assert told == [
        *("M0→M1+", "5.0 %", "+3.0 pp"),
        *("M1→M2+", "40.0 %", "−10.0 pp"),
        *("M2→M3+", "–", "–"),
        *("Jun 2024", "change"),
    ]
    first = charts.roll_trend(trend(shares), mode="light", weigh="balance", buckets=BUCKETS, against=months(3)[0])
    assert [note.text.replace("\u202f", " ") for note in first.layout.annotations][1:3] == ["5.0 %", "+4.0 pp"]


def test_each_row_has_a_scale_of_its_own_and_none_makes_a_leap_of_less_than_a_point():
    shares = {"M0": {MAY: 0.0100, JUNE: 0.0101}, "M1": {MAY: 0.2, JUNE: 0.8}}
    figure = charts.roll_trend(trend(shares), mode="light", weigh="balance", buckets=BUCKETS)
    flat, steep = figure.layout.yaxis.range, figure.layout.yaxis2.range
    assert flat[1] - flat[0] >= 0.01
    assert flat[0] < 0.0100 < 0.0101 < flat[1]
    assert steep[0] < 0.2 < 0.8 < steep[1]
    assert figure.layout.yaxis.domain[0] >= figure.layout.yaxis2.domain[1]


def test_without_the_month_compared_with_a_row_has_no_column_of_changes():
    figure = charts.roll_trend(trend({"M1": {JUNE: 0.4}}), mode="light", weigh="balance", buckets=BUCKETS)
    assert [note.text for note in figure.layout.annotations] == ["M1→M2+", "40.0\u202f%", "Jun 2024"]


@pytest.mark.parametrize(("loans", "faint"), [(29, True), (30, False)])
def test_a_line_of_too_few_loans_is_faint(loans, faint):
    frame = trend({"M1": dict.fromkeys(months(2), 0.4)}, loans=loans)
    figure = charts.roll_trend(frame, mode="light", weigh="loans", buckets=BUCKETS)
    assert (figure.data[0].opacity < 1) is faint


def test_a_pointer_shows_how_many_loans_a_share_is_of():
    figure = charts.roll_trend(trend({"M1": {JUNE: 0.4}}), mode="light", weigh="balance", buckets=BUCKETS)
    assert figure.data[0].customdata[0] == "40.0\u202f% of 100 loans"


def test_net_flow_is_drawn_beside_the_roll_and_may_exceed_one():
    known = months(2)
    figure = charts.roll_beside_net_flow(
        trend({"M1": dict.fromkeys(known, 0.4), "M2": dict.fromkeys(known, 0.8)}),
        net_flow(dict.fromkeys(known, 1.2)),
        mode="light",
        weigh="loans",
    )
    assert drawn(named(figure, "Roll")) == dict.fromkeys(known, 0.2)
    assert drawn(named(figure, "Net flow")) == dict.fromkeys(known, 1.2)
    assert figure.layout.yaxis.range[1] >= 1.2


def test_areas_stack_the_overdue_buckets_and_leave_the_first_out():
    rows = {month: {"M0": 0.9, "M1": 0.06, "M2": 0.04} for month in months(3)}
    figure = charts.bucket_area(levels("bucket", rows), mode="light", weigh="balance", buckets=BUCKETS)
    assert [trace.name for trace in figure.data] == ["M1", "M2"]
    assert drawn(named(figure, "M2")) == dict.fromkeys(months(3), 0.04)
    assert len({trace.stackgroup for trace in figure.data}) == 1


def test_areas_end_at_a_gap_and_a_lone_month_is_a_bar():
    known = months(7, without=(2, 4))
    rows = {month: {"M0": 0.9, "M1": 0.1} for month in known}
    figure = charts.bucket_area(levels("bucket", rows), mode="light", weigh="balance", buckets=BUCKETS)
    assert [(trace.type, len(trace.x)) for trace in figure.data] == [
        ("scatter", 2),
        ("bar", 1),
        ("scatter", 2),
    ]
    assert [month for trace in figure.data for month in trace.x] == known
    assert figure.data[0].stackgroup != figure.data[2].stackgroup


def test_a_bucket_without_loans_in_a_month_is_zero_there():
    rows = {MAY: {"M0": 0.9, "M1": 0.06, "M2": 0.04}, JUNE: {"M0": 0.9, "M1": 0.1}}
    figure = charts.bucket_area(levels("bucket", rows), mode="light", weigh="balance", buckets=BUCKETS)
    assert drawn(named(figure, "M2")) == {MAY: 0.04, JUNE: 0.0}


def test_tiers_are_drawn_below_normal_with_the_month_before_as_ticks():
    frame = levels(
        "tier", {MAY: {"normal": 0.9, "loss": 0.1}, JUNE: {"normal": 0.85, "substandard": 0.05, "loss": 0.1}}
    )
    figure = charts.tiers(frame, mode="light", weigh="balance")
    bars, ticks = figure.data
    assert list(bars.customdata) == ["Special mention", "Substandard", "Doubtful", "Loss"]
    assert list(bars.x) == [0.0, 0.05, 0.0, 0.1]
    assert list(ticks.x) == [0.0, 0.0, 0.0, 0.1]
    shown = [note.text for note in figure.layout.annotations]
    assert "+5.00\u202fpp" in shown
    assert len(charts.tiers(frame, mode="light", weigh="balance", month=MAY).data) == 1


def test_unclassified_loans_are_drawn_where_there_are_any():
    frame = levels("tier", {JUNE: {"normal": 0.9, "unclassified": 0.1}})
    assert "Unclassified" in charts.tiers(frame, mode="light", weigh="balance").data[0].customdata


def test_each_flow_has_its_panel_with_the_ledgers_numbers():
    frame = ledger(
        [
            (MAY, "new", "M0", 30, None, 300.0),
            (MAY, "M1", "paid_off", 4, 44.0, 0.0),
            (MAY, "M2", "paid_off", 1, 6.0, 0.0),
            (JUNE, "returned", "M1", 2, None, 20.0),
            (JUNE, "M3", "missing", 3, 33.0, None),
        ]
    )
    by_loans = charts.exits_trend(frame, mode="light", weigh="loans")
    assert {trace.name: drawn(trace) for trace in by_loans.data} == {
        "Newly booked": {MAY: 30, JUNE: 0},
        "Returned": {MAY: 0, JUNE: 2},
        "Paid off": {MAY: 5, JUNE: 0},
        "Charged off": {MAY: 0, JUNE: 0},
        "Sold": {MAY: 0, JUNE: 0},
        "Missing": {MAY: 0, JUNE: 3},
    }
    by_balance = charts.exits_trend(frame, mode="light", weigh="balance")
    assert drawn(named(by_balance, "Newly booked")) == {MAY: 300, JUNE: 0}
    assert drawn(named(by_balance, "Paid off")) == {MAY: 50, JUNE: 0}


def test_a_month_without_a_pair_is_a_gap_in_each_panel():
    known = months(4, without=(1,))
    figure = charts.exits_trend(
        ledger([(month, "M0", "paid_off", 1, 1.0, 0.0) for month in known]), mode="light", weigh="loans"
    )
    assert [list(drawn(trace).values()).count(None) for trace in figure.data] == [1] * 6


def test_missing_is_drawn_in_the_warning_colour():
    figure = charts.exits_trend(ledger([(JUNE, "M0", "missing", 1, 1.0, None)]), mode="light", weigh="loans")
    others = {trace.marker.color for trace in figure.data if trace.name != "Missing"}
    assert named(figure, "Missing").marker.color not in others


def test_what_is_overdue_is_what_the_areas_add_up_to_and_nothing_where_no_share_is_known():
    frame = levels("bucket", {MAY: {"M0": 0.9, "M1": 0.07, "M3": 0.03}, JUNE: {"M0": 1.0}})
    overdue = charts.overdue_shares(frame, weigh="balance")
    assert dict(overdue.iter_rows()) == {MAY: pytest.approx(0.1), JUNE: 0}
    unknown = frame.with_columns(share_loans=pl.lit(None, pl.Float64))
    assert dict(charts.overdue_shares(unknown, weigh="loans").iter_rows()) == {MAY: None, JUNE: None}


def test_entrants_of_a_month_are_counted_and_none_is_zero():
    frame = ledger(
        [(JUNE, "new", "M0", 4, None, 4.0), (JUNE, "new", "M1", 2, None, 2.0), (MAY, "returned", "M0", 9, None, 9.0)]
    )
    assert charts.entrants(frame, JUNE) == {"new": 6, "returned": 0}
    assert charts.entrants(frame, MAY) == {"new": 0, "returned": 9}

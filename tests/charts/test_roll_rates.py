"""The charts of the page Roll rates: slices in one ranking, the month as a flow, families of rates, entry and recovery."""

import datetime as dt

import polars as pl
import pytest

import charts
from charts.flow import overdue_streams
from tests.charts.frames import BUCKETS, ledger, months, net_flow, plain, roll_rates, sliced, trend

MAY, JUNE = months(2)
WAYS = ("balance", "loans")

# Which slice got worse


def test_a_slice_counts_what_rolled_on_beyond_its_earlier_rates():
    frame = pl.concat(
        [
            trend({"M0": {MAY: 0.10, JUNE: 0.12}}, balance=1000.0, loans=100),
            trend({"M1": {MAY: 0.50, JUNE: 0.40}}, balance=300.0, loans=40),
        ]
    )
    changes = charts.slice_changes(sliced({("region", "East"): frame}), month=JUNE, against=MAY, weigh="balance")
    (row,) = changes.to_dicts()
    assert row["extra"] == pytest.approx(1000 * 0.02 - 300 * 0.10)
    assert (row["step"], row["before"], row["after"]) == ("M1", 0.5, 0.4)
    assert row["loans"] == 140
    by_loans = charts.slice_changes(sliced({("region", "East"): frame}), month=JUNE, against=MAY, weigh="loans")
    assert by_loans["extra"].to_list() == pytest.approx([100 * 0.01 - 40 * 0.05])


def test_growth_alone_makes_no_slice_worse():
    grown = pl.concat([trend({"M0": {MAY: 0.1}}, balance=1000.0), trend({"M0": {JUNE: 0.1}}, balance=9000.0)])
    changes = charts.slice_changes(sliced({("product", "Car"): grown}), month=JUNE, against=MAY, weigh="balance")
    assert changes["extra"].to_list() == [0.0]


def history(last: float) -> pl.DataFrame:
    """Ten months that go up and down by a point, then a step of `last`."""
    shares = {month: 0.30 + 0.01 * (place % 2) for place, month in enumerate(months(11)[:-1])}
    return trend({"M1": {**shares, JUNE: shares[MAY] + last}}, balance=100.0)


@pytest.mark.parametrize(("last", "told"), [(0.005, False), (0.03, True)])
def test_a_change_no_larger_than_usual_is_grey_and_no_news(last, told):
    changes = charts.slice_changes(
        sliced({("region", "East"): history(last)}), month=JUNE, against=MAY, weigh="balance"
    )
    (row,) = changes.to_dicts()
    assert row["usual"] == pytest.approx(1.0)  # a point of 100
    assert charts.stands_out(row) == told
    words = charts.worse_words(changes, month=JUNE, against=MAY, weigh="balance")
    expected = "Region · East: ¥ 3 more rolled on than at the rates of May 2024"
    assert plain(words.title) == (expected if told else "No slice rolled on more than it usually does")


def test_slices_of_all_dimensions_stand_in_one_ranking_and_few_loans_are_no_news():
    slices = {
        ("region", "East"): trend({"M1": {MAY: 0.3, JUNE: 0.4}}, balance=100.0),
        ("product", "Car"): trend({"M1": {MAY: 0.3, JUNE: 0.2}}, balance=900.0),
        ("segment", ""): trend({"M1": {MAY: 0.3, JUNE: 0.9}}, balance=900.0, loans=29),
    }
    changes = charts.slice_changes(sliced(slices), month=JUNE, against=MAY, weigh="balance")
    assert [charts.slice_name(row) for row in changes.to_dicts()] == [
        "Segment · Not known",
        "Product · Car",
        "Region · East",
    ]
    assert [charts.stands_out(row) for row in changes.to_dicts()] == [False, True, True]
    title = charts.worse_words(changes, month=JUNE, against=MAY, weigh="balance").title
    assert title.startswith("Region · East")
    figure = charts.worse(changes, mode="light", weigh="balance", buckets=BUCKETS)
    assert list(figure.data[0].x) == pytest.approx(changes["extra"].to_list())
    assert len(set(figure.data[0].marker.color)) == 3


@pytest.mark.parametrize("slices", [{}, {("region", "East"): trend({"M1": {JUNE: 0.3}})}])
def test_without_two_months_no_slice_is_compared(slices):
    changes = charts.slice_changes(sliced(slices), month=JUNE, against=MAY, weigh="loans")
    assert changes.is_empty()
    assert charts.worse(changes, mode="dark", weigh="loans") is None
    assert charts.worse_words(changes, month=JUNE, against=MAY, weigh="loans").title == "No two months to compare"
    assert charts.slice_changes(sliced(slices), month=JUNE, against=None, weigh="loans").is_empty()


def test_a_year_is_held_against_the_same_month_of_the_year_before():
    shares = dict(zip(months(13), [0.30, *[0.5] * 11, 0.33], strict=True))
    frame = trend({"M1": shares}, balance=100.0)
    changes = charts.slice_changes(
        sliced({("region", "East"): frame}), month=JUNE, against=dt.date(2023, 6, 30), weigh="balance"
    )
    assert changes["extra"].to_list() == pytest.approx([3.0])


# The month as a flow

GOLDEN = ledger(
    [
        (JUNE, "M0", "M0", 1, 1000.0, 900.0),
        (JUNE, "M0", "M1", 1, 1000.0, 1000.0),
        (JUNE, "M0", "paid_off", 1, 500.0, None),
        (JUNE, "M1", "M0", 1, 800.0, 700.0),
        (JUNE, "M1", "M1", 1, 800.0, 800.0),
        (JUNE, "M1", "M2", 1, 900.0, 900.0),
        (JUNE, "M1", "paid_off", 1, 700.0, None),
        (JUNE, "M2", "M3", 1, 600.0, 600.0),
        (JUNE, "M2", "M0", 1, 600.0, 600.0),
        (JUNE, "M2", "sold", 1, 500.0, None),
        (JUNE, "M3", "charged_off", 1, 400.0, None),
        (JUNE, "M3", "missing", 1, 600.0, None),
        (JUNE, "new", "M0", 1, None, 2000.0),
    ]
)


def test_the_flow_of_the_golden_month_leaves_out_what_was_and_stayed_current_and_tells_it():
    streams = {(s.source, s.target): s.amount for s in overdue_streams(GOLDEN, "balance", BUCKETS)}
    assert len(streams) == 10
    assert streams["M0", "M1"] == 1000
    assert streams["M3", "charged_off"] == 400
    assert not {("M0", "M0"), ("M0", "paid_off"), ("new", "M0")} & set(streams)
    told = charts.undrawn(GOLDEN, weigh="balance", buckets=BUCKETS)
    assert {name: plain(amount) for name, amount in told.items()} == {
        "stayed": "¥ 1 K",
        "booked": "¥ 2 K",
        "paid_off": "¥ 500",
    }
    words = charts.flow_words(GOLDEN, weigh="balance", buckets=BUCKETS)
    assert plain(words.title) == "¥ 1 K became overdue, ¥ 2.1 K was cured"


@pytest.mark.parametrize("weigh", WAYS)
def test_every_node_of_the_flow_takes_in_and_gives_what_the_ledger_says(weigh):
    figure = charts.flow(GOLDEN, mode="light", weigh=weigh, buckets=BUCKETS)
    link, node = figure.data[0].link, figure.data[0].node
    assert sum(link.value) == (6900 if weigh == "balance" else 10)
    assert set(link.source).isdisjoint(link.target)
    assert len(node.x) == len(node.y) == len(figure.layout.annotations)
    assert all(0 < place < 1 for place in node.y)


def test_a_new_loan_that_is_overdue_counts_as_it_is_at_the_close():
    frame = ledger([(JUNE, "new", "M1", 1, None, 70.0), (JUNE, "returned", "M2", 1, None, 30.0)])
    assert [stream.amount for stream in overdue_streams(frame, "balance", BUCKETS)] == [70.0, 30.0]
    assert charts.flow(GOLDEN.clear(), mode="dark", weigh="loans", buckets=BUCKETS) is None


# Three families, roll to loss


def migration(rates: dict[dt.date, float]) -> pl.DataFrame:
    rows = [
        {"month": month, "tier": tier, "migration_rate": rate * factor, "migration_rate_loans": rate * factor / 2}
        for month, rate in rates.items()
        for tier, factor in (("normal", 0.1), ("special_mention", 1.0))
    ]
    return pl.DataFrame(rows)


@pytest.mark.parametrize("weigh", WAYS)
def test_three_families_of_a_step_stand_side_by_side_each_named(weigh):
    rolls, part = trend({"M1": {MAY: 0.4, JUNE: 0.5}}), 1 if weigh == "balance" else 1 / 2
    frames = (rolls, net_flow({MAY: 0.6, JUNE: 0.7}), migration({MAY: 0.1, JUNE: 0.2}))
    lines = charts.roll_beside_net_flow(*frames, mode="light", weigh=weigh).data
    assert {line.name: line.y[-1] for line in lines} == {
        "Roll": 0.5 * part,
        "Net flow": 0.7,
        "Tier migration": 0.2 * part,
    }
    words = charts.roll_beside_net_flow_words(*frames, weigh="balance")
    assert plain(words.title) == "M1 rolled 50.0 %, net flow 70.0 %, its tier migrated 20.0 %"


def test_roll_to_loss_is_that_of_the_first_bucket_in_two_ways():
    frame = pl.DataFrame(
        {
            "month": [MAY, JUNE, JUNE],
            "from_bucket": ["M0", "M0", "M1"],
            "coincident": [0.02, 0.023, 2.2],
            "cohort": [None, 0.022, 2.1],
        }
    )
    lines = {line.name: list(line.y) for line in charts.roll_to_loss(frame, mode="light", buckets=BUCKETS).data}
    assert lines == {"This month": [0.02, 0.023], "Cohort": [None, 0.022]}
    title = charts.roll_to_loss_words(frame, buckets=BUCKETS, month=JUNE, against=MAY).title
    assert plain(title) == "Roll to loss of M0 rose 0.30 pp to 2.30 %"
    assert charts.roll_to_loss(frame.clear(), mode="light") is None


# Entry and recovery


def entries(rates: dict[dt.date, float]) -> pl.DataFrame:
    return pl.DataFrame(
        [{"month": m, "loans": 50, "entry_rate": rate, "entry_rate_loans": rate / 2} for m, rate in rates.items()],
        schema={"month": pl.Date, "loans": pl.Int64, "entry_rate": pl.Float64, "entry_rate_loans": pl.Float64},
    )


@pytest.mark.parametrize("weigh", WAYS)
def test_both_families_of_the_entry_rate_are_drawn_where_the_book_has_both(weigh):
    part = 1 if weigh == "balance" else 1 / 2
    snapshots, events = entries({MAY: 0.01, JUNE: 0.012}), entries({JUNE: 0.05})
    lines = charts.entry(snapshots, events, mode="light", weigh=weigh).data
    assert {line.name: line.y[-1] for line in lines} == {"Month-end": 0.012 * part, "Due date": 0.05 * part}
    (alone,) = charts.entry(snapshots, events.clear(), mode="light", weigh=weigh).data
    assert alone.name == "Month-end"


def test_recovery_ends_with_the_last_month_whose_payments_reach_so_far():
    rows = [(MAY, 3, 0.5), (MAY, 7, 0.7), (MAY, 30, 0.9), (JUNE, 3, 0.55), (JUNE, 7, None), (JUNE, 30, None)]
    frame = pl.DataFrame(rows, schema=["month", "days", "recovery_rate"], orient="row").with_columns(
        loans=pl.lit(50), recovery_rate_loans=pl.col("recovery_rate") / 2
    )
    lines = {line.name: [v for v in line.y if v is not None] for line in charts.recovery_days(frame, mode="light", weigh="balance").data}  # fmt: skip
    assert lines == {"3 days": [0.5, 0.55], "7 days": [0.7], "30 days": [0.9]}
    assert plain(charts.recovery_days_words(frame, weigh="balance").title) == "Paid within 30 days is 90.0 %"
    assert charts.recovery_days(frame.clear(), mode="light", weigh="loans") is None


# Intervals on demand


def test_a_matrix_with_intervals_shows_them_under_each_share():
    frame = roll_rates({("M1", "M2"): (40, 40.0), ("M1", "M1"): (60, 60.0)})
    bare = charts.roll_matrix(frame, mode="light", weigh="loans", buckets=BUCKETS)
    assert set(bare.data[-1].text) == {"40.0", "60.0"}
    with_them = frame.with_columns(
        share_loans_low=pl.col("share_loans") - 0.1, share_loans_high=pl.col("share_loans") + 0.1
    )
    letters = charts.roll_matrix(with_them, mode="light", weigh="loans", buckets=BUCKETS).data[-1].text
    assert any(text.startswith("40.0<br>") and "30–50" in text for text in letters)


def test_a_trend_with_intervals_draws_a_band_around_each_line():
    frame = trend({"M1": {MAY: 0.4, JUNE: 0.5}}).with_columns(
        forward_share_balance_low=pl.lit(0.3), forward_share_balance_high=pl.lit(0.6)
    )
    band, line = charts.roll_trend(frame, mode="light", weigh="balance", buckets=BUCKETS).data
    assert list(line.y) == [0.4, 0.5]
    assert list(band.y) == [0.6, 0.6, 0.3, 0.3]
    assert list(band.x) == [MAY, JUNE, JUNE, MAY]
    assert len(charts.roll_trend(trend({"M1": {JUNE: 0.5}}), mode="light", weigh="balance").data) == 1

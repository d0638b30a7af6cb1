"""The demo book's history, judged from its tables alone: the files, the levels, the story, and what a book makes of them."""

from contextlib import closing
from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.schema import TABLES
from data.settings import load_settings
from queries import Refused, open_reader, questions
from sim.demo import build_demo, history, last_complete_month, write_history
from sim.truth import policy_changes, read_truth

LAST = date(2026, 10, 31)
FIRST_MONTH, CHANGED_ON = date(2024, 5, 1), date(2025, 8, 1)
TESTED_FROM = date(2025, 2, 1)
ALARM = {0: (0.007, 0.04), 1: (0.20, 0.65), 2: (0.70, 0.93), 3: (0.80, 0.96)}
TYPE = {"text": pl.String, "code": pl.String, "date": pl.Date, "time": pl.Datetime("ms"), "flag": pl.Boolean, "money": pl.Decimal(18, 2)}  # fmt: skip

days, status = pl.col("days_past_due"), pl.col("status")


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return history(loans=25_000, last_month=LAST)


@pytest.fixture(scope="module")
def rows(tables) -> pl.DataFrame:
    month = pl.col("as_of").dt.year().cast(pl.Int32) * 12 + pl.col("as_of").dt.month()
    return tables["loan_snapshot"].with_columns(month=month, bucket=((days + 29) // 30).clip(0, 7))


@pytest.fixture(scope="module")
def open_rows(rows) -> pl.DataFrame:
    return rows.filter(status == "open")


@pytest.fixture(scope="module")
def pairs(rows, open_rows) -> pl.DataFrame:
    """Each loan open at a month-end beside its row at the next, `_next` null when there is none."""
    following = rows.with_columns(pl.col("month") - 1)
    return open_rows.filter(pl.col("month") < rows["month"].max()).join(
        following, on=["loan_id", "month"], how="left", suffix="_next"
    )


def share_rolling(pairs: pl.DataFrame, bucket: int) -> float:
    """Share of a bucket's loans found open in the bucket after it."""
    worse = (pl.col("bucket_next") == bucket + 1) & (pl.col("status_next") == "open")
    return pairs.filter(pl.col("bucket") == bucket).select(worse.fill_null(False).mean()).item()


# The files


def test_the_same_seed_gives_the_same_tables_and_another_seed_does_not():
    first, again, other = (history(seed, months=3, loans=800, last_month=LAST) for seed in (7, 7, 8))
    assert list(first) == list(again)
    for name, frame in first.items():
        assert_frame_equal(frame, again[name], check_exact=True)
    assert not first["loan_snapshot"].equals(other["loan_snapshot"])


def test_the_files_hold_the_tables_those_of_snapshots_one_a_month_and_progress_is_told(tmp_path):
    told = []
    size = {"seed": 7, "months": 3, "loans": 800, "last_month": LAST}
    paths = write_history(tmp_path / "new", **size, on_progress=lambda what, share: told.append(share))
    assert [path.name for path in paths["loan_snapshot"]] == [f"loan_snapshot_2026-{m}.parquet" for m in ("08", "09", "10")]  # fmt: skip
    assert told == sorted(told)
    assert told[-1] == 1
    for name, frame in history(**size).items():
        assert_frame_equal(pl.concat(pl.read_parquet(path) for path in paths[name]), frame, check_exact=True)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 24), date(2026, 10, 31)),
        (date(2026, 3, 1), date(2026, 2, 28)),
        (date(2024, 3, 31), date(2024, 2, 29)),
        (date(2026, 1, 5), date(2025, 12, 31)),
    ],
)
def test_the_last_complete_month_is_the_one_before_today(today, expected):
    assert last_complete_month(today) == expected


@pytest.mark.parametrize("size", [{"months": 0}, {"loans": 0}])
def test_a_history_of_nothing_is_refused(size):
    with pytest.raises(ValueError, match="at least one"):
        history(**size)


def test_all_tables_are_there_their_columns_canonical_and_typed(tables):
    assert list(tables) == list(TABLES)
    for name, frame in tables.items():
        known = {column.name: TYPE.get(column.kind) for column in TABLES[name].columns}
        assert [(n, t) for n, t in frame.schema.items() if known.get(n, t) not in (t, None)] == []
        assert set(frame.columns) <= set(known)


def test_there_are_thirty_month_ends_in_a_row(rows):
    ends = pl.date_range(FIRST_MONTH, LAST, "1mo", eager=True).dt.month_end()
    assert rows["as_of"].unique().sort().to_list() == ends.to_list()


@pytest.mark.parametrize(("months", "loans"), [(30, 25_000), (4, 3_000)])
def test_there_are_about_as_many_loans_as_were_asked_for(tables, months, loans):
    shown = tables if months == 30 else history(months=months, loans=loans, last_month=LAST)
    assert shown["loan_snapshot"]["loan_id"].n_unique() == pytest.approx(loans, rel=0.03)


def test_the_tables_tell_of_loans_that_are_shown_and_each_once_in_the_table_of_loans(tables):
    shown = tables["loan_snapshot"]["loan_id"].unique()
    assert tables["loan"]["loan_id"].sort().to_list() == shown.sort().to_list()
    for frame in tables.values():
        assert frame["loan_id"].is_in(shown.implode()).all()


def test_what_belongs_to_a_day_begins_with_the_first_month_and_what_goes_on_may_be_older(tables):
    for name, day in (("payment", "paid_on"), ("action", "acted_at"), ("promise", "promised_on")):
        days_of = tables[name][day].cast(pl.Date)
        assert days_of.min() >= FIRST_MONTH
        assert days_of.max() <= LAST
    for name, day in (("placement", "placed_on"), ("legal_case", "filed_on"), ("plan", "agreed_on")):
        assert tables[name][day].min() < FIRST_MONTH


# What a book must hold


def test_a_loan_has_one_row_a_month_and_keeps_its_attributes(rows):
    assert not rows.select(pl.struct("loan_id", "as_of").is_duplicated().any()).item()
    fixed = ["product", "region", "segment", "acquisition_channel", "originated_on", "principal", "customer_id"]
    assert rows.select("loan_id", *fixed).n_unique() == rows["loan_id"].n_unique()
    assert [rows[name].n_unique() for name in fixed[:4]] == [3, 5, 3, 4]


def test_days_past_due_never_grow_faster_than_the_calendar(rows):
    ordered = rows.sort("loan_id", "as_of")
    same = pl.col("loan_id") == pl.col("loan_id").shift()
    jump = days - days.shift() > pl.col("as_of").diff().dt.total_days()
    assert ordered.filter(same & jump).height == 0


def test_overdue_amount_and_days_past_due_tell_the_same(open_rows):
    missed_today = open_rows.filter((days == 0) & (pl.col("overdue_amount") != 0))
    assert missed_today["as_of"].dt.day().is_in([28]).all()  # the last due day of a month ends February
    assert open_rows.filter((days > 0) & (pl.col("overdue_amount") == 0)).height == 0
    principal_due = pl.col("overdue_amount") - pl.col("interest_due")
    assert open_rows.filter(~principal_due.is_between(0, pl.col("balance"))).height == 0


def test_money_is_never_negative_and_an_open_loan_owes(rows, open_rows):
    money = ("balance", "overdue_amount", "interest_due", "paid_in_month")
    assert rows.select(pl.min_horizontal(money).min()).item() == 0
    assert open_rows.filter(pl.col("balance") <= 0).height == 0


def test_the_balance_falls_by_the_principal_that_was_paid(tables, pairs):
    """But for the vanished, all that an open loan's balance moves by is in its payments of the month."""
    month = pl.col("paid_on").dt.year().cast(pl.Int32) * 12 + pl.col("paid_on").dt.month()
    paid = tables["payment"].group_by("loan_id", month=month - 1).agg(paid=pl.col("principal").sum())
    still = pairs.filter(pl.col("status_next").is_in(["open", "paid_off", "charged_off"])).join(
        paid, on=["loan_id", "month"], how="left"
    )
    fall = pl.col("balance") - pl.col("balance_next")
    assert still.height > 200_000
    assert still.filter(fall != pl.col("paid").fill_null(0)).height == 0


def test_nothing_follows_a_pay_off_or_a_sale_and_each_exit_looks_as_it_should(rows):
    gone = rows.filter(status.is_in(["paid_off", "sold"])).select("loan_id", gone="as_of")
    assert gone["loan_id"].is_unique().all()
    assert rows.join(gone, on="loan_id").filter(pl.col("as_of") > pl.col("gone")).height == 0
    kinds = {name: rows.filter(status == name) for name in ("paid_off", "charged_off", "sold")}
    assert kinds["paid_off"].height > 5_000
    assert (kinds["paid_off"]["balance"] == 0).all()
    assert kinds["charged_off"]["loan_id"].n_unique() > 500
    assert (kinds["charged_off"]["charged_off_on"].dt.month_end() == kinds["charged_off"]["charged_off_on"]).all()
    assert kinds["sold"].height > 100
    assert set(kinds["sold"]["as_of"].dt.month()) == {3, 6, 9, 12}
    price = kinds["sold"]["sale_price"].cast(pl.Float64) / kinds["sold"]["balance"].cast(pl.Float64)
    assert price.is_between(0.0699, 0.0701).all()


def test_a_very_few_loans_vanish_and_some_of_them_return(rows, pairs):
    vanished = pairs.filter(pl.col("status_next").is_null())
    assert 0.00006 < vanished.height / pairs.height < 0.00030
    gap = pl.col("month").shift(-1).over("loan_id", order_by="month") - pl.col("month")
    gaps = rows.select(gap.alias("gap")).filter(pl.col("gap") > 1)["gap"]
    assert 3 < len(gaps) < vanished.height / 2
    assert set(gaps) <= {2, 3}


def test_plans_are_restructured_loans_of_the_snapshots(tables, rows):
    eased = rows.filter(pl.col("restructured_on").is_not_null()).select("loan_id", "restructured_on").unique()
    agreed = tables["plan"].select("loan_id", restructured_on="agreed_on")
    assert eased.height > 50
    assert eased.join(agreed, on=["loan_id", "restructured_on"], how="anti").height == 0


# Levels


def test_rolls_stay_inside_the_alarm_bands(pairs):
    for year in range(2):
        part = pairs.filter(((pl.col("month") - pairs["month"].min()) // 15) == year)
        for bucket, (low, high) in ALARM.items():
            assert low < share_rolling(part, bucket) < high


def test_about_five_in_a_hundred_miss_a_due_date_and_86_to_90_of_them_pay_within_30_days(tables, rows):
    """D1 × (1 − 30-day recovery) = share reaching 31 days past due; due days lie evenly on 28 days."""
    current = rows.filter((status == "open") & (days == 0) & (pl.col("month") < rows["month"].max() - 1))
    one, two = (rows.select("loan_id", pl.col("month") - k, **{f"after_{k}": "days_past_due"}) for k in (1, 2))
    current = current.join(one, on=["loan_id", "month"], how="left").join(two, on=["loan_id", "month"], how="left")
    reached = (current["after_2"] > 30).sum() / current.height
    still_late = {
        3: 0.47,
        7: 0.25,
    }  # share of the newly late that is still unpaid after so many days, read off the model
    d1 = sum(28 * (current["after_1"] == n).sum() / current.height / share for n, share in still_late.items()) / 2
    assert 0.040 < d1 < 0.058
    assert 0.0040 < reached < 0.0070
    assert 0.86 < 1 - reached / d1 < 0.91


def test_the_90_plus_ratio_is_two_to_four_in_a_hundred_from_the_first_month(open_rows):
    balance = pl.col("balance").cast(pl.Float64)
    ratio = open_rows.group_by("month").agg(r=balance.filter(days > 90).sum() / balance.sum())["r"]
    assert ratio.is_between(0.020, 0.042).all()


def test_every_tier_is_there_in_every_month(open_rows):
    edges = (0, 1, 91, 271, 361)
    tier = sum((days >= edge).cast(pl.Int32) for edge in edges)
    assert open_rows.group_by("month").agg(tier.n_unique().alias("n"))["n"].unique().to_list() == [5]


# The story


def test_the_policy_changes_in_the_middle_and_fewer_roll_on_afterwards(tables, pairs):
    for bucket in (1, 2):
        before, after = (
            share_rolling(pairs.filter(part), bucket)
            for part in (pl.col("as_of") < date(2025, 2, 28), pl.col("as_of") >= CHANGED_ON)
        )
        assert after < before - 0.02
    attempts = tables["action"].filter(pl.col("stage") == "early", pl.col("channel") == "phone")
    a_month = attempts.group_by(later=pl.col("acted_at") >= CHANGED_ON).len().sort("later")["len"].to_list()
    assert a_month[1] > 1.5 * a_month[0]


def test_before_it_chance_put_part_of_the_customers_in_a_test(rows):
    tested = rows.filter(pl.col("test_group").is_not_null())
    assert tested["as_of"].min() == date(2025, 2, 28)
    assert tested["as_of"].max() == date(2025, 7, 31)
    challengers = (tested["test_group"] == "challenger").mean()
    assert challengers == pytest.approx(0.4, abs=0.02)
    assert tested.group_by("customer_id").agg(pl.col("test_group").n_unique())["test_group"].max() == 1
    late = tested.filter((status == "open") & days.is_between(4, 15))
    assert late.group_by("test_group", "stage").len().sort("test_group")["stage"].to_list() == ["early", "mid"]


def test_the_soft_rule_of_dials_is_broken_before_the_change_and_not_afterwards(tables):
    dials = tables["action"].filter(pl.col("channel").is_in(["phone", "ai_call"]), ~pl.col("connected"))
    most = dials.group_by("loan_id", day=pl.col("acted_at").dt.date()).len()
    broken = most.filter(pl.col("len") > 6)
    assert 50 < broken.height < 3_000
    assert broken["day"].max() < CHANGED_ON
    assert not tables["action"]["third_party"].any()
    complaints = tables["action"]["complaint"].sum()
    assert 20 < complaints < 500


def test_car_loans_of_one_region_get_worse_and_no_others_do(pairs):
    last = pairs["month"].max()
    late = (pl.col("bucket_next") == 1).fill_null(False)
    period = pl.when(pl.col("month") > last - 3).then(pl.lit("now")).when(pl.col("month") < last - 6)
    story = (pl.col("product") == "Car") & (pl.col("region") == "East")
    entry = (
        pairs.filter(pl.col("bucket") == 0)
        .with_columns(period=period.then(pl.lit("before")), part=story)
        .drop_nulls("period")
        .group_by("part", "period")
        .agg(late.mean())
        .pivot("period", index="part", values="bucket_next")
        .with_columns(ratio=pl.col("now") / pl.col("before"))
    )
    assert entry.filter(pl.col("part"))["ratio"].item() > 1.8
    assert entry.filter(~pl.col("part"))["ratio"].item() == pytest.approx(1, abs=0.2)


# The book


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "book"
    done = build_demo(folder, months=8, loans=2_000, last_month=LAST)
    return folder, done


def test_a_book_takes_it_whole_as_one_version_and_finds_nothing_wrong(book):
    _, done = book
    assert {each.version for each in done} == {1}
    assert [each.refused for each in done] == [0] * len(TABLES)
    assert [f for f in done[0].findings if f.severity in ("critical", "high", "error")] == []


def test_every_question_has_an_answer(book):
    with closing(open_reader(book[0])) as reader:
        assert set(reader.answerable) == set(questions())
        empty = [name for name in questions() if reader.ask(name).is_empty()]
    assert set(empty) <= {"vintages", "forecast_accuracy", "forecast_hindsight"}  # they need a longer history


def test_the_truth_is_kept_beside_the_book_and_says_when_the_policy_changed(book):
    folder, _ = book
    truth = read_truth(folder)
    assert truth.population.drifts[0].product == "Car"
    assert truth.behaviour.back_again == 1.6
    assert [change.on for change in policy_changes(folder)] == [date(2026, 5, 1), date(2026, 7, 1)]
    assert any("16 instead of 4" in str(clause) for clause in policy_changes(folder)[1].words)
    assert {stage.name: stage.lower_dpd for stage in load_settings(folder).stages} == {"early": 1, "mid": 16, "final": 91}  # fmt: skip


def test_a_book_that_is_no_run_has_no_truth(tmp_path):
    assert read_truth(tmp_path) is None
    assert policy_changes(tmp_path) == ()


def test_the_demo_is_never_built_over_a_book(book):
    with pytest.raises(Refused, match="There is a book in"):
        build_demo(book[0])

"""The demo history, judged from its rows alone, by the definitions and the published levels."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.schema import LOAN_SNAPSHOT
from sim.demo import history, last_complete_month, write_history

LAST = date(2026, 10, 31)
RATE = {"Personal": 1440, "Car": 780, "Card": 1680}  # basis points a year
ALARM = {0: (0.008, 0.04), 1: (0.20, 0.65), 2: (0.70, 0.93), 3: (0.80, 0.96)}
TYPE = {"text": pl.String, "code": pl.String, "date": pl.Date, "days": pl.Int32, "money": pl.Decimal(18, 2)}

days, status = pl.col("days_past_due"), pl.col("status")
month = (pl.col("as_of").dt.year().cast(pl.Int32) * 12 + pl.col("as_of").dt.month()).alias("month")
bucket = ((days + 29) // 30).clip(0, 7).alias("bucket")


def by_month(frames) -> pl.DataFrame:
    return pl.concat(frames).with_columns(month, bucket)


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return by_month(history(last_month=LAST))


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


@pytest.fixture(scope="module")
def present(pairs) -> pl.DataFrame:
    """Pairs with both rows, and whether the loan was restructured between them."""
    restructured = pl.col("restructured_on_next") > pl.col("as_of")
    return pairs.filter(pl.col("as_of_next").is_not_null()).with_columns(
        passed=(pl.col("as_of_next") - pl.col("as_of")).dt.total_days(),
        restructured=restructured.fill_null(False),
    )


def rolls(pairs: pl.DataFrame) -> pl.DataFrame:
    """Share of each bucket's loans found open in the bucket after it, by month."""
    worse = (pl.col("bucket_next") == pl.col("bucket") + 1) & (pl.col("status_next") == "open")
    return pairs.group_by("month", "bucket").agg(roll=worse.fill_null(False).mean(), loans=pl.len()).sort("month")


def interest(balance: pl.Expr) -> pl.Expr:
    """A month's interest on a balance, half a cent up, computed in cents."""
    rate = pl.col("product").replace_strict(RATE, return_dtype=pl.Int64)
    cents = (balance * 100).cast(pl.Int64)
    return (((cents * rate + 60_000) // 120_000).cast(pl.Decimal(18, 2)) / 100).cast(pl.Decimal(18, 2))


def test_the_same_seed_gives_the_same_frames_and_another_seed_does_not():
    first, again, other = (pl.concat(history(seed=seed, months=5, loans=3_000, last_month=LAST)) for seed in (7, 7, 8))
    assert_frame_equal(first, again, check_exact=True)
    assert not first.equals(other)


def test_the_files_hold_the_frames_one_a_month_and_progress_is_told(tmp_path):
    told = []
    size = {"seed": 7, "months": 3, "loans": 1_000, "last_month": LAST}
    paths = write_history(tmp_path / "new", **size, on_progress=lambda done, total: told.append((done, total)))
    assert [path.name for path in paths] == [f"loan_snapshot_2026-{m}.parquet" for m in ("08", "09", "10")]
    assert told == [(1, 3), (2, 3), (3, 3)]
    for path, frame in zip(paths, history(**size), strict=True):
        assert_frame_equal(pl.read_parquet(path), frame, check_exact=True)


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
        next(history(**size))


def test_columns_are_canonical_and_typed(rows):
    known = {column.name: TYPE.get(column.kind) for column in LOAN_SNAPSHOT.columns}
    shown = rows.drop("month", "bucket")
    assert [(n, t) for n, t in shown.schema.items() if known.get(n) != t] == []
    optional = {"restructured_on", "charged_off_on", "sold_on", "sale_price"}
    assert {n for n in shown.columns if shown[n].null_count()} == optional


def test_there_are_thirty_month_ends_in_a_row(rows):
    ends = pl.date_range(date(2024, 5, 1), date(2026, 10, 1), "1mo", eager=True).dt.month_end()
    assert rows["as_of"].unique().sort().to_list() == ends.to_list()


def test_there_are_about_fifty_thousand_loans(rows):
    assert rows["loan_id"].n_unique() == pytest.approx(50_000, rel=0.02)
    assert rows["loan_id"].str.contains(r"^L\d{7}$").all()


def test_a_short_history_has_the_loans_that_were_asked_for():
    short = pl.concat(history(months=4, loans=6_000, last_month=LAST))
    assert short["loan_id"].n_unique() == pytest.approx(6_000, rel=0.03)


def test_a_loan_has_one_row_a_month_and_keeps_its_attributes(rows):
    assert not rows.select(pl.struct("loan_id", "as_of").is_duplicated().any()).item()
    fixed = ["product", "region", "segment", "acquisition_channel", "originated_on", "principal"]
    assert rows.select("loan_id", *fixed).n_unique() == rows["loan_id"].n_unique()
    assert [rows[name].n_unique() for name in fixed[:4]] == [3, 5, 3, 4]
    assert rows.filter(pl.col("acquisition_channel") == "Dealer")["product"].unique().to_list() == ["Car"]


def test_loans_first_appear_in_the_month_they_are_booked(rows):
    first = rows.group_by("loan_id").agg(pl.all().sort_by("as_of").first())
    new = first.filter(pl.col("month") > rows["month"].min())
    assert (new["originated_on"].dt.month_end() == new["as_of"]).all()
    assert new.select((pl.col("balance") == pl.col("principal")).all() & (pl.col("paid_in_month") == 0).all()).item()
    booked = new.group_by("month", pl.col("as_of").dt.month().alias("calendar")).len().sort("month")
    assert set(booked.sort("len")["calendar"].head(2)) == {2}
    assert 1.03 < booked["len"].tail(12).sum() / booked["len"].slice(5, 12).sum() < 1.15


def test_rolls_stay_inside_the_alarm_bands_every_month(pairs):
    shown = rolls(pairs).filter(pl.col("month") > pairs["month"].min() + 2)
    for from_bucket, (low, high) in ALARM.items():
        roll = shown.filter(pl.col("bucket") == from_bucket)
        assert roll.height == 26
        assert roll.filter(~pl.col("roll").is_between(low, high)).to_dicts() == []


@pytest.mark.parametrize(
    ("from_bucket", "low", "high"), [(0, 0.011, 0.014), (1, 0.41, 0.48), (2, 0.875, 0.93), (3, 0.91, 0.96)]
)
def test_rolls_are_near_the_published_levels(pairs, from_bucket, low, high):
    assert low < rolls(pairs).filter(pl.col("bucket") == from_bucket)["roll"].mean() < high


def test_the_90_plus_ratio_is_near_three_percent_and_stable_from_the_first_month(open_rows):
    balance = pl.col("balance").cast(pl.Float64)
    ratio = (
        open_rows.group_by("month")
        .agg(ratio=balance.filter(days > 90).sum() / balance.sum(), loans=(days > 90).mean())
        .sort("month")
    )
    for by in ("ratio", "loans"):
        assert ratio[by].is_between(0.022, 0.034).all()
        assert ratio[by].head(6).mean() == pytest.approx(ratio[by].tail(6).mean(), abs=0.003)


def test_every_tier_is_there_in_every_month(open_rows):
    tiers = open_rows.group_by("month").agg(
        normal=(days == 0).sum(),
        special_mention=days.is_between(1, 90).sum(),
        substandard=days.is_between(91, 270).sum(),
        doubtful=days.is_between(271, 360).sum(),
        loss=(days > 360).sum(),
    )
    assert tiers.drop("month").min_horizontal().min() > 0


def test_missing_and_recovering_agree_with_what_reaches_31_days(pairs, rows):
    """D1 × (1 − 30-day recovery) = share reaching 31 days past due. Due days lie evenly on 28 days."""
    current = pairs.filter((days == 0) & (pl.col("month") < rows["month"].max() - 1))
    later = rows.select("loan_id", pl.col("month") - 2, later="days_past_due")
    current = current.join(later, on=["loan_id", "month"], how="left")
    unpaid = {3: 0.50, 7: 0.32, 15: 0.20}
    d1 = [28 * (current["days_past_due_next"] == n).sum() / current.height / share for n, share in unpaid.items()]
    d1 = sum(d1) / len(d1)
    reached = (current["later"] > 30).sum() / current.height
    assert 0.045 < d1 < 0.062
    assert 0.0045 < reached < 0.0070
    assert reached == pytest.approx(d1 * (1 - 0.881), rel=0.15)


def test_days_past_due_never_grow_faster_than_the_calendar(rows):
    ordered = rows.sort("loan_id", "as_of")
    same = pl.col("loan_id") == pl.col("loan_id").shift()
    jump = days - days.shift() > pl.col("as_of").diff().dt.total_days()
    assert ordered.filter(same & jump).height == 0


def test_an_overdue_loan_that_pays_nothing_ages_by_the_days_of_the_month(present):
    idle = present.filter((days > 0) & (pl.col("paid_in_month_next") == 0) & ~pl.col("restructured"))
    assert idle.height > 5_000
    assert (idle["days_past_due_next"] == idle["days_past_due"] + idle["passed"]).all()


def test_some_late_loans_pay_in_part_and_stay_late_in_a_better_or_the_same_bucket(present):
    part = present.filter((days > 0) & (pl.col("days_past_due_next") > 0) & (pl.col("paid_in_month_next") > 0))
    assert (part["days_past_due_next"] < part["days_past_due"] + part["passed"]).all()
    assert part.filter(pl.col("bucket_next") < pl.col("bucket")).height > 20
    assert part.filter(pl.col("bucket_next") == pl.col("bucket")).height > 20


def test_overdue_amount_and_days_past_due_tell_the_same(rows):
    assert rows.filter((days == 0) != (pl.col("overdue_amount") == 0)).height == 0
    assert rows.filter((days == 0) & (pl.col("interest_due") != 0)).height == 0
    part = rows.filter(days > 0)
    assert part.filter(~pl.col("interest_due").is_between(0, pl.col("overdue_amount"))).height == 0
    principal_due = pl.col("overdue_amount") - pl.col("interest_due")
    assert part.filter(~principal_due.is_between(0, pl.col("balance"))).height == 0


def test_money_is_never_negative(rows):
    money = ("balance", "overdue_amount", "interest_due", "paid_in_month")
    assert rows.select(pl.min_horizontal(money).min()).item() == 0
    assert rows.filter((status == "open") & (pl.col("balance") <= 0)).height == 0


def test_a_current_loan_pays_its_interest_and_the_rest_off_the_balance_to_the_cent(present):
    paid = present.filter((days == 0) & (pl.col("days_past_due_next") == 0) & ~pl.col("restructured"))
    principal = pl.col("paid_in_month_next") - interest(pl.col("balance"))
    assert paid.height > 400_000
    assert paid.filter(pl.col("balance_next") != pl.col("balance") - principal).height == 0


def test_a_cure_pays_the_arrears_and_the_new_instalment_to_the_cent(present):
    cured = present.filter((days > 0) & (pl.col("days_past_due_next") == 0) & ~pl.col("restructured"))
    after_arrears = pl.col("balance") - (pl.col("overdue_amount") - pl.col("interest_due"))
    principal = pl.col("paid_in_month_next") - pl.col("overdue_amount") - interest(after_arrears)
    assert cured.height > 3_000
    assert cured.filter(pl.col("balance_next") != after_arrears - principal).height == 0


def test_the_balance_moves_only_with_cash(present):
    fall, cash = pl.col("balance") - pl.col("balance_next"), pl.col("paid_in_month_next")
    assert present.filter((cash == 0) != (fall == 0)).height == 0
    assert present.filter((cash > 0) & ~((fall > 0) & (fall < cash))).height == 0


def test_nothing_follows_an_exit(rows):
    gone = rows.filter(status != "open").select("loan_id", gone="as_of")
    assert gone["loan_id"].is_unique().all()
    assert rows.join(gone, on="loan_id").filter(pl.col("as_of") > pl.col("gone")).height == 0


def test_each_kind_of_exit_is_there_and_looks_as_it_should(rows):
    kinds = {name: rows.filter(status == name) for name in ("paid_off", "charged_off", "sold")}
    assert kinds["paid_off"].height > 10_000
    assert (kinds["paid_off"]["balance"] == 0).all()
    assert (kinds["paid_off"]["paid_in_month"] > 0).all()
    assert kinds["charged_off"].height > 500
    assert kinds["sold"].height > 100
    for name, day in (("charged_off", "charged_off_on"), ("sold", "sold_on")):
        gone = kinds[name]
        assert (gone["days_past_due"] > 180).all()
        assert (gone[day].dt.month_end() == gone["as_of"]).all()
        assert rows[day].count() == gone.height
    assert set(kinds["sold"]["as_of"].dt.month()) == {3, 6, 9, 12}
    price = (kinds["sold"]["sale_price"].cast(pl.Float64)) / kinds["sold"]["balance"].cast(pl.Float64)
    assert price.is_between(0.0499, 0.0901).all()
    assert rows["sale_price"].count() == kinds["sold"].height


def test_the_later_in_arrears_the_likelier_the_charge_off(pairs):
    lost = (pl.col("status_next") == "charged_off").fill_null(False)
    rate = [
        pairs.filter(days.is_between(low, high)).select(lost.mean()).item()
        for low, high in ((120, 150), (181, 240), (241, 300), (301, 360), (361, 450))
    ]
    assert rate[0] < 0.02
    assert rate == sorted(rate)
    assert rate[-1] > 0.3


def test_a_very_few_loans_vanish_and_some_of_them_return(rows, pairs):
    vanished = pairs.filter(pl.col("status_next").is_null())
    assert 0.00008 < vanished.height / pairs.height < 0.00025
    gap = pl.col("month").shift(-1).over("loan_id", order_by="month") - pl.col("month")
    gaps = rows.select(gap.alias("gap")).filter(pl.col("gap") > 1)["gap"]
    assert 10 < len(gaps) < vanished.height / 2
    assert set(gaps) == {2, 3}


def test_a_restructured_loan_becomes_current_without_cash(present):
    eased = present.filter("restructured")
    assert 30 < eased.height < 300
    assert (eased["days_past_due"] + eased["passed"]).is_between(91, 150).all()
    assert (eased["days_past_due_next"] == 0).all()
    assert (eased["paid_in_month_next"] == 0).all()
    assert (eased["balance_next"] == eased["balance"]).all()


def test_car_loans_of_one_region_get_worse_and_no_others_do(pairs):
    last = pairs["month"].max()
    late = (pl.col("bucket_next") == 1).fill_null(False)
    period = pl.when(pl.col("month") > last - 3).then(pl.lit("now")).when(pl.col("month") < last - 6)
    entry = (
        pairs.filter(pl.col("bucket") == 0)
        .with_columns(period=period.then(pl.lit("before")))
        .drop_nulls("period")
        .group_by("product", "region", "period")
        .agg(late.mean())
        .pivot("period", index=["product", "region"], values="bucket_next")
        .with_columns(ratio=pl.col("now") / pl.col("before"))
    )
    story = (pl.col("product") == "Car") & (pl.col("region") == "East")
    assert entry.filter(story)["ratio"].item() > 2.2
    assert entry.filter(~story)["ratio"].is_between(0.75, 1.3).all()

"""The golden month through the measures of movement and of why levels change, its numbers written down by hand."""

from decimal import Decimal

import pytest

from tests.golden import CLOSING, OPENING, ROWS
from tests.small_books import only


@pytest.fixture
def reader(read_rows):
    return read_rows(ROWS)


def by(reader, question: str, *keys: str) -> dict:
    """The rows of the closing month by these columns."""
    rows = [row for row in reader.ask(question).to_dicts() if row["month"] == CLOSING]
    return {tuple(row[key] for key in keys) if len(keys) > 1 else row[keys[0]]: row for row in rows}


def test_of_the_normal_tier_half_migrated_once_the_paid_off_loan_is_taken_out(reader):
    """2500 at the opening, C left with 500, B with 1000 is special mention now."""
    tier = by(reader, "regulatory_migration", "tier")["normal"]
    assert (tier["loans"], tier["opening_balance"], tier["left_loans"], tier["left_balance"]) == (3, 2500, 1, 500)
    assert (tier["worse_loans"], tier["worse_balance"]) == (1, 1000)
    assert (tier["migration_rate"], tier["migration_rate_loans"]) == (0.5, 0.5)


def test_of_special_mention_nothing_migrated_and_what_left_and_vanished_is_told(reader):
    """G, K and J left with 1600; L with 600 has no row and stays in the denominator of 4300."""
    tier = by(reader, "regulatory_migration", "tier")["special_mention"]
    assert (tier["loans"], tier["opening_balance"], tier["left_loans"], tier["left_balance"]) == (9, 5900, 3, 1600)
    assert (tier["charged_off_loans"], tier["charged_off_balance"]) == (1, 400)
    assert (tier["missing_loans"], tier["missing_balance"]) == (1, 600)
    assert (tier["migration_rate"], tier["migration_rate_loans"]) == (0, 0)


def test_a_third_of_the_current_loans_and_forty_percent_of_their_balance_became_overdue(reader):
    entry = only(reader, "entry_rate", month=CLOSING)
    assert (entry["loans"], entry["opening_balance"]) == (3, 2500)
    assert (entry["entered_loans"], entry["entered_balance"]) == (1, 1000)
    assert entry["entry_rate"] == pytest.approx(0.4, abs=1e-12)
    assert entry["entry_rate_loans"] == pytest.approx(1 / 3, abs=1e-12)


def test_the_cure_of_m2_is_a_third_and_none_of_it_without_the_re_aged_loan(reader):
    cures = by(reader, "cure", "from_bucket")
    assert set(cures) == {"M1", "M2", "M3"}
    names = [f"{kind}_loans" for kind in ("cure_share", "cure_without_re_age_share", "re_age_share")]
    assert [cures["M1"][name] for name in names] == [0.5, 0.5, 0]
    assert [cures["M2"][name] for name in names] == pytest.approx([1 / 3, 0, 1 / 3], abs=1e-12)
    assert cures["M2"]["re_age_share_balance"] == pytest.approx(600 / 1700, abs=1e-12)
    assert cures["M2"]["cure_without_re_age_share_balance"] == 0


def test_balance_in_m2_or_worse_is_a_fifth_of_the_book_and_less_of_the_book_of_a_month_ago(reader):
    """1500 ÷ 7500 = 20 %, and 1500 ÷ 8400 = 17.857 %; the month before 2700 ÷ 8400 = 32.143 %."""
    rows = {(row["month"], row["line"]): row for row in reader.ask("past_due").to_dicts()}
    now = rows[CLOSING, "30+"]
    assert (now["lower_dpd"], now["loans"], now["balance"]) == (31, 2, 1500)
    assert f"{now['share_balance']:.3%}" == "20.000%"
    assert f"{now['share_of_month_before']:.3%}" == "17.857%"
    assert now["share_loans"] == 0.25
    before = rows[OPENING, "30+"]
    assert f"{before['share_balance']:.3%}" == "32.143%"
    assert before["share_of_month_before"] is None
    assert [line for month, line in rows if month == CLOSING] == ["1+", "30+", "60+", "90+", "120+", "150+", "180+"]


def test_only_the_first_overdue_bucket_has_a_month_to_lag_behind(reader):
    lagged = by(reader, "lagged_delinquency", "bucket")
    assert set(lagged) == {"M1"}
    assert (lagged["M1"]["origin_month"], lagged["M1"]["balance"], lagged["M1"]["origin_balance"]) == (
        OPENING,
        1800,
        8400,
    )
    assert lagged["M1"]["lagged_rate"] == pytest.approx(1800 / 8400, abs=1e-12)
    assert lagged["M1"]["lagged_rate_loans"] == pytest.approx(2 / 12, abs=1e-12)


def test_four_hundred_were_charged_off_of_a_mean_balance_of_7950(reader):
    month = only(reader, "charge_offs", month=CLOSING)
    assert (month["loans"], month["balance"]) == (1, 400)
    assert month["rate"] == pytest.approx(400 * 12 / 7950, abs=1e-12)
    assert month["rate_loans"] == pytest.approx(1 * 12 / 10, abs=1e-12)
    assert (month["recovery_loans"], month["recovered"], month["net_rate"]) == (0, None, None)


def test_a_window_of_one_month_is_no_year_so_there_is_no_ratio(reader):
    month = only(reader, "bad_debt_with_write_offs", month=CLOSING)
    assert (month["months_covered"], month["charged_off_loans"], month["charged_off_balance"]) == (1, 1, 400)
    assert (month["ratio"], month["ratio_loans"]) == (None, None)


def test_nothing_is_bad_so_the_bridge_has_nothing_to_explain(reader):
    bridge = by(reader, "bad_debt_bridge", "component")
    assert {row["amount"] for name, row in bridge.items() if name != "growth"} == {Decimal(0)}
    assert {row["effect"] for row in bridge.values()} == {0}


def test_no_bucket_reaches_the_last_one_where_nobody_stood_between(reader):
    assert {(row["coincident"], row["cohort"]) for row in by(reader, "roll_to_loss", "from_bucket").values()} == {
        (None, None)
    }


TERMS = (
    "opening",
    "rolled_in",
    "rolled_out",
    "booked",
    "cash",
    "paid_off",
    "charged_off",
    "sold",
    "missing",
    "closing",
)


@pytest.mark.parametrize(
    ("bucket", "amounts"),
    [
        ("M0", (2500, 1400, 1000, 2000, 200, 500, 0, 0, 0, 4200)),
        ("M1", (3200, 1000, 1700, 0, 0, 700, 0, 0, 0, 1800)),
        ("M2", (1700, 900, 1200, 0, 0, 0, 0, 500, 0, 900)),
        ("M3", (1000, 600, 0, 0, 0, 0, 400, 0, 600, 600)),
        ("M4", (0,) * 10),
    ],
)
def test_each_bucket_moves_from_its_opening_to_its_closing_balance_as_on_paper(reader, bucket, amounts):
    row = by(reader, "balance_movement", "bucket")[bucket]
    assert tuple(row[name] for name in TERMS) == amounts
    assert (row["returned"], row["other"], row["reclassified"], row["interest"]) == (0, 0, 0, None)

"""The traps that measures of movement fall into, a test each, on books small enough to read."""

from datetime import date
from decimal import Decimal

import pytest

from queries import Filters
from tests.oracle_levels import ADDS_TO_BOTH
from tests.oracle_movement import MOVEMENTS_OF_BALANCE
from tests.small_books import APR, FEB, JAN, M0, M1, M2, M3, M4, MAR, loan, only
from tests.snapshots import Row, month_ends

M5, M6, M7, DOUBTFUL, LOSS = 130, 160, 200, 300, 400
IN_FEB = date(2024, 2, 12)


def gone(loan_id: str, as_of: date, status: str, **more) -> Row:
    """A loan that the snapshot still lists and that is over."""
    return Row(loan_id, as_of, 0, balance=Decimal(0), status=status, **more)


def rows_by(reader, question: str, key: str, **chosen) -> dict:
    return {row[key]: row for row in reader.ask(question, Filters(**chosen)).to_dicts()}


def amounts(reader, **chosen) -> dict[str, Decimal]:
    """The components of the bridge that moved anything."""
    found = rows_by(reader, "bad_debt_bridge", "component", **chosen)
    assert set(found) == {*ADDS_TO_BOTH, "growth"}
    return {name: row["amount"] for name, row in found.items() if row["amount"]}


# --- tiers ---------------------------------------------------------------------------------------


def test_a_charge_off_leaves_the_denominator_of_the_migration_rate_and_is_shown(read_rows):
    """Four substandard loans: one worse, one written off, one sold, one vanished: 1 of 4 − 2."""
    opening = [loan(name, JAN, M4) for name in ("worse", "written off", "sold", "vanished")]
    closing = [
        loan("worse", FEB, DOUBTFUL),
        gone("written off", FEB, "charged_off"),
        gone("sold", FEB, "sold"),
        loan("new", FEB, LOSS),
    ]
    tier = only(read_rows(opening + closing), "regulatory_migration")
    assert (tier["tier"], tier["loans"], tier["left_loans"], tier["missing_loans"]) == ("substandard", 4, 2, 1)
    assert (tier["charged_off_loans"], tier["charged_off_balance"]) == (1, 100)
    assert (tier["migration_rate"], tier["migration_rate_loans"]) == (0.5, 0.5)


@pytest.mark.parametrize(("days", "now", "migrated"), [(90, 90, 0), (90, 91, 1), (270, 271, 1), (0, 1, 1), (271, 360, 0), (271, 361, 1)])  # fmt: skip
def test_a_tier_is_left_at_its_edge_and_not_a_day_before(read_rows, days, now, migrated):
    reader = read_rows([loan("a", JAN, days), loan("a", FEB, now)])
    assert only(reader, "regulatory_migration")["migration_rate"] == migrated


def test_the_worst_tier_has_no_rate_and_a_better_one_is_no_migration(read_rows):
    reader = read_rows([loan("a", JAN, LOSS), loan("b", JAN, M4), loan("a", FEB, LOSS), loan("b", FEB, M1)])
    assert only(reader, "regulatory_migration")["tier"] == "substandard"
    assert only(reader, "regulatory_migration")["migration_rate"] == 0


def test_a_bucket_that_spans_tiers_is_worse_only_where_all_of_it_is(read_rows):
    """181+ is substandard at best: worse than special mention, and perhaps no worse than substandard."""
    opening = [loan("late", JAN, M1), loan("bad", JAN, M4), Row("unknown", JAN, None, "M7", balance=Decimal(100))]
    closing = [Row(name, FEB, None, "M7", balance=Decimal(100)) for name in ("late", "bad", "unknown")]
    tiers = rows_by(read_rows(opening + closing), "regulatory_migration", "tier")
    assert {name: row["worse_loans"] for name, row in tiers.items()} == {"special_mention": 1, "substandard": 0}


def test_a_tier_that_left_whole_has_no_rate(read_rows):
    reader = read_rows([loan("a", JAN, M0), gone("a", FEB, "paid_off"), loan("b", FEB, M0)])
    tier = only(reader, "regulatory_migration")
    assert (tier["migration_rate"], tier["migration_rate_loans"]) == (None, None)


# --- roll to loss --------------------------------------------------------------------------------


def ladder(month: date, *balances: int) -> list[Row]:
    """A loan in each of M0 … M7 with that balance; the ids are new every month, as net flows do not mind."""
    days = (M0, M1, M2, M3, M4, M5, M6, M7)
    return [loan(f"{month}-{at}", month, days[at], owed) for at, owed in enumerate(balances) if owed]


def test_the_product_of_one_month_and_the_product_down_the_diagonal(read_rows):
    """From M5 two steps are left. February: 40/100, 30/60. March: 50/80, 10/40."""
    reader = read_rows(
        ladder(JAN, 0, 0, 0, 0, 0, 100, 60, 5)
        + ladder(FEB, 0, 0, 0, 0, 0, 80, 40, 30)
        + ladder(MAR, 0, 0, 0, 0, 0, 70, 50, 10)
    )
    found = {(r["month"], r["from_bucket"]): (r["coincident"], r["cohort"]) for r in reader.ask("roll_to_loss").to_dicts()}  # fmt: skip
    assert found[FEB, "M6"] == pytest.approx((0.5, 0.5))
    assert found[MAR, "M6"] == pytest.approx((0.25, 0.25))
    assert found[MAR, "M5"] == pytest.approx((50 / 80 * 0.25, 40 / 100 * 0.25))
    assert found[FEB, "M5"] == (pytest.approx(0.4 * 0.5), None)
    assert found[MAR, "M4"] == (None, None)
    assert {bucket for _, bucket in found} == {"M0", "M1", "M2", "M3", "M4", "M5", "M6"}


def test_the_diagonal_does_not_jump_over_a_month_that_the_book_does_not_have(read_rows):
    rows = ladder(JAN, 0, 0, 0, 0, 0, 100, 60, 5) + ladder(MAR, 0, 0, 0, 0, 0, 70, 50, 10)
    reader = read_rows(rows + ladder(APR, 0, 0, 0, 0, 0, 70, 35, 10))
    rows = {row["from_bucket"]: row for row in reader.ask("roll_to_loss").to_dicts()}
    assert {row["month"] for row in rows.values()} == {APR}
    assert rows["M5"]["coincident"] == pytest.approx(35 / 70 * 10 / 50)
    assert rows["M5"]["cohort"] is None


# --- entry and cure ------------------------------------------------------------------------------


def test_a_loan_charged_off_straight_from_current_is_no_entry_and_stays_in_the_denominator(read_rows):
    opening = [loan(name, JAN, M0) for name in ("late", "fraud", "paid", "vanished")]
    closing = [loan("late", FEB, M3), gone("fraud", FEB, "charged_off"), gone("paid", FEB, "paid_off")]
    entry = only(read_rows([*opening, *closing, loan("new", FEB, M1)]), "entry_rate")
    assert (entry["loans"], entry["entered_loans"], entry["charged_off_loans"]) == (4, 1, 1)
    assert (entry["entry_rate"], entry["entry_rate_loans"], entry["charged_off_balance"]) == (0.25, 0.25, 100)


def test_a_re_age_is_a_cure_on_paper_and_one_with_cash_is_a_cure(read_rows):
    opening = [loan(name, JAN, M3) for name in ("re-aged", "paid and restructured", "moved to M1", "stays")]
    told = {"restructured_on": IN_FEB}
    closing = [
        loan("re-aged", FEB, M0, **told, paid_in_month=Decimal(0)),
        loan("paid and restructured", FEB, M0, **told, paid_in_month=Decimal("0.01")),
        loan("moved to M1", FEB, M1, **told),
        loan("stays", FEB, M3, **told, paid_in_month=Decimal(0)),
    ]
    cure = only(read_rows(opening + closing), "cure")
    for unit in ("loans", "balance"):
        assert cure[f"cure_share_{unit}"] == 0.5
        assert cure[f"cure_without_re_age_share_{unit}"] == 0.25
        assert cure[f"re_age_share_{unit}"] == 0.5, "also the loan that is still overdue, and whose cash nobody knows"


def test_a_restructuring_of_an_earlier_month_does_not_make_a_cure_a_re_age(read_rows):
    reader = read_rows([loan("a", JAN, M2), loan("a", FEB, M0, restructured_on=date(2024, 1, 31))])
    assert only(reader, "cure")["re_age_share_loans"] == 0


# --- past due and lags ---------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "lines"), [(0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4)])
def test_a_line_begins_a_day_after_its_name(read_rows, days, lines):
    reader = read_rows([loan("a", JAN, days)])
    assert [row["loans"] for row in reader.ask("past_due").to_dicts()] == [1] * lines + [0] * (7 - lines)


def test_a_bucket_that_begins_at_thirty_days_makes_the_line_thirty(read_rows, tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "recoup.toml").write_text("[buckets]\nM0 = 0\nM1 = 1\nM2 = 30\nM3 = 60\n", encoding="utf-8")
    reader = read_rows([loan("a", JAN, 30), loan("b", JAN, 29)])
    lines = {row["line"]: (row["lower_dpd"], row["loans"]) for row in reader.ask("past_due").to_dicts()}
    assert lines == {"1+": (1, 2), "30+": (30, 1), "60+": (60, 0)}


def test_growth_dilutes_the_coincident_share_and_not_the_lagged_one(read_rows):
    """The two loans late since February are a fifth of the book by March, and all of the book they come from."""
    old = [loan(name, month, days) for name in "ab" for month, days in ((JAN, M0), (FEB, M1), (MAR, M2))]
    reader = read_rows(old + [loan(f"new {number}", MAR, M0) for number in range(8)])
    assert rows_by(reader, "past_due", "line", month=MAR)["30+"]["share_balance"] == pytest.approx(0.2)
    assert rows_by(reader, "past_due", "line", month=MAR)["30+"]["share_of_month_before"] == 1
    lagged = rows_by(reader, "lagged_delinquency", "bucket", month=MAR)
    assert set(lagged) == {"M1", "M2"}
    assert (lagged["M2"]["origin_month"], lagged["M2"]["lagged_rate"], lagged["M2"]["lagged_rate_loans"]) == (JAN, 1, 1)
    assert (lagged["M1"]["loans"], lagged["M1"]["lagged_rate"]) == (0, 0)


def test_a_lag_into_a_month_that_the_book_does_not_have_is_not_answered(read_rows):
    reader = read_rows([loan("a", JAN, M0), loan("a", MAR, M2), loan("a", APR, M3)])
    found = {(row["month"], row["bucket"]) for row in reader.ask("lagged_delinquency").to_dicts()}
    assert found == {(MAR, "M2"), (APR, "M1"), (APR, "M3")}
    lines = reader.ask("past_due", Filters(month=MAR)).to_dicts()
    assert {row["share_of_month_before"] for row in lines} == {None}


# --- charge-offs ---------------------------------------------------------------------------------


def written_off(loan_id: str, as_of: date, cash: int | None) -> Row:
    return gone(loan_id, as_of, "charged_off", paid_in_month=None if cash is None else Decimal(cash))


def test_recoveries_are_what_loans_written_off_before_pay_and_not_what_they_paid_before(read_rows):
    rows = [loan("a", JAN, M4, 900), loan("b", JAN, M0, 1100), loan("b", FEB, M0, 1100), loan("b", MAR, M0, 900)]
    rows += [written_off("a", FEB, 70), written_off("a", MAR, 30)]
    months = rows_by(read_rows(rows), "charge_offs", "month")
    assert (months[FEB]["balance"], months[FEB]["recovered"], months[FEB]["net_rate"]) == (900, None, None)
    assert months[FEB]["rate"] == pytest.approx(12 * 900 / 1550)
    assert (months[MAR]["loans"], months[MAR]["balance"], months[MAR]["rate"]) == (0, 0, 0)
    assert (months[MAR]["recovery_loans"], months[MAR]["recovered"]) == (1, 30)
    assert months[MAR]["net_rate"] == pytest.approx(-12 * 30 / 1000)


def test_what_nobody_says_was_recovered_is_not_zero(read_rows):
    rows = [loan("a", JAN, M4), loan("b", JAN, M0), loan("b", FEB, M0), loan("b", MAR, M0)]
    months = rows_by(
        read_rows([*rows, written_off("a", FEB, None), written_off("a", MAR, None)]), "charge_offs", "month"
    )
    assert (months[MAR]["recovery_loans"], months[MAR]["recovered"], months[MAR]["net_rate"]) == (0, None, None)


def test_a_sale_is_no_charge_off(read_rows):
    reader = read_rows([loan("a", JAN, M4), loan("b", JAN, M0), gone("a", FEB, "sold"), loan("b", FEB, M0)])
    assert only(reader, "charge_offs")["balance"] == 0


def year_of_write_offs(months: int) -> list[Row]:
    """Each month a bad loan of 100 is charged off, 900 are good and 100 bad; the loan of the first charge-off pays 10 a month."""
    ends = month_ends(date(2023, 1, 31), months)
    rows = []
    for at, end in enumerate(ends):
        rows += [loan("good", end, M0, 900), loan(f"bad {at}", end, M4, 100)]
        rows += [written_off(f"bad {at - 1}", end, None)] if at else []
        rows += [written_off("bad 0", end, 10)] if at > 1 else []
    return rows


def test_write_offs_of_a_year_no_longer_flatter_the_ratio(read_rows):
    """Twelve loans of 100 charged off, 110 recovered on the first: (100 + 1200 − 110) ÷ (1000 + 1200 − 110)."""
    months = rows_by(read_rows(year_of_write_offs(14)), "bad_debt_with_write_offs", "month")
    ends = month_ends(date(2023, 1, 31), 14)
    assert [months[end]["months_covered"] for end in ends] == [*range(13), 12]
    assert all(months[end]["ratio"] is None and months[end]["ratio_loans"] is None for end in ends[:12])
    full = months[ends[12]]
    assert (full["charged_off_loans"], full["charged_off_balance"]) == (12, 1200)
    assert (full["recovery_loans"], full["recovered"]) == (11, 110)
    assert full["ratio"] == pytest.approx((100 + 1200 - 110) / (1000 + 1200 - 110), abs=1e-12)
    assert full["ratio_loans"] == pytest.approx((1 + 12) / (2 + 12), abs=1e-12)


def test_what_is_recovered_on_a_charge_off_that_left_the_window_is_left_out_with_it(read_rows):
    last = rows_by(read_rows(year_of_write_offs(14)), "bad_debt_with_write_offs", "month")[date(2024, 2, 29)]
    assert (last["charged_off_balance"], last["recovery_loans"], last["recovered"]) == (1200, 0, None)
    assert last["ratio"] == pytest.approx((100 + 1200) / (1000 + 1200), abs=1e-12)


def test_a_month_that_is_not_in_the_book_leaves_the_year_incomplete(read_rows):
    rows = [row for row in year_of_write_offs(14) if row.as_of != date(2023, 6, 30)]
    months = rows_by(read_rows(rows), "bad_debt_with_write_offs", "month")
    assert months[date(2024, 2, 29)]["months_covered"] == 10
    assert months[date(2024, 2, 29)]["ratio"] is None


# --- the bad-debt bridge -------------------------------------------------------------------------


def bridge_book() -> list[Row]:
    """Everything that can happen to a bad loan; 10,000 current at the opening, 10,500 at the close."""
    opening = [
        loan("pays", JAN, M4, 100), loan("is paid off", JAN, M4, 200), loan("is cured", JAN, M4, 300),
        loan("is written off", JAN, M4, 400), loan("is sold", JAN, M4, 500), loan("is re-aged", JAN, M4, 600),
        loan("vanishes", JAN, M4, 700), loan("becomes bad", JAN, M3, 800), loan("good", JAN, M0, 10_000),
    ]  # fmt: skip
    closing = [
        loan("pays", FEB, M5, 85, paid_in_month=Decimal(20)),
        gone("is paid off", FEB, "paid_off", paid_in_month=Decimal(205)),
        loan("is cured", FEB, M0, 250, paid_in_month=Decimal(50)),
        gone("is written off", FEB, "charged_off"), gone("is sold", FEB, "sold"),
        loan("is re-aged", FEB, M1, 600, restructured_on=IN_FEB, paid_in_month=Decimal(0)),
        loan("becomes bad", FEB, M4, 810, paid_in_month=Decimal(1)),
        loan("enters bad", FEB, M7, 55), loan("good", FEB, M0, 10_500),
    ]  # fmt: skip
    return opening + closing


def test_every_way_in_and_out_of_bad_debt_has_its_bar(read_rows):
    assert amounts(read_rows(bridge_book())) == {
        "newly_bad": 810,
        "cured": -300,
        "cash": -(20 + 200),
        "charged_off": -400,
        "sold": -500,
        "re_aged": -600,
        "missing": -700,
        "entered": 55,
        "interest_and_other": 5,
    }


def test_the_effects_lead_from_the_old_ratio_to_the_new_one_and_a_charge_off_moves_both_sides(read_rows):
    """2800 of 13,600 were bad, 950 of 12,300 are."""
    effects = {
        name: row["effect"] for name, row in rows_by(read_rows(bridge_book()), "bad_debt_bridge", "component").items()
    }
    before, after, whole = 2800 / 13_600, 950 / 12_300, 12_300
    assert sum(effects.values()) == pytest.approx(after - before, abs=1e-12)
    assert effects["charged_off"] == pytest.approx(-400 * (1 - before) / whole, abs=1e-12)
    assert effects["cured"] == pytest.approx(-300 / whole, abs=1e-12)
    on_both_sides = -220 - 400 - 500 - 700 + 55 + 5
    assert effects["growth"] == pytest.approx(-before * (12_300 - 13_600 - on_both_sides) / whole, abs=1e-12)


def test_growth_alone_dilutes_the_ratio_and_has_no_amount(read_rows):
    reader = read_rows([loan("bad", JAN, M4), loan("a", JAN, M0), loan("bad", FEB, M4), loan("a", FEB, M0), loan("b", FEB, M0, 200)])  # fmt: skip
    bridge = rows_by(reader, "bad_debt_bridge", "component")
    assert amounts(reader) == {}
    assert bridge["growth"]["amount"] is None
    assert bridge["growth"]["effect"] == pytest.approx(-0.25, abs=1e-12)
    assert {row["effect"] for name, row in bridge.items() if name != "growth"} == {0}


def test_writing_off_all_that_is_bad_is_accounting_and_not_a_cure(read_rows):
    reader = read_rows([loan("bad", JAN, M4), loan("a", JAN, M0), gone("bad", FEB, "charged_off"), loan("a", FEB, M0)])
    bridge = rows_by(reader, "bad_debt_bridge", "component")
    assert {name: row["effect"] for name, row in bridge.items() if row["effect"]} == {"charged_off": -0.5}


def test_a_bad_loan_that_returns_after_a_gap_is_not_newly_bad(read_rows):
    steady = [loan("s", month, M0) for month in (JAN, FEB, MAR)]
    reader = read_rows([*steady, loan("a", JAN, M4), loan("a", MAR, M5)])
    assert amounts(reader, month=FEB) == {"missing": -100}
    assert amounts(reader, month=MAR) == {"entered": 100}


def test_a_bad_loan_that_changes_its_product_leaves_one_slice_for_the_other(read_rows):
    rows = [loan(name, month, M0, product=name) for name in ("card", "car") for month in (JAN, FEB)]
    rows += [loan("a", JAN, M4, 100, product="card"), loan("a", FEB, M4, 90, product="car", paid_in_month=Decimal(10))]
    reader = read_rows(rows)
    assert amounts(reader) == {"cash": -10}
    assert amounts(reader, product=("card",)) == {"cash": -10, "reclassified": -90}
    assert amounts(reader, product=("car",)) == {"reclassified": 90}


def test_cash_that_nobody_knows_of_stands_under_other(read_rows):
    reader = read_rows([loan("a", JAN, M4, 100), loan("b", JAN, M0), loan("a", FEB, M4, 70), loan("b", FEB, M0)])
    assert amounts(reader) == {"interest_and_other": -30}


def test_a_bad_balance_that_nobody_knows_makes_no_bridge(read_rows):
    unknown = Row("a", FEB, M4)
    reader = read_rows([loan("a", JAN, M4), loan("b", JAN, M0), unknown, loan("b", FEB, M0)])
    rows = reader.ask("bad_debt_bridge").to_dicts()
    assert {(row["amount"], row["effect"]) for row in rows} == {(None, None)}


# --- movement of balances ------------------------------------------------------------------------


def test_a_loan_leaves_with_what_it_owed_and_changes_where_it_arrives(read_rows):
    """100 rolls; of the 25 paid only 20 lowered it, so 5 are other."""
    reader = read_rows([loan("a", JAN, M1, 100), loan("a", FEB, M2, 80, paid_in_month=Decimal(25))])
    buckets = rows_by(reader, "balance_movement", "bucket")
    moved = {name: {k: v for k, v in row.items() if k in MOVEMENTS_OF_BALANCE and v} for name, row in buckets.items()}
    assert moved["M1"] == {"opening": 100, "rolled_out": 100}
    assert moved["M2"] == {"rolled_in": 100, "cash": 25, "other": 5, "closing": 80}


def test_cash_that_is_not_known_is_null_and_its_effect_is_other(read_rows):
    reader = read_rows([loan("a", JAN, M1, 100), loan("a", FEB, M1, 80), loan("b", FEB, M0)])
    buckets = rows_by(reader, "balance_movement", "bucket")
    assert (buckets["M1"]["cash"], buckets["M1"]["other"]) == (None, -20)
    assert buckets["M2"]["cash"] == 0


def test_new_and_returned_loans_come_in_under_their_own_names(read_rows):
    steady = [loan("s", month, M0) for month in (JAN, FEB, MAR)]
    reader = read_rows([*steady, loan("a", JAN, M0, 50), loan("a", MAR, M0, 40), loan("n", MAR, M0, 7)])
    assert rows_by(reader, "balance_movement", "bucket", month=FEB)["M0"]["missing"] == 50
    row = rows_by(reader, "balance_movement", "bucket", month=MAR)["M0"]
    assert (row["opening"], row["booked"], row["returned"], row["closing"]) == (100, 7, 40, 147)


def test_a_gap_of_a_month_makes_no_movement(read_rows):
    reader = read_rows([loan("a", JAN, M4), loan("a", MAR, M4), loan("a", APR, M4)])
    questions = ("balance_movement", "bad_debt_bridge", "mix_and_rate", "charge_offs", "regulatory_migration", "cure")
    for question in questions:
        assert set(reader.ask(question)["month"].to_list()) == {APR}, question
    assert reader.ask("entry_rate").is_empty()


# --- mix and rate --------------------------------------------------------------------------------


def effects(reader, dimension: str = "product") -> dict[str, tuple[float, float]]:
    rows = reader.ask("mix_and_rate").to_dicts()
    return {row["value"]: (row["mix_effect"], row["rate_effect"]) for row in rows if row["dimension"] == dimension}


def product(name: str, month: date, good: int, bad: int) -> list[Row]:
    return [loan(f"{name} good", month, M0, good, product=name), loan(f"{name} bad", month, M4, bad, product=name)]


def test_shares_that_shift_are_mix_and_ratios_that_shift_are_rate(read_rows):
    """Cards 10 % bad, cars 30 %; cards shrink from a half to a quarter, cars worsen to 40 %.

    Whole: 20 % → 32.5 %, middle 26.25 %. Cards: −25 pp × (10 − 26.25) %. Cars: 25 pp × (35 − 26.25) % and 10 pp × 62.5 %.
    """
    reader = read_rows(
        [
            *product("card", JAN, 900, 100), *product("car", JAN, 700, 300),
            *product("card", FEB, 450, 50), *product("car", FEB, 900, 600),
        ]
    )  # fmt: skip
    found = effects(reader)
    assert found["card"] == pytest.approx((0.25 * 0.1625, 0), abs=1e-12)
    assert found["car"] == pytest.approx((0.25 * 0.0875, 0.1 * 0.625), abs=1e-12)
    assert sum(map(sum, found.values())) == pytest.approx(0.325 - 0.2, abs=1e-12)
    assert effects(reader, "region")[""] == pytest.approx((0, 0.125), abs=1e-12)


def test_a_product_that_appears_or_vanishes_is_all_mix(read_rows):
    """Cars vanish with 10 % bad, loans appear with 30 %: the whole goes from 5 % to 15 %."""
    rows = [*product("card", JAN, 1000, 0), *product("car", JAN, 900, 100)]
    rows += [*product("card", FEB, 1000, 0), *product("loan", FEB, 700, 300)]
    found = effects(read_rows(rows))
    assert found["card"] == pytest.approx((0, 0), abs=1e-12)
    assert found["car"] == pytest.approx((-0.5 * (0.1 - 0.1), 0), abs=1e-12)
    assert found["loan"] == pytest.approx((0.5 * (0.3 - 0.1), 0), abs=1e-12)
    assert sum(map(sum, found.values())) == pytest.approx(0.1, abs=1e-12)


# --- books that say little -----------------------------------------------------------------------

BY_LOANS = {
    "month", "tier", "loans", "left_loans", "charged_off_loans", "missing_loans", "worse_loans", "migration_rate_loans",
    "from_bucket", "entered_loans", "entry_rate_loans", "cure_share_loans", "cure_without_re_age_share_loans",
    "re_age_share_loans", "bucket", "origin_month", "origin_loans", "lagged_rate_loans", "line", "lower_dpd", "share_loans",
    "recovery_loans", "rate_loans", "months_covered", "component", "dimension", "value",
}  # fmt: skip


@pytest.mark.parametrize(
    "question",
    ["regulatory_migration", "roll_to_loss", "entry_rate", "cure", "lagged_delinquency", "past_due", "charge_offs",
     "bad_debt_with_write_offs", "bad_debt_bridge", "balance_movement", "mix_and_rate"],
)  # fmt: skip
def test_a_book_without_balances_answers_by_loans_and_never_with_zero_money(read_rows, question):
    days = {"a": (M0, M1), "b": (M1, M2), "c": (M4, M4), "d": (M3, M4), "e": (M4, M0)}
    rows = [Row(name, month, at[n]) for name, at in days.items() for n, month in enumerate((JAN, FEB))]
    frame = read_rows([*rows, Row("f", JAN, M4), Row("f", FEB, M4, status="charged_off")]).ask(question)
    assert frame.height
    for name in set(frame.columns) - BY_LOANS:
        assert frame[name].null_count() == frame.height, name
    for name in set(frame.columns) & BY_LOANS:
        assert frame[name].null_count() == 0, name

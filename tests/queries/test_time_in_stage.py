"""Time in stage: days dated by hand, survival against other computations, and what distorts it."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
from scipy.stats import CensoredData, ecdf

from queries import Filters
from queries.computed.survival import survival
from tests.events_placements import assert_rows
from tests.oracle_spells import NAMES, curve, spells, time_in_stage
from tests.small_books import APR, FEB, JAN, MAR, loan
from tests.snapshots import Row, month_ends, random_book


def stays(reader, stage: str, **options) -> dict:
    """The row of a stage in time_in_stage."""
    (row,) = [row for row in reader.ask("time_in_stage", **options).to_dicts() if row["stage"] == stage]
    return row


def paid(loan_id: str, paid_on: date, amount: int = 100) -> dict:
    return {"loan_id": loan_id, "paid_on": paid_on, "amount": amount}


def days_in(reader, stage: str) -> list[tuple[int, int]]:
    """(days, cases that left) from the curve of a stage."""
    frame = reader.ask("stage_survival", observed="from_entry").filter(stage=stage)
    return list(zip(frame["days"], frame["left"], strict=True))


def test_a_case_enters_when_its_days_reach_the_stage_and_goes_forward_when_they_reach_the_next(read_rows):
    """Overdue since January 1: 4 days past due on January 5, 91 on April 1, which is 87 days later."""
    rows = [loan("a", day, (day - date(2024, 1, 1)).days) for day in (JAN, FEB, MAR, APR)]
    reader = read_rows(rows)
    assert days_in(reader, "mid") == [(87, 1)]
    row = stays(reader, "mid")
    assert (row["cases"], row["forward"], row["median_days"]) == (1, 1, 87)
    final = stays(reader, "final")
    assert (final["cases"], final["open"], final["median_days"]) == (1, 1, None)
    months = {row["stage"]: row["entered_month"] for row in reader.ask("time_in_stage", by="entered_month").to_dicts()}
    assert months == {"mid": JAN, "final": APR}


def test_a_payer_leaves_on_the_day_of_the_payment(read_tables):
    rows = [loan("a", JAN, 24), loan("a", FEB, 0)]
    reader = read_tables(rows, payment=[paid("a", date(2024, 2, 9))])
    assert days_in(reader, "mid") == [(20 + 9, 1)]
    assert stays(reader, "mid")["cured"] == 1


def test_where_the_amount_overdue_is_known_the_payment_that_made_up_for_it_counts_and_not_a_later_instalment(
    read_tables,
):
    rows = [vars(loan("a", JAN, 24)) | {"overdue_amount": 250}, vars(loan("a", FEB, 0)) | {"overdue_amount": 0}]
    payments = [paid("a", date(2024, 2, 3)), paid("a", date(2024, 2, 9), 150), paid("a", date(2024, 2, 28))]
    assert days_in(read_tables(rows, payment=payments), "mid") == [(20 + 9, 1)]


def test_without_payments_a_payer_leaves_on_the_month_end(read_rows):
    reader = read_rows([loan("a", JAN, 24), loan("a", FEB, 0)])
    assert days_in(reader, "mid") == [(20 + 29, 1)]


def test_without_payments_a_short_stage_ends_where_the_next_would_have_begun(read_rows):
    """2 days past due on January 31: on February 2 they would be 4. It was cured in the stage, or went on: it is cured now."""
    reader = read_rows([loan("a", JAN, 2), loan("a", FEB, 0)])
    assert days_in(reader, "early") == [(3, 1)]
    assert stays(reader, "early")["cured"] == 1


def test_who_pays_after_the_next_stage_began_has_gone_forward_first(read_tables):
    reader = read_tables([loan("a", JAN, 2), loan("a", FEB, 0)], payment=[paid("a", date(2024, 2, 3))])
    row = stays(reader, "early")
    assert (row["forward"], row["cured"], row["median_days"]) == (1, 0, 3)


def test_new_arrears_of_the_same_stage_are_a_new_case(read_rows):
    """24 days past due, then 9: what was overdue in January has been paid, and the next instalment has not."""
    reader = read_rows([loan("a", JAN, 24), loan("a", FEB, 9)])
    row = stays(reader, "mid")
    assert (row["cases"], row["cured"], row["open"]) == (2, 1, 1)
    assert days_in(reader, "mid") == [(20 + 24, 1)], "at the latest when the new arrears reached the stage, February 24"


def test_arrears_that_were_there_before_are_the_same_case(read_rows):
    """Of three instalments overdue one was paid: the days fall, and the loan never left the stage."""
    reader = read_rows([loan("a", JAN, 80), loan("a", FEB, 49), loan("a", MAR, 0)])
    assert days_in(reader, "mid") == [(76 + 29 + 31, 1)]
    assert stays(reader, "mid")["cases"] == 1


def test_a_case_that_falls_back_enters_the_earlier_stage_when_it_paid(read_tables):
    rows = [loan("a", JAN, 100), loan("a", FEB, 60), loan("a", MAR, 91)]
    reader = read_tables(rows, payment=[paid("a", date(2024, 2, 10))])
    assert days_in(reader, "final") == [(9 + 10, 1)]
    assert stays(reader, "final")["improved"] == 1
    assert days_in(reader, "mid") == [(19 + 31, 1)], "from February 10 to March 31"


def test_a_re_aged_case_is_none_that_paid(read_rows):
    re_aged = loan("a", FEB, 0, restructured_on=date(2024, 2, 12), paid_in_month=Decimal(0))
    row = stays(read_rows([loan("a", JAN, 45), re_aged]), "mid")
    assert (row["re_aged"], row["cured"], row["median_days"]) == (1, 0, 41 + 12)


def test_the_charged_off_and_the_sold_leave_on_their_day(read_rows):
    rows = [loan("a", JAN, 100), loan("b", JAN, 100)]
    rows += [loan("a", FEB, 129, charged_off_on=date(2024, 2, 20)), loan("b", FEB, 129, sold_on=date(2024, 2, 1))]
    reader = read_rows(rows)
    assert days_in(reader, "final") == [(9 + 1, 1), (9 + 20, 1)]
    row = stays(reader, "final")
    assert (row["charged_off"], row["sold"]) == (1, 1)


def test_open_cases_are_censored_and_never_dropped(read_rows):
    """Of four, one was cured after 49 days; dropping the open ones would say that everybody is."""
    rows = [loan(name, month, 24 + 29 * (month == FEB)) for name in "abc" for month in (JAN, FEB)]
    reader = read_rows([*rows, loan("d", JAN, 24), loan("d", FEB, 0)])
    (point,) = reader.ask("stage_survival").to_dicts()
    assert (point["at_risk"], point["left"], point["still_in"]) == (4, 1, 0.75)
    row = stays(reader, "mid")
    assert (row["cases"], row["open"], row["median_days"]) == (4, 3, None)


def test_a_loan_that_vanishes_is_counted_as_long_as_it_was_seen(read_rows):
    """It is at risk at no age beyond its last month-end, and neither left nor open."""
    rows = [loan("seen", JAN, 24), loan("gone", JAN, 24), loan("seen", FEB, 53), loan("seen", MAR, 0)]
    row = stays(read_rows(rows), "mid")
    assert (row["cases"], row["censored"], row["cured"], row["open"]) == (2, 1, 1, 0)


def test_a_month_that_the_book_lacks_ends_what_is_known_of_a_case(read_rows):
    reader = read_rows([loan("a", JAN, 24), loan("a", MAR, 84), loan("a", APR, 0)])
    row = stays(reader, "mid")
    assert (row["cases"], row["censored"], row["cured"]) == (2, 1, 1)
    (point,) = reader.ask("stage_survival").to_dicts()
    assert (point["at_risk"], point["days"]) == (1, 87)


def test_a_restated_month_in_the_middle_carries_through(read_rows):
    """In February as first told the loan was cured and fell behind anew; as restated, it never left."""
    history = [loan("a", JAN, 24), loan("a", FEB, 0), loan("a", MAR, 84)]
    reader = read_rows(history, [loan("a", FEB, 53)])
    row = stays(reader, "mid")
    assert (row["cases"], row["open"]) == (1, 1)


def test_cases_that_no_month_end_saw_do_not_make_stays_look_long(read_tables):
    """True stays are exponential with a mean of 20 days, so half are over after 14. Many end unseen: late entry corrects for
    it, and taking each seen case from its entry does not."""
    chance = np.random.default_rng(4)
    ends = month_ends(date(2024, 1, 1), 9)
    rows, payments = [], []
    for number in range(3000):
        entered = ends[0] + timedelta(days=int(chance.integers(1, 200)))
        cured = entered + timedelta(days=int(np.ceil(chance.exponential(20))))
        payments.append(paid(f"L{number}", cured))
        for end in ends:
            rows.append(Row(f"L{number}", end, (end - entered).days + 4 if entered <= end < cured else 0))
    reader = read_tables(rows, payment=payments)
    assert stays(reader, "mid")["median_days"] == pytest.approx(14, abs=2)
    assert stays(reader, "mid", observed="from_entry")["median_days"] > 20


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_estimate_is_scipys_where_everybody_is_seen_from_the_start(seed):
    chance = np.random.default_rng(seed)
    ages, happened = chance.integers(1, 60, 500), chance.random(500) < 0.6
    found = survival(None, _counted(ages[happened]), _counted(ages[~happened]))
    theirs = ecdf(CensoredData(uncensored=ages[happened], right=ages[~happened])).sf
    assert found.share == pytest.approx(theirs.evaluate(found.age), abs=1e-12)
    interval = theirs.confidence_interval(method="log-log")
    low, high = interval.low.evaluate(found.age), interval.high.evaluate(found.age)
    known = np.isfinite(found.low)
    assert found.low[known] == pytest.approx(low[known], abs=1e-9)
    assert found.high[known] == pytest.approx(high[known], abs=1e-9)


def test_late_entry_recovers_the_true_survival_from_prevalent_cases():
    """Stays are exponential with a mean of 20 days; who is looked at after u days is seen only if still there."""
    chance = np.random.default_rng(7)
    stay = np.ceil(chance.exponential(20, 200_000)).astype(int)
    looked = chance.integers(0, 31, len(stay))
    there = stay > looked
    found = survival(_counted(looked[there]), _counted(stay[there]), (np.empty(0, int), np.empty(0, int)))
    for age in (5, 14, 30):
        assert found.share[found.age == age][0] == pytest.approx(np.exp(-age / 20), abs=0.02)
    naive = survival(None, _counted(stay[there]), (np.empty(0, int), np.empty(0, int)))
    assert naive.share[naive.age == 14][0] > np.exp(-14 / 20) + 0.1


def _counted(ages: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.unique(ages, return_counts=True)


BOOKS = {
    "half a year": {"seed": 2, "loans": 150, "months": 6},
    "a month is missing": {"seed": 3, "loans": 120, "months": 7, "missing_months": (3,)},
    "many loans": {"seed": 6, "loans": 300, "months": 8},
}


def random_payments(rows: list[Row], seed: int) -> list[dict]:
    """Payments of some of the loans, on any day of the months of the book, a few of them reversed."""
    chance = np.random.default_rng(seed)
    payments = []
    for row in rows:
        for _ in range(int(chance.integers(0, 3)) if chance.random() < 0.3 else 0):
            on = row.as_of - timedelta(days=int(chance.integers(0, 28)))
            payments.append({"loan_id": row.loan_id, "paid_on": on, "amount": int(chance.integers(-20, 100)) or 7})
    return payments


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize("with_payments", [True, False])
def test_any_book_agrees_with_a_walk_along_each_loan(read_tables, name, with_payments):
    rows = random_book(**BOOKS[name])
    payments = random_payments(rows, 5) if with_payments else []
    reader = read_tables(rows, payment=payments)
    cases = spells(rows, payments)
    assert len(cases) > 50
    for option, late in (("from_sight", True), ("from_entry", False)):
        assert_rows(
            reader.ask("time_in_stage", observed=option), time_in_stage(cases, late), ["stage", "entered_month"]
        )
        points = [
            {"stage": stage, "days": age, "at_risk": risk, "left": left, "still_in": share}
            for stage in NAMES
            for age, risk, left, share in curve([case for case in cases if case.stage == stage], late)
        ]
        assert_rows(reader.ask("stage_survival", observed=option), points, ["stage", "days"])
    region = Filters(region=("华东, 上海",))
    own = [case for case in cases if case.row.region == "华东, 上海"]
    assert_rows(reader.ask("time_in_stage", region), time_in_stage(own), ["stage", "entered_month"])


def test_every_case_is_counted_in_exactly_one_way_out(read_rows):
    reader = read_rows(random_book(seed=9, loans=200, months=6))
    for by in ("stage", "entered_month"):
        for row in reader.ask("time_in_stage", by=by).to_dicts():
            fates = ("forward", "cured", "improved", "re_aged", "paid_off", "charged_off", "sold", "censored", "open")
            assert sum(row[fate] for fate in fates) == row["cases"] > 0
    assert reader.ask("stage_survival")["still_in"].is_between(0, 1).all()

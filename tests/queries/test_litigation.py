"""Litigation: cash after filing, gross and net, results, and the days to judgment."""

from datetime import date, timedelta

import pytest
from scipy.stats import CensoredData, ecdf

from queries import Filters, NeedsData
from tests.events_placements import assert_rows
from tests.oracle_placements import litigation, month_end, random_events
from tests.small_books import APR, FEB, JAN, MAR, loan
from tests.snapshots import REGIONS, random_book

BOOK = [loan(name, month, 100) for name in "abc" for month in (JAN, FEB, MAR, APR)]


def filed(loan_id: str, filed_on: date, claim: int | None = 1000, **more) -> dict:
    return {"loan_id": loan_id, "filed_on": filed_on, "claim": claim} | more


def paid(loan_id: str, paid_on: date, amount: int, source: str | None = None) -> dict:
    return {"loan_id": loan_id, "paid_on": paid_on, "amount": amount, "source": source}


def column(reader, name: str, month: date = FEB) -> list:
    return reader.ask("litigation", Filters(month=month), horizon=3).sort("months_since")[name].to_list()


def test_what_came_in_is_set_against_what_was_sued_for_and_the_fees_are_taken_off_at_once(read_tables):
    cases = [
        filed("a", date(2024, 2, 5), court_fee=50, lawyer_fee=150),
        filed("b", date(2024, 2, 20), 3000, court_fee=100),
    ]
    payments = [
        paid("a", date(2024, 2, 4), 999),
        paid("a", date(2024, 2, 5), 40),
        paid("b", date(2024, 3, 1), 560, "court"),
        paid("c", date(2024, 3, 1), 999),
    ]
    reader = read_tables(BOOK, legal_case=cases, payment=payments)
    assert column(reader, "cash") == [40, 600, 600, None]
    assert column(reader, "court_cash") == [0, 560, 560, None]
    assert column(reader, "share") == [0.01, 0.15, 0.15, None]
    assert column(reader, "net_share") == [-0.065, 0.075, 0.075, None]
    assert set(column(reader, "fees")) == {300}


def test_cash_belongs_to_the_latest_suit_of_the_loan(read_tables):
    cases = [filed("a", date(2024, 2, 5)), filed("a", date(2024, 3, 15))]
    payments = [paid("a", date(2024, 3, 14), 100), paid("a", date(2024, 3, 15), 200)]
    reader = read_tables(BOOK, legal_case=cases, payment=payments)
    assert column(reader, "cash") == [0, 100, 100, None]
    assert column(reader, "cash", MAR) == [200, 200, None, None]


def test_a_case_without_a_claim_is_counted_and_in_no_share(read_tables):
    cases = [filed("a", date(2024, 2, 5), court_fee=10), filed("b", date(2024, 2, 5), None, court_fee=500)]
    reader = read_tables(
        BOOK, legal_case=cases, payment=[paid("b", date(2024, 2, 9), 900), paid("a", date(2024, 2, 9), 100)]
    )
    row = reader.ask("litigation", horizon=0).to_dicts()[0]
    assert (row["cases"], row["unknown_claims"], row["cash"], row["fees"]) == (2, 1, 1000, 510)
    assert (row["share"], row["net_share"]) == pytest.approx((0.1, 0.09))


def test_only_claims_that_nobody_knows_give_no_share(read_tables):
    reader = read_tables(
        BOOK, legal_case=[filed("a", date(2024, 2, 5), None)], payment=[paid("a", date(2024, 2, 9), 9)]
    )
    row = reader.ask("litigation", horizon=0).to_dicts()[0]
    assert (row["claim"], row["share"], row["net_share"], row["cash"]) == (None, None, None, 9)


def days(reader, **options) -> dict:
    (row,) = reader.ask("days_to_judgment", **options).to_dicts()
    return row


def test_open_cases_are_censored_in_the_days_to_judgment(read_tables):
    """Judged after 20 days and after 50; open for 60 by April 30. Dropping the open one would give a median of 20."""
    cases = [
        filed("a", date(2024, 2, 10), judged_on=date(2024, 3, 1), result="won"),
        filed("b", date(2024, 2, 10), judged_on=date(2024, 3, 31), result="won"),
        filed("c", date(2024, 3, 1)),
    ]
    reader = read_tables(BOOK, legal_case=cases)
    row = days(reader, by="all")
    assert (row["cases"], row["judged"], row["open"], row["median_days"], row["small"]) == (3, 2, 1, 50, True)


def test_a_judgment_after_the_last_snapshot_is_not_known_yet_and_a_withdrawn_case_never_comes_to_one(read_tables):
    cases = [
        filed("a", date(2024, 2, 10), judged_on=date(2024, 5, 1)),
        filed("b", date(2024, 2, 10), judged_on=date(2024, 2, 20)),
        filed("c", date(2024, 2, 10), result="withdrawn"),
        filed("a", date(2024, 5, 2)),
    ]
    row = days(read_tables(BOOK, legal_case=cases), by="all")
    assert (row["cases"], row["judged"], row["open"], row["ended_otherwise"]) == (3, 1, 1, 1)
    assert row["median_days"] == 10, "one of the two that can be judged"


def test_results_are_told_in_the_words_of_the_file(read_tables):
    cases = [
        filed("a", date(2024, 2, 5), 1000, recovered=250, result="胜诉", judged_on=date(2024, 3, 5)),
        filed("b", date(2024, 2, 6), 3000, result="胜诉", judged_on=date(2024, 3, 5)),
        filed("c", date(2024, 2, 7), 500, court_fee=25),
    ]
    rows = read_tables(BOOK, legal_case=cases).ask("litigation_results").to_dicts()
    expected = [
        {
            "result": "胜诉",
            "cases": 2,
            "judged": 2,
            "share": 2 / 3,
            "claim": 4000,
            "recovered": 250,
            "share_recovered": 0.25,
        },
        {
            "result": "",
            "cases": 1,
            "judged": 0,
            "share": 1 / 3,
            "claim": 500,
            "recovered": None,
            "share_recovered": None,
        },
    ]
    found = {row["result"]: row for row in rows}
    for row in expected:
        assert {name: found[row["result"]][name] for name in row} == pytest.approx(row)


def test_a_book_without_court_cases_says_what_it_needs(read_tables):
    reader = read_tables(BOOK, payment=[paid("a", date(2024, 2, 9), 9)])
    for question in ("litigation", "days_to_judgment", "litigation_results"):
        with pytest.raises(NeedsData, match="legal_case"):
            reader.ask(question)


@pytest.mark.parametrize("seed", [3, 4])
def test_any_book_agrees_with_a_loop_over_its_cases(read_tables, seed):
    rows = random_book(seed, loans=80, months=6, missing_months=(seed,))
    events = random_events(rows, seed)
    reader = read_tables(rows, payment=events["payment"], legal_case=events["legal_case"])
    expected = litigation(rows, events["legal_case"], events["payment"], horizon=6)
    assert len(expected) > 30
    assert_rows(reader.ask("litigation", horizon=6), expected, ["month", "months_since"])
    own = litigation(rows, events["legal_case"], events["payment"], horizon=6, region=(REGIONS[0],))
    assert_rows(reader.ask("litigation", Filters(region=(REGIONS[0],)), horizon=6), own, ["month", "months_since"])
    _assert_days_to_judgment(reader, rows, events["legal_case"])


def _assert_days_to_judgment(reader, rows, cases) -> None:
    """The median against scipy's, from a list of cases."""
    last = month_end(max(row.as_of for row in rows))
    known = [case for case in cases if case["filed_on"] <= last]
    judged = [c for c in known if c["judged_on"] and c["judged_on"] <= last]
    still = [c for c in known if c not in judged and (c["judged_on"] or not c["result"])]
    curve = ecdf(
        CensoredData(
            uncensored=[(c["judged_on"] - c["filed_on"]).days for c in judged],
            right=[(last - c["filed_on"]).days for c in still],
        )
    ).sf
    median = next((q for q, p in zip(curve.quantiles, curve.probabilities, strict=True) if p <= 0.5 + 1e-9), None)
    row = days(reader, by="all")
    assert (row["judged"], row["open"]) == (len(judged), len(still))
    assert row["ended_otherwise"] == len(known) - len(judged) - len(still)
    assert row["median_days"] == median
    months = reader.ask("days_to_judgment")
    assert months["cases"].sum() == row["cases"] == len(known)
    assert set(months["month"]) == {month_end(case["filed_on"]) for case in known}


def test_a_restated_case_replaces_what_was_known_of_its_month(read_tables, tmp_path, open_book):
    from tests.events_placements import import_tables

    day = date(2024, 2, 10)
    read_tables(BOOK, legal_case=[filed("a", day)])
    import_tables(tmp_path / "book", [], legal_case=[filed("a", day, judged_on=day + timedelta(days=9), result="won")])
    row = days(open_book(tmp_path / "book"))
    assert (row["month"], row["judged"], row["open"], row["median_days"]) == (FEB, 1, 0, 9)

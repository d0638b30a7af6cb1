"""Measures and alerts on a book small enough to count by hand."""

from datetime import UTC, date, datetime

import pytest

from data.errors import InvalidOption, NeedsData, UnknownMeasure, UnknownQuestion
from data.notes import Kept, Measure, Rule, Target, where_of
from queries.alerts import alerts, holds
from queries.measure import is_share, measure_of, series, written
from tests.small_books import FEB, JAN, M0, M1, M4, MAR, loan

AT = datetime(2026, 1, 1, tzinfo=UTC)
BAD = Measure("bad_debt", "bad_debt_ratio_loans")
BOOK = [
    *(loan(name, JAN, M0, product=product) for name, product in (("A", "car"), ("B", "car"), ("C", "card"), ("D", "card"))),
    loan("A", FEB, M1, product="car"), loan("B", FEB, M0, product="car"),
    loan("C", FEB, M4, product="card"), loan("D", FEB, M0, product="card"),
    loan("A", MAR, M1, product="car"), loan("B", MAR, M4, product="car"),
    loan("C", MAR, M4, product="card"), loan("D", MAR, M0, product="card"),
]  # fmt: skip


def kept(note, number: int = 1) -> Kept:
    return Kept(number, note, "Ana", AT)


def test_a_measure_is_one_number_a_month_of_the_part_that_is_named(read_rows):
    reader = read_rows(BOOK)
    assert series(reader, BAD) == {JAN: 0, FEB: 1 / 4, MAR: 2 / 4}
    assert series(reader, measure_of("bad_debt.bad_debt_ratio_loans", {"product": ["car"]})) == {
        JAN: 0,
        FEB: 0,
        MAR: 1 / 2,
    }
    rolled = measure_of("roll_rates.share_loans", {"from_bucket": ["M0"], "to_bucket": ["M4"]})
    assert series(reader, rolled) == {FEB: 1 / 4, MAR: 1 / 2}
    assert written(rolled) == "roll_rates.share_loans, from_bucket=M0, to_bucket=M4"
    assert is_share(rolled)
    assert not is_share(measure_of("bad_debt.bad_balance", {}))


@pytest.mark.parametrize(
    ("text", "where", "error"),
    [
        ("bad_debt", {}, UnknownMeasure),
        ("bad_debts.loans", {}, UnknownQuestion),
        ("bad_debt.loan", {}, UnknownMeasure),
        ("bad_debt.loans", {"bucket": ["M1"]}, UnknownMeasure),
        ("delinquency.loans", {}, UnknownMeasure),
        ("delinquency.loans", {"bucket": ["M1", "M2"]}, UnknownMeasure),
        ("delinquency.bucket", {"bucket": ["M1"]}, UnknownMeasure),
        ("contact_funnel.reached_accounts", {"split": ["nobody"]}, InvalidOption),
        ("contact_funnel.reached_accounts", {"split": ["total"]}, NeedsData),
    ],
)
def test_what_is_no_measure_is_refused(text, where, error, read_rows):
    reader = read_rows(BOOK)
    with pytest.raises(error):
        series(reader, measure_of(text, where))


@pytest.mark.parametrize(
    ("rule", "fires", "held_against", "unknown"),
    [
        (Rule("r", BAD, "above", "value", 0.4), True, 0.4, ""),
        (Rule("r", BAD, "above", "value", 0.5), False, 0.5, ""),
        (Rule("r", BAD, "below", "value", 0.6), True, 0.6, ""),
        (Rule("r", BAD, "above", "previous_month"), True, 0.25, ""),
        (Rule("r", BAD, "above", "previous_month", None, 0.25), False, 0.25, ""),
        (Rule("r", BAD, "changed", "previous_month", None, 0.2), True, 0.25, ""),
        (Rule("r", BAD, "above", "target"), True, 0.3, ""),
        (Rule("r", BAD, "below", "target"), False, 0.3, ""),
        (Rule("r", Measure("bad_debt", "loans"), "above", "target"), False, None, "no_target"),
        (Rule("r", Measure("bad_debt", "loans", where_of({"product": ["boat"]})), "above", "value", 1), False, 1, "no_value"),
    ],
)  # fmt: skip
def test_a_rule_fires_beyond_its_margin_and_says_what_it_could_not_know(rule, fires, held_against, unknown, read_rows):
    targets = [kept(Target(BAD, 0.1, JAN)), kept(Target(BAD, 0.3, FEB)), kept(Target(BAD, 0.9, date(2024, 4, 1)))]
    (alert,) = alerts(read_rows(BOOK), [kept(rule)], targets, MAR)
    assert (alert.fires, alert.held_against, alert.unknown) == (fires, held_against, unknown)


def test_a_month_without_the_one_before_and_a_lacking_table_do_not_silence_the_other_rules(read_rows):
    rules = [
        kept(Rule("first", BAD, "above", "previous_month"), 1),
        kept(Rule("lacking", Measure("contact_funnel", "reached_accounts"), "above", "value", 0.0), 2),
        kept(Rule("told", BAD, "below", "value", 1.0), 3),
    ]
    told = alerts(read_rows(BOOK), rules, [], JAN)
    assert [(alert.number, alert.fires, bool(alert.unknown)) for alert in told] == [
        (3, True, False),
        (1, False, True),
        (2, False, True),
    ]


def test_exactly_the_margin_is_not_more_than_the_margin():
    rule = Rule("r", BAD, "changed", "previous_month", None, 0.02)
    assert 0.43 - 0.41 > 0.02  # as computers count
    assert not holds(rule, 0.43, 0.41)
    assert holds(rule, 0.4301, 0.41)

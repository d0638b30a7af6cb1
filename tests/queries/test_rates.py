"""Every rate of every question: it has its interval, or it is said why not; and the interval is that of its own loans."""

import importlib
import math
import random
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from queries import Filters, open_reader, questions
from queries.intervals import interval_columns, with_intervals
from tests.events_loans import lived
from tests.events_placements import import_tables
from tests.oracle_conduct import random_actions
from tests.oracle_placements import random_events
from tests.small_books import APR, FEB, JAN, MAR, loan
from tests.snapshots import month_ends, random_book

Z = 1.959963984540054
WITH_RATES = [name for name, asked in questions().items() if asked.rates]

WITHOUT = {
    "agency_comparison": {"ratio", "shrunk_ratio"},
    "collector_comparison": {"ratio", "shrunk_ratio"},
    "contact_funnel": {"intensity"},
    "forecast_accuracy": {"coverage"},
    "mix_and_rate": {"opening_share", "closing_share", "opening_ratio", "closing_ratio", "mix_effect", "rate_effect"},
    "stage_survival": {"still_in"},
}
"""Rates that no header declares, and why: `ratio` and `still_in` have intervals of their own, from methods of their own, and the
shrunk ratio is no estimate of one unit alone; intensity is what the lender chose to do; months of hindsight share what they
were made from, so that nobody knows how certain their coverage is; mix and rate split a change of this book exactly, and
`bad_debt`, cut to the value, has the interval of its ratio."""

NO_RATES = {"litigation": {"court_cash"}, "bad_debt_bridge": {"effect"}}
"""What only looks like a rate: an amount, and the exact parts of a change."""


def looks_like_a_rate(column: str, meaning: str) -> bool:
    named = re.search(r"(^|_)(rate|share|ratio|coverage|effect|intensity|still_in|penetration)(_|$)|_per_", column)
    bound = re.search(r"_(low|high)$|^difference", column)
    return bool(named or "÷" in meaning or meaning.startswith("part of")) and not bound


@pytest.mark.parametrize("name", list(questions()))
def test_every_rate_is_declared_or_it_is_said_why_not(name):
    asked = questions()[name]
    rates = {column for column, meaning in asked.columns.items() if looks_like_a_rate(column, meaning)}
    declared = {rate.column for rate in asked.rates}
    assert rates - declared - NO_RATES.get(name, set()) == WITHOUT.get(name, set())
    if any(rate.numerator is None for rate in asked.rates):
        assert "No interval is given" in asked.pitfalls


# A book that answers every question


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Loans paid out and followed day by day, and a book in which everything odd happens; every table has rows."""
    folder = tmp_path_factory.mktemp("rates")
    chance = random.Random(4)
    lives, rows = lived(seed=4, loans=60, months=16)
    odd = [row for row in random_book(seed=4, loans=60, months=7) if (row.balance or 0) < 1_000_000]
    odd = [
        replace(row, test_group=chance.choice(("champion", "new", None)), customer_id=f"of {row.loan_id[-1]}")
        for row in odd
    ]
    events = random_events(odd, 4)
    payments = [vars(payment) for life in lives for payment in life.payments]
    actions = [
        act | {"collector_id": chance.choice(("Li", "Wu")), "cost": Decimal("1.25"), "seconds": 90}
        for act in random_actions(odd, 4)
    ]
    promises = {
        (act["loan_id"], act["acted_at"].date()): {
            "loan_id": act["loan_id"],
            "promised_on": act["acted_at"].date(),
            "due_on": act["acted_at"].date() + timedelta(days=5),
            "amount": 50,
        }
        for act in actions
        if act["right_party"]
    }
    tables = events | {"payment": events["payment"] + payments, "action": actions, "promise": list(promises.values())}
    loans = [vars(life.loan) for life in lives]
    reader = open_reader(import_tables(folder / "book", [*rows, *odd], loan=loans, **tables))
    yield reader
    reader.close()


def raw_answer(reader, name: str) -> pl.DataFrame:
    """The answer with the columns that nobody is shown."""
    asked = questions()[name]
    chosen = {option.name: option.default for option in asked.options.values()}
    values = Filters().parameters() | chosen
    with reader._cursor() as cursor:
        raw = cursor.sql(asked.sql, params={name: values[name] for name in asked.parameters}).pl()
    if asked.computed_by:
        raw = importlib.import_module(f"queries.computed.{asked.computed_by}").answer(raw, **chosen)
    return raw


@pytest.mark.parametrize("name", list(questions()))
def test_a_question_gives_the_documented_columns_and_others_only_in_secret(name, whole):
    asked = questions()[name]
    answer = whole.ask(name, intervals=True)
    assert answer.height
    assert answer.columns == [*asked.columns, *interval_columns(asked.rates, asked.columns)]
    if not asked.computed_by:
        shown = [column for column in raw_answer(whole, name).columns if not column.startswith("_")]
        assert shown == list(asked.columns)


@pytest.mark.parametrize("name", WITH_RATES)
def test_intervals_add_columns_and_change_none(name, whole):
    asked = questions()[name]
    plain, wide = whole.ask(name), whole.ask(name, intervals=True)
    assert plain.height
    assert wide.select(plain.columns).sort(plain.columns).equals(plain.sort(plain.columns))
    assert tuple(wide.columns[plain.width :]) == interval_columns(asked.rates, asked.columns)
    assert plain.columns == list(asked.columns)
    assert "small" in wide.columns


@pytest.mark.parametrize("name", WITH_RATES)
def test_a_rate_is_its_numerator_by_its_denominator_and_lies_in_its_interval(name, whole):
    asked = questions()[name]
    wide = with_intervals(raw_answer(whole, name), asked.rates)
    for rate in asked.rates:
        if rate.numerator is None:
            continue
        for row in wide.to_dicts():
            part, whole_amount = row[rate.numerator], row[rate.denominator]
            given = row[rate.column]
            stated = None if part is None or not whole_amount else float(Decimal(part) / Decimal(whole_amount))
            if given is not None:
                assert given == pytest.approx(stated, abs=1e-9), rate
            low, high = row[f"{rate.column}_low"], row[f"{rate.column}_high"]
            if given is None or (not rate.may and not rate.counted and not 0 <= given <= 1):
                assert (low, high) == (None, None), rate
            elif low is not None:
                assert low - 1e-9 <= given <= high + 1e-9, rate
                assert rate.may == "be negative" or low >= 0, rate
                assert rate.may or rate.counted or high <= 1, rate
        assert wide[f"{rate.column}_low"].count() > 0, rate


# Loans of one size are as certain by amount as by count

PAIRS = {
    "cure": {"cure_share", "cure_without_re_age_share", "re_age_share"},
    "cure_held": {"cured_share", "held_share", "cured_without_re_age_share", "held_without_re_age_share"},
    "shadow_delinquency": {"share", "shadow_share"},
    "past_due": {"share"},
    "roll_rates": {"share"},
    "delinquency": {"share"},
    "tiers": {"share"},
    "resolution": {"resolved_share"},
    "entry_rate": {("entry_rate", "entry_rate_loans")},
    "entry_by_event": {("entry_rate", "entry_rate_loans")},
    "recovery_by_day": {("recovery_rate", "recovery_rate_loans"), ("still_unpaid_share", "still_unpaid_share_loans")},
    "regulatory_migration": {("migration_rate", "migration_rate_loans")},
    "bad_debt": {("bad_debt_ratio", "bad_debt_ratio_loans")},
    "shadow_bad_debt": {
        ("bad_debt_ratio", "bad_debt_ratio_loans"),
        ("shadow_bad_debt_ratio", "shadow_bad_debt_ratio_loans"),
    },
    "bad_debt_with_write_offs": {("ratio", "ratio_loans")},
    "vintages": {("ever_share_amount", "ever_share_loans"), ("current_share_amount", "current_share_loans")},
}


@pytest.fixture(scope="module")
def one_size(tmp_path_factory):
    """Every loan owes 500, was paid out at 500, and pays its instalment of 100 whole or not at all, in time or too late.

    None is paid off: of such a loan less than an instalment may be due.
    """
    folder = tmp_path_factory.mktemp("one-size")
    ends = month_ends(date(2023, 10, 1), 14)
    same = {"balance": Decimal(500), "principal": Decimal(500), "originated_on": ends[0].replace(day=3)}
    rows = [
        replace(row, **same, paid_in_month=None, status=None if row.status == "paid_off" else row.status)
        for row in random_book(seed=9, loans=150, months=14)
    ]
    chance = random.Random(9)
    loans = sorted({row.loan_id for row in rows})
    schedule = [
        {"loan_id": name, "originated_on": ends[0].replace(day=3), "due_day": 10, "instalment": 100, "principal": 500}
        for name in loans
    ]
    payments = [
        {"loan_id": name, "paid_on": end.replace(day=day), "amount": 100}
        for name in loans[::2]
        for end in ends[1:]
        if (day := chance.choice((None, 9, 9, 12, 25)))
    ]
    reader = open_reader(import_tables(folder / "book", rows, loan=schedule, payment=payments))
    yield reader
    reader.close()


@pytest.mark.parametrize(("name", "by_amount", "by_count"), [
    (name, *(pair if isinstance(pair, tuple) else (f"{pair}_balance", f"{pair}_loans")))
    for name, pairs in PAIRS.items() for pair in sorted(pairs, key=str)
])  # fmt: skip
def test_loans_of_one_size_are_as_certain_by_amount_as_by_count(name, by_amount, by_count, one_size):
    compared = 0
    for row in one_size.ask(name, intervals=True).to_dicts():
        if row[by_amount] is None or row[by_amount] != pytest.approx(row[by_count], abs=1e-12):
            continue
        for side in ("low", "high"):
            assert row[f"{by_amount}_{side}"] == pytest.approx(row[f"{by_count}_{side}"], abs=1e-9)
        compared += row[by_amount] not in (0, 1)
    assert compared > 0


# Against what each loan brought, one by one, and against a bootstrap over loans


@pytest.fixture(scope="module")
def followed():
    """300 loans of unlike size: what each owed, was sued for, paid in March and April, and what its fees were."""
    chance = np.random.default_rng(7)
    balance = np.round(np.exp(chance.normal(8, 0.7, 300)), 2)
    claim = np.round(balance * chance.uniform(0.9, 1.3, 300), 2)
    paid = np.round(balance * chance.uniform(0, 0.9, (2, 300)) * (chance.random((2, 300)) < 0.25), 2)
    fees = np.where(chance.random(300) < 0.5, 50.0, 275.0)
    recovered = np.round(np.where(chance.random(300) < 0.3, claim * chance.uniform(0, 1, 300), 0), 2)
    written_off = (chance.random(300) < 0.1) & (paid.sum(axis=0) == 0)
    return {"balance": balance, "claim": claim, "paid": paid, "fees": fees, "recovered": recovered, "off": written_off}


@pytest.fixture(scope="module")
def cases(followed, tmp_path_factory):
    """All go bad in February and are placed and sued on the 10th; what they owe stays what it is until some are written off."""
    folder = tmp_path_factory.mktemp("cases")
    names = [f"L{n}" for n in range(300)]
    rows = []
    for at, name in enumerate(names):
        owed = f"{followed['balance'][at]:.2f}"
        rows += [loan(name, day, dpd, owed) for day, dpd in ((JAN, 70), (FEB, 99), (MAR, 130))]
        gone = {"status": "charged_off"} if followed["off"][at] else {}
        rows.append(loan(name, APR, 160, owed, **gone))
    payments = [
        {"loan_id": name, "paid_on": day, "amount": f"{amount:.2f}"}
        for day, amounts in zip((date(2024, 3, 9), date(2024, 4, 9)), followed["paid"], strict=True)
        for name, amount in zip(names, amounts, strict=True)
        if amount
    ]
    placements = [
        {"loan_id": name, "placed_on": date(2024, 2, 10), "agency": "A", "commission_rate": 0.2} for name in names
    ]
    suits = [
        {"loan_id": name, "filed_on": date(2024, 2, 10), "claim": f"{followed['claim'][at]:.2f}",
         "court_fee": followed["fees"][at], "recovered": f"{followed['recovered'][at]:.2f}"}
        for at, name in enumerate(names)
    ]  # fmt: skip
    reader = open_reader(import_tables(folder / "book", rows, payment=payments, placement=placements, legal_case=suits))
    yield reader
    reader.close()


def spread(part: np.ndarray, whole: np.ndarray) -> float:
    """The standard error of Σ part ÷ Σ whole, from each loan's own residual."""
    ratio = part.sum() / whole.sum()
    return math.sqrt(((part - ratio * whole) ** 2).sum()) / whole.sum()


def bootstrapped(part: np.ndarray, whole: np.ndarray) -> float:
    """The same from 20,000 books of as many loans drawn anew."""
    drawn = np.random.default_rng(1).multinomial(len(part), np.full(len(part), 1 / len(part)), size=20_000)
    return float(((drawn @ part) / (drawn @ whole)).std())


def kept(cash: np.ndarray) -> np.ndarray:
    """What is left of payments after an agency's fifth, to the cent."""
    return cash - np.round(cash * 0.2 + 1e-9, 2)


RATIOS = {
    "liquidation share": ("liquidation", "share", lambda f: (f["paid"].sum(axis=0), f["balance"]), {"months_since": 2}),
    "liquidation share after a month": ("liquidation", "share", lambda f: (f["paid"][0], f["balance"]), {"months_since": 1}),
    "liquidation net share": ("liquidation", "net_share", lambda f: (f["paid"].sum(axis=0) * 0.8, f["balance"]), {"months_since": 2}),
    "litigation share": ("litigation", "share", lambda f: (f["paid"].sum(axis=0), f["claim"]), {"months_since": 2}),
    "litigation net share": ("litigation", "net_share", lambda f: (f["paid"].sum(axis=0) - f["fees"], f["claim"]), {"months_since": 2}),
    "litigation recovered": ("litigation_results", "share_recovered", lambda f: (f["recovered"], f["claim"]), {}),
    "recovery": ("recovery_after_default", "recovery_rate", lambda f: (f["paid"].sum(axis=0), f["balance"]), {"months_since": 2}),
    "net recovery": ("recovery_after_default", "net_recovery_rate", lambda f: (kept(f["paid"]).sum(axis=0), f["balance"]), {"months_since": 2}),
    "cash rate": ("agency_comparison", "cash_rate", lambda f: (f["paid"][0], f["balance"]), {}),
    "charge-off": ("charge_offs", "rate", lambda f: (12 * f["balance"] * f["off"], f["balance"] * np.where(f["off"], 0.5, 1)), {"month": APR}),
    "net flow": ("net_flow", "rate", lambda f: (f["balance"] * ~f["off"], f["balance"]), {"month": APR, "from_bucket": "M5"}),
}  # fmt: skip
FILTERED = {"agency_comparison": {"month": MAR}}


@pytest.mark.parametrize("case", list(RATIOS))
def test_a_ratio_has_the_spread_that_its_loans_have_one_by_one_and_drawn_anew(case, cases, followed):
    """The closed form is exactly the sum of squared residuals; 20,000 bootstrapped books differ from it by less than a tenth."""
    name, column, sums, where = RATIOS[case]
    part, whole = sums(followed)
    rows = cases.ask(name, Filters(**FILTERED.get(name, {})), intervals=True).to_dicts()
    (row,) = [row for row in rows if all(row[key] == value for key, value in where.items())]
    value, low, high = (row[key] for key in (column, f"{column}_low", f"{column}_high"))
    assert value == pytest.approx(part.sum() / whole.sum(), rel=1e-9)
    rate = next(rate for rate in questions()[name].rates if rate.column == column)
    half = (high - low) / 2 if rate.may == "be negative" else value * math.log(high / low) / 2
    assert half / Z == pytest.approx(spread(part, whole), rel=1e-6)
    assert half / Z == pytest.approx(bootstrapped(part, whole), rel=0.1)
    assert row["small"] is False


def test_the_share_of_a_part_of_each_loan_is_never_surer_than_that_of_whole_loans(tmp_path, open_book):
    """Sixty loans; half of them pay half. By their spread alone this would be as sure as all-or-nothing at three times as many."""
    names = [f"L{n}" for n in range(60)]
    rows = [loan(name, day, 0) for name in names for day in (JAN, FEB, MAR)]
    schedule = [
        {"loan_id": name, "originated_on": date(2023, 6, 1), "due_day": 10, "instalment": 100} for name in names
    ]
    payments = [{"loan_id": name, "paid_on": date(2024, 2, 9), "amount": 50} for name in names[:30]]
    payments += [{"loan_id": name, "paid_on": date(2024, 2, 9), "amount": 100} for name in names[30:]]
    payments += [{"loan_id": name, "paid_on": date(2024, 2, 20), "amount": 50} for name in names[:30]]
    reader = open_book(import_tables(tmp_path / "book", rows, loan=schedule, payment=payments))
    row = next(row for row in reader.ask("entry_by_event", intervals=True).to_dicts() if row["month"] == FEB)
    assert (row["entry_rate"], row["entry_rate_loans"]) == (0.25, 0.5)
    middle = (0.25 + Z**2 / 120) / (1 + Z**2 / 60)
    half = Z * math.sqrt(0.25 * 0.75 / 60 + Z**2 / 14400) / (1 + Z**2 / 60)
    assert (row["entry_rate_low"], row["entry_rate_high"]) == pytest.approx((middle - half, middle + half), abs=1e-9)


# Counted events


def test_complaints_have_the_interval_of_a_poisson_count(read_tables):
    """No complaint in 40 contacts: up to z² ÷ 40 of each, 96 per thousand. Two: (2 + z² ÷ 2 ± z √(2 + z² ÷ 4)) ÷ 40."""
    day = date(2024, 2, 5)
    actions = [
        {"loan_id": "a", "acted_at": f"{day} {9 + n // 12:02d}:{n % 12 * 5:02d}:00", "channel": "phone", "owner": owner,
         "connected": True, "complaint": owner == "two" and n < 2}
        for owner in ("none", "two") for n in range(40)
    ]  # fmt: skip
    reader = read_tables([loan("a", JAN, 45), loan("a", FEB, 74)], action=actions)
    rows = {row["owner"]: row for row in reader.ask("complaints", by="owner", intervals=True).to_dicts()}
    none, two = (
        (rows[owner]["per_thousand"], rows[owner]["per_thousand_low"], rows[owner]["per_thousand_high"])
        for owner in ("none", "two")
    )
    assert none == pytest.approx((0, 0, 1000 * Z**2 / 40), abs=1e-6)
    low, high = (2 + Z**2 / 2 + sign * Z * math.sqrt(2 + Z**2 / 4) for sign in (-1, 1))
    assert two == pytest.approx((50, 25 * low, 25 * high), abs=1e-6)
    assert rows["two"]["small"] is False

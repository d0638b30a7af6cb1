"""Intervals on rates: by hand, against a bootstrap over loans, and how often they hold on made-up books."""

import math

import numpy as np
import polars as pl
import pytest
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from queries import Filters, questions
from queries.intervals import Rate, interval_columns, parse_rate, variance, with_intervals
from queries.question import UndefinedQuestion
from tests import golden
from tests.queries.test_options import question_of
from tests.small_books import FEB, JAN, M0, M1, M2, loan

Z = 1.959963984540054  # 97.5 % of a normal distribution lies below
BY_LOANS = Rate("share", "hits", "loans", None, "loans")
BY_AMOUNT = Rate("share", "hits", "amount", ("hit_squares", "squares"), "loans")


def wilson(share: float, trials: float) -> tuple[float, float]:
    """Wilson's interval at 95 %, as the paper has it."""
    middle = (share + Z**2 / (2 * trials)) / (1 + Z**2 / trials)
    half = Z * math.sqrt(share * (1 - share) / trials + Z**2 / (4 * trials**2)) / (1 + Z**2 / trials)
    return middle - half, middle + half


def by_loans(hits: list, loans: list, confidence: float = 0.95) -> list[tuple]:
    frame = pl.DataFrame({"hits": hits, "loans": loans}).with_columns(share=pl.col("hits") / pl.col("loans"))
    return with_intervals(frame, [BY_LOANS], confidence).select("share_low", "share_high").rows()


# Wilson, by hand


@pytest.mark.parametrize(
    ("hits", "loans", "low", "high"),
    [
        (10, 100, 0.0552291, 0.1743657),
        (0, 10, 0, 0.2775328),
        (10, 10, 0.7224672, 1),
        (5, 10, 0.2365931, 0.7634069),
        (1, 1, 0.2065493, 1),
        (1, 3, 0.0614920, 0.7923404),
    ],
)
def test_a_share_of_loans_has_wilsons_interval(hits, loans, low, high):
    assert by_loans([hits], [loans]) == [(pytest.approx(low, abs=1e-7), pytest.approx(high, abs=1e-7))]


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95, 0.999])
def test_shares_of_loans_have_the_intervals_that_statsmodels_gives(confidence):
    """Whole numbers of loans and effective sizes, which are none; at 0 and at 1, in a bucket of 2 and one of millions."""
    trials = np.repeat([1.0, 1.6, 2.679, 30, 1e3, 3e6], 7)
    hits = trials * np.tile([0, 1e-6, 0.01, 0.4, 0.5, 0.97, 1], 6)
    wanted = proportion_confint(hits, trials, 1 - confidence, method="wilson")
    for found, expected in zip(zip(*by_loans(hits, trials, confidence), strict=True), wanted, strict=True):
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95, 0.999])
def test_counts_by_hours_have_the_intervals_that_statsmodels_gives(confidence):
    hours = np.repeat([0.01, 1, 7.5, 1e4], 5)
    calls = np.tile([0.0, 1, 2, 40, 1e6], 4)
    counted = Rate("rate", "calls", "hours", None, "calls", counted=True)
    frame = pl.DataFrame({"calls": calls, "hours": hours}).with_columns(rate=pl.col("calls") / pl.col("hours"))
    found = with_intervals(frame, [counted], confidence)
    wanted = confint_poisson(calls, hours, method="score", alpha=1 - confidence)
    for side, expected in zip(("low", "high"), wanted, strict=True):
        assert found[f"rate_{side}"].to_list() == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_more_confidence_is_a_wider_interval():
    ((narrow_low, narrow_high),) = by_loans([10], [100], 0.5)
    ((low, high),) = by_loans([10], [100], 0.99)
    assert low < narrow_low < 0.1 < narrow_high < high
    assert narrow_high - 0.1 == pytest.approx(0.6745 * 0.03, rel=0.1)


def test_no_loans_no_interval():
    assert by_loans([0, None], [0, None]) == [(None, None), (None, None)]


# By amount, by hand


def test_loans_of_one_size_are_as_certain_by_amount_as_by_count(read_rows):
    reader = read_rows(
        [loan(f"{n}", JAN, M1, 500) for n in range(12)]
        + [loan(f"{n}", FEB, M2 if n < 3 else M0, 500) for n in range(12)]
    )
    for question in ("roll_rates", "delinquency"):
        for row in reader.ask(question, intervals=True).to_dicts():
            for side in ("low", "high"):
                assert row[f"share_balance_{side}"] == pytest.approx(row[f"share_loans_{side}"], abs=1e-12)


def test_the_golden_month_has_the_intervals_that_the_hand_finds(read_rows):
    """M0 holds 1000, 1000 and 500, and one of the 1000 rolls: share 0.4, variance (0.6² × 10⁶ + 0.4² × 1.25 × 10⁶) ÷ 2500²
    = 0.0896, so as certain as 0.24 ÷ 0.0896 = 2.679 loans of one size; Kish's 2500² ÷ 2.25 × 10⁶ = 2.778 is more."""
    reader = read_rows(golden.ROWS)
    answer = reader.ask("roll_rates", Filters(month=FEB), intervals=True).to_dicts()
    row = next(row for row in answer if (row["from_bucket"], row["to_bucket"]) == ("M0", "M1"))
    assert (row["share_loans_low"], row["share_loans_high"]) == pytest.approx((0.0614920, 0.7923404), abs=1e-7)
    assert (row["share_balance_low"], row["share_balance_high"]) == pytest.approx(wilson(0.4, 0.24 / 0.0896), abs=1e-12)
    assert row["small"] is True


def test_a_share_of_nothing_or_all_is_as_certain_as_kishs_number_of_loans(read_rows):
    reader = read_rows([loan("a", JAN, M1, 100), loan("b", JAN, M1, 300)])
    row = reader.ask("bad_debt", intervals=True).to_dicts()[0]
    assert (row["bad_debt_ratio_low"], row["bad_debt_ratio_high"]) == pytest.approx(wilson(0, 1.6), abs=1e-12)
    row = reader.ask("delinquency", intervals=True).to_dicts()[0]
    assert (row["share_balance_low"], row["share_balance_high"]) == pytest.approx(wilson(1, 1.6), abs=1e-12)


def test_sums_of_squares_in_another_order_are_no_uncertainty():
    """All of the bucket rolled; its squares, added up in another order, differ in the last digit."""
    frame = pl.DataFrame({"share": [1.0], "hits": [9.0], "amount": [9.0], "loans": [3]}).with_columns(
        hit_squares=pl.lit(29.000000000000004), squares=pl.lit(29.0)
    )
    row = with_intervals(frame, [BY_AMOUNT]).to_dicts()[0]
    assert (row["share_low"], row["share_high"]) == pytest.approx(wilson(1, 81 / 29), abs=1e-12)


def test_a_share_of_few_small_loans_is_never_surer_than_kishs_number_of_loans():
    """One of ten loans of 1 beside one of 90: by the variance alone it would be as certain as 100 loans."""
    frame = pl.DataFrame({"share": [0.01], "hits": [1.0], "amount": [100.0], "loans": [11]}).with_columns(
        hit_squares=pl.lit(1.0), squares=pl.lit(8110.0)
    )
    row = with_intervals(frame, [BY_AMOUNT]).to_dicts()[0]
    assert (row["share_low"], row["share_high"]) == pytest.approx(wilson(0.01, 10_000 / 8110), abs=1e-12)


def test_amounts_that_make_no_share_have_no_interval(read_rows):
    reader = read_rows([loan("a", JAN, M1, -100), loan("b", JAN, M0, 300), loan("c", FEB, M0, 0)])
    rows = reader.ask("delinquency", intervals=True).to_dicts()
    assert [row["share_balance"] for row in rows] == [1.5, -0.5, None]
    assert {row[f"share_balance_{side}"] for row in rows for side in ("low", "high")} == {None}
    assert None not in {row["share_loans_low"] for row in rows}


# Against a bootstrap over loans


def test_the_closed_form_is_what_a_bootstrap_over_loans_gives(read_rows):
    """Loans of very different size, large ones rolling more often; each cell against 20,000 resamples of its bucket."""
    chance = np.random.default_rng(5)
    balances = np.round(np.exp(chance.normal(8, 0.9, 400)), 2)
    targets = [
        "M2" if dice < min(balance / 12_000, 0.8) else "M0" if dice < 0.9 else "M1"
        for balance, dice in zip(balances, chance.random(400), strict=True)
    ]
    days = {"M0": M0, "M1": M1, "M2": M2}
    reader = read_rows(
        [loan(f"{n}", JAN, M1, f"{balance:.2f}") for n, balance in enumerate(balances)]
        + [loan(f"{n}", FEB, days[target]) for n, target in enumerate(targets)]
    )
    drawn = chance.multinomial(len(balances), np.full(len(balances), 1 / len(balances)), size=20_000)
    answer = reader.ask("roll_rates", intervals=True).to_dicts()
    assert {row["to_bucket"] for row in answer} == {"M0", "M1", "M2"}
    for row in answer:
        inside = np.array([target == row["to_bucket"] for target in targets])
        resampled = drawn @ (balances * inside) / (drawn @ balances)
        squares = (balances**2 * inside).sum(), (balances**2).sum()
        closed = variance(row["share_balance"], balances.sum(), *squares)
        assert closed == pytest.approx(resampled.var(), rel=0.05)
        share = row["share_balance"]
        kish = balances.sum() ** 2 / squares[1]
        low, high = wilson(share, min(share * (1 - share) / resampled.var(), kish))
        assert row["share_balance_low"] == pytest.approx(low, abs=0.03 * (high - low))
        assert row["share_balance_high"] == pytest.approx(high, abs=0.03 * (high - low))


def simulated(rolls: np.ndarray, balances: np.ndarray) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Intervals of many simulated books at once, a book a row: by loans, by amount."""
    loans = pl.DataFrame({"hits": rolls.sum(axis=1), "loans": np.full(len(rolls), rolls.shape[1])})
    amounts = loans.with_columns(
        hits=pl.Series((balances * rolls).sum(axis=1)),
        amount=pl.Series(balances.sum(axis=1)),
        hit_squares=pl.Series((balances**2 * rolls).sum(axis=1)),
        squares=pl.Series((balances**2).sum(axis=1)),
    )
    return (
        with_intervals(loans.with_columns(share=pl.col("hits") / pl.col("loans")), [BY_LOANS]),
        with_intervals(amounts.with_columns(share=pl.col("hits") / pl.col("amount")), [BY_AMOUNT]),
    )


@pytest.mark.parametrize(("loans", "rate"), [(60, 0.4), (200, 0.1), (200, 0.03), (1000, 0.02)])
def test_on_simulated_books_the_intervals_hold_about_as_often_as_they_should(loans, rate):
    """4,000 books; sizes differ tenfold within each. Wilson's is known to hold in 93 to 97 % for such numbers."""
    chance = np.random.default_rng(loans)
    balances = np.exp(chance.normal(0, 0.6, (4000, loans)))
    found = simulated(chance.random(balances.shape) < rate, balances)
    for frame in found:
        held = frame.select(pl.lit(rate).is_between("share_low", "share_high").mean()).item()
        assert 0.93 <= held <= 0.975


def test_where_large_loans_roll_more_often_the_interval_by_amount_still_holds():
    chance = np.random.default_rng(3)
    balances = np.exp(chance.normal(0, 0.6, (4000, 300)))
    rates = np.minimum(0.1 * balances, 1)
    many = np.exp(chance.normal(0, 0.6, 2_000_000))
    truth = (many * np.minimum(0.1 * many, 1)).sum() / many.sum()
    _, frame = simulated(chance.random(balances.shape) < rates, balances)
    held = frame.select(pl.lit(truth).is_between("share_low", "share_high").mean()).item()
    assert 0.92 <= held <= 0.97, "with Kish's size alone it would hold in 90 %"


# Small


def test_a_rate_of_29_loans_is_small_and_one_of_30_is_not(read_rows):
    few = [loan(f"few {n}", day, M1) for n in range(29) for day in (JAN, FEB)]
    enough = [loan(f"enough {n}", day, M2) for n in range(30) for day in (JAN, FEB)]
    reader = read_rows(few + enough)
    for question in ("roll_rates", "roll_trend", "net_flow"):
        rows = reader.ask(question, Filters(month=FEB), intervals=True).to_dicts()
        small = {row["from_bucket"]: row["small"] for row in rows}
        assert (small["M1"], small["M2"]) == (True, False), question
    for question in ("delinquency", "tiers", "bad_debt"):
        assert reader.ask(question, intervals=True)["small"].to_list().count(True) == 0, "59 loans are open"


def test_an_empty_denominator_is_small(read_rows):
    reader = read_rows([loan("a", JAN, M1), loan("a", FEB, M1)])
    rows = reader.ask("net_flow", intervals=True).to_dicts()
    assert [(row["from_bucket"], row["rate"], row["small"]) for row in rows][:2] == [
        ("M0", None, True),
        ("M1", 0.0, True),
    ]


def test_a_question_without_rates_is_answered_as_without_intervals(read_rows):
    reader = read_rows(golden.ROWS)
    assert reader.ask("ledger", intervals=True).equals(reader.ask("ledger"))


def test_a_slice_has_the_interval_of_its_own_loans(read_rows):
    rows = [loan(f"{n}", day, M1, product="car" if n < 10 else "card") for n in range(40) for day in (JAN, FEB)]
    row = read_rows(rows).ask("roll_rates", Filters(product=("car",)), intervals=True).to_dicts()[0]
    assert (row["share_loans_low"], row["small"]) == (pytest.approx(0.7224672, abs=1e-7), True)


def test_roll_to_loss_has_no_interval_but_says_where_it_is_small(read_rows):
    reader = read_rows(golden.ROWS)
    answer = reader.ask("roll_to_loss", intervals=True)
    assert answer.columns == ["month", "from_bucket", "coincident", "cohort", "small"]
    assert set(answer["small"]) == {True}


def test_net_flow_of_the_golden_month_has_the_interval_that_the_hand_finds(read_rows):
    """M0 owed 2500; M1 is now B's 1000, from M0, and E's 800: 72 %. Each loan's part of M1 less 72 % of its part of M0: A −720,
    B 1000 − 720, C −360, E 800, so the spread is √(720² + 280² + 360² + 800²) ÷ 2500."""
    (row,) = (
        row for row in read_rows(golden.ROWS).ask("net_flow", intervals=True).to_dicts() if row["from_bucket"] == "M0"
    )
    relative = math.sqrt(720**2 + 280**2 + 360**2 + 800**2) / 2500 / 0.72
    assert (row["rate_low"], row["rate_high"]) == pytest.approx(
        (0.72 * math.exp(-Z * relative), 0.72 * math.exp(Z * relative)), rel=1e-9
    )


def test_a_rate_that_is_not_given_does_not_make_its_row_small(read_rows):
    """Forty loans at the opening and none of them classified: only where no rate is given is the row marked for it."""
    frame = pl.DataFrame({"share": [0.5, 0.5, None], "hits": [20, 5, None], "loans": [40, 10, 0]}).with_columns(
        other=pl.lit(None, dtype=pl.Float64), none=pl.lit(0)
    )
    rates = [BY_LOANS, Rate("other", None, None, None, "none")]
    assert with_intervals(frame, rates)["small"].to_list() == [False, True, True]


# Ratios


def ratios(cash: np.ndarray, balance: np.ndarray, may: str) -> pl.DataFrame:
    """Intervals of many simulated books at once, a book a row."""
    frame = pl.DataFrame({
        "cash": cash.sum(axis=1), "balance": balance.sum(axis=1), "loans": np.full(len(cash), cash.shape[1]),
        "cash_squares": (cash**2).sum(axis=1), "products": (cash * balance).sum(axis=1), "squares": (balance**2).sum(axis=1),
    }).with_columns(rate=pl.col("cash") / pl.col("balance"))  # fmt: skip
    rate = Rate("rate", "cash", "balance", None, "loans", ("cash_squares", "products", "squares"), may)
    return with_intervals(frame, [rate])


def held(frame: pl.DataFrame, truth: float) -> float:
    return frame.select(pl.lit(truth).is_between("rate_low", "rate_high").mean()).item()


@pytest.mark.parametrize(
    ("loans", "payers", "least", "most"), [(100, 0.2, 0.90, 0.96), (300, 0.05, 0.88, 0.96), (1000, 0.2, 0.92, 0.97)]
)
def test_intervals_of_cash_hold_about_as_often_as_they_should(loans, payers, least, most):
    """2,000 books; each payer brings an uneven part of a balance of uneven size, a quarter of it on average."""
    chance = np.random.default_rng(loans)
    balance = np.exp(chance.normal(0, 0.6, (2000, loans)))
    cash = balance * chance.beta(1, 3, balance.shape) * (chance.random(balance.shape) < payers)
    assert least <= held(ratios(cash, balance, "exceed 1"), payers / 4) <= most


def test_intervals_of_what_may_be_negative_hold_about_as_often_as_they_should():
    """Fees of a twentieth of each balance: the net is about nothing, above it or below."""
    chance = np.random.default_rng(2)
    balance = np.exp(chance.normal(0, 0.6, (2000, 300)))
    net = balance * (chance.beta(1, 3, balance.shape) * (chance.random(balance.shape) < 0.2) - 0.05)
    assert 0.91 <= held(ratios(net, balance, "be negative"), 0) <= 0.97


def test_a_ratio_of_nothing_has_no_interval_and_one_above_1_has_one():
    frame = ratios(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[1.0, 1.0], [2.0, 2.0]]), "exceed 1")
    (none, some) = frame.select("rate_low", "rate_high").rows()
    assert none == (None, None)
    assert 0 < some[0] < 1.75 < some[1]


# Declared in headers


def test_rates_are_declared_by_count_by_amount_or_without_interval():
    asked = question_of(
        "-- rates:",
        "--   share = hits / loans",
        "--   share = hits / amount, squares hit_squares / squares, of loans",
        "--   share without interval, of loans",
        "--   share = hits / amount, products hit_squares / 0 / squares, of loans",
        "--   share = hits / amount, products hit_squares / both / squares, may be negative, of loans",
        "--   share = hits / loans, counted, of loans",
    )
    assert asked.rates == (
        BY_LOANS,
        BY_AMOUNT,
        Rate("share", None, None, None, "loans"),
        Rate("share", "hits", "amount", None, "loans", ("hit_squares", "0", "squares")),
        Rate("share", "hits", "amount", None, "loans", ("hit_squares", "both", "squares"), "be negative"),
        Rate("share", "hits", "loans", None, "loans", counted=True),
    )
    assert interval_columns(asked.rates[1:3]) == ("share_low", "share_high", "small")
    assert interval_columns(asked.rates[1:3], ("share", "small")) == ("share_low", "share_high")


@pytest.mark.parametrize(
    "line",
    [
        "share",
        "share = hits",
        "share = hits / amount, squares hit_squares / squares",
        "share = hits / amount, squares hit_squares",
        "share = hits / amount, products hit_squares / squares, of loans",
        "share = hits / amount, products hit_squares / both / squares",
        "share = hits / amount, squares hit_squares / squares, may exceed 1, of loans",
        "share = hits / amount, counted",
        "share without interval",
        "share: hits / loans",
    ],
)
def test_a_rate_that_is_not_wholly_declared_is_no_definition(line):
    assert parse_rate(line) is None
    with pytest.raises(UndefinedQuestion, match="not rate"):
        question_of("-- rates:", f"--   {line}")


def test_the_lines_that_declare_rates_are_no_columns_and_no_words_to_translate():
    asked = questions()["roll_rates"]
    assert list(asked.columns)[-1] == "share_balance"
    assert not any(" = " in column for column in asked.columns)

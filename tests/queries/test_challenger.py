"""Test groups against their champion: the intention to treat, differences by hand, intervals that hold, groups large enough."""

import math
import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from data.errors import InvalidOption
from queries import Filters, open_reader
from queries.computed.challenger import answer as judge
from tests.events_contacts import Events, Payment, import_book
from tests.snapshots import Row

JAN, FEB, MAR = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)


def _loan(name: str, group: str | None, days: int = 20, due: int | None = 100, month: date = JAN, **more) -> Row:
    overdue = None if due is None else Decimal(due)
    return Row(name, month, days, balance=Decimal(1000), overdue_amount=overdue, test_group=group, **more)


def _by_group(reader, month: date = FEB, stage: str = "all", **options) -> dict[str, dict]:
    rows = reader.ask("challenger", Filters(month=month), **options).to_dicts()
    return {row["test_group"]: row for row in rows if row["stage"] == stage}


# Four of each group are mid when February begins; a ninth loan of the challengers is final.
HAND_ROWS = [
    *[_loan(f"c{n}", "champion") for n in range(4)],
    *[_loan(f"t{n}", "challenger") for n in range(4)],
    _loan("t final", "challenger", days=120),
    _loan("current", "challenger", days=0, due=None),
    _loan("nobody's", None),
    *[
        _loan(f"c{n}", "challenger", days=49, month=FEB) for n in range(4)
    ],  # the group of the opening counts, not the later one
    *[
        _loan(f"t{n}", "champion", days=49, month=FEB) for n in range(3)
    ],  # t3 is missing: not cured, and still in the denominator
    _loan("t final", "challenger", days=0, due=0, month=FEB),
    _loan("current", "challenger", days=0, due=None, month=FEB),
    _loan("nobody's", None, days=0, month=FEB),
]
HAND_EVENTS = Events(
    payments=[
        Payment(date(2024, 2, 7), "c0", Decimal(100)),  # within 7 days of 31 January
        Payment(date(2024, 2, 8), "c1", Decimal(100)),  # not within 7, within 15
        Payment(date(2024, 2, 5), "t0", Decimal(60)),
        Payment(date(2024, 2, 6), "t0", Decimal(60)),  # together enough; above the amount overdue counts for nothing
        Payment(date(2024, 2, 6), "t1", Decimal(99)),  # a part
        Payment(date(2024, 2, 6), "t2", Decimal(100)),
        Payment(date(2024, 2, 9), "t2", Decimal(-100)),  # taken back
        Payment(date(2024, 3, 1), "t3", Decimal(100)),  # the 30th day
        Payment(date(2024, 3, 2), "c2", Decimal(100)),  # the 31st
        Payment(date(2024, 3, 30), "nobody's", Decimal(1)),
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def hand(tmp_path_factory):
    march = [_loan("c0", "champion", days=0, month=MAR), _loan("t0", "challenger", days=5, month=MAR)]
    reader = open_reader(import_book(tmp_path_factory.mktemp("hand"), HAND_ROWS + march, HAND_EVENTS))
    yield reader
    reader.close()


@pytest.mark.parametrize(
    ("days", "champion", "challenger"),
    [("7", (1, Decimal(100)), (1, Decimal(199))), ("15", (2, Decimal(200)), (1, Decimal(199))), ("30", (2, Decimal(200)), (2, Decimal(299)))],
)  # fmt: skip
def test_recovery_within_days_by_group_worked_by_hand(hand, days, champion, challenger):
    groups = _by_group(hand, stage="mid", days=days)
    assert set(groups) == {"champion", "challenger"}
    for name, (loans, amount) in (("champion", champion), ("challenger", challenger)):
        row = groups[name]
        assert (row["outcome"], row["loans"], row["judged_loans"], row["amount"]) == (f"paid in {days} days", 4, 4, 400)
        assert (row["recovered_loans"], row["recovered_amount"]) == (loans, amount)
        assert (row["rate_loans"], row["rate_amount"]) == (loans / 4, pytest.approx(float(amount) / 400))


def test_stages_stand_alone_and_all_together(hand):
    assert _by_group(hand, stage="final")["challenger"]["loans"] == 1
    assert _by_group(hand)["challenger"]["loans"] == 5
    assert "current" not in {row["stage"] for row in hand.ask("challenger").to_dicts()}


def test_the_difference_is_from_the_champion_that_is_named(hand):
    usual = _by_group(hand, stage="mid", days="7")
    assert usual["champion"]["difference_loans"] is None
    assert usual["challenger"]["difference_amount"] == pytest.approx(0.4975 - 0.25)
    turned = _by_group(hand, stage="mid", days="7", champion="challenger")
    assert turned["challenger"]["difference_amount"] is None
    assert turned["champion"]["difference_amount"] == pytest.approx(0.25 - 0.4975)
    nobody = _by_group(hand, stage="mid", champion="somebody else")
    assert {row["difference_loans"] for row in nobody.values()} == {None}
    assert {row["loans_needed"] for row in nobody.values()} == {None}


def test_a_month_whose_days_are_not_over_is_not_judged(tmp_path, open_book):
    """Of February, the book knows 29 days: 15 days after 31 January are over, 30 are not."""
    events = Events(
        payments=[Payment(date(2024, 2, 9), "c0", Decimal(100)), Payment(date(2024, 2, 9), "t0", Decimal(100))]
    )
    reader = open_book(import_book(tmp_path, HAND_ROWS, events))
    assert _by_group(reader, days="15")["champion"]["rate_loans"] == 0.25
    waiting = _by_group(reader, days="30")["champion"]
    assert (waiting["loans"], waiting["judged_loans"], waiting["rate_loans"], waiting["amount"]) == (
        4,
        None,
        None,
        None,
    )


def test_without_payments_being_cured_at_the_month_end_is_success(tmp_path, open_book):
    groups = _by_group(open_book(import_book(tmp_path, HAND_ROWS, Events())))
    assert {row["outcome"] for row in groups.values()} == {"cured"}
    challenger = groups["challenger"]
    # Of five, “t final” is current; the missing one stays in the denominator.
    assert (challenger["loans"], challenger["judged_loans"], challenger["recovered_loans"]) == (5, 5, 1)
    assert challenger["rate_amount"] == pytest.approx(1000 / 5000)


def test_a_loan_whose_amount_overdue_is_not_known_is_assigned_but_not_judged(tmp_path, open_book):
    rows = [_loan("a", "champion"), _loan("b", "champion", due=None), _loan("a", "champion", days=49, month=FEB)]
    events = Events(payments=[Payment(date(2024, 2, 5), "a", Decimal(100))])
    row = _by_group(open_book(import_book(tmp_path, rows, events)), days="7")["champion"]
    assert (row["loans"], row["judged_loans"], row["rate_loans"]) == (2, 1, 1.0)


def test_an_option_out_of_range_is_refused(hand):
    with pytest.raises(InvalidOption, match="7, 15, 30"):
        hand.ask("challenger", days="8")


# --- the numbers, without a book ------------------------------------------------------------------


def _sums(group: str, good: list[bool], whole: list[float], part: list[float], outcome: str = "cured") -> dict:
    return {
        "month": FEB, "stage": "mid", "of_all_stages": False, "test_group": group, "outcome": outcome,
        "loans": len(good), "good_loans": sum(good), "loans_with_amount": len(whole),
        "amount": Decimal(f"{sum(whole):.2f}"), "good_amount": Decimal(f"{sum(part):.2f}"),
        "amount_squares": sum(w * w for w in whole), "good_squares": sum(p * p for p in part),
        "cross_products": sum(w * p for w, p in zip(whole, part, strict=True)),
    }  # fmt: skip


def _judged(champion: tuple[int, int], challenger: tuple[int, int], **options) -> dict:
    import polars as pl

    rows = [
        _sums(group, [n < good for n in range(loans)], [1.0] * loans, [float(n < good) for n in range(loans)])
        for group, (good, loans) in (("champion", champion), ("challenger", challenger))
    ]
    return {row["test_group"]: row for row in judge(pl.DataFrame(rows), **options).to_dicts()}["challenger"]


@pytest.mark.parametrize(
    ("challenger", "champion", "low", "high"),
    # Newcombe, Interval estimation for the difference between independent proportions (1998), table II, method 10.
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((10, 10), (0, 20), 0.6791, 1.0), ((5, 56), (0, 29), -0.0381, 0.1926)],
)  # fmt: skip
def test_intervals_by_loans_are_those_of_the_published_examples(challenger, champion, low, high):
    row = _judged(champion, challenger)
    assert (round(row["difference_loans_low"], 4), round(row["difference_loans_high"], 4)) == (low, high)


def test_the_sample_size_is_that_of_the_textbook():
    """From 10 % to 12 % at 5 % two-sided and 80 %: 3,841 a group by Fleiss, Levin and Paik's formula without correction."""
    row = _judged((100, 1000), (120, 1000))
    p, q = 0.10, 0.12
    mean, z, power = (p + q) / 2, 1.959964, 0.841621
    by_hand = (z * math.sqrt(2 * mean * (1 - mean)) + power * math.sqrt(p * (1 - p) + q * (1 - q))) ** 2 / 0.02**2
    assert row["loans_needed"] == math.ceil(by_hand) == 3841
    assert row["enough"] is False
    assert _judged((500, 5000), (500, 5000))["enough"] is True
    assert _judged((100, 1000), (120, 1000), difference=0.04)["loans_needed"] < row["loans_needed"] / 3
    assert _judged((100, 1000), (120, 1000), power=0.9)["loans_needed"] > row["loans_needed"]


def test_a_champion_that_recovers_all_leaves_a_difference_only_below_it():
    assert _judged((1000, 1000), (990, 1000))["loans_needed"] > 0
    assert _judged((0, 0 + 1), (0, 1), difference=0.5)["loans_needed"] > 0


def _draw(chance: random.Random, loans: int, rate: float) -> tuple[list[float], list[float]]:
    whole = [round(chance.lognormvariate(6, 0.8), 2) for _ in range(loans)]
    return whole, [w if chance.random() < rate else round(w * 0.3, 2) if chance.random() < 0.2 else 0.0 for w in whole]


def test_the_interval_by_amount_is_that_of_a_bootstrap_over_loans():
    import numpy as np
    import polars as pl

    chance = random.Random(5)
    groups = {"champion": _draw(chance, 600, 0.3), "challenger": _draw(chance, 500, 0.4)}
    frame = pl.DataFrame([_sums(name, [p > 0 for p in part], whole, part) for name, (whole, part) in groups.items()])
    row = {r["test_group"]: r for r in judge(frame).to_dicts()}["challenger"]
    generator = np.random.default_rng(1)
    rates = {}
    for name, (whole, part) in groups.items():
        picks = generator.integers(0, len(whole), (4000, len(whole)))
        rates[name] = np.array(part)[picks].sum(axis=1) / np.array(whole)[picks].sum(axis=1)
    low, high = np.quantile(rates["challenger"] - rates["champion"], [0.025, 0.975])
    width = high - low
    assert row["difference_amount_low"] == pytest.approx(low, abs=0.06 * width)
    assert row["difference_amount_high"] == pytest.approx(high, abs=0.06 * width)


def test_two_groups_of_the_same_kind_differ_in_one_test_of_twenty():
    import polars as pl

    chance = random.Random(8)
    missed = 0
    for _ in range(400):
        groups = {name: _draw(chance, 150, 0.3) for name in ("champion", "challenger")}
        frame = pl.DataFrame(
            [_sums(name, [p > 0 for p in part], *both) for name, both in groups.items() for part in [both[1]]]
        )
        row = {r["test_group"]: r for r in judge(frame).to_dicts()}["challenger"]
        missed += not row["difference_amount_low"] <= 0 <= row["difference_amount_high"]
    assert 8 <= missed <= 34, "20 of 400 are expected"


def test_days_count_from_the_day_of_the_opening_snapshot(tmp_path, open_book):
    """A snapshot of the 28th: the 4th is the 7th day after it, and what was paid on the 30th counts too."""
    early = date(2024, 1, 28)
    rows = [_loan(name, "champion", month=early) for name in ("a", "b", "c")]
    rows += [_loan(name, "champion", days=30, month=FEB) for name in ("a", "b", "c")]
    days = {"a": early + timedelta(days=2), "b": early + timedelta(days=7), "c": early + timedelta(days=8)}
    events = Events(payments=[Payment(day, name, Decimal(100)) for name, day in days.items()])
    row = _by_group(open_book(import_book(tmp_path, rows, events)), days="7")["champion"]
    assert (row["judged_loans"], row["recovered_loans"]) == (3, 2)

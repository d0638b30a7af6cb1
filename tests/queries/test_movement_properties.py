"""What holds in any book of the measures of movement: they sum to what they explain, to the cent."""

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given

from queries import Filters
from tests.oracle import differences
from tests.oracle_levels import ADDS_TO_BOTH, bad_debt_with_write_offs, bridge_effects, exact_mix_and_rate
from tests.queries.test_properties import TWO_BOOKS, book_of, books
from tests.snapshots import random_book
from tests.sums import DIMENSIONS, ratio

SLICES = ({}, {"product": ("card, 'gold'", "")})
"""A loan changes its product while it lives, so that a slice gains and loses loans."""

ADDED = ("opening", "rolled_in", "booked", "returned", "interest", "other", "reclassified")
TAKEN = ("rolled_out", "cash", "paid_off", "charged_off", "sold", "missing")


def changes(reader, chosen: Filters) -> dict[date, tuple[dict | None, dict | None]]:
    """By closing month, the bad-debt ratio's row of the month before and of the month."""
    level = {row["month"]: row for row in reader.ask("bad_debt", chosen).to_dicts()}
    near = [(a, b) for a, b in pairwise(reader.months) if (b - a).days <= 31]
    return {closing: (level.get(opening), level.get(closing)) for opening, closing in near}


def amount(row: dict | None, name: str) -> Decimal | None:
    return Decimal(0) if row is None else row[name]


@TWO_BOOKS
@given(books())
def test_the_bridge_leads_from_one_bad_balance_to_the_next_to_the_cent(rows):
    with book_of([rows]) as reader:
        for slice_ in SLICES:
            bridge = defaultdict(dict)
            for row in reader.ask("bad_debt_bridge", Filters(**slice_)).to_dicts():
                bridge[row["month"]][row["component"]] = row["amount"]
            for month, ends in changes(reader, Filters(**slice_)).items():
                assert (month in bridge) is any(ends)
                before, after = (amount(end, "bad_balance") for end in ends)
                if month not in bridge:
                    continue
                assert set(bridge[month]) == {*ADDS_TO_BOTH, "growth"}
                assert bridge[month].pop("growth") is None
                if None in (before, after):
                    assert set(bridge[month].values()) == {None}
                else:
                    assert sum(bridge[month].values()) == after - before
                    assert slice_ or bridge[month]["reclassified"] == 0


@TWO_BOOKS
@given(books())
def test_the_effects_of_the_bridge_sum_to_the_change_of_the_ratio(rows):
    with book_of([rows]) as reader:
        given = defaultdict(dict)
        for row in reader.ask("bad_debt_bridge").to_dicts():
            given[row["month"]][row["component"]] = row["effect"]
        ends = changes(reader, Filters())
    for month, exact in bridge_effects(rows, {}).items():
        ratios = [end and end["bad_debt_ratio"] for end in ends[month]]
        assert (exact is None) is (None in ratios)
        if exact is None:
            assert set(given[month].values()) == {None}
            continue
        before, after = (Fraction(end["bad_balance"]) / Fraction(end["balance"]) for end in ends[month])
        assert sum(exact.values()) == after - before
        assert given[month] == pytest.approx(
            {name: float(effect) for name, effect in exact.items()}, rel=1e-12, abs=1e-15
        )


@TWO_BOOKS
@given(books())
def test_every_bucket_moves_from_its_opening_to_its_closing_balance_to_the_cent(rows):
    with book_of([rows]) as reader:
        for slice_ in SLICES:
            movement = reader.ask("balance_movement", Filters(**slice_)).to_dicts()
            standing = {
                (row["month"], row["bucket"]): row["balance"]
                for row in reader.ask("delinquency", Filters(**slice_)).to_dicts()
            }
            months = {closing: opening for opening, closing in pairwise(reader.months)}
            whole = defaultdict(list)
            for row in movement:
                if row["opening"] is None:
                    assert {row[name] for name in (*ADDED, *TAKEN, "closing")} == {None}
                    continue
                whole[row["month"]].append(row)
                assert sum(row[name] or 0 for name in ADDED) - sum(row[name] or 0 for name in TAKEN) == row["closing"]
                assert row["closing"] == (standing.get((row["month"], row["bucket"])) or 0)
                assert row["opening"] == (standing.get((months[row["month"]], row["bucket"])) or 0)
                assert slice_ or row["reclassified"] == 0
            for rows_of_month in whole.values():
                assert sum(row["rolled_in"] for row in rows_of_month) == sum(row["rolled_out"] for row in rows_of_month)


@TWO_BOOKS
@given(books())
def test_mix_and_rate_sum_within_each_dimension_to_the_change_of_the_ratio(rows):
    with book_of([rows]) as reader:
        given = {
            (row["month"], row["dimension"], row["value"]): (row["mix_effect"], row["rate_effect"])
            for row in reader.ask("mix_and_rate").to_dicts()
        }
        ends = changes(reader, Filters())
    exact = exact_mix_and_rate(rows, {})
    for month, (before, after) in ends.items():
        for name in DIMENSIONS:
            keys = [key for key in given if key[:2] == (month, name)]
            if None in ((before or {}).get("bad_debt_ratio"), (after or {}).get("bad_debt_ratio")):
                assert {given[key] for key in keys} <= {(None, None)}
                continue
            change = ratio_of(after) - ratio_of(before)
            assert sum(sum(exact[key]) for key in keys) == change
            size = max(abs(part) for key in keys for part in exact[key]) or 1
            for key in keys:
                assert given[key] == pytest.approx(tuple(map(float, exact[key])), rel=1e-9, abs=1e-12 * float(size))


def ratio_of(level: dict) -> Fraction:
    return Fraction(level["bad_balance"]) / Fraction(level["balance"])


@TWO_BOOKS
@given(books())
def test_the_parts_of_a_bucket_and_of_a_tier_never_exceed_it(rows):
    with book_of([rows]) as reader:
        cures, tiers = reader.ask("cure").to_dicts(), reader.ask("regulatory_migration").to_dicts()
        trend = {(row["month"], row["from_bucket"]): row for row in reader.ask("roll_trend").to_dicts()}
        entry = reader.ask("entry_rate").to_dicts()
    for row in cures:
        assert row["cure_share_loans"] == trend[row["month"], row["from_bucket"]]["cure_share_loans"]
        assert row["cure_share_balance"] == trend[row["month"], row["from_bucket"]]["cure_share_balance"]
        assert row["cure_without_re_age_share_loans"] <= row["cure_share_loans"]
        assert row["cure_share_loans"] <= row["cure_without_re_age_share_loans"] + row["re_age_share_loans"] + 1e-12
    for row in tiers:
        assert row["worse_loans"] + row["left_loans"] + row["missing_loans"] <= row["loans"]
        assert row["charged_off_loans"] <= row["left_loans"]
        assert row["migration_rate_loans"] is None or 0 <= row["migration_rate_loans"] <= 1
        assert (row["migration_rate_loans"] is None) is (row["left_loans"] == row["loans"])
    for row in entry:
        whole = trend[row["month"], "M0"]
        moved_on = ratio(row["entered_loans"] + row["charged_off_loans"], row["loans"])
        assert moved_on == pytest.approx(whole["forward_share_loans"], abs=1e-12)


@TWO_BOOKS
@given(books())
def test_the_line_of_the_first_overdue_bucket_is_all_that_is_overdue(rows):
    with book_of([rows]) as reader:
        lines = reader.ask("past_due").to_dicts()
        buckets = reader.ask("delinquency").to_dicts()
        bad = {row["month"]: row for row in reader.ask("bad_debt").to_dicts()}
    for row in lines:
        if row["line"] == "1+":
            late = [b for b in buckets if b["month"] == row["month"] and b["bucket"] != "M0"]
            assert row["loans"] == sum(b["loans"] for b in late)
        if row["line"] == "90+":
            level = bad[row["month"]]
            assert (row["loans"], row["balance"]) == (level["bad_loans"], level["bad_balance"])
            assert (row["share_balance"], row["share_loans"]) == (
                level["bad_debt_ratio"],
                level["bad_debt_ratio_loans"],
            )


@pytest.mark.parametrize("seed", [11, 12])
def test_a_year_of_write_offs_agrees_with_plain_python(read_rows, seed):
    """Only a book of more than twelve months has the ratio; written-off loans stay in the file and some pay."""
    chance = random.Random(seed)
    rows = [
        replace(row, paid_in_month=chance.choice((None, Decimal(chance.randrange(5000)) / 100)), balance=row.balance and row.balance % 5000)
        for row in random_book(seed=seed, loans=120, months=15)
    ]  # fmt: skip
    reader = read_rows(rows)
    for chosen in ({}, {"product": ("007", "车贷")}, {"from_month": date(2024, 11, 30)}):
        expected = bad_debt_with_write_offs(rows, **chosen)
        frame = reader.ask("bad_debt_with_write_offs", Filters(**chosen))
        assert not differences("bad_debt_with_write_offs", frame, expected)
        complete = [row for row in expected if row["months_covered"] == 12]
        assert len({row["month"] for row in complete}) == 3 if "from_month" not in chosen else complete
        assert all(row["ratio"] is not None for row in complete)
        assert any(row["recovered"] for row in complete)

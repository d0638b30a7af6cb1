"""Agencies and collectors on like loans, the slow and obvious way: a list of loan-months, and for each unit a loop over its cells.

Written from the definition, never from the statements that the product runs.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from tests.movement import bucket, by_month, ending, month_after
from tests.oracle_placements import latest
from tests.oracle_spells import stage_of
from tests.snapshots import Row

BANDS = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)


@dataclass
class LoanMonth:
    """One loan that one unit held, or tried, over one month."""

    unit: str
    cell: tuple
    balance: float
    cash: float


def agency_months(rows: Sequence[Row], placements: Sequence[dict], payments: Sequence[dict]) -> list[LoanMonth]:
    """The loans that agencies held over each pair of adjacent months."""
    found = []
    for opening, closing, row in _opening_rows(rows):
        placed = latest(placements, "placed_on", {"loan_id": row.loan_id, "paid_on": opening})
        if placed is None or (placed.get("recalled_on") and placed["recalled_on"] <= opening):
            continue
        later = [p["placed_on"] for p in placements if p["loan_id"] == row.loan_id and p["placed_on"] > opening]
        over = [day + timedelta(days=1) for day in (closing, placed.get("recalled_on")) if day]
        until = min([*over, *later])
        cash = sum(
            float(pay["amount"])
            for pay in payments
            if pay["loan_id"] == row.loan_id and opening < pay["paid_on"] < until
        )
        found.append(_loan_month(placed["agency"], closing, row, cash))
    return found


def collector_months(rows: Sequence[Row], actions: Sequence[dict], payments: Sequence[dict]) -> list[LoanMonth]:
    """The loans that collectors were the first to try in each month."""
    found = []
    for opening, closing, row in _opening_rows(rows):
        tried = [
            (act["acted_at"], act["collector_id"])
            for act in actions
            if act["loan_id"] == row.loan_id and act["collector_id"] and opening < act["acted_at"].date() <= closing
        ]
        if tried:
            first, unit = min(tried)
            cash = sum(
                float(pay["amount"])
                for pay in payments
                if pay["loan_id"] == row.loan_id and first.date() <= pay["paid_on"] <= closing
            )
            found.append(_loan_month(unit, closing, row, cash))
    return found


def _opening_rows(rows: Sequence[Row]):
    months = by_month(rows)
    for opening, closing in pairwise(months):
        if month_after(opening) == (closing.year, closing.month):
            for row in months[opening].values():
                if ending(row) is None and row.balance is not None and row.balance > 0:
                    yield opening, closing, row


def _loan_month(unit: str, month: date, row: Row, cash: float) -> LoanMonth:
    band = max((lower for lower in BANDS if row.balance >= lower), default=0)
    cell = (month, stage_of(row), bucket(row), band, row.product or "", row.segment or "")
    return LoanMonth(unit, cell, float(row.balance), cash)


def compared(loan_months: Sequence[LoanMonth]) -> list[dict]:
    """A row for each unit: what it holds, and its cash against what all others make of the like, with the error of the ratio."""
    cells: dict[tuple, list[LoanMonth]] = defaultdict(list)
    for held in loan_months:
        cells[held.cell].append(held)
    answer = []
    for unit in sorted({held.unit for held in loan_months}):
        own = [held for held in loan_months if held.unit == unit]
        matched, cash, expected, variance = 0, 0.0, 0.0, 0.0
        for everyone in cells.values():
            mine = [held for held in everyone if held.unit == unit]
            others = [held for held in everyone if held.unit != unit]
            if not mine or not others:
                continue
            others_balance = sum(held.balance for held in others)
            balance = sum(held.balance for held in mine)
            matched += len(mine)
            cash += sum(held.cash for held in mine)
            expected += balance * sum(held.cash for held in others) / others_balance
            rate = sum(held.cash for held in everyone) / sum(held.balance for held in everyone)
            residuals = sum((held.cash - rate * held.balance) ** 2 for held in everyone)
            noise = residuals / sum(held.balance**2 for held in everyone) * len(everyone) / (len(everyone) - 1)
            own_part = sum(held.balance**2 for held in mine)
            others_part = sum(held.balance**2 for held in others) * (balance / others_balance) ** 2
            variance += noise * (own_part + others_part)
        known = expected > 0
        ratio = cash / expected if known else None
        spread = 1.959963984540054 * variance**0.5 / expected if known else None
        answer.append(
            {
                "unit": unit,
                "loans": len(own),
                "matched_loans": matched,
                "cash_rate": sum(held.cash for held in own) / sum(held.balance for held in own),
                "expected": expected if known else None,
                "ratio": ratio,
                "ratio_low": max(ratio - spread, 0.0) if known else None,
                "ratio_high": ratio + spread if known else None,
                "small": len(own) < 30,
            }
        )
    return answer

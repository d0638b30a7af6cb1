"""Spells in collection stages and their survival, the slow and obvious way: a walk along each loan, a loop over ages.

Written from the definition of time in stage, never from the statements that the product runs.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tests.movement import by_month, ending, month_after
from tests.snapshots import Row

STAGES = {"early": 1, "mid": 4, "final": 91}
NAMES = tuple(STAGES)
LEAVING = ("forward", "cured", "improved", "re_aged", "paid_off", "charged_off", "sold")


@dataclass
class Spell:
    """One stay of a loan in a stage. fate: how it ended, `censored`, or `open`."""

    loan_id: str
    stage: str
    entered_on: date
    seen_on: date
    row: Row
    ended_on: date | None = None
    fate: str = "open"


def stage_of(row: Row) -> str | None:
    """The stage of a row, None where the loan is in none or nobody knows."""
    if ending(row) or row.days_past_due is None:
        return None
    return next((name for name in reversed(NAMES) if row.days_past_due >= STAGES[name]), None)


def spells(rows: Sequence[Row], payments: Sequence[dict] = ()) -> list[Spell]:
    """Every spell that a month-end saw."""
    months = by_month(rows)
    days = list(months)
    paid: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for payment in payments:
        paid[payment["loan_id"]].append((payment["paid_on"], Decimal(payment["amount"])))
    found = []
    for loan in sorted({row.loan_id for row in rows}):
        running: Spell | None = None
        for number, day in enumerate(days):
            row, before = months[day].get(loan), days[number - 1] if number else None
            if running is not None:
                adjacent = month_after(before) == (day.year, day.month)
                last = months[before][loan]
                if _end(running, last, row if adjacent else None, before, day, paid[loan]):
                    found.append(running)
                    ended, running = running, None
                else:
                    continue
            else:
                ended = None
            stage = stage_of(row) if row else None
            if stage:
                entered = day - timedelta(days=row.days_past_due - STAGES[stage])
                if ended and ended.fate != "censored" and NAMES.index(stage) < NAMES.index(ended.stage):
                    back = [on for on, _ in [_made_up(paid[loan], last, before, day)] if on]
                    if ended.fate == "re_aged":
                        back = [row.restructured_on]
                    entered = max(entered, back[0] if back else ended.ended_on)
                running = Spell(loan, stage, entered, day, row)
        if running is not None:
            running.ended_on = days[-1]
            found.append(running)
    return found


def _made_up(paid: list, last: Row, before: date, day: date) -> tuple[date | None, Decimal]:
    """The day of the last payment between two snapshots by which something had been paid, and the sum."""
    so_far, on = Decimal(0), None
    for paid_on in sorted({paid_on for paid_on, _ in paid if before < paid_on <= day}):
        so_far += sum(amount for other, amount in paid if other == paid_on)
        if so_far > 0:
            on = paid_on
    return on, so_far


def _end(spell: Spell, last: Row, row: Row | None, before: date, day: date, paid: list) -> bool:
    """Whether the spell ended since the snapshot before; if so its day and fate are set."""
    if row is None or (ending(row) is None and row.days_past_due is None):
        spell.ended_on, spell.fate = before, "censored"
        return True
    stage, place = stage_of(row), NAMES.index(spell.stage)
    begins_next = STAGES[NAMES[place + 1]] if place + 1 < len(NAMES) else None
    if stage and NAMES.index(stage) > place:
        crossed = day - timedelta(days=row.days_past_due - begins_next)
        spell.ended_on, spell.fate = max(crossed, before + timedelta(days=1)), "forward"
        return True
    began = day - timedelta(days=row.days_past_due - STAGES[stage]) if stage else None
    if stage == spell.stage and began <= before:
        return False
    cash_day, _ = _made_up(paid, last, before, day)
    restructured = row.restructured_on is not None and before < row.restructured_on <= day
    if ending(row):
        fate = ending(row)
        stated = {"paid_off": cash_day, "charged_off": row.charged_off_on, "sold": row.sold_on}[fate]
    elif restructured and cash_day is None and not row.paid_in_month:
        fate, stated = "re_aged", row.restructured_on
    else:
        fate = "improved" if stage and NAMES.index(stage) < place else "cured"
        stated = cash_day
    if stated is not None and not before < stated <= day:
        stated = None
    crossed = before + timedelta(days=begins_next - last.days_past_due) if begins_next else None
    if stated and crossed and stated > crossed:
        spell.ended_on, spell.fate = crossed, "forward"
        return True
    limits = [stated or day, crossed, began if stage == spell.stage else None]
    spell.ended_on, spell.fate = min(limit for limit in limits if limit), fate
    return True


def curve(cases: Sequence[Spell], late_entry: bool = True) -> list[tuple[int, int, int, float]]:
    """(age, at risk, left, share still in) for each age at which a case left: the product of 1 − left ÷ at risk."""
    seen = [(case.seen_on - case.entered_on).days if late_entry else -1 for case in cases]
    ages = [(case.ended_on - case.entered_on).days for case in cases]
    share, found = 1.0, []
    for age in sorted({age for age, case in zip(ages, cases, strict=True) if case.fate in LEAVING}):
        risk = sum(first < age <= last for first, last in zip(seen, ages, strict=True))
        left = sum(last == age and case.fate in LEAVING for last, case in zip(ages, cases, strict=True))
        if risk == left and any(first >= age and last > first for first, last in zip(seen, ages, strict=True)):
            continue
        share *= 1 - left / risk
        found.append((age, risk, left, share))
    return found


def median(points: Sequence[tuple[int, int, int, float]]) -> int | None:
    """The first age at which no more than half are still in."""
    return next((age for age, _, _, share in points if share <= 0.5 + 1e-12), None)


def time_in_stage(cases: Sequence[Spell], late_entry: bool = True) -> list[dict]:
    """A row for each stage."""
    rows = []
    for stage in NAMES:
        own = [case for case in cases if case.stage == stage]
        if own:
            fates = Counter(case.fate for case in own)
            counts = {fate: fates.get(fate, 0) for fate in (*LEAVING, "censored", "open")}
            rows.append(
                {
                    "stage": stage,
                    "entered_month": None,
                    "cases": len(own),
                    "median_days": median(curve(own, late_entry)),
                }
                | counts
                | {"small": len(own) < 30}
            )
    return rows

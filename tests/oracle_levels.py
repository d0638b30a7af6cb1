"""Levels and why they changed, in plain Python: past due, charge-offs, the bad-debt bridge, mix and rate.

Written from the definitions of the measures, never from the statements that the product runs.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tests.movement import BUCKETS, LOWER_BOUNDS, bad, bucket, by_month, ending
from tests.oracle_movement import kept_steps, known_months, months_before, owed, pairs_of_months, steps
from tests.snapshots import Row
from tests.sums import DIMENSIONS, grouped, in_months, kept, ratio, slice_of, total

LINES = {"1+": 1, "30+": 31, "60+": 61, "90+": 91, "120+": 121, "150+": 151, "180+": 181}


def open_rows(rows: Iterable[Row], filters: dict) -> dict[date, list[Row]]:
    """The open loans of the slice by month-end; a month of the book without any has an empty list."""
    chosen = slice_of(filters)
    return {
        month: [row for row in held.values() if ending(row) is None and kept(month, row, chosen)]
        for month, held in by_month(rows).items()
    }


def owes(some: Iterable[Row], whole: Iterable[Row]) -> Decimal | None:
    """What they owe: nothing for no loans, unknown when no balance of the whole or of them is known."""
    some, whole = list(some), list(whole)
    if whole and total(row.balance for row in whole) is None:
        return None
    return total(row.balance for row in some) if some else Decimal(0)


# --- past due ------------------------------------------------------------------------------------


def _days(row: Row) -> int:
    return LOWER_BOUNDS[row.bucket] if row.days_past_due is None else row.days_past_due


def past_due(rows: Sequence[Row], **filters) -> list[dict]:
    """The balance past due by at least so much, over the whole of this month and of the one before."""
    months = open_rows(rows, filters)
    answer = []
    for month, whole in months.items():
        if not whole or not in_months(month, filters):
            continue
        before = months.get(months_before(month, 1), [])
        for line, days in LINES.items():
            late = [row for row in whole if _days(row) >= days]
            answer.append(
                {
                    "month": month,
                    "line": line,
                    "lower_dpd": days,
                    "loans": len(late),
                    "balance": owes(late, whole),
                    "share_balance": ratio(owes(late, whole), total(row.balance for row in whole)),
                    "share_loans": ratio(len(late), len(whole)),
                    "share_of_month_before": ratio(owes(late, whole), total(row.balance for row in before)),
                }
            )
    return answer


def lagged_delinquency(rows: Sequence[Row], **filters) -> list[dict]:
    """The balance in the k-th overdue bucket, over the whole of k months before."""
    months = open_rows(rows, filters)
    answer = []
    for month, whole in months.items():
        for k, name in enumerate(BUCKETS):
            origin_month = months_before(month, k)
            if k == 0 or origin_month not in months or not in_months(month, filters):
                continue
            origin = months[origin_month]
            if not whole and not origin:
                continue
            late = [row for row in whole if bucket(row) == name]
            known = total(row.balance for row in origin)
            answer.append(
                {
                    "month": month,
                    "bucket": name,
                    "origin_month": origin_month,
                    "loans": len(late),
                    "balance": owes(late, whole),
                    "origin_loans": len(origin),
                    "origin_balance": known,
                    "lagged_rate": ratio(owes(late, whole), known),
                    "lagged_rate_loans": ratio(len(late), len(origin)),
                }
            )
    return answer


# --- charge-offs ---------------------------------------------------------------------------------


def _recoveries(rows: Sequence[Row], filters: dict) -> list[tuple[date, date | None, Decimal | None]]:
    """Of each written-off loan that was not open a snapshot before: the month, the month of its charge-off, the cash."""
    months = by_month(rows)
    days = list(months)
    written_off = [(step.row.loan_id, step.month) for step in steps(rows) if step.fate == "charged_off"]
    found = []
    for at, day in enumerate(days):
        earlier = months[days[at - 1]] if at else {}
        for loan, row in months[day].items():
            was_open = loan in earlier and ending(earlier[loan]) is None
            if ending(row) == "charged_off" and not was_open and kept(day, row, slice_of(filters)):
                when = [month for gone, month in written_off if gone == loan and month <= day]
                found.append((day, max(when, default=None), row.paid_in_month))
    return found


def charge_offs(rows: Sequence[Row], **filters) -> list[dict]:
    """What was charged off in the month, times twelve, over the mean of the two ends; and less what came back."""
    months = open_rows(rows, filters)
    received = _recoveries(rows, filters)
    lines = kept_steps(rows, filters)
    answer = []
    for month in known_months(rows, filters):
        before, after = months[months_before(month, 1)], months[month]
        old = [step for step in lines if step.month == month and step.before is not None]
        gone = [step for step in old if step.fate == "charged_off"]
        balance = owed(gone, old) if old else Decimal(0)
        told = [cash for day, _, cash in received if day == month and cash is not None]
        recovered = total(told)
        ends = owes(before, before), owes(after, after)
        mean = None if None in ends else Fraction(sum(ends)) / 24
        net = None if None in (balance, recovered) else balance - recovered
        answer.append(
            {
                "month": month,
                "loans": len(gone),
                "balance": balance,
                "recovery_loans": len(told),
                "recovered": recovered,
                "opening_balance": ends[0],
                "closing_balance": ends[1],
                "rate": ratio(balance, mean),
                "net_rate": ratio(net, mean),
                "rate_loans": ratio(len(gone), Fraction(len(before) + len(after), 24)),
            }
        )
    return answer


def bad_debt_with_write_offs(rows: Sequence[Row], **filters) -> list[dict]:
    """The bad-debt ratio with what was charged off in twelve months put back, less what was recovered on it."""
    received = _recoveries(rows, filters)
    ledger_months = {closing for _, closing in pairs_of_months(rows)}
    lines = kept_steps(rows, slice_of(filters))
    answer = []
    for month, whole in open_rows(rows, filters).items():
        if not whole or not in_months(month, filters):
            continue
        window = {months_before(month, back) for back in range(12)}
        gone = [step for step in lines if step.month in window and step.fate == "charged_off"]
        lost = [row for row in whole if bad(row)]
        balance = total(row.balance for row in whole)
        written = total(step.before.balance for step in gone) if gone else Decimal(0)
        written = None if balance is None else written
        told = [cash for day, when, cash in received if {day, when} <= window and cash is not None]
        recovered = total(told)
        complete = len(window & ledger_months) == 12
        parts = owes(lost, whole), written
        added = None if None in parts else written - (recovered or 0)
        answer.append(
            {
                "month": month,
                "months_covered": len(window & ledger_months),
                "charged_off_loans": len(gone),
                "charged_off_balance": written,
                "recovery_loans": len(told),
                "recovered": recovered,
                "bad_balance": parts[0],
                "balance": balance,
                "ratio": ratio(parts[0] + added, balance + added) if complete and added is not None else None,
                "ratio_loans": ratio(len(lost) + len(gone), len(whole) + len(gone)) if complete else None,
            }
        )
    return answer


# --- why the bad-debt ratio changed --------------------------------------------------------------

ADDS_TO_BOTH = {
    "newly_bad": False, "cured": False, "cash": True, "charged_off": True, "sold": True, "re_aged": False,
    "missing": True, "entered": True, "interest_and_other": True, "reclassified": True,
}  # fmt: skip
"""The components, and whether what they add to the bad balance they add to the whole balance too."""


def bridge_amounts(rows: Sequence[Row], filters: dict) -> dict[date, dict[str, Decimal]]:
    """Every bad loan's balance put under the name of what happened to it, by month."""
    chosen = slice_of(filters)
    amounts = {month: dict.fromkeys(ADDS_TO_BOTH, Decimal(0)) for month in known_months(rows, filters)}
    for step in steps(rows):
        found = amounts.get(step.month)
        if found is None:
            continue
        here = kept(step.month, step.row, chosen)
        there = step.is_open and kept(step.month, step.after, chosen)
        if step.is_bad and here != there:
            found["reclassified"] += step.owes if there else -step.owes
        if not here:
            continue
        if step.was_bad and step.is_bad:
            found["cash"] -= step.cash or 0
            found["interest_and_other"] += step.owes - step.owed + (step.cash or 0)
        elif step.was_bad and step.is_open:
            found["re_aged" if step.re_aged else "cured"] -= step.owed
        elif step.was_bad:
            found["cash" if step.fate == "paid_off" else step.fate] -= step.owed
        elif step.is_bad:
            found["entered" if step.before is None else "newly_bad"] += step.owes
    return amounts


def bridge_effects(rows: Sequence[Row], filters: dict) -> dict[date, dict[str, Fraction] | None]:
    """(amount − opening ratio × what is added to the whole) ÷ closing balance, exactly; growth is what else was added."""
    months = open_rows(rows, filters)
    effects: dict[date, dict[str, Fraction] | None] = {}
    for month, amounts in bridge_amounts(rows, filters).items():
        ends = months[months_before(month, 1)], months[month]
        whole = [owes(end, end) for end in ends]
        lost = [owes([row for row in end if bad(row)], end) for end in ends]
        if None in lost or not all(whole):
            effects[month] = None
            continue
        ratio_before = Fraction(lost[0]) / Fraction(whole[0])
        added = {name: amounts[name] if both else Decimal(0) for name, both in ADDS_TO_BOTH.items()}
        grown = whole[1] - whole[0] - sum(added.values())
        effects[month] = {
            name: (Fraction(amounts[name]) - ratio_before * Fraction(added[name])) / Fraction(whole[1])
            for name in amounts
        } | {"growth": -ratio_before * Fraction(grown) / Fraction(whole[1])}
    return effects


def bad_debt_bridge(rows: Sequence[Row], **filters) -> list[dict]:
    """From last month's bad balance and ratio to this month's."""
    months = open_rows(rows, filters)
    effects = bridge_effects(rows, filters)
    answer = []
    for month, amounts in bridge_amounts(rows, filters).items():
        ends = months[months_before(month, 1)], months[month]
        known = all(owes([row for row in end if bad(row)], end) is not None for end in ends)
        for name in (*amounts, "growth"):
            answer.append(
                {
                    "month": month,
                    "component": name,
                    "amount": amounts.get(name) if known else None,
                    "effect": None if effects[month] is None else float(effects[month][name]),
                }
            )
    return answer


def exact_mix_and_rate(rows: Sequence[Row], filters: dict) -> dict[tuple, tuple[Fraction, Fraction]]:
    """Mix and rate effect by month, dimension and value, as fractions; only where both ratios are known."""
    months = open_rows(rows, filters)
    found = {}
    for month in known_months(rows, filters):
        ends = months[months_before(month, 1)], months[month]
        whole = [owes(end, end) for end in ends]
        lost = [owes([row for row in end if bad(row)], end) for end in ends]
        if None in lost or not all(whole):
            continue
        middle = sum(Fraction(a) / Fraction(b) for a, b in zip(lost, whole, strict=True)) / 2
        for name in DIMENSIONS:
            for value in {getattr(row, name) or "" for end in ends for row in end}:
                own = [[row for row in end if (getattr(row, name) or "") == value] for end in ends]
                owing = [Fraction(total(r.balance for r in part) or 0) for part in own]
                losing = [Fraction(total(r.balance for r in part if bad(r)) or 0) for part in own]
                share = [part / Fraction(all_) for part, all_ in zip(owing, whole, strict=True)]
                rates = [a / b for a, b in zip(losing, owing, strict=True) if b]
                own_middle = sum(rates) / len(rates) if rates else middle
                mix = (share[1] - share[0]) * (own_middle - middle)
                change = losing[1] / Fraction(whole[1]) - losing[0] / Fraction(whole[0])
                found[month, name, value] = mix, change - (share[1] - share[0]) * own_middle
    return found


def mix_and_rate(rows: Sequence[Row], **filters) -> list[dict]:
    """How much of the change of the ratio is due to shares of the book, and how much to ratios within them."""
    months = open_rows(rows, filters)
    exact = exact_mix_and_rate(rows, filters)
    answer = []
    for month in known_months(rows, filters):
        ends = months[months_before(month, 1)], months[month]
        for name in DIMENSIONS:
            for (value,), _ in grouped([*ends[0], *ends[1]], lambda row, of=name: (getattr(row, of) or "",)).items():
                own = [[row for row in end if (getattr(row, name) or "") == value] for end in ends]
                found = {"month": month, "dimension": name, "value": value}
                for side, part, end in zip(("opening", "closing"), own, ends, strict=True):
                    owing = total(row.balance for row in part) or Decimal(0)
                    losing = total(row.balance for row in part if bad(row)) or Decimal(0)
                    found[f"{side}_share"] = ratio(owing, total(row.balance for row in end))
                    found[f"{side}_ratio"] = ratio(losing, owing)
                effects = exact.get((month, name, value), (None, None))
                for kind, effect in zip(("mix", "rate"), effects, strict=True):
                    found[f"{kind}_effect"] = None if effect is None else float(effect)
                answer.append(found)
    return answer


QUESTIONS: dict[str, Callable[..., list[dict]]] = {
    "past_due": past_due,
    "lagged_delinquency": lagged_delinquency,
    "charge_offs": charge_offs,
    "bad_debt_with_write_offs": bad_debt_with_write_offs,
    "bad_debt_bridge": bad_debt_bridge,
    "mix_and_rate": mix_and_rate,
}
KEYS: dict[str, tuple[str, ...]] = {
    "past_due": ("month", "line"),
    "lagged_delinquency": ("month", "bucket"),
    "charge_offs": ("month",),
    "bad_debt_with_write_offs": ("month",),
    "bad_debt_bridge": ("month", "component"),
    "mix_and_rate": ("month", "dimension", "value"),
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "past_due": (
        *KEYS["past_due"], "lower_dpd", "loans", "balance", "share_balance", "share_loans", "share_of_month_before",
    ),
    "lagged_delinquency": (
        *KEYS["lagged_delinquency"], "origin_month", "loans", "balance", "origin_loans", "origin_balance",
        "lagged_rate", "lagged_rate_loans",
    ),
    "charge_offs": (
        "month", "loans", "balance", "recovery_loans", "recovered", "opening_balance", "closing_balance", "rate", "net_rate", "rate_loans",
    ),
    "bad_debt_with_write_offs": (
        "month", "months_covered", "charged_off_loans", "charged_off_balance", "recovery_loans", "recovered", "bad_balance", "balance",
        "ratio", "ratio_loans",
    ),
    "bad_debt_bridge": (*KEYS["bad_debt_bridge"], "amount", "effect"),
    "mix_and_rate": (
        *KEYS["mix_and_rate"], "opening_share", "closing_share", "opening_ratio", "closing_ratio", "mix_effect", "rate_effect",
    ),
}  # fmt: skip

"""Placements, court cases and plans, the slow and obvious way: loops over payments and cases, Decimals and Fractions.

Written from the definitions, never from the statements that the product runs.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tests.movement import by_month, ending
from tests.snapshots import Row

DIMENSIONS = ("product", "region", "segment", "acquisition_channel")


def month_end(day: date) -> date:
    """The last day of its month."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def later(day: date, months: int) -> date:
    """The month-end so many calendar months after the month of a day."""
    count = day.year * 12 + day.month - 1 + months
    return month_end(date(count // 12, count % 12 + 1, 1))


def share(part: Decimal | Fraction, whole: Decimal | None) -> float | None:
    return float(Fraction(part) / Fraction(whole)) if whole else None


class Snapshots:
    """What the snapshots say of a loan about a day."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.months = by_month(rows)

    @property
    def last(self) -> date:
        return month_end(max(self.months))

    def before(self, loan: str, day: date) -> Row | None:
        """The row at the last month-end of the book that lies before the month of a day."""
        earlier = [month for month in self.months if month < day.replace(day=1)]
        return self.months[max(earlier)].get(loan) if earlier else None

    def balance(self, loan: str, day: date) -> Decimal | None:
        row = self.before(loan, day)
        return row.balance if row and ending(row) is None else None

    def slice_of(self, loan: str, day: date) -> dict[str, str]:
        now = self.months.get(month_end(day), {}).get(loan)
        said = [row for row in (now, self.before(loan, day)) if row]
        return {name: next((getattr(r, name) for r in said if getattr(r, name) is not None), "") for name in DIMENSIONS}


def _kept(snapshots: Snapshots, cases: Iterable[dict], day: str, filters: dict) -> list[dict]:
    kept = []
    for case in cases:
        found = snapshots.slice_of(case["loan_id"], case[day])
        if all(found[name] in chosen for name, chosen in filters.items()):
            kept.append(case)
    return kept


def latest(cases: Sequence[dict], day: str, payment: dict) -> dict | None:
    """The latest case of the payment's loan that began by its day."""
    begun = [c for c in cases if c["loan_id"] == payment["loan_id"] and c[day] <= payment["paid_on"]]
    return max(begun, key=lambda case: case[day], default=None)


# --- placements ----------------------------------------------------------------------------------


def liquidation(
    rows: Sequence[Row], placements: Sequence[dict], payments: Sequence[dict], horizon: int, **filters
) -> list[dict]:
    """A row for each batch and month since its placement."""
    snapshots = Snapshots(rows)
    received = defaultdict(list)
    for payment in payments:
        placed = latest(placements, "placed_on", payment)
        if placed and not (placed.get("recalled_on") and payment["paid_on"] > placed["recalled_on"]):
            received[placed["loan_id"], placed["placed_on"]].append(payment)
    batches = defaultdict(list)
    for placed in _kept(snapshots, placements, "placed_on", filters):
        earlier = [p for p in placements if p["loan_id"] == placed["loan_id"] and p["placed_on"] < placed["placed_on"]]
        tier = placed.get("tier") or len(earlier) + 1
        batches[month_end(placed["placed_on"]), placed["agency"], tier].append(placed)
    answer = []
    for (month, agency, tier), batch in batches.items():
        held = {id(p): _placed_balance(snapshots, p) for p in batch}
        known = [balance for balance in held.values() if balance is not None]
        whole = sum(known, Decimal(0)) if known else None
        for since in range(horizon + 1):
            until = later(month, since)
            came = [
                (p, pay)
                for p in batch
                for pay in received[p["loan_id"], p["placed_on"]]
                if month_end(pay["paid_on"]) <= until
            ]
            row = {"month": month, "agency": agency, "tier": tier, "months_since": since}
            row |= {"placements": len(batch), "recalled": sum(bool(p.get("recalled_on")) for p in batch)}
            row |= {"unknown_balances": len(batch) - len(known), "placed_balance": whole}
            answer.append(row | _liquidated(came, held, whole, until <= snapshots.last))
    return answer


def _placed_balance(snapshots: Snapshots, placed: dict) -> Decimal | None:
    stated = placed.get("balance")
    return Decimal(stated) if stated is not None else snapshots.balance(placed["loan_id"], placed["placed_on"])


def _liquidated(came: list, held: dict, whole: Decimal | None, over: bool) -> dict:
    if not over:
        return dict.fromkeys(("cash", "commission", "share", "net_share"))
    of_known = [(placed, pay) for placed, pay in came if held[id(placed)] is not None]
    rates = [placed.get("commission_rate") for placed, _ in of_known]
    cash = sum((Decimal(pay["amount"]) for _, pay in of_known), Decimal(0))
    return {
        "cash": sum((Decimal(pay["amount"]) for _, pay in came), Decimal(0)),
        "commission": _cents(_commission(came)),
        "share": share(cash, whole),
        "net_share": None if None in rates else share(Fraction(cash) - _commission(of_known), whole),
    }


def _commission(came: list) -> Fraction:
    return sum(
        (Fraction(Decimal(pay["amount"])) * Fraction(str(placed.get("commission_rate") or 0)) for placed, pay in came),
        Fraction(0),
    )


def _cents(amount: Fraction) -> Decimal:
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


# --- court cases ---------------------------------------------------------------------------------


def litigation(
    rows: Sequence[Row], cases: Sequence[dict], payments: Sequence[dict], horizon: int, **filters
) -> list[dict]:
    """A row for each month of filing and month since."""
    snapshots = Snapshots(rows)
    received = defaultdict(list)
    for payment in payments:
        case = latest(cases, "filed_on", payment)
        if case:
            received[case["loan_id"], case["filed_on"]].append(payment)
    batches = defaultdict(list)
    for case in _kept(snapshots, cases, "filed_on", filters):
        batches[month_end(case["filed_on"])].append(case)
    answer = []
    for month, batch in batches.items():
        claims = [Decimal(case["claim"]) for case in batch if case.get("claim") is not None]
        claim = sum(claims, Decimal(0)) if claims else None
        for since in range(horizon + 1):
            until = later(month, since)
            came = [(case, pay) for case in batch for pay in received[case["loan_id"], case["filed_on"]]]
            came = [(case, pay) for case, pay in came if month_end(pay["paid_on"]) <= until]
            of_known = [(case, pay) for case, pay in came if case.get("claim") is not None]
            cash = sum((Decimal(pay["amount"]) for _, pay in of_known), Decimal(0))
            fees = sum((_fees(case) for case in batch if case.get("claim") is not None), Decimal(0))
            over = until <= snapshots.last
            answer.append(
                {
                    "month": month,
                    "months_since": since,
                    "cases": len(batch),
                    "unknown_claims": len(batch) - len(claims),
                    "claim": claim,
                    "fees": sum((_fees(case) for case in batch), Decimal(0)),
                    "cash": sum((Decimal(pay["amount"]) for _, pay in came), Decimal(0)) if over else None,
                    "court_cash": sum(
                        (Decimal(pay["amount"]) for _, pay in came if pay.get("source") == "court"), Decimal(0)
                    )
                    if over
                    else None,
                    "share": share(cash, claim) if over else None,
                    "net_share": share(cash - fees, claim) if over else None,
                }
            )
    return answer


def _fees(case: dict) -> Decimal:
    return Decimal(case.get("court_fee") or 0) + Decimal(case.get("lawyer_fee") or 0)


# --- random events of a book ---------------------------------------------------------------------


def random_events(rows: Sequence[Row], seed: int) -> dict[str, list[dict]]:
    """Payments, placements, court cases and plans of some of the loans, from a month before the book to a month after it."""
    chance = random.Random(seed)
    loans = sorted({row.loan_id for row in rows})
    first, last = min(row.as_of for row in rows), max(row.as_of for row in rows)

    def some_day() -> date:
        return first + timedelta(days=chance.randrange(-40, (last - first).days + 40))

    tables: dict[str, dict] = {"placement": {}, "legal_case": {}, "plan": {}}
    for loan in loans:
        for _ in range(chance.choice((0, 1, 1, 2, 3))):
            day = some_day()
            gone = day + timedelta(days=chance.randrange(90)) if chance.random() < 0.5 else None
            placed = {
                "loan_id": loan,
                "placed_on": day,
                "agency": chance.choice(("北方", "O'Neil & Co")),
                "recalled_on": gone,
            }
            placed["tier"] = chance.choice((None, None, 1, 2))
            placed["balance"] = chance.choice((None, Decimal(chance.randrange(1, 10**6)) / 100))
            placed["commission_rate"] = chance.choice((0.3, 0.15, 0.425, 0.3, None if chance.random() < 0.3 else 0.2))
            tables["placement"][loan, day] = placed
        for _ in range(chance.choice((0, 0, 1, 2))):
            tables["legal_case"][loan, day] = _random_case(chance, loan, day := some_day())
        for _ in range(chance.choice((0, 0, 1, 2))):
            ended = day + timedelta(days=chance.randrange(200)) if chance.random() < 0.4 else None
            plan = {"loan_id": loan, "agreed_on": (day := some_day()), "instalments": chance.choice((None, 6, 12))}
            plan |= {"ended_on": ended if ended and ended >= day else None, "forgiven": chance.choice((None, 0, 250))}
            plan["result"] = chance.choice((None, "completed", "Broken", "cancelled", "履约"))
            tables["plan"][loan, day] = plan
    payments = []
    for loan in loans:
        for _ in range(chance.randrange(6)):
            source = chance.choice((None, "self", "agency", "court"))
            amount = Decimal(chance.randrange(-2_000, 50_000)) / 100
            payments.append({"loan_id": loan, "paid_on": some_day(), "amount": amount, "source": source})
    return {name: list(held.values()) for name, held in tables.items()} | {"payment": payments}


def _random_case(chance: random.Random, loan: str, day: date) -> dict:
    judged = day + timedelta(days=chance.randrange(150)) if chance.random() < 0.5 else None
    return {
        "loan_id": loan,
        "filed_on": day,
        "claim": chance.choice((None, Decimal(chance.randrange(1, 10**6)) / 100)),
        "court_fee": chance.choice((None, 50, 275)),
        "lawyer_fee": chance.choice((None, Decimal("800.50"))),
        "judged_on": judged,
        "recovered": chance.choice((None, Decimal("12.34"))),
        "result": chance.choice(("won", "lost", None)) if judged else chance.choice((None, None, "withdrawn")),
    }


# --- plans ---------------------------------------------------------------------------------------

LOWER_DPD = {"M0": 0, "M1": 1, "M2": 31, "M3": 61, "M4": 91, "M5": 121, "M6": 151, "M7": 181}


def plans(rows: Sequence[Row], agreed: Sequence[dict], **filters) -> list[dict]:
    """A row for each month of agreement and 3, 6, 12 months since."""
    snapshots = Snapshots(rows)
    batches = defaultdict(list)
    for plan in _kept(snapshots, agreed, "agreed_on", filters):
        batches[month_end(plan["agreed_on"])].append(plan)
    answer = []
    for month, batch in batches.items():
        for since in (3, 6, 12):
            days = [later(month, n) for n in range(1, since + 1)]
            over = all(day in snapshots.months for day in days)
            stands = [_plan_stands(snapshots, plan, agreed, days) for plan in batch] if over else []
            counts = {
                name: sum(name in found for found in stands) if over else None
                for name in ("kept", "redefaulted", "broken", "paid_off", "out_of_sight")
            }
            answer.append(
                {"month": month, "months_since": since, "plans": len(batch)}
                | counts
                | {
                    f"share_{name}": share(counts[name], len(batch)) if over else None
                    for name in ("kept", "redefaulted")
                }
            )
    return answer


def _plan_stands(snapshots: Snapshots, plan: dict, everyone: Sequence[dict], days: list[date]) -> set[str]:
    """What is true of a plan at the last of these month-ends."""
    seen = [snapshots.months[day].get(plan["loan_id"]) for day in days]
    found = set()
    for row in (row for row in seen if row):
        days_past_due = LOWER_DPD.get(row.bucket, 0) if row.days_past_due is None else row.days_past_due
        if ending(row) == "charged_off" or (ending(row) is None and days_past_due >= 31):
            found.add("redefaulted")
        if ending(row) == "paid_off":
            found.add("paid_off")
    word, ended = (plan.get("result") or "").lower(), plan.get("ended_on")
    if word in ("broken", "failed", "cancelled") and not (ended and ended > days[-1]):
        found.add("broken")
    if any(p["loan_id"] == plan["loan_id"] and plan["agreed_on"] < p["agreed_on"] <= days[-1] for p in everyone):
        found.add("broken")
    sold = any(row and ending(row) == "sold" for row in seen)
    there = seen[-1] is not None and ending(seen[-1]) is None
    if not found & {"redefaulted", "broken"}:
        found.add("kept" if not sold and ("paid_off" in found or there) else "out_of_sight")
    return found

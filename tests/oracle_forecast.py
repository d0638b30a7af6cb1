"""The forecast worked out the slow way: loans moved one by one into sums, fractions rolled month by month.

Written from the definition of the measure: of what stood in a bucket, the part that stood in each bucket a month later, of
the last months taken together; what was charged off; the mean inflow. Every figure is an exact fraction or None.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from tests.movement import BUCKETS, LOWER_BOUNDS, bucket, ending, ledger_lines
from tests.snapshots import Row

MEASURES = (*BUCKETS, "bad_debt_ratio", "charged_off")
DIMENSIONS = ("product", "region", "segment", "acquisition_channel")


def month_later(month: date, months: int = 1) -> date:
    """The month-end so many months later."""
    for _ in range(months):
        month = (month + timedelta(days=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return month


def in_slice(row: Row, chosen: dict) -> bool:
    return all((getattr(row, name) or "") in chosen[name] for name in DIMENSIONS if chosen.get(name))


def standing(rows: Sequence[Row], month: date, by: str, chosen: dict) -> dict[str, Fraction]:
    """What stands in each bucket at a month-end."""
    found = dict.fromkeys(BUCKETS, Fraction(0))
    for row in rows:
        if row.as_of == month and ending(row) is None and in_slice(row, chosen):
            found[bucket(row)] += 1 if by == "loans" else Fraction(row.balance or 0)
    return found


def measures(stands: dict[str, Fraction], charged_off: Fraction | None) -> dict[str, Fraction | None]:
    """Each measure of what stands in the buckets: a bucket is bad when it begins beyond 90 days."""
    whole = sum(stands.values())
    bad = sum(amount for name, amount in stands.items() if LOWER_BOUNDS[name] > 90)
    return stands | {"bad_debt_ratio": bad / whole if whole > 0 else None, "charged_off": charged_off}


def charged_off(rows: Sequence[Row], month: date, by: str, chosen: dict) -> Fraction | None:
    """What was charged off in a month, as of its beginning; None where the month before is not in the book."""
    lines = [line for line in ledger_lines(rows) if line.month == month and in_slice(line.row, chosen)]
    if not lines:
        return None
    gone = [line for line in lines if line.to_bucket == "charged_off" and line.movement != "entry"]
    return Fraction(sum(1 if by == "loans" else Fraction(line.opening_balance or 0) for line in gone))


def forecast(
    rows: Sequence[Row], origin: date, horizon: int, last: int, by: str, chosen: dict | None = None
) -> dict[tuple[date, str], Fraction | None]:
    """(month, measure) → what is expected, made at `origin` from the last months of ledger up to it; empty without any."""
    chosen = chosen or {}
    lines = [line for line in ledger_lines(rows) if line.month <= origin and in_slice(line.row, chosen)]
    months = sorted({line.month for line in lines})[-last:]
    lines = [line for line in lines if line.month in months]
    if not months:
        return {}
    opening = dict.fromkeys(BUCKETS, Fraction(0))
    lost = dict.fromkeys(BUCKETS, Fraction(0))
    moved = {(a, b): Fraction(0) for a in BUCKETS for b in BUCKETS}
    entered = dict.fromkeys(BUCKETS, Fraction(0))
    for line in lines:
        before = 1 if by == "loans" else Fraction(line.opening_balance or 0)
        after = 1 if by == "loans" else Fraction(line.closing_balance or 0)
        if line.movement == "entry":
            entered[line.to_bucket] += after
            continue
        opening[line.from_bucket] += before
        if line.to_bucket in BUCKETS:
            moved[line.from_bucket, line.to_bucket] += after
        elif line.to_bucket == "charged_off":
            lost[line.from_bucket] += before
    stands, month, found = standing(rows, origin, by, chosen), origin, {}
    for _ in range(horizon):
        month = month_later(month)
        part = {
            (a, b): moved[a, b] / opening[a] if opening[a] > 0 else Fraction(a == b) for a in BUCKETS for b in BUCKETS
        }
        gone = sum(stands[a] * lost[a] / opening[a] for a in BUCKETS if opening[a] > 0)
        stands = {b: sum(stands[a] * part[a, b] for a in BUCKETS) + entered[b] / len(months) for b in BUCKETS}
        found |= {(month, name): value for name, value in measures(stands, Fraction(gone)).items()}
    return found

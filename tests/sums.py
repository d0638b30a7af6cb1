"""What every independent computation needs: which rows a filter keeps, groups, sums that know NULL, exact ratios."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tests.snapshots import Row

DIMENSIONS = ("product", "region", "segment", "acquisition_channel")


def kept(month: date, row: Row, filters: dict) -> bool:
    """Whether the filters keep a row of that month."""
    return in_months(month, filters) and all(
        not filters.get(name) or (getattr(row, name) or "") in filters[name] for name in DIMENSIONS
    )


def in_months(month: date, filters: dict) -> bool:
    """Whether the filters keep that month."""
    if filters.get("month") is not None and month != filters["month"]:
        return False
    if filters.get("from_month") is not None and month < filters["from_month"]:
        return False
    return filters.get("to_month") is None or month <= filters["to_month"]


def slice_of(filters: dict) -> dict:
    """The filters without those of the month."""
    return {name: filters[name] for name in DIMENSIONS if filters.get(name)}


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of the known amounts; None when none is known."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None


def ratio(part: Decimal | int | None, whole: Decimal | int | None) -> float | None:
    """part ÷ whole; None for an empty denominator or an unknown part."""
    if part is None or not whole:
        return None
    return float(Fraction(part) / Fraction(whole))


def grouped(items: Iterable, key: Callable) -> dict[tuple, list]:
    """The items by key, in the order in which keys are met."""
    groups: dict[tuple, list] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups

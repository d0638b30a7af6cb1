"""Small frames of cohorts, with the numbers in them plain to see."""

import datetime as dt

import polars as pl

from charts.months import month_end

SHARE = {"ever": 1.0, "current": 0.5}


def cohort(number: int) -> dt.date:
    """January 2024 is 1."""
    return month_end(2024 + (number - 1) // 12, (number - 1) % 12 + 1)


def vintages(
    late: dict[int, list[int | None]], loans: int = 100, amount: float | None = 10.0, ages: int = 0, gaps: tuple = ()
) -> pl.DataFrame:
    """A `vintages` frame of one line: cohort → loans ever late by age; None: the age is to come, -1: the month is missing.

    Each loan is of the same `amount`, and half of the late ones are late now. gaps: (cohort, age) after a missing month.
    """
    most = max(ages, *(len(counts) for counts in late.values()))
    rows = []
    for number, counts in late.items():
        for age in range(most):
            many = counts[age] if age < len(counts) else None
            known = many is not None and many >= 0
            row = {
                "cohort": cohort(number),
                "months_on_book": age,
                "month": cohort(number + age),
                "line": "30+",
                "loans": loans,
                "amount": None if amount is None else amount * loans,
                "gap": (number, age) in gaps if known else None,
            }
            for kind, part in SHARE.items():
                row[f"{kind}_loans"] = many * part if known else None
                row[f"{kind}_amount"] = many * part * amount if known and amount is not None else None
                row[f"{kind}_share_loans"] = many * part / loans if known else None
                row[f"{kind}_share_amount"] = many * part / loans if known and amount is not None else None
                for end, by in (("low", -0.01), ("high", 0.01)):
                    row[f"{kind}_share_loans_{end}"] = many * part / loans + by if known else None
                    row[f"{kind}_share_amount_{end}"] = row[f"{kind}_share_loans_{end}"]
            rows.append(row)
    numbers = {name: pl.Float64 for name in rows[0] if name.startswith(("ever", "current", "amount"))}
    return pl.DataFrame(rows, schema_overrides=numbers | {"gap": pl.Boolean})


def first_payments(
    overdue: dict[int, float | None], unpaid: dict[int, float | None] | None = None, loans: int = 100
) -> pl.DataFrame:
    """A `first_payment_default` frame: cohort → share, for a delay of 7 days; of 30 days it is half."""
    rows = [
        {
            "cohort": cohort(number),
            "days": days,
            "loans": loans,
            "overdue_share": share and share * part,
            "known_loans": loans,
            "unpaid_share": (unpaid or {}).get(number) and unpaid[number] * part,
        }
        for number, share in overdue.items()
        for days, part in ((7, 1.0), (30, 0.5))
    ]
    return pl.DataFrame(rows, schema_overrides={"overdue_share": pl.Float64, "unpaid_share": pl.Float64})

"""Small frames of cohorts, placements and stages, with the numbers in them plain to see."""

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


STEPS = ("assigned", "attempted", "connected", "reached", "promised", "kept", "kept_cured")


def funnel(
    rows: dict[str, tuple[int | None, ...]], level: str = "total", month: dt.date = dt.date(2024, 6, 30)
) -> pl.DataFrame:
    """A `contact_funnel` frame of one level: unit → accounts at each step."""
    units = [
        {"month": month, "level": level, "stage": "all", "channel": "all", "owner": "all"}
        | ({} if level == "total" else {level: unit})
        | {f"{step}_accounts": many for step, many in zip(STEPS, accounts, strict=True)}
        for unit, accounts in rows.items()
    ]
    return pl.DataFrame(units, schema_overrides={f"{step}_accounts": pl.Int64 for step in STEPS})


def resolved(rows: dict[tuple[str, int], tuple[int, int, int]]) -> pl.DataFrame:
    """A `resolution` frame: (stage, month of 2024) → entered, resolved, still open; by balance it is half."""
    found = [
        {
            "month": month_end(2024, month),
            "stage": stage,
            "entered": entered,
            "resolved_share_loans": cured / entered,
            "resolved_share_balance": cured / entered / 2,
            "still_open_share_loans": still_open / entered,
        }
        for (stage, month), (entered, cured, still_open) in rows.items()
    ]
    return pl.DataFrame(found)


def survival(rows: dict[str, list[tuple[int, float]]]) -> pl.DataFrame:
    """A `stage_survival` frame: stage → (days, still in)."""
    found = [
        {
            "stage": stage,
            "days": days,
            "at_risk": 100,
            "left": 1,
            "still_in": share,
            "still_in_low": share - 0.05,
            "still_in_high": share + 0.05,
        }
        for stage, steps in rows.items()
        for days, share in steps
    ]
    return pl.DataFrame(found)


def medians(rows: dict[str, int | None]) -> pl.DataFrame:
    """A `time_in_stage` frame: stage → median days."""
    found = [
        {
            "stage": stage,
            "cases": 200,
            "median_days": days,
            "median_days_low": days and days - 1,
            "median_days_high": days and days + 1,
        }
        for stage, days in rows.items()
    ]
    return pl.DataFrame(found, schema_overrides={"median_days": pl.Int64})


def cash(rows: dict[tuple[str, str], float], split: str = "stage") -> pl.DataFrame:
    """A `cash_by_source` frame: (unit, channel) → cash."""
    found = [
        {"stage": "all", "owner": "all", "channel": channel} | {split: unit} | {"payments": 40, "cash": amount}
        for (unit, channel), amount in rows.items()
    ]
    return pl.DataFrame(found)


def costs(
    rows: dict[str, tuple[float | None, float, bool]], split: str = "stage", month: dt.date = dt.date(2024, 6, 30)
) -> pl.DataFrame:
    """A `cost_to_collect` frame with intervals: unit → cost, cash, small."""
    found = [
        {"month": month, "stage": "all", "channel": "all", "owner": "all"}
        | {split: unit, "cash": received, "cost": cost, "contact_cost": cost, "commission": None, "court_cost": None}
        | {"cost_to_collect": cost / received if cost is not None and received else None, "small": small}
        for unit, (cost, received, small) in rows.items()
    ]
    numbers = ("contact_cost", "commission", "court_cost", "cost", "cash", "cost_to_collect")
    return pl.DataFrame(found, schema_overrides=dict.fromkeys(numbers, pl.Float64))


def batches(rows: dict[tuple[int, str, int], tuple[int, float, list[float | None]]]) -> pl.DataFrame:
    """A `liquidation` frame: (month of placement, agency, tier) → accounts, balance, share by months since."""
    found = [
        {
            "month": cohort(month),
            "agency": agency,
            "tier": tier,
            "months_since": since,
            "placements": accounts,
            "recalled": 0,
            "placed_balance": balance,
            "share": share,
            "net_share": share and share / 2,
        }
        for (month, agency, tier), (accounts, balance, shares) in rows.items()
        for since, share in enumerate(shares)
    ]
    return pl.DataFrame(found, schema_overrides={"share": pl.Float64, "net_share": pl.Float64})


def compared(rows: dict[str, tuple[float | None, float | None, float | None, float | None, bool]]) -> pl.DataFrame:
    """A comparison: unit → ratio, low, high, shrunk ratio, small."""
    found = [
        {
            "unit": unit,
            "loans": 20 if small else 400,
            "matched_loans": 300,
            "cash": 100.0,
            "expected": 80.0,
            "ratio": ratio,
        }
        | {"ratio_low": low, "ratio_high": high, "shrunk_ratio": shrunk, "small": small}
        for unit, (ratio, low, high, shrunk, small) in rows.items()
    ]
    return pl.DataFrame(
        found, schema_overrides=dict.fromkeys(("ratio", "ratio_low", "ratio_high", "shrunk_ratio"), pl.Float64)
    )


def tests(rows: dict[tuple[str, str], tuple[float | None, float | None, float | None, int, bool]]) -> pl.DataFrame:
    """A `challenger` frame: (stage, group) → difference, low, high, judged loans, enough; by amount it is doubled."""
    found = []
    for (stage, group), (difference, low, high, judged, enough) in rows.items():
        row = {
            "stage": stage,
            "test_group": group,
            "outcome": "paid in 30 days",
            "loans": judged,
            "judged_loans": judged,
        }
        row |= {"loans_needed": 400, "enough": enough}
        for by, times in (("loans", 1), ("amount", 2)):
            row[f"rate_{by}"] = 0.4 * times
            for end, value in (("", difference), ("_low", low), ("_high", high)):
                row[f"difference_{by}{end}"] = None if value is None else value * times
        found.append(row)
    numbers = [f"difference_{by}{end}" for by in ("loans", "amount") for end in ("", "_low", "_high")]
    return pl.DataFrame(found, schema_overrides=dict.fromkeys(numbers, pl.Float64))

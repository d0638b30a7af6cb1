"""Small frames with the columns of the questions, and the numbers in them plain to see."""

import datetime as dt

import polars as pl

from charts.months import month_end

BUCKETS = ("M0", "M1", "M2", "M3")
MOVEMENTS = ("forward", "stay", "improve", "cure", "exit")


def months(count: int, last: tuple[int, int] = (2024, 6), without: tuple[int, ...] = ()) -> list[dt.date]:
    """`count` month-ends up to `last`, those at the places `without` left out."""
    end = last[0] * 12 + last[1] - 1
    all_months = [month_end(number // 12, number % 12 + 1) for number in range(end - count + 1, end + 1)]
    return [month for place, month in enumerate(all_months) if place not in without]


def sliced(slices: dict[tuple[str, str], pl.DataFrame]) -> pl.DataFrame:
    """A `roll_slices` frame of these slices, each as `trend` makes it."""
    whole = [
        frame.with_columns(dimension=pl.lit(dimension), value=pl.lit(value))
        for (dimension, value), frame in slices.items()
    ]
    return pl.concat(whole) if whole else sliced({("", ""): trend({})})


def trend(shares: dict[str, dict[dt.date, float | None]], loans: int = 100, balance: float = 1000.0) -> pl.DataFrame:
    """A `roll_trend` frame from the forward share of each bucket in each month; by loans it is half of it."""
    rows = [
        {
            "month": month,
            "from_bucket": bucket,
            "loans": loans,
            "opening_balance": balance,
            "forward_share_loans": None if share is None else share / 2,
            "forward_share_balance": share,
        }
        for bucket, series in shares.items()
        for month, share in series.items()
    ]
    schema = {
        "month": pl.Date,
        "from_bucket": pl.String,
        "loans": pl.Int64,
        "opening_balance": pl.Float64,
        "forward_share_loans": pl.Float64,
        "forward_share_balance": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema)


def net_flow(rates: dict[dt.date, float | None], bucket: str = "M1") -> pl.DataFrame:
    rows = [{"month": month, "from_bucket": bucket, "rate": rate} for month, rate in rates.items()]
    return pl.DataFrame(rows, schema={"month": pl.Date, "from_bucket": pl.String, "rate": pl.Float64})


def bad_debt(ratios: dict[dt.date, float | None]) -> pl.DataFrame:
    rows = [
        {"month": month, "bad_loans": 7, "bad_debt_ratio": ratio, "bad_debt_ratio_loans": ratio and ratio / 2}
        for month, ratio in ratios.items()
    ]
    schema = {
        "month": pl.Date,
        "bad_loans": pl.Int64,
        "bad_debt_ratio": pl.Float64,
        "bad_debt_ratio_loans": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema)


def levels(column: str, shares: dict[dt.date, dict[str, float | None]]) -> pl.DataFrame:
    """A `delinquency` (column "bucket") or `tiers` (column "tier") frame; by loans each share is half."""
    rows = [
        {"month": month, column: name, "share_loans": share and share / 2, "share_balance": share}
        for month, row in shares.items()
        for name, share in row.items()
    ]
    schema = {"month": pl.Date, column: pl.String, "share_loans": pl.Float64, "share_balance": pl.Float64}
    return pl.DataFrame(rows, schema=schema)


def roll_rates(cells: dict[tuple[str, str], tuple[int, float | None]]) -> pl.DataFrame:
    """A `roll_rates` frame of one month from (from, to) → (loans, opening balance)."""
    loans: dict[str, int] = {}
    balances: dict[str, float | None] = {}
    for (bucket, _to), (many, balance) in cells.items():
        loans[bucket] = loans.get(bucket, 0) + many
        balances[bucket] = None if balance is None else (balances.get(bucket) or 0.0) + balance
    rows = [
        {
            "month": dt.date(2024, 6, 30),
            "from_bucket": bucket,
            "to_bucket": to,
            "loans": many,
            "opening_balance": balance,
            "share_loans": many / loans[bucket],
            "share_balance": None if balance is None else balance / balances[bucket],
        }
        for (bucket, to), (many, balance) in cells.items()
    ]
    schema = {
        "month": pl.Date,
        "from_bucket": pl.String,
        "to_bucket": pl.String,
        "loans": pl.Int64,
        "opening_balance": pl.Float64,
        "share_loans": pl.Float64,
        "share_balance": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema)


def ledger(rows: list[tuple[dt.date, str, str, int, float | None, float | None]]) -> pl.DataFrame:
    """A `ledger` frame from (month, from, to, loans, opening balance, closing balance)."""
    schema = {
        "month": pl.Date,
        "from_bucket": pl.String,
        "to_bucket": pl.String,
        "loans": pl.Int64,
        "opening_balance": pl.Float64,
        "closing_balance": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def plain(text: str) -> str:
    """The text with plain spaces in place of the narrow ones between a number and its unit."""
    return text.replace("\u202f", " ")

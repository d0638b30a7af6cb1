"""What the book says month by month: cash recovered, rolls, the bad-debt ratio, in the terms of `sim.monthly`."""

from datetime import date

import polars as pl

from sim.calibration.ledger import ledger
from sim.calibration.matched import rolls_of
from sim.calibration.records import Records, epoch
from sim.monthly import BAD_DEBT, CASH, ROLLS, Series

MEASURES = (CASH, *ROLLS, BAD_DEBT)


def observed(records: Records) -> Series:
    """Of the book, each month after the first. Cash only where due dates and payments are known, in currency; ratios by 90 days."""
    found: Series = {name: {} for name in MEASURES}
    rows = records.loan_snapshot
    for as_of in rows["as_of"].unique().sort().to_list():
        month = _month_end(as_of)
        found[BAD_DEBT] |= _bad_debt(rows.filter(pl.col("as_of") == as_of), records, month)
        if month <= records.first:
            continue
        rolls = rolls_of(records, as_of, until=as_of)
        found |= {
            name: found[name] | ({month: rolls.forward[at] / rolls.opening[at]} if rolls.opening[at] else {})
            for at, name in enumerate(ROLLS)
        }
    if records.has_schedule:
        found[CASH] = _cash(records)
    return found


def _bad_debt(rows: pl.DataFrame, records: Records, month: date) -> dict[date, float]:
    lower = {band.name: band.lower_dpd for band in records.settings.buckets}
    bucket = pl.col("bucket").cast(pl.String).replace_strict(lower, default=0, return_dtype=pl.Int64)
    rows = rows.filter(pl.col("status").fill_null("open") == "open").with_columns(
        age=pl.coalesce(pl.col("days_past_due").cast(pl.Int64), bucket)
    )
    whole = rows["balance"].sum()
    return {month: rows.filter(pl.col("age") > 90)["balance"].sum() / whole} if whole else {}


def _cash(records: Records) -> dict[date, float]:
    """Paid by the late and the charged-off, and the proceeds of sales."""
    paid = ledger(records).payments.select("day", "amount")
    sales = records.loan_snapshot.filter((pl.col("status") == "sold") & pl.col("sale_price").is_not_null())
    sales = sales.select(day=pl.coalesce("sold_on", "as_of"), amount="sale_price").filter(
        pl.col("day") > epoch(records.first)
    )
    whole = pl.concat([paid, sales]).with_columns(month=pl.col("day").cast(pl.Int32).cast(pl.Date).dt.month_end())
    months = {_month_end(day): 0.0 for day in records.loan_snapshot["as_of"].unique().to_list()}
    sums = {
        month: cents / 100 / records.drawn
        for month, cents in whole.group_by("month").agg(pl.col("amount").sum()).iter_rows()
    }
    return {month: sums.get(month, 0.0) for month in months if month > records.first}


def _month_end(day: int) -> date:
    return pl.select(pl.lit(day, pl.Int32).cast(pl.Date).dt.month_end()).item()

"""What the book, or a run, says month by month: cash recovered, rolls, the bad-debt ratio, in the same terms."""

from datetime import date

import polars as pl

from sim.calibration.ledger import ledger
from sim.calibration.matched import rolls_of
from sim.calibration.records import Records, epoch
from sim.record import BUCKETS
from sim.simulate import Run

CASH, BAD_DEBT = "cash", "bad_debt"
ROLLS = ("M0→M1", "M1→M2", "M2→M3")
MEASURES = (CASH, *ROLLS, BAD_DEBT)
BAD_BUCKETS = tuple(f"M{at}" for at, edge in enumerate(BUCKETS) if edge > 90)

Series = dict[str, dict[date, float]]
"""By measure, by month-end; months of which a measure is not known are left out."""


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


def of_run(run: Run, scale: float = 1.0) -> Series:
    """Of a run that begins on the 1st of a month with a book as it stands; `scale` makes its money that of the whole book.

    The bad-debt ratio of a month-end is read from the openings of the next month, so that of the last month is not known.
    """
    found: Series = {name: {} for name in MEASURES}
    daily = run.daily.with_columns(month=pl.col("day").dt.month_end())
    names = [f"cash_{source}" for source in ("self", "collector", "agency", "court", "plan")] + ["sale_proceeds"]
    for month, cents in daily.group_by("month").agg(pl.sum_horizontal(names).sum()).iter_rows():
        found[CASH][month] = cents / 100 * scale
    buckets = {f"M{at}": at for at in range(len(BUCKETS))}
    rolls = run.rolls.with_columns(
        before=pl.col("from").replace_strict(buckets, default=-1),
        after=pl.col("to").replace_strict(buckets, default=-1),
    )
    for (month,), rows in rolls.partition_by("month", as_dict=True).items():
        for at, name in enumerate(ROLLS):
            own = rows.filter(pl.col("before") == at)
            if opening := own["loans"].sum():
                found[name][month] = own.filter(pl.col("after") > at)["loans"].sum() / opening
        whole = rows["opening_balance"].sum()
        bad = rows.filter(pl.col("from").is_in(list(BAD_BUCKETS)))["opening_balance"].sum()
        before = pl.select(pl.lit(month).dt.month_start().dt.offset_by("-1d")).item()
        if whole:
            found[BAD_DEBT][before] = bad / whole
    return found

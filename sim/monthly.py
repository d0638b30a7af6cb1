"""What a run says month by month, in the terms in which a book says it: cash, cost, rolls, the bad-debt ratio, complaints."""

from datetime import date

import polars as pl

from sim.measures import CENTS
from sim.record import BUCKETS, COSTS
from sim.simulate import CASH as OF_CASH
from sim.simulate import Run

CASH, COST, BAD_DEBT, COMPLAINTS = "cash", "cost", "bad_debt", "complaints"
ROLLS = ("M0→M1", "M1→M2", "M2→M3")
SPENT = tuple(f"cost_{kind}" for kind in COSTS if kind not in ("wages", "penalty"))
"""What a book tells of cost: contacts, commission, court and lawyers' fees."""
BAD_BUCKETS = tuple(f"M{at}" for at, edge in enumerate(BUCKETS) if edge > 90)

Series = dict[str, dict[date, float]]
"""By measure, by month-end; months of which a measure is not known are left out."""


def of_run(run: Run, scale: float = 1.0) -> Series:
    """Of a run that begins on the 1st of a month; `scale` makes its sums those of the whole book. Money in units of the currency.

    The bad-debt ratio of a month-end is read from the openings of the next month: that of the last month is not known, and that of the
    one before the run is. Where the run has late loans alone, its first month has no openings, M0→M1 is not known, and the ratio is of
    the late and the rest of the book.
    """
    found: Series = {CASH: {}, COST: {}, **{name: {} for name in ROLLS}, BAD_DEBT: {}, COMPLAINTS: {}}
    daily = run.daily.with_columns(month=pl.col("day").dt.month_end())
    sums = daily.group_by("month").agg(
        cash=pl.sum_horizontal(OF_CASH).sum(),
        cost=pl.sum_horizontal(SPENT).sum(),
        complaints=pl.col("complaints").sum(),
    )
    for month, cash, cost, complaints in sums.iter_rows():
        found[CASH][month], found[COST][month] = cash / CENTS * scale, cost / CENTS * scale
        found[COMPLAINTS][month] = complaints * scale
    buckets = {f"M{at}": at for at in range(len(BUCKETS))}
    whole_book = run.passport.parameters["population.world"] == "book"
    rest = run.passport.parameters["population.rest_of_book"] * CENTS
    rolls = run.rolls.with_columns(
        before=pl.col("from").replace_strict(buckets, default=-1),
        after=pl.col("to").replace_strict(buckets, default=-1),
    )
    for (month,), rows in rolls.partition_by("month", as_dict=True).items():
        for at, name in enumerate(ROLLS):
            own = rows.filter(pl.col("before") == at)
            if (at or whole_book) and (opening := own["loans"].sum()):
                found[name][month] = own.filter(pl.col("after") > at)["loans"].sum() / opening
        late = rows.filter(pl.col("before") > 0)["opening_balance"].sum()
        whole = rows["opening_balance"].sum() if whole_book else late + rest if rest else 0
        bad = rows.filter(pl.col("from").is_in(list(BAD_BUCKETS)))["opening_balance"].sum()
        if whole:
            found[BAD_DEBT][pl.select(pl.lit(month).dt.month_start().dt.offset_by("-1d")).item()] = bad / whole
    return found

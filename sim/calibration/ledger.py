"""Each debt day by day: due dates, what was paid on them, spells of arrears and the days past due in them.

Of every month the opening is the snapshot before it; in the month instalments fall due and payments come in, and what is overdue is
never less than nothing (Lindley's recursion). So fees, corrections and what else only the lender knows are right at each month-end.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from sim.calibration.records import Records, epoch

LEAST = 100
"""Cents up to which nothing is overdue: roundings; or a hundredth of an instalment, if that is more."""


@dataclass(frozen=True)
class Ledger:
    """due: i, day, missed, late_before (null where not known), paid_all, amount. days: the end of each day on which something
    happened: i, day, late, oldest, starts (a spell), overdue. payments: i, day, amount, source, overdue (before it), of loans late the day before."""

    due: pl.DataFrame
    days: pl.DataFrame
    payments: pl.DataFrame


def no_ledger() -> Ledger:
    """Of a book without due dates and payments."""
    whole, yes = pl.Int64, pl.Boolean
    due = {"i": whole, "day": whole, "missed": yes, "paid_all": yes, "late_before": yes}
    days = {"i": whole, "day": whole, "late": yes, "oldest": whole, "starts": yes, "opens": yes, "overdue": whole}
    payments = {"i": whole, "day": whole, "amount": whole, "overdue": whole, "source": pl.String, "tolerance": whole}
    return Ledger(*(pl.DataFrame(schema=schema) for schema in (due, days, payments)))


def month_of(day: pl.Expr) -> pl.Expr:
    """Months since year 0 of a whole day."""
    date = day.cast(pl.Int32).cast(pl.Date)
    return date.dt.year().cast(pl.Int64) * 12 + date.dt.month().cast(pl.Int64) - 1


def day_of(month: pl.Expr, due_day: pl.Expr) -> pl.Expr:
    """The whole day of a due day in a month since year 0."""
    return pl.date(month // 12, month % 12 + 1, due_day).cast(pl.Int32).cast(pl.Int64)


def ledger(records: Records) -> Ledger:
    """Follow each loan from the first month-end to the last. Months of which the opening is not known are left out."""
    months = _loan_months(records)
    due = _due_dates(records, months)
    rows = _rows(records, months, due)
    days = _days(rows, records)
    return Ledger(_missed(records, due, days), days, _late_payments(rows, days))


def _loan_months(records: Records) -> pl.DataFrame:
    """Each month of each loan that can be followed: i, month, opening overdue, status and oldest; and until which day it lives."""
    rows = records.loan_snapshot.select(
        "i", "as_of", "days_past_due", "overdue_amount", "status", "sold_on", month=month_of(pl.col("as_of"))
    )
    before = rows.select(
        "i", pl.col("month") + 1, pl.col("as_of").alias("opened_on"), pl.col("overdue_amount").fill_null(0).alias("opening"),
        pl.col("status").alias("was"), pl.col("days_past_due").fill_null(0).alias("dpd"),
    )  # fmt: skip
    loans = records.loan.select("i", "originated_on", "instalment", "due_day", "term_months")
    first = month_of(pl.lit(epoch(records.first)))
    joined = rows.join(before, on=["i", "month"], how="left").join(loans, on="i").filter(pl.col("month") > first)
    booked = month_of(pl.col("originated_on")) == pl.col("month")
    joined = joined.filter(pl.col("opened_on").is_not_null() | booked).filter(
        pl.col("was").is_null() | pl.col("was").is_in(["open", "charged_off"])
    )
    gone = (
        records.payment.select("i", "paid_on", month=month_of(pl.col("paid_on")))
        .group_by("i", "month")
        .agg(pl.col("paid_on").max())
    )
    joined = joined.join(gone, on=["i", "month"], how="left")
    left = (
        pl.when(pl.col("status") == "sold")
        .then(pl.coalesce("sold_on", "as_of"))
        .when(pl.col("status") == "paid_off")
        .then(pl.coalesce("paid_on", "as_of"))
    )
    start = pl.col("as_of").cast(pl.Int32).cast(pl.Date).dt.month_start().cast(pl.Int32).cast(pl.Int64) - 1
    return joined.with_columns(
        lives_to=left.otherwise(pl.col("as_of")), opening=pl.col("opening").fill_null(0), dpd=pl.col("dpd").fill_null(0),
        opened_on=pl.coalesce("opened_on", start), ends=month_of(pl.col("originated_on")) + pl.col("term_months").fill_null(10_000), tolerance=pl.max_horizontal(LEAST, pl.col("instalment").fill_null(0) // 100),
    )  # fmt: skip


def _due_dates(records: Records, months: pl.DataFrame) -> pl.DataFrame:
    """The instalments that fall due: i, month, day, amount."""
    count = pl.col("month") - month_of(pl.col("originated_on"))
    falls = months.filter(
        pl.col("due_day").is_not_null() & (pl.col("was").fill_null("open") == "open") & (count >= 1) & (count <= pl.col("term_months").fill_null(10_000))
    )  # fmt: skip
    return falls.select(
        "i",
        "month",
        "lives_to",
        "as_of",
        day=day_of(pl.col("month"), pl.col("due_day").clip(1, 28)),
        amount=pl.col("instalment"),
    ).filter((pl.col("day") <= pl.col("lives_to")) & (pl.col("day") <= pl.col("as_of")))


def _rows(records: Records, months: pl.DataFrame, due: pl.DataFrame) -> pl.DataFrame:
    """Openings, charges and payments in their order, with what is overdue after each."""
    opening = months.select("i", "month", pl.col("opened_on").alias("day"), order=pl.lit(0), change=pl.col("opening"),
                            oldest=pl.when(pl.col("dpd") > 0).then(pl.col("opened_on") - pl.col("dpd")), source=pl.lit(""))  # fmt: skip
    charges = due.select(
        "i", "month", "day", order=pl.lit(1), change=pl.col("amount"), oldest=pl.lit(None, pl.Int64), source=pl.lit("")
    )
    paid = records.payment.select(
        "i", month_of(pl.col("paid_on")).alias("month"), pl.col("paid_on").alias("day"), order=pl.lit(2), change=-pl.col("amount"), oldest=pl.lit(None, pl.Int64),
        source=pl.col("source").fill_null("self"),
    )  # fmt: skip
    forgiven = records.plan.filter(pl.col("forgiven").fill_null(0) > 0).select(
        "i", month_of(pl.col("agreed_on")).alias("month"), pl.col("agreed_on").alias("day"), order=pl.lit(2), change=-pl.col("forgiven"), oldest=pl.lit(None, pl.Int64), source=pl.lit("forgiven")
    )  # fmt: skip
    known = months.select("i", "month", "tolerance", "instalment", "due_day", "was", "ends")
    flows = pl.concat([charges, paid, forgiven]).join(months.select("i", "month"), on=["i", "month"], how="semi")
    rows = pl.concat([opening, flows]).join(known, on=["i", "month"], how="left").sort("i", "month", "day", "order")
    total = pl.col("change").cum_sum().over("i", "month")
    rows = rows.with_columns(total=total)
    lowest = pl.min_horizontal(0, pl.col("total").cum_min().over("i", "month"))
    return rows.with_columns(overdue=pl.col("total") - lowest)


def _days(rows: pl.DataFrame, records: Records) -> pl.DataFrame:
    """The end of each day on which something happened; gaps in what is known begin a spell of their own."""
    ends = rows.group_by("i", "day", "month", maintain_order=True).agg(
        pl.col("overdue", "tolerance", "instalment", "due_day", "was", "ends").last(),
        oldest=pl.col("oldest").max(), charged=(pl.col("order") == 1).any(), paid=(pl.col("order") == 2).any(), opens=(pl.col("order") == 0).any(),
    )  # fmt: skip
    late = pl.col("overdue") > pl.col("tolerance")
    ends = ends.with_columns(late=late).sort("i", "day", "month")
    gap = pl.col("month") - pl.col("month").shift(1).over("i") > 1
    follows = pl.col("late").shift(1).over("i").fill_null(False) & ~gap.fill_null(False)
    ends = ends.with_columns(starts=pl.col("late") & ~follows).with_columns(spell=pl.col("starts").cum_sum().over("i"))
    # Of the days past due: the opening knows; a new spell begins with today's due date; a part paid leaves so many instalments.
    unpaid = (
        ((pl.col("overdue") - LEAST) / pl.max_horizontal(pl.col("instalment"), 1)).ceil().cast(pl.Int64).clip(1, 600)
    )
    today = day_of(pl.col("month"), pl.col("due_day").clip(1, 28))
    last_due = pl.min_horizontal(pl.col("month") - (today > pl.col("day")).cast(pl.Int64), "ends")
    by_part = day_of(last_due - unpaid + 1, pl.col("due_day").clip(1, 28))
    oldest = (
        pl.when(pl.col("oldest").is_not_null()).then(pl.col("oldest"))
        .when(pl.col("starts")).then(pl.col("day"))
        .when(pl.col("paid") & pl.col("late") & (pl.col("was").fill_null("open") == "open")).then(by_part)
    )  # fmt: skip
    ends = ends.with_columns(oldest=pl.when(pl.col("late")).then(oldest))
    ends = ends.with_columns(oldest=pl.col("oldest").cum_max().forward_fill().over("i", "spell"))
    # A month-end with a payment has two rows: its own, and the opening of the next month, which knows better.
    return ends.group_by("i", "day", maintain_order=True).agg(
        pl.col("late", "oldest").last(),
        starts=pl.col("starts").any(),
        opens=(pl.col("opens") & pl.col("starts")).any(),
        overdue=pl.col("overdue").last(),
    )


def _missed(records: Records, due: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Due dates of loans that were current: missed or paid, in full of all that was owed or not, and whether he was late before."""
    starts = days.filter(pl.col("starts")).select("i", "day", miss=pl.lit(True))
    state = days.select("i", "late", on=pl.col("day")).sort("on")
    asked = due.with_columns(before=pl.col("day") - 1).sort("before")
    rows = asked.join_asof(state, left_on="before", right_on="on", by="i", strategy="backward", check_sortedness=False)
    rows = rows.filter(~pl.col("late").fill_null(False)).join(starts, on=["i", "day"], how="left")
    paid = records.payment.group_by("i", pl.col("paid_on").alias("day")).agg(paid=pl.col("amount").sum())
    rows = rows.join(paid, on=["i", "day"], how="left")
    earliest = days.filter("late").group_by("i").agg(late_since=pl.col("day").min())
    rows = rows.join(earliest, on="i", how="left").join(records.loan.select("i", "originated_on"), on="i")
    once = pl.col("late_since") < pl.col("day")
    whole = pl.col("originated_on") > epoch(records.first)
    return rows.select(
        "i", "day", missed=pl.col("miss").fill_null(False), paid_all=pl.col("paid").fill_null(0) > pl.col("amount") * 1.5,
        late_before=pl.when(once).then(True).when(whole).then(False),
    ).sort("i", "day")  # fmt: skip


def _late_payments(rows: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Payments of loans that were late at the end of the day before, those of one day and source together."""
    paid = rows.filter((pl.col("order") == 2) & (pl.col("source") != "forgiven")).with_columns(
        before=pl.col("day") - 1, owed=pl.col("overdue") - pl.col("change")
    )
    state = days.select("i", "late", on=pl.col("day")).sort("on")
    paid = paid.sort("before").join_asof(
        state, left_on="before", right_on="on", by="i", strategy="backward", check_sortedness=False
    )
    return (
        paid.filter(pl.col("late").fill_null(False))
        .group_by("i", "day").agg(amount=-pl.col("change").sum(), overdue=pl.col("owed").max(), source=pl.col("source").last(), tolerance=pl.col("tolerance").last())
        .sort("day", "i")
    )  # fmt: skip


def late_share_before(ledger: Ledger) -> tuple[int, int]:
    """Of the due dates of loans whose whole life is known: those of borrowers late before, and all."""
    known = ledger.due.filter(pl.col("late_before").is_not_null())
    return int(np.sum(known["late_before"].to_numpy())), known.height

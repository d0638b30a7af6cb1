"""Where the book is rolling to, and which slice got worse: the charts of the page Roll rates, each with its caption."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

import charts
from charts.months import month_before
from reports.exhibit import Exhibit
from reports.exhibits.over_months import OverMonths
from reports.slices import slice_changes
from wording import _, count, date, month


@dataclass(frozen=True)
class RollRates(OverMonths):
    """What is asked about, and whether with intervals."""

    intervals: bool = False

    @property
    def by(self) -> dict[str, object]:
        return {"weigh": self.scope.weigh_by, "buckets": self.scope.reader.buckets}

    def if_known(self, question: str) -> pl.DataFrame | None:
        """The answer, or None where the book has not the tables for it."""
        return None if self.scope.reader.lacks(question) else self.ask(question)

    @cached_property
    def trend(self) -> pl.DataFrame:
        return self.ask("roll_trend", intervals=self.intervals)

    @cached_property
    def month_ledger(self) -> pl.DataFrame:
        return self.ask("ledger", self.scope.filters)

    @cached_property
    def title(self) -> str:
        return charts.roll_trend_words(self.trend, **self.by, **self.told).title


def details() -> dict[str, str]:
    """What the last row shows."""
    return {
        "families": _("Three families of rates"),
        "entry": _("Entry and recovery"),
        "exits": _("Entrants and exits"),
    }


def matrix(of: RollRates) -> Exhibit:
    cells, now = of.ask("roll_rates", of.scope.filters, intervals=of.intervals), of.scope.filters.month
    entered = charts.entrants(of.month_ledger, now)
    caption = _(
        "Rows: bucket in {before}; columns: where it went by {month}, in %. Each row sums to 100. "
        "{new} newly booked and {returned} returned loans stand beside it.",
        before=month(month_before(now)),
        month=month(now),
        new=count(entered["new"]),
        returned=count(entered["returned"]),
    )
    words, figure = charts.roll_matrix_words(cells, **of.by), charts.roll_matrix(cells, mode=of.scope.mode, **of.by)
    return Exhibit("roll_matrix", words, figure, ("roll_rates",), cells, caption)


def trends(of: RollRates) -> Exhibit:
    caption = _("Share of each bucket that went to a worse one or was charged off; each line on its own scale")
    if of.intervals:
        caption = _(
            "Share of each bucket that went to a worse one or was charged off, with its 95 % interval; each on its own scale"
        )
    words = charts.roll_trend_words(of.trend, **of.by, **of.told)
    figure = charts.roll_trend(of.trend, **of.by, **of.told, **of.drawn)
    return Exhibit("roll_trend", words, figure, ("roll_trend",), of.trend, caption)


def slices(of: RollRates, changes: pl.DataFrame | None = None) -> Exhibit:
    """changes: `slice_changes` of the scope, where it is known already."""
    changes = slice_changes(of.scope) if changes is None else changes
    caption = _(
        "Rolled on beyond what the rates of {month} would have let, all dimensions in one ranking, which never add up. "
        "Grey: no more than four in five of its changes in two years, or few loans",
        month=month(of.scope.compare_month),
    )
    return Exhibit(
        "slices",
        charts.worse_words(changes, **of.by, **of.told),
        charts.worse(changes, mode=of.scope.mode, **of.by),
        ("roll_slices",),
        changes,
        caption,
    )


def flow(of: RollRates) -> Exhibit:
    caption = _(
        "{before} at the left, {month} at the right; red: worse, green: better. Not drawn: {stayed} that stayed {bucket}, "
        "{booked} newly booked and {paid_off} paid off in it",
        before=month(month_before(of.scope.filters.month)),
        month=month(of.scope.filters.month),
        bucket=of.scope.reader.buckets[0],
        **charts.undrawn(of.month_ledger, **of.by),
    )
    return Exhibit(
        "flow",
        charts.flow_words(of.month_ledger, **of.by),
        charts.flow(of.month_ledger, mode=of.scope.mode, **of.by),
        ("ledger",),
        of.month_ledger,
        caption,
    )


def families(of: RollRates) -> Exhibit:
    net_flow, migration = of.ask("net_flow"), of.ask("regulatory_migration")
    bucket = of.scope.reader.buckets[1]
    frames = (of.trend, net_flow, migration)
    caption = _(
        "{bucket} three ways: the roll follows loans; the net flow 迁徙率 compares balances of two months; tier migration is of "
        "all special mention, less what left",
        bucket=bucket,
    )
    table = of.trend.join(
        net_flow.rename({"rate": "net_flow_rate"}), on=["month", "from_bucket"], how="full", coalesce=True
    )
    return Exhibit(
        "net_flow",
        charts.roll_beside_net_flow_words(*frames, **of.by, bucket=bucket, month=of.scope.filters.month),
        charts.roll_beside_net_flow(*frames, weigh=of.scope.weigh_by, bucket=bucket, **of.drawn),
        (
            "roll_trend",
            "net_flow",
            "regulatory_migration",
        ),
        table.join(
            migration.filter(pl.col("tier") == "special_mention").select(
                "month", "tier", "migration_rate", "migration_rate_loans"
            ),
            on="month",
            how="left",
        ),
        caption,
    )


def roll_to_loss(of: RollRates) -> Exhibit:
    products, buckets = of.ask("roll_to_loss"), of.scope.reader.buckets
    caption = _(
        "Product of the net flow rates from {first} to {last}, by balance: all of one month, or down the diagonal, a cohort on its "
        "way. {last} also holds what came earlier",
        first=buckets[0],
        last=buckets[-1],
    )
    return Exhibit(
        "roll_to_loss",
        charts.roll_to_loss_words(products, buckets=buckets, **of.told),
        charts.roll_to_loss(products, buckets=buckets, **of.drawn),
        ("roll_to_loss",),
        products,
        caption,
    )


def entry(of: RollRates) -> Exhibit:
    snapshots, events = of.ask("entry_rate"), of.if_known("entry_by_event")
    known = snapshots.clear() if events is None else events
    weigh = {"weigh": of.scope.weigh_by}
    caption = _(
        "Of what was current: overdue at the month-end; of what fell due: unpaid the day after. They differ by the calendar, not "
        "by behaviour"
    )
    if events is None:
        caption = _("Of what was current: overdue at the month-end. By due date it needs loans' due days and payments")
    table = snapshots if events is None else snapshots.join(
        events.select("month", pl.col("entry_rate", "entry_rate_loans").name.suffix("_by_due_date")), on="month", how="left"
    )  # fmt: skip
    return Exhibit(
        "entry",
        charts.entry_words(snapshots, known, **weigh, **of.told),
        charts.entry(snapshots, known, **weigh, **of.drawn),
        (
            "entry_rate",
            "entry_by_event",
        ),
        table,
        caption,
    )


def recovery(of: RollRates) -> Exhibit:
    recovered, weigh = of.ask("recovery_by_day"), {"weigh": of.scope.weigh_by}
    return Exhibit(
        "recovery_by_day",
        charts.recovery_days_words(recovered, **weigh),
        charts.recovery_days(recovered, **weigh, **of.drawn),
        ("recovery_by_day",),
        recovered,
        _("Paid within so many days of what was overdue the day after its due date, by month of the due dates"),
    )


def exits(of: RollRates) -> Exhibit:
    ledger, weigh = of.ask("ledger"), {"weigh": of.scope.weigh_by}
    caption = _("What entered and left each month, each on its own scale; missing: no row and no known reason")
    dotted = [mark for mark in of.scope.marks if mark.on > ledger["month"].min()] if ledger.height else []
    if dotted:  # its panels have no room for labels
        told = _("; ").join(_("{label}, {day}", label=mark.label, day=date(mark.on)) for mark in dotted)
        caption = _("{caption}. Dotted: {marks}", caption=caption, marks=told)
    return Exhibit(
        "exits",
        charts.exits_trend_words(ledger, **weigh),
        charts.exits_trend(ledger, **weigh, **of.drawn),
        ("ledger",),
        ledger,
        caption,
    )

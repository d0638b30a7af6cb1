"""What moved the bad-debt ratio and what it will be: the charts of the page Bad debt, each with its caption."""

from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

import charts
from queries import Filters
from reports.exhibit import Exhibit, Scope
from reports.exhibits.over_months import OverMonths
from wording import _, month, ngettext, percent

AHEAD = 6  # months: the question of the page
LEVEL = 0.8  # how often the interval of the forecast should hold


@dataclass(frozen=True)
class BadDebt(OverMonths):
    """What is asked about, and by what the mix is split."""

    split: str = ""

    @property
    def between(self) -> Filters:
        """The months from the one compared with to the one shown: what a bridge spans."""
        return replace(self.history, from_month=self.scope.compare_month or self.scope.filters.month)

    @property
    def foretelling(self) -> dict[str, object]:
        return {"horizon": AHEAD, "level": LEVEL, "by": self.scope.weigh_by}

    @cached_property
    def debt(self) -> pl.DataFrame:
        return self.ask("bad_debt")

    @cached_property
    def bridged(self) -> pl.DataFrame:
        return self.ask("bad_debt_bridge", self.between)

    @cached_property
    def expected(self) -> pl.DataFrame:
        return self.ask("forecast", **self.foretelling)

    @cached_property
    def title(self) -> str:
        """The page's finding: by what the ratio moved, and what it will be."""
        weigh = self.scope.weigh_by
        return charts.bad_debt_answer(
            self.debt,
            self.bridged if weigh == "balance" else self.bridged.clear(),
            charts.expected_end(self.expected),
            column=charts.RATIO[weigh],
            **self.told,
        )


def details() -> dict[str, str]:
    """What the last row shows."""
    return {
        "mix": _("Mix and tiers"),
        "losses": _("Charge-off and recovery"),
        "arrears": _("Arrears"),
    }


def splits(scope: Scope) -> dict[str, str]:
    return {name: charts.dimension_name(name) for name in scope.splits}


def ratio(of: BadDebt) -> Exhibit:
    written, shadow = of.ask("bad_debt_with_write_offs"), of.ask("shadow_bad_debt")
    by = {"weigh": of.scope.weigh_by}
    caption = _(
        "Share of the open book more than {days} days past due; with write-offs: of the last 12 months, less what came back on them",
        days=of.scope.reader.version.settings.bad_above_dpd,
    )
    return Exhibit(
        "bad_debt",
        charts.with_write_offs_words(of.debt, written, shadow, **by, **of.told),
        charts.with_write_offs(of.debt, written, shadow, **by, **of.drawn),
        (
            "bad_debt",
            "bad_debt_with_write_offs",
            "shadow_bad_debt",
        ),
        of.debt.join(
            written.select("month", "months_covered", "charged_off_balance", "recovered", "ratio", "ratio_loans"),
            on="month",
            how="left",
        ).join(shadow.select("month", "shadow_bad_debt_ratio", "shadow_bad_debt_ratio_loans"), on="month", how="left"),
        caption,
    )


def bridge(of: BadDebt) -> Exhibit:
    return Exhibit(
        "bridge",
        charts.bridge_words(of.bridged, of.debt, **of.told),
        charts.bridge(of.bridged, of.debt, mode=of.scope.mode, **of.told),
        ("bad_debt_bridge",),
        of.bridged,
        _(
            "What led from one ratio to the other, by balance. Red and green: how loans fared; grey: the books (written off, sold, "
            "re-aged), growth and the rest"
        ),
    )


def forecast(of: BadDebt) -> Exhibit:
    by = {"weigh": of.scope.weigh_by}
    caption = _(
        "If loans go on moving as in the last six months; band: {level} interval. Counts whole buckets",
        level=percent(LEVEL, 0),
    )
    return Exhibit(
        "forecast",
        charts.fan_words(of.debt, of.expected, **by, level=LEVEL),
        charts.fan(of.debt, of.expected, **by, **of.drawn),
        ("forecast",),
        of.expected,
        caption,
    )


def hindsight(of: BadDebt) -> Exhibit:
    past, accuracy = (of.ask(name, **of.foretelling) for name in ("forecast_hindsight", "forecast_accuracy"))
    caption = ngettext(
        "Each month as foretold {n} month before; rings: outside the interval.",
        "Each month as foretold {n} months before; rings: outside the interval.",
        AHEAD,
    )
    return Exhibit(
        "hindsight",
        charts.hindsight_words(past, accuracy, horizon=AHEAD),
        charts.hindsight(past, **of.drawn),
        (
            "forecast_hindsight",
            "forecast_accuracy",
        ),
        past,
        f"{caption} {charts.error_words(accuracy)}".strip(),
    )


def mix(of: BadDebt) -> Exhibit:
    effects = of.ask("mix_and_rate", of.between)
    by = {"dimension": of.split or next(iter(of.scope.splits), "product")}
    caption = _("What each part added to the ratio, by balance: its own ratio moved, or its share of the book did")
    return Exhibit(
        "mix_and_rate",
        charts.mix_and_rate_words(effects, **by, **of.told),
        charts.mix_and_rate(effects, mode=of.scope.mode, **by, **of.told),
        ("mix_and_rate",),
        effects,
        caption,
    )


def tiers(of: BadDebt) -> Exhibit:
    classified, by = of.ask("tiers"), {"weigh": of.scope.weigh_by}
    return Exhibit(
        "tiers",
        charts.tiers_words(classified, **by, **of.told),
        charts.tiers(classified, mode=of.scope.mode, **by, **of.told),
        ("tiers",),
        classified,
        _("Tiers below normal, share of the open book"),
    )


def charge_offs(of: BadDebt) -> Exhibit:
    written, by = of.ask("charge_offs"), {"weigh": of.scope.weigh_by}
    caption = _("Charged off in the month, times twelve, of the open book; net: less what came back on earlier ones")
    if of.scope.weigh_by == "loans":
        caption = _("Charged off in the month, times twelve, of the open loans")
    return Exhibit(
        "charge_offs",
        charts.charge_offs_words(written, **by, **of.told),
        charts.charge_offs(written, **by, **of.drawn),
        ("charge_offs",),
        written,
        caption,
    )


def recovery(of: BadDebt) -> Exhibit:
    recovered = of.ask("recovery_after_default")
    caption = _(
        "Cash since ÷ balance at default. Faint: each month's cohort of 30 loans or more; strong: all as one, as seen at {month}",
        month=month(of.scope.filters.month),
    )
    return Exhibit(
        "recovery",
        charts.recovery_words(recovered),
        charts.recovery(recovered, mode=of.scope.mode),
        ("recovery_after_default",),
        recovered,
        caption,
    )


def arrears(of: BadDebt) -> Exhibit:
    delinquency = of.ask("delinquency")
    by = {"weigh": of.scope.weigh_by, "buckets": of.scope.reader.buckets}
    return Exhibit(
        "delinquency",
        charts.bucket_area_words(delinquency, **by, **of.told),
        charts.bucket_area(delinquency, **by, **of.drawn),
        ("delinquency",),
        delinquency,
        _("Overdue loans by bucket, share of the open book; what is not overdue is not drawn"),
    )

"""The cards of the page Bad debt: each draws what it was given or asks its question, and says in a caption what it is."""

from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

import charts
from data.schema import DIMENSIONS
from pages.shared.card import chart_card
from pages.shared.drill import bucket_layer, tier_bar
from pages.shared.history_cards import HistoryCards
from pages.shared.view import View
from queries import Filters
from wording import _, month, ngettext, percent

AHEAD = 6  # months: the question of the page
LEVEL = 0.8  # how often the interval of the forecast should hold


@dataclass(frozen=True)
class BadDebtCards(HistoryCards):
    """What the page was asked to show: the view, and by what the mix is split."""

    split: str = "product"

    @property
    def between(self) -> Filters:
        """The months from the one compared with to the one shown: what a bridge spans."""
        return replace(self.history, from_month=self.view.compare_month or self.view.filters.month)

    @property
    def foretelling(self) -> dict[str, object]:
        return {"horizon": AHEAD, "level": LEVEL, "by": self.view.weigh_by}

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
        weigh = self.view.weigh_by
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


def splits(view: View) -> dict[str, str]:
    return {name: charts.dimension_name(name) for name in DIMENSIONS if len(view.reader.dimensions[name]) > 1}


def ratio(of: BadDebtCards) -> None:
    written, shadow = of.ask("bad_debt_with_write_offs"), of.ask("shadow_bad_debt")
    by = {"weigh": of.view.weigh_by}
    caption = _(
        "Share of the open book more than {days} days past due; with write-offs: of the last 12 months, less what came back on them",
        days=of.view.reader.version.settings.bad_above_dpd,
    )
    chart_card(
        of.view,
        charts.with_write_offs_words(of.debt, written, shadow, **by, **of.told),
        charts.with_write_offs(of.debt, written, shadow, **by, **of.drawn),
        ["bad_debt", "bad_debt_with_write_offs", "shadow_bad_debt"],
        of.debt.join(
            written.select("month", "months_covered", "charged_off_balance", "recovered", "ratio", "ratio_loans"),
            on="month",
            how="left",
        ).join(shadow.select("month", "shadow_bad_debt_ratio", "shadow_bad_debt_ratio_loans"), on="month", how="left"),
        caption,
        "bad_debt",
    )


def bridge(of: BadDebtCards) -> None:
    chart_card(
        of.view,
        charts.bridge_words(of.bridged, of.debt, **of.told),
        charts.bridge(of.bridged, of.debt, mode=of.view.mode, **of.told),
        ["bad_debt_bridge"],
        of.bridged,
        _(
            "What led from one ratio to the other, by balance. Red and green: how loans fared; grey: the books (written off, sold, "
            "re-aged), growth and the rest"
        ),
        "bridge",
    )


def forecast(of: BadDebtCards) -> None:
    by = {"weigh": of.view.weigh_by}
    caption = _(
        "If loans go on moving as in the last six months; band: {level} interval. Counts whole buckets",
        level=percent(LEVEL, 0),
    )
    chart_card(
        of.view,
        charts.fan_words(of.debt, of.expected, **by, level=LEVEL),
        charts.fan(of.debt, of.expected, **by, **of.drawn),
        ["forecast"],
        of.expected,
        caption,
        "forecast",
    )


def hindsight(of: BadDebtCards) -> None:
    past, accuracy = (of.ask(name, **of.foretelling) for name in ("forecast_hindsight", "forecast_accuracy"))
    caption = ngettext(
        "Each month as foretold {n} month before; rings: outside the interval.",
        "Each month as foretold {n} months before; rings: outside the interval.",
        AHEAD,
    )
    chart_card(
        of.view,
        charts.hindsight_words(past, accuracy, horizon=AHEAD),
        charts.hindsight(past, **of.drawn),
        ["forecast_hindsight", "forecast_accuracy"],
        past,
        f"{caption} {charts.error_words(accuracy)}".strip(),
        "hindsight",
    )


def mix(of: BadDebtCards) -> None:
    effects = of.ask("mix_and_rate", of.between)
    by = {"dimension": of.split}
    caption = _("What each part added to the ratio, by balance: its own ratio moved, or its share of the book did")
    chart_card(
        of.view,
        charts.mix_and_rate_words(effects, **by, **of.told),
        charts.mix_and_rate(effects, mode=of.view.mode, **by, **of.told),
        ["mix_and_rate"],
        effects,
        caption,
        "mix_and_rate",
    )


def tiers(of: BadDebtCards) -> None:
    classified, by = of.ask("tiers"), {"weigh": of.view.weigh_by}
    chart_card(
        of.view,
        charts.tiers_words(classified, **by, **of.told),
        charts.tiers(classified, mode=of.view.mode, **by, **of.told),
        ["tiers"],
        classified,
        _("Tiers below normal, share of the open book"),
        "tiers",
        drill=tier_bar,
    )


def charge_offs(of: BadDebtCards) -> None:
    written, by = of.ask("charge_offs"), {"weigh": of.view.weigh_by}
    caption = _("Charged off in the month, times twelve, of the open book; net: less what came back on earlier ones")
    if of.view.weigh_by == "loans":
        caption = _("Charged off in the month, times twelve, of the open loans")
    chart_card(
        of.view,
        charts.charge_offs_words(written, **by, **of.told),
        charts.charge_offs(written, **by, **of.drawn),
        ["charge_offs"],
        written,
        caption,
        "charge_offs",
    )


def recovery(of: BadDebtCards) -> None:
    recovered = of.ask("recovery_after_default")
    caption = _(
        "Cash since ÷ balance at default. Faint: each month's cohort of 30 loans or more; strong: all as one, as seen at {month}",
        month=month(of.view.filters.month),
    )
    chart_card(
        of.view,
        charts.recovery_words(recovered),
        charts.recovery(recovered, mode=of.view.mode),
        ["recovery_after_default"],
        recovered,
        caption,
        "recovery",
    )


def arrears(of: BadDebtCards) -> None:
    delinquency = of.ask("delinquency")
    by = {"weigh": of.view.weigh_by, "buckets": of.view.reader.buckets}
    chart_card(
        of.view,
        charts.bucket_area_words(delinquency, **by, **of.told),
        charts.bucket_area(delinquency, **by, **of.drawn),
        ["delinquency"],
        delinquency,
        _("Overdue loans by bucket, share of the open book; what is not overdue is not drawn"),
        "delinquency",
        drill=bucket_layer,
    )

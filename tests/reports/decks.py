"""Decks for the tests of writers: figures of each kind on frames small enough to read, and a deck of all of them."""

import datetime as dt
from functools import cache

import plotly.graph_objects as go
import polars as pl

import charts
from charts.months import month_end
from charts.words import Words
from reports.deck import Deck, Grid, Slide
from reports.exhibit import Exhibit
from tests.charts import frames_of_cohorts
from tests.charts.frames import bad_debt, ledger, levels, months, roll_rates, trend

JUNE, MAY = dt.date(2024, 6, 30), dt.date(2024, 5, 31)
RATIOS = {when: 0.03 + at / 1000 for at, when in enumerate(months(12))}


@cache
def figures() -> dict[str, go.Figure]:
    """A figure of each kind that our charts draw."""
    ways = {"mode": "light", "weigh": "balance"}
    shares = {when: {"M1": 0.04, "M2": 0.02 + at / 1000} for at, when in enumerate(months(6))}
    flows = ledger(
        [(JUNE, "M0", "M1", 10, 100.0, 90.0), (JUNE, "M1", "M0", 4, 40.0, 39.0), (JUNE, "M1", "M2", 2, 20.0, 21.0)]
    )
    effects = {"newly_bad": 0.004, "cured": -0.001, "charged_off": -0.002}
    bridged = pl.DataFrame(
        {"month": [JUNE] * 3, "component": list(effects), "amount": [0.0] * 3, "effect": list(effects.values())}
    )
    expected = pl.DataFrame(
        [("bad_debt_ratio", month_end(2024, 6 + ahead), 0.042 + ahead / 1000, 0.04, 0.045 + ahead / 500) for ahead in (1, 2)],
        schema=["measure", "month", "value", "low", "high"], orient="row",
    )  # fmt: skip
    rolls = {bucket: {when: 0.1 + at / 100 for at, when in enumerate(months(6))} for bucket in ("M0", "M1", "M2")}
    compared = {"A": (1.5, 1.2, 1.8, 1.3, False), "B": (1.0, 0.8, 1.2, 1.0, False), "C": (0.5, 0.3, 0.7, 0.6, False)}
    return {
        "line": charts.bad_debt_ratio(bad_debt(RATIOS), **ways),
        "fan": charts.fan(bad_debt(RATIOS), expected, **ways),
        "areas": charts.bucket_area(levels("bucket", shares), **ways),
        "bars": charts.cost_to_collect(frames_of_cohorts.costs({"early": (10.0, 100.0, False), "mid": (30.0, 60.0, False)}), mode="light", split="stage"),
        "floating": charts.bridge(bridged, bad_debt({MAY: 0.03, JUNE: 0.031}), mode="light", month=JUNE, against=MAY),
        "cells": charts.roll_matrix(roll_rates({("M0", "M1"): (40, 40.0), ("M0", "M0"): (360, 360.0), ("M1", "M2"): (30, 30.0)}), **ways),
        "flow": charts.flow(flows, **ways),
        "panels": charts.roll_trend(trend(rolls), **ways),
        "dots": charts.league(frames_of_cohorts.compared(compared), mode="light"),
        "curves": charts.vintage_curves(frames_of_cohorts.vintages({1: [0, 2, 5, 7], 2: [0, 1, 4], 3: [0, 1]}), mode="light", weigh="loans"),
    }  # fmt: skip


def exhibit(key: str, title: str = "M1→M2 rose 1.8 pp to 43.1 %, two thirds of it from car loans") -> Exhibit:
    rows = pl.DataFrame({"month": [MAY, JUNE], "ratio": [0.03, 0.031]})
    return Exhibit(
        key, Words(title, f"What {key} shows, in words"), figures()[key], ("bad_debt",), rows, "By balance, all loans"
    )


def slide(key: str, **more: object) -> Slide:
    shown = exhibit(key)
    said = {
        "footnotes": ("Bad debt: more than 90 days past due ÷ all open", "All loans · version 3"),
        "notes": f"Method of {key}",
    }
    return Slide(**({"key": key, "title": shown.words.title, "exhibit": shown} | said | more))


def deck(*slides: Slide, language: str = "en") -> Deck:
    shown = slides or tuple(map(slide, figures()))
    return Deck("Monthly review", "June 2024", shown, language, {"Filters": "All loans", "Version": "3"})


def long_grid(rows: int) -> Grid:
    return Grid(
        ("Slice", "Change", "Usual"),
        tuple((f"Slice number {n}", f"{n} loans more", f"± {n}") for n in range(rows)),
        (2,),
    )

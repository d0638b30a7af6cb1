"""Lenders whose truth is known: small histories written by the model, as the records that a calibration reads."""

from dataclasses import replace
from datetime import date

import polars as pl

from sim.calibration.records import Records, of_tables
from sim.demo_scenario import demo_scenario
from sim.runs import settings_of
from sim.scenario import Scenario
from sim.simulate import Run, simulate

LAST = date(2026, 10, 31)


def steady_lender(months: int = 18, loans: int = 3000) -> Scenario:
    """The demo book's lender without a test, a change of policy or a drift."""
    scenario = demo_scenario(months, loans, LAST)
    return replace(scenario, changes=(), population=replace(scenario.population, drifts=()))


def lived(scenario: Scenario, seed: int, last: date = LAST) -> Run:
    """A run of it to the end of the month of `last`, with its tables."""
    return simulate(scenario, seed, 0, (last - scenario.starts_on).days + 1, events=True)


def records_of(scenario: Scenario, seed: int, without: tuple[str, ...] = (), until: date | None = None) -> Records:
    """What a book of the run holds, but for some tables."""
    tables = {name: frame for name, frame in lived(scenario, seed).tables.items() if name not in without}
    return of_tables(tables, settings_of(scenario), until)


def days_of(frame: pl.DataFrame, column: str) -> list[date]:
    return frame[column].cast(pl.Int32).cast(pl.Date).to_list()

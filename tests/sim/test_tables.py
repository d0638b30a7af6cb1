"""A run is a book: its tables are taken without a finding, and the book's questions give what the run itself counted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

import queries
from data.schema import TABLES
from sim.policy import CLASSIC, Litigation, Plan
from sim.population import Population
from sim.scenario import Scenario
from sim.simulate import simulate
from sim.tables import write_tables

MONTH_ENDS = [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)]


@pytest.fixture(scope="module")
def run():
    book = replace(Population(), world="book", opening_loans=3000, booked_a_month=60.0)
    policy = replace(
        CLASSIC,
        charge_off_dpd=61,
        litigation=Litigation(0.0, 31, filings_a_month=2),
        placement=replace(CLASSIC.placement, from_dpd=31),
        plan=Plan(from_dpd=5, reasons=()),
    )
    return simulate(replace(Scenario(), population=book, policy=policy), seed=4, days=90, events=True)


@pytest.fixture(scope="module")
def reader(run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    for table, path in write_tables(run.tables, folder / "files"):
        imported = queries.import_files(folder / "book", [path], table=table)
        assert imported.refused == 0, table
        assert not imported.findings, (table, imported.findings)
    with_reader = queries.open_reader(folder / "book")
    yield with_reader
    with_reader.close()


def test_each_table_has_the_book_s_columns_and_codes(run):
    assert set(run.tables) == set(TABLES)
    for name, frame in run.tables.items():
        table = TABLES[name]
        assert set(frame.columns) <= set(table.column_names)
        for column in table.columns:
            if column.codes and column.name in frame.columns:
                assert set(frame[column.name].unique()) <= set(column.codes)


def test_roll_rates_of_the_book_are_the_rolls_of_the_run(run, reader):
    asked = reader.ask("roll_rates").select("month", "from_bucket", "to_bucket", "loans", "opening_balance")
    counted = run.rolls.filter(pl.col("from").str.starts_with("M")).select(
        "month",
        pl.col("from").alias("from_bucket"),
        pl.col("to").alias("to_bucket"),
        "loans",
        opening_balance=pl.col("opening_balance").map_elements(
            lambda cents: Decimal(cents) / 100, return_dtype=pl.Decimal(38, 2)
        ),
    )
    asked = asked.filter(pl.col("loans") > 0)
    assert sorted(asked.rows()) == sorted(counted.rows())
    assert asked["month"].unique().sort().to_list() == MONTH_ENDS[1:]


def test_payments_add_up_to_the_cash_of_the_run(run):
    by_source = dict(run.tables["payment"].group_by("source").agg(pl.col("amount").sum()).rows())
    for source in ("collector", "agency", "court", "plan"):
        assert int(by_source.get(source, 0) * 100) == run.totals.get(f"cash_{source}", 0)
    assert int(by_source["self"] * 100) == run.totals["cash_self"] + run.totals["cash_scheduled"]


def test_a_snapshot_s_cash_is_the_month_s_payments(run):
    paid = (
        run.tables["payment"]
        .group_by("loan_id", as_of=pl.col("paid_on").dt.month_end())
        .agg(paid=pl.col("amount").sum())
    )
    shown = run.tables["loan_snapshot"].select("loan_id", "as_of", "paid_in_month")
    both = shown.join(paid, on=["loan_id", "as_of"], how="full", coalesce=True)
    assert both.filter(pl.col("paid_in_month").fill_null(0) != pl.col("paid").fill_null(0)).height == 0


def test_days_past_due_follow_from_the_schedule_and_the_overdue_amount(run):
    """The oldest unpaid instalment is as many due days back, from the last one that fell due, as instalments are overdue."""
    loans = run.tables["loan"].select("loan_id", "due_day", "instalment", "term_months")
    open_ = run.tables["loan_snapshot"].filter((pl.col("status") == "open") & pl.col("restructured_on").is_null())
    late = open_.filter(pl.col("days_past_due") > 0).join(loans, on="loan_id")
    assert late.height > 50
    for row in late.iter_rows(named=True):
        as_of, first = row["as_of"], row["originated_on"]
        unpaid = -(-int(row["overdue_amount"] * 100) // int(row["instalment"] * 100))
        fallen = as_of.year * 12 + as_of.month - 1 - (row["due_day"] > as_of.day)
        fallen = min(fallen, first.year * 12 + first.month - 1 + row["term_months"])
        oldest = fallen - (unpaid - 1)
        assert row["days_past_due"] == (as_of - date(oldest // 12, oldest % 12 + 1, row["due_day"])).days


def test_the_book_finds_no_breach_of_a_kept_rule(reader):
    conduct = reader.ask("conduct")
    assert (
        conduct.filter(
            pl.col("rule").is_in(["cn.hours", "cn.talks_day", "cn.dials_day", "cn.third"]) & (pl.col("rate") > 0)
        ).height
        == 0
    )


def test_questions_of_contacts_placements_court_and_plans_answer(reader):
    for question in (
        "contact_funnel",
        "cost_to_collect",
        "liquidation",
        "litigation",
        "plans",
        "recovery_by_day",
        "productivity",
    ):
        assert reader.ask(question).height > 0, question

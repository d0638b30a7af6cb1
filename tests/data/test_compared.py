"""What differs between two versions: rows by their fingerprints, and settings."""

from dataclasses import replace
from datetime import date, datetime

from data.book import Partition, Version
from data.compared import ChangedMonth, ChangedSetting, changed_months, changed_settings
from data.settings import Settings

MAY, JUNE, JULY = date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31)


def part(table, month, rows, content):
    return Partition(table, month, f"{table}/{month}-{content}.parquet", rows, content, "roster", rows)


def version(number, *partitions, **settings):
    return Version(
        number, datetime(2026, 8, 1), "1", (), Settings(**settings), "", "", True, 10, (MAY, JUNE), partitions, ()
    )


def test_months_that_came_went_or_hold_other_rows_are_told_and_no_other():
    before = version(
        1,
        part("loan_snapshot", MAY, 5, "a"),
        part("loan_snapshot", JUNE, 6, "b"),
        part("loan", None, 9, "l"),
        part("ledger", JUNE, 4, "f"),
    )
    same_rows_of_another_file = replace(part("loan_snapshot", MAY, 5, "a"), file="elsewhere.parquet")
    after = version(
        2, same_rows_of_another_file, part("loan_snapshot", JUNE, 6, "c"), part("loan_snapshot", JULY, 7, "d"),
        part("payment", JULY, 3, "p"),
    )  # fmt: skip
    assert changed_months(before, after) == (
        ChangedMonth("loan", None, "gone", 9, None),
        ChangedMonth("loan_snapshot", JUNE, "replaced", 6, 6),
        ChangedMonth("loan_snapshot", JULY, "new", None, 7),
        ChangedMonth("payment", JULY, "new", None, 3),
    )
    assert changed_months(before, before) == ()


def test_settings_that_differ_are_told_with_both_values():
    before, after = version(1), version(2, bad_above_dpd=60, rest_days=())
    assert changed_settings(before, after) == (
        ChangedSetting("bad_above_dpd", 90, 60),
        ChangedSetting("rest_days", ("Saturday", "Sunday"), ()),
    )
    assert changed_settings(before, before) == ()

"""What the settings say is what every number means, once the book is built with them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from data.errors import BookMissing, Refused
from data.settings import SETTINGS_FILE, read_settings
from queries import import_files, open_reader, rebuild
from tests.snapshots import Row, write_csv

JAN, FEB = date(2024, 1, 31), date(2024, 2, 29)
TODAY = date(2026, 1, 15)

ROWS = [
    Row("a", JAN, 0, balance=Decimal(100)),
    Row("b", JAN, 35, balance=Decimal(200), product="Car", segment="x'y"),
    Row("c", JAN, 80, balance=Decimal(300), product="Car"),
    Row("a", FEB, 0, balance=Decimal(100)),
    Row("b", FEB, 64, balance=Decimal(200), product="Car", segment="x'y"),
    Row("c", FEB, 109, balance=Decimal(300), product="Car"),
]
OTHER = """
bad_above_dpd = 60
currency = "USD"
[buckets]
current = 0
late = 1
lost = 70
[tiers]
good = 0
poor = 61
[stages]
first = 1
second = 40
[stages.by_product.Car]
first = 1
second = 70
[stages.by_product.Car.by_segment."x'y"]
second = 50
"""


@pytest.fixture
def book(tmp_path):
    import_files(tmp_path / "book", [write_csv(tmp_path / "rows.csv", ROWS)], today=TODAY)
    return tmp_path / "book"


def _answers(book, open_book):
    reader = open_book(book)
    found = {
        "bad": [(row["month"], row["bad_balance"]) for row in reader.ask("bad_debt").to_dicts()],
        "buckets": {(row["month"], row["bucket"]): row["loans"] for row in reader.ask("delinquency").to_dicts()},
        "tiers": {(row["month"], row["tier"]): row["loans"] for row in reader.ask("tiers").to_dicts()},
        "rolls": {(row["from_bucket"], row["to_bucket"]): row["loans"] for row in reader.ask("roll_rates").to_dicts()},
        "entered": {(row["month"], row["stage"]): row["entered"] for row in reader.ask("resolution").to_dicts()},
    }
    return found, reader.version.settings


def test_a_rebuild_changes_every_number_to_the_settings_in_force_and_the_version_records_them(book, open_book):
    before, settings = _answers(book, open_book)
    assert before == {
        "bad": [(JAN, Decimal(0)), (FEB, Decimal(300))],
        "buckets": {(JAN, "M0"): 1, (JAN, "M2"): 1, (JAN, "M3"): 1, (FEB, "M0"): 1, (FEB, "M3"): 1, (FEB, "M4"): 1},
        "tiers": {(JAN, "normal"): 1, (JAN, "special_mention"): 2, (FEB, "normal"): 1, (FEB, "special_mention"): 1, (FEB, "substandard"): 1},
        "rolls": {("M0", "M0"): 1, ("M2", "M3"): 1, ("M3", "M4"): 1},
        # b becomes 4 days past due on 31 December, before the book; on 1 January it is in mid already. c is final on 11 February.
        "entered": {(FEB, "final"): 1},
    }  # fmt: skip
    (book / SETTINGS_FILE).write_text(OTHER)
    assert rebuild(book) == 2
    after, settings = _answers(book, open_book)
    assert settings == read_settings(OTHER)
    assert after == {
        "bad": [(JAN, Decimal(300)), (FEB, Decimal(500))],
        "buckets": {(JAN, "current"): 1, (JAN, "late"): 1, (JAN, "lost"): 1, (FEB, "current"): 1, (FEB, "late"): 1, (FEB, "lost"): 1},
        "tiers": {(JAN, "good"): 2, (JAN, "poor"): 1, (FEB, "good"): 1, (FEB, "poor"): 2},
        "rolls": {("current", "current"): 1, ("late", "late"): 1, ("lost", "lost"): 1},
        # b, whose segment has a ladder of its own, reaches 50 on 15 February; c reached 70 on 21 January.
        "entered": {(JAN, "second"): 1, (FEB, "second"): 1},
    }  # fmt: skip


def test_a_rebuild_gives_what_an_import_under_the_same_settings_gives(book, open_book, tmp_path):
    (book / SETTINGS_FILE).write_text(OTHER)
    rebuild(book)
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / SETTINGS_FILE).write_text(OTHER)
    import_files(fresh, [write_csv(tmp_path / "again.csv", ROWS)], today=TODAY)
    assert _answers(book, open_book) == _answers(fresh, open_book)


def test_an_earlier_version_keeps_the_settings_and_the_numbers_it_was_built_with(book):
    (book / SETTINGS_FILE).write_text(OTHER)
    rebuild(book)
    reader = open_reader(book, version=1)
    assert reader.version.settings.currency == "CNY"
    assert reader.ask("bad_debt")["bad_balance"].to_list() == [0, 300]
    reader.close()


def test_findings_and_quarantine_outlive_a_rebuild(tmp_path, open_book):
    rows = [*ROWS, Row("d", JAN + timedelta(days=0), None, balance=Decimal(1))]
    import_files(tmp_path / "book", [write_csv(tmp_path / "rows.csv", rows)], today=TODAY)
    before = open_book(tmp_path / "book")
    rebuild(tmp_path / "book")
    after = open_book(tmp_path / "book")
    assert before.quarantine(10).height == 1
    assert after.quarantine(10).equals(before.quarantine(10))
    assert after.version.findings == before.version.findings


def test_a_bucket_that_the_settings_do_not_know_any_more_stops_a_rebuild(tmp_path):
    rows = [Row("a", JAN, bucket="M2"), Row("b", JAN, 5)]
    import_files(tmp_path / "book", [write_csv(tmp_path / "rows.csv", rows)], today=TODAY)
    (tmp_path / "book" / SETTINGS_FILE).write_text("[buckets]\nM0 = 0\nM1 = 1\n")
    with pytest.raises(Refused, match="1 rows of 2024-01 know only their bucket, M2"):
        rebuild(tmp_path / "book")
    (tmp_path / "book" / SETTINGS_FILE).write_text("[buckets]\nM0 = 0\nM2 = 1\n")
    assert rebuild(tmp_path / "book") == 2


def test_without_a_book_there_is_nothing_to_rebuild(tmp_path):
    with pytest.raises(BookMissing):
        rebuild(tmp_path / "nowhere")


def test_rebuild_is_a_command(book, recoup):
    (book / SETTINGS_FILE).write_text('preset = "us"')
    done = recoup("rebuild", "--book", book)
    assert done.returncode == 0, done.stderr
    assert "Version 2 is published" in done.stderr
    (book / SETTINGS_FILE).write_text("stages = 3")
    assert recoup("rebuild", "--book", book).returncode == 1

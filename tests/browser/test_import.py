"""Importing on the Data page: upload, look at the mapping, correct it, confirm, and see the new month."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import expect

from data.book import Book
from queries import import_files
from tests.browser.conftest import IMPORTED_ON, RUN_APP

CONFIRM = "Import with this mapping"


def upload(screen, *files: Path) -> None:
    screen.page.locator("input[type=file]").set_input_files([str(file) for file in files])


def confirm(screen) -> None:
    screen.page.get_by_role("button", name=CONFIRM).click()


def said(screen) -> str:
    """The box that says how it ended."""
    screen.page.get_by_role("button", name="Import another file").wait_for(timeout=60_000)
    return screen.settle().page.get_by_test_id("stAlert").first.inner_text()


def assert_chosen(screen, **sources: str) -> None:
    """The table comes to show these columns of the file."""
    for column, source in sources.items():
        box = screen.page.get_by_role("combobox", name=column.replace("_", " "), exact=True)
        expect(box).to_have_count(
            1, timeout=30_000
        )  # while the page is drawn anew the old one may stand beside the new
        expect(box).to_have_value(source, timeout=30_000)


@pytest.fixture
def book(tmp_path: Path, demo_files: list[Path]) -> Path:
    """A book of three months up to September 2026."""
    import_files(tmp_path / "book", demo_files[-4:-1], today=IMPORTED_ON)
    return tmp_path / "book"


@pytest.fixture
def october(tmp_path: Path, demo_files: list[Path]) -> Path:
    """October in a lender's own words: the loan's id under a name that nobody can guess."""
    frame = pl.read_parquet(demo_files[-1]).select(
        pl.col("loan_id").alias("Kenn"),
        pl.col("as_of").alias("数据日期"),
        pl.col("days_past_due").alias("逾期天数"),
        pl.col("balance").alias("贷款余额"),
        pl.col("status")
        .replace_strict({"open": "在贷", "paid_off": "结清", "charged_off": "核销", "sold": "转让"})
        .alias("状态"),
        pl.col("product").alias("产品"),
    )
    frame.write_csv(tmp_path / "october.csv")
    return tmp_path / "october.csv"


def test_an_upload_is_mapped_corrected_confirmed_and_seen_without_a_restart(book, october, fresh_server, open_screen):
    url = fresh_server(book, *RUN_APP)
    screen, other = open_screen(url + "/data"), open_screen(url)
    upload(screen, october)
    screen.page.get_by_text("No column is chosen for Loan id.").wait_for()
    screen.settle().keep("import-mapping")
    expect(screen.page.get_by_role("button", name=CONFIRM)).to_be_disabled()
    assert_chosen(screen, Date_of_the_snapshot="数据日期", Days_past_due="逾期天数", Balance="贷款余额", Product="产品")
    assert "核销 → charged_off" in screen.page.locator(".st-key-mapping_table").inner_text()

    screen.page.get_by_role("combobox", name="Loan id", exact=True).click()
    screen.page.get_by_role("option", name="Kenn", exact=True).click()
    screen.page.get_by_text("No column is chosen for Loan id.").wait_for(state="detached")
    assert_chosen(screen, Loan_id="Kenn")
    screen.page.get_by_text("The whole mapping as text").click()
    assert 'loan_id = "Kenn"' in screen.page.get_by_role("textbox", name="Mapping (TOML)").input_value()

    confirm(screen)
    bar = screen.page.get_by_test_id("stProgress")
    bar.wait_for()
    assert bar.inner_text().strip()
    rows = pl.read_csv(october).height
    assert f"Version 2 is published: {rows:,} rows of Oct 2026; 0 rows in quarantine." in said(screen)
    assert screen.errors() == []
    assert Book(book).read_version().months[-1] == date(2026, 10, 31)

    screen.page.get_by_role("link", name="Open the Overview").click()
    screen.page.wait_for_function("document.title === 'Overview · Recoup'")
    assert screen.settle().page.get_by_role("combobox", name="Month").input_value() == "Oct 2026"
    other.go("Roll rates")
    assert other.page.get_by_role("combobox", name="Month").input_value() == "Oct 2026"


def test_the_mapping_as_text_may_be_edited_and_an_error_in_it_is_named(book, october, fresh_server, open_screen):
    screen = open_screen(fresh_server(book, *RUN_APP) + "/data")
    upload(screen, october)
    screen.page.get_by_text("The whole mapping as text").click()
    text = screen.page.get_by_role("textbox", name="Mapping (TOML)")
    mapping = text.input_value()
    text.fill("[colums]\n" + mapping)
    text.press("Control+Enter")
    screen.page.get_by_text("colums").and_(screen.page.locator("[data-testid=stAlert] *")).first.wait_for()
    expect(screen.page.get_by_role("button", name=CONFIRM)).to_be_disabled()
    text.fill(mapping.replace("[columns]", '[columns]\nloan_id = "Kenn"'))
    text.press("Control+Enter")
    assert_chosen(screen, Loan_id="Kenn")
    expect(screen.page.get_by_role("button", name=CONFIRM)).to_be_enabled()


def test_a_refused_upload_shows_its_findings_and_publishes_nothing(
    book, tmp_path, demo_files, fresh_server, open_screen
):
    bad = pl.read_parquet(demo_files[-1]).with_columns(days_past_due=pl.lit(-7))
    bad.write_csv(tmp_path / "negative.csv")
    screen = open_screen(fresh_server(book, *RUN_APP) + "/data")
    upload(screen, tmp_path / "negative.csv")
    screen.page.get_by_role("button", name=CONFIRM).wait_for()
    confirm(screen.settle())
    assert "the file breaks the data contract" in said(screen)
    shown = screen.page.get_by_test_id("stMain").inner_text()
    assert "Nothing was published. The book is as it was." in shown
    assert "No row can be taken" in shown
    assert "rows have negative days past due" in shown
    assert 'set negative_days = "zero" in the mapping' in shown
    assert "negative.csv:2" in shown
    screen.keep("import-refused")
    assert Book(book).current() == 1

    screen.page.get_by_role("button", name="Import another file").click()
    screen.page.locator("input[type=file]").wait_for(state="attached")
    assert screen.settle().page.get_by_role("button", name=CONFIRM).count() == 0


def test_a_file_that_is_no_table_says_what_is_wrong(book, tmp_path, fresh_server, open_screen):
    (tmp_path / "loans.xlsx").write_bytes(b"this is no workbook")
    screen = open_screen(fresh_server(book, *RUN_APP) + "/data")
    upload(screen, tmp_path / "loans.xlsx")
    alert = screen.page.get_by_test_id("stAlert")
    alert.wait_for()
    assert "loans.xlsx" in alert.inner_text()
    assert "Traceback" not in screen.page.get_by_test_id("stMain").inner_text()
    assert Book(book).current() == 1


def test_an_import_goes_on_while_its_page_is_left(book, demo_files, fresh_server, open_screen):
    screen = open_screen(fresh_server(book, *RUN_APP) + "/data")
    upload(screen, demo_files[-1])
    screen.page.get_by_role("button", name=CONFIRM).wait_for()
    confirm(screen.settle())
    screen.page.get_by_test_id("stProgress").wait_for()
    screen.go("Bad debt")
    screen.go("Data")
    assert "Version 2 is published" in said(screen)


def test_rows_in_quarantine_are_shown_with_their_reason_and_can_be_taken_away(
    tmp_path, demo_files, fresh_server, open_screen
):
    frame = pl.read_parquet(demo_files[-1])
    late = pl.int_range(pl.len()) < 3
    frame = frame.with_columns(
        as_of=pl.when(late).then(pl.lit(IMPORTED_ON + timedelta(days=400))).otherwise("as_of"),
        product=pl.when(late).then(pl.lit("=1+1")).otherwise("product"),
    )
    frame.write_csv(tmp_path / "some-late.csv")
    import_files(tmp_path / "book", [tmp_path / "some-late.csv"], today=IMPORTED_ON)
    screen = open_screen(fresh_server(tmp_path / "book", *RUN_APP) + "/data?tab=Findings")
    shown = screen.page.get_by_test_id("stMain").inner_text()
    assert "3 rows are dated in the future" in shown
    assert "Correct the snapshot date or its format." in shown
    screen.keep("findings")
    with screen.page.expect_download() as started:
        screen.page.locator(".st-key-download_csv_quarantine").get_by_role("button").click()
    rows = pl.read_csv(started.value.path(), infer_schema=False)
    shown = ["Table", "File", "Line", "Loan id", "Date of the snapshot", "Refused because", "Row"]
    assert rows.columns[: len(shown)] == shown
    assert set(rows["about_book_version"]) == {"1"}
    assert rows["Refused because"].to_list() == ["date in the future"] * 3
    assert rows["Loan id"].to_list() == frame["loan_id"].head(3).to_list()


def test_the_data_page_tells_versions_and_what_words_mean(book, demo_files, fresh_server, open_screen):
    import_files(book, demo_files[-1:], today=IMPORTED_ON)
    screen = open_screen(fresh_server(book, *RUN_APP) + "/data?tab=Dictionary")
    assert "M1 1–30 · M2 31–60" in screen.page.get_by_test_id("stMain").inner_text()
    assert "4 months to Oct 2026" in screen.page.get_by_role("heading", level=1).inner_text()
    screen.page.get_by_role("tab", name="Versions").click()
    rows = (
        screen.settle()
        .page.get_by_role("tabpanel", name="Versions")
        .locator("table")
        .first.locator("tbody tr")
        .all_inner_texts()
    )
    assert [row.split()[0] for row in rows] == ["2", "1"]
    assert demo_files[-1].name in rows[0]
    screen.keep("versions")

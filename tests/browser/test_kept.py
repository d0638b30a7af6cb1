"""What people keep beside the book, in the browser: views, targets, alerts, notes; and the loans behind a mark."""

import io
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from data.notes import Annotation, Notes, Rule, SavedView, Target
from queries import Filters, open_reader
from queries.measure import measure_of, series
from tests.browser.conftest import LAST_MONTH

ROLL = measure_of("roll_trend.forward_share_balance", {"from_bucket": ["M1"]})


@pytest.fixture(scope="module")
def kept_book(tmp_path_factory, demo_book: Path) -> Path:
    """The small demo book, to write beside."""
    return shutil.copytree(demo_book, tmp_path_factory.mktemp("kept") / "book")


@pytest.fixture(scope="module")
def reader(kept_book: Path):
    reader = open_reader(kept_book)
    yield reader
    reader.close()


def say_who(screen) -> None:
    field = screen.page.get_by_role("textbox", name="Your name")
    field.fill("Ana")
    field.press("Enter")
    field.wait_for(state="detached")
    screen.settle()


def test_a_saved_view_opened_shows_what_was_saved_whatever_is_chosen_now(kept_book, app_url, open_screen):
    screen = open_screen(f"{app_url(kept_book)}/roll_rates?month=Aug+2026&product=Card&region=North&weigh_by=Loans")
    before = screen.chart("roll_matrix")
    screen.page.get_by_role("button", name="Saved views").click()
    say_who(screen)
    screen.page.get_by_role("textbox", name="Name of this view").fill("Cards <North>")
    screen.page.keyboard.press("Enter")
    screen.settle().page.get_by_role("button", name="Save this view").click()
    screen.page.get_by_role("link", name="Cards <North>").wait_for()
    (kept,) = Notes(kept_book).all(SavedView)
    assert (kept.note.page, kept.who) == ("roll_rates", "Ana")

    other = open_screen(f"{app_url(kept_book)}/bad_debt?product=Car&compare=A+year+ago")
    other.page.get_by_role("button", name="Saved views").click()
    other.page.get_by_role("link", name="Cards <North>").click()
    other.page.wait_for_url("**/roll_rates?*")
    assert other.settle().chart("roll_matrix") == before
    assert "compare" not in other.page.url

    other.page.get_by_role("button", name="Saved views").click()
    say_who(other)
    other.page.get_by_text("Rename or delete").click()
    other.page.get_by_role("textbox", name="New name").fill("Cards")
    other.page.keyboard.press("Enter")
    other.settle().page.get_by_role("button", name="Rename", exact=True).click()
    other.page.get_by_role("link", name="Cards", exact=True).wait_for()
    other.settle().page.get_by_role("button", name="Delete").click()
    other.page.get_by_role("link", name="Cards", exact=True).wait_for(state="detached")
    assert [edit.done for edit in Notes(kept_book).edits(SavedView)] == ["removed", "changed", "added"]


def test_figures_stand_beside_their_targets_and_rules_that_fire_above_them(kept_book, reader, app_url, open_screen):
    now = series(reader, ROLL)[LAST_MONTH]
    notes = Notes(kept_book)
    notes.add(Target(ROLL, round(now - 0.05, 4), date(2026, 9, 1)), "Ana")
    notes.add(Rule("M1 *rolls* too much", ROLL, "above", "target", None, 0.01), "Ana")
    notes.add(Rule("Never", ROLL, "above", "value", 2.0), "Ana")
    notes.add(Annotation(date(2026, 8, 1), "New <b>dialler"), "Ana")
    screen = open_screen(f"{app_url(kept_book)}/?compare=Target")
    assert screen.errors() == []
    cards = {
        card.inner_text().splitlines()[0]: card.inner_text() for card in screen.page.get_by_test_id("stMetric").all()
    }
    assert f"+{100 * (now - round(now - 0.05, 4)):.1f}" in cards["Roll M1→M2+"]
    assert "no target" in cards["Roll M0→M1+"]
    fires = screen.page.locator(".st-key-alerts").inner_text()
    assert f"M1 *rolls* too much: {100 * now:.2f}" in fires.replace("\u202f", " ").replace(" %", "")
    assert "Never" not in fires
    assert screen.page.locator(".st-key-overview_bad_debt").get_by_text("◆").count() == 1

    screen.go("Vintages")
    assert screen.page.get_by_text("Compare with", exact=True).is_hidden()
    away = open_screen(f"{app_url(kept_book)}/?compare=Target&product=Card")
    assert "no target" in away.page.get_by_test_id("stMetric").nth(3).inner_text()


def test_a_target_and_a_note_are_written_on_the_data_page(kept_book, app_url, open_screen):
    screen = open_screen(f"{app_url(kept_book)}/data?tab=Targets+and+rules")
    say_who(screen)
    panel = screen.page.get_by_role("tabpanel", name="Targets and rules")
    panel.get_by_role("textbox", name="Note").fill("Strike")
    screen.page.keyboard.press("Enter")
    screen.settle().page.get_by_role("button", name="Add the note").click()
    screen.until(lambda: "Strike" in [kept.note.text for kept in Notes(kept_book).all(Annotation)])
    if not panel.get_by_label("Target, %").is_visible():
        panel.get_by_text("Set a target").click()
    panel.get_by_label("Target, %").fill("2.5")
    screen.page.keyboard.press("Enter")
    screen.settle().page.get_by_role("button", name="Set the target").click()
    ratio = measure_of("bad_debt.bad_debt_ratio", {})
    screen.until(lambda: ratio in [kept.note.measure for kept in Notes(kept_book).all(Target)])
    held = {kept.note.measure: kept for kept in Notes(kept_book).all(Target)}[ratio]
    assert (held.note.value, held.note.from_month, held.who) == (0.025, date(2026, 10, 1), "Ana")
    screen.keep("targets-and-rules")


def test_a_cell_and_a_layer_lead_to_their_loans(reader, kept_book, app_url, open_screen):
    filters = Filters(month=LAST_MONTH, product=("Card",))
    row = reader.ask("roll_rates", filters).filter(from_bucket="M1").filter(pl.col("to_bucket").is_in(reader.buckets))
    to = row.sort("loans")["to_bucket"][-1]
    screen = open_screen(f"{app_url(kept_book)}/roll_rates?product=Card")
    plot = screen.page.locator(".st-key-roll_matrix .js-plotly-plot")
    at = plot.evaluate(
        """(plot, column) => { const { xaxis: x, yaxis: y } = plot._fullLayout, box = plot.getBoundingClientRect();
        return [box.left + x._offset + x.d2p(column), box.top + y._offset + y.d2p(1.5)]; }""",
        reader.buckets.index(to) + 0.5,
    )
    screen.page.mouse.move(at[0] - 2, at[1])
    screen.page.mouse.click(*at)
    dialog = screen.page.get_by_role("dialog")
    dialog.get_by_text("loan").first.wait_for()
    screen.settle()
    assert f"loans=from_bucket%3AM1%2Cto_bucket%3A{to}" in screen.page.url
    answer = reader.ask("loans", filters, from_bucket="M1", to_bucket=to, rows=1000)
    assert f"{answer.height} loan" in dialog.inner_text()
    with screen.page.expect_download() as started:
        dialog.get_by_role("button", name="Excel").click()
    sheets = load_workbook(io.BytesIO(Path(started.value.path()).read_bytes()))
    names, *rows = [[cell.value for cell in row] for row in sheets["data"].iter_rows()]
    assert [row[names.index("loan_id")] for row in rows] == answer["loan_id"].to_list()
    assert [row[names.index("balance")] for row in rows] == pytest.approx([float(x) for x in answer["balance"]])

    theirs = open_screen(screen.page.url)
    assert f"{answer.height} loan" in theirs.page.get_by_role("dialog").inner_text()
    theirs.page.keyboard.press("Escape")
    theirs.page.wait_for_function("!location.search.includes('loans')")

    theirs.visit(f"{app_url(kept_book)}/bad_debt?loans=to_bucket:M0,month:2026-08,tier:nope,x:y")
    open_in_august = reader.ask("loans", Filters(month=date(2026, 8, 31)), to_bucket="M0", rows=1)["of_loans"][0]
    told = theirs.page.get_by_role("dialog")
    assert f"{open_in_august:,} loans" in told.inner_text()
    assert theirs.errors() == []
    theirs.keep("list-of-loans")


def test_a_layer_of_the_buckets_is_told_by_its_height(reader, kept_book, app_url, open_screen):
    screen = open_screen(f"{app_url(kept_book)}/bad_debt?detail=Arrears", height=1400)
    shares = reader.ask("delinquency", Filters(month=date(2026, 8, 31)))
    value = shares.filter(pl.col("bucket") == "M1")["share_balance"][0]
    of_next = shares.filter(pl.col("bucket") == "M2")["share_balance"][0]
    plot = screen.page.locator(".st-key-delinquency .js-plotly-plot")
    plot.scroll_into_view_if_needed()
    at = plot.evaluate(
        """(plot, value) => { const { xaxis: x, yaxis: y } = plot._fullLayout, box = plot.getBoundingClientRect();
        return [box.left + x._offset + x.d2p("2026-08-31"), box.top + y._offset + y.d2p(value)]; }""",
        float(value) + float(of_next) / 2,
    )
    screen.page.mouse.move(at[0] - 2, at[1])
    screen.page.mouse.click(*at)
    screen.page.wait_for_function("location.search.includes('loans')")
    assert "loans=to_bucket%3AM2%2Cmonth%3A2026-08" in screen.settle().page.url


def test_what_is_chosen_in_the_list_is_changed_in_place_and_the_history_keeps_what_it_was(
    demo_book, app_url, open_screen, tmp_path
):
    book = shutil.copytree(demo_book, tmp_path / "book")
    notes = Notes(book)
    notes.add(Target(ROLL, 0.30, date(2026, 8, 1)), "Ben")
    notes.add(Annotation(date(2026, 8, 1), "A new dialler"), "Ben")
    screen = open_screen(app_url(book) + "/data?tab=Targets+and+rules", height=1600)
    say_who(screen)
    for place, (kind, label, value) in enumerate(
        (("target", "Target, %", "27.5"), ("annotation", "Note", "A new dialler in Fuzhou"))
    ):
        choose_first_row(screen, place)
        field = screen.page.locator(f"[class*=st-key-change_{kind}_]").get_by_label(label)
        field.fill(value)
        field.press("Enter")
        screen.settle().page.locator(f".st-key-change_{kind}").get_by_role("button", name="Change").click()
        screen.settle()
    screen.until(lambda: [k.note.value for k in notes.all(Target)] == [0.275])
    screen.until(lambda: [k.note.text for k in notes.all(Annotation)] == ["A new dialler in Fuzhou"])
    assert [(edit.done, edit.who) for edit in notes.edits(Target)] == [("changed", "Ana"), ("added", "Ben")]
    assert screen.errors() == []


def choose_first_row(screen, table: int) -> None:
    """The box before the first row of a list: its table is drawn on a canvas."""
    box = screen.page.get_by_test_id("stDataFrame").nth(table).bounding_box()
    screen.page.mouse.click(box["x"] + 16, box["y"] + 52)
    screen.settle()

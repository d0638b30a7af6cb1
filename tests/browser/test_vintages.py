"""The page Vintages in the browser: what it draws is what the book answers, and its controls and address say which."""

from pathlib import Path

import polars as pl
import pytest

from queries import Filters, open_reader
from tests.browser.conftest import LAST_MONTH

KEYS = ("vintage_curves", "vintage_triangle", "cohorts_at_ages", "slices_at_age")


@pytest.fixture(scope="module")
def vintages(demo_book: Path):
    """Vintages of the demo book, asked beside the app."""
    reader = open_reader(demo_book)

    def vintages(line: str, **filters) -> pl.DataFrame:
        return reader.ask("vintages", Filters(month=LAST_MONTH, **filters)).filter(pl.col("line") == line)

    yield vintages
    reader.close()


def heading(screen) -> str:
    return screen.page.get_by_role("heading", level=1).inner_text()


@pytest.mark.parametrize(
    ("address", "kind", "base", "line"),
    [
        ("weigh_by=Loans&line=60%2B", "ever", "loans", "60+"),
        ("counted=So+late+at+the+month-end", "current", "amount", "30+"),
    ],
)
def test_charts_of_cohorts_draw_what_the_book_answers(
    address, kind, base, line, vintages, app_url, demo_book, open_screen
):
    screen = open_screen(f"{app_url(demo_book)}/vintages?{address}&product=Card&product=Personal")
    answer = vintages(line, product=("Card", "Personal"))
    known = answer.filter(pl.col(f"{kind}_share_{base}").is_not_null())

    heats = [trace for trace in screen.chart("vintage_triangle") if trace["z"]]
    shares = [
        share
        for heat in heats
        if heat.get("name") in ("known", "small")
        for row in heat["z"]
        for share in row
        if share is not None
    ]
    assert sorted(shares) == pytest.approx(sorted(known[f"{kind}_share_{base}"]))
    to_come = next(heat for heat in heats if heat.get("name") == "to_come")
    assert sum(share is not None for row in to_come["z"] for share in row) == answer.height - known.height

    sums = known.group_by("months_on_book").agg(
        pl.col(f"{kind}_{base}").cast(float).sum().alias("late"), pl.col(base).cast(float).sum().alias("all"), pl.len()
    )
    average = next(trace for trace in screen.chart("vintage_curves") if trace.get("name") == "Average")
    assert dict(zip(average["x"], average["y"], strict=True)) == pytest.approx(
        {row["months_on_book"]: row["late"] / row["all"] for row in sums.to_dicts() if row["len"] >= 3}
    )


def test_cohorts_and_slices_at_an_age_are_what_the_book_answers(vintages, app_url, demo_book, open_screen):
    screen = open_screen(f"{app_url(demo_book)}/vintages?weigh_by=Loans&age=3+months&split=Region")
    at_age = (
        vintages("30+")
        .filter((pl.col("months_on_book") == 3) & pl.col("ever_share_loans").is_not_null())
        .sort("cohort")
    )
    row = next(trace for trace in screen.chart("cohorts_at_ages") if trace.get("name") == "3 months")
    drawn = [share for share in row["y"] if share is not None]
    assert drawn == pytest.approx(at_age["ever_share_loans"].to_list())

    newest = at_age["cohort"].to_list()[-min(6, at_age.height // 2) :]
    expected = []
    for region in ("Central", "East", "North", "South", "West"):
        cells = vintages("30+", region=(region,)).filter(
            (pl.col("months_on_book") == 3) & pl.col("cohort").is_in(newest) & pl.col("ever_loans").is_not_null()
        )
        expected.append(cells["ever_loans"].sum() / cells["loans"].sum())
    bars = screen.chart("slices_at_age")[0]
    assert list(bars["x"]) == pytest.approx(sorted(expected, reverse=True))


def test_the_line_is_chosen_and_the_address_gives_the_same_view(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book) + "/vintages")
    before = {key: screen.chart(key) for key in KEYS}
    screen.page.get_by_role("radio", name="60+").click()
    screen.page.get_by_role("heading", level=1).get_by_text("60+").wait_for()
    after = {key: screen.settle().chart(key) for key in KEYS}
    assert all(after[key] != before[key] for key in KEYS)
    assert "60+" in heading(screen)
    again = open_screen(screen.page.url)
    assert {key: again.chart(key) for key in KEYS} == after
    assert heading(again) == heading(screen)


def test_a_book_that_knows_no_origination_says_what_would_tell(app_url, book_without_balances, open_screen):
    screen = open_screen(app_url(book_without_balances) + "/vintages")
    assert heading(screen) == "No loan is known to have been paid out since Sep 2025"
    assert "the day on which each was paid out" in screen.page.get_by_test_id("stAlert").inner_text()
    screen.page.get_by_test_id("stMain").get_by_role("link", name="Import a file").click()
    screen.page.wait_for_function("document.title === 'Data · Recoup'")
    assert screen.settle().errors() == []


def test_one_month_of_loans_has_no_vintage_yet_and_the_page_stays_up(app_url, one_month_book, open_screen):
    screen = open_screen(app_url(one_month_book) + "/vintages")
    assert heading(screen) == "No loan is a month old yet at this month-end"
    assert screen.errors() == []

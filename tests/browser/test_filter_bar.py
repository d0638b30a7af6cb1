"""The filter bar: what it says is in the address, holds from page to page, and is never an error."""

import pytest
from playwright.sync_api import Locator

from queries import import_files

CHOSEN = "month=Aug+2026&compare=A+year+ago&product=Card&weigh_by=Loans&region=North"


def assert_query(screen, expected: str) -> None:
    """The address comes to have exactly these parameters, in any order."""
    parameters = "[...new URLSearchParams(location.search)].map(pair => pair.join('=')).sort().join('&')"
    screen.settle().page.wait_for_function(
        f"wanted => {parameters} === wanted",
        arg="&".join(sorted(part for part in expected.replace("+", " ").split("&") if part)),
    )


def chosen_month(screen) -> str:
    return screen.page.get_by_role("combobox", name="Month").input_value()


def open_more_filters(screen) -> Locator:
    screen.page.get_by_role("button", name="More filters").click()
    return screen.page.get_by_test_id("stPopoverBody")


def choose(screen, label: str, option: str) -> None:
    screen.page.get_by_role("combobox", name=label).last.click()
    screen.page.get_by_role("option", name=option, exact=True).click()
    screen.page.keyboard.press("Escape")
    screen.settle()


def test_what_is_chosen_is_in_the_address_and_a_link_shows_the_same(app_url, demo_book, open_screen):
    mine = open_screen(app_url(demo_book))
    choose(mine, "Month", "Aug 2026")
    choose(mine, "Product", "Card")
    mine.page.get_by_text("A year ago").click()
    mine.settle().page.locator(".st-key-weigh_by").get_by_text("Loans", exact=True).click()
    mine.settle()
    open_more_filters(mine)
    choose(mine, "Region", "North")
    assert_query(mine, CHOSEN)

    theirs = open_screen(mine.page.url)
    assert_query(theirs, CHOSEN)
    assert chosen_month(theirs) == "Aug 2026"
    assert theirs.page.get_by_role("radio", name="A year ago").is_checked()
    assert theirs.page.get_by_role("radio", name="Loans").is_checked()
    assert "Card" in theirs.page.locator(".st-key-product").inner_text()
    assert "North" in open_more_filters(theirs).inner_text()


def test_what_is_chosen_holds_from_page_to_page_and_back_again(app_url, demo_book, open_screen):
    """Every page was shown before: of one that takes long, the browser notes the filters of its address one by one, as steps of Back."""
    screen = open_screen(f"{app_url(demo_book)}/?{CHOSEN}")
    for name in ("Roll rates", "Data", "Bad debt", "Overview"):
        screen.go(name)
    screen.visit(f"{app_url(demo_book)}/?{CHOSEN}")
    for name in ("Roll rates", "Data", "Bad debt", "Overview"):
        assert_query(screen.go(name), CHOSEN)
    for name in ("Bad debt", "Data", "Roll rates"):
        assert_query(screen.go_back(name), CHOSEN)
    assert "North" in open_more_filters(screen).inner_text()


def test_a_choice_in_the_popover_can_be_taken_back(app_url, demo_book, open_screen):
    screen = open_screen(f"{app_url(demo_book)}/roll_rates?region=North")
    popover = open_more_filters(screen)
    popover.get_by_role("button", name="Remove North").click()
    assert_query(screen, "")
    assert "North" not in popover.inner_text()


@pytest.mark.parametrize(
    "unknown",
    [
        "month=Nope&product=Nope&compare=x&weigh_by=Nope&region=Mars&lang=xx",
        "month=&product=&compare=&weigh_by=&region=&lang=",
        "month=Aug+1999&month=%00&product=" + "x" * 3000,
        "weigh_by=1&compare=2&month=0&product='%20or%201=1%20--",
    ],
)
def test_an_unknown_value_in_the_address_gives_way_to_the_default(unknown, app_url, demo_book, open_screen):
    screen = open_screen(f"{app_url(demo_book)}/roll_rates?{unknown}")
    assert screen.errors() == []
    assert screen.page.title() == "Roll rates · Recoup"
    assert chosen_month(screen) == "Oct 2026"
    assert screen.page.get_by_role("combobox", name="Product").get_attribute("placeholder") == "All products"


def test_a_new_version_is_seen_without_a_restart(app_url, demo_files, tmp_path, open_screen):
    book = tmp_path / "book"
    import_files(book, demo_files[:-1])
    screen = open_screen(app_url(book))
    assert chosen_month(screen) == "Sep 2026"

    import_files(book, demo_files[-1:])
    screen.go("Roll rates")
    assert chosen_month(screen) == "Oct 2026"


def test_without_balances_loans_are_what_is_weighed_by(app_url, book_without_balances, open_screen):
    screen = open_screen(f"{app_url(book_without_balances)}/?weigh_by=Balance")
    assert screen.errors() == []
    weigh = screen.page.locator(".st-key-weigh_by_loans_only")
    assert weigh.get_by_role("radio", name="Loans").is_checked()
    assert weigh.get_by_role("radio", name="Balance").is_disabled()


def test_a_dimension_with_one_value_is_not_offered(app_url, book_without_balances, open_screen):
    screen = open_screen(app_url(book_without_balances))
    assert screen.page.get_by_role("button", name="More filters").count() == 0
    assert screen.page.locator(".st-key-product").count() == 0


def test_an_empty_book_has_no_filters_and_no_error(app_url, empty_book, open_screen):
    screen = open_screen(app_url(empty_book))
    for name in ("Roll rates", "Bad debt", "Data", "Overview"):
        screen.go(name)
        assert screen.errors() == []
        assert screen.page.locator("[class*=st-key-filter_bar]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 1920])
def test_the_bar_is_one_row_of_one_height(scheme, width, app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book), scheme=scheme, width=width)
    screen.keep(f"filter-bar-{scheme}-{width}")
    bar = screen.page.locator(".st-key-filter_bar")
    controls = (
        ".st-key-month div[role=group] >> visible=true",
        ".st-key-compare button >> nth=0",
        ".st-key-product div[role=group] >> visible=true",
        ".st-key-weigh_by button >> nth=0",
        "[data-testid=stPopoverButton] >> nth=0",
        "[data-testid=stPopoverButton] >> nth=1",
    )
    boxes = [bar.locator(control).bounding_box() for control in controls]
    assert len({round(box["height"]) for box in boxes}) == 1, boxes
    assert len({round(box["y"]) for box in boxes}) == 1, boxes

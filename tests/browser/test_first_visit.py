"""A server nobody has visited yet: any address leads through app.py; no page shows anything without it."""

from itertools import cycle
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.browser.conftest import ROOT, RUN_APP, SERVE

NAMES = (
    "Overview",
    "Roll rates",
    "Bad debt",
    "Vintages",
    "Stages",
    "Conduct",
    "Borrowers",
    "Sandbox",
    "Optimise",
    "Present",
    "Data",
)
ADDRESSES = {
    "/": "Overview",
    "/overview": "Overview",
    "/roll_rates": "Roll rates",
    "/bad_debt": "Bad debt",
    "/vintages": "Vintages",
    "/stages": "Stages",
    "/conduct": "Conduct",
    "/borrowers": "Borrowers",
    "/sandbox": "Sandbox",
    "/optimise": "Optimise",
    "/present": "Present",
    "/data": "Data",
}
ALONE = ("overview.py", "sandbox.py")
"""One that charts, one that starts processes: what makes pages served alone safe is the same in all, and tested without a server."""
PAGE_FILES = sorted(file.name for file in (ROOT / "pages").glob("*.py"))


def menu(screen) -> list[str]:
    links = screen.page.get_by_test_id("stSidebarNavLink").all()
    return [link.get_attribute("href").rpartition("/")[2] for link in links]


def assert_shows(screen, name: str) -> None:
    """The page of that name, inside the frame that app.py draws, and nothing amiss."""
    screen.page.get_by_role("heading", level=1).wait_for()
    screen.settle()
    assert screen.errors() == []
    assert menu(screen) == [
        "",
        "roll_rates",
        "bad_debt",
        "vintages",
        "stages",
        "conduct",
        "borrowers",
        "sandbox",
        "optimise",
        "present",
        "data",
    ]
    assert screen.page.title() == f"{name} · Recoup"
    assert screen.page.get_by_role("heading", level=1).inner_text().strip()
    assert screen.page.locator(".st-key-filter_bar").count() == (name not in ("Data", "Sandbox", "Optimise"))


@pytest.mark.parametrize(("address", "start"), list(zip(ADDRESSES, cycle([SERVE, RUN_APP]))))
def test_the_first_visit_to_any_address_opens_that_page_inside_the_app(
    address, start, fresh_server, demo_book, open_screen
):
    """Both ways to start lead to the same server: each page is visited on one of them."""
    screen = open_screen(fresh_server(demo_book, *start) + address)
    assert_shows(screen, ADDRESSES[address])
    assert screen.page.url.endswith(address)


def test_the_first_visit_keeps_what_the_address_filters(fresh_server, demo_book, open_screen):
    url = fresh_server(demo_book, *RUN_APP) + "/roll_rates?month=Aug+2026&product=Card&region=North"
    screen = open_screen(url)
    assert_shows(screen, "Roll rates")
    assert screen.page.url == url
    assert screen.page.get_by_role("combobox", name="Month").input_value() == "Aug 2026"


def test_two_first_visitors_at_once_both_arrive(fresh_server, demo_book, open_screen, browser):
    url = fresh_server(demo_book, *RUN_APP)
    pages = [browser.new_context().new_page() for _ in range(2)]
    for page, address in zip(pages, ("/bad_debt", "/roll_rates"), strict=True):
        page.goto(url + address, wait_until="commit")
    for page, title in zip(pages, ("Bad debt · Recoup", "Roll rates · Recoup"), strict=True):
        page.wait_for_function("title => document.title === title", arg=title)
        page.get_by_role("heading", level=1).wait_for()
        page.context.close()


@pytest.mark.parametrize("file", PAGE_FILES)
def test_a_page_run_without_the_app_shows_where_the_app_is_and_nothing_else(file):
    ran = AppTest.from_file(ROOT / "pages" / file).run()
    assert not ran.exception
    assert [element.type for element in ran.main.children.values()] == ["info"]
    assert "python recoup.py serve" in ran.info[0].value
    assert not ran.sidebar.children


@pytest.mark.parametrize("file", ALONE)
def test_a_page_served_without_the_app_shows_nothing_and_leads_there(file, fresh_server, demo_book, open_screen):
    url = fresh_server(demo_book, "-m", "streamlit", "run", f"pages/{file}", "--server.port")
    for address in ("/", "/roll_rates"):
        screen = open_screen(url + address)
        screen.page.get_by_text("python recoup.py serve").wait_for()
        shown = screen.settle().page.get_by_test_id("stMain").inner_text()
        assert screen.page.locator("[data-testid=stElementContainer]").count() == 1, shown
        assert menu(screen) == []


def test_nothing_a_page_shows_is_fetched_from_another_machine(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book))
    for name in NAMES:
        screen.go(name)
        icon = screen.page.locator("link[rel='shortcut icon']").get_attribute("href")
        assert icon.startswith("data:image/svg+xml"), icon
    assert len(screen.requests) > 10
    assert screen.requests_elsewhere() == []


def test_every_page_has_a_first_visit_test():
    assert {Path(file).stem for file in PAGE_FILES} <= {address.strip("/") for address in ADDRESSES}

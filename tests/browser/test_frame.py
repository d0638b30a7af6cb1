"""The frame around every page: its navigation, its addresses, light and dark."""

import pytest

from charts.theme import palette


def test_another_theme_in_the_menu_runs_the_page_again_so_that_charts_follow(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book), scheme="light")
    asked = screen.times_asked()
    screen.page.get_by_test_id("stMainMenu").click()
    screen.page.get_by_test_id("stMainMenuPopover").get_by_text("Dark").click()
    screen.page.wait_for_function(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme === 'dark'"
    )
    screen.until(lambda: screen.times_asked() > asked)
    screen.settle()
    assert screen.errors() == []
    assert screen.times_asked() <= asked + 2  # what was slow to come is asked for once more
    layout = screen.page.locator(".js-plotly-plot").first.evaluate("chart => JSON.stringify(chart.layout)")
    assert palette("dark").muted in layout
    assert palette("light").muted not in layout


def test_the_page_stands_still_when_nobody_does_anything(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book), scheme="dark")
    asked = screen.times_asked()
    screen.settle()
    assert screen.times_asked() == asked


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_frame_takes_its_colours_from_the_theme(scheme, app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book), scheme=scheme)
    ground = screen.page.get_by_test_id("stApp").evaluate("app => getComputedStyle(app).backgroundColor")
    assert ground == {"light": "rgb(250, 250, 248)", "dark": "rgb(18, 24, 27)"}[scheme]


def test_an_address_that_there_is_no_page_for_says_so_and_shows_the_overview(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book) + "/nowhere")
    assert "Page not found" in screen.page.get_by_role("dialog").inner_text()
    assert screen.page.title() == "Overview · Recoup"

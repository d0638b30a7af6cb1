"""What axe-core finds on each page, light and dark, and whether the keyboard comes everywhere."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_pages import ADDRESS

SERIOUS = {"serious", "critical", "moderate"}
PAGES = {
    **ADDRESS,
    "Sandbox": "/sandbox",
    "Optimise": "/optimise",
    "Present": "/present?slides=summary.overview_bad_debt",
    "Data": "/data",
}


def violations(screen) -> list[str]:
    found = Axe().run(screen.page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{each['impact']}: {each['help']}: {node['html'][:200]}"
        for each in found
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_serious_violation(name, app_url, collected_book, open_screen):
    screen = open_screen(app_url(collected_book) + PAGES[name])
    assert violations(screen) == []
    screen.page.emulate_media(color_scheme="dark")
    screen.page.wait_for_function(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme === 'dark'"
    )
    screen.settle()
    assert violations(screen) == []


def test_the_keyboard_comes_from_the_navigation_through_the_filters_to_the_foot_of_a_card(
    app_url, demo_book, open_screen
):
    screen = open_screen(app_url(demo_book))
    named = """() => {
      const at = document.activeElement;
      return at.getAttribute('aria-label') || at.innerText || at.closest('[data-testid]')?.innerText || '';
    }"""
    seen = []
    for _tab in range(60):
        screen.page.keyboard.press("Tab")
        seen.append(screen.page.evaluate(named).replace("\n", " "))
    said = " | ".join(seen)
    for wanted in ("Roll rates", "Month", "Previous month", "Product", "Loans", "Definition"):
        assert wanted in said, said

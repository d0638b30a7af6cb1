"""The page Optimise in the browser: a search from its goals to a policy that opens in the sandbox, in both languages, cancelled and found again."""

import re

import pytest

from sim.experiments import folder_of
from sim.standing import read_standing
from tests.browser.conftest import Screen
from tests.browser.test_accessibility import violations
from tests.browser.test_chinese import _chinese_only, _english_texts

FOUND = ".st-key-card_opt_policy"
PATIENCE = 120_000


def say(screen, label: str, value: str) -> None:
    field = screen.page.get_by_role("spinbutton", name=label, exact=True)
    field.fill(value)
    field.press("Enter")
    screen.settle()


def make_short(screen, policies: str, days: str) -> None:
    screen.page.get_by_text("How long").click()
    for label, value in (
        ("Policies to try", policies),
        ("Loans of the sample", "200"),
        ("Replications of each", "1"),
        ("Days", days),
    ):
        say(screen, label, value)


def search_id(screen) -> str:
    return re.search("search=([0-9a-f]{8})", screen.page.url)[1]


@pytest.fixture(scope="module")
def searched(app_url, demo_book, browser):
    """The address of a search of the demo book that has come to its end."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    screen = Screen(context.new_page()).visit(app_url(demo_book) + "/optimise")
    assert "Which policy is best" in screen.page.get_by_role("heading", level=1).inner_text()
    make_short(screen, "40", "60")
    screen.page.get_by_role("button", name="Search", exact=True).click()
    screen.page.locator(FOUND).wait_for(timeout=PATIENCE)
    assert screen.settle().errors() == []
    yield screen.page.url
    context.close()


def test_what_was_found_is_shown_and_a_policy_opens_in_the_sandbox(searched, demo_book, open_screen):
    screen = open_screen(searched)
    known = read_standing(folder_of(demo_book, search_id(screen)))
    assert (known.done, known.stopped) == (40, "policies")
    drawn = [x for trace in screen.chart("opt_tried") if trace.get("name") for x in trace["x"]]
    assert sum(each.allowed for each in known.tried) <= len(drawn) <= len(known.tried)
    title = screen.page.get_by_role("heading", level=1).inner_text()
    if known.winner:
        assert f"Policy {known.winner.candidate.number} beats today's" in title
    else:
        assert "Nothing that was tried is certain to beat today" in title
    screen.keep("optimise-light-1280")
    differs = [line for line in screen.page.locator(FOUND).get_by_role("listitem").all_inner_texts() if line]
    screen.page.get_by_role("button", name="Open in the sandbox").click()
    screen.page.wait_for_url("**/sandbox**")
    screen.settle()
    changed = screen.page.locator(".st-key-card_policy").get_by_role("listitem").all_inner_texts()
    assert sorted(differs) == sorted(line for line in changed if line)
    assert screen.errors() == []


def test_it_speaks_chinese_and_only_chinese_and_axe_finds_nothing_serious(searched, open_screen):
    screen = open_screen(searched + "&lang=zh", scheme="dark", width=1920)
    _chinese_only(screen, _english_texts(), "optimise")
    assert violations(screen) == []
    screen.keep("optimise-zh-dark-1920")


def test_a_search_is_cancelled_found_again_and_goes_on(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book) + "/optimise")
    make_short(screen, "400", "60")
    screen.page.get_by_role("button", name="Search", exact=True).click()
    screen.page.locator(".st-key-card_opt_tried").wait_for(timeout=PATIENCE)
    screen.page.get_by_role("button", name="Cancel").click()
    screen.page.get_by_text("Cancelled after").wait_for(timeout=PATIENCE)
    id = search_id(screen)
    done = read_standing(folder_of(demo_book, id)).done
    assert 0 < done < 400
    screen.page.context.close()
    again = open_screen(f"{app_url(demo_book)}/optimise?search={id}")
    again.page.get_by_role("button", name="Go on").click()
    again.page.get_by_role("button", name="Cancel").wait_for()
    for _second in range(60):
        if read_standing(folder_of(demo_book, id)).done > done:
            break
        again.page.wait_for_timeout(1000)
    assert read_standing(folder_of(demo_book, id)).done > done
    again.page.get_by_role("button", name="Cancel").click()
    again.page.get_by_text("Cancelled after").wait_for(timeout=PATIENCE)


def test_nothing_to_change_and_an_unknown_search_are_told(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book) + "/optimise?search=00000000")
    screen.page.get_by_text("There is no experiment 00000000").wait_for()
    for pill in screen.page.locator(".st-key-opt_vary button").all():
        pill.click()
        screen.settle()
    screen.page.get_by_text("Choose what may be changed.").wait_for()
    assert screen.page.get_by_role("button", name="Search", exact=True).is_disabled()

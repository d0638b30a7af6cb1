"""The pictures of the documents, from the app on the demo book: `make pictures`.

Writes them to docs/pictures, 1440 wide, in few enough colours to be small: the pages of PAGES, an import on Data, an answer of the
Sandbox, and a deck on Present.
"""

import tempfile
from pathlib import Path

import polars as pl
from PIL import Image
from playwright.sync_api import sync_playwright

from sim.demo import build_demo, write_history
from tests.browser.conftest import BROWSER_FLAGS, ROOT, RUN_APP, Screen, found_browser, start_server

FOLDER = ROOT / "docs" / "pictures"
WIDTH, LEAST_HEIGHT, MARGIN = 1440, 700, 24
HIGHEST = 1100
COLOURS = 192
ANSWER_SECONDS = 300
PAGES = {"overview": "/", "roll-rates": "/roll_rates", "bad-debt": "/bad_debt"}


def main() -> None:
    """Build the demo book, serve it, and take each page's picture."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        months = write_history(home / "files", loans=2000, months=2)["loan_snapshot"]
        build_demo(home / "book")
        server = start_server(home / "book", home / "server.log", *RUN_APP)
        try:
            _take_pictures(server.url, _lender_file(home, months[-1]))
        finally:
            server.end()


def _take_pictures(url: str, upload: Path) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found_browser(), args=BROWSER_FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": LEAST_HEIGHT}, locale="en-GB")
        screen = Screen(page)
        for name, address in PAGES.items():
            _take(screen.visit(url + address), name)
        screen.visit(f"{url}/data")
        page.locator("input[type=file]").set_input_files(str(upload))
        page.get_by_role("button", name="Import with this mapping").wait_for()
        _take(screen.settle(), "data")
        _take(_answered(screen, url), "sandbox", HIGHEST)
        _take(screen.visit(f"{url}/present"), "present", HIGHEST)
        browser.close()


def _answered(screen: Screen, url: str) -> Screen:
    """The sandbox with the answer to a typical question."""
    screen.visit(f"{url}/sandbox")
    screen.page.get_by_role("radio", name="Hand over after 60 days").click()
    screen.page.get_by_text("The final stage begins at 61").first.wait_for()
    screen.page.get_by_role("button", name="Run", exact=True).click()
    screen.page.locator(".st-key-card_box_waterfall").wait_for(timeout=ANSWER_SECONDS * 1000)
    return screen.settle()


def _take(screen: Screen, name: str, highest: int | None = None) -> None:
    """One picture, as high as what the page shows, at most `highest`."""
    end = "block => block.lastElementChild.getBoundingClientRect().bottom"
    bottom = screen.page.get_by_test_id("stMainBlockContainer").evaluate(end)
    height = max(LEAST_HEIGHT, round(bottom) + MARGIN)
    screen.page.set_viewport_size({"width": WIDTH, "height": min(height, highest or height)})
    screen.page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
    screen.page.mouse.move(WIDTH - 10, LEAST_HEIGHT // 2)
    screen.page.wait_for_timeout(500)  # charts follow the window's size after a moment
    path = FOLDER / f"{name}.png"
    screen.settle().page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")


def _lender_file(folder: Path, snapshot: Path) -> Path:
    """A month as a lender's own system writes it, for the picture of a mapping."""
    columns = {
        "loan_id": "Account No",
        "as_of": "Report date",
        "days_past_due": "DPD",
        "balance": "Outstanding",
        "product": "Loan type",
        "region": "Branch",
    }
    path = folder / "portfolio-october.csv"
    pl.read_parquet(snapshot).select(list(columns)).rename(columns).write_csv(path, separator=";")
    return path


if __name__ == "__main__":
    main()

"""What the browser tests share: small books, one server a book, screens in Debian's Chromium.

    def test_…(app_url, demo_book, open_screen):
        screen = open_screen(app_url(demo_book) + "/roll_rates", scheme="dark", width=1920)
        screen.keep("roll-rates-dark")
        assert screen.errors() == []

Whatever a test opens, it fails when a request left this machine.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl
import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Download, Page, sync_playwright

from queries import import_files
from sim.demo import write_history
from tests.browser.collected_book import write_collected_book

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "artifacts" / "screenshots"
LAST_MONTH, IMPORTED_ON = date(2026, 10, 31), date(2026, 11, 5)

BROWSERS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--no-first-run",
    "--disable-quic",  # and nothing of the browser's own goes out
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS, SETTLE_SECONDS = 60, 60

# Notes when a page last asked its server for something and when it last heard from it: a run that was asked for begins
# late on a busy machine, and until then nothing on the page tells of it. A short run may never be told of there: all of
# its answer can come at once, so how often the page asked is what counts its runs.
LISTEN = """(() => {
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...words) {
    window.askedAt = performance.now();
    window.timesAsked = (window.timesAsked ?? 0) + 1;
    if (!this.isHeard) {
      this.isHeard = true;
      this.addEventListener('message', () => { window.heardAt = performance.now(); });
    }
    return send.apply(this, words);
  };
})()"""
ANSWER_SECONDS = 10  # what the app asks and the server leaves without an answer is waited for so long

# True once nothing has gone on for a moment: connected, nothing asked and unanswered, no run, nothing stale or moving,
# no placeholder, charts drawn. The moment it is called with begins the moment anew.
SETTLED = """called => {
  const app = document.querySelector('[data-testid=stApp]');
  const state = app?.dataset ?? {};
  const undrawn = chart => !chart.querySelector('.main-svg');
  const waits = window.askedAt > (window.heardAt ?? 0) && performance.now() - window.askedAt < ANSWER_SECONDS * 1000;
  const busy = waits || state.testConnectionState !== 'CONNECTED' || state.testScriptState !== 'notRunning'
    || document.querySelector('[data-stale=true], [data-testid=stSkeleton], [data-testid=stAppSkeleton], '
                              + '[data-testid=stSpinner], [data-testid=stStatusWidget]')
    || [...document.querySelectorAll('[data-testid=stPlotlyChart]')].some(undrawn)
    || document.getAnimations().some(animation => animation.playState === 'running');
  if (busy || window.settleCalled !== called) window.quietSince = null;
  else window.quietSince ??= performance.now();
  window.settleCalled = called;
  return window.quietSince !== null && performance.now() - window.quietSince > 500;
}""".replace("ANSWER_SECONDS", str(ANSWER_SECONDS))
ERRORS = (
    "[data-testid=stException], [data-testid=stAlertContentError], [data-testid=stConnectionStatus], "
    "[data-testid=stDialog]:has-text('Page not found'), [data-testid=stDialog]:has-text('error')"
)


@dataclass
class Screen:
    """One browser window on the app. `requests` are the addresses of everything it asked for."""

    page: Page
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(LISTEN)

    def settle(self) -> "Screen":
        """Wait until the app is idle, and has been since this was called."""
        self.page.wait_for_function(SETTLED, arg=time.monotonic(), timeout=SETTLE_SECONDS * 1000)
        return self

    def visit(self, url: str) -> "Screen":
        self.page.goto(url)
        return self.settle()

    def go(self, page_name: str) -> "Screen":
        """Follow a link of the navigation."""
        self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=page_name, exact=True).click()
        return self._arrive(page_name)

    def go_back(self, page_name: str) -> "Screen":
        """The browser's Back, which should lead to the page of that name."""
        self.page.go_back()
        return self._arrive(page_name)

    def _arrive(self, page_name: str) -> "Screen":
        self.page.wait_for_function(
            "title => document.title === title", arg=f"{page_name} · Recoup", timeout=SETTLE_SECONDS * 1000
        )
        return self.settle()

    def fill(self, label: str, text: str) -> "Screen":
        """Write into the field of that label and press Enter."""
        field = self.page.get_by_label(label, exact=True)
        field.fill(text)
        field.press("Enter")
        return self.settle()

    def until(self, holds: Callable[[], object]) -> None:
        """Wait for what comes about beside the screen. Raises AssertionError when it does not."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while not holds():
            assert time.monotonic() < deadline, "it never came to be"
            self.page.wait_for_timeout(200)

    def errors(self) -> list[str]:
        """The texts of all error boxes in view."""
        return self.page.locator(ERRORS).all_inner_texts()

    def times_asked(self) -> int:
        """How often the page has asked its server for a run."""
        return self.page.evaluate("window.timesAsked ?? 0")

    def keep(self, name: str) -> Path:
        """Save a picture of the whole page for people to look at."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        self.page.screenshot(path=path, full_page=True)
        return path

    def chart(self, key: str) -> list[dict]:
        """The traces of a chart as the browser holds them: name, x, y, z, and what flows."""
        traces = self.page.locator(f".st-key-{key} .js-plotly-plot").evaluate(
            """chart => JSON.stringify(chart.data.map(trace => ({
              name: trace.name, x: Array.from(trace.x ?? []), y: Array.from(trace.y ?? []),
              z: Array.from(trace.z ?? [], row => Array.from(row)), flow: Array.from(trace.link?.value ?? []),
            })))"""
        )
        return json.loads(traces)

    def take(self, key: str, form: str) -> Download:
        """Download a card in a form: CSV, Excel, PNG or SVG."""
        self.page.locator(f".st-key-card_foot_{key}").get_by_role("button", name="Download").click()
        menu = self.page.get_by_test_id("stPopoverBody")
        with self.page.expect_download() as started:
            menu.get_by_role("button", name=form, exact=True).click()
        self.page.keyboard.press("Escape")
        menu.wait_for(state="detached")
        return started.value

    def requests_elsewhere(self) -> list[str]:
        """Requests to another machine."""
        return [url for url in self.requests if urlsplit(url).hostname not in (None, "127.0.0.1")]


@dataclass(frozen=True)
class Server:
    """A server of the app, started for a test."""

    url: str
    process: subprocess.Popen

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def start_server(book: Path, log: Path, *words: str, port: int | None = None, path: str = "") -> Server:
    """Start `python WORDS… PORT` on a port of its own, with `book` as the book, and wait until it answers below `path`."""
    port = port or free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *words, str(port)],
            cwd=ROOT,
            env=os.environ | {"RECOUP_BOOK": str(book)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", process)
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{server.url}{path}/_stcore/health", timeout=5):
            return server
        time.sleep(0.1)
    server.end()
    raise AssertionError(f"the server did not start: {log.read_text(encoding='utf-8', errors='replace')}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests that need no browser come first: they are quick."""
    items.sort(key=lambda item: item.path.is_relative_to(Path(__file__).parent))


RUN_APP = ("-m", "streamlit", "run", "app.py", "--server.port")
SERVE = ("recoup.py", "serve", "--port")


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts a server that nobody has visited: `fresh_server(book, *words)`; its address."""
    servers = []

    def fresh_server(book: Path, *words: str) -> str:
        servers.append(start_server(book, tmp_path / f"server-{len(servers)}.log", *words))
        return servers[-1].url

    yield fresh_server
    for server in servers:
        server.end()


@pytest.fixture(scope="session")
def app_url(tmp_path_factory) -> Iterator[Callable[[Path], str]]:
    """The address of a server on a book, one server a book for all tests."""
    servers: dict[Path, Server] = {}
    logs = tmp_path_factory.mktemp("servers")

    def app_url(book: Path) -> str:
        if book not in servers:
            servers[book] = start_server(book, logs / f"{len(servers)}.log", *RUN_APP)
        return servers[book].url

    yield app_url
    for server in servers.values():
        server.process.terminate()  # all of them before waiting for one
    for server in servers.values():
        server.end()


def found_browser() -> str | None:
    """The Chromium to drive: the one that CHROMIUM names, or the system's."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = found_browser()
    if found is None:
        pytest.fail("No Chromium. `make test` installs it; or name one in the environment variable CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_screen(browser: Browser) -> Iterator[Callable[..., Screen]]:
    """Opens windows: `open_screen(url, scheme="light" or "dark", width=1280, height=900)`, settled."""
    screens: list[Screen] = []

    def open_screen(url: str, scheme: str = "light", width: int = 1280, height: int = 900) -> Screen:
        viewport = {"width": width, "height": height}
        context = browser.new_context(color_scheme=scheme, viewport=viewport, locale="en-GB")
        screen = Screen(context.new_page())
        screens.append(screen)
        screen.page.on("request", lambda request: screen.requests.append(request.url))
        screen.page.on("websocket", lambda socket: screen.requests.append(socket.url))
        return screen.visit(url)

    yield open_screen
    for screen in screens:
        screen.page.context.close()
    assert [url for screen in screens for url in screen.requests_elsewhere()] == []


@pytest.fixture(scope="session")
def made_once(tmp_path_factory) -> Callable[[str, Callable[[Path], None]], Path]:
    """`made_once(name, make)`: a folder of this process alone, with what `make` put in it in the first of all processes that asked."""
    mine = tmp_path_factory.mktemp("made")
    together = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        together = together.parent

    def made_once(name: str, make: Callable[[Path], None]) -> Path:
        whole = together / f"made-{name}"
        with FileLock(f"{whole}.lock"):
            if not whole.exists():
                making = together / f"making-{name}"
                shutil.rmtree(making, ignore_errors=True)
                making.mkdir()
                make(making)
                making.rename(whole)
        return Path(shutil.copytree(whole, mine / name))

    return made_once


@pytest.fixture(scope="session")
def demo_files(made_once) -> list[Path]:
    """Month-end files of a small demo history, 14 months to October 2026."""
    folder = made_once("demo-files", lambda folder: write_history(folder, loans=2000, months=14, last_month=LAST_MONTH))
    return sorted(folder.glob("loan_snapshot_*.parquet"))


@pytest.fixture(scope="session")
def demo_book(made_once, demo_files: list[Path]) -> Path:
    return made_once("demo-book", lambda book: import_files(book, demo_files, today=IMPORTED_ON))


@pytest.fixture(scope="session")
def book_without_balances(made_once, tmp_path_factory, demo_files: list[Path]) -> Path:
    """Only what a lender must give: which loan, when, how many days late."""
    files = tmp_path_factory.mktemp("bare-files")

    def make(book: Path) -> None:
        for file in demo_files:
            pl.read_parquet(file, columns=["loan_id", "as_of", "days_past_due"]).write_parquet(files / file.name)
        import_files(book, sorted(files.iterdir()), today=IMPORTED_ON)

    return made_once("bare-book", make)


@pytest.fixture(scope="session")
def one_month_book(made_once, demo_files: list[Path]) -> Path:
    """The last month alone: levels, and nothing that could have moved."""
    return made_once("one-month-book", lambda book: import_files(book, demo_files[-1:], today=IMPORTED_ON))


@pytest.fixture(scope="session")
def collected_book(made_once) -> Path:
    """A book with attempts, promises, payments, placements and test groups, eight months to October 2026."""
    return made_once("collected", lambda folder: write_collected_book(folder, LAST_MONTH, IMPORTED_ON)) / "book"


@pytest.fixture(scope="session")
def empty_book(tmp_path_factory) -> Path:
    """A folder with no book in it yet."""
    return tmp_path_factory.mktemp("empty-book")

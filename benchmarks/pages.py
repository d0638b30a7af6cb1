"""What is measured of the pages, in Chromium on the demo book: how long a page takes to be still after its month was changed, against
an empty Streamlit page with as many charts, the lines in key figures among them; and what twenty viewers cost.

    python -m benchmarks.pages [BOOK]      a table; BOOK: the demo book is built where it is not given
"""

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from sim.demo import build_demo
from tests.browser.conftest import BROWSER_FLAGS, SERVE, Screen, Server, found_browser, start_server

PAGES = ("overview", "roll_rates", "bad_debt", "vintages", "stages", "conduct", "borrowers")
SIZE = {"width": 1440, "height": 1000}
CHANGES, MONTHS = 7, 8  # a list shows no more before it is scrolled
VIEWERS = 20
EMPTY = """
import plotly.graph_objects as go
import streamlit as st

st.set_page_config(layout="wide")
month = st.selectbox("Month", range(12), key="month")
for number in range({charts}):
    figure = go.Figure(go.Bar(x=list(range(12)), y=[(place * (number + 3) + month) % 11 for place in range(12)]))
    st.plotly_chart(figure, key=f"chart-{{number}}", height=320)
for number in range({lines}):
    st.metric(f"Figure {{number}}", month, chart_data=[(place * (number + 3) + month) % 11 for place in range(12)])
"""

# The time of the last change of the page, after the time at which the month was chosen.
WATCH = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  window.changedAt = null; window.chosenAt = null;
  window.watcher?.disconnect();
  window.watcher = new MutationObserver(() => { window.changedAt = performance.now(); });
  window.watcher.observe(main, {subtree: true, childList: true, attributes: true, characterData: true});
  document.addEventListener('click', () => { window.chosenAt ??= performance.now(); }, {capture: true, once: true});
}"""


@dataclass(frozen=True)
class Change:
    """Milliseconds from choosing another month to the last change of the page, of a page of so many charts and lines in key figures."""

    page: str
    charts: int
    lines: int
    ours: float
    empty: float

    @property
    def ratio(self) -> float:
        return self.ours / self.empty


def measure(book: Path) -> tuple[list[Change], dict[str, float]]:
    """The change of each page, and what viewers cost."""
    with (
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as folder,
        served(book, Path(folder)) as server,
    ):
        browser = playwright.chromium.launch(executable_path=found_browser(), args=BROWSER_FLAGS)
        changes = [_change(browser, server, name, Path(folder)) for name in PAGES]
        viewers = _viewers(browser, server)
        browser.close()
    return changes, viewers


@contextmanager
def served(book: Path, folder: Path, *words: str) -> Iterator[Server]:
    server = start_server(book, folder / "server.log", *(words or SERVE))
    try:
        yield server
    finally:
        server.end()


def _change(browser: Browser, server: Server, name: str, folder: Path) -> Change:
    """Our page and the empty one in turn: a machine's speed drifts."""
    ours = _screen(browser).visit(f"{server.url}/{name}")
    charts = ours.page.locator(".js-plotly-plot").count()
    lines = ours.page.get_by_test_id("stMetricChart").count()
    script = folder / f"empty-{charts}-{lines}.py"
    script.write_text(EMPTY.format(charts=charts, lines=lines), encoding="utf-8")
    with served(folder, folder, "-m", "streamlit", "run", str(script), "--server.headless=true", "--server.address=127.0.0.1", "--server.port") as other:  # fmt: skip
        empty = _screen(browser).visit(other.url)
        times = [(choose(ours, turn), choose(empty, turn)) for turn in range(CHANGES + 1)][1:]  # the first warms up
        empty.page.context.close()
    ours.page.context.close()
    found = Change(name, charts, lines, median(one for one, _other in times), median(other for _one, other in times))
    print(
        f"  {name:<12} {charts} charts, {lines} lines  {found.ours:5.0f} ms  empty {found.empty:5.0f} ms  {found.ratio:.2f}",
        file=sys.stderr,
    )
    return found


def _screen(browser: Browser) -> Screen:
    return Screen(browser.new_context(viewport=SIZE, locale="en-GB").new_page())


def choose(screen: Screen, turn: int) -> float:
    """Choose a month that was not shown before, so that nobody has its answers ready; milliseconds until the page was still."""
    option = _open(screen.page).nth(1 + turn % MONTHS)
    screen.page.evaluate(WATCH)
    option.click()
    screen.page.wait_for_timeout(50)
    screen.settle()
    return screen.page.evaluate("() => window.changedAt - window.chosenAt")


def _open(page: Page):
    """The months that can be chosen."""
    page.locator(".st-key-month [role=combobox], .st-key-month input").first.click()
    options = page.get_by_role("option")
    options.first.wait_for()
    return options


def _viewers(browser: Browser, server: Server) -> dict[str, float]:
    """Memory of each further viewer, in MB, and a change of the month while all of them look on, and while all change at once."""
    first = look_around(browser, server)
    alone = median([choose(first, turn) for turn in range(CHANGES + 1)][1:])
    before = _memory(server.process.pid)
    others = [look_around(browser, server) for _viewer in range(VIEWERS - 1)]
    each = (_memory(server.process.pid) - before) / len(others)
    beside = median([choose(first, turn) for turn in range(CHANGES + 1)][1:])
    started = time.perf_counter()
    for screen in others:
        _open(screen.page).nth(1).click(no_wait_after=True)
    for screen in others:
        screen.settle()
    return {"memory": each, "alone": alone, "beside": beside, "at_once": time.perf_counter() - started}


def look_around(browser: Browser, server: Server) -> Screen:
    """A viewer that has seen some pages, the overview last."""
    screen = _screen(browser)
    for name in ("stages", "roll_rates", "overview"):
        screen.visit(f"{server.url}/{name}")
    return screen


def _memory(process: int) -> float:
    """MB that a process and its children hold."""
    held = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue  # it has ended
        parent = re.search(r"PPid:\s+(\d+)", text)
        if status.parent.name == str(process) or (parent and parent[1] == str(process)):
            held += int((re.search(r"VmRSS:\s+(\d+)", text) or [0, "0"])[1])
    return held / 1024


def table(changes: list[Change], viewers: dict[str, float]) -> list[list[str]]:
    """Rows for RESULTS.md."""
    rows = [
        [f"{each.page}, month changed → still", f"{each.charts} + {each.lines}", f"{each.ours:.0f} ms", f"{each.empty:.0f} ms", f"{each.ratio:.2f}", "≤ 2"]
        for each in changes
    ]  # fmt: skip
    return [
        *rows,
        ["Memory of each further viewer", "", f"{viewers['memory']:.1f} MB", "", "", "< 20 MB"],
        [f"Overview while {VIEWERS - 1} others look on", "", f"{viewers['beside']:.0f} ms", f"{viewers['alone']:.0f} ms alone", f"{viewers['beside'] / viewers['alone']:.2f}", ""],
        [f"{VIEWERS - 1} viewers change the month at once, all still", "", f"{viewers['at_once']:.1f} s", "", "", ""],
    ]  # fmt: skip


def print_of_book(rows: Callable[[Path], list[list[str]]]) -> None:
    """Print the rows measured on the book that the command names, or on a demo book made for it."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "book"
        if len(sys.argv) == 1:
            build_demo(book)
        for row in rows(book.absolute()):
            print(" | ".join(row))


if __name__ == "__main__":
    print_of_book(lambda book: table(*measure(book)))

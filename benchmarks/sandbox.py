"""What is measured of the sandbox, in Chromium on the demo book: how long after Run the first figures stand on the page, and what a run on
all cores does to those who look at other pages.

    python -m benchmarks.sandbox [BOOK]      a table; BOOK: the demo book is built where it is not given
"""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.pages import MONTHS, SIZE, VIEWERS, choose, look_around, print_of_book, served
from sim.experiments import OVER, Order, cancel, experiments, folder_of, order, read_answer, read_order, state
from tests.browser.conftest import BROWSER_FLAGS, Screen, Server, found_browser

RUNS, CHANGES = 7, 7
STANDS_READY_MS = 4_000
"""A person has been on the page for some seconds before pressing Run; the process that will work has read the model by then."""
QUESTION = "Hand over after 60 days"
LONG = 500
"""Replications of a run that goes on for as long as others are measured beside it."""

# When Run was pressed, when the page showed the run, and when figures first stood on it; milliseconds since 1970.
WATCH = """() => {
  const times = window.times = {};
  const see = () => {
    if (document.querySelector('.st-key-box_progress')) times.run ??= Date.now();
    if (document.querySelector('.st-key-box_figures [data-testid=stMetricValue]')) times.figures ??= Date.now();
  };
  new MutationObserver(see).observe(document.body, {subtree: true, childList: true});
  document.addEventListener('click', () => { times.pressed ??= Date.now(); }, {capture: true, once: true});
}"""


@dataclass(frozen=True)
class First:
    """Milliseconds after Run was pressed: until it was ordered, the page showed that it goes on, the answer of a sample was written, and
    figures stood on the page."""

    ordered: float
    shown: float
    answered: float
    figures: float


def first_figures(browser: Browser, server: Server, book: Path) -> First:
    """The median of some runs, each in a new window, pressed when all is ready."""
    times = [_first(browser, server, book) for _turn in range(RUNS + 1)][1:]  # the first warms up
    return First(
        *(median(getattr(each, name) for each in times) for name in ("ordered", "shown", "answered", "figures"))
    )


def _first(browser: Browser, server: Server, book: Path) -> First:
    screen = Screen(browser.new_context(viewport=SIZE, locale="en-GB").new_page()).visit(f"{server.url}/sandbox")
    page, before = screen.page, {each.id for each in experiments(book)}
    page.get_by_role("radio", name=QUESTION).click()
    screen.settle()
    page.wait_for_timeout(STANDS_READY_MS)
    page.evaluate(WATCH)
    page.get_by_role("button", name="Run", exact=True).click()
    (id,) = _awaited(page, lambda: {each.id for each in experiments(book)} - before)
    folder = folder_of(book, id)
    _awaited(page, lambda: read_answer(folder).rough)
    answered = 1000 * (folder / "answer.npz").stat().st_mtime
    page.wait_for_function("() => window.times.figures")
    seen = page.evaluate("() => window.times")
    ordered = 1000 * (folder / "started").stat().st_mtime
    cancel(book, id)
    _awaited(page, lambda: state(folder) in OVER)
    page.context.close()
    found = First(*(at - seen["pressed"] for at in (ordered, seen["run"], answered, seen["figures"])))
    print(
        f"  ordered {found.ordered:.0f}  shown {found.shown:.0f}  answered {found.answered:.0f}  figures {found.figures:.0f} ms",
        file=sys.stderr,
    )
    return found


def _awaited(page: Page, holds: Callable[[], object], every: int = 5) -> object:
    while not (found := holds()):
        page.wait_for_timeout(every)
    return found


def beside_a_run(browser: Browser, server: Server, book: Path) -> tuple[float, float]:
    """One viewer's change of the month with all the others looking on: without a run, and with one on all cores; milliseconds, medians of
    changes made in turn."""
    last = experiments(book)[0]
    wanted = read_order(last.folder)
    first, *_others = [look_around(browser, server) for _viewer in range(VIEWERS)]
    for turn in range(MONTHS):  # what is asked of each month is remembered: the page itself is measured
        choose(first, turn)
    alone, beside = [], []
    for turn in range(1, CHANGES + 1):
        alone.append(choose(first, turn))
        id = order(book, Order(wanted.scenarios, replications=LONG, days=wanted.days, seed=turn))
        _awaited(first.page, lambda id=id: read_answer(folder_of(book, id)).done)
        beside.append(choose(first, turn + CHANGES))
        print(f"  alone {alone[-1]:.0f}  beside a run {beside[-1]:.0f} ms", file=sys.stderr)
        cancel(book, id)
        _awaited(first.page, lambda id=id: state(folder_of(book, id)) in OVER)
    return median(alone), median(beside)


def measure(book: Path) -> tuple[First, tuple[float, float]]:
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder, served(book, Path(folder)) as server:
        browser = playwright.chromium.launch(executable_path=found_browser(), args=BROWSER_FLAGS)
        found = first_figures(browser, server, book), beside_a_run(browser, server, book)
        browser.close()
    return found


def table(first: First, beside: tuple[float, float]) -> list[list[str]]:
    """Rows for RESULTS.md."""
    alone, busy = beside
    return [
        ["Run pressed → ordered", f"{first.ordered:.0f} ms", "", "", ""],
        ["Run pressed → its progress on the page", f"{first.shown:.0f} ms", "", "", ""],
        ["Run pressed → answer of a sample written", f"{first.answered:.0f} ms", "", "", ""],
        ["Run pressed → first figures on the page", f"{first.figures:.0f} ms", "", "", "< 1 s"],
        [f"Overview, month changed beside {VIEWERS - 1} viewers and a run on all cores", f"{busy:.0f} ms", f"{alone:.0f} ms without the run", f"{busy / alone:.2f}", ""],
    ]  # fmt: skip


if __name__ == "__main__":
    print_of_book(lambda book: table(*measure(book)))

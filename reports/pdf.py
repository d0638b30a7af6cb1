"""A deck as PDF: the web page of it, printed by Chromium, a slide a page."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from data.errors import NoBrowser
from reports.deck import Deck
from reports.web_page import write_web_page

BROWSERS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
SECONDS = 90
FLAGS = (
    "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-quic", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer", "--run-all-compositor-stages-before-draw",
    "--virtual-time-budget=20000", "--force-color-profile=srgb",
)  # fmt: skip
"""No name is looked up and nothing is fetched: what is printed is in the page."""


def write_pdf(deck: Deck, path: Path | str) -> None:
    """Write the deck as PDF. NoBrowser where there is no Chromium, or it did not print."""
    browser = found_browser()
    if browser is None:
        raise NoBrowser(
            "There is no Chromium to print with: install Chromium or Chrome, or name one in the environment variable CHROMIUM"
        )
    with tempfile.TemporaryDirectory(prefix="recoup-pdf-", ignore_cleanup_errors=True) as folder:
        page, made = Path(folder, "deck.html"), Path(folder, "deck.pdf")
        write_web_page(deck, page)
        _print(browser, page, made, Path(folder, "profile"))
        shutil.move(made, path)


def found_browser() -> str | None:
    """The Chromium that CHROMIUM names, or the system's."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def _print(browser: str, page: Path, made: Path, profile: Path) -> None:
    sandbox = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()  # Chromium has none for root
    command = [
        browser,
        *FLAGS,
        *sandbox,
        f"--user-data-dir={profile}",
        f"--print-to-pdf={made}",
        f"{page.as_uri()}#print",
    ]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoBrowser("{browser} did not print: {error}", browser=browser, error=error) from error
    if not made.exists() or not made.stat().st_size:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise NoBrowser(
            "{browser} did not print: {error}", browser=browser, error=said[-1] if said else done.returncode
        )

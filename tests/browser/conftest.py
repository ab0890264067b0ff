"""A browser for the tests of the report, and a watch over what a page does in it."""

import functools
import os
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Dialog,
    Page,
    Request,
    sync_playwright,
)

from loader.core.model import Run
from loader.core.privacy import Privacy
from loader.reporting.html import HtmlReport
from tests.browser.example_run import example_run

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
MISSING = (
    "The report is tested in a real browser, and none was found. Install Chromium (Debian: apt"
    " install chromium), or name one in the environment variable CHROMIUM."
)


class OpenReport(Protocol):
    """Opens the report of a run (the example where none is named) from disk."""

    def __call__(
        self,
        run: Run | None = None,
        privacy: Privacy = Privacy.MASKED,
        *,
        width: int = 1280,
        dark: bool = False,
        scripts: bool = True,
    ) -> Page:
        """Return the page."""
        ...


Profiles = Callable[[int, bool, bool], BrowserContext]


def find_browser() -> str | None:
    """Return the path of a Chromium: the one named in CHROMIUM, else one on the path."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def started_browser() -> Generator[Browser]:
    """Start the browser; `MISSING` says what to do where there is none."""
    path = find_browser()
    if path is None:
        raise FileNotFoundError(MISSING)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def chromium() -> str:
    """Return the path of the browser; without one these tests fail, here and in CI."""
    found = find_browser()
    if found is None:
        pytest.fail(MISSING)
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Generator[Browser]:
    """Start the browser once for all tests of a file: it keeps an event loop while it runs."""
    with started_browser() as started:
        yield started


@pytest.fixture(scope="module")
def profiles(browser: Browser) -> Profiles:
    """Return a function that gives a profile for a width, a scheme and scripts, made once."""

    @functools.cache
    def profile(width: int, dark: bool, scripts: bool) -> BrowserContext:
        return browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )

    return profile


@pytest.fixture
def open_report(profiles: Profiles, tmp_path: Path) -> Generator[OpenReport]:
    """Return a function that renders a run and opens it from disk.

    Whatever the test looks at, every page must load nothing but its own file, open no dialog and
    leave the console empty.
    """
    unwanted: list[str] = []
    opened: list[Page] = []

    def open_(
        run: Run | None = None,
        privacy: Privacy = Privacy.MASKED,
        *,
        width: int = 1280,
        dark: bool = False,
        scripts: bool = True,
    ) -> Page:
        path = tmp_path / f"report-{len(opened)}.html"
        path.write_bytes(HtmlReport().render(run or example_run(), privacy))
        page = profiles(width, dark, scripts).new_page()
        page.set_default_timeout(10_000)
        _watch(page, path.as_uri(), unwanted)
        page.goto(path.as_uri())
        opened.append(page)
        return page

    yield open_
    for page in opened:
        page.close()
    assert unwanted == []


def _watch(page: Page, address: str, unwanted: list[str]) -> None:
    """Write down what a page must not do."""

    def dialog(seen: Dialog) -> None:
        unwanted.append(f"dialog: {seen.message}")
        seen.dismiss()

    def request(seen: Request) -> None:
        if seen.url.partition("#")[0] != address:
            unwanted.append(f"request: {seen.url}")

    page.on("dialog", dialog)
    page.on("request", request)
    page.on("console", lambda seen: unwanted.append(f"console: {seen.type}: {seen.text}"))
    page.on("pageerror", lambda seen: unwanted.append(f"error: {seen}"))
    page.on("popup", lambda seen: unwanted.append(f"popup: {seen.url}"))

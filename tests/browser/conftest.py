"""Real Chromium for tests of pages: one browser for a file of tests, a fresh context for each test, axe at hand."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Error, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
AXE = Path(__file__).parent / "vendor" / "axe.min.js"


# Not for the whole run: while Playwright is up, its event loop counts as running in this thread, and no test elsewhere
# could start one of its own.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of one file of tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """`new_page(width=1366, height=768)`: a page in a context of its own; a script error on it fails the test."""
    contexts = []
    errors: list[str] = []

    def make(width: int = 1366, height: int = 768, **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert errors == []


class StartedBrowser:
    """Chromium as a program of ours starts it, with a port more through which a test looks at what it shows."""

    def __init__(self, folder: Path, port: int, playwright: BrowserType) -> None:
        self._folder = folder
        self._port = port
        self._playwright = playwright
        self._connected: Browser | None = None

    def install(self, *arguments: str) -> dict[str, str]:
        """The environment in which it is the first Chromium found, started with these arguments too."""
        more = " ".join([*arguments, f"--remote-debugging-port={self._port}"])
        self._folder.mkdir()
        program = self._folder / "chromium"
        program.write_text(f'#!/bin/sh\nexec {CHROMIUM} "$@" {more}\n')
        program.chmod(0o755)
        return {**os.environ, "PATH": f"{self._folder}:{os.environ['PATH']}"}

    def page(self, within_s: float = 60.0) -> Page:
        """The page it shows, once it is up."""
        self.leave()
        deadline = time.monotonic() + within_s
        while True:
            try:
                # Asked while it starts, it may never finish its greeting: ask again.
                self._connected = self._playwright.connect_over_cdp(f"http://127.0.0.1:{self._port}", timeout=5_000)
                context = self._connected.contexts[0]
                return context.pages[0] if context.pages else context.wait_for_event("page")
            except Error:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def leave(self) -> None:
        """Look no longer; it runs on."""
        if self._connected is not None:
            self._connected.close()
            self._connected = None


@pytest.fixture(scope="module")
def devtools() -> Iterator[BrowserType]:
    """What looks into browsers that others started."""
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture
def started_browser(tmp_path: Path, devtools: BrowserType, free_port: Callable[[], int]) -> Iterator[StartedBrowser]:
    """A Chromium for a program of ours to start."""
    browser = StartedBrowser(tmp_path / "bin", free_port(), devtools)
    yield browser
    browser.leave()


@pytest.fixture(scope="session")
def violations() -> Callable[[Page], list[str]]:
    """`violations(page)`: what axe finds on the page as it is shown now, one line each."""
    source = AXE.read_text(encoding="utf-8")

    def look(page: Page) -> list[str]:
        # Evaluated by the debugger, which the page's own script policy does not bind.
        page.evaluate(source)
        found = page.evaluate("async () => (await axe.run()).violations")
        return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]

    return look

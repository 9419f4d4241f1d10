"""Real Chromium for tests of pages: one browser for a file of tests, a fresh context for each test, axe at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

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

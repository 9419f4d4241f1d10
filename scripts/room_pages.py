"""A person's hands for rehearsals: officers and candidates driven in real Chromium through the pages they use.

Each function does what its name says by clicking and typing, and waits for what a person would wait for. Used by
`make demo`, `make screens` and the scenario tests.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect
from pypdf import PdfReader

PATIENCE_MS = 30_000  # how long a person would wait before calling for help


def officer(browser: Browser, base_url: str, user_name: str, password: str) -> Page:
    """A browser of its own in which this officer is signed in."""
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, base_url=base_url, accept_downloads=True, locale="vi-VN"
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=user_name]", user_name)
    page.fill("[name=password]", password)
    page.locator("form.card button.primary").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def upload(page: Page, path: str, field: str, files: Sequence[Path]) -> None:
    """Take in files one after the other through the form that holds this field."""
    for file in files:
        page.goto(path)
        page.set_input_files(f"[name={field}]", file)
        page.locator(f"form:has([name={field}]) button.button").first.click()
        page.wait_for_load_state()
        expect(page.locator("[role=alert]")).to_have_count(0)


def access_codes(page: Page) -> dict[str, str]:
    """Make the access codes and read them off the printed slips, by candidate number."""
    page.goto("/codes")
    page.locator("form:has([value=missing]) button.primary").click()
    page.wait_for_load_state()
    link = page.locator("a[href*='/codes/slips/']").first.get_attribute("href")
    pdf = page.context.request.get(str(link)).body()
    text = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages)
    return read_slips(text)


def read_slips(text: str) -> dict[str, str]:
    """Candidate numbers and codes from the text of a page of slips: a line of number and code."""
    return dict(re.findall(r"^(\w+) ([A-Z0-9]{4} [A-Z0-9]{4})$", text, re.MULTILINE))


def candidate(browser: Browser, link: str) -> Page:
    """A candidate's screen, opened by a launch link."""
    context: BrowserContext = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(link, wait_until="commit")  # the door's own page goes on to the screens by itself
    page.wait_for_selector("body[data-screen]", state="attached")
    return page


def wait_for_screen(page: Page, *screens: str) -> str:
    """Wait until the candidate's page shows one of these screens; which one."""
    selector = ", ".join(f"body[data-screen={screen}]" for screen in screens)
    page.wait_for_selector(selector, state="attached")
    return str(page.get_attribute("body", "data-screen"))


def sign_in_candidate(page: Page, sbd: str, code: str) -> None:
    """From the sign-in screen to waiting for the start: number, code, identity, rules, typing."""
    wait_for_screen(page, "sign_in")
    page.fill("#sbd", sbd)
    page.fill("#code", code)
    page.locator("[data-form=sign-in] button.main").click()
    wait_for_screen(page, "confirm")
    page.locator("[data-call='/api/identity/confirm']").click()
    wait_for_screen(page, "rules")
    page.locator("[data-call='/api/step/rules']").click()
    wait_for_screen(page, "typing")
    page.fill("#typing-field", str(page.text_content("#typing-sample")).strip())
    page.locator("#typing-done").click()
    wait_for_screen(page, "waiting")


def go_to_item(page: Page, number: int) -> None:
    """Show an item by clicking its number in the list."""
    page.locator(f"#grid .cell[data-number='{number}']").click()
    expect(page.locator(f"#grid .cell[data-number='{number}'][aria-current]")).to_be_attached()


def shown_item(page: Page) -> tuple[str, list[str], bool]:
    """The item on the screen: its stem, its options in order, and whether several may be chosen."""
    several = page.locator("#options .option").first.get_attribute("data-kind") == "several"
    options = page.locator("#options .option .letter + span").all_text_contents()
    return str(page.text_content("#stem")), options, several


def chosen_options(page: Page) -> list[str]:
    """The texts of the options that are chosen on the screen now."""
    return page.locator("#options .option:has(input:checked) .letter + span").all_text_contents()


def click_option(page: Page, place: int) -> None:
    """Click the option at a 1-based place."""
    page.locator("#options .option").nth(place - 1).click()


def wait_until_saved(page: Page, states: Sequence[str] = ("server",)) -> None:
    """Wait until the saved box says what a candidate wants to read."""
    selector = ", ".join(f"#saved[data-state={state}]" for state in states)
    page.wait_for_selector(selector)


def submit(page: Page) -> None:
    """Review and submit, both questions answered."""
    page.locator("#to-review").click()
    wait_for_screen(page, "review")
    page.locator("#submit-ask").click()
    page.locator("#submit-yes").click()


def until(true: Callable[[], object], what: str, within_s: float = 60.0) -> None:
    """Wait for something outside the browser; a failure names it."""
    deadline = time.monotonic() + within_s
    while not true():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: not within {within_s:g} s")
        time.sleep(0.05)

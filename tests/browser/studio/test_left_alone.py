"""Nobody has stirred for a quarter of an hour: the page is gone from the screen, and what was typed is not lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from question_bank.studio.running import Running
from question_bank.studio.seat import MINUTE_MS, Seat


def test_what_was_open_is_gone_from_the_screen_and_there_again_after_signing_in(
    protected: tuple[Path, Path], new_page: Callable[..., Page], write_marker: Callable[[Page], None]
) -> None:
    bank, file = protected
    passphrase, now_ms = file.read_text(encoding="utf-8"), [0]
    with Running(bank, passphrase, 0, lambda: 1, Seat(clock=lambda: now_ms[0])) as running:
        page = new_page()
        page.clock.install()
        page.goto(running.launch.link())
        write_marker(page)
        address, typed = page.url, page.input_value("[data-field=stem]")
        now_ms[0] += 14 * MINUTE_MS
        page.mouse.move(200, 200)
        page.clock.fast_forward(MINUTE_MS)  # the page says that somebody is there
        expect(page.locator("#fields")).to_be_visible()
        page.wait_for_function("async () => (await (await fetch('/api/idle')).json()).lock_in_ms > 14 * 60000")
        page.wait_for_selector("#sheet .answer")
        now_ms[0] += 15 * MINUTE_MS
        page.clock.fast_forward(MINUTE_MS)
        page.wait_for_selector("#passphrase")
        assert typed not in page.content()
        page.go_back()
        page.wait_for_selector("#passphrase")
        page.goto(address)
        page.fill("#passphrase", passphrase)
        page.keyboard.press("Enter")
        page.wait_for_selector("#sheet .answer")  # the page one was on
        page.goto(address.partition("/new")[0] + "/items")
        page.click(".notice a")  # what was not kept is offered
        expect(page.locator("[data-field=stem]")).to_have_value(typed)
        page.wait_for_selector("#sheet .answer")

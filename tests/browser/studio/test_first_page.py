"""The first evening: a studio started without a bank, a bank made on its page, and the first question in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from question_bank.studio.running import Running
from question_bank.studio.seat import Seat
from question_bank.vault.vault import Vault

PASSPHRASE = "bốn từ chẳng liên quan"


def test_a_bank_is_made_by_keyboard_and_opened_again(
    tmp_path: Path, new_page: Callable[..., Page], violations: Callable[[Page], list[str]]
) -> None:
    folder, path = tmp_path / "Ban Đề thi", tmp_path / "Ban Đề thi" / "de.vault"
    with Running(None, None, 0, lambda: time.time_ns() // 1_000_000, Seat()) as running:
        page = new_page()
        page.goto(running.launch.link())
        page.wait_for_url("**/bank")
        assert violations(page) == []
        page.focus("#by")
        for name, text in (
            ("by", "Nguyễn Văn An"),
            ("file", "de"),
            ("folder", str(folder)),
            ("passphrase", "bốn từ"),
            ("again", "bốn tù"),
        ):
            while page.evaluate("document.activeElement.id") != name:
                page.keyboard.press("Tab")
            page.keyboard.press("Control+a")
            page.keyboard.insert_text(text)
        expect(page.locator("#again-help")).to_contain_text("chưa giống")
        expect(page.locator("#short-line")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("#make-refused")).to_contain_text("không giống nhau")
        expect(page.locator("#again")).to_be_focused()
        page.check("[data-shows]")
        expect(page.locator("#passphrase")).to_have_attribute("type", "text")
        assert violations(page) == []
        for name in ("passphrase", "again"):
            page.fill(f"#{name}", PASSPHRASE)
        expect(page.locator("#again-help")).to_contain_text("hai lần giống nhau")
        page.keyboard.press("Enter")
        page.wait_for_selector("header form[action='/sign-out']")
        expect(page.locator(".me")).to_have_text("Nguyễn Văn An")
        expect(page.locator(".bank")).to_have_text("de.vault")
        page.close()
    with Vault.open(path, PASSPHRASE, lambda: 1, write=False) as vault:
        assert vault.protected
    with Running(None, None, 0, lambda: time.time_ns() // 1_000_000, Seat()) as running:
        page = new_page()
        page.goto(running.launch.link())
        page.wait_for_url("**/bank")
        page.evaluate("path => { document.getElementById('path').value = path }", str(folder))
        page.click("[data-choose=path]")
        page.wait_for_selector("#folders-list button")
        page.evaluate(
            "path => { const one = document.querySelector('#folders-list button'); one.dataset.to = path; one.click(); }",
            str(folder),
        )
        page.click("[data-take]")
        expect(page.locator("#path")).to_have_value(str(path))
        page.click("#open .main")
        page.fill("#name", "Trần Thị Bình")
        page.fill("#passphrase", PASSPHRASE)
        page.keyboard.press("Enter")
        page.wait_for_selector("header form[action='/sign-out']")
        expect(page.locator(".me")).to_have_text("Trần Thị Bình")
        page.close()

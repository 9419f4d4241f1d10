"""Nothing that a page sends overtakes what it sent before: an older text never takes the place of a newer one."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Route

from question_bank.ids import BankItemId
from question_bank.studio.running import Running
from question_bank.studio.seat import Seat
from question_bank.vault.vault import Vault


def test_what_is_kept_waits_for_the_rough_copy_on_its_way(
    bank: Path, sign_in: Callable[[Page, str], None], new_page: Callable[..., Page]
) -> None:
    held: list[Route] = []
    asked: list[str] = []
    with Running(bank, None, 0, lambda: time.time_ns() // 1_000_000, Seat()) as running:
        page = new_page()
        page.goto(running.launch.link())
        sign_in(page, "Nguyễn Văn An")
        page.goto(running.launch.link().partition("/enter")[0] + "/new/essay")
        page.wait_for_selector("#sheet .answer")
        name = page.input_value("[data-field=id]")
        page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
        page.route("**/api/rough/*", lambda route: route.continue_() if held else held.append(route))
        page.clock.install()
        page.fill("[data-field=stem]", "một")
        page.clock.run_for(3000)
        page.wait_for_selector("#saved[data-state=saving]")
        page.fill("[data-field=stem]", "một hai")
        page.clock.run_for(3000)
        page.keyboard.press("Control+s")
        page.clock.run_for(3000)
        assert [one.rpartition("/api/")[2].partition("/")[0] for one in asked] == ["rough"]
        held[0].continue_()
        page.wait_for_url("**/items/*")
        page.close()  # before the studio, which it still asks for what shows the item
    with Vault.open(bank, None, lambda: 1, write=False) as vault:
        item = vault.items.item(BankItemId(name))
        assert item is not None
        assert item.common.stem == "một hai"
        assert vault.roughs.all() == ()

"""The page of the IT officer's tasks: every form by keyboard, nothing typed lost, axe clean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_form_passes_axe_and_fits(
    bench: Callable[..., Any], violations: Callable[..., list[str]], language: str
) -> None:
    board = bench("it_officer", language)
    page = board.page
    expect(page.locator(".tasks button")).to_have_count(6)
    for place in range(6):
        page.locator(".tasks button").nth(place).click()
        expect(page.locator(".tasks button").nth(place)).to_have_attribute("aria-current", "page")
        if place == 0:
            page.locator(".work > div > button").first.click()
        # The heading of the first rank is that of the page around a simulator.
        assert [one for one in violations(page) if not one.startswith("page-has-heading-one")] == []
        assert page.locator(".work").evaluate("(one) => one.scrollWidth <= one.clientWidth + 1")


def test_rules_are_written_and_put_in_order_by_keyboard(bench: Callable[..., Any]) -> None:
    board = bench("it_officer")
    page = board.page
    page.get_by_role("button", name="Thêm luật").press("Enter")
    expect(page.locator("tbody tr select").first).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("10.0.0.5")
    page.get_by_role("button", name="Thêm luật").press("Enter")
    page.get_by_role("button", name="Lên: Luật 2").press("Enter")
    page.get_by_role("button", name="Lưu câu trả lời").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã lưu")
    assert [one["target"] for one in board.done()[-1]["value"]] == ["any", "10.0.0.5"]


def test_what_is_typed_survives_other_tasks_refusals_and_a_crash(
    bench: Callable[..., Any], eventually: Callable[..., None]
) -> None:
    board = bench("it_officer")
    page = board.page
    page.get_by_role("button", name="Thêm luật").click()
    page.get_by_label("Luật 1: Cổng").fill("70000")
    page.get_by_role("button", name="Lưu câu trả lời").click()
    expect(page.get_by_role("status")).to_contain_text("70000")
    page.get_by_role("button", name="Cấu hình SSH").click()
    page.get_by_role("textbox", name="Cấu hình", exact=True).fill("PermitRootLogin no")
    page.get_by_role("button", name="Tường lửa").click()
    expect(page.get_by_label("Luật 1: Cổng")).to_have_value("70000")
    eventually(lambda: len(board.bench.drafts) == 2)
    board.reload()
    page.get_by_role("button", name="Cấu hình SSH").click()
    expect(page.get_by_role("textbox", name="Cấu hình", exact=True)).to_have_value("PermitRootLogin no")
    assert [one["do"] for one in board.done()] == ["open", "open", "open"]

"""The mailbox's page: by keyboard alone, nothing typed is lost, texts stay texts, axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect


def done(board: Any) -> list[Any]:
    """What was done, but for looking for new letters."""
    return [one for one in board.done() if one["do"] != "refresh"]


def letter(board: Any, subject: str) -> Any:
    return board.page.locator(".row .open").filter(has_text=subject)


def faults(page: Any, violations: Callable[..., list[str]]) -> list[str]:
    """What axe finds; the heading of the first rank is that of the page around a simulator."""
    return [one for one in violations(page) if not one.startswith("page-has-heading-one")]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_part_of_the_page_passes_axe(
    bench: Callable[..., Any], violations: Callable[..., Any], language: str
) -> None:
    board = bench("webmail", language)
    page = board.page
    expect(page.locator(".row")).to_have_count(2)
    assert faults(page, violations) == []
    letter(board, "Hộp thư của bạn").click()
    page.locator("article [data-key=headers]").click()
    expect(page.locator(".opened dl")).to_be_visible()
    assert faults(page, violations) == []
    page.locator("article [data-key=reply]").click()
    expect(page.locator(".composer")).to_be_visible()
    assert faults(page, violations) == []
    for part in (2, 3):
        page.locator(".top > button").nth(part).click()
        expect(page.locator(".settings")).to_be_visible()
        assert faults(page, violations) == []


def test_a_letter_is_answered_by_keyboard_alone(bench: Callable[..., Any], eventually: Callable[..., None]) -> None:
    board = bench("webmail")
    page = board.page
    expect(page.locator(".row")).to_have_count(2)
    page.locator(".row .open").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("article h2")).to_have_text("Họp giao ban tuần 50")
    expect(page.locator(".row .open").nth(1)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("article [data-key=reply]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-name=body]")).to_be_focused()
    page.keyboard.type("Nhất trí, dự họp.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Hoàn tác gửi")).to_be_focused()
    assert [one["do"] for one in done(board)] == ["open", "compose", "send"]
    assert done(board)[-1]["body"] == "Nhất trí, dự họp."
    assert done(board)[-1]["cc"] == ["Tổ Tư pháp <tuphap@tamhoa.example>"]
    page.keyboard.press("Enter")
    expect(page.locator("[data-name=body]")).to_have_value("Nhất trí, dự họp.")
    eventually(lambda: done(board)[-1]["do"] == "undo_send")


def test_what_is_typed_survives_paints_refusals_and_a_crash(
    bench: Callable[..., Any], eventually: Callable[..., None]
) -> None:
    board = bench("webmail")
    page = board.page
    page.get_by_role("button", name="Soạn thư").click()
    page.locator("[data-name=body]").fill("Kính gửi quý cơ quan")
    page.locator("[data-name=to]").fill("không phải địa chỉ")
    page.get_by_role("button", name="Gửi", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("không phải địa chỉ thư")
    page.get_by_role("button", name="Nhận thư").click()
    page.get_by_role("button", name="Đính kèm tệp").click()
    page.get_by_role("button", name="LichHop.docx").click()
    expect(page.locator(".attached")).to_contain_text("LichHop.docx")
    expect(page.locator("[data-name=body]")).to_have_value("Kính gửi quý cơ quan")
    eventually(lambda: any("Kính gửi" in one for one in board.bench.drafts.values()))
    board.reload()
    page.locator(".folder[data-key=drafts]").click()
    page.locator(".row .open").click()
    expect(page.locator("[data-name=body]")).to_have_value("Kính gửi quý cơ quan")
    expect(page.locator("[data-name=to]")).to_have_value("không phải địa chỉ")


def test_where_a_link_leads_is_seen_before_it_is_followed(
    bench: Callable[..., Any], eventually: Callable[..., None]
) -> None:
    board = bench("webmail")
    page = board.page
    letter(board, "Hộp thư của bạn").click()
    link = page.locator("article .link")
    expect(link).to_have_text("https://mail.tamhoa.example")
    link.focus()
    expect(page.locator(".target")).to_contain_text("http://tamhoa.mail-dangnhap.example/x")
    assert [one["do"] for one in done(board)] == ["open"]
    page.keyboard.press("Enter")
    expect(page.locator(".target")).to_contain_text("không có Internet")
    eventually(lambda: done(board)[-1] == {"do": "link", "message": "i2", "link": 0})
    assert page.url.endswith(("/", "/enter?token=any"))


def test_markup_in_a_letter_is_text(bench: Callable[..., Any]) -> None:
    board = bench("webmail")
    page = board.page
    page.get_by_role("button", name="Soạn thư").click()
    page.locator("[data-name=to]").fill("hanhchinh@tamhoa.example")
    page.locator("[data-name=subject]").fill("<b>đậm</b>")
    page.locator("[data-name=body]").fill("<img src=x onerror=alert(1)>")
    page.get_by_role("button", name="Gửi", exact=True).click()
    page.locator(".folder[data-key=sent]").click()
    letter(board, "<b>đậm</b>").click()
    expect(page.locator("article .body")).to_have_text("<img src=x onerror=alert(1)>")
    expect(page.locator("article img, article b")).to_have_count(0)


def test_several_letters_are_moved_at_once(bench: Callable[..., Any]) -> None:
    board = bench("webmail")
    page = board.page
    page.get_by_label("Chọn tất cả thư đang hiện").check()
    page.locator(".list [data-key=move]").click()
    page.locator(".list .menu").first.get_by_role("button", name="Lưu trữ").click()
    expect(page.locator(".row")).to_have_count(0)
    assert done(board) == [{"do": "move", "messages": ["i2", "i1"], "to": "archive"}]


def test_everything_fits_beside_the_list_of_items(bench: Callable[..., Any]) -> None:
    board = bench("webmail")
    page = board.page
    letter(board, "Họp giao ban").click()
    expect(page.locator("article h2")).to_be_visible()
    for part in (".mail", ".reader", ".list", ".folders", ".top"):
        assert page.locator(part).evaluate("(one) => one.scrollWidth <= one.clientWidth + 1"), part
    page.locator("article [data-key=reply]").click()
    expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_in_viewport()
    assert page.locator(".wide").evaluate("(one) => one.scrollWidth <= one.clientWidth + 1")

"""What a candidate hears of the hall, and says to it: never in the way of the paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

Machines = Callable[..., Any]
STILL = (
    "#grid", "#saved", "#clock", ".tools", "#hand", "#flag", "#previous", "#next", "#to-review", "#stem",
    "#options .option:nth-child(1)", "#options .option:nth-child(4)",
)  # fmt: skip
LONG = "Đề nghị các thí sinh giữ trật tự. " * 8


def message(n: int, text: str = "Còn 15 phút làm bài.", *, confirm: bool = True) -> dict[str, Any]:
    return {"id": f"m{n}", "text": text, "at": "10:15", "confirm": confirm, "shown": False}


def erratum(number: int, *, seen: bool = False) -> dict[str, Any]:
    text = {"vi": "Trong đáp án C, đọc “30 ngày” thay cho “20 ngày”.", "en": "In option C read “30 days”."}
    return {"id": f"e{number}", "number": number, "text": text, "at": "10:20", "seen": seen}


def tell(one: Any, **hall: Any) -> None:
    one.desk.tell(hall={"messages": [], "hand": None, "lock": None, "next_word": None, "errata": [], **hall})


def seen(one: Any) -> list[str]:
    """The corrections this machine has said were on its screen."""
    return [call[1] for call in one.desk.calls if call[0] == "erratum_seen"]


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768)], ids=str)
def test_a_message_moves_nothing_covers_nothing_of_the_paper_and_takes_no_focus(
    machine: Machines, size: tuple[int, int]
) -> None:
    one = machine(*size)
    page = one.show("exam working")
    page.locator("#options .option").nth(1).click()
    page.wait_for_function("() => document.querySelectorAll('#options [aria-checked=true], #options :checked').length")
    page.evaluate("window.held = document.activeElement")
    before = {selector: one.place(selector) for selector in STILL}
    tell(one, messages=[message(1, LONG), message(2, confirm=False)], hand={"category": "paper", "since": "10:14"})
    expect(page.locator("#message")).to_be_visible()
    assert {selector: one.place(selector) for selector in STILL} == before
    assert page.evaluate("window.held === document.activeElement")
    strip, clock = (page.locator(name).bounding_box() for name in ("#message", "#clock"))
    assert strip["x"] + strip["width"] <= clock["x"]
    assert strip["y"] + strip["height"] <= page.locator("#item").bounding_box()["y"] + 90


def test_a_message_says_that_it_was_shown_and_goes_when_it_was_read(machine: Machines) -> None:
    one = machine()
    page = one.show("exam working")
    tell(one, messages=[message(1), message(2, "Thu gọn bàn phím.", confirm=False)])
    expect(page.locator("#message")).to_contain_text("Còn 15 phút")
    expect(page.locator("#message-done")).to_have_text("Tôi đã đọc")
    page.wait_for_function("() => !document.querySelector('#message-done').disabled")
    page.locator("#message-done").click()
    expect(page.locator("#message")).to_contain_text("Thu gọn bàn phím")
    expect(page.locator("#message-done")).to_have_text("Đóng")
    page.wait_for_function("() => !document.querySelector('#message-done').disabled")
    page.locator("#message-done").click()
    expect(page.locator("#message")).to_be_hidden()
    said = [call[1:] for call in one.desk.calls if call[0] == "message_seen"]
    assert [call for call in said if call[0] == "m1"][:2] == [("m1", "shown"), ("m1", "confirmed")]
    assert ("m2", "confirmed") in said


def test_a_hand_is_raised_with_what_it_is_about_and_lowered_by_keyboard(
    machine: Machines, eventually: Callable[..., None]
) -> None:
    one = machine()
    page = one.show("exam working")
    page.locator("#hand").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#hand-box")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#hand-box")).to_be_hidden()
    eventually(lambda: one.desk.calls[-1:] == [("raise_hand", "paper")])
    expect(page.locator("#hand")).to_contain_text("Đã gọi lúc 10:14")
    page.locator("#hand").click()
    page.locator("#hand-down").click()
    expect(page.locator("#hand")).to_contain_text("Gọi cán bộ")
    eventually(lambda: one.desk.calls[-1] == ("lower_hand",))


def test_a_correction_of_the_item_at_hand_waits_to_be_asked_for(
    machine: Machines, eventually: Callable[..., None]
) -> None:
    one = machine()
    page = one.show("exam working")
    number = int(page.locator("#grid [aria-current]").get_attribute("data-number") or 0)
    before = {selector: one.place(selector) for selector in STILL}
    tell(one, errata=[erratum(number), erratum(number + 3)])
    expect(page.locator("#message")).to_contain_text(f"Câu {number} có đính chính")
    assert {selector: one.place(selector) for selector in STILL} == before
    expect(page.locator("#erratum")).to_be_hidden()
    page.wait_for_function("() => !document.querySelector('#message-done').disabled")
    page.locator("#message-done").click()
    expect(page.locator("#erratum")).to_contain_text("30 ngày")
    page.wait_for_function("() => !document.querySelector('#message-done').disabled")
    page.locator("#message-done").click()
    expect(page.locator("#grid [aria-current]")).to_have_attribute("data-number", str(number + 3))
    expect(page.locator("#erratum")).to_be_visible()
    expect(page.locator("#message")).to_be_hidden()
    eventually(lambda: seen(one) == [f"e{number}", f"e{number + 3}"])
    expect(page.locator("#grid [data-erratum]")).to_have_count(2)


def test_a_correction_that_was_taken_back_is_said_once_and_stands_at_its_item(
    machine: Machines, eventually: Callable[..., None]
) -> None:
    one = machine()
    page = one.show("exam working")
    number = int(page.locator("#grid [aria-current]").get_attribute("data-number") or 0)
    back = {**erratum(number), "id": "w1", "text": {}, "withdrawn": True}
    before = {selector: one.place(selector) for selector in STILL}
    tell(one, errata=[back])
    expect(page.locator("#message")).to_contain_text(f"Đính chính của câu {number} đã được thu hồi.")
    assert {selector: one.place(selector) for selector in STILL} == before
    page.wait_for_function("() => !document.querySelector('#message-done').disabled")
    page.locator("#message-done").click()
    expect(page.locator("#message")).to_be_hidden()
    expect(page.locator("#erratum")).to_contain_text("Đã thu hồi đính chính")
    expect(page.locator("#erratum")).to_contain_text("giữ nguyên như đề")
    eventually(lambda: seen(one) == ["w1"])
    expect(page.locator("#grid [data-erratum]")).to_have_count(0)


def test_what_is_left_of_the_rest_breaks_stands_below_and_a_break_says_when_it_ends(machine: Machines) -> None:
    one = machine()
    page = one.show("exam working")
    before = {selector: one.place(selector) for selector in STILL}
    one.desk.tell(rest={"minutes": 12, "ends_at": None}, extensions_ms=900_000)
    foot = page.locator('[data-bind="extension"]')
    expect(foot).to_contain_text("15 phút")
    expect(foot).to_contain_text("Bạn còn 12 phút nghỉ giữa giờ")
    assert {selector: one.place(selector) for selector in STILL} == before
    one.desk.tell(rest={"minutes": 0, "ends_at": None})
    expect(foot).to_contain_text("nghỉ hết")
    page = one.show("paused")
    one.desk.tell(rest={"minutes": 12, "ends_at": "09:40"})
    expect(page.locator('[data-bind="rest_ends"]')).to_contain_text("Chậm nhất lúc 09:40 đồng hồ tự chạy tiếp")


def test_a_locked_screen_shows_the_sentence_the_clock_and_nothing_of_the_paper(machine: Machines) -> None:
    one = machine()
    page = one.show("exam working")
    tell(one, lock={"sentence": "Mời anh/chị chờ cán bộ đến.", "stands": True})
    one.desk.tell(screen="locked")
    expect(page.locator("section[data-on=locked]")).to_contain_text("Mời anh/chị chờ cán bộ đến.")
    expect(page.locator("#stem")).to_be_hidden()
    expect(page.locator("#hand")).to_be_visible()


def test_a_pause_says_when_the_next_word_comes_and_counts_to_it(machine: Machines) -> None:
    one = machine()
    page = one.show("paused")
    tell(one, next_word={"text": "Đang chờ điện lực", "at": "10:40", "in_ms": 300_000})
    line = page.locator("section[data-on=paused] .next-word")
    expect(line).to_contain_text("Đang chờ điện lực")
    expect(line).to_contain_text("10:40")
    expect(line).to_contain_text("còn 0")
    tell(one, next_word={"text": "", "at": "10:40", "in_ms": -5_000})
    expect(line).to_contain_text("trong giây lát")


def test_while_papers_are_replaced_the_screen_says_what_happens(machine: Machines) -> None:
    one = machine()
    page = one.show("exam working")
    tell(one, switch={"reason": "đề bị lộ", "opened": False, "clock": "rest", "least_ms": 1_800_000})
    one.desk.tell(screen="switching")
    card = page.locator("section[data-on=switching]")
    for text in ("đề bị lộ", "không ít hơn 30 phút", "còn niêm phong"):
        expect(card).to_contain_text(text)
    tell(one, switch={"reason": "đề bị lộ", "opened": True, "clock": "full", "least_ms": 0})
    expect(card).to_contain_text("toàn bộ thời gian")

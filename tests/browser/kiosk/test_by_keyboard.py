"""A candidate who has no mouse gets through everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from scripts.screens_kiosk_states import SEVERAL_AT, STATES, chosen

Machines = Callable[..., Any]


def test_from_signing_in_to_the_receipt_without_a_mouse(machine: Machines) -> None:
    one = machine()
    page = one.show("confirm", screen="sign_in")
    assert one.focused() == "sbd"
    page.keyboard.type("0147")
    page.keyboard.press("Tab")
    page.keyboard.type("abcd 2345")
    page.keyboard.press("Enter")
    one.on("confirm")
    assert ("sign_in", "0147", "abcd 2345") in one.desk.calls
    one.tab_to("Đúng, là tôi")
    page.keyboard.press("Enter")
    one.on("rules")
    one.tab_to("Tôi đã đọc")
    page.keyboard.press("Enter")
    one.on("typing")
    assert one.focused() == "typing-field"
    page.keyboard.insert_text("Cải cách hành chính phục vụ người dân")
    one.tab_to("typing-done")
    page.keyboard.press("Enter")
    one.on("waiting")
    one.show("exam fresh")
    page.keyboard.press("b")
    page.keyboard.press("f")
    page.keyboard.press("PageDown")
    one.item_is(2)
    one.tab_to("to-review")
    page.keyboard.press("Enter")
    one.on("review")
    one.tab_to("submit-ask")
    page.keyboard.press("Enter")
    assert one.focused() == "submit-no", "the question is asked where the harmless answer is"
    one.tab_to("submit-yes")
    page.keyboard.press("Enter")
    one.on("submitting")
    assert one.desk.calls[-3:] == [("save", 1, chosen(2)), ("flag", 1, True), ("submit",)]
    one.show("submitted result")
    assert "K7QF-3M2P" in page.inner_text("main")


def test_radio_buttons_walk_with_the_arrows_and_each_step_is_saved(
    machine: Machines, eventually: Callable[..., None]
) -> None:
    one = machine()
    page = one.show("exam fresh")
    page.locator("#options input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#options input").nth(2)).to_be_checked()
    eventually(lambda: len(one.desk.calls) == 3, what="three clicks saved")
    assert one.desk.calls == [("save", 1, chosen(n)) for n in (1, 2, 3)]


def test_letters_and_digits_choose_and_f_always_flags(machine: Machines) -> None:
    one = machine()
    page = one.show("exam fresh")
    page.locator(f"#grid .cell[data-number='{SEVERAL_AT}']").click()
    for key in ("a", "8", "f"):
        page.keyboard.press(key)
    expect(page.locator("#options input").nth(7)).to_be_checked()
    expect(page.locator("#flag")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(f"#grid .cell[data-number='{SEVERAL_AT}'][data-flagged]")).to_be_attached()
    assert one.desk.view()["responses"] == {str(SEVERAL_AT): chosen(1, 8)}
    page.keyboard.press("a")
    page.keyboard.press("8")
    expect(page.locator(f"#grid .cell[data-number='{SEVERAL_AT}'][data-answered]")).not_to_be_attached()


def test_the_list_of_items_is_one_stop_and_the_arrows_walk_in_it(machine: Machines) -> None:
    one = machine()
    page = one.show("exam working")
    assert page.locator("#grid .cell[tabindex='0']").count() == 1
    page.locator("#grid .cell[tabindex='0']").focus()
    for key in ("ArrowRight", "ArrowDown", "End", "ArrowUp", "Home", "ArrowLeft"):
        page.keyboard.press(key)
    assert one.focused() == "1"
    page.keyboard.press("ArrowDown")
    assert one.focused() == "9", "one row is eight items"
    page.keyboard.press("Enter")
    one.item_is(9)


def test_every_control_of_the_paper_is_reached_and_shows_its_focus(machine: Machines) -> None:
    one = machine()
    one.show("exam working")
    wanted = {"text-smaller", "text-larger", "contrast", "flag", "clear", "next", "to-review"}
    reached = set()
    for _ in range(20):
        one.page.keyboard.press("Tab")
        reached.add(one.focused())
    assert wanted <= reached


def test_what_is_typed_into_a_field_is_no_shortcut(machine: Machines) -> None:
    one = machine()
    page = one.show("sign_in")
    page.keyboard.type("AF12")
    assert page.input_value("#sbd") == "AF12"
    assert one.desk.calls == []
    assert STATES["sign_in"]["screen"] == page.get_attribute("body", "data-screen")

"""What a technician reads and does at a machine, and what a candidate does not have to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

Machines = Callable[..., Any]


def test_leaving_the_room_is_asked_twice_and_begun_at_the_harmless_answer(machine: Machines) -> None:
    one = machine()
    page = one.show("stopped copied disk")
    expect(page.locator("main")).to_contain_text("ngồi yên tại chỗ")
    page.locator("#leave-ask").click()
    assert one.focused() == "leave-no"
    expect(page.locator("section[data-on=stopped] .warn-box")).to_contain_text("trở lại bước ghép máy")
    expect(page.locator("[data-bind=leave_kept]")).to_contain_text("đừng rời phòng")
    page.keyboard.press("Enter")
    expect(page.locator("#leave-yes")).to_be_hidden()
    assert one.desk.calls == []
    page.locator("#leave-ask").click()
    page.locator("#leave-yes").click()
    one.on("searching")
    assert one.desk.calls == [("leave_room",)]


def test_a_disk_that_takes_nothing_is_said_and_the_machine_stays(machine: Machines) -> None:
    one = machine()
    page = one.show("stopped")
    one.desk.fault = "not_left"
    page.locator("#leave-ask").click()
    page.locator("#leave-yes").click()
    expect(page.locator("#stopped-fault")).to_contain_text("chưa có gì thay đổi")
    assert page.get_attribute("body", "data-screen") == "stopped"


def test_connecting_again_is_one_click(machine: Machines) -> None:
    one = machine()
    page = one.show("stopped copied disk")
    page.locator("[data-call='/api/room/again']").click()
    one.on("sign_in")
    assert one.desk.calls == [("ask_again",)]


def test_what_pairing_anew_cannot_mend_is_not_offered(machine: Machines) -> None:
    page = machine().show("stopped other version")
    expect(page.locator("#leave-ask")).to_be_hidden()


def test_answers_of_another_sitting_are_plain_to_the_technician_and_folded_away_for_the_candidate(
    machine: Machines,
) -> None:
    one = machine()
    page = one.show("paired_idle after another sitting")
    expect(page.locator("#technician p")).to_be_visible()
    expect(page.locator("#technician p")).to_contain_text("tien-giang-2020-ca-1")
    one.show("sign_in after another sitting")
    expect(page.locator("#technician p")).to_be_hidden()
    expect(page.locator("#technician summary")).to_be_visible()
    assert one.focused() == "sbd"
    one.show("waiting", kept={"records": 3, "sittings": ["ca-1"], "folder": "/kiosk"})
    expect(page.locator("#technician")).to_be_hidden()


# The browser's own zoom: fewer and larger CSS pixels on the same monitor.
@pytest.mark.parametrize("size", [(683, 384), (960, 540), (911, 512)], ids=str)
def test_under_the_browsers_own_zoom_the_way_on_and_the_saved_state_stay_in_sight(
    machine: Machines, size: tuple[int, int]
) -> None:
    one = machine(*size)
    page = one.show("exam working")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    for selector in ("#saved", "#previous", "#next", "#to-review", "#clock", ".who strong"):
        expect(page.locator(selector)).to_be_in_viewport(ratio=1)
    assert page.evaluate(
        "() => { const who = document.querySelector('.who strong'); return who.scrollWidth <= who.clientWidth; }"
    )
    for selector in ("#options .option:nth-child(4)", "#grid .cell[data-number='60']", "#flag", "#clear"):
        page.locator(selector).scroll_into_view_if_needed()
        expect(page.locator(selector)).to_be_in_viewport()
    page.locator("#grid .cell[data-number='60']").click()
    one.item_is(60)
    expect(page.locator("#stem")).to_be_in_viewport()

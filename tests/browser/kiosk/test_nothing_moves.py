"""The paper holds still: whatever happens around it, everything stays where the hand expects it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from scripts.screens_kiosk_states import LONGEST_AT, SEVERAL_AT, notice

Machines = Callable[..., Any]
STILL = (
    "#grid", "#saved", "#clock", ".tools", "#flag", "#clear", "#previous", "#next", "#to-review", "#stem",
    "#options .option:nth-child(1)", "#options .option:nth-child(4)",
)  # fmt: skip
STATES = (
    "exam fresh", "exam on this machine", "exam offline", "exam last minutes", "exam disk full", "exam long name",
)  # fmt: skip


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768), (1920, 1080)], ids=str)
def test_everything_keeps_its_place_whatever_happens(machine: Machines, size: tuple[int, int]) -> None:
    one = machine(*size)
    one.show("exam working")
    before = {selector: one.place(selector) for selector in STILL}
    for state in STATES:
        one.show(state)
        expect(one.page.locator("#saved")).to_be_visible()
        one.page.wait_for_function(
            "count => document.querySelectorAll('#grid [data-answered]').length === count",
            arg=one.desk.view()["answered"],
        )
        assert {selector: one.place(selector) for selector in STILL} == before, state


def test_an_answer_that_could_not_be_kept_moves_nothing_either(machine: Machines) -> None:
    one = machine()
    page = one.show("exam working")
    before = {selector: one.place(selector) for selector in STILL}
    one.desk.fault = "disk_full"
    page.locator("#options .option").nth(3).click()
    page.wait_for_selector("#saved[data-state=fault]")
    assert {selector: one.place(selector) for selector in STILL} == before


def test_going_to_another_item_moves_only_the_item(machine: Machines) -> None:
    one = machine()
    page = one.show("exam working")
    frame = [selector for selector in STILL if not selector.startswith(("#stem", "#options"))]
    before = {selector: one.place(selector) for selector in frame}
    for number in (LONGEST_AT, SEVERAL_AT, 60):
        page.locator(f"#grid .cell[data-number='{number}']").click()
        one.item_is(number)
        assert {selector: one.place(selector) for selector in frame} == before


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768)], ids=str)
def test_all_sixty_numbers_and_every_control_are_in_sight_at_once(machine: Machines, size: tuple[int, int]) -> None:
    one = machine(*size)
    page = one.show("exam last minutes")
    assert page.evaluate(
        "() => document.getElementById('grid').scrollHeight <= document.getElementById('grid').clientHeight"
    )
    for selector in ("#grid .cell[data-number='60']", "#saved", "#flag", "#clear", "#next", "#to-review", "#clock"):
        box = one.place(selector)
        assert box is not None, selector
        assert box["x"] >= 0, selector
        assert box["x"] + box["width"] <= size[0], selector
        assert box["y"] + box["height"] <= size[1], selector


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768)], ids=str)
def test_with_text_twice_as_large_everything_needed_stays_in_sight(machine: Machines, size: tuple[int, int]) -> None:
    one = machine(*size)
    page = one.show("exam working")
    for _ in range(5):
        page.locator("#text-larger").click()
    assert page.get_attribute("html", "data-text-size") == "200"
    for selector in ("#saved", "#flag", "#clear", "#previous", "#next", "#to-review", "#clock", "#stem"):
        box = one.place(selector)
        assert box is not None, selector
        assert 0 <= box["x"] <= box["x"] + box["width"] <= size[0], selector
        assert box["y"] < size[1], selector
    page.locator("#next").click()
    page.locator("#grid .cell[data-number='60']").click()
    expect(page.locator("#grid .cell[data-number='60']")).to_be_in_viewport()


def test_a_notice_comes_and_goes_without_moving_a_form(machine: Machines) -> None:
    one = machine()
    one.show("sign_in")
    before = one.place("#sbd")
    one.show("sign_in", notice=notice("staging", "wrong_digest"))
    expect(one.page.locator("#notice")).to_contain_text("wrong_digest")
    assert one.place("#sbd") == before

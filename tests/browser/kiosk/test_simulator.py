"""A simulator in the candidate's paper: it fills the item's place, and everything around it stays where it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from question_bank.canonical import JSON
from question_bank.simulators import Simulator
from scripts.simulator_page import Bench, sample_world

Machines = Callable[..., Any]


@dataclass
class Paper:
    """A board, then an item to choose from."""

    paper: dict[str, JSON]
    media: dict[str, Any] = field(default_factory=dict)


def board_first() -> Paper:
    common: dict[str, JSON] = {"stimulus": None, "max_marks": "2", "plays": 0}
    options: list[JSON] = [{"option_id": one, "text": one, "fixed": False} for one in ("oa", "ob")]
    items: list[JSON] = [
        {"number": 1, "type": "simulation", "stem": "Gỡ thông báo đã cũ.", "view": {}, **common},
        {"number": 2, "type": "single_choice", "stem": "Chọn.", "view": {"options": options}, **common},
    ]
    return Paper({"title": {"vi": "Phần", "en": "Part"}, "items": items, "stimuli": {}})


@pytest.fixture
def board(machine: Machines, noticeboard: Simulator) -> Any:
    """A machine with the board before the candidate; `board.bench` is what it keeps."""
    one = machine(1366, 768, board_first())
    one.bench = one.desk.benches[1] = Bench(noticeboard, sample_world(noticeboard))
    one.show("exam fresh", responses={}, flagged=[], waiting={}, partly=[], place=1, of=2, answered=0)
    one.item_is(1)
    one.page.wait_for_selector(".simulator li")
    return one


def test_a_system_fills_the_items_place_beside_the_list(board: Any) -> None:
    place, rail, foot = (board.place(one) for one in (".simulator", ".rail", ".foot"))
    assert place["width"] > 900
    assert place["height"] > 400
    assert place["x"] + place["width"] <= rail["x"]
    assert place["y"] + place["height"] <= foot["y"]
    assert foot["y"] + foot["height"] <= 768
    for shown in ("#clock", "#saved", "#grid", "#stem"):
        expect(board.page.locator(shown)).to_be_visible()


def test_what_is_done_marks_the_item_and_cannot_be_cleared(board: Any) -> None:
    board.page.get_by_role("button", name="Gỡ xuống").first.click()
    expect(board.page.locator(".simulator li")).to_have_count(1)
    expect(board.page.locator("#grid .cell[data-number='1']")).to_have_attribute("data-answered", "")
    expect(board.page.locator("#clear")).to_be_disabled()
    assert board.desk.calls == [("act", 1, {"do": "take_down", "id": "a1"})]


def test_what_is_typed_is_there_again_when_the_candidate_comes_back(
    board: Any, eventually: Callable[..., None]
) -> None:
    board.page.get_by_role("textbox").fill("Chưa xong")
    board.page.locator("#next").click()
    board.item_is(2)
    expect(board.page.locator(".simulator")).to_have_count(0)
    board.page.locator("#previous").click()
    board.item_is(1)
    expect(board.page.get_by_role("textbox")).to_have_value("Chưa xong")
    assert board.bench.actions == []


def test_letters_and_page_keys_typed_in_a_system_are_no_shortcuts_of_the_paper(board: Any) -> None:
    board.page.get_by_role("button", name="Dán lên").focus()
    board.page.keyboard.press("f")
    board.page.keyboard.press("PageDown")
    board.item_is(1)
    assert not [call for call in board.desk.calls if call[0] == "flag"]


def test_a_machine_that_has_not_got_the_run_yet_is_asked_again(machine: Machines, noticeboard: Simulator) -> None:
    one = machine(1366, 768, board_first())
    one.show("exam fresh", responses={}, flagged=[], waiting={}, partly=[], place=1, of=2, answered=0)
    one.item_is(1)
    expect(one.page.get_by_text("Hệ thống đang khởi động")).to_be_visible()
    one.desk.benches[1] = Bench(noticeboard, sample_world(noticeboard))
    expect(one.page.locator(".simulator li")).to_have_count(2)


def test_a_page_that_did_not_come_is_asked_for_by_a_page_loaded_anew(machine: Machines, noticeboard: Simulator) -> None:
    one = machine(1366, 768, board_first())
    one.desk.benches[1] = Bench(noticeboard, sample_world(noticeboard))
    broken: list[Route] = []

    def once(route: Route) -> None:
        if broken:
            route.continue_()
        else:
            broken.append(route)
            route.abort()

    one.page.route("**/simulators/noticeboard/page.js", once)
    one.show("exam fresh", responses={}, flagged=[], waiting={}, partly=[], place=1, of=2, answered=0)
    expect(one.page.locator(".simulator li")).to_have_count(2)
    assert broken


def test_a_run_that_went_on_elsewhere_is_shown_as_it_now_is(board: Any) -> None:
    board.bench.act(1, {"do": "take_down", "id": "a1"})
    board.desk.tell(responses={"1": {"actions": 1, "sha256": "00" * 32}})
    board.desk.tell(responses={"1": {"actions": 1, "sha256": "11" * 32}})
    expect(board.page.locator(".simulator li")).to_have_count(1)

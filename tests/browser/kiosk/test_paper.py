"""What a candidate is told on the paper is true, and what was chosen on the page stays chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from scripts.screens_kiosk_states import SEVERAL_AT, STATES, chosen, clock, person, saved

Machines = Callable[..., Any]


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("exam working", "Đã lưu trên máy chủ"),
        ("exam on this machine", "Đã lưu trên máy này"),
        ("exam offline", "Đã lưu trên máy này"),
        ("exam fresh", "Chưa có gì để lưu"),
    ],
)
def test_the_saved_box_says_where_the_answers_are(machine: Machines, state: str, says: str) -> None:
    page = machine().show(state)
    expect(page.locator("#saved")).to_contain_text(says)


def test_an_answer_the_disk_refused_is_not_shown_as_chosen(machine: Machines) -> None:
    one = machine()
    page = one.show("exam working")
    expect(page.locator("#options input").nth(1)).to_be_checked()
    one.desk.fault = "disk_full"
    page.locator("#options .option").nth(3).click()
    expect(page.locator("#saved")).to_contain_text("Chưa lưu được")
    expect(page.locator("#options input").nth(1)).to_be_checked()
    expect(page.locator("#options input").nth(3)).not_to_be_checked()
    one.desk.fault = None
    page.locator("#options .option").nth(3).click()
    expect(page.locator("#saved")).to_contain_text("Đã lưu trên máy chủ")
    expect(page.locator("#options input").nth(3)).to_be_checked()


def test_a_kiosk_that_no_longer_answers_is_told_at_the_next_click(machine: Machines) -> None:
    one = machine()
    page = one.show("exam working")
    page.route("**/api/save", lambda route: route.abort())
    page.locator("#options .option").nth(3).click()
    expect(page.locator("#saved")).to_contain_text("Chưa lưu được")
    expect(page.locator("#options input").nth(1)).to_be_checked()


def test_a_paper_that_comes_late_is_taken_once_however_often_the_server_speaks_meanwhile(machine: Machines) -> None:
    """A second list of items would stand without its marks until the next change."""
    one = machine()
    held: list[Route] = []
    one.page.route("**/api/paper", lambda route: held.append(route) if len(held) < 3 else route.continue_())
    for name in ("Một", "Hai", "Ba"):
        with one.page.expect_request("**/api/paper"):
            one.desk.show({**STATES["exam working"], "candidate": {**person(), "full_name": name}})
    one.page.wait_for_function("() => document.fonts.ready")  # lets the last request come to the list
    assert len(held) == 3
    for route in reversed(held):
        with one.page.expect_response("**/api/paper"):
            route.continue_()
    one.on("exam")
    expect(one.page.locator("#grid .cell[aria-label]")).to_have_count(60)


@pytest.mark.parametrize("part", ["**/api/paper", "**/types/single_choice/widget.js", "**/front/paper/choice.js"])
def test_a_paper_that_does_not_come_whole_is_asked_for_again_though_nothing_changes(
    machine: Machines, part: str
) -> None:
    one = machine()
    broken: list[Route] = []

    def once(route: Route) -> None:
        if broken:
            route.continue_()
        else:
            broken.append(route)
            route.abort()

    one.page.route(part, once)
    one.desk.show(STATES["exam working"])
    one.on("exam")
    assert broken
    expect(one.page.locator("#grid .cell[aria-label]")).to_have_count(60)


def test_after_a_pause_the_candidate_is_where_they_were(machine: Machines) -> None:
    one = machine()
    page = one.show("exam working")
    page.locator("#grid .cell[data-number='31']").click()
    one.item_is(31)
    one.show("paused")
    assert "27:41" in page.inner_text("main")
    one.show("exam working")
    one.item_is(31)


def test_a_page_that_was_loaded_again_shows_the_item_it_showed(machine: Machines) -> None:
    one = machine()
    page = one.show("exam working")
    page.locator("#grid .cell[data-number='31']").click()
    page.locator("#text-larger").click()
    page.locator("#contrast").click()
    one.item_is(31)
    page.reload()
    one.on("exam")
    one.item_is(31)
    assert page.get_attribute("html", "data-text-size") == "110"
    assert page.get_attribute("html", "data-contrast") == "high"


def test_the_language_is_changed_in_the_middle_of_the_paper_and_nothing_is_lost(machine: Machines) -> None:
    one = machine()
    page = one.show("exam working")
    page.locator("#grid .cell[data-number='12']").click()
    one.item_is(12)
    page.locator(".tools button[lang=en]").click()
    page.wait_for_selector("html[lang=en] body[data-screen=exam]")
    one.item_is(12)
    expect(page.locator("#saved")).to_contain_text("Saved on the server")
    assert page.locator("#grid [data-answered]").count() == 22


def test_marks_and_long_lists_are_written_as_in_vietnamese(machine: Machines) -> None:
    one = machine()
    page = one.show("exam working")
    page.locator(f"#grid .cell[data-number='{SEVERAL_AT}']").click()
    expect(page.locator("#item-heading")).to_contain_text("1,5 điểm")
    page.locator("#to-review").click()
    expect(page.locator("[data-bind=review_unanswered]")).to_have_text("Chưa trả lời: câu 9, 24–60")


def test_the_clock_counts_down_and_says_when_it_is_nearly_over(machine: Machines) -> None:
    one = machine()
    page = one.show("exam working", clock=clock(301_000))
    expect(page.locator("#clock .time")).to_have_text("05:01")
    assert page.locator("#clock[data-low]").count() == 0
    expect(page.locator("#clock .time")).to_have_text("04:59")
    expect(page.locator("#clock[data-low]")).to_contain_text("sắp hết giờ")


def test_a_paused_clock_stands_still_and_says_so(machine: Machines) -> None:
    one = machine()
    page = one.show("paused")
    expect(page.locator("#clock")).to_contain_text("đang dừng")
    expect(page.locator("#clock .time")).to_have_text("27:41")


def test_the_paper_on_its_way_is_not_called_here(machine: Machines) -> None:
    one = machine()
    page = one.show("waiting", staging={"ready": 1, "total": 2, "fault": None})
    expect(page.locator("[data-when=not_staged]")).to_be_visible()
    expect(page.locator("[data-when=staged]")).not_to_be_visible()
    one.show("waiting")
    expect(page.locator("[data-when=staged]")).to_be_visible()


def test_who_hands_in_with_answers_still_on_the_machine_reads_it(machine: Machines) -> None:
    one = machine()
    page = one.show("submitting", saved=saved("machine", 3))
    expect(page.locator("section[data-on=submitting] .saved-line")).to_contain_text("Đã lưu trên máy này")
    one.desk.tell(saved=saved("server"))
    expect(page.locator("section[data-on=submitting] .saved-line")).to_contain_text("Đã lưu trên máy chủ")


def test_the_code_to_compare_is_shown_as_the_console_shows_it(machine: Machines) -> None:
    page = machine().show("compare_code")
    halves = page.locator("#pair-code .code-half").all_text_contents()
    assert halves == ["482", "913"]


def test_a_choice_made_while_the_clock_stood_is_shown_as_waiting_and_never_as_chosen(machine: Machines) -> None:
    one = machine()
    page = one.show("exam waiting for a decision")
    late = page.locator("#options .option").nth(3)
    expect(late.locator(".tag")).to_have_text("Chờ phòng thi quyết định")
    expect(late.locator("input")).not_to_be_checked()
    expect(page.locator("#options input").nth(1)).to_be_checked()
    expect(page.locator(".waits")).to_contain_text("lựa chọn mới sẽ thay thế")
    expect(page.locator("#grid .cell[data-number='1']")).to_have_attribute(
        "aria-label", "Câu 1, đã trả lời, có lựa chọn chờ quyết định, đang xem"
    )
    expect(page.locator("#grid .cell[data-number='9']:not([data-answered])[data-waiting]")).to_be_attached()
    expect(page.locator(".counts")).to_contain_text("3 chờ quyết định")
    page.locator("#grid .cell[data-number='12']").click()
    expect(page.locator(".waits")).to_contain_text("vẫn được tính")
    page.locator("#to-review").click()
    expect(page.locator("[data-bind=review_waiting]")).to_have_text(
        "Chờ phòng thi quyết định, chưa được tính: câu 1, 9, 12"
    )


@pytest.mark.parametrize("option", [1, 4])
def test_a_later_choice_takes_the_place_of_one_that_waits(machine: Machines, option: int) -> None:
    """The same option again, too: a ring that is already filled could not be clicked."""
    one = machine()
    page = one.show("exam waiting for a decision")
    page.locator("#options .option").nth(option - 1).click()
    expect(page.locator("#options input").nth(option - 1)).to_be_checked()
    expect(page.locator("#options .option[data-waiting]")).to_have_count(0)
    expect(page.locator(".waits")).to_be_hidden()
    assert one.desk.calls == [("save", 1, chosen(option))]


def test_a_fault_of_one_candidate_is_not_shown_to_the_next(machine: Machines) -> None:
    one = machine()
    page = one.show("exam working")
    one.desk.fault = "disk_full"
    page.locator("#options .option").nth(3).click()
    expect(page.locator("#saved")).to_contain_text("Chưa lưu được")
    one.desk.fault = None
    one.show("sign_in")
    one.show("exam working")
    expect(page.locator("#saved")).to_contain_text("Đã lưu trên máy chủ")


@pytest.mark.parametrize(
    ("show_result", "says"),
    [("at_once", "Kết quả của bạn đang được tính và sẽ hiện tại đây"), ("later", "công bố sau")],
)
def test_who_has_handed_in_is_told_when_the_result_comes(machine: Machines, show_result: str, says: str) -> None:
    sitting = {"title": {"vi": "Ca một", "en": "First sitting"}, "state": "open", "show_result": show_result}
    one = machine()
    page = one.show("submitted later", sitting=sitting)
    told = page.locator("[data-screen=submitted] [data-when], [data-on=submitted] [data-when]").locator("visible=true")
    expect(told).to_have_count(1)
    expect(told).to_contain_text(says)
    one.show("submitted later", sitting=sitting, result={
        "right": 41, "of": 60, "marks": "41", "max_marks": "60", "time_taken_s": 1500,
    })  # fmt: skip
    expect(told).to_have_count(1)
    expect(told).to_contain_text("41")

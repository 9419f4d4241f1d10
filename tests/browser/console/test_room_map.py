"""The room map in a real browser: three hundred seats, five of them in need, and every act by mouse and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from scripts.console_hall import ConsoleHall, seat_of
from server.domain.rights import Role
from server.domain.values import Cause, PartStage, SittingStage

PageOf = Callable[..., Page]
Opened = Callable[..., ConsoleHall]


def state(hall: ConsoleHall) -> Any:
    assert hall.room.sitting is not None
    return hall.room.sitting.state


def paused(hall: ConsoleHall) -> set[str]:
    return {
        one.seat.seat_label for one in state(hall).attempts.values()
        if one.running is not None and one.running.ledger.running_pause is not None
    }  # fmt: skip


def act(page: Page, name: str, reason: str = "", confirm: bool = True) -> None:
    """Press a footer's act, give the reason, do it, and wait until it is done."""
    page.click(f"[data-act={name}]")
    if not confirm:
        return
    dialog = page.locator(f"#act-{name}")
    if reason:
        dialog.locator("[name=reason]").fill(reason)
    dialog.locator("[data-part=do]").click()
    expect(page.locator("#just-done")).to_contain_text("Vừa xong")


# --- what is seen -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.shared
def test_three_hundred_seats_fit_on_one_screen(
    full_room: ConsoleHall, page_of: PageOf, fits: Callable[[Page], list[str]], picture: Any,
    violations: Callable[[Page], list[str]], width: int, height: int, language: str,
) -> None:  # fmt: skip
    page = page_of(full_room, width=width, height=height, language=language)
    expect(page.locator(".tile")).to_have_count(300)
    expect(page.locator(".issue")).not_to_have_count(0)
    page.evaluate("document.fonts.ready")
    picture(page, f"map-{width}-{language}")
    assert fits(page) == []
    bounds = page.locator(".tile").last.bounding_box()
    foot = page.locator(".acts").bounding_box()
    assert bounds is not None
    assert foot is not None
    assert bounds["y"] + bounds["height"] <= foot["y"], "the last row is hidden"
    assert foot["y"] + foot["height"] <= height + 1, "the acts are below the screen"
    assert violations(page) == []


@pytest.mark.shared
def test_the_gravest_is_on_top_and_every_state_has_a_shape_beside_its_colour(
    full_room: ConsoleHall, page_of: PageOf
) -> None:
    page = page_of(full_room)
    harms = page.locator(".issue").evaluate_all("rows => rows.map((row) => row.className)")
    assert harms == sorted(harms, key=lambda name: "bad" not in name)
    expect(page.locator(".issue").first).to_contain_text("mất liên lạc")
    marks = page.locator(".tile").evaluate_all(
        "tiles => tiles.map((tile) => [tile.dataset.level || tile.dataset.state, tile.querySelector('.tile-mark').textContent])"
    )
    shapes = {"bad": "●", "warn": "▲", "done": "✓", "paused": "⏸", "none": "□", "works": ""}
    assert dict(marks) == shapes
    expect(page.locator("#safe")).to_contain_text("trên 295 an toàn")
    expect(page.locator("[data-count=none]")).to_contain_text("5")


@pytest.mark.shared
def test_a_screen_reader_hears_each_seat_in_words(full_room: ConsoleHall, page_of: PageOf) -> None:
    page = page_of(full_room)
    label = page.locator(".tile", has_text="B07").text_content() or ""
    assert label.startswith("B07 · SBD 0032 · ")
    assert "Máy trạm mất liên lạc" in label


@pytest.mark.shared
def test_whoever_may_not_see_the_roster_finds_and_reads_numbers_and_the_page_holds_no_name(
    full_room: ConsoleHall, page_of: PageOf
) -> None:
    page = page_of(full_room, Role.TECHNICAL)
    page.fill("#find", "0032")
    expect(page.locator("#found")).to_contain_text("1")
    page.locator(".tile[data-hit]").click()
    expect(page.locator("#drawer-title")).to_have_text("B07 · 0032")
    expect(page.locator("#drawer-body")).to_contain_text("0032")
    assert "Thí Sinh Số" not in page.content()
    page.fill("#find", "thi sinh")
    expect(page.locator(".tile[data-hit]")).to_have_count(0)


def test_each_seat_says_how_long_ago_it_was_saved_and_in_how_many_copies(
    opened: Opened, page_of: PageOf, clock: Any, picture: Any
) -> None:
    hall = opened(30, clock=clock)
    hall.start()
    hall.answer(hall.seats[4], 3)
    clock.set(clock.now_ms() + 12_000)
    page = page_of(hall)
    line, body = page.locator("#about-seat"), page.locator("#drawer-body")
    page.locator(".tile").nth(4).hover()
    expect(line).to_contain_text(re.compile(r"SBD 0005 .* đã lưu (1[2-9]|[2-9][0-9]) giây trước · 2 bản"))
    page.locator(".tile").nth(5).hover()
    expect(line).to_contain_text("chưa lưu gì từ khi máy chủ khởi động · 2 bản")
    hall.seats[5].pending = 3
    hall.pulse(hall.seats[5])
    expect(line).to_contain_text("chỉ 1 bản, trên máy trạm · 3 bản ghi chưa lên máy chủ")
    hall.silent(hall.seats[4])
    page.locator(".tile").nth(4).click()
    expect(body.locator("[data-live=saved]")).to_contain_text(re.compile(r"đã lưu \d+ giây trước · \d\d:\d\d:\d\d"))
    expect(body.locator("[data-live=copies]")).to_have_text("1 bản trên máy chủ, không liên lạc được với máy trạm")
    before = body.locator("[data-live=saved]").inner_text()
    expect(body.locator("[data-live=saved]")).not_to_have_text(before)
    picture(page, "map-copies")


@pytest.mark.shared
def test_a_number_typed_shows_whose_seat_it_is_before_anything_is_opened(
    full_room: ConsoleHall, page_of: PageOf
) -> None:
    page = page_of(full_room)
    page.fill("#find", "0231")
    expect(page.locator("#about-seat")).to_contain_text("SBD 0231")
    expect(page.locator("#about-seat")).to_contain_text("2 bản")
    large = page_of(full_room, width=1920, height=1080)
    large.click("[data-order=number]")
    expect(large.locator(".tile").nth(230).locator(".tile-more")).to_have_text("0231")


def test_only_what_changed_is_painted(opened: Opened, page_of: PageOf) -> None:
    hall = opened(120)
    hall.start()
    page = page_of(hall)
    page.evaluate(
        """() => {
          window.touched = new Set();
          const note = (records) => records.forEach((one) => {
            const tile = (one.target.nodeType === 1 ? one.target : one.target.parentElement)?.closest(".tile");
            if (tile) window.touched.add(tile.firstChild.textContent);
          });
          new MutationObserver(note).observe(document.getElementById("seats"),
            { subtree: true, childList: true, characterData: true, attributes: true });
        }"""
    )
    hall.answer(hall.seats[7], 6)
    expect(page.locator(".tile-says").nth(7)).to_contain_text("6/60 câu")
    assert page.evaluate("[...window.touched]") == [seat_of(7)]


def test_few_seats_get_room_for_more_words(opened: Opened, page_of: PageOf, picture: Any, fits: Any) -> None:
    hall = opened(3)
    hall.start()
    hall.answer(hall.seats[0], 5)
    page = page_of(hall)
    expect(page.locator(".tile").first).to_contain_text("0001 · 5/60")
    picture(page, "map-three")
    assert fits(page) == []


def test_a_room_without_machines_or_sitting_says_what_to_do(hall: Opened, page_of: PageOf, picture: Any) -> None:
    found = hall(1)
    found.room.pairing.revoke("u-technical", found.seats[0].kiosk_id)
    page = page_of(found)
    expect(page.locator("#seats-none")).to_contain_text("Chưa ghép máy nào")
    expect(page.locator("#advice")).to_contain_text("Mở đề xong")
    picture(page, "map-empty")


def test_before_the_start_the_number_counts_ready_machines(opened: Opened, page_of: PageOf, picture: Any) -> None:
    hall = opened(12, absent=2)
    page = page_of(hall)
    expect(page.locator("#safe")).to_contain_text("10 trên 12 máy sẵn sàng")
    expect(page.locator("[data-act=start]")).to_be_enabled()
    expect(page.locator("#stage")).to_have_text("Đã mở đề")
    picture(page, "map-before")


# --- finding ----------------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_the_keyboard_alone_finds_opens_and_comes_back(full_room: ConsoleHall, page_of: PageOf, picture: Any) -> None:
    page = page_of(full_room)
    page.keyboard.press("/")
    page.keyboard.type("hai ba mot")  # without accents, as people type in a hurry
    expect(page.locator("#found")).to_contain_text("thấy 1 chỗ")
    picture(page, "map-find")
    page.keyboard.press("Enter")
    drawer = page.locator("#drawer")
    expect(drawer).to_be_visible()
    expect(page.locator("#drawer-title")).to_contain_text("Hai Ba Một")
    expect(page.locator("#drawer-body")).to_contain_text("Diễn biến")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    assert page.evaluate("document.activeElement.className") == "tile"


@pytest.mark.shared
def test_arrows_walk_the_map_as_it_looks(full_room: ConsoleHall, page_of: PageOf) -> None:
    page = page_of(full_room)
    page.locator(".tile").first.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.querySelector('.tile-name').textContent") == "B02"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.querySelector('.tile-name').textContent") == "M25"
    page.keyboard.press("Enter")
    expect(page.locator("#drawer-title")).to_contain_text("M25")


@pytest.mark.shared
def test_the_whole_map_is_one_stop_of_the_tab_key(full_room: ConsoleHall, page_of: PageOf) -> None:
    page = page_of(full_room)
    assert page.locator(".tile[tabindex='0']").count() == 1
    page.locator(".tile").nth(40).focus()
    assert page.locator(".tile[tabindex='0']").count() == 1
    assert page.locator(".tile").nth(40).get_attribute("tabindex") == "0"


@pytest.mark.parametrize(
    ("order", "first"), [("problem", "B07"), ("number", "A01"), ("place", "A01"), ("progress", "A01")]
)
@pytest.mark.shared
def test_seats_can_be_sorted(full_room: ConsoleHall, page_of: PageOf, order: str, first: str) -> None:
    page = page_of(full_room)
    page.click(f"[data-order={order}]")
    expect(page.locator(".tile .tile-name").first).to_have_text(first)
    expect(page.locator(f"[data-order={order}]")).to_have_attribute("aria-pressed", "true")


@pytest.mark.shared
def test_a_counter_shows_whom_it_counts(full_room: ConsoleHall, page_of: PageOf) -> None:
    page = page_of(full_room)
    page.click("[data-count=done]")
    bright = page.locator(".tile:not([data-dim]) .tile-name").all_inner_texts()
    assert bright == [seat_of(n) for n in (50, 101, 152, 203)]
    page.click("[data-count=done]")
    expect(page.locator(".tile[data-dim]")).to_have_count(0)


# --- acting -----------------------------------------------------------------------------------------------------------


def test_pausing_everybody_asks_for_a_reason_and_can_be_undone(opened: Opened, page_of: PageOf, picture: Any) -> None:
    hall = opened(6)
    hall.start()
    page = page_of(hall)
    page.click("[data-act=pause]")
    dialog = page.locator("#act-pause")
    expect(dialog).to_contain_text("Tạm dừng 6 thí sinh?")
    dialog.locator("[data-part=do]").click()
    expect(dialog.locator("[data-part=fault]")).to_contain_text("Cần ghi lý do")
    picture(page, "map-pause")
    dialog.locator(".chip", has_text="Mất điện").click()
    dialog.locator("[data-part=do]").click()
    expect(page.locator("#just-done")).to_contain_text("tạm dừng tất cả (6 thí sinh) — Mất điện")
    expect(page.locator("#stage")).to_have_text("Đang tạm dừng")
    assert len(paused(hall)) == 6
    page.click("#undo")
    expect(page.locator("#just-done")).to_contain_text("cho tiếp tục")
    assert paused(hall) == set()


def test_undoing_a_pause_of_everybody_leaves_who_was_paused_before(opened: Opened, page_of: PageOf) -> None:
    hall = opened(4)
    hall.start()
    page = page_of(hall)
    page.click(".tile >> nth=1")
    page.locator("#drawer-acts button", has_text="Tạm dừng").click()
    page.locator("#act-pause [name=reason]").fill("Thí sinh mệt")
    page.locator("#act-pause [data-part=do]").click()
    expect(page.locator("#just-done")).to_contain_text("tạm dừng A02 — Thí sinh mệt")
    page.keyboard.press("Escape")
    act(page, "pause", "Mất điện")
    expect(page.locator("#just-done")).to_contain_text("Mất điện")
    page.click("#undo")
    expect(page.locator("#just-done")).to_contain_text("cho tiếp tục")
    assert paused(hall) == {"A02"}


def test_resuming_after_a_power_failure_leaves_who_was_paused_for_another_reason(
    opened: Opened, page_of: PageOf
) -> None:
    hall = opened(5)
    hall.start()
    hall.pause(hall.seats[3], "Thí sinh mệt", Cause.CANDIDATE)
    page = page_of(hall)
    act(page, "pause", "Mất điện")
    expect(page.locator("[data-act=resume]")).to_have_text("Tiếp tục (4)…")
    page.click("[data-act=resume]")
    expect(page.locator("#act-resume [data-part=title]")).to_contain_text("4 thí sinh")
    page.keyboard.press("Enter")
    expect(page.locator("#just-done")).to_contain_text("cho tiếp tục 4 thí sinh — Đã khắc phục xong")
    assert paused(hall) == {"A04"}


def test_a_letter_names_a_whole_row(opened: Opened, page_of: PageOf) -> None:
    hall = opened(30)
    hall.start()
    page = page_of(hall)
    page.click("[data-act=pause]")
    dialog = page.locator("#act-pause")
    dialog.locator("[name=seats]").fill("b")
    expect(dialog.locator("[data-part=whom-count]")).to_have_text("5 thí sinh")
    dialog.locator("[name=reason]").fill("Mất điện dãy B")
    dialog.locator("[data-part=do]").click()
    expect(page.locator("#just-done")).to_contain_text("Mất điện dãy B")
    assert paused(hall) == {"B01", "B02", "B03", "B04", "B05"}


def test_time_is_given_to_the_seats_that_were_named_and_to_no_other(
    opened: Opened, page_of: PageOf, picture: Any
) -> None:
    hall = opened(30)
    hall.start()
    page = page_of(hall)
    page.click("[data-act=extend]")
    dialog = page.locator("#act-extend")
    dialog.locator("[name=seats]").fill("A03-A05, B02")
    expect(dialog.locator("[data-part=whom-count]")).to_have_text("4 thí sinh")
    dialog.locator("[name=minutes]").fill("5")
    dialog.locator("[name=reason]").fill("Bù thời gian mất điện dãy giữa")
    picture(page, "map-extend")
    dialog.locator("[data-part=do]").click()
    expect(page.locator("#just-done")).to_contain_text("gia hạn 5 phút cho 4 thí sinh")
    expect(page.locator("#undo")).to_be_hidden()
    given = {
        one.seat.seat_label for one in state(hall).attempts.values() if one.running and one.running.ledger.extensions
    }
    assert given == {"A03", "A04", "A05", "B02"}


def test_seats_that_do_not_exist_are_named_before_anything_is_done(opened: Opened, page_of: PageOf) -> None:
    hall = opened(5)
    hall.start()
    page = page_of(hall)
    page.click("[data-act=extend]")
    dialog = page.locator("#act-extend")
    dialog.locator("[name=seats]").fill("A01, Z99")
    dialog.locator("[name=reason]").fill("Bù giờ")
    dialog.locator("[data-part=do]").click()
    expect(dialog.locator("[data-part=fault]")).to_contain_text("Không có chỗ: Z99")
    assert not any(one.running and one.running.ledger.extensions for one in state(hall).attempts.values())


def test_a_late_comer_is_started_from_the_problem_row(opened: Opened, page_of: PageOf) -> None:
    hall = opened(5, absent=1)
    hall.start()
    page = page_of(hall)
    hall.arrive(hall.seats[4:])
    hall.sign_in(hall.seats[4:])
    row = page.locator(".issue", has_text="A05")
    expect(row).to_contain_text("Vào muộn")
    row.locator("button.primary").click()
    expect(page.locator("#act-start")).to_contain_text("A05")
    page.locator("#act-start [data-part=do]").click()
    expect(page.locator("#just-done")).to_contain_text("cho 1 thí sinh bắt đầu")
    expect(row).to_have_count(0)


def test_starting_says_who_is_not_started(opened: Opened, page_of: PageOf, picture: Any) -> None:
    hall = opened(8, absent=2)
    hall.arrive(hall.seats[6:7])
    hall.sign_in(hall.seats[6:7], confirm=False)
    page = page_of(hall)
    page.click("[data-act=start]")
    dialog = page.locator("#act-start")
    expect(dialog).to_contain_text("cho 6 thí sinh?")
    expect(dialog).to_contain_text("1 thí sinh chưa xác nhận thông tin (A07)")
    expect(dialog).to_contain_text("1 thí sinh chưa đăng nhập")
    picture(page, "map-start")
    dialog.locator("[data-part=do]").click()
    expect(page.locator("#just-done")).to_contain_text("cho 6 thí sinh bắt đầu")
    expect(page.locator("#stage")).to_have_text("Đang thi")


def test_a_machine_off_the_line_offers_the_way_to_another_one(opened: Opened, page_of: PageOf, picture: Any) -> None:
    hall = opened(10, absent=1)
    hall.arrive(hall.seats[9:])
    hall.start()
    hall.answer(hall.seats[2], 7)
    hall.silent(hall.seats[2])
    page = page_of(hall)
    page.locator(".issue", has_text="A03").locator("button", has_text="Chuyển máy").click()
    dialog = page.locator("#act-move")
    expect(dialog).to_contain_text("đăng nhập lại bằng SBD 0003")
    expect(dialog).to_contain_text("7/60 câu")
    expect(dialog.locator("select[name=to] option").first).to_have_text("A10")
    picture(page, "map-move")
    page.keyboard.press("Escape")
    assert paused(hall) == set()

    page.locator(".issue", has_text="A03").locator("button", has_text="Chuyển máy").click()
    page.keyboard.press("Enter")  # the reason stands there already
    expect(page.locator("#just-done")).to_contain_text("A10")
    expect(page.locator(".issue", has_text="A03")).to_contain_text("Đang chuyển")
    assert paused(hall) == {"A03"}
    hall.move(hall.seats[2], hall.seats[9])
    expect(page.locator(".issue", has_text="Đang chuyển")).to_have_count(0)
    assert paused(hall) == set(), "the clock runs again as soon as they have signed in"
    assert hall.room.sitting is not None
    assert hall.room.sitting.state.incidents == 0


def test_ending_the_part_says_whose_work_is_not_in_and_needs_a_reason(
    opened: Opened, page_of: PageOf, picture: Any
) -> None:
    hall = opened(6)
    hall.start()
    for seat in hall.seats[:4]:
        hall.answer(seat, 3)
    hall.submit(hall.seats[0])
    hall.silent(hall.seats[1])
    page = page_of(hall)
    page.click("[data-act=close_part]")
    dialog = page.locator("#act-close_part")
    expect(dialog).to_contain_text("cho 6 thí sinh?")
    expect(dialog).to_contain_text("1 thí sinh đã nộp bài")
    expect(dialog).to_contain_text("5 thí sinh chưa nộp")
    expect(dialog).to_contain_text("chưa về máy chủ: A02")
    picture(page, "map-close")
    dialog.locator("[data-part=do]").click()
    expect(dialog.locator("[data-part=fault]")).to_be_visible()
    dialog.locator("[name=reason]").fill("Đã hết giờ")
    dialog.locator("[data-part=do]").click()
    expect(page.locator("#stage")).to_have_text("Đã kết thúc")
    assert state(hall).parts == (PartStage.CLOSED,)
    page.click("[data-act=close_sitting]")
    closing = page.locator("#act-close_sitting")
    expect(closing).to_contain_text("A02")
    closing.locator("[data-part=do]").click()
    expect(closing.locator("[data-part=fault]")).to_be_visible()
    closing.locator("[name=reason]").fill("Máy A02 đã hỏng")
    closing.locator("[data-part=do]").click()
    expect(page.locator("#stage")).to_have_text("Đã đóng")
    assert state(hall).stage is SittingStage.CLOSED
    picture(page, "map-closed")


def test_an_incident_is_noted_with_its_seat(opened: Opened, page_of: PageOf) -> None:
    hall = opened(3)
    hall.start()
    page = page_of(hall, role=Role.SECRETARIAT)
    expect(page.locator("[data-act=pause]")).to_have_count(0)
    page.click(".tile >> nth=2")
    page.locator("#drawer-acts button", has_text="Ghi sự cố").click()
    page.locator("#act-incident [name=note]").fill("Bàn phím liệt phím Enter, đã thay.")
    page.locator("#act-incident [data-part=do]").click()
    expect(page.locator("#just-done")).to_contain_text("ghi sự cố tại A03")
    expect(page.locator("#drawer-body")).to_contain_text("Bàn phím liệt phím Enter")
    assert state(hall).incidents == 1


def test_a_refusal_is_said_in_words_and_nothing_is_claimed(opened: Opened, page_of: PageOf) -> None:
    hall = opened(3)
    hall.start()
    page = page_of(hall)
    page.click(".tile >> nth=0")
    page.locator("#drawer-acts button", has_text="Thu bài").click()
    hall.submit(hall.seats[0])  # the candidate was faster
    page.locator("#act-close_seat [name=reason]").fill("Thí sinh xin dừng thi")
    page.locator("#act-close_seat [data-part=do]").click()
    expect(page.locator("#just-done")).to_contain_text("Chưa thực hiện")
    expect(page.locator("#undo")).to_be_hidden()
    assert state(hall).attempts[hall.seats[0].attempt_id].parts[0].finish.cause is None


# --- the drawer -------------------------------------------------------------------------------------------------------


def test_the_drawer_follows_what_happens_at_the_seat(
    opened: Opened, page_of: PageOf, picture: Any, violations: Callable[[Page], list[str]]
) -> None:
    hall = opened(40)
    hall.start()
    page = page_of(hall)
    page.click(".tile >> nth=27")  # the longest name
    body = page.locator("#drawer-body")
    expect(body).to_contain_text("bắt đầu tính giờ")
    hall.answer(hall.seats[27], 4)
    expect(body).to_contain_text("trả lời 4 câu")
    hall.pause(hall.seats[27], "Thay chuột", Cause.EQUIPMENT)
    expect(body).to_contain_text("“Thay chuột”")
    expect(page.locator("#drawer-acts button", has_text="Tiếp tục")).to_be_visible()
    picture(page, "map-drawer")
    assert violations(page) == []


# --- the line ---------------------------------------------------------------------------------------------------------


def test_a_lost_line_is_said_at_once_and_comes_back_by_itself(opened: Opened, page_of: PageOf, picture: Any) -> None:
    hall = opened(4)
    hall.start()
    page = page_of(hall)
    hall.cut()
    expect(page.locator("#line")).to_contain_text("Mất liên lạc với máy chủ")
    picture(page, "map-lost")
    hall.answer(hall.seats[1], 5)
    hall.serve()
    expect(page.locator("#line")).to_be_hidden(timeout=15_000)
    expect(page.locator(".tile-says").nth(1)).to_contain_text("5/60 câu")


def test_a_laptop_whose_server_stays_away_is_told_where_the_other_one_is(opened: Opened, page_of: PageOf) -> None:
    hall = opened(4)
    hall.room.standby.standing = replace(hall.room.standby.standing, peer="192.0.2.9:8443")
    at_the_server = page_of(hall)
    page, elsewhere = at_the_server.context.new_page(), hall.url.replace("127.0.0.1", "localhost")
    signed_in = {**hall.officer(Role.PROCTOR), "url": elsewhere}
    page.context.add_cookies([signed_in])  # type: ignore[list-item]  # a TypedDict of the library's own
    page.context.clock.install()
    for one, url in ((at_the_server, hall.url), (page, elsewhere)):
        one.goto(f"{url}/console")
        one.wait_for_selector(".tile")
    hall.cut()
    for one in (at_the_server, page):
        expect(one.locator("#line")).to_contain_text("Mất liên lạc với máy chủ")
    page.context.clock.fast_forward(11_000)
    expect(page.locator("#line")).to_contain_text("chạy lại examroom-kiosk console: chương trình sẽ vào 192.0.2.9:8443")
    expect(at_the_server.locator("#line")).to_contain_text("Mất liên lạc với máy chủ")
    expect(at_the_server.locator("#line")).not_to_contain_text("examroom-kiosk console")


def test_a_command_given_while_the_line_is_down_is_done_once_when_it_is_back(opened: Opened, page_of: PageOf) -> None:
    hall = opened(4)
    hall.start()
    page = page_of(hall)
    hall.cut()
    expect(page.locator("#line")).to_be_visible()
    page.click("[data-act=extend]")
    dialog = page.locator("#act-extend")
    dialog.locator("[name=minutes]").fill("3")
    dialog.locator("[name=reason]").fill("Bù giờ")
    dialog.locator("[data-part=do]").click()
    expect(page.locator("#just-done")).to_contain_text("Chưa gửi: mất liên lạc")
    hall.serve()
    expect(page.locator("#just-done")).to_contain_text("gia hạn 3 phút", timeout=15_000)
    for attempt in state(hall).attempts.values():
        assert [one.ms for one in attempt.running.ledger.extensions] == [180_000]


def test_a_command_that_waited_too_long_for_the_line_is_dropped_and_said_to_be(opened: Opened, page_of: PageOf) -> None:
    """Nobody's exam ends because a cable was put back, minutes after somebody gave up."""
    hall = opened(4)
    hall.start()
    page = page_of(hall)
    hall.cut()
    expect(page.locator("#line")).to_be_visible()
    page.click("[data-act=close_part]")
    dialog = page.locator("#act-close_part")
    dialog.locator("[name=reason]").fill("Hết giờ làm bài")
    dialog.locator("[data-part=do]").click()
    expect(page.locator("#just-done")).to_contain_text("Chưa gửi")
    page.evaluate("() => { const real = performance.now.bind(performance); performance.now = () => real() + 31_000; }")
    hall.serve()
    expect(page.locator("#just-done")).to_contain_text("lệnh chưa được gửi", timeout=15_000)
    assert state(hall).open_part == 0
    act(page, "pause", "Mất điện")  # and what comes after it is done as ever
    assert paused(hall) == {"A01", "A02", "A03", "A04"}


def test_signing_out_elsewhere_ends_the_picture(opened: Opened, page_of: PageOf) -> None:
    hall = opened(3)
    page = page_of(hall)
    hall.room.store.officers.disable("u-proctor", hall.room.clock.now_ms())
    expect(page.locator("#line")).to_contain_text("đã đăng xuất", timeout=10_000)


def test_who_was_signed_out_while_the_line_was_down_is_told_so(opened: Opened, page_of: PageOf) -> None:
    hall = opened(3)
    page = page_of(hall)
    hall.cut()
    expect(page.locator("#line")).to_contain_text("Mất liên lạc")
    hall.room.store.officers.disable("u-proctor", hall.room.clock.now_ms())
    hall.serve()
    expect(page.locator("#line")).to_contain_text("đã đăng xuất", timeout=15_000)


# --- large text -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/console", "/console/machines", "/console/before", "/console/ceremony"])
def test_at_twice_the_text_size_everything_is_there_and_nothing_scrolls_sideways(
    opened: Opened, page_of: PageOf, picture: Any, path: str
) -> None:
    hall = opened(40)
    hall.start()
    hall.silent(hall.seats[5])
    page = page_of(hall, path=path, width=683, height=384)  # what 1366 × 768 is at 200 %
    picture(page, f"large-{path.rpartition('/')[2]}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 683
    if path == "/console":
        page.locator("[data-act=pause]").click()
        page.locator("#act-pause [data-part=do]").scroll_into_view_if_needed()
        expect(page.locator("#act-pause [data-part=do]")).to_be_in_viewport()


def test_the_longest_titles_leave_the_clock_and_the_state_on_the_screen(opened: Opened, page_of: PageOf) -> None:
    hall = opened(3)
    hall.start()
    page = page_of(hall)
    page.evaluate(
        """() => {
          document.querySelector(".bar-room").textContent = "Phòng máy số 12 · Trung tâm Công nghệ thông tin và Truyền thông tỉnh";
          document.querySelector(".bar-sitting").textContent = "Chung kết Cuộc thi “Tìm hiểu về Chính quyền điện tử hướng tới Chính quyền số” · Ca 2";
        }"""
    )
    for name in ("#stage", "#left", "#clock", "#set"):
        box = page.locator(name).bounding_box()
        assert box is not None, name
        assert box["x"] >= 0, name
        assert box["x"] + box["width"] <= 1366, name
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366

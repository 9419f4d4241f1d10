"""Five incidents at once in a hall of three hundred, worked off by keyboard alone: who needs me, what did I do, how is it taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from scripts.console_hall import ConsoleHall
from server.domain import hall_commands
from server.domain.values import Cause
from server.live.clock import RoomClock
from server.protocol.hall import HandCategory
from server.protocol.records import RaiseHand, ResumeWork

SILENT, CALLS, TWICE, STOOD, LOCKED, SPARE = 31, 60, 104, 143, 176, 296  # B07, C11, E05, F19, H02, M22


@pytest.fixture
def trouble(opened: Callable[..., ConsoleHall], clock: RoomClock) -> ConsoleHall:
    """Three hundred seats at work, five of them in need, and the standby lost."""
    hall = opened(300, absent=5, clock=clock)
    hall.start()
    for seat in hall.seats[:295]:
        hall.answer(seat, 1)
    clock.set(clock.now_ms() + 15 * 60_000)
    for seat in hall.seats[:295]:
        hall.pulse(seat)
    hall.arrive([hall.move(hall.seats[TWICE], hall.seats[SPARE])])
    hall.silent(hall.seats[SILENT])
    calls, stood, locked = (hall.seats[n] for n in (CALLS, STOOD, LOCKED))
    now_ms = clock.now_ms()
    hall.tell(calls, RaiseHand(calls.attempt_id, 1, HandCategory.EQUIPMENT, now_ms, 0))
    hall.tell(stood, ResumeWork(stood.attempt_id, 1, 0, now_ms - 155_000, now_ms, 5))
    hall.order(hall_commands.LockSeat((locked.attempt_id,), "Mời anh/chị chờ.", True, Cause.HALL, "u-proctor"))
    room = hall.room
    room.standby.standing = replace(room.standby.standing, peer="192.0.2.9:8443")
    room.changed()
    return hall


class Keys:
    """A proctor without a mouse: counts what is pressed, and sees where the focus is."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        """One after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def to(self, key: str, words: str, most: int) -> None:
        """Press until what has the focus says this."""
        seen = []
        for _ in range(most):
            self.press(key)
            seen.append(self.page.evaluate("document.activeElement.textContent.trim()"))
            if words in seen[-1]:
                return
        raise AssertionError(f"{words} was not reached: {seen}")

    def row(self, seat: str, words: str) -> None:
        """To this button of the row of this seat: F2, then down the list."""
        self.press("F2")
        for _ in range(8):
            at = self.page.evaluate("document.activeElement.closest('.issue')?.textContent ?? ''")
            if seat in at:
                break
            self.press("ArrowDown")
        if words not in self.page.evaluate("document.activeElement.textContent"):
            self.to("Tab", words, 3)

    def write(self, text: str) -> None:
        """Into what has the focus."""
        self.page.keyboard.insert_text(text)

    def done(self, words: str) -> None:
        """The corner says what was done."""
        expect(self.page.locator("#just-done")).to_contain_text("Vừa xong")
        expect(self.page.locator("#just-done")).to_contain_text(words)


def state(hall: ConsoleHall) -> Any:
    assert hall.room.sitting is not None
    return hall.room.sitting.state


def paused(hall: ConsoleHall) -> int:
    running = [one.running for one in state(hall).attempts.values()]
    return sum(one is not None and one.ledger.running_pause is not None for one in running)


def test_five_incidents_at_once_are_worked_off_by_keyboard_alone(
    trouble: ConsoleHall, page_of: Callable[..., Page], picture: Any
) -> None:
    page = page_of(trouble)
    keys, rows = Keys(page), page.locator(".issue")
    expect(page.locator("#safe")).to_contain_text("294 trên 295 an toàn")
    expect(page.locator("#safe")).to_contain_text("thiếu máy dự phòng")
    expect(rows).to_have_count(5)  # the lock is new: nobody has forgotten it yet
    expect(rows.locator(".issue-seat b")).to_have_text(["B07", "—", "M22", "C11", "F19"])
    expect(rows.nth(2)).to_contain_text("Đăng nhập trên hai máy: E05, M22")
    expect(page.locator(".tile[data-level=bad] .tile-name")).to_have_text(["B07", "E05", "M22"])
    picture(page, "five-incidents")

    keys.press("F2", "Enter")  # the gravest, and the act that most often helps
    expect(page.locator("#act-move [name=to] option").first).not_to_have_text("E05")
    keys.press("Enter")
    keys.done("đang chuyển từ B07 sang")

    keys.row("M22", "Ghi sự cố")
    keys.press("Enter")
    keys.write("E05 là máy cũ; thí sinh ngồi ở M22")
    keys.press("Control+Enter")
    keys.done("M22")
    expect(rows.filter(has_text="Đăng nhập trên hai máy")).to_have_count(0)

    keys.row("C11", "Đã đến hỗ trợ")
    keys.press("Enter")
    keys.write("Đã đổi bàn phím")
    keys.press("Enter")
    keys.done("C11")

    keys.row("F19", "Bù 2 ph 35 s")
    keys.press("Enter")
    keys.done("đã bù 2 ph 35 s cho F19")
    assert state(trouble).attempts[trouble.seats[STOOD].attempt_id].parts[0].ledger.extensions[-1].ms == 155_000

    keys.press("/")
    keys.write("H02")
    keys.press("Enter")
    keys.to("Tab", "Mở khóa", 10)
    keys.press("Enter")
    keys.done("H02")
    assert state(trouble).hall.locks == {}
    keys.press("Escape")
    expect(page.locator("#drawer")).to_be_hidden()

    keys.press("F4")
    keys.to("Tab", "Tạm dừng tất cả", 3)
    keys.press("Enter")
    keys.write("Mất điện")
    keys.press("Enter")
    keys.done("Mất điện")
    assert paused(trouble) > 280
    seats, last = page.locator("#seats").bounding_box(), page.locator(".tile").last.bounding_box()
    assert seats is not None
    assert last is not None
    assert last["y"] + last["height"] <= seats["y"] + seats["height"], (
        "every seat is in sight beside what was just done"
    )
    expect(page.locator("#undo")).to_be_visible()
    keys.press("Control+z")  # it was the next room's power
    keys.done("cho tiếp tục 29")
    assert paused(trouble) <= 2

    keys.row("—", "Máy chủ")
    keys.press("Enter")
    page.wait_for_url("**/servers")
    keys.press("F2")
    page.wait_for_url("**/console")
    assert keys.pressed < 60

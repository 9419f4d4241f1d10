"""What a proctor does in the hall beside the answers: messages, hands, locks, the next word, the other paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from question_bank.custody import SecretKind
from scripts.console_hall import ConsoleHall, PretendedSeat
from server.drill.prepared_room import ORGANISING, SETTING, SealedContest
from server.protocol.hall import ClockRule, HandCategory, Seen
from server.protocol.records import NoteSeen, RaiseHand

PageOf = Callable[..., Page]
Opened = Callable[..., ConsoleHall]


def state(hall: ConsoleHall) -> Any:
    assert hall.room.sitting is not None
    return hall.room.sitting.state


def done(page: Page, text: str) -> None:
    expect(page.locator("#just-done")).to_contain_text("Vừa xong")
    expect(page.locator("#just-done")).to_contain_text(text)


def do(page: Page, name: str) -> None:
    page.locator(f"#act-{name} [data-part=do]").click()


def raise_hand(hall: ConsoleHall, seat: PretendedSeat, category: HandCategory) -> None:
    hall.tell(seat, RaiseHand(seat.attempt_id, 1, category, hall.room.clock.now_ms(), 0))


def test_a_raised_hand_stands_on_the_map_and_in_the_list_until_somebody_was_there(
    opened: Opened, page_of: PageOf, picture: Any, fits: Callable[[Page], list[str]],
    violations: Callable[[Page], list[str]],
) -> None:  # fmt: skip
    hall = opened(12)
    hall.start()
    page = page_of(hall)
    raise_hand(hall, hall.seats[3], HandCategory.HEALTH)
    raise_hand(hall, hall.seats[5], HandCategory.PAPER)
    row = page.locator(".issue").first
    expect(row).to_contain_text("Gọi cán bộ: không khỏe")
    expect(page.locator(".tile .tile-mark", has_text="?")).to_have_count(2)
    picture(page, "hall-hands")
    assert fits(page) == []
    assert violations(page) == []
    row.get_by_role("button", name="Đã đến hỗ trợ").click()
    page.locator("#act-answer_hand [name=reason]").fill("Đã cho uống nước")
    picture(page, "hall-answer")
    do(page, "answer_hand")
    done(page, hall.seats[3].seat_label)
    assert list(state(hall).hall.hands) == [hall.seats[5].attempt_id]


def test_a_message_says_who_has_not_seen_it_and_can_be_taken_back(
    opened: Opened, page_of: PageOf, picture: Any, violations: Callable[[Page], list[str]], clock: Any
) -> None:
    hall = opened(6, clock=clock)
    hall.start()
    page = page_of(hall)
    page.click("[data-act=message]")
    page.locator("#text-message").fill("Còn 15 phút làm bài.")
    picture(page, "hall-message")
    assert violations(page) == []
    do(page, "message")
    done(page, "đã gửi thông báo")
    (message,) = state(hall).hall.messages.values()
    assert (message.text, message.confirm, message.who) == ("Còn 15 phút làm bài.", True, None)
    for seat in hall.seats[:4]:
        record = NoteSeen(seat.attempt_id, 1, message.message_id, Seen.CONFIRMED, hall.room.clock.now_ms(), 0)
        hall.tell(seat, record)
    page.click("#undo")
    done(page, "thu hồi")
    assert state(hall).hall.messages[message.message_id].withdrawn


def test_one_screen_is_locked_with_its_clock_and_the_same_button_gives_it_back(
    opened: Opened, page_of: PageOf, picture: Any
) -> None:
    hall = opened(4)
    hall.start()
    seat = hall.seats[1]
    page = page_of(hall)
    page.locator(f".tile[data-id='{seat.kiosk_id}']").click()
    page.get_by_role("button", name="Khóa màn hình…").click()
    page.locator("#act-lock .chip").first.click()
    picture(page, "hall-lock")
    do(page, "lock")
    done(page, "đã khóa màn hình")
    part = state(hall).attempts[seat.attempt_id].parts[0]
    assert part.ledger.running_pause is not None
    expect(page.locator(f".tile[data-id='{seat.kiosk_id}'] .tile-mark")).to_have_text("▣")
    page.click("#undo")
    done(page, "đã mở khóa")
    assert state(hall).attempts[seat.attempt_id].parts[0].ledger.running_pause is None


def test_the_next_word_is_announced_by_the_clock_and_taken_away(opened: Opened, page_of: PageOf, picture: Any) -> None:
    hall = opened(4)
    hall.start()
    page = page_of(hall)
    page.click("[data-act=next_word]")
    page.locator("#act-next_word .chip").first.click()
    picture(page, "hall-next-word")
    expect(page.locator("#at-next_word")).to_have_value(
        re.compile(r"^\d\d:\d\d$")
    )  # not as another system's clock: 08:15 PM
    page.keyboard.press("Enter")  # a reason was chosen: that is all
    done(page, "đã hẹn thông báo")
    word = state(hall).hall.next_word
    assert 0 < word.due_at_ms - hall.room.clock.now_ms() <= 15 * 60_000
    assert word.due_at_ms % 60_000 < 5_000 or word.due_at_ms % 60_000 > 55_000
    expect(page.locator(".acts [data-act=next_word]")).to_contain_text(":")
    page.click("[data-act=next_word]")
    page.click("[data-act=no_word]")
    done(page, "đã bỏ giờ hẹn")
    assert state(hall).hall.next_word is None


def test_the_other_paper_is_given_out_from_the_map(
    opened: Opened, page_of: PageOf, contest: SealedContest, picture: Any, violations: Callable[[Page], list[str]]
) -> None:
    hall = opened(5)
    hall.start()
    page = page_of(hall)
    desk = hall.room.opening
    assert desk.switch_to_reserve(SETTING, ORGANISING, "Nghi lộ đề", ClockRule.FULL) is None
    expect(page.locator("#stage")).to_have_text("Đang chuyển sang đề khác")
    expect(page.locator("[data-act=resume]")).to_be_hidden()
    for words in contest.shares("reserve", SecretKind.PAPER)[:2]:
        assert hasattr(desk.enter_share(SETTING, SecretKind.PAPER, words), "body")
    assert desk.open_paper(SETTING, ORGANISING) is None
    row = page.locator(".issue").first
    expect(row).to_contain_text("đề thay thế đã mở")
    row.get_by_role("button", name="Phát đề thay thế").click()
    picture(page, "hall-give")
    assert violations(page) == []
    do(page, "give_reserve")
    done(page, "đã phát đề thay thế cho 5 thí sinh")
    assert all(one.parts[0].form_id != one.former[0].form_id for one in state(hall).attempts.values())

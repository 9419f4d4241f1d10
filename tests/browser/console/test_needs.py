"""On every page but the map: how much needs somebody and the gravest of it, live; a lost line is said, too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from playwright.sync_api import Page, WebSocket, expect

from scripts.console_hall import ConsoleHall
from server.domain.rights import Role
from server.protocol.hall import HandCategory
from server.protocol.records import RaiseHand

PageOf = Callable[..., Page]


def calls(hall: ConsoleHall, n: int, why: HandCategory) -> None:
    seat = hall.seats[n]
    hall.tell(seat, RaiseHand(seat.attempt_id, 1, why, hall.room.clock.now_ms(), 0))


def test_a_raised_hand_and_a_lost_standby_are_seen_from_another_page_and_one_key_leads_there(
    opened: Callable[..., ConsoleHall], new_page: Callable[..., Page], page_of: PageOf,
    violations: Callable[[Page], list[str]], fits: Callable[[Page], list[str]], picture: Any,
) -> None:  # fmt: skip
    hall = opened(6)
    hall.start()
    page = page_of(hall, path="/console/hall")
    told: list[str | bytes] = []

    def listen(line: WebSocket) -> None:
        line.on("framereceived", lambda frame: told.append(frame))

    page.on("websocket", listen)
    page.reload()
    needs = page.locator("#needs")
    expect(needs).to_have_text("✓ không ai cần bạn", use_inner_text=True)
    calls(hall, 2, HandCategory.EQUIPMENT)
    expect(needs).to_contain_text("1 việc cần bạn")
    expect(needs).to_contain_text("1 thí sinh gọi: máy tính")
    expect(needs).to_have_attribute("data-level", "warn")
    hall.room.standby.standing = replace(hall.room.standby.standing, peer="192.0.2.9:8443")
    hall.room.changed()
    expect(needs).to_contain_text("2 việc cần bạn")
    expect(needs).to_contain_text("Mất máy chủ dự phòng")
    expect(needs).to_have_attribute("data-level", "bad")
    assert violations(page) == []
    assert fits(page) == []
    picture(page, "needs")
    assert len(told) > 2
    assert not any("Thí Sinh" in str(one) or '"seats"' in str(one) for one in told), (
        "the map's picture stays on the map"
    )
    page.keyboard.press("F2")
    page.wait_for_url("**/console")
    expect(page.locator(".issue .button.primary").first).to_be_focused()
    expect(page.locator(".issue")).to_have_count(2)


def test_a_page_whose_server_is_gone_says_so_and_is_told_again_when_it_is_back(
    opened: Callable[..., ConsoleHall], page_of: PageOf
) -> None:
    hall = opened(3)
    page = page_of(hall, path="/console/machines")
    needs = page.locator("#needs")
    expect(needs).to_contain_text("không ai cần bạn")
    hall.cut()
    expect(needs).to_contain_text("Mất liên lạc với máy chủ")
    hall.start()
    calls(hall, 1, HandCategory.HEALTH)
    hall.serve()
    expect(needs).to_contain_text("1 việc cần bạn", timeout=15_000)


def test_the_page_about_servers_follows_what_becomes_of_the_standby(
    opened: Callable[..., ConsoleHall], page_of: PageOf
) -> None:
    hall = opened(3)
    page = page_of(hall, path="/servers")
    expect(page.locator("#needs")).to_contain_text("không ai cần bạn")
    expect(page.locator("main")).to_contain_text("Phòng thi chưa có máy chủ dự phòng")
    hall.room.standby.standing = replace(hall.room.standby.standing, peer="192.0.2.9:8443")
    hall.room.changed()
    expect(page.locator("main")).to_contain_text("phòng thi đang chạy với một máy chủ")
    expect(page.locator("main")).to_contain_text("examroom-kiosk console --address 192.0.2.9:8443")


def test_who_may_not_see_the_room_is_told_nothing_of_it(opened: Callable[..., ConsoleHall], page_of: PageOf) -> None:
    page = page_of(opened(3), Role.JURY, "/console/ceremony")
    assert page.locator("#needs").count() == 0

"""The page of the hall and its display in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from scripts.console_hall import ConsoleHall
from server.domain import commands, hall_commands
from server.domain.values import Cause, IncidentCategory
from server.live.misconduct_rules import DEFAULT_STEPS

PageOf = Callable[..., Page]


def test_the_page_of_the_hall_shows_everything_and_breaks_no_rule_of_access(
    opened: Callable[..., ConsoleHall], page_of: PageOf, picture: Any, violations: Callable[[Page], list[str]]
) -> None:
    hall = opened(8)
    hall.start()
    who = hall.seats[1].attempt_id
    hall.order(hall_commands.SendMessage("m1", None, "Còn 15 phút làm bài.", True, "o-proctor"))
    hall.order(commands.RecordIncident(who, IncidentCategory.POWER, "Mất điện dãy B", "o-proctor"))
    hall.order(
        hall_commands.RecordMisconduct("x1", who, DEFAULT_STEPS[0], "trao đổi với người bên cạnh", ("o-proctor",))
    )
    page = page_of(hall, path="/console/hall")
    expect(page.locator("#messages")).to_contain_text("Còn 15 phút")
    expect(page.locator("#misconduct")).to_contain_text("Nhắc nhở")
    for one in page.locator("details").all():
        one.evaluate("node => { node.open = true }")
    picture(page, "hall-duty")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_display_is_read_from_the_back_and_counts_by_itself(
    opened: Callable[..., ConsoleHall], page_of: PageOf, picture: Any, violations: Callable[[Page], list[str]]
) -> None:
    hall = opened(8)
    hall.start()
    page = page_of(hall, path="/hall")
    expect(page.locator("#stage")).to_have_text("Đang làm bài")
    picture(page, "hall-display-running")
    size = page.locator("#left").evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    assert size >= 768 * 0.2
    assert violations(page) == []
    expect(page.locator("#safe-box")).to_have_attribute("data-level", "ok")
    hall.silent(hall.seats[0])
    expect(page.locator("#safe-box")).to_have_text("▲ 7/8an toàn safe")
    assert violations(page) == []
    hall.order(commands.Pause(None, "Mất điện dãy B", Cause.HALL, "o-proctor"))
    hall.order(hall_commands.SetNextWord("Đang chờ điện lực xử lý", 600_000, "o-proctor"))
    expect(page.locator("#stage")).to_contain_text("Tạm dừng")
    expect(page.locator("#word")).to_contain_text("Đang chờ điện lực xử lý")
    expect(page.locator("#left-line")).to_be_hidden()
    picture(page, "hall-display-paused")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")

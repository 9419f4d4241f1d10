"""The frame of a simulator's page: acting, refusals, what is being typed, and that nothing else leaves the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import expect


def test_an_action_is_taken_before_the_page_shows_it(bench: Callable[..., Any]) -> None:
    board = bench("noticeboard")
    expect(board.page.locator("li")).to_have_count(2)
    board.page.get_by_role("textbox").fill("Họp giao ban <b>8 giờ</b>")
    board.page.get_by_role("button", name="Dán lên").click()
    expect(board.page.locator("li")).to_have_count(3)
    expect(board.page.locator("li b")).to_have_count(0)
    assert board.done() == [{"do": "post", "text": "Họp giao ban <b>8 giờ</b>"}]


def test_what_the_system_refuses_is_told_in_its_words_and_changes_nothing(bench: Callable[..., Any]) -> None:
    board = bench("noticeboard")
    board.page.get_by_role("button", name="Dán lên").click()
    expect(board.page.get_by_role("status")).to_have_text("Tờ giấy còn trống.")
    assert board.done() == []


def test_an_action_that_this_machine_did_not_keep_is_not_shown(bench: Callable[..., Any]) -> None:
    board = bench("noticeboard")
    board.bench.fault = "disk_full"
    board.page.get_by_role("button", name="Gỡ xuống").first.click()
    expect(board.page.get_by_role("status")).to_have_text("disk_full")
    expect(board.page.locator("li")).to_have_count(2)


def test_what_is_being_typed_survives_the_page(bench: Callable[..., Any], eventually: Callable[..., None]) -> None:
    board = bench("noticeboard")
    board.page.get_by_role("textbox").press_sequentially("Chưa xong")
    board.page.get_by_role("button", name="Gỡ xuống").first.click()
    expect(board.page.locator("li")).to_have_count(1)
    expect(board.page.get_by_role("textbox")).to_have_value("Chưa xong")
    eventually(lambda: board.bench.drafts == {"text": "Chưa xong"})
    board.reload()
    expect(board.page.get_by_role("textbox")).to_have_value("Chưa xong")
    expect(board.page.locator("li")).to_have_count(1)


def test_clicks_that_come_together_are_taken_one_after_the_other(
    bench: Callable[..., Any], eventually: Callable[..., None]
) -> None:
    board = bench("noticeboard")
    board.page.get_by_role("textbox").fill("Một")
    board.page.evaluate("() => [...document.querySelectorAll('button')].forEach((one) => one.click())")
    eventually(lambda: len(board.done()) == 3)
    expect(board.page.locator("li")).to_have_text(["Một Gỡ xuống"])
    assert [one["do"] for one in board.done()] == ["take_down", "take_down", "post"]
    assert [one.n for one in board.bench.actions] == [1, 2, 3]


def test_the_page_asks_its_own_machine_alone_and_only_for_its_run(bench: Callable[..., Any]) -> None:
    board = bench("noticeboard")
    asked: list[str] = []
    board.page.on("request", lambda request: asked.append(f"{request.method} {urlsplit(request.url).path}"))
    board.page.get_by_role("textbox").fill("Một")
    board.page.get_by_role("button", name="Dán lên").click()
    expect(board.page.locator("li")).to_have_count(3)
    board.page.get_by_role("textbox").blur()
    assert set(asked) <= {"POST /api/runs/1/act", "POST /api/runs/1/draft"}

"""What the saved box says while an answer is on its way, and what becomes of words that were not sent yet."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from client_kiosk.kiosk import Saved
from scripts.every_type_paper import EveryType
from scripts.screens_desk import ScriptedDesk

Machines = Callable[..., Any]


class SlowDisk:
    """Lets the desk keep an answer only once it is told to."""

    def __init__(self, desk: ScriptedDesk, patch: pytest.MonkeyPatch) -> None:
        self.asked = threading.Event()
        self._go = threading.Event()
        self._keep = desk._respond
        patch.setattr(desk, "_respond", self._respond)

    def go_on(self) -> None:
        self._go.set()

    def _respond(self, number: int, response: Mapping[str, object] | None) -> Saved:
        self.asked.set()
        assert self._go.wait(20)
        return self._keep(number, response)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[ScriptedDesk], SlowDisk]]:
    made: list[SlowDisk] = []

    def make(desk: ScriptedDesk) -> SlowDisk:
        made.append(SlowDisk(desk, monkeypatch))
        return made[-1]

    yield make
    for one in made:
        one.go_on()


def go(one: Any, every: EveryType, name: str) -> str:
    number = every.places[name]
    one.page.locator(f"#grid .cell[data-number='{number}']").click()
    one.item_is(number)
    return str(number)


def box(page: Page, state: str, words: str) -> None:
    expect(page.locator("#saved")).to_have_attribute("data-state", state)
    expect(page.locator("#saved")).to_contain_text(words)


def test_a_click_on_its_way_to_the_disk_is_not_called_saved(
    machine: Machines, every: EveryType, slow: Callable[[ScriptedDesk], SlowDisk]
) -> None:
    one = machine(every=every)
    page = one.show("exam fresh", saved={"state": "server", "pending": 0, "at": "10:17:19"})
    go(one, every, "single_choice")
    box(page, "server", "Đã lưu trên máy chủ")
    disk = slow(one.desk)
    page.locator("#options .option").first.click()
    assert disk.asked.wait(20)
    expect(page.locator("#options input").first).to_be_checked()
    box(page, "saving", "Đang lưu")
    one.desk.tell(extensions_ms=60_000)  # another view, which knows nothing of the click
    expect(page.locator("[data-bind=extension]")).to_contain_text("1")
    box(page, "saving", "chưa ghi xong")
    page.locator("#to-review").click()
    expect(page.locator("section[data-on=review] .saved-line")).to_have_text("Đang lưu …")
    disk.go_on()
    expect(page.locator("section[data-on=review] .saved-line")).to_contain_text("Đã lưu trên máy chủ")


def test_what_is_on_this_disk_is_not_called_saved_on_the_server_before_the_agent_says_so(
    machine: Machines, every: EveryType, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = machine(every=every)
    page = one.show("exam fresh", saved={"state": "server", "pending": 0, "at": "10:17:19"})
    go(one, every, "single_choice")
    monkeypatch.setattr(one.desk, "_respond", lambda number, response: Saved(True))  # and no view follows
    page.locator("#options .option").nth(1).click()
    box(page, "machine", "Đã lưu trên máy này")
    box(page, "machine", "1")
    expect(page.locator("#options input").nth(1)).to_be_checked()


def test_typed_words_are_saving_from_the_first_key_on(machine: Machines, every: EveryType) -> None:
    one = machine(every=every)
    # Longer than the clock jumps: when the time is nearly over nothing typed waits, and is sent at the next tick.
    time = {"remaining_ms": 3 * 3600 * 1000, "running": True, "ends_at": "13:17"}
    page = one.show("exam fresh", saved={"state": "server", "pending": 0, "at": "10:17:19"}, clock=time)
    go(one, every, "essay")
    page.clock.install()
    page.clock.pause_at(page.evaluate("() => Date.now()") / 1000 + 3600)
    page.locator("textarea").focus()
    page.keyboard.insert_text("Chưa gửi")
    box(page, "saving", "Đang lưu")
    assert one.desk.calls == []
    page.clock.run_for(2000)
    box(page, "server", "Đã lưu trên máy chủ")
    assert one.desk.calls == [("save", every.places["essay"], {"text": "Chưa gửi"})]


def test_typed_words_that_a_pause_overtook_are_kept_and_saved_when_the_exam_goes_on(
    machine: Machines, every: EveryType, eventually: Callable[..., None]
) -> None:
    one = machine(every=every)
    page = one.show("exam fresh")
    number = go(one, every, "essay")
    page.locator("textarea").focus()
    page.keyboard.insert_text("Gõ ngay trước khi tạm dừng")
    one.desk.tell(screen="paused", pause={"reason": "Mất điện", "since": "10:20"})
    one.on("paused")
    if number not in one.desk.view()["responses"]:  # the pause was quicker
        expect(page.locator("section[data-on=paused] .saved-line")).to_contain_text("sẽ được lưu khi bài thi tiếp tục")
    one.desk.tell(screen="exam", pause=None)
    eventually(lambda: number in one.desk.view()["responses"], what="the words being saved")
    expect(page.locator("textarea")).to_have_value("Gõ ngay trước khi tạm dừng")
    box(page, "server", "Đã lưu trên máy chủ")


def test_nothing_typed_waits_for_its_writer_when_the_time_is_nearly_over(
    machine: Machines, every: EveryType, eventually: Callable[..., None]
) -> None:
    one = machine(every=every)
    page = one.show("exam fresh", clock={"remaining_ms": 4000, "running": True, "ends_at": "10:30"})
    go(one, every, "essay")
    page.clock.install()
    page.clock.pause_at(page.evaluate("() => Date.now()") / 1000 + 3600)
    one.desk.tell(clock={"remaining_ms": 3500, "running": True, "ends_at": "10:30"})
    expect(page.locator("[data-bind=time]")).to_have_text("00:04")
    page.locator("textarea").focus()
    page.keyboard.insert_text("Câu cuối")
    page.clock.run_for(900)
    expect(page.locator(f"#grid .cell[data-number='{every.places['essay']}'][data-answered]")).to_be_attached()
    wanted = [("save", every.places["essay"], {"text": "Câu cuối"})]
    eventually(lambda: one.desk.calls == wanted, what="the words being saved while the page's clock stands")


def test_what_was_given_while_the_clock_stood_is_given_again_with_one_click(
    machine: Machines, every: EveryType, eventually: Callable[..., None]
) -> None:
    one = machine(every=every)
    number = str(every.places["essay"])
    written = {"text": "Viết khi đường truyền đứt"}
    page = one.show("exam fresh", waiting={number: written})
    go(one, every, "essay")
    expect(page.locator(".waits")).to_contain_text("chưa được tính")
    expect(page.locator("textarea")).to_have_value("")
    one.tab_to("again")
    page.keyboard.press("Enter")
    eventually(lambda: one.desk.calls == [("save", int(number), written)], what="the answer being given again")
    expect(page.locator("textarea")).to_have_value(written["text"])
    expect(page.locator("#again")).to_be_hidden()
    assert one.focused() == "item-heading"


def test_an_essay_too_long_to_be_saved_says_so_where_it_is_written(machine: Machines, every: EveryType) -> None:
    one = machine(every=every)
    page = one.show("exam fresh")
    go(one, every, "essay")
    page.locator("textarea").fill("ữ" * (16 * 1024 - 5))
    expect(page.locator(".understood")).to_contain_text("1 chữ")
    page.locator("textarea").fill("ữ" * (16 * 1024 + 10))
    expect(page.locator(".understood[data-bad]")).to_contain_text("Bài quá dài nên không lưu được")

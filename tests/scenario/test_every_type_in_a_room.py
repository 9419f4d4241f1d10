"""A whole sitting on a paper with an item of every type: a real room, a real kiosk, a candidate in a real browser.

Answered with mouse and keyboard, with a page loaded anew and a kiosk killed in between; what comes out is what is due.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from client_kiosk.shell import find_browser
from question_bank.items import types
from scripts import room_pages
from scripts.every_type_contest import seal_every_type
from scripts.scene import PASSWORD, Scene
from server.drill.prepared_room import SealedContest
from server.drill.room_process import OfficerAtServer

Views = Mapping[str, Mapping[str, Any]]

# Hundredths that each answer below is due, of 100 an item; what people mark, and the prediction, are not among them.
DUE = {
    "single_choice": 100, "multiple_choice": 100, "true_false": 100, "true_false_4": 50, "matching": 67, "ordering": 100,
    "numeric": 100, "short_text": 100, "cloze": 75, "hotspot": 100, "drag_words": 50,
}  # fmt: skip
RIGHT_ORDER = ["Soạn thảo", "Duyệt bản thảo", "Ký số", "Cấp số và phát hành"]
ESSAY = "Thực trạng: tỷ lệ còn thấp.\n\nGiải pháp: hướng dẫn tại nhà."


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        yield browser
        browser.close()


def elsewhere(act: Callable[[], object]) -> None:
    """In a thread of its own: while Playwright is up, no other event loop can be started in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(act).result()


def option(page: Page, words: str) -> None:
    page.locator("#options .option").filter(has=page.get_by_text(words, exact=True)).click()


# --- one answer to each type; the views are as the page has them ---


def _single_choice(page: Page, view: Mapping[str, Any]) -> None:
    option(page, "2700")


def _multiple_choice(page: Page, view: Mapping[str, Any]) -> None:
    option(page, "=AVERAGE(A1:A2)")
    option(page, "=(A1+A2)/2")


def _true_false(page: Page, view: Mapping[str, Any]) -> None:
    page.keyboard.press("1")


def _true_false_4(page: Page, view: Mapping[str, Any]) -> None:
    """Three of the four rightly: of two that are shown the same number, the last is judged wrongly."""
    judged = {"99^2-1=9800": "Đúng", "51^2-49^2=200": "Đúng", "10^2-9^2=1": "Sai", "20^2-19^2=39": "Sai"}
    for place, statement in enumerate(view["statements"]):
        row = page.locator(".statement").nth(place)
        row.get_by_text(judged[statement["text"][0]["tex"]], exact=True).click()


def _matching(page: Page, view: Mapping[str, Any]) -> None:
    right = {one["text"]: one["option_id"] for one in view["right"]}
    mates = {"Ctrl + C": "Sao chép", "Ctrl + V": "Dán", "Ctrl + Z": "Lưu"}  # the last one wrongly
    for place, left in enumerate(view["left"]):
        page.locator(".pair select").nth(place).select_option(right[mates[left["text"]]])


def _ordering(page: Page, view: Mapping[str, Any]) -> None:
    moved = False
    for place, words in enumerate(RIGHT_ORDER):
        while (at := page.locator(".entry .words").all_inner_texts().index(words)) > place:
            page.locator(".entry .step").nth(2 * at).focus()
            page.keyboard.press("Enter")
            moved = True
    if not moved:
        page.locator(".beside button").click()


def _numeric(page: Page, view: Mapping[str, Any]) -> None:
    page.locator("input.number").fill("0,05")
    page.locator(".units").get_by_text("phút", exact=True).click()


def _short_text(page: Page, view: Mapping[str, Any]) -> None:
    page.locator("input.text").focus()
    page.keyboard.insert_text("hoà  bình")


def _cloze(page: Page, view: Mapping[str, Any]) -> None:
    page.locator("#stem input.number").fill("30")
    page.locator("#stem input:not(.number)").fill("lưu trữ")  # wrong
    page.locator("#stem select").select_option(label="7")


def _hotspot(page: Page, view: Mapping[str, Any]) -> None:
    page.wait_for_function("() => document.querySelector('.board img').naturalWidth > 0")
    box = page.locator(".board img").bounding_box()
    assert box is not None
    for x, y in ((0.75, 0.125), (0.2, 0.12)):
        page.locator(".board").click(position={"x": x * box["width"], "y": y * box["height"]})


def _drag_words(page: Page, view: Mapping[str, Any]) -> None:
    page.get_by_role("button", name="Mã hóa", exact=True).click()
    page.locator(".drop").nth(0).click()
    page.locator(".word").filter(has_text="nén tệp").hover()  # wrong
    page.mouse.down()
    page.locator(".drop").nth(1).hover()
    page.mouse.up()


def _essay(page: Page, view: Mapping[str, Any]) -> None:
    page.locator("textarea").fill(ESSAY)


def _prediction(page: Page, view: Mapping[str, Any]) -> None:
    page.locator("input.number").fill("123")


ANSWERS: dict[str, Callable[[Page, Mapping[str, Any]], None]] = {
    "single_choice": _single_choice, "multiple_choice": _multiple_choice, "true_false": _true_false,
    "true_false_4": _true_false_4, "matching": _matching, "ordering": _ordering, "numeric": _numeric,
    "short_text": _short_text, "cloze": _cloze, "hotspot": _hotspot, "drag_words": _drag_words, "essay": _essay,
    "prediction": _prediction,
}  # fmt: skip


class Candidate:
    """Sits at the kiosk; `places` gives the number of each type's item in this candidate's order."""

    def __init__(self, browser: Browser, scene: Scene, free_port: Callable[[], int]) -> None:
        self._browser = browser
        self._kiosk = scene.kiosk(0, free_port())
        self._kiosk.launch()
        self.page = self._come_in()
        room_pages.sign_in_candidate(self.page, scene.sheets[0].sbd, scene.sheets[0].code)
        self.views: Views = {}
        self.places: dict[str, int] = {}

    def read_paper(self) -> None:
        room_pages.wait_for_screen(self.page, "exam")
        items = self.page.evaluate("async () => (await (await fetch('/api/paper')).json()).items")
        self.views = {item["type"]: item["view"] for item in items}
        self.places = {item["type"]: item["number"] for item in items}

    def answer(self, *names: str) -> None:
        for name in names:
            room_pages.go_to_item(self.page, self.places[name])
            ANSWERS[name](self.page, self.views[name])
            expect(self._cell(name)).to_have_attribute("data-answered", "")
            room_pages.wait_until_saved(self.page)

    def load_anew(self) -> None:
        self.page.reload()
        room_pages.wait_for_screen(self.page, "exam")

    def lose_the_machine(self) -> None:
        """kill -9 of the kiosk, as it stands; it is switched on again."""
        self._kiosk.kill()
        self.page.context.close()
        self._kiosk.launch()
        self.page = self._come_in()
        room_pages.wait_for_screen(self.page, "exam")

    def sees_answered(self, *names: str) -> None:
        """All of these, and no other, are marked in the list."""
        numbers = sorted(self.places[name] for name in names)
        expect(self.page.locator("#grid .cell[data-answered]")).to_have_text([str(number) for number in numbers])

    def hand_in(self) -> None:
        room_pages.submit(self.page)
        room_pages.wait_for_screen(self.page, "submitted")

    def _cell(self, name: str) -> Any:
        return self.page.locator(f"#grid .cell[data-number='{self.places[name]}']")

    def _come_in(self) -> Page:
        return room_pages.candidate(self._browser, self._kiosk.link())


@pytest.fixture
def contest_of_every_type(tmp_path: Path) -> SealedContest:
    folder = tmp_path / "sealed"
    folder.mkdir()
    return seal_every_type(folder)


def results(scene: Scene) -> dict[str, Any]:
    """The one row of results.json, as the secretariat takes it while the server runs."""
    officer = OfficerAtServer(scene.server.local_port, "giamkhao", PASSWORD)
    officer.sign_in()
    page = officer.request("GET", "/results").body
    assert "2 câu chờ người chấm" in page
    assert "9,42" in page
    answer = officer.request("GET", "/results.json")
    assert answer.status == 200
    (row,) = json.loads(answer.body)["rows"]
    found: dict[str, Any] = row
    return found


def test_every_type_is_answered_kept_and_marked_in_a_real_room(
    stage: Callable[..., AbstractContextManager[Scene]], contest_of_every_type: SealedContest,
    free_port: Callable[[], int], eventually: Callable[..., None],
) -> None:  # fmt: skip
    assert {*ANSWERS, "file_task"} == set(types())
    with stage(count=1, contest=contest_of_every_type) as scene, chromium() as browser:
        scene.server.start()
        candidate = Candidate(browser, scene, free_port)
        elsewhere(lambda: scene.officer.order("start", part=0, who=None))
        candidate.read_paper()
        first, then, last = list(ANSWERS)[:5], list(ANSWERS)[5:9], list(ANSWERS)[9:]
        candidate.answer(*first)
        candidate.load_anew()
        candidate.sees_answered(*first)
        candidate.answer(*then)
        candidate.lose_the_machine()
        candidate.sees_answered(*first, *then)
        candidate.answer(*last)
        candidate.sees_answered(*ANSWERS)
        candidate.hand_in()
        # A text that people mark: nobody is asked to sit and wait for the result.
        expect(candidate.page.locator("[data-when=result_later]")).to_be_visible()
        expect(candidate.page.locator("[data-when=result_soon]")).to_be_hidden()
        eventually(lambda: '"waiting":2' in _export(scene), what="the rest being marked")
        row = results(scene)
        assert (row["answered"], row["of"], row["marks"], row["right"]) == (13, 14, None, None)
        assert (row["waiting"], row["marks_so_far"]) == (2, sum(DUE.values()))
        elsewhere(lambda: scene.officer.order("close_part", part=0, reason="Hết giờ"))
        elsewhere(lambda: scene.officer.order("close_sitting", reason="Hết giờ"))
        assert scene.server.stop() == 0
        assert scene.verified().problems == ()
        with scene.opened() as room:
            assert room.sitting is not None
            (attempt,) = room.sitting.state.attempts.values()
            responses = attempt.parts[0].responses.values()
            assert {"text": ESSAY} in responses
            assert {"number": "123"} in responses, "a prediction leaves the room with the others, and is never marked"


def _export(scene: Scene) -> str:
    officer = OfficerAtServer(scene.server.local_port, "giamkhao", PASSWORD)
    officer.sign_in()
    return officer.request("GET", "/results.json").body

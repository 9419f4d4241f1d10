"""A simulator from the bank to the jury: a real room, real kiosks, a candidate in a real browser, and what may go wrong between."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from client_kiosk.shell import find_browser
from question_bank.canonical import encode
from question_bank.simulators import Simulator
from scripts import room_pages
from scripts.kiosk_process import KioskProcess
from scripts.scene import Scene
from scripts.simulator_contest import seal_simulation
from server.drill.prepared_room import SealedContest

SCENARIO = json.dumps({"title": "Bảng tin", "outdated": "Lịch trực tháng 10"}, ensure_ascii=False)


@pytest.fixture
def contest_of_a_simulator(
    tmp_path: Path, noticeboard: Simulator, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> SealedContest:
    monkeypatch.setenv("PYTHONPATH", str(installed))  # of the programs that are started
    folder = tmp_path / "sealed"
    folder.mkdir()
    return seal_simulation(folder, "noticeboard", SCENARIO)


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


class Candidate:
    """Sits at a kiosk before the notice board."""

    def __init__(self, browser: Browser, kiosk: KioskProcess) -> None:
        self._browser = browser
        self.kiosk = kiosk
        self.kiosk.launch()
        self.page = self._come_in()

    def _come_in(self) -> Page:
        return room_pages.candidate(self._browser, self.kiosk.link())

    def go_to_the_board(self) -> None:
        room_pages.wait_for_screen(self.page, "exam")
        items = self.page.evaluate("async () => (await (await fetch('/api/paper')).json()).items")
        (self.number,) = [item["number"] for item in items if item["type"] == "simulation"]
        room_pages.go_to_item(self.page, self.number)
        self.page.wait_for_selector(".simulator li")

    def post(self, text: str) -> None:
        self.type(text)
        before = self.page.locator(".simulator li").count()
        self.page.get_by_role("button", name="Dán lên").click()
        expect(self.page.locator(".simulator li")).to_have_count(before + 1)

    def type(self, text: str) -> None:
        self.page.get_by_role("textbox", name="Thông báo mới").fill(text)

    def take_down(self, text: str) -> None:
        before = self.page.locator(".simulator li").count()
        self.page.locator(".simulator li").filter(has_text=text).get_by_role("button").click()
        expect(self.page.locator(".simulator li")).to_have_count(before - 1)

    def notices(self) -> list[str]:
        return [text.removesuffix(" Gỡ xuống") for text in self.page.locator(".simulator li").all_inner_texts()]

    def lose_the_machine(self) -> None:
        """kill -9 of kiosk and browser, as they stand; it is switched on again."""
        self.kiosk.kill()
        self.page.context.close()
        self.kiosk.launch()
        self.page = self._come_in()
        self.go_to_the_board()

    def hand_in(self) -> None:
        room_pages.submit(self.page)
        room_pages.wait_for_screen(self.page, "submitted")


def started(scene: Scene, browser: Browser, kiosk: KioskProcess) -> Candidate:
    scene.server.start()
    candidate = Candidate(browser, kiosk)
    room_pages.sign_in_candidate(candidate.page, scene.sheets[0].sbd, scene.sheets[0].code)
    elsewhere(lambda: scene.officer.order("start", part=0, who=None))
    candidate.go_to_the_board()
    return candidate


def ended(scene: Scene) -> None:
    elsewhere(lambda: scene.officer.order("close_part", part=0, reason="Hết giờ"))
    elsewhere(lambda: scene.officer.order("close_sitting", reason="Hết giờ"))
    assert scene.server.stop() == 0
    assert scene.verified().problems == ()


def test_what_is_done_in_a_simulator_survives_kiosk_browser_and_server_and_is_played_again_alike(
    stage: Callable[..., AbstractContextManager[Scene]], contest_of_a_simulator: SealedContest,
    free_port: Callable[[], int], eventually: Callable[..., None],
) -> None:  # fmt: skip
    with stage(count=1, contest=contest_of_a_simulator) as scene, chromium() as browser:
        candidate = started(scene, browser, scene.kiosk(0, free_port()))
        candidate.post("Họp giao ban")
        candidate.take_down("Lịch trực tháng 10")
        room_pages.wait_until_saved(candidate.page)
        candidate.type("Chưa dán")
        typed = scene.folder / "k00" / "drafts"
        eventually(lambda: any("Chưa dán" in one.read_text() for one in typed.glob("*.json")), what="being kept")
        candidate.lose_the_machine()
        assert candidate.notices() == ["Lịch trực tháng 11", "Họp giao ban"]
        expect(candidate.page.get_by_role("textbox", name="Thông báo mới")).to_have_value("Chưa dán")

        scene.server.kill()
        candidate.page.get_by_role("button", name="Dán lên").click()
        expect(candidate.page.locator(".simulator li")).to_have_count(3)
        expect(candidate.page.get_by_role("textbox", name="Thông báo mới")).to_have_value("")
        scene.server.start()
        room_pages.wait_until_saved(candidate.page)
        candidate.post("Lịch trực tháng 12")
        room_pages.wait_until_saved(candidate.page)
        shown = candidate.notices()
        view = candidate.page.evaluate(
            "async (n) => (await (await fetch(`/api/runs/${n}`)).json()).view", candidate.number
        )
        candidate.hand_in()
        ended(scene)
        with scene.opened() as room:
            assert room.sitting is not None
            (attempt,) = room.sitting.state.attempts.values()
            part = attempt.parts[0]
            assert part.finish is not None
            assert not part.finish.disputed
            run: Any = room.runs.run(attempt.attempt_id, 0, _simulation(part))
            assert [step.action for step in run.steps] == [
                {"do": "post", "text": "Họp giao ban"},
                {"do": "take_down", "id": "a1"},
                {"do": "post", "text": "Chưa dán"},
                {"do": "post", "text": "Lịch trực tháng 12"},
            ]
            assert [one["text"] for one in run.steps[-1].view["notices"]] == shown
            assert encode(run.steps[-1].view) == encode(view), "the jury sees what the candidate saw"


def _simulation(part: Any) -> str:
    (item,) = part.runs
    return str(item)


def test_a_candidate_who_moves_goes_on_where_they_were_in_the_simulator(
    stage: Callable[..., AbstractContextManager[Scene]],
    contest_of_a_simulator: SealedContest,
    free_port: Callable[[], int],
) -> None:
    with stage(count=2, contest=contest_of_a_simulator) as scene, chromium() as browser:
        first = started(scene, browser, scene.kiosk(0, free_port()))
        first.post("Họp giao ban")
        room_pages.wait_until_saved(first.page)
        first.kiosk.kill()
        shutil.rmtree(first.kiosk.folder)  # its disk is gone too: the room alone has what was done
        second = Candidate(browser, scene.kiosk(1, free_port()))
        room_pages.wait_for_screen(second.page, "sign_in")
        second.page.fill("#sbd", scene.sheets[0].sbd)
        second.page.fill("#code", scene.sheets[0].code)
        second.page.locator("[data-form=sign-in] button.main").click()
        room_pages.wait_for_screen(second.page, "confirm", "exam")
        if second.page.get_attribute("body", "data-screen") == "confirm":
            second.page.locator("[data-call='/api/identity/confirm']").click()
        second.go_to_the_board()
        assert second.notices() == ["Lịch trực tháng 10", "Lịch trực tháng 11", "Họp giao ban"]
        second.post("Ở máy khác")
        second.hand_in()
        ended(scene)
        with scene.opened() as room:
            assert room.sitting is not None
            (attempt,) = room.sitting.state.attempts.values()
            assert attempt.parts[0].finish is not None
            assert not attempt.parts[0].finish.disputed, "both sides count the same actions"
            acts = attempt.parts[0].runs[_simulation(attempt.parts[0])].acts
            assert [(n, one.generation) for n, one in sorted(acts.items())] == [(1, 1), (2, 2)]

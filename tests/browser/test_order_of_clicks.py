"""What a candidate clicks reaches the agent in the order it was clicked, on the slowest of disks too."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page
from werkzeug.serving import make_server

from client_kiosk.kiosk import Saved
from client_kiosk.pages.app import create_app
from question_bank.front.door import Door

OVERTAKING_S = 1.0  # how long the slow disk gives later clicks to come first
TITLE = {"vi": "Phần thi", "en": "Part"}


class SlowDesk:
    """An agent in the middle of an exam whose disk takes its time over option A."""

    def __init__(self) -> None:
        self.recorded: list[tuple[object, ...]] = []
        self.all_here = threading.Event()
        self._overtaken = threading.Event()

    def view(self) -> dict[str, Any]:
        return {
            "screen": "exam", "room_name": "A", "seat_label": "B07", "connected": True, "candidate": None,
            "sitting": {"title": TITLE, "state": "open"}, "staging": {"ready": 2, "total": 2, "fault": None},
            "part": {"number": 1, "count": 1, "title": TITLE, "duration_ms": 60_000},
            "clock": {"remaining_ms": 60_000, "running": True, "ends_at": "09:00"}, "pause": None, "extensions_ms": 0,
            "saved": {"state": "idle", "pending": 0, "at": None}, "answered": 0, "of": 1, "flagged": [],
            "responses": {}, "submitted": None, "result": None, "notice": None, "stopped": None, "rooms": [],
            "code": None, "code_confirmed": False,
        }  # fmt: skip

    def paper(self) -> dict[str, Any]:
        options = [{"option_id": one, "text": one, "fixed": False} for one in ("một", "hai", "ba")]
        item = {"number": 1, "type": "single_choice", "stimulus": None, "stem": "?", "view": {"options": options},
                "max_marks": "1", "plays": 0}  # fmt: skip
        return {"title": TITLE, "items": [item], "stimuli": {}}

    def subscribe(self) -> SlowDesk:
        return self

    def wait(self, timeout_s: float) -> bool | None:
        return None if self.all_here.wait(timeout_s) else False

    def close(self) -> None:
        """Nothing is held."""

    def save(self, number: int, response: dict[str, Any]) -> Saved:
        if response == {"options": ["một"]}:
            self._overtaken.wait(OVERTAKING_S)
        return self._record("save", *response["options"])

    def clear(self, number: int) -> Saved:
        return self._record("clear")

    def _record(self, *what: object) -> Saved:
        self._overtaken.set()
        self.recorded.append(what)
        if len(self.recorded) == 3:
            self.all_here.set()
        return Saved(True)


@pytest.fixture
def desk() -> SlowDesk:
    return SlowDesk()


@pytest.fixture
def link(desk: SlowDesk, free_port: Callable[[], int]) -> Iterator[str]:
    """The pages of that agent, served as the kiosk serves them."""
    port = free_port()
    app = create_app(desk, Door(f"127.0.0.1:{port}", "exam_order", lambda token: token == "once"))  # type: ignore[arg-type]
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with closing(server.socket):
        yield f"http://127.0.0.1:{port}/enter?token=once"
        desk.all_here.set()
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_later_choice_never_overtakes_an_earlier_one(
    desk: SlowDesk, link: str, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.goto(link)
    page.wait_for_selector("#options .option")
    for key in ("a", "b"):
        page.keyboard.press(key)
    page.locator("#clear").click()
    assert desk.all_here.wait(30)
    assert desk.recorded == [("save", "một"), ("save", "hai"), ("clear",)]

"""The officers' pages in a real browser: nothing for axe to find, nothing clipped, and the check-in by keyboard alone."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from server.domain.rights import Role
from server.drill.prepared_room import SITTING_ID, make_room, open_room, seal_contest
from server.live.room import Room
from server.store.officers import Officer
from server.web import create_app
from server.web.sessions import PerListenerCookies

PAGES = {
    Role.TECHNICAL: ("/prepare", "/officers", "/roster/import", "/password", "/acts"),
    Role.PROCTOR: ("/roster", "/roster/add", "/codes", "/check-in", "/closing", "/papers", "/nowhere"),
    Role.ORGANISING: ("/results", "/papers"),
}
# Text that is cut off, in elements that do not say so with an ellipsis.
CLIPPED = """() => [...document.querySelectorAll("h1, h2, p, a, button, label, th, td, li, legend, span, b")]
  .filter((one) => one.clientWidth > 0 && getComputedStyle(one).display !== "inline"
    && getComputedStyle(one).textOverflow !== "ellipsis" && !one.closest(".visually-hidden, .table-box")
    && one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.outerHTML.slice(0, 120))"""


class Office:
    """The pages of a room on a real socket, and cookies of signed-in officers."""

    def __init__(self, room: Room, address: str, cookie: Callable[[dict[str, str]], str]) -> None:
        self.room, self.address, self._cookie = room, address, cookie

    def sign_in(self, page: Page, role: Role, language: str = "vi") -> None:
        token, now_ms = secrets.token_urlsafe(32), self.room.clock.now_ms()
        self.room.store.officers.begin_session(token, f"u-{role.value}", now_ms, now_ms + 3_600_000)
        cookies = {"examroom-local": self._cookie({"officer": token}), "examroom-language": language}
        page.context.add_cookies(
            [{"name": name, "value": value, "url": self.address} for name, value in cookies.items()]
        )


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One prepared room for all tests of this file."""
    folder = tmp_path_factory.mktemp("office")
    make_room(folder, seal_contest(tmp_path_factory.mktemp("sealed"), small=True), 12)
    with open_room(folder) as room:
        room.store.officers.add(
            [Officer(f"u-{role.value}", role.value, "Cán bộ Thử", role, "Ban", "-", False, 1, "cli") for role in Role]
        )
        app = create_app(room)
        signer = PerListenerCookies().get_signing_serializer(app)
        assert signer is not None
        server = make_server("127.0.0.1", 0, app, threaded=True)
        worker = threading.Thread(target=server.serve_forever)
        worker.start()
        try:
            yield Office(room, f"http://127.0.0.1:{server.server_port}", signer.dumps)
        finally:
            server.shutdown()
            worker.join()
            server.server_close()


@pytest.mark.shared
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("role", list(PAGES))
def test_officers_pages_are_whole_and_open_to_everyone(
    office: Office, new_page: Callable[..., Page], violations: Callable[[Page], list[str]], role: Role, language: str
) -> None:
    page = new_page()
    office.sign_in(page, role, language)
    for path in PAGES[role]:
        page.goto(office.address + path)
        assert page.get_attribute("html", "lang") == language
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate(CLIPPED) == [], path


@pytest.mark.shared
def test_the_way_in_is_whole_too(
    office: Office, new_page: Callable[..., Page], violations: Callable[[Page], list[str]]
) -> None:
    page = new_page(locale="vi-VN")
    page.goto(office.address + "/")
    assert page.url.startswith(office.address + "/sign-in")
    assert violations(page) == []


@pytest.mark.shared
def test_people_are_checked_in_by_keyboard_alone(office: Office, new_page: Callable[..., Page]) -> None:
    page = new_page()
    office.sign_in(page, Role.PROCTOR)
    page.goto(office.address + "/check-in")
    for sbd in ("TS0003", "TS0007"):
        page.keyboard.type(sbd)
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_contain_text(sbd)
    page.keyboard.type("TS0005")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("TS0005")
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.locator("[data-count=late]")).to_have_text("0")
    found = office.room.store.candidates.of_sitting(SITTING_ID)
    assert office.room.sitting is not None
    noted = office.room.sitting.state.attendance
    states = {one.entry.sbd: noted[one.candidate_id].state.value for one in found if one.candidate_id in noted}
    assert states == {"TS0003": "present", "TS0007": "present", "TS0005": "expected"}


@pytest.mark.shared
def test_typing_finds_people_with_and_without_marks(office: Office, new_page: Callable[..., Page]) -> None:
    page = new_page()
    office.sign_in(page, Role.PROCTOR)
    page.goto(office.address + "/roster")
    shown = "() => [...document.querySelectorAll('#people tr')].filter((row) => !row.hidden).length"
    for typed, count in (("thi sinh so 1", 4), ("Thí sinh số 12", 1), ("ts0005", 1), ("nobody", 0), ("", 12)):
        page.fill("#filter", typed)
        assert page.evaluate(shown) == count, typed


@pytest.mark.shared
def test_the_pages_policy_lets_their_own_scripts_run_and_no_other(
    office: Office, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    office.sign_in(page, Role.PROCTOR)
    page.goto(office.address + "/roster")
    said: list[Any] = []
    page.on("console", lambda message: said.append(message.text))
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))"
    )
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in one for one in said)

"""Officers' pages of a real room in a real browser; the kiosks are pretended (scripts/console_hall.py)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page

from scripts.console_hall import ConsoleHall, console_hall
from server.domain.rights import Role
from server.domain.values import Cause
from server.drill.prepared_room import Rules, SealedContest, hold_ceremony, seal_contest
from server.heartbeat import monotonic_ms, wall_ms
from server.live.clock import RoomClock

PICTURES = os.environ.get("EXAMROOM_PICTURES")  # where to keep what the browser showed, when somebody wants to look


@pytest.fixture(scope="session")
def contest(tmp_path_factory: pytest.TempPathFactory) -> SealedContest:
    """Both sets of the sixty-item paper, sealed once."""
    return seal_contest(tmp_path_factory.mktemp("sealed"))


@pytest.fixture
def clock() -> RoomClock:
    """Room time that a test may move with `set`."""
    return RoomClock(monotonic_ms, wall_ms, wall_ms())


@pytest.fixture
def hall(tmp_path: Path, contest: SealedContest) -> Iterator[Callable[..., ConsoleHall]]:
    """`hall(count, rules=…)`: a served room with so many seats."""
    with ExitStack() as stack:

        def make(
            count: int, rules: Rules | None = None, clock: RoomClock | None = None, contest: SealedContest = contest
        ) -> ConsoleHall:
            folder = tmp_path / "room"
            folder.mkdir()
            return stack.enter_context(console_hall(folder, contest, count, rules, clock))

        yield make


@pytest.fixture
def opened(hall: Callable[..., ConsoleHall], contest: SealedContest) -> Callable[..., ConsoleHall]:
    """`opened(count, absent=1)`: the paper open, everybody but the last few here, signed in and confirmed."""

    def make(count: int, absent: int = 0, **options: object) -> ConsoleHall:
        found = hall(count, **options)
        hold_ceremony(found.room, contest)
        here = found.seats[: count - absent]
        found.arrive(here)
        found.sign_in(here)
        return found

    return make


@pytest.fixture(scope="module")
def full_room(tmp_path_factory: pytest.TempPathFactory, contest: SealedContest) -> Iterator[ConsoleHall]:
    """Three hundred seats in the middle of the exam, five of them in need of somebody; nobody changes anything there."""
    folder = tmp_path_factory.mktemp("full") / "room"
    folder.mkdir()
    with console_hall(folder, contest, 300) as found:
        hold_ceremony(found.room, contest)
        here = found.seats[:295]
        found.arrive(here)
        found.sign_in(here)
        found.start()
        for seat in here:
            found.answer(seat, 2 + seat.n * 7 % 9)
        for n in (50, 101, 152):
            found.submit(found.seats[n])
        found.silent(found.seats[31])
        found.silent(found.seats[143])
        found.submit(found.seats[203], honest=False)
        found.pulse(found.seats[176], free_bytes=90_000_000)
        found.pause(found.seats[104], "Thí sinh mệt, đang được nhân viên y tế chăm sóc", Cause.CANDIDATE)
        found.arrive([found.move(found.seats[60], found.seats[296])])
        yield found


@pytest.fixture
def page_of(new_page: Callable[..., Page]) -> Callable[..., Page]:
    """`page_of(hall, role, path, width, height, language)`: a page that this officer has open."""

    def show(
        hall: ConsoleHall, role: Role = Role.PROCTOR, path: str = "/console", width: int = 1366, height: int = 768,
        language: str = "vi",
    ) -> Page:  # fmt: skip
        page = new_page(width, height, locale=f"{language}-{'VN' if language == 'vi' else 'GB'}")
        spoken = {"name": "examroom-language", "value": language, "url": hall.url}
        page.context.add_cookies([hall.officer(role), spoken])  # type: ignore[list-item]  # a TypedDict of the library's own
        page.goto(hall.url + path)
        if path == "/console":
            page.wait_for_selector(".tile, #seats-none:not([hidden])")
        return page

    return show


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """`picture(page, name)`: keep what is shown, when EXAMROOM_PICTURES names a folder."""

    def keep(page: Page, name: str) -> None:
        if PICTURES:
            (Path(PICTURES) / f"{name}.png").write_bytes(page.screenshot())

    return keep


@pytest.fixture
def fits() -> Callable[[Page], list[str]]:
    """`fits(page)`: what sticks out of the window or is cut off, by its words."""

    def look(page: Page) -> list[str]:
        found: list[str] = page.evaluate(
            """() => {
              const wide = document.documentElement.scrollWidth > innerWidth + 1 ? ["the page scrolls sideways"] : [];
              const cut = [...document.querySelectorAll("button, h1, h2, h3, .issue-title, .issue-about, .count-text, .count-figure, dd, td, label")]
                .filter((one) => one.offsetParent && !one.closest(".tile, .drawer-body, .visually-hidden"))
                .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline")
                .map((one) => one.textContent.trim().slice(0, 60));
              return [...wide, ...cut];
            }"""
        )
        return found

    return look

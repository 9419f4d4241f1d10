"""One candidate of the demonstration: a thread with a browser of its own, clicking through the paper several times.

Every click is logged only when the machine has taken it and the page shows it as chosen and as saved; whatever is cut
off in between is done again, as a person would. A candidate tries again for as long as it is not told to leave, and never keeps the process alive.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Queue

from playwright.sync_api import Error, Page, sync_playwright

from client_kiosk.shell import find_browser
from scripts import room_pages
from scripts.check_paper import folded
from scripts.stopwatch import Stopwatch

AGAIN_MS = 5000  # in the exam: after so long without what it waits for, a candidate looks around and tries again
SAVES = ("/api/save", "/api/clear")


@dataclass(frozen=True, slots=True)
class Part:
    """Who this candidate is, how often they go over the paper, and how often they are right.

    Every `miss`-th item is answered wrongly in the last pass.
    """

    seat: str
    sbd: str
    code: str
    miss: int
    passes: int


class LeftError(Exception):
    """The candidate was told to leave."""


class DemoCandidate(threading.Thread):
    """Runs until submitted or told to leave; `failure` is what went wrong, if anything."""

    def __init__(
        self, part: Part, keys: Mapping[str, frozenset[str]], clicks: Path, watch: Stopwatch, link: str,
        before: Callable[[Page], None],
    ) -> None:  # fmt: skip
        super().__init__(name=f"candidate-{part.seat}", daemon=True)
        self.part = part
        self.links: Queue[str] = Queue()
        self.links.put(link)
        self.ready = threading.Event()
        self.clicked = 0
        self.failure: BaseException | None = None
        self._keys = keys
        self._log = clicks
        self._watch = watch
        self._before = before
        self._leaving = threading.Event()

    def leave(self) -> None:
        """Give up at the next look around, a few seconds from now; nothing that happens after this is a failure."""
        self._leaving.set()

    def run(self) -> None:
        """The whole exam of this candidate."""
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
                )
                self._open: Callable[[], Page] = lambda: room_pages.candidate(browser, self.links.get(timeout=60))
                page = self._open()
                self._before(page)
                room_pages.sign_in_candidate(page, self.part.sbd, self.part.code)
                self.ready.set()
                page = self._whole_paper(page)
                self._submit(page)
                browser.close()
        except BaseException as error:
            self.ready.set()
            if self._leaving.is_set():
                return
            self.failure = error
            raise

    def _whole_paper(self, page: Page) -> Page:
        page.set_default_timeout(AGAIN_MS)
        with self._watch.during("exam", self.part.sbd):
            page = self._until_done(page, lambda _: None)
        count = page.locator("#grid .cell").count()
        for turn in range(self.part.passes):
            for number in range(1, count + 1):
                page = self._until_done(page, partial(self._answer, number=number, turn=turn))
        return page

    def _until_done(self, page: Page, act: Callable[[Page], None], *screens: str) -> Page:
        """Do something on the exam's screen (or these), however often the machine, the line or a pause gets in between."""
        while not self._leaving.is_set():
            try:
                room_pages.wait_for_screen(page, *(screens or ("exam",)))
                act(page)
            except Error:
                page = self._again(page)
            else:
                return page
        raise LeftError

    def _again(self, page: Page) -> Page:
        """The page to go on with: the same one, or that of the machine's next start."""
        if not self._machine_is_gone(page):
            return page
        page.context.close()
        page = self._open()
        page.set_default_timeout(AGAIN_MS)
        return page

    def _machine_is_gone(self, page: Page) -> bool:
        """The agent was killed: its next start brings a new link, which the rehearsal hands over."""
        return not self.links.empty() or page.is_closed()

    def _answer(self, page: Page, number: int, turn: int) -> None:
        room_pages.go_to_item(page, number)
        stem, options, several = room_pages.shown_item(page)
        wanted = self._wanted(stem, options, turn, number)
        chosen = set(room_pages.chosen_options(page))
        for place, option in enumerate(options, 1):
            if (option in wanted) != (option in chosen) and (several or option in wanted):
                self._click(page, place)
        page.wait_for_function(
            """wanted => JSON.stringify([...document.querySelectorAll('#options .option:has(input:checked) .letter + span')]
                 .map(one => one.textContent).sort()) === JSON.stringify(wanted)
                 && ['server', 'machine'].includes(document.getElementById('saved').dataset.state)""",
            arg=sorted(wanted), timeout=4000,
        )  # fmt: skip
        with self._log.open("a", encoding="utf-8") as file:
            line = {"sbd": self.part.sbd, "stem": folded(stem), "options": sorted(wanted)}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.clicked += 1

    def _click(self, page: Page, place: int) -> None:
        """Click an option and hear that it is on the machine's disk. Raises Error when it is not, as at a pause.

        The saved box cannot be waited for: until the machine has answered, it still speaks of the click before.
        """
        with page.expect_response(lambda response: response.url.endswith(SAVES)) as answer:
            room_pages.click_option(page, place)
        if not (answer.value.ok and answer.value.json()["ok"]):
            raise Error("the machine did not take the click")

    def _wanted(self, stem: str, options: list[str], turn: int, number: int) -> set[str]:
        """What to choose: something else on every pass, and in the last one the right answer except every n-th."""
        right = {option for option in options if folded(option) in self._keys[folded(stem)]}
        if turn == self.part.passes - 1 and number % self.part.miss:
            return right
        others = [option for option in options if option not in right]
        return {others[(turn + number) % len(others)]}

    def _submit(self, page: Page) -> None:
        with self._watch.during("submit", self.part.sbd):
            self._until_done(page, self._hand_in, "exam", "review", "submitting", "submitted")

    def _hand_in(self, page: Page) -> None:
        screen = page.get_attribute("body", "data-screen")
        if screen == "review":  # an earlier try got so far
            page.locator("#back-to-paper:visible, #submit-no:visible").first.click()
        if screen in ("exam", "review"):
            room_pages.submit(page)
        room_pages.wait_for_screen(page, "submitted")

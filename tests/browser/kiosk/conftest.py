"""A candidate's machine for tests of its screens: the real pages in real Chromium before a scripted agent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from scripts.every_type_paper import EveryType, every_type
from scripts.screens_desk import ScriptedDesk, served_desk
from scripts.screens_kiosk_states import STATES, paper


@dataclass
class Machine:
    """A kiosk: `desk` is what its agent says and hears, `page` what the candidate sees."""

    desk: ScriptedDesk
    page: Page

    def show(self, state: str, **parts: Any) -> Page:
        """Let the agent say this, and wait until the page shows it."""
        self.desk.show({**STATES[state], **parts})
        return self.on(str(self.desk.view()["screen"]))

    def on(self, screen: str) -> Page:
        """Wait for a screen."""
        self.page.wait_for_selector(f"body[data-screen={screen}]")
        self.page.evaluate("() => document.fonts.ready")  # a typeface that comes later makes every button wider
        return self.page

    def place(self, selector: str) -> dict[str, float] | None:
        """Where something stands, in CSS pixels."""
        return self.page.locator(selector).bounding_box()  # type: ignore[return-value]

    def item_is(self, number: int) -> None:
        """Wait until this item is shown."""
        expect(self.page.locator(f"#grid .cell[data-number='{number}'][aria-current]")).to_be_attached()

    def focused(self) -> str:
        """The element with the focus, by id, else by what it says."""
        return str(self.page.evaluate("() => document.activeElement.id || document.activeElement.textContent.trim()"))

    def tab_to(self, wanted: str, most: int = 30) -> None:
        """Press Tab until this element has the focus, and see that the focus can be seen."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            assert self.page.evaluate(SEEN), f"the focus on {self.focused()} cannot be seen"
            if self.focused() == wanted:
                return
        pytest.fail(f"{wanted} is not reached by {most} times Tab", pytrace=False)


# The focused control, or the label around a radio button that hides itself, has a ring.
SEEN = """() => {
  const focused = document.activeElement;
  const shown = focused.closest(".option, .judgement") ?? focused;
  const style = getComputedStyle(shown);
  return focused === document.body || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
}"""


@pytest.fixture(scope="session")
def every() -> EveryType:
    """A paper with an item of every type."""
    return every_type()


@pytest.fixture
def machine(new_page: Callable[..., Page]) -> Iterator[Callable[..., Machine]]:
    """`machine(width=1366, height=768, every=None)`: a machine in a window of this size, with the paper of every type."""
    closing = []

    def make(width: int = 1366, height: int = 768, every: EveryType | None = None) -> Machine:
        desk = ScriptedDesk(STATES["searching"], paper() if every is None else every.paper)
        desk.media = {} if every is None else every.media
        served = served_desk(desk)
        page = new_page(width, height)
        page.goto(served.__enter__())
        closing.append((page, served))
        page.wait_for_selector("body[data-screen=searching]")
        return Machine(desk, page)

    yield make
    for page, served in closing:
        page.close()  # before the machine, which it still asks
        served.__exit__(None, None, None)

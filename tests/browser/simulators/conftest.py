"""A simulator's page in real Chromium, before a run in memory: `board = bench("webmail")`, then `board.page` and `board.bench`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from question_bank.canonical import JSON
from question_bank.simulators import Simulator, simulator
from question_bank.wording import Language
from scripts.simulator_page import Bench, sample_world, served_simulator


@dataclass
class OnBench:
    """`page` is what the candidate sees, `bench` what their machine holds; `address` opens the page in another browser."""

    bench: Bench
    page: Page
    address: str

    def reload(self) -> None:
        """As after a crash of the browser: everything on the page is gone but what this machine keeps."""
        self.page.reload()
        self.shown()

    def shown(self) -> None:
        """Wait until the simulator's page is there."""
        self.page.wait_for_selector("body[data-shown=yes]", state="attached")

    def done(self) -> list[JSON]:
        """The actions taken so far, in order."""
        return [dict(one.action) for one in self.bench.actions]


@pytest.fixture
def bench(new_page: Callable[..., Page], noticeboard: Simulator) -> Iterator[Callable[..., OnBench]]:
    """`bench(name, language="vi", width=1366, height=768)`: this simulator's sample scenario in a window of this size."""
    closing = []

    def make(name: str, language: Language = "vi", width: int = 1366, height: int = 768) -> OnBench:
        found = simulator(name)
        made = Bench(found, sample_world(found))
        served = served_simulator(made, language)
        page = new_page(width, height)
        address = served.__enter__()
        closing.append((page, served))
        page.goto(address)
        on = OnBench(made, page, address)
        on.shown()
        return on

    yield make
    for page, served in closing:
        page.close()  # before the machine, which it still asks
        served.__exit__(None, None, None)

"""An item of any type is begun on an empty page: nothing on it fails, and what refers to other rows finds them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from question_bank.items import types
from question_bank.studio.running import Running
from question_bank.studio.seat import Seat

Open = Callable[[str], Page]


@pytest.fixture
def begin(bank: Path, new_page: Callable[..., Page], sign_in: Callable[[Page, str], None]) -> Iterator[Open]:
    """`begin(type)`: the page of a new item, ready to be typed into."""
    with Running(bank, None, 0, lambda: time.time_ns() // 1_000_000, Seat()) as running:
        page = new_page()
        page.goto(running.launch.link())
        sign_in(page, "Nguyễn Văn An")

        def go(name: str) -> Page:
            page.goto(running.launch.link().partition("/enter")[0] + f"/new/{name}")
            page.wait_for_selector("#fields:not([inert])")
            page.wait_for_selector("#faults .fault")
            page.wait_for_selector("#sheet > *", state="attached")
            return page

        yield go
        page.close()


def test_every_type_begins_without_a_failure_and_nothing_is_called_wrong_before_it_is_typed(begin: Open) -> None:
    for name in types():
        page = begin(name)  # a failure of a script fails the test
        assert page.locator("#fields [aria-invalid]").count() == 0, name
        page.fill("[data-field=stem]", "Câu hỏi gì?")
        page.wait_for_selector("#fields [aria-invalid]")


def test_pairs_are_chosen_from_the_first(begin: Open) -> None:
    page = begin("matching")
    page.fill("[data-path='left/1'] textarea", "Ctrl+C")
    page.select_option("[data-path='left/1'] select", "B")
    page.fill("[data-path='right/B'] textarea", "chép")
    expect(page.locator("#key")).to_contain_text("B")
    page.wait_for_selector("#saved[data-state=saved]")


def test_a_choice_has_four_rows_and_loses_those_that_are_not_needed(begin: Open) -> None:
    page = begin("single_choice")
    rows = page.locator("[data-path^='options/']")
    expect(rows).to_have_count(4)
    page.click("[data-path='options/D'] .steps button >> nth=1")
    expect(rows).to_have_count(3)

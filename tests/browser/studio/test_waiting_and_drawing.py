"""The way through what waits, and places drawn on a picture: by mouse, by keyboard, and told by axe."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from question_bank.canonical import JSON
from question_bank.ids import BankItemId, StimulusId
from question_bank.items.model import Stimulus
from question_bank.vault.people import Person
from question_bank.vault.states import Act, State
from question_bank.vault.vault import Vault
from scripts.screens_checks import LAYOUT

if TYPE_CHECKING:
    from tests.browser.studio.conftest import Opened, Screen

Look = Callable[[Path], Vault]
AN, BINH, CHI = Person("Nguyễn Văn An"), Person("Trần Thị Bình"), Person("Lê Chi")


@pytest.fixture
def reviewed(bank: Path) -> list[BankItemId]:
    """Three items that Bình has reviewed, in the order of the queue."""
    with Vault.open(bank, None, lambda: time.time_ns() // 1_000_000) as vault:
        vault.shared.write_stimulus(Stimulus(StimulusId("NL-1"), "Công văn", "Về việc số hoá"), AN)
        ids = [entry.id for entry in vault.items.entries()][:3]
        for name in ids:
            vault.items.act(name, Act.REVIEW, BINH)
        vault.save()
    return ids


def test_what_waits_is_gone_through_with_four_keys(
    bank: Path, reviewed: list[BankItemId], sit_down: Callable[..., Opened], look: Look,
    violations: Callable[[Page], list[str]],
) -> None:  # fmt: skip
    page = sit_down(bank, CHI).page
    page.wait_for_url("**/waiting")
    assert [*page.evaluate(LAYOUT), *violations(page)] == []
    page.click("a[href='/waiting/approve']")
    first, second, third = reviewed

    def state(name: BankItemId) -> State:
        with look(bank) as vault:
            held = vault.items.get(name)
            assert held
            return held.entry.state

    def stands(name: BankItemId) -> None:
        expect(page.locator("h1")).to_have_text(name)
        page.wait_for_selector("#sheet .answer")

    stands(first)
    acts = page.locator(".acts").bounding_box()
    assert acts
    assert acts["y"] + acts["height"] <= 768  # all on one page of an old monitor
    page.keyboard.press("ArrowRight")
    stands(second)
    page.keyboard.press("a")
    stands(third)
    expect(page.locator("[role=status].fine")).to_contain_text(second)
    assert state(second) is State.APPROVED
    page.keyboard.press("b")  # the reason is asked for first
    page.keyboard.type("Phương án A cũng đúng")
    page.keyboard.press("Enter")
    stands(first)
    assert [state(name) for name in reviewed] == [State.REVIEWED, State.APPROVED, State.DRAFT]
    assert [*page.evaluate(LAYOUT), *violations(page)] == []
    page.keyboard.press("a")
    expect(page.locator(".empty h1")).to_be_visible()


def test_places_are_drawn_with_the_mouse_and_moved_with_the_keyboard(
    bank: Path, sit_down: Callable[..., Opened], look: Look, violations: Callable[[Page], list[str]]
) -> None:
    opened = sit_down(bank)
    page = opened.page
    with look(bank) as vault:
        name = next(one.id for one in vault.items.entries() if one.type == "hotspot")
    page.goto(f"{opened.base}/edit/{name}")
    page.wait_for_selector("#sheet .answer")
    picture = page.locator(".drawing-board img")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.drawing-board img').naturalWidth > 0")
    width, height = page.evaluate("(({naturalWidth, naturalHeight}) => [naturalWidth, naturalHeight])(document.querySelector('.drawing-board img'))")  # fmt: skip
    before = page.locator(".drawing-board g").count()
    marks = page.locator("#sheet .mark")

    def at(across: float, down: float) -> tuple[float, float]:
        box = picture.bounding_box()
        assert box
        return box["x"] + box["width"] * across, box["y"] + box["height"] * down

    page.mouse.move(*at(0.1, 0.5))
    page.mouse.down()
    page.mouse.move(*at(0.15, 0.6))
    page.mouse.move(*at(0.2, 0.7))
    page.mouse.up()
    expect(page.locator(".drawing-board g")).to_have_count(before + 1)
    field = page.locator(f"[data-path='regions/{before}/rectangle'] :is(input, textarea)")
    left, top, right, bottom = map(int, field.input_value().split())
    assert abs(left - 1000) < 50
    assert abs(bottom - 7000) < 50
    expect(marks).to_have_count(before + 1)  # the candidate's page follows
    page.locator(f"[data-key='region {before}']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    dx, dy = round(10_000 / width), round(10_000 / height)
    moved = f"{left + dx} {top + 10 * dy} {right + dx} {bottom + 10 * dy}"
    expect(field).to_have_value(moved)
    page.locator(f"[data-key='corner {before} 2']").focus()
    page.keyboard.press("ArrowUp")
    expect(field).to_have_value(f"{left + dx} {top + 10 * dy} {right + dx} {bottom + 9 * dy}")
    field.fill("100 200 300 400")  # the numbers stay as fields, and the picture follows them
    expect(page.locator(f"[data-key='region {before}'] rect >> nth=0")).to_have_attribute("x", "100")
    page.check(".drawing-tools input[type=radio] >> nth=2")
    for corner in ((0.5, 0.8), (0.6, 0.8), (0.6, 0.9)):
        page.mouse.click(*at(*corner))
    page.keyboard.press("Enter")
    polygon = page.locator(f"[data-path='regions/{before + 1}/polygon'] :is(input, textarea)")
    expect(polygon).to_have_count(1)
    assert len(polygon.input_value().split()) == 6
    page.locator(f"[data-key='corner {before + 1} 0']").focus()
    page.keyboard.press("Insert")
    assert len(polygon.input_value().split()) == 8
    assert violations(page) == []
    page.locator(f"[data-key='region {before}']").focus()
    page.keyboard.press("Delete")
    expect(page.locator(".drawing-board g")).to_have_count(before + 1)
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    written = page.locator(f"[data-path='regions/{before}/polygon'] :is(input, textarea)").input_value()
    page.keyboard.press("Control+s")
    page.wait_for_url("**/items/*")
    with look(bank) as vault:
        held = vault.items.get(name)
        assert held
        regions: JSON = held.content["regions"]
        assert isinstance(regions, list)
        assert regions[-1] == {"polygon": written}


def test_no_page_of_what_waits_statistics_and_shared_things_cuts_a_word(
    bank: Path, reviewed: list[BankItemId], sit_down: Callable[..., Opened], look: Look,
    violations: Callable[[Page], list[str]], tmp_path: Path, screen: Screen,
) -> None:  # fmt: skip
    at = sit_down(bank, screen=screen)
    page, base, found = at.page, at.base, {}
    with look(bank) as vault:
        file = next(iter(vault.shared.media()))
    shown = ("/waiting", "/waiting/approve", "/waiting/review", "/waiting/mend", "/stimuli", "/stimuli/NL-1", "/stimuli/new", "/topics", "/files", f"/files/{file}", "/statistics")  # fmt: skip
    for path in shown:
        page.goto(base + path)
        if path in ("/waiting/approve", "/waiting/review"):
            page.wait_for_selector("#sheet .answer")
        found[path] = [*page.evaluate(LAYOUT), *violations(page)]
    names = ",".join(reviewed[:2])
    marks, choices = tmp_path / "điểm.csv", tmp_path / "chọn.csv"
    rows = [(n % 3 == 0, n % 5 < 3) for n in range(30)]
    marks.write_text("\n".join([f"sbd,{names},LA-1", *(f"{n},{int(a)},{int(b)},{int(b)}" for n, (a, b) in enumerate(rows))]))  # fmt: skip
    choices.write_text("\n".join([f"sbd,{names},LA-1", "key,A,A,A", *(f"{n},{'BA'[a]},{'CA'[b]},{'BA'[b]}" for n, (a, b) in enumerate(rows))]))  # fmt: skip
    page.set_input_files("#marks", marks)
    page.set_input_files("#choices", choices)
    page.click("#read")
    page.wait_for_selector(".tiles")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found["figures"] = [*page.evaluate(LAYOUT), *violations(page)]
    page.fill("[name=title]", "Vòng sơ khảo")
    page.fill("[name=held_on]", "2026-09-12")
    page.click(".keep-form .main")
    page.wait_for_url("**/statistics/2026-09-12-vong-so-khao")
    found["kept"] = [*page.evaluate(LAYOUT), *violations(page)]
    assert {path: wrong for path, wrong in found.items() if wrong} == {}

"""A blueprint as a committee makes it: numbers typed into a grid, what is short said beside them, kept, given as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from question_bank.assembling import kept_blueprint
from question_bank.formats.blueprint import read_blueprint_file
from question_bank.vault.states import State
from question_bank.vault.vault import Vault
from scripts.screens_checks import LAYOUT, faults

if TYPE_CHECKING:
    from tests.browser.studio.conftest import Opened, Screen

SAMPLES = Path(__file__).parents[3] / "question_bank/samples/blueprints"


def opened(page: Page) -> None:
    page.wait_for_selector("#fields:not([inert])")


def verdict(page: Page, state: str) -> None:
    expect(page.locator("#verdict")).to_have_attribute(
        "data-state", state, timeout=60_000
    )  # a process is started first


def test_a_grid_is_typed_until_the_bank_has_enough_kept_and_there_again(
    approved: tuple[Path, str, str, int], sit_down: Callable[..., Opened]
) -> None:
    bank, topic, level, most = approved
    at = sit_down(bank)
    page = at.page
    page.click("nav a[href='/blueprints']")
    page.fill("#vi", "Hội thi Đắk Lắk")
    expect(page.locator("#contest")).to_have_value("hoi-thi-dak-lak")
    page.click("form[action='/blueprints'] button")
    opened(page)
    verdict(page, "nothing_yet")
    with Vault.open(bank, None, lambda: 1, write=False) as vault:
        title = vault.shared.topics()[topic].vi  # type: ignore[index]
    row = page.locator("#grid tr.cells", has_text=title)
    place = row.get_attribute("data-row")
    levels = ["nhan_biet", "thong_hieu", "van_dung", "van_dung_cao"]
    page.focus(f"[data-cell='{place}/{levels[0]}']")
    for _ in range(levels.index(level)):
        page.keyboard.press("ArrowRight")
    page.keyboard.type(str(most))  # both sets need it: twice what there is
    verdict(page, "short")
    expect(page.locator("#short button")).to_have_count(1)
    expect(page.locator("#short button")).to_contain_text(f"cần {2 * most} câu, ngân hàng có {most}")
    box = page.locator(f"[data-cell-box='{place}/{level}']")
    expect(box).to_have_attribute("data-short", "")
    expect(box).to_contain_text(f"cần {2 * most}, có {most}")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("1")  # what stood there is replaced, as in a table of numbers
    verdict(page, "feasible")
    expect(box).not_to_have_attribute("data-short", "")
    expect(page.locator("[data-sum=all]")).to_have_text("1")
    page.keyboard.press("Control+z")
    verdict(page, "short")
    page.keyboard.press("Control+y")
    verdict(page, "feasible")
    page.fill("[data-path='sections/0/mark_per_item']", "0,5")
    expect(page.locator("#sums tfoot")).to_contain_text("0,5 điểm")
    page.keyboard.press("Control+s")
    expect(page.locator("#saved")).to_contain_text("phiên bản 1")
    expect(page.locator(".history li")).to_have_count(1)
    page.reload()
    opened(page)
    expect(page.locator(f"[data-cell='{place}/{level}']")).to_have_value("1")
    assert page.locator(".notice").count() == 0
    with Vault.open(bank, None, lambda: 1, write=False) as vault:
        reading = kept_blueprint(vault, "hoi-thi-dak-lak-chung-ket")
        assert reading is not None
        assert reading.blueprint is not None
        assert (reading.blueprint.item_count, reading.blueprint.sections[0].mark_per_item) == (1, 50)
    at.child.terminate()
    assert at.child.wait() == 0


def test_a_file_is_taken_changed_in_its_rare_parts_and_given_back(
    approved: tuple[Path, str, str, int], sit_down: Callable[..., Opened], tmp_path: Path
) -> None:
    bank, *_ = approved
    at = sit_down(bank)
    page, base = at.page, at.base
    page.goto(base + "/blueprints")
    page.set_input_files("#file", SAMPLES / "nhieu-dang.yaml")
    opened(page)

    def given() -> Path:
        with page.expect_download() as download:
            page.click("#yaml")
        path = tmp_path / "given.yaml"
        download.value.save_as(path)
        return path

    first, same = read_blueprint_file(SAMPLES / "nhieu-dang.yaml").blueprint, read_blueprint_file(given()).blueprint
    assert first is not None
    assert same is not None
    assert same.sha256() == first.sha256()
    with Vault.open(bank, None, lambda: 1, write=False) as vault:
        one, other = [entry.id for entry in vault.items.entries() if entry.state is State.APPROVED][:2]
    page.click("details[data-holds=exclude] summary")
    page.click("#add-group")
    for item in (one, other):  # found by number, chosen with the keyboard
        page.keyboard.type(item)
        expect(page.locator("[role=option][aria-selected=true] b")).to_have_text(item)
        page.keyboard.press("Enter")
        expect(page.locator("#exclude .named b", has_text=item)).to_have_count(1)
    page.click("details[data-holds~=forms] summary")
    page.fill("[data-path='forms/count']", "x")
    expect(page.locator("[data-path='forms/count']")).to_have_attribute("aria-invalid", "true")
    page.fill("[data-path='forms/count']", "2")
    expect(page.locator("[data-path='forms/count']")).not_to_have_attribute("aria-invalid", "true")
    page.click("details[data-holds=rule] summary")
    page.fill("[data-path='sections/0/rule/single_choice/penalty']", "25")
    changed = read_blueprint_file(given()).blueprint
    assert changed is not None
    assert changed.forms.count == 2
    assert [group.items for group in changed.exclude] == [(one, other)]
    assert changed.sections[0].rules["single_choice"].penalty_percent == 25
    assert changed.sections[1] == first.sections[1]


def test_no_page_of_blueprints_cuts_a_word_or_fails_axe(
    approved: tuple[Path, str, str, int], sit_down: Callable[..., Opened], violations: Callable[[Page], list[str]], screen: Screen
) -> None:  # fmt: skip
    at = sit_down(approved[0], screen=screen)
    page, base = at.page, at.base
    page.goto(base + "/blueprints")
    found = {"empty list": [*faults(page, screen.language), *violations(page)]}
    page.set_input_files("#file", SAMPLES / "nhieu-dang.yaml")
    opened(page)
    verdict(page, "short")
    here = page.url
    found["editor"] = [*page.evaluate(LAYOUT), *violations(page)]
    for summary in page.locator("details summary").all():
        summary.click()
    page.click("[data-more='0']")
    page.click("#add-group")
    page.fill("[data-picker='exclude/0']", "a")
    page.wait_for_selector("[role=option]")
    page.fill("[data-path='contest_id']", "KHÔNG")
    expect(page.locator("#faults .fault")).not_to_have_count(0)
    found["unfolded"] = [*page.evaluate(LAYOUT), *violations(page)]
    page.goto(base + "/blueprints")
    found["list"] = [*page.evaluate(LAYOUT), *violations(page)]
    page.goto(here)
    opened(page)
    page.click("#keep")
    page.wait_for_selector("#refused:not([hidden])")
    found["refused"] = [*page.evaluate(LAYOUT), *violations(page)]
    assert {path: wrong for path, wrong in found.items() if wrong} == {}

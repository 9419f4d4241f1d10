"""The studio as the committee uses it: a Word file becomes approved items, what was said to be saved is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from question_bank.items import types
from question_bank.vault.states import State
from question_bank.vault.vault import Vault
from scripts.screens_checks import LAYOUT, faults

if TYPE_CHECKING:
    from tests.browser.studio.conftest import Opened, Screen

Look = Callable[[Path], Vault]
SignIn = Callable[[Page, str], None]
AN, BINH = "Nguyễn Văn An", "Trần Thị Bình"
WORD = Path(__file__).parents[2] / "vectors/formats/docx"


def type_into(page: Page, field: str, text: str) -> None:
    page.fill(f"[data-field={field}]", text)


def keep(page: Page) -> None:
    page.keyboard.press("Control+s")
    page.wait_for_url("**/items/*")


def test_a_word_file_becomes_items_that_two_people_have_signed(
    bank: Path, sit_down: Callable[..., Opened], sign_in: SignIn, look: Look
) -> None:
    at = sit_down(bank)
    page = at.page
    with look(bank) as found:
        before = found.items.ids()
    page.click("header a[href='/items']")
    page.click("text=Nhập từ tệp")
    page.set_input_files("#file", WORD / "no_key.docx")
    page.click("#read")
    page.wait_for_selector(".question .sheet .answer")
    with look(bank) as found:
        assert found.items.ids() == before
    for _ in range(2):  # each is uncertain: taken one by one
        page.click(".question:not([data-taken]) .question-head button >> nth=0")
        page.wait_for_selector(".fine[role=status]")
    with look(bank) as found:
        new = sorted(found.items.ids() - before)
        assert len(new) == 2
        assert all(one.open_reasons for one in found.items.entries() if one.id in new)
    for name in new:  # fixed: the key, why, and from where
        page.goto(f"{at.base}/edit/{name}")
        page.wait_for_selector("#fields:not([inert])")
        page.check("[data-path='options/B'] input[type=radio]")
        type_into(page, "explanation", "Theo tài liệu tập huấn.")
        type_into(page, "source", "Tài liệu tập huấn 2026, trang 3")
        keep(page)
        while page.locator(".reason[data-open] form").count():
            page.fill(".reason[data-open] input[name=why] >> nth=0", "đã đối chiếu tài liệu")
            page.click(".reason[data-open] button >> nth=0")
            page.wait_for_load_state()
        page.click("form[action$='/review'] button")
        expect(page.locator("form[action$='/approve'] button")).to_have_count(0)  # not the same person
    sign_in(page, BINH)
    for name in new:
        page.goto(f"{at.base}/items/{name}")
        page.click("form[action$='/approve'] button")
        expect(page.locator(".page-head .state")).to_have_attribute("data-state", "approved")
    with look(bank) as found:
        for entry in found.items.entries():
            if entry.id in new:
                assert (entry.state, entry.reviewer, entry.approver) == (State.APPROVED, AN, BINH)
    at.child.terminate()
    assert at.child.wait() == 0


def test_a_new_item_is_written_by_keyboard_and_undone_by_pauses(
    bank: Path, sit_down: Callable[..., Opened], look: Look
) -> None:
    page = sit_down(bank).page
    page.click("header a[href='/items']")
    page.wait_for_selector("#filters")
    page.wait_for_load_state()  # keys are heard once the page's module ran
    page.locator("body").press("n")
    page.click("a[href='/new/single_choice']")
    page.wait_for_selector("#fields:not([inert])")
    name = page.input_value("[data-field=id]")
    page.focus("[data-field=stem]")
    page.keyboard.type("Phím tắt nào lưu tệp?")
    saved = page.locator("#saved")
    expect(saved).to_have_attribute("data-state", "saved")
    with look(bank) as found:
        assert "Phím tắt nào lưu tệp?" in str(found.roughs.all()[0].content)
    for label in "DC":  # four rows are there from the beginning
        page.click(f"[data-path='options/{label}'] .step >> nth=1")
    for label, text in (("A", "Ctrl+P"), ("B", "Ctrl+S"), ("C", "Ctrl+S")):
        if label == "C":
            page.click("#own .rows > button")
        page.fill(f"[data-path='options/{label}'] textarea", text)
    expect(page.locator("#sheet .option")).to_have_count(3)
    expect(page.locator("#faults")).to_contain_text("phương án B và C trùng nhau")  # two options say the same
    page.check("[data-path='options/C'] input[type=radio]")
    expect(saved).to_have_attribute("data-state", "saved")
    page.click("[data-path='options/B'] .step >> nth=1")  # the row goes; the key stays with its text
    assert page.input_value("[data-path='options/B'] textarea") == "Ctrl+S"
    assert page.is_checked("[data-path='options/B'] input[type=radio]")
    expect(page.locator("#sheet .option")).to_have_count(2)
    expect(saved).to_have_attribute("data-state", "saved")
    page.keyboard.press("Control+z")
    expect(page.locator("#sheet .option")).to_have_count(3)
    page.keyboard.press("Control+y")
    expect(page.locator("#sheet .option")).to_have_count(2)
    type_into(page, "explanation", "Ctrl+S là lưu.")
    type_into(page, "source", "Trợ giúp của phần mềm")
    keep(page)
    expect(page.locator(".panel .fine")).to_be_visible()
    with look(bank) as found:
        held = found.items.get(name)  # type: ignore[arg-type]
        assert held is not None
        assert held.content["options"] == {"A": "Ctrl+P", "B": "Ctrl+S"}
        assert held.content["key"] == ["B"]
        assert found.roughs.all() == ()


def test_a_preview_that_cannot_be_loaded_says_so(bank: Path, sit_down: Callable[..., Opened], look: Look) -> None:
    at = sit_down(bank)
    page = at.page
    with look(bank) as found:
        name = next(one.id for one in found.items.entries() if one.type == "single_choice")
    page.route("**/types/single_choice/widget.js", lambda route: route.abort())
    page.goto(f"{at.base}/items/{name}")
    expect(page.locator("[role=status]", has_text="Hãy tải lại trang này")).to_be_visible()
    page.unroute("**/types/single_choice/widget.js")
    page.reload()
    expect(page.locator(".sheet .answer")).to_be_visible()


@pytest.mark.parametrize(
    ("screen", "some"),
    [
        ("vi 1366x768", ("single_choice", "cloze")),
        *(
            pytest.param(f"{language} {size}", tuple(types()), marks=pytest.mark.soak)
            for language in ("vi", "en")
            for size in ("1366x768", "1920x1080")
        ),
    ],
    indirect=["screen"],
)
def test_no_page_cuts_a_word_or_fails_axe(
    bank: Path, arrive: Callable[..., Opened], sign_in: SignIn, look: Look, violations: Callable[[Page], list[str]],
    screen: Screen, some: tuple[str, ...],
) -> None:  # fmt: skip
    at = arrive(bank, screen)
    page, base = at.page, at.base
    found = {"sign-in": [*faults(page, screen.language), *violations(page)]}
    sign_in(page, AN)
    with look(bank) as vault:
        first = {one.type: one.id for one in vault.items.entries()}
    shown = [f"/{part}/{first[name]}" for part in ("edit", "items") for name in some]
    for path in ("/items", "/items?q=khong+co+gi", "/new", "/new/cloze", "/import", *shown):
        page.goto(base + path)
        if path in shown:
            page.wait_for_selector("#sheet .answer")
        # What the committee wrote is Vietnamese on every page: only what is laid out is looked at. A mark on a picture lets
        # the pointer through, so that the picture is found where it is.
        laid_out = [one for one in page.evaluate(LAYOUT) if "<span.mark>" not in one]
        found[path] = [*laid_out, *violations(page)]
    page.goto(base + "/import")
    page.set_input_files("#file", WORD / "keys_with_marks.docx")
    page.click("#read")
    page.wait_for_selector(".question .sheet .answer")
    found["preview"] = [*page.evaluate(LAYOUT), *violations(page)]
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_every_type_is_opened_changed_and_kept_as_it_was(
    bank: Path, sit_down: Callable[..., Opened], look: Look
) -> None:
    """The general editor loses nothing of any type: one word of the explanation is changed, all else stays."""
    at = sit_down(bank)
    page, base = at.page, at.base
    with look(bank) as vault:
        contents = {one.type: (one.id, dict(vault.items.get(one.id).content)) for one in vault.items.entries()}  # type: ignore[union-attr]
    assert set(contents) == set(types())
    for name, _ in contents.values():
        page.goto(f"{base}/edit/{name}")
        page.wait_for_selector("#sheet .answer")
        type_into(page, "explanation", "Giải thích khác.")
        keep(page)
    with look(bank) as vault:
        for name, before in contents.values():
            held = vault.items.get(name)
            assert held is not None
            assert held.content == before | {"explanation": "Giải thích khác."}


def test_nine_items_of_the_list_are_seen_at_once_on_a_small_screen(bank: Path, sit_down: Callable[..., Opened]) -> None:
    at = sit_down(bank)
    page = at.page
    page.goto(at.base + "/items")
    page.evaluate("() => document.fonts.ready")
    seen = "rows => rows.filter((row) => row.getBoundingClientRect().bottom <= innerHeight).length"
    assert page.locator(".list tbody tr").evaluate_all(seen) >= 9

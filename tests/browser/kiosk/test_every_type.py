"""Every type of item on the candidate's page: answered with the keyboard alone, readable, accessible, still."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from question_bank.items import response_problem, types
from question_bank.items._numbers import read_number
from question_bank.mathematics import ATTRIBUTES, ELEMENTS
from scripts.every_type_paper import EveryType
from scripts.screens_kiosk_states import person

Machines = Callable[..., Any]
FRAME = ("#grid", "#saved", "#clock", "#flag", "#clear", "#previous", "#next", "#to-review")


def shown(machine: Machines, every: EveryType, name: str, width: int = 1366, height: int = 768) -> Any:
    """A machine that shows the item of a type."""
    one = machine(width, height, every)
    page = one.show("exam fresh")
    go(one, every, name)
    assert page.locator("#item-heading").is_visible()
    return one


def go(one: Any, every: EveryType, name: str) -> None:
    number = every.places[name]
    one.page.locator(f"#grid .cell[data-number='{number}']").click()
    one.item_is(number)


def view(every: EveryType, name: str) -> dict[str, Any]:
    items: Any = every.paper["items"]
    found: dict[str, Any] = items[every.places[name] - 1]["view"]
    return found


def ids(every: EveryType, name: str, field: str) -> list[str]:
    return [option["option_id"] for option in view(every, name)[field]]


def tab_into(page: Page, most: int = 12) -> None:
    """From the item's heading to the first control of the answer, by Tab alone."""
    page.locator("#item-heading").focus()
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("() => !!document.activeElement.closest('#options, #stem')"):
            return
    pytest.fail("the answer is not reached by Tab", pytrace=False)


# What somebody without a mouse presses, and the response that is saved, given the item's view.
def _choice(page: Page, every: EveryType) -> Any:
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    return {"options": [ids(every, "single_choice", "options")[1]]}


def _several(page: Page, every: EveryType) -> Any:
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    return {"options": sorted(ids(every, "multiple_choice", "options")[:2])}


def _truth(page: Page, every: EveryType) -> Any:
    page.keyboard.press("2")
    return {"truth": False}


def _truths(page: Page, every: EveryType) -> Any:
    for key in ("Space", "Tab", "Space", "ArrowRight"):
        page.keyboard.press(key)
    statements = ids(every, "true_false_4", "statements")
    return {"truths": {statements[0]: True, statements[1]: False}}


def _matching(page: Page, every: EveryType) -> Any:
    for key in ("ArrowDown", "Tab", "ArrowDown"):
        page.keyboard.press(key)
    left = [one["left_id"] for one in view(every, "matching")["left"]]
    right = ids(every, "matching", "right")
    return {"pairs": {left[0]: right[0], left[1]: right[1]}}


def _ordering(page: Page, every: EveryType) -> Any:
    page.keyboard.press("Enter")  # the first entry down
    page.keyboard.press("Enter")
    entries = ids(every, "ordering", "entries")
    return {"order": [entries[1], entries[2], entries[0], *entries[3:]]}


def _numeric(page: Page, every: EveryType) -> Any:
    page.keyboard.type("1.234,5")
    expect(page.locator(".understood")).to_have_text("Được hiểu là 1234,5")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    return {"number": "1.234,5", "unit": ids(every, "numeric", "units")[0]}


def _short_text(page: Page, every: EveryType) -> Any:
    page.keyboard.insert_text("Hòa Bình")
    return {"text": "Hòa Bình"}


def _cloze(page: Page, every: EveryType) -> Any:
    gaps = {gap["kind"]: gap for gap in view(every, "cloze")["gaps"]}
    page.keyboard.type("30")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("văn thư")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    made = {"number": "30", "text": "văn thư", "choice": gaps["choice"]["options"][0]["option_id"]}
    return {"gaps": {gaps[kind]["gap_id"]: filling for kind, filling in made.items()}}


def _drag_words(page: Page, every: EveryType) -> Any:
    page.keyboard.press("Enter")  # the first gap
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the first word
    gaps = [gap["gap_id"] for gap in view(every, "drag_words")["gaps"]]
    return {"gaps": {gaps[0]: ids(every, "drag_words", "words")[0]}}


def _hotspot(page: Page, every: EveryType) -> Any:
    for key in ("Shift+ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    return {"points": [[6000, 4900]]}


def _essay(page: Page, every: EveryType) -> Any:
    page.keyboard.insert_text("Thực trạng: còn thấp.\n\nGiải pháp: hướng dẫn tại nhà.")
    expect(page.locator(".understood")).to_contain_text("10 chữ")
    page.locator("#next").focus()
    return {"text": "Thực trạng: còn thấp.\n\nGiải pháp: hướng dẫn tại nhà."}


def _prediction(page: Page, every: EveryType) -> Any:
    page.keyboard.type("123")
    return {"number": "123"}


BY_KEYBOARD: dict[str, Callable[[Page, EveryType], Any]] = {
    "single_choice": _choice, "multiple_choice": _several, "true_false": _truth, "true_false_4": _truths,
    "matching": _matching, "ordering": _ordering, "numeric": _numeric, "short_text": _short_text, "cloze": _cloze,
    "drag_words": _drag_words, "hotspot": _hotspot, "essay": _essay, "prediction": _prediction,
}  # fmt: skip


def test_every_type_but_that_of_files_is_answered_here() -> None:
    assert set(BY_KEYBOARD) == set(types()) - {"file_task"}


@pytest.mark.parametrize("name", BY_KEYBOARD)
def test_an_item_is_answered_without_a_mouse_and_cleared_again(
    machine: Machines, every: EveryType, name: str, eventually: Callable[..., None]
) -> None:
    one = shown(machine, every, name)
    number = str(every.places[name])
    tab_into(one.page)
    wanted = BY_KEYBOARD[name](one.page, every)
    eventually(lambda: one.desk.view()["responses"].get(number) == wanted, what=f"{wanted} being saved")
    assert response_problem(every.opened.items[int(number) - 1].outline, wanted) is None
    expect(one.page.locator(f"#grid .cell[data-number='{number}'][data-answered]")).to_be_attached()
    one.tab_to("clear")
    one.page.keyboard.press("Enter")
    eventually(lambda: number not in one.desk.view()["responses"], what="the answer being cleared")
    assert one.page.evaluate(
        "() => [...document.querySelectorAll('#asked :is(input[type=text], textarea)')].every(one => !one.value)"
    )


@pytest.mark.parametrize("name", BY_KEYBOARD)
def test_a_page_that_was_loaded_again_shows_the_answer(
    machine: Machines, every: EveryType, name: str, eventually: Callable[..., None]
) -> None:
    one = shown(machine, every, name)
    tab_into(one.page)
    wanted = BY_KEYBOARD[name](one.page, every)
    eventually(
        lambda: one.desk.view()["responses"].get(str(every.places[name])) == wanted, what="the answer being saved"
    )
    states = "() => [...document.querySelectorAll('#asked :is(input, select, textarea, .drop, .mark, .entry)')].map(one => one.checked ?? one.value ?? one.textContent).join()"
    one.desk.tell(candidate={**person(), "full_name": "Người cuối"})  # comes behind every view that is still on its way
    expect(one.page.locator("[data-bind=subline]").first).to_contain_text("Người cuối")
    before = one.page.evaluate(
        "() => [...document.querySelectorAll('#asked :is(input, select, textarea)')].map(one => [one.checked, one.value]).join()"
    )
    texts = one.page.locator("#asked").inner_text()
    assert one.page.evaluate(states)
    one.page.reload()
    one.on("exam")
    one.item_is(every.places[name])
    after = one.page.evaluate(
        "() => [...document.querySelectorAll('#asked :is(input, select, textarea)')].map(one => [one.checked, one.value]).join()"
    )
    assert after == before
    if name in ("ordering", "drag_words"):
        assert one.page.locator("#asked .entries, #asked #stem").first.inner_text() in texts


# What is wrong with the controls of the item shown, in words: cut off, too small, covered by each other or by the bars.
LOOK = """() => {
  const found = [];
  const root = document.scrollingElement, item = document.getElementById("item");
  if (root.scrollWidth > root.clientWidth) found.push("the page is wider than its window");
  if (item.scrollWidth > item.clientWidth) found.push("the item is wider than its place");
  const controls = [...document.querySelectorAll("#asked :is(button, select, textarea, input[type=text], label, .board)")]
    .filter((one) => one.checkVisibility());
  const name = (one) => `${one.tagName.toLowerCase()}.${one.className} “${(one.textContent || one.getAttribute("aria-label") || "").trim().slice(0, 30)}”`;
  const boxes = controls.map((one) => [one, one.getBoundingClientRect()]);
  boxes.forEach(([one, a], at) => {
    if (a.left < 0 || a.right > innerWidth + 0.5) found.push(`${name(one)} is cut off at the side`);
    if (a.width < 24 || a.height < 24) found.push(`${name(one)} is ${Math.round(a.width)} by ${Math.round(a.height)}`);
    if (one.matches("button, label") && one.scrollWidth > one.clientWidth + 1) found.push(`${name(one)} hides some of its words`);
    for (const [other, b] of boxes.slice(at + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left), down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 1) found.push(`${name(one)} and ${name(other)} lie over each other`);
    }
  });
  for (const words of document.querySelectorAll("#asked .words")) {
    const wide = words.getBoundingClientRect().width, letter = parseFloat(getComputedStyle(words).fontSize);
    if (words.textContent.trim().length > 5 && wide < 4 * letter) found.push(`${name(words)} is squeezed`);
  }
  for (const one of controls) {
    const control = one.matches("label") ? one.querySelector("input") : one;
    if (!control || control.disabled) continue;
    control.focus();  // scrolls it into sight, as the Tab key does
    const box = one.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
    if (!top || !(one.contains(top) || top.contains(one))) found.push(`${name(one)} has the focus behind ${top ? name(top) : "the edge"}`);
  }
  return found;
}"""


@pytest.mark.parametrize(("language", "larger"), [("vi", 0), ("en", 0), ("vi", 5)])
def test_every_item_passes_axe_fits_and_moves_nothing_around_it(
    machine: Machines, every: EveryType, violations: Callable[[Page], list[str]], language: str, larger: int
) -> None:
    one = machine(1366, 768, every)
    page = one.show("exam fresh")
    if language == "en":
        page.locator(".tools button[lang=en]").click()
        page.wait_for_selector("html[lang=en] body[data-screen=exam]")
    for _ in range(larger):
        page.locator("#text-larger").click()
    places = None
    for name in every.places:
        go(one, every, name)
        now = {selector: one.place(selector) for selector in FRAME}
        assert now == (places := places or now), name
        assert violations(page) == [], name
        assert page.evaluate(LOOK) == [], name


@pytest.mark.parametrize("name", sorted(types()))
def test_an_item_is_whole_at_the_browsers_own_zoom_of_200_percent(
    machine: Machines, every: EveryType, violations: Callable[[Page], list[str]], name: str
) -> None:
    # 1366×768 at 200 %: half as many CSS pixels, each twice as large.
    one = shown(machine, every, name, 683, 384)
    found = {"empty": one.page.evaluate(LOOK)}
    if name in BY_KEYBOARD:
        tab_into(one.page)
        BY_KEYBOARD[name](one.page, every)
        expect(one.page.locator(f"#grid .cell[data-number='{every.places[name]}'][data-answered]")).to_be_attached()
        found["answered"] = one.page.evaluate(LOOK)
    assert not any(found.values()), found
    assert violations(one.page) == []


def test_what_is_typed_is_saved_when_the_candidate_goes_on_at_once(
    machine: Machines, every: EveryType, eventually: Callable[..., None]
) -> None:
    one = shown(machine, every, "essay")
    number = str(every.places["essay"])
    one.page.locator("textarea").fill("Chưa xong")
    one.page.locator("#previous").click()
    eventually(lambda: one.desk.view()["responses"].get(number) == {"text": "Chưa xong"}, what="the draft being saved")
    go(one, every, "essay")
    expect(one.page.locator("textarea")).to_have_value("Chưa xong")
    one.page.locator("textarea").fill("Chưa xong, tải lại")
    one.page.reload()
    eventually(
        lambda: one.desk.view()["responses"].get(number) == {"text": "Chưa xong, tải lại"},
        what="saved when the page went",
    )


def test_what_the_disk_refused_stays_in_the_field_and_is_tried_again(
    machine: Machines, every: EveryType, eventually: Callable[..., None]
) -> None:
    one = shown(machine, every, "essay")
    one.desk.fault = "disk_full"
    one.page.locator("textarea").fill("Bài dài")
    one.page.locator("textarea").blur()
    expect(one.page.locator("#saved")).to_contain_text("Chưa lưu được")
    expect(one.page.locator("textarea")).to_have_value("Bài dài")
    one.desk.fault = None
    one.page.locator("textarea").press_sequentially("!")
    eventually(lambda: str(every.places["essay"]) in one.desk.view()["responses"], what="the text being saved")


def test_what_is_no_number_is_said_and_counts_for_nothing(
    machine: Machines, every: EveryType, eventually: Callable[..., None]
) -> None:
    one = shown(machine, every, "numeric")
    number = str(every.places["numeric"])
    field = one.page.locator("input.number")
    field.fill("12")
    eventually(lambda: number in one.desk.view()["responses"], what="the number being saved")
    field.fill("12x")
    expect(one.page.locator(".understood")).to_contain_text("không phải là số")
    eventually(lambda: number not in one.desk.view()["responses"], what="the number being taken back")
    expect(field).to_have_value("12x")


def test_more_ticks_and_points_than_allowed_are_refused_with_a_word(machine: Machines, every: EveryType) -> None:
    one = shown(machine, every, "multiple_choice")
    for place in range(4):
        one.page.locator("#options .option").nth(place).click()
    expect(one.page.locator(".said")).to_contain_text("tối đa 3")
    expect(one.page.locator("#options input:checked")).to_have_count(3)
    go(one, every, "hotspot")
    board = one.page.locator(".board")
    for at in (50, 150, 250):
        board.click(position={"x": at, "y": at})
    expect(one.page.locator(".mark")).to_have_count(2)
    one.page.locator(".points button").first.click()
    expect(one.page.locator(".mark")).to_have_count(1)


def test_words_and_entries_are_dragged_with_the_mouse(
    machine: Machines, every: EveryType, eventually: Callable[..., None]
) -> None:
    one = shown(machine, every, "drag_words")
    one.page.locator(".word").nth(1).hover()
    one.page.mouse.down()
    gap = one.place(".gap.drop >> nth=1")
    one.page.mouse.move(gap["x"] + 10, gap["y"] + 10, steps=5)
    one.page.mouse.up()
    word = ids(every, "drag_words", "words")[1]
    gaps = [one["gap_id"] for one in view(every, "drag_words")["gaps"]]
    number = str(every.places["drag_words"])
    eventually(
        lambda: one.desk.view()["responses"].get(number) == {"gaps": {gaps[1]: word}}, what="the word in its gap"
    )
    go(one, every, "ordering")
    first, last = one.place(".entry .words >> nth=0"), one.place(".entry >> nth=3")
    one.page.mouse.move(first["x"] + 20, first["y"] + 10)
    one.page.mouse.down()
    one.page.mouse.move(last["x"] + 20, last["y"] + last["height"] - 4, steps=8)
    one.page.mouse.up()
    entries = ids(every, "ordering", "entries")
    wanted = {"order": [*entries[1:], entries[0]]}
    eventually(
        lambda: one.desk.view()["responses"].get(str(every.places["ordering"])) == wanted, what="the entry at the end"
    )


def test_a_picture_comes_decrypted_and_what_is_not_of_the_paper_does_not(machine: Machines, every: EveryType) -> None:
    one = shown(machine, every, "hotspot")
    one.page.wait_for_function("() => document.querySelector('.board img').naturalWidth === 640")
    assert one.page.evaluate("async () => (await fetch('/media/' + '0'.repeat(64))).status") == 404
    sha256 = next(iter(every.media))
    answer = one.page.evaluate(
        """async name => {
             const part = await fetch(`/media/${name}`, { headers: { Range: "bytes=0-3" } });
             return [part.status, part.headers.get("Content-Type"), part.headers.get("Cache-Control"), (await part.arrayBuffer()).byteLength];
           }""",
        sha256,
    )
    assert answer == [206, "image/png", "no-store", 4]


def test_a_shared_text_stays_while_the_candidate_goes_through_its_items(machine: Machines, every: EveryType) -> None:
    one = shown(machine, every, "single_choice")
    expect(one.page.locator("#stimulus")).to_contain_text("Bảng lương tháng 10")
    before = one.place("#stimulus")
    go(one, every, "multiple_choice")
    assert one.place("#stimulus") == before
    go(one, every, "true_false")
    expect(one.page.locator("#stimulus")).to_be_hidden()


NUMBERS = [
    "12", "12,5", "12.5", "1.234", "1.234,5", "1,234.5", "1,234", "1,234,567", "1.2.3", "1,2,3", "−3", "-3", "+4", "3/4", "-3/4", "3/0",
    "1,2e5", "1,2E-3", "1,2×10^5", "2x10^3", ",5", "5,", ".", "", "abc", "12a", "0,10", "007", "1e31", "1 234,5", "1.234.567,89",
    "٣", "1/3/4", "9" * 40, "9" * 41, "1,23.4", "12.345", "0.125", "1.2345",
]  # fmt: skip


def test_numbers_are_understood_on_the_page_as_the_marking_understands_them(
    machine: Machines, every: EveryType
) -> None:
    page = machine(1366, 768, every).show("exam fresh")
    found = page.evaluate(
        "async texts => { const module = await import('/front/paper/numbers.js'); return texts.map(module.readNumber); }",
        NUMBERS,
    )
    for text, read in zip(NUMBERS, found, strict=True):
        value = read_number(text)
        assert (None if read is None else Fraction(read)) == value, text


def test_the_page_builds_the_mathematics_that_assembling_lets_through(machine: Machines, every: EveryType) -> None:
    page = machine(1366, 768, every).show("exam fresh")
    elements, attributes = page.evaluate(
        "async () => { const module = await import('/front/paper/content.js'); return [[...module.MATH_ELEMENTS], [...module.MATH_ATTRIBUTES]]; }"
    )
    assert (set(elements), set(attributes)) == (set(ELEMENTS), set(ATTRIBUTES))
    go_to = every.places["true_false_4"]
    page.locator(f"#grid .cell[data-number='{go_to}']").click()
    expect(page.locator("#stem math msup").first).to_be_attached()
    assert page.evaluate(
        "async () => { await document.fonts.load('16px \"STIX Two Math\"'); return document.fonts.check('16px \"STIX Two Math\"'); }"
    )


def test_no_text_of_an_item_becomes_markup(machine: Machines, every: EveryType, tmp_path: Path) -> None:
    hostile = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
    paper = json.loads(json.dumps(every.paper))
    paper["items"][0]["stem"] = [hostile, {"k": "b", "c": [hostile]}, {"k": "script", "c": ["document.title=1"]},
                                 {"k": "math", "tex": "x", "ml": ["script", {}, "document.title=1"]}]  # fmt: skip
    one = machine(1366, 768, EveryType(every.opened, paper, every.media, every.places))
    page = one.show("exam fresh")
    expect(page.locator("#stem")).to_contain_text("<script>")
    assert page.locator("#stem img, #stem script").count() == 0
    assert page.title() != "1"

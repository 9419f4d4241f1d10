"""Getting about: every role's pages stand in one row, and everything is reached by keyboard, also without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Dialog, Page, expect

from scripts.console_hall import ConsoleHall, console_hall
from server.domain.rights import Role
from server.drill.prepared_room import SealedContest, hold_ceremony

PageOf = Callable[..., Page]
SUMMARY = ".nav-group summary"


@pytest.fixture(scope="module")
def small_room(tmp_path_factory: pytest.TempPathFactory, contest: SealedContest) -> Iterator[ConsoleHall]:
    """Three seats at work, one of them silent; nobody changes anything there."""
    folder = tmp_path_factory.mktemp("small") / "room"
    folder.mkdir()
    with console_hall(folder, contest, 3) as found:
        hold_ceremony(found.room, contest)
        found.arrive(found.seats)
        found.sign_in(found.seats)
        found.start()
        found.silent(found.seats[1])
        yield found


def home(role: Role) -> str:
    return "/console/ceremony" if role in (Role.SETTING, Role.JURY) else "/console"


@pytest.mark.shared
@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_the_pages_of_every_role_stand_in_one_row(small_room: ConsoleHall, page_of: PageOf, role: Role) -> None:
    page = page_of(small_room, role, home(role))
    tops = {round(one["y"]) for one in (each.bounding_box() for each in page.locator(".nav-page").all()) if one}
    assert len(tops) == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    row, me = page.locator(".nav").bounding_box(), page.locator(".tabs-me")
    if row and me.count() and (beside := me.bounding_box()):
        assert row["x"] + row["width"] <= beside["x"]
    folded = page.locator(".nav-list a").evaluate_all("links => links.map((one) => one.getAttribute('href'))")
    plain = page.locator("a.nav-page").evaluate_all("links => links.map((one) => one.getAttribute('href'))")
    assert len(set(folded + plain)) == len(folded + plain)
    assert page.locator("[aria-current=page]").count() == 1


@pytest.mark.shared
def test_a_group_opens_and_folds_by_keyboard_and_says_where_one_is(
    small_room: ConsoleHall, page_of: PageOf, violations: Callable[[Page], list[str]]
) -> None:
    page = page_of(small_room, path="/console/machines")
    here = page.locator(f"{SUMMARY}[aria-current]")
    expect(here).to_have_text("Phòng máy: Máy trạm")
    first, second = page.locator(SUMMARY).nth(0), page.locator(SUMMARY).nth(1)
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".nav-list").nth(0)).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".nav-list a").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".nav-list").nth(0)).to_be_hidden()
    expect(first).to_be_focused()
    page.keyboard.press("Tab")
    expect(second).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.locator(".nav-group").nth(1).locator("a").nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/hall")
    expect(page.locator("h1")).to_have_text("Sổ trực phòng thi")


@pytest.mark.shared
def test_one_group_is_open_at_a_time_and_a_click_beside_it_folds_it(small_room: ConsoleHall, page_of: PageOf) -> None:
    page = page_of(small_room)
    lists = page.locator(".nav-list:visible")
    page.locator(SUMMARY).nth(0).click()
    page.locator(SUMMARY).nth(2).click()
    expect(lists).to_have_count(1)
    page.locator("#safe").click()
    expect(lists).to_have_count(0)


@pytest.mark.shared
def test_one_key_leads_to_what_needs_somebody_and_one_to_the_seats_from_every_page(
    small_room: ConsoleHall, page_of: PageOf
) -> None:
    page = page_of(small_room, path="/roster")
    page.keyboard.press("F2")
    page.wait_for_url("**/console")
    expect(page.locator(".issue .button.primary").first).to_be_focused()
    page.keyboard.press("F4")
    expect(page.locator(".tile").first).to_be_focused()
    page.keyboard.press("F2")
    expect(page.locator(".issue .button.primary").first).to_be_focused()
    page.goto(small_room.url + "/papers")
    page.keyboard.press("F4")
    page.wait_for_url("**/console")
    expect(page.locator(".tile").first).to_be_focused()


@pytest.mark.shared
def test_a_key_does_not_throw_away_what_somebody_is_writing(small_room: ConsoleHall, page_of: PageOf) -> None:
    page = page_of(small_room, path="/console/hall")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", stay)
    field = page.locator("form[method=post] textarea").first
    page.locator("details:has(form textarea) > summary").first.click()
    field.click()
    page.keyboard.type("Nhắc nhở lần một")
    page.keyboard.press("F2")
    expect(field).to_have_value("Nhắc nhở lần một")
    assert asked == ["Rời trang này? Nội dung đang viết chưa được gửi."]
    assert page.url.endswith("/console/hall")


@pytest.mark.shared
def test_without_a_script_every_page_is_reached(small_room: ConsoleHall, new_page: Callable[..., Page]) -> None:
    page = new_page(1366, 768, locale="vi-VN", java_script_enabled=False)
    page.context.add_cookies([small_room.officer(Role.PROCTOR)])  # type: ignore[list-item]  # a TypedDict of the library's own
    page.goto(small_room.url + "/roster")
    page.locator(SUMMARY).nth(2).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/closing")


@pytest.mark.shared
@pytest.mark.parametrize("path", ["/console", "/roster"])
def test_at_twice_the_text_size_a_group_is_read_whole(small_room: ConsoleHall, page_of: PageOf, path: str) -> None:
    page = page_of(small_room, path=path, width=683, height=384)
    for at in range(page.locator(SUMMARY).count()):
        page.locator(SUMMARY).nth(at).click()
        box = page.locator(".nav-list:visible").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 683
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

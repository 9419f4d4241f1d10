"""Machines, readiness and the ceremony in a real browser: they follow the room by themselves, and lose nothing typed."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from question_bank.custody import SecretKind
from scripts.console_hall import LONGEST, ConsoleHall
from server.domain.rights import Role
from server.domain.values import SittingStage
from server.drill.prepared_room import Rules, SealedContest, seal_contest
from server.live.ceremony import SHARES_KEPT_MS
from server.live.clock import RoomClock
from server.protocol import pairing
from server.protocol.messages import PairOffer, PairReveal, Staged
from server.store.officers import Officer
from server.web import passwords

PageOf = Callable[..., Page]
NewHall = Callable[..., ConsoleHall]
MACHINES, BEFORE, CEREMONY = "/console/machines", "/console/before", "/console/ceremony"


def ask_to_join(hall: ConsoleHall, seat: str = "") -> str:
    """A machine shows its code; the code as the page writes it."""
    key, nonce, name = secrets.token_bytes(32), secrets.token_bytes(32), secrets.token_hex(4)
    hall.room.pairing.offer(name, "192.0.2.9", PairOffer(pairing.commitment(key, nonce), "kiosk", seat, "0.1.0"))
    ack = hall.room.pairing.reveal(name, PairReveal(key.hex(), nonce.hex()))
    code = str(getattr(ack, "code", ""))
    return f"{code[:3]} {code[3:]}"


def share(contest: SealedContest, n: int, kind: SecretKind = SecretKind.PAPER) -> str:
    return contest.shares("primary", kind)[n]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("path", "role"), [(MACHINES, Role.TECHNICAL), (BEFORE, Role.PROCTOR), (CEREMONY, Role.SETTING)]
)
def test_the_pages_fit_and_anyone_can_use_them(
    hall: NewHall, page_of: PageOf, fits: Any, violations: Any, picture: Any, path: str, role: Role, language: str
) -> None:
    found = hall(60)
    found.arrive(found.seats[:40])
    found.arrive(found.seats[40:50], staged=False)
    ids = found.room.definition().package_ids  # type: ignore[union-attr]
    found.room.presence.staged(found.seats[42].kiosk_id, Staged(ids[0], 900_000, False, "wrong_digest"))
    found.sign_in(found.seats[:30])
    found.sign_in(found.seats[30:33], confirm=False)
    for seat in ("B07", "", "A01"):
        ask_to_join(found, seat)
    found.room.pairing.kits.make("u-technical", 50, 3_600_000, ["192.0.2.2"], 8443)
    for width, height in ((1366, 768), (1920, 1080)):
        page = page_of(found, role, path, width, height, language)
        picture(page, f"{path.rpartition('/')[2]}-{width}-{language}")
        assert fits(page) == []
        assert violations(page) == []


# --- machines ---------------------------------------------------------------------------------------------------------


def test_a_code_appears_by_itself_and_one_click_pairs(hall: NewHall, page_of: PageOf) -> None:
    found = hall(3)
    page = page_of(found, Role.TECHNICAL, MACHINES)
    expect(page.locator(".offers")).to_contain_text("Hiện không có")
    code = ask_to_join(found, "B07")
    expect(page.locator(".offer-code")).to_have_text(code)
    page.get_by_role("button", name="Mã khớp: ghép máy").click()
    expect(page.locator(".notice-ok")).to_contain_text("Đã ghép B07")
    expect(page.locator("tr", has_text="B07")).to_be_visible()


def test_a_seat_name_that_is_being_typed_survives_another_machine_that_asks(hall: NewHall, page_of: PageOf) -> None:
    found = hall(3)
    ask_to_join(found, "B07")
    page = page_of(found, Role.PROCTOR, MACHINES)
    field = page.locator("[name=seat]").first
    field.fill("C1")
    second = ask_to_join(found, "B08")
    expect(page.locator(".offer-code", has_text=second)).to_be_visible()
    expect(field).to_have_value("C1")
    expect(field).to_be_focused()


def test_a_machine_that_comes_back_is_here_again_without_a_reload(hall: NewHall, page_of: PageOf) -> None:
    found = hall(3)
    page = page_of(found, Role.TECHNICAL, MACHINES)
    row = page.locator("tr", has_text="A02")
    expect(row).to_contain_text("chưa thấy")
    found.arrive(found.seats[1:2])
    expect(row).to_contain_text("có mặt")
    found.lose(found.seats[1])
    expect(row).to_contain_text("vắng từ")


def test_a_kit_is_downloaded_and_appears_in_the_list(hall: NewHall, page_of: PageOf) -> None:
    found = hall(2)
    page = page_of(found, Role.TECHNICAL, MACHINES)
    with page.expect_download() as download:
        page.get_by_role("button", name="Tạo và tải tệp ghép máy").click()
    assert download.value.suggested_filename.endswith(".kit")
    expect(page.locator("[data-live=kits]")).to_contain_text("0/50 máy")


def test_a_page_whose_line_is_cut_says_so_and_comes_back(hall: NewHall, page_of: PageOf) -> None:
    found = hall(2)
    page = page_of(found, Role.TECHNICAL, MACHINES)
    found.cut()
    expect(page.locator("#line")).to_be_visible(timeout=10_000)
    code = ask_to_join(found)
    found.serve()
    expect(page.locator(".offer-code")).to_have_text(code, timeout=15_000)
    expect(page.locator("#line")).to_be_hidden()


# --- before the start -------------------------------------------------------------------------------------------------


def test_readiness_follows_the_room(hall: NewHall, page_of: PageOf) -> None:
    found = hall(4)
    page = page_of(found, Role.PROCTOR, BEFORE)
    expect(page.locator("[data-live=missing]")).to_contain_text("4 chỗ: ")
    found.arrive(found.seats[:3])
    expect(page.locator("[data-live=missing]")).to_contain_text("1 chỗ", timeout=10_000)
    found.sign_in(found.seats[:3])
    found.arrive(found.seats[3:])
    expect(page.locator("[data-live=missing]")).to_contain_text("Không chỗ nào thiếu gì", timeout=10_000)
    expect(page.locator("[data-live=absent]")).to_contain_text("1 thí sinh chưa đăng nhập")


# --- the ceremony -----------------------------------------------------------------------------------------------------


@pytest.fixture
def ceremony(hall: NewHall, page_of: PageOf) -> Callable[..., tuple[ConsoleHall, Page]]:
    """The ceremony's page with the set chosen and the clock confirmed."""

    def begin(**options: Any) -> tuple[ConsoleHall, Page]:
        found = hall(2, **options)
        page = page_of(found, Role.SETTING, CEREMONY)
        page.get_by_role("button", name="Chọn đề chính thức").click()
        page.get_by_role("button", name="Đúng, xác nhận").click()
        expect(page.locator(".notice-ok")).to_contain_text("Giờ của phòng là")
        expect(page.locator("#give-paper[data-ready]")).to_be_visible()
        return found, page

    return begin


def test_the_whole_ceremony_by_hand(
    ceremony: Callable[..., tuple[ConsoleHall, Page]], contest: SealedContest, picture: Any, violations: Any
) -> None:
    found, page = ceremony()
    field = page.locator("#share-paper")
    field.focus()
    page.keyboard.type(" ".join(word[:4] for word in share(contest, 0).split()) + " ")
    assert field.input_value().split() == share(contest, 0).split(), "four letters and a space give the whole word"
    expect(page.locator("#share-paper-check")).to_contain_text("Đủ 33 từ và khớp nhau")
    picture(page, "ceremony-words")
    page.keyboard.press("Enter")
    expect(page.locator("[data-live=paper-held]")).to_contain_text("Đã nhập 1")
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    package = contest.forms["primary"].package_id
    field.fill(f"EXAMROOM1:{package}:paper:{share(contest, 1)}")
    expect(page.locator("#share-paper-check")).to_contain_text("Đã quét")
    page.keyboard.press("Enter")
    opening = page.locator("#open-paper")
    expect(opening).to_be_visible()
    expect(page.locator("#give-paper")).to_be_hidden()
    picture(page, "ceremony-ready")
    assert violations(page) == []
    _second_officer(found)
    opening.locator("[name=second_user_name]").fill("tochuc")
    opening.locator("[name=second_password]").fill("mật khẩu thứ hai")
    opening.get_by_role("button", name="Mở đề").click()
    expect(page.locator(".page-head")).to_contain_text("Đề được mở lúc")
    assert found.room.sitting is not None
    assert found.room.sitting.state.stage is SittingStage.UNSEALED
    picture(page, "ceremony-opened")


def test_a_slip_is_shown_while_it_is_typed_and_nothing_is_sent(
    ceremony: Callable[..., tuple[ConsoleHall, Page]], contest: SealedContest
) -> None:
    found, page = ceremony()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    field, check = page.locator("#share-paper"), page.locator("#share-paper-check")
    words = share(contest, 0).split()
    field.fill(" ".join([*words[:6], "sáutừ", *words[7:]]) + " ")
    expect(check).to_contain_text("từ thứ 7")
    field.fill(" ".join([words[1], words[0], *words[2:]]))
    expect(check).to_contain_text("không khớp")
    field.fill(" ".join(words[:20]) + " ")
    expect(check).to_contain_text("20/33 từ")
    page.keyboard.press("Enter")
    assert sent == []
    expect(field).to_have_value(" ".join(words[:20]) + " ")
    assert found.room.opening.status().paper.held == 0  # type: ignore[union-attr]


def test_what_one_custodian_types_survives_another_share_given_elsewhere(
    ceremony: Callable[..., tuple[ConsoleHall, Page]], contest: SealedContest, page_of: PageOf
) -> None:
    found, page = ceremony()
    page.locator("#share-paper").fill("academic acid")
    elsewhere = page_of(found, Role.ORGANISING, CEREMONY)
    expect(elsewhere.locator("#give-paper[data-ready]")).to_be_visible()
    elsewhere.locator("#share-paper").fill(share(contest, 2))
    elsewhere.keyboard.press("Enter")
    expect(page.locator("[data-live=paper-held]")).to_contain_text("Đã nhập 1")
    expect(page.locator("#share-paper")).to_have_value("academic acid")


def test_a_share_for_the_other_secret_is_named_and_stays_in_the_field(
    ceremony: Callable[..., tuple[ConsoleHall, Page]], contest: SealedContest
) -> None:
    _, page = ceremony()
    words = share(contest, 0, SecretKind.MARKING)
    page.locator("#share-paper").fill(words)
    page.keyboard.press("Enter")
    expect(page.locator("#share-paper-check")).to_contain_text("khóa còn lại của gói đề")
    expect(page.locator("#share-paper")).to_have_value(words)


def test_shares_are_wiped_after_ten_minutes_and_the_page_says_so(
    ceremony: Callable[..., tuple[ConsoleHall, Page]], contest: SealedContest, clock: RoomClock
) -> None:
    found, page = ceremony(clock=clock)
    page.locator("#share-paper").fill(share(contest, 0))
    page.keyboard.press("Enter")
    held = page.locator("[data-live=paper-held]")
    expect(held).to_contain_text("Đã nhập 1")
    assert page.locator("[data-wiped-in]").inner_text()[:3] in ("10:", "09:")
    clock.set(clock.now_ms() + SHARES_KEPT_MS)
    found.room.changed()  # something else happens in the room
    expect(held).to_contain_text("Đã nhập 0")


def test_words_can_be_covered_from_people_around(ceremony: Callable[..., tuple[ConsoleHall, Page]]) -> None:
    _, page = ceremony()
    page.locator("#share-paper").fill("academic acid")
    page.locator("#give-paper [data-cover]").check()
    style = page.locator("#share-paper").evaluate("field => getComputedStyle(field).webkitTextSecurity")
    assert style == "disc"


def test_opening_before_its_time_asks_for_a_reason(
    tmp_path_factory: pytest.TempPathFactory, hall: NewHall, page_of: PageOf, clock: RoomClock
) -> None:
    sealed = seal_contest(tmp_path_factory.mktemp("early"), small=True, not_before_ms=clock.now_ms() + 3_600_000)
    found = hall(2, contest=sealed)
    page = page_of(found, Role.SETTING, CEREMONY)
    page.get_by_role("button", name="Chọn đề chính thức").click()
    page.get_by_role("button", name="Đúng, xác nhận").click()
    expect(page.locator(".notice-ok")).to_contain_text("Giờ của phòng là")
    expect(page.locator("#give-paper[data-ready]")).to_be_visible()
    for n in (0, 1):
        page.locator("#share-paper").fill(sealed.shares("primary", SecretKind.PAPER)[n])
        page.keyboard.press("Enter")
        expect(page.locator("[data-live=paper-held]")).to_contain_text(f"Đã nhập {n + 1}")
    expect(page.locator("#open-paper")).to_contain_text("Còn sớm")
    expect(page.locator("#override")).to_have_attribute("required", "")


def test_a_lot_is_drawn_and_its_seed_stands_on_the_page(hall: NewHall, page_of: PageOf, picture: Any) -> None:
    found = hall(2, Rules(opening="draw"))
    page = page_of(found, Role.ORGANISING, CEREMONY)
    page.get_by_role("button", name="Bốc thăm ngay").click()
    expect(page.locator("[data-live=sets]")).to_contain_text("Số bốc thăm")
    status = found.room.opening.status()
    assert status is not None
    assert status.draw_seed is not None
    expect(page.locator("[data-live=sets]")).to_contain_text(status.draw_seed)
    first = int(status.draw_seed[0], 16)
    assert status.chosen == ("primary" if first < 8 else "reserve")
    picture(page, "ceremony-draw")


def test_the_longest_name_stays_inside_the_seats_own_page(hall: NewHall, page_of: PageOf, fits: Any) -> None:
    found = hall(8)
    found.arrive(found.seats)
    found.sign_in(found.seats)
    page = page_of(found, Role.PROCTOR, f"/console/seat/{found.seats[6].kiosk_id}")
    expect(page.locator("h1")).to_contain_text(LONGEST)
    assert fits(page) == []


def _second_officer(hall: ConsoleHall) -> None:
    officer = Officer(
        "u-tochuc", "tochuc", "Cán bộ mẫu", Role.ORGANISING, "Ban Tổ chức",
        passwords.hash_password("mật khẩu thứ hai"), False, 0, "cli",
    )  # fmt: skip
    hall.room.store.officers.add([officer])

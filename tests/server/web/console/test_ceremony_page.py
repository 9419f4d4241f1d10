"""The opening ceremony as officers do it on the page: who may, in which order, and what is said when it goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from question_bank.custody import SecretKind
from server.domain.values import SetName, SittingStage
from server.drill.prepared_room import SealedContest
from server.live.room import Room
from server.web.times import moment

Someone = Callable[..., Any]
SECOND = {"second_user_name": "organising"}


@pytest.fixture
def second(password: str) -> dict[str, str]:
    """The second officer's part of a form."""
    return {**SECOND, "second_password": password}


def words(contest: SealedContest, kind: SecretKind = SecretKind.PAPER, set_name: str = "primary") -> list[str]:
    return contest.shares(set_name, kind)


def give(found: Any, text: str, kind: str = "paper") -> dict[str, Any]:
    """Give a share as the page's script does."""
    answer = found.post(f"/console/ceremony/{kind}/share", {"share": text}, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    typed = text.lower().split()
    for pair in pairwise(typed):
        assert " ".join(pair) not in answer.get_data(as_text=True), "words of the share came back"
    said: dict[str, Any] = answer.get_json()
    return said


def chosen(found: Any) -> Any:
    """The set chosen and the clock confirmed."""
    assert found.post("/console/ceremony/choose").status_code == 303
    assert found.post("/console/ceremony/clock", {"what": "confirm"}).status_code == 303
    return found


def text_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def test_the_paper_is_opened_by_two_shares_of_two_bodies_and_two_officers(
    room: Room, contest: SealedContest, someone: Someone, second: dict[str, str]
) -> None:
    found = chosen(someone("setting"))
    first = give(found, words(contest)[0])
    assert first["ok"]
    assert "Cần thêm 1 mảnh" in first["sentence"]
    assert give(found, words(contest)[1])["ok"]
    assert found.post("/console/ceremony/paper/open", second).status_code == 303
    assert room.sitting is not None
    assert room.sitting.state.stage is SittingStage.UNSEALED
    page = text_of(found.get("/console/ceremony"))
    assert "Đề được mở lúc" in page
    assert room.sitting.state.unsealed[SetName.PRIMARY].manifest_sha256[:4].upper() in page


def test_the_page_shows_both_digests_spoken_and_whole_and_whose_share_is_missing(
    room: Room, contest: SealedContest, someone: Someone
) -> None:
    found = chosen(someone("setting"))
    page = text_of(found.get("/console/ceremony"))
    for bundle in contest.bundles.values():
        digest = bundle.package.manifest_sha256
        assert f"{digest[:4]}-{digest[4:8]}".upper() in page
        assert all(digest[at : at + 8] in page for at in range(0, 64, 8))
    status = room.opening.status()
    assert status is not None
    assert status.paper is not None
    assert page.count("chưa nhập") == len(status.paper.custodians) + len(
        contest.bundles["primary"].package.manifest.custody.marking.bodies
    )
    for one in status.paper.custodians:
        assert one.body in page


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda share, contest: share, "duplicate_share"),
        (lambda share, contest: words(contest, SecretKind.MARKING)[0], "wrong_secret"),
        (lambda share, contest: words(contest, set_name="reserve")[0], "wrong_package"),
        (lambda share, contest: " ".join(share.split()[:-1]), "wrong_length"),
        (lambda share, contest: " ".join([*share.split()[1:], share.split()[0]]), "bad_checksum"),
        (lambda share, contest: share.replace(share.split()[4], "sáutừ", 1), "unknown_word"),
    ],
)
def test_a_wrong_share_has_its_own_name_and_advice(
    contest: SealedContest, someone: Someone, change: Callable[[str, SealedContest], str], code: str
) -> None:
    found = chosen(someone("setting"))
    assert give(found, words(contest)[0])["ok"]
    said = give(found, change(words(contest)[0], contest))
    assert (said["ok"], said["code"]) == (False, code)
    assert len(said["sentence"]) > 20


def test_a_scanned_sheet_is_taken_as_well(contest: SealedContest, someone: Someone) -> None:
    package_id = contest.forms["primary"].package_id
    found = chosen(someone("setting"))
    assert give(found, f"EXAMROOM1:{package_id}:paper:{words(contest)[2]}")["ok"]


def test_without_a_script_a_wrong_share_is_named_and_never_sent_back(contest: SealedContest, someone: Someone) -> None:
    found = chosen(someone("setting"))
    share = " ".join([*words(contest)[0].split()[1:], "zzzzz"])
    answer = found.post("/console/ceremony/paper/share", {"share": share})
    assert answer.status_code == 422
    page = text_of(answer)
    field = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert field is not None
    assert field[1] == ""
    assert "zzzzz" not in page
    assert 'autocomplete="off"' in page


def test_shares_can_be_wiped_at_once(room: Room, contest: SealedContest, someone: Someone) -> None:
    found = chosen(someone("setting"))
    give(found, words(contest)[0])
    assert found.post("/console/ceremony/paper/forget").status_code == 303
    status = room.opening.status()
    assert status is not None
    assert status.paper is not None
    assert status.paper.held == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Cần tên đăng nhập và mật khẩu"),
        ({"second_user_name": "setting"}, "phải là người khác"),
        ({"second_user_name": "proctor"}, "không có quyền"),
        ({"second_user_name": "organising", "second_password": "sai mật khẩu rồi"}, "không đúng"),
    ],
)
def test_one_officer_alone_never_opens_the_paper(
    room: Room, contest: SealedContest, someone: Someone, password: str, fields: dict[str, str], sentence: str
) -> None:
    found = chosen(someone("setting"))
    for share in words(contest)[:2]:
        give(found, share)
    typed = {"second_password": password, **fields} if fields else {}
    answer = found.post("/console/ceremony/paper/open", typed)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert password not in text_of(answer)
    assert room.sitting is not None
    assert room.sitting.state.paper is None


def test_the_clock_is_confirmed_before_anything_is_opened(
    contest: SealedContest, someone: Someone, second: dict[str, str]
) -> None:
    found = someone("setting")
    found.post("/console/ceremony/choose")
    for share in words(contest)[:2]:
        give(found, share)
    answer = found.post("/console/ceremony/paper/open", second)
    assert answer.status_code == 409
    assert "Xác nhận ngày giờ" in text_of(answer)


def test_the_clock_can_be_set_back_by_a_day_before_the_paper_is_opened(room: Room, someone: Someone) -> None:
    before = room.clock.now_ms()
    right = moment(before - 86_400_000)
    fields = {"what": "correct", "day": f"{right:%d/%m/%Y}", "time": f"{right:%H:%M:%S}"}
    assert someone("setting").post("/console/ceremony/clock", fields).status_code == 303
    assert before - 86_460_000 < room.clock.now_ms() < before - 86_340_000
    assert room.sitting is not None
    assert room.sitting.last_at_ms <= room.clock.now_ms()


def test_the_clock_can_be_set_forward_and_hardly_back(room: Room, someone: Someone) -> None:
    found = someone("setting")
    before = room.clock.now_ms()
    assert (
        found.post("/console/ceremony/clock", {"what": "correct", "day": "20/11/2099", "time": "08:00"}).status_code
        == 422
    )
    assert (
        found.post("/console/ceremony/clock", {"what": "correct", "day": "1/1/2000", "time": "08:00"}).status_code
        == 422
    )
    assert (
        found.post("/console/ceremony/clock", {"what": "correct", "day": "hôm nay", "time": "8 giờ"}).status_code == 422
    )
    assert room.clock.now_ms() - before < 60_000
    later = moment(before + 3_600_000)
    fields = {"what": "correct", "day": f"{later:%d/%m/%Y}", "time": f"{later:%H:%M:%S}"}
    assert found.post("/console/ceremony/clock", fields).status_code == 303
    assert 3_590_000 < room.clock.now_ms() - before < 3_660_000
    assert room.sitting is not None
    assert room.sitting.state.confirmed_at_ms is not None


def test_the_reserve_set_takes_a_reason_two_officers_and_its_own_shares(
    room: Room, contest: SealedContest, someone: Someone, second: dict[str, str]
) -> None:
    found = chosen(someone("setting"))
    assert found.post("/console/ceremony/reserve", {**second, "reason": " "}).status_code == 409
    assert found.post("/console/ceremony/reserve", {"reason": "Nghi lộ đề"}).status_code == 422
    assert found.post("/console/ceremony/reserve", {**second, "reason": "Nghi lộ đề"}).status_code == 303
    assert room.sitting is not None
    assert room.sitting.state.chosen is SetName.RESERVE
    assert give(found, words(contest)[0])["code"] == "wrong_package"
    assert give(found, words(contest, set_name="reserve")[0])["ok"]


def test_the_marking_part_is_the_jurys_and_comes_after_the_paper(
    room: Room, contest: SealedContest, someone: Someone, second: dict[str, str], password: str
) -> None:
    setting = chosen(someone("setting"))
    jury = someone("jury")
    assert give(jury, words(contest, SecretKind.MARKING)[0], "marking")["code"] == "paper_first"
    assert jury.post("/console/ceremony/paper/share", {"share": "x"}).status_code == 403
    for share in words(contest)[:2]:
        give(setting, share)
    setting.post("/console/ceremony/paper/open", second)
    for share in words(contest, SecretKind.MARKING)[:2]:
        assert give(jury, share, "marking")["ok"]
    partner = {"second_user_name": "setting", "second_password": password}
    assert jury.post("/console/ceremony/marking/open", partner).status_code == 303
    assert room.marks.is_open(contest.forms["primary"].package_id)


def test_whoever_has_no_part_in_it_sees_the_digests_and_no_field(someone: Someone, contest: SealedContest) -> None:
    chosen(someone("setting"))
    page = text_of(someone("proctor").get("/console/ceremony"))
    assert contest.bundles["primary"].package.manifest_sha256[:8] in page
    assert "<textarea" not in page


def test_the_list_of_words_is_the_public_one(someone: Someone) -> None:
    listed = someone("setting").get("/console/ceremony/words").get_json()
    assert len(listed) == 1024
    assert listed == sorted(listed)
    assert (listed[0], listed[-1]) == ("academic", "zero")

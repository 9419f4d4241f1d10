"""A seat's page and the page before the start, in a room with candidates."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from question_bank.items._choice import right_options
from server.domain import commands
from server.domain.values import Attendance, Cause
from server.drill.prepared_room import SealedContest
from server.live.room import Room
from server.protocol.messages import Staged

Someone = Callable[..., Any]


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def test_a_seat_tells_its_story_its_ledger_and_no_response(
    room: Room, play: Any, contest: SealedContest, someone: Someone
) -> None:
    play.opened(1)
    play.answer(0, 3)
    play.order(commands.Pause(("a0",), "Thí sinh mệt", Cause.CANDIDATE, "u-proctor"))
    page = text_of(someone("proctor").get("/console/seat/k0"))
    for words in ("đăng nhập tại máy M000", "trả lời 3 câu", "Thí sinh mệt", "Nguyễn Thị Coi", "đồng hồ đang dừng"):
        assert words in page, words
    section = contest.forms["primary"].sections[0]
    for item in section.marking.items:
        assert item.item_id not in page
        assert not any(option in page for option in right_options(item))


def test_what_a_silent_machine_still_holds_is_not_said_to_be_nothing(
    room: Room, kiosks: Callable[..., None], someone: Someone
) -> None:
    kiosks(1)
    machine = room.pairing.machines()[0]
    path = f"/console/seat/{machine.machine_id}"
    assert "<dd>0 bản ghi" in text_of(someone("proctor").get(path))
    room.presence.left(machine.machine_id, f"s{machine.machine_id}")
    page = text_of(someone("proctor").get(path))
    assert "chưa rõ; theo lần báo cuối là 0 bản ghi" in page


def test_the_maps_tab_stays_lit_on_a_seats_page(room: Room, someone: Someone) -> None:
    page = text_of(someone("proctor").get(f"/console/seat/{room.pairing.machines()[0].machine_id}"))
    assert re.search(r'<a class="nav-page" href="/console" aria-current="page"[^>]*>Sơ đồ phòng</a>', page)


def test_the_map_gets_the_same_details_without_the_frame(play: Any, someone: Someone) -> None:
    play.opened(1)
    part = text_of(someone("proctor").get("/console/seat/k0?part=details"))
    assert "<!doctype" not in part
    assert "Diễn biến" in part


def test_names_are_for_roles_that_may_see_the_roster(room: Room, play: Any, someone: Someone) -> None:
    play.opened(1)
    candidate = room.store.candidates.of_sitting(play.sitting.sitting_id)[0]
    assert candidate.entry.full_name in text_of(someone("proctor").get("/console/seat/k0"))
    page = text_of(someone("technical").get("/console/seat/k0"))
    assert candidate.entry.full_name not in page
    assert candidate.entry.sbd in page


def test_a_machine_where_nobody_sits_has_a_page_too(room: Room, someone: Someone) -> None:
    machine = room.pairing.machines()[0]
    page = text_of(someone("technical").get(f"/console/seat/{machine.machine_id}"))
    assert "Chưa có thí sinh đăng nhập tại máy này" in page
    assert someone("technical").get("/console/seat/k-nobody").status_code == 404


def test_a_candidate_who_moved_is_on_the_new_seat_with_the_whole_story(room: Room, play: Any, someone: Someone) -> None:
    play.opened(1)
    play.answer(0, 2)
    candidate = room.store.candidates.of_sitting(play.sitting.sitting_id)[0]
    from server.store.batch import Delivery

    seated = commands.SeatCandidate(candidate.candidate_id, "a-other", "k9", "M009", "cd" * 16)
    play.sitting.submit([Delivery(bytes.fromhex("cd" * 16), 1, b"sign in", seated)])
    page = text_of(someone("proctor").get("/console/seat/k9"))
    assert "đăng nhập lại, tại máy M009" in page
    assert "trả lời 2 câu" in page


def test_before_the_start_the_page_names_who_lacks_what(
    room: Room, play: Any, kiosks: Callable[..., None], someone: Someone
) -> None:
    kiosks(4)
    page = text_of(someone("proctor").get("/console/before"))
    assert "4 trên 6" in page
    assert "2 chỗ: không có liên lạc với máy chủ" in page
    assert "6 thí sinh chưa đăng nhập" in page
    kiosks(6, staged=False)
    room.presence.staged(room.pairing.machines()[5].machine_id, Staged("p-x", 5, False, "wrong_digest"))
    page = text_of(someone("proctor").get("/console/before"))
    assert "2 chỗ: chưa có đủ gói đề" in page


def test_both_digests_stand_there_to_be_compared(
    contest: SealedContest, kiosks: Callable[..., None], someone: Someone
) -> None:
    kiosks(3)
    page = text_of(someone("organising").get("/console/before"))
    for bundle in contest.bundles.values():
        digest = bundle.package.manifest_sha256
        assert f"{digest[:4]}-{digest[4:8]}".upper() in page
    assert "3 máy giữ đúng gói này" in page


def test_whoever_was_noted_absent_is_told_from_who_is_late(room: Room, play: Any, someone: Someone) -> None:
    candidate = room.store.candidates.of_sitting(play.sitting.sitting_id)[2]
    play.order(commands.RecordAttendance(candidate.candidate_id, Attendance.ABSENT, False, "u-proctor"))
    page = text_of(someone("proctor").get("/console/before"))
    assert page.count("□ vắng") == 1


def test_the_map_page_says_what_its_officer_may_do(someone: Someone) -> None:
    assert 'data-act="pause"' in text_of(someone("proctor").get("/console"))
    page = text_of(someone("secretariat").get("/console"))
    assert 'data-act="pause"' not in page
    assert 'data-act="incident"' in page

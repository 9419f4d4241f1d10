from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from server.domain.commands import RecordAttendance, SeatCandidate
from server.domain.rights import Role
from server.domain.state import Attempt
from server.domain.values import Attendance, RosterChange
from server.drill.prepared_room import SITTING_ID
from server.drill.virtual_parts import Sheet
from server.errors import CommitterStopped, NotStored
from server.live.actors import OfficerActor
from server.live.room import Room
from server.store.batch import Delivery
from server.store.candidates import Candidate
from server.web import roster_changes

Browsers = Callable[..., Any]

HEADER = ["STT", "SBD", "Họ và tên", "Ngày sinh", "Đơn vị", "Bảng"]
GOOD = [[1, "0101", "Lê Văn An", "01/02/1990", "Sở Nội vụ", "A"], [2, "0102", "Vũ Thị Ý", "28/02/1991", "Sở Y tế", "B"]]


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    book.close()
    return stream.getvalue()


def sent(data: bytes, **fields: str) -> dict[str, Any]:
    return {"roster": (io.BytesIO(data), "list.xlsx"), **fields}


def names(room: Room) -> list[str]:
    return [one.entry.full_name for one in room.store.candidates.of_sitting(SITTING_ID)]


def first(room: Room) -> Candidate:
    return room.store.candidates.of_sitting(SITTING_ID)[0]


def sign_in(room: Room, candidate: Candidate) -> Attempt:
    """The candidate sits down at a kiosk."""
    assert room.sitting is not None
    command = SeatCandidate(candidate.candidate_id, "a1", "k1", "M001", "11" * 16)
    verdict = room.sitting.submit([Delivery(b"\x11" * 16, 1, b"sign in", command)])[0]
    assert verdict.reason is None, verdict
    attempt = room.sitting.state.attempt_of(candidate.candidate_id)
    assert attempt is not None
    return attempt


# --- importing ------------------------------------------------------------------------------------------------------


def test_a_good_list_replaces_the_roster_and_tells_the_room(room: Room, someone: Browsers) -> None:
    told: list[int] = []
    room.on_change(lambda: told.append(1))
    answer = someone("secretariat").post("/roster/import", sent(workbook(HEADER, *GOOD)))
    assert answer.status_code == 200
    assert "Đã nhập 2 thí sinh." in answer.get_data(as_text=True)
    assert names(room) == ["Lê Văn An", "Vũ Thị Ý"]
    assert told == [1]
    assert room.store.officers.acts(1)[0].act == "roster_imported"


def test_a_list_with_mistakes_shows_each_with_row_and_column_and_imports_nothing(room: Room, someone: Browsers) -> None:
    before = names(room)
    bad = [[3, "0102", "A", "31/02/1990", "", "C"], [4, "x y", "Lê Văn 5", "1990", "Sở", "A"]]
    answer = someone("technical").post("/roster/import", sent(workbook(HEADER, *GOOD, *bad), divisions="A, B"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Tệp có 8 lỗi." in page
    rows = re.findall(r'<td class="number">(\d+)</td><td class="nowrap">([A-F]) \(', page)
    assert rows == [("4", "B"), ("4", "C"), ("4", "D"), ("4", "E"), ("4", "F"), ("5", "B"), ("5", "C"), ("5", "D")]
    assert names(room) == before


def test_the_contests_own_rules_come_with_the_form(room: Room, someone: Browsers) -> None:
    young = [1, "0101", "Lê Văn An", "01/02/2018", "Trường Tiểu học", "A"]
    answer = someone("technical").post("/roster/import", sent(workbook(HEADER, young), min_age="12"))
    assert answer.status_code == 422
    assert "chưa đủ 12 tuổi" in answer.get_data(as_text=True)
    assert someone("technical").post("/roster/import", sent(workbook(HEADER, young))).status_code == 200


def test_a_file_that_is_no_list_is_refused_as_a_whole(someone: Browsers) -> None:
    for data, says in (
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"),
        ("Họ tên".encode("utf-16-be"), "Unicode"),
        (b"", "trống"),
    ):
        answer = someone("technical").post("/roster/import", sent(data))
        assert answer.status_code == 422
        assert says in answer.get_data(as_text=True)


def test_a_file_too_large_for_any_list_is_not_even_read(room: Room, someone: Browsers) -> None:
    before = names(room)
    large = {"CONTENT_LENGTH": str(7 * 2**20), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = someone("technical").open("POST", "/roster/import", environ=large)
    assert answer.status_code == 413
    assert "Tệp quá lớn" in answer.get_data(as_text=True)
    assert names(room) == before
    assert someone("technical").open("POST", "/prepare/package", environ=large).status_code == 400


def test_once_someone_is_checked_in_or_signed_in_the_roster_is_not_replaced(room: Room, someone: Browsers) -> None:
    before = names(room)
    command = RecordAttendance(first(room).candidate_id, Attendance.PRESENT, True, "u-proctor")
    room.order(OfficerActor("u-proctor", Role.PROCTOR), b"\x01" * 16, 1, command)
    answer = someone("technical").post("/roster/import", sent(workbook(HEADER, *GOOD)))
    assert answer.status_code == 409
    assert names(room) == before


def test_without_a_sitting_the_pages_say_what_comes_first(bare_room: Room) -> None:
    from server.web import create_app

    client = create_app(bare_room).test_client()
    token = "t" * 43
    bare_room.store.officers.begin_session(token, "u-technical", bare_room.clock.now_ms(), 2**60)
    with client.session_transaction(base_url="http://127.0.0.1:8480") as cookie:
        cookie["officer"] = token
    for path in ("/roster/import", "/prepare"):
        answer = client.get(path, base_url="http://127.0.0.1:8480", environ_overrides={"REMOTE_ADDR": "127.0.0.1"})
        assert answer.status_code == 200


# --- looking --------------------------------------------------------------------------------------------------------


def test_the_roster_is_listed_by_vietnamese_names_and_can_be_sorted_otherwise(room: Room, someone: Browsers) -> None:
    rows = [
        [1, "0003", "Bùi Văn Đức", "01/02/1990", "Sở", "A"], [2, "0002", "Vũ Thị An", "01/02/1990", "Sở", "A"],
        [3, "0001", "Lê Văn Ân", "01/02/1990", "Sở", "A"],
    ]  # fmt: skip
    someone("technical").post("/roster/import", sent(workbook(HEADER, *rows)))
    page = someone("proctor")
    assert re.findall(r"<td>(\d{4})</td>", page.get("/roster").get_data(as_text=True)) == ["0002", "0001", "0003"]
    assert re.findall(r"<td>(\d{4})</td>", page.get("/roster?sort=sbd").get_data(as_text=True)) == [
        "0001",
        "0002",
        "0003",
    ]


def test_markup_in_a_name_or_unit_is_shown_and_never_run(room: Room, someone: Browsers) -> None:
    row = [1, "0101", "Lê Văn An", "01/02/1990", '<script>alert("x")</script>', "A"]
    someone("technical").post("/roster/import", sent(workbook(HEADER, row)))
    page = someone("proctor").get("/roster").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_candidate_of_another_sitting_or_of_none_has_no_page_here(room: Room, someone: Browsers) -> None:
    (other,) = room.store.candidates.replace_all("ca-2", [first(room).entry], "cli", 1, lambda n: b"\x07" * n)
    assert someone("proctor").get(f"/roster/{other.candidate_id}").status_code == 404
    assert someone("proctor").get("/roster/c-nobody").status_code == 404


# --- changing by two officers ---------------------------------------------------------------------------------------


def form(candidate: Candidate, password: str, **changes: str) -> dict[str, str]:
    entry = candidate.entry
    return {
        "change": "corrected", "sbd": entry.sbd, "full_name": entry.full_name,
        "birth_date": f"{entry.birth_date:%d/%m/%Y}", "unit": entry.unit, "division": entry.division, "position": "",
        "room": "", "seat": "", "reason": "Sai tên trên giấy giới thiệu", "second_user_name": "proctor2",
        "second_password": password, "source": "ab" * 16, **changes,
    }  # fmt: skip


def test_two_officers_correct_an_entry_and_the_journal_knows_it(room: Room, someone: Browsers, password: str) -> None:
    before = first(room)
    path = f"/roster/{before.candidate_id}/change"
    answer = someone("proctor").post(path, form(before, password, full_name="Lê Thị Hoà"))
    assert answer.headers["Location"] == f"/roster/{before.candidate_id}"
    after = first(room)
    assert (after.entry.full_name, after.revision) == ("Lê Thị Hoà", before.revision + 1)
    assert room.sitting is not None
    from server.web.papers import chronicle_of

    happening = chronicle_of(room.sitting)[0].happenings[-1]
    assert happening.event.body() == {
        "candidate_id": before.candidate_id, "change": "corrected", "entry_sha256": after.entry_sha256.hex(),
        "officers": ["u-proctor", "u-proctor2"], "reason": "Sai tên trên giấy giới thiệu",
    }  # fmt: skip
    page = someone("proctor").get(f"/roster/{before.candidate_id}").get_data(as_text=True)
    assert "Sai tên trên giấy giới thiệu" in page
    assert "Đặng Văn Thi" in page


def test_a_correction_after_sign_in_keeps_the_responses_attached(room: Room, someone: Browsers, password: str) -> None:
    before = first(room)
    attempt = sign_in(room, before)
    someone("proctor").post(
        f"/roster/{before.candidate_id}/change", form(before, password, sbd="TS9999", full_name="Lê Ba")
    )
    assert room.sitting is not None
    assert first(room).entry.sbd != "TS9999"
    assert room.store.candidates.find_by_sbd(SITTING_ID, "TS9999") is not None
    assert room.sitting.state.attempt_of(before.candidate_id) == attempt


def test_a_substitution_kills_the_code_and_is_impossible_after_sign_in(
    room: Room, someone: Browsers, password: str, prepared: tuple[Path, list[Sheet]]
) -> None:
    before, sheet, key = first(room), prepared[1][0], room.identity.access_code_key
    assert room.store.candidates.check_code(key, SITTING_ID, sheet.sbd, sheet.code) is not None
    someone("proctor").post(
        f"/roster/{before.candidate_id}/change", form(before, password, change="substituted", full_name="Lê Thị Hoà")
    )
    assert room.store.candidates.check_code(key, SITTING_ID, sheet.sbd, sheet.code) is None
    sign_in(room, first(room))
    changed = form(first(room), password, change="substituted", full_name="Lê Văn Khác", source="cd" * 16)
    answer = someone("proctor").post(f"/roster/{before.candidate_id}/change", changed)
    assert answer.status_code == 409
    assert first(room).entry.full_name == "Lê Thị Hoà"


def test_minutes_name_who_was_substituted_by_whom_and_what_else_a_change_changed(
    room: Room, someone: Browsers, password: str, pdf_text: Callable[[bytes], str]
) -> None:
    before, found = first(room), someone("proctor")
    path = f"/roster/{before.candidate_id}/change"
    found.post(path, form(before, password, change="substituted", full_name="Lê Thị Hoà"))
    found.post(path, form(first(room), password, change="corrected", unit="Sở Mới", source="cd" * 16))
    text = pdf_text(found.get("/papers/minutes.pdf").data)
    assert f"{before.entry.sbd} {before.entry.full_name} → {before.entry.sbd} Lê Thị Hoà" in text
    assert f"{before.entry.sbd} Lê Thị Hoà; Đơn vị: {before.entry.unit} → Sở Mới" in text


def test_someone_missing_is_added(room: Room, someone: Browsers, password: str) -> None:
    new = form(first(room), password, sbd="TS0777", full_name="Lê Văn Mới", unit="Sở Mới")
    assert someone("secretariat").post("/roster/add", new).status_code == 303
    found = room.store.candidates.find_by_sbd(SITTING_ID, "TS0777")
    assert found is not None
    assert found.entry.full_name == "Lê Văn Mới"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"second_user_name": ""}, "Cần tên đăng nhập và mật khẩu của cán bộ thứ hai."),
        ({"second_password": "sai"}, "Tên đăng nhập hoặc mật khẩu không đúng."),
        ({"second_user_name": "proctor"}, "Cán bộ thứ hai phải là người khác."),
        ({"second_user_name": " PROCTOR "}, "Cán bộ thứ hai phải là người khác."),
        ({"second_user_name": "jury"}, "không có quyền làm việc này"),
        ({"reason": " "}, "Hãy ghi lý do"),
        ({"birth_date": "31/02/1990"}, "Không có ngày 31/02/1990"),
        ({"sbd": "TS0002"}, "đã thuộc về thí sinh khác"),
        ({"full_name": "Thí sinh Một"}, None),
    ],
)
def test_a_change_that_lacks_something_is_not_made(
    room: Room, someone: Browsers, password: str, changes: dict[str, str], says: str | None
) -> None:
    before = first(room)
    head = room.sitting.head if room.sitting else None
    answer = someone("proctor").post(
        f"/roster/{before.candidate_id}/change", form(before, password, **({"full_name": "Lê Ba"} | changes))
    )
    if says is None:
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    assert first(room) == before
    assert room.sitting is not None
    assert room.sitting.head == head


def test_an_officer_with_a_first_password_cannot_be_the_second(room: Room, someone: Browsers, password: str) -> None:
    proctor = room.store.officers.by_user_name("proctor2")
    assert proctor is not None
    room.store.officers.add([replace(proctor, officer_id="u-new", user_name="moi", must_change=True)])
    before = first(room)
    answer = someone("proctor").post(
        f"/roster/{before.candidate_id}/change", form(before, password, full_name="Lê Ba", second_user_name="moi")
    )
    assert "phải tự đăng nhập" in answer.get_data(as_text=True)


def test_the_same_form_sent_twice_changes_the_roster_once(room: Room, someone: Browsers, password: str) -> None:
    before, found = first(room), someone("proctor")
    path, fields = f"/roster/{before.candidate_id}/change", form(before, password, full_name="Lê Ba")
    assert found.post(path, fields).status_code == 303
    assert found.post(path, fields).status_code in (409, 422)
    assert first(room).revision == before.revision + 1


@pytest.mark.parametrize("error", [NotStored("disk full"), CommitterStopped("disk gone")])
def test_a_change_the_disk_did_not_take_is_not_made(
    room: Room, someone: Browsers, password: str, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    before = first(room)

    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(room, "order", refuse)
    answer = someone("proctor").post(f"/roster/{before.candidate_id}/change", form(before, password, full_name="Lê Ba"))
    assert answer.status_code == 409
    assert first(room) == before


# --- after a crash --------------------------------------------------------------------------------------------------


def proposed(room: Room, at_ms: int) -> Candidate:
    """A change that was written down, and then the room died."""
    before = first(room)
    entry = replace(before.entry, full_name="Lê Thị Hoà")
    after = Candidate(before.candidate_id, SITTING_ID, before.revision + 1, entry, bytes(16))
    room.store.candidates.propose(after, RosterChange.CORRECTED, "Sai tên", ("u-proctor", "u-proctor2"), at_ms)
    return after


def test_what_is_being_changed_by_others_is_refused_in_the_readers_language(
    room: Room, someone: Browsers, password: str
) -> None:
    before = first(room)
    proposed(room, room.clock.now_ms())
    changed = form(before, password, full_name="Lê Thị Khác")
    answer = someone("proctor").post(f"/roster/{before.candidate_id}/change", changed)
    assert "Có người khác đang sửa thí sinh này. Hãy xem lại rồi mới sửa." in answer.get_data(as_text=True)
    answer = someone("secretariat").post("/roster/import", sent(workbook(HEADER, *GOOD)))
    said = "Một thí sinh trong danh sách đang được sửa. Hãy hoàn tất thay đổi đó rồi nhập lại danh sách."
    assert (answer.status_code, said in answer.get_data(as_text=True)) == (409, True)


def test_what_was_proposed_and_never_journalled_never_happened(room: Room, someone: Browsers) -> None:
    before = first(room)
    proposed(room, room.clock.now_ms() - roster_changes.UNDER_WAY_MS - 1)
    someone("proctor").get("/roster")
    assert first(room) == before
    assert room.store.candidates.proposed() == ()


def test_what_was_journalled_and_not_yet_made_is_made(room: Room, someone: Browsers) -> None:
    from server.domain.commands import RecordRosterChange

    after = proposed(room, room.clock.now_ms() - roster_changes.UNDER_WAY_MS - 1)
    command = RecordRosterChange(
        after.candidate_id, RosterChange.CORRECTED, after.entry_sha256.hex(), "Sai tên", ("u-proctor", "u-proctor2")
    )
    first_, second = OfficerActor("u-proctor", Role.PROCTOR), OfficerActor("u-proctor2", Role.PROCTOR)
    assert room.order(first_, b"\x02" * 16, 1, command, second=second).reason is None
    someone("proctor").get("/roster")
    assert first(room) == after


def test_a_change_still_on_its_way_is_left_alone(room: Room, someone: Browsers) -> None:
    proposed(room, room.clock.now_ms())
    someone("proctor").get("/roster")
    assert len(room.store.candidates.proposed()) == 1

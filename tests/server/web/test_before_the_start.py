"""Preparation, access codes and the check-in table."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from server.domain import access_codes
from server.domain.commands import SeatCandidate
from server.domain.reasons import Reason
from server.domain.values import Attendance
from server.drill.prepared_room import SITTING_ID, Rules, SealedContest, sitting_file
from server.drill.virtual_parts import Sheet
from server.live.room import Room
from server.live.staging import ImportFault, ImportRefused
from server.store.batch import Delivery
from server.web import create_app
from server.web.handouts import MAX_SETS
from server.web.package_wording import IMPORTS, package_problem
from server.web.wording import ATTENDANCE, REASONS

Browsers = Callable[..., Any]


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


# --- preparing ------------------------------------------------------------------------------------------------------


class Technical:
    """The technical officer of a bare room, in front of its pages."""

    def __init__(self, room: Room) -> None:
        self.client = create_app(room).test_client()
        room.store.officers.begin_session("t" * 43, "u-technical", room.clock.now_ms(), 2**60)
        with self.client.session_transaction(base_url="http://127.0.0.1:8480") as cookie:
            cookie["officer"] = "t" * 43
        self.token = re.findall(r'name="csrf_token" value="([^"]+)"', self.page("/prepare"))[0]

    def page(self, path: str) -> str:
        answer = self.client.get(path, base_url="http://127.0.0.1:8480", environ_overrides={"REMOTE_ADDR": "127.0.0.1"})
        return str(answer.get_data(as_text=True))

    def send(self, path: str, field: str, data: bytes) -> Any:
        fields = {"csrf_token": self.token, field: (io.BytesIO(data), "file")}
        environ = {"REMOTE_ADDR": "127.0.0.1"}
        return self.client.post(path, data=fields, base_url="http://127.0.0.1:8480", environ_overrides=environ)


def done(page: str) -> list[str]:
    return re.findall(r'<li class="walk-(\w+)">', page)


def test_a_new_room_is_walked_through_step_by_step(bare_room: Room, contest: SealedContest) -> None:
    officer = Technical(bare_room)
    assert done(officer.page("/prepare")) == ["now", "later", "later", "later", "later", "later"]
    answer = officer.send("/prepare/sitting", "sitting", sitting_file(contest, Rules()).encode())
    assert answer.status_code == 303
    assert done(officer.page("/prepare"))[:2] == ["done", "now"]
    for bundle in contest.bundles.values():
        assert officer.send("/prepare/package", "package", bundle.package.path.read_bytes()).status_code == 303
    page = officer.page("/prepare")
    assert done(page)[:3] == ["done", "done", "now"]
    assert page.count("đã kiểm tra, đã nhận") == 2
    assert bare_room.sitting is not None
    assert bare_room.sitting.state.plan is not None


def test_a_sitting_file_with_mistakes_lists_them_with_their_lines(bare_room: Room, contest: SealedContest) -> None:
    officer = Technical(bare_room)
    broken = (
        sitting_file(contest, Rules())
        .replace("grace_s: 30", "grace_s: soon")
        .replace("opening: primary", "opening: secret")
    )
    answer = officer.send("/prepare/sitting", "sitting", broken.encode())
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Tệp ca thi có 2 lỗi." in page
    assert re.search(r"dòng \d+ · <code>rules\.grace_s</code>", page)
    assert bare_room.sitting is None


@pytest.mark.parametrize("data", ["ơ".encode("utf-16"), b"\xff\xff", b"- 1\n", b"x" * 100_000])
def test_a_file_that_is_no_sitting_file_is_refused(bare_room: Room, data: bytes) -> None:
    assert Technical(bare_room).send("/prepare/sitting", "sitting", data).status_code == 422


def test_an_altered_package_is_refused_with_its_reason_and_the_room_goes_on(
    bare_room: Room, contest: SealedContest
) -> None:
    officer = Technical(bare_room)
    officer.send("/prepare/sitting", "sitting", sitting_file(contest, Rules()).encode())
    data = bytearray(contest.bundles["primary"].package.path.read_bytes())
    data[len(data) // 2] ^= 1
    answer = officer.send("/prepare/package", "package", bytes(data))
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'role="alert"' in page
    assert "gói đề" in page.casefold()
    assert bare_room.store.packages.by_id(contest.forms["primary"].package_id) is None
    good = contest.bundles["primary"].package.path.read_bytes()
    assert officer.send("/prepare/package", "package", good).status_code == 303


def test_a_package_no_sitting_names_is_refused(bare_room: Room, contest: SealedContest) -> None:
    data = contest.bundles["primary"].package.path.read_bytes()
    assert "Hãy nhận tệp ca thi trước" in Technical(bare_room).send("/prepare/package", "package", data).get_data(
        as_text=True
    )


def test_a_prepared_sitting_is_never_replaced(room: Room, someone: Browsers, contest: SealedContest) -> None:
    changed = sitting_file(contest, Rules(duration_s=60)).encode()
    answer = someone("technical").post("/prepare/sitting", {"sitting": (io.BytesIO(changed), "x.yaml")})
    assert answer.status_code == 409


def test_another_sitting_of_the_room_can_be_made_the_active_one(
    room: Room, someone: Browsers, contest: SealedContest
) -> None:
    second = sitting_file(contest, Rules(), "ca-2").encode()
    found = someone("technical")
    assert found.post("/prepare/sitting", {"sitting": (io.BytesIO(second), "x.yaml")}).status_code == 303
    assert found.post("/prepare/sitting/ca-2/activate").status_code == 303
    assert room.sitting is not None
    assert room.sitting.sitting_id == "ca-2"
    assert found.post("/prepare/sitting/none/activate").status_code == 404


def test_every_way_a_package_is_refused_and_every_refusal_has_a_sentence() -> None:
    assert set(IMPORTS) == set(ImportFault)
    assert all(package_problem(ImportRefused(fault, "")).message for fault in ImportFault)
    assert set(REASONS) == set(Reason)
    assert set(ATTENDANCE) == set(Attendance)


# --- access codes ---------------------------------------------------------------------------------------------------


def slips_of(browser: Any) -> str:
    (path,) = re.findall(r'href="(/codes/slips/[^"]+)"', browser.get("/codes").get_data(as_text=True))
    return text_of(browser.get(path).data)


def codes_in(text: str) -> list[str]:
    return re.findall(rf"\b([{access_codes.ALPHABET}]{{4}} [{access_codes.ALPHABET}]{{4}})\b", text)


def test_printed_codes_open_and_the_ones_before_are_dead(
    room: Room, someone: Browsers, prepared: tuple[Path, list[Sheet]]
) -> None:
    store, key, sheets = room.store.candidates, room.identity.access_code_key, prepared[1]
    found = someone("secretariat")
    assert found.post("/codes", {"who": "everyone", "order": "sbd"}).status_code == 303
    text = slips_of(found)
    codes = codes_in(text)
    assert len(codes) == len(sheets)
    for sheet, code in zip(sheets, codes, strict=True):
        assert sheet.sbd in text
        assert store.check_code(key, SITTING_ID, sheet.sbd, sheet.code) is None
        assert store.check_code(key, SITTING_ID, sheet.sbd, code) is not None


def test_codes_are_not_made_while_too_many_sets_of_slips_wait_unprinted(room: Room, someone: Browsers) -> None:
    found = someone("proctor")
    for _ in range(MAX_SETS):
        assert found.post("/codes", {"who": "everyone"}).status_code == 303
    before = room.store.candidates.with_code(SITTING_ID)
    refused = found.post("/codes", {"who": "everyone"})
    assert refused.status_code == 409
    assert "chưa in" in refused.get_data(as_text=True)
    assert room.store.candidates.with_code(SITTING_ID) == before
    found.get(re.findall(r'href="(/codes/slips/[^"]+)"', found.get("/codes").get_data(as_text=True))[0])
    assert found.post("/codes", {"who": "everyone"}).status_code == 303


def test_only_those_without_a_code_get_one(room: Room, someone: Browsers, prepared: tuple[Path, list[Sheet]]) -> None:
    found, sheet, store = someone("proctor"), prepared[1][0], room.store.candidates
    assert found.post("/codes", {"who": "missing"}).status_code == 409
    known = store.of_sitting(SITTING_ID)[0].entry
    store.replace_all(
        SITTING_ID, [known, replace(known, sbd="TS9000", unit="Sở Y tế")], "cli", 1, lambda n: b"\x05" * n
    )
    assert found.post("/codes", {"who": "missing"}).status_code == 303
    (code,) = codes_in(slips_of(found))
    key = room.identity.access_code_key
    assert store.check_code(key, SITTING_ID, "TS9000", code) is not None
    assert store.check_code(key, SITTING_ID, sheet.sbd, sheet.code) is not None


def test_a_reissued_code_has_its_reason_in_the_journal_and_kills_the_old_one(
    room: Room, someone: Browsers, prepared: tuple[Path, list[Sheet]]
) -> None:
    from server.web.papers import chronicle_of

    store, key, sheet = room.store.candidates, room.identity.access_code_key, prepared[1][0]
    candidate = store.find_by_sbd(SITTING_ID, sheet.sbd)
    assert candidate is not None
    found = someone("proctor")
    path = f"/codes/{candidate.candidate_id}"
    assert found.post(path, {"reason": " "}).status_code == 422
    assert store.check_code(key, SITTING_ID, sheet.sbd, sheet.code) is not None
    assert found.post(path, {"reason": "Mất phiếu"}).status_code == 303
    (code,) = codes_in(slips_of(found))
    assert store.check_code(key, SITTING_ID, sheet.sbd, sheet.code) is None
    assert store.check_code(key, SITTING_ID, sheet.sbd, code) is not None
    assert room.sitting is not None
    told = chronicle_of(room.sitting)[0].happenings[-1].event.body()
    assert told == {"candidate_id": candidate.candidate_id, "officer_id": "u-proctor", "reason": "Mất phiếu"}
    assert someone("secretariat").post(path, {"reason": "Mất phiếu"}).status_code == 403


def test_once_someone_has_signed_in_codes_are_not_made_anew_for_everybody(room: Room, someone: Browsers) -> None:
    candidate = room.store.candidates.of_sitting(SITTING_ID)[0]
    assert room.sitting is not None
    command = SeatCandidate(candidate.candidate_id, "a1", "k1", "M001", "11" * 16)
    room.sitting.submit([Delivery(b"\x11" * 16, 1, b"sign in", command)])
    assert someone("proctor").post("/codes", {"who": "everyone"}).status_code == 409


# --- check-in -------------------------------------------------------------------------------------------------------


def state_of(room: Room, candidate_id: str) -> tuple[str, bool]:
    assert room.sitting is not None
    presence = room.sitting.state.attendance[candidate_id]
    return presence.state.value, presence.identity_seen


@pytest.mark.parametrize(
    ("choice", "state"),
    [
        ("present", ("present", True)), ("late", ("late", True)), ("no_document", ("present", False)),
        ("absent", ("absent", False)), ("wrong_room", ("wrong_room", False)), ("expected", ("expected", False)),
    ],
)  # fmt: skip
def test_what_the_table_sees_is_in_the_journal(
    room: Room, someone: Browsers, choice: str, state: tuple[str, bool]
) -> None:
    one = room.store.candidates.of_sitting(SITTING_ID)[2].candidate_id
    assert someone("proctor").post(f"/check-in/{one}", {"choice": choice}).status_code == 303
    assert state_of(room, one) == state


def test_two_desks_agree_after_every_click(room: Room, someone: Browsers) -> None:
    one, two, *_ = (each.candidate_id for each in room.store.candidates.of_sitting(SITTING_ID))
    json = {"Accept": "application/json"}
    someone("proctor").post(f"/check-in/{one}", {"choice": "present"}, headers=json)
    picture = someone("secretariat").post(f"/check-in/{two}", {"choice": "late"}, headers=json).get_json()
    assert picture["choices"] == {one: "present", two: "late"}
    assert "Có mặt" in picture["marks"]["present"]
    assert picture["counts"] == {"expected": 4, "present": 1, "late": 1, "absent": 0, "wrong_room": 0}


def test_undoing_never_turns_a_missing_document_into_a_seen_one(room: Room, someone: Browsers) -> None:
    one = room.store.candidates.of_sitting(SITTING_ID)[0].candidate_id
    found = someone("proctor")
    found.post(f"/check-in/{one}", {"choice": "no_document"})
    page = found.get("/check-in").get_data(as_text=True)
    assert f'data-id="{one}" data-choice="no_document"' in page
    assert '<span aria-hidden="true">▲</span> Có mặt · thiếu giấy tờ' in page  # somebody still has to look at it


def test_a_click_for_nobody_or_for_nothing_is_refused(room: Room, someone: Browsers) -> None:
    one = room.store.candidates.of_sitting(SITTING_ID)[0].candidate_id
    assert someone("proctor").post(f"/check-in/{one}", {"choice": "excellent"}).status_code == 404
    assert someone("proctor").post("/check-in/c-nobody", {"choice": "present"}).status_code == 404


def test_closing_the_door_notes_who_has_not_come_as_absent_and_nobody_else(room: Room, someone: Browsers) -> None:
    everyone = [each.candidate_id for each in room.store.candidates.of_sitting(SITTING_ID)]
    found = someone("proctor")
    found.post(f"/check-in/{everyone[0]}", {"choice": "present"})
    found.post(f"/check-in/{everyone[1]}", {"choice": "wrong_room"})
    assert found.post("/check-in/close").status_code == 303
    states = [state_of(room, each)[0] for each in everyone]
    assert states == ["present", "wrong_room", *["absent"] * (len(everyone) - 2)]


def test_whoever_belongs_to_another_sitting_is_named_with_it(
    room: Room, someone: Browsers, contest: SealedContest
) -> None:
    room.add_sitting(sitting_file(contest, Rules(), "ca-2").replace("Ca thi thử", "Ca chiều"), "cli")
    entry = room.store.candidates.of_sitting(SITTING_ID)[0].entry
    room.store.candidates.replace_all("ca-2", [entry], "cli", 1, lambda n: b"\x05" * n)
    assert "thuộc ca thi khác: Ca chiều" in someone("proctor").get("/check-in").get_data(as_text=True)

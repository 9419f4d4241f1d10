"""The backup kit's page and the two sheets: what they say of where each set is, and what was typed for the paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.identity import room_fingerprint
from server.live.room import Room

Someone = Callable[[str], Any]


def test_the_page_names_the_seats_that_lack_a_set(room: Room, kiosks: Callable[..., None], someone: Someone) -> None:
    kiosks(4)
    page = someone("technical").get("/console/kit").get_data(as_text=True)
    assert "4 trên 6" in page
    assert "chưa có ở 2 máy" in page
    assert room_fingerprint(room.identity.server_key.hex()) in page


def test_the_handover_sheet_prints_digests_sticks_and_the_number_of_paper_copies(
    room: Room, kiosks: Callable[..., None], someone: Someone, pdf_text: Callable[[bytes], str]
) -> None:
    kiosks(6)
    answer = someone("technical").get("/console/kit/handover.pdf?stick1=USB+số+1&copies_primary=12&body=Tổ+Kỹ+thuật")
    words = pdf_text(answer.get_data())
    for offer in room.stage().packages:
        assert offer.sha256 in words.replace(" ", "")
    assert "USB số 1" in words
    assert "Số bản giấy niêm phong: 12." in words
    assert "Máy trạm: 6 trên 6." in words
    assert room_fingerprint(room.identity.server_key.hex()) in words


def test_the_readiness_sheet_prints_what_all_agree_on_and_the_digest_of_the_findings(
    room: Room, kiosks: Callable[..., None], someone: Someone, pdf_text: Callable[[bytes], str]
) -> None:
    kiosks(4)
    page = someone("proctor").get("/console/before").get_data(as_text=True)
    words = pdf_text(someone("proctor").get("/console/before/sheet.pdf").get_data())
    check = room.readiness.start_check(room.sitting)  # type: ignore[arg-type]
    assert check.facts_sha256[:16] in page
    assert check.facts_sha256 in words.replace(" ", "")
    assert "không có liên lạc với máy chủ" in words
    assert "Chương trình: examroom 0.1.0" in words


def test_an_override_from_the_page_needs_a_reason_and_stands_in_the_minutes(
    room: Room, play: Any, someone: Someone, pdf_text: Callable[[bytes], str]
) -> None:
    machine = room.pairing.machines()[0]
    proctor = someone("proctor")
    path = f"/console/before/{machine.machine_id}/override"
    assert proctor.post(path, {"reason": "  "}).status_code == 409
    assert someone("technical").post(path, {"reason": "Máy mượn"}).status_code == 403
    assert proctor.post(path, {"reason": "Máy mượn tạm"}).status_code == 303
    assert "Máy mượn tạm" in proctor.get("/console/before").get_data(as_text=True)
    assert "Máy mượn tạm" in pdf_text(proctor.get("/papers/minutes.pdf").get_data())
    assert proctor.post(f"/console/before/{machine.machine_id}/withdraw").status_code == 303
    assert "Máy mượn tạm" not in proctor.get("/console/before").get_data(as_text=True)

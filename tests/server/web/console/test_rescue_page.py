"""The page that takes in what was carried by hand: who may, what is said, and what is kept for a second look."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.carried_machine import CarriedMachine, start_part
from server.drill.prepared_room import SealedContest, hold_ceremony
from server.drill.virtual_parts import Sheet
from server.live.room import Room

Someone = Callable[..., Any]


@pytest.fixture
def kiosk(
    room: Room, prepared: tuple[Path, list[Sheet]], contest: SealedContest, tmp_path: Path
) -> Iterator[CarriedMachine]:
    """A machine whose candidate works: two answers on its disk, none at the room."""
    hold_ceremony(room, contest)
    assert room.sitting is not None
    machine = CarriedMachine(room, prepared[1][0], tmp_path / "kiosk")
    outbox = machine.sign_in(room.store.candidates.of_sitting(room.sitting.sitting_id)[0].candidate_id)
    start_part(room)
    for item in range(2):
        machine.choose(outbox, item, item)
    yield machine
    machine.close()


def upload(found: Any, field: str, *files: tuple[bytes, str], to: str) -> Any:
    data = {field: [(io.BytesIO(content), name) for content, name in files]}
    return found.post(f"/console/rescue/{to}", data, content_type="multipart/form-data")


@pytest.mark.parametrize("role", ["setting", "jury", "secretariat", "organising"])
def test_only_the_technical_team_and_proctors_bring_answers_in(someone: Someone, role: str) -> None:
    found = someone(role)
    assert found.get("/console/rescue").status_code == 403
    assert upload(found, "files", (b"x", "a"), to="files").status_code == 403


def test_the_camera_is_for_this_page_alone(someone: Someone) -> None:
    found = someone("proctor")
    assert "camera=(self)" in found.get("/console/rescue").headers["Permissions-Policy"]
    for other in ("/console", "/roster", "/console/machines"):
        assert "camera=()" in found.get(other).headers["Permissions-Policy"]


def test_each_file_of_a_form_has_its_own_answer_and_the_list_says_who_brought_it(
    someone: Someone, kiosk: CarriedMachine, room: Room
) -> None:
    found = someone("proctor")
    (file,) = kiosk.files()
    answer = upload(found, "files", (file.data, file.name), (file.data[:-9], "half"), (b"PK", "zip"), to="files")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "2 bản ghi mới" in page
    assert "half" in page
    assert "cắt cụt" in page
    assert "zip" in page
    listed = found.get("/console/rescue").get_data(as_text=True)
    assert "Nguyễn Thị Coi" in listed
    assert "Thí sinh Số 1" in listed
    assert "Thí sinh Số 1" not in someone("technical").get("/console/rescue").get_data(as_text=True)
    digest = room.rescue.reports()[0].file_sha256
    assert found.post(f"/console/rescue/again/{digest}").status_code == 200
    assert room.rescue.reports()[0].times == 2


def test_what_is_not_asked_as_the_page_asks_is_refused(someone: Someone, room: Room) -> None:
    found = someone("technical")
    assert upload(found, "files", to="files").status_code == 400
    assert upload(found, "files", *[(b"x", "a")] * 17, to="files").status_code == 400
    assert upload(found, "photos", *[(b"x", "a")] * 65, to="photos").status_code == 400
    for digest in ("0" * 64, "..%2f..%2froom.key", "x"):
        assert found.post(f"/console/rescue/again/{digest}").status_code == 404
    assert upload(found, "files", (b"x", "a"), to="files").status_code == 422
    assert not (room.directory / "rescue").exists()


def test_a_picture_without_a_code_is_named_and_codes_under_way_can_be_forgotten(
    someone: Someone, kiosk: CarriedMachine, room: Room
) -> None:
    from client_kiosk.carrying import code_picture
    from server.protocol.rescue_frames import frames

    found = someone("proctor")
    first = code_picture(frames(kiosk.files()[0].data)[0].to_bytes())
    page = upload(found, "photos", (first, "1.png"), (b"x", "text.txt"), to="photos").get_data(as_text=True)
    assert "text.txt" in page
    assert "1/2 mã" in page
    looked = found.client.post(
        "/console/rescue/look", data=first, content_type="image/png", base_url=found.base,
        headers={"X-CSRFToken": found.token, "Referer": f"{found.base}/"}, environ_overrides={"REMOTE_ADDR": "127.0.0.1"},
    )  # fmt: skip
    assert looked.get_json() == {"codes": 1, "fault": None, "under_way": ["1/2 mã"], "taken": []}
    assert "1/2 mã" not in found.post("/console/rescue/forget").get_data(as_text=True)

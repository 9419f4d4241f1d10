"""Results and printed documents of a sitting that was played."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from question_bank import canonical
from server.domain import commands, hall_commands
from server.domain import events as e
from server.domain.event import Event
from server.domain.values import Attendance, Cause, CloseCause, IncidentCategory, RosterChange
from server.drill.prepared_room import SITTING_ID
from server.live.marks import ResultRow
from server.live.room import Room
from server.web.documents import minutes
from server.web.documents.chronicle import gather
from server.web.results_export import FORMAT, workbook

Browsers = Callable[..., Any]


def text_of(pdf: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


# --- results --------------------------------------------------------------------------------------------------------


def test_marks_show_to_the_jury_sorted_by_marks_then_time(
    play: Any, room: Room, someone: Browsers, eventually: Callable[..., None]
) -> None:
    play.opened(3)
    for n, right in ((0, 2), (1, 7), (2, 4)):
        play.answer(n, right)
        play.submit(n)
    play.marked(3, eventually)
    page = someone("jury").get("/results").get_data(as_text=True)
    places = [page.index(row.sbd) for row in sorted(room.marks.results(), key=lambda row: -(row.marks or 0))]
    assert places == sorted(places)
    assert "7/10" in page


def test_the_export_for_checking_is_canonical_names_nobody_and_rests_on_the_head(
    play: Any, room: Room, someone: Browsers, eventually: Callable[..., None]
) -> None:
    play.opened(2)
    play.answer(0, 3)
    play.submit(0)
    play.submit(1)
    play.marked(2, eventually)
    data = someone("secretariat").get("/results.json").data
    document: Any = canonical.decode(data, 1 << 20, canonical=True)
    assert isinstance(document, dict)
    head = play.sitting.head
    assert document["format"] == FORMAT
    assert document["sitting_id"] == SITTING_ID
    assert document["journal"] == {"seq": head.seq, "hash": head.hash.hex()}
    first, second = document["rows"]
    finish = play.sitting.state.attempts["a0"].parts[0].finish
    assert first["responses_sha256"] == finish.responses_sha256
    assert (first["sbd"], first["attempt_id"], first["right"], first["of"]) == ("TS0001", "a0", 3, 10)
    assert (first["marks"], first["max_marks"], second["marks"]) == (300, 1000, 0)
    assert "Thí sinh" not in data.decode()
    assert room.store.officers.acts(1)[0].act == "results_exported"


def test_the_workbook_holds_names_and_marks_and_never_a_formula(
    play: Any, someone: Browsers, eventually: Callable[..., None]
) -> None:
    play.opened(1)
    play.answer(0, 5)
    play.submit(0)
    play.marked(1, eventually)
    book = load_workbook(io.BytesIO(someone("organising").get("/results.xlsx").data))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][:4] == ("SBD", "Họ và tên", "Ngày sinh", "Đơn vị")
    assert rows[1][0] == "TS0001"
    assert rows[1][9:12] == (5, 5, 10)


def test_a_step_against_misconduct_stands_beside_the_mark_which_it_does_not_change(
    play: Any, room: Room, someone: Browsers, eventually: Callable[..., None]
) -> None:
    """No contest's plan says that the room deducts anything: the jury decides, and everybody reads so."""
    play.opened(2)
    step = next(one for one in play.sitting.definition.misconduct if one.code == "reprimand")
    play.order(hall_commands.RecordMisconduct("x1", "a0", step, "trao đổi bài", ("u-proctor", "u-proctor2")))
    for n in range(2):
        play.answer(n, 6)
        play.submit(n)
    play.marked(2, eventually)
    page = someone("jury").get("/results").get_data(as_text=True)
    assert "Khiển trách (theo quy chế: 25 % số điểm; chưa trừ)" in page
    assert page.count("chờ Ban Giám khảo</span>") == 1
    rows = list(
        load_workbook(io.BytesIO(someone("organising").get("/results.xlsx").data))
        .worksheets[0]
        .iter_rows(values_only=True)
    )
    assert [row[10] for row in rows[1:]] == [6, 6]
    assert [row[16] or "" for row in rows] == [
        "Chờ Ban Giám khảo",
        "Khiển trách (theo quy chế: 25 % số điểm; chưa trừ)",
        "",
    ]
    document: Any = canonical.decode(someone("secretariat").get("/results.json").data, 1 << 20, canonical=True)
    assert [row["misconduct"] for row in document["rows"]] == [[{"code": "reprimand", "deduct_percent": 25}], []]
    shown = [room.marks.shown_result(f"a{n}", 0) for n in range(2)]
    assert [one is not None and one.jury for one in shown] == [True, False]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+84", "-1", "@SUM(1)", "\tx"])
def test_a_name_that_looks_like_a_formula_stays_a_name(name: str) -> None:
    row = ResultRow("c1", "1", name, name, "", 0, 1, 2, 1, 100, 200, 1000, 0, "X", False, True)
    book = load_workbook(io.BytesIO(workbook([row], {}, "vi")))
    cell = book.worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == (name, "s")
    assert cell.quotePrefix


def test_an_unmarked_result_has_no_mark_and_cannot_be_published(play: Any, someone: Browsers, password: str) -> None:
    play.opened(1, marking=False)
    play.submit(0)
    assert "chưa chấm" in someone("jury").get("/results").get_data(as_text=True)
    fields = {"second_user_name": "organising2", "second_password": password}
    answer = someone("organising").post("/results/publish", fields)
    assert answer.status_code == 409


def test_two_of_the_organising_committee_publish_once(
    play: Any, someone: Browsers, password: str, eventually: Callable[..., None]
) -> None:
    play.opened(1)
    play.submit(0)
    play.marked(1, eventually)
    play.order(commands.ClosePart(0, "hết giờ", "u-proctor"))
    play.order(commands.CloseSitting("u-proctor"))
    found = someone("organising")
    assert found.post("/results/publish", {"second_user_name": "jury", "second_password": password}).status_code == 422
    fields = {"second_user_name": "organising2", "second_password": password}
    assert found.post("/results/publish", fields).status_code == 303
    assert "đã công bố" in found.get("/results").get_data(as_text=True)
    assert found.post("/results/publish", fields).status_code == 409


# --- documents ------------------------------------------------------------------------------------------------------


def test_the_minutes_tell_the_course_of_the_sitting_and_its_head(play: Any, room: Room, someone: Browsers) -> None:
    everyone = room.store.candidates.of_sitting(SITTING_ID)
    play.opened(3)
    play.order(commands.RecordAttendance(everyone[5].candidate_id, Attendance.ABSENT, False, "u-proctor"))
    play.order(commands.Pause(None, "Mất điện", Cause.HALL, "u-proctor"))
    play.order(commands.Resume(None, "Có điện trở lại", "u-proctor"))
    play.order(commands.Extend(("a1",), 300_000, "Bù giờ", Cause.EQUIPMENT, "u-proctor"))
    play.order(commands.RecordIncident("a2", IncidentCategory.HEALTH, "Chóng mặt", "u-proctor"))
    play.submit(0)
    play.order(commands.ClosePart(0, "hết giờ", "u-proctor"))
    play.order(commands.CloseSitting("u-proctor"))
    head = play.sitting.head
    fields = "above=UBND tỉnh&body=Ban Tổ chức&number=05/BB-BTC&place=Tiền Giang"
    text = text_of(someone("secretariat").get(f"/papers/minutes.pdf?{fields}").data)
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "UBND TỈNH", "BAN TỔ CHỨC", "Số: 05/BB-BTC",
        "Tiền Giang, ngày", "BIÊN BẢN", "Ca thi thử", "Mất điện", "Gia hạn 05:00", "Bù giờ", "Chóng mặt", "TS0006",
        "Vắng: 1", "Nguyễn Thị Coi", head.hash.hex(), play.sitting.state.paper.manifest_sha256, "ĐẠI DIỆN BAN TỔ CHỨC",
    ):  # fmt: skip
        assert words in text, words
    assert "bản nháp" not in text.casefold()


def test_minutes_of_a_sitting_that_is_not_closed_say_they_are_a_draft(play: Any, someone: Browsers) -> None:
    play.opened(1)
    text = text_of(someone("proctor").get("/papers/minutes.pdf").data)
    assert "BẢN NHÁP" in text
    assert "……" in text


def test_the_minutes_of_the_opening_exist_once_a_paper_is_open(play: Any, someone: Browsers) -> None:
    found = someone("organising")
    assert found.get("/papers/opening.pdf").status_code == 404
    play.opened(1)
    text = text_of(found.get("/papers/opening.pdf").data)
    paper = play.sitting.state.paper
    for words in ("Mở đề thi", "Đề chính thức", paper.manifest_sha256, paper.package_id, "Ban Đề thi", "10 câu hỏi"):
        assert words in text, words


def test_the_sign_out_sheet_shows_what_each_candidate_saw_and_their_receipt(
    play: Any, someone: Browsers, eventually: Callable[..., None]
) -> None:
    play.opened(2)
    play.answer(0, 4)
    play.submit(0)
    play.marked(1, eventually)
    text = text_of(someone("proctor").get("/papers/sign-out.pdf").data)
    assert "4/10" in text
    assert "Đúng 4/10 câu" in text
    assert play.sitting.state.attempts["a0"].parts[0].finish.receipt in text
    assert "Số thí sinh: 6. Số đã kết thúc bài thi: 1." in text


def test_a_letterhead_cannot_smuggle_anything_into_a_document(play: Any, someone: Browsers) -> None:
    play.opened(1)
    answer = someone("proctor").get("/papers/minutes.pdf?body=%23panic(%22x%22)&place=%00&number=$x$")
    assert answer.status_code == 200
    assert '#PANIC("X")' in text_of(answer.data)


# --- the chronicle --------------------------------------------------------------------------------------------------


def paused(attempt: str, reason: str = "Mất điện") -> e.SeatPaused:
    return e.SeatPaused(attempt, 0, reason, Cause.HALL, "u1")


def test_one_act_on_many_candidates_is_one_line() -> None:
    found = gather([(5, paused("a1")), (5, paused("a2")), (5, paused("a3", "Ốm")), (6, paused("a4"))])
    assert [(one.at_ms, one.attempts) for one in found.happenings] == [(5, ("a1", "a2")), (5, ("a3",)), (6, ("a4",))]


def test_two_incidents_of_one_instant_are_two_lines() -> None:
    one = e.IncidentRecorded("a1", IncidentCategory.OTHER, "x", "u1")
    two = e.IncidentRecorded("a2", IncidentCategory.OTHER, "x", "u1")
    assert len(gather([(5, one), (5, two)]).happenings) == 2


def test_only_what_is_out_of_the_ordinary_is_told() -> None:
    seated = e.CandidateSeated("a1", "c1", "k1", "A01", 1, "11" * 16)
    again = e.CandidateSeated("a1", "c1", "k2", "A02", 2, "22" * 16)
    closed = e.SeatClosed("a1", 0, "ab" * 32, "XXXX-XXXX", 1, 2, 5, 5, CloseCause.DEADLINE, "", None)
    found = gather(
        [(1, e.EpochBegan(1, 0, "00" * 32)), (2, seated), (3, again), (4, closed), (5, e.EpochBegan(2, 4, "00" * 32))]
    )
    assert [type(one.event) for one in found.happenings] == [e.CandidateSeated, e.EpochBegan]
    assert found.seated["a1"].seat_label == "A02"
    assert (found.closed_by_deadline, found.starts) == (1, 2)


@pytest.mark.parametrize(
    ("silent_ms", "moved_ms", "told"),
    [
        (65_400, None, "Khởi động lại máy chủ (máy chủ ngừng 01:05)"),
        (25_265_000, -25_200_000, "Khởi động lại máy chủ (máy chủ ngừng 01:05)"),  # seven hours: local time read as UTC
        (0, 65_000, "Khởi động lại máy chủ (máy chủ ngừng 01:05)"),  # an empty battery: the computer knew of no outage
        (10, -500, "Khởi động lại máy chủ (máy chủ ngừng 00:00)"),
        (None, 65_000, "Khởi động lại máy chủ"),
    ],
)
def test_minutes_say_how_long_the_server_was_away(silent_ms: int | None, moved_ms: int | None, told: str) -> None:
    events: list[tuple[int, Event]] = [
        (1, e.EpochBegan(1, 0, "00" * 32)),
        (5, e.EpochBegan(2, 4, "00" * 32, silent_ms)),
    ]
    if moved_ms is not None:
        events.append((6, e.ClockAnchored(6, 6, "kiosks", None, moved_ms)))
    assert minutes._what(gather(events).happenings[0]) == told


def test_the_last_word_on_attendance_counts() -> None:
    absent = e.AttendanceRecorded("c1", Attendance.ABSENT, False, "u1")
    late = e.AttendanceRecorded("c1", Attendance.LATE, True, "u1")
    found = gather([(1, absent), (2, late)])
    assert found.with_attendance(Attendance.ABSENT) == []
    assert found.with_attendance(Attendance.LATE) == ["c1"]


def test_roster_changes_are_told_with_both_officers() -> None:
    change = e.RosterChanged("c1", RosterChange.ADDED, "ab" * 32, "Thiếu tên", ("u1", "u2"))
    assert gather([(1, change)]).happenings[0].event == change

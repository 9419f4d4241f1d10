"""The page of the hall: who has seen what, further notes, misconduct with its minute, corrections, handovers; the display."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from question_bank.bilingual import Bilingual
from question_bank.erratum import signed_erratum
from question_bank.sealed_keys import SigningKey
from server.domain import commands, hall_commands
from server.domain.time_commands import DecideLate
from server.domain.values import Cause, CloseCause, IncidentCategory
from server.protocol.hall import HandCategory, Seen
from server.protocol.records import NoteErratum, NoteSeen, RaiseHand

Someone = Callable[..., Any]


@pytest.fixture
def second_proctor(password: str) -> dict[str, str]:
    """The fields in which a colleague with the same right signs."""
    return {"second_user_name": "proctor2", "second_password": password}


def page(found: Any) -> str:
    text: str = found.get("/console/hall").get_data(as_text=True)
    return text


def test_who_has_not_seen_a_message_is_named_by_seat(play: Any, someone: Someone) -> None:
    play.opened(3)
    play.order(hall_commands.SendMessage("m1", None, "Còn 15 phút", True, "u-proctor"))
    play.send(0, NoteSeen("a0", 1, "m1", Seen.CONFIRMED, play.room.clock.now_ms(), 5))
    text = page(someone("proctor"))
    assert "Còn 15 phút" in text
    assert "1/3" in text or "1 trên 3" in text or "1 of 3" in text or "M001" in text
    assert "M002" in text
    assert "M000" not in text.split("Còn 15 phút")[1].split("</article>")[0]


def test_a_note_is_added_to_an_incident_and_stands_in_the_minutes(
    play: Any, someone: Someone, pdf_text: Callable[[bytes], str]
) -> None:
    play.opened(1)
    play.order(commands.RecordIncident("a0", IncidentCategory.POWER, "Mất điện dãy B", "u-proctor"))
    (seq,) = play.sitting.state.hall.incidents
    found = someone("proctor")
    assert found.post(f"/console/hall/incident/{seq}", {"note": "Có điện lúc 9:10"}).status_code == 303
    assert found.post("/console/hall/incident/999999", {"note": "x"}).status_code == 409
    assert found.post("/console/hall/incident/x1", {"note": "x"}).status_code == 404
    text = page(found)
    assert text.index("Mất điện dãy B") < text.index("Có điện lúc 9:10")
    assert "Có điện lúc 9:10" in pdf_text(found.get("/papers/minutes.pdf").get_data())


def test_a_reminder_takes_one_officer_and_a_suspension_two_and_ends_the_part(
    play: Any, someone: Someone, second_proctor: dict[str, str], pdf_text: Callable[[bytes], str]
) -> None:
    play.opened(2)
    found = someone("proctor")
    reminder = {"seat": "M000", "step": "reminder", "note": "trao đổi với người bên cạnh"}
    assert found.post("/console/hall/misconduct", reminder).status_code == 303
    hard = {"seat": "M001", "step": "suspension", "note": "sử dụng điện thoại"}
    assert found.post("/console/hall/misconduct", hard).status_code == 422
    assert found.post("/console/hall/misconduct", {**hard, **second_proctor}).status_code == 303
    finish = play.sitting.state.attempts["a1"].parts[0].finish
    assert finish.cause is CloseCause.OFFICER
    (_, suspension) = play.sitting.state.hall.misconduct.values()
    minute = pdf_text(found.get(f"/console/hall/misconduct/{suspension.misconduct_id}.pdf").get_data())
    for words in ("Đình chỉ thi", "sử dụng điện thoại", "100 %", "Đặng Văn Thi", "M001"):
        assert words in minute
    assert found.get("/console/hall/misconduct/x0.pdf").status_code == 404
    back = f"/console/hall/misconduct/{suspension.misconduct_id}/withdraw"
    assert found.post(back, {**second_proctor, "reason": "nhầm thí sinh"}).status_code == 303
    assert not play.sitting.state.hall.is_suspended("a1")
    assert "nhầm thí sinh" in pdf_text(found.get("/papers/minutes.pdf").get_data())


@pytest.mark.parametrize("changes", [{"seat": "Z99"}, {"step": "fine"}, {"seat": ""}])
def test_a_step_against_nobody_is_not_recorded(play: Any, someone: Someone, changes: dict[str, str]) -> None:
    play.opened(1)
    fields = {"seat": "M000", "step": "reminder", "note": "nói chuyện", **changes}
    assert someone("proctor").post("/console/hall/misconduct", fields).status_code == 422
    assert not play.sitting.state.hall.misconduct


def test_a_step_is_against_who_sits_there_now_and_not_who_handed_in_there_before(play: Any, someone: Someone) -> None:
    play.opened(1)
    play.submit(0)
    play.seat(1, at="M000")
    fields = {"seat": "m000", "step": "reminder", "note": "nói chuyện"}
    assert someone("proctor").post("/console/hall/misconduct", fields).status_code == 303
    assert [one.attempt_id for one in play.sitting.state.hall.misconduct.values()] == ["a1"]


def test_a_step_is_against_nobody_where_a_seat_is_called_like_anothers_number(play: Any, someone: Someone) -> None:
    play.opened(1)
    number = play.room.entry(play.sitting.state.attempts["a0"].candidate_id).sbd
    play.seat(1, at=number)
    fields = {"seat": number, "step": "reminder", "note": "nói chuyện"}
    assert someone("proctor").post("/console/hall/misconduct", fields).status_code == 422
    assert not play.sitting.state.hall.misconduct


def test_only_what_the_committee_signed_is_released_and_by_two_officers(
    play: Any, someone: Someone, password: str, contest: Any, pdf_text: Callable[[bytes], str]
) -> None:
    play.opened(2)
    item = contest.forms["primary"].sections[0].marking.items[2].item_id
    text = Bilingual("Trong đáp án C, đọc “30 ngày”.", "")
    right = signed_erratum(contest.key, item, "1.3 · Cơ quan nào", text, 1_790_000_000_000).decode()
    wrong = signed_erratum(SigningKey.generate(), item, "1.3", text, 1_790_000_000_000).decode()
    found, second = someone("setting"), {"second_user_name": "organising", "second_password": password}
    assert found.post("/console/hall/erratum", {**second, "file": wrong}).status_code == 422
    assert found.post("/console/hall/erratum", {**second, "file": "đính chính"}).status_code == 422
    assert found.post("/console/hall/erratum", {"file": right}).status_code == 422
    assert not play.sitting.state.hall.errata
    assert found.post("/console/hall/erratum", {**second, "file": right}).status_code == 303
    (released,) = play.sitting.state.hall.errata.values()
    assert released.item_id == item
    play.send(0, NoteErratum("a0", 1, released.erratum_id, play.room.clock.now_ms(), 5))
    shown = page(someone("proctor"))
    assert "30 ngày" in shown
    assert "1/2" in shown
    assert "30 ngày" in pdf_text(someone("proctor").get("/papers/minutes.pdf").get_data())


def test_two_officers_take_a_correction_back_and_see_who_was_told(
    play: Any, someone: Someone, password: str, contest: Any, pdf_text: Callable[[bytes], str]
) -> None:
    play.opened(2)
    item = contest.forms["primary"].sections[0].marking.items[2].item_id
    text = signed_erratum(contest.key, item, "1.3", Bilingual("Đọc “30 ngày”.", ""), 1_790_000_000_000).decode()
    found, second = someone("setting"), {"second_user_name": "organising", "second_password": password}
    assert found.post("/console/hall/erratum", {**second, "file": text}).status_code == 303
    (erratum_id,) = play.sitting.state.hall.errata
    play.send(0, NoteErratum("a0", 1, erratum_id, play.room.clock.now_ms(), 5))
    back = f"/console/hall/erratum/{erratum_id}/withdraw"
    assert found.post(back, {"reason": "nhầm câu"}).status_code == 422
    assert found.post(back, {**second, "reason": " "}).status_code in (409, 422)
    assert someone("proctor").post(back, {**second, "reason": "nhầm câu"}).status_code == 403
    assert found.post(back, {**second, "reason": "nhầm câu"}).status_code == 303
    assert play.sitting.state.hall.errata[erratum_id].withdrawn
    (word,) = (one for one in play.sitting.state.hall.errata.values() if one.withdraws == erratum_id)
    assert "0/1 thí sinh đã thấy đính chính đã đọc thông báo thu hồi" in page(someone("proctor"))
    play.send(0, NoteErratum("a0", 1, word.erratum_id, play.room.clock.now_ms(), 5))
    shown = page(someone("proctor"))
    assert "1/1 thí sinh đã thấy đính chính đã đọc thông báo thu hồi" in shown
    assert back not in shown
    assert "Thu hồi đính chính câu hỏi" in pdf_text(someone("proctor").get("/papers/minutes.pdf").get_data())


def test_a_shift_is_handed_over_by_two_people_with_what_is_open(
    play: Any, someone: Someone, second_proctor: dict[str, str], pdf_text: Callable[[bytes], str]
) -> None:
    play.opened(2)
    play.send(0, RaiseHand("a0", 1, HandCategory.PAPER, play.room.clock.now_ms(), 5))
    found = someone("proctor")
    assert found.get("/console/hall/handover.pdf").status_code == 404
    assert found.post("/console/hall/handover", {"note": "chìa khóa ở bàn thư ký"}).status_code == 422
    fields = {**second_proctor, "note": "chìa khóa ở bàn thư ký"}
    assert found.post("/console/hall/handover", fields).status_code == 303
    assert play.sitting.state.hall.shift.officer_id == "u-proctor2"
    sheet = pdf_text(found.get("/console/hall/handover.pdf").get_data())
    for words in ("chìa khóa ở bàn thư ký", "Đặng Văn Thi", "Gọi cán bộ: 1"):
        assert words in sheet


def test_a_handover_counts_the_late_answers_that_somebody_still_has_to_decide(
    play: Any, someone: Someone, second_proctor: dict[str, str], pdf_text: Callable[[bytes], str]
) -> None:
    play.opened(1)
    play.order(commands.CloseSeat("a0", "ốm", "u-proctor"))
    play.answer(0, 2)
    found = someone("proctor")
    for late, decided in ((2, DecideLate(None, False, "sau khi thu bài", "u-secretariat")), (0, None)):
        assert found.post("/console/hall/handover", second_proctor).status_code == 303
        assert f"bài đến muộn: {late};" in " ".join(
            pdf_text(found.get("/console/hall/handover.pdf").get_data()).split()
        )
        if decided is not None:
            play.order(decided, "u-secretariat")


def test_the_display_tells_how_things_stand_and_no_name(
    play: Any, someone: Someone, browser: Callable[..., Any]
) -> None:
    anybody = browser()
    assert anybody.get("/hall/now").get_json()["stage"] == "before"
    play.opened(2)
    play.submit(0)
    told = anybody.get("/hall/now").get_json()
    assert (told["stage"], told["counts"]) == ("running", {"here": 2, "working": 1, "done": 1, "safe": 0})
    play.order(commands.Pause(None, "Mất điện", Cause.HALL, "u-proctor"))
    play.order(hall_commands.SetNextWord("Đang gọi điện lực", 600_000, "u-proctor"))
    told = anybody.get("/hall/now").get_json()
    assert (told["stage"], told["ends_ms"], told["next_word"]["text"]) == ("paused", None, "Đang gọi điện lực")
    shown = anybody.get("/hall").get_data(as_text=True)
    names = {one.entry.full_name for one in play.room.store.candidates.of_sitting(play.sitting.sitting_id)}
    assert not any(name in shown or name in json.dumps(told, ensure_ascii=False) for name in names)

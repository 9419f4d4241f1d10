"""Time accounts on paper: for one candidate, for everybody, and in the minutes."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from pypdf import PdfReader

from server.domain import commands
from server.domain.values import Cause
from server.live.room import Room
from server.protocol.records import ResumeWork

Someone = Callable[[str], Any]


def text_of(data: bytes) -> str:
    """The words of a PDF, each space one."""
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def played(play: Any, room: Room) -> None:
    """Candidate 0: a pause, an extension, a loss that was made good; candidate 1: a loss that was refused; 2: nothing."""
    play.opened(3)
    room.clock.set(room.clock.now_ms() + 300_000)
    play.order(commands.Pause(("a0",), "Mất điện", Cause.HALL, "u-proctor"))
    room.clock.set(room.clock.now_ms() + 60_000)
    play.order(commands.Resume(("a0",), "Có điện lại", "u-proctor"))
    play.order(commands.Extend(("a0",), 90_000, "Máy khởi động chậm", Cause.EQUIPMENT, "u-proctor"))
    room.clock.set(room.clock.now_ms() + 100_000)
    for n in (0, 1):
        now_ms = room.clock.now_ms()
        play.send(n, ResumeWork(f"a{n}", 1, 0, now_ms - 45_000, now_ms, 5))
        numbers = play.sitting.state.time.losses[f"a{n}"]
        accept = n == 0
        choice = ((f"a{n}", numbers[-1].number),)
        play.order(commands.DecideCompensation(choice, accept, None, Cause.EQUIPMENT, "Máy treo", "u-proctor"))


def test_one_candidates_account_names_each_entry_its_reason_and_officer(
    room: Room, play: Any, someone: Someone
) -> None:
    played(play, room)
    text = text_of(someone("proctor").get("/papers/time/a0.pdf").data)
    for words in ("BẢNG THỜI GIAN", "TS0001", "45:00", "+ 01:30", "Máy khởi động chậm", "Mất điện", "Nguyễn Thị Coi",
                  "+ 00:45", "Máy treo", "Đã bù"):  # fmt: skip
        assert words in text, (words, text)
    assert "TS0002" not in text


def test_the_room_has_one_sheet_with_everybody(room: Room, play: Any, someone: Someone) -> None:
    played(play, room)
    text = text_of(someone("secretariat").get("/papers/time.pdf").data)
    assert all(number in text for number in ("TS0001", "TS0002", "TS0003"))


def test_the_minutes_tell_whose_time_was_not_the_ordinary(room: Room, play: Any, someone: Someone) -> None:
    played(play, room)
    text = text_of(someone("secretariat").get("/papers/minutes.pdf").data)
    annex = text[text.index("VIII.") :]
    assert "TS0001" in annex
    assert "+ 00:45" in annex
    assert "TS0002" in annex
    assert "Không bù" in annex
    assert "TS0003" not in annex


def test_a_candidate_who_has_not_begun_has_no_account(room: Room, play: Any, someone: Someone) -> None:
    play.opened(1)
    assert someone("proctor").get("/papers/time/a5.pdf").status_code == 404
    assert someone("jury").get("/papers/time.pdf").status_code == 403

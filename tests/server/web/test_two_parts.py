"""A sitting of two parts on the officers' pages: nothing of the first is gone once the second has begun."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.domain import commands
from server.domain.state import Seating
from server.drill.prepared_room import SealedContest, seal_contest
from server.live import situations
from server.live.console_view import ConsoleView
from server.live.room import Room
from server.live.situations import KioskFacts, RoomFacts
from server.protocol.situation import PartPhase

Browsers = Callable[..., Any]


@pytest.fixture(scope="module")
def contest(tmp_path_factory: pytest.TempPathFactory) -> SealedContest:
    """A small paper of two sections."""
    return seal_contest(tmp_path_factory.mktemp("two"), small=True, sections=2)


@pytest.fixture
def second(play: Any) -> Any:
    """The second part has begun for two who were in the first; a third has just come for it."""
    play.opened(2)
    play.answer(0, 2)
    play.submit(0)
    play.order(commands.ClosePart(0, "Hết giờ", "u-proctor"))
    play.order(commands.StartPart(1, None, b"\x08" * 32, "u-proctor"))
    play.seat(2)
    return play


def test_the_sign_out_sheet_has_a_row_for_each_part_with_its_own_receipt(
    second: Any, someone: Browsers, eventually: Callable[..., None], pdf_text: Callable[[bytes], str]
) -> None:
    second.answer(0, 1, part=1)
    second.submit(0, part=1)
    second.marked(3, eventually)
    text = pdf_text(someone("proctor").get("/papers/sign-out.pdf").data)
    attempts = second.sitting.state.attempts
    one, two = attempts["a0"].parts[0].finish, attempts["a0"].parts[1].finish
    assert one.receipt in text
    assert two.receipt in text
    assert one.receipt != two.receipt
    assert attempts["a1"].parts[0].finish.receipt in text
    assert text.count("TS0001") == 2
    assert f"1 {one.answered}/{one.of} Đúng 2/{one.of} câu" in text
    assert f"2 {two.answered}/{two.of} Đúng 1/{two.of} câu" in text
    assert "Số thí sinh: 6. Số đã kết thúc bài thi: 1." in text


def test_who_first_comes_for_the_second_part_waits_for_that_one(second: Any, room: Room) -> None:
    state, attempt = second.sitting.state, second.sitting.state.attempts["a2"]
    facts = RoomFacts("Phòng", room.clock.now_ms(), room.definition(), state, room.stage(), room.entry, lambda *_: None)
    kiosk = KioskFacts("k2", "M002", attempt, Seating(1, "k2", "M002", "0" * 32, 0), ())
    told = situations.situation(facts, kiosk).attempt
    assert told is not None
    assert (told.part.index, told.part.count, told.part.phase) == (1, 2, PartPhase.WAITING)
    assert told.part.title["vi"] == "Phần 2"
    view = ConsoleView(room)
    view.changes()
    seats: Any = view.whole()["seats"]
    shown = {seat["id"]: seat["attempt"] for seat in seats}
    assert (shown["k2"]["part"], shown["k2"]["phase"]) == (1, "waiting")
    assert (shown["k0"]["part"], shown["k0"]["phase"]) == (1, "open")
    problems: Any = view.whole()["problems"]
    assert ("k2", "not_started") in {(one["id"], one["code"]) for one in problems}


def test_a_seat_in_the_second_part_still_shows_the_receipt_of_the_first(second: Any, someone: Browsers) -> None:
    page = someone("proctor").get("/console/seat/k0").get_data(as_text=True)
    assert second.sitting.state.attempts["a0"].parts[0].finish.receipt in page


def test_the_minutes_and_the_results_tell_of_both_parts(
    second: Any, someone: Browsers, eventually: Callable[..., None], pdf_text: Callable[[bytes], str]
) -> None:
    second.submit(0, part=1)
    second.marked(3, eventually)
    text = pdf_text(someone("proctor").get("/papers/minutes.pdf").data)
    assert "Phần 1 (Phần 1" in text
    assert "Phần 2 (Phần 2" in text
    rows = someone("organising").get("/results.json").get_json(force=True)["rows"]
    assert sorted((row["sbd"], row["part"]) for row in rows) == [("TS0001", 0), ("TS0001", 1), ("TS0002", 0)]

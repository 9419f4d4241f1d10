"""The end of a sitting: copies counted, names of who is missing, a reason, minutes and the result file."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from server.domain import commands
from server.domain.result_events import CopiesAtClosing, SittingClosed
from server.domain.values import SittingStage
from server.live.closing import Why, closing_state
from server.live.room import Room
from server.protocol.messages import Pulse
from server.result.reading import verify_bundle
from server.web.documents.chronicle import Chronicle
from server.web.papers import chronicle_of

Browsers = Callable[..., Any]


def text_of(pdf: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


@pytest.fixture
def heard(room: Room) -> Callable[..., None]:
    """`heard(0, pending=3)`: the n-th candidate's machine is on the line and says how much it has not sent."""

    def say(n: int, pending: int = 0) -> None:
        room.presence.arrived(f"k{n}", f"M{n:03d}", f"s{n}", "127.0.0.9", "0.1.0")
        room.presence.pulse(f"k{n}", Pulse("exam", pending, 1, 10**9, 5, room.clock.now_ms(), None))

    return say


@pytest.fixture
def ended(play: Any) -> Any:
    """Three candidates; two handed in, the third was ended with the part."""
    play.opened(3)
    for n in range(3):
        play.answer(n, 2)
    play.submit(0)
    play.submit(1)
    play.order(commands.ClosePart(0, "Hết giờ", "u-proctor"))
    return play


def closing_of(play: Any) -> Chronicle:
    chronicle, _ = chronicle_of(play.sitting)
    return chronicle


def test_with_everybody_at_every_copy_one_click_closes(
    ended: Any, room: Room, someone: Browsers, heard: Callable[..., None]
) -> None:
    for n in range(3):
        heard(n)
    page = someone("proctor").get("/closing").get_data(as_text=True)
    assert "cả 3 thí sinh đủ 2/2 bản lưu" in page
    assert 'name="reason"' not in page
    assert someone("proctor").post("/closing", {"source": "ab" * 16}).status_code == 303
    assert ended.sitting.state.stage is SittingStage.CLOSED
    closing = closing_of(ended).closing
    assert closing == SittingClosed("u-proctor", "", CopiesAtClosing(2, 3, ()))


def test_who_is_missing_is_named_with_why_and_the_worst_first(
    ended: Any, room: Room, someone: Browsers, heard: Callable[..., None]
) -> None:
    heard(1, pending=2)
    found = closing_state(room, ended.sitting)
    assert [(one.attempt.attempt_id, one.why, one.copies) for one in found.missing] == [
        ("a1", Why.UNSENT, 1), ("a2", Why.UNHEARD, 1), ("a0", Why.HANDED_IN, 1),
    ]  # fmt: skip
    page = someone("proctor").get("/closing").get_data(as_text=True)
    assert "0/3 thí sinh đủ 2/2 bản lưu" in page
    assert page.index("M001") < page.index("M002") < page.index("M000")
    assert "Thí sinh Số 3" in page


def test_closing_with_copies_missing_takes_a_reason_which_stands_in_the_minutes(
    ended: Any, room: Room, someone: Browsers, heard: Callable[..., None]
) -> None:
    heard(0)
    heard(1)
    proctor = someone("proctor")
    refused = proctor.post("/closing", {"source": "ab" * 16, "reason": "  "})
    assert refused.status_code == 409
    assert "Kết thúc" in refused.get_data(as_text=True)
    assert ended.sitting.state.stage is not SittingStage.CLOSED
    done = proctor.post("/closing", {"source": "cd" * 16, "reason": "Máy M002 cháy nguồn"})
    assert done.status_code == 303
    again = proctor.post("/closing", {"source": "cd" * 16, "reason": "Máy M002 cháy nguồn"})
    assert again.status_code == 303, "a form sent twice is one act"
    minutes = text_of(someone("proctor").get("/papers/minutes.pdf").data)
    assert "2/3 thí sinh đủ 2/2 bản" in minutes
    assert "Máy M002 cháy nguồn" in minutes
    assert "Nguyễn Thị Coi quyết định vẫn đóng ca thi" in minutes
    assert "mất kết nối với máy trạm" in minutes
    for receipt in ("a0", "a1"):
        finish = ended.sitting.state.attempts[receipt].parts[0].finish
        assert finish is not None
        assert finish.receipt in minutes
    assert "".join(room.identity.ca_sha256.hex()) in minutes.replace(" ", "")
    english = text_of(someone("proctor").get("/papers/minutes.pdf?in=en").data)
    assert "2 of 3 candidates at 2 of 2 copies" in english
    assert "Trial sitting" in english


def test_the_result_file_is_taken_from_the_page_once_the_sitting_is_closed(
    ended: Any, room: Room, someone: Browsers, tmp_path: Path
) -> None:
    secretariat = someone("secretariat")
    assert secretariat.get("/closing/result").status_code == 404
    assert secretariat.post("/closing", {"reason": "x"}).status_code == 403
    assert someone("organising").post("/closing", {"source": "ab" * 16, "reason": "Đã tắt máy"}).status_code == 303
    answer = secretariat.get("/closing/result")
    assert answer.headers["Content-Disposition"].endswith("thu-tai-1.result")
    path = tmp_path / "taken.result"
    path.write_bytes(answer.data)
    answer.close()
    report = verify_bundle(path)
    assert report.problems == ()
    closing: Any = report.told["closing"]
    assert (closing["reason"], closing["copies"]["whole"], len(closing["copies"]["missing"])) == ("Đã tắt máy", 0, 3)
    assert room.store.officers.acts(1)[0].act == "results_exported"
    assert someone("technical").get("/closing/result").status_code == 403


def test_before_anything_has_begun_there_is_nothing_to_close(play: Any, someone: Browsers) -> None:
    page = someone("technical").get("/closing").get_data(as_text=True)
    assert "Chưa có thí sinh nào bắt đầu làm bài." in page
    assert '<form method="post" action="/closing"' not in page


def test_who_may_not_see_the_roster_sees_numbers_only(ended: Any, someone: Browsers) -> None:
    page = someone("technical").get("/closing").get_data(as_text=True)
    assert "TS0001" in page
    assert "Thí sinh Số 1" not in page

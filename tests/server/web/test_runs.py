"""A candidate's work in a simulated system, before the jury: who sees it, when, and what they see."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from question_bank.simulators import Simulator
from scripts.simulator_contest import seal_simulation
from server.drill.prepared_room import SealedContest
from server.live.replaying import NoRun, PlayedRun
from server.live.room import Room
from server.protocol.records import TakeAction

Browsers = Callable[..., Any]
SCENARIO = json.dumps({"title": "Bảng tin", "outdated": "Lịch trực tháng 10"}, ensure_ascii=False)


@pytest.fixture
def contest(tmp_path: Path, noticeboard: Simulator) -> SealedContest:
    folder = tmp_path / "sealed"
    folder.mkdir()
    return seal_simulation(folder, "noticeboard", SCENARIO)


def item_of(room: Room) -> str:
    assert room.sitting is not None
    part = room.sitting.state.attempts["a0"].parts[0]
    (found,) = [
        item
        for item in part.item_ids
        if room.sitting.state.item(part.section_id, item).type == "simulation"  # type: ignore[union-attr]
    ]
    return found


def act(play: Any, room: Room, n: int, action: dict[str, Any]) -> None:
    play.send(0, TakeAction("a0", 1, 0, item_of(room), n, action, room.clock.now_ms(), 5))


def worked(play: Any, room: Room) -> Any:
    """One candidate who has taken a notice down, tried it again by force, and posted another."""
    play.opened(1)
    act(play, room, 1, {"do": "take_down", "id": "a1"})
    act(play, room, 2, {"do": "take_down", "id": "a1"})
    act(play, room, 3, {"do": "post", "text": "<b>Lịch</b> trực tháng 12"})
    return play


def address(room: Room, step: str = "") -> str:
    return f"/runs/a0/0/{item_of(room)}{step}"


def test_nothing_is_shown_while_the_candidate_works(play: Any, room: Room, someone: Browsers) -> None:
    worked(play, room)
    assert room.runs.run("a0", 0, item_of(room)) is NoRun.NOT_ENDED
    jury = someone("jury")
    assert jury.get(address(room)).status_code == 409
    assert jury.get(address(room, "/1")).status_code == 404
    assert "a0" not in jury.get("/runs").text


def test_the_jury_alone_steps_through_what_was_done(play: Any, room: Room, someone: Browsers) -> None:
    worked(play, room).submit(0)
    jury = someone("jury")
    assert address(room) in jury.get("/runs").text
    page = jury.get(address(room)).text
    assert "Không có thông báo này." in page, "what the system would have refused is told"
    assert "&lt;b&gt;Lịch&lt;/b&gt;" in page
    views = [jury.get(address(room, f"/{step}")).get_json()["view"]["notices"] for step in range(4)]
    assert [[one["text"] for one in view] for view in views] == [
        ["Lịch trực tháng 10", "Lịch trực tháng 11"],
        ["Lịch trực tháng 11"],
        ["Lịch trực tháng 11"],
        ["Lịch trực tháng 11", "<b>Lịch</b> trực tháng 12"],
    ]
    assert jury.get(address(room, "/4")).status_code == 404
    assert jury.get("/simulators/noticeboard/page.js").mimetype == "text/javascript"
    assert jury.get("/simulators/noticeboard/scenario.py").status_code == 404
    for other in ("proctor", "technical", "secretariat", "organising", "setting"):
        assert someone(other).get(address(room)).status_code == 403
        assert someone(other).get("/simulators/noticeboard/page.js").status_code == 403


def test_a_run_is_what_the_candidate_handed_in(play: Any, room: Room) -> None:
    worked(play, room).submit(0)
    run = room.runs.run("a0", 0, item_of(room))
    assert isinstance(run, PlayedRun)
    assert [step.held.n for step in run.steps] == [1, 2, 3]
    assert run.missing == ()
    part = play.sitting.state.attempts["a0"].parts[0]
    assert part.responses[item_of(room)]["actions"] == 3
    assert not part.finish.disputed
    assert part.finish.answered == 1


def test_what_does_not_count_is_named_and_left_out(play: Any, room: Room) -> None:
    play.opened(1)
    act(play, room, 1, {"do": "take_down", "id": "a1"})
    act(play, room, 3, {"do": "post", "text": "Sau một chỗ trống"})
    play.submit(0)
    run = room.runs.run("a0", 0, item_of(room))
    assert isinstance(run, PlayedRun)
    assert run.missing == (2,)


def test_there_is_no_run_of_another_item_part_or_candidate(play: Any, room: Room) -> None:
    worked(play, room).submit(0)
    assert play.sitting.state.attempts["a0"].parts[0]
    for wrong in (("a9", 0, item_of(room)), ("a0", 1, item_of(room)), ("a0", 0, "ixxxxx")):
        assert room.runs.run(*wrong) is NoRun.UNKNOWN


def test_nothing_is_shown_where_the_marking_part_may_not_be_opened_yet(
    play: Any, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked(play, room).submit(0)
    monkeypatch.setattr("server.live.replaying.marking_may_open", lambda sitting: False)
    assert room.runs.run("a0", 0, item_of(room)) is NoRun.NOT_YET
    assert room.runs.listed() == ()


def test_before_the_paper_is_open_there_is_nothing(room: Room) -> None:
    assert room.runs.closed() is NoRun.NOT_YET


def test_a_room_without_simulators_shows_no_such_page(play: Any, room: Room, someone: Browsers) -> None:
    assert "/runs" not in someone("jury").get("/results").text
    play.opened(1)
    assert "/runs" in someone("jury").get("/results").text

"""The page of lost time: one click gives it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.domain import compensation, timing
from server.live.room import Room
from server.protocol.records import ResumeWork

Someone = Callable[[str], Any]


@pytest.fixture
def lost(room: Room, play: Any) -> Any:
    """Three candidates at work; the machines of two were dead for a while, as they say themselves."""
    play.opened(3)
    start = room.clock.now_ms()
    room.clock.set(start + 300_000)
    for n, dead_s in ((0, 60), (1, 90)):
        now_ms = room.clock.now_ms()
        play.send(n, ResumeWork(f"a{n}", 1, 0, now_ms - dead_s * 1000, now_ms, 5))
    return play


def proposed(room: Room) -> dict[str, int]:
    assert room.sitting is not None
    found = compensation.proposals(room.sitting.state, room.clock.now_ms())
    return {one.attempt_id: round(one.ms / 1000) for one in found}


def key(room: Room, n: int) -> str:
    assert room.sitting is not None
    return f"a{n}:{room.sitting.state.time.losses[f'a{n}'][-1].number}"


def given(room: Room, n: int) -> int:
    assert room.sitting is not None
    ledger = room.sitting.state.attempts[f"a{n}"].parts[0].ledger
    return round((timing.remaining_ms(ledger, room.clock.now_ms()) - _untouched(room)) / 1000)


def _untouched(room: Room) -> int:
    assert room.sitting is not None
    return timing.remaining_ms(room.sitting.state.attempts["a2"].parts[0].ledger, room.clock.now_ms())


def decide(page: Any, act: str, *choices: str, **fields: str) -> Any:
    form = {"act": act, "choice": list(choices), "cause": "equipment", **fields}
    return page.post("/console/time", form)


def test_what_is_proposed_is_shown_with_its_evidence(room: Room, lost: Any, someone: Someone) -> None:
    body = someone("proctor").get("/console/time").text
    assert "01:00" in body
    assert "01:30" in body
    assert "M000" in body
    assert "/console/seat/k1" in body
    assert "01:30" in someone("proctor").get("/console/seat/k1").text


def test_one_click_gives_everybody_back_what_they_lost(room: Room, lost: Any, someone: Someone) -> None:
    page = someone("proctor")
    assert decide(page, "all/accept").status_code == 303
    assert proposed(room) == {}
    assert (given(room, 0), given(room, 1)) == (60, 90)
    assert decide(page, "all/accept").status_code == 409, "a second click finds nothing"
    assert (given(room, 0), given(room, 1)) == (60, 90)


def test_one_candidate_is_decided_by_their_own_button(room: Room, lost: Any, someone: Someone) -> None:
    page = someone("proctor")
    assert decide(page, f"{key(room, 0)}/accept").status_code == 303
    assert proposed(room) == {"a1": 90}
    assert decide(page, f"{key(room, 1)}/refuse").status_code == 409, "a refusal takes a reason"
    assert decide(page, f"{key(room, 1)}/refuse", reason="Tự rút điện").status_code == 303
    assert (given(room, 0), given(room, 1)) == (60, 0)
    assert "Tự rút điện" in page.get("/console/seat/k1").text


def test_the_ticked_ones_are_decided_together(room: Room, lost: Any, someone: Someone) -> None:
    page = someone("proctor")
    assert decide(page, "chosen/accept").status_code == 422
    assert decide(page, "chosen/accept", key(room, 0), key(room, 1)).status_code == 303
    assert proposed(room) == {}


def test_less_may_be_given_with_a_reason_and_more_may_not(room: Room, lost: Any, someone: Someone) -> None:
    page = someone("proctor")
    one = key(room, 1)
    assert decide(page, f"{one}/accept", **{f"ms-{one}": "0:45"}).status_code == 409
    assert decide(page, f"{one}/accept", reason="x", **{f"ms-{one}": "2:00"}).status_code == 409
    assert decide(page, f"{one}/accept", reason="x", **{f"ms-{one}": "an hour"}).status_code == 422
    assert decide(page, f"{one}/accept", reason="Một nửa là do thí sinh", **{f"ms-{one}": "0:45"}).status_code == 303
    assert given(room, 1) == 45


def test_who_only_looks_on_decides_nothing(room: Room, lost: Any, someone: Someone) -> None:
    page = someone("secretariat")
    assert page.get("/console/time").status_code == 200
    assert page.post("/console/time", {"act": "all/accept"}).status_code == 403
    assert set(proposed(room)) == {"a0", "a1"}


def test_a_room_without_losses_says_so(room: Room, play: Any, someone: Someone) -> None:
    play.opened(1)
    body = someone("proctor").get("/console/time").text
    assert '<form method="post" action="/console/time"' not in body


def test_who_takes_the_reserve_with_the_rest_of_the_time_reads_that_lost_time_is_undecided(
    room: Room, lost: Any, someone: Someone
) -> None:
    """Once another paper is given out, what was lost on the first one cannot be given back any more."""
    form = someone("setting").get("/console/ceremony").text
    assert "Còn 2 đề nghị bù thời gian bị mất chưa được quyết định." in form
    assert "/console/time" in form.split('name="clock" value="rest"')[1].split("</form>")[0]
    decide(someone("proctor"), "all/accept")
    assert "chưa được quyết định" not in someone("setting").get("/console/ceremony").text

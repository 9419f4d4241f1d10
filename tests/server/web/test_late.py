"""Late answers on their page: the evidence, the decision, and what waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from question_bank.items._choice import right_options
from server.domain import commands, late_bucket
from server.domain.rights import Role
from server.live.room import Room
from server.protocol.records import SaveResponse
from server.store.verify import verify_file

Someone = Callable[[str], Any]


def late_answer(play: Any, room: Room, n: int, place: int = 3, *, closed: bool = True) -> None:
    """Candidate n answered three items by the key, was closed by an officer, and then one more answer came."""
    play.answer(n, 3)
    if closed:
        play.order(commands.CloseSeat(f"a{n}", "hết giờ", "u-proctor"))
    item = play.contest.forms["primary"].sections[0].marking.items[place]
    response = {"options": sorted(right_options(item))}
    play.send(n, SaveResponse(f"a{n}", 1, 0, item.item_id, response, room.clock.now_ms(), 5))


def keys(room: Room) -> list[str]:
    assert room.sitting is not None
    return [f"{one.attempt_id}:{one.number}" for one in late_bucket.mattering(room.sitting.state)]


def decide(page: Any, act: str, *choices: str, **fields: str) -> Any:
    form = {"act": act, "choice": list(choices), "reason": "Công tắc mạng hỏng", **fields}
    return page.post("/late", form)


def test_a_late_answer_holds_up_its_mark_its_publication_and_the_journals_end(
    room: Room, play: Any, someone: Someone, eventually: Callable[..., None]
) -> None:
    play.opened(2)
    late_answer(play, room, 0)
    play.answer(1, 2)
    play.submit(1)
    play.marked(1, eventually)
    assert room.marks.shown_result("a0", 0) is None
    page = someone("organising")
    body = page.get("/late").text
    assert "M000" in body
    room.order(_proctor(), b"\1" * 16, 1, commands.ClosePart(0, "hết giờ", "u-proctor"))
    closing = room.order(_proctor(), b"\1" * 16, 2, commands.CloseSitting("u-proctor"))
    assert closing.reason == "late_undecided"
    (key,) = keys(room)
    assert decide(page, "accept", key).status_code == 409, "a part that has ended takes two officers"
    second = {"second_user_name": "secretariat", "second_password": "mot mat khau dai"}
    answer = decide(page, "accept", key, **second)
    assert answer.status_code == 303, answer.text
    play.marked(2, eventually)
    mark = room.marks.state.marks["a0", 0]
    assert mark.right == 4
    assert room.sitting is not None
    finish = room.sitting.state.attempts["a0"].parts[0].finish
    assert finish is not None
    assert finish.receipt in someone("proctor").get("/console/seat/k0").text
    assert verify_file(room.sitting.journal_path).problems == ()
    assert room.order(_proctor(), b"\1" * 16, 3, commands.CloseSitting("u-proctor")).reason is None


def test_a_mark_that_was_awarded_before_gives_way_to_the_newer_one(
    room: Room, play: Any, someone: Someone, eventually: Callable[..., None]
) -> None:
    play.opened(1)
    play.answer(0, 3)
    play.order(commands.CloseSeat("a0", "hết giờ", "u-proctor"))
    play.marked(1, eventually)
    assert room.marks.state.marks["a0", 0].right == 3
    late_answer(play, room, 0, closed=False)
    assert room.marks.shown_result("a0", 0) is None, "what may change is not shown"
    answer = decide(
        someone("organising"), "accept", *keys(room), second_user_name="secretariat", second_password="mot mat khau dai"
    )
    assert answer.status_code == 303, answer.text
    eventually(lambda: room.marks.state.marks["a0", 0].right == 4)
    shown = room.marks.shown_result("a0", 0)
    assert shown is not None
    assert shown.right == 4


def test_refused_late_answers_let_everything_go_on_as_it_was(
    room: Room, play: Any, someone: Someone, eventually: Callable[..., None]
) -> None:
    play.opened(1)
    late_answer(play, room, 0)
    page = someone("secretariat")
    assert decide(page, "refuse_all", reason="").status_code == 409
    assert decide(page, "refuse_all").status_code == 303
    play.marked(1, eventually)
    assert room.marks.state.marks["a0", 0].right == 3
    assert keys(room) == []
    assert decide(page, "refuse_all").status_code == 409


def test_nothing_ticked_decides_nothing(room: Room, play: Any, someone: Someone) -> None:
    play.opened(1)
    late_answer(play, room, 0)
    page = someone("secretariat")
    assert decide(page, "accept").status_code == 422
    assert decide(page, "refuse", "a0:nonsense", "what").status_code == 422
    assert decide(page, "refuse", "a0:999999").status_code == 409
    assert len(keys(room)) == 1


def test_the_proctor_does_not_decide_which_answers_count(room: Room, play: Any, someone: Someone) -> None:
    play.opened(1)
    assert someone("proctor").get("/late").status_code == 403


def _proctor() -> Any:
    from server.live.actors import OfficerActor

    return OfficerActor("u-proctor", Role.PROCTOR)

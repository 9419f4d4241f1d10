"""A kiosk with a simulator in its paper: what it takes, what it keeps, and what it asks the room for, on a real disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from client_kiosk.acting import RunActions, done, response_of
from client_kiosk.config import KioskFolder, Membership
from client_kiosk.errors import OutboxError
from client_kiosk.kiosk import Kiosk
from client_kiosk.outbox import Outbox
from client_kiosk.papers import ShownItem, ShownPaper
from question_bank.order import ItemOutline
from question_bank.simulators import Simulator
from scripts.simulator_page import sample_world
from server.protocol.messages import Outcome, RecordVerdict
from server.protocol.receipt import responses_sha256
from server.protocol.situation import (
    AttemptView,
    Order,
    Paper,
    PartPhase,
    PartView,
    SittingPhase,
    SittingView,
    Situation,
    Stage,
)

SOURCE = "ab" * 16
NOW = 1_795_000_000_000
TITLE = {"vi": "Ca 1", "en": "Sitting 1"}
PART = PartView(0, 1, TITLE, 2700, PartPhase.OPEN, NOW + 2_700_000, 2_700_000, None, (), None, None, "f1")
ATTEMPT = AttemptView("a1", 1, SOURCE, "0147", "Thí sinh Mẫu", "01/02/1990", "Sở Mẫu", True, False, PART)
SITTING = SittingView("ca-1", TITLE, SittingPhase.OPEN, "at_once", "")
SITUATION = Situation(NOW, 1, "Phòng A", "B07", SITTING, Stage(None, ()), ATTEMPT, (), ())
MEMBER = Membership("r1", "Phòng A", "k1", "B07", "-", "00", ("127.0.0.1:1",))
TAKE_DOWN = {"do": "take_down", "id": "a1"}


def told(responses: dict[str, Any]) -> Paper:
    return Paper("a1", 0, "p1", "s1", "f1", "AGE", Order(("i1",), {}), responses, ())


@pytest.fixture
def make(tmp_path: Path, noticeboard: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Kiosk]]:
    """`make(responses={}, generation=1)`: a kiosk on this disk, in the middle of a part whose one item is the board."""
    made: list[Kiosk] = []
    item = ShownItem(
        "i1", "simulation", "", "Gỡ thông báo đã cũ.", {}, 200, 0, ItemOutline("i1", "simulation"), noticeboard,
        sample_world(noticeboard),
    )  # fmt: skip
    paper = ShownPaper("a1", 0, "f1", {}, (item,), (), cast(Any, None))
    monkeypatch.setattr(Kiosk, "_opened", lambda self, given: self.paper or paper)

    def start(responses: dict[str, Any] | None = None, generation: int = 1) -> Kiosk:
        for old in made:
            old.close()
        folder = KioskFolder(tmp_path / "kiosk")
        folder.join(MEMBER)
        kiosk = Kiosk(folder, "0.1.0", lambda: 1_000)
        made.append(kiosk)
        situation = replace(SITUATION, attempt=replace(ATTEMPT, generation=generation))
        if kiosk.outboxes:
            kiosk.heard(situation)
        else:
            kiosk.signed_in(SOURCE, situation)
        kiosk.got_paper(told(responses or {}))
        assert kiosk.screen().value == "exam"
        return kiosk

    yield start
    for kiosk in made:
        kiosk.close()


def notices(kiosk: Kiosk) -> list[str]:
    shown = kiosk.run(1)
    assert shown is not None
    assert isinstance(shown.view, dict)
    found = shown.view["notices"]
    assert isinstance(found, list)
    return [str(one["text"]) for one in found if isinstance(one, dict)]


def test_an_action_is_on_the_disk_before_it_is_shown_and_there_after_a_crash(make: Callable[..., Kiosk]) -> None:
    kiosk = make()
    assert kiosk.act(1, {"do": "post", "text": "Họp"}).ok
    assert kiosk.act(1, TAKE_DOWN).ok
    body = [body for _, body in kiosk.outboxes[SOURCE].bodies()]
    assert [(one["kind"], one["n"], one["item_id"]) for one in body] == [("act/1", 1, "i1"), ("act/1", 2, "i1")]
    again = make()
    assert notices(again) == ["Lịch trực tháng 11", "Họp"]
    assert again.act(1, {"do": "post", "text": "Sau khi bật lại"}).n == 3


def test_what_the_system_refuses_leaves_nothing_on_the_disk(make: Callable[..., Kiosk]) -> None:
    kiosk = make()
    acted = kiosk.act(1, {"do": "post", "text": " "})
    assert not acted.ok
    assert acted.refused is not None
    assert kiosk.outboxes[SOURCE].last_seq == 1


def test_what_the_disk_does_not_take_is_not_shown(make: Callable[..., Kiosk], monkeypatch: pytest.MonkeyPatch) -> None:
    kiosk = make()

    def full(self: Outbox, body: object) -> int:
        raise OutboxError("full")

    monkeypatch.setattr(Outbox, "append", full)
    assert kiosk.act(1, TAKE_DOWN).reason == "disk_full"
    assert notices(kiosk) == ["Lịch trực tháng 10", "Lịch trực tháng 11"]


def test_the_submission_covers_every_action(make: Callable[..., Kiosk]) -> None:
    kiosk = make()
    kiosk.act(1, TAKE_DOWN)
    kiosk.act(1, {"do": "post", "text": "Họp"})
    bodies = [body for _, body in kiosk.outboxes[SOURCE].bodies()]
    run = {
        int(str(one["n"])): done(int(str(one["n"])), 1, cast(Any, one["action"]), int(str(one["made_at_ms"])))
        for one in bodies
    }
    assert kiosk.submit().ok
    last = [body for _, body in kiosk.outboxes[SOURCE].bodies()][-1]
    assert last["responses_sha256"] == responses_sha256("a1", 0, {"i1": response_of(run)}).hex()


def test_a_system_cannot_be_cleared(make: Callable[..., Kiosk]) -> None:
    kiosk = make()
    kiosk.act(1, TAKE_DOWN)
    assert kiosk.clear(1).reason == "not_a_response"


def test_an_action_that_was_late_is_not_in_the_run_and_its_number_is_not_used_again(make: Callable[..., Kiosk]) -> None:
    kiosk = make()
    kiosk.act(1, {"do": "post", "text": "Một"})
    kiosk.act(1, {"do": "post", "text": "Hai"})
    kiosk.settled(SOURCE, [RecordVerdict(3, Outcome.LATE, "paused", 1, 9, "00" * 32, 1)])
    assert notices(kiosk)[2:] == ["Một"]
    assert kiosk.act(1, {"do": "post", "text": "Ba"}).n == 3
    assert notices(kiosk)[2:] == ["Một", "Ba"]


def elsewhere() -> RunActions:
    return {n: done(n, 1, {"do": "post", "text": text}, NOW) for n, text in ((1, "Một"), (2, "Hai"))}


def test_a_run_that_began_elsewhere_is_waited_for_and_then_goes_on(make: Callable[..., Kiosk]) -> None:
    kiosk = make({"i1": response_of(elsewhere())}, generation=2)
    assert kiosk.run(1) is None
    assert kiosk.act(1, TAKE_DOWN).reason == "not_now"
    (wanted,) = kiosk.wanted_runs()
    assert (wanted.attempt_id, wanted.part, wanted.item_id) == ("a1", 0, "i1")
    kiosk.got_run(wanted, elsewhere())
    assert kiosk.wanted_runs() == ()
    assert notices(kiosk)[2:] == ["Một", "Hai"]
    assert kiosk.act(1, {"do": "post", "text": "Ba"}).n == 3
    kiosk.got_paper(told({"i1": response_of(elsewhere())}))
    assert kiosk.wanted_runs() == (), "the room's older word of a run that has gone on since"
    assert notices(kiosk)[2:] == ["Một", "Hai", "Ba"]


def test_what_the_older_machine_still_brought_is_asked_for(make: Callable[..., Kiosk]) -> None:
    first = {1: elsewhere()[1]}
    kiosk = make({"i1": response_of(first)}, generation=2)
    kiosk.got_run(kiosk.wanted_runs()[0], first)
    kiosk.got_paper(told({"i1": response_of(elsewhere())}))
    kiosk.got_run(kiosk.wanted_runs()[0], elsewhere())
    assert notices(kiosk)[2:] == ["Một", "Hai"]


def test_what_is_typed_is_kept_without_being_done(make: Callable[..., Kiosk]) -> None:
    kiosk = make()
    assert kiosk.draft(1, {"text": "Chưa xong", "other": "x"}, 8)
    assert kiosk.draft(1, {"other": ""}, 8)
    assert not kiosk.draft(1, {f"k{n}": "x" for n in range(9)}, 8)
    again = make()
    shown = again.run(1)
    assert shown is not None
    assert dict(shown.drafts) == {"text": "Chưa xong"}
    assert again.outboxes[SOURCE].last_seq == 1

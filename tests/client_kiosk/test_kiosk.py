"""The running kiosk: what it does with what the server says, on a real disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from client_kiosk.config import KioskFolder, Membership
from client_kiosk.kiosk import Kiosk
from client_kiosk.outbox import Outbox, Stream
from client_kiosk.view import view
from question_bank.canonical import JSON
from server.protocol.messages import Outcome, RecordVerdict
from server.protocol.situation import (
    AttemptView,
    PartPhase,
    PartView,
    SittingPhase,
    SittingView,
    Situation,
    Stage,
    StreamView,
)

SOURCE = "ab" * 16
NOW = 1_795_000_000_000
TITLE = {"vi": "Ca 1", "en": "Sitting 1"}
PART = PartView(0, 1, TITLE, 2700, PartPhase.WAITING, None, 2_700_000, None, (), None, None)
ATTEMPT = AttemptView("a1", 1, SOURCE, "0147", "Thí sinh Mẫu", "01/02/1990", "Sở Mẫu", False, False, PART)
SITTING = SittingView("ca-1", TITLE, SittingPhase.SEALED_READY, "at_once", "")
SITUATION = Situation(NOW, 1, "Phòng A", "B07", SITTING, Stage(None, ()), ATTEMPT, (), ())
MEMBER = Membership("r1", "Phòng A", "k1", "B07", "-", "00", ("127.0.0.1:1",))


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[], Kiosk]]:
    made: list[Kiosk] = []

    def start() -> Kiosk:
        for old in made:
            old.close()
        folder = KioskFolder(tmp_path / "kiosk")
        folder.join(MEMBER)
        made.append(Kiosk(folder, "0.1.0", lambda: 1_000))
        return made[-1]

    yield start
    for kiosk in made:
        kiosk.close()


def signed_in(kiosk: Kiosk) -> Outbox:
    kiosk.signed_in(SOURCE, SITUATION)
    return kiosk.outboxes[SOURCE]


def test_a_released_outbox_is_deleted_only_when_the_server_holds_its_last_record(make: Callable[[], Kiosk]) -> None:
    kiosk = make()
    outbox = signed_in(kiosk)
    assert kiosk.confirm_identity().ok
    assert outbox.last_seq == 2
    behind = replace(SITUATION, streams=(StreamView(SOURCE, 1, "00" * 32),), release=(SOURCE,))
    other = replace(SITUATION, streams=(StreamView(SOURCE, 2, "00" * 32),), release=(SOURCE,))
    unknown = replace(SITUATION, release=(SOURCE,))
    for early in (behind, other, unknown):
        kiosk.heard(early)
        assert outbox.path.exists()
    kiosk.heard(replace(SITUATION, streams=(StreamView(SOURCE, 2, outbox.digest_of(2)),), release=(SOURCE,)))
    assert not outbox.path.exists()
    assert kiosk.outboxes == {}


def test_a_restarted_kiosk_has_every_record_and_goes_on_with_the_next_number(make: Callable[[], Kiosk]) -> None:
    first = make()
    signed_in(first)
    assert first.confirm_identity().ok
    second = make()
    assert second.outboxes[SOURCE].last_seq == 2
    assert second.screen().value == "no_server"
    second.heard(SITUATION)
    assert second.screen().value == "confirm"
    assert second.confirm_identity().ok
    assert second.outboxes[SOURCE].last_seq == 3


def test_what_the_server_turned_away_is_told_and_no_longer_waits(make: Callable[[], Kiosk]) -> None:
    kiosk = make()
    signed_in(kiosk)
    assert kiosk.confirm_identity().ok
    assert kiosk.pending() == 1
    kiosk.settled(SOURCE, [RecordVerdict(2, Outcome.REFUSED, "paused", 1, 9, "00" * 32, 1)])
    assert kiosk.pending() == 0
    assert kiosk.state.notice is not None
    assert kiosk.state.notice.code == "refused"


def test_nothing_can_be_answered_before_the_paper_is_open(make: Callable[[], Kiosk]) -> None:
    kiosk = make()
    assert kiosk.save(1, {"options": ["oaaaaa"]}).reason == "no_such_item"
    assert kiosk.submit().reason == "not_now"
    signed_in(kiosk)
    assert kiosk.submit().reason == "not_now"
    assert kiosk.outboxes[SOURCE].last_seq == 1


def test_a_second_sign_in_on_the_same_machine_keeps_the_first_outbox(make: Callable[[], Kiosk]) -> None:
    kiosk = make()
    signed_in(kiosk)
    assert kiosk.confirm_identity().ok
    again = replace(ATTEMPT, generation=2, source="cd" * 16)
    kiosk.signed_in("cd" * 16, replace(SITUATION, attempt=again))
    assert set(kiosk.outboxes) == {SOURCE, "cd" * 16}
    assert kiosk.outboxes["cd" * 16].stream == Stream("cd" * 16, "ca-1", "a1", 2)
    assert kiosk.outboxes[SOURCE].unsettled() == 1


def test_an_answer_that_a_newer_push_has_overtaken_changes_nothing(make: Callable[[], Kiosk]) -> None:
    """Answers and pushes come on two threads: a start must not be forgotten for a situation from before it."""
    kiosk = make()
    signed_in(kiosk)
    opened = replace(PART, phase=PartPhase.OPEN, deadline_at_ms=NOW + 2_700_000)
    started = replace(SITUATION, server_at_ms=NOW + 5, attempt=replace(ATTEMPT, part=opened))
    kiosk.new_line()
    kiosk.heard(started)
    kiosk.answered(SITUATION)
    assert kiosk.state.situation == started
    kiosk.answered(replace(SITUATION, server_at_ms=NOW + 6))
    assert kiosk.state.situation != started, "an answer newer than the push is believed"
    kiosk.heard(started)
    kiosk.new_line()
    kiosk.answered(SITUATION)
    assert kiosk.state.situation == SITUATION, "a server that was started again may be behind the one before"


def test_a_disk_that_takes_no_verdict_keeps_the_record_as_not_yet_confirmed(make: Callable[[], Kiosk]) -> None:
    kiosk = make()
    outbox = signed_in(kiosk)
    assert kiosk.confirm_identity().ok
    verdict = RecordVerdict(2, Outcome.ACCEPTED, None, 1, 9, "00" * 32, 1)
    outbox._connection.execute("PRAGMA query_only = ON")
    kiosk.settled(SOURCE, [verdict])
    assert kiosk.pending() == 1
    outbox._connection.execute("PRAGMA query_only = OFF")
    kiosk.settled(SOURCE, [verdict])
    assert kiosk.pending() == 0


def test_a_verdict_that_nothing_durable_stands_behind_is_not_written_down(make: Callable[[], Kiosk]) -> None:
    """What comes after the sitting was closed is turned away without a record: this machine has the only copy."""
    kiosk = make()
    signed_in(kiosk)
    assert kiosk.confirm_identity().ok
    kiosk.settled(SOURCE, [RecordVerdict(2, Outcome.REFUSED, "journal_ended", 1, 0, None, 0)])
    assert kiosk.pending() == 1
    assert kiosk.state.notice is not None


def test_a_full_disk_is_no_longer_told_once_a_click_is_on_it_again(make: Callable[[], Kiosk]) -> None:
    kiosk = make()
    outbox = signed_in(kiosk)
    outbox._connection.execute("PRAGMA query_only = ON")
    assert kiosk.confirm_identity().reason == "disk_full"
    assert kiosk.state.notice is not None
    outbox._connection.execute("PRAGMA query_only = OFF")
    assert kiosk.confirm_identity().ok
    assert kiosk.state.notice is None


def test_of_two_pushes_the_newer_is_believed_in_whatever_order_their_threads_come(make: Callable[[], Kiosk]) -> None:
    kiosk = make()
    signed_in(kiosk)
    newer = replace(SITUATION, server_at_ms=NOW + 2, room_name="Phòng B")
    kiosk.heard(newer)
    kiosk.heard(replace(SITUATION, server_at_ms=NOW + 1))
    assert kiosk.state.situation == newer


def saved(kiosk: Kiosk) -> JSON:
    return view(kiosk)["saved"]


def test_where_the_answers_are_follows_from_what_there_is_also_after_a_restart(make: Callable[[], Kiosk]) -> None:
    """Who the candidate is was saved before the paper: that is nothing to write about on it."""
    kiosk = make()
    outbox = signed_in(kiosk)
    assert kiosk.confirm_identity().ok
    kiosk.settled(SOURCE, [RecordVerdict(2, Outcome.ACCEPTED, None, 1, 9, "00" * 32, 1)])
    assert saved(kiosk) == {"state": "idle", "pending": 0, "at": None}
    outbox.append({"kind": "flag_item/1", "part": 0, "item_id": "i1", "flagged": True})
    again = make()
    again.heard(SITUATION)
    assert saved(again) == {"state": "machine", "pending": 1, "at": None}
    again.settled(SOURCE, [RecordVerdict(3, Outcome.ACCEPTED, None, 1, 10, "00" * 32, 1)])
    last = make()
    last.heard(SITUATION)
    assert saved(last) == {"state": "server", "pending": 0, "at": None}

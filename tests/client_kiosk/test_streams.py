"""What becomes of the outboxes on a machine: sent on, waiting for their sitting, or a matter for people."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from client_kiosk import online
from client_kiosk.config import KioskFolder, Membership
from client_kiosk.errors import LinkError, OutboxError
from client_kiosk.kiosk import Kiosk
from client_kiosk.link import Line
from client_kiosk.online import Online
from client_kiosk.outbox import Outbox, Stream
from client_kiosk.streams import Placed, Standing, placed
from client_kiosk.view import view
from server.protocol.situation import SittingPhase, SittingView, Situation, Stage, StreamView

SOURCE = "ab" * 16
NOW = 1_795_000_000_000
MEMBER = Membership("r1", "Phòng A", "k1", "B07", "-", "00", ("127.0.0.1:1",))
TITLE = {"vi": "Ca", "en": "Sitting"}
MORNING = SittingView("ca-1", TITLE, SittingPhase.OPEN, "at_once", "")
AFTERNOON = replace(MORNING, sitting_id="ca-2")
HELLO = {"ok": True, "nonce": "00" * 32, "room_id": "r1", "room_name": "Phòng A", "room_state": "known"}


def situation(sitting: SittingView | None, *streams: StreamView, at_ms: int = NOW) -> Situation:
    return Situation(at_ms, 1, "Phòng A", "B07", sitting, Stage(None, ()), None, streams, ())


class RoomLine:
    """A line to a room that says `first`, and pushes the next of `later` at each sign of life; then it hangs up."""

    leaf_der = b"leaf"

    def __init__(self, first: Situation, later: list[Situation], push: Callable[[str, Any], None]) -> None:
        self.ended = threading.Event()
        self.sent: list[tuple[str, int]] = []
        self._first = first
        self._later = list(later)
        self._push = push

    def silent_ms(self) -> int:
        """It hangs up, and never just falls silent."""
        return 0

    def call(self, event: str, payload: Mapping[str, Any]) -> object:
        if event == "hello":
            return HELLO
        if event == "prove":
            return {"ok": True, "token": "t" * 32, "paper": None, "situation": self._first.wire()}
        if event == "clock":
            return {"t2_ms": NOW, "t3_ms": NOW}
        if event == "records":
            seqs = [record["seq"] for record in payload["records"]]
            self.sent += [(payload["source"], seq) for seq in seqs]
            verdicts = [
                {"seq": seq, "verdict": "accepted", "reason": None, "epoch": 1, "at_seq": seq, "hash": "00" * 32, "copies": 1}
                for seq in seqs
            ]  # fmt: skip
            return {"ok": True, "verdicts": verdicts, "contiguous": seqs[-1], "gap_at": None}
        if not self._later:
            self.ended.set()
        else:
            self._push("situation", self._later.pop(0).wire())
        return {"ok": True}

    def close(self) -> None:
        self.ended.set()


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[], Kiosk]]:
    """Start the kiosk, or start it again on the same disk. Each look at its clock is two seconds later."""
    made: list[Kiosk] = []

    def start() -> Kiosk:
        for old in made:
            old.close()
        folder = KioskFolder(tmp_path)
        folder.join(MEMBER)
        ticks = iter(range(60_000, 10**9, 2_000))
        made.append(Kiosk(folder, "0.1.0", lambda: next(ticks)))
        return made[-1]

    yield start
    for kiosk in made:
        kiosk.close()


@pytest.fixture
def left_over(make: Callable[[], Kiosk]) -> Outbox:
    """An outbox of the morning with two records that no server has."""
    kiosk = make()
    outbox = Outbox.create(kiosk.folder.outboxes, Stream(SOURCE, "ca-1", "a1", 1))
    outbox.append({"kind": "confirm_identity/1"})
    outbox.append({"kind": "clear_response/1"})
    kiosk.outboxes[SOURCE] = outbox
    return outbox


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Callable[..., RoomLine]:
    """`connect(kiosk, first, *later)`: one connection to a room that says all this."""

    def once(kiosk: Kiosk, first: Situation, *later: Situation) -> RoomLine:
        lines: list[RoomLine] = []

        def dialled(address: object, context: object, room_id: str, push: Callable[[str, Any], None]) -> RoomLine:
            lines.append(RoomLine(first, list(later), push))
            return lines[-1]

        monkeypatch.setattr(online, "pinned", lambda ca_pem: None)
        monkeypatch.setattr(Line, "open", dialled)
        assert Online(kiosk, "0.1.0", lambda membership: membership.addresses)._one_connection(MEMBER)
        return lines[0]

    return once


def test_an_outbox_is_sent_on_rests_or_is_held_back(left_over: Outbox) -> None:
    third = left_over.digest_of(3)
    assert placed(left_over, situation(MORNING, StreamView(SOURCE, 1, "00" * 32))) == Placed(Standing.SENT, 1)
    assert placed(left_over, situation(MORNING, StreamView(SOURCE, 3, third))) == Placed(Standing.SENT, 1), (
        "no verdict yet"
    )
    for strange in (
        StreamView(SOURCE, 3, "11" * 32),
        StreamView(SOURCE, 4, third),
        StreamView("cd" * 16, 1, "00" * 32),
    ):
        assert placed(left_over, situation(MORNING, strange)).standing is Standing.HELD_BACK
    assert placed(left_over, situation(AFTERNOON)).standing is Standing.RESTING
    assert placed(left_over, situation(None)).standing is Standing.RESTING


def test_an_outbox_held_back_goes_on_when_the_room_knows_it_again_on_the_same_line(
    make: Callable[[], Kiosk], left_over: Outbox, connect: Callable[..., RoomLine]
) -> None:
    """A server restored from a copy knows less at first; what it learns later must not wait for the next connection."""
    kiosk = make()
    line = connect(kiosk, situation(MORNING), situation(MORNING, StreamView(SOURCE, 1, "00" * 32), at_ms=NOW + 1))
    assert line.sent == [(SOURCE, 2), (SOURCE, 3)]
    assert kiosk.outboxes[SOURCE].unsettled() == 0
    assert kiosk.state.held_back == frozenset()
    assert view(kiosk)["notice"] is None


def test_an_outbox_the_served_sitting_does_not_know_is_told_before_somebody_signs_in(
    make: Callable[[], Kiosk], left_over: Outbox, connect: Callable[..., RoomLine]
) -> None:
    kiosk = make()
    line = connect(kiosk, situation(MORNING))
    assert line.sent == []
    assert view(kiosk)["notice"] == {"code": "outbox_held_back", "detail": SOURCE[:8]}
    assert left_over.path.exists()


def test_a_record_is_kept_until_the_room_has_said_what_became_of_it(
    left_over: Outbox, make: Callable[[], Kiosk], connect: Callable[..., RoomLine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line is gone with the records on it, and the machine is switched off: both are sent again."""
    nothing_yet = situation(MORNING, StreamView(SOURCE, 1, "00" * 32))
    answered = RoomLine.call

    def lost(line: RoomLine, event: str, payload: Mapping[str, Any]) -> object:
        if event == "records":
            raise LinkError("the line is gone")
        return answered(line, event, payload)

    monkeypatch.setattr(RoomLine, "call", lost)
    connect(make(), nothing_yet)
    monkeypatch.setattr(RoomLine, "call", answered)
    kiosk = make()
    assert kiosk.pending() == 2
    line = connect(kiosk, nothing_yet)
    assert line.sent == [(SOURCE, 2), (SOURCE, 3)]
    assert [held.verdict for held in kiosk.outboxes[SOURCE].after(1, 10)] == ["accepted", "accepted"]
    assert kiosk.pending() == 0


def test_records_that_the_room_cannot_judge_yet_are_sent_again_from_the_first_and_hold_nobody_back(
    left_over: Outbox, make: Callable[[], Kiosk], connect: Callable[..., RoomLine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server that took over does not know the paper yet; meanwhile the candidate raises a hand."""
    answered, asked, kiosk = RoomLine.call, list[list[int]](), make()

    def undecided(line: RoomLine, event: str, payload: Mapping[str, Any]) -> object:
        if event != "records":
            return answered(line, event, payload)
        seqs = [record["seq"] for record in payload["records"]]
        asked.append(seqs)
        if len(asked) == 3:  # now it is known
            return answered(line, event, payload)
        verdict = {
            "seq": 2,
            "verdict": "accepted",
            "reason": None,
            "epoch": 1,
            "at_seq": 2,
            "hash": "00" * 32,
            "copies": 1,
        }
        if len(asked) == 1:
            kiosk.outboxes[SOURCE].append({"kind": "raise_hand/1"})
        first = len(asked) == 1
        return {
            "ok": True,
            "verdicts": [verdict] if first else [],
            "contiguous": 2,
            "gap_at": None if seqs[0] <= 3 else 3,
        }

    monkeypatch.setattr(RoomLine, "call", undecided)
    later = [
        situation(MORNING, StreamView(SOURCE, 2, kiosk.outboxes[SOURCE].digest_of(2)), at_ms=NOW + n)
        for n in range(1, 6)
    ]
    connect(kiosk, situation(MORNING, StreamView(SOURCE, 1, "00" * 32)), *later)
    assert asked[:3] == [[2, 3], [3, 4], [3, 4]]
    assert kiosk.state.held_back == frozenset()
    assert kiosk.pending() == 0


def test_a_verdict_that_a_full_disk_did_not_take_is_asked_for_again_on_the_same_line(
    left_over: Outbox, make: Callable[[], Kiosk], connect: Callable[..., RoomLine], monkeypatch: pytest.MonkeyPatch
) -> None:
    settled, refused = Outbox.settle, list[int]()

    def full(outbox: Outbox, verdicts: Sequence[tuple[int, str]]) -> None:
        if len(refused) < 2:
            refused.append(len(verdicts))
            raise OutboxError("the disk is full")
        settled(outbox, verdicts)

    monkeypatch.setattr(Outbox, "settle", full)
    kiosk = make()
    nothing_yet = StreamView(SOURCE, 1, "00" * 32)
    line = connect(
        kiosk, situation(MORNING, nothing_yet), *(situation(MORNING, nothing_yet, at_ms=NOW + n) for n in range(1, 6))
    )
    assert line.sent == [(SOURCE, 2), (SOURCE, 3)] * 3
    assert kiosk.pending() == 0


def test_what_is_left_of_another_sitting_frightens_nobody_and_is_told_to_the_technician(
    make: Callable[[], Kiosk], left_over: Outbox, connect: Callable[..., RoomLine]
) -> None:
    """The machine was switched off when the morning was closed; in the afternoon somebody else sits here."""
    kiosk = make()
    line = connect(kiosk, situation(AFTERNOON))
    shown = view(kiosk)
    assert (line.sent, shown["screen"], shown["notice"], kiosk.pending()) == ([], "sign_in", None, 0)
    assert shown["kept"] == {"records": 2, "sittings": ["ca-1"], "folder": str(kiosk.folder.outboxes)}
    again = make()
    assert again.screen().value == "searching", "nobody is told that they will go on where they were"
    assert again.outboxes[SOURCE].last_seq == 3


def test_an_outbox_is_offered_again_when_its_sitting_is_served_again(
    make: Callable[[], Kiosk], left_over: Outbox, connect: Callable[..., RoomLine]
) -> None:
    kiosk = make()
    line = connect(kiosk, situation(AFTERNOON), situation(MORNING, StreamView(SOURCE, 1, "00" * 32), at_ms=NOW + 1))
    assert line.sent == [(SOURCE, 2), (SOURCE, 3)]
    assert view(kiosk)["kept"] is None
    assert not kiosk.outboxes[SOURCE].is_set_aside


def test_a_stream_that_is_being_sent_rests_when_its_sitting_is_served_no_longer(
    make: Callable[[], Kiosk], left_over: Outbox, connect: Callable[..., RoomLine]
) -> None:
    kiosk = make()
    connect(kiosk, situation(MORNING, StreamView(SOURCE, 1, "00" * 32)), situation(AFTERNOON, at_ms=NOW + 1))
    assert kiosk.state.resting == {SOURCE}
    assert view(kiosk)["kept"] is None, "everything in it is on the server"


def test_what_a_closed_sitting_never_got_is_told_to_the_technician(
    make: Callable[[], Kiosk], left_over: Outbox
) -> None:
    kiosk = make()
    over = replace(MORNING, state=SittingPhase.CLOSED)
    released = replace(situation(over, StreamView(SOURCE, 1, "00" * 32)), release=(SOURCE,))
    kiosk.heard(released)
    assert left_over.path.exists()
    shown = view(kiosk)
    assert isinstance(shown["kept"], dict)
    assert shown["kept"]["records"] == 2

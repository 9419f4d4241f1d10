"""A room whose sitting is over, made once, and the bundle of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from question_bank.items._choice import right_options
from server.domain import commands
from server.domain.rights import Role
from server.domain.time_commands import DecideLate
from server.domain.values import Attendance, IncidentCategory
from server.drill.prepared_room import ORGANISING, SITTING_ID, SealedContest, hold_ceremony, make_room, open_room
from server.identity import load_identity
from server.live.actors import OfficerActor
from server.live.room import Room
from server.protocol.receipt import receipt_code, responses_sha256
from server.protocol.records import ConfirmIdentity, SaveResponse, SubmitPart
from server.result.sources import Sources, sources
from server.result.writing import write_bundle
from server.store.batch import Delivery
from server.store.room import RoomStore

PROCTOR = OfficerActor("u-proctor", Role.PROCTOR)
SECOND = OfficerActor("u-organising", Role.ORGANISING)


class Candidates:
    """Candidates at their machines, by the records that kiosks send."""

    def __init__(self, room: Room, contest: SealedContest) -> None:
        self.room, self.contest = room, contest
        self.sent: dict[int, int] = {}

    def order(self, command: Any) -> None:
        verdict = self.room.order(PROCTOR, secrets.token_bytes(16), 1, command)
        assert verdict.reason is None, verdict

    def seat(self, n: int) -> None:
        assert self.room.sitting is not None
        candidate = self.room.store.candidates.of_sitting(SITTING_ID)[n]
        seat = commands.SeatCandidate(candidate.candidate_id, f"a{n}", f"k{n}", f"M{n:03d}", f"{n + 1:032x}")
        self.room.sitting.submit([Delivery(bytes.fromhex(seat.source), 1, b"sign in", seat)])
        self.send(n, ConfirmIdentity(f"a{n}", 1, self.room.clock.now_ms(), 5))

    def send(self, n: int, record: Any) -> None:
        assert self.room.sitting is not None
        source, seq = f"{n + 1:032x}", self.sent.get(n, 1) + 1
        self.sent[n] = seq
        command = commands.KioskRecord(record, source, seq)
        assert (
            self.room.sitting.submit([Delivery(bytes.fromhex(source), seq, record.text(), command)])[0].reason is None
        )

    def answer(self, n: int, right: int) -> None:
        for item in self.contest.forms["primary"].sections[0].marking.items[:right]:
            response = {"options": sorted(right_options(item))}
            self.send(n, SaveResponse(f"a{n}", 1, 0, item.item_id, response, self.room.clock.now_ms(), 5))

    def submit(self, n: int) -> str:
        assert self.room.sitting is not None
        responses = self.room.sitting.state.attempts[f"a{n}"].parts[0].responses
        digest = responses_sha256(f"a{n}", 0, responses)
        self.send(n, SubmitPart(f"a{n}", 1, 0, self.sent[n], digest.hex(), self.room.clock.now_ms(), 5))
        return receipt_code(digest)


@dataclass(frozen=True)
class Closed:
    """A closed room: where it lies, its bundle's bytes, and the receipts candidates were given by number."""

    folder: Path
    bundle: Path
    receipts: dict[str, str]

    def sources(self) -> Sources:
        """What a bundle of it is made of."""
        with RoomStore.open(self.folder) as store:
            return sources(self.folder, load_identity(self.folder), store)


@pytest.fixture
def decided_late(tmp_path: Path, contest: SealedContest) -> tuple[Closed, str]:
    """One candidate, ended by the proctor; then an answer came in, which two officers let count. And the first receipt."""
    folder = tmp_path / "room"
    folder.mkdir()
    make_room(folder, contest, 1)
    with open_room(folder) as room:
        hold_ceremony(room, contest)
        play = Candidates(room, contest)
        play.seat(0)
        play.order(commands.StartPart(0, None, b"\7" * 32, PROCTOR.officer_id))
        play.answer(0, 2)
        play.order(commands.CloseSeat("a0", "Mất điện", PROCTOR.officer_id))
        assert room.sitting is not None
        part = room.sitting.state.attempts["a0"].parts[0]
        assert part.finish is not None
        before = part.finish.receipt
        item = next(one for one in part.item_ids if one not in part.responses)
        response = {"options": [part.option_ids[item][0]]}
        late = SaveResponse("a0", 1, 0, item, response, room.clock.now_ms() - 1, 5)
        source, seq = f"{1:032x}", play.sent[0] + 1
        record = commands.KioskRecord(late, source, seq)
        room.sitting.submit([Delivery(bytes.fromhex(source), seq, late.text(), record)])
        assert room.sitting.by_room(DecideLate(None, True, "Mất điện", "o-first", "o-second")).reason is None
        finish = room.sitting.state.attempts["a0"].parts[0].finish
        assert finish is not None
        play.order(commands.ClosePart(0, "", PROCTOR.officer_id))
        play.order(commands.CloseSitting(PROCTOR.officer_id, "copies"))
    found = Closed(folder, tmp_path / "late.result", {"TS0001": finish.receipt})
    assert write_bundle(found.sources(), found.bundle).ok
    return found, before


@pytest.fixture(scope="session")
def closed(tmp_path_factory: pytest.TempPathFactory, contest: SealedContest, eventually: Callable[..., None]) -> Closed:
    """Six candidates: four submit, one is ended by the proctor, one is absent; an incident; marked and published."""
    folder = tmp_path_factory.mktemp("closed") / "room"
    folder.mkdir()
    make_room(folder, contest, 6)
    receipts = {}
    with open_room(folder) as room:
        hold_ceremony(room, contest)
        play = Candidates(room, contest)
        absent = room.store.candidates.of_sitting(SITTING_ID)[5]
        play.order(commands.RecordAttendance(absent.candidate_id, Attendance.ABSENT, False, PROCTOR.officer_id))
        for n in range(5):
            play.seat(n)
        play.order(commands.StartPart(0, None, b"\7" * 32, PROCTOR.officer_id))
        for n in range(5):
            play.answer(n, 2 * n)
        play.order(commands.RecordIncident("a1", IncidentCategory.EQUIPMENT, "Bàn phím hỏng", PROCTOR.officer_id))
        for n in range(4):
            receipts[f"TS{n + 1:04d}"] = play.submit(n)
        play.order(commands.ClosePart(0, "Hết giờ", PROCTOR.officer_id))
        play.order(commands.CloseSitting(PROCTOR.officer_id))
        eventually(lambda: len(room.marks.state.marks) == 5)
        assert room.marks.publish(ORGANISING, OfficerActor("o-second", Role.ORGANISING)) is None
    bundle = folder.parent / f"{SITTING_ID}.result"
    found = Closed(folder, bundle, receipts)
    assert write_bundle(found.sources(), bundle).ok
    return found

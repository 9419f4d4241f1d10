"""Primary → reserve with a dummy pair: the whole way in a room of its own, in a folder that vanishes.

Two sets are sealed from sample items, the primary is chosen and opened, then two officers take the reserve with a reason, its
own custodians open it, a candidate starts, and what stands before the candidate is the reserve's paper. Nothing of the real
room is touched; nobody sees an item of a real set.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from question_bank.custody import SecretKind
from question_bank.phrase import Phrase, phrase
from server.domain import commands
from server.domain.values import SetName
from server.drill.prepared_room import (
    ORGANISING,
    PROCTOR,
    SETTING,
    SITTING_ID,
    SealedContest,
    make_room,
    open_room,
    seal_contest,
)
from server.errors import RoomError
from server.live.room import Room
from server.protocol.records import ConfirmIdentity
from server.store.batch import Delivery
from server.store.verify import verify_file

_SOURCE = b"\6" * 16


@dataclass(frozen=True, slots=True)
class Step:
    """One step that went as it should, and how long it took."""

    what: Phrase
    took_ms: int


def rehearse(told: Callable[[Step], None]) -> None:
    """Go the whole way; each step is told as it is done. Raises RoomError at the first that fails."""
    with tempfile.TemporaryDirectory(prefix="exam-kit-") as name:
        folder = Path(name)
        (folder / "sealed").mkdir()
        (folder / "room").mkdir()
        with _step(told, phrase("two dummy sets were sealed")):
            contest = seal_contest(folder / "sealed", small=True)
        with _step(told, phrase("a room took both in, every digest checked")):
            make_room(folder / "room", contest, 1)
        with open_room(folder / "room") as room:
            _switch(room, contest, told)
            _start(room, contest, told)
        with _step(told, phrase("the room's journal verifies")):
            report = verify_file(folder / "room" / "sittings" / f"{SITTING_ID}.journal.sqlite")
            _expect(report.ok, "journal")


def _switch(room: Room, contest: SealedContest, told: Callable[[Step], None]) -> None:
    desk = room.opening
    with _step(told, phrase("the primary set was chosen and opened with its custodians' shares")):
        _expect(desk.choose_set(SETTING) is None, "choose")
        _open(room, contest, SetName.PRIMARY)
    with _step(told, phrase("two officers took the reserve set, with a reason")):
        _expect(desk.switch_to_reserve(SETTING, ORGANISING, "Diễn tập") is None, "switch")
    with _step(told, phrase("the reserve set was opened with its own shares")):
        _open(room, contest, SetName.RESERVE)


def _open(room: Room, contest: SealedContest, name: SetName) -> None:
    for words in contest.shares(name.value, SecretKind.PAPER)[:2]:
        _expect(hasattr(room.opening.enter_share(SETTING, SecretKind.PAPER, words), "body"), "share")
    _expect(room.opening.open_paper(SETTING, ORGANISING) is None, "open")


def _start(room: Room, contest: SealedContest, told: Callable[[Step], None]) -> None:
    sitting = room.sitting
    if sitting is None:
        raise _failed("sitting")
    with _step(told, phrase("a candidate started with the reserve's paper before them")):
        candidate = room.store.candidates.of_sitting(SITTING_ID)[0]
        seated = commands.SeatCandidate(candidate.candidate_id, "a1", "k1", "M01", _SOURCE.hex())
        confirmed = ConfirmIdentity("a1", 1, room.clock.now_ms(), 5)
        record = commands.KioskRecord(confirmed, _SOURCE.hex(), 2)
        said = sitting.submit(
            [Delivery(_SOURCE, 1, b"sign in", seated), Delivery(_SOURCE, 2, confirmed.text(), record)]
        )
        said.append(room.order(PROCTOR, b"\7" * 16, 1, commands.StartPart(0, None, bytes(32), PROCTOR.officer_id)))
        _expect(all(one.reason is None for one in said), "start")
        part = sitting.state.attempts["a1"].parts[0]
        expected = {item.item_id for item in contest.forms["reserve"].sections[0].marking.items}
        _expect(set(part.item_ids) == expected, "paper")


@contextmanager
def _step(told: Callable[[Step], None], what: Phrase) -> Iterator[None]:
    began = time.monotonic_ns()
    yield
    told(Step(what, (time.monotonic_ns() - began) // 1_000_000))


def _expect(ok: bool, step: str) -> None:
    if not ok:
        raise _failed(step)


def _failed(step: str) -> RoomError:
    return RoomError(
        phrase("the rehearsal failed [%(step)s]", step=step),
        hint=phrase("Do not rely on the reserve set before this is understood; keep this message."),
    )

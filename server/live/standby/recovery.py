"""The winner's side of two histories: a branch is checked, stored, noted, and taken in again, each request once.

Taking in is repeated at every start for every branch there is: what is known already changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature

from question_bank import canonical
from question_bank.phrase import phrase
from server.domain import recovery_acts
from server.domain.chain import Head
from server.domain.event import ClockAnchored, EpochBegan
from server.domain.events import ConnectionLost, ConnectionRestored, SeatClosed
from server.domain.standby_commands import KeepBranch, RecoverRecord
from server.domain.standby_events import StandbyLost, StandbyRejoined
from server.domain.too_soon import too_soon
from server.domain.values import CloseCause
from server.errors import JournalError
from server.identity import RoomIdentity
from server.live.sitting_service import RULES
from server.live.standby import branching
from server.protocol.sequence import Place, place
from server.store.batch import Delivery, Entry
from server.store.record import Record
from server.store.replay import entries

if TYPE_CHECKING:
    from server.live.room import Room
    from server.live.sitting_service import Sitting

AT_ONCE = 128  # requests in one batch: a quarter of what the committer takes
# What a server notes of itself and its lines: it is so there, and says nothing of here.
_OWN = (EpochBegan, ClockAnchored, ConnectionLost, ConnectionRestored, StandbyLost, StandbyRejoined)


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch that was read and checked: whose it is, and its records with their events."""

    sha256: str
    journal: str
    server_id: str
    common: Head
    entries: tuple[Entry, ...]

    @property
    def note(self) -> KeepBranch:
        """What the journal notes of it."""
        last = self.entries[-1].record
        return KeepBranch(
            self.sha256, self.server_id, last.epoch, self.common.seq, self.common.hash.hex(), last.seq, last.hash.hex()
        )


def read_branch(identity: RoomIdentity, content: bytes) -> Branch:
    """The branch in a file, its signature and every link checked. Raises JournalError."""
    try:
        body, signature = _parted(content)
        identity.signing_key.public_key().verify(signature, hashlib.sha256(body).digest())
        lines = [canonical.decode(line, 1 << 20) for line in body.splitlines()]
        head, records = lines[0], [_record(line) for line in lines[1:]]
        match head:
            case {
                "format": branching.FORMAT, "room_id": str(room_id), "journal": str(journal), "server_id": str(server_id),
                "from_seq": int(from_seq), "from_hash": str(from_hash),
            } if room_id == identity.room_id and records:  # fmt: skip
                common = Head(from_seq, bytes.fromhex(from_hash))
                read = tuple(entries(records, RULES.kinds, common))
                return Branch(hashlib.sha256(content).hexdigest(), journal, server_id, common, read)
    except (ValueError, KeyError, TypeError, IndexError, InvalidSignature, canonical.CanonicalError) as error:
        raise _damaged(type(error).__name__) from error
    raise _damaged("head")


def keep_branch(room: Room, journal: str, content: bytes) -> None:
    """Store a branch that a standby hands over, and take it in. Raises JournalError, OSError."""
    if not journal.startswith("sittings/"):
        room.port.offload(partial(branching.keep, room.directory, journal, 0, 0, content))
        return  # marks are made again from the answers; the file is kept for whoever wants to compare
    branch = room.port.offload(partial(read_branch, room.identity, content))
    last = branch.entries[-1].record
    room.port.offload(partial(branching.keep, room.directory, journal, last.epoch, branch.common.seq, content))
    sitting = room.sitting
    if sitting is not None and journal == f"sittings/{sitting.journal_path.name}":
        take_in(sitting, branch)


def take_in_all(room: Room, sitting: Sitting) -> None:
    """Every branch of this sitting that was stored: a crash may have come between storing and taking in."""
    stem = f"sittings.{sitting.journal_path.name.removesuffix('.journal.sqlite')}."
    for path in sorted((room.directory / branching.FOLDER).glob("*.branch")):
        if path.name.startswith(stem):
            take_in(sitting, read_branch(room.identity, path.read_bytes()))


def take_in(sitting: Sitting, branch: Branch) -> None:
    """Note the branch and deliver its requests under their own streams. Raises NotStored, CommitterStopped."""
    sitting.by_room(branch.note)
    together: list[Delivery] = []
    waiting: set[bytes] = set()  # outboxes whose next record speaks of a start that is not known here
    for delivery in _deliveries(branch.entries):
        if delivery.source in waiting:
            continue
        if len(together) == AT_ONCE or (together and _too_soon(sitting, delivery)):
            sitting.submit(together)
            together = []
        if _too_soon(sitting, delivery):  # its machine shows it again, and every start of this server tries it again
            waiting.add(delivery.source)
        else:
            together.append(delivery)
    if together:
        sitting.submit(together)


def _deliveries(found: Sequence[Entry]) -> Iterator[Delivery]:
    for (source, number), group in groupby(found, key=lambda one: (one.record.source, one.record.source_seq)):
        parts = [one for one in group if not _is_own(one)]
        if not parts:
            continue
        first = parts[0].record
        command = RecoverRecord(
            tuple(one.event for one in parts),
            source.hex(),
            number,
            first.epoch,
            first.seq,
            first.hash.hex(),
            first.at_ms,
            tuple(one.record.seq for one in parts),
        )
        yield Delivery(source, number, b"", command, first.request_sha256)


def _too_soon(sitting: Sitting, delivery: Delivery) -> bool:
    """Whether a final verdict on this request would come before the start it rests on."""
    command = delivery.command
    assert isinstance(command, RecoverRecord)
    if place(sitting.stream(delivery.source), delivery.source_seq) is Place.SEEN:
        return False
    sent = (recovery_acts.sent_as(command, event) for event in command.events)
    return any(one is not None and too_soon(sitting.state, one, command.source) for one in sent)


def _is_own(one: Entry) -> bool:
    closed_by_clock = isinstance(one.event, SeatClosed) and one.event.cause is CloseCause.DEADLINE
    return isinstance(one.event, _OWN) or closed_by_clock


def _parted(content: bytes) -> tuple[bytes, bytes]:
    body, _, last = content.rstrip(b"\n").rpartition(b"\n")
    value = canonical.decode(last, 4096)
    if not isinstance(value, dict) or not isinstance(value.get("signature"), str):
        raise ValueError("signature")
    return body + b"\n", bytes.fromhex(str(value["signature"]))


def _record(line: canonical.JSON) -> Record:
    if not isinstance(line, dict):
        raise TypeError("line")
    raw = {"source", "request_sha256", "body_sha256", "prev_hash", "hash"}
    values = {name: bytes.fromhex(str(line[name])) if name in raw else line[name] for name in Record._fields}
    return Record(**values)  # type: ignore[arg-type]  # the chain is checked over every column


def _damaged(why: str) -> JournalError:
    return JournalError(
        phrase("the other server's history cannot be trusted [%(why)s]", why=why),
        hint=phrase("It stays on that server, in its folder of branches."),
    )


__all__ = ["Branch", "keep_branch", "read_branch", "take_in", "take_in_all"]

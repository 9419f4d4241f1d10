"""Branches in a bundle: what a server had that lost a failover, as the signed file it was kept in (docs/result.md §3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from question_bank import canonical
from question_bank.phrase import phrase
from question_bank.verification import Finding
from server.domain.event import read_event
from server.domain.events import KINDS, SeatClosed, SeatSubmitted
from server.protocol.shape import Digest, Id, Malformed, Shaped, Text, Whole
from server.result.container import Bundle, is_signed, read_signature
from server.store.lines import NoRecord, read_named
from server.store.record import Record

MAX_HEADER_BYTES = 4096
MAX_FINISHES = (
    100_000  # parts that ended, in the journal and all branches together: twenty for each candidate there may be
)


@dataclass(frozen=True, slots=True)
class BranchHeader(Shaped):
    """The first line of a branch: where it leaves the journal and how far it goes."""

    format: Literal["exam-branch/1"]
    room_id: Id
    journal: Annotated[str, Text(1, 200)]
    server_id: Annotated[str, Text(1, 32)]
    from_seq: Annotated[int, Whole(0)]
    from_hash: Digest
    to_seq: Annotated[int, Whole(0)]
    to_hash: Digest


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch that is whole, signed and chained; `epoch` is of its last record."""

    name: str
    from_seq: int
    from_hash: bytes
    epoch: int
    records: int


@dataclass(frozen=True, slots=True)
class Given:
    """A receipt that was given when a part ended: on the branch `name`, or in the journal itself (None)."""

    name: str | None
    event: SeatSubmitted | SeatClosed


def read_branch(bundle: Bundle, name: str, see: Callable[[Record], None], given: list[Given]) -> Branch | Finding:
    """A branch, checked; `see` is shown its records, and what ended on it is added to `given`."""
    lines, signed = bundle.lines(name), hashlib.sha256()
    first = next(lines, b"")
    header = _header(first)
    if header is None or header.room_id != bundle.manifest.room.room_id:
        return Finding("wrong_branch", name, phrase("its first line is not that of a branch of this room"))
    signed.update(first + b"\n")
    seq, last_hash, epoch, count = header.from_seq, bytes.fromhex(header.from_hash), 0, 0
    for line, is_last in _with_last(lines):
        if is_last:
            signature = read_signature(line + b"\n")
            if signature is None or not is_signed(bundle.manifest.room.server_key, signed.digest(), signature):
                return Finding("wrong_branch", name, phrase("the room's key did not sign it"))
            break
        signed.update(line + b"\n")
        record = read_named(line)
        if isinstance(record, NoRecord):
            return Finding("wrong_branch", name, phrase("it is no record [%(evidence)s]", evidence=record.why))
        if (record.seq, record.prev_hash) != (seq + 1, last_hash) or not record.linked() or not _whole(record):
            told = phrase("record %(seq)s does not follow record %(before)s", seq=record.seq, before=seq)
            return Finding("wrong_branch", name, told)
        seq, last_hash, epoch, count = record.seq, record.hash, record.epoch, count + 1
        see(record)
        _note_finish(name, record, given)
    if (seq, last_hash.hex()) != (header.to_seq, header.to_hash) or not count:
        return Finding("wrong_branch", name, phrase("it does not end where its first line says"))
    return Branch(name, header.from_seq, bytes.fromhex(header.from_hash), epoch, count)


def _header(line: bytes) -> BranchHeader | None:
    try:
        found = BranchHeader.parse(canonical.decode(line, MAX_HEADER_BYTES, canonical=True))
    except canonical.CanonicalError:
        return None
    return None if isinstance(found, Malformed) else found


def _with_last(lines: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each line, and whether it is the last."""
    before = next(lines, None)
    for line in lines:
        assert before is not None
        yield before, False
        before = line
    if before is not None:
        yield before, True


def _whole(record: Record) -> bool:
    body = record.body
    return body is None or hashlib.sha256(body.encode("utf-8", "surrogatepass")).digest() == record.body_sha256


def _note_finish(name: str, record: Record, given: list[Given]) -> None:
    if record.kind not in (SeatSubmitted.kind, SeatClosed.kind) or record.body is None:
        return
    event = read_event(KINDS, record.kind, record.body)
    note_given(name, event, given)


def note_given(name: str | None, event: object, given: list[Given]) -> None:
    """Remember the receipt of a part that ended, if the event is of that."""
    if isinstance(event, SeatSubmitted | SeatClosed) and len(given) < MAX_FINISHES:
        given.append(Given(name, event))

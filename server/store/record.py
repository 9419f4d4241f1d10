"""One row of a journal, and the verdict that the rows of one request tell."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from question_bank.canonical import encode
from server.domain.chain import Head, link
from server.domain.event import Event, RequestConflict, RequestRefused, RequestUnreadable
from server.domain.events import LateRecorded
from server.protocol.messages import Outcome


class Record(NamedTuple):
    """One row, columns in the table's order."""

    seq: int
    epoch: int
    source: bytes
    source_seq: int
    part: int
    kind: str
    at_ms: int
    request_sha256: bytes
    body: str | None
    body_sha256: bytes
    prev_hash: bytes
    hash: bytes

    @property
    def head(self) -> Head:
        """The head a journal has when this is its last record."""
        return Head(self.seq, self.hash)

    def linked(self) -> bool:
        """Whether the record's hash is what its columns give."""
        return self.hash == link(*self[:8], self.body_sha256, self.prev_hash)


class Request(NamedTuple):
    """What the records of one request have in common."""

    epoch: int
    source: bytes
    source_seq: int
    at_ms: int
    sha256: bytes


def record(head: Head, request: Request, part: int, event: Event) -> Record:
    """The record of an event, to follow `head`. Raises CanonicalError for a value no encoding can write."""
    body = encode(event.body())
    body_sha256 = hashlib.sha256(body).digest()
    epoch, source, source_seq, at_ms, sha256 = request
    seq = head.seq + 1
    hashed = link(seq, epoch, source, source_seq, part, event.kind, at_ms, sha256, body_sha256, head.hash)
    return Record(
        seq, epoch, source, source_seq, part, event.kind, at_ms, sha256, body.decode(), body_sha256, head.hash, hashed
    )


_OUTCOMES: Mapping[str, tuple[Outcome, str, str]] = {  # kind → outcome, and the body's fields for reason and detail
    RequestRefused.kind: (Outcome.REFUSED, "reason", "detail"),
    RequestUnreadable.kind: (Outcome.UNREADABLE, "", "why"),
    LateRecorded.kind: (Outcome.LATE, "why", ""),
}


def outcome_of(kind: str) -> Outcome:
    """The verdict that a first record of this kind is."""
    return _OUTCOMES[kind][0] if kind in _OUTCOMES else Outcome.ACCEPTED


def why(record: Record) -> tuple[str | None, str]:
    """Reason and detail of a verdict, from its first record; (None, "") when accepted or erased."""
    if record.kind not in _OUTCOMES or record.body is None:
        return None, ""
    outcome, reason, detail = _OUTCOMES[record.kind]
    body = json.loads(record.body)
    return (str(body[reason]) if reason else outcome.value), (str(body[detail]) if detail else "")


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """What became of a request: `head` is its last record. `conflict` is set once it came with another digest."""

    outcome: Outcome
    reason: str | None
    detail: str
    epoch: int
    head: Head
    request_sha256: bytes
    parts: int
    conflict: Head | None


def verdict_in(rows: Sequence[Record]) -> StoredVerdict | None:
    """The verdict that these rows tell: all of one request, by part; None when there are none."""
    if not rows:
        return None
    own = [row for row in rows if row.kind != RequestConflict.kind]
    conflict = next((row.head for row in rows if row.kind == RequestConflict.kind), None)
    reason, detail = why(own[0])
    outcome = outcome_of(own[0].kind)
    return StoredVerdict(
        outcome, reason, detail, own[0].epoch, own[-1].head, own[0].request_sha256, len(rows), conflict
    )

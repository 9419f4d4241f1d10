"""Journal records as they travel between servers: a JSON list of rows, columns in the table's order, bytes in hex."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from server.store.record import Record

MAX_ROWS = 4_096  # of one batch: a commit is far smaller, and catching up goes in pages
# A sitting's or a contest's journal, by its place in the room's folder; ids are what definitions allow.
JOURNAL_NAME = re.compile(r"(sittings|contests)/[A-Za-z0-9._-]{1,80}\.journal\.sqlite")


def to_wire(records: Sequence[Record]) -> bytes:
    """The rows of these records."""
    rows = [
        (
            one.seq, one.epoch, one.source.hex(), one.source_seq, one.part, one.kind, one.at_ms,
            one.request_sha256.hex(), one.body, one.body_sha256.hex(), one.prev_hash.hex(), one.hash.hex(),
        )
        for one in records
    ]  # fmt: skip
    return json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode()


def from_wire(data: bytes) -> list[Record]:
    """The records of these rows, not checked against any chain. Raises ValueError."""
    rows = json.loads(data)
    if not isinstance(rows, list) or len(rows) > MAX_ROWS:
        raise ValueError("rows")
    return [_record(row) for row in rows]


def _record(row: object) -> Record:
    match row:
        case [
            int(seq), int(epoch), str(source), int(source_seq), int(part), str(kind), int(at_ms),
            str(request), str() | None as body, str(digest), str(before), str(link),
        ]:  # fmt: skip
            raw = bytes.fromhex
            return Record(
                seq, epoch, raw(source), source_seq, part, kind, at_ms, raw(request), body, raw(digest), raw(before),
                raw(link),
            )  # fmt: skip
    raise ValueError("row")

"""Full verification of a journal: every row read again, every digest computed again, the whole replayed.

The report's shape is shared by every `verify` command: what was checked, what was not, and every problem with its
place, so that "ok" never means more than was looked at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from question_bank.canonical import JSON
from server.domain import sitting
from server.domain.audit import objection
from server.domain.chain import NO_RECORDS, Head
from server.domain.event import Event, RequestConflict, is_canonical, read_event
from server.domain.state import SittingState
from server.errors import JournalError
from server.protocol.shape import Malformed
from server.store.batch import Rules
from server.store.journal import Journal, pages
from server.store.record import Record

MAX_PROBLEMS = 200  # listed; a file with more is lost, and the first ones tell where it begins

SITTING_RULES: Rules[SittingState] = Rules(sitting.decide, sitting.evolve, sitting.EMPTY, sitting.KINDS, sitting.ended)
CHECKED = (
    "the file's own structure",
    "record numbers without a gap",
    "every link of the hash chain",
    "the digest of every body that was not erased",
    "room time and epochs that never decrease",
    "every stream numbered without a gap, one verdict for each number",
    "every kind known, every body readable and in its one encoding",
    "a replay of all records, and every receipt against the responses held",
)
NOT_CHECKED = (
    "whether this head is the one printed in the minutes and kept by the kiosks: compare the two",
    "whether what kiosks still hold is in it",
    "marks: they are in the contest's journal",
)

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class VerifyProblem:
    """One thing wrong: a stable code, where it is, and a sentence."""

    code: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a verification found; `what` names the kind of thing that was verified."""

    what: str
    checked: tuple[str, ...]
    not_checked: tuple[str, ...]
    problems: tuple[VerifyProblem, ...]
    head: Head
    records: int

    @property
    def ok(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.problems

    def document(self) -> dict[str, JSON]:
        """As `--json` prints it."""
        return {
            "ok": self.ok,
            "what": self.what,
            "checked": list(self.checked),
            "not_checked": list(self.not_checked),
            "problems": [{"code": one.code, "where": one.where, "message": one.message} for one in self.problems],
            "head": {"seq": self.head.seq, "hash": self.head.hash.hex()},
            "records": self.records,
        }


def verify_sitting(path: Path) -> VerifyReport:
    """Verify the sitting's journal in this file, which is only read. Raises DatabaseError when it cannot be opened."""
    at_rest = not path.with_name(f"{path.name}-wal").exists()
    with Journal.open_to_read(path, at_rest) as journal:
        return verify_journal(journal, SITTING_RULES, objection)


def verify_journal(
    journal: Journal, rules: Rules[S], object_to: Callable[[S, Event], str | None] = lambda state, event: None
) -> VerifyReport:
    """Verify a whole journal; reads everything, changes nothing, never raises for what the file holds."""
    walk = _Walk(rules, object_to)
    try:
        for damage in journal.damage():
            walk.problem("damaged_file", journal.path.name, damage)
        for page in pages(journal):
            for record in page:
                walk.take(record)
    except JournalError as error:
        walk.problem("damaged_file", f"after record {walk.head.seq}", str(error))
    erased = (f"the content of {walk.erased} erased records",) if walk.erased else ()
    return VerifyReport("journal", CHECKED, NOT_CHECKED + erased, tuple(walk.problems), walk.head, walk.records)


class _Walk(Generic[S]):
    """A walk over all records in order, remembering what the next one must agree with."""

    def __init__(self, rules: Rules[S], object_to: Callable[[S, Event], str | None]) -> None:
        self.problems: list[VerifyProblem] = []
        self.head = NO_RECORDS
        self.records = 0
        self.erased = 0
        self._rules = rules
        self._object_to = object_to
        self._state = rules.initial
        self._at_ms = 0
        self._epoch = 0
        self._request: tuple[bytes, int] = (b"", 0)
        self._streams: dict[bytes, int] = {}
        self._parts: dict[tuple[bytes, int], tuple[int, bytes]] = {}  # → (parts so far, digest); b"" once in conflict

    def problem(self, code: str, where: str, message: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(VerifyProblem(code, where, message))

    def take(self, record: Record) -> None:
        self.records += 1
        self._chain(record)
        self._time(record)
        self._stream(record)
        self._content(record)
        self.head = record.head

    def _say(self, record: Record, code: str, message: str) -> None:
        self.problem(code, f"record {record.seq}", message)

    def _chain(self, record: Record) -> None:
        if record.seq != self.head.seq + 1:
            self._say(record, "gap", f"follows record {self.head.seq}")
        elif record.prev_hash != self.head.hash:
            self._say(record, "broken_link", "does not name the hash of the record before it")
        if not record.linked():
            self._say(record, "wrong_hash", "its hash is not that of its columns")

    def _time(self, record: Record) -> None:
        if record.at_ms < self._at_ms:
            self._say(record, "time_decreases", f"{self._at_ms - record.at_ms} ms before the record before it")
        if record.epoch < self._epoch:
            self._say(record, "epoch_decreases", f"epoch {record.epoch} after epoch {self._epoch}")
        self._at_ms, self._epoch = max(self._at_ms, record.at_ms), max(self._epoch, record.epoch)

    def _stream(self, record: Record) -> None:
        """One number, one verdict: parts 0, 1 … of one digest side by side, and at most one conflict afterwards."""
        key = (record.source, record.source_seq)
        parts, digest = self._parts.get(key, (0, record.request_sha256))
        if record.part != parts:
            self._say(record, "part_gap", f"part {record.part} of a request, where part {parts} belongs")
        if record.kind == RequestConflict.kind:
            if parts == 0 or digest in (b"", record.request_sha256):
                self._say(record, "wrong_conflict", "a conflict with nothing, with itself, or told twice")
            self._parts[key] = (parts + 1, b"")
            return
        if parts and (record.request_sha256 != digest or self._request != key):
            self._say(record, "second_verdict", "a request was judged twice")
        if parts == 0 and record.source_seq != self._streams.get(record.source, 0) + 1:
            self._say(record, "stream_gap", f"number {record.source_seq} of its stream out of turn")
        self._request = key
        self._streams[record.source] = record.source_seq
        self._parts[key] = (parts + 1, digest)

    def _content(self, record: Record) -> None:
        if record.body is None:
            self.erased += 1
            return
        if hashlib.sha256(record.body.encode("utf-8", "surrogatepass")).digest() != record.body_sha256:
            self._say(record, "wrong_body_digest", "its content was changed")
        elif not is_canonical(record.body):
            self._say(record, "not_canonical", "its content is not in its one encoding")
        event = read_event(self._rules.kinds, record.kind, record.body)
        if isinstance(event, Malformed):
            code = "unknown_kind" if event.where == "kind" else "unreadable_body"
            self._say(record, code, f"{event.where}: {event.why}")
            return
        if self._rules.ended(self._state):
            self._say(record, "after_the_end", f"{record.kind} after the journal's end")
        if not self.erased and (why := self._object_to(self._state, event)) is not None:
            self._say(record, "wrong_receipt", why)
        self._state = self._rules.evolve(self._state, event, record.at_ms, record.seq)

"""Judging a batch: each delivery against the state the ones before it have made, nothing on disk yet.

Everything here is a value or dies with the batch: when the COMMIT fails, the committed state is what it was.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from question_bank.canonical import CanonicalError
from question_bank.phrase import phrase
from server.domain import commands
from server.domain.chain import NO_RECORDS, Head
from server.domain.event import (
    MAX_RAW_BYTES,
    ClockAnchored,
    Event,
    Kinds,
    RequestConflict,
    RequestRefused,
    RequestUnreadable,
)
from server.domain.reasons import Reason, Refused
from server.errors import JournalError
from server.protocol.messages import Outcome
from server.protocol.sequence import EMPTY, Place, Stream, place
from server.protocol.shape import Malformed
from server.store.record import Record, Request, StoredVerdict, outcome_of, record, why

MAX_DETAIL = 500  # characters of a refusal's detail, as the events bound it
OWN = 0  # the source_seq of a command of the server's own: it is numbered when it is judged

S = TypeVar("S")
Key: TypeAlias = tuple[bytes, int]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands for the command of a message that could not be read; `why` is for the record."""

    why: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request: number `source_seq` (from 1) of the stream `source` (16 bytes), its bytes, and what they ask for.

    `sha256`: of the bytes, where only their digest is known any more.
    """

    source: bytes
    source_seq: int
    message: bytes
    command: object
    sha256: bytes | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a delivery.

    `seq` and `hash` are of its last record; seq 0: nothing durable was said (a gap, an ended journal, or one of the
    server's own commands that found nothing to do). `events` are empty for a delivery that was judged before.
    """

    verdict: Outcome
    reason: str | None
    detail: str
    epoch: int
    seq: int
    hash: bytes
    events: tuple[Event, ...]
    copies: int


@dataclass(frozen=True, slots=True)
class Rules(Generic[S]):
    """The decisions a journal rests on: `domain.sitting`'s, or another journal's."""

    decide: Callable[[S, Any, int], tuple[Event, ...] | Refused]
    evolve: Callable[[S, Event, int, int], S]
    initial: S
    kinds: Kinds
    ended: Callable[[S], bool] = field(default=lambda state: False)


@dataclass(frozen=True, slots=True)
class Committed(Generic[S]):
    """What is on disk, as values: the state, the head, how far each stream has come, the last room time, the epoch."""

    state: S
    head: Head = NO_RECORDS
    streams: Mapping[bytes, Stream] = field(default_factory=dict)
    at_ms: int = 0
    epoch: int = 0


class Entry(NamedTuple):
    """A record and the event it holds."""

    record: Record
    event: Event


class Judged(NamedTuple):
    """A verdict that is not on disk yet."""

    outcome: Outcome
    reason: str | None
    detail: str
    epoch: int
    head: Head
    events: tuple[Event, ...]


class _Pending(NamedTuple):
    """A request judged in this batch, for its duplicates."""

    sha256: bytes
    judged: Judged
    parts: int
    conflict: Head | None


class Draft(Generic[S]):
    """A batch being judged on top of what is committed.

    `stored` holds the verdicts of every delivery that the journal has seen before this batch.
    """

    def __init__(
        self,
        rules: Rules[S],
        committed: Committed[S],
        own_source: bytes,
        now_ms: int,
        stored: Mapping[Key, StoredVerdict],
    ) -> None:
        self.entries: list[Entry] = []
        self._rules = rules
        self._before = committed
        self._own_source = own_source
        self._at_ms = max(now_ms, committed.at_ms)
        self._state = committed.state
        self._head = committed.head
        self._moved: dict[bytes, Stream] = {}
        self._pending: dict[Key, _Pending] = {
            key: _Pending(
                found.request_sha256,
                Judged(found.outcome, found.reason, found.detail, found.epoch, found.head, ()),
                found.parts,
                found.conflict,
            )
            for key, found in stored.items()
        }

    def after(self) -> Committed[S]:
        """What will be committed once the entries are on disk."""
        streams = {**self._before.streams, **self._moved} if self._moved else self._before.streams
        at_ms = self._at_ms if self.entries else self._before.at_ms
        return Committed(self._state, self._head, streams, at_ms, self._before.epoch)

    def stream(self, source: bytes) -> Stream:
        """How far a stream has come, this batch included."""
        return self._moved.get(source) or self._before.streams.get(source, EMPTY)

    def judge(self, delivery: Delivery) -> Judged:
        """The verdict on one delivery; its records are added to the entries."""
        if delivery.source_seq == OWN:
            return self._judge_own(delivery)
        sha256 = delivery.sha256 or hashlib.sha256(delivery.message).digest()
        match place(self.stream(delivery.source), delivery.source_seq):
            case Place.SEEN:
                return self._judge_again(delivery, sha256)
            case Place.GAP:
                return _nothing_durable(Outcome.GAP, None, self._before.epoch)
            case Place.NEXT:
                if self._rules.ended(self._state):
                    return _nothing_durable(Outcome.REFUSED, Reason.JOURNAL_ENDED, self._before.epoch)
                return self._judge_next(delivery, sha256, self._decided(delivery))

    def _judge_next(self, delivery: Delivery, sha256: bytes, decided: tuple[Event, ...]) -> Judged:
        if isinstance(decided[0], ClockAnchored) and decided[0].sets_back(self._at_ms):
            self._at_ms = decided[0].at_ms
        request = Request(self._before.epoch, delivery.source, delivery.source_seq, self._at_ms, sha256)
        try:
            self._add(request, 0, decided)
        except CanonicalError as error:
            decided = (_refused(delivery, Refused(Reason.NOT_RECORDABLE, str(error))),)
            self._add(request, 0, decided)
        first = self.entries[-len(decided)].record
        judged = Judged(outcome_of(first.kind), *why(first), self._before.epoch, self._head, decided)
        self._moved[delivery.source] = Stream(delivery.source_seq, sha256)
        self._pending[delivery.source, delivery.source_seq] = _Pending(sha256, judged, len(decided), None)
        return judged

    def _judge_own(self, delivery: Delivery) -> Judged:
        if self._rules.ended(self._state):
            return _nothing_durable(Outcome.REFUSED, Reason.JOURNAL_ENDED, self._before.epoch)
        decided = self._rules.decide(self._state, delivery.command, self._at_ms)
        if isinstance(decided, Refused):
            return _nothing_durable(Outcome.REFUSED, decided.reason, self._before.epoch, decided.detail)
        if not decided:
            return _nothing_durable(Outcome.ACCEPTED, None, self._before.epoch)
        number = self.stream(self._own_source).contiguous + 1
        numbered = Delivery(self._own_source, number, delivery.message, delivery.command)
        return self._judge_next(numbered, hashlib.sha256(delivery.message).digest(), _recordable(numbered, decided))

    def _judge_again(self, delivery: Delivery, sha256: bytes) -> Judged:
        key = (delivery.source, delivery.source_seq)
        first = self._pending.get(key)
        if first is None:
            hint = phrase("Run `examroom-server verify journal` on this room's folder.")
            raise JournalError(
                phrase("the journal has lost record %(number)s of a stream", number=delivery.source_seq), hint=hint
            )
        if first.sha256 == sha256:
            return first.judged._replace(events=())
        conflict = first.conflict
        if conflict is None:
            if self._rules.ended(self._state):
                return _nothing_durable(Outcome.CONFLICT, Outcome.CONFLICT, self._before.epoch)
            request = Request(self._before.epoch, delivery.source, delivery.source_seq, self._at_ms, sha256)
            self._add(request, first.parts, (RequestConflict(sha256.hex(), first.sha256.hex()),))
            conflict = self._head
            self._pending[key] = first._replace(conflict=conflict)
        return Judged(Outcome.CONFLICT, Outcome.CONFLICT, "", self._before.epoch, conflict, ())

    def _decided(self, delivery: Delivery) -> tuple[Event, ...]:
        """The events of a delivery, at least one: its durable verdict."""
        if isinstance(delivery.command, Unreadable):
            return (_unreadable(delivery.message, delivery.command.why),)
        try:
            decided = self._rules.decide(self._state, delivery.command, self._at_ms)
        except Exception as error:  # noqa: BLE001 - the committer's one: a record nobody can judge must not stop a room
            return (_unreadable(delivery.message, f"not judged: {type(error).__name__}"),)
        if isinstance(decided, Refused):
            return (_refused(delivery, decided),)
        if not decided:
            return (_refused(delivery, Refused(Reason.NOTHING_TO_DO)),)
        return _recordable(delivery, decided)

    def _add(self, request: Request, part: int, added: Sequence[Event]) -> None:
        """Record the events and evolve; nothing has changed when it raises CanonicalError."""
        head, entries = self._head, []
        for place_in, event in enumerate(added, start=part):
            found = record(head, request, place_in, event)
            head = found.head
            entries.append(Entry(found, event))
        for found, event in entries:
            self._state = self._rules.evolve(self._state, event, found.at_ms, found.seq)
        self._head = head
        self.entries += entries


def _recordable(delivery: Delivery, decided: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events, or a refusal when one is out of its own bounds: nothing is written that replay could not read.

    A kiosk's record was read within the very bounds its events have, and a start copies what unsealing recorded, so
    the hot path and the moment everybody waits for need not look again.
    """
    if isinstance(delivery.command, commands.KioskRecord | commands.StartPart):
        return decided
    for event in decided:
        if isinstance(read := event.from_body(event.body()), Malformed):
            return (_refused(delivery, Refused(Reason.NOT_RECORDABLE, f"{read.where}: {read.why}")),)
    return decided


def _refused(delivery: Delivery, refused: Refused) -> RequestRefused:
    secret = commands.holds_a_secret(delivery.command)
    message = None if secret else _clean(delivery.message.decode("utf-8", "replace"), MAX_RAW_BYTES)
    name = commands.what(delivery.command)
    return RequestRefused(name, refused.reason.value, _clean(refused.detail, MAX_DETAIL), message)


def _unreadable(message: bytes, reason: str) -> RequestUnreadable:
    raw = base64.b64encode(message[:MAX_RAW_BYTES]).decode()
    return RequestUnreadable(raw, len(message), _clean(reason, MAX_DETAIL))


def _clean(text: str, most: int) -> str:
    """The text without what a record may not hold, cut to its bound."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:most])


def turned_away(reason: Reason) -> Verdict:
    """Refused before the journal was asked: nothing durable was said."""
    return Verdict(Outcome.REFUSED, reason, "", 0, 0, b"", (), 0)


def _nothing_durable(outcome: Outcome, reason: str | None, epoch: int, detail: str = "") -> Judged:
    return Judged(outcome, reason, detail, epoch, NO_RECORDS, ())


def verdicts(judged: Sequence[Judged], copies: int) -> list[Verdict]:
    """The verdicts to hand out once the batch is on disk in `copies` places."""
    return [
        Verdict(
            found.outcome, found.reason, found.detail, found.epoch, found.head.seq, found.head.hash, found.events,
            copies if found.head.seq else 0,
        )
        for found in judged
    ]  # fmt: skip

"""What an event is: one journal record's content, a fact in the past tense; and the kinds every journal has.

A kind is a name and a version, `response_saved/1`. A new version is a new class; the old kind stays readable through
an upcaster in its `EventSpec`, and old records are never rewritten.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Self, TypeAlias

from question_bank.canonical import JSON, CanonicalError, decode
from server.protocol.shape import Digest, Id, Instant, Line, Malformed, Shaped, Signed, Span, Text, Whole

MAX_BODY_BYTES = 1 << 20  # of one event; the largest, a package with 400 items, is under 64 KiB
SET_BACK_MS = (
    10_000  # an anchor this much earlier than the record before it sets room time back; less is the wait for it
)
MAX_RAW_BYTES = 4096  # kept of a message that could not be read, or was refused

Upcast: TypeAlias = "Callable[[dict[str, JSON]], dict[str, JSON]]"


class Event(Shaped):
    """One fact. Subclasses are frozen dataclasses with a `kind`."""

    __slots__ = ()
    kind: ClassVar[str]

    def body(self) -> dict[str, JSON]:
        """The record's body, to be encoded canonically; not to be changed."""
        return self.wire()

    @classmethod
    def from_body(cls, body: object) -> Self | Malformed:
        """The event with this body."""
        return cls.parse(body)


@dataclass(frozen=True, slots=True)
class EventSpec:
    """How records of one kind are read: as `event`, after `upcast` when the kind is an old version."""

    kind: str
    event: type[Event]
    upcast: Upcast | None = None


Kinds: TypeAlias = Mapping[str, EventSpec]


def kinds(*events: type[Event]) -> dict[str, EventSpec]:
    """The table of these kinds."""
    return {event.kind: EventSpec(event.kind, event) for event in events}


def read_event(known: Kinds, kind: str, body: str) -> Event | Malformed:
    """The event in a record's body text; Malformed for an unknown kind or a body that is not of that kind.

    The record's digests say whether the text is what was written; `is_canonical` whether it should have been.
    """
    spec = known.get(kind)
    if spec is None:
        return Malformed("kind", f"{kind[:64]!r} is unknown")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        return Malformed("body", str(error))
    if spec.upcast is not None and isinstance(value, dict):
        value = spec.upcast(value)
    return spec.event.from_body(value)


def is_canonical(body: str) -> bool:
    """Whether the text is the one encoding of its value."""
    try:
        decode(body.encode("utf-8"), MAX_BODY_BYTES, canonical=True)
    except (CanonicalError, UnicodeEncodeError):
        return False
    return True


# --- kinds of every journal -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EpochBegan(Event):
    """A server started on this journal (or was promoted): everything from here on carries `epoch`.

    `silent_ms`: since the last beat of the server's heartbeat before it, to a second; None when that is not known, or
    the server ran on and only took this journal up.
    """

    kind: ClassVar[str] = "epoch_began/1"
    epoch: Annotated[int, Whole(1)]
    from_seq: Annotated[int, Whole(0)]
    from_hash: Digest
    silent_ms: Span | None = None


@dataclass(frozen=True, slots=True)
class ClockAnchored(Event):
    """Room time was tied to a clock: at room instant `at_ms` the server's wall clock read `wall_ms`.

    `moved_ms`: by how much it was moved to follow the kiosks after a restart.
    """

    kind: ClassVar[str] = "clock_anchored/1"
    at_ms: Instant
    wall_ms: Signed
    reason: Line
    officer_id: Id | None = None
    moved_ms: Signed | None = None

    def sets_back(self, before_ms: int) -> bool:
        """Whether this is the one record that may be earlier than the one before it, made at `before_ms`."""
        return sets_back(self.at_ms, before_ms)


def sets_back(at_ms: int, before_ms: int) -> bool:
    """Whether an anchor at `at_ms` sets room time back from `before_ms`."""
    return before_ms - at_ms >= SET_BACK_MS


@dataclass(frozen=True, slots=True)
class RequestRefused(Event):
    """The verdict `refused` on a request, for good. `message` is the request's text, unless it held a secret."""

    kind: ClassVar[str] = "request_refused/1"
    what: Annotated[str, Text(1, 64)]
    reason: Annotated[str, Text(1, 64)]
    detail: Line
    message: Annotated[str, Text(0, MAX_RAW_BYTES)] | None


@dataclass(frozen=True, slots=True)
class RequestUnreadable(Event):
    """The verdict `unreadable`: `raw_base64` holds the first `MAX_RAW_BYTES` of the `octets` that came."""

    kind: ClassVar[str] = "request_unreadable/1"
    raw_base64: Annotated[str, Text(0, MAX_RAW_BYTES * 4 // 3 + 4)]
    octets: Annotated[int, Whole()]
    why: Line


@dataclass(frozen=True, slots=True)
class RequestConflict(Event):
    """The same number came again with another digest; recorded once for each number."""

    kind: ClassVar[str] = "request_conflict/1"
    sha256: Digest
    first_sha256: Digest


COMMON: dict[str, EventSpec] = kinds(EpochBegan, ClockAnchored, RequestRefused, RequestUnreadable, RequestConflict)

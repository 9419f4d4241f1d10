"""Event kinds about a candidate's time and about records that came late; docs/time.md says what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from server.domain.event import Event, EventSpec, kinds
from server.domain.values import Cause
from server.protocol.records import PartIndex
from server.protocol.shape import Count, Digest, Id, Instant, Items, Label, Line, Seq, Shaped, Span, Text, Whole

MAX_LATE = 2_000  # records of one candidate's part that wait at most: as many as are ever kept
MAX_STRETCHES = 256  # of one loss: what is left between the pauses and compensations of a part
Generation = Annotated[int, Whole(1, 1_000_000)]


@dataclass(frozen=True, slots=True)
class ArrangementApplied(Event):
    """What was granted beforehand came into force with the start: time, and rest breaks during which the clock stands.

    `extra` is the roster's own word ("15", "25%").
    """

    kind: ClassVar[str] = "arrangement_applied/1"
    attempt_id: Id
    part: PartIndex
    extra: Label
    extra_ms: Span
    break_ms: Span
    officer_id: Id


@dataclass(frozen=True, slots=True)
class WorkResumed(Event):
    """A machine shows its paper again, after a time in which it could not.

    `since_ms` as the machine says, `from_ms` as the server believes: not before it last heard of it (`heard_ms`, None:
    not known) nor before the newest record made there. The loss ends at `believed_at_ms`.
    """

    kind: ClassVar[str] = "work_resumed/1"
    attempt_id: Id
    generation: Generation
    part: PartIndex
    since_ms: Instant
    heard_ms: Instant | None
    from_ms: Instant
    made_at_ms: Instant
    believed_at_ms: Instant
    uncertainty_ms: Span


@dataclass(frozen=True, slots=True)
class Stretch(Shaped):
    """A time in which a candidate could not work, though their clock ran; closed-open."""

    from_ms: Instant
    to_ms: Instant


@dataclass(frozen=True, slots=True)
class CompensationDecided(Event):
    """An officer accepted a proposed compensation (`ms` of it), or refused it (`ms` 0).

    `loss` is the number of the journal's record that the loss rests on, `stretches` the times it came to then.
    `reopened`: the clock had ended the part meanwhile, and it goes on.
    """

    kind: ClassVar[str] = "compensation_decided/1"
    attempt_id: Id
    part: PartIndex
    loss: Seq
    stretches: Annotated[tuple[Stretch, ...], Items(MAX_STRETCHES)]
    ms: Span
    cause: Cause
    reason: Line
    officer_id: Id
    reopened: bool


@dataclass(frozen=True, slots=True)
class LateDecided(Event):
    """Late records of one candidate's part were accepted or refused; `records` are their numbers in this journal.

    The digest, the receipt and the rest are those after the decision; instants None while the part runs.
    """

    kind: ClassVar[str] = "late_decided/1"
    attempt_id: Id
    part: PartIndex
    records: Annotated[tuple[Seq, ...], Items(MAX_LATE)]
    accepted: bool
    reason: Line
    officers: Annotated[tuple[Id, ...], Items(2)]
    responses_sha256: Digest
    receipt: Annotated[str, Text(9, 9)]
    answered: Count
    finished_at_ms: Instant | None
    time_taken_ms: Span | None


TIME_KINDS: dict[str, EventSpec] = kinds(ArrangementApplied, WorkResumed, CompensationDecided, LateDecided)

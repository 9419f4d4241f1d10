"""The journal's event kinds of a sitting. docs/journal.md lists every kind and field for people.

Instants are ms of room time. Bodies carry random ids, never names or codes; what happened when is also the record's
own `at_ms`, which evolve receives beside the event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from server.domain import hall_events, readiness_events, rescue_events, result_events, sheet_events, standby_events
from server.domain.event import (
    COMMON,
    ClockAnchored,
    EpochBegan,
    Event,
    EventSpec,
    RequestConflict,
    RequestRefused,
    RequestUnreadable,
    kinds,
)
from server.domain.plan import (
    GroupPlan,
    Ids,
    ItemPlan,
    OptionIds,
    PackagePair,
    PackageRef,
    PartPlan,
    SectionPlan,
    SittingRules,
    Word,
)
from server.domain.result_events import SittingClosed as SittingClosed
from server.domain.run_events import KINDS as RUN_KINDS
from server.domain.time_events import TIME_KINDS, Generation
from server.domain.values import (
    Attendance,
    Cause,
    CloseCause,
    HowChosen,
    IncidentCategory,
    LateWhy,
    RosterChange,
    SetName,
)
from server.protocol.records import MAX_PARTS, PartIndex
from server.protocol.shape import (
    Count,
    Digest,
    Id,
    Instant,
    Items,
    Label,
    Line,
    Name,
    Response,
    Source,
    Span,
    Text,
)
from server.protocol.situation import MAX_ITEMS

__all__ = [
    "KINDS", "ClockAnchored", "EpochBegan", "GroupPlan", "ItemPlan", "PackagePair", "PackageRef", "PartPlan", "RequestConflict",
    "RequestRefused", "RequestUnreadable", "SectionPlan", "SittingRules",
]  # fmt: skip

Receipt = Annotated[str, Text(9, 9)]


# --- before the start -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SittingPrepared(Event):
    """The sitting's file was taken into the room."""

    kind: ClassVar[str] = "sitting_prepared/1"
    sitting_id: Id
    contest_id: Id
    round_id: Id
    parts: Annotated[tuple[PartPlan, ...], Items(MAX_PARTS)]
    rules: SittingRules
    packages: PackagePair
    officer_id: Id


@dataclass(frozen=True, slots=True)
class SetChosen(Event):
    """Which set will be opened, and how that was decided; a lot leaves its seed."""

    kind: ClassVar[str] = "set_chosen/1"
    set: SetName
    how: HowChosen
    draw_seed: Digest | None
    reason: Line
    officer_id: Id
    second_officer_id: Id | None


@dataclass(frozen=True, slots=True)
class PackageUnsealed(Event):
    """The custodians' shares opened the paper. `override`: why it was opened before its time, or None."""

    kind: ClassVar[str] = "package_unsealed/1"
    package_id: Id
    manifest_sha256: Digest
    set: SetName
    sections: Annotated[tuple[SectionPlan, ...], Items(MAX_PARTS)]
    bodies: Annotated[tuple[Name, ...], Items(16)]
    officers: Annotated[tuple[Id, ...], Items(16)]
    override: Line | None


@dataclass(frozen=True, slots=True)
class RosterChanged(Event):
    """A roster entry was added, corrected or substituted by two officers; `entry_sha256` is salted."""

    kind: ClassVar[str] = "roster_changed/1"
    candidate_id: Id
    change: RosterChange
    entry_sha256: Digest
    reason: Line
    officers: Annotated[tuple[Id, ...], Items(2)]


@dataclass(frozen=True, slots=True)
class AttendanceRecorded(Event):
    """What the check-in table saw."""

    kind: ClassVar[str] = "attendance_recorded/1"
    candidate_id: Id
    state: Attendance
    identity_seen: bool
    officer_id: Id


@dataclass(frozen=True, slots=True)
class AccessCodeReissued(Event):
    """A candidate got a new access code; the old one is dead."""

    kind: ClassVar[str] = "access_code_reissued/1"
    candidate_id: Id
    reason: Line
    officer_id: Id


@dataclass(frozen=True, slots=True)
class CandidateSeated(Event):
    """A candidate signed in. `generation` counts their sign-ins; only `source` speaks for this one."""

    kind: ClassVar[str] = "candidate_seated/1"
    attempt_id: Id
    candidate_id: Id
    kiosk_id: Id
    seat_label: Label
    generation: Generation
    source: Source


@dataclass(frozen=True, slots=True)
class IdentityConfirmed(Event):
    """The candidate confirmed that the record shown is theirs."""

    kind: ClassVar[str] = "identity_confirmed/1"
    attempt_id: Id
    generation: Generation


# --- while it runs --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SittingOpened(Event):
    """A part was started for the room."""

    kind: ClassVar[str] = "sitting_opened/1"
    part: PartIndex
    officer_id: Id


@dataclass(frozen=True, slots=True)
class AttemptOpened(Event):
    """A candidate's clock started; the order is what they see, and what an appeal shows."""

    kind: ClassVar[str] = "attempt_opened/1"
    attempt_id: Id
    part: PartIndex
    section_id: Id
    form_id: Id
    item_ids: Ids
    option_ids: Annotated[Mapping[Id, OptionIds], Items(MAX_ITEMS)]
    opened_at_ms: Instant
    duration_ms: Span


@dataclass(frozen=True, slots=True)
class ResponseSaved(Event):
    """A response counts. `made_at_ms` as the kiosk said, `believed_at_ms` as the server took it."""

    kind: ClassVar[str] = "response_saved/1"
    attempt_id: Id
    generation: Generation
    part: PartIndex
    item_id: Id
    response: Response
    made_at_ms: Instant
    believed_at_ms: Instant
    uncertainty_ms: Span


@dataclass(frozen=True, slots=True)
class ResponseCleared(Event):
    """A response was taken back."""

    kind: ClassVar[str] = "response_cleared/1"
    attempt_id: Id
    generation: Generation
    part: PartIndex
    item_id: Id
    made_at_ms: Instant
    believed_at_ms: Instant
    uncertainty_ms: Span


@dataclass(frozen=True, slots=True)
class ItemFlagged(Event):
    """An item was marked to come back to, or the mark was taken away."""

    kind: ClassVar[str] = "item_flagged/1"
    attempt_id: Id
    generation: Generation
    part: PartIndex
    item_id: Id
    flagged: bool
    made_at_ms: Instant
    believed_at_ms: Instant


@dataclass(frozen=True, slots=True)
class LateRecorded(Event):
    """A record that does not count as it stands, kept for an official's decision; `response` of an action: `{"n", "action"}`."""

    kind: ClassVar[str] = "late_recorded/1"
    attempt_id: Id
    generation: Generation
    part: PartIndex
    what: Word
    item_id: Id | None
    response: Response | None
    responses_sha256: Digest | None
    made_at_ms: Instant
    believed_at_ms: Instant
    uncertainty_ms: Span
    why: LateWhy


@dataclass(frozen=True, slots=True)
class SeatPaused(Event):
    """A candidate's clock was stopped."""

    kind: ClassVar[str] = "seat_paused/1"
    attempt_id: Id
    part: PartIndex
    reason: Line
    cause: Cause
    officer_id: Id


@dataclass(frozen=True, slots=True)
class SeatResumed(Event):
    """A candidate's clock runs again."""

    kind: ClassVar[str] = "seat_resumed/1"
    attempt_id: Id
    part: PartIndex
    reason: Line
    officer_id: Id | None  # None: the room, at the end of a rest break


@dataclass(frozen=True, slots=True)
class TimeExtended(Event):
    """A candidate was given time."""

    kind: ClassVar[str] = "time_extended/1"
    attempt_id: Id
    part: PartIndex
    ms: Span
    reason: Line
    cause: Cause
    officer_id: Id


@dataclass(frozen=True, slots=True)
class SeatSubmitted(Event):
    """A candidate ended the part. When the two digests differ, no mark is shown until an official has looked."""

    kind: ClassVar[str] = "seat_submitted/1"
    attempt_id: Id
    generation: Generation
    part: PartIndex
    responses_sha256: Digest
    claimed_sha256: Digest
    receipt: Receipt
    answered: Count
    of: Count
    made_at_ms: Instant
    believed_at_ms: Instant
    uncertainty_ms: Span
    finished_at_ms: Instant
    time_taken_ms: Span


@dataclass(frozen=True, slots=True)
class SeatClosed(Event):
    """The room ended the part for a candidate: at the deadline (`finished_at_ms` is the deadline), or an officer."""

    kind: ClassVar[str] = "seat_closed/1"
    attempt_id: Id
    part: PartIndex
    responses_sha256: Digest
    receipt: Receipt
    answered: Count
    of: Count
    finished_at_ms: Instant
    time_taken_ms: Span
    cause: CloseCause
    reason: Line
    officer_id: Id | None


@dataclass(frozen=True, slots=True)
class PartClosed(Event):
    """A part is over for the room; nobody can be started in it any more."""

    kind: ClassVar[str] = "part_closed/1"
    part: PartIndex
    officer_id: Id


# --- at any time ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ConnectionLost(Event):
    """A kiosk fell silent; `heard_ms`: when it was last heard, where that is known."""

    kind: ClassVar[str] = "connection_lost/1"
    kiosk_id: Id
    attempt_id: Id | None
    heard_ms: Instant | None = None


@dataclass(frozen=True, slots=True)
class ConnectionRestored(Event):
    """A kiosk is heard again."""

    kind: ClassVar[str] = "connection_restored/1"
    kiosk_id: Id
    attempt_id: Id | None


@dataclass(frozen=True, slots=True)
class IncidentRecorded(Event):
    """Something out of the ordinary; `officer_id` is None when the server noticed it itself."""

    kind: ClassVar[str] = "incident_recorded/1"
    attempt_id: Id | None
    category: IncidentCategory
    note: Annotated[str, Text(0, 2000)]
    officer_id: Id | None


KINDS: dict[str, EventSpec] = COMMON | TIME_KINDS | kinds(*readiness_events.EVENTS, *hall_events.EVENTS) | kinds(
    SittingPrepared, SetChosen, PackageUnsealed, RosterChanged, AttendanceRecorded, AccessCodeReissued,
    CandidateSeated, IdentityConfirmed, SittingOpened, AttemptOpened, ResponseSaved, ResponseCleared, ItemFlagged,
    LateRecorded, SeatPaused, SeatResumed, TimeExtended, SeatSubmitted, SeatClosed, PartClosed, SittingClosed,
    ConnectionLost, ConnectionRestored, IncidentRecorded,
) | RUN_KINDS | rescue_events.KINDS | result_events.KINDS | standby_events.KINDS | sheet_events.KINDS  # fmt: skip

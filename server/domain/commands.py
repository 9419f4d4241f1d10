"""What may be asked of a sitting. A command says what someone wants; `sitting.decide` says what happens.

`who` is a tuple of attempt ids, or None for everybody concerned. Instants are ms of room time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias

from server.domain.arrangements import Arrangement
from server.domain.events import PackagePair, PartPlan, SectionPlan, SittingRules
from server.domain.hall_commands import HallCommand
from server.domain.readiness_commands import OverrideReadiness, StartCheck, WithdrawOverride
from server.domain.rescue_commands import MoveSeat, RecordRescue
from server.domain.result_events import CopiesAtClosing
from server.domain.sheet_commands import SheetCommand
from server.domain.standby_commands import DecideBranchOrder, KeepBranch, NoteStandby, RecoverRecord
from server.domain.time_commands import DecideCompensation, DecideLate, Who
from server.domain.values import Attendance, Cause, HowChosen, IncidentCategory, RosterChange, SetName
from server.protocol.records import CandidateRecord

__all__ = ["DecideCompensation", "DecideLate", "Who"]


@dataclass(frozen=True, slots=True)
class PrepareSitting:
    """Take a sitting's definition into the room."""

    sitting_id: str
    contest_id: str
    round_id: str
    parts: tuple[PartPlan, ...]
    rules: SittingRules
    packages: PackagePair
    officer_id: str


@dataclass(frozen=True, slots=True)
class ChooseSet:
    """Decide which set is opened. A lot: `draw_seed` is 32 bytes in hex, and its first bit is the set (0 primary)."""

    set: SetName
    how: HowChosen
    draw_seed: str | None
    reason: str
    officer_id: str
    second_officer_id: str | None = None


@dataclass(frozen=True, slots=True)
class RecordUnsealing:
    """The custodians' shares have opened the chosen package's paper."""

    package_id: str
    manifest_sha256: str
    set: SetName
    sections: tuple[SectionPlan, ...]
    bodies: tuple[str, ...]
    officers: tuple[str, ...]
    override: str | None


@dataclass(frozen=True, slots=True)
class SeatCandidate:
    """A candidate whose access code the edge has verified takes a seat; `attempt_id` is used when they have none yet."""

    candidate_id: str
    attempt_id: str
    kiosk_id: str
    seat_label: str
    source: str


@dataclass(frozen=True, slots=True)
class KioskRecord:
    """A candidate's record, as it came from stream `source` under `source_seq`.

    `not_before_ms`: an instant by which the kiosk had delivered all it had made (see docs/protocol.md, Time), 0 when
    none is known; an earlier claim is not believed. `heard_ms`: when the server last heard this machine work before the
    connection that brings the record; None when that is not known.
    """

    record: CandidateRecord
    source: str
    source_seq: int
    not_before_ms: int = 0
    heard_ms: int | None = None


@dataclass(frozen=True, slots=True)
class StartPart:
    """Start a part's clock: for all who are seated and confirmed (None), or for these attempts, late-comers too.

    `seed` (32 random bytes) decides each candidate's order; `arrangements` by candidate, from the roster; `check`: what the
    room found of the machines, None in a room without machines.
    """

    part: int
    who: Who
    seed: bytes
    officer_id: str
    arrangements: Mapping[str, Arrangement] = field(default_factory=dict)
    check: StartCheck | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop the clock."""

    who: Who
    reason: str
    cause: Cause
    officer_id: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Let the clock run again."""

    who: Who
    reason: str
    officer_id: str


@dataclass(frozen=True, slots=True)
class Extend:
    """Give time."""

    who: Who
    ms: int
    reason: str
    cause: Cause
    officer_id: str


@dataclass(frozen=True, slots=True)
class CloseSeat:
    """End the part for one candidate with what is held."""

    attempt_id: str
    reason: str
    officer_id: str


@dataclass(frozen=True, slots=True)
class ClosePart:
    """End a part for everybody still in it."""

    part: int
    reason: str
    officer_id: str


@dataclass(frozen=True, slots=True)
class CloseSitting:
    """End the sitting, and its journal. `copies`: where everybody's work is now, as far as the room knows."""

    officer_id: str
    reason: str = ""
    copies: CopiesAtClosing | None = None


@dataclass(frozen=True, slots=True)
class RecordAttendance:
    """Note what the check-in table saw."""

    candidate_id: str
    state: Attendance
    identity_seen: bool
    officer_id: str


@dataclass(frozen=True, slots=True)
class RecordRosterChange:
    """Note that two officers changed a roster entry."""

    candidate_id: str
    change: RosterChange
    entry_sha256: str
    reason: str
    officers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordCodeReissue:
    """Note that a candidate got a new access code."""

    candidate_id: str
    reason: str
    officer_id: str


@dataclass(frozen=True, slots=True)
class RecordIncident:
    """Note an incident."""

    attempt_id: str | None
    category: IncidentCategory
    note: str
    officer_id: str | None


@dataclass(frozen=True, slots=True)
class RecordConnection:
    """Note that a kiosk fell silent (last heard at `heard_ms`, where that is known), or is heard again."""

    kiosk_id: str
    attempt_id: str | None
    change: Literal["lost", "restored"]
    heard_ms: int | None = None


@dataclass(frozen=True, slots=True)
class AnchorClock:
    """Tie room time to a clock; `moved_ms` by how much it was moved to follow the kiosks after a restart."""

    at_ms: int
    wall_ms: int
    reason: str
    officer_id: str | None = None
    moved_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """Close every attempt whose deadline and grace have passed; nothing when there is none."""

    what: ClassVar[str] = "Tick"


StandbyCommand: TypeAlias = NoteStandby | KeepBranch | RecoverRecord
OfficerCommand: TypeAlias = (
    PrepareSitting | ChooseSet | RecordUnsealing | StartPart | Pause | Resume | Extend | CloseSeat | ClosePart
    | CloseSitting | RecordAttendance | RecordRosterChange | RecordCodeReissue | RecordIncident | AnchorClock
    | DecideCompensation | DecideLate
    | MoveSeat
    | OverrideReadiness | WithdrawOverride
    | DecideBranchOrder
    | HallCommand
)  # fmt: skip
Command: TypeAlias = (
    StandbyCommand
    | SheetCommand
    | OfficerCommand
    | SeatCandidate
    | KioskRecord
    | RecordConnection
    | Tick
    | RecordRescue
)


def what(command: object) -> str:
    """The name a refusal is journalled under: the record's kind, or the command's name."""
    return command.record.KIND if isinstance(command, KioskRecord) else type(command).__name__


def holds_a_secret(command: object) -> bool:
    """Whether the message behind this command must not be kept: a sign-in holds an access code."""
    return isinstance(command, SeatCandidate)

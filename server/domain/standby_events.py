"""Event kinds about the second server: whether it has everything, and what came back from a history that lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from server.domain.event import Event, EventSpec, kinds
from server.domain.values import BranchDecision, StandbyWhy
from server.protocol.shape import Digest, Id, Instant, Label, Line, Source, Text, Whole

Epoch = Annotated[int, Whole(0)]
Number = Annotated[int, Whole(0)]
ServerId = Annotated[str, Text(1, 32)]


@dataclass(frozen=True, slots=True)
class StandbyLost(Event):
    """From here on records are on one server only. `why`: it was silent for too long, or too slow."""

    kind: ClassVar[str] = "standby_lost/1"
    server_id: ServerId
    why: StandbyWhy


@dataclass(frozen=True, slots=True)
class StandbyRejoined(Event):
    """From here on records are on both servers before they are acknowledged; everything earlier is too."""

    kind: ClassVar[str] = "standby_rejoined/1"
    server_id: ServerId


@dataclass(frozen=True, slots=True)
class BranchKept(Event):
    """A server that had gone on beside this one has handed over what only it had: a signed file, by its digest."""

    kind: ClassVar[str] = "branch_kept/1"
    branch_sha256: Digest
    server_id: ServerId
    epoch: Epoch  # of its last record
    from_seq: Number  # the last record both have
    from_hash: Digest
    to_seq: Number
    to_hash: Digest


@dataclass(frozen=True, slots=True)
class RecordRecovered(Event):
    """The request of this record was taken in from a branch, where it had this epoch, number and hash."""

    kind: ClassVar[str] = "record_recovered/1"
    epoch: Epoch
    seq: Number
    hash: Digest


@dataclass(frozen=True, slots=True)
class BranchSeatKept(Event):
    """A sign-in on the branch of somebody who sits elsewhere here: its records wait for an official. Ids as they are here."""

    kind: ClassVar[str] = "branch_seat_kept/1"
    attempt_id: Id
    generation: Annotated[int, Whole(1, 1_000_000)]
    source: Source
    kiosk_id: Id
    seat_label: Label


@dataclass(frozen=True, slots=True)
class BranchOrderKept(Event):
    """An officer's order on the branch, which is not in force here until an officer says so."""

    kind: ClassVar[str] = "branch_order_kept/1"
    epoch: Epoch
    seq: Number
    hash: Digest
    ordered: Annotated[str, Text(1, 64)]  # the record's kind
    attempt_id: Id | None
    officer_id: Id | None
    at_ms: Instant


@dataclass(frozen=True, slots=True)
class BranchOrderDecided(Event):
    """An officer has looked at an order of the branch: it was given again here, or let be."""

    kind: ClassVar[str] = "branch_order_decided/1"
    hash: Digest
    decision: BranchDecision
    reason: Line
    officer_id: Id


KINDS: dict[str, EventSpec] = kinds(
    StandbyLost, StandbyRejoined, BranchKept, RecordRecovered, BranchSeatKept, BranchOrderKept, BranchOrderDecided
)

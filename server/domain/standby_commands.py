"""What may be asked about the second server and about a branch that came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from server.domain.event import Event
from server.domain.values import BranchDecision, StandbyWhy


@dataclass(frozen=True, slots=True)
class NoteStandby:
    """The standby does not have everything any more (with `why`), or has it again."""

    change: Literal["lost", "rejoined"]
    server_id: str
    why: StandbyWhy = StandbyWhy.GONE


@dataclass(frozen=True, slots=True)
class KeepBranch:
    """A branch was stored; numbers and hashes (hex) as in its file."""

    branch_sha256: str
    server_id: str
    epoch: int
    from_seq: int
    from_hash: str
    to_seq: int
    to_hash: str


@dataclass(frozen=True, slots=True)
class RecoverRecord:
    """One request of a branch: its events, and the epoch, number, hash (hex) and instant of its first record there.

    `source`, `source_seq`: whose it was; `seqs`: the number of each event's own record, where the first is not all there is.
    """

    events: tuple[Event, ...]
    source: str
    source_seq: int
    epoch: int
    seq: int
    hash: str
    at_ms: int
    seqs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DecideBranchOrder:
    """An officer has given an order of the branch again, or lets it be."""

    hash: str
    decision: BranchDecision
    reason: str
    officer_id: str

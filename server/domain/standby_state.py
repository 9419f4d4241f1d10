"""How many servers hold the journal, and which branches of it were set aside: a part of the sitting's state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.domain.standby_events import BranchKept, BranchOrderKept
from server.domain.timing import Origin
from server.domain.values import StandbyWhy


@dataclass(frozen=True, slots=True)
class StandbyState:
    """The standby, as the journal tells it.

    `server_id`: of the one that was last in step, None when none ever was. `lost_at_ms`: since when it has not
    everything, None while it has. `orders`: by hash, what officers ordered on a branch and nobody has looked at yet.
    `seats`: by outbox of a sign-in that only a branch knows, the attempt here of the same candidate; `kiosks`: by that
    outbox, its machine. `records`: by an order's hash, everything it ordered, one candidate's each; `settled`: the records
    (epoch and number) of orders that were decided. `term_began_ms`: when a server took over last, None when none did.
    """

    server_id: str | None = None
    lost_at_ms: int | None = None
    why: StandbyWhy | None = None
    branches: tuple[BranchKept, ...] = ()
    orders: Mapping[str, BranchOrderKept] = field(default_factory=dict)
    seats: Mapping[str, str] = field(default_factory=dict)
    kiosks: Mapping[str, str] = field(default_factory=dict)
    records: Mapping[str, tuple[BranchOrderKept, ...]] = field(default_factory=dict)
    settled: frozenset[Origin] = frozenset()
    term_began_ms: int | None = None

    @property
    def waiting(self) -> frozenset[Origin]:
        """The records of orders that nobody has decided on."""
        return frozenset((one.epoch, one.seq) for found in self.records.values() for one in found)

    @property
    def in_step(self) -> bool:
        """Whether everything acknowledged is on both servers."""
        return self.server_id is not None and self.lost_at_ms is None


NO_STANDBY = StandbyState()

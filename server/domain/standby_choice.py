"""Whether enough kiosks have turned to the standby for it to offer itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from server.domain.state import SittingState


@dataclass(frozen=True, slots=True)
class Votes:
    """Seated kiosks, and how many of them have promised the next epoch."""

    promised: int
    seated: int

    @property
    def majority(self) -> bool:
        """Whether more than half of the seated kiosks have; never where nobody sits."""
        return 2 * self.promised > self.seated


def seated_kiosks(state: SittingState) -> frozenset[str]:
    """The machines somebody sits at who has not finished: whose word counts."""
    return frozenset(
        attempt.seat.kiosk_id
        for attempt in state.attempts.values()
        if attempt.current is None or attempt.running is not None
    )


def votes(state: SittingState, promises: Mapping[str, int], epoch: int) -> Votes:
    """How many seated kiosks have promised this epoch; `promises` by machine."""
    seated = seated_kiosks(state)
    return Votes(sum(1 for machine in seated if promises.get(machine) == epoch), len(seated))

"""What a console asks when a candidate is to go on at another seat."""

from __future__ import annotations

from dataclasses import dataclass

from server.domain.rescue_commands import MoveSeat
from server.domain.values import Cause
from server.protocol.shape import Id, Label, Line, Shaped


@dataclass(frozen=True, slots=True)
class Move(Shaped):
    """Send a candidate to another seat; `to` is its machine (None: wherever there is a free one), `seat` its name."""

    attempt_id: Id
    to: Id | None
    seat: Label
    reason: Line
    cause: Cause
    pause: bool

    def command(self, officer_id: str) -> MoveSeat:
        """The sitting's command."""
        return MoveSeat(self.attempt_id, self.to, self.seat, self.reason, self.cause, officer_id, self.pause)

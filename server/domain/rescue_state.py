"""Who is between two seats, and from when on an outbox no longer counts: a part of the sitting's state. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Move:
    """An officer's order to change seats; it ends the generation it was given to. `at_ms` is room time."""

    at_ms: int
    to_kiosk_id: str | None
    to_seat: str
    officer_id: str


@dataclass(frozen=True, slots=True)
class RescueState:
    """The moves that were ordered, by attempt and generation; of each generation the first counts."""

    moves: Mapping[tuple[str, int], Move] = field(default_factory=dict)  # never changed in place

    def move_of(self, attempt_id: str, generation: int) -> Move | None:
        """The order that ended this generation of an attempt, if there was one."""
        return self.moves.get((attempt_id, generation))


NO_RESCUE = RescueState()

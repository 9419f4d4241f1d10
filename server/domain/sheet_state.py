"""What kiosks' seat sheets have brought back: a part of the sitting's state. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.domain.sheet_events import SeatRestored

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TakenSheet:
    """One sheet that told something new, and when it was taken in."""

    event: SeatRestored
    at_ms: int

    @property
    def given_ms(self) -> int:
        """The time it brought back."""
        return sum(one.ms for clock in self.event.clocks for one in clock.extensions)

    @property
    def pauses(self) -> int:
        """How many pauses, or ends of pauses, it brought back."""
        return sum(len(clock.pauses) for clock in self.event.clocks)


@dataclass(frozen=True, slots=True)
class SheetState:
    """`taken`, oldest first. `covers`: by record that gave it, the times which a compensation of another server made good.

    `disputed`: starts (attempt, part, instant) that stand otherwise here, each told to an official once.
    """

    taken: tuple[TakenSheet, ...] = ()
    covers: Mapping[tuple[int, int], tuple[Span, ...]] = field(default_factory=dict)
    disputed: frozenset[tuple[str, int, int]] = frozenset()


NO_SHEETS = SheetState()

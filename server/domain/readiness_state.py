"""How ready a room is, as far as the journal records it: a part of the sitting's state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Override:
    """One machine that may start in spite of these findings."""

    seat_label: str
    lacks: frozenset[str]
    reason: str
    officer_id: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class ReadinessState:
    """Who overrode what before the start, by machine; and when a start was last checked."""

    overridden: Mapping[str, Override] = field(default_factory=lambda: MappingProxyType({}))
    checked_at_ms: int | None = None

    def open_lacks(self, kiosk_id: str, lacks: tuple[str, ...]) -> tuple[str, ...]:
        """What of these findings no override of this machine covers."""
        override = self.overridden.get(kiosk_id)
        return lacks if override is None else tuple(one for one in lacks if one not in override.lacks)


NOTHING_READY = ReadinessState()

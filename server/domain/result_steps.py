"""What events about a sitting's own way make of its state. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from server.domain.event import Event
from server.domain.result_events import RoomRestored
from server.domain.result_state import ResultState
from server.domain.state import SittingState


def _room_restored(state: SittingState, event: RoomRestored, at_ms: int, seq: int) -> SittingState:
    return replace(state, result=ResultState(at_ms))


STEPS: Mapping[type[Event], Callable[[SittingState, Any, int, int], SittingState]] = {RoomRestored: _room_restored}

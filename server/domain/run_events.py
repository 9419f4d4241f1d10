"""What a sitting's journal holds of actions in simulators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from server.domain.event import Event, EventSpec, kinds
from server.protocol.records import MAX_ACTIONS, PartIndex
from server.protocol.shape import Id, Instant, Response, Span, Whole

Generation = Annotated[int, Whole(1, 1_000_000)]


@dataclass(frozen=True, slots=True)
class ActionTaken(Event):
    """An action counts. `made_at_ms` as the kiosk said, and as its simulator took it; `believed_at_ms` as the server took it."""

    kind: ClassVar[str] = "action_taken/1"
    attempt_id: Id
    generation: Generation
    part: PartIndex
    item_id: Id
    n: Annotated[int, Whole(1, MAX_ACTIONS)]
    action: Response
    made_at_ms: Instant
    believed_at_ms: Instant
    uncertainty_ms: Span


KINDS: dict[str, EventSpec] = kinds(ActionTaken)

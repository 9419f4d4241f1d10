"""Event kinds about a sitting's end, and about what outlives its server: that the room was put back from a backup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from server.domain.event import Event, EventSpec, kinds
from server.protocol.shape import Count, Id, Instant, Items, Label, Line, Seq, Shaped, Text, Whole


@dataclass(frozen=True, slots=True)
class RoomRestored(Event):
    """The room was put back from backup `number`, made at room time `backup_at_ms`; what came after it was lost here.

    Kiosks bring back what they still hold. It stands in one request with the `epoch_began/1` that it begins with.
    """

    kind: ClassVar[str] = "room_restored/1"
    backup_at_ms: Instant
    number: Seq


@dataclass(frozen=True, slots=True)
class MissingCopies(Shaped):
    """A candidate whose work was not known to be in every copy at the closing.

    `copies`: in how many places it was known to be; `why` as docs/protocol.md lists.
    """

    attempt_id: Id
    seat_label: Label
    copies: Annotated[int, Whole(0, 9)]
    why: Annotated[str, Text(1, 32)]


@dataclass(frozen=True, slots=True)
class CopiesAtClosing(Shaped):
    """In how many places everybody's work should be (kiosk and servers), of how many candidates it was, and who is left."""

    required: Annotated[int, Whole(1, 9)]
    whole: Count
    missing: Annotated[tuple[MissingCopies, ...], Items(5_000)]


@dataclass(frozen=True, slots=True)
class SittingClosed(Event):
    """The sitting is over, and its journal ends here. `reason`: why it was closed although copies were missing."""

    kind: ClassVar[str] = "sitting_closed/1"
    officer_id: Id
    reason: Line = ""
    copies: CopiesAtClosing | None = None


KINDS: dict[str, EventSpec] = kinds(RoomRestored)

"""What a picture of the room says of sheets that wait for their paper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WaitingSheets:
    """Machines whose sheets rest on a paper that is not open here, and since when.

    `other_set`: another paper is open here than theirs, so the sitting has to go over to the other set first.
    """

    machines: int
    since_ms: int
    other_set: bool = False

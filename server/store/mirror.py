"""What the committer asks of a second server: to have the records too, before anybody is told that they are saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from server.domain.chain import Head
from server.store.record import Record


@dataclass(frozen=True, slots=True)
class Kept:
    """On how many further servers the records are; `note` is a command of the room's own to be journalled at once."""

    copies: int
    note: object | None = None


class Mirror(Protocol):
    """The other copy of one journal. Called on the hub, by the committer alone."""

    def began(self, head: Head) -> None:
        """The journal stands here; what comes next follows it."""

    def keep(self, records: Sequence[Record]) -> Kept:
        """Have the records elsewhere, waiting for it as long as the rules say. Never raises."""


class Alone:
    """No second server."""

    def began(self, head: Head) -> None:
        """Nobody wants to know."""

    def keep(self, records: Sequence[Record]) -> Kept:
        """They are where they are."""
        return Kept(0)

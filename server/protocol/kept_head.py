"""What a kiosk keeps of a sitting's journal, and shows to whoever checks that journal later. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from server.protocol.shape import Digest, Id, Instant, Items, Label, Shaped, Source, Text, Whole

FORMAT: Final = "exam-head/1"
MAX_SITTINGS: Final = 50  # a machine's years; bounds what a hundred trial sittings leave behind
MAX_LISTED: Final = 10 * MAX_SITTINGS  # files in a folder of heads that somebody else may have filled


@dataclass(frozen=True, slots=True)
class KeptHead(Shaped):
    """Record `seq` of a sitting's journal as the room acknowledged it to the stream `source`; `at_ms` is room time then."""

    format: Literal["exam-head/1"]
    room_id: Id
    sitting_id: Id
    source: Source
    epoch: Annotated[int, Whole()]
    seq: Annotated[int, Whole()]
    hash: Digest
    at_ms: Instant

    def is_after(self, other: KeptHead | None) -> bool:
        """Whether this is the journal's later word: a newer epoch counts before a higher number."""
        return other is None or (self.epoch, self.seq) > (other.epoch, other.seq)


@dataclass(frozen=True, slots=True)
class KeptHeads(Shaped):
    """What `examroom-kiosk heads --json` prints: of the machine at `seat`, newest first; files that cannot be read."""

    what: Literal["heads"]
    seat: Label | None
    heads: Annotated[tuple[KeptHead, ...], Items(MAX_LISTED)]
    damaged: Annotated[tuple[Annotated[str, Text(1, 255)], ...], Items(MAX_LISTED)]

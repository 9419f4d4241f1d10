"""What became of a file of rescued answers, for people: kept beside the file, and shown on the console and command line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, Literal

from server.domain.rescue_events import Carrier, Generation
from server.protocol.rescue import MAX_STREAMS
from server.protocol.shape import Count, Digest, Id, Instant, Items, Label, Shaped, Source, Text, Whole

FORMAT: Final = "exam-rescue-report/1"


class RescueFault(StrEnum):
    """Why a file was not taken in: nothing was done with it, and nothing kept."""

    TOO_LARGE = "too_large"
    NOT_RESCUE = "not_rescue"  # no file of this format at all
    OTHER_ROOM = "other_room"  # made for another room, or its beginning is damaged
    DAMAGED = "damaged"  # cut short or changed
    UNREADABLE = "unreadable"  # whole, and yet not what this version reads
    UNKNOWN_MACHINE = "unknown_machine"  # signed by no machine that was ever paired here
    FORGED = "forged"  # bears the key of a machine of ours, which did not sign it
    TOO_MANY = "too_many"  # the room keeps so many already
    DISK = "disk"  # the server's disk does not take it


class Kept(StrEnum):
    """Why records are in the file alone and not in the journal."""

    NO_SITTING = "no_sitting"
    OTHER_SITTING = "other_sitting"  # its sitting is not the one served now
    ENDED = "ended"  # the sitting is closed, its journal signed
    UNKNOWN_SIGN_IN = "unknown_sign_in"  # no sign-in of the journal began this outbox
    OTHER_MACHINE = "other_machine"  # the sign-in was at another machine than the one that signed the file
    GAP = "gap"  # a record before these is missing
    NOT_STORED = "not_stored"  # the server's disk did not take them
    NOT_STARTED = "not_started"  # another server started what they speak of, and this one has not been told


class HeadFound(StrEnum):
    """Whether the journal is the one that was acknowledged to this machine."""

    SAME = "same"
    DIFFERS = "differs"  # there is another record under that number: the journal was changed, or goes on elsewhere
    MISSING = "missing"  # the journal does not come that far: it was restored from an older copy
    UNKNOWN = "unknown"  # the machine remembers none, or the journal is not here


@dataclass(frozen=True, slots=True)
class Line(Shaped):
    """One outbox. Every record is counted once: `known` came before, `new` counts, `late` waits, the rest by name.

    `changed`: items whose effective answer is another one since.
    """

    source: Source
    attempt_id: Id
    candidate_id: Id | None
    generation: Generation
    records: Count
    known: Count
    new: Count
    late: Count
    refused: Count
    conflict: Count
    kept: Count
    changed: Count
    why: Kept | None


@dataclass(frozen=True, slots=True)
class Report(Shaped):
    """What became of one file. `file_sha256` names its content: the same answers exported again have the same."""

    format: Literal["exam-rescue-report/1"]
    file_sha256: Digest
    taken_in_at_ms: Instant
    officer_id: Id
    carrier: Carrier
    kiosk_id: Id
    seat_label: Label
    build: Annotated[str, Text(0, 100)]
    sitting_id: Id
    head: HeadFound
    lines: Annotated[tuple[Line, ...], Items(MAX_STREAMS)]
    times: Annotated[int, Whole(1)] = 1  # how often it was brought in

    @property
    def is_complete(self) -> bool:
        """Whether the journal holds a verdict on everything in the file."""
        return all(line.kept == 0 for line in self.lines)

    def total(self, name: str) -> int:
        """One of the counts over all outboxes."""
        return sum(int(getattr(line, name)) for line in self.lines)

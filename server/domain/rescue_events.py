"""What a sitting's journal holds of answers that were carried by hand, and of candidates who were moved."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from server.domain.event import Event, EventSpec, kinds
from server.domain.values import Cause
from server.protocol.shape import Count, Digest, Id, Label, Line, Source, Whole

Generation = Annotated[int, Whole(1, 1_000_000)]


class Carrier(StrEnum):
    """How a kiosk's answers came, when not over the line."""

    FILE = "file"  # a file in a form: from a stick
    PHOTOS = "photos"  # pictures of the codes on the kiosk's screen
    CAMERA = "camera"  # the console's own camera, held before that screen
    CLI = "cli"  # the technical team's command line


@dataclass(frozen=True, slots=True)
class AnswersRescued(Event):
    """One outbox of a candidate was brought in by hand; each record stands under its own stream besides.

    `file_sha256`: of the file's content, under which the room keeps the file. `new`: counted, which had not come before;
    `late`: wait for a decision; `refused`: for good; `kept`: not in this journal, in the file alone.
    """

    kind: ClassVar[str] = "answers_rescued/1"
    attempt_id: Id
    generation: Generation
    source: Source
    kiosk_id: Id
    seat_label: Label
    file_sha256: Digest
    carrier: Carrier
    known: Count
    new: Count
    late: Count
    refused: Count
    kept: Count
    officer_id: Id


@dataclass(frozen=True, slots=True)
class SeatMoved(Event):
    """An officer sent a candidate to another seat: what the old machine's candidate does from here on is late.

    `to_kiosk_id` is where they were sent; where they then sat is the next `candidate_seated`. The time between the two is
    what the move took.
    """

    kind: ClassVar[str] = "seat_moved/1"
    attempt_id: Id
    generation: Generation
    from_kiosk_id: Id
    from_seat: Label
    to_kiosk_id: Id | None
    to_seat: Label
    reason: Line
    cause: Cause
    officer_id: Id


KINDS: dict[str, EventSpec] = kinds(AnswersRescued, SeatMoved)

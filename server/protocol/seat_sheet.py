"""The seat sheet: what the room says of one candidate's seat, signed, for a kiosk to keep. docs/seat-sheet.md.

A kiosk can show its own records; who sat down, when a clock started and what officers gave, only the server knew. The
sheet says that in the room's own name, so that the next server may believe it whoever brings it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from question_bank import canonical
from server.protocol.records import MAX_PARTS, PartIndex
from server.protocol.shape import Digest, Id, Instant, Items, Label, Malformed, Shaped, Source, Span, Text, Whole
from server.protocol.sheet_messages import MAX_TEXT
from server.protocol.sheet_messages import SignedSheet as SignedSheet
from server.protocol.situation import MAX_ITEMS, MAX_OPTIONS, Situation

FORMAT: Final = "exam-seat-sheet/1"
MAX_SIGN_INS = 64  # of one candidate: a machine fails once or twice in a sitting
MAX_ENTRIES = 200  # of a clock: as many as a kiosk is shown
MAX_COVERS = 256  # times of one loss, as the event bounds them
MAX_REASON = 120  # characters of an officer's words that travel with an entry

Number = Annotated[int, Whole(0)]
Generation = Annotated[int, Whole(1, 1_000_000)]
CauseWord = Literal["equipment", "hall", "candidate", "arrangement"]
Reason = Annotated[str, Text(0, 500)]


@dataclass(frozen=True, slots=True)
class SheetSeating(Shaped):
    """One sign-in. `sign_in_sha256`: of the record that asked for it, which no kiosk keeps."""

    generation: Generation
    kiosk_id: Id
    seat_label: Label
    source: Source
    at_ms: Instant
    sign_in_sha256: Digest


@dataclass(frozen=True, slots=True)
class SheetMove(Shaped):
    """An officer sent the candidate of this generation to another seat."""

    generation: Generation
    at_ms: Instant
    to_kiosk_id: Id | None
    to_seat: Label
    officer_id: Id


@dataclass(frozen=True, slots=True)
class SheetSpan(Shaped):
    """A time that was made good; closed-open."""

    from_ms: Instant
    to_ms: Instant


@dataclass(frozen=True, slots=True)
class SheetExtension(Shaped):
    """Time given. `epoch`, `seq`: the record that gave it, wherever it is known; `covers`: of a compensation."""

    epoch: Number
    seq: Number
    ms: Span
    reason: Reason
    cause: CauseWord
    at_ms: Instant
    officer_id: Id | None
    compensates: bool
    covers: Annotated[tuple[SheetSpan, ...], Items(MAX_COVERS)]


@dataclass(frozen=True, slots=True)
class SheetPause(Shaped):
    """The clock stood. `to_ms` None: it still did."""

    epoch: Number
    seq: Number
    from_ms: Instant
    to_ms: Instant | None
    reason: Reason
    cause: CauseWord
    officer_id: Id | None
    ended_by: Id | None
    end_reason: Reason


@dataclass(frozen=True, slots=True)
class SheetEnd(Shaped):
    """How the part had ended: by the candidate, the clock, or an officer."""

    epoch: Number
    seq: Number
    at_ms: Instant
    how: Literal["submitted", "deadline", "officer"]


@dataclass(frozen=True, slots=True)
class SheetPart(Shaped):
    """A part that was started for the candidate: its paper, its order, its clock."""

    part: PartIndex
    section_id: Id
    form_id: Id
    item_ids: Annotated[tuple[Id, ...], Items(MAX_ITEMS)]
    option_ids: Annotated[Mapping[Id, Annotated[tuple[Id, ...], Items(MAX_OPTIONS)]], Items(MAX_ITEMS)]
    opened_at_ms: Instant
    duration_ms: Span
    break_ms: Span
    extensions: Annotated[tuple[SheetExtension, ...], Items(MAX_ENTRIES)]
    pauses: Annotated[tuple[SheetPause, ...], Items(MAX_ENTRIES)]
    end: SheetEnd | None


@dataclass(frozen=True, slots=True)
class SeatSheet(Shaped):
    """All of it. `epoch`, `seq`, `hash`: the record of the sitting's journal up to which it tells."""

    format: Literal["exam-seat-sheet/1"]
    room_id: Id
    sitting_id: Id
    attempt_id: Id
    candidate_id: Id
    sbd: Label
    epoch: Number
    seq: Number
    hash: Digest
    made_at_ms: Instant
    seatings: Annotated[tuple[SheetSeating, ...], Items(MAX_SIGN_INS)]
    moves: Annotated[tuple[SheetMove, ...], Items(MAX_SIGN_INS)]
    confirmed: bool
    parts: Annotated[tuple[SheetPart, ...], Items(MAX_PARTS)]

    @property
    def age(self) -> tuple[int, int]:
        """Of two sheets of one seat the newer has the higher one."""
        return self.epoch, self.seq

    def text(self) -> str:
        """The one text of this sheet: canonical JSON."""
        return canonical.encode(self.wire()).decode()


@dataclass(frozen=True, slots=True)
class SheetAck(Shaped):
    """What became of a sheet that a kiosk showed, and the situation now; `reason` where it was refused.

    `taken`: it told something new, which is in the journal now; `known`: it did not; `waits`: part of it rests on a
    paper that is not open here, and it is to be shown again.
    """

    ok: Literal[True]
    outcome: Literal["taken", "known", "waits", "refused"]
    reason: Annotated[str, Text(0, 64)] | None
    situation: Situation


def read_sheet(text: str) -> SeatSheet | Malformed:
    """The sheet in a text, strictly: one text is one sheet, so its digest names it."""
    try:
        value = canonical.decode(text.encode(), 4 * MAX_TEXT, canonical=True)
    except (canonical.CanonicalError, UnicodeEncodeError) as error:
        return Malformed("", str(error))
    sheet = SeatSheet.parse(value)
    if isinstance(sheet, Malformed):
        return sheet
    return sheet if sheet.seatings else Malformed("seatings", "somebody sat down")

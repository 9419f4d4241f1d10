"""Event kinds of what kiosks' seat sheets brought back: docs/seat-sheet.md says what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from server.domain.event import Event, EventSpec, kinds
from server.protocol.records import MAX_PARTS, PartIndex
from server.protocol.seat_sheet import (
    MAX_ENTRIES,
    MAX_SIGN_INS,
    Generation,
    Number,
    SheetExtension,
    SheetMove,
    SheetPause,
)
from server.protocol.shape import Digest, Id, Instant, Items, Label, Shaped, Source, Span

Generations = Annotated[tuple[Generation, ...], Items(MAX_SIGN_INS)]
PartIndexes = Annotated[tuple[PartIndex, ...], Items(MAX_PARTS)]


@dataclass(frozen=True, slots=True)
class SignInRestored(Event):
    """A sign-in that another server took, at `at_ms`; it stands under the number it has always had."""

    kind: ClassVar[str] = "sign_in_restored/1"
    attempt_id: Id
    candidate_id: Id
    kiosk_id: Id
    seat_label: Label
    generation: Generation
    source: Source
    at_ms: Instant


@dataclass(frozen=True, slots=True)
class RestoredClock(Shaped):
    """What was added to a candidate's clock in one part.

    `pauses`: new ones, and those of which the end is new. `reopened`: the clock had ended the part here meanwhile, and
    with this time it goes on.
    """

    part: PartIndex
    extensions: Annotated[tuple[SheetExtension, ...], Items(MAX_ENTRIES)]
    pauses: Annotated[tuple[SheetPause, ...], Items(MAX_ENTRIES)]
    break_ms: Span
    reopened: bool


@dataclass(frozen=True, slots=True)
class DisputedStart(Shaped):
    """A start that the sheet tells of, of a part that was begun otherwise here: nothing of it was taken."""

    part: PartIndex
    opened_at_ms: Instant


@dataclass(frozen=True, slots=True)
class SeatRestored(Event):
    """A sheet was taken in: `kiosk_id` brought it, it told of the record (`epoch`, `seq`, `hash`), and this was new in it.

    `signed_in`: generations; each has a `sign_in_restored/1` before this. `opened`: parts; each an `attempt_opened/1`, or a
    `paper_replaced/1` where the reserve's paper took the place of the one here.
    """

    kind: ClassVar[str] = "seat_restored/1"
    attempt_id: Id
    kiosk_id: Id
    seat_label: Label
    epoch: Number
    seq: Number
    hash: Digest
    sheet_sha256: Digest
    signed_in: Generations
    opened: PartIndexes
    clocks: Annotated[tuple[RestoredClock, ...], Items(MAX_PARTS)]
    moves: Annotated[tuple[SheetMove, ...], Items(MAX_SIGN_INS)]
    disputed: Annotated[tuple[DisputedStart, ...], Items(MAX_PARTS)]


KINDS: dict[str, EventSpec] = kinds(SignInRestored, SeatRestored)

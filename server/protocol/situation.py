"""What the server tells a kiosk about itself: the situation, and the paper. Complete, idempotent, replacing the last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Literal

from server.protocol.hall import QUIET, HallView
from server.protocol.records import PartIndex
from server.protocol.shape import (
    Count,
    Digest,
    Id,
    Instant,
    Items,
    Label,
    Line,
    Name,
    Response,
    Shaped,
    Signed,
    Source,
    Span,
    Text,
    Whole,
)
from server.protocol.sheet_messages import SignedSheet

MAX_ITEMS = 400  # in one section; the largest contest known has 60
MAX_OPTIONS = 256  # of one item: twenty gaps of ten options each, and room
MAX_STREAMS = 256  # outboxes one kiosk ever had in a sitting: one per sign-in
MAX_PACKAGES = 8  # a sitting names two sets

Titles = Annotated[Mapping[Annotated[str, Text(2, 8)], Name], Items(8)]  # by language code: {"vi": …, "en": …}


class SittingPhase(StrEnum):
    """Where a sitting stands, as a kiosk needs to know it: preparing → sealed_ready → open → closed."""

    PREPARING = "preparing"
    SEALED_READY = "sealed_ready"
    OPEN = "open"
    CLOSED = "closed"


class PartPhase(StrEnum):
    """Where a candidate stands in a part.

    waiting → open ⇄ paused; open → grace → closed; open | grace → submitted. Grace: the time is over, and only what
    was made before its end is still received.
    """

    WAITING = "waiting"
    OPEN = "open"
    PAUSED = "paused"
    GRACE = "grace"
    SUBMITTED = "submitted"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class SittingView(Shaped):
    """The sitting this room is in."""

    sitting_id: Id
    title: Titles
    state: SittingPhase
    show_result: Literal["at_once", "later"]
    starts_hint: Name  # as officials wrote it, "08:00"; informs people, decides nothing


@dataclass(frozen=True, slots=True)
class PackageOffer(Shaped):
    """A sealed package to fetch and keep; `path` is asked for with the bearer token."""

    package_id: Id
    bytes: Annotated[int, Whole(0, 8 << 30)]
    sha256: Digest
    path: Annotated[str, Text(1, 200)]


@dataclass(frozen=True, slots=True)
class Stage(Shaped):
    """Which sealed packages every seat holds before the start, and whose signature they bear."""

    signer: Line | None  # the committee's public key line, as in `exam-sitting/1`
    packages: Annotated[tuple[PackageOffer, ...], Items(MAX_PACKAGES)]


@dataclass(frozen=True, slots=True)
class PauseView(Shaped):
    """Why the clock stands still, and since when."""

    reason: Line
    since_at_ms: Instant


@dataclass(frozen=True, slots=True)
class RestView(Shaped):
    """What is left of the rest breaks that were granted beforehand; `ends_at_ms` while one is being taken."""

    left_ms: Span
    ends_at_ms: Instant | None


@dataclass(frozen=True, slots=True)
class ExtensionView(Shaped):
    """Time given, and why; never negative."""

    ms: Span
    reason: Line


@dataclass(frozen=True, slots=True)
class SubmittedView(Shaped):
    """The part is ended; the receipt names the digest of the final responses. `forced`: not by the candidate."""

    at_ms: Instant
    receipt: Annotated[str, Text(9, 9)]
    forced: bool
    answered: Count
    of: Count


@dataclass(frozen=True, slots=True)
class ResultView(Shaped):
    """The result, where the contest shows it at once; marks in hundredths, time in whole seconds.

    `jury`: a step against misconduct stands beside it, about which the jury still decides.
    """

    right: Count
    of: Count
    marks: Signed
    max_marks: Span
    time_taken_s: Span
    jury: bool = False


@dataclass(frozen=True, slots=True)
class PartView(Shaped):
    """The part a candidate is in. `deadline_at_ms` is None while the clock is not running.

    `form_id`: the paper they were started on, None before that. `rest`: None where no breaks were granted, or it has ended.
    """

    index: PartIndex
    count: Annotated[int, Whole(1, 16)]
    title: Titles
    duration_s: Span
    phase: PartPhase
    deadline_at_ms: Instant | None
    remaining_ms: Span
    pause: PauseView | None
    extensions: Annotated[tuple[ExtensionView, ...], Items(200)]
    submitted: SubmittedView | None
    result: ResultView | None
    form_id: Id | None = None
    rest: RestView | None = None


@dataclass(frozen=True, slots=True)
class AttemptView(Shaped):
    """Whose attempt this kiosk carries. `moved`: a newer sign-in took it elsewhere, and this kiosk lets go."""

    attempt_id: Id
    generation: Annotated[int, Whole(1, 1_000_000)]
    source: Source  # the outbox that speaks for this generation
    sbd: Label
    full_name: Name
    birth_date: Label
    unit: Name
    confirmed: bool
    moved: bool
    part: PartView


@dataclass(frozen=True, slots=True)
class StreamView(Shaped):
    """What the server holds of one outbox: every record up to `contiguous`; the digest of that one (None for 0)."""

    source: Source
    contiguous: Annotated[int, Whole(0)]
    sha256: Digest | None


@dataclass(frozen=True, slots=True)
class Situation(Shaped):
    """All a kiosk needs to know to show the right screen. `release` names outboxes that may be deleted."""

    server_at_ms: Instant
    epoch: Annotated[int, Whole(0)]
    room_name: Name
    seat_label: Label
    sitting: SittingView | None
    stage: Stage
    attempt: AttemptView | None
    streams: Annotated[tuple[StreamView, ...], Items(MAX_STREAMS)]
    release: Annotated[tuple[Source, ...], Items(MAX_STREAMS)]
    standby: Annotated[str, Text(0, 100)] = ""  # `host:port` of the room's other server, "" while none is known
    hall: HallView = QUIET
    sheet: SignedSheet | None = None  # the seat's, while somebody has signed in (docs/seat-sheet.md)


@dataclass(frozen=True, slots=True)
class Order(Shaped):
    """The order of items, and of each item's options, that this candidate sees."""

    item_ids: Annotated[tuple[Id, ...], Items(MAX_ITEMS)]
    option_ids: Annotated[Mapping[Id, Annotated[tuple[Id, ...], Items(MAX_OPTIONS)]], Items(MAX_ITEMS)]


@dataclass(frozen=True, slots=True)
class Paper(Shaped):
    """The opened section's short identity, this candidate's order, and the responses the server holds."""

    attempt_id: Id
    part: PartIndex
    package_id: Id
    section_id: Id
    form_id: Id
    identity: Annotated[str, Text(1, 200)] = field(
        repr=False
    )  # an age identity; kept in memory, never on a kiosk's disk
    order: Order
    responses: Annotated[Mapping[Id, Response], Items(MAX_ITEMS)]
    flagged: Annotated[tuple[Id, ...], Items(MAX_ITEMS)]

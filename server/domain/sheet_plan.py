"""What of a seat sheet is new here: the difference between what it tells and what the state knows. Pure.

docs/seat-sheet.md, "Taking in". A sheet is one server's word about one seat up to one record; this state may be of a
history that lacks the end of that one, and may itself have gone on since.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from server.domain import sheet_clocks
from server.domain.reasons import Reason, Refused
from server.domain.sheet_events import RestoredClock
from server.domain.state import Attempt, PartAttempt, SittingState
from server.domain.timing import deadline_at_ms
from server.domain.values import CloseCause, PartStage
from server.protocol.epoch import term_of
from server.protocol.seat_sheet import SeatSheet, SheetMove, SheetPart, SheetSeating


class _Start(Enum):
    """A start as the sheet tells it: known here; new; of the paper that takes the place of the one here; of one that is not
    open here yet; another one than here, which an official is told of; one that is past here, or was told of.
    """

    KNOWN = "known"
    OPENED = "opened"
    REPLACED = "replaced"
    WAITS = "waits"
    DISPUTED = "disputed"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Additions:
    """What is new. `attempt_id`: the candidate's here.

    `replaced`: parts of which the paper here gives way to the sheet's, the reserve's. `elsewhere`: sign-ins of a candidate who sits somewhere else here, by a sign-in that the sheet does not know.
    `ended`: parts that an officer had ended. `disputed`: parts begun otherwise here. `waits`: something rests on a paper
    that is not open here.
    """

    attempt_id: str
    seatings: tuple[SheetSeating, ...] = ()
    elsewhere: tuple[SheetSeating, ...] = ()
    confirmed: bool = False
    opened: tuple[SheetPart, ...] = ()
    replaced: tuple[SheetPart, ...] = ()
    clocks: tuple[RestoredClock, ...] = ()
    moves: tuple[SheetMove, ...] = ()
    ended: tuple[SheetPart, ...] = ()
    disputed: tuple[SheetPart, ...] = ()
    waits: bool = False

    @property
    def of_the_seat(self) -> bool:
        """Whether there is anything besides the sign-ins."""
        return bool(
            self.confirmed or self.opened or self.replaced or self.clocks or self.moves or self.ended or self.disputed
        )

    @property
    def anything(self) -> bool:
        """Whether there is anything at all."""
        return bool(self.seatings or self.elsewhere or self.of_the_seat)


def additions(state: SittingState, sheet: SeatSheet) -> Additions | Refused:
    """What the sheet tells that is not known, or why none of it can be taken."""
    if state.plan is None or state.plan.sitting_id != sheet.sitting_id:
        return Refused(Reason.OTHER_SITTING, sheet.sitting_id)
    if any(told.part >= len(state.parts) for told in sheet.parts):
        return Refused(Reason.UNKNOWN_PART, sheet.attempt_id)
    attempt, sits = state.attempts.get(sheet.attempt_id), state.attempt_of(sheet.candidate_id)
    if attempt is not None and attempt.candidate_id != sheet.candidate_id:
        return Refused(Reason.ATTEMPT_ID_TAKEN, sheet.attempt_id)
    unknown = _unknown(state, attempt, sheet)
    if isinstance(unknown, Refused):
        return unknown
    if attempt is None and sits is not None:  # they came anew here before their machine did
        return Additions(sits.attempt_id, elsewhere=unknown)
    parted = attempt is not None and _went_on(attempt, sheet)
    found = Additions(sheet.attempt_id, elsewhere=unknown) if parted else Additions(sheet.attempt_id, unknown)
    return _of_the_seat(state, attempt, sheet, found)


def _unknown(state: SittingState, attempt: Attempt | None, sheet: SeatSheet) -> tuple[SheetSeating, ...] | Refused:
    """The sign-ins that this journal does not know."""
    here = frozenset() if attempt is None else frozenset(one.source for one in attempt.seatings)
    found = []
    for one in sheet.seatings:
        if one.source in here or one.source in state.standby.seats:
            continue
        if one.source in state.by_source:
            return Refused(Reason.OUTBOX_TAKEN, one.source)
        found.append(one)
    return tuple(found)


def _went_on(attempt: Attempt, sheet: SeatSheet) -> bool:
    """Whether the candidate signed in here as the sheet does not know."""
    told = {one.source for one in sheet.seatings}
    return any(one.source not in told and one.generation <= sheet.seatings[-1].generation for one in attempt.seatings)


def _of_the_seat(state: SittingState, attempt: Attempt | None, sheet: SeatSheet, found: Additions) -> Additions:
    """Everything but the sign-ins."""
    parts: dict[_Start, list[SheetPart]] = {one: [] for one in _Start}
    clocks, ended = [], []
    went_on_ms = _went_on_ms(attempt, sheet)
    for told in (_without_outranked(state, part) for part in sheet.parts):
        start = _start(state, attempt, told)
        parts[start].append(told)
        if start not in (_Start.KNOWN, _Start.OPENED, _Start.REPLACED):
            continue
        here = attempt.parts[told.part] if attempt is not None and start is _Start.KNOWN else None
        clock = _clock(state, attempt, here, told, went_on_ms)
        if clock is not None:
            clocks.append(clock)
        if _is_order(state, here, told):
            ended.append(told)
    moves = tuple(one for one in sheet.moves if (sheet.attempt_id, one.generation) not in state.rescue.moves)
    return replace(
        found,
        confirmed=sheet.confirmed and not (attempt is not None and attempt.confirmed),
        opened=tuple(parts[_Start.OPENED]), replaced=tuple(parts[_Start.REPLACED]), clocks=tuple(clocks), moves=moves,
        ended=tuple(ended), disputed=tuple(parts[_Start.DISPUTED]), waits=bool(parts[_Start.WAITS]),
    )  # fmt: skip


def _start(state: SittingState, attempt: Attempt | None, told: SheetPart) -> _Start:
    """What becomes of the start that a sheet tells of."""
    here = None if attempt is None else attempt.parts.get(told.part)
    if here is None:
        return _Start.OPENED if _paper_is_open(state, told) else _Start.WAITS
    if _same_start(here, told):
        return _Start.KNOWN
    if _is_former(state, attempt, told):
        return _Start.PAST
    later = here.form_id != told.form_id and told.opened_at_ms > here.ledger.opened_at_ms
    if not later or _was_outranked(state, told):
        return _Start.DISPUTED
    if not _paper_is_open(state, told):
        return _Start.WAITS
    switch = state.hall.switch
    return _Start.DISPUTED if switch is None or told.part < switch.part else _Start.REPLACED


def _was_outranked(state: SittingState, told: SheetPart) -> bool:
    """Whether this start is later than the takeover here: who gave it was the primary no more."""
    began_ms = state.standby.term_began_ms
    return began_ms is not None and told.opened_at_ms > began_ms


def _without_outranked(state: SittingState, told: SheetPart) -> SheetPart:
    """Without the time that a server gave or took when another one had taken over already: it was the primary no more.

    Its branch lists these orders, and an officer decides; nothing of them is applied silently (docs/standby.md).
    """
    began_ms = state.standby.term_began_ms
    if began_ms is None:
        return told

    def outranked(epoch: int, at_ms: int) -> bool:
        return at_ms > began_ms and term_of(epoch) < term_of(state.epoch)

    return replace(
        told,
        extensions=tuple(one for one in told.extensions if not outranked(one.epoch, one.at_ms)),
        pauses=tuple(one for one in told.pauses if not outranked(one.epoch, one.from_ms)),
    )


def _went_on_ms(attempt: Attempt | None, sheet: SeatSheet) -> int | None:
    told = {one.source for one in sheet.seatings}
    later = [] if attempt is None else [one.at_ms for one in attempt.seatings if one.source not in told]
    return min(later, default=None)


def _paper_is_open(state: SittingState, told: SheetPart) -> bool:
    sections = () if state.paper is None else state.paper.sections
    if told.part >= len(sections):
        return False
    section = sections[told.part]
    same = (section.section_id, section.form_id) == (told.section_id, told.form_id)
    return same and sorted(told.item_ids) == sorted(item.item_id for item in section.items)


def _same_start(here: PartAttempt, told: SheetPart) -> bool:
    return (here.form_id, here.ledger.opened_at_ms) == (told.form_id, told.opened_at_ms)


def _is_former(state: SittingState, attempt: Attempt | None, told: SheetPart) -> bool:
    """Whether this start is past here: another paper took its place, or an official was told of it."""
    former = None if attempt is None else attempt.former.get(told.part)
    past = former is not None and _same_start(former, told)
    return past or (_key(attempt, told)) in state.sheets.disputed


def _key(attempt: Attempt | None, told: SheetPart) -> tuple[str, int, int]:
    return "" if attempt is None else attempt.attempt_id, told.part, told.opened_at_ms


def _clock(
    state: SittingState, attempt: Attempt | None, here: PartAttempt | None, told: SheetPart, went_on_ms: int | None
) -> RestoredClock | None:
    ledger = None if here is None else here.ledger
    clock = sheet_clocks.missing(ledger, told, state.standby.settled, went_on_ms)
    if sheet_clocks.is_empty(ledger, clock):
        return None
    reopened = here is not None and attempt is not None and _goes_on(state, attempt, here, clock)
    return replace(clock, reopened=reopened)


def _goes_on(state: SittingState, attempt: Attempt, here: PartAttempt, clock: RestoredClock) -> bool:
    """Whether the clock has ended this part too early, as it turns out, and nobody else has."""
    if here.finish is None or here.finish.cause is not CloseCause.DEADLINE or attempt.current is not here:
        return False
    deadline = deadline_at_ms(sheet_clocks.merged(here.ledger, clock))
    later = deadline is None or deadline > here.finish.finished_at_ms
    return later and state.parts[here.part] is PartStage.OPEN


def _is_order(state: SittingState, here: PartAttempt | None, told: SheetPart) -> bool:
    """Whether an officer ended this part there, and nobody has decided on that here."""
    if told.end is None or told.end.how != "officer" or (here is not None and here.finish is not None):
        return False
    origin = (told.end.epoch, told.end.seq)
    return origin not in state.standby.settled and origin not in state.standby.waiting

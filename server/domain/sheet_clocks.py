"""Putting two accounts of one clock together: the union of their entries, each known by the record that made it. Pure.

In any order, any number of times, the result is the same; nothing given is taken away, and of two ends of one pause the
later one stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from server.domain.sheet_events import RestoredClock
from server.domain.timing import Extension, Origin, Pause, TimeLedger
from server.domain.values import Cause
from server.protocol.seat_sheet import SheetExtension, SheetPart, SheetPause

RESTORED_LOSS = 0  # the number of a loss that this journal does not know


def missing(
    ledger: TimeLedger | None, told: SheetPart, settled: frozenset[Origin], went_on_ms: int | None
) -> RestoredClock:
    """What the sheet tells of this clock and the ledger does not have (None: it has nothing, the start is new).

    `settled`: records that an officer has decided on already, as orders of another history. `went_on_ms`: when the
    candidate sat down elsewhere than the sheet knows, which ended any pause that it knows as running.
    """
    extensions = () if ledger is None else ledger.extensions
    known = {one.origin for one in extensions} | settled
    arranged = any(one.cause is Cause.ARRANGEMENT for one in extensions)  # with the start, once: whoever noted it
    pauses = {} if ledger is None else {one.origin: one for one in ledger.pauses}
    return RestoredClock(
        part=told.part,
        extensions=tuple(
            one for one in told.extensions
            if (one.epoch, one.seq) not in known and not (arranged and one.cause == Cause.ARRANGEMENT.value)
        ),
        pauses=tuple(
            _ended(one, went_on_ms) for one in told.pauses
            if (one.epoch, one.seq) not in settled and _is_news(pauses.get((one.epoch, one.seq)), one)
        ),
        break_ms=told.break_ms if ledger is None else max(ledger.break_ms, told.break_ms),
        reopened=False,
    )  # fmt: skip


def is_empty(ledger: TimeLedger | None, clock: RestoredClock) -> bool:
    """Whether this adds nothing."""
    more_rest = clock.break_ms > (0 if ledger is None else ledger.break_ms)
    return not (clock.extensions or clock.pauses or more_rest)


def merged(ledger: TimeLedger, clock: RestoredClock) -> TimeLedger:
    """The ledger with what was added; what it has already stays as it is."""
    extensions = {one.origin: one for one in ledger.extensions}
    for given in clock.extensions:
        extensions.setdefault((given.epoch, given.seq), _extension(given))
    pauses = {one.origin: one for one in ledger.pauses}
    for told in clock.pauses:
        pause = _pause(told)
        known = pauses.get(pause.origin)
        pauses[pause.origin] = pause if known is None else _later_end(known, pause)
    return replace(
        ledger,
        extensions=tuple(sorted(extensions.values(), key=lambda one: (one.at_ms, one.origin))),
        pauses=one_after_the_other(pauses.values()),
        break_ms=max(ledger.break_ms, clock.break_ms),
    )


def one_after_the_other(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """Pauses of two histories as a clock needs them: sorted, none inside another, only the last still running."""
    found: list[Pause] = []
    for pause in sorted(pauses, key=lambda one: (one.from_ms, one.origin)):
        if found and (last := found[-1]).to_ms is None:
            found[-1] = replace(last, to_ms=pause.from_ms)
        elif found and (end := last.to_ms) is not None and end > pause.from_ms:
            to_ms = None if pause.to_ms is None else max(end, pause.to_ms)
            pause = replace(pause, from_ms=end, to_ms=to_ms)
        found.append(pause)
    return tuple(found)


def _is_news(known: Pause | None, told: SheetPause) -> bool:
    if known is None:
        return True
    return told.to_ms is not None and (known.to_ms is None or known.to_ms < told.to_ms)


def _ended(told: SheetPause, went_on_ms: int | None) -> SheetPause:
    if told.to_ms is not None or went_on_ms is None:
        return told
    return replace(told, to_ms=max(told.from_ms, went_on_ms))


def _later_end(known: Pause, told: Pause) -> Pause:
    if told.to_ms is None or (known.to_ms is not None and known.to_ms >= told.to_ms):
        return known
    return replace(known, to_ms=told.to_ms, ended_by=told.ended_by, end_reason=told.end_reason)


def _extension(told: SheetExtension) -> Extension:
    lost = RESTORED_LOSS if told.compensates else None
    origin = (told.epoch, told.seq)
    return Extension(told.ms, told.reason, Cause(told.cause), told.at_ms, told.officer_id, lost, origin)


def _pause(told: SheetPause) -> Pause:
    return Pause(
        told.from_ms, told.to_ms, told.reason, Cause(told.cause), told.officer_id, told.ended_by, told.end_reason,
        (told.epoch, told.seq),
    )  # fmt: skip

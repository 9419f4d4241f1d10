"""A candidate's history: what was granted, lost, made good, and decided about what came late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from question_bank.phrase import Phrase, phrase, phrases
from server.domain.event import Event
from server.domain.time_events import ArrangementApplied, CompensationDecided, LateDecided, WorkResumed
from server.web.times import clock, span
from server.web.wording import CAUSES

Said = tuple[Phrase, str, bool]


def _resumed(event: WorkResumed) -> Said:
    what = phrase(
        "the machine shows the paper again, after %(span)s (since %(at)s)",
        span=span(max(0, event.believed_at_ms - event.from_ms)), at=clock(event.from_ms),
    )  # fmt: skip
    return what, "", True


def _compensated(event: CompensationDecided) -> Said:
    if not event.ms:
        return phrase("lost time was not made good"), event.reason, False
    what = phrase("lost time made good: %(span)s (%(cause)s)", span=span(event.ms), cause=CAUSES[event.cause])
    return what, event.reason, False


def _late(event: LateDecided) -> Said:
    count = len(event.records)
    if not event.accepted:
        return (
            phrases("%(n)s late record does not count", "%(n)s late records do not count", count),
            event.reason,
            False,
        )
    what = phrases(
        "%(n)s late record counts now: %(answered)s answered, receipt %(receipt)s",
        "%(n)s late records count now: %(answered)s answered, receipt %(receipt)s",
        count, answered=event.answered, receipt=event.receipt,
    )  # fmt: skip
    return what, event.reason, True


def _arranged(event: ArrangementApplied) -> Said:
    what = phrase(
        "granted beforehand: %(extra)s more, %(breaks)s of rest breaks",
        extra=span(event.extra_ms), breaks=span(event.break_ms),
    )  # fmt: skip
    return what, event.extra, False


TIME_SAID: Mapping[type[Event], Callable[[Any], Said]] = {
    WorkResumed: _resumed,
    CompensationDecided: _compensated,
    LateDecided: _late,
    ArrangementApplied: _arranged,
}

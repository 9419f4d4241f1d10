"""Does an event agree with the state it was decided on? What `verify` asks beside the chain. Pure."""

from __future__ import annotations

from question_bank.phrase import Phrase, phrase
from server.domain import late_bucket
from server.domain.event import Event
from server.domain.events import SeatClosed, SeatSubmitted
from server.domain.marking import MarkAwarded, MarkingOpened, MarkingState, ResultsPublished, is_marked, results_sha256
from server.domain.state import SittingState
from server.domain.time_events import CompensationDecided, LateDecided
from server.protocol.receipt import receipt_code, responses_sha256


def objection(state: SittingState, event: Event) -> Phrase | None:
    """Why the event cannot have been decided on this state of a sitting, or None.

    Looked at: that the digest and the receipt of an ended part are those of the responses held just before; that what
    was lost and what came late is decided once, compensated with no more than was lost, and receipted as it then is.
    """
    if isinstance(event, LateDecided):
        return _late(state, event)
    if isinstance(event, CompensationDecided):
        return _compensation(state, event)
    if not isinstance(event, SeatSubmitted | SeatClosed):
        return None
    attempt = state.attempts.get(event.attempt_id)
    part = attempt.parts.get(event.part) if attempt is not None else None
    if part is None:
        return phrase("an attempt that was never started has ended")
    if part.finish is not None:
        return phrase("a part has ended twice")
    digest = responses_sha256(event.attempt_id, event.part, part.responses)
    if digest.hex() != event.responses_sha256 or receipt_code(digest) != event.receipt:
        return phrase("the receipt is not of the responses held")
    return None


def _compensation(state: SittingState, event: CompensationDecided) -> Phrase | None:
    """A loss is decided once, and never more is given than was lost."""
    losses = state.time.losses.get(event.attempt_id, ())
    if event.loss in state.time.decided or all(one.number != event.loss for one in losses):
        return phrase("a compensation was decided twice, or for no loss")
    if event.ms > sum(one.to_ms - one.from_ms for one in event.stretches):
        return phrase("a compensation is more than was lost")
    return None


def _late(state: SittingState, event: LateDecided) -> Phrase | None:
    """Late records are decided once, and the receipt is of what is held afterwards."""
    place = late_bucket.found(state, event.attempt_id, event.part)
    if place is None:
        return phrase("a late record was decided that is not there")
    waiting = {one.number: one for one in late_bucket.waiting(state, place[1], event.attempt_id)}
    if not set(event.records) <= waiting.keys():
        return phrase("a late record was decided twice")
    chosen = [waiting[number] for number in event.records] if event.accepted else []
    digest = responses_sha256(event.attempt_id, event.part, late_bucket.with_words(place[1], chosen).responses)
    if digest.hex() != event.responses_sha256 or receipt_code(digest) != event.receipt:
        return phrase("the receipt is not of the responses held")
    return None


def mark_objection(state: MarkingState, event: Event) -> Phrase | None:
    """Why the event cannot have been decided on this state of a contest's marks, or None.

    Looked at: that a key is opened once and before its marks, that a part is marked once for the same responses and not after publication, and that results were
    published once, that they are the marks there were, and by no key whose canaries came out wrong.
    """
    match event:
        case MarkingOpened() if event.package_id in state.opened:
            return phrase("a marking part was opened twice")
        case MarkAwarded() if state.opened_by_scheme(event.scheme_sha256) is None:
            return phrase("a mark by a key that was not opened")
        case MarkAwarded() if is_marked(state, event) or event.sitting_id in state.published:
            return phrase("a part was marked twice")
        case ResultsPublished():
            return _publication(state, event)
    return None


def _publication(state: MarkingState, event: ResultsPublished) -> Phrase | None:
    if event.sitting_id in state.published:
        return phrase("the results of a sitting were published twice")
    marks = state.of_sitting(event.sitting_id)
    if event.count != len(marks) or event.results_sha256 != results_sha256(marks):
        return phrase("the results published are not those of the marks")
    if any(one.wrong for one in state.opened.values() if one.sitting_id == event.sitting_id):
        return phrase("results were published by a key whose canaries came out wrong")
    return None

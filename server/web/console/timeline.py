"""A candidate's history in sentences, from the journal's events. Pure; no response and no mark is ever said.

What a candidate types is not told answer by answer: all that was saved within a minute is one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from question_bank.phrase import Phrase, Value, phrase, phrases
from server.domain import events
from server.domain.event import Event, read_event
from server.domain.hall_events import PaperReplaced
from server.domain.rescue_events import AnswersRescued, SeatMoved
from server.domain.run_events import ActionTaken
from server.domain.sheet_events import SeatRestored, SignInRestored
from server.domain.values import CloseCause, IncidentCategory, LateWhy
from server.protocol.shape import Malformed
from server.store.views import Moment
from server.web import sheet_wording
from server.web.console.hall_timeline import HALL_SAID
from server.web.console.timeline_time import TIME_SAID
from server.web.times import span
from server.web.wording import CAUSES, INCIDENTS

_ANSWERING = (events.ResponseSaved, events.ResponseCleared, events.ItemFlagged, ActionTaken)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history: what happened, a second sentence in smaller type, and by whom. `warn`: look at it."""

    at_ms: int
    what: Phrase
    more: str = ""
    officer_id: str | None = None
    warn: bool = False


def lines(moments: Iterable[Moment]) -> list[Line]:
    """The history, oldest first."""
    found: list[Line] = []
    answers: list[tuple[int, Event]] = []
    for one in moments:
        event = read_event(events.KINDS, one.kind, one.body)
        if isinstance(event, Malformed):
            continue  # a kind of a newer version: the journal keeps it, this page cannot say it
        if answers and (not isinstance(event, _ANSWERING) or _minute(one.at_ms) != _minute(answers[0][0])):
            found.append(_answered(answers))
            answers = []
        if isinstance(event, _ANSWERING):
            answers.append((one.at_ms, event))
        elif (line := _line(one, event)) is not None:
            found.append(line)
    return [*found, _answered(answers)] if answers else found


def _minute(at_ms: int) -> int:
    return at_ms // 60_000


def _answered(answers: list[tuple[int, Event]]) -> Line:
    """Everything of one minute: how many items were touched."""
    items = {event.item_id for _, event in answers if isinstance(event, events.ResponseSaved | ActionTaken)}
    cleared = sum(isinstance(event, events.ResponseCleared) for _, event in answers)
    what = phrases("answered %(n)s item", "answered %(n)s items", len(items))
    if not items:
        what = phrases("took %(n)s answer back", "took %(n)s answers back", cleared)
    if not items and not cleared:
        what = phrase("flagged items to come back to")
    return Line(answers[-1][0], what)


def _line(one: Moment, event: Event) -> Line | None:
    said = _SAID.get(type(event))
    if said is None:
        return None
    what, more, warn = said(event)
    return Line(one.at_ms, what, more, one.officer_id, warn)


Said = tuple[Phrase, str, bool]


def _calm(sentence: Phrase, more: str = "") -> Said:
    return sentence, more, False


def _seated(event: events.CandidateSeated) -> Said:
    if event.generation == 1:
        return _calm(phrase("signed in at %(seat)s", seat=event.seat_label))
    return phrase("signed in again, at %(seat)s; this machine counts from now on", seat=event.seat_label), "", True


def _submitted(event: events.SeatSubmitted) -> Said:
    what = phrase(
        "submitted: %(answered)s of %(of)s answered, receipt %(receipt)s",
        answered=event.answered, of=event.of, receipt=event.receipt,
    )  # fmt: skip
    return what, "", event.responses_sha256 != event.claimed_sha256


def _closed(event: events.SeatClosed) -> Said:
    by_clock = event.cause is CloseCause.DEADLINE
    places: dict[str, Value] = {"answered": event.answered, "of": event.of, "receipt": event.receipt}
    if by_clock:
        what = phrase("time over, collected: %(answered)s of %(of)s answered, receipt %(receipt)s", **places)
    else:
        what = phrase("ended by an officer: %(answered)s of %(of)s answered, receipt %(receipt)s", **places)
    return what, event.reason, not by_clock


def _incident(event: events.IncidentRecorded) -> Said:
    return phrase("incident: %(what)s", what=INCIDENTS[IncidentCategory(event.category)]), event.note, True


def _rescued(event: AnswersRescued) -> Said:
    what = phrase(
        "answers of machine %(seat)s were brought in by hand: %(new)s new, %(known)s known, %(late)s late",
        seat=event.seat_label, new=event.new, known=event.known, late=event.late,
    )  # fmt: skip
    return what, "", event.refused + event.kept > 0


LATE: Mapping[LateWhy, Phrase] = {
    LateWhy.MADE_AFTER_DEADLINE: phrase("an answer was made after the time, and waits for a decision"),
    LateWhy.RECEIVED_AFTER_GRACE: phrase("an answer made in time arrived too late, and waits for a decision"),
    LateWhy.AFTER_CLOSING: phrase("an answer arrived after the part was closed, and waits for a decision"),
    LateWhy.AFTER_SUBMISSION: phrase("something arrived after the submission; it changes nothing"),
    LateWhy.SUPERSEDED: phrase("an answer arrived from the earlier machine; the newer one counts"),
    LateWhy.REPLACED: phrase("an answer to the earlier paper arrived; it is kept and does not count"),
    LateWhy.OTHER_BRANCH: phrase(
        "an answer that only the other server, or another machine, had; it waits for a decision"
    ),
    LateWhy.PAUSED: phrase("an answer was given while the clock was stopped, and waits for a decision"),
}

_SAID: Mapping[type[Event], Callable[[Any], Said]] = {
    events.CandidateSeated: _seated,
    events.IdentityConfirmed: lambda event: _calm(phrase("confirmed their identity")),
    events.AttemptOpened: lambda event: _calm(
        phrase("the clock started: %(span)s", span=span(event.duration_ms)),
    ),
    PaperReplaced: lambda event: (
        phrase("the reserve paper took the place of the first; the clock was set to %(span)s", span=span(event.duration_ms)),
        "", True,
    ),
    **HALL_SAID,
    events.SeatPaused: lambda event: _calm(
        phrase("paused (%(cause)s)", cause=CAUSES[event.cause]), event.reason
    ),
    events.SeatResumed: lambda event: _calm(phrase("resumed"), event.reason),
    events.TimeExtended: lambda event: _calm(
        phrase("given %(span)s more (%(cause)s)", span=span(event.ms), cause=CAUSES[event.cause]), event.reason
    ),
    events.LateRecorded: lambda event: (LATE[LateWhy(event.why)], "", True),
    events.SeatSubmitted: _submitted,
    events.SeatClosed: _closed,
    events.ConnectionLost: lambda event: (phrase("the machine lost its connection"), "", True),
    events.ConnectionRestored: lambda event: _calm(phrase("the machine is connected again")),
    events.IncidentRecorded: _incident,
    AnswersRescued: _rescued,
    SignInRestored: lambda event: (
        phrase("the sign-in at %(seat)s came back from its machine's seat sheet", seat=event.seat_label), "", True
    ),
    SeatRestored: lambda event: (sheet_wording.in_history(event), "", True),
    SeatMoved: lambda event: _calm(
        phrase("was sent from %(seat)s to %(to)s", seat=event.from_seat, to=event.to_seat), event.reason
    ),
    **TIME_SAID,
}  # fmt: skip

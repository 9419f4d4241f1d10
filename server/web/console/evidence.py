"""What is known about a time that was lost, in sentences beside the proposal to make it good. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from question_bank.phrase import Phrase, phrase
from server.domain.compensation import Proposal
from server.domain.state import SittingState
from server.domain.timing import remaining_ms
from server.web.times import clock, span


@dataclass(frozen=True, slots=True)
class Evidence:
    """A proposal for people: its number, whose, the sentence, and what it rests on."""

    number: int
    attempt_id: str
    ms: int
    what: Phrase
    facts: tuple[Phrase, ...]


def evidence(state: SittingState, found: Proposal) -> Evidence:
    """Why so much is proposed."""
    loss = found.loss
    what = phrase(
        "%(amount)s proposed: could not work from %(start)s to %(end)s",
        amount=span(found.ms), start=clock(loss.from_ms), end=clock(loss.to_ms),
    )  # fmt: skip
    return Evidence(loss.number, found.attempt_id, found.ms, what, tuple(_facts(state, found)))


def _facts(state: SittingState, found: Proposal) -> list[Phrase]:
    loss, attempt = found.loss, state.attempts[found.attempt_id]
    facts: list[Phrase] = []
    if loss.moved_from is None:
        if loss.said_ms is not None:
            facts.append(phrase("The machine says: it could not show the paper since %(at)s.", at=clock(loss.said_ms)))
        facts.append(phrase("The server heard nothing of it that contradicts, after %(at)s.", at=clock(loss.from_ms)))
    else:
        seats = {one.generation: one.seat_label for one in attempt.seatings}
        facts.append(
            phrase("%(seat)s was last heard at %(at)s.", seat=seats.get(loss.moved_from, "?"), at=clock(loss.from_ms))
        )
        facts.append(
            phrase("Signed in at %(seat)s at %(at)s.", seat=seats.get(loss.generation, "?"), at=clock(loss.to_ms))
        )
    if found.worked_until_ms is not None and found.worked_until_ms > loss.from_ms:
        facts.append(phrase("The earlier machine still answered at %(at)s.", at=clock(found.worked_until_ms)))
    lasted = loss.to_ms - loss.from_ms
    if found.ms > lasted:
        facts.append(
            phrase("With it %(n)s since the time was over: nobody could work then.", n=span(found.ms - lasted))
        )
    elif found.ms < lasted:
        facts.append(
            phrase("Of these %(n)s the clock stood, or they were made good before.", n=span(lasted - found.ms))
        )
    if found.reopens:
        facts.append(phrase("The clock has ended the part meanwhile: accepting opens it again."))
    part = attempt.parts[loss.part]
    facts.append(
        phrase("When it began, %(left)s were left.", left=span(remaining_ms(part.ledger, found.stretches[0][0])))
    )
    return facts

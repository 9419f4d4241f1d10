"""How much time a candidate has left, and why exactly that much: the ledger as rows that add up. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from question_bank.phrase import Phrase, phrase
from server.domain import timing
from server.domain.state import PartAttempt
from server.web.times import clock, span
from server.web.wording import CAUSES


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `total` marks the sum. The amounts of the other rows add up to it. `amount` has its sign."""

    what: Phrase
    why: str
    amount: str
    total: bool = False


def rows(part: PartAttempt, now_ms: int) -> list[Row]:
    """The ledger at `now_ms`, or at the end of the part once it has ended."""
    ledger, finish = part.ledger, part.finish
    until_ms = now_ms if finish is None else finish.finished_at_ms
    found = [Row(phrase("Time of the part"), "", span(ledger.duration_ms))]
    for one in ledger.extensions:
        what = phrase("Given at %(at)s (%(cause)s)", at=clock(one.at_ms), cause=CAUSES[one.cause])
        found.append(Row(what, one.reason, f"+ {span(one.ms)}"))
    passed = phrase("Passed from %(start)s to %(end)s", start=clock(ledger.opened_at_ms), end=clock(until_ms))
    found.append(Row(passed, "", f"− {span(until_ms - ledger.opened_at_ms)}"))
    for pause in ledger.pauses:
        end_ms = min(until_ms, until_ms if pause.to_ms is None else pause.to_ms)
        what = phrase("The clock stood still from %(start)s to %(end)s", start=clock(pause.from_ms), end=clock(end_ms))
        found.append(Row(what, pause.reason, f"+ {span(max(0, end_ms - pause.from_ms))}"))
    return [*found, _total(part, until_ms)]


def _total(part: PartAttempt, until_ms: int) -> Row:
    left = timing.remaining_ms(part.ledger, until_ms)
    if part.finish is not None:
        return Row(phrase("Not used when the part ended"), "", span(left), total=True)
    deadline = timing.deadline_at_ms(part.ledger)
    if deadline is None:
        return Row(phrase("Left; the clock stands still"), "", span(left), total=True)
    return Row(phrase("Left; the time ends at %(at)s", at=clock(deadline)), "", span(left), total=True)

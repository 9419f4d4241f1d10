"""How much time a candidate has left, and why exactly that much: the account as rows that add up. Pure.

Amounts are differences of the balances as they are shown, so that whoever adds them up with a pencil gets what stands there.
"""

from __future__ import annotations

from dataclasses import dataclass

from question_bank.phrase import Phrase, phrase
from server.domain import timing
from server.domain.state import Attempt, PartAttempt, SittingState
from server.domain.time_ledger import Entry, EntryKind, account
from server.web.times import clock, signed_span, span
from server.web.wording import CAUSES


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `total` marks the last. `amount` has its sign, "" where nothing changes; `officers` are ids."""

    what: Phrase
    why: str
    amount: str
    balance: str
    officers: tuple[str, ...] = ()
    total: bool = False
    kind: EntryKind | None = None  # None: the sum


def rows(state: SittingState, attempt: Attempt, part: PartAttempt, now_ms: int) -> list[Row]:
    """The account at `now_ms`, or at the end of the part once it has ended; the last row is the sum."""
    found: list[Row] = []
    before = 0
    for entry in account(state, attempt, part, now_ms):
        shown = entry.balance_ms // 1000
        amount = shown - before
        if entry.kind is EntryKind.PASSED and not amount:
            continue  # less than a second between two entries
        sign = "" if not found else "+ " if amount > 0 else "− "
        text = f"{sign}{span(abs(amount) * 1000)}" if amount or not found else ""
        officers = tuple(one for one in (entry.officer_id, entry.ended_by) if one is not None)
        row = Row(
            _what(entry), entry.reason, text, signed_span(shown * 1000), tuple(dict.fromkeys(officers)), kind=entry.kind
        )
        found.append(row)
        before = shown
    return [*found, _total(part, now_ms)]


def breaks(part: PartAttempt, now_ms: int) -> tuple[str, str] | None:
    """(rest breaks granted, what is left of them); None where none were."""
    ledger = part.ledger
    return (span(ledger.break_ms), span(timing.break_left_ms(ledger, now_ms))) if ledger.break_ms else None


def _what(entry: Entry) -> Phrase:
    at, start, end = clock(entry.from_ms), clock(entry.from_ms), clock(entry.to_ms or entry.from_ms)
    match entry.kind:
        case EntryKind.ALLOWED:
            return phrase("Time of the part")
        case EntryKind.ARRANGED:
            return phrase("Granted beforehand (%(cause)s)", cause=_cause(entry))
        case EntryKind.GIVEN:
            return phrase("Given at %(at)s (%(cause)s)", at=at, cause=_cause(entry))
        case EntryKind.STOOD if entry.to_ms is None:
            return phrase("The clock stands still since %(start)s (%(cause)s)", start=start, cause=_cause(entry))
        case EntryKind.STOOD:
            return phrase(
                "The clock stood still from %(start)s to %(end)s (%(cause)s)", start=start, end=end, cause=_cause(entry)
            )
        case EntryKind.PASSED:
            return phrase("Passed from %(start)s to %(end)s", start=start, end=end)
        case EntryKind.COMPENSATED if entry.loss is None:  # of a loss that only the lost server's journal told of
            return phrase("Made good at %(at)s (%(cause)s), by another server of this room", at=at, cause=_cause(entry))
        case _:
            return _loss(entry)


def _loss(entry: Entry) -> Phrase:
    assert entry.loss is not None
    start, end = clock(entry.loss.from_ms), clock(entry.loss.to_ms)
    match entry.kind:
        case EntryKind.COMPENSATED:
            return phrase(
                "Made good at %(at)s (%(cause)s): could not work from %(start)s to %(end)s",
                at=clock(entry.from_ms), cause=_cause(entry), start=start, end=end,
            )  # fmt: skip
        case EntryKind.REFUSED:
            return phrase(
                "Refused at %(at)s: to make good the time from %(start)s to %(end)s",
                at=clock(entry.from_ms), start=start, end=end,
            )  # fmt: skip
        case _:
            amount = span(entry.proposal.ms) if entry.proposal is not None else ""
            return phrase(
                "Proposed, not decided: %(amount)s, could not work from %(start)s to %(end)s",
                amount=amount, start=start, end=end,
            )  # fmt: skip


def _cause(entry: Entry) -> Phrase:
    assert entry.cause is not None
    return CAUSES[entry.cause]


def _total(part: PartAttempt, now_ms: int) -> Row:
    until_ms = now_ms if part.finish is None else part.finish.finished_at_ms
    left = span(timing.remaining_ms(part.ledger, until_ms))
    if part.finish is not None:
        return Row(phrase("Not used when the part ended"), "", "", left, total=True)
    deadline = timing.deadline_at_ms(part.ledger)
    if deadline is None:
        return Row(phrase("Left; the clock stands still"), "", "", left, total=True)
    return Row(phrase("Left; the time ends at %(at)s", at=clock(deadline)), "", "", left, total=True)

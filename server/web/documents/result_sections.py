"""What of a sitting's end stands in the minutes: where the copies were at the closing, and every receipt code."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase
from server.domain import events as e
from server.domain.event import Event
from server.domain.result_events import RoomRestored
from server.domain.roster import Entry
from server.domain.values import CloseCause
from server.live.closing import Why
from server.web import times
from server.web.closing_wording import WHYS
from server.web.documents.chronicle import Chronicle
from server.web.documents.parts import section, table
from server.web.documents.render import in_words


def copies(
    chronicle: Chronicle, entries: Mapping[str, Entry], officer: Callable[[str | None], str]
) -> tuple[list[str], JSON]:
    """Sentences and a table about the copies at the closing; nothing where the journal says nothing of them."""
    closing = chronicle.closing
    if closing is None or closing.copies is None:
        return [], None
    found = closing.copies
    whole = phrase(
        "Copies at the closing (candidate's machine and servers): %(whole)s of %(all)s candidates at %(n)s of %(n)s copies.",
        whole=found.whole, all=found.whole + len(found.missing), n=found.required,
    )  # fmt: skip
    said = [in_words(whole)]
    if found.missing:
        why = phrase(
            "Closed all the same by %(officer)s, because: %(reason)s.",
            officer=officer(closing.officer_id),
            reason=closing.reason,
        )
        said.append(in_words(why))
    rows = []
    for one in found.missing:
        seated = chronicle.seated.get(one.attempt_id)
        entry = entries.get(seated.candidate_id) if seated is not None else None
        known = one.why in set(Why)
        rows.append(
            [
                entry.sbd if entry else "", entry.full_name if entry else "", one.seat_label,
                f"{one.copies}/{found.required}", in_words(WHYS[Why(one.why)][0]) if known else one.why,
            ]
        )  # fmt: skip
    titles = (phrase("SBD"), phrase("Full name"), phrase("Seat"), phrase("Copies"), phrase("Why"))
    return said, table(titles, rows, (3, 6, 3, 3, 7), (0, 2, 3))


def receipts(chronicle: Chronicle, entries: Mapping[str, Entry]) -> list[JSON]:
    """A section with every receipt code, by candidate number and part; none while nobody has ended."""
    rows = []
    for (attempt_id, part), event in chronicle.finishes.items():
        seated = chronicle.seated.get(attempt_id)
        entry = entries.get(seated.candidate_id) if seated is not None else None
        rows.append(
            [
                entry.sbd if entry else "", entry.full_name if entry else "", str(part + 1),
                f"{event.answered}/{event.of}", event.receipt, in_words(_ended(event)),
            ]
        )  # fmt: skip
    if not rows:
        return []
    titles = (
        phrase("SBD"), phrase("Full name"), phrase("Part"), phrase("Answered"), phrase("Receipt code"), phrase("Ended by"),
    )  # fmt: skip
    shown = table(titles, sorted(rows), (3, 6, 2, 3, 4, 4), (0, 2, 3, 4))
    about = phrase("Each code is of exactly the responses that were handed in; the result file shows it for anybody.")
    return [section(in_words(phrase("IX. Receipt codes")), [in_words(about)], shown)]


def restored(event: Event) -> Phrase | None:
    """What the course of the sitting says of a room that was put back; None for any other event."""
    if not isinstance(event, RoomRestored):
        return None
    return phrase("The room was put back from the backup of %(time)s", time=times.clock(event.backup_at_ms))


def _ended(event: e.SeatSubmitted | e.SeatClosed) -> Phrase:
    if isinstance(event, e.SeatSubmitted):
        return phrase("the candidate")
    return phrase("the clock") if event.cause is CloseCause.DEADLINE else phrase("an officer")

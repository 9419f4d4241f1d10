"""The documents page: minutes of the sitting and of the opening, and the sign-out sheet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from flask import Blueprint, abort, render_template, request
from werkzeug import Response

from question_bank.phrase import phrase
from server.domain.chain import NO_RECORDS, Head
from server.domain.events import KINDS
from server.domain.names import tidy
from server.domain.rights import Right
from server.domain.roster import Entry
from server.domain.state import Attempt
from server.domain.values import PartStage, ShowResult
from server.live.sitting_service import Sitting
from server.store.journal import Journal, pages
from server.store.replay import entries
from server.web import acts, times
from server.web.access import needs
from server.web.context import now_ms, room
from server.web.documents.changes import changes_of
from server.web.documents.chronicle import Chronicle, gather
from server.web.documents.clocks import clocks_of
from server.web.documents.letterhead import Letterhead
from server.web.documents.minutes import Facts, minutes
from server.web.documents.opening import opening_minutes
from server.web.documents.render import in_words, speaking
from server.web.documents.sign_out import SheetRow, sign_out_sheet
from server.web.roster_changes import settle_left_over
from server.web.uploads import pdf_response
from server.web.wording import ROLES

blueprint = Blueprint("papers", __name__)

MAX_LINE = 120  # characters of a line of the letterhead


@blueprint.get("/papers")
@needs(Right.PRINT_MINUTES)
def page() -> str:
    """What can be printed, and the letterhead it is printed with."""
    sitting = room().sitting
    if sitting is None:
        return render_template("no_sitting.html")
    return render_template(
        "papers.html", opened=bool(sitting.state.unsealed), head=sitting.head, bodies=sitting.definition.bodies,
        finished=sum(one.current is not None and one.running is None for one in sitting.state.attempts.values()),
        running=sum(one.running is not None for one in sitting.state.attempts.values()),
    )  # fmt: skip


@blueprint.get("/papers/minutes.pdf")
@needs(Right.PRINT_MINUTES)
def sitting_minutes() -> Response:
    """The minutes of the sitting as far as its journal goes."""
    return _print("minutes", minutes)


@blueprint.get("/papers/opening.pdf")
@needs(Right.PRINT_MINUTES)
def opening() -> Response:
    """The minutes of the opening."""
    return _print("opening", opening_minutes)


@blueprint.get("/papers/sign-out.pdf")
@needs(Right.SIGN_OUT_SHEET)
def sign_out() -> Response:
    """What candidates sign on leaving; with results only where the contest announces them at once."""
    sitting, head, at_ms = printed_sitting(), printed_letterhead(), now_ms()
    rooms = _rooms(sitting)
    with_result = sitting.definition.rules.show_result is ShowResult.AT_ONCE
    title = sitting.definition.title.vi
    pdf = room().port.offload(lambda: sign_out_sheet(title, rooms, with_result, head, at_ms))
    acts.note("printed", f"{sitting.sitting_id} sign-out")
    return pdf_response(pdf, f"{sitting.sitting_id}-sign-out.pdf")


def _print(name: str, make: Callable[[Facts, Letterhead], bytes | None]) -> Response:
    sitting, head = printed_sitting(), printed_letterhead()
    gathered, language = sitting_facts(sitting), "en" if request.args.get("in") == "en" else "vi"

    def made() -> bytes | None:
        with speaking(language):
            return make(gathered(), head)

    pdf = room().port.offload(made)
    if pdf is None:
        abort(404)
    acts.note("printed", f"{sitting.sitting_id} {name}")
    return pdf_response(pdf, f"{sitting.sitting_id}-{name}.pdf")


def sitting_facts(sitting: Sitting) -> Callable[[], Facts]:
    """What documents are made of; the returned function reads the journal, which is slow. Raises JournalError there."""
    settle_left_over(sitting)
    everyone = room().store.officers.everyone()
    roster = {one.candidate_id: one.entry for one in room().store.candidates.of_sitting(sitting.sitting_id)}
    changes = changes_of(room().store.candidates.history(sitting.sitting_id))
    identity, clocks = room().identity, clocks_of(sitting)
    room_name = identity.room_name
    prints = (identity.ca_sha256.hex(), hashlib.sha256(identity.server_key).hexdigest())

    def made() -> Facts:
        chronicle, last = chronicle_of(sitting)
        officers = {one.officer_id: (one.full_name, in_words(ROLES[one.role])) for one in everyone}
        return Facts(room_name, sitting.definition, chronicle, last, roster, officers, changes, clocks, *prints)

    return made


def chronicle_of(sitting: Sitting) -> tuple[Chronicle, Head]:
    """What the journal tells, every link checked, and the head it was read to. Raises JournalError. Slow."""
    last = NO_RECORDS
    timed = []
    with Journal.open(sitting.journal_path) as journal:
        for page_of in pages(journal):
            for record, event in entries(page_of, KINDS, last):
                timed.append((record.at_ms, event))
            last = page_of[-1].head
    return gather(timed), last


def _rooms(sitting: Sitting) -> Mapping[str, list[SheetRow]]:
    """A row for each candidate in each part that has begun; before any has, one for each candidate."""
    found: dict[str, list[SheetRow]] = {}
    parts = sitting.state.parts
    begun = [0, *(index for index in range(1, len(parts)) if parts[index] is not PartStage.WAITING)]
    for one in room().store.candidates.of_sitting(sitting.sitting_id):
        rows = found.setdefault(one.entry.room or room().identity.room_name, [])
        attempt = sitting.state.attempt_of(one.candidate_id)
        rows.extend(_sheet_row(one.entry, attempt, part, several=len(begun) > 1) for part in begun)
    return dict(sorted(found.items()))


def _sheet_row(entry: Entry, attempt: Attempt | None, index: int, *, several: bool) -> SheetRow:
    title = str(index + 1) if several else ""
    part = attempt.parts.get(index) if attempt is not None else None
    if attempt is None or part is None or part.finish is None:
        return SheetRow(entry, attempt.seat.seat_label if attempt is not None else "", title, "", "", "")
    shown, finish = room().marks.shown_result(attempt.attempt_id, index), part.finish
    result = _result(shown.right, shown.of, finish.time_taken_ms) if shown is not None else ""
    return SheetRow(entry, attempt.seat.seat_label, title, f"{finish.answered}/{finish.of}", result, finish.receipt)


def _result(right: int, of: int, time_taken_ms: int) -> str:
    return in_words(phrase("%(right)s/%(of)s right, %(span)s", right=right, of=of, span=times.span(time_taken_ms)))


def printed_letterhead() -> Letterhead:
    """The letterhead that the officer states in the page's address."""
    """As the officer typed it into the page's form."""
    lines = {name: tidy(request.args.get(name, ""))[:MAX_LINE] for name in ("above", "body", "number", "place")}
    clean = {name: text for name, text in lines.items() if text.isprintable()}
    return Letterhead(
        clean.get("above", ""), clean.get("body", ""), clean.get("number", ""), clean.get("place", ""),
        times.moment(now_ms()).date(),
    )  # fmt: skip


def printed_sitting() -> Sitting:
    """The sitting that is printed; 404 without one."""
    sitting = room().sitting
    if sitting is None:
        abort(404)
    return sitting

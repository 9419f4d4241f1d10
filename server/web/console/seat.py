"""One seat: its machine, its candidate, what happened minute by minute, and the time ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypedDict

from flask import abort, render_template, request

from question_bank.phrase import Phrase, phrase
from server.domain.compensation import proposals_of
from server.domain.rights import Right
from server.domain.roster import Entry
from server.domain.state import Attempt, PartAttempt
from server.live.picture import copies_of
from server.live.presence import KioskPresence
from server.live.sitting_service import Sitting
from server.live.situations import phase_of
from server.protocol.situation import PartPhase
from server.web.access import needs
from server.web.console import ledger, timeline
from server.web.console.blueprint import blueprint
from server.web.console.evidence import Evidence, evidence
from server.web.console.wording import COPIES, NEVER_SAVED
from server.web.context import now_ms, room

PHASES = {
    PartPhase.WAITING: phrase("waits for the start"),
    PartPhase.OPEN: phrase("is working"),
    PartPhase.PAUSED: phrase("is paused"),
    PartPhase.GRACE: phrase("time over, answers are being collected"),
    PartPhase.SUBMITTED: phrase("has submitted"),
    PartPhase.CLOSED: phrase("was closed by the room"),
}


class TimeView(TypedDict):
    """The seat's account: rows, rest breaks, and what waits for a decision."""

    rows: list[ledger.Row]
    breaks: tuple[str, str] | None
    proposals: list[Evidence]


@dataclass(frozen=True, slots=True)
class SeatView:
    """What the page shows; `entry` and `attempt` are None while nobody has signed in here."""

    machine_id: str
    seat_label: str
    kiosk: KioskPresence | None
    attempt: Attempt | None
    entry: Entry | None
    part: PartAttempt | None
    phase: Phrase | None
    rows: list[ledger.Row]
    breaks: tuple[str, str] | None
    proposals: list[Evidence]
    history: list[timeline.Line]
    ack_ms: int | None
    copies: Phrase | None


@blueprint.get("/seat/<machine_id>")
@needs(Right.SEE_ROOM)
def seat(machine_id: str) -> str:
    """What happened to this candidate, minute by minute? How much time is left, and why exactly that much?"""
    view = _view(machine_id)
    if view is None:
        abort(404)
    names = {officer.officer_id: officer.full_name for officer in room().store.officers.everyone()}
    template = "console/_seat.html" if request.args.get("part") == "details" else "console/seat.html"
    return render_template(template, seat=view, names=names, never_saved=NEVER_SAVED)


def _view(machine_id: str) -> SeatView | None:
    sitting, views, machine = room().sitting, room().views, room().pairing.machine(machine_id)
    carried = None if sitting is None else sitting.carried(machine_id)
    attempt = None if sitting is None or carried is None else sitting.attempt(carried.attempt_id)
    if machine is None and attempt is None:
        return None
    label = attempt.seat.seat_label if machine is None and attempt is not None else ""
    part = None if attempt is None else attempt.current
    return SeatView(
        machine_id=machine_id,
        seat_label=label if machine is None else machine.seat_label,
        kiosk=room().presence.kiosk(machine_id),
        attempt=attempt,
        entry=None if attempt is None else room().entry(attempt.candidate_id),
        part=part,
        phase=None if sitting is None or attempt is None else _phase(sitting, part),
        **_time(sitting, attempt, part),
        history=[] if attempt is None or views is None else timeline.lines(views.timeline(attempt.attempt_id)),
        ack_ms=room().presence.last_ack_ms(machine_id),
        copies=None if sitting is None or attempt is None else _copies(sitting, attempt, machine_id),
    )


def _time(sitting: Sitting | None, attempt: Attempt | None, part: PartAttempt | None) -> TimeView:
    if sitting is None or attempt is None or part is None:
        return {"rows": [], "breaks": None, "proposals": []}
    at_ms = now_ms()
    return {
        "rows": ledger.rows(sitting.state, attempt, part, at_ms),
        "breaks": ledger.breaks(part, at_ms),
        "proposals": [evidence(sitting.state, one) for one in proposals_of(sitting.state, attempt, at_ms)],
    }


def _copies(sitting: Sitting, attempt: Attempt, machine_id: str) -> Phrase:
    presence = room().presence
    others = {one.kiosk_id for one in attempt.seatings} - {machine_id}
    held = copies_of(sitting.copies, presence.kiosk(machine_id), [presence.kiosk(one) for one in others])
    return replace(COPIES[held.where], n=held.n, values=(("n", held.n),))


def _phase(sitting: Sitting, part: PartAttempt | None) -> Phrase:
    return PHASES[PartPhase.WAITING if part is None else phase_of(part, now_ms(), sitting.state)]

"""The room's two servers, as officers see them: is everything on both, what waits from a lost history, and going on alone."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from question_bank.phrase import Phrase, phrase
from server import addresses
from server.domain.names import tidy
from server.domain.rights import Right
from server.domain.standby_commands import DecideBranchOrder
from server.domain.values import BranchDecision
from server.live.sitting_service import Sitting
from server.protocol.epoch import term_of
from server.web import acts, sessions
from server.web.access import needs
from server.web.console import reachable
from server.web.context import room
from server.web.sheet_wording import machines_wait, seats_in_words, seats_restored, told
from server.web.wording import REASONS

blueprint = Blueprint("servers", __name__)

MAX_REASON = 300  # characters
ORDERED: Mapping[str, Phrase] = {
    "seat_paused/1": phrase("Clock stopped"),
    "seat_resumed/1": phrase("Clock started again"),
    "time_extended/1": phrase("Time given"),
    "seat_closed/1": phrase("Part ended for a candidate"),
    "part_closed/1": phrase("Part ended for everybody"),
    "sitting_opened/1": phrase("Part started"),
    "set_chosen/1": phrase("Set chosen"),
    "reserve_switch_began/1": phrase("Switch to the reserve set"),
    "paper_replaced/1": phrase("Reserve paper handed out"),
    "package_unsealed/1": phrase("Paper opened"),
    "attendance_recorded/1": phrase("Attendance noted"),
    "incident_recorded/1": phrase("Incident noted"),
    "seat_moved/1": phrase("Candidate sent to another seat"),
}


@blueprint.get("/servers")
@needs(Right.SEE_ROOM)
def page() -> str:
    """Where everything is."""
    return _page()


@blueprint.post("/servers/continue")
@needs(Right.PROMOTE)
def go_on() -> Response | tuple[str, int]:
    """Go on here although machines have promised themselves to a standby that does not answer."""
    side, reason = room().standby, tidy(request.form.get("reason", ""))[:MAX_REASON]
    if not reason:
        return _page(phrase("Say why.")), 422
    beyond = side.beyond()
    if beyond is None:
        return _page(phrase("No machine waits for the standby: there is nothing to do.")), 422
    acts.note("continued_alone", reason)
    side.go_on(beyond)
    acts.done(phrase("The room goes on here. Machines come back within seconds."))
    return redirect(url_for("servers.page"), code=303)


@blueprint.post("/servers/order")
@needs(Right.RUN_SITTING)
def decide() -> Response | tuple[str, int]:
    """Note that an order of the lost history was given again here, or is let be."""
    reason = tidy(request.form.get("reason", ""))[:MAX_REASON]
    applied = request.form.get("act") == "applied"
    decision = BranchDecision.APPLIED if applied else BranchDecision.LET_BE
    command = DecideBranchOrder(request.form.get("hash", "")[:64], decision, reason, sessions.current().officer_id)
    fault = acts.order(command)
    if fault is not None:
        return _page(fault), 422
    acts.done(phrase("Noted, with your name and the reason."))
    return redirect(url_for("servers.page"), code=303)


def _page(fault: Phrase | None = None) -> str:
    here = room()
    sitting, side = here.sitting, here.standby
    known = None if sitting is None else sitting.state.standby
    names = {officer.officer_id: officer.full_name for officer in here.store.officers.everyone()}
    orders = () if known is None else sorted(known.orders.values(), key=lambda one: one.at_ms)
    seats = {} if sitting is None else {one.attempt_id: one.seat.seat_label for one in sitting.state.attempts.values()}
    numbers, waiting = {} if sitting is None else _numbers(sitting), here.sheets.waiting()
    return render_template(
        "servers.html", link=side.link.view(), reach=addresses.told(side.standing.peer),
        here=addresses.typed(reachable.port()), standing=side.standing, term=term_of(side.standing.epoch) + 1,
        known=known, alone_since_ms=None if sitting is None else side.alone_since_ms(sitting), fault=fault,
        orders=orders, names=names, seats=seats, ordered=ORDERED, turned_away=len(side.turned_away), disk=side.disk(),
        sheets=() if sitting is None else sitting.state.sheets.taken[::-1], told=told, numbers=numbers, reasons=REASONS,
        refused=tuple(here.sheets.refused)[::-1], waiting=waiting,
        waiting_words=machines_wait(0 if waiting is None else waiting.machines),
        restored_words=seats_restored(len(numbers)), seats_words=seats_in_words,
        outranked_by=None if side.outranked_by is None else term_of(side.outranked_by) + 1,
    )  # fmt: skip


def _numbers(sitting: Sitting) -> dict[str, str]:
    """By attempt, the candidate number, of those whose seats machines have brought back."""
    found = {}
    for taken in sitting.state.sheets.taken:
        attempt = sitting.attempt(taken.event.attempt_id)
        entry = None if attempt is None else room().entry(attempt.candidate_id)
        found[taken.event.attempt_id] = "" if entry is None else entry.sbd
    return found

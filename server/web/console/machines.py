"""The machines: who asks to join, who has joined, kits for a whole lab, and the address for typing by hand."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, redirect, render_template, request, url_for
from werkzeug import Response as BaseResponse

from question_bank.phrase import phrase
from server.domain import pairing as rules
from server.domain.pairing import MachineKind, Offer, PairFault, PairRefused
from server.domain.rights import Right
from server.live.kit import MAX_LIFE_MS, MAX_USES
from server.live.presence import KioskPresence
from server.protocol.trust import KIT_SUFFIX
from server.store.machines import KitRow, Machine
from server.web import acts, sessions
from server.web.access import needs
from server.web.console import news, reachable
from server.web.console.blueprint import blueprint
from server.web.console.wording import PAIR_FAULTS
from server.web.context import now_ms, room
from server.web.language import say
from server.web.uploads import download

HOUR_MS = 3_600_000
MAX_HOURS = MAX_LIFE_MS // HOUR_MS
REFRESH_S = 0.3  # codes must appear while people look at both screens


@dataclass(frozen=True, slots=True)
class Waiting:
    """A machine that asks to join; `seat` is the name it would get.

    `old`: who has the name it proposes; `old_gone`: and is off the line, as when one computer was set up anew.
    """

    offer: Offer
    seat: str
    old: Machine | None
    old_gone: bool


@dataclass(frozen=True, slots=True)
class Paired:
    """A machine of the room, what is heard of it, and whether a candidate is working there."""

    machine: Machine
    kiosk: KioskPresence | None
    busy: bool


@dataclass(frozen=True, slots=True)
class KitLine:
    """One kit and whether it still pairs machines."""

    kit: KitRow
    alive: bool


@blueprint.get("/machines")
@needs(Right.PAIR_MACHINES)
def machines() -> str:
    """Which machines are here, and which ask to join?"""
    return _page()


@blueprint.get("/machines/news")
@needs(Right.PAIR_MACHINES)
def machines_news() -> Response:
    """Tells the page when a machine asks, comes or goes."""
    return news.stream([room().pairing.subscribe, news.arrivals(room().presence)], Right.PAIR_MACHINES, REFRESH_S)


@blueprint.post("/machines/pair/<pairing_id>")
@needs(Right.PAIR_MACHINES)
def pair(pairing_id: str) -> BaseResponse | tuple[str, int]:
    """The codes are equal: the machine joins under this seat name."""
    seat, instead = request.form.get("seat", "").strip(), request.form.get("replace") == "yes"
    found = room().pairing.approve(sessions.current().officer_id, pairing_id, seat or None, replace=instead)
    if isinstance(found, PairRefused):
        return _page(fault=found, pairing_id=pairing_id, wanted=seat), 409
    acts.note("machine_paired", f"{found.machine_id} {found.seat_label}")
    acts.done(phrase("%(seat)s is paired.", seat=found.seat_label))
    return redirect(url_for("console.machines"), code=303)


@blueprint.post("/machines/refuse/<pairing_id>")
@needs(Right.PAIR_MACHINES)
def refuse(pairing_id: str) -> BaseResponse | tuple[str, int]:
    """The codes differ, or nobody knows the machine: it is turned away."""
    refused = room().pairing.refuse(pairing_id)
    if refused is not None:
        return _page(fault=refused), 409
    acts.note("machine_refused", pairing_id)
    acts.done(phrase("The machine was turned away. Nothing was told to it."))
    return redirect(url_for("console.machines"), code=303)


@blueprint.post("/machines/<machine_id>/unpair")
@needs(Right.PAIR_MACHINES)
def unpair(machine_id: str) -> BaseResponse:
    """The machine leaves the room; what it has delivered stays."""
    machine = room().pairing.machine(machine_id)
    if machine is None:
        abort(404)
    room().pairing.revoke(sessions.current().officer_id, machine_id)
    acts.note("machine_unpaired", f"{machine_id} {machine.seat_label}")
    acts.done(phrase("%(seat)s has left the room.", seat=machine.seat_label))
    return redirect(url_for("console.machines"), code=303)


@blueprint.post("/machines/<machine_id>/rename")
@needs(Right.PAIR_MACHINES)
def rename(machine_id: str) -> BaseResponse | tuple[str, int]:
    """Give the machine another seat name."""
    found = room().pairing.rename(machine_id, request.form.get("seat", ""))
    if isinstance(found, PairRefused):
        return _page(fault=found), 409
    room().changed()
    acts.note("machine_renamed", f"{machine_id} {found.seat_label}")
    return redirect(url_for("console.machines"), code=303)


@blueprint.post("/machines/kit")
@needs(Right.PAIR_MACHINES)
def make_kit() -> BaseResponse | tuple[str, int]:
    """A kit as a file to keep on a USB stick: shown once, never again."""
    uses, hours = _whole("uses", MAX_USES), _whole("hours", MAX_HOURS)
    if uses is None or hours is None:
        return _page(kit_fault=True), 422
    officer_id = sessions.current().officer_id
    kit = room().pairing.kits.make(officer_id, uses, hours * HOUR_MS, reachable.addresses(), reachable.port())
    acts.note("kit_made", f"{kit.kit_id} {uses} {hours}h")
    return download(kit.to_bytes(), "application/octet-stream", f"{room().identity.room_id}{KIT_SUFFIX}")


@blueprint.post("/machines/kit/<kit_id>/revoke")
@needs(Right.PAIR_MACHINES)
def revoke_kit(kit_id: str) -> BaseResponse:
    """The kit pairs no more machines; those it has paired stay."""
    room().pairing.kits.revoke(sessions.current().officer_id, kit_id)
    acts.note("kit_revoked", kit_id)
    acts.done(phrase("The kit pairs no more machines."))
    return redirect(url_for("console.machines"), code=303)


def _page(fault: PairRefused | None = None, pairing_id: str = "", wanted: str = "", *, kit_fault: bool = False) -> str:
    taken = {machine.seat_label for machine in room().pairing.machines()}
    return render_template(
        "console/machines.html",
        waiting=_waiting(taken, pairing_id, wanted),
        seen=room().pairing.seen(),
        paired=_paired(),
        kits=[KitLine(kit, _alive(kit)) for kit in room().pairing.kits.all()],
        addresses=reachable.typed(),
        fingerprint=reachable.fingerprint(),
        fault=None if fault is None else say(PAIR_FAULTS[fault.fault]),
        taken=fault is not None and fault.fault is PairFault.SEAT_TAKEN,
        pairing_id=pairing_id,
        kit_fault=kit_fault,
        most=(MAX_USES, MAX_HOURS),
        names={one.officer_id: one.full_name for one in room().store.officers.everyone()},
    )


def _waiting(taken: set[str], pairing_id: str, wanted: str) -> list[Waiting]:
    """The offers, each with the seat name it would get: two at once get two names."""
    found, given = [], set(taken)
    for offer in room().pairing.pending():
        proposed = offer.proposed_seat
        seat = proposed if proposed and proposed not in given else rules.free_seat(offer.kind, given)
        given.add(seat)
        if offer.pairing_id == pairing_id and wanted:
            seat = wanted
        old = next((one for one in room().pairing.machines() if proposed and one.seat_label == proposed), None)
        kiosk = None if old is None else room().presence.kiosk(old.machine_id)
        found.append(Waiting(offer, seat, old, old is not None and (kiosk is None or not kiosk.connected)))
    return found


def _paired() -> list[Paired]:
    sitting = room().sitting
    running = (
        {one.seat.kiosk_id for one in sitting.state.attempts.values() if one.running is not None} if sitting else set()
    )
    return [
        Paired(machine, room().presence.kiosk(machine.machine_id), machine.machine_id in running)
        for machine in sorted(
            room().pairing.machines(), key=lambda one: (one.kind is MachineKind.KIOSK, one.seat_label)
        )
    ]


def _alive(kit: KitRow) -> bool:
    state = kit.state
    return not state.revoked and state.used < state.uses and now_ms() < state.expires_at_ms


def _whole(name: str, most: int) -> int | None:
    """A number from 1 to `most` out of the form."""
    text = request.form.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) <= 6 and 1 <= int(text) <= most else None

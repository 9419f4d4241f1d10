"""The backup kit: which sealed sets lie where, seat by seat, and the handover sheet."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, render_template, request
from werkzeug import Response

from question_bank.phrase import Phrase, phrase
from server.domain.names import tidy
from server.domain.rights import Right
from server.domain.values import SetName
from server.identity import room_fingerprint
from server.live.sitting_service import Sitting
from server.store.packages import PackageRow
from server.web import acts
from server.web.access import needs
from server.web.console.blueprint import blueprint
from server.web.context import now_ms, room
from server.web.documents.handover import HandoverFacts, SetHeld, handover_sheet
from server.web.papers import printed_letterhead
from server.web.uploads import pdf_response
from server.web.wording import SETS

STICKS = 2
MAX_LABEL = 40


@dataclass(frozen=True, slots=True)
class SetPlaces:
    """One sealed set, and the seats that hold it checked or do not; `row` None: not in the room yet."""

    name: SetName
    title: Phrase
    package_id: str
    row: PackageRow | None
    on_standby: bool | None
    held: list[str]
    missing: list[tuple[str, str]]  # (seat, machine id)


@blueprint.get("/kit")
@needs(Right.SEE_ROOM)
def kit() -> str:
    """Is every sealed set where it should be?"""
    sitting = room().sitting
    if sitting is None:
        return render_template("no_sitting.html")
    fingerprint = room_fingerprint(room().identity.server_key.hex())
    return render_template("console/kit.html", sets=_places(sitting), fingerprint=fingerprint, sticks=STICKS)


@blueprint.get("/kit/handover.pdf")
@needs(Right.SEE_ROOM)
def handover() -> Response:
    """The handover sheet, with what was typed: labels of the sticks and numbers of paper copies."""
    sitting = room().sitting
    if sitting is None:
        abort(404)
    facts = HandoverFacts(
        room_name=room().identity.room_name,
        sitting_id=sitting.sitting_id,
        title=sitting.definition.title.vi,
        at_ms=now_ms(),
        fingerprint=room_fingerprint(room().identity.server_key.hex()),
        sets=[_printed(one) for one in _places(sitting)],
        sticks=[_typed(f"stick{number}") for number in range(1, STICKS + 1)],
    )
    head = printed_letterhead()
    pdf = room().port.offload(lambda: handover_sheet(facts, head))
    acts.note("printed", f"{sitting.sitting_id} handover")
    return pdf_response(pdf, f"{sitting.sitting_id}-handover.pdf")


def _places(sitting: Sitting) -> list[SetPlaces]:
    standby = room().readiness.standby()
    on_standby = (
        None if standby is None else {one.package_id: one.sha256 for one in standby.machine.packages if one.verified}
    )
    seats = sorted(room().readiness.reports(), key=lambda one: one.facts.seat_label)
    found = []
    for name in SetName:
        package_id = sitting.definition.package_of(name.value)
        row = room().store.packages.by_id(package_id)
        holds = {
            one.facts.kiosk_id for one in seats
            if package_id in one.facts.staged and one.facts.staged[package_id].verified
        }  # fmt: skip
        there = None if on_standby is None or row is None else on_standby.get(package_id) == row.sha256.hex()
        held = [one.facts.seat_label for one in seats if one.facts.kiosk_id in holds]
        missing = [(one.facts.seat_label, one.facts.kiosk_id) for one in seats if one.facts.kiosk_id not in holds]
        found.append(SetPlaces(name, SETS[name], package_id, row, there, held, missing))
    return found


def _printed(one: SetPlaces) -> SetHeld:
    places = [phrase("This server")] if one.row is not None else []
    if one.on_standby:
        places.append(phrase("The standby"))
    return SetHeld(
        title=one.title,
        package_id=one.package_id,
        sha256=one.row.sha256.hex() if one.row is not None else "–",
        manifest_sha256=one.row.manifest_sha256.hex() if one.row is not None else "–",
        places=places,
        seats=len(one.held),
        of=len(one.held) + len(one.missing),
        missing=[seat for seat, _ in one.missing],
        paper_copies=_typed(f"copies_{one.name.value}"),
    )


def _typed(name: str) -> str:
    text = tidy(request.args.get(name, ""))[:MAX_LABEL]
    return text if text.isprintable() else ""

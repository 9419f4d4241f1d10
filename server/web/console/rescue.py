"""Answers that were carried by hand come in: as files, as photographs of codes, or by this machine's camera."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, jsonify, render_template, request
from werkzeug import Response as BaseResponse

from question_bank.phrase import Phrase, phrase, phrases
from server.domain.rescue_events import Carrier
from server.domain.rights import Right, may
from server.live.qr_pictures import PictureFault
from server.live.rescue_codes import Seen
from server.live.rescue_report import Line, Report, RescueFault
from server.protocol.rescue import MAX_FILE_BYTES
from server.qr_reader import MAX_PICTURE_BYTES
from server.web import acts, sessions
from server.web.access import needs
from server.web.console.blueprint import blueprint
from server.web.context import room
from server.web.language import say
from server.web.rescue_wording import CARRIERS, FAULTS, HEADS, KEPT

MAX_FILES = 16  # in one form: what lies on one stick of a dead row
MAX_PHOTOS = 64
SHOWN_REPORTS = 200  # on the page; all of them stay in the folder

PICTURES = {
    PictureFault.TOO_LARGE: phrase("The picture is too large. Choose a smaller size in the camera's settings."),
    PictureFault.NOT_A_PICTURE: phrase("This is no picture that can be read. JPEG, PNG and WebP can."),
    PictureFault.READER_DIED: phrase("This picture could not be read. Take another one."),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one thing that was brought in; `report` None: nothing was done, for the reason said."""

    name: str
    report: Report | None
    what: str
    act: str


@dataclass(frozen=True, slots=True)
class Row:
    """One outbox of a report as the page shows it."""

    line: Line
    who: str
    why: str
    act: str


@blueprint.get("/rescue")
@needs(Right.RESCUE_ANSWERS)
def rescue() -> str:
    """What was carried in, what became of it, and how to bring in more."""
    return _page()


@blueprint.post("/rescue/files")
@needs(Right.RESCUE_ANSWERS)
def rescue_files() -> tuple[str, int]:
    """Take files in, one after another; each has its own answer."""
    files = request.files.getlist("files")
    if not files or len(files) > MAX_FILES:
        abort(400)
    found = []
    for file in files:
        taken = room().rescue.take_in(file.stream.read(MAX_FILE_BYTES + 1), Carrier.FILE, _officer())
        found.append(_outcome((file.filename or "")[:80], taken))
    return _answered(found)


@blueprint.post("/rescue/photos")
@needs(Right.RESCUE_ANSWERS)
def rescue_photos() -> tuple[str, int]:
    """Read a series of photographs of codes; what becomes whole is taken in."""
    photos = request.files.getlist("photos")
    if not photos or len(photos) > MAX_PHOTOS:
        abort(400)
    found: list[Outcome] = []
    for photo in photos:
        name = (photo.filename or "")[:80]
        seen = room().rescue.codes.look(photo.stream.read(MAX_PICTURE_BYTES + 1), Carrier.PHOTOS, _officer())
        found += [_outcome(name, one) for one in seen.taken]
        if seen.fault is not None:
            found.append(Outcome(name, None, say(PICTURES[seen.fault]), ""))
        elif not seen.codes:
            found.append(
                Outcome(
                    name, None, say(_no_code(seen)), say(phrase("Take this photograph again, nearer and straight."))
                )
            )
    return _answered(found)


@blueprint.post("/rescue/look")
@needs(Right.RESCUE_ANSWERS)
def rescue_look() -> Response:
    """One picture of this machine's camera: what it showed, for the script."""
    seen = room().rescue.codes.look(request.get_data()[: MAX_PICTURE_BYTES + 1], Carrier.CAMERA, _officer())
    taken = [_outcome("", one) for one in seen.taken]
    _note(taken)
    return jsonify(
        codes=seen.codes,
        fault=None if seen.fault is None else say(PICTURES[seen.fault]),
        under_way=[_progress(one.have, one.need) for one in seen.under_way],
        taken=[{"ok": one.report is not None, "text": f"{one.what} {one.act}".strip()} for one in taken],
    )


@blueprint.post("/rescue/forget")
@needs(Right.RESCUE_ANSWERS)
def rescue_forget() -> str:
    """Begin anew with codes."""
    room().rescue.codes.forget(_officer())
    return _page()


@blueprint.post("/rescue/again/<file_sha256>")
@needs(Right.RESCUE_ANSWERS)
def rescue_again(file_sha256: str) -> tuple[str, int] | BaseResponse:
    """Merge a file that is kept here once more."""
    taken = room().rescue.again(file_sha256, _officer()) if len(file_sha256) == 64 and file_sha256.isalnum() else None
    if taken is None:
        abort(404)
    return _answered([_outcome("", taken)])


def _officer() -> str:
    return sessions.current().officer_id


def _answered(found: list[Outcome]) -> tuple[str, int]:
    _note(found)
    return _page(found), 200 if all(one.report is not None for one in found) else 422


def _note(found: list[Outcome]) -> None:
    for one in found:
        if one.report is not None:
            acts.note("answers_rescued", one.report.file_sha256)


def _page(outcomes: list[Outcome] | None = None) -> str:
    desk = room().rescue
    reports = room().port.offload(desk.reports)
    under_way = [(one.file_id, _progress(one.have, one.need)) for one in desk.codes.under_way(_officer())]
    return render_template(
        "console/rescue.html",
        outcomes=outcomes or [],
        reports=[(report, _rows(report), _head(report), say(CARRIERS[report.carrier])) for report in reports[:SHOWN_REPORTS]],
        more=max(0, len(reports) - SHOWN_REPORTS),
        under_way=under_way,
        recipient=room().identity.rescue_recipient,
        names={officer.officer_id: officer.full_name for officer in room().store.officers.everyone()},
    )  # fmt: skip


def _outcome(name: str, taken: Report | RescueFault) -> Outcome:
    if isinstance(taken, RescueFault):
        return Outcome(name, None, say(FAULTS[taken].what), say(FAULTS[taken].act))
    what = phrase(
        "Machine %(seat)s: %(new)s new, %(known)s known, %(late)s late, %(refused)s refused, %(kept)s not merged.",
        seat=taken.seat_label, new=taken.total("new"), known=taken.total("known"), late=taken.total("late"),
        refused=taken.total("refused") + taken.total("conflict"), kept=taken.total("kept"),
    )  # fmt: skip
    act = (
        phrase("Everything it held is in the journal.")
        if taken.is_complete
        else phrase("Look at the list below: something needs you.")
    )
    return Outcome(name, taken, say(what), say(act))


def _rows(report: Report) -> list[Row]:
    return [
        Row(line, _who(line), *(("", "") if line.why is None else (say(KEPT[line.why].what), say(KEPT[line.why].act))))
        for line in report.lines
    ]


def _who(line: Line) -> str:
    """Whose outbox: the number, and the name for those who may see the roster."""
    entry = None if line.candidate_id is None else room().entry(line.candidate_id)
    if entry is None:
        return line.attempt_id
    return f"{entry.sbd} · {entry.full_name}" if may(sessions.current().role, Right.SEE_ROSTER) else entry.sbd


def _head(report: Report) -> str:
    said = HEADS.get(report.head)
    return "" if said is None else say(said)


def _progress(have: int, need: int) -> str:
    return say(phrases("%(have)s of %(n)s code", "%(have)s of %(n)s codes", need, have=have))


def _no_code(seen: Seen) -> Phrase:
    if seen.others:
        return phrase("There is a QR code in this photograph, but not one of ours.")
    return phrase("No code was found in this photograph.")

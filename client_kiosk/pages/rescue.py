"""The technician's page at a machine: its answers onto a stick, or as codes that another machine's camera reads."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, jsonify, render_template
from flask_babel import gettext as _
from flask_babel import ngettext

from client_kiosk.carrying import Carrying, Held
from client_kiosk.errors import KioskError
from client_kiosk.pages.calls import body_of_request
from client_kiosk.sticks import Stick
from client_kiosk.wording import render
from question_bank.canonical import JSON
from question_bank.wording import Language, use_language

_MB = 1_000_000


def rescue_pages(
    carrying: Carrying, frame: Callable[[], dict[str, object]], language: Callable[[], Language]
) -> Blueprint:
    """The page, its acts, and the pictures of the codes. `frame`: what the page's own frame shows."""
    pages = Blueprint("rescue", __name__)

    @pages.get("/rescue")
    def page() -> str:
        return render_template("rescue.html", rescue_words=words(), **frame())

    @pages.post("/api/rescue/overview")
    def overview() -> Response:
        return _answered(language(), lambda: _overview(carrying))

    @pages.post("/api/rescue/write")
    def write() -> Response:
        place = body_of_request().get("stick")
        if type(place) is not int:
            abort(400)
        return _answered(language(), lambda: _written(carrying, place))

    @pages.post("/api/rescue/show")
    def show() -> Response:
        sitting_id = str(body_of_request().get("sitting_id", ""))[:64]
        return _answered(language(), lambda: _shown(carrying, sitting_id))

    @pages.get("/rescue/code/<show_id>/<int:number>.png")
    def code(show_id: str, number: int) -> Response:
        picture = carrying.picture(show_id, number)
        if picture is None:
            abort(404)
        return Response(picture, mimetype="image/png")

    return pages


def words() -> dict[str, str]:
    """The script's sentences."""
    return {
        "code_of": _("Code {number} of {count}"),
        "block": _("one of the {blocks} that are enough"),
        "spare": _("a spare, for one that was missed"),
        "pause": _("Pause"),
        "go_on": _("Go on"),
        "seconds": _("{seconds} s each"),
        "no_stick": _("No USB stick is plugged in."),
        "no_answers": _("This machine holds no answers."),
        "fault": _("This machine did not do it. Call the technician."),
        "code_alt": _("Code {number} of {count}, for a camera"),
    }


def _answered(language: Language, act: Callable[[], dict[str, JSON]]) -> Response:
    """The act's answer, or what went wrong and what to do."""
    use_language(language)
    try:
        return jsonify(ok=True, **act())
    except KioskError as error:
        said = [render(one) for one in (error.said, error.advice) if one]
        return jsonify(ok=False, text=" ".join(f"{one[:1].upper()}{one[1:].rstrip('.')}." for one in said))


def _overview(carrying: Carrying) -> dict[str, JSON]:
    found = carrying.overview()
    return {
        "sittings": [_held(one) for one in found.sittings],
        "sticks": [_stick(one) for one in found.sticks],
        "damaged": _damaged(found.damaged),
    }


def _held(one: Held) -> JSON:
    count = ngettext("One record", "%(num)d records", one.records)
    return {
        "sitting_id": one.sitting_id,
        "text": str(
            _(
                "Sitting %(sitting)s: %(count)s, of which %(unsettled)s are not known to be on the server.",
                sitting=one.sitting_id, count=count, unsettled=one.unsettled,
            )
        ),
    }  # fmt: skip


def _stick(one: Stick) -> JSON:
    return str(_("Write to “%(name)s” (%(free)s MB free)", name=one.name, free=one.free_bytes // _MB))


def _damaged(names: tuple[str, ...]) -> JSON:
    if not names:
        return None
    return str(
        _("A file with answers is damaged; what reads is carried. Keep this machine: %(files)s", files=", ".join(names))
    )


def _written(carrying: Carrying, place: int) -> dict[str, JSON]:
    done = carrying.write(place)
    count = ngettext("One record", "%(num)d records", done.records)
    text = _(
        "Written to “%(stick)s” and read back: %(count)s in %(files)s. Eject the stick and bring it to the server.",
        stick=done.stick, count=count, files=", ".join(done.names),
    )  # fmt: skip
    return {"text": str(text)}


def _shown(carrying: Carrying, sitting_id: str) -> dict[str, JSON]:
    shown = carrying.show(sitting_id)
    partial = _(
        "Only what no server has acknowledged: the whole is too large for codes. Carry the whole on a USB stick later."
    )
    return {
        "show_id": shown.show_id,
        "blocks": shown.blocks,
        "count": len(shown.frames),
        "records": shown.records,
        "note": str(partial) if shown.partial else "",
        "name": shown.name,
    }

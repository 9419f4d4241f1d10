"""The bank's pictures, recordings and films: where each is used, and another put in its place."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, render_template, request

from question_bank.media import read_medium
from question_bank.phrase import Phrase
from question_bank.showing import MediumFile
from question_bank.studio.desk import Desk
from question_bank.studio.seat import Seat
from question_bank.studio.uses import Used, file_uses, taken_back
from question_bank.vault.people import Person
from question_bank.vault.states import Refused
from question_bank.vault.store import Kind
from question_bank.wording import gettext, render

_UNUSED = Used()
_SHOW = ("image", "audio", "video", "unused")


def kept_file_pages(desk: Desk, seat: Seat) -> Blueprint:
    """`/files`, `/files/<name>`, and a file replaced."""
    pages = Blueprint("kept_files", __name__)

    @pages.get("/files")
    def listed() -> str:
        vault, show = desk.vault, request.args.get("show", "")
        media, uses = vault.shared.media(), file_uses(desk.vault)
        groups = {name: [one for one in media if _fits(name, media[one], one in uses)] for name in ("", *_SHOW)}
        return render_template(
            "files.html", media=media, uses=uses, unused=_UNUSED, groups=groups, show=show if show in _SHOW else "",
        )  # fmt: skip

    @pages.get("/files/<name>")
    def one(name: str) -> str:
        vault = desk.vault
        file = vault.shared.media().get(name) or abort(404)
        used = file_uses(vault).get(name, _UNUSED)
        changes = vault.store.history(Kind.MEDIUM, name, 50)
        return render_template(
            "file.html",
            name=name,
            file=file,
            used=used,
            back=taken_back(vault, used),
            changes=changes,
            seen=file.sha256,
        )

    @pages.post("/api/files/<name>")
    def replace(name: str) -> Response:
        said = _replaced(desk, seat.who, name, request.get_data(cache=False)) or desk.keep()
        return jsonify(ok=not said, text=said, to=f"/files/{name}")

    _named(pages, desk)
    return pages


def _named(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/media/named/<name>")
    def named(name: str) -> Response:
        data = desk.vault.shared.medium(name)
        known = read_medium(data) if data is not None else None
        if known is None or isinstance(known, Phrase):
            abort(404)
        return Response(data, mimetype=known.media_type)


def _fits(show: str, file: MediumFile, used: bool) -> bool:
    return not used if show == "unused" else file.media_type.startswith(show)


def _replaced(desk: Desk, by: Person, name: str, data: bytes) -> str:
    """Put these bytes in the place of a file; gives why not, or nothing."""
    shared = desk.vault.shared
    with desk.vault.store.doing():
        before = shared.media().get(name) or abort(404)
        if before.sha256 != request.headers.get("X-Seen"):
            return gettext("Somebody has replaced this file since you opened the page. Load it anew.")
        found = read_medium(data)
        if isinstance(found, Phrase):
            return render(found)
        if found.media_type.partition("/")[0] != before.media_type.partition("/")[0]:
            return gettext("This is another kind of file; what names it would not show it.")
        written = shared.add_medium(name, data, by)
    return render(written.message) if isinstance(written, Refused) else ""

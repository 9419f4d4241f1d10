"""Widgets and editors of item types, and the bank's pictures and recordings, for pages of the studio."""

from __future__ import annotations

import re
from io import BytesIO
from typing import cast

from flask import Blueprint, Response, abort, jsonify, request

from question_bank.formats.exchange import media_name
from question_bank.front.widgets import WIDGET_FILES, type_file
from question_bank.media import read_medium
from question_bank.phrase import Phrase
from question_bank.studio.desk import Desk
from question_bank.studio.pending import pending
from question_bank.studio.seat import Seat
from question_bank.vault.states import Refused
from question_bank.wording import render

_FILES = {**WIDGET_FILES, "editor.js": "text/javascript"}
_DIGEST = re.compile("[0-9a-f]{64}")
_KINDS = {"image": "picture", "audio": "audio", "video": "video"}


def file_pages(desk: Desk, seat: Seat) -> Blueprint:
    """`/types/<type>/<file>`, `/media/<sha256>`, and a picture or recording put in."""
    serving = Blueprint("files", __name__)

    @serving.get("/types/<name>/<file>")
    def of_type(name: str, file: str) -> Response:
        content = type_file(name, file) if file in _FILES else None
        if content is None:
            abort(404)
        return Response(content, mimetype=_FILES[file])

    @serving.get("/media/<sha256>")
    def medium(sha256: str) -> Response:
        data = _bytes(desk, sha256) if _DIGEST.fullmatch(sha256) else None
        known = read_medium(data) if data is not None else None
        if data is None or known is None or isinstance(known, Phrase):
            abort(404)
        response = Response(BytesIO(data), mimetype=known.media_type, direct_passthrough=True)
        response.content_length = len(data)
        return cast(Response, response.make_conditional(request, accept_ranges=True, complete_length=len(data)))

    @serving.post("/api/media")
    def put_in() -> Response:
        assert seat.person is not None
        data = request.get_data(cache=False)
        ending = re.sub("[^A-Za-z0-9]", "", request.headers.get("X-File-Ending", ""))[:8] or "bin"
        name = media_name(data, ending)
        found = desk.vault.shared.add_medium(name, data, seat.person)
        if isinstance(found, Refused):
            return jsonify(ok=False, text=render(found.message))
        if fault := desk.keep():
            return jsonify(ok=False, text=fault)
        return jsonify(ok=True, name=name, kind=_KINDS.get(found.media_type.partition("/")[0], "picture"))

    return serving


def _bytes(desk: Desk, sha256: str) -> bytes | None:
    try:
        return desk.vault.shared.blob(sha256)
    except KeyError:
        return pending(desk).medium(sha256)

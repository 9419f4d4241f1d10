"""Widgets and editors of item types, and the bank's pictures and recordings, for pages of the studio."""

from __future__ import annotations

import re

from flask import Blueprint, Response, jsonify, request

from question_bank.formats.exchange import media_name
from question_bank.front.serving import front_files
from question_bank.front.widgets import TYPE_FILES
from question_bank.media import read_medium
from question_bank.showing import MediumFile
from question_bank.studio.desk import Desk
from question_bank.studio.pending import pending
from question_bank.studio.seat import Seat
from question_bank.vault.states import Refused
from question_bank.wording import render

_KINDS = {"image": "picture", "audio": "audio", "video": "video"}


def file_pages(desk: Desk, seat: Seat) -> Blueprint:
    """What `front_files` serves, and a picture or recording put in."""
    serving = Blueprint("files", __name__)

    def find(sha256: str) -> tuple[bytes, str] | None:
        data = _bytes(desk, sha256)
        known = read_medium(data) if data is not None else None
        return (data, known.media_type) if data is not None and isinstance(known, MediumFile) else None

    front_files(serving, TYPE_FILES, find)

    @serving.post("/api/media")
    def put_in() -> Response:
        data = request.get_data(cache=False)
        ending = re.sub("[^A-Za-z0-9]", "", request.headers.get("X-File-Ending", ""))[:8] or "bin"
        name = media_name(data, ending)
        found = desk.vault.shared.add_medium(name, data, seat.who)
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

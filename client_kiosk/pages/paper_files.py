"""What the page needs to show a paper beside its words: the widgets of the item types, pictures and recordings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import cast

from flask import Blueprint, Response, abort, request

from client_kiosk.pages.desk import Desk
from question_bank.canonical import JSON
from question_bank.front.widgets import WIDGET_FILES, described, type_file
from question_bank.wording import Language, use_language

_DIGEST = re.compile("[0-9a-f]{64}")


def paper_files(desk: Desk) -> Blueprint:
    """`/items/<type>/widget.js` and `.css` from the type's own folder, `/media/<sha256>` decrypted in memory."""
    serving = Blueprint("paper_files", __name__)

    @serving.get("/items/<name>/<file>")
    def item_file(name: str, file: str) -> Response:
        content = type_file(name, file) if file in WIDGET_FILES else None
        if content is None:
            abort(404)
        return Response(content, mimetype=WIDGET_FILES[file])

    @serving.get("/media/<sha256>")
    def medium(sha256: str) -> Response:
        found = desk.medium(sha256) if _DIGEST.fullmatch(sha256) else None
        if found is None:
            abort(404)
        response = Response(BytesIO(found.data), mimetype=found.media_type, direct_passthrough=True)
        response.content_length = len(found.data)
        return cast(Response, response.make_conditional(request, accept_ranges=True, complete_length=len(found.data)))

    return serving


def with_types(paper: Mapping[str, JSON], language: Language) -> dict[str, JSON]:
    """The paper, and what its page needs of each type in it: sentences in the reader's language, and whether it has a style."""
    use_language(language)
    items = paper["items"]
    assert isinstance(items, list)
    names = {str(item["type"]) for item in items if isinstance(item, dict)}
    return {**paper, "types": described(names)}

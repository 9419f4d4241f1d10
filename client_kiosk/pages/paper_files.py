"""What the page needs to show a paper beside its words: the widgets of the item types, pictures and recordings."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from importlib.resources import files
from io import BytesIO
from typing import cast

from flask import Blueprint, Response, abort, request

from client_kiosk.pages.desk import Desk
from question_bank.canonical import JSON
from question_bank.items import types
from question_bank.wording import Language, render, use_language

_FILES = {"widget.js": "text/javascript", "widget.css": "text/css"}
_DIGEST = re.compile("[0-9a-f]{64}")


def paper_files(desk: Desk) -> Blueprint:
    """`/items/<type>/widget.js` and `.css` from the type's own folder, `/media/<sha256>` decrypted in memory."""
    serving = Blueprint("paper_files", __name__)

    @serving.get("/items/<name>/<file>")
    def item_file(name: str, file: str) -> Response:
        content = type_file(name, file)
        if content is None:
            abort(404)
        return Response(content, mimetype=_FILES[file])

    @serving.get("/media/<sha256>")
    def medium(sha256: str) -> Response:
        found = desk.medium(sha256) if _DIGEST.fullmatch(sha256) else None
        if found is None:
            abort(404)
        response = Response(BytesIO(found.data), mimetype=found.media_type, direct_passthrough=True)
        response.content_length = len(found.data)
        return cast(Response, response.make_conditional(request, accept_ranges=True, complete_length=len(found.data)))

    return serving


def type_file(name: str, file: str) -> bytes | None:
    """A file that the page may have of a type's folder; None when there is none."""
    item_type = types().get(name)
    if item_type is None or file not in _FILES:
        return None
    if not hasattr(sys.modules[item_type.__module__], "__path__"):
        return None  # a type in a single file has no widget
    found = files(item_type.__module__) / file
    return found.read_bytes() if found.is_file() else None


def with_types(paper: Mapping[str, JSON], language: Language) -> dict[str, JSON]:
    """The paper, and what its page needs of each type in it: sentences in the reader's language, and whether it has a style."""
    use_language(language)
    items = paper["items"]
    assert isinstance(items, list)
    names = sorted({str(item["type"]) for item in items if isinstance(item, dict)})
    described: dict[str, JSON] = {
        name: {
            "words": {word: render(sentence) for word, sentence in types()[name].WORDS.items()},
            "style": type_file(name, "widget.css") is not None,
        }
        for name in names
    }
    return {**paper, "types": described}

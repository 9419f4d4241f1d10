"""What every page of items is given beside its own files: what all pages share, the types' own files, pictures and recordings."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from io import BytesIO
from typing import cast

from flask import Blueprint, Response, abort, request, send_from_directory

from question_bank.front import PATH
from question_bank.front.widgets import TYPE_FILES, type_file

_DIGEST = re.compile("[0-9a-f]{64}")

FindMedium = Callable[[str], tuple[bytes, str] | None]
"""A picture or recording by its SHA-256 (hex): its bytes and media type; None where there is none such."""


def front_files(pages: Blueprint, type_files: Collection[str], find_medium: FindMedium) -> None:
    """`/front/…`; `/types/<type>/<file>` for these files of a type's folder; `/media/<sha256>`, whole or in ranges."""

    @pages.get("/front/<path:name>")
    def front(name: str) -> Response:
        return send_from_directory(PATH, name)

    @pages.get("/types/<name>/<file>")
    def of_type(name: str, file: str) -> Response:
        content = type_file(name, file) if file in type_files else None
        if content is None:
            abort(404)
        return Response(content, mimetype=TYPE_FILES[file])

    @pages.get("/media/<sha256>")
    def medium(sha256: str) -> Response:
        found = find_medium(sha256) if _DIGEST.fullmatch(sha256) else None
        if found is None:
            abort(404)
        data, media_type = found
        response = Response(BytesIO(data), mimetype=media_type, direct_passthrough=True)
        response.content_length = len(data)
        return cast(Response, response.make_conditional(request, accept_ranges=True, complete_length=len(data)))

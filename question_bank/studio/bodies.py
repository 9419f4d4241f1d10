"""What a page's script sends: one JSON object, or the request is none of ours."""

from __future__ import annotations

from flask import abort, request

from question_bank.canonical import JSON


def sent_object() -> dict[str, JSON]:
    """The object that was sent; 400 for anything else, a list in a list in a list without end included."""
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        abort(400)
    if not isinstance(body, dict):
        abort(400)
    return body

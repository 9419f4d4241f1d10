"""What a page sends: one JSON object, an editor's fields, numbers in addresses and forms; or the request is none of ours."""

from __future__ import annotations

from flask import abort, request

from question_bank.canonical import JSON, CanonicalError, encode

_MOST_DIGITS = 9  # a bank has not a thousand million of anything, and SQLite and Python count further


def sent_object() -> dict[str, JSON]:
    """The object that was sent; 400 for anything else, and for what the bank could not keep.

    That is a list in a list without end, a fraction, a number beyond 2^53, half a character.
    """
    try:
        body = request.get_json(silent=True)
        encode(body)
    except (RecursionError, CanonicalError):
        abort(400)
    if not isinstance(body, dict):
        abort(400)
    return body


def sent_fields() -> tuple[dict[str, JSON], int]:
    """What stands in an editor's fields, and the revision that they began from."""
    body = sent_object()
    fields, seen = body.get("fields"), revision_seen(body)
    if not isinstance(fields, dict):
        abort(400)
    return fields, seen


def revision_seen(body: dict[str, JSON]) -> int:
    """The revision that a page began from; 0 for none."""
    seen = body.get("seen")
    if not isinstance(seen, int) or isinstance(seen, bool):
        abort(400)
    return seen


def typed_number(text: str, otherwise: int) -> int:
    """A whole number as addresses and forms have it; `otherwise` for what is none, or too long to be one of ours."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else otherwise


def inside(path: str) -> str:
    """A path of ours to go to; anything else, what a browser would read as another computer's included, is the first page."""
    ours = path.startswith("/") and path.isprintable() and not path.startswith(("//", "/\\", "/sign-in"))
    return path if ours else "/"

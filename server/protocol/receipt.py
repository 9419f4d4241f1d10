"""The digest of a candidate's final responses, and the short code printed from it. Pure.

Kiosk and server compute both on their own; a receipt names what was handed in, never a place in the journal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from question_bank.canonical import encode

_TAG = b"examroom responses v1\0"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: read aloud and typed without mistakes


def responses_sha256(attempt_id: str, part: int, responses: Mapping[str, Mapping[str, object]]) -> bytes:
    """SHA-256, 32 bytes, of the final responses by item id; a cleared or never answered item is absent."""
    text = encode({"attempt_id": attempt_id, "part": part, "responses": dict(responses)})
    return hashlib.sha256(_TAG + text).digest()


def receipt_code(sha256: bytes) -> str:
    """The first 40 bits as `XXXX-XXXX` in Crockford's base32."""
    number = int.from_bytes(sha256[:5])
    letters = "".join(_CROCKFORD[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"

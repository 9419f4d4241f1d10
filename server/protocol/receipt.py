"""The digest of a candidate's final responses and actions, and the short code printed from it. Pure.

Kiosk and server compute both on their own; a receipt names what was handed in, never a place in the journal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from question_bank.canonical import encode

_TAG = b"examroom responses v1\0"
_ACTION = b"examroom action v1\0"
_ACTIONS = b"examroom actions v1\0"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: read aloud and typed without mistakes


def responses_sha256(attempt_id: str, part: int, responses: Mapping[str, Mapping[str, object]]) -> bytes:
    """SHA-256, 32 bytes, of the final responses by item id; a cleared or never answered item is absent.

    What was done in a simulator stands among them as `actions_response` gives it.
    """
    text = encode({"attempt_id": attempt_id, "part": part, "responses": dict(responses)})
    return hashlib.sha256(_TAG + text).digest()


def action_sha256(n: int, action: Mapping[str, object], made_at_ms: int) -> bytes:
    """SHA-256, 32 bytes, of one action with its number and when it was made."""
    return hashlib.sha256(_ACTION + encode({"n": n, "action": action, "made_at_ms": made_at_ms})).digest()


def actions_response(digests: Mapping[int, bytes]) -> dict[str, object]:
    """What stands for a run among the responses: how many actions count, and the digest of their digests in order.

    `digests` are `action_sha256` by number.
    """
    whole = hashlib.sha256(_ACTIONS + b"".join(digests[n] for n in sorted(digests)))
    return {"actions": len(digests), "sha256": whole.hexdigest()}


def receipt_code(sha256: bytes) -> str:
    """The first 40 bits as `XXXX-XXXX` in Crockford's base32."""
    number = int.from_bytes(sha256[:5])
    letters = "".join(_CROCKFORD[number >> shift & 31] for shift in range(35, -1, -5))
    return f"{letters[:4]}-{letters[4:]}"

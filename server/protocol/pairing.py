"""What both sides compute when a machine joins a room: commit, then reveal. Pure; keys and nonces are 32 raw bytes.

A short code made of two public keys alone can be forged by trying keys until six digits agree; the commitment makes
the first side fix its key before it sees the other's, so that a forger has one guess in a million.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

CODE_DIGITS = 6

_PAIR = b"examroom/pair/1\0"
_CODE = b"examroom/pair-code/1\0"
_PROVE = b"examroom/prove/1\0"
_KIT = b"examroom/kit/1\0"


def commitment(kiosk_key: bytes, kiosk_nonce: bytes) -> str:
    """What the machine sends first; hex."""
    return hashlib.sha256(_PAIR + _fixed(kiosk_key, kiosk_nonce)).hexdigest()


def code(kiosk: tuple[bytes, bytes], server: tuple[bytes, bytes], ca_der: bytes, leaf_der: bytes) -> str:
    """The six digits both sides show; `kiosk` and `server` are (key, nonce), the certificates as each side saw them."""
    parts = _fixed(*kiosk, *server, hashlib.sha256(ca_der).digest(), hashlib.sha256(leaf_der).digest())
    number = int.from_bytes(hashlib.sha256(_CODE + parts).digest()[:8])
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def prove_text(nonce: bytes, room_id: str, kiosk_id: str, leaf_der: bytes) -> bytes:
    """What a kiosk signs on every connection: bound to this nonce, this room and the certificate it saw."""
    names = b"".join(len(name).to_bytes(2) + name for name in (room_id.encode(), kiosk_id.encode()))
    return _PROVE + _fixed(nonce) + names + hashlib.sha256(leaf_der).digest()


def kit_mac(secret: bytes, kiosk_key: bytes, kiosk_nonce: bytes, leaf_der: bytes) -> str:
    """Proof of holding the technician's kit, bound to this machine's key and this connection; hex."""
    text = _KIT + _fixed(kiosk_key, kiosk_nonce) + hashlib.sha256(leaf_der).digest()
    return hmac.new(secret, text, hashlib.sha256).hexdigest()


def _fixed(*parts: bytes) -> bytes:
    """The parts one after the other; unambiguous because each has 32 bytes."""
    _check(parts)
    return b"".join(parts)


def _check(parts: Sequence[bytes]) -> None:
    for part in parts:
        if len(part) != 32:
            raise ValueError(f"a key, nonce or digest has 32 bytes, not {len(part)}")

"""The recovery code: two halves on paper, from which the age identity of a room's backups is made.

The room keeps the recipient only, so that neither the stick nor the server can open what lies on the stick.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from question_bank.disk import replace_private
from question_bank.phrase import phrase
from question_bank.sealed_keys import identity_of, recipient_of
from server.domain.access_codes import ALPHABET
from server.errors import ConfigError

RECIPIENT_FILE = "backup.recipient"
DATA_SIGNS = 18  # of a half: 79 bits, so that who has one half still cannot try out the other
CHECK_SIGNS = 2  # a slip of the hand is told at once, and for the half it is in
HALVES = 2
_MAX_RECIPIENT_BYTES = 200


def new_half(below: Callable[[int], int] = secrets.randbelow) -> str:
    """A fresh half; `below(n)` gives a uniformly random number from 0 to n - 1."""
    data = "".join(ALPHABET[below(len(ALPHABET))] for _ in range(DATA_SIGNS))
    return data + _check(data)


def shown(half: str) -> str:
    """A half as it is printed: groups of four."""
    return " ".join(half[place : place + 4] for place in range(0, len(half), 4))


def read_half(text: str) -> str | None:
    """The half someone typed, whatever its case, spaces and hyphens; None when it cannot be one."""
    signs = "".join(sign for sign in text.upper() if not (sign.isspace() or sign in "-‐‑–."))
    if len(signs) != DATA_SIGNS + CHECK_SIGNS or any(sign not in ALPHABET for sign in signs):
        return None
    return signs if _check(signs[:DATA_SIGNS]) == signs[DATA_SIGNS:] else None


def identity(halves: tuple[str, ...]) -> str:
    """The age identity of both halves, in their order on paper."""
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"examroom/backup/1")
    return identity_of(derived.derive(b"\0".join(half.encode() for half in halves)))


def keep_recipient(directory: Path, halves: tuple[str, ...]) -> None:
    """From now on the room's backups are made for this code. Raises OSError."""
    replace_private(directory / RECIPIENT_FILE, recipient_of(identity(halves)).encode() + b"\n")


def recipient(directory: Path) -> str:
    """Whom the room's backups are made for. Raises ConfigError when no code was made yet."""
    try:
        with (directory / RECIPIENT_FILE).open("rb") as file:
            found = file.read(_MAX_RECIPIENT_BYTES).decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        hint = phrase("Make it first: examroom-server backup-key DIR FILE.pdf, and give each half to another officer.")
        raise ConfigError(phrase("this room has no recovery code yet"), hint=hint) from error
    return found


def _check(data: str) -> str:
    number = int.from_bytes(hashlib.sha256(b"examroom backup half\0" + data.encode()).digest()[:8])
    base = len(ALPHABET)
    return ALPHABET[number % base] + ALPHABET[number // base % base]

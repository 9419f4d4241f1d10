"""Officers' passwords: Argon2id, slow on purpose, so hashing and checking are offloaded by whoever calls.

Parameters: RFC 9106 §4's second choice scaled to a room's old computer: 32 MiB and three passes take about 50 ms, and the
few that may run at once stay far below what the room needs for itself.
"""

from __future__ import annotations

import secrets
import unicodedata
from enum import Enum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.domain import access_codes

LEAST_CHARS = 10
MOST_CHARS = 200  # Argon2 takes any length; a megabyte of password is an attack
_GROUPS, _GROUP = 3, 4  # 12 of 21 signs: 52 bits for a password that lives until the first sign-in

_hasher = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1, hash_len=32, salt_len=16)
# What a wrong user name is checked against, so that it takes as long as a right one.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


class PasswordFault(Enum):
    """Why a new password is not taken."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    IS_THE_USER_NAME = "is_the_user_name"
    TOO_FEW_SIGNS = "too_few_signs"
    SAME_AS_BEFORE = "same_as_before"
    NOT_REPEATED = "not_repeated"


def normal(password: str) -> str:
    """A password as it is hashed: NFC, since keyboards differ in how they send Vietnamese letters."""
    return unicodedata.normalize("NFC", password)


def hash_password(password: str) -> str:
    """The Argon2id hash of a password, in its own text form. Slow."""
    return _hasher.hash(normal(password))


def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; None (nobody of that name) costs the same time and is never right. Slow."""
    if len(password) > MOST_CHARS:
        return False
    try:
        _hasher.verify(password_hash or _NOBODY, normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def fault(password: str, user_name: str) -> PasswordFault | None:
    """What is wrong with a new password; nothing is asked of it but length, and not to be the obvious."""
    text = normal(password)
    if len(text) < LEAST_CHARS:
        return PasswordFault.TOO_SHORT
    if len(text) > MOST_CHARS:
        return PasswordFault.TOO_LONG
    if user_name.casefold() in text.casefold() and len(text) < len(user_name) + LEAST_CHARS // 2:
        return PasswordFault.IS_THE_USER_NAME
    if len(set(text.casefold())) < 4:
        return PasswordFault.TOO_FEW_SIGNS
    return None


def initial_password() -> str:
    """A first password to print: three groups of four signs that nobody misreads ("qx4c-7hmt-2vkf")."""
    signs = [access_codes.ALPHABET[secrets.randbelow(len(access_codes.ALPHABET))] for _ in range(_GROUPS * _GROUP)]
    text = "".join(signs).lower()
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))

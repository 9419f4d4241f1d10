"""The key of a protected vault: an age identity, and the same wrapped by the passphrase (docs/vault.md §1)."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pyrage

from question_bank.vault.errors import VaultError, VaultFault

SHORT_PASSPHRASE = 12  # characters; a shorter one is warned about: whoever copies the file can try for years
KEY_NAME, BODY_NAME = "key.age", "bank.age"  # the members of the vault's archive
_GUESSES = 5  # a second each at the most
_TOO_MUCH = "Excessive work"  # in age's own words; pyrage has one class for all causes
_ENOUGH = 18  # log2 of scrypt's N where age is not measuring: c2sp.org/age, and age's own command line
_TRIES = 3  # a second or two each
MAX_WRAPPED = 4096  # bytes; a wrapped identity has about 400


class Key:
    """An unlocked vault's identity. Never printed: its repr is that of any object."""

    __slots__ = ("_identity", "wrapped")

    def __init__(self, identity: pyrage.x25519.Identity, wrapped: bytes) -> None:
        self._identity = identity
        self.wrapped = wrapped

    @classmethod
    def new(cls, passphrase: str) -> Key:
        """A fresh identity wrapped by the passphrase. Takes a second or two, on purpose: that is scrypt's work."""
        identity = pyrage.x25519.Identity.generate()
        told = f"{identity}\n".encode(), normal(passphrase)
        return cls(identity, dearest(lambda: bytes(pyrage.passphrase.encrypt(*told, armored=True))))

    @classmethod
    def unlock(cls, wrapped: bytes, passphrase: str, file: Path) -> Key:
        """The identity inside. Raises VaultError wrong_passphrase, too_slow, damaged."""
        found = _decrypted(wrapped, normal(passphrase), file)
        try:
            return cls(pyrage.x25519.Identity.from_str(found.decode("ascii").strip()), wrapped)
        except (pyrage.IdentityError, UnicodeDecodeError) as error:
            raise VaultError(VaultFault.DAMAGED, file, KEY_NAME) from error

    def encrypt(self, data: bytes) -> bytes:
        """An age file that only this identity opens."""
        return bytes(pyrage.encrypt(data, [self._identity.to_public()]))

    def decrypt(self, data: bytes, file: Path) -> bytes:
        """The content of such a file. Raises VaultError damaged."""
        try:
            return bytes(pyrage.decrypt(data, [self._identity]))
        except pyrage.DecryptError as error:
            raise VaultError(VaultFault.DAMAGED, file, BODY_NAME) from error


def normal(passphrase: str) -> str:
    """One form of a passphrase, whichever keyboard program composed its letters."""
    return unicodedata.normalize("NFC", passphrase)


def is_short(passphrase: str) -> bool:
    """Whether people are warned about it."""
    return len(normal(passphrase)) < SHORT_PASSPHRASE


def dearest(wrap: Callable[[], bytes]) -> bytes:
    """The wrapping that costs most to try passphrases on, of a few.

    age chooses the cost by how long a little of the work takes now: on a computer that is busy in that moment a cheap one.
    """
    best = wrap()
    for _ in range(_TRIES - 1):
        if cost(best) >= _ENOUGH:
            break
        best = max(best, wrap(), key=cost)
    return best


def cost(wrapped: bytes) -> int:
    """log2 of scrypt's N in an armoured age file that a passphrase opens (c2sp.org/age, "The scrypt recipient type")."""
    head = base64.b64decode(b"".join(wrapped.splitlines()[1:-1]))
    return int(head.split(b"\n", 2)[1].split(b" ")[3])


def _decrypted(wrapped: bytes, passphrase: str, file: Path) -> bytes:
    """What the passphrase opens.

    age first guesses from a few ms of work how long scrypt would take, and refuses what looks like more than 16 s: on a
    computer that is busy in that moment every passphrase looks so. It is asked again before that is believed.
    """
    for _ in range(_GUESSES):
        try:
            return bytes(pyrage.passphrase.decrypt(wrapped, passphrase))
        except pyrage.DecryptError as error:
            if _TOO_MUCH not in str(error):
                raise VaultError(VaultFault.WRONG_PASSPHRASE, file) from error
    raise VaultError(VaultFault.TOO_SLOW, file)

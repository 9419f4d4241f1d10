"""Decrypt a large medium in one pass, never holding it whole; its digest is checked while it is read."""

from __future__ import annotations

import hashlib
import io
from typing import BinaryIO

import pyrage

from question_bank.sealed_faults import SealError, SealFault
from question_bank.sealed_manifest import Member
from question_bank.sealed_zip import CHUNK_BYTES, read_at


class _Source(io.RawIOBase):
    """The bytes of one member, digested as they go by; `failure` is what reading the file raised."""

    def __init__(self, file: BinaryIO, offset: int, size: int) -> None:
        self._file, self._place, self._left = file, offset, size
        self.sha256 = hashlib.sha256()
        self.failure: SealError | None = None

    def read(self, size: int = -1) -> bytes:
        """At most CHUNK_BYTES at once, whatever is asked; nothing at the end."""
        size = CHUNK_BYTES if size < 0 else min(size, CHUNK_BYTES)
        try:
            chunk = read_at(self._file, self._place, min(self._left, size))
        except SealError as error:
            self.failure = error
            raise
        self._place += len(chunk)
        self._left -= len(chunk)
        self.sha256.update(chunk)
        return chunk


class _Target(io.RawIOBase):
    """Passes the plaintext on; `failure` is what writing it raised."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.failure: OSError | None = None

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """All of it, or OSError."""
        try:
            self._out.write(data)
        except OSError as error:
            self.failure = error
            raise
        return len(data)


def copy_decrypted(file: BinaryIO, offset: int, member: Member, identity: str, out: BinaryIO) -> None:
    """Write the plaintext of a member to `out`. Raises SealError unreadable, wrong_digest, damaged_ciphertext; OSError of `out`.

    Writing begins before the digest is known: on any error the caller throws away what was written.
    """
    source, target = _Source(file, offset, member.size), _Target(out)
    damage: Exception | None = None
    try:
        pyrage.decrypt_io(source, target, [pyrage.x25519.Identity.from_str(identity)])
    except (pyrage.DecryptError, OSError, SealError) as error:  # the library says OSError of a damaged chunk too
        damage = error
    failure = source.failure or target.failure
    if failure is not None:
        raise failure
    while source.read():  # what the library left unread is part of the digest too
        pass
    if source.sha256.hexdigest() != member.sha256:
        raise SealError(SealFault.WRONG_DIGEST, member.name) from damage
    if damage is not None:
        raise SealError(SealFault.DAMAGED_CIPHERTEXT, f"{member.name}: {damage}") from damage

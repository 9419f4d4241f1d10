"""Decrypt a large medium in one pass, never holding it whole; its digest is checked while it is read."""

from __future__ import annotations

import hashlib
import io
from typing import BinaryIO

import pyrage

from question_bank.sealed_faults import SealError, SealFault
from question_bank.sealed_manifest import Member
from question_bank.sealed_zip import CHUNK_BYTES, read_at


class _DigestingReader(io.RawIOBase):
    """The bytes of one member, digested as they go by; reads exactly `size` bytes from `offset`."""

    def __init__(self, file: BinaryIO, offset: int, size: int) -> None:
        self._file, self._place, self._left = file, offset, size
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """At most CHUNK_BYTES at once, whatever is asked."""
        chunk = read_at(self._file, self._place, min(self._left, CHUNK_BYTES if size < 0 else min(size, CHUNK_BYTES)))
        self._place += len(chunk)
        self._left -= len(chunk)
        self.sha256.update(chunk)
        return chunk


def copy_decrypted(file: BinaryIO, offset: int, member: Member, identity: str, out: BinaryIO) -> None:
    """Write the plaintext of a member to `out`. Raises SealError wrong_digest, damaged_ciphertext.

    Writing begins before the digest is known: on SealError the caller throws away what was written.
    """
    source = _DigestingReader(file, offset, member.size)
    damage: pyrage.DecryptError | None = None
    try:
        pyrage.decrypt_io(source, out, [pyrage.x25519.Identity.from_str(identity)])
    except pyrage.DecryptError as error:
        damage = error
    while source.read():  # what the library left unread is part of the digest too
        pass
    if source.sha256.hexdigest() != member.sha256:
        raise SealError(SealFault.WRONG_DIGEST, member.name) from damage
    if damage is not None:
        raise SealError(SealFault.DAMAGED_CIPHERTEXT, f"{member.name}: {damage}") from damage

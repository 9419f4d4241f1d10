"""Pictures and recordings of the open paper: decrypted in memory when a page asks for one, never on the disk."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from question_bank.sealed import CandidatePart, Package

# Kept decrypted: a browser asks for a recording piece by piece, and each piece would decrypt all of it again.
MAX_KEPT_BYTES = 96 * 2**20


@dataclass(frozen=True, slots=True)
class File:
    """A file as a page gets it."""

    media_type: str
    data: bytes


class PaperMedia:
    """The files of one section of one staged package. Safe to call from several threads."""

    def __init__(self, package: Package, part: CandidatePart, identity: str) -> None:
        self._package, self._part, self._identity = package, part, identity
        self._kept: OrderedDict[str, File] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """The digests of all files."""
        return tuple(self._part.media)

    def read(self, sha256: str) -> File | None:
        """The file of this digest; None when the paper has none such. Raises SealError when the staged copy is damaged."""
        medium = self._part.media.get(sha256)
        if medium is None:
            return None
        with self._lock:
            if sha256 not in self._kept:
                data = self._package.medium(self._part, sha256, self._identity)
                self._kept[sha256] = File(medium.media_type, data)
            self._kept.move_to_end(sha256)
            found = self._kept[sha256]
            while sum(len(file.data) for file in self._kept.values()) > MAX_KEPT_BYTES and len(self._kept) > 1:
                self._kept.popitem(last=False)
            return found

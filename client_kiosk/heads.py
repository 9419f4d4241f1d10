"""What this machine remembers of the room's journals: of each sitting the highest record it was ever acknowledged.

Whoever alters a journal afterwards changes the hash of every record from there on, and cannot change what lies here. One
small file for each sitting, beside the outboxes and not released with them: ids, numbers and a hash, nothing of anybody.
It is written once a second at most, after the ack: a machine that loses its power may remember the second before.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from question_bank import canonical
from question_bank.disk import lasting_folder, replace_private
from server.protocol.kept_head import FORMAT
from server.protocol.kept_head import MAX_SITTINGS as MAX_SITTINGS
from server.protocol.kept_head import KeptHead as Head
from server.protocol.messages import RecordVerdict
from server.protocol.shape import Malformed

_MAX_FILE_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class Kept:
    """What a folder of heads holds, newest first, and the names of files that cannot be read."""

    heads: tuple[Head, ...]
    damaged: tuple[str, ...]


def read_all(folder: Path) -> Kept:
    """Every head in a folder, which need not be there; changes nothing."""
    heads: list[Head] = []
    damaged: list[str] = []
    for path in sorted(folder.glob("*.json")):
        head = _read(path)
        if head is None:
            damaged.append(path.name)
        else:
            heads.append(head)
    return Kept(tuple(sorted(heads, key=lambda head: head.at_ms, reverse=True)), tuple(damaged))


class Heads:
    """The folder, open for one kiosk. `note` touches memory only; `write` waits for the disk and holds nobody up."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known = {_key(head): head for head in read_all(folder).heads}
        self._new: dict[tuple[str, str], Head] = {}
        self._noted: set[tuple[str, str]] = set()  # by this run, and never forgotten by it
        self._lock = threading.Lock()
        self._writing = threading.Lock()

    def note(self, room_id: str, sitting_id: str, source: str, said: Sequence[RecordVerdict], at_ms: int) -> None:
        """Remember the highest record that these verdicts name; without a hash nothing durable was said."""
        with self._lock:
            for one in said:
                if one.hash is None:
                    continue
                head = Head(FORMAT, room_id, sitting_id, source, one.epoch, one.at_seq, one.hash, at_ms)
                self._noted.add(_key(head))
                if head.is_after(self._known.get(_key(head))):
                    self._known[_key(head)] = self._new[_key(head)] = head

    def write(self) -> None:
        """Bring what is new to the disk. Raises OSError; the next call tries again."""
        with self._writing:
            with self._lock:
                new = tuple(self._new.values())
            for head in new:
                lasting_folder(self._folder)
                replace_private(self._folder / _file_name(head), canonical.encode(head.wire()))
                with self._lock:
                    if self._new[_key(head)] is head:
                        del self._new[_key(head)]
            if new:
                self._forget()

    def _forget(self) -> None:
        """Sittings beyond the bound go, the longest past first."""
        with self._lock:
            past = sorted((self._known[key] for key in self._known.keys() - self._noted), key=lambda head: head.at_ms)
            past = past[: max(0, len(self._known) - MAX_SITTINGS)]
            for head in past:
                del self._known[_key(head)]
        for head in past:
            (self._folder / _file_name(head)).unlink(missing_ok=True)


def _key(head: Head) -> tuple[str, str]:
    return head.room_id, head.sitting_id  # rooms may well call their sittings alike


def _file_name(head: Head) -> str:
    """Ids come from the room and may hold anything; a digest cannot lead out of the folder."""
    return hashlib.sha256(canonical.encode([head.room_id, head.sitting_id])).hexdigest()[:32] + ".json"


def _read(path: Path) -> Head | None:
    try:
        head = Head.parse(canonical.decode(path.read_bytes(), _MAX_FILE_BYTES))
    except (OSError, canonical.CanonicalError):
        return None
    return None if isinstance(head, Malformed) else head

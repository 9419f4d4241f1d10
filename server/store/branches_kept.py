"""The branches beside a sitting's journal: what a server had that lost a failover, held against the journal (docs/standby.md).

Without a key nobody can check a branch's signature; but the journal names the SHA-256 of every branch that was taken in, and
a file of that digest is the one. Other files are nobody's word, and are left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from question_bank import canonical
from question_bank.phrase import phrase
from question_bank.verification import Finding
from server.domain.standby_events import BranchKept
from server.store.lines import MAX_LINE_BYTES, NoRecord, read_named
from server.store.record import Record

FOLDER = "branches"
MAX_FILES = 1_000  # looked at: each is a server that lost a failover of this sitting
_HEADER_BYTES = 4096


class BranchesBeside:
    """Of one journal file, in the folder of a room or of what was exported of one; while its records pass by.

    `read`: how many branches were found and followed; `missing`: named by the journal, and not here.
    """

    def __init__(self, journal: Path) -> None:
        self.read = 0
        self.missing = 0
        name = f"{journal.parent.name}.{journal.name.removesuffix('.journal.sqlite')}."
        folder = journal.absolute().parent.parent / FOLDER
        found = sorted(path for path in folder.glob("*.branch") if path.name.startswith(name))[:MAX_FILES]
        self._files = {_sha256(path): path for path in found}
        self._leaves: dict[int, bytes | None] = {seq: None for path in found if (seq := _leaves_at(path)) is not None}

    def see(self, record: Record) -> None:
        """A record of the journal."""
        if record.seq in self._leaves:
            self._leaves[record.seq] = record.hash

    def follow(self, named: Sequence[BranchKept], see: Callable[[Record], None]) -> Iterator[Finding]:
        """Read the branches that the journal names; `see` is shown their records. What is wrong with one; never raises."""
        for kept in named:
            path = self._files.get(kept.branch_sha256)
            if path is None:
                self.missing += 1
                continue
            self.read += 1
            if (why := self._followed(path, kept, see)) is not None:
                yield Finding("wrong_branch", path.name, phrase("it does not follow this journal [%(why)s]", why=why))

    def _followed(self, path: Path, kept: BranchKept, see: Callable[[Record], None]) -> str | None:
        seq, last = kept.from_seq, bytes.fromhex(kept.from_hash)
        if seq and self._leaves.get(seq) != last:
            return f"record {seq}"
        with path.open("rb") as file:
            file.readline(_HEADER_BYTES)
            while seq < kept.to_seq:
                record = read_named(file.readline(MAX_LINE_BYTES).rstrip(b"\n"))
                if isinstance(record, NoRecord):
                    return record.why
                if (record.seq, record.prev_hash) != (seq + 1, last) or not record.linked():
                    return f"record {record.seq}"
                seq, last = record.seq, record.hash
                see(record)
        return None if last.hex() == kept.to_hash else "end"


def _leaves_at(path: Path) -> int | None:
    """The record after which a branch leaves the journal, by its own first line."""
    try:
        with path.open("rb") as file:
            header = canonical.decode(file.readline(_HEADER_BYTES).rstrip(b"\n"), _HEADER_BYTES)
    except (OSError, canonical.CanonicalError):
        return None
    match header:
        case {"from_seq": int(seq)}:
            return seq
    return None


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""

"""What kiosks kept of a journal, held against its records (docs/journal.md, "What kiosks keep")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from question_bank import canonical
from question_bank.canonical import JSON
from question_bank.phrase import phrase
from question_bank.verification import Finding
from server.errors import ConfigError
from server.protocol.kept_head import KeptHead, KeptHeads
from server.protocol.shape import Malformed
from server.store.record import Record

MAX_FILE_BYTES = 1 << 20  # what a kiosk prints has at most 500 heads of 400 bytes
MAX_HEADS = 20_000  # given in one go: forty times a hall, with one sitting each


def read_heads(paths: Sequence[Path]) -> tuple[KeptHead, ...]:
    """The heads in files that `examroom-kiosk heads --json` printed. Raises ConfigError, naming the file."""
    found: list[KeptHead] = []
    for path in paths:
        try:
            with path.open("rb") as file:
                read = KeptHeads.parse(canonical.decode(file.read(MAX_FILE_BYTES + 1), MAX_FILE_BYTES))
        except OSError as error:
            told = phrase("%(file)s cannot be read [%(error)s]", file=str(path), error=error.strerror or str(error))
            raise ConfigError(told, hint=phrase("Look at the file's name again.")) from error
        except canonical.CanonicalError as error:
            raise _not_heads(path, str(error)) from error
        if isinstance(read, Malformed):
            raise _not_heads(path, f"{read.where}: {read.why}")
        found += read.heads
        if len(found) > MAX_HEADS:
            raise _not_heads(path, f"more than {MAX_HEADS} heads in all")
    return tuple(found)


def _not_heads(path: Path, why: str) -> ConfigError:
    told = phrase("%(file)s does not hold what a kiosk kept [%(error)s]", file=str(path), error=why)
    return ConfigError(told, hint=phrase("Write it on the kiosk: examroom-kiosk heads --json > FILE"))


class HeadsKept:
    """The kept heads of one sitting, while its records pass by. `room_id` None: of whatever room."""

    def __init__(self, kept: Sequence[KeptHead], sitting_id: str, room_id: str | None = None) -> None:
        self._others = len(kept)
        self._open: dict[int, list[KeptHead]] = {}
        for one in kept:
            if one.sitting_id == sitting_id and room_id in (None, one.room_id):
                self._open.setdefault(one.seq, []).append(one)
        self._asked = sum(map(len, self._open.values()))
        self._others -= self._asked
        self._found = 0
        self._in_branches = 0

    def see(self, record: Record) -> None:
        """A record of the journal."""
        self._found += self._settle(record)

    def see_in_branch(self, record: Record) -> None:
        """A record that a losing server had."""
        self._in_branches += self._settle(record)

    def problems(self) -> Iterator[Finding]:
        """Every kept head that none of the records is; after all of them have passed."""
        for seq in sorted(self._open):
            for one in self._open[seq]:
                told = phrase(
                    "a machine was acknowledged another record %(seq)s of epoch %(epoch)s, with hash %(hash)s",
                    seq=seq, epoch=one.epoch, hash=one.hash,
                )  # fmt: skip
                yield Finding("wrong_head_kept", phrase("record %(seq)s", seq=seq), told)

    def facts(self) -> dict[str, JSON]:
        """How many were held against the records, found there or in a branch, and how many are of other sittings."""
        return {
            "compared": self._asked, "found": self._found, "in_branches": self._in_branches, "others": self._others,
        }  # fmt: skip

    def _settle(self, record: Record) -> int:
        waiting = self._open.get(record.seq)
        if waiting is None:
            return 0
        digest = record.hash.hex()
        left = [one for one in waiting if (one.hash, one.epoch) != (digest, record.epoch)]
        if left:
            self._open[record.seq] = left
        else:
            del self._open[record.seq]
        return len(waiting) - len(left)

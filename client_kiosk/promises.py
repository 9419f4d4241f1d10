"""Which server of the room this machine may talk to: the highest epoch it has seen, and the lowest it still accepts.

`epochs.json` in the kiosk's folder, canonical JSON, on the disk before a promise is said. docs/standby.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from question_bank import canonical
from question_bank.disk import replace_private
from server.protocol.epoch import term_of
from server.protocol.standby_messages import EpochProof

FILE_NAME = "epochs.json"
_FORMAT = "exam-epochs/1"
_MAX_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Epochs:
    """Of one room. `promised`: no server of a lower epoch is talked to any more; 0 when nothing was promised."""

    room_id: str
    seen: EpochProof | None = None
    promised: int = 0

    def accepts(self, epoch: int) -> bool:
        """Whether a primary of this epoch may be talked to."""
        least = self.promised if self.seen is None else max(self.promised, self.seen.epoch)
        return term_of(epoch) >= term_of(least)


def after_meeting(known: Epochs, shown: EpochProof | None) -> Epochs:
    """What is known after a primary has shown its epoch; what was promised and has come is no promise any more."""
    if shown is None or (known.seen is not None and shown.epoch <= known.seen.epoch):
        return known
    promised = 0 if term_of(shown.epoch) >= term_of(known.promised) else known.promised
    return replace(known, seen=shown, promised=promised)


def after_standby(known: Epochs, next_epoch: int) -> Epochs:
    """What is known after the standby has said which epoch it would begin: a promise of a lower one binds nobody."""
    return replace(known, promised=0) if 0 < known.promised < next_epoch else known


class PromiseFile:
    """The file. `current` is what is on the disk."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self.current = _read(self._path)

    def of(self, room_id: str) -> Epochs:
        """What is known of this room."""
        return self.current if self.current.room_id == room_id else Epochs(room_id)

    def keep(self, epochs: Epochs) -> None:
        """Have it on the disk, if it is new. Raises OSError: then nothing was promised."""
        if epochs == self.current:
            return
        seen: canonical.JSON = None
        if epochs.seen is not None:
            seen = {"epoch": epochs.seen.epoch, "signature": epochs.seen.signature}
        value: dict[str, canonical.JSON] = {
            "format": _FORMAT, "room_id": epochs.room_id, "seen": seen, "promised": epochs.promised,
        }  # fmt: skip
        replace_private(self._path, canonical.encode(value))
        self.current = epochs


def _read(path: Path) -> Epochs:
    """The file's content; nothing known when it is not there or damaged: a promise is said only after it is written."""
    try:
        value = canonical.decode(path.read_bytes(), _MAX_BYTES)
    except (OSError, canonical.CanonicalError):
        return Epochs("")
    match value:
        case {"format": "exam-epochs/1", "room_id": str(room_id), "seen": seen, "promised": int(promised)}:
            found = EpochProof.parse(seen) if seen is not None else None
            return Epochs(room_id, found if isinstance(found, EpochProof) else None, promised)
    return Epochs("")

"""The seat sheets this machine keeps: what the room said, signed, of each sign-in here, newest only. docs/seat-sheet.md.

One small file beside each outbox, on the disk before the situation it came with is acted on. A sheet of one epoch is not
replaced by one of another before the server of that other one has looked at it: it may know less.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from question_bank import canonical
from question_bank.disk import lasting_folder, replace_private
from server.protocol.seat_sheet import SeatSheet, SignedSheet, read_sheet
from server.protocol.shape import Malformed

MAX_SHEETS: Final = 256  # as many as outboxes of one machine in a sitting; beyond it the longest past go
_FORMAT: Final = "exam-kept-sheet/1"
_MAX_FILE_BYTES: Final = 512 * 1024  # a sheet's characters, escaped


@dataclass(frozen=True, slots=True)
class KeptSheet:
    """A sheet that lies here: of which outbox, what it says, and how it travels."""

    source: str
    sheet: SeatSheet
    signed: SignedSheet


class Sheets:
    """The folder, open for one kiosk. Safe from any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known = {kept.source: kept for kept in _read_all(folder)}
        self._waiting: dict[str, KeptSheet] = {}  # told, and not on the disk yet
        self._seen_by: dict[str, set[int]] = {}  # by outbox: the epochs whose server has looked at the one kept
        self._lock = threading.Lock()

    def told(self, source: str, signed: SignedSheet | None) -> None:
        """The room says this of an outbox now. Raises OSError when the disk does not take it: `write` tries again."""
        if signed is None:
            return
        with self._lock:
            known = self._waiting.get(source) or self._known.get(source)
            if known is not None and known.signed == signed:
                return
            sheet = read_sheet(signed.text)
            if isinstance(sheet, Malformed):  # of a later version: what lies here is still true
                return
            if known is not None and not self._may_replace(known, sheet):
                return
            self._waiting[source] = KeptSheet(source, sheet, signed)
            self._seen_by.pop(source, None)
        self.write()

    def write(self) -> None:
        """Have on the disk what was told. Raises OSError; the next call tries again."""
        with self._lock:
            for source, kept in tuple(self._waiting.items()):
                lasting_folder(self._folder)
                value: dict[str, canonical.JSON] = {"format": _FORMAT, **kept.signed.wire()}
                replace_private(self._path(source), canonical.encode(value))
                self._known[source] = kept
                del self._waiting[source]
            self._prune()

    def to_show(self, room_id: str, sitting_id: str, epoch: int) -> list[KeptSheet]:
        """What a server of this epoch has to look at: sheets of its sitting that another epoch's server made."""
        with self._lock:
            return [
                kept for _, kept in sorted({**self._known, **self._waiting}.items())  # a full disk holds no word back
                if (kept.sheet.room_id, kept.sheet.sitting_id) == (room_id, sitting_id) and kept.sheet.epoch != epoch
            ]  # fmt: skip

    def seen_by(self, source: str, epoch: int) -> None:
        """A server of this epoch has looked at the sheet that is kept: what it tells from now on may replace it."""
        with self._lock:
            self._seen_by.setdefault(source, set()).add(epoch)

    def forget(self, source: str) -> None:
        """Its outbox was released: the room needs nothing of it any more. Raises OSError."""
        with self._lock:
            self._waiting.pop(source, None)
            if self._known.pop(source, None) is not None:
                self._path(source).unlink(missing_ok=True)

    def _may_replace(self, known: KeptSheet, sheet: SeatSheet) -> bool:
        if known.sheet.sitting_id != sheet.sitting_id:
            return True
        if known.sheet.epoch == sheet.epoch:
            return sheet.age > known.sheet.age
        return sheet.epoch in self._seen_by.get(known.source, ())

    def _prune(self) -> None:
        past = sorted(self._known.values(), key=lambda kept: kept.sheet.made_at_ms)
        for kept in past[: max(0, len(past) - MAX_SHEETS)]:
            del self._known[kept.source]
            self._path(kept.source).unlink(missing_ok=True)

    def _path(self, source: str) -> Path:
        return self._folder / f"{source}.json"  # a source is 32 hexadecimal digits


def _read_all(folder: Path) -> Iterator[KeptSheet]:
    for path in sorted(folder.glob("*.json")):
        try:
            value = canonical.decode(path.read_bytes(), _MAX_FILE_BYTES)
        except (OSError, canonical.CanonicalError):
            continue  # it stays for whoever looks; the room says it again
        if not isinstance(value, dict) or value.pop("format", None) != _FORMAT:
            continue
        signed = SignedSheet.parse(value)
        sheet = signed if isinstance(signed, Malformed) else read_sheet(signed.text)
        if isinstance(signed, SignedSheet) and isinstance(sheet, SeatSheet):
            yield KeptSheet(path.stem, sheet, signed)

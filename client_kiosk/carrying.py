"""What a technician does at a kiosk to carry its answers away: onto a stick, or as codes on the screen.

Holds what is being shown, nothing else: every act reads the outboxes anew, beside the agent that writes them. No answer is
in anything that this object gives away unencrypted.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import segno

from client_kiosk.errors import KioskError
from client_kiosk.rescue import RescueFile, rescue
from client_kiosk.sticks import Stick, put, sticks
from question_bank.phrase import phrase
from server.protocol.rescue_frames import MAX_SHOWN_BYTES, QR_LEVEL, QR_VERSION, Frame, frame_count, frames

PIXELS = 7  # of one module: 97 and a margin of 4 on either side are 735 of an old screen's 768
MARGIN = 4  # modules (ISO/IEC 18004)


@dataclass(frozen=True, slots=True)
class Held:
    """What there is to carry of one sitting, and the sticks to carry it on."""

    sitting_id: str
    room_name: str
    records: int
    unsettled: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the technician's page begins with."""

    sittings: tuple[Held, ...]
    damaged: tuple[str, ...]
    sticks: tuple[Stick, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What was put onto a stick, and read back from it: the files' names and their records."""

    stick: str
    names: tuple[str, ...]
    records: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A file being shown: `blocks` of its frames are enough. `partial`: it holds only what no server has acknowledged."""

    show_id: str
    name: str
    blocks: int
    records: int
    partial: bool
    frames: tuple[Frame, ...] = field(repr=False)


class Carrying:
    """One per kiosk. `folder` is the kiosk's own; `plugged` finds the sticks. Safe to call from several threads."""

    def __init__(self, folder: Path, build: str, plugged: Callable[[], Sequence[Stick]] = sticks) -> None:
        self._folder = folder
        self._build = build
        self._plugged = plugged
        self._shown: Shown | None = None
        self._pictures: dict[int, bytes] = {}
        self._lock = threading.Lock()

    def overview(self) -> Overview:
        """What there is to carry, and on what. Raises KioskError."""
        found = rescue(self._folder, self._build)
        held: dict[str, Held] = {}
        for one in found.files:
            before = held.get(one.sitting_id, Held(one.sitting_id, one.room_name, 0, 0))
            held[one.sitting_id] = Held(
                one.sitting_id, one.room_name, before.records + one.records, before.unsettled + one.unsettled
            )
        newest = sorted(held.values(), key=lambda one: one.unsettled, reverse=True)
        return Overview(tuple(newest), found.damaged, tuple(self._plugged()))

    def write(self, place: int) -> Written:
        """Put everything onto the stick at this place of the overview. Raises KioskError."""
        plugged = self._plugged()
        if not 0 <= place < len(plugged):
            raise KioskError(phrase("the stick is not there any more"), hint=phrase("Plug it in, and look again."))
        stick = plugged[place]
        found = rescue(self._folder, self._build)
        names = tuple(put(stick.path, one.name, one.data).name for one in found.files)
        return Written(stick.name, names, sum(one.records for one in found.files))

    def show(self, sitting_id: str) -> Shown:
        """Make the codes of one sitting's answers; what is too large to be shown whole, of what no server has. Raises KioskError."""
        partial = False
        own = self._files(sitting_id)
        if _is_too_large(own):
            partial, own = True, self._files(sitting_id, unsettled_only=True)
        if _is_too_large(own):
            raise KioskError(
                phrase("these answers are too many for codes on a screen"), hint=phrase("Carry them on a USB stick.")
            )
        (file,) = own
        with self._lock:
            if self._shown is not None and (self._shown.name, self._shown.partial) == (file.name, partial):
                return self._shown  # the same answers are the same codes: what was photographed before still helps
        show_id = hashlib.sha256(file.data).hexdigest()[:16]
        shown = Shown(show_id, file.name, frame_count(len(file.data)), file.records, partial, tuple(frames(file.data)))
        with self._lock:
            self._shown, self._pictures = shown, {}
        return shown

    def picture(self, show_id: str, number: int) -> bytes | None:
        """The code of one frame as a PNG; None when it is not being shown."""
        with self._lock:
            shown = self._shown
            if shown is None or shown.show_id != show_id or not 0 <= number < len(shown.frames):
                return None
            known = self._pictures.get(number)
        if known is not None:
            return known
        made = code_picture(shown.frames[number].to_bytes())
        with self._lock:
            self._pictures[number] = made
        return made

    def _files(self, sitting_id: str, *, unsettled_only: bool = False) -> list[RescueFile]:
        found = rescue(self._folder, self._build, unsettled_only=unsettled_only).files
        own = [one for one in found if one.sitting_id == sitting_id]
        if not own:
            raise KioskError(phrase("this machine holds nothing of that sitting"), hint=phrase("Look again."))
        return own


def code_picture(data: bytes) -> bytes:
    """One frame's code as a black and white PNG."""
    code = segno.make(data, version=QR_VERSION, error=QR_LEVEL, mode="byte", micro=False, boost_error=False)
    buffer = io.BytesIO()
    code.save(buffer, kind="png", scale=PIXELS, border=MARGIN)
    return buffer.getvalue()


def _is_too_large(files: Sequence[RescueFile]) -> bool:
    return len(files) > 1 or len(files[0].data) > MAX_SHOWN_BYTES

"""Putting files of rescued answers together from pictures of codes: what each officer has shown so far, and what is missing.

In memory only: whoever was in the middle when the server died holds the camera there once more.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from server.domain.rescue_events import Carrier
from server.live.qr_pictures import PictureFault, PictureReader
from server.live.rescue_report import Report, RescueFault
from server.protocol.rescue_frames import Gathering, read_frame
from server.store.async_port import AsyncPort

MAX_OFFICERS = (
    64  # with codes under way; the one who showed one longest ago is forgotten. 64 × 16 files of 110 KB at most
)


TakeIn = Callable[[bytes, Carrier, str], Report | RescueFault]


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A file of which codes were seen: so many of those needed, by the beginning of its name."""

    file_id: str
    have: int
    need: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What a picture gave: codes of ours, other QR codes, what is under way, and files that became whole and were taken in."""

    codes: int
    others: int
    fault: PictureFault | None
    under_way: tuple[UnderWay, ...]
    taken: tuple[Report | RescueFault, ...]


class CodeDesk:
    """One per room. Safe from any green thread."""

    def __init__(self, take_in: TakeIn, port: AsyncPort) -> None:
        self._take_in = take_in
        self._reader = PictureReader(port)
        self._gathering: OrderedDict[str, Gathering] = OrderedDict()
        self._lock = threading.Lock()

    def look(self, picture: bytes, carrier: Carrier, officer_id: str) -> Seen:
        """Read a picture; what it completes is taken in at once."""
        codes = self._reader.codes(picture)
        if isinstance(codes, PictureFault):
            return Seen(0, 0, codes, self.under_way(officer_id), ())
        frames = [frame for code in codes if (frame := read_frame(code)) is not None]
        with self._lock:
            gathering = self._gathering.pop(officer_id, Gathering())
            for frame in frames:
                gathering = gathering.with_frame(frame)
            whole = [one for one in gathering.files if not one.missing]
            for one in whole:
                gathering = gathering.without(one.file_id, done=one.data() is not None)
            if gathering != Gathering():
                self._gathering[officer_id] = gathering
                if len(self._gathering) > MAX_OFFICERS:
                    self._gathering.popitem(last=False)
        # What does not come to the file it names was read wrongly, or made up: forgotten, and shown again.
        taken = tuple(
            RescueFault.DAMAGED if (data := one.data()) is None else self._take_in(data, carrier, officer_id)
            for one in whole
        )
        return Seen(len(frames), len(codes) - len(frames), None, self.under_way(officer_id), taken)

    def under_way(self, officer_id: str) -> tuple[UnderWay, ...]:
        """What this officer has begun."""
        with self._lock:
            gathering = self._gathering.get(officer_id, Gathering())
        return tuple(UnderWay(one.file_id.hex()[:6], len(one.held), one.count) for one in gathering.files)

    def forget(self, officer_id: str) -> None:
        """Begin anew."""
        with self._lock:
            self._gathering.pop(officer_id, None)

    def stop(self) -> None:
        """End the process that reads pictures."""
        self._reader.stop()

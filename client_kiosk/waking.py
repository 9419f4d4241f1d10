"""Knowing how long this machine could not be worked at: a row on its disk twice a second, and a record when it is over.

Everything is in order while the paper is on the screen, link or no link; and while the machine waits or is paused and hears
the room, which would tell it that the clock runs. What lies between the last such moment and the next was lost, unless
the clock stood: that, and what is believed of it, the room decides (docs/time.md).
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from pathlib import Path

from client_kiosk import agent
from client_kiosk.agent import Screen, State
from client_kiosk.kiosk import Kiosk
from question_bank.beats import BeatFile, boot_name
from question_bank.canonical import JSON
from server.protocol.situation import PartPhase

FILE_NAME = "beat"
BEAT_MS = 400  # between two rows at least: every look of a ticker that looks twice a second
MIDDLE_MS = 250  # a machine dies somewhere between two rows: taken as the middle, which is wrong by no more than this
GAP_MS = 3_000  # a longer one is told: the ticker looks twice a second, and a busy disk may hold it for a second or two
RESTART_MS = 1_000  # the same after a start of this program, when nothing can have held a ticker

_AT_WORK = (Screen.EXAM, Screen.TIME_UP, Screen.SUBMITTING)
_IN_WAIT = (Screen.CONFIRM, Screen.RULES, Screen.TYPING, Screen.WAITING, Screen.PAUSED)
_TELLING = (Screen.EXAM, Screen.TIME_UP)


@dataclass(frozen=True, slots=True)
class Beat:
    """A moment at which everything was in order: room time, this computer's clock and start, and whose outbox it was."""

    room_ms: int
    monotonic_ms: int
    boot: str
    source: str

    def until(self, other: Beat) -> int:
        """How long from this moment to another; measured where the computer was not restarted between."""
        if self.boot and self.boot == other.boot and other.monotonic_ms >= self.monotonic_ms:
            return other.monotonic_ms - self.monotonic_ms
        return max(0, other.room_ms - self.room_ms)


def in_order(state: State, screen: Screen) -> bool:
    """Whether a candidate here loses nothing now. Pure."""
    if screen in _AT_WORK:
        return True
    attempt = agent.attempt_here(state)
    waits = attempt is not None and attempt.part.phase in (PartPhase.WAITING, PartPhase.PAUSED)
    return screen in _IN_WAIT and waits and state.online


class Waking:
    """One kiosk's watch over itself. `look` is called often, by any thread; nothing here raises."""

    def __init__(self, kiosk: Kiosk, folder: Path) -> None:
        self._kiosk = kiosk
        self._boot = boot_name()
        self._file = BeatFile(folder / FILE_NAME)
        self._last = _beat(self._file.last)
        self._least_ms = RESTART_MS  # a gap that is told
        self._write_ms = 0
        self._writing = threading.Lock()
        kiosk.on_paper = self.look

    def look(self) -> None:
        """Note that everything is in order, on the disk too; after a gap, tell the room since when it was not."""
        with self._kiosk.lock:
            found = self._looked()
        if found is not None:
            with self._writing:
                self._write(found)

    def _looked(self) -> Beat | None:
        """This moment, if everything is in order."""
        kiosk = self._kiosk
        attempt, screen = agent.attempt_here(kiosk.state), kiosk.screen()
        if attempt is None or kiosk.estimate is None or agent.is_over(kiosk.state):
            return None
        now = Beat(kiosk.room_at_ms(), kiosk.monotonic_ms(), self._boot, attempt.source)
        forced = attempt.part.submitted is not None and attempt.part.submitted.forced
        ok = in_order(kiosk.state, screen)
        if (ok and screen in _TELLING) or forced:
            self._tell(now)
        if not ok:
            self._last = None if attempt.part.submitted is not None else self._last
            return None
        self._last, self._least_ms = now, GAP_MS
        return now

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _tell(self, now: Beat) -> None:
        """A record for the room, if there was a gap in this outbox's work."""
        last = self._last
        if last is None or last.source != now.source or (gap_ms := last.until(now)) <= self._least_ms:
            return
        if self._kiosk.resume_work(max(0, now.room_ms - gap_ms + MIDDLE_MS)).ok:
            self._last = now

    def _write(self, now: Beat) -> None:
        if now.monotonic_ms < self._write_ms:
            return
        self._write_ms = now.monotonic_ms + BEAT_MS
        with contextlib.suppress(OSError):  # a disk that fails: answers say so, and this row is the least of it
            self._file.write([now.room_ms, now.monotonic_ms, now.boot, now.source])


def _beat(row: list[JSON] | None) -> Beat | None:
    match row:
        case [int(room_ms), int(monotonic), str(boot), str(source)]:
            return Beat(room_ms, monotonic, boot, source)
    return None

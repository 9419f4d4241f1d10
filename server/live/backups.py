"""The server's end of the backup process: starts it, hears what became of each round, and starts it again if it dies.

A stick that is pulled, full, read-only or hangs is said on the console and by `/healthz`; nothing of it is waited for.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from question_bank.canonical import JSON
from question_bank.phrase import Phrase, phrase
from server.domain import events
from server.domain.run_events import ActionTaken
from server.live.kept_process import KeptProcess
from server.live.sitting_service import SittingBatch
from server.logs import RoomLog
from server.store.async_port import AsyncPort

RESTART_S = 5.0
STOP_S = 10.0  # for a last backup when the room stops; then the process is ended
LATE_ROUNDS = 3  # rounds without a word: the stick hangs
MAX_LINE_CHARS = 65_536
LATE = "backup_late"
ASK_MS = 1_000
ANSWERS = (
    events.ResponseSaved, events.ResponseCleared, events.ItemFlagged, ActionTaken, events.ConnectionLost,
    events.ConnectionRestored,
)  # fmt: skip

FAULTS: Mapping[str, tuple[Phrase, Phrase]] = {  # code → what is wrong, and what to do
    "backup_gone": (
        phrase("The backup stick is not there"), phrase("put it in again, or put in another one at the same place")
    ),
    "backup_full": (phrase("The backup stick is full"), phrase("delete other files from it, or put in another one")),
    "backup_read_only": (
        phrase("The backup stick cannot be written"), phrase("look for its lock, or put in another one")
    ),
    "backup_room_disk": (
        phrase("The server's disk has no space to pack a backup"), phrase("tell the Technical Team to make space")
    ),
    "backup_failed": (phrase("The last backup failed"), phrase("put in another stick; the log says why")),
    LATE: (phrase("The backup stick does not answer"), phrase("pull it and put in another one")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BackupStatus:
    """How the backups are. `ok_at_ms`: room time of the last round after which everything was on the stick."""

    folder: str
    ok_at_ms: int | None = None
    number: int = 0
    bytes: int = 0
    took_ms: int = 0
    another_disk: bool = True
    fault: str = ""
    since_ms: int = 0

    @property
    def problem(self) -> tuple[str, int] | None:
        """The code of what is wrong, and since when (room time)."""
        return (self.fault, self.since_ms) if self.fault else None

    def document(self) -> dict[str, JSON]:
        """For `/healthz`: no path of this computer."""
        return {"ok_at_ms": self.ok_at_ms, "number": self.number, "bytes": self.bytes, "problem": self.fault or None}


def command(directory: Path, folder: Path, every_s: float) -> list[str]:
    """How the backup process is started, from source and from the frozen program."""
    own = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "server.cli"]
    return [*own, "backup", str(directory), str(folder), "--follow", "--every", f"{every_s:g}"]


class Backups:
    """Keeps one backup process running."""

    def __init__(
        self, directory: Path, folder: Path, every_s: float, port: AsyncPort, now_ms: Callable[[], int], log: RoomLog
    ) -> None:
        self._late_ms = int(every_s * 1000) * LATE_ROUNDS
        self._now_ms = now_ms
        self._log = log
        self._status = BackupStatus(str(folder))
        self._heard_ms = now_ms()
        self._asked_ms = 0
        self._process = KeptProcess(
            lambda: command(directory, folder, every_s), port, self._heard, self._over, lambda: log("backup_restarted"),
            restart_s=RESTART_S, stop_s=STOP_S, most_chars=MAX_LINE_CHARS,
        )  # fmt: skip

    @property
    def status(self) -> BackupStatus:
        """How the backups are now."""
        found, silent_ms = self._status, self._now_ms() - self._heard_ms
        if found.fault or silent_ms < self._late_ms:
            return found
        return BackupStatus(
            found.folder,
            found.ok_at_ms,
            found.number,
            found.bytes,
            found.took_ms,
            found.another_disk,
            LATE,
            self._heard_ms,
        )

    def start(self) -> None:
        """Start."""
        self._process.start()

    def committed(self, batch: SittingBatch) -> None:
        """A commit: what is more than answers is on the stick within seconds, and not within the minute.

        Kiosks bring answers back to a room that was restored; an officer's order, or who sits where, they cannot.
        """
        if all(isinstance(entry.event, ANSWERS) for entry in batch.entries):
            return
        now_ms = self._now_ms()
        # A pipe holds 64 KiB, so that a line a second never waits for a process that hangs.
        if not self._process.started or 0 <= now_ms - self._asked_ms < ASK_MS:
            return
        self._asked_ms = now_ms
        self._process.say("\n")

    def stop(self) -> None:
        """Let a last backup be made, for a while."""
        self._process.stop()

    def _over(self, error: OSError | None) -> None:
        if error is not None:
            self._log.failure("backup_not_started", error)
        self._fault("backup_failed")

    def _heard(self, line: str) -> None:
        try:
            told = json.loads(line)
        except ValueError:
            return  # cut off by the death of the process
        match told:
            case {
                "event": "backup", "fault": str(fault), "evidence": str(evidence), "number": int(number),
                "bytes": int(octets), "took_ms": int(took_ms), "another_disk": bool(another),
            }:  # fmt: skip
                self._heard_ms = self._now_ms()
                if fault:
                    self._fault(fault if fault in FAULTS else "backup_failed", evidence)
                    return
                if self._status.fault:
                    self._log("backup_again", number=number)
                folder = self._status.folder
                self._status = BackupStatus(folder, self._heard_ms, number, octets, took_ms, another)

    def _fault(self, fault: str, evidence: str = "") -> None:
        known = self._status
        if known.fault == fault:
            return
        self._log("backup_problem", code=fault, evidence=evidence)
        self._status = BackupStatus(
            known.folder,
            known.ok_at_ms,
            known.number,
            known.bytes,
            known.took_ms,
            known.another_disk,
            fault,
            self._now_ms(),
        )

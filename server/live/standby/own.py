"""What a standby knows of the computer it runs on: its disk, kept as the primary keeps its own, and the facts it tells."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from question_bank.computer import hardware, internet
from question_bank.computer.internet import Target
from question_bank.disk import lasting_folder
from server.heartbeat import wall_ms
from server.live.disk_keeper import FULL_BYTES, LOOK_S, PROBE_MS, DiskKeeper, DiskReading
from server.live.own_facts import Known, server_facts
from server.live.standby.replica import Replica
from server.logs import RoomLog
from server.protocol.machine import DiskState, Internet
from server.protocol.standby_messages import StandbyTells
from server.store.async_port import AsyncPort, Waiter, Worker
from server.store.giving_way import Files, GivesWay

RESUME_BYTES = 2 * FULL_BYTES  # free: after a write that found no space, records are taken again from here on
NO_SPACE_BYTES = 2**20  # free: below it any failure to write is taken for a full disk


class OwnMachine:
    """One per standby; looks at the disk between `start` and `stop`. `room_ms`: room time, as far as it is known."""

    def __init__(
        self, replica: Replica, build: str, port: AsyncPort, log: RoomLog, now_ms: Callable[[], int],
        room_ms: Callable[[], int | None],
    ) -> None:  # fmt: skip
        self.reading: DiskReading | None = None
        self.internet: tuple[Internet, tuple[str, ...]] = (Internet.UNKNOWN, ())
        self._replica = replica
        self._build = build
        self._port = port
        self._log = log
        self._now_ms = now_ms
        self._room_ms = room_ms
        self._folder = replica.directory / "sittings"
        self._keeper = DiskKeeper(self._folder, gives_way(replica.directory), replica.running_journal, log)
        self._short = False  # a write found no space, and there has not been enough since
        self._targets: Sequence[Target] = ()
        self._probed_ms = now_ms() - PROBE_MS
        self._waiter: Waiter = port.waiter()
        self._worker: Worker | None = None

    # --- life ---

    def start(self, targets: Sequence[Target] = ()) -> None:
        """Begin to look; `targets` must not answer (none: the internet is not looked for)."""
        self._targets = targets
        self._waiter.clear()
        self._worker = self._port.spawn(self._run)

    def stop(self) -> None:
        """End; the reserve stays where it is: it is the primary's, should this server become one."""
        self._waiter.set()
        if self._worker is not None:
            self._worker.join()
            self._worker = None

    def _run(self) -> None:
        while True:
            try:
                self.look()
            except OSError as error:
                self._log.failure("disks", error)
            if self._waiter.wait(LOOK_S):
                return

    def look(self) -> None:
        """One look at disk and internet. Raises OSError."""
        now_ms = self._now_ms()
        self.reading = self._keeper.read(now_ms, self._port.offload(self._keep))
        if self._targets and now_ms - self._probed_ms >= PROBE_MS:
            self._probed_ms = now_ms
            found = internet.answering(self._targets)  # not offloaded: green sockets stay on the hub's threads
            self.internet = (Internet.REACHABLE if found else Internet.ABSENT, found)

    def _keep(self) -> int:
        lasting_folder(self._folder)
        with self._replica.at_rest:  # no journal is set aside meanwhile
            return self._keeper.keep()

    # --- what the link asks ---

    def free_bytes(self) -> int:
        """Free now. Raises OSError."""
        return hardware.disk(self._replica.directory).free

    def has_space(self, octets: int) -> bool:
        """Whether a file of so many bytes may come, with enough left for records. Raises OSError."""
        return self.free_bytes() - octets >= RESUME_BYTES

    def ran_short(self, error: Exception) -> bool:
        """Whether this failure to write is the disk's being full; from then on `need_bytes` says how much is missing."""
        if not (is_full(error) or self.free_bytes() < NO_SPACE_BYTES):
            return False
        self._short = True
        return True

    def need_bytes(self) -> int:
        """How much is to be made free before records are taken again; 0 while they are. Raises OSError."""
        missing = RESUME_BYTES - self.free_bytes() if self._short else 0
        self._short = missing > 0
        return max(0, missing)

    def tells(self, files_missing: int) -> StandbyTells:
        """What the primary is told now. Blocking for a few milliseconds. Raises OSError."""
        need, seen = self.need_bytes(), self.reading
        known = Known(
            self._build, self._replica.held_packages(), self._room_ms(), wall_ms(), self._keeper.reserved_bytes,
            self.internet,
        )  # fmt: skip
        state = DiskState.OK if seen is None else seen.state
        return StandbyTells(
            server_facts(self._replica.directory, known), DiskState.FULL if need else state,
            None if seen is None else seen.full_in_ms, need, files_missing,
        )  # fmt: skip


def gives_way(directory: Path) -> Sequence[GivesWay]:
    """What a standby's folder holds that nobody needs: only logs; everything else is the primary's, and is fetched again."""
    return (Files("old logs", lambda: (directory / "logs").glob("*.jsonl.*")),)


def is_full(error: BaseException | None) -> bool:
    """Whether a full disk is at the root of this error."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
            return True
        error = error.__cause__
    return False

"""The primary's disk as consoles show it, and what kiosks say of theirs (docs/readiness.md §4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from question_bank.computer import hardware, internet
from question_bank.computer.internet import Target
from server.domain.disk_forecast import History, full_in_ms
from server.domain.values import SittingStage
from server.live.definition import SittingDefinition
from server.live.disk_keeper import LOOK_S, PROBE_MS, SAMPLE_MS, SOON_MS, DiskKeeper, RunningJournal
from server.protocol.machine import DiskState, Internet
from server.store.async_port import Waiter, Worker
from server.store.giving_way import GivesWay, Quota, of_a_room

if TYPE_CHECKING:
    from server.live.room import Room

KIOSK_SAMPLES = 12  # of each kiosk's disk: two minutes; three hundred of them are reckoned every ten seconds


@dataclass(frozen=True, slots=True)
class DiskStanding:
    """What the console shows of a server's disk; `since_ms` is room time. `need_bytes`: to be made free, where it is full."""

    state: DiskState
    free_bytes: int
    full_in_ms: int | None
    since_ms: int
    need_bytes: int = 0


class DiskDesk:
    """One per room; does nothing until `start`. `gives_way` may be added to: the first goes first."""

    def __init__(self, room: Room, definitions: Callable[[], Sequence[SittingDefinition]]) -> None:
        self._room = room
        self._definitions = definitions
        self._folder: Path = room.directory / "sittings"  # where answers lie, which may be a disk of its own
        self.gives_way: list[GivesWay] = list(of_a_room(room.directory, self._named))
        self._keeper = DiskKeeper(self._folder, self.gives_way, self._journal, room.log)
        self.quota = Quota(lambda: hardware.disk(self._folder).free)
        self.internet: tuple[Internet, tuple[str, ...]] = (Internet.UNKNOWN, ())
        self.standing: DiskStanding | None = None
        self._targets: Sequence[Target] = ()
        self._kiosks: dict[str, History] = {}  # bound: the room's machines
        self._kiosks_full_in: dict[str, int] = {}
        self._sampled_ms = self._probed_ms = -PROBE_MS
        self._waiter: Waiter = room.port.waiter()
        self._worker: Worker | None = None

    # --- life ---

    def start(self, targets: Sequence[Target] = ()) -> None:
        """Begin to watch; `targets` must not answer (none: nothing is looked for). Raises OSError."""
        self._folder.mkdir(exist_ok=True)
        self._targets = targets
        self._waiter.clear()
        self._worker = self._room.port.spawn(self._run)

    def stop(self) -> None:
        """End; the reserve stays where it is."""
        self._waiter.set()
        if self._worker is not None:
            self._worker.join()
            self._worker = None

    # --- what others ask ---

    @property
    def reserved_bytes(self) -> int:
        """What is held for answers: inside the journal, and beside it."""
        return self._keeper.reserved_bytes

    def kiosk_full_in_ms(self, kiosk_id: str) -> int | None:
        """In how long a kiosk's disk is full at the growth it was seen to have; None when it is not filling."""
        return self._kiosks_full_in.get(kiosk_id)

    def fills_soon(self, kiosk_id: str) -> bool:
        """Whether a kiosk's disk will be full within the hour."""
        left_ms = self._kiosks_full_in.get(kiosk_id)
        return left_ms is not None and left_ms <= SOON_MS

    # --- the loop ---

    def _run(self) -> None:
        while True:
            try:
                self.look()
            except OSError as error:  # the disk does not even say how full it is
                self._room.fault("disks", error)
            if self._waiter.wait(LOOK_S):
                return

    def look(self) -> None:
        """One look at everything. Raises OSError."""
        now_ms = self._room.clock.monotonic_ms()
        free = self._room.port.offload(self._keeper.keep)
        if now_ms - self._sampled_ms >= SAMPLE_MS:
            self._sampled_ms = now_ms
            self._sample_kiosks(now_ms)
        if self._targets and now_ms - self._probed_ms >= PROBE_MS:
            self._probed_ms = now_ms
            found = internet.answering(self._targets)  # not offloaded: green sockets stay on the hub's threads
            self.internet = (Internet.REACHABLE if found else Internet.ABSENT, found)
        self._stand(now_ms, free)

    def _journal(self) -> RunningJournal | None:
        sitting = self._room.sitting
        if sitting is None or sitting.stopped or sitting.state.stage is SittingStage.CLOSED:
            return None
        return RunningJournal(sitting.journal_path, sitting.state.open_part is not None)

    def _sample_kiosks(self, now_ms: int) -> None:
        found: dict[str, int] = {}
        for kiosk in self._room.presence.everyone():
            if kiosk.connected and kiosk.disk_free_bytes is not None:
                before = self._kiosks.get(kiosk.kiosk_id, History(most=KIOSK_SAMPLES))
                self._kiosks[kiosk.kiosk_id] = history = before.seen(now_ms, kiosk.disk_free_bytes)
                left_ms = full_in_ms(history.samples, now_ms)
                if left_ms is not None:
                    found[kiosk.kiosk_id] = left_ms
        self._kiosks_full_in = found

    def _stand(self, now_ms: int, free: int) -> None:
        seen, before = self._keeper.read(now_ms, free), self.standing
        since_ms = before.since_ms if before is not None and before.state is seen.state else self._room.clock.now_ms()
        self.standing = DiskStanding(seen.state, seen.free_bytes, seen.full_in_ms, since_ms)

    def _named(self) -> frozenset[str]:
        """Ids of packages that a sitting of this room names."""
        return frozenset(one for definition in self._definitions() for one in definition.package_ids)

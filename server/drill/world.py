"""Where a drill is held: its servers' computers, what lies between them and the kiosks, and how that is broken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Protocol

from server.drill.relay import Relay
from server.drill.room_process import RoomProcess
from server.drill.standby_process import StandbyProcess
from server.drill.virtual_parts import RoomAddress
from server.role import read_standing, write_standing

LOOPBACK = "127.0.0.1"
OPTIONS = ("--no-discovery",)


class Harm(Enum):
    """What a line can suffer."""

    CUT_SWITCH = "cut_switch"
    CUT_SERVERS = "cut_servers"
    SPLIT = "split"  # the servers do not hear each other, and each row of kiosks hears one of them
    DROP = "drop"
    DELAY = "delay"
    PACKETS_REORDERED = "packets_reordered"
    PACKETS_DOUBLED = "packets_doubled"


class World(Protocol):
    """`do` and `undo` may be called in any order, of different harms."""

    def first(self, room: Path, prefix: Sequence[str], log: Path) -> RoomProcess:
        """The room's first server, not started."""

    async def opened(self, first: RoomProcess) -> None:
        """It listens."""

    def second(self, folder: Path, room: Path, log: Path) -> StandbyProcess:
        """The room's second server, not started."""

    async def joined(self, second: RoomProcess) -> None:
        """It listens too."""

    def places(self, address: RoomAddress, seat: int) -> tuple[RoomAddress, RoomAddress]:
        """Where a seat's machine finds the two servers; one twice while there is one."""

    def follows(self, old: RoomProcess, new: RoomProcess) -> None:
        """The old primary, which is down, will be the standby of the new one."""

    async def do(self, harm: Harm) -> None:
        """Break something."""

    async def undo(self, harm: Harm) -> None:
        """Mend it."""

    async def close(self) -> None:
        """Hang up on everybody."""


class OneComputer:
    """Everything on loopback, with relays in between: two from the kiosks to the servers, two between these."""

    def __init__(self, seed: int) -> None:
        self._switch = [Relay(0, seed), Relay(0, seed + 1)]
        self._between = [Relay(0, seed + 2), Relay(0, seed + 3)]
        self._ports: list[int] = []

    def first(self, room: Path, prefix: Sequence[str], log: Path) -> RoomProcess:
        """On a free port."""
        return RoomProcess(room, 0, 0, "--host", LOOPBACK, *OPTIONS, prefix=prefix, log=log)

    async def opened(self, first: RoomProcess) -> None:
        """A line of the kiosks and one of the standby lead there."""
        await self._lead_to(first.port)

    def second(self, folder: Path, room: Path, log: Path) -> StandbyProcess:
        """It reaches the first through a line of its own."""
        of = f"{LOOPBACK}:{self._between[0].port}"
        return StandbyProcess(folder, room, of, "--host", LOOPBACK, *OPTIONS, log=log)

    async def joined(self, second: RoomProcess) -> None:
        """The same for the second."""
        await self._lead_to(second.port)

    async def _lead_to(self, port: int) -> None:
        place = len(self._ports)
        self._ports.append(port)
        for line in (self._switch[place], self._between[place]):
            line.target_port = port
            await line.start()

    def places(self, address: RoomAddress, seat: int) -> tuple[RoomAddress, RoomAddress]:
        """The relays."""
        found = [replace(address, port=line.port) for line in self._switch if line.port]
        return found[0], found[-1]

    def follows(self, old: RoomProcess, new: RoomProcess) -> None:
        """Through the line that leads there, so that it can be cut."""
        line = self._between[self._ports.index(new.port)]
        write_standing(old.folder, read_standing(old.folder).at(f"{LOOPBACK}:{line.port}"))

    async def do(self, harm: Harm) -> None:
        """A piece of TCP is lost or late; or nothing gets through."""
        self._each(harm, on=True)

    async def undo(self, harm: Harm) -> None:
        """As before."""
        self._each(harm, on=False)

    def _each(self, harm: Harm, *, on: bool) -> None:
        for line in self._between if harm is Harm.CUT_SERVERS else self._switch:
            _HARMED[harm](line, on)

    async def close(self) -> None:
        """Stop all four."""
        await asyncio.gather(*(line.stop() for line in (*self._switch, *self._between)))


def _cut(line: Relay, on: bool) -> None:
    if on:
        line.cut()
    else:
        line.mend()


def _drop(line: Relay, on: bool) -> None:
    line.loss, line.breaks = (0.1, 0.005) if on else (0.0, 0.0)


def _delay(line: Relay, on: bool) -> None:
    line.delay_s = (0.2, 0.6) if on else (0.0, 0.0)


_HARMED: dict[Harm, Callable[[Relay, bool], None]] = {
    Harm.CUT_SWITCH: _cut, Harm.CUT_SERVERS: _cut, Harm.DROP: _drop, Harm.DELAY: _delay,
}  # fmt: skip

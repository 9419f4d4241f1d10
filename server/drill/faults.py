"""What a drill breaks, and how it is mended. Each fault begins and ends; two of them may be under way at once.

A fault touches the rehearsal's own processes, disk and line only. What it needs beyond a computer and a server is in `needs`.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from server.drill import officers, small_disk
from server.drill.kept_server import KeptServer
from server.drill.logbook import Logbook, watch_ms
from server.drill.room_process import OfficerAtServer
from server.drill.seat import DrillSeat
from server.drill.small_disk import SmallDisk
from server.drill.world import Harm, World
from server.heartbeat import Beat, Heartbeat

HOUR_MS: Final = 3_600_000
SMALL_DISK: Final = "small_disk"
STANDBY: Final = "standby"
BOTH_S: Final = 1.5  # for which both servers acknowledge
LOST_S: Final = 3.0  # after two the primary goes on alone, and acknowledges with one copy


@dataclass(slots=True)
class Cast:
    """Everything a fault can get at. `server` is the primary now, `standby` the other one; a promotion changes them about.

    `disk` is under the journals of the server that was the first one.
    """

    server: KeptServer
    standby: KeptServer | None
    world: World
    seats: Sequence[DrillSeat]
    disk: SmallDisk | None
    chance: random.Random
    officer: OfficerAtServer
    password: str
    log: Logbook

    @property
    def servers(self) -> Sequence[KeptServer]:
        """Those there are."""
        return [self.server] if self.standby is None else [self.server, self.standby]


# An act does not wait for the server to be back: with two faults at once the other may be what keeps it away.
Act = Callable[[Cast], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """`lasts`: it goes on until it is mended; else it is over at once. `loses_server`: nobody acknowledges meanwhile.

    `last`: of two at once it is mended after the other. `least_s`: it only comes to bear after so long.
    """

    name: str
    begin: Act
    mend: Act
    lasts: bool = True
    loses_server: bool = False
    needs: str | None = None
    last: bool = False
    least_s: float = 0.0


def _line(name: str, harm: Harm, needs: str | None = None, least_s: float = 0.0) -> Fault:
    """A fault of the line, as the world makes it."""

    async def begin(cast: Cast) -> None:
        await cast.world.do(harm)

    async def mend(cast: Cast) -> None:
        await cast.world.undo(harm)

    return Fault(name, begin, mend, needs=needs, least_s=least_s)


# --- the server -------------------------------------------------------------------------------------------------------


async def _kill_server(cast: Cast) -> None:
    await cast.server.down()
    cast.server.up()


async def _step_clock(cast: Cast) -> None:
    """The computer is restarted, and its clock, which only ran while it had power, is an hour ahead.

    Nothing of the server is broken for it: its heartbeat is made to say that another run of the system wrote it, at a time an
    hour earlier by the computer's clock.
    """
    await cast.server.down()
    heartbeat = Heartbeat(cast.server.process.folder)
    last = heartbeat.last
    if last is not None:
        heartbeat.write(Beat(last.room_ms + 1, last.wall_ms - HOUR_MS, last.monotonic_ms, f"not {last.boot}"))
    heartbeat.close()
    cast.server.up()


async def _fill_disk(cast: Cast) -> None:
    if cast.disk is not None:
        await asyncio.to_thread(cast.disk.fill)
        cast.log.course("filled", free_bytes=cast.disk.free_bytes())


async def _clear_disk(cast: Cast) -> None:
    if cast.disk is not None:
        cast.disk.clear()


# --- the standby ------------------------------------------------------------------------------------------------------


async def _kill_standby(cast: Cast) -> None:
    if cast.standby is not None:
        await cast.standby.down()


async def _standby_back(cast: Cast) -> None:
    if cast.standby is not None:
        cast.standby.up()


async def _primary_gone(cast: Cast) -> None:
    await cast.server.down()


async def _promoted(cast: Cast) -> None:
    """The standby offers itself, an official says yes; the other one is repaired, and started as ever."""
    old, new = cast.server, cast.standby
    if new is None:
        return
    await new.is_up()
    await asyncio.to_thread(new.process.wait_for, lambda said: bool(said["offers"]))
    cast.log.course("offered", at_ms=watch_ms())
    refused = await asyncio.to_thread(new.process.promote, officers.PROCTOR, cast.password)
    if refused:
        raise RuntimeError(refused)
    await _now_the_primary(cast, new, old)
    cast.world.follows(old.process, new.process)
    old.up()


async def _now_the_primary(cast: Cast, new: KeptServer, old: KeptServer) -> None:
    cast.log.course("promoted", at_ms=watch_ms())
    cast.server, cast.standby = new, old
    await cast.officer.go_to(new.process.local_port)


async def _split(cast: Cast) -> None:
    await cast.world.do(Harm.SPLIT)


async def _both_go_on(cast: Cast) -> None:
    """The standby is promoted for a reason, while the primary serves its own side; then everybody hears everybody again."""
    old, new = cast.server, cast.standby
    if new is None:
        return
    await new.is_up()
    refused = await asyncio.to_thread(new.process.promote, officers.PROCTOR, cast.password, "cut in two")
    if refused:
        raise RuntimeError(refused)
    await _now_the_primary(cast, new, old)
    await asyncio.sleep(BOTH_S)
    await cast.world.undo(Harm.SPLIT)
    await asyncio.to_thread(old.process.wait_for, lambda said: bool(said["heard"]))  # it has stood down, and follows


# --- the kiosks -------------------------------------------------------------------------------------------------------


async def _twice(cast: Cast) -> None:
    for seat in cast.seats:
        seat.twice = True


async def _once(cast: Cast) -> None:
    for seat in cast.seats:
        seat.twice = False


async def _wrong_order(cast: Cast) -> None:
    for seat in cast.seats:
        seat.wrong_order = True


async def _right_order(cast: Cast) -> None:
    for seat in cast.seats:
        seat.wrong_order = False
    await asyncio.gather(*(seat.send_backwards() for seat in cast.seats))


async def _power_row(cast: Cast) -> None:
    await asyncio.gather(*(seat.lose_power() for seat in cast.seats[::2] if seat.has_power))


async def _power_back(cast: Cast) -> None:
    dead = [seat for seat in cast.seats if not seat.has_power]
    for seat in cast.chance.sample(dead, len(dead)):
        seat.regain_power()


async def _power_all(cast: Cast) -> None:
    dying = [server.down() for server in cast.servers]
    await asyncio.gather(*dying, *(seat.lose_power() for seat in cast.seats if seat.has_power))


async def _all_back(cast: Cast) -> None:
    """In any order: the servers among the kiosks."""
    dead = [seat for seat in cast.seats if not seat.has_power]
    waking: list[Callable[[], None]] = [server.up for server in cast.servers]
    waking += [seat.regain_power for seat in dead]
    for wake in cast.chance.sample(waking, len(waking)):
        wake()
        await asyncio.sleep(cast.chance.random() * 0.5 / len(waking))


async def _nothing(cast: Cast) -> None:
    return


FAULTS: Final[Mapping[str, Fault]] = {
    fault.name: fault
    for fault in (
        Fault("kill_server", _kill_server, _nothing, lasts=False, loses_server=True),
        _line("cut_switch", Harm.CUT_SWITCH),
        _line("drop", Harm.DROP),
        _line("delay", Harm.DELAY),
        Fault("duplicate", _twice, _once),
        Fault("reorder", _wrong_order, _right_order),
        Fault("fill_disk", _fill_disk, _clear_disk, needs=SMALL_DISK),
        Fault("step_clock", _step_clock, _nothing, lasts=False, loses_server=True),
        Fault("power_row", _power_row, _power_back),
        Fault("power_all", _power_all, _all_back, loses_server=True),
        Fault("kill_standby", _kill_standby, _standby_back, needs=STANDBY, least_s=LOST_S),
        _line("cut_standby", Harm.CUT_SERVERS, needs=STANDBY, least_s=LOST_S),
        Fault("promote", _primary_gone, _promoted, lasts=False, loses_server=True, needs=STANDBY, last=True),
    )
}


# Single packets are touched where there is a wire for it: in the lab of the project's tests. Under TLS on one computer there is none.
LAB_FAULTS: Final[Mapping[str, Fault]] = {
    **FAULTS,
    "split": Fault("split", _split, _both_go_on, loses_server=True, needs=STANDBY, last=True, least_s=LOST_S),
    "packets_reordered": _line("packets_reordered", Harm.PACKETS_REORDERED),
    "packets_doubled": _line("packets_doubled", Harm.PACKETS_DOUBLED),
}


# After the first two nobody is left who knows the time: an officer must set it. Of the second two each has a standby promoted.
IMPOSSIBLE: Final = (frozenset({"power_all", "step_clock"}), frozenset({"promote", "split"}))


def missing_here() -> frozenset[str]:
    """What this computer has not, of what faults need."""
    return frozenset() if small_disk.can_be_made() else frozenset({SMALL_DISK})

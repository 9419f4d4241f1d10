"""What a server is like, in the shape kiosks use to tell of themselves (docs/readiness.md §1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from question_bank.computer import hardware
from server.protocol.machine import HeldPackage, Internet, MachineFacts, Power

if TYPE_CHECKING:
    from server.live.room import Room

MAX_PACKAGES = 8  # that a machine tells of


@dataclass(frozen=True, slots=True)
class Known:
    """What a server knows of itself without looking. `room_ms`: None where it never heard the room's time."""

    build: str
    packages: Sequence[HeldPackage]
    room_ms: int | None
    wall_ms: int
    reserved_bytes: int
    internet: tuple[Internet, tuple[str, ...]]


def own_facts(room: Room) -> MachineFacts:
    """The primary's own facts. Quick: nothing is probed here, and no program is looked for."""
    disks = room.readiness.disks
    packages = [HeldPackage(one.package_id, one.sha256, True) for one in room.stage().packages]
    known = Known(
        room.version, packages, room.clock.now_ms(), room.clock.wall_ms(), disks.reserved_bytes, disks.internet
    )
    return server_facts(room.directory, known)


def server_facts(directory: Path, known: Known) -> MachineFacts:
    """A server's facts, the computer looked at now. Blocking for a few milliseconds."""
    space, memory, supply = hardware.disk(directory), hardware.memory(), hardware.supply()
    return MachineFacts(
        build=known.build,
        system=hardware.system_name(),
        packages=tuple(known.packages[:MAX_PACKAGES]),
        estimate_at_ms=known.room_ms,
        uncertainty_ms=None if known.room_ms is None else 0,
        wall_off_ms=None if known.room_ms is None else known.wall_ms - known.room_ms,
        disk_free_bytes=space.free,
        disk_total_bytes=space.total,
        reserved_bytes=known.reserved_bytes,
        memory_free_bytes=memory.free if memory is not None else None,
        memory_total_bytes=memory.total if memory is not None else None,
        screens=None,
        display=None,
        fonts=(),
        input_methods=(),
        typed=False,
        programs=(),
        internet=known.internet[0],
        internet_by=known.internet[1],
        adapters=hardware.adapters(),
        power=Power(supply.power),
        battery_percent=supply.percent,
        servers=(),
        round_trip_ms=None,
        lines=0,
    )

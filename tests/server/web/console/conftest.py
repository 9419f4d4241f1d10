"""Machines on the line of a room whose pages are looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.drill.virtual_parts import nothing_wrong
from server.live.room import Room
from server.protocol.machine import MachineFacts
from server.protocol.messages import Pulse, Staged


@pytest.fixture
def kiosks(room: Room) -> Callable[..., None]:
    """`kiosks(4)`: so many machines are on the line, with both papers checked and a clock they are sure of."""

    def come(count: int, *, staged: bool = True) -> None:
        definition = room.definition()
        assert definition is not None
        for machine in room.pairing.machines()[:count]:
            room.presence.arrived(
                machine.machine_id, machine.seat_label, f"s{machine.machine_id}", "127.0.0.9", "0.1.0"
            )
            room.presence.pulse(machine.machine_id, Pulse("waiting", 0, 0, 10**10, 4, None))
            for package_id in definition.package_ids if staged else ():
                room.presence.staged(machine.machine_id, Staged(package_id, 10**6, True, None))
            held = [one.wire() for one in room.stage().packages]
            facts = MachineFacts.parse(nothing_wrong("0.1.0", held))
            assert isinstance(facts, MachineFacts), facts
            room.presence.told(machine.machine_id, facts)

    return come

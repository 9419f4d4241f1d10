"""One-use tickets with which a paired console's browser enters: asked for over the console's own proven socket."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from server.store.machines import Machine

if TYPE_CHECKING:
    from server.live.room import Room

TICKET_MS = 60_000  # the console opens its browser at once; a slow laptop takes ten seconds


def console_tickets(room: Room) -> Callable[[Machine], str]:
    """Makes a ticket for a console and gives the path that takes it (`KioskChannel`'s `tickets`)."""

    def ticket(machine: Machine) -> str:
        token, now_ms = secrets.token_urlsafe(32), room.clock.now_ms()
        room.store.officers.put_ticket(token, machine.machine_id, now_ms, now_ms + TICKET_MS)
        return f"/console/enter?ticket={token}"

    return ticket

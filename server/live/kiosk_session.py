"""What the channel remembers of one kiosk's socket, while it lives."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from server.protocol.messages import Hello
from server.store.machines import Machine


@dataclass(slots=True)
class KioskSession:
    """One socket. `machine` is None until it has proven itself; `nonce` is good for this socket alone.

    `pairing`: a person is comparing codes, so the socket may stay unproven for longer. `pulsed_at_ms`: its last pulse, in
    room time; `opened_at_ms` is monotonic, since room time may be set.
    """

    connection: str
    address: str
    port: int
    opened_at_ms: int
    nonce: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    hello: Hello | None = None
    machine: Machine | None = None
    pairing: bool = False
    leaving: bool = False
    pulsed_at_ms: int | None = None

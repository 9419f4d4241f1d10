"""What `examroom-server serve` is told: where the room is and how it listens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from server.protocol.service import DEFAULT_PORT

DEFAULT_LOCAL_PORT = 8480


class AsyncMode(StrEnum):
    """What carries the connections: green threads (one hub), or one operating-system thread each."""

    EVENTLET = "eventlet"
    THREADING = "threading"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything `runtime.serve` needs to know.

    `host` "::" is every address, IPv6 and IPv4; the plain listener is on 127.0.0.1 alone, for the console on the
    server's own computer. Port 0 lets the system choose. `interfaces`: addresses to announce on, all when empty.
    `backup`: the folder of a stick that the room is copied to.
    """

    directory: Path
    host: str = "::"
    port: int = DEFAULT_PORT
    local_port: int = DEFAULT_LOCAL_PORT
    async_mode: AsyncMode = AsyncMode.EVENTLET
    discovery: bool = True
    interfaces: tuple[str, ...] = ()
    echo_log: bool = False
    backup: Path | None = None
    backup_every_s: float = 60.0
    internet_probe: bool = True  # look whether the internet can be reached, which it must not

"""What virtual kiosks are given and what they keep: addresses, sheets, records, figures; and one ranged download."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scripts.virtual_socket import SocketGoneError
from server.protocol import trust


@dataclass(frozen=True, slots=True)
class RoomAddress:
    """Where the room is and whom to trust there."""

    host: str
    port: int
    room_id: str
    tls: ssl.SSLContext
    signer: bytes
    version: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the technician and the candidate bring: the machine's id and key, the candidate's number and code."""

    kiosk_id: str
    key: Ed25519PrivateKey
    seat_label: str
    sbd: str
    code: str


@dataclass(slots=True)
class Kept:
    """One record of the outbox; `sent_at` and `acked_at` in seconds of the local monotonic clock."""

    text: bytes
    sent_at: float = 0.0
    acked_at: float | None = None
    verdict: str = ""


@dataclass(slots=True)
class Measured:
    """What one kiosk measured of itself."""

    staged_at: float | None = None
    paper_arrived_at: float | None = None
    paper_at: float | None = None
    decrypt_s: float = 0.0
    reconciled_at: float | None = None
    latencies_s: list[float] = field(default_factory=list)
    reconnects: int = 0
    refusals: list[str] = field(default_factory=list)
    answers: int = 0


class Papers:
    """Papers that have arrived and wait to be decrypted, one after another, network first.

    In a hall every machine decrypts its own. Here many share a core, and none is to keep the others' papers waiting.
    """

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Callable[[], None]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._users = 0

    def start(self) -> None:
        """One more kiosk may bring papers."""
        self._users += 1
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        """One kiosk less; the last one ends the work."""
        self._users -= 1
        if self._users == 0 and self._task is not None:
            self._task.cancel()
            self._task = None

    def put_nowait(self, open_paper: Callable[[], None]) -> None:
        """A paper has arrived; `open_paper` decrypts it."""
        self._waiting.put_nowait(open_paper)

    async def _run(self) -> None:
        while True:
            open_paper = await self._waiting.get()
            open_paper()
            await asyncio.sleep(0)


async def fetch_range(room: RoomAddress, token: str, path: str, first: int, last: int) -> bytes | None:
    """One range of a package; None when the server asks to come again later. Raises SocketGoneError."""
    name = trust.host_name(room.room_id)
    reader, writer = await asyncio.open_connection(room.host, room.port, ssl=room.tls, server_hostname=name)
    try:
        request = (
            f"GET {path} HTTP/1.1\r\nHost: {name}:{room.port}\r\nConnection: close\r\n"
            f"Authorization: Bearer {token}\r\nRange: bytes={first}-{last}\r\n\r\n"
        )
        writer.write(request.encode())
        head = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        if b" 503 " in head[0] + b" ":
            return None
        if b" 206 " not in head[0] + b" ":
            raise SocketGoneError(head[0].decode("latin-1"))
        return await reader.readexactly(last - first + 1)
    finally:
        writer.close()

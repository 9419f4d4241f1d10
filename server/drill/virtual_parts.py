"""What virtual kiosks are given and what they keep: addresses, sheets, records, figures; and one ranged download."""

from __future__ import annotations

import asyncio
import hashlib
import random
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from question_bank.sealed import Package
from server.drill.virtual_socket import Plug, SocketGoneError, dialled
from server.protocol import trust

BUSY_S = 1.0  # at most this long until a busy server is asked again


@dataclass(frozen=True, slots=True)
class RoomAddress:
    """Where the room is and whom to trust there. `plug`: what makes the kiosk's sockets, where its place is not ours."""

    host: str
    port: int
    room_id: str
    tls: ssl.SSLContext
    signer: bytes
    version: str
    plug: Plug | None = None


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
    """One record of the outbox; `sent_at` and `acked_at` in seconds of the local monotonic clock.

    `copies`: on how many servers it was when it was acknowledged.
    """

    text: bytes
    sent_at: float = 0.0
    acked_at: float | None = None
    verdict: str = ""
    copies: int = 0


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
    plain = await dialled(room.host, room.port, room.plug)
    reader, writer = await asyncio.open_connection(sock=plain, ssl=room.tls, server_hostname=name)
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


async def download(room: RoomAddress, token: str, path: str, size: int, chance: random.Random) -> bytes:
    """The bytes of a package, asked for in two ranges as an interrupted kiosk would. Raises SocketGoneError."""
    found: list[bytes] = []
    for first, last in ((0, size // 2 - 1), (size // 2, size - 1)):
        while (piece := await fetch_range(room, token, path, first, last)) is None:  # noqa: ASYNC110 - the server is busy
            await asyncio.sleep(BUSY_S * chance.random())
        found.append(piece)
    return b"".join(found)


def nothing_wrong(version: str, offers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What a machine tells of itself that is as it should be (`machine`, docs/protocol.md). `offers`: of the stage."""
    held = [{"package_id": one["package_id"], "sha256": one["sha256"], "verified": True} for one in offers]
    return {
        "build": version, "system": "virtual", "packages": held, "estimate_at_ms": None, "uncertainty_ms": None,
        "wall_off_ms": 0, "disk_free_bytes": 10**10, "disk_total_bytes": 10**11, "reserved_bytes": 2**24,
        "memory_free_bytes": 2**31, "memory_total_bytes": 2**33, "screens": 1,
        "display": {"width_px": 1366, "height_px": 768, "extended": False, "vietnamese": True},
        "fonts": ["Times New Roman"], "input_methods": ["UniKey"], "typed": True, "programs": [],
        "internet": "absent", "internet_by": [], "adapters": ["eth0"], "power": "mains", "battery_percent": None,
        "servers": [], "round_trip_ms": 1, "lines": 1,
    }  # fmt: skip


def pulse(
    screen: str, pending: int, last_seq: int, source: str | None, estimate_at_ms: int, uncertainty_ms: int
) -> dict[str, Any]:
    """What a kiosk says of itself every two seconds (`pulse`, docs/protocol.md)."""
    return {
        "screen": screen, "pending": pending, "outbox_last_seq": last_seq, "disk_free_bytes": 10**10,
        "uncertainty_ms": uncertainty_ms, "estimate_at_ms": estimate_at_ms, "source": source,
    }  # fmt: skip


def monotonic_ms() -> int:
    """This machine's monotonic clock, which nobody sets."""
    return time.monotonic_ns() // 1_000_000


def checked(room: RoomAddress, offer: Mapping[str, Any], path: Path, data: bytes) -> Package:
    """A package that was fetched, kept there. Raises SocketGoneError when it arrived damaged."""
    path.write_bytes(data)
    if hashlib.sha256(path.read_bytes()).hexdigest() != offer["sha256"]:
        raise SocketGoneError(f"{offer['package_id']} arrived damaged")
    package = Package.open_file(path, room.signer, room.version)
    package.verify()
    return package


def items_in_order(document: Mapping[str, Any], order: Mapping[str, Any]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The items of an opened paper as this candidate has them: by id, type and option ids."""
    types = {str(view["item_id"]): str(view["type"]) for view in document["items"]}
    return {item_id: (types[item_id], tuple(order["option_ids"][item_id])) for item_id in order["item_ids"]}

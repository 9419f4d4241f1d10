"""Frames between two servers of one room: a head of JSON and bytes, over a socket that is already theirs.

4 bytes length of the whole, 4 bytes length of the head, the head, the rest; big-endian. docs/standby.md.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Mapping
from typing import NamedTuple

MAX_FRAME_BYTES = 8 << 20  # a copy of the room's data with 1000 candidates is under 1 MiB, a batch under 1 MiB
MAX_HEAD_BYTES = 1 << 20
STRANGE_BYTES = 4096  # a greeting is a few hundred
READ_BYTES = 64 * 1024
_LENGTHS = struct.Struct(">II")


class Frame(NamedTuple):
    """One message: what it says, and the bytes it speaks of."""

    head: Mapping[str, object]
    data: bytes = b""

    @property
    def what(self) -> str:
        """Its name."""
        return str(self.head.get("t", ""))

    def number(self, name: str) -> int:
        """A whole number of the head; ValueError when there is none."""
        value = self.head.get(name)
        if type(value) is not int or value < 0:
            raise ValueError(f"{self.what}.{name}")
        return value

    def text(self, name: str, most: int = 512) -> str:
        """A text of the head; ValueError when there is none."""
        value = self.head.get(name)
        if not isinstance(value, str) or len(value) > most:
            raise ValueError(f"{self.what}.{name}")
        return value

    def digest(self, name: str) -> bytes:
        """32 bytes in hex; ValueError when there are none."""
        found = bytes.fromhex(self.text(name, 64))
        if len(found) != 32:
            raise ValueError(f"{self.what}.{name}")
        return found


def packed(head: Mapping[str, object], data: bytes = b"") -> bytes:
    """A frame as it travels."""
    text = json.dumps(head, separators=(",", ":"), ensure_ascii=False).encode()
    return _LENGTHS.pack(len(text) + len(data) + 4, len(text)) + text + data


class Frames:
    """One connection. One reader; writers may be several. Everything raises OSError once the connection is gone."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = bytearray()
        self._most = MAX_FRAME_BYTES
        self._until_s: float | None = None
        self._sending = threading.Lock()

    def strange(self, seconds: float) -> None:
        """Who is there has proven nothing: small frames, and all of them within so many seconds."""
        self._most, self._until_s = STRANGE_BYTES, time.monotonic() + seconds

    def known(self) -> None:
        """They have proven who they are."""
        self._most, self._until_s = MAX_FRAME_BYTES, None

    def patience(self, seconds: float) -> None:
        """How long reading and writing wait for the other side."""
        self._connection.settimeout(seconds)

    def send(self, head: Mapping[str, object], data: bytes = b"") -> None:
        """Send one frame."""
        self.send_packed(packed(head, data))

    def send_packed(self, frame: bytes) -> None:
        """Send a frame that is packed already."""
        with self._sending:
            self._connection.sendall(frame)

    def receive(self) -> Frame | None:
        """The next frame; None when the other side has hung up. Raises OSError, ValueError for what is no frame."""
        if not self._have(_LENGTHS.size):
            return None
        whole, size = _LENGTHS.unpack_from(self._buffer)
        if not 4 <= whole <= self._most or size > min(whole - 4, MAX_HEAD_BYTES):
            raise ValueError("a frame is out of its bounds")
        if not self._have(4 + whole):
            return None
        buffer = self._buffer
        head = json.loads(buffer[8 : 8 + size])
        data = bytes(buffer[8 + size : 4 + whole])
        del buffer[: 4 + whole]
        if not isinstance(head, dict):
            raise ValueError("a frame's head is an object")
        return Frame(head, data)

    def close(self) -> None:
        """Hang up; never raises."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self._connection.close()

    def _have(self, count: int) -> bool:
        buffer = self._buffer
        while len(buffer) < count:
            if self._until_s is not None and time.monotonic() > self._until_s:
                raise TimeoutError("whoever is there takes too long to say who they are")
            chunk = self._connection.recv(READ_BYTES)
            if not chunk:
                return False
            buffer += chunk
        return True

"""One stream of an OLE compound file ([MS-CFB]): how Word keeps what other programs made. Pure, bounded."""

from __future__ import annotations

import struct

_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE = 0xFFFFFFFA  # this and above end a chain
_MOST_SECTORS = 70_000  # of 512 bytes: 32 MiB
_ENTRY = 128
_MINI_CUTOFF = 4096


def ole_stream(data: bytes, name: str) -> bytes | None:
    """The content of the first stream of a name; None when there is none or the file is damaged."""
    if data[:8] != _SIGNATURE or len(data) < 512:
        return None
    try:
        return _Compound(data).stream(name)
    except (struct.error, IndexError, ValueError):
        return None


class _Compound:
    """Reads sectors along their chains; a chain longer than the file is a circle (ValueError)."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise ValueError("an unusual size of sectors")
        self._size = 1 << shift
        tables, directory = struct.unpack_from("<I", data, 44)[0], struct.unpack_from("<I", data, 48)[0]
        mini_table, more, more_count = struct.unpack_from("<I4xII", data, 60)
        places = list(struct.unpack_from("<109I", data, 76))
        while more < _FREE and more_count > 0 and len(places) < _MOST_SECTORS:
            sector = self._sector(more)
            numbers = struct.unpack(f"<{self._size // 4}I", sector)
            places += numbers[:-1]
            more, more_count = numbers[-1], more_count - 1
        self._table: list[int] = []
        for place in [place for place in places if place < _FREE][: min(tables, _MOST_SECTORS // 128)]:
            self._table += struct.unpack(f"<{self._size // 4}I", self._sector(place))
        self._directory = self._chain(directory)
        mini = self._chain(mini_table) if mini_table < _FREE else b""
        self._mini_table = struct.unpack(f"<{len(mini) // 4}I", mini)

    def stream(self, name: str) -> bytes | None:
        """By its name alone, wherever it lies."""
        wanted = name.encode("utf-16-le")
        root = self._entry(0)
        for at in range(len(self._directory) // _ENTRY):
            entry = self._directory[at * _ENTRY : (at + 1) * _ENTRY]
            length = struct.unpack_from("<H", entry, 64)[0]
            if entry[66] == 2 and entry[: max(length - 2, 0)] == wanted:
                start, size = self._entry(at)
                if size < _MINI_CUTOFF:
                    return self._mini(start, self._chain(root[0]) if root[0] < _FREE else b"")[:size]
                return self._chain(start)[:size]
        return None

    def _entry(self, at: int) -> tuple[int, int]:
        """Where an entry's content begins, and its size."""
        start, size = struct.unpack_from("<II", self._directory, at * _ENTRY + 116)
        return start, size

    def _sector(self, number: int) -> bytes:
        begin = (number + 1) * self._size
        sector = self._data[begin : begin + self._size]
        if len(sector) < self._size:
            sector += b"\0" * (self._size - len(sector)) if sector else b""
        if len(sector) != self._size:
            raise ValueError("a sector outside the file")
        return sector

    def _chain(self, start: int) -> bytes:
        parts: list[bytes] = []
        while start < _FREE:
            if len(parts) > min(_MOST_SECTORS, len(self._data) // self._size + 1):
                raise ValueError("a circle of sectors")
            parts.append(self._sector(start))
            start = self._table[start]
        return b"".join(parts)

    def _mini(self, start: int, container: bytes) -> bytes:
        parts: list[bytes] = []
        while start < _FREE:
            if len(parts) > len(container) // 64 + 1:
                raise ValueError("a circle of sectors")
            parts.append(container[start * 64 : start * 64 + 64])
            start = self._mini_table[start]
        return b"".join(parts)

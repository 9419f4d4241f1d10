#!/usr/bin/env python3
"""A wire between two network interfaces of one namespace that delays, reorders, doubles and loses single packets. Linux, root.

    scripts/wire.py NEAR FAR [NEAR FAR …]

Reads lines of JSON from its standard input, each the whole of what it shall do from then on: `delay_ms` (least, most), `reordered`,
`doubled`, `lost` (shares of packets). Says "ready" first, and in answer to each line what it did since the one before, by the same
words (`{"doubled": 17}`: so many packets). Ends when its input does. netem is not to be had everywhere.
"""

from __future__ import annotations

import heapq
import itertools
import json
import os
import random
import select
import socket
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

_ETH_P_ALL = 3
_SOL_PACKET, _PACKET_VNET_HDR = (
    263,
    15,
)  # the header that says what the sender left for its card to do: checksums, segments
_OUTGOING = 4  # a packet of our own, or of this computer's: it is on its way already
PACKET_BYTES = 128 * 1024  # more than the largest the kernel hands to a card
MOST_WAITING = 20_000
HELD_MS = (20.0, 60.0)  # a packet that others overtake


class Wire:
    """Both directions of every pair."""

    def __init__(self, pairs: Sequence[tuple[str, str]], seed: int = 1) -> None:
        self._others: dict[int, socket.socket] = {}
        self._sockets: dict[int, socket.socket] = {}
        for near, far in pairs:
            ends = [_opened(near), _opened(far)]
            for one, other in (ends, ends[::-1]):
                self._sockets[one.fileno()], self._others[one.fileno()] = one, other
        self._waiting: list[tuple[float, int, int, bytes]] = []
        self._count = itertools.count()
        self._chance = random.Random(seed)
        self._wanted: Mapping[str, Any] = {}
        self._done: Counter[str] = Counter()

    def run(self) -> None:
        """Carry packets until the input ends."""
        said = b""
        while True:
            due_s = self._waiting[0][0] - time.monotonic() if self._waiting else None
            ready, _, _ = select.select([0, *self._sockets], [], [], None if due_s is None else max(0.0, due_s))
            if 0 in ready:
                data = os.read(0, 65536)
                if not data:
                    return
                *whole, said = (said + data).split(b"\n")
                if whole:
                    self._wanted = json.loads(whole[-1])
                    print("\n".join([json.dumps(self._done)] + ["{}"] * (len(whole) - 1)), flush=True)
                    self._done.clear()
            for number in ready:
                if number != 0:
                    self._take(number)
            self._send_due()

    def _take(self, number: int) -> None:
        for _ in range(64):
            try:
                packet, origin = self._sockets[number].recvfrom(PACKET_BYTES)
            except BlockingIOError:
                return
            except OSError:  # the interface went down: packets are lost, as they are then
                return
            if origin[2] != _OUTGOING:
                self._put(number, packet)

    def _put(self, number: int, packet: bytes) -> None:
        wanted, chance = self._wanted, self._chance
        if chance.random() < wanted.get("lost", 0.0) or len(self._waiting) > MOST_WAITING:
            self._done["lost"] += 1
            return
        wait_ms = chance.uniform(*wanted["delay_ms"]) if "delay_ms" in wanted else 0.0
        self._done["delay_ms"] += wait_ms > 0.0
        if chance.random() < wanted.get("reordered", 0.0):
            self._done["reordered"] += 1
            wait_ms += chance.uniform(*HELD_MS)
        if wait_ms == 0.0 and "doubled" not in wanted:
            self._send(number, packet)
            return
        now = time.monotonic()
        copies = 2 if chance.random() < wanted.get("doubled", 0.0) else 1
        self._done["doubled"] += copies - 1
        for copy in range(copies):
            due = now + (wait_ms + copy * chance.uniform(*HELD_MS)) / 1000
            heapq.heappush(self._waiting, (due, next(self._count), number, packet))

    def _send_due(self) -> None:
        while self._waiting and self._waiting[0][0] <= time.monotonic():
            _, _, number, packet = heapq.heappop(self._waiting)
            self._send(number, packet)

    def _send(self, number: int, packet: bytes) -> None:
        try:
            self._others[number].send(packet)
        except OSError:  # no room in the card's queue, or the interface is down: one packet less
            return


def _opened(interface: str) -> socket.socket:
    made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
    made.setsockopt(_SOL_PACKET, _PACKET_VNET_HDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    made.bind((interface, 0))
    made.setblocking(False)
    return made


def main() -> None:
    """Be the wire."""
    names = sys.argv[1:]
    wire = Wire(list(zip(names[::2], names[1::2], strict=True)))
    print("ready", flush=True)
    wire.run()


if __name__ == "__main__":
    main()

"""A line between kiosks and their server that can be cut, slowed and spoiled. It carries bytes and sees nothing of them.

TLS runs through it, so nothing can be reordered or doubled here; a lost piece is what TCP makes of one: it and all behind it
come later. While the line is cut nothing comes through and nobody is told, as with a switch without power.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable

PIECE_BYTES = 64 * 1024
MOST_WAITING = 256  # pieces on their way in one direction: more than a kiosk ever has, and bounds the memory
AGAIN_S = 0.2  # the least time after which TCP sends a lost piece again (RFC 6298 asks for 1 s, Linux waits 0.2)
MOST_LOSSES = 4  # in a row, of one piece: 0.2 + 0.4 + 0.8 + 1.6 s


class Relay:
    """Listens on loopback and carries every connection to `target_port`."""

    def __init__(self, target_port: int, seed: int) -> None:
        self.port = 0
        self.target_port = target_port
        self.delay_s: tuple[float, float] = (0.0, 0.0)  # between these, drawn for each piece
        self.loss = 0.0  # share of pieces lost
        self.breaks = 0.0  # share of pieces with which the connection breaks
        self._whole = asyncio.Event()
        self._whole.set()
        self._chance = random.Random(seed)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        """Listen on a free port, which is `port` from then on."""
        self._server = await asyncio.start_server(self._arrived, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Hang up on everybody."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Let nothing through, in either direction, new connections among it."""
        self._whole.clear()

    def mend(self) -> None:
        """Let through what is waiting, and everything after it."""
        self._whole.set()

    def hang_up(self) -> None:
        """Break every connection there is now."""
        for writer in tuple(self._open):
            writer.transport.abort()

    def _arrived(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._carry(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        onward: asyncio.StreamWriter | None = None
        try:
            await self._whole.wait()
            back, onward = await asyncio.open_connection("127.0.0.1", self.target_port)
            ways = [asyncio.ensure_future(self._way(*ends)) for ends in ((reader, onward), (back, writer))]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
            await self._whole.wait()  # whoever is behind a dead switch does not hear that the other has hung up
        except OSError:
            return  # the server is not there: its kiosk notices the same
        finally:
            self._open.discard(writer)
            for end in (writer, onward):
                if end is not None:
                    end.transport.abort()

    async def _way(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One direction: pieces leave in their order, each when it is due."""
        now = asyncio.get_running_loop().time
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(MOST_WAITING)
        taking = asyncio.ensure_future(self._take(reader, waiting, now))
        try:
            while True:
                due, piece = await waiting.get()
                if not piece or self._chance.random() < self.breaks:
                    return
                await asyncio.sleep(max(0.0, due - now()))
                await self._whole.wait()
                writer.write(piece)
                await writer.drain()
        finally:
            taking.cancel()
            await asyncio.gather(taking, return_exceptions=True)

    async def _take(
        self, reader: asyncio.StreamReader, waiting: asyncio.Queue[tuple[float, bytes]], now: Callable[[], float]
    ) -> None:
        """Every piece with the time it is due at; an empty one is the end."""
        with contextlib.suppress(OSError):
            while piece := await reader.read(PIECE_BYTES):
                await waiting.put((now() + self._wait_s(), piece))
        await waiting.put((0.0, b""))

    def _wait_s(self) -> float:
        wait_s = self._chance.uniform(*self.delay_s)
        for turn in range(MOST_LOSSES):
            if self._chance.random() >= self.loss:
                break
            wait_s += AGAIN_S * 2**turn
        return wait_s

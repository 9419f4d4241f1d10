"""Stands between a kiosk and its room and writes down every byte that the room sends, after TLS.

It can only stand there because it holds the room's own certificate and key, as nobody outside a test does.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from pathlib import Path

from server.identity import CA_FILE, load_identity
from server.protocol.trust import host_name

_PIECE = 64 * 1024


class WireTap:
    """A relay on loopback. `heard` is what the room sent, one buffer for each connection, in the order they came.

    While `swallowing` is set, nothing of it reaches the kiosk, though everything the kiosk says still reaches the room.
    """

    def __init__(self, room_folder: Path, port: int, room_port: int) -> None:
        identity = load_identity(room_folder)
        self.heard: list[bytearray] = []
        self.swallowing = threading.Event()
        self.port = port
        self._room_port = room_port
        self._ours = identity.tls_context()
        self._theirs = ssl.create_default_context(cafile=str(room_folder / CA_FILE))
        self._name = host_name(identity.room_id)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._ended = asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._run, name="wire-tap")

    def start(self) -> None:
        """Listen."""
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Hang up on everybody."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    def cut(self) -> None:
        """Break every connection there is now."""
        self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    def _run(self) -> None:
        with contextlib.closing(self._loop):
            self._loop.run_until_complete(self._serve())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    async def _serve(self) -> None:
        tasks: set[asyncio.Task[None]] = set()

        def arrived(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = self._loop.create_task(self._relay(reader, writer))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        server = await asyncio.start_server(arrived, "127.0.0.1", self.port, ssl=self._ours)
        self._ready.set()
        await self._ended.wait()
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = bytearray()
        self.heard.append(heard)
        self._open.add(writer)
        onward: asyncio.StreamWriter | None = None
        try:
            back, onward = await asyncio.open_connection(
                "127.0.0.1", self._room_port, ssl=self._theirs, server_hostname=self._name
            )
            pumps = [
                asyncio.ensure_future(_pump(reader, onward, bytearray(), threading.Event())),
                asyncio.ensure_future(_pump(back, writer, heard, self.swallowing)),
            ]
            try:
                await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)
        except OSError:
            return  # the room is not there: its kiosk notices the same
        finally:
            self._open.discard(writer)
            for end in (writer, onward):
                if end is not None:
                    end.transport.abort()


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: bytearray, swallowing: threading.Event
) -> None:
    while piece := await reader.read(_PIECE):
        if swallowing.is_set():
            continue
        heard += piece
        writer.write(piece)
        await writer.drain()

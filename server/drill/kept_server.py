"""A server that somebody keeps: it is started again whenever nobody holds it down, until that works."""

from __future__ import annotations

import asyncio

from server.drill.room_process import RoomProcess

STRIKE_S = 0.02
AGAIN_S = 0.3  # between two tries of a start that failed: a full disk, a port that is not free yet


class KeptServer:
    """One server process. `down` and `up` may be nested: two faults at once may both hold it down."""

    def __init__(self, process: RoomProcess) -> None:
        self.process = process
        self._held = 0
        self._starting: asyncio.Task[None] | None = None
        self._unwanted = False

    async def start(self) -> None:
        """The first time. Raises RuntimeError when it does not listen."""
        await asyncio.to_thread(self.process.start)

    async def down(self) -> None:
        """kill -9, and stay down until `up`."""
        self._held += 1
        await self._given_up()
        await asyncio.to_thread(self.process.kill)

    def up(self) -> None:
        """Hold it down no longer; it is started unless somebody else still does."""
        self._held -= 1
        if self._held == 0:
            self._starting = asyncio.create_task(self._start())

    async def is_up(self) -> None:
        """Wait until it listens again."""
        if self._starting is not None:
            await self._starting

    async def stop(self) -> int:
        """Ask it to end: its exit code."""
        await self._given_up()
        return await asyncio.to_thread(self.process.stop)

    async def _start(self) -> None:
        while not self._unwanted:
            try:
                await asyncio.to_thread(self.process.start)
            except RuntimeError:
                await asyncio.to_thread(self.process.kill)
                await asyncio.sleep(AGAIN_S)
            else:
                return

    async def _given_up(self) -> None:
        """A thread that is starting it cannot be stopped: whatever it has launched by now, or will, is killed under it."""
        starting, self._starting = self._starting, None
        if starting is None:
            return
        self._unwanted = True
        while not starting.done():
            self.process.strike()
            await asyncio.sleep(STRIKE_S)
        self._unwanted = False
        await starting

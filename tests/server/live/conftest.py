"""Rooms for the live tests: small sealed sets, a few candidates and kiosks, served over TLS on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from scripts.served_room import ServedRoom, served_room
from server.drill.prepared_room import Rules, SealedContest, hold_ceremony, open_room
from server.drill.virtual_kiosk import VirtualKiosk
from server.drill.virtual_parts import Sheet
from server.drill.virtual_socket import VirtualSocket, connect
from server.heartbeat import monotonic_ms
from server.live.clock import RoomClock
from server.live.room import Room
from server.protocol.trust import host_name


class Hall:
    """A served room with its contest, and the ways tests act in it."""

    def __init__(self, served: ServedRoom, contest: SealedContest, sheets: list[Sheet], folder: Path) -> None:
        self.served = served
        self.room = served.room
        self.contest = contest
        self.sheets = sheets
        self._folder = folder
        self._kiosks: list[VirtualKiosk] = []
        self._sockets: list[VirtualSocket] = []

    def run(self, scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a scenario; afterwards every kiosk and socket it made is off, and the server has noticed."""

        async def whole() -> None:
            try:
                await scenario()
            finally:
                for kiosk in self._kiosks:
                    await kiosk.stop()
                for socket in self._sockets:
                    socket.cut()
                await wait_for(lambda: self.served.open_sockets == 0)

        asyncio.run(whole())

    def kiosk(self, n: int, sheet: Sheet | None = None) -> VirtualKiosk:
        """A fresh virtual kiosk with the n-th sheet (from 0): as after a wiped disk when asked for again."""
        folder = self._folder / f"kiosk-{len(self._kiosks)}"
        folder.mkdir(parents=True)
        kiosk = VirtualKiosk(self.served.address, sheet or self.sheets[n], folder, seed=len(self._kiosks))
        self._kiosks.append(kiosk)
        return kiosk

    async def ready_kiosk(self, n: int) -> VirtualKiosk:
        """A kiosk that has staged both packages and whose candidate has signed in and confirmed."""
        kiosk = self.kiosk(n)
        kiosk.start()
        await kiosk.ready.wait()
        await kiosk.stage()
        await kiosk.sign_in()
        return kiosk

    async def socket(
        self, namespace: str = "/kiosk", pushed: list[tuple[str, Any]] | None = None, cookie: str = "",
        gone: Callable[[], None] = lambda: None,
    ) -> VirtualSocket:  # fmt: skip
        """A bare socket, for what no kiosk of ours would ever say."""
        address = self.served.address
        heard = [] if pushed is None else pushed
        socket = await connect(
            namespace, address.host, address.port, address.tls, host_name(address.room_id),
            lambda event, payload: heard.append((event, payload)), gone, cookie,
        )  # fmt: skip
        self._sockets.append(socket)
        return socket

    def ceremony(self, *, marking: bool = True) -> None:
        """Choose, enter shares, open."""
        hold_ceremony(self.room, self.contest, marking=marking)


@pytest.fixture
def hall(
    tmp_path: Path, contest: SealedContest, clock: RoomClock, new_room: Callable[..., tuple[Path, list[Sheet]]]
) -> Callable[..., AbstractContextManager[Hall]]:
    """`with hall(count=2, rules=Rules()) as found:` a served room; `folder` and `sheets` serve an earlier one again."""

    @contextmanager
    def serve(
        count: int = 2, rules: Rules | None = None, made: tuple[Path, list[Sheet]] | None = None,
        contest: SealedContest = contest,
    ) -> Iterator[Hall]:  # fmt: skip
        folder, sheets = made or new_room(count, rules, contest)
        with served_room(folder, contest.committee.raw, clock) as served:
            yield Hall(served, contest, sheets, tmp_path / f"kiosks-{monotonic_ms()}")

    return serve


@pytest.fixture
def soon() -> Callable[..., Any]:
    """`await soon(lambda: …)`: wait for something to become true, and fail if it does not."""
    return wait_for


async def wait_for(predicate: Callable[[], object], within_s: float = 15.0) -> None:
    """Look again and again, ten milliseconds apart."""
    async with asyncio.timeout(within_s):
        while not predicate():  # noqa: ASYNC110 - what changes is in other threads
            await asyncio.sleep(0.01)


@pytest.fixture
def room(clock: RoomClock, new_room: Callable[..., tuple[Path, list[Sheet]]]) -> Iterator[Room]:
    """A prepared room of two candidates, without a listener."""
    folder, _ = new_room(2)
    with open_room(folder, clock) as found:
        yield found

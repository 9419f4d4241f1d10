"""Two servers of one room over real TLS, in this process; and the parts of a room that the link needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.domain.pairing import MachineKind
from server.heartbeat import monotonic_ms
from server.identity import RoomIdentity, write_identity
from server.live.standby.door import Door
from server.live.standby.greeting import Here, Peer
from server.live.standby.link import StandbyLink
from server.live.standby.reception import Reception
from server.live.standby.waiting import Waiting
from server.live.transport import Gate, listen
from server.logs import RoomLog
from server.role import Role, Standing
from server.runtime import ThreadDriver
from server.store.async_port import THREADS
from server.store.machines import Machine
from server.store.room import RoomStore

BUILD = "0.1.0"
FIRST, SECOND = "1" * 16, "2" * 16


def silence(*_: object, **__: object) -> None:
    """A log or a listener nobody reads."""


class Primary:
    """The first server as its standby meets it: a listener with the door for servers, and the link behind it."""

    def __init__(self, directory: Path, identity: RoomIdentity) -> None:
        self.directory = directory
        self.identity = identity
        self.epoch, self.role, self.build = 7, Role.PRIMARY, BUILD
        self.store = RoomStore.open(directory)
        self.link = StandbyLink(
            directory, self.store, THREADS, RoomLog(None), monotonic_ms, lambda: 1_700_000_000_000, silence
        )  # fmt: skip
        self.gate = Gate()
        self.outranked: list[Peer] = []
        self.reception = Reception(
            self.here, self.link, self.gate, THREADS, RoomLog(None), monotonic_ms,
            lambda peer, address: self.outranked.append(peer),
        )  # fmt: skip
        self._server: Any = None
        self.port = 0

    def here(self) -> Here:
        return Here(self.identity, FIRST, self.role, self.epoch, self.build, self.port)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def serve(self) -> None:
        driver, listener = ThreadDriver(), listen("127.0.0.1", self.port)
        self.port = int(listener.getsockname()[1])
        app = Door(_nothing, self.reception.serve, driver.websocket_over)
        self._server = driver.serve(listener, app, self.gate, RoomLog(None), self.identity.tls_context())
        self.link.start()

    def stop(self) -> None:
        self.link.stop()
        if self._server is not None:
            self._server.stop()
        self.store.close()


def _nothing(environ: Any, start_response: Any) -> list[bytes]:
    start_response("404 Not Found", [("Content-Length", "0")])
    return []


@pytest.fixture(scope="session")
def room_identity(tmp_path_factory: pytest.TempPathFactory) -> RoomIdentity:
    """Of one room; keys are made once."""
    return write_identity(tmp_path_factory.mktemp("identity"), "Phòng thử")


@pytest.fixture
def primary(tmp_path: Path, room_identity: RoomIdentity) -> Iterator[Primary]:
    """A first server with an empty room's data; `serve()` opens it."""
    folder = tmp_path / "first"
    for name in ("sittings", "contests", "packages"):
        (folder / name).mkdir(parents=True)
    found = Primary(folder, room_identity)
    yield found
    found.stop()


@pytest.fixture
def waiting(tmp_path: Path, room_identity: RoomIdentity) -> Iterator[Callable[..., Waiting]]:
    """`waiting(address)`: a standby of the server there, in the folder `second`; they are stopped at the end."""
    made: list[Waiting] = []
    folder = tmp_path / "second"
    folder.mkdir()

    def make(
        peer: str | None = None, now_ms: Callable[[], int] = monotonic_ms, build: str = BUILD, **standing: Any
    ) -> Waiting:
        stands = Standing(SECOND, Role.STANDBY, 0, peer, **standing)
        made.append(Waiting(folder, room_identity, stands, build, THREADS, RoomLog(None), now_ms, silence))
        made[-1].tls_port = 1
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.fixture
def machine(primary: Primary) -> tuple[Machine, Ed25519PrivateKey]:
    """A paired machine of the room, and its key."""
    key = Ed25519PrivateKey.generate()
    found = Machine("k1", key.public_key().public_bytes_raw(), MachineKind.KIOSK, "M01", BUILD, 1, "o1")
    primary.store.machines.add(found)
    return found, key

"""A pairing desk on a real room.sqlite, and a machine that speaks to it as a kiosk would."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.identity import RoomIdentity, write_identity
from server.live.pairing import PairingDesk
from server.protocol import pairing
from server.protocol.messages import PairKit, PairOffer, PairReveal, Prove
from server.store.database import open_database
from server.store.machines import MIGRATIONS, MachineStore


@dataclass
class Clock:
    """Room time, moved by the test."""

    now_ms: int = 1_700_000_000_000

    def __call__(self) -> int:
        return self.now_ms


@dataclass
class FakeKiosk:
    """A machine with a fresh key; `saw_ca` and `saw_leaf` are the certificates it believes to be the room's."""

    saw_ca: bytes
    saw_leaf: bytes
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    nonce: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    def offer(self, kind: str = "kiosk", seat: str = "") -> PairOffer:
        return PairOffer(pairing.commitment(self.public, self.nonce), kind, seat, "test")  # type: ignore[arg-type]

    def reveal(self) -> PairReveal:
        return PairReveal(self.public.hex(), self.nonce.hex())

    def code(self, ack: Any) -> str:
        """The digits on this machine's screen."""
        server = (bytes.fromhex(ack.server_key), bytes.fromhex(ack.server_nonce))
        return pairing.code((self.public, self.nonce), server, self.saw_ca, self.saw_leaf)

    def by_kit(self, kit: Any, kind: str = "kiosk", seat: str = "") -> PairKit:
        mac = pairing.kit_mac(bytes.fromhex(kit.secret), self.public, self.nonce, self.saw_leaf)
        return PairKit(kit.kit_id, self.public.hex(), self.nonce.hex(), mac, kind, seat, "test")  # type: ignore[arg-type]

    def prove(self, kiosk_id: str, nonce: bytes, room_id: str) -> Prove:
        text = pairing.prove_text(nonce, room_id, kiosk_id, self.saw_leaf)
        return Prove(kiosk_id, self.key.sign(text).hex())


@dataclass
class Desk:
    """The desk, the room it belongs to, its clock and what it told its listener."""

    desk: PairingDesk
    identity: RoomIdentity
    store: MachineStore
    clock: Clock
    news: list[Any]

    def kiosk(self) -> FakeKiosk:
        """A machine that really sees this room's certificates."""
        return FakeKiosk(self.identity.ca_der, self.identity.leaf_der)

    def waiting(self, connection: str = "c1", address: str = "10.0.0.5", seat: str = "") -> tuple[FakeKiosk, Any, Any]:
        """A kiosk that has offered and revealed: the kiosk, the offer's ack, the waiting offer."""
        kiosk = self.kiosk()
        ack = self.desk.offer(connection, address, kiosk.offer(seat=seat))
        self.desk.reveal(connection, kiosk.reveal())
        return kiosk, ack, next(offer for offer in self.desk.pending() if offer.connection == connection)


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """`make_desk(name)`: a room of its own with a desk; `make_desk(name, again=True)` opens the same one anew."""
    opened = []

    def make(name: str = "room", again: bool = False) -> Desk:
        from server.identity import load_identity

        folder = tmp_path / name
        if not again:
            folder.mkdir()
        identity = load_identity(folder) if again else write_identity(folder, f"Phòng {name}")
        database = open_database(folder / "room.sqlite", [("machines", MIGRATIONS)])
        opened.append(database)
        store, clock, news = MachineStore(database), Clock(), list[Any]()
        desk = PairingDesk(identity, store, clock)
        desk.subscribe(news.append)
        return Desk(desk, identity, store, clock, news)

    yield make
    for database in opened:
        database.close()


@pytest.fixture
def room(make_desk: Callable[..., Desk]) -> Desk:
    """One room with its desk."""
    return make_desk()

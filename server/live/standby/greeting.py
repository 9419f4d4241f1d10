"""Two servers find out that they are of the same room, and which of them is right."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

from question_bank.phrase import phrase
from server.addresses import needs_scope
from server.errors import LinkError
from server.identity import RoomIdentity
from server.live.standby.frames import Frame, Frames
from server.role import Role

MAX_ADDRESSES = 8  # a computer has one or two
_TAG = b"examroom standby v1\0"

Side = Literal["asks", "answers"]


@dataclass(frozen=True, slots=True)
class Peer:
    """The other server. `epoch`: what it serves, or the lowest it would; `port`: where machines come to it, at `addresses`."""

    server_id: str
    role: Role
    epoch: int
    build: str
    port: int
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Here:
    """What this server says of itself."""

    identity: RoomIdentity
    server_id: str
    role: Role
    epoch: int
    build: str
    port: int
    addresses: tuple[str, ...] = ()

    def hello(self, nonce: str) -> dict[str, object]:
        """The first frame."""
        return {
            "t": "hello", "room_id": self.identity.room_id, "server_id": self.server_id, "role": self.role.value,
            "epoch": self.epoch, "build": self.build, "port": self.port, "nonce": nonce,
            "addresses": list(self.addresses[:MAX_ADDRESSES]),
        }  # fmt: skip


class OtherVersionError(LinkError):
    """The other server of this room runs another version; who it is was proven all the same."""

    def __init__(self, peer: Peer, build: str) -> None:
        said = phrase("the two servers are of different versions [%(here)s, %(there)s]", here=build, there=peer.build)
        super().__init__(said, hint=phrase("Install the same version on both."))
        self.peer = peer


def greet(frames: Frames, here: Here, side: Side, leaf_der: bytes) -> Peer:
    """Say who we are and hear who they are. `leaf_der`: the certificate of the side that answers.

    Raises LinkError when the other is no server of this room, and OSError when the line is gone.
    """
    mine = secrets.token_hex(16)
    frames.send(here.hello(mine))
    said = _frame(frames, "hello")
    try:
        theirs, peer = said.text("nonce", 64), _peer(said)
        same_room = said.text("room_id") == here.identity.room_id
    except ValueError as error:
        raise _stranger(str(error)) from error
    nonces = (mine, theirs) if side == "asks" else (theirs, mine)
    other: Side = "answers" if side == "asks" else "asks"
    frames.send({"t": "proof", "mac": _mac(here.identity, side, nonces, leaf_der)})
    proof = _frame(frames, "proof").head.get("mac")
    expected = _mac(here.identity, other, nonces, leaf_der)
    if not same_room or not isinstance(proof, str) or not hmac.compare_digest(proof.encode(), expected.encode()):
        raise _stranger("proof")
    if peer.server_id == here.server_id:
        raise LinkError(
            phrase("the other server has this server's own folder"),
            hint=phrase("Make the standby with a kit, not by copying the folder."),
        )
    if peer.build != here.build:
        raise OtherVersionError(peer, here.build)
    return peer


def _frame(frames: Frames, what: str) -> Frame:
    try:
        found = frames.receive()
    except ValueError as error:
        raise _stranger(str(error)) from error
    if found is None or found.what != what:
        raise _stranger("end" if found is None else found.what[:32])
    return found


def _peer(said: Frame) -> Peer:
    port = said.number("port")
    if port > 65_535:
        raise ValueError("hello.port")
    return Peer(
        said.text("server_id", 32), Role(said.text("role", 16)), said.number("epoch"), said.text("build", 100), port,
        _addresses(said.head.get("addresses", [])),
    )  # fmt: skip


def _addresses(said: object) -> tuple[str, ...]:
    if not isinstance(said, list) or len(said) > MAX_ADDRESSES:
        raise ValueError("hello.addresses")
    return tuple(str(ip_address(str(one))) for one in said)


def _mac(identity: RoomIdentity, side: Side, nonces: tuple[str, str], leaf_der: bytes) -> str:
    said = b"\0".join((_TAG, side.encode(), nonces[0].encode(), nonces[1].encode(), leaf_der))
    return hmac.digest(identity.key.derived("standby"), said, "sha256").hex()


def _stranger(why: str) -> LinkError:
    return LinkError(
        phrase("what answers is no server of this room [%(why)s]", why=why),
        hint=phrase("Look at the address, and whether both have the same room."),
    )


def peer_address(peer: Peer, host: str) -> str:
    """Where machines reach the other server, which came from this address.

    An IPv6 link-local one is good on one computer's adapter alone: another that it says it has is taken, where there is one.
    """
    if needs_scope(host) and peer.addresses:
        host = peer.addresses[0]
    return f"[{host}]:{peer.port}" if ":" in host else f"{host}:{peer.port}"

"""Reaching the other server: TLS pinned to the room's own authority and name, then the change to frames."""

from __future__ import annotations

import contextlib
import socket
import ssl

from question_bank.phrase import phrase
from server.errors import LinkError
from server.identity import RoomIdentity
from server.live.standby.door import PATH, PROTOCOL
from server.live.standby.frames import Frames

DIAL_S = 2.0  # a LAN answers in milliseconds
SILENT_S = 2.0  # the primary says something every half second
MAX_ANSWER_BYTES = 4096


def dial(address: str, identity: RoomIdentity) -> tuple[Frames, bytes]:
    """A connection to the server at `host:port`, and the certificate it showed. Raises LinkError, OSError."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise LinkError(phrase("%(address)s is no address", address=address), hint=phrase("Give it as 10.20.0.1:8443."))
    plain = socket.create_connection((host.strip("[]"), int(port)), timeout=DIAL_S)
    with contextlib.ExitStack() as undo:
        undo.callback(plain.close)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_verify_locations(cadata=identity.ca_pem)
        connection = context.wrap_socket(plain, server_hostname=identity.host_name)
        undo.callback(connection.close)
        connection.settimeout(SILENT_S)
        leaf = connection.getpeercert(binary_form=True)
        asked = (
            f"GET {PATH} HTTP/1.1\r\nHost: {identity.host_name}\r\nUpgrade: {PROTOCOL}\r\nConnection: Upgrade\r\n\r\n"
        )
        connection.sendall(asked.encode())
        _answered(connection, address)
        undo.pop_all()
    return Frames(connection), leaf or b""


def _answered(connection: socket.socket, address: str) -> None:
    """Read the answer to the request byte by byte: what follows it belongs to the frames."""
    answer = bytearray()
    while not answer.endswith(b"\r\n\r\n") and len(answer) < MAX_ANSWER_BYTES:
        byte = connection.recv(1)
        if not byte:
            break
        answer += byte
    if not answer.startswith(b"HTTP/1.1 101 "):
        raise LinkError(
            phrase("%(address)s takes no standby", address=address),
            hint=phrase("Is the room's server running there, of this version?"),
        )

"""The kiosk's TLS connection: pinned, and whole while one thread reads and another writes."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from pathlib import Path
from typing import Any

import pytest

from client_kiosk.errors import LinkError
from client_kiosk.tls import MAX_UNPROVEN_BYTES, Address, dial, pinned, unpinned
from server.identity import RoomIdentity, write_identity
from server.live.transport import listen

ROUNDS = 40
MESSAGES = 40


@pytest.fixture
def identity(tmp_path: Path) -> RoomIdentity:
    """A room's certificates."""
    return write_identity(tmp_path, "Phòng 1")


def test_answers_that_cross_new_messages_never_look_like_the_end(identity: RoomIdentity) -> None:
    context = identity.tls_context()
    endings = []
    with listen("127.0.0.1", 0) as listener:
        address = Address("127.0.0.1", listener.getsockname()[1])

        def echo() -> None:
            for _ in range(ROUNDS):
                accepted, _ = listener.accept()
                with context.wrap_socket(accepted, server_side=True) as tls:
                    while data := tls.recv(65536):
                        tls.sendall(data)

        server = threading.Thread(target=echo)
        server.start()
        for _ in range(ROUNDS):
            connection = dial(address, pinned(identity.ca_pem), identity.host_name)
            received: list[bytes] = []

            def read(connection: ssl.SSLSocket = connection, received: list[bytes] = received) -> None:
                while sum(map(len, received)) < MESSAGES and (not received or received[-1]):
                    received.append(connection.recv(65536))

            reader = threading.Thread(target=read)
            reader.start()
            for _ in range(MESSAGES):
                connection.send(b"x")
            reader.join(20)
            endings.append(b"" in received or sum(map(len, received)) != MESSAGES)
            connection.close()
        server.join(20)
    assert endings.count(True) == 0


def test_another_rooms_server_is_not_spoken_to(identity: RoomIdentity, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = write_identity(folder, "Phòng 1")
    with listen("127.0.0.1", 0) as listener:
        address = Address("127.0.0.1", listener.getsockname()[1])

        def serve() -> None:
            for _ in range(2):
                accepted, _ = listener.accept()
                try:
                    other.tls_context().wrap_socket(accepted, server_side=True).close()
                except (ssl.SSLError, OSError):
                    accepted.close()

        server = threading.Thread(target=serve)
        server.start()
        with pytest.raises(LinkError):
            dial(address, pinned(identity.ca_pem), identity.host_name)
        dial(address, unpinned(), identity.host_name).close()
        server.join(20)


def test_somebody_who_has_proven_nothing_cannot_fill_the_memory(identity: RoomIdentity) -> None:
    """Before the codes are compared anybody may answer, and the library takes a message of any size."""
    with listen("127.0.0.1", 0) as listener:
        address = Address("127.0.0.1", listener.getsockname()[1])

        def pour() -> None:
            accepted, _ = listener.accept()
            try:
                with identity.tls_context().wrap_socket(accepted, server_side=True) as tls:
                    for _ in range(4 * MAX_UNPROVEN_BYTES // 65536):
                        tls.sendall(bytes(65536))
            except OSError:
                accepted.close()

        server = threading.Thread(target=pour)
        server.start()
        connection = dial(address, unpinned(), identity.host_name)
        received = []

        def drink() -> None:
            while True:
                received.append(len(connection.recv(65536)))

        with pytest.raises(OSError, match="proven nothing"):
            drink()
        connection.close()
        server.join(20)
    assert sum(received) <= MAX_UNPROVEN_BYTES


def test_a_server_killed_while_it_is_dialled_is_none_and_leaves_no_socket_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its system resets the connection between our connect and the handshake."""
    connect = socket.create_connection
    with listen("127.0.0.1", 0) as listener:

        def killed(*arguments: Any, **options: Any) -> socket.socket:
            made = connect(*arguments, **options)
            accepted, _ = listener.accept()
            accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            accepted.close()
            return made

        monkeypatch.setattr(socket, "create_connection", killed)
        with pytest.raises(LinkError, match="no server answers"):
            dial(Address("127.0.0.1", listener.getsockname()[1]), unpinned(), "r1.invalid")

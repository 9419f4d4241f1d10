"""Listeners of both async modes: nobody can keep the others waiting, and everybody sees the room's certificate."""

from __future__ import annotations

import signal
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from question_bank.serial_tls import SerialTLSSocket
from server.live.transport import Gate, ListenError, Pass, WholeSocket, listen, peer_name


def test_fifty_silent_connections_keep_nobody_waiting(serve: Callable[..., Any]) -> None:
    served = serve()
    with ExitStack() as silent:
        for _ in range(50):
            silent.enter_context(served.connect())
        status, body = served.get("/after-fifty")
    assert status == b"HTTP/1.1 200 OK"
    assert body == ["https", "127.0.0.1", "/after-fifty"]


def test_a_connection_that_stops_in_the_middle_of_its_handshake_keeps_nobody_waiting(serve: Callable[..., Any]) -> None:
    served = serve()
    with served.connect() as half:
        half.sendall(b"\x16\x03\x01\x02\x00\x01")  # the first bytes of a ClientHello
        assert served.get("/")[0] == b"HTTP/1.1 200 OK"


def test_what_is_no_tls_at_all_is_hung_up_on_and_the_next_is_served(serve: Callable[..., Any]) -> None:
    served = serve()
    with served.connect() as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            answer = b"".join(iter(lambda: plain.recv(4096), b""))
        except ConnectionResetError:
            answer = b""
    assert b"200" not in answer
    assert served.get("/")[0] == b"HTTP/1.1 200 OK"


def test_a_client_that_expects_another_room_refuses_the_certificate(serve: Callable[..., Any]) -> None:
    served = serve()
    context = ssl.create_default_context(cadata=served.identity.ca_pem)
    with served.connect() as connection, pytest.raises(ssl.SSLCertVerificationError):
        context.wrap_socket(connection, server_hostname="rother.invalid")


def test_a_room_full_of_silent_connections_serves_the_next_one_in_place_of_the_oldest(
    serve: Callable[..., Any],
) -> None:
    served = serve(total=3, per_address=3)
    with ExitStack() as stack:
        silent = [stack.enter_context(served.connect()) for _ in range(3)]
        half = served.secure(silent[1])  # over TLS too
        stack.callback(half.close)
        for _ in range(4):
            assert served.get("/")[0] == b"HTTP/1.1 200 OK"
        assert silent[0].recv(1) == b""


def test_a_stop_signal_ends_the_process_with_connections_open(serve: Callable[..., Any]) -> None:
    served = serve()
    with served.connect():
        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(10) == 0


def test_addresses_have_one_name_however_they_came() -> None:
    assert peer_name(("::ffff:10.1.2.3", 5, 0, 0)) == "10.1.2.3"
    assert peer_name(("10.1.2.3", 5)) == "10.1.2.3"
    assert peer_name(("fe80::1%e0", 5, 0, 2)) == "fe80::1%e0"


def test_the_gate_counts_known_machines_in_all_and_by_address() -> None:
    gate = Gate(total=3, per_address=2)
    passes = [known(gate, "a", 1), known(gate, "a", 2)]
    assert gate.enter("a", 3) is None
    known(gate, "b", 1)
    assert gate.enter("c", 1) is None
    gate.leave(passes[0])
    known(gate, "c", 1)
    assert gate.open == 3


def known(gate: Gate, peer: str, port: int) -> Pass:
    """A machine of the room has come in from there."""
    found = gate.enter(peer, port)
    assert found is not None
    gate.trust(peer, port)
    return found


def test_a_newcomer_takes_the_place_of_whoever_holds_the_most() -> None:
    """Two laptops fill the room; every kiosk gets in, none is put out, and each laptop loses only its own."""
    gate = Gate(total=10, per_address=6)
    kiosks = [known(gate, f"kiosk-{n}", 1) for n in range(2)]
    laptops = [gate.enter(name, port) for port in range(6) for name in ("x", "y")]
    assert gate.open == 10
    newcomers = [gate.enter(f"kiosk-{n}", 1) for n in range(2, 6)]
    assert all(one is not None and not one.out for one in newcomers)
    assert not any(one.out for one in kiosks)
    put_out = [one for one in laptops if one is not None and one.out]
    assert {one.peer for one in put_out} == {"x", "y"}
    assert gate.open == 10
    for one in (*put_out, *kiosks):
        gate.leave(one)
    assert gate.open == 8, "who was put out is counted out once"


def test_a_stranger_is_put_out_while_shaking_hands_too() -> None:
    gate = Gate(total=1, per_address=1)
    first = gate.enter("a", 1)
    assert first is not None
    here, there = socket.socketpair()
    with here, there:
        assert gate.enter("b", 1) is not None
        first.holds(here)  # a moment after it was put out
        assert there.recv(1) == b""


def test_a_port_in_use_is_an_error_with_a_hint(free_port: Callable[[], int]) -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(ListenError) as failure:
        listen("127.0.0.1", taken.getsockname()[1])
    assert "port" in failure.value.hint


def pair_of(kind: str, identity: Any) -> tuple[socket.socket, socket.socket]:
    """Two ends of one loopback connection: the server's kind of socket, and a client."""
    with listen("127.0.0.1", 0) as listener:
        client = socket.create_connection(listener.getsockname())
        accepted, _ = listener.accept()
    if kind == "plain":
        return WholeSocket.adopt(accepted), client
    context = identity.tls_context()
    context.sslsocket_class = SerialTLSSocket
    server = context.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False)
    shaking = threading.Thread(target=server.do_handshake)
    shaking.start()
    trusting = ssl.create_default_context(cadata=identity.ca_pem)
    secured = trusting.wrap_socket(client, server_hostname=identity.host_name)
    shaking.join()
    return server, secured


@pytest.mark.parametrize("kind", ["plain", "tls"])
def test_one_thread_reads_while_another_sends_more_than_the_buffers_hold(kind: str, room_folder: Any) -> None:
    from server.identity import load_identity

    server, client = pair_of(kind, load_identity(room_folder))
    server.settimeout(20)
    big = bytes(range(256)) * 16384  # 4 MiB: far beyond a socket's buffer, so a partial send would lose some
    echoed, sent = bytearray(), []

    def read_all() -> None:
        while len(echoed) < len(big):
            echoed.extend(server.recv(65536))

    reader = threading.Thread(target=read_all)
    writer = threading.Thread(target=lambda: sent.append(server.send(big)))
    reader.start()
    writer.start()
    feeder = threading.Thread(target=client.sendall, args=(big,))
    feeder.start()
    received = bytearray()
    while len(received) < len(big):
        received.extend(client.recv(65536))
    for thread in (reader, writer, feeder):
        thread.join(20)
    server.close()
    client.close()
    assert sent == [len(big)]
    assert received == big
    assert echoed == big


def test_a_silent_peer_is_given_up_on(room_folder: Any) -> None:
    from server.identity import load_identity

    server, client = pair_of("tls", load_identity(room_folder))
    with server, client:
        server.settimeout(0.05)
        with pytest.raises(TimeoutError):
            server.recv(1)

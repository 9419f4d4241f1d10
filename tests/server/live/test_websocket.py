"""Our side of a WebSocket: what a client may send, in any pieces, and what ends the connection."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.live.websocket import WebSocket, unmasked

MASK = b"\x11\x22\x33\x44"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # RFC 6455 §1.3, which also gives the answer below
ACCEPT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def frame(payload: bytes, opcode: int = 1, *, final: bool = True, masked: bool = True) -> bytes:
    """A frame as a client sends it."""
    size, bit = len(payload), 0x80 if masked else 0
    if size < 126:
        head = struct.pack("!BB", 0x80 * final | opcode, bit | size)
    elif size < 65536:
        head = struct.pack("!BBH", 0x80 * final | opcode, bit | 126, size)
    else:
        head = struct.pack("!BBQ", 0x80 * final | opcode, bit | 127, size)
    return head + (MASK + unmasked(payload, MASK) if masked else payload)


@dataclass
class Engine:
    """What the Engine.IO server is to a WebSocket."""

    max_http_buffer_size: int = 1000
    _async: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def pair() -> Iterator[Callable[..., tuple[WebSocket, socket.socket]]]:
    """`pair(handler)`: an upgraded WebSocket whose handler has run, and the client's socket."""
    client, server = socket.socketpair()
    client.settimeout(5)
    server.settimeout(5)

    def serve(handler: Callable[[WebSocket], object], *sent: bytes, key: str = KEY) -> Any:
        for piece in sent:
            client.sendall(piece)
        environ = {
            "REQUEST_METHOD": "GET", "HTTP_CONNECTION": "keep-alive, Upgrade", "HTTP_UPGRADE": "websocket",
            "HTTP_SEC_WEBSOCKET_KEY": key, "HTTP_SEC_WEBSOCKET_VERSION": "13", "werkzeug.socket": server,
        }  # fmt: skip
        answered: list[str] = []
        web = WebSocket(lambda: (), handler, Engine())
        web(environ, lambda status, headers, *_: answered.append(status))  # type: ignore[arg-type]
        return answered

    serve.client = client  # type: ignore[attr-defined]
    yield serve
    client.close()
    server.close()


def received(client: socket.socket) -> bytes:
    data = b""
    while piece := client.recv(65536):
        data += piece
    return data


def gathered(into: list[Any]) -> Callable[[WebSocket], None]:
    """A handler that waits until the end and keeps what came."""

    def handle(web: WebSocket) -> None:
        try:
            while (message := web.wait()) is not None:
                into.append(message)
        except OSError as error:
            into.append(str(error))

    return handle


def test_the_handshake_is_answered_as_the_standard_says(pair: Any) -> None:
    pair(lambda web: web.send("xin chào"), frame(b"", 8))
    head, _, rest = received(pair.client).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101 ")
    assert b"Sec-WebSocket-Accept: " + ACCEPT in head
    assert rest == b"\x81\x09" + "xin chào".encode() + b"\x88\x02\x03\xe8"


@pytest.mark.parametrize("key", ["", "short", "dGhlIHNhbXBsZSBub25jZQ", "????"])
def test_what_is_no_request_to_upgrade_gets_a_400(pair: Any, key: str) -> None:
    assert pair(lambda web: None, key=key) == ["400 Bad Request"]


def test_fragments_and_control_frames_between_them_make_one_message(pair: Any) -> None:
    found: list[Any] = []
    pair(
        gathered(found),
        frame("Đề ".encode()[:3], final=False), frame(b"still here", 9), frame("Đề ".encode()[3:], 0, final=False),
        frame(b"thi", 0), frame(b"\0\xff", 2), frame(b"", 8),
    )  # fmt: skip
    assert found == ["Đề thi", b"\0\xff"]
    assert b"\x8a\x0astill here" in received(pair.client)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame(b"not masked", masked=False), 1002),
        (frame(b"x", 3), 1002),
        (b"\xc1" + frame(b"x")[1:], 1002),
        (frame(b"x", 0), 1002),
        (frame(b"x", final=False) + frame(b"y"), 1002),
        (frame(b"x" * 126, 9), 1002),
        (frame(b"x", 9, final=False), 1002),
        (frame(b"\xff\xfe"), 1007),
        (frame(b"x" * 1001), 1009),
        (frame(b"x" * 600, final=False) + frame(b"x" * 600, 0), 1009),
        (b"\x81\xff" + (2**62).to_bytes(8) + MASK, 1009),
    ],
    ids=[
        "unmasked",
        "opcode",
        "reserved",
        "orphan",
        "unfinished",
        "long ping",
        "cut ping",
        "bytes",
        "long",
        "sum",
        "huge",
    ],
)
def test_what_breaks_the_protocol_or_the_bound_ends_the_connection(pair: Any, sent: bytes, code: int) -> None:
    found: list[Any] = []
    pair(gathered(found), sent)
    assert found == [f"websocket closed with {code}"]
    assert received(pair.client).endswith(b"\x88\x02" + struct.pack("!H", code))


def test_an_end_in_the_middle_of_a_frame_is_an_end(pair: Any) -> None:
    found: list[Any] = []
    pair.client.sendall(frame(b"whole") + frame(b"cut off")[:5])
    pair.client.shutdown(socket.SHUT_WR)
    pair(gathered(found))
    assert found == ["whole"]


@given(st.binary(max_size=300), st.binary(min_size=4, max_size=4))
def test_a_mask_taken_off_twice_is_no_mask(payload: bytes, mask: bytes) -> None:
    once = unmasked(payload, mask)
    assert bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload)) == once
    assert unmasked(once, mask) == payload


@given(st.lists(st.text(max_size=200), max_size=5), st.lists(st.integers(1, 60), max_size=40))
def test_messages_arrive_whole_however_the_network_cuts_them(messages: list[str], cuts: list[int]) -> None:
    stream = b"".join(frame(message.encode()) for message in messages)
    pieces: list[bytes] = []
    for cut in cuts:
        pieces.append(stream[:cut])
        stream = stream[cut:]
    pieces = [piece for piece in (*pieces, stream) if piece]

    class Cut:
        def recv(self, count: int) -> bytes:
            return pieces.pop(0) if pieces else b""

        def sendall(self, data: bytes) -> None: ...

    found: list[Any] = []
    web = WebSocket(lambda: (), lambda web: None, Engine())
    web.socket = Cut()  # type: ignore[assignment]
    gathered(found)(web)
    assert found == messages

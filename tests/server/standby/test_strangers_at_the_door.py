"""Who has not proven to be the other server: a bounded time, small frames, and slots that never keep the real one out."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from server.live.standby import reception
from server.live.standby.frames import STRANGE_BYTES, Frames
from server.live.standby.greeting import Here, greet
from server.role import Role


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is hung up on for being slow."""
    monkeypatch.setattr(reception, "SILENT_S", 60)
    monkeypatch.setattr(reception, "GREETING_S", 60)


@pytest.fixture
def knock(primary: Any) -> Iterator[Callable[[], socket.socket]]:
    """`knock()`: the other end of one more connection that came through the door."""
    with ExitStack() as stack:

        def one() -> socket.socket:
            mine, theirs = socket.socketpair()
            mine.settimeout(5)
            thread = threading.Thread(target=primary.reception.serve, args=(Frames(theirs), "10.20.0.9", 5))
            stack.callback(thread.join)
            stack.callback(theirs.close)
            stack.callback(mine.close)
            thread.start()
            return mine

        yield one


def hung_up(connection: socket.socket) -> bool:
    """Whether the other side ends the connection; what it says before that is read."""
    try:
        while connection.recv(4096):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


def test_a_stranger_who_says_a_byte_now_and_then_is_not_listened_to_for_ever(
    knock: Callable[[], socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception, "GREETING_S", 0.3)
    connection, ended = knock(), threading.Event()

    def drip() -> None:
        with contextlib.suppress(OSError):
            for byte in b"\0\0\1\0\0\0\0\1" + b" " * 10_000:
                connection.send(bytes([byte]))
                if ended.wait(0.02):
                    return

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        assert hung_up(connection)
    finally:
        ended.set()
        dripping.join()


@pytest.mark.usefixtures("patient")
def test_a_stranger_cannot_have_a_large_frame_read(knock: Callable[[], socket.socket]) -> None:
    connection = knock()
    size = STRANGE_BYTES + 1
    connection.sendall(size.to_bytes(4, "big") + (2).to_bytes(4, "big") + b"{}")
    assert hung_up(connection)


@pytest.mark.usefixtures("patient")
def test_strangers_who_say_nothing_take_no_more_than_their_slots_and_the_real_server_comes_in_beside_them(
    knock: Callable[[], socket.socket], primary: Any, eventually: Callable[..., None]
) -> None:
    silent = [knock() for _ in range(reception.MAX_GREETINGS - 1)]
    eventually(lambda: primary.reception._greeting == len(silent))
    assert len(silent) > 20, "more silent strangers than a hand can open"
    me = Here(primary.identity, "9" * 16, Role.PRIMARY, 1 << 20, primary.build, 1)
    greeted = greet(Frames(knock()), me, "asks", primary.identity.leaf_der)
    assert greeted.role is Role.PRIMARY
    eventually(lambda: [one.server_id for one in primary.outranked] == ["9" * 16])

    eventually(lambda: primary.reception._greeting == len(silent))
    silent.append(knock())
    eventually(lambda: primary.reception._greeting == reception.MAX_GREETINGS)
    assert hung_up(knock()), "beyond the slots nobody is waited for"


def test_whoever_has_proven_themselves_may_send_large_frames(primary: Any) -> None:
    one, other = socket.socketpair()
    with one, other:
        frames = Frames(other)
        frames.strange(60)
        frames.known()
        thread = threading.Thread(target=Frames(one).send, args=({"t": "batch"}, b"x" * (STRANGE_BYTES * 2)))
        thread.start()
        found = frames.receive()
        thread.join()
    assert found is not None
    assert len(found.data) == STRANGE_BYTES * 2

"""One live connection to the room's server: dial, speak Socket.IO over a verified socket, hand over what arrives.

A `Line` is one connection and dies with it; whoever keeps the kiosk online makes a new one. The socket is opened and
checked by `client_kiosk.tls` and then given to the library, so that no library option can loosen the check, and the
certificate that is signed over is the one of this very connection.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

import socketio

from client_kiosk.errors import LinkError
from client_kiosk.tls import Address, HeardTLSSocket, dial, leaf_der
from question_bank.errors import ExamRoomError
from question_bank.phrase import phrase
from server.protocol.messages import NAMESPACE
from server.protocol.trust import host_name

CALL_TIMEOUT_S = 8.0  # longer than the server's ping timeout of 6 s: a dead line is noticed by the ping first
PUSHES: Final = ("situation", "paper", "paired", "pair_refused", "stop", "inspect")

_NO_OBJECT = "not an object"  # evidence, for the technician

Push = Callable[[str, Mapping[str, object]], None]

# The library reports each lost connection with a stack trace; the line's owner reports it once, in a sentence.
logging.getLogger("engineio.client").setLevel(logging.CRITICAL)
logging.getLogger("socketio.client").setLevel(logging.CRITICAL)


class Line:
    """An open connection. Calls block for the answer; pushes arrive on a thread of the library."""

    def __init__(self, client: socketio.Client, connection: ssl.SSLSocket, leaf: bytes, ended: threading.Event) -> None:
        self._client = client
        self._connection = connection
        self._ended = ended
        self._waiting: set[threading.Event] = set()  # calls under way, which the line's end wakes
        self.leaf_der = leaf

    @classmethod
    def open(cls, address: Address, context: object, room_id: str, on_push: Push) -> Line:
        """Connect to the `/kiosk` namespace. `context` is an ssl.SSLContext from `client_kiosk.tls`. Raises LinkError."""
        name = host_name(room_id)
        connection = dial(address, context, name)  # type: ignore[arg-type]
        client = socketio.Client(
            reconnection=False, handle_sigint=False, websocket_extra_options={"socket": connection}
        )
        ended = threading.Event()
        lines: list[Line] = []
        _listen(client, on_push, lambda: lines[0].give_up() if lines else ended.set())
        try:
            leaf = leaf_der(connection)
            client.connect(
                f"https://{name}:{address.port}", namespaces=[NAMESPACE], transports=["websocket"], wait_timeout=5
            )
        except (socketio.exceptions.SocketIOError, OSError, LinkError) as error:
            client.disconnect()
            connection.close()
            told = phrase("%(address)s does not answer as a room [%(error)s]", address=str(address), error=str(error))
            raise LinkError(told) from error
        line = cls(client, connection, leaf, ended)
        lines.append(line)
        return line

    def call(self, event: str, payload: Mapping[str, object]) -> Mapping[str, object]:
        """Send one message and wait for its answer. Raises LinkError when none comes or it is no object."""
        answer = self._answer(event, dict(payload))
        if not isinstance(answer, dict):
            raise LinkError(
                phrase("the server's answer is not understood [%(event)s: %(error)s]", event=event, error=_NO_OBJECT)
            )
        return answer

    def _answer(self, event: str, payload: dict[str, object]) -> object:
        """What the server answers; a line that ends meanwhile is not waited for."""
        answered, found = threading.Event(), list[object]()
        self._waiting.add(answered)

        def heard(*answer: object) -> None:
            found.extend(answer)
            answered.set()

        try:
            self._client.emit(event, payload, namespace=NAMESPACE, callback=heard)
            if not self._ended.is_set():
                answered.wait(CALL_TIMEOUT_S)
        except (socketio.exceptions.SocketIOError, OSError) as error:
            raise _no_answer(event, type(error).__name__) from error
        finally:
            self._waiting.discard(answered)
        if not found:
            raise _no_answer(event, "ended" if self._ended.is_set() else "TimeoutError")
        return found[0]

    def silent_ms(self) -> int:
        """For how long nothing at all has come from the server; it pings every 2 s."""
        heard_s = self._connection.heard_s if isinstance(self._connection, HeardTLSSocket) else time.monotonic()
        return int((time.monotonic() - heard_s) * 1000)

    def give_up(self) -> None:
        """Whoever waits for an answer waits no more: the line is as good as gone. From any thread."""
        self._ended.set()
        for answered in tuple(self._waiting):
            answered.set()

    @property
    def ended(self) -> threading.Event:
        """Set when the connection is gone, whoever closed it."""
        return self._ended

    def close(self) -> None:
        """Hang up; the answer of a call under way is lost, its record is not."""
        # The library's own goodbye waits for an answer that its reader may already have eaten (3 s), or for a writer
        # that was told to stop before it looked (a ping's time). A broken connection is what it ends for at once. The
        # base class's shutdown goes around the TLS layer: nothing can leave this socket unencrypted afterwards.
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._connection, socket.SHUT_RDWR)
        reader = self._client.eio.read_loop_task
        if reader is not None and reader is not threading.current_thread():
            reader.join(CALL_TIMEOUT_S)
        self._connection.close()
        self.give_up()


def _no_answer(event: str, why: str) -> LinkError:
    return LinkError(phrase("the server gave no answer [%(event)s: %(error)s]", event=event, error=why))


def _listen(client: socketio.Client, on_push: Push, gone: Callable[[], None]) -> None:
    def relay(event: str) -> Callable[[object], None]:
        def arrived(payload: object) -> None:
            if not isinstance(payload, dict):
                told = phrase(
                    "what the server said is not understood [%(event)s: %(error)s]", event=event, error=_NO_OBJECT
                )
                raise ExamRoomError(told)
            on_push(event, payload)

        return arrived

    for event in PUSHES:
        client.on(event, relay(event), namespace=NAMESPACE)
    client.on("disconnect", lambda *_: gone(), namespace=NAMESPACE)

"""A real listener of each async mode in a process of its own, clients that speak TLS to it, and the command line."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from server.identity import RoomIdentity, write_identity

# Serves a small application the way the room is served; prints its port, and what the log said when it ends.
SERVE = """
import json, sys
from pathlib import Path
from server import runtime
from server.settings import AsyncMode

mode, folder, total, per_address = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
chosen = runtime.driver(AsyncMode(mode))
from server.identity import load_identity
from server.live.transport import Gate, listen
from server.logs import RoomLog

def app(environ, start_response):
    body = json.dumps([environ["wsgi.url_scheme"], environ["REMOTE_ADDR"], environ["PATH_INFO"]]).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]

log = RoomLog(folder / "logs")
gate = Gate(total, per_address)
listener = listen("127.0.0.1", 0)
port = listener.getsockname()[1]
tls = load_identity(folder).tls_context()
with runtime._stop_signal() as signals:
    server = chosen.serve(listener, app, gate, log, tls)
    print(port, flush=True)
    signals.wait()
    server.stop()
print(json.dumps({"stopped": True}), flush=True)
"""


@dataclass(frozen=True)
class Served:
    """A process that serves, and how to reach it."""

    port: int
    process: subprocess.Popen[str]
    identity: RoomIdentity

    def connect(self) -> socket.socket:
        """A TCP connection that says nothing yet."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def secure(self, connection: socket.socket) -> ssl.SSLSocket:
        """TLS over a connection, verified as a kiosk verifies it."""
        context = ssl.create_default_context(cadata=self.identity.ca_pem)
        return context.wrap_socket(connection, server_hostname=self.identity.host_name)

    def get(self, path: str) -> tuple[bytes, Any]:
        """One request on one connection: the status line, and the JSON body."""
        with self.secure(self.connect()) as tls:
            tls.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.identity.host_name}\r\nConnection: close\r\n\r\n".encode())
            answer = b"".join(iter(lambda: tls.recv(65536), b""))
        head, _, body = answer.partition(b"\r\n\r\n")
        return head.split(b"\r\n")[0], json.loads(body)


@pytest.fixture
def room_folder(tmp_path: Path) -> Path:
    """A folder with a room's identity in it."""
    folder = tmp_path / "room"
    folder.mkdir()
    write_identity(folder, "Phòng máy số 1")
    return folder


@pytest.fixture(params=["threading", "eventlet"])
def serve(
    request: pytest.FixtureRequest, room_folder: Path, spawn: Callable[..., subprocess.Popen[str]]
) -> Callable[..., Served]:
    """`serve(total=…, per_address=…)`: a small application served in this async mode."""
    from server.identity import load_identity

    def start(total: int = 4096, per_address: int = 4096) -> Served:
        arguments = [sys.executable, "-c", SERVE, request.param, room_folder, total, per_address]
        process = spawn(arguments, stdout=subprocess.PIPE)
        assert process.stdout is not None
        return Served(int(process.stdout.readline()), process, load_identity(room_folder))

    return start


@pytest.fixture
def run() -> Callable[..., subprocess.CompletedProcess[str]]:
    """`run("kit", …)`: one command to its end, speaking English unless told otherwise."""

    def command(*words: str | Path, language: str = "en") -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "server.cli", "--language", language, *map(str, words)]
        return subprocess.run(line, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL, check=False)

    return command

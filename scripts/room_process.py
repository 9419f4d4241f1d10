"""The room's server as a process of its own, and an officer who works at its own computer: for scenarios and rehearsals."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import secrets
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from scripts.virtual_socket import SocketGoneError, VirtualSocket, connect

ROOT = Path(__file__).resolve().parent.parent
START_S = 60.0
STOP_S = 20.0
_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class RoomProcess:
    """`examroom-server serve` on a room's folder; may be killed and started again any number of times.

    `prefix` goes before the command (`ip netns exec …`); `environment` is added to this process's own.
    """

    def __init__(
        self, folder: Path, port: int, local_port: int, *arguments: str, environment: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (), python: str = sys.executable,
    ) -> None:  # fmt: skip
        self.folder = folder
        self.port = port
        self.local_port = local_port
        self.environment = dict(environment or {})
        self._command = [
            *prefix, python, "-m", "server.cli", "serve", str(folder), "--port", str(port),
            "--local-port", str(local_port), *(arguments or ("--host", "127.0.0.1", "--no-discovery")),
        ]  # fmt: skip
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> float:
        """Start it and wait until it listens: how long that took, in seconds."""
        began = time.monotonic()
        self.launch()
        self.wait_open()
        return time.monotonic() - began

    def launch(self) -> None:
        """Start it and do not wait."""
        environment = {**os.environ, **self.environment}
        self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment)

    def wait_open(self) -> None:
        """Wait until it says that it listens. Raises RuntimeError when it ends instead."""
        assert self._process is not None
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], START_S)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            raise RuntimeError(f"the server does not listen (exit code {self._process.poll()})")

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def strike(self) -> bool:
        """kill -9 from another thread than the one that keeps it running; False when none runs."""
        process = self._process
        if process is None or process.poll() is not None:
            return False
        process.send_signal(signal.SIGKILL)
        return True

    def stop(self) -> int:
        """Ask it to stop: its exit code; killed when it does not."""
        return self._end(signal.SIGTERM)

    def wait(self) -> int:
        """Wait until it ends: its exit code."""
        assert self._process is not None
        return self._process.wait()

    def _end(self, number: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(number)
        try:
            code = process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        if process.stdout is not None:
            process.stdout.close()
        return code


class Keeper:
    """Starts the server again whenever it was killed, as a supervisor does; not when it ends for a reason of its own.

    `starts`: how long each start took, in seconds.
    """

    def __init__(self, server: RoomProcess) -> None:
        self.server = server
        self.starts: list[float] = []
        self.open = threading.Event()
        self._struck = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper")

    def start(self) -> None:
        """Start it the first time, and wait until it listens. Raises RuntimeError."""
        self._thread.start()
        self.wait_open()

    def wait_open(self) -> None:
        """Wait until it listens. Raises RuntimeError when it does not any more."""
        if not self.open.wait(START_S):
            raise RuntimeError("the server does not listen")

    def stop(self) -> None:
        """Keep it no longer; the server goes on."""
        self._stopping.set()
        self.server.strike()
        self._thread.join()

    def strike(self) -> bool:
        """kill -9; False when it is between two lives."""
        self.open.clear()
        struck = self.server.strike()
        self._struck = self._struck or struck
        return struck

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._struck = False
            try:
                self.starts.append(self.server.start())
                self.open.set()
                self.server.wait()
            except RuntimeError:
                if not self._struck:  # it cannot start: trying again would only go on for ever
                    return
            finally:
                self.open.clear()
                self.server.kill()


class OfficerAtServer:
    """An officer signed in by name and password on the plain listener, with the console's live channel open.

    After the server was killed, `command` comes in again by itself and repeats the same number: never done twice.
    """

    def __init__(self, local_port: int, user_name: str, password: str) -> None:
        self._port = local_port
        self._user_name = user_name
        self._password = password
        self._cookie = ""
        self._source = secrets.token_hex(16)
        self._seq = 0
        self._socket: VirtualSocket | None = None
        self.picture: dict[str, Any] = {}

    def sign_in(self) -> None:
        """Fill in the sign-in form. Raises PermissionError when it is refused."""
        answer = self.press("/sign-in", "/sign-in", user_name=self._user_name, password=self._password)
        if answer.status != 303:
            raise PermissionError(f"sign-in of {self._user_name}: {answer.status}")

    def press(self, page: str, action: str, **fields: str) -> Page:
        """Fill in a form of a page and send it."""
        found = _CSRF.search(self.request("GET", page).body)
        assert found is not None, page
        return self.request("POST", action, {"csrf_token": found[1], **fields})

    def request(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Page:
        """One request of the officer's browser; cookies are kept."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        body = urlencode(form) if form is not None else None
        headers = {"Cookie": self._cookie} if self._cookie else {}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self._port}"}
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            for name, value in response.getheaders():
                if name.lower() == "set-cookie":
                    self._cookie = value.partition(";")[0]
            return Page(response.status, response.read().decode("utf-8", "replace"))
        finally:
            connection.close()

    async def command(self, kind: str, **arguments: Any) -> dict[str, Any]:
        """One command of the console, until it has a verdict."""
        self._seq += 1
        ask = {"source": self._source, "seq": self._seq, "kind": kind, "args": arguments}
        while True:
            try:
                socket = await self._channel()
                answer: dict[str, Any] = await socket.call("command", ask)
            except OSError:
                self._socket = None
                await asyncio.sleep(0.05)
                continue
            return answer

    async def close(self) -> None:
        """Close the console's channel."""
        if self._socket is not None:
            self._socket.cut()
            self._socket = None

    async def _channel(self) -> VirtualSocket:
        if self._socket is None:
            if not self._cookie:
                await asyncio.to_thread(self.sign_in)
            gone = asyncio.Event()
            self._socket = await connect(
                "/console", "127.0.0.1", self._port, None, "127.0.0.1", self._heard, gone.set, self._cookie
            )
        return self._socket

    def _heard(self, event: str, payload: Any) -> None:
        if event == "picture":
            self.picture = payload
        elif event == "changes":
            self.picture.update({name: payload[name] for name in ("sitting", "problems", "totals") if name in payload})


class Page:
    """What came back."""

    def __init__(self, status: int, body: str) -> None:
        self.status = status
        self.body = body


__all__ = ["Keeper", "OfficerAtServer", "Page", "RoomProcess", "SocketGoneError"]

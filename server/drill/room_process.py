"""The room's server as a process of its own, and an officer who works at its own computer: for scenarios and rehearsals."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from server.drill.program import FROZEN, START_S, WHERE, Program
from server.drill.virtual_socket import SocketGoneError, VirtualSocket, connect
from server.running import RUNNING_FILE

TAKE_OVER_S = 30.0  # for a standby to be as it is wanted: in step, offering itself
TAKE_OVER_LOOK_S = 0.05
AGREE_S = 20.0  # for machines to tell that they hold the papers and know the time
_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class RoomProcess(Program):
    """`examroom-server serve` on a room's folder; port 0 is any the first time, and the same one ever after.

    `prefix` goes before the command (`ip netns exec …`); `environment` is added to this process's own.
    """

    def __init__(
        self, folder: Path, port: int, local_port: int, *arguments: str, environment: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (), python: str = sys.executable, log: Path | None = None,
    ) -> None:  # fmt: skip
        self.folder = folder
        self.port = port
        self.local_port = local_port
        self.program = (*prefix, python, *(() if FROZEN else ("-m", "server.cli")))
        self._begin = [*self.program, "serve", str(folder)]
        self._rest = (*(arguments or ("--host", "127.0.0.1", "--no-discovery")), "--no-internet-probe")
        super().__init__([], environment, log)

    def start(self) -> float:
        """Start it and wait until it listens: how long that took, in seconds. Raises RuntimeError."""
        began = time.monotonic()
        self.launch()
        self.wait_open()
        return time.monotonic() - began

    def launch(self) -> None:
        """Start it and do not wait."""
        ports = ["--port", str(self.port), "--local-port", str(self.local_port)]
        self.command = [*self._begin, *ports, *self._rest]
        super().launch()

    def wait_open(self) -> None:
        """Wait until it says that it listens. Raises RuntimeError when it ends instead."""
        if not self.next_line():
            raise RuntimeError(f"the server does not listen (exit code {self.exit_code}) {self.last_words}".strip())
        if 0 in (self.port, self.local_port):
            found: dict[str, Any] = json.loads((self.folder / RUNNING_FILE).read_bytes())
            self.port, self.local_port = found["port"], found["local_port"]

    # --- while it is the standby ---

    def news(self) -> dict[str, Any]:
        """What a standby's page says now. Raises OSError when nobody answers, or it is the primary."""
        with urlopen(f"http://127.0.0.1:{self.local_port}/news", timeout=5) as answer:
            said: dict[str, Any] = json.load(answer)
        return said

    def wait_for(self, what: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """What its page says, once that is so. Raises TimeoutError."""
        deadline = time.monotonic() + TAKE_OVER_S
        while True:
            try:
                if what(said := self.news()):
                    return said
            except OSError:
                said = {}
            if time.monotonic() > deadline:
                raise TimeoutError(str(said))
            time.sleep(TAKE_OVER_LOOK_S)

    def promote(self, officer: str, password: str, reason: str = "") -> str:
        """Have it take over: what the command says against it, "" once it listens as the primary. Raises TimeoutError."""
        file = self.folder.with_suffix(".password")
        file.write_text(password)
        command = [
            *self.program, "--lang", "en", "promote", str(self.folder),
            "--officer", officer, "--password-file", str(file), "--reason", reason,
        ]  # fmt: skip
        done = subprocess.run(command, cwd=WHERE, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            return done.stderr.strip()
        deadline = time.monotonic() + TAKE_OVER_S
        while not self._is_primary():
            if time.monotonic() > deadline:
                raise TimeoutError("it does not listen in its new role")
            time.sleep(TAKE_OVER_LOOK_S)
        return ""

    def _is_primary(self) -> bool:
        """By the file in which a server says where it listens, and as what."""
        try:
            found: dict[str, Any] = json.loads((self.folder / RUNNING_FILE).read_bytes())
        except (OSError, ValueError):  # between its two roles
            return False
        return bool(found["role"] == "primary")


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

    @property
    def cookie(self) -> str:
        """The browser's Cookie header, for a request of another shape."""
        return self._cookie

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

    async def ordered(self, kind: str, **arguments: Any) -> dict[str, Any]:
        """One command; a start again and again while machines have yet to say that they agree: an officer presses again."""
        answer = await self.command(kind, **arguments)
        until = time.monotonic() + AGREE_S
        while answer.get("reason") == "seats_not_ready" and time.monotonic() < until:
            await asyncio.sleep(0.1)
            answer = await self.command(kind, **arguments)
        return answer

    def order(self, kind: str, **arguments: Any) -> None:
        """One command, with a channel for it alone; it must be accepted."""

        async def ask() -> dict[str, Any]:
            try:
                return await self.ordered(kind, **arguments)
            finally:
                await self.close()

        answer = asyncio.run(ask())
        assert answer["verdict"] == "accepted", answer

    async def go_to(self, local_port: int) -> None:
        """From now on work at another server's console: the one that has taken over."""
        await self.close()
        self._port, self._cookie, self.picture = local_port, "", {}

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

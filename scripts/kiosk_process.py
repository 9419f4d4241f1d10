"""A real kiosk as a process of its own, played through its local pages' calls: for scenarios and rehearsals.

What a person would do with a browser is done with the same calls the page makes, behind the same launch link.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from server.drill.program import Program

CALL_S = 15.0
LOOK_S = 0.02  # between two looks at the page's view


class KioskGoneError(ConnectionError):
    """The kiosk was killed, or is not up yet."""


class KioskProcess(Program):
    """`examroom-kiosk run` without a browser. `traffic`, when given a list, collects every answer of the local pages.

    It listens for its pages on a loopback address of its own; port 0 is any. `show` is how it shows them.
    """

    def __init__(
        self, folder: Path, local_address: str, port: int, *arguments: str, prefix: Sequence[str] = (),
        python: str = sys.executable, show: str = "--no-browser", log: Path | None = None,
    ) -> None:  # fmt: skip
        self.folder = folder
        self.host = local_address
        self.port = port
        self.traffic: list[bytes] | None = None
        self._cookie = ""
        command = [
            *prefix, python, "-m", "client_kiosk.cli", "run", "--dir", str(folder), show,
            "--local-address", local_address, "--port", str(port), "--no-internet-probe", *arguments,
        ]  # fmt: skip
        super().__init__(command, log=log)

    # --- the process ---

    def start(self) -> float:
        """Start it and come in by its launch link: how long that took, in seconds."""
        began = time.monotonic()
        self.launch()
        self.enter()
        return time.monotonic() - began

    def link(self) -> str:
        """The next launch link it prints; each opens its pages once. Raises KioskGoneError."""
        try:
            link = self.next_line()
        except (ValueError, OSError) as error:  # killed and closed under our hands
            raise KioskGoneError(str(error)) from error
        if not link:
            raise KioskGoneError(f"it prints no link (exit code {self.exit_code}) {self.last_words}".strip())
        return link

    def enter(self) -> None:
        """Take the launch link the program prints, as any browser would. Raises KioskGoneError."""
        parts = urlsplit(self.link())
        response = self._exchange("GET", f"{parts.path}?{parts.query}", None, {})
        if response.status != 200:
            raise KioskGoneError(f"the launch link gives {response.status}")
        self._cookie = str(response.cookie).partition(";")[0]

    # --- its pages ---

    def get(self, path: str) -> Any:
        """A page's answer: JSON where it is JSON (None when it is empty), else text. Raises KioskGoneError."""
        return self._exchange("GET", path, None, {}).value()

    def post(self, path: str, **body: Any) -> Any:
        """One call of the page. Raises KioskGoneError."""
        headers = {"Content-Type": "application/json", "Origin": f"http://{self.host}:{self.port}"}
        return self._exchange("POST", f"/api/{path}", json.dumps(body).encode(), headers).value()

    def view(self) -> dict[str, Any]:
        """Everything the page shows."""
        view: dict[str, Any] = self.get("/api/view")
        return view

    def wait_for(self, *screens: str, within_s: float = 30.0) -> dict[str, Any]:
        """The view, once one of these screens is shown. Raises TimeoutError, KioskGoneError."""
        deadline = time.monotonic() + within_s
        while (view := self.view())["screen"] not in screens:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.folder.name} shows {view['screen']}, not {' or '.join(screens)}: {view}")
            time.sleep(LOOK_S)
        return view

    def _exchange(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> _Answer:
        connection = self.connect()
        try:
            cookie = {"Cookie": self._cookie} if self._cookie else {}
            connection.request(method, path, body, {**headers, **cookie})
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise KioskGoneError(f"{path}: {error}") from error
        finally:
            connection.close()
        if self.traffic is not None:
            self.traffic.append(content)
        return _Answer(response.status, content, response.headers.get("Set-Cookie"), path)

    def connect(self) -> http.client.HTTPConnection:
        """A connection to the local pages; another way in (a namespace) overrides this."""
        return http.client.HTTPConnection(self.host, self.port, timeout=CALL_S)


class _Answer:
    """One answer of the local pages."""

    def __init__(self, status: int, content: bytes, cookie: str | None, path: str) -> None:
        self.status = status
        self.content = content
        self.cookie = cookie
        self._path = path

    def value(self) -> Any:
        """JSON when it is JSON, None when empty, else text. Raises RuntimeError for a refusal."""
        if self.status == 204:
            return None
        if self.status != 200:
            raise RuntimeError(f"{self._path} gives {self.status}: {self.content[:200]!r}")
        try:
            return json.loads(self.content)
        except ValueError:
            return self.content.decode()


class Player:
    """One candidate at a kiosk. `clicks` is where each click is written, in the texts that were on the screen."""

    def __init__(self, kiosk: KioskProcess, sbd: str, code: str, clicks: Path | None = None) -> None:
        self.kiosk = kiosk
        self.sbd = sbd
        self.code = code
        self.items: list[dict[str, Any]] = []
        self._clicks = clicks

    def arrive(self) -> None:
        """Sign in, confirm, read the rules, try the keyboard; then wait for the start (or find the exam running)."""
        kiosk = self.kiosk
        if kiosk.wait_for("sign_in", "confirm", "rules", "typing", "waiting", "exam")["screen"] == "sign_in":
            answer = kiosk.post("sign-in", sbd=self.sbd, code=self.code)
            assert answer["ok"], answer
        if kiosk.wait_for("confirm", "rules", "typing", "waiting", "exam")["screen"] == "confirm":
            assert kiosk.post("identity/confirm")["ok"]
        if kiosk.wait_for("rules", "typing", "waiting", "exam")["screen"] in ("rules", "typing"):
            kiosk.post("step/rules")
            kiosk.post("step/typing")
        kiosk.wait_for("waiting", "exam")

    def read_paper(self) -> None:
        """Wait for the exam and take in what the page shows of it."""
        self.kiosk.wait_for("exam")
        self.items = self.kiosk.get("/api/paper")["items"]

    def choose(self, number: int, options: Sequence[int]) -> bool:
        """Click so that these options (numbers as shown) are the response; True once it is on the machine's disk.

        None of them: the answer is cleared.
        """
        if options:
            shown = self.items[number - 1]["view"]["options"]
            chosen = sorted(shown[option - 1]["option_id"] for option in options)
            saved = self.kiosk.post("save", number=number, response={"options": chosen})
        else:
            saved = self.kiosk.post("clear", number=number)
        if saved["ok"]:
            self.note(number, options)
        return bool(saved["ok"])

    def note(self, number: int, options: Sequence[int]) -> None:
        """Write the click down, as texts."""
        if self._clicks is not None:
            item = self.items[number - 1]
            texts = [item["view"]["options"][option - 1]["text"] for option in options]
            line = json.dumps({"sbd": self.sbd, "stem": item["stem"], "options": texts}, ensure_ascii=False)
            with self._clicks.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def submit(self) -> dict[str, Any]:
        """End the part and wait for the receipt: the view that shows it."""
        assert self.kiosk.post("submit")["ok"]
        return self.kiosk.wait_for("submitted")

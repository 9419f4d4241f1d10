"""Start the installed browser on the kiosk's pages, in a profile that vanishes, and start it again when it dies.

What the browser knows of the agent is one page behind a one-use launch token; the token is handed over in a file that
only this user can read and that is deleted as soon as it was used, never in the command line (which every user can see).
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path

from client_kiosk.errors import KioskError
from question_bank.disk import replace_private
from question_bank.phrase import phrase

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "microsoft-edge", "msedge", "chrome")
# No first-run pages, no calls home, no password bubble.
QUIET = (
    "--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic", "--password-store=basic", "--disable-translate",
)  # fmt: skip
MEMORY = Path("/dev/shm")  # noqa: S108 - only as the place of folders that tempfile makes
PROFILE_BYTES = 256 * 1024 * 1024  # a profile takes a tenth; containers have 64 MiB there, too little for one
_HELPERS_S = 3.0  # a browser's helpers outlive it by moments, and write into the profile while it is being deleted
_RESTART_S = 1.0  # a browser that dies at once must not eat the machine


class Mode(Enum):
    """How the browser shows the pages."""

    KIOSK = "kiosk"
    WINDOWED = "windowed"
    HEADLESS = "headless"


class Launch:
    """One-use tokens: `page()` gives the file to open, `use(token)` says once whether a token is the newest one."""

    def __init__(self, folder: Path, base_url: str) -> None:
        self._file = folder / "launch.html"
        self._base_url = base_url
        self._token: str | None = None
        self._lock = threading.Lock()
        self.used = threading.Event()

    def token(self) -> str:
        """A fresh token; every older one is dead."""
        with self._lock:
            self._token = secrets.token_urlsafe(32)
            self.used.clear()
            return self._token

    def link(self) -> str:
        """A link with a fresh token, for a person to open in any browser of this machine."""
        return f"{self._base_url}/enter?token={self.token()}"

    def page(self) -> Path:
        """A private file that posts a fresh token to the agent; deleted when the token is used."""
        replace_private(self._file, _LAUNCH_PAGE.format(link=self.link()).encode())
        return self._file

    def use(self, token: str) -> bool:
        """Whether this is the newest token and was not used before."""
        with self._lock:
            right = self._token is not None and secrets.compare_digest(token.encode(), self._token.encode())
            if right:
                self._token = None
                self._file.unlink(missing_ok=True)
                self.used.set()
            return right


# No script: a file page may not run one under the pages' policy, and a refresh header carries the token only once.
_LAUNCH_PAGE = (
    '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
    '<meta http-equiv="refresh" content="0; url={link}"><title>examroom</title>'
)


def find_browser() -> str:
    """The path of an installed Chromium-family browser. Raises KioskError when there is none."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found is not None:
            return found
    raise KioskError(phrase("no Chromium, Chrome or Edge is installed"), hint=phrase("Install the package “chromium”."))


def profile_home(mounts: str | None = None) -> str | None:
    """The file system in memory that a profile belongs on; None, the usual folder, where there is none or it is small.

    `mounts` is the text of /proc/mounts, read when it is not given.
    """
    if mounts is None:
        table = Path("/proc/mounts")
        mounts = table.read_text(encoding="utf-8", errors="replace") if table.exists() else ""
    kinds = [line.split(" ")[2] for line in mounts.splitlines() if line.split(" ")[1:2] == [str(MEMORY)]]
    in_memory = kinds[-1:] == ["tmpfs"] and shutil.disk_usage(MEMORY).free >= PROFILE_BYTES
    return str(MEMORY) if in_memory else None


@contextlib.contextmanager
def profile_folder() -> Iterator[str]:
    """A fresh folder for the profile of one browser, deleted when it is left."""
    folder = Path(tempfile.mkdtemp(prefix="exam-profile-", dir=profile_home()))
    try:
        yield str(folder)
    finally:
        deadline = time.monotonic() + _HELPERS_S
        while folder.exists() and time.monotonic() < deadline:
            shutil.rmtree(folder, ignore_errors=True)
            time.sleep(0.05)


class Browser:
    """Supervises one browser until stopped; a dead one is back within a second or two, on the same screen.

    Raises KioskError where no browser is installed.
    """

    def __init__(self, launch: Launch, mode: Mode, sandbox: bool, on_restart: Callable[[], None]) -> None:
        self._launch = launch
        self._mode = mode
        self._sandbox = sandbox
        self._on_restart = on_restart
        self._program = find_browser()
        self._stopping = threading.Event()
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="kiosk-browser")

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Close the browser and stop watching it."""
        with self._starting:
            self._stopping.set()
            process = self._process
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            # A full disk takes neither profile nor launch file: a screen must come back as soon as there is room again.
            with contextlib.suppress(OSError):
                self._once()
            if not self._stopping.wait(_RESTART_S):
                self._on_restart()

    def _once(self) -> None:
        with profile_folder() as profile:
            command = [self._program, *self._arguments(profile), self._launch.page().as_uri()]
            with self._starting:
                if self._stopping.is_set():
                    return
                process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                self._process = process
            process.wait()

    def _arguments(self, profile: str) -> list[str]:
        arguments = [*QUIET, f"--user-data-dir={profile}"]
        if self._mode is Mode.KIOSK:
            arguments.append("--kiosk")
        elif self._mode is Mode.HEADLESS:
            arguments += ["--headless", "--disable-gpu"]
        if not self._sandbox:
            arguments.append("--no-sandbox")
        return arguments

"""Start the installed browser on the kiosk's pages, in a profile that vanishes, and start it again when it dies."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from client_kiosk.errors import KioskError
from question_bank.local_browser import BROWSERS, QUIET, Launch, installed, profile_folder
from question_bank.phrase import phrase

PROFILE = "exam-profile-"
_RESTART_S = 1.0  # a browser that dies at once must not eat the machine


class Mode(Enum):
    """How the browser shows the pages."""

    KIOSK = "kiosk"
    WINDOWED = "windowed"
    HEADLESS = "headless"


def find_browser() -> str:
    """The path of an installed Chromium-family browser. Raises KioskError when there is none."""
    found = installed(BROWSERS)
    if found is None:
        raise KioskError(
            phrase("no Chromium, Chrome or Edge is installed"), hint=phrase("Install the package “chromium”.")
        )
    return found


class Browser:
    """Supervises one browser until stopped; a dead one is back within a second or two, on the same screen.

    `folder` is where the launch page goes. Raises KioskError where no browser is installed.
    """

    def __init__(self, launch: Launch, folder: Path, mode: Mode, sandbox: bool, on_restart: Callable[[], None]) -> None:
        self._launch = launch
        self._folder = folder
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
        with profile_folder(PROFILE) as profile:
            command = [self._program, *self._arguments(profile), self._launch.page(self._folder).as_uri()]
            with self._starting:
                if self._stopping.is_set():
                    return
                process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                self._process = process
            process.wait()

    def _arguments(self, profile: Path) -> list[str]:
        arguments = [*QUIET, f"--user-data-dir={profile}"]
        if self._mode is Mode.KIOSK:
            arguments.append("--kiosk")
        elif self._mode is Mode.HEADLESS:
            arguments += ["--headless", "--disable-gpu"]
        if not self._sandbox:
            arguments.append("--no-sandbox")
        return arguments

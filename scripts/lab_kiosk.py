"""A real kiosk on a computer of the lab (`scripts.lan`); its pages are reached from inside."""

from __future__ import annotations

import http.client
import sys
from pathlib import Path

from scripts.kiosk_process import KioskProcess
from scripts.lan import Host

PAGES_PORT = 8471
INSTALLED = ("env", "PYTHONSAFEPATH=1")  # import what is installed for this Python, not what lies in the working folder


class LabKiosk(KioskProcess):
    """`python` is what it runs with; `before` goes before that, on its computer."""

    def __init__(
        self, computer: Host, folder: Path, *arguments: str, python: str = sys.executable, before: tuple[str, ...] = ()
    ) -> None:
        prefix = (*computer.prefix, *before)
        super().__init__(folder, "127.0.0.2", PAGES_PORT, *arguments, prefix=prefix, python=python)
        self.computer = computer

    def connect(self) -> http.client.HTTPConnection:
        """A connection made on its computer."""
        connection = super().connect()
        connection.sock = self.computer.connect(self.host, self.port)
        return connection

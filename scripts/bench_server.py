"""The server process of the load bench: started, killed, started again, and watched."""

from __future__ import annotations

import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil

START_S = 60.0
STOP_S = 20.0
PROBE_S = 0.01


def free_port() -> int:
    """A TCP port whose successor is free as well, for the plain listener."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


class BenchServer:
    """`examroom-server serve` on a folder, its TLS port and, one above, its plain port."""

    def __init__(self, folder: Path, port: int, async_mode: str, command: str | None) -> None:
        self.port = port
        self.local_port = port + 1
        self.used_cpu_s = 0.0  # of the processes killed so far
        self.peak_rss_bytes = 0
        self._process: subprocess.Popen[bytes] | None = None
        if command is not None:
            self._arguments = [*shlex.split(command), str(folder), str(port), async_mode]
        else:
            own = [sys.executable, "-c", "import sys; from server.cli import main; sys.exit(main())"]
            self._arguments = [*own, "serve", str(folder), "--host", "127.0.0.1", "--port", str(port)]
            self._arguments += ["--local-port", str(self.local_port), "--async-mode", async_mode, "--no-discovery"]

    def start(self) -> float:
        """Start it and wait until it takes connections: the monotonic instant it did, in seconds."""
        root = Path(__file__).resolve().parent.parent
        self._process = subprocess.Popen(self._arguments, cwd=root, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended with code {self._process.returncode}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return time.monotonic()
            time.sleep(PROBE_S)
        raise RuntimeError("the server does not listen")

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self.look()
        self.used_cpu_s = self.cpu_s()
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def cpu_s(self) -> float:
        """Processor time of the server and its children, those killed included, in seconds."""
        assert self._process is not None
        times = psutil.Process(self._process.pid).cpu_times()
        return float(self.used_cpu_s + times.user + times.system + times.children_user + times.children_system)

    def look(self) -> int:
        """Its resident memory now, in bytes; the peak is kept."""
        assert self._process is not None
        rss = int(psutil.Process(self._process.pid).memory_info().rss)
        self.peak_rss_bytes = max(self.peak_rss_bytes, rss)
        return rss

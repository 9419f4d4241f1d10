"""The processes of a rehearsal: one real server, some real kiosks, started, killed and started again."""

from __future__ import annotations

import os
import secrets
import select
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from question_bank.canonical import decode
from scripts.rehearsal import OFFICERS, Material
from scripts.room_pages import until
from server.domain.rights import Role
from server.heartbeat import wall_ms
from server.running import RUNNING_FILE
from server.store.officers import Officer
from server.store.room import RoomStore
from server.web.passwords import hash_password

ROOT = Path(__file__).resolve().parent.parent
START_S = 30.0  # a server starts in a second; a machine under load gets more


@dataclass(slots=True)
class RehearsalRoom:
    """A room's folder, its server process and its kiosks'. Everything listens on loopback unless told otherwise."""

    folder: Path
    password: str
    discovery: bool = False
    server: subprocess.Popen[str] | None = None
    kiosks: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    port: int = 0
    local_port: int = 0

    @property
    def directory(self) -> Path:
        """The room's own folder."""
        return self.folder / "room"

    @property
    def console(self) -> str:
        """Where this computer's officers open their pages."""
        return f"http://127.0.0.1:{self.local_port}"

    def init(self, name: str) -> None:
        """Make the room with all officers of the rehearsal; they share one password, which is printed for trying."""
        secret = self.folder / "password.txt"
        secret.write_text(self.password, encoding="utf-8")
        first = OFFICERS[0]
        self._run(
            "server.cli", "init", str(self.directory), "--name", name, "--officer", first.user_name,
            "--full-name", first.full_name, "--body", first.body, "--password-file", str(secret),
        )  # fmt: skip
        secret.unlink()
        hashed = hash_password(self.password)
        with RoomStore.open(self.directory) as store:
            store.officers.add(
                [
                    Officer(
                        f"u{secrets.token_hex(8)}", one.user_name, one.full_name, Role(one.role), one.body, hashed,
                        False, wall_ms(), "cli",
                    )
                    for one in OFFICERS[1:]
                ]
            )  # fmt: skip

    def serve(self, *, fault: str | None = None) -> None:
        """Start the server and wait until it listens; the second time on the same ports, as kiosks expect."""
        (self.directory / RUNNING_FILE).unlink(missing_ok=True)
        environment = {**os.environ, **({"EXAMROOM_FAULT": fault} if fault else {})}
        search = ["--interface", "127.0.0.1"] if self.discovery else ["--no-discovery"]
        self.server = subprocess.Popen(
            [
                sys.executable, "-m", "server.cli", "serve", str(self.directory), "--host", "127.0.0.1",
                "--port", str(self.port), "--local-port", str(self.local_port), *search,
            ],
            cwd=ROOT, env=environment, text=True, stdout=subprocess.DEVNULL, stderr=self._log("server"),
        )  # fmt: skip
        until(self._listens, "the server listens", START_S)

    def _listens(self) -> bool:
        self.still_serves()
        file = self.directory / RUNNING_FILE
        if not file.exists():
            return False
        found = decode(file.read_bytes(), 4096)
        assert isinstance(found, dict)
        self.port, self.local_port = int(str(found["port"])), int(str(found["local_port"]))
        return True

    def still_serves(self) -> None:
        """Raises SystemExit, with the end of its log, when the server has ended by itself."""
        assert self.server is not None
        if (code := self.server.poll()) is not None:
            log = (self.folder / "server.log").read_text(encoding="utf-8")
            raise SystemExit(f"the server ended by itself (exit code {code}): {log[-2000:].strip()}")

    def kill_server(self) -> None:
        """As a power cut would."""
        assert self.server is not None
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()

    def start_kiosk(
        self, seat: str, number: int, *, kit: Path | None = None, show: str = "--no-browser", more: tuple[str, ...] = ()
    ) -> str:
        """Start one kiosk; without a browser of its own, the launch link it prints, else "" at once."""
        arguments = [
            sys.executable, "-m", "client_kiosk.cli", "run", "--dir", str(self.folder / f"kiosk-{seat}"), "--seat", seat,
            show, "--local-address", f"127.0.0.{10 + number}", "--ack-log", str(self.acks(seat)),
            "--address", f"127.0.0.1:{self.port}", *(("--interface", "127.0.0.1") if self.discovery else ("--no-search",)),
            *(("--kit", str(kit)) if kit is not None else ()), *more,
        ]  # fmt: skip
        process = subprocess.Popen(
            arguments, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=self._log(f"kiosk-{seat}")
        )
        self.kiosks[seat] = process
        return self.next_link(seat) if show == "--no-browser" else ""

    def next_link(self, seat: str) -> str:
        """The next launch link a kiosk prints; each opens its pages once."""
        stdout = self.kiosks[seat].stdout
        assert stdout is not None
        ready, _, _ = select.select([stdout], [], [], START_S)
        link = stdout.readline().strip() if ready else ""
        if not link:
            log = (self.folder / f"kiosk-{seat}.log").read_text(encoding="utf-8")
            raise SystemExit(f"kiosk {seat} prints no link: {log[-2000:].strip()}")
        return link

    def kill_kiosk(self, seat: str) -> None:
        """As somebody's foot on the power strip would."""
        process = self.kiosks.pop(seat)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def acks(self, seat: str) -> Path:
        """The kiosk's own log of acks."""
        return self.folder / f"acks-{seat}.jsonl"

    def journal(self, sitting_id: str) -> Path:
        """The sitting's journal."""
        return self.directory / "sittings" / f"{sitting_id}.journal.sqlite"

    def stop(self) -> None:
        """End everything that was started here, kiosks first."""
        for process in [*self.kiosks.values(), *([self.server] if self.server is not None else [])]:
            if process.poll() is None:
                process.terminate()
        for process in [*self.kiosks.values(), *([self.server] if self.server is not None else [])]:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()

    def _log(self, name: str) -> int:
        descriptor = os.open(self.folder / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.set_inheritable(descriptor, False)
        self._open.append(descriptor)
        return descriptor

    _open: list[int] = field(default_factory=list)

    def _run(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def fresh_password() -> str:
    """For trying only; printed on the screen."""
    return "phong-thi-" + "".join(secrets.choice("abcdefghkmnpqrstuvwxyz23456789") for _ in range(6))


def package_paths(material: Material) -> list[Path]:
    """Both sealed sets, the primary first."""
    return [material.packages["primary"], material.packages["reserve"]]

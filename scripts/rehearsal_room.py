"""The processes of a rehearsal: one real server, some real kiosks, started, killed and started again."""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

from client_kiosk.cli import DEFAULT_PORT as KIOSK_PORT
from scripts.kiosk_process import KioskGoneError, KioskProcess
from scripts.rehearsal import OFFICERS, Material, accounts
from server.drill.program import ROOT, stop_all
from server.drill.room_process import RoomProcess
from server.heartbeat import wall_ms
from server.store.room import RoomStore


class RehearsalRoom:
    """A room's folder, its server process and its kiosks'. Everything listens on loopback unless told otherwise.

    Whatever does not start or ends by itself raises SystemExit with the end of its log.
    """

    def __init__(
        self, folder: Path, password: str, port: int = 0, local_port: int = 0, *, discovery: bool = False
    ) -> None:
        self.folder = folder
        self.password = password
        self._discovery = discovery
        search = ("--interface", "127.0.0.1") if discovery else ("--no-discovery",)
        self.server = RoomProcess(
            self.directory, port, local_port, "--host", "127.0.0.1", *search, log=folder / "server.log"
        )
        self.kiosks: dict[str, KioskProcess] = {}

    @property
    def directory(self) -> Path:
        """The room's own folder."""
        return self.folder / "room"

    @property
    def console(self) -> str:
        """Where this computer's officers open their pages."""
        return f"http://127.0.0.1:{self.server.local_port}"

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
        with RoomStore.open(self.directory) as store:
            store.officers.add(accounts(self.password, wall_ms(), OFFICERS[1:]))

    def serve(self, *, fault: str | None = None) -> None:
        """Start the server and wait until it listens; the second time on the same ports, as kiosks expect."""
        self.server.environment = {"EXAMROOM_FAULT": fault} if fault else {}
        try:
            self.server.start()
        except RuntimeError as error:
            self.still_serves()
            raise SystemExit(str(error)) from error

    def still_serves(self) -> None:
        """See that the server has not ended by itself."""
        if (code := self.server.exit_code) is not None:
            raise SystemExit(f"the server ended by itself (exit code {code}): {self.server.last_words}")

    def kill_server(self) -> None:
        """As a power cut would."""
        self.server.kill()

    def start_kiosk(
        self, seat: str, number: int, *, kit: Path | None = None, show: str = "--no-browser", more: tuple[str, ...] = ()
    ) -> str:
        """Start one kiosk; without a browser of its own, the launch link it prints, else "" at once."""
        self.kiosks[seat] = KioskProcess(
            self.folder / f"kiosk-{seat}", f"127.0.0.{10 + number}", KIOSK_PORT, "--seat", seat,
            "--ack-log", str(self.acks(seat)), "--address", f"127.0.0.1:{self.server.port}",
            *(("--interface", "127.0.0.1") if self._discovery else ("--no-search",)),
            *(("--kit", str(kit)) if kit is not None else ()), *more,
            show=show, log=self.folder / f"kiosk-{seat}.log",
        )  # fmt: skip
        self.kiosks[seat].launch()
        return self.next_link(seat) if show == "--no-browser" else ""

    def next_link(self, seat: str) -> str:
        """The next launch link a kiosk prints; each opens its pages once."""
        try:
            return self.kiosks[seat].link()
        except KioskGoneError as error:
            raise SystemExit(f"kiosk {seat}: {error}") from error

    def kill_kiosk(self, seat: str) -> None:
        """As somebody's foot on the power strip would."""
        self.kiosks.pop(seat).kill()

    def acks(self, seat: str) -> Path:
        """The kiosk's own log of acks."""
        return self.folder / f"acks-{seat}.jsonl"

    def journal(self, sitting_id: str) -> Path:
        """The sitting's journal."""
        return self.directory / "sittings" / f"{sitting_id}.journal.sqlite"

    def stop(self) -> None:
        """End everything that was started here, kiosks first."""
        stop_all([*self.kiosks.values(), self.server])

    def _run(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def fresh_password() -> str:
    """For trying only; printed on the screen."""
    return "phong-thi-" + "".join(secrets.choice("abcdefghkmnpqrstuvwxyz23456789") for _ in range(6))


def package_paths(material: Material) -> list[Path]:
    """Both sealed sets, the primary first."""
    return [material.packages["primary"], material.packages["reserve"]]

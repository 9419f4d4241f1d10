"""One kiosk put together and kept running: agent, line, staging, search, pages, browser. The kiosk's composition root."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import socket
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from client_kiosk.carrying import Carrying
from client_kiosk.config import KioskFolder, Membership, public_hex
from client_kiosk.discovery import Discovery
from client_kiosk.errors import KioskError
from client_kiosk.front_desk import FrontDesk
from client_kiosk.inspector import Inspector
from client_kiosk.joining import Joining
from client_kiosk.kiosk import Kiosk
from client_kiosk.kit_joining import KitJoining
from client_kiosk.online import Online
from client_kiosk.pages.app import create_app
from client_kiosk.shell import Browser, Mode
from client_kiosk.stager import Stager
from client_kiosk.waking import FILE_NAME, Waking
from question_bank.beats import monotonic_ms
from question_bank.computer.internet import PUBLIC
from question_bank.front.door import Door
from question_bank.local_browser import Launch
from question_bank.phrase import phrase
from server.protocol.service import KioskNotice
from server.protocol.trust import MAX_KIT_BYTES, Kit, read_kit

KEEP_MS = 1_000  # between writings of what the room has acknowledged
TICK_S = 0.5  # between looks at the clock for screens that change by time alone (the time is over)


@dataclass(frozen=True, slots=True)
class Options:
    """How a kiosk runs. `browser` None: no browser is started, and a link for any browser is printed instead."""

    folder: Path
    seat: str
    local_host: str
    local_port: int
    address: str | None
    kit: Path | None
    browser: Mode | None
    sandbox: bool
    search: bool
    interfaces: tuple[str, ...]
    ack_log: Path | None
    internet_probe: bool = True  # look whether the internet can be reached, which it must not


def build() -> str:
    """The version this program reports and is compared by."""
    try:
        return version("examroom")
    except PackageNotFoundError:  # a frozen program without its metadata
        return "0.0.0"


class _QuietHandler(WSGIRequestHandler):
    """Requests are not logged: their paths hold the launch token."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class Running:
    """A kiosk from start to stop. Raises KioskError when it cannot be started; then nothing runs."""

    def __init__(self, options: Options) -> None:
        self._options = options
        folder = KioskFolder(options.folder)
        if options.kit is not None and folder.membership() is None:
            read_kit_file(options.kit)  # said before anything runs; a paired machine needs no stick any more
        with contextlib.ExitStack() as held:
            held.enter_context(folder.claim())
            self.kiosk = Kiosk(folder, build(), monotonic_ms, options.ack_log)
            held.callback(self.kiosk.close)
            self._waking = _waking(self.kiosk, options.folder)
            held.callback(self._waking.close)
            self._put_together(folder)
            held.callback(self._server.server_close)
            self._browser = (
                Browser(self.launch, options.folder, options.browser, options.sandbox, self.kiosk.tell)
                if options.browser is not None
                else None
            )
            self._held = held.pop_all()

    def _put_together(self, folder: KioskFolder) -> None:
        options = self._options
        self.online = Online(self.kiosk, build(), self._addresses)
        self.joining = Joining(
            folder.key, "kiosk", build(), self.kiosk.joined, lambda view: self.desk.joining_changed(view)
        )
        self.desk = FrontDesk(self.kiosk, self.online, self.joining, options.seat)
        self._stager = Stager(self.kiosk, self.online)
        self._inspector = Inspector(
            self.kiosk, self.online, build(), self._known_addresses, PUBLIC if options.internet_probe else ()
        )
        self._kit = self._kit_joining(options.kit) if options.kit is not None else None
        self._stopping = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="kiosk-ticker")
        machine = hashlib.sha256(bytes.fromhex(public_hex(folder.key()))).hexdigest()[:12]
        if options.search:
            self.desk.discovery = Discovery(
                f"exam-{machine}", self._notice(), self.desk.rooms_changed, options.interfaces
            )
        self._server = self._listen()
        self._pages = threading.Thread(target=self._server.serve_forever, name="kiosk-pages")

    def _listen(self) -> BaseWSGIServer:
        options = self._options
        holder: list[Launch] = []
        cookie = f"exam_{options.local_host.replace('.', '_')}_{options.local_port}"
        host = f"{options.local_host}:{options.local_port}"
        door = Door(host, cookie, lambda token: holder[0].use(token))
        app = create_app(self.desk, door, Carrying(options.folder, build()))
        with _listener(options.local_host, options.local_port) as listener:
            server = make_server(
                options.local_host, options.local_port, app, threaded=True, request_handler=_QuietHandler,
                fd=listener.fileno(),
            )  # fmt: skip
        server.daemon_threads = True  # type: ignore[attr-defined]
        self.launch = Launch(f"http://{host}")
        holder.append(self.launch)
        return server

    def _notice(self) -> KioskNotice:
        membership = self.kiosk.membership
        known = membership.seat_label if membership is not None else ""
        label = self._options.seat or known or socket.gethostname()  # something the technician can find in the lab
        room = membership.room_id if membership is not None else ""
        return KioskNotice(label, membership is not None, room)

    def _addresses(self, membership: Membership) -> Iterable[str]:
        """Where the server may be: what was given, where it last was, what the network says now."""
        if self._options.address is not None:
            yield self._options.address
        yield from membership.addresses
        if self.desk.discovery is not None:
            yield from self.desk.discovery.rooms.addresses_of(membership.room_id)

    def _known_addresses(self) -> tuple[str, ...]:
        """Where the room's servers are, as this machine knows."""
        membership = self.kiosk.membership
        return () if membership is None else membership.addresses

    def start(self) -> None:
        """Bring everything up; returns at once."""
        self._pages.start()
        self._ticker.start()
        self.online.start()
        self._stager.start()
        self._inspector.start()
        if self.desk.discovery is not None:
            self.desk.discovery.start()
        if self._browser is not None:
            self._browser.start()

    def stop(self) -> None:
        """Take everything down; what was not sent is in the outbox."""
        self._stopping.set()
        if self._browser is not None:
            self._browser.stop()
        self.desk.stop()
        self.joining.give_up()
        if self.desk.discovery is not None:
            self.desk.discovery.stop()
        self._inspector.stop()
        self._stager.stop()
        self.online.stop()
        self._server.shutdown()
        self._pages.join()
        self._ticker.join()
        self._held.close()

    def _tick(self) -> None:
        """Tell the pages when the clock alone changed the screen; keep heads; join with the kit until a room has us."""
        shown, keep_ms = self.kiosk.screen(), 0
        while not self._stopping.wait(TICK_S):
            self._waking.look()
            if self._kit is not None:
                self._kit.look(self.kiosk.membership is not None, self._options.seat)
            if self.desk.discovery is not None:
                self.desk.discovery.announce(self._notice())
            if self.kiosk.monotonic_ms() >= keep_ms:
                self.kiosk.keep_heads()
                self.kiosk.keep_reserve()
                keep_ms = self.kiosk.monotonic_ms() + KEEP_MS
            self.online.look()
            now = self.kiosk.screen()
            if now is not shown:
                shown = now
                self.kiosk.tell()

    def _kit_joining(self, file: Path) -> KitJoining:
        """What joins with the kit in this file, whenever this machine has no room."""

        def addresses(kit: Kit) -> tuple[str, ...]:
            discovery = self.desk.discovery
            found = discovery.rooms.addresses_of(kit.room_id) if discovery is not None else ()
            given = (self._options.address,) if self._options.address is not None else ()
            return (*given, *found)

        return KitJoining(lambda: read_kit_file(file), self.joining, addresses, self.kiosk.monotonic_ms)


def _waking(kiosk: Kiosk, folder: Path) -> Waking:
    """What watches over this machine. Raises KioskError."""
    try:
        return Waking(kiosk, folder)
    except OSError as error:
        told = phrase("%(file)s cannot be written [%(error)s]", file=FILE_NAME, error=error.strerror or str(error))
        raise KioskError(told, hint=phrase("Check this machine's disk, or give another --dir.")) from error


def _listener(host: str, port: int) -> socket.socket:
    """Where the pages are served. Raises KioskError.

    Opened here: the web server's way asks the network for the name of 127.0.0.x, which leaves the LAN where there is a
    route, and takes half a minute where the route leads nowhere.
    """
    try:
        return socket.create_server((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            hint = phrase("Another kiosk runs here: choose another --local-address.")
            raise KioskError(phrase("%(address)s is taken", address=f"{host}:{port}"), hint=hint) from error
        raise KioskError(
            phrase(
                "no pages can be served at %(address)s [%(error)s]",
                address=f"{host}:{port}",
                error=error.strerror or str(error),
            ),
            hint=phrase("Give an address of this machine alone, such as 127.0.0.2."),
        ) from error


def read_kit_file(path: Path) -> Kit:
    """The technician's kit in this file. Raises KioskError."""
    try:
        with path.open("rb") as file:
            kit = read_kit(file.read(MAX_KIT_BYTES + 1))
    except OSError as error:
        raise KioskError(
            phrase("the kit %(file)s cannot be read [%(error)s]", file=str(path), error=error.strerror or str(error)),
            hint=phrase("Put the technician's stick in, and look at the file's name again."),
        ) from error
    if not isinstance(kit, Kit):
        raise KioskError(
            phrase("%(file)s is not a room's kit [%(why)s]", file=str(path), why=kit.why),
            hint=phrase("Ask the technician for a new kit."),
        )
    return kit


@contextlib.contextmanager
def running(options: Options) -> Iterator[Running]:
    """A kiosk that is stopped when the block ends."""
    kiosk = Running(options)
    kiosk.start()
    try:
        yield kiosk
    finally:
        kiosk.stop()

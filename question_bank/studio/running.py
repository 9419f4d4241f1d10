"""A studio from start to stop: the bank, the pages on 127.0.0.1, the browser."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from werkzeug.serving import WSGIRequestHandler, make_server

from question_bank.front.door import Door
from question_bank.local_browser import Launch
from question_bank.phrase import phrase
from question_bank.studio.app import create_app
from question_bank.studio.browser import run_browser
from question_bank.studio.desk import Desk
from question_bank.studio.errors import StudioError
from question_bank.studio.seat import Seat

HOST = "127.0.0.1"


class _QuietHandler(WSGIRequestHandler):
    """Requests are not logged: their paths hold the launch token and what people search for."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class Running:
    """Serves from the beginning of its `with` to the end. Raises StudioError, VaultError; then nothing runs.

    Without a bank the first page asks for one, or makes it.
    """

    def __init__(
        self, bank: Path | None, passphrase: str | None, port: int, now: Callable[[], int], seat: Seat
    ) -> None:
        self.desk = Desk(bank, passphrase, now)
        try:
            listener = _listener(port)
        except StudioError:
            self.desk.close()
            raise
        with listener:
            number = int(listener.getsockname()[1])
            host = f"{HOST}:{number}"
            self.launch = Launch(f"http://{host}")
            app = create_app(self.desk, Door(host, f"examroom_studio_{number}", self.launch.use), seat)
            self._server = make_server(
                HOST, number, app, threaded=True, request_handler=_QuietHandler, fd=listener.fileno()
            )
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._pages = threading.Thread(target=self._server.serve_forever, name="studio-pages")

    def __enter__(self) -> Self:
        self._pages.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._pages.join()
        self._server.server_close()
        self.desk.close()

    def browse(self, stopping: threading.Event, *, sandbox: bool) -> None:
        """Show the pages until the browser is closed."""
        run_browser(self.launch, sandbox=sandbox, stopping=stopping)


def _listener(port: int) -> socket.socket:
    """Opened here: the web server's own way asks the network for the name of the address. Raises StudioError."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        message = phrase("port %(port)s is in use", port=port)
        raise StudioError(message, hint=phrase("Leave --port out: any free one is taken.")) from error
    return listener

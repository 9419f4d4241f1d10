"""Pages served on a free port of loopback, by a server that writes nothing down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _Quiet(WSGIRequestHandler):
    """Says nothing."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Not kept."""


@contextmanager
def quiet_server(make_app: Callable[[str], WSGIApplication], ending: Callable[[], None] | None = None) -> Iterator[str]:
    """Serve what `make_app` makes for its own host ("127.0.0.1:port") until the block ends: that host.

    `ending` is called first when it does, for an application whose answers go on for as long as they are let.
    """
    server = make_server("127.0.0.1", 0, lambda environ, start: [], threaded=True, request_handler=_Quiet)
    host = f"127.0.0.1:{server.server_port}"
    server.app = make_app(host)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="quiet-server")
    thread.start()
    try:
        yield host
    finally:
        if ending is not None:
            ending()
        server.shutdown()
        thread.join()
        server.server_close()

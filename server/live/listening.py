"""Where a server listens, for as long as its program runs: one role after the other is served on the same sockets.

A port that is let go and bound again at a change of role may be refused (Windows: SO_EXCLUSIVEADDRUSE while a connection of
the old listener lingers) or be somebody else's by then, and machines know no other. So nothing is ever bound twice: each role
is given duplicates, which it closes as it likes, and whoever dials in between waits in the queue of the socket.
"""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self

from server.live.transport import listen
from server.settings import Settings

LOOPBACK = "127.0.0.1"


class Listening:
    """The listeners of one run: for machines, and for officers at this computer. Opened when first taken."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._held: tuple[socket.socket, socket.socket] | None = None

    def take(self) -> tuple[socket.socket, socket.socket]:
        """Both, for one role, which closes them. Raises ListenError the first time, when a port cannot be had."""
        if self._held is None:
            first = listen(self._settings.host, self._settings.port)
            try:
                self._held = first, listen(LOOPBACK, self._settings.local_port)
            except BaseException:
                first.close()
                raise
        machines, officers = self._held
        return machines.dup(), officers.dup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        held, self._held = self._held, None
        for one in held or ():
            one.close()

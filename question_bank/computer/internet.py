"""Whether the internet can be reached: it must not be. Harmless and bounded: a connection that is opened and closed.

Nothing is sent on it and no name is looked up: a lab's own resolver answers names without any way out.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

Target: TypeAlias = tuple[str, int]

# Two resolvers that answer from every network of the world, by two companies; neither hears more than a handshake.
PUBLIC: Final[tuple[Target, ...]] = (("1.1.1.1", 443), ("8.8.8.8", 443))
PATIENCE_S: Final = 1.5  # one address; somebody who lets packets vanish costs this much, on a thread of its own

Connect: TypeAlias = Callable[[Target, float], socket.socket]


def _connect(target: Target, timeout_s: float) -> socket.socket:
    family = socket.AF_INET6 if ":" in target[0] else socket.AF_INET
    with contextlib.ExitStack() as undo:
        found = socket.socket(family, socket.SOCK_STREAM)
        undo.callback(found.close)
        found.settimeout(timeout_s)
        found.connect(target)
        undo.pop_all()
    return found


def answering(targets: Sequence[Target] = PUBLIC, connect: Connect = _connect) -> tuple[str, ...]:
    """Which of these addresses answer, as `address:port`; empty where there is no way out. Never raises.

    A refused connection is no answer: it is how a firewall of the lab says no.
    """
    found = []
    for target in targets:
        with contextlib.suppress(OSError):
            connect(target, PATIENCE_S).close()
            found.append(f"{target[0]}:{target[1]}")
    return tuple(found)


def takes_connections(target: Target, timeout_s: float = PATIENCE_S) -> bool:
    """Whether a server of the room can be reached at this address."""
    try:
        _connect(target, timeout_s).close()
    except OSError:
        return False
    return True

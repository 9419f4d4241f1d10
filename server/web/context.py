"""What every page stands on: the room, the limiter of sign-ins, and who wants to know of signed-out officers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app

from server.web.handouts import Handouts
from server.web.limits import Limiter

if TYPE_CHECKING:
    from server.live.room import Room

_KEY = "examroom"


@dataclass(slots=True)
class Web:
    """The web's own state in one process; everything lasting is in the room's store.

    `signed_out` listeners get the id of an officer whose sessions have ended: the console's sockets close then.
    """

    room: Room
    limiter: Limiter = field(default_factory=Limiter)
    handouts: Handouts = field(default_factory=Handouts)
    signed_out: list[Callable[[str], None]] = field(default_factory=list)


def bind(app: Flask, web: Web) -> None:
    """Let the pages of this app find their room."""
    app.extensions[_KEY] = web


def web() -> Web:
    """The web of the app that answers now."""
    return cast(Web, current_app.extensions[_KEY])


def room() -> Room:
    """The room of the app that answers now."""
    return web().room


def now_ms() -> int:
    """Room time."""
    return web().room.clock.now_ms()

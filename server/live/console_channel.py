"""The `/console` namespace: the room's picture, what changes in it, and officers' commands (docs/console-protocol.md).

The session is copied when a socket connects, so every command reads the officer behind it anew, and a loop does the
same for sockets that only look on. What an officer may not see is taken out here, before it is sent: there are three
pictures, with candidates' names, without, and of the problems alone, whoever and however many look.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from flask import Flask, request, session
from flask_socketio import SocketIO

from question_bank.canonical import CanonicalError, encode
from server.domain.commands import CloseSitting
from server.domain.event import Event
from server.domain.rights import Right
from server.errors import CommitterStopped, JournalError
from server.live.actors import OfficerActor
from server.live.closing import with_copies
from server.live.console_commands import Ask, read_command
from server.live.console_view import ConsoleView
from server.live.pairing import Left, News
from server.live.picture import Object, problems_alone, without_names
from server.live.sitting_service import SittingBatch
from server.live.sockets import hang_up, peer_address, peer_port
from server.protocol.shape import Malformed
from server.store.async_port import Waiter, Worker

if TYPE_CHECKING:
    from server.live.room import Room

NAMESPACE = "/console"
BATCH_S = 0.2  # between two `changes`: five times a second is as live as an eye can follow
RECHECK_ROUNDS = 10  # batches between two looks at every socket's officer: two seconds
MAX_CONSOLES = 64  # sockets at once: every officer of the largest plan with one page
MAX_OF_ONE = 8  # of these, one officer's: nobody's forgotten windows shut the others out

Cookie: TypeAlias = MutableMapping[str, Any]
Who: TypeAlias = Callable[[Cookie], OfficerActor | None]
"""The officer a browser session stands for now, None when it is over. Called inside the app's context."""

Admit: TypeAlias = Callable[[], bool]
"""Whether the machine that asks may be a console at all. Called inside the socket's request context."""


@dataclass(slots=True)
class _Looker:
    """One socket: the session as it was when the socket came, and which of the pictures its officer gets."""

    cookie: Cookie
    names: bool
    officer_id: str
    brief: bool  # the problems alone, for a page that is not the map


class ConsoleChannel:
    """One per room."""

    def __init__(self, room: Room, socketio: SocketIO, app: Flask, who: Who, admit: Admit) -> None:
        self._room = room
        self._socketio = socketio
        self._app = app
        self._who = who
        self._admit = admit
        self._view = ConsoleView(room)
        self._lookers: dict[str, _Looker] = {}  # by socket
        self._fresh: set[str] = set()  # sockets that have had no picture yet
        self._recheck_soon = False  # a machine has left the room: look at every socket in the next round
        self._waiter: Waiter = room.port.waiter()
        self._worker: Worker | None = None
        self._unsubscribe: list[Callable[[], None]] = []

    # --- life ---

    def start(self) -> None:
        """Register the handlers and begin to tell."""
        self._socketio.on_event("connect", self.connected, namespace=NAMESPACE)
        self._socketio.on_event("disconnect", self.disconnected, namespace=NAMESPACE)
        self._socketio.on_event("command", self.command, namespace=NAMESPACE)
        room = self._room
        self._unsubscribe = [
            room.subscribe(self._committed),
            room.on_change(self._view.touch_all),
            room.presence.subscribe(self._view.touch),
            room.pairing.subscribe(self._pairing),
        ]
        self._waiter.clear()
        self._worker = room.port.spawn(self._run)

    def stop(self) -> None:
        """Tell nobody any more."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        self._waiter.set()
        if self._worker is not None:
            self._worker.join()
            self._worker = None

    def officer_changed(self, officer_id: str) -> None:
        """An officer signed out, was disabled or has another role: sockets that may no longer look are closed at once."""
        for sid, looker in tuple(self._lookers.items()):
            self._recheck(sid, looker)

    # --- the socket's side ---

    def connected(self, auth: object) -> bool:
        """A page opened the channel; `auth` may wish for the problems alone.

        `auth` has no default: the library would call again without it, and accept.
        """
        if len(self._lookers) >= MAX_CONSOLES:
            return False
        cookie = dict(session)
        officer = self._officer(cookie)
        if officer is None or not officer.may(Right.SEE_ROOM):
            return False
        if sum(one.officer_id == officer.officer_id for one in tuple(self._lookers.values())) >= MAX_OF_ONE:
            return False
        self._room.gate.trust(peer_address(request.environ), peer_port(request.environ))
        sid = str(request.sid)  # type: ignore[attr-defined]  # Flask-SocketIO puts it there
        brief = isinstance(auth, dict) and auth.get("only") == "problems"
        self._lookers[sid] = _Looker(cookie, officer.may(Right.SEE_ROSTER), officer.officer_id, brief)
        self._fresh.add(sid)
        return True

    def disconnected(self, reason: object) -> None:
        """The page closed, or its line broke."""
        sid = str(request.sid)  # type: ignore[attr-defined]
        self._lookers.pop(sid, None)
        self._fresh.discard(sid)

    def command(self, *payload: object) -> dict[str, Any]:
        """One command; its verdict is on disk when this returns."""
        sid = str(request.sid)  # type: ignore[attr-defined]
        looker = self._lookers.get(sid)
        officer = None if looker is None else self._officer(looker.cookie)
        if officer is None:
            return {"refused": "signed_out", "hint": ""}
        ask = Ask.parse(payload[0]) if len(payload) == 1 else Malformed("", "one object is needed")
        if isinstance(ask, Malformed):
            return _malformed(ask)
        command = read_command(ask, officer.officer_id, secrets.token_bytes(32))
        if isinstance(command, Malformed):
            return _malformed(command)
        if self._room.sitting is None:
            return {"refused": "no_sitting", "hint": ""}
        if isinstance(command, CloseSitting):
            command = with_copies(self._room, command)
        try:
            message = encode({"kind": ask.kind, "args": dict(ask.args), "officer_id": officer.officer_id})
            verdict = self._room.order(officer, bytes.fromhex(ask.source), ask.seq, command, message=message)
        except CanonicalError as error:
            return {"refused": "malformed", "hint": str(error)}
        except CommitterStopped as error:
            return {"refused": "stopped", "hint": error.hint}
        except JournalError as error:
            return {"refused": "not_stored", "hint": error.hint}
        return {
            "verdict": verdict.verdict.value, "reason": verdict.reason, "detail": verdict.detail, "seq": verdict.seq,
            "count": _touched(verdict.events),
        }  # fmt: skip

    # --- telling ---

    def _run(self) -> None:
        rounds = 0
        while not self._waiter.wait(BATCH_S):
            rounds += 1
            if not self._lookers:
                continue  # what changed is kept as marks, and looked at when somebody comes
            try:
                self._tell_all(recheck=rounds % RECHECK_ROUNDS == 0)
            except Exception as error:  # noqa: BLE001 - one for the loop: the next picture may be right again
                self._room.fault("console", error)
                self._fresh |= set(self._lookers)
                self._view.touch_all()

    def _tell_all(self, *, recheck: bool) -> None:
        recheck, self._recheck_soon = recheck or self._recheck_soon, False
        if recheck:  # first: whoever may no longer look is told nothing more
            for sid, looker in tuple(self._lookers.items()):
                self._recheck(sid, looker)
        changes, lookers = self._view.changes(), dict(self._lookers)
        fresh = self._fresh & lookers.keys()
        if changes is not None:
            self._tell("changes", changes, {sid: one for sid, one in lookers.items() if sid not in fresh})
        if fresh:
            self._tell("picture", self._view.whole(), {sid: lookers[sid] for sid in fresh})
        self._fresh -= fresh

    def _tell(self, event: str, told: Object, lookers: dict[str, _Looker]) -> None:
        """Each gets what its officer may see and its page shows; each of the pictures is made once at most."""
        made: dict[tuple[bool, bool], Object | None] = {}
        for sid, one in lookers.items():
            kind = one.brief, one.names
            if kind not in made:
                made[kind] = problems_alone(told) if one.brief else told if one.names else without_names(told)
            seen = made[kind]
            if seen is not None:
                self._emit(sid, event, seen)

    def _recheck(self, sid: str, looker: _Looker) -> None:
        environ = self._socketio.server.get_environ(sid, namespace=NAMESPACE)
        if not environ:
            return  # it is closing by itself
        with self._app.request_context(environ):
            officer = self._officer(looker.cookie)
        if officer is None or not officer.may(Right.SEE_ROOM):
            self._emit(sid, "signed_out", {"reason": "signed_out" if officer is None else "not_allowed"})
            self._lookers.pop(sid, None)
            hang_up(self._socketio.server, sid, NAMESPACE)
        elif looker.names is not officer.may(Right.SEE_ROSTER):
            looker.names = not looker.names
            self._fresh.add(sid)

    def _officer(self, cookie: Cookie) -> OfficerActor | None:
        """Who looks through this socket now; nobody once its machine is no console any more. In its request context."""
        return self._who(cookie) if self._admit() else None

    def _emit(self, sid: str, event: str, payload: object) -> None:
        self._socketio.server.emit(event, payload, namespace=NAMESPACE, to=sid)

    def _committed(self, batch: SittingBatch) -> None:
        self._view.committed(batch)

    def _pairing(self, news: News) -> None:
        self._recheck_soon = self._recheck_soon or isinstance(news, Left)
        self._view.touch_all()


def _malformed(found: Malformed) -> dict[str, Any]:
    return {"refused": "malformed", "hint": f"{found.where}: {found.why}"[:500]}


def _touched(events: tuple[Event, ...]) -> int:
    """How many attempts a command touched."""
    return len({attempt_id for event in events if (attempt_id := getattr(event, "attempt_id", None)) is not None})

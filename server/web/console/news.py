"""News for open pages: a stream that says "something changed", after which the page fetches itself anew.

For pages that are no part of the room's picture (machines, readiness, ceremony). Server-sent events: one line from the
server to the page, closed by the server as soon as the officer may no longer look.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from flask import Response, session, stream_with_context

from server.domain.event import Event
from server.domain.rights import Right, may
from server.live.presence import Presence
from server.live.sitting_service import SittingBatch
from server.web import guard, sessions
from server.web.context import room

BEAT_S = 2.0  # between two looks at the officer behind the stream; also how soon a closed page is noticed
MAX_STREAMS = 64  # at once: every officer of the largest plan with one page
MAX_OF_ONE = 8  # of these, one officer's: nobody's forgotten windows shut the others out

Unsubscribe: TypeAlias = Callable[[], None]
Subscribe: TypeAlias = Callable[[Callable[..., None]], Unsubscribe]


class Places:
    """How many streams there are, in all and of each officer. Safe to call from any thread."""

    def __init__(self, most: int = MAX_STREAMS, most_of_one: int = MAX_OF_ONE) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, officer_id: str) -> bool:
        """One more for this officer; False when there is no place."""
        with self._lock:
            if self._held.total() >= self._most or self._held[officer_id] >= self._most_of_one:
                return False
            self._held[officer_id] += 1
            return True

    def free(self, officer_id: str) -> None:
        """One that was taken is over."""
        with self._lock:
            self._held[officer_id] -= 1
            self._held += Counter()  # drops who holds none


_places = Places()


def stream(sources: Sequence[Subscribe], right: Right | None, least_s: float) -> Response:
    """Tell the page of changes, at most one in `least_s` seconds, while the officer has the right (None: any)."""
    return Response(stream_with_context(_lines(sources, right, least_s)), mimetype="text/event-stream")


def arrivals(presence: Presence) -> Subscribe:
    """Hear only of machines that come or go, not of every sign of life."""

    def subscribe(tell: Callable[..., None]) -> Unsubscribe:
        here = {one.kiosk_id for one in presence.everyone() if one.connected}

        def heard(kiosk_id: str) -> None:
            kiosk = presence.kiosk(kiosk_id)
            connected = kiosk is not None and kiosk.connected
            if connected != (kiosk_id in here):
                (here.add if connected else here.discard)(kiosk_id)
                tell()

        return presence.subscribe(heard)

    return subscribe


def of(*kinds: type[Event]) -> Subscribe:
    """Hear of commits that hold an event of one of these kinds, not of every answer."""

    def subscribe(tell: Callable[..., None]) -> Unsubscribe:
        def heard(batch: SittingBatch) -> None:
            if any(isinstance(event, kinds) for _, event in batch.entries):
                tell()

        return room().subscribe(heard)

    return subscribe


def _lines(sources: Sequence[Subscribe], right: Right | None, least_s: float) -> Iterator[str]:
    officer = sessions.officer_from_session(session)
    if officer is None or not _places.take(officer.officer_id):
        yield "retry: 5000\n\n"
        return
    port = room().port
    changed, pace = port.waiter(), port.waiter()
    ends: list[Unsubscribe] = []
    try:
        ends += [subscribe(lambda *news: _set(changed)) for subscribe in sources]
        yield "retry: 1000\n\n"
        while _allowed(right):
            if not changed.wait(BEAT_S):
                yield ": here\n\n"
                continue
            pace.wait(least_s)  # never set: several changes at once are one
            changed.clear()
            yield "event: changed\ndata: \n\n"
    finally:
        _places.free(officer.officer_id)
        for end in ends:
            end()


def _set(waiter: Any) -> None:
    waiter.set()


def _allowed(right: Right | None) -> bool:
    """Whether who opened the page may still look, read anew from the store."""
    officer = sessions.officer_from_session(session)
    if officer is None or not (guard.at_the_server() or guard.console_machine() is not None):
        return False
    return right is None or may(officer.role, right)

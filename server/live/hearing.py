"""When machines were last heard at work, by the server's own clock: what their word about an outage is held against.

A pulse counts for the connection it came on. A machine that came back says how long it was gone on its *new* connection;
what bounds that is the newest pulse on an earlier one. Held in memory: after a restart of the server the journal bounds it.
"""

from __future__ import annotations

from dataclasses import dataclass

# Screens on which a candidate can work, or waits without losing anything (client_kiosk.agent.Screen).
AT_WORK = frozenset({"exam", "time_up", "submitting", "paused", "waiting", "rules", "typing", "confirm"})


@dataclass(frozen=True, slots=True)
class _Heard:
    connection: str
    at_ms: int | None  # on this connection
    before_ms: int | None  # on any earlier one


class Hearing:
    """One per room. Bound: one entry for each paired machine."""

    def __init__(self) -> None:
        self._heard: dict[str, _Heard] = {}

    def pulse(self, kiosk_id: str, connection: str, screen: str, at_ms: int) -> None:
        """A pulse came."""
        known = self._on(kiosk_id, connection)
        self._heard[kiosk_id] = _Heard(connection, at_ms if screen in AT_WORK else known.at_ms, known.before_ms)

    def before_ms(self, kiosk_id: str, connection: str) -> int | None:
        """When it was last heard at work before this connection of it; None when that is not known."""
        return self._on(kiosk_id, connection).before_ms

    def last_ms(self, kiosk_id: str) -> int | None:
        """When it was last heard at work at all; None when that is not known."""
        known = self._heard.get(kiosk_id)
        return None if known is None else known.at_ms if known.at_ms is not None else known.before_ms

    def set_back(self, at_ms: int) -> None:
        """Room time was set back: nothing was heard later than now."""
        self._heard = {kiosk_id: _clipped(one, at_ms) for kiosk_id, one in self._heard.items()}

    def _on(self, kiosk_id: str, connection: str) -> _Heard:
        known = self._heard.get(kiosk_id)
        if known is None:
            return _Heard(connection, None, None)
        if known.connection == connection:
            return known
        return _Heard(connection, None, known.at_ms if known.at_ms is not None else known.before_ms)


def _clipped(one: _Heard, at_ms: int) -> _Heard:
    clipped = [None if heard is None else min(heard, at_ms) for heard in (one.at_ms, one.before_ms)]
    return _Heard(one.connection, *clipped)

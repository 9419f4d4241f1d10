"""Which kiosks are here now and what they last said: signs of life, held in memory only and never journalled."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from server.live.hearing import Hearing
from server.protocol.machine import MachineFacts
from server.protocol.messages import Pulse, Staged

TOKEN_BYTES = 24  # of a bearer token: 192 bits, dies with its socket
LOST_AFTER_MS = 6_000  # a kiosk silent this long is lost: the ping timeout of its socket
CLOCK_MS = 500  # as in domain.readiness.Rules: what a person would act on
LOW_DISK_BYTES = 200 * 2**20  # an outbox grows by a few MB a sitting; the system under it needs the rest
MAX_STAGED = 8  # packages one kiosk may report on: a sitting names two


@dataclass(frozen=True, slots=True)
class StagedPackage:
    """How far a kiosk is with a package: bytes on its disk, and whether it has checked them. `fault` names a refusal."""

    held_bytes: int
    verified: bool
    fault: str | None


@dataclass(frozen=True, slots=True)
class KioskPresence:
    """One kiosk as last heard; instants are room time in ms. `pending`: records it holds that are not acknowledged."""

    kiosk_id: str
    seat_label: str
    connection: str | None
    address: str
    build: str
    changed_at_ms: int
    last_pulse_at_ms: int | None = None
    screen: str = ""
    pending: int = 0
    pending_since_ms: int | None = None
    outbox_last_seq: int = 0
    disk_free_bytes: int | None = None
    uncertainty_ms: int | None = None
    staged: Mapping[str, StagedPackage] | None = None
    clock_off_ms: int | None = None  # its estimate of room time minus room time, as it arrived
    machine: MachineFacts | None = None
    mute: bool = False  # it has a socket and sends no pulses: hung, or made to look as if it were on the line

    @property
    def connected(self) -> bool:
        """Whether it has a proven socket."""
        return self.connection is not None

    @property
    def disk_is_low(self) -> bool:
        """Whether its disk may soon refuse an answer."""
        return self.disk_free_bytes is not None and self.disk_free_bytes < LOW_DISK_BYTES


class Presence:
    """Everything known of the kiosks that were here since the server started. Safe to call from any thread.

    Bound: one entry for each paired machine, since only a proven socket makes one.
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self.hearing = Hearing()
        self._kiosks: dict[str, KioskPresence] = {}
        self._tokens: dict[bytes, str] = {}  # by digest: a look-up tells nothing of a token nearly right
        self._acks: dict[str, int] = {}  # apart from the rest: written for every answer
        self._lock = threading.Lock()
        self._listeners: list[Callable[[str], None]] = []

    def subscribe(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Hear the id of every kiosk whose entry changed, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # --- the channel's side ---

    def arrived(
        self, kiosk_id: str, seat_label: str, connection: str, address: str, build: str
    ) -> tuple[str, str | None]:
        """A kiosk has proven itself: (its bearer token, the older connection it replaces or None)."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now_ms = self._now_ms()
        with self._lock:
            known = self._kiosks.get(kiosk_id)
            older = None if known is None else known.connection
            fresh = KioskPresence(kiosk_id, seat_label, connection, address, build, now_ms)
            if known is not None:
                fresh = replace(fresh, staged=known.staged, mute=known.mute, machine=known.machine)
            self._kiosks[kiosk_id] = fresh
            self._forget_tokens(kiosk_id)
            self._tokens[_digest(token)] = kiosk_id
        self._tell(kiosk_id)
        return token, older

    def left(self, kiosk_id: str, connection: str) -> bool:
        """A socket closed; whether it was the kiosk's present one (an older one's end changes nothing)."""
        with self._lock:
            known = self._kiosks.get(kiosk_id)
            if known is None or known.connection != connection:
                return False
            self._kiosks[kiosk_id] = replace(known, connection=None, changed_at_ms=self._now_ms())
            self._forget_tokens(kiosk_id)
        self._tell(kiosk_id)
        return True

    def pulse(self, kiosk_id: str, pulse: Pulse) -> None:
        """What the kiosk says of itself every two seconds."""
        self._change(
            kiosk_id,
            lambda known: replace(
                known,
                last_pulse_at_ms=self._now_ms(),
                screen=pulse.screen,
                pending=pulse.pending,
                pending_since_ms=(known.pending_since_ms or self._now_ms()) if pulse.pending else None,
                outbox_last_seq=pulse.outbox_last_seq,
                disk_free_bytes=pulse.disk_free_bytes,
                uncertainty_ms=pulse.uncertainty_ms,
                clock_off_ms=None if pulse.estimate_at_ms is None else pulse.estimate_at_ms - self._now_ms(),
            ),
        )

    def muted(self, kiosk_id: str, *, mute: bool) -> None:
        """Whether no pulses have come for too long."""
        known = self._kiosks.get(kiosk_id)
        if known is not None and known.mute != mute:
            self._change(kiosk_id, lambda known: replace(known, mute=mute))

    def renamed(self, kiosk_id: str, seat_label: str) -> bool:
        """The machine has this seat now; whether that is news."""
        known = self._kiosks.get(kiosk_id)
        self._change(kiosk_id, lambda known: replace(known, seat_label=seat_label))
        return known is not None and known.seat_label != seat_label

    def staged(self, kiosk_id: str, staged: Staged) -> None:
        """How far the kiosk is with a package."""
        held = StagedPackage(staged.bytes, staged.verified, staged.fault)

        def noted(known: KioskPresence) -> KioskPresence:
            packages = dict(known.staged or {})
            if staged.package_id not in packages and len(packages) >= MAX_STAGED:
                packages.pop(next(iter(packages)))
            return replace(known, staged={**packages, staged.package_id: held})

        self._change(kiosk_id, noted)

    def told(self, kiosk_id: str, machine: MachineFacts) -> None:
        """What the kiosk found when it looked at itself."""
        self._change(kiosk_id, lambda known: replace(known, machine=machine))

    def acknowledged(self, kiosk_id: str) -> None:
        """An answer of this kiosk was just acknowledged. Quiet: the commit itself tells whoever listens."""
        self._acks[kiosk_id] = self._now_ms()

    # --- everyone's side ---

    def kiosk(self, kiosk_id: str) -> KioskPresence | None:
        """One kiosk, if it was here since the start."""
        return self._kiosks.get(kiosk_id)

    def everyone(self) -> tuple[KioskPresence, ...]:
        """All kiosks that were here since the start."""
        with self._lock:
            return tuple(self._kiosks.values())

    def last_ack_ms(self, kiosk_id: str) -> int | None:
        """When an answer of this kiosk was last acknowledged; None when none was since the server's start."""
        return self._acks.get(kiosk_id)

    def connection_of(self, kiosk_id: str) -> str | None:
        """The socket that speaks for this kiosk now."""
        known = self._kiosks.get(kiosk_id)
        return None if known is None else known.connection

    def bearer(self, token: str) -> str | None:
        """The kiosk a bearer token belongs to, while its socket lives."""
        return self._tokens.get(_digest(token))

    # --- inside ---

    def _change(self, kiosk_id: str, change: Callable[[KioskPresence], KioskPresence]) -> None:
        with self._lock:
            known = self._kiosks.get(kiosk_id)
            if known is None:
                return
            changed = change(known)
            self._kiosks[kiosk_id] = changed
        if _visible(changed) != _visible(known):
            self._tell(kiosk_id)

    def _forget_tokens(self, kiosk_id: str) -> None:
        self._tokens = {token: owner for token, owner in self._tokens.items() if owner != kiosk_id}

    def _tell(self, kiosk_id: str) -> None:
        for listener in tuple(self._listeners):
            listener(kiosk_id)


def _visible(kiosk: KioskPresence) -> tuple[object, ...]:
    """What a person would notice; a pulse moves the rest every two seconds."""
    told = kiosk.screen, kiosk.pending, kiosk.staged, kiosk.disk_is_low, kiosk.mute, kiosk.machine
    return kiosk.connection, kiosk.seat_label, _clock(kiosk), *told


def _clock(kiosk: KioskPresence) -> tuple[bool, bool]:
    """Whether it knows room time, and whether it is right."""
    unsure = kiosk.uncertainty_ms is None or kiosk.uncertainty_ms > CLOCK_MS
    return unsure, abs(kiosk.clock_off_ms or 0) > CLOCK_MS


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()

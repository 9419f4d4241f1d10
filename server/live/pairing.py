"""The pairing desk: machines that ask to join this room, what the console shows of them, and who has joined.

Connections and addresses are the channel's own names for them. Nothing here sends: what happens to a machine is told
to the listeners as news, and the channel turns it into pushes and closed sockets.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.domain import pairing as rules
from server.domain.pairing import MachineKind, Offer, PairFault, PairingState, PairRefused, ServerSide
from server.identity import RoomIdentity
from server.live.kit import KitDesk
from server.protocol import pairing
from server.protocol.messages import (
    Denial,
    Denied,
    PairKit,
    PairKitAck,
    PairOffer,
    PairOfferAck,
    PairReveal,
    PairRevealAck,
    Prove,
)
from server.protocol.service import KioskNotice
from server.store.machines import Machine, MachineStore

DENIALS: Mapping[PairFault, Denial] = {
    PairFault.TOO_MANY_PENDING: Denial.TOO_MANY_PAIRINGS,
    PairFault.TOO_MANY_TRIES: Denial.TOO_MANY_TRIES,
    PairFault.COMMITMENT_MISMATCH: Denial.WRONG_REVEAL,
    PairFault.KIT_EXPIRED: Denial.KIT_EXPIRED,
    PairFault.KIT_USED_UP: Denial.KIT_USED_UP,
    PairFault.KIT_UNKNOWN: Denial.WRONG_KIT,
    PairFault.KIT_REVOKED: Denial.WRONG_KIT,
    PairFault.KIT_WRONG_PROOF: Denial.WRONG_KIT,
    PairFault.KIT_FOR_KIOSKS: Denial.WRONG_KIT,
    PairFault.MACHINE_REVOKED: Denial.UNPAIRED,
}
"""What a machine is told; every other fault is `pairing_closed`. An officer is told the fault itself."""


@dataclass(frozen=True, slots=True)
class Joined:
    """A machine was paired; `connection` is None when it came by a kit (it has its answer already)."""

    machine: Machine
    connection: str | None


@dataclass(frozen=True, slots=True)
class Turned:
    """A waiting machine will not be paired; tell it, and let its socket go."""

    connection: str
    fault: PairFault


@dataclass(frozen=True, slots=True)
class Left:
    """A machine may no longer be in the room; close its sockets."""

    machine: Machine


@dataclass(frozen=True, slots=True)
class Changed:
    """What the console shows of pairing has changed."""


News: TypeAlias = Joined | Turned | Left | Changed


@dataclass(frozen=True, slots=True)
class SeenMachine:
    """A machine that announces itself on the network; a hint for the console, worth no trust."""

    service: str
    notice: KioskNotice
    addresses: tuple[str, ...] = field(default=())


class PairingDesk:
    """One per room. Safe to call from any thread (or green thread)."""

    def __init__(self, identity: RoomIdentity, store: MachineStore, now_ms: Callable[[], int]) -> None:
        self.kits = KitDesk(identity, store, now_ms)
        self._identity = identity
        self._store = store
        self._now_ms = now_ms
        self._state = PairingState()
        self._seen: tuple[SeenMachine, ...] = ()
        self._listeners: list[Callable[[News], None]] = []
        self._lock = threading.RLock()

    def subscribe(self, listener: Callable[[News], None]) -> Callable[[], None]:
        """Hear the news until the returned function is called. Listeners are called after the fact, outside the lock."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # --- the channel's side -----------------------------------------------------------------------------------------

    def offer(self, connection: str, address: str, message: PairOffer) -> PairOfferAck | Denied:
        """A machine asks to join and commits to its key."""
        self.expire()
        offer = Offer(
            pairing_id="p" + secrets.token_hex(8),
            connection=connection,
            address=address,
            kind=MachineKind(message.kind),
            proposed_seat=rules.seat_label(message.proposed_seat) or "",
            build=message.build,
            commitment=message.commitment,
            server_nonce=secrets.token_bytes(32),
            offered_at_ms=self._now_ms(),
        )
        with self._lock:
            placed = rules.place(self._state, offer)
            if isinstance(placed, PairRefused):
                return denied(placed)
            self._state = placed
        identity = self._identity
        return PairOfferAck(
            ok=True,
            room_id=identity.room_id,
            room_name=identity.room_name,
            ca_pem=identity.ca_pem,
            server_key=identity.server_key.hex(),
            server_nonce=offer.server_nonce.hex(),
        )

    def reveal(self, connection: str, message: PairReveal) -> PairRevealAck | Denied:
        """The machine opens its commitment; from now on the console shows its code."""
        identity = self._identity
        server = ServerSide(identity.server_key, identity.ca_der, identity.leaf_der)
        key, nonce = bytes.fromhex(message.kiosk_key), bytes.fromhex(message.kiosk_nonce)
        with self._lock:
            self._state, shown = rules.reveal(self._state, connection, key, nonce, server, self._now_ms())
        if isinstance(shown, PairRefused):
            return denied(shown)
        self._tell(Changed())
        return PairRevealAck(ok=True, code=shown.code or "")

    def pair_by_kit(self, message: PairKit) -> PairKitAck | Denied:
        """A machine proves that it holds a kit, and is paired at once. Asking again with the same key changes nothing.

        Kiosks alone: no person sees this machine join, and `kind` is its own word.
        """
        if MachineKind(message.kind) is not MachineKind.KIOSK:
            return denied(PairRefused(PairFault.KIT_FOR_KIOSKS))
        key = bytes.fromhex(message.kiosk_key)
        with self._lock:
            known = self._store.by_key(key)
            if known is not None and known.revoked:
                return denied(PairRefused(PairFault.MACHINE_REVOKED))
            fault = self.kits.fault(message, again=known is not None)
            if fault is not None:
                return denied(PairRefused(fault))
            by = f"kit:{message.kit_id}"
            machine = known or self._register(key, MachineKind.KIOSK, message.proposed_seat, message.build, by)
        if known is None:
            self._tell(Joined(machine, None), Changed())
        return PairKitAck(ok=True, kiosk_id=machine.machine_id, seat_label=machine.seat_label)

    def prove(self, nonce: bytes, message: Prove) -> Machine | Denied:
        """The machine that signed this connection's nonce, if it is one of the room's."""
        return proven(self._identity, self._store, nonce, message.kiosk_id, message.signature)

    def gone(self, connection: str) -> None:
        """The socket closed: whatever waited on it waits no more."""
        with self._lock:
            before = self._state
            self._state = rules.drop(before, connection, self._now_ms())
            changed = self._state is not before
        if changed:
            self._tell(Changed())

    def expire(self) -> None:
        """Forget the offers nobody answered in time; called at every offer and by the room's clock."""
        with self._lock:
            self._state, old = rules.expire(self._state, self._now_ms())
        if old:
            self._tell(*(Turned(offer.connection, PairFault.EXPIRED) for offer in old), Changed())

    # --- the console's side -----------------------------------------------------------------------------------------

    def pending(self) -> tuple[Offer, ...]:
        """The machines whose codes people can compare now, oldest first."""
        now_ms = self._now_ms()
        offers = self._state.offers.values()
        return tuple(offer for offer in offers if offer.code is not None and offer.expires_at_ms > now_ms)

    def approve(
        self, officer_id: str, pairing_id: str, seat_label: str | None = None, *, replace: bool = False
    ) -> Machine | PairRefused:
        """The codes are equal: pair the machine. Without a seat, the proposed one if free, else the next free one.

        `replace` unpairs the machine that has the wanted seat (a computer that was replaced or reinstalled). A machine
        that was unpaired comes back this way, and only this way.
        """
        wanted = None if seat_label is None else rules.seat_label(seat_label)
        if seat_label is not None and wanted is None:
            return PairRefused(PairFault.SEAT_INVALID)
        with self._lock:
            offer = rules.approvable(self._state, pairing_id, self._now_ms())
            if isinstance(offer, PairRefused):
                return offer
            known = self._store.by_key(offer.kiosk_key)
            holder = None if wanted is None else self._store.by_seat(wanted)
            displaced = holder if holder is not None and holder != known else None
            if displaced is not None and not replace:
                return PairRefused(PairFault.SEAT_TAKEN)
            if displaced is not None:
                self._store.revoke(displaced.machine_id, officer_id, self._now_ms())
            machine = self._admitted(offer, known, wanted, officer_id)
            self._state = rules.approved(self._state, offer)
        self._tell(*([Left(displaced)] if displaced else []), Joined(machine, offer.connection), Changed())
        return machine

    def refuse(self, pairing_id: str) -> PairRefused | None:
        """The codes differ, or nobody knows the machine."""
        with self._lock:
            self._state, offer = rules.refused(self._state, pairing_id, self._now_ms())
        if offer is None:
            return PairRefused(PairFault.NO_OFFER)
        self._tell(Turned(offer.connection, PairFault.REFUSED), Changed())
        return None

    def machines(self) -> tuple[Machine, ...]:
        """Every machine that may join, by seat."""
        return self._store.active()

    def machine(self, machine_id: str) -> Machine | None:
        """One machine, revoked or not."""
        return self._store.by_id(machine_id)

    def revoke(self, officer_id: str, machine_id: str) -> None:
        """Unpair a machine: its sockets close, and no kit brings it back."""
        with self._lock:
            self._store.revoke(machine_id, officer_id, self._now_ms())
            machine = self._store.by_id(machine_id)
        if machine is not None:
            self._tell(Left(machine), Changed())

    def rename(self, machine_id: str, seat_label: str) -> Machine | PairRefused:
        """Give a machine another seat name."""
        wanted = rules.seat_label(seat_label)
        if wanted is None:
            return PairRefused(PairFault.SEAT_INVALID)
        with self._lock:
            machine, holder = self._store.by_id(machine_id), self._store.by_seat(wanted)
            if machine is None or machine.revoked:
                return PairRefused(PairFault.MACHINE_REVOKED)
            if holder is not None and holder.machine_id != machine_id:
                return PairRefused(PairFault.SEAT_TAKEN)
            renamed = self._renamed(machine, wanted)
        self._tell(Changed())
        return renamed

    # --- machines seen on the network -------------------------------------------------------------------------------

    def seen(self) -> tuple[SeenMachine, ...]:
        """Machines that announce themselves without a room, by label; a hint, worth no trust."""
        return self._seen

    def set_seen(self, machines: Sequence[SeenMachine]) -> None:
        """What discovery hears now; replaces what it heard before."""
        fresh = tuple(sorted((m for m in machines if not m.notice.paired), key=lambda m: (m.notice.label, m.service)))
        if fresh != self._seen:
            self._seen = fresh
            self._tell(Changed())

    # --- inside -----------------------------------------------------------------------------------------------------

    def _admitted(self, offer: Offer, known: Machine | None, wanted: str | None, officer_id: str) -> Machine:
        """The machine of an approved offer: new, already here, or taken back after it was unpaired."""
        if known is None:
            return self._register(offer.kiosk_key, offer.kind, wanted or offer.proposed_seat, offer.build, officer_id)
        if known.revoked:
            seat = wanted or self._free_seat(known.kind, offer.proposed_seat or known.seat_label)
            self._store.restore(known.machine_id, seat, officer_id, self._now_ms())
            return self._store.by_id(known.machine_id) or known
        return self._renamed(known, wanted) if wanted not in (None, known.seat_label) else known

    def _free_seat(self, kind: MachineKind, proposed: str) -> str:
        taken = {machine.seat_label for machine in self._store.active()}
        label = rules.seat_label(proposed)
        return label if label is not None and label not in taken else rules.free_seat(kind, taken)

    def _register(self, key: bytes, kind: MachineKind, proposed: str, build: str, by: str) -> Machine:
        seat = self._free_seat(kind, proposed)
        machine = Machine("k" + secrets.token_hex(8), key, kind, seat, build, self._now_ms(), by)
        self._store.add(machine, kit_id=by.removeprefix("kit:") if by.startswith("kit:") else None)
        return machine

    def _renamed(self, machine: Machine, seat_label: str) -> Machine:
        self._store.rename(machine.machine_id, seat_label)
        return self._store.by_id(machine.machine_id) or machine

    def _tell(self, *news: News) -> None:
        for item in news:
            for listener in tuple(self._listeners):
                listener(item)


def denied(refused: PairRefused) -> Denied:
    """What a machine is told of a refusal."""
    wait_s = -(-refused.wait_ms // 1000) or None
    return Denied(DENIALS.get(refused.fault, Denial.PAIRING_CLOSED), wait_s=wait_s)


def proven(
    identity: RoomIdentity, store: MachineStore, nonce: bytes, kiosk_id: str, signature: str
) -> Machine | Denied:
    """The machine that signed this connection's nonce (signature in hex), if it is one of the room's."""
    machine = store.by_id(kiosk_id)
    if machine is None:
        return Denied(Denial.UNKNOWN_KIOSK)
    text = pairing.prove_text(nonce, identity.room_id, machine.machine_id, identity.leaf_der)
    try:
        Ed25519PublicKey.from_public_bytes(machine.public_key).verify(bytes.fromhex(signature), text)
    except (InvalidSignature, ValueError):  # ValueError: the stored bytes are no point of the curve
        return Denied(Denial.WRONG_SIGNATURE)
    return Denied(Denial.UNPAIRED) if machine.revoked else machine

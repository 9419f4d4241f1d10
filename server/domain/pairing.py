"""Which machines may join a room: offers waiting for a person's word, tries, kits and seat names.

Pure: connections and addresses are opaque strings, instants are room time in ms, randomness comes in as bytes.

      offer            reveal             approve (one click on the console)
  ──► OFFERED ───────► COMPARING ───────► paired
        │ expire/drop    │ refuse, expire, drop: counts as a try of that address
        ▼                ▼
       gone             gone
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from server.protocol import pairing

MAX_PENDING = 64  # offers on the console at once; more than a proctor can compare, few enough to hold
MAX_PENDING_PER_ADDRESS = 16  # a lab behind one router shares an address
MAX_ADDRESSES = 1024  # addresses whose tries are remembered; the oldest are forgotten first
TRIES = 3  # a wrong guess matches with 1 chance in 10^6, so three a minute is 1 in a year of constant trying
TRY_WINDOW_MS = 60_000
OFFER_LIFE_MS = 5 * 60_000
_SEAT = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,10}[A-Z0-9])?")
_SEATS_PER_ROW = 99


class MachineKind(StrEnum):
    """What a paired machine may be: a candidate's seat, or an officer's console."""

    KIOSK = "kiosk"
    CONSOLE = "console"


class PairFault(StrEnum):
    """Why a machine was not paired."""

    TOO_MANY_PENDING = "too_many_pending"
    TOO_MANY_TRIES = "too_many_tries"
    ALREADY_OFFERED = "already_offered"
    NO_OFFER = "no_offer"
    NOT_REVEALED = "not_revealed"
    COMMITMENT_MISMATCH = "commitment_mismatch"
    EXPIRED = "expired"
    REFUSED = "refused"
    SEAT_INVALID = "seat_invalid"
    SEAT_TAKEN = "seat_taken"
    KIT_UNKNOWN = "kit_unknown"
    KIT_REVOKED = "kit_revoked"
    KIT_EXPIRED = "kit_expired"
    KIT_USED_UP = "kit_used_up"
    KIT_WRONG_PROOF = "kit_wrong_proof"
    KIT_FOR_KIOSKS = "kit_for_kiosks"
    MACHINE_REVOKED = "machine_revoked"


@dataclass(frozen=True, slots=True)
class PairRefused:
    """A pairing that does not happen; `wait_ms` > 0 when trying again later makes sense."""

    fault: PairFault
    wait_ms: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """One machine that asks to join; `commitment` in hex. `code` is None until it has revealed its key."""

    pairing_id: str
    connection: str
    address: str
    kind: MachineKind
    proposed_seat: str
    build: str
    commitment: str
    server_nonce: bytes
    offered_at_ms: int
    kiosk_key: bytes = b""
    code: str | None = None

    @property
    def expires_at_ms(self) -> int:
        """When the offer is forgotten."""
        return self.offered_at_ms + OFFER_LIFE_MS


@dataclass(frozen=True, slots=True)
class PairingState:
    """The offers that wait, by connection, and each address's tries that ended without a pairing (instants)."""

    offers: Mapping[str, Offer] = field(default_factory=dict)
    tries: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def by_pairing_id(self, pairing_id: str) -> Offer | None:
        """The offer the console speaks of."""
        return next((offer for offer in self.offers.values() if offer.pairing_id == pairing_id), None)


def place(state: PairingState, offer: Offer) -> PairingState | PairRefused:
    """Let a machine wait for a person's word, within the bounds."""
    now_ms = offer.offered_at_ms
    if offer.connection in state.offers:
        return PairRefused(PairFault.ALREADY_OFFERED)
    recent = _recent(state.tries.get(offer.address, ()), now_ms)
    if len(recent) >= TRIES:
        return PairRefused(PairFault.TOO_MANY_TRIES, recent[-TRIES] + TRY_WINDOW_MS - now_ms)
    same_address = sum(other.address == offer.address for other in state.offers.values())
    if len(state.offers) >= MAX_PENDING or same_address >= MAX_PENDING_PER_ADDRESS:
        return PairRefused(PairFault.TOO_MANY_PENDING, OFFER_LIFE_MS)
    return replace(state, offers={**state.offers, offer.connection: offer})


@dataclass(frozen=True, slots=True)
class ServerSide:
    """This side of the code: the room's public key and the certificates (DER) it really serves with."""

    server_key: bytes
    ca_der: bytes
    leaf_der: bytes


def reveal(
    state: PairingState, connection: str, kiosk_key: bytes, kiosk_nonce: bytes, server: ServerSide, now_ms: int
) -> tuple[PairingState, Offer | PairRefused]:
    """Take the key and nonce (32 bytes each) a machine committed to; the offer then has the code people compare.

    A reveal that does not match the commitment ends the offer and counts as a try.
    """
    offer = state.offers.get(connection)
    if offer is None or offer.expires_at_ms <= now_ms:
        return drop(state, connection, now_ms), PairRefused(PairFault.NO_OFFER)
    if offer.code is not None:
        return drop(state, connection, now_ms), PairRefused(PairFault.ALREADY_OFFERED)
    if not hmac.compare_digest(pairing.commitment(kiosk_key, kiosk_nonce), offer.commitment):
        return _failed(state, offer, now_ms), PairRefused(PairFault.COMMITMENT_MISMATCH)
    ours = (server.server_key, offer.server_nonce)
    code = pairing.code((kiosk_key, kiosk_nonce), ours, server.ca_der, server.leaf_der)
    shown = replace(offer, kiosk_key=kiosk_key, code=code)
    return replace(state, offers={**state.offers, connection: shown}), shown


def approvable(state: PairingState, pairing_id: str, now_ms: int) -> Offer | PairRefused:
    """The offer an officer may approve now: revealed, and not expired."""
    offer = state.by_pairing_id(pairing_id)
    if offer is None:
        return PairRefused(PairFault.NO_OFFER)
    if offer.expires_at_ms <= now_ms:
        return PairRefused(PairFault.EXPIRED)
    if offer.code is None:
        return PairRefused(PairFault.NOT_REVEALED)
    return offer


def approved(state: PairingState, offer: Offer) -> PairingState:
    """The offer became a machine: it waits no more, and is no try."""
    return replace(state, offers={name: other for name, other in state.offers.items() if name != offer.connection})


def refused(state: PairingState, pairing_id: str, now_ms: int) -> tuple[PairingState, Offer | None]:
    """An officer said no (the codes differ, or nobody knows the machine): the offer ends and counts as a try."""
    offer = state.by_pairing_id(pairing_id)
    return (state, None) if offer is None else (_failed(state, offer, now_ms), offer)


def drop(state: PairingState, connection: str, now_ms: int) -> PairingState:
    """The machine went away; once it has shown a code, that was a try."""
    offer = state.offers.get(connection)
    if offer is None:
        return state
    return approved(state, offer) if offer.code is None else _failed(state, offer, now_ms)


def expire(state: PairingState, now_ms: int) -> tuple[PairingState, tuple[Offer, ...]]:
    """Forget the offers nobody answered in time, and say which they were."""
    old = tuple(offer for offer in state.offers.values() if offer.expires_at_ms <= now_ms)
    for offer in old:
        state = drop(state, offer.connection, now_ms)
    return state, old


def _failed(state: PairingState, offer: Offer, now_ms: int) -> PairingState:
    mine = (*_recent(state.tries.get(offer.address, ()), now_ms), now_ms)
    others = {address: times for address, times in state.tries.items() if address != offer.address}
    while len(others) >= MAX_ADDRESSES:
        others.pop(next(iter(others)))
    return replace(approved(state, offer), tries={**others, offer.address: mine[-TRIES:]})


def _recent(times: tuple[int, ...], now_ms: int) -> tuple[int, ...]:
    return tuple(at_ms for at_ms in times if now_ms - TRY_WINDOW_MS < at_ms <= now_ms)


# --- kits -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KitState:
    """What the room knows of one kit; `used` counts the machines it paired."""

    kit_id: str
    uses: int
    used: int
    expires_at_ms: int
    revoked: bool


def kit_fault(kit: KitState | None, proof_holds: bool, again: bool, now_ms: int) -> PairFault | None:
    """Why a kit pairs nothing now, or None. `again`: the same key was already paired with it (its answer was lost)."""
    if kit is None:
        return PairFault.KIT_UNKNOWN
    if not proof_holds:
        return PairFault.KIT_WRONG_PROOF
    if kit.revoked:
        return PairFault.KIT_REVOKED
    if now_ms >= kit.expires_at_ms:
        return PairFault.KIT_EXPIRED
    if kit.used >= kit.uses and not again:
        return PairFault.KIT_USED_UP
    return None


# --- seat names -----------------------------------------------------------------------------------------------------


def seat_label(proposed: str) -> str | None:
    """A seat name as the room writes it (capital letters, digits, hyphens; 1 to 12), or None for what is no name."""
    label = proposed.strip().upper()
    return label if _SEAT.fullmatch(label) else None


def free_seat(kind: MachineKind, taken: Collection[str]) -> str:
    """The next free name: A01 … A99, B01 … for kiosks; CONSOLE-01 … for consoles."""
    number = 0
    while True:
        label = _seat_name(kind, number)
        if label not in taken:
            return label
        number += 1


def _seat_name(kind: MachineKind, number: int) -> str:
    if kind is MachineKind.CONSOLE:
        return f"CONSOLE-{number + 1:02d}"
    row, place = divmod(number, _SEATS_PER_ROW)
    letters = ""
    row += 1
    while row:
        row, letter = divmod(row - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{place + 1:02d}"

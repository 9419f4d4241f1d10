"""Joining a room, as the machine that joins sees it. Pure: who dials and who asks is in `client_kiosk.joining`.

      begin ──► offered ──► comparing ─┬─ confirmed here ─┬─► joined
                   │            │      └─ paired there ───┘
                   └── fault ◄──┴── codes differ, refused, line lost: nothing is kept

Nothing of the room is kept before both a person at this machine said that the codes are equal and an officer at the
console clicked. Keys and nonces are 32 raw bytes, certificates DER.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from client_kiosk.finder import FoundRoom
from question_bank.phrase import Phrase, phrase
from server.protocol import pairing
from server.protocol.messages import (
    Denial,
    Machine,
    PairKit,
    PairOffer,
    PairOfferAck,
    PairReveal,
    PairRevealAck,
)
from server.protocol.trust import Kit


class JoinFault(StrEnum):
    """Why this machine did not join; each has a text in the catalogue."""

    NO_ANSWER = "no_answer"  # nobody at the address, or the line broke
    OTHER_AUTHORITY = "other_authority"  # not the authority that was announced: a copied record
    FOREIGN_CERTIFICATE = "foreign_certificate"  # the certificate does not come from the authority it names
    OTHER_ROOM = "other_room"  # the server calls itself another room than was chosen
    CODES_DIFFER = "codes_differ"  # by our own comparison, or by the person's
    REFUSED_THERE = "refused_there"  # the officer said no, or nobody answered in time
    TOO_MANY_TRIES = "too_many_tries"
    TOO_MANY_PAIRINGS = "too_many_pairings"
    WRONG_KIT = "wrong_kit"
    KIT_EXPIRED = "kit_expired"
    KIT_USED_UP = "kit_used_up"
    UNPAIRED = "unpaired"  # an officer took this machine out of the room: its kit does not bring it back
    STOPPED_HERE = "stopped_here"  # somebody chose another room, or the program ends
    NOT_KEPT = "not_kept"  # this machine's own disk did not take the key or the room
    NOT_UNDERSTOOD = "not_understood"  # the server speaks another version


# What a person is told of each.
JOIN_FAULTS: Mapping[JoinFault, Phrase] = {
    JoinFault.NO_ANSWER: phrase("No room answers there. Check the cable and the address."),
    JoinFault.OTHER_AUTHORITY: phrase(
        "The machine that answered is not the room it claims to be. Call the technician."
    ),
    JoinFault.FOREIGN_CERTIFICATE: phrase("The machine that answered showed a false certificate. Call the technician."),
    JoinFault.OTHER_ROOM: phrase("Another room answered than the one chosen."),
    JoinFault.CODES_DIFFER: phrase("The codes differ: somebody may be intercepting the connection. Nothing was kept."),
    JoinFault.REFUSED_THERE: phrase("The console did not accept this machine. Nothing was kept."),
    JoinFault.TOO_MANY_TRIES: phrase("Too many tries. Wait a minute."),
    JoinFault.TOO_MANY_PAIRINGS: phrase("Too many machines are being paired at once. Wait a minute."),
    JoinFault.WRONG_KIT: phrase("The room does not accept this kit. Ask the technician for a new one."),
    JoinFault.KIT_EXPIRED: phrase("This kit has expired. Ask the technician for a new one."),
    JoinFault.KIT_USED_UP: phrase("This kit has paired as many machines as it may. Ask the technician for a new one."),
    JoinFault.UNPAIRED: phrase("This machine was taken out of the room. Call the technician."),
    JoinFault.NOT_KEPT: phrase("This machine's disk did not take the pairing. Free some space, then try again."),
    JoinFault.STOPPED_HERE: phrase("Pairing was stopped. Nothing was kept."),
    JoinFault.NOT_UNDERSTOOD: phrase("The room's program is of another version. Call the technician."),
}

_DENIALS = {
    Denial.TOO_MANY_TRIES: JoinFault.TOO_MANY_TRIES,
    Denial.TOO_MANY_PAIRINGS: JoinFault.TOO_MANY_PAIRINGS,
    Denial.WRONG_REVEAL: JoinFault.CODES_DIFFER,
    Denial.PAIRING_CLOSED: JoinFault.REFUSED_THERE,
    Denial.WRONG_KIT: JoinFault.WRONG_KIT,
    Denial.KIT_EXPIRED: JoinFault.KIT_EXPIRED,
    Denial.KIT_USED_UP: JoinFault.KIT_USED_UP,
    Denial.UNPAIRED: JoinFault.UNPAIRED,
}


def fault_of(denial: Denial) -> JoinFault:
    """What a server's refusal means to the person at this machine."""
    return _DENIALS.get(denial, JoinFault.NOT_UNDERSTOOD)


@dataclass(frozen=True, slots=True)
class Secret:
    """What this machine commits to before it has seen anything of the server's."""

    kiosk_key: bytes
    kiosk_nonce: bytes

    def offer(self, kind: Machine, seat: str, build: str) -> PairOffer:
        """The first message: the commitment alone."""
        return PairOffer(pairing.commitment(self.kiosk_key, self.kiosk_nonce), kind, seat, build)

    def reveal(self) -> PairReveal:
        """The second message."""
        return PairReveal(self.kiosk_key.hex(), self.kiosk_nonce.hex())


@dataclass(frozen=True, slots=True)
class Comparing:
    """Two people compare `code`; what is needed to join is here and nowhere else yet.

    `kiosk_id` and `seat_label` are empty until the officer's click has arrived.
    """

    room_id: str
    room_name: str
    ca_pem: str
    server_key: str
    code: str
    equal_here: bool = False
    kiosk_id: str = ""
    seat_label: str = ""

    @property
    def joined(self) -> bool:
        """Whether both have said yes."""
        return self.equal_here and bool(self.kiosk_id)


def offered(
    secret: Secret, chosen: FoundRoom | None, ack: PairOfferAck, ca_der: bytes, seen_leaf: bytes, verified_leaf: bytes
) -> Comparing | JoinFault:
    """The code to compare, once the server has shown itself.

    `chosen` is what was announced, None for a typed address. `ca_der` is the authority in `ack`; `seen_leaf` the
    certificate of the very line the pairing runs on; `verified_leaf` the one of a second connection that was verified
    against that authority and the room's name.
    """
    if chosen is not None and not hmac.compare_digest(hashlib.sha256(ca_der).hexdigest(), chosen.ca_sha256):
        return JoinFault.OTHER_AUTHORITY
    if chosen is not None and ack.room_id != chosen.room_id:
        return JoinFault.OTHER_ROOM
    if not hmac.compare_digest(seen_leaf, verified_leaf):
        return JoinFault.FOREIGN_CERTIFICATE
    server = (bytes.fromhex(ack.server_key), bytes.fromhex(ack.server_nonce))
    code = pairing.code((secret.kiosk_key, secret.kiosk_nonce), server, ca_der, seen_leaf)
    return Comparing(ack.room_id, ack.room_name, ack.ca_pem, ack.server_key, code)


def revealed(comparing: Comparing, ack: PairRevealAck) -> Comparing | JoinFault:
    """The server's own code must be ours. An attacker in between can say ours, so people still compare the screens."""
    return comparing if hmac.compare_digest(ack.code, comparing.code) else JoinFault.CODES_DIFFER


def confirmed(comparing: Comparing) -> Comparing:
    """The person at this machine said that the codes are equal."""
    return replace(comparing, equal_here=True)


def paired(comparing: Comparing, kiosk_id: str, seat_label: str) -> Comparing:
    """The officer's click arrived."""
    return replace(comparing, kiosk_id=kiosk_id, seat_label=seat_label)


def kit_message(secret: Secret, kit: Kit, leaf: bytes, kind: Machine, seat: str, build: str) -> PairKit:
    """The proof of holding a kit, on a line already verified against the kit's authority."""
    mac = pairing.kit_mac(bytes.fromhex(kit.secret), secret.kiosk_key, secret.kiosk_nonce, leaf)
    return PairKit(kit.kit_id, secret.kiosk_key.hex(), secret.kiosk_nonce.hex(), mac, kind, seat, build)

"""Showing and checking that a server of an epoch exists: the room's signature, which every server of the room can make."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature

from server.identity import RoomIdentity
from server.protocol.epoch import proof_text
from server.protocol.standby_messages import EpochProof


def proof(identity: RoomIdentity, epoch: int) -> EpochProof:
    """What shows that a server of this epoch exists."""
    return EpochProof(epoch, identity.signing_key.sign(proof_text(identity.room_id, epoch)).hex())


def is_proven(identity: RoomIdentity, shown: EpochProof) -> bool:
    """Whether this room's key made it: nobody else can make a server stand down."""
    try:
        identity.signing_key.public_key().verify(
            bytes.fromhex(shown.signature), proof_text(identity.room_id, shown.epoch)
        )
    except InvalidSignature:
        return False
    return True

"""Kits: made by an officer, carried on a USB stick, and each good for so many machines until a date."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Sequence

from server.domain.pairing import KitState, PairFault, kit_fault
from server.identity import RoomIdentity
from server.protocol import pairing
from server.protocol.messages import PairKit
from server.protocol.trust import KIT_FORMAT, MAX_KIT_ADDRESSES, Kit
from server.store.machines import KitRow, MachineStore

MAX_USES = 1000  # the largest hall the design knows
MAX_LIFE_MS = 30 * 24 * 3_600_000  # a forgotten stick must not pair machines for the next contest


class KitDesk:
    """Makes kits, checks the proofs of machines that hold one, and takes kits back."""

    def __init__(self, identity: RoomIdentity, store: MachineStore, now_ms: Callable[[], int]) -> None:
        self._identity = identity
        self._store = store
        self._now_ms = now_ms

    def make(self, officer_id: str, uses: int, life_ms: int, addresses: Sequence[str], port: int) -> Kit:
        """A new kit, remembered before it is handed out; its secret stays here only sealed.

        Uses and life are cut to MAX_USES and MAX_LIFE_MS. The caller writes the file (mode 0600).
        """
        secret = secrets.token_bytes(32)
        kit_id = "t" + secrets.token_hex(8)
        now_ms = self._now_ms()
        state = KitState(kit_id, max(1, min(uses, MAX_USES)), 0, now_ms + min(life_ms, MAX_LIFE_MS), revoked=False)
        sealed = self._identity.seal_secret(secret, f"kit {kit_id}")
        self._store.add_kit(KitRow(state, sealed, now_ms, officer_id))
        return Kit(
            format=KIT_FORMAT,
            room_id=self._identity.room_id,
            room_name=self._identity.room_name,
            ca_pem=self._identity.ca_pem,
            server_key=self._identity.server_key.hex(),
            addresses=tuple(addresses)[:MAX_KIT_ADDRESSES],
            port=port,
            kit_id=kit_id,
            secret=secret.hex(),
            expires_at_ms=state.expires_at_ms,
            uses=state.uses,
        )

    def fault(self, message: PairKit, *, again: bool) -> PairFault | None:
        """Why this machine's kit does not pair it, or None. `again`: this kit already paired this very key."""
        row = self._store.kit(message.kit_id)
        holds = row is not None and self._proof_holds(row, message)
        return kit_fault(None if row is None else row.state, holds, again, self._now_ms())

    def all(self) -> tuple[KitRow, ...]:
        """Every kit, newest first."""
        return self._store.kits()

    def revoke(self, officer_id: str, kit_id: str) -> None:
        """The kit pairs no more machines; those it has paired stay paired."""
        self._store.revoke_kit(kit_id, officer_id, self._now_ms())

    def _proof_holds(self, row: KitRow, message: PairKit) -> bool:
        secret = self._identity.open_secret(row.sealed_secret, f"kit {row.state.kit_id}")
        key, nonce = bytes.fromhex(message.kiosk_key), bytes.fromhex(message.kiosk_nonce)
        return hmac.compare_digest(pairing.kit_mac(secret, key, nonce, self._identity.leaf_der), message.mac)

"""Opening a file of rescued answers: decrypted, unpacked, its signatures checked. Nothing of the room is touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.live.rescue_report import RescueFault
from server.protocol.rescue import MAX_FILE_BYTES, Rescued, Signature, content_sha256, read_body, signed_over, unpack
from server.protocol.shape import Malformed
from server.store.machines import Machine

_AGE = b"age-encryption.org/v1\n"
_ANOTHER_KEY = "No matching keys"  # in age's own words; pyrage has one class for all causes


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that machines of this room made. `sha256` (hex) is of its content, not of the file: age is never twice alike."""

    sha256: str
    rescued: Rescued = field(repr=False)
    machines: tuple[Machine, ...]

    @property
    def kiosk_ids(self) -> frozenset[str]:
        """Every id under which this room knows the machine that signed."""
        return frozenset(machine.machine_id for machine in self.machines)


def opened(data: bytes, identity: str, by_key: Callable[[bytes], Machine | None]) -> Opened | RescueFault:
    """What a file holds, or why it is not taken. `identity`: the room's; `by_key`: the register, unpaired machines too."""
    if len(data) > MAX_FILE_BYTES:
        return RescueFault.TOO_LARGE
    if not data.startswith(_AGE):
        return RescueFault.NOT_RESCUE
    try:
        payload = bytes(pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(identity)]))
    except pyrage.DecryptError as error:
        return RescueFault.OTHER_ROOM if _ANOTHER_KEY in str(error) else RescueFault.DAMAGED
    found = unpack(payload)
    if isinstance(found, Malformed):
        return RescueFault.UNREADABLE
    body, signatures = found
    machines = _signers(body, signatures, by_key)
    if isinstance(machines, RescueFault):
        return machines
    rescued = read_body(body)
    if isinstance(rescued, Malformed):
        return RescueFault.UNREADABLE
    return Opened(content_sha256(rescued.header, rescued.records), rescued, machines)


def _signers(
    body: bytes, signatures: tuple[Signature, ...], by_key: Callable[[bytes], Machine | None]
) -> tuple[Machine, ...] | RescueFault:
    """The machines of this room that signed; keys of other rooms say nothing here, a false signature everything."""
    machines = []
    for one in signatures:
        machine = by_key(one.key)
        if machine is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(one.key).verify(one.signature, signed_over(body))
        except (InvalidSignature, ValueError):
            return RescueFault.FORGED
        machines.append(machine)
    return tuple(machines) or RescueFault.UNKNOWN_MACHINE

"""What a kiosk needs to trust a room without a person comparing digits: the certificate's one name, and the kit file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from question_bank import canonical
from server.protocol.shape import Count, Hex, Id, Instant, Items, Malformed, Name, Shaped, Text, Whole

KIT_FORMAT: Final = "exam-kit/1"
KIT_SUFFIX = ".kit"
MAX_KIT_BYTES = 16 * 1024  # a kit holds one certificate and a few addresses
MAX_KIT_ADDRESSES = 32

Pem = Annotated[str, Text(1, 8192)]
Address = Annotated[str, Text(1, 100)]


def host_name(room_id: str) -> str:
    """The one name in a room's certificate; `.invalid` never resolves (RFC 2606), so it can only be pinned."""
    return f"{room_id}.invalid"


@dataclass(frozen=True, slots=True)
class Kit(Shaped):
    """What a technician carries on a USB stick to pair a whole lab; its secret dies by uses, by date or by order.

    `addresses`: where the server was when the kit was made (a hint: discovery finds it when it has moved).
    """

    format: Literal["exam-kit/1"]
    room_id: Id
    room_name: Name
    ca_pem: Pem
    server_key: Annotated[str, Hex(32)]
    addresses: Annotated[tuple[Address, ...], Items(MAX_KIT_ADDRESSES)]
    port: Annotated[int, Whole(1, 65_535)]
    kit_id: Id
    secret: Annotated[str, Hex(32)] = field(repr=False)
    expires_at_ms: Instant
    uses: Count

    def to_bytes(self) -> bytes:
        """The kit file: canonical JSON."""
        return canonical.encode(self.wire())


def read_kit(data: bytes) -> Kit | Malformed:
    """Read a kit file strictly."""
    try:
        value = canonical.decode(data, MAX_KIT_BYTES, canonical=True)
    except canonical.CanonicalError as error:
        return Malformed("", str(error))
    return Kit.parse(value)

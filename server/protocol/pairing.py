"""What both sides of a pairing compute: the commitment, the code two people compare, the proofs, and the kit file.

A short code made from two public keys alone is forged in milliseconds: someone between the two tries keys until both
sides show the same digits. So the kiosk first commits to its key and nonce, the server then shows its own, and only
then does the kiosk reveal: whoever sits between has one guess in a million, and few tries.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from question_bank import canonical

CODE_DIGITS = 6
KEY_BYTES = 32  # an Ed25519 public key
NONCE_BYTES = 32
DIGEST_BYTES = 32
SECRET_BYTES = 32

KIT_FORMAT = "exam-kit/1"
KIT_SUFFIX = ".kit"
MAX_KIT_BYTES = 16 * 1024  # a kit holds one certificate and a few addresses
MAX_KIT_ADDRESSES = 32

_COMMIT_TAG = b"examroom/pair/1\0"
_CODE_TAG = b"examroom/pair-code/1\0"
_KIT_TAG = b"examroom/kit/1\0"
_PROVE_TAG = b"examroom/prove/1\0"


def host_name(room_id: str) -> str:
    """The one name in a room's certificate; `.invalid` never resolves (RFC 2606), so it can only be pinned."""
    return f"{room_id}.invalid"


def commitment(kiosk_key: bytes, kiosk_nonce: bytes) -> bytes:
    """What a kiosk sends before it has seen anything of the server's, 32 bytes."""
    return hashlib.sha256(_COMMIT_TAG + kiosk_key + kiosk_nonce).digest()


@dataclass(frozen=True, slots=True)
class Transcript:
    """Everything the two sides have told each other; two people compare the digits it gives.

    `ca_sha256` and `leaf_sha256` are of the certificates (DER) each side itself holds or saw, never of what it was told.
    """

    kiosk_key: bytes
    kiosk_nonce: bytes
    server_key: bytes
    server_nonce: bytes
    ca_sha256: bytes
    leaf_sha256: bytes

    def code(self) -> str:
        """Six decimal digits; equal on both screens only if nobody sits between them (but for one chance in 10^6)."""
        parts = (self.kiosk_key, self.kiosk_nonce, self.server_key, self.server_nonce, self.ca_sha256, self.leaf_sha256)
        digest = hashlib.sha256(_CODE_TAG + b"".join(parts)).digest()
        return f"{int.from_bytes(digest, 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def kit_mac(secret: bytes, kiosk_key: bytes, kiosk_nonce: bytes, leaf_sha256: bytes) -> bytes:
    """A kiosk's proof that it holds a kit, bound to its key and to the certificate it saw, 32 bytes."""
    return hmac.digest(secret, _KIT_TAG + kiosk_key + kiosk_nonce + leaf_sha256, "sha256")


def prove_text(nonce: bytes, room_id: str, kiosk_id: str, leaf_sha256: bytes) -> bytes:
    """What a paired kiosk signs at every connection: the server's nonce and the certificate it saw itself."""
    return _PROVE_TAG + nonce + room_id.encode() + kiosk_id.encode() + leaf_sha256


@dataclass(frozen=True, slots=True)
class Kit:
    """What a technician carries on a USB stick to pair a whole lab; the secret in it dies by uses, date or order.

    `addresses`: where the server was when the kit was made (a hint: discovery finds it when it has moved).
    """

    room_id: str
    room_name: str
    ca_pem: str
    addresses: tuple[str, ...]
    port: int
    kit_id: str
    secret: bytes
    expires_at_ms: int
    uses: int

    def to_bytes(self) -> bytes:
        """The kit file: canonical JSON."""
        return canonical.encode(
            {
                "format": KIT_FORMAT,
                "room_id": self.room_id,
                "room_name": self.room_name,
                "ca_pem": self.ca_pem,
                "addresses": list(self.addresses),
                "port": self.port,
                "kit_id": self.kit_id,
                "secret": self.secret.hex(),
                "expires_at_ms": self.expires_at_ms,
                "uses": self.uses,
            }
        )


def parse_kit(data: bytes) -> Kit | str:
    """Read a kit file; a string says in English what is wrong with it (for a log: people get their own sentence)."""
    try:
        value = canonical.decode(data, MAX_KIT_BYTES, canonical=True)
    except canonical.CanonicalError as error:
        return str(error)
    if not isinstance(value, dict) or value.get("format") != KIT_FORMAT:
        return f"not {KIT_FORMAT}"
    texts = [value.get(name) for name in ("room_id", "room_name", "ca_pem", "kit_id", "secret")]
    numbers = [value.get(name) for name in ("port", "expires_at_ms", "uses")]
    addresses = value.get("addresses")
    if len(value) != 10 or not isinstance(addresses, list) or len(addresses) > MAX_KIT_ADDRESSES:
        return "fields are missing or too many"
    hosts = [host for host in addresses if isinstance(host, str)]
    strings = [text for text in texts if isinstance(text, str)]
    integers = [number for number in numbers if isinstance(number, int) and not isinstance(number, bool)]
    if len(hosts) != len(addresses) or len(strings) != 5 or len(integers) != 3:
        return "a field has the wrong type"
    return _kit(strings, hosts, integers)


def _kit(strings: Sequence[str], hosts: Sequence[str], integers: Sequence[int]) -> Kit | str:
    room_id, room_name, ca_pem, kit_id, secret_hex = strings
    port, expires_at_ms, uses = integers
    try:
        secret = bytes.fromhex(secret_hex)
    except ValueError:
        return "the secret is not hex"
    if len(secret) != SECRET_BYTES or not 0 < port < 65536:
        return "a field is out of range"
    return Kit(room_id, room_name, ca_pem, tuple(hosts), port, kit_id, secret, expires_at_ms, uses)

"""Who a room is: its certificate authority, the certificate it serves with, its signing key and its room key.

Everything is made once by `examroom-server init` and read at every start. Kiosks pin the authority, so a room moved
to another computer (its folder copied) is the same room, and a new folder is another room even under the same name.
"""

from __future__ import annotations

import hashlib
import secrets
import ssl
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from question_bank import canonical, sealed_keys
from question_bank.disk import write_new
from question_bank.phrase import phrase
from server import certificates
from server.errors import ConfigError
from server.protocol.trust import host_name

ROOM_FILE = "room.json"
KEY_FILE = "room.key"
CA_FILE, CA_KEY_FILE = "ca.pem", "ca.key"
LEAF_FILE, LEAF_KEY_FILE = "server.crt", "server.key"

ROOM_FORMAT = "exam-room/1"
KEY_FORMAT = "exam-room-key/1"
MAX_FILE_BYTES = 64 * 1024  # of our own small JSON files
MAX_NAME_CHARS = 80  # a DNS-SD text value holds 255 bytes, and Vietnamese letters take up to three each
_SEALED_PREFIX = b"examroom-sealed-1\n"
_NONCE_BYTES = 12  # AES-GCM, NIST SP 800-38D §8.2.2: random, far below 2^32 secrets under one key
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


class IdentityError(ConfigError):
    """The room's own files are missing, damaged or not from the same room, or a sealed secret does not open."""


@dataclass(frozen=True, slots=True)
class RoomKey:
    """The room's secret: 32 bytes from which every symmetric key is derived, and the seed of its signing key."""

    root: bytes = field(repr=False)
    signing_seed: bytes = field(repr=False)

    def derived(self, purpose: str) -> bytes:
        """The 32-byte key for one purpose (HKDF-SHA256, RFC 5869); two purposes never share one."""
        info = b"examroom/" + purpose.encode()
        return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(self.root)


@dataclass(frozen=True)
class RoomIdentity:
    """What makes this room this room. `ca_der`, `leaf_der`: the certificates; keys never leave this object as text."""

    room_id: str
    room_name: str
    directory: Path
    ca_pem: str
    ca_der: bytes
    leaf_der: bytes
    key: RoomKey = field(repr=False)

    @property
    def host_name(self) -> str:
        """The one name in the room's certificate, whatever its address: clients verify this, never an address."""
        return host_name(self.room_id)

    @cached_property
    def ca_sha256(self) -> bytes:
        """SHA-256 of the authority's DER: what the DNS-SD text and the technician's sheet show."""
        return hashlib.sha256(self.ca_der).digest()

    @cached_property
    def leaf_sha256(self) -> bytes:
        """SHA-256 of the served certificate's DER: what a kiosk signs when it proves itself."""
        return hashlib.sha256(self.leaf_der).digest()

    @cached_property
    def leaf_spki_base64(self) -> str:
        """Base64 SHA-256 of the served public key, as Chromium's --ignore-certificate-errors-spki-list takes it."""
        return certificates.spki_base64(self.leaf_der)

    @cached_property
    def signing_key(self) -> Ed25519PrivateKey:
        """The room's Ed25519 key, for what the room signs (pairing, exports)."""
        return Ed25519PrivateKey.from_private_bytes(self.key.signing_seed)

    @cached_property
    def server_key(self) -> bytes:
        """The public half of `signing_key`, 32 raw bytes."""
        return self.signing_key.public_key().public_bytes_raw()

    @cached_property
    def access_code_key(self) -> bytes:
        """The key of the fast keyed hash under which candidates' access codes are stored."""
        return self.key.derived("access-code")

    @cached_property
    def session_key(self) -> bytes:
        """The key that signs officers' browser cookies."""
        return self.key.derived("session")

    @cached_property
    def rescue_identity(self) -> str:
        """The age identity that opens what kiosks' outboxes held when it was carried by hand (docs/rescue.md)."""
        return sealed_keys.identity_of(self.key.derived("rescue"))

    @cached_property
    def rescue_recipient(self) -> str:
        """Its public half, which every kiosk is told."""
        return sealed_keys.recipient_of(self.rescue_identity)

    def seal_secret(self, secret: bytes, context: str) -> bytes:
        """Encrypt a secret for the room's own disk; it opens only in this room and under the same `context`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(self.key.derived("seal")).encrypt(nonce, secret, context.encode())
        return _SEALED_PREFIX + nonce + sealed

    def open_secret(self, sealed: bytes, context: str) -> bytes:
        """The secret sealed by `seal_secret` under `context`. Raises IdentityError for anything else."""
        if not sealed.startswith(_SEALED_PREFIX):
            raise IdentityError(
                phrase("this is not a secret sealed by a room"), hint=phrase("The file or database row is damaged.")
            )
        body = sealed[len(_SEALED_PREFIX) :]
        try:
            return AESGCM(self.key.derived("seal")).decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError) as error:
            raise IdentityError(
                phrase("the sealed secret for %(purpose)s does not open", purpose=context),
                hint=phrase("It was sealed by another room, for another purpose, or is damaged."),
            ) from error

    def tls_context(self) -> ssl.SSLContext:
        """What the TLS listener serves with: TLS 1.3 only, since every client is one of ours or a current browser."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        # Nobody resumes a session here, and tickets would arrive in the middle of a client's first messages.
        context.num_tickets = 0
        try:
            context.load_cert_chain(self.directory / LEAF_FILE, self.directory / LEAF_KEY_FILE)
        except (OSError, ssl.SSLError) as error:
            raise IdentityError(
                phrase("the server's certificate or its key cannot be read"),
                hint=phrase("Look at %(file)s in the room's folder.", file=LEAF_FILE),
            ) from error
        return context


def new_room_id() -> str:
    """A random room id: "r" and 12 characters that are safe in a DNS label (60 bits)."""
    return "r" + "".join(secrets.choice(_ALPHABET) for _ in range(12))


def write_identity(directory: Path, room_name: str) -> RoomIdentity:
    """Make a new room's identity in an existing empty folder and read it back; every secret file is made 0600.

    Raises IdentityError for a name that is empty, too long or holds control characters.
    """
    name = room_name.strip()
    if not name or len(name) > MAX_NAME_CHARS or not name.isprintable():
        raise IdentityError(
            phrase("the room's name cannot be used"),
            hint=phrase("Give 1 to %(most)s ordinary characters.", most=MAX_NAME_CHARS),
        )
    room_id = new_room_id()
    made = certificates.make(room_id, name)
    signing_seed = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
    )
    key = {
        "format": KEY_FORMAT,
        "room_id": room_id,
        "root": secrets.token_hex(32),
        "signing_seed": signing_seed.hex(),
    }
    write_new(directory / KEY_FILE, canonical.encode(key), 0o600)
    write_new(directory / CA_KEY_FILE, made.ca_key_pem, 0o600)
    write_new(directory / LEAF_KEY_FILE, made.leaf_key_pem, 0o600)
    write_new(directory / CA_FILE, made.ca_pem, 0o644)
    write_new(directory / LEAF_FILE, made.leaf_pem, 0o644)
    room = {"format": ROOM_FORMAT, "room_id": room_id, "room_name": name}
    write_new(directory / ROOM_FILE, canonical.encode(room), 0o644)
    return load_identity(directory)


def load_identity(directory: Path) -> RoomIdentity:
    """Read a room's identity. Raises IdentityError when a file is missing, damaged or of another room."""
    room = _read_json(directory / ROOM_FILE, ROOM_FORMAT, ("room_id", "room_name"))
    key = _read_json(directory / KEY_FILE, KEY_FORMAT, ("room_id", "root", "signing_seed"))
    ca_pem, leaf_pem = _read(directory / CA_FILE), _read(directory / LEAF_FILE)
    try:
        ca_der, leaf_der = certificates.der(ca_pem), certificates.der(leaf_pem)
        secret = RoomKey(bytes.fromhex(key["root"]), bytes.fromhex(key["signing_seed"]))
    except ValueError as error:
        raise IdentityError(
            phrase("a certificate or key of the room is damaged"), hint=phrase("Restore the room's folder.")
        ) from error
    if key["room_id"] != room["room_id"] or certificates.problem(leaf_der, ca_der, room["room_id"]):
        raise IdentityError(
            phrase("the room's files belong to different rooms"), hint=phrase("Restore the folder from one backup.")
        )
    if len(secret.root) != 32 or len(secret.signing_seed) != 32:
        raise IdentityError(phrase("the room key has the wrong length"), hint=phrase("Restore the room's folder."))
    return RoomIdentity(room["room_id"], room["room_name"], directory, ca_pem.decode(), ca_der, leaf_der, secret)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES)
    except OSError as error:
        raise IdentityError(
            phrase("%(file)s cannot be read", file=path.name),
            hint=phrase("Is this a room's folder, made by examroom-server init?"),
        ) from error


def _read_json(path: Path, expected_format: str, fields: tuple[str, ...]) -> dict[str, str]:
    try:
        value = canonical.decode(_read(path), MAX_FILE_BYTES)
    except canonical.CanonicalError as error:
        raise IdentityError(
            phrase("%(file)s is damaged", file=path.name), hint=phrase("Restore the room's folder from a backup.")
        ) from error
    if not isinstance(value, dict) or value.get("format") != expected_format:
        raise IdentityError(
            phrase("%(file)s is not of the format %(format)s", file=path.name, format=expected_format),
            hint=phrase("It may come from a newer version."),
        )
    found = {name: text for name in fields if isinstance(text := value.get(name), str)}
    if len(found) != len(fields):
        raise IdentityError(
            phrase("%(file)s is incomplete", file=path.name), hint=phrase("Restore the room's folder from a backup.")
        )
    return found


def room_fingerprint(room_key: str) -> str:
    """A room's Ed25519 key (hex) as sheets and kits print it: 16 hex digits in four groups."""
    digest = hashlib.sha256(bytes.fromhex(room_key)).hexdigest()[:16].upper()
    return "-".join(digest[place : place + 4] for place in range(0, 16, 4))

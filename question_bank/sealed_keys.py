"""Keys of the sealed package: the committee's Ed25519 pair, and age identities with the 32 bytes inside them.

The committee keeps `committee.key` (PKCS #8 PEM) and gives every room the line of `committee.pub` beforehand. An age
identity opens one part; its recipient is its public name and the commitment that a manifest makes to it.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path

import bech32
import pyrage
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from question_bank.disk import write_new
from question_bank.phrase import phrase
from question_bank.sealed_faults import SealError, SealFault
from question_bank.sealed_fields import is_title

SECRET_BYTES = 32
KEY_BYTES = 32
SIGNATURE_TAG = b"examroom sealed package v1\0"  # a signature made for anything else never counts here

_LINE_WORD = "exam-committee"
_IDENTITY_PREFIX = "age-secret-key-"  # Bech32's human-readable part; age writes the whole in capitals
_MAX_KEY_FILE = 4096  # bytes; a PEM of an Ed25519 key has 119


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The committee's public key, 32 bytes, and the name written beside it."""

    raw: bytes
    name: str

    def line(self) -> str:
        """The one line of a public key file."""
        return f"{_LINE_WORD} {base64.b64encode(self.raw).decode('ascii')} {self.name}\n"


class SigningKey:
    """The committee's private key. It is never printed: its repr is that of any object."""

    __slots__ = ("_key",)

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def generate(cls) -> SigningKey:
        """A fresh key from the operating system's randomness."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def read(cls, path: Path) -> SigningKey:
        """The key in a file that `save` wrote. Raises SealError unreadable, bad_key_file."""
        try:
            key = load_pem_private_key(_content(path), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise SealError(SealFault.BAD_KEY_FILE, phrase("not an unencrypted private key in PEM")) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise SealError(SealFault.BAD_KEY_FILE, phrase("not an Ed25519 key"))
        return cls(key)

    def save(self, path: Path) -> None:
        """Write the key to a new file that only its owner may read. Raises OSError, also when the file exists."""
        write_new(path, self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, manifest: bytes) -> bytes:
        """The 64 bytes of `manifest.sig` for these bytes of `manifest.json`."""
        return self.sign_text(SIGNATURE_TAG + manifest)

    def sign_text(self, text: bytes) -> bytes:
        """The 64 bytes over a text that begins with its own tag."""
        return self._key.sign(text)


def is_signed(signer: bytes, manifest: bytes, signature: bytes) -> bool:
    """Whether the signature over the manifest was made with the private key of `signer` (32 bytes)."""
    return is_signed_text(signer, SIGNATURE_TAG + manifest, signature)


def is_signed_text(signer: bytes, text: bytes, signature: bytes) -> bool:
    """Whether the signature over a text, its tag included, was made with the private key of `signer` (32 bytes)."""
    try:
        Ed25519PublicKey.from_public_bytes(signer).verify(signature, text)
    except (InvalidSignature, ValueError):  # ValueError: the 32 bytes are no public key
        return False
    return True


def public_pem(raw: bytes) -> bytes:
    """A public key as `openssl` reads it, for checking without this program."""
    return Ed25519PublicKey.from_public_bytes(raw).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def parse_public_key(line: str) -> PublicKey:
    """The key in the line of a public key file. Raises SealError bad_key_file."""
    parts = line.strip().split(" ", 2)
    if len(parts) != 3 or parts[0] != _LINE_WORD or not is_title(parts[2]):
        raise SealError(SealFault.BAD_KEY_FILE, phrase("not a line “%(word)s <key> <name>”", word=_LINE_WORD))
    try:
        raw = base64.b64decode(parts[1], validate=True)
        Ed25519PublicKey.from_public_bytes(raw)
    except (binascii.Error, ValueError) as error:
        raise SealError(SealFault.BAD_KEY_FILE, phrase("the key is not the base64 of 32 bytes")) from error
    return PublicKey(raw, parts[2])


def read_public_key(path: Path) -> PublicKey:
    """The key in a public key file. Raises SealError unreadable, bad_key_file."""
    try:
        return parse_public_key(_content(path).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SealError(SealFault.BAD_KEY_FILE, phrase("not a text file")) from error


def fresh_identity() -> str:
    """A new age identity, `AGE-SECRET-KEY-1…`, from the operating system's randomness."""
    return str(pyrage.x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """The commitment to an identity: its age recipient, `age1…`. Raises SealError wrong_identity when it is none."""
    try:
        return str(pyrage.x25519.Identity.from_str(identity).to_public())
    except pyrage.IdentityError as error:
        raise SealError(SealFault.WRONG_IDENTITY, phrase("not an age identity")) from error


def secret_of(identity: str) -> bytes:
    """The 32 bytes inside an age identity, which is what custodians share. Raises SealError wrong_identity."""
    prefix, data = bech32.bech32_decode(identity)
    secret = None if data is None or prefix != _IDENTITY_PREFIX else bech32.convertbits(data, 5, 8, False)
    if secret is None or len(secret) != SECRET_BYTES:
        raise SealError(SealFault.WRONG_IDENTITY, phrase("not an age identity"))
    return bytes(secret)


def identity_of(secret: bytes) -> str:
    """The age identity around 32 bytes; the inverse of `secret_of`. Raises ValueError on another length."""
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} bytes, not {len(secret)}")
    # 74 characters in all: under Bech32's limit of 90, which this library does not enforce.
    data = bech32.convertbits(secret, 8, 5) or []  # None is for values over 255, which bytes are not
    return str(bech32.bech32_encode(_IDENTITY_PREFIX, data)).upper()


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_KEY_FILE + 1)
    except OSError as error:
        raise SealError(SealFault.UNREADABLE, error.strerror or "") from error
    if len(content) > _MAX_KEY_FILE:
        raise SealError(SealFault.BAD_KEY_FILE, phrase("too long to be a key file"))
    return content

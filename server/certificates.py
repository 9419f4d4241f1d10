"""The room's certificate authority and the certificate it serves with.

Kiosks trust one authority (the room's), for one name (`<room_id>.invalid`), whatever address the server has today.
Dates carry no meaning here: lab computers wake up in 1980 or 2009 with an empty clock battery, and a room ends by
being unpaired, not by expiring. So both certificates are valid over every date such a clock can show.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.protocol.trust import host_name

# From the date a computer without a clock battery shows (the FAT epoch) to the end of any lab's life.
NOT_BEFORE = datetime(1980, 1, 1, tzinfo=UTC)
NOT_AFTER = datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)
LOOPBACK = ipaddress.IPv4Address("127.0.0.1")


@dataclass(frozen=True, slots=True)
class Made:
    """A new authority and leaf, as PEM; the keys are unencrypted PKCS #8 and belong in files of mode 0600."""

    ca_pem: bytes
    ca_key_pem: bytes
    leaf_pem: bytes
    leaf_key_pem: bytes


def make(room_id: str, room_name: str) -> Made:
    """A new authority for one room and its first leaf (ECDSA P-256: Chromium refuses Ed25519 certificates)."""
    ca_key = ec.generate_private_key(ec.SECP256R1())
    leaf_key = ec.generate_private_key(ec.SECP256R1())
    ca = _authority(room_id, room_name, ca_key)
    leaf = _leaf(room_id, ca, ca_key, leaf_key)
    pem = serialization.Encoding.PEM
    return Made(ca.public_bytes(pem), _key_pem(ca_key), leaf.public_bytes(pem), _key_pem(leaf_key))


@dataclass(frozen=True, slots=True)
class Leaf:
    """A certificate to serve with, and its key, as PEM."""

    pem: bytes
    key_pem: bytes


def further_leaf(room_id: str, ca_pem: bytes, ca_key_pem: bytes) -> Leaf:
    """Another leaf of the same room, for its second server. Raises ValueError for what is no authority."""
    ca_key = serialization.load_pem_private_key(ca_key_pem, None)
    if not isinstance(ca_key, ec.EllipticCurvePrivateKey):
        raise ValueError("the authority's key is of another kind")
    leaf_key = ec.generate_private_key(ec.SECP256R1())
    leaf = _leaf(room_id, x509.load_pem_x509_certificate(ca_pem), ca_key, leaf_key)
    return Leaf(leaf.public_bytes(serialization.Encoding.PEM), _key_pem(leaf_key))


def der(pem: bytes) -> bytes:
    """The DER of one PEM certificate. Raises ValueError when it is none."""
    return x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)


def spki_base64(certificate_der: bytes) -> str:
    """Base64 of the SHA-256 of a certificate's public key (SubjectPublicKeyInfo)."""
    key = x509.load_der_x509_certificate(certificate_der).public_key()
    spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(spki).digest()).decode("ascii")


def problem(leaf_der: bytes, ca_der: bytes, room_id: str) -> str | None:
    """Why this leaf does not serve this room under this authority, or None. Raises ValueError for damaged DER."""
    leaf, ca = x509.load_der_x509_certificate(leaf_der), x509.load_der_x509_certificate(ca_der)
    try:
        leaf.verify_directly_issued_by(ca)
    except (InvalidSignature, TypeError, ValueError):
        return "the certificate was not issued by the room's authority"
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return "the certificate carries no name"
    if host_name(room_id) not in names.get_values_for_type(x509.DNSName):
        return "the certificate carries another room's name"
    return None


def sign_as_authority(ca_key_pem: bytes, message: bytes) -> bytes:
    """The authority's signature over a message: ECDSA with SHA-256, the same bytes each time (RFC 6979), in DER.

    Raises ValueError when the key is damaged.
    """
    key = serialization.load_pem_private_key(ca_key_pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("the authority's key is of another kind")
    return key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def authority_signed(ca_pem: str, message: bytes, signature: bytes) -> bool:
    """Whether this authority signed the message; False also for what is no certificate."""
    try:
        key = x509.load_pem_x509_certificate(ca_pem.encode()).public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return False
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _authority(room_id: str, room_name: str, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, f"examroom {room_id}"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, room_name[:64]),  # RFC 5280 upper bound of the attribute
        ]
    )
    # An authority that could vouch for any name would be a danger on a computer where someone installs it.
    only_this_room = x509.NameConstraints(
        permitted_subtrees=[
            x509.DNSName(host_name(room_id)),
            x509.IPAddress(ipaddress.IPv4Network(LOOPBACK)),
        ],
        excluded_subtrees=None,
    )
    return (
        _builder(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(only_this_room, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    room_id: str, ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey, key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host_name(room_id))])
    names = x509.SubjectAlternativeName([x509.DNSName(host_name(room_id)), x509.IPAddress(LOOPBACK)])
    return (
        _builder(name, ca.subject, key.public_key())
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )


def _builder(subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(NOT_AFTER)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

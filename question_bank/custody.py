"""Custody of a package's two secrets: split into shares of 33 words, read what a custodian typed, combine (docs §6).

SLIP-39 by `shamir-mnemonic`, one group, always with the empty passphrase. The library's own secure randomness makes
the shares; this module chooses the public identifier, so that the two secrets of a package can be told apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from shamir_mnemonic import MnemonicError
from shamir_mnemonic.shamir import EncryptedMasterSecret, ShareGroup, recover_ems, split_ems
from shamir_mnemonic.share import Share as RawShare
from shamir_mnemonic.wordlist import WORD_INDEX_MAP

from question_bank.custody_faults import CustodyError as CustodyError
from question_bank.custody_faults import CustodyFault as CustodyFault
from question_bank.phrase import phrase
from question_bank.sealed_keys import SECRET_BYTES, identity_of, recipient_of
from question_bank.sealed_manifest import MAX_SHARES, Manifest, SecretCustody

WORDS = 33  # of a share of 32 bytes: 4 of parameters, 26 of value, 3 of checksum
IDENTIFIERS = 2**15  # SLIP-39 §identifier
BODIES = 2  # different bodies that must take part: one body alone never opens a paper

_NO_PASSPHRASE = b""  # another passphrase silently gives another secret
_ITERATION_EXPONENT = 0  # iterations protect a passphrase, and there is none
_MAX_TEXT = 4096  # characters of a typed or scanned share; 33 words and their numbers have about 400
_SEPARATORS = re.compile(r"[\s\d.,;:()\[\]\-–—_/|]+")
_QR = re.compile(r"EXAMROOM1:(p[a-z2-7]{12}):(paper|marking):(.*)", re.ASCII | re.DOTALL | re.IGNORECASE)


class SecretKind(Enum):
    """The two secrets of a package."""

    PAPER = "paper"
    MARKING = "marking"


@dataclass(frozen=True, slots=True)
class Share:
    """One share, its checksum right. `package_id` and `kind` are known when it came as a QR text.

    Its words are the secret: they are in no repr.
    """

    identifier: int
    index: int
    threshold: int
    words: tuple[str, ...] = field(repr=False)
    package_id: str | None = None
    kind: SecretKind | None = None

    @property
    def mnemonic(self) -> str:
        """The words, one space between them."""
        return " ".join(self.words)


def split(secret: bytes, threshold: int, shares: int, identifier: int) -> tuple[Share, ...]:
    """Split 32 bytes so that any `threshold` of `shares` give them back; share i has index i.

    Raises ValueError unless 2 <= threshold <= shares <= 16 and the identifier is one of SLIP-39's.
    """
    if len(secret) != SECRET_BYTES or not 2 <= threshold <= shares <= MAX_SHARES or not 0 <= identifier < IDENTIFIERS:
        raise ValueError(f"{len(secret)} bytes cannot be split {threshold} of {shares} with identifier {identifier}")
    encrypted = EncryptedMasterSecret.from_master_secret(secret, _NO_PASSPHRASE, identifier, True, _ITERATION_EXPONENT)
    group = split_ems(1, [(threshold, shares)], encrypted)[0]
    return tuple(Share(identifier, raw.index, threshold, tuple(raw.words())) for raw in group)


def qr_text(package_id: str, kind: SecretKind, share: Share) -> str:
    """What the QR code on a custodian's sheet says."""
    return f"EXAMROOM1:{package_id}:{kind.value}:{share.mnemonic}"


def unknown_words(text: str) -> tuple[int, ...]:
    """The places, from 1, of words that are not in SLIP-39's list, to point at while a share is typed."""
    _, _, words = _parts(text)
    return tuple(place for place, word in enumerate(words, 1) if word not in WORD_INDEX_MAP)


def parse_share(text: str) -> Share | CustodyFault:
    """The share a custodian typed, pasted or scanned, or why it is none.

    Takes the words with any spacing, numbering and letter case, or the QR text. Never raises.
    """
    package_id, kind, words = _parts(text)
    if any(word not in WORD_INDEX_MAP for word in words[: 2 * WORDS]):
        return CustodyFault.UNKNOWN_WORD
    if len(words) != WORDS:
        return CustodyFault.WRONG_LENGTH
    try:
        raw = RawShare.from_mnemonic(" ".join(words))
    except MnemonicError:
        return CustodyFault.BAD_CHECKSUM
    ours = (raw.group_index, raw.group_threshold, raw.group_count, raw.extendable, raw.iteration_exponent)
    if ours != (0, 1, 1, True, _ITERATION_EXPONENT) or raw.member_threshold < 2 or len(raw.value) != SECRET_BYTES:
        return CustodyFault.UNUSUAL_SHARE
    return Share(raw.identifier, raw.index, raw.member_threshold, tuple(words), package_id, kind)


def misplaced(share: Share, manifest: Manifest, kind: SecretKind) -> CustodyFault | None:
    """Why a share alone cannot be one of this secret of this package; None when it can. Needs no other share."""
    if share.package_id is not None and share.package_id != manifest.package_id:
        return CustodyFault.WRONG_PACKAGE
    custody, other = _custody(manifest, kind)
    if share.identifier == other.identifier or (share.kind is not None and share.kind is not kind):
        return CustodyFault.WRONG_SECRET
    if share.identifier != custody.identifier or share.threshold != custody.threshold or share.index >= custody.shares:
        return CustodyFault.WRONG_PACKAGE
    return None


def bodies(shares: Sequence[Share], custody: SecretCustody) -> frozenset[str]:
    """The bodies whose custodians gave these shares."""
    return frozenset(custody.bodies[share.index] for share in shares)


def open_secret(shares: Sequence[Share], manifest: Manifest, kind: SecretKind) -> str:
    """The identity of one secret of a package, every rule of custody checked. Raises CustodyError."""
    for share in shares:
        fault = misplaced(share, manifest, kind)
        if fault is not None:
            raise CustodyError(fault, phrase("share %(number)s", number=share.index + 1))
    custody, _ = _custody(manifest, kind)
    _check_together(shares)
    if len(bodies(shares, custody)) < BODIES:
        raise CustodyError(CustodyFault.ONE_BODY)
    return combine(shares, custody.recipient)


def combine(shares: Sequence[Share], recipient: str) -> str:
    """The age identity that these shares of one secret give, when it is the one committed to.

    Raises CustodyError too_few, duplicate_share, mixed, commitment_mismatch. The rule of two bodies and whose shares
    these are is `open_secret`'s business.
    """
    _check_together(shares)
    threshold = shares[0].threshold
    raw = [RawShare.from_mnemonic(share.mnemonic) for share in shares]
    try:
        secret = _recovered(raw[:threshold])
        # Shares beyond the threshold must lie on the same polynomial, or one of them is false.
        agreed = all(_recovered([*raw[: threshold - 1], extra]) == secret for extra in raw[threshold:])
    except MnemonicError as error:
        raise CustodyError(CustodyFault.MIXED) from error
    if not agreed:
        raise CustodyError(CustodyFault.MIXED)
    identity = identity_of(secret.decrypt(_NO_PASSPHRASE))
    if recipient_of(identity) != recipient:
        raise CustodyError(CustodyFault.COMMITMENT_MISMATCH)
    return identity


def _check_together(shares: Sequence[Share]) -> None:
    """Raise CustodyError unless these are enough different shares that say they are of one secret."""
    if not shares:
        raise CustodyError(CustodyFault.TOO_FEW, phrase("no share"))
    if len({share.words for share in shares}) != len(shares):
        raise CustodyError(CustodyFault.DUPLICATE_SHARE)
    same = {(share.identifier, share.threshold) for share in shares}
    tags = {(share.package_id, share.kind) for share in shares if share.package_id is not None}
    if len(same) > 1 or len(tags) > 1 or len({share.index for share in shares}) != len(shares):
        raise CustodyError(CustodyFault.MIXED)
    if len(shares) < shares[0].threshold:
        told = phrase("%(found)s of %(needed)s shares", found=len(shares), needed=shares[0].threshold)
        raise CustodyError(CustodyFault.TOO_FEW, told)


def _recovered(raw: Sequence[RawShare]) -> EncryptedMasterSecret:
    group = ShareGroup()
    for share in raw:
        group.add(share)
    return recover_ems({0: group})


def _parts(text: str) -> tuple[str | None, SecretKind | None, list[str]]:
    """Package and secret when the text is a QR text, and the words in small letters."""
    match = _QR.match(text.strip()[:_MAX_TEXT])
    words = match.group(3) if match else text[:_MAX_TEXT]
    found = [word for word in _SEPARATORS.split(unicodedata.normalize("NFKC", words).lower()) if word]
    if match is None:
        return None, None, found
    return match.group(1).lower(), SecretKind(match.group(2).lower()), found


def _custody(manifest: Manifest, kind: SecretKind) -> tuple[SecretCustody, SecretCustody]:
    """The custody of this secret, and of the other one."""
    both = manifest.custody.paper, manifest.custody.marking
    return both if kind is SecretKind.PAPER else (both[1], both[0])

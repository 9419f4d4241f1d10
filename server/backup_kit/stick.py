"""A stick with every sealed set of a sitting: written with a signed list, and checked without any key.

`exam-kit/kit.json` is canonical JSON; `signature` is Ed25519 by the room's key over `examroom/backup-kit/1` ‖ NUL ‖ the list
without it. Nobody who writes or checks a stick can read a paper: sets are encrypted, and no secret is on it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from question_bank import canonical
from question_bank.disk import forget_cached, sync_folder
from question_bank.errors import ExamRoomError
from question_bank.phrase import Phrase, phrase
from question_bank.sealed import Package
from question_bank.verification import Finding, Verification
from server.errors import ConfigError
from server.identity import room_fingerprint
from server.protocol.shape import Digest, Hex, Id, Instant, Items, Malformed, Name, Shaped, Text, Whole

FOLDER = "exam-kit"
LIST_FILE = "kit.json"
FORMAT = "exam-backup-kit/1"
MAX_LIST_BYTES = 65_536
MAX_PACKAGES = 64  # of all sittings of a contest in one room
_TAG = b"examroom/backup-kit/1\0"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class KitPackage(Shaped):
    """One sealed set. `committee` is the raw public key (hex) that signed it; `file` lies beside the list."""

    package_id: Id
    sitting_id: Id
    set: Annotated[str, Text(1, 16)]
    bytes: Annotated[int, Whole(1, 1 << 40)]
    sha256: Digest
    manifest_sha256: Digest
    committee: Annotated[str, Hex(32)]

    @property
    def file(self) -> str:
        """Its name on the stick."""
        return f"{self.sha256[:16]}.exam"


@dataclass(frozen=True, slots=True)
class KitList(Shaped):
    """What is on a stick, and which room says so. `label`: what is written on the stick itself."""

    format: Annotated[str, Text(1, 32)]
    room_id: Id
    room_name: Name
    room_key: Annotated[str, Hex(32)]
    label: Annotated[str, Text(0, 64)]
    build: Annotated[str, Text(0, 100)]
    made_at_ms: Instant
    packages: Annotated[tuple[KitPackage, ...], Items(MAX_PACKAGES)]

    def signed_text(self) -> bytes:
        """What the room's key signs."""
        return _TAG + canonical.encode(self.wire())


def write(stick: Path, kit: KitList, sources: Sequence[Path], key: Ed25519PrivateKey) -> Path:
    """Put the sets and the signed list on a stick; an older kit of ours is replaced, whole or not at all.

    Every copy is read back and compared with its digest. Raises ConfigError.
    """
    target, fresh, old = stick / FOLDER, stick / f".{FOLDER}.new", stick / f".{FOLDER}.old"
    if not stick.is_dir():
        raise ConfigError(
            phrase("there is no folder %(folder)s", folder=str(stick)), hint=phrase("Put the stick in, and look again.")
        )
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for package, source in zip(kit.packages, sources, strict=True):
            _copy(source, fresh / package.file, package.sha256)
        signature = key.sign(kit.signed_text()).hex()
        _write(fresh / LIST_FILE, canonical.encode({**kit.wire(), "signature": signature}))
        sync_folder(fresh)
        shutil.rmtree(old, ignore_errors=True)
        if target.exists():
            target.rename(old)
        fresh.rename(target)
        sync_folder(stick)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        told = phrase("%(file)s cannot be written [%(error)s]", file=str(stick), error=error.strerror or str(error))
        raise ConfigError(told, hint=phrase("Use another stick, or one with more space.")) from error
    return target


@dataclass(frozen=True, slots=True)
class KitReport(Verification):
    """A checked stick: what it says it holds, None when its list cannot be read."""

    kit: KitList | None

    def facts(self) -> dict[str, canonical.JSON]:
        """Room, label and digests."""
        if self.kit is None:
            return {}
        return {
            "room_id": self.kit.room_id, "room_name": self.kit.room_name, "label": self.kit.label,
            "fingerprint": room_fingerprint(self.kit.room_key), "made_at_ms": self.kit.made_at_ms,
            "packages": [
                {"package_id": one.package_id, "sitting_id": one.sitting_id, "set": one.set, "sha256": one.sha256}
                for one in self.kit.packages
            ],
        }  # fmt: skip


def check(stick: Path) -> KitReport:
    """Everything on a stick against its list, and the list against its signature; needs no key and changes nothing."""
    folder = stick if (stick / LIST_FILE).is_file() else stick / FOLDER
    kit, findings = _read(folder / LIST_FILE)
    for package in kit.packages if kit is not None else ():
        findings += _look(folder / package.file, package)
    return KitReport(
        "kit",
        str(stick),
        (phrase("the list's signature, and size, digest, container and committee's signature of every sealed set"),),
        (phrase("that the room's key is your room's: compare its fingerprint with the handover sheet"),),
        tuple(findings),
        kit,
    )


def _read(path: Path) -> tuple[KitList | None, list[Finding]]:
    try:
        with path.open("rb") as file:
            found = canonical.decode(file.read(MAX_LIST_BYTES + 1), MAX_LIST_BYTES)
    except (OSError, canonical.CanonicalError) as error:
        return None, [
            _finding("no_list", path, phrase("there is no list, or it cannot be read [%(why)s]", why=str(error)))
        ]
    if not isinstance(found, dict) or not isinstance(found.get("signature"), str):
        return None, [_finding("no_list", path, phrase("there is no list, or it cannot be read [%(why)s]", why="-"))]
    signature = str(found.pop("signature"))
    kit = KitList.parse(found)
    if isinstance(kit, Malformed) or kit.format != FORMAT:
        why = f"{kit.where}: {kit.why}" if isinstance(kit, Malformed) else kit.format
        return None, [_finding("no_list", path, phrase("there is no list, or it cannot be read [%(why)s]", why=why))]
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(kit.room_key)).verify(
            bytes.fromhex(signature), kit.signed_text()
        )
    except (InvalidSignature, ValueError):
        return kit, [_finding("wrong_signature", path, phrase("the list is not signed by the room it names"))]
    return kit, []


def _look(path: Path, package: KitPackage) -> list[Finding]:
    """What is wrong with one set."""
    try:
        if path.stat().st_size != package.bytes or _sha256(path) != package.sha256:
            return [_finding("wrong_digest", path, phrase("the file is not the one that was put on the stick"))]
        found = Package.open_file(path, bytes.fromhex(package.committee), None)
        found.verify()
    except OSError as error:
        told = phrase("the file is missing or cannot be read [%(error)s]", error=error.strerror or str(error))
        return [_finding("missing", path, told)]
    except ExamRoomError as error:
        return [
            _finding(
                "bad_package",
                path,
                error.said if isinstance(error.said, Phrase) else phrase("%(code)s", code=str(error)),
            )
        ]
    if found.manifest_sha256 != package.manifest_sha256 or found.manifest.package_id != package.package_id:
        return [_finding("wrong_digest", path, phrase("the file is not the one that was put on the stick"))]
    return []


def _finding(code: str, path: Path, message: Phrase) -> Finding:
    return Finding(code, path.name, message)


def _copy(source: Path, target: Path, sha256: str) -> None:
    """Copy, force to the stick, read back. Raises OSError."""
    with source.open("rb") as reading, target.open("xb") as writing:
        shutil.copyfileobj(reading, writing, _CHUNK)
        writing.flush()
        os.fsync(writing.fileno())
    if _sha256(target) != sha256:
        raise OSError(0, "the copy differs from what was written")


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sha256(path: Path) -> str:
    forget_cached(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

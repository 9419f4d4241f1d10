"""Read a sealed package, strictly: nothing of a file is used before every rule of docs/sealed-package.md holds.

A `Package` holds no open file: each reading opens it again, and checks the member's digest again, so a staged file
that changed since is never used. The server and a kiosk use the same class; a kiosk only ever has section identities.
Writing is `sealed_write.seal`, custody is `custody`; neither is imported here, because kiosks import this.
"""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from question_bank.canonical import JSON, digest
from question_bank.phrase import phrase
from question_bank.sealed_diagnosis import MANIFEST, SIGNATURE, SIGNATURE_BYTES, diagnosis
from question_bank.sealed_faults import SealError as SealError
from question_bank.sealed_faults import SealFault as SealFault
from question_bank.sealed_fields import is_older
from question_bank.sealed_keys import is_signed
from question_bank.sealed_manifest import MAX_MANIFEST_BYTES, Manifest, Member, Role, parse
from question_bank.sealed_media import copy_decrypted
from question_bank.sealed_parts import CandidatePart as CandidatePart
from question_bank.sealed_parts import MarkingPart as MarkingPart
from question_bank.sealed_parts import Medium as Medium
from question_bank.sealed_parts import (
    check_identity,
    decrypt,
    document_in,
    read_candidate,
    read_marking,
    read_sections,
)
from question_bank.sealed_zip import (
    LOCAL,
    MAX_PACKAGE_BYTES,
    Entry,
    Frame,
    each_chunk,
    frame,
    local_header,
    read_at,
    reading,
)


@dataclass(frozen=True, slots=True)
class Package:
    """A package of which the container, the manifest and the signature were found right.

    `manifest_sha256` is in hex: the number on sheets and minutes. `signer_pinned` is False when the file was opened
    without a key known beforehand, so that the signature proves wholeness but not who made it.
    """

    path: Path
    manifest: Manifest
    manifest_sha256: str
    size: int
    signer_pinned: bool
    _offsets: Mapping[str, int]

    @classmethod
    def open_file(cls, path: Path, signer: bytes | None, room_version: str | None) -> Package:
        """Open a file (docs §7 step 1). Needs no secret and reads no encrypted member.

        `signer` is the committee's public key pinned beforehand (32 bytes); None only to look at a file.
        `room_version` is "X.Y.Z"; None only to look. Raises SealError.
        """
        with reading(path) as file:
            size = _size(file)
            data, signature = _first_members(file, size)
            manifest = parse(data)
            claimed = bytes.fromhex(manifest.signer)
            if signer is not None and claimed != signer:
                raise SealError(SealFault.WRONG_SIGNER, phrase("signed by %(signer)s", signer=manifest.signer))
            if not is_signed(claimed, data, signature):
                raise SealError(SealFault.BAD_SIGNATURE)
            shape = _compared(file, size, _entries(data, signature, manifest))
        if room_version is not None and is_older(room_version, manifest.requires_version):
            needed = phrase("needs %(version)s, this is %(own)s", version=manifest.requires_version, own=room_version)
            raise SealError(SealFault.TOO_OLD_ROOM, needed)
        names = [MANIFEST, SIGNATURE, *(member.name for member in manifest.members)]
        offsets = dict(zip(names, shape.offsets, strict=True))
        return cls(path, manifest, digest(data).hex(), size, signer is not None, offsets)

    @property
    def members(self) -> tuple[Member, ...]:
        """The encrypted members, in the file's order."""
        return self.manifest.members

    @property
    def fingerprint(self) -> str:
        """The manifest's digest as it is spoken and compared: its first eight hex digits, 9F3C-71B2."""
        return f"{self.manifest_sha256[:4]}-{self.manifest_sha256[4:8]}".upper()

    def verify(self) -> None:
        """Check the SHA-256 of every member (docs §7 step 2). Raises SealError wrong_digest, truncated, unreadable."""
        with reading(self.path) as file:
            for member in self.manifest.members:
                sha256, crc32 = _digests(file, self._offsets[member.name], member.size)
                if sha256 != member.sha256 or crc32 != member.crc32:
                    raise SealError(SealFault.WRONG_DIGEST, member.name)

    def check_time(self, now_ms: int, *, override: bool = False) -> None:
        """Raise SealError too_early before `not_before_ms`; the caller records the override and its reason."""
        not_before = self.manifest.not_before_ms
        if not_before is not None and now_ms < not_before and not override:
            raise SealError(SealFault.TOO_EARLY, phrase("%(ms)s ms too early", ms=not_before - now_ms))

    def sections(self, paper_identity: str, now_ms: int, *, override: bool = False) -> dict[str, str]:
        """The identity of each section, by section id: the first use of the paper secret. Raises SealError."""
        self.check_time(now_ms, override=override)
        document, _ = self._document(self.manifest.only(Role.SECTIONS), paper_identity)
        return read_sections(self.manifest, document)

    def candidate(self, section_id: str, identity: str) -> CandidatePart:
        """What candidates of a section see, decrypted in memory with the section's own identity. Raises SealError."""
        section, member = self.manifest.section(section_id), self.manifest.candidate_member(section_id)
        if section is None or member is None:
            raise SealError(SealFault.MISSING_MEMBER, phrase("no section %(name)s", name=repr(section_id[:20])))
        document, data = self._document(member, identity)
        return read_candidate(self.manifest, section, document, data)

    def media(self, name: str, identity: str, out: BinaryIO) -> None:
        """Write one decrypted medium to `out`, streaming. On SealError what was written must not be used."""
        member = next((member for member in self.members if member.name == name and member.role is Role.MEDIA), None)
        if member is None:
            raise SealError(SealFault.MISSING_MEMBER, name[:120])
        check_identity(member, identity)
        with reading(self.path) as file:
            copy_decrypted(file, self._offsets[name], member, identity, out)

    def medium(self, part: CandidatePart, sha256: str, identity: str) -> bytes:
        """The plain bytes of a file of a section, by their digest; held in memory whole. Raises SealError."""
        found = part.media.get(sha256)
        if found is None:
            raise SealError(SealFault.MISSING_MEMBER, phrase("no file “%(id)s”", id=sha256[:64]))
        out = io.BytesIO()
        self.media(found.member, identity, out)
        data = out.getvalue()
        if len(data) != found.bytes or hashlib.sha256(data).hexdigest() != sha256:
            raise SealError(
                SealFault.BAD_PART, phrase("%(file)s: not the file that the paper names", file=found.member)
            )
        return data

    def marking(self, marking_identity: str, now_ms: int, *, override: bool = False) -> MarkingPart:
        """Keys, rules and canaries, with the marking secret. Never on a kiosk. Raises SealError."""
        self.check_time(now_ms, override=override)
        document, _ = self._document(self.manifest.only(Role.MARKING), marking_identity)
        return read_marking(self.manifest, document)

    def _document(self, member: Member, identity: str) -> tuple[JSON, bytes]:
        check_identity(member, identity)
        with reading(self.path) as file:
            content = read_at(file, self._offsets[member.name], member.size)
        if digest(content).hex() != member.sha256:
            raise SealError(SealFault.WRONG_DIGEST, member.name)
        return document_in(member, decrypt(member, content, identity))


def signed_manifest(path: Path) -> tuple[bytes, bytes]:
    """A package's manifest as it was signed, and the signature, for showing both without the package. Raises SealError."""
    with reading(path) as file:
        return _first_members(file, _size(file))


def _size(file: BinaryIO) -> int:
    try:
        size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise SealError(SealFault.UNREADABLE, error.strerror or "") from error
    if size > MAX_PACKAGE_BYTES:
        raise SealError(SealFault.TOO_LARGE, phrase("%(size)s bytes", size=size))
    return size


def _first_members(file: BinaryIO, size: int) -> tuple[bytes, bytes]:
    """The bytes of the manifest and of the signature. Their CRC-32 is compared with the whole frame, later."""
    length = _length(file, size, 0, MANIFEST)
    if length > MAX_MANIFEST_BYTES:
        raise SealError(SealFault.TOO_LARGE, phrase("%(file)s: %(size)s bytes", file=MANIFEST, size=length))
    place = LOCAL.size + len(MANIFEST)
    data = read_at(file, place, length)
    place += length
    if _length(file, size, place, SIGNATURE) != SIGNATURE_BYTES:
        raise diagnosis(file, size, None)
    signature = read_at(file, place + LOCAL.size + len(SIGNATURE), SIGNATURE_BYTES)
    if len(signature) < SIGNATURE_BYTES:
        raise diagnosis(file, size, None)
    return data, signature


def _length(file: BinaryIO, size: int, place: int, name: str) -> int:
    """The length that the local header at `place` gives, when it is exactly the header of a member of this name."""
    head = read_at(file, place, LOCAL.size + len(name))
    if len(head) == LOCAL.size + len(name):
        crc32, length = LOCAL.unpack_from(head)[6:8]
        if head == local_header(Entry(name, length, crc32)):
            return int(length)
    raise diagnosis(file, size, None)


def _entries(data: bytes, signature: bytes, manifest: Manifest) -> list[Entry]:
    """What the container must hold, in order."""
    first = [(MANIFEST, data), (SIGNATURE, signature)]
    entries = [Entry(name, len(content), zlib.crc32(content)) for name, content in first]
    return entries + [Entry(member.name, member.size, member.crc32) for member in manifest.members]


def _compared(file: BinaryIO, size: int, entries: list[Entry]) -> Frame:
    """The frame of these entries, when the file has it byte for byte and ends where it ends."""
    shape = frame(entries)
    pieces = [(offset - len(head), head) for head, offset in zip(shape.locals, shape.offsets, strict=True)]
    pieces.append((shape.size - len(shape.tail), shape.tail))
    for place, wanted in pieces:
        if read_at(file, place, len(wanted)) != wanted:
            raise diagnosis(file, size, entries)
    if size != shape.size:
        raise SealError(SealFault.TRAILING_BYTES, phrase("%(size)s bytes after the end", size=size - shape.size))
    return shape


def _digests(file: BinaryIO, offset: int, size: int) -> tuple[str, int]:
    """SHA-256 in hex and CRC-32 of a stretch of the file, streaming."""
    sha256, crc32 = hashlib.sha256(), 0

    def use(chunk: bytes) -> None:
        nonlocal crc32
        sha256.update(chunk)
        crc32 = zlib.crc32(chunk, crc32)

    each_chunk(file, offset, size, use)
    return sha256.hexdigest(), crc32

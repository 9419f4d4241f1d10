"""The bundle's outer form (docs/result.md §1, §2): a signed manifest, and sections of lines that it fixes byte by byte."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from question_bank import canonical
from question_bank.phrase import Phrase, phrase
from server.protocol.shape import Digest, Hex, Id, Instant, Items, Line, Malformed, Name, Shaped, Text, Whole
from server.protocol.trust import Pem
from server.store.lines import MAX_LINE_BYTES

FORMAT: Final = "exam-result/1"
SUFFIX: Final = ".result"
TAG: Final = b"examroom result v1\0"  # a signature made for anything else never counts here
ROOM_KEY_TAG: Final = b"examroom room key v1\0"

MAX_MANIFEST_BYTES = 1 << 20
MAX_FILE_BYTES = 4 << 30
MAX_SECTIONS = 64
MAX_RECORDS = 2_000_000  # 1000 candidates with 2,000 records each
MAX_CANDIDATES = 5_000
MAX_BRANCHES = 32
_SIGNATURE_LINE_BYTES = len(b'{"signature":""}') + 128
_CHUNK = 1 << 20
_MAX_LINES: Final[Mapping[str, int]] = {
    "packages": 2,
    "roster": MAX_CANDIDATES,
    "receipts": MAX_CANDIDATES * 16,
    "minutes": 1,
    "marks": MAX_RECORDS,
    "records": MAX_RECORDS,
}
_FIRST: Final = ("packages", "roster", "receipts", "minutes")


@dataclass(frozen=True, slots=True)
class BundleRoom(Shaped):
    """Which room made it, and what that rests on."""

    room_id: Id
    room_name: Name
    server_key: Annotated[str, Hex(32)]
    ca_pem: Pem
    ca_sha256: Digest
    ca_signature: Annotated[str, Text(2, 160)]


@dataclass(frozen=True, slots=True)
class BundleTitle(Shaped):
    """The sitting's title."""

    vi: Line
    en: Line


@dataclass(frozen=True, slots=True)
class BundleSitting(Shaped):
    """Which sitting it is of."""

    sitting_id: Id
    contest_id: Id
    round_id: Id
    title: BundleTitle
    committee_key: Line


@dataclass(frozen=True, slots=True)
class BundleHead(Shaped):
    """The last record of the journal."""

    seq: Annotated[int, Whole(1)]
    hash: Digest


@dataclass(frozen=True, slots=True)
class Section(Shaped):
    """A run of lines of the file."""

    name: Annotated[str, Text(1, 32)]
    lines: Annotated[int, Whole(0, MAX_RECORDS)]
    bytes: Annotated[int, Whole(0, MAX_FILE_BYTES)]
    sha256: Digest


@dataclass(frozen=True, slots=True)
class Manifest(Shaped):
    """The first line of a bundle."""

    format: Literal["exam-result/1"]
    room: BundleRoom
    sitting: BundleSitting
    head: BundleHead
    closed_at_ms: Instant
    sections: Annotated[tuple[Section, ...], Items(MAX_SECTIONS)]

    def line(self) -> bytes:
        """The line, without its line feed."""
        return canonical.encode(self.wire())


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a file is not read any further: a code of docs/result.md §4, where, and what was found."""

    code: str
    where: str
    message: Phrase


class Bundle:
    """An open bundle whose signature and sections were found right; its lines are read one by one."""

    def __init__(self, file: BinaryIO, manifest: Manifest, start: int) -> None:
        self.manifest = manifest
        self._file = file
        self._places: dict[str, tuple[int, int]] = {}
        for section in manifest.sections:
            self._places[section.name] = (start, section.bytes)
            start += section.bytes

    @property
    def branches(self) -> tuple[str, ...]:
        """The names of the sections that are branches."""
        return tuple(name for name in self._places if name.startswith("branch-"))

    def has(self, name: str) -> bool:
        """Whether there is such a section."""
        return name in self._places

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a section, without their line feeds; b"" for one that is longer than a line may be."""
        start, size = self._places[name]
        place, end = start, start + size
        while place < end:
            self._file.seek(place)  # another section may be read between two lines
            line = self._file.readline(min(MAX_LINE_BYTES + 1, end - place))
            if not line:
                return
            place += len(line)
            yield line.removesuffix(b"\n") if line.endswith(b"\n") else b""


def room_key_message(room_id: str, server_key: bytes) -> bytes:
    """What the room's authority signs to say that this is the room's key."""
    return ROOM_KEY_TAG + room_id.encode() + b"\0" + server_key


def opened(file: BinaryIO) -> Bundle | Broken:
    """The bundle in a file, after its signature and every section's digest were checked; the first broken rule else.

    Reads the file once; memory is bounded by one line. Raises OSError.
    """
    size = os.fstat(file.fileno()).st_size
    if size > MAX_FILE_BYTES:
        return Broken("not_a_bundle", "", phrase("it has %(size)s bytes, more than a bundle may", size=size))
    first = file.readline(MAX_MANIFEST_BYTES + 1)
    second = file.readline(_SIGNATURE_LINE_BYTES + 1)
    manifest = _manifest(first)
    if isinstance(manifest, Broken):
        return manifest
    if (broken := _signed(manifest, first.removesuffix(b"\n"), second) or _named(manifest)) is not None:
        return broken
    start = len(first) + len(second)
    for section in manifest.sections:
        if (broken := _whole(file, section)) is not None:
            return broken
    if file.read(1):
        return Broken("wrong_section", "", phrase("something follows the last section"))
    return Bundle(file, manifest, start)


def signed_line(signature: bytes) -> bytes:
    """The second line of a bundle, and the last of a branch, with its line feed."""
    return canonical.encode({"signature": signature.hex()}) + b"\n"


def read_signature(line: bytes) -> bytes | None:
    """The signature in such a line (with its line feed); None for anything but exactly that."""
    try:
        found = bytes.fromhex(line[len(b'{"signature":"') : -len(b'"}\n')].decode("ascii"))
    except (UnicodeDecodeError, ValueError):
        return None
    return found if signed_line(found) == line and len(found) == 64 else None


def is_signed(server_key: str, message: bytes, signature: bytes) -> bool:
    """Whether the room with this key signed the message."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(server_key)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _manifest(line: bytes) -> Manifest | Broken:
    if not line.endswith(b"\n"):
        return Broken("not_a_bundle", "line 1", phrase("the manifest is cut off, or longer than it may be"))
    try:
        value = canonical.decode(line[:-1], MAX_MANIFEST_BYTES, canonical=True)
    except canonical.CanonicalError as error:
        return Broken("not_a_bundle", "line 1", phrase("it is no manifest [%(evidence)s]", evidence=str(error)))
    found = Manifest.parse(value)
    if isinstance(found, Malformed):
        evidence = f"{found.where}: {found.why}"
        return Broken("not_a_bundle", "line 1", phrase("it is no manifest [%(evidence)s]", evidence=evidence))
    return found


def _signed(manifest: Manifest, line: bytes, second: bytes) -> Broken | None:
    signature = read_signature(second)
    if signature is None:
        return Broken("not_a_bundle", "line 2", phrase("it is no signature"))
    if not is_signed(manifest.room.server_key, TAG + line, signature):
        return Broken("wrong_signature", "line 2", phrase("the room's key did not sign this manifest"))
    return None


def _named(manifest: Manifest) -> Broken | None:
    """Whether the sections are those that a bundle has, in their order, and of allowed length."""
    names = [section.name for section in manifest.sections]
    rest = names[len(_FIRST) :]
    rest = rest[1:] if rest[:1] == ["marks"] else rest
    branches = [f"branch-{number}" for number in range(1, len(rest))]
    if tuple(names[: len(_FIRST)]) != _FIRST or rest != [*branches, "records"] or len(branches) > MAX_BRANCHES:
        return Broken("not_a_bundle", "line 1", phrase("its sections are not those of a bundle"))
    for section in manifest.sections:
        if section.lines > _MAX_LINES.get(section.name, MAX_RECORDS):
            return Broken("not_a_bundle", section.name, phrase("it has more lines than it may"))
    return None


def _whole(file: BinaryIO, section: Section) -> Broken | None:
    digest, left, lines, last = hashlib.sha256(), section.bytes, 0, b"\n"
    while left and (chunk := file.read(min(_CHUNK, left))):
        digest.update(chunk)
        left, lines, last = left - len(chunk), lines + chunk.count(b"\n"), chunk[-1:]
    if left:
        return Broken("wrong_section", section.name, phrase("the file ends in the middle of it"))
    if digest.hexdigest() != section.sha256 or lines != section.lines or last != b"\n":
        return Broken("wrong_section", section.name, phrase("it is not what the manifest says"))
    return None


class Body:
    """The sections of a bundle being written, to a file beside the target; `section` counts and digests each."""

    def __init__(self, file: BinaryIO) -> None:
        self.sections: list[Section] = []
        self._file = file

    def section(self, name: str, lines: Iterator[bytes]) -> None:
        """Write a section; the lines come without their line feeds. Raises OSError."""
        digest, octets, count = hashlib.sha256(), 0, 0
        for line in lines:
            whole = line + b"\n"
            self._file.write(whole)
            digest.update(whole)
            octets, count = octets + len(whole), count + 1
        self.sections.append(Section(name, count, octets, digest.hexdigest()))


def put_together(target: BinaryIO, manifest: Manifest, signature: bytes, body: Path) -> None:
    """Write the whole file. Raises OSError."""
    target.write(manifest.line() + b"\n" + signed_line(signature))
    with body.open("rb") as file:
        while chunk := file.read(_CHUNK):
            target.write(chunk)

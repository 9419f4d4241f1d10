"""`exam-rescue/1`: what a kiosk's outboxes hold of one sitting, as it is carried by hand. Pure; see docs/rescue.md.

Inside the age file that only the room opens stand signatures by the machine's own keys and a compressed body: one line
of JSON, then the records' texts, a line each, exactly as the kiosk would have sent them.
"""

from __future__ import annotations

import hashlib
import lzma
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final, Literal

from question_bank import canonical
from server.protocol.records import MAX_RECORD_BYTES
from server.protocol.shape import Digest, Id, Instant, Items, Label, Malformed, Shaped, Source, Text, Whole

FORMAT: Final = "exam-rescue/1"
SUFFIX = ".exam-rescue"
MAX_FILE_BYTES = 12 << 20  # of one file; what a stick or a form carries in a moment
MAX_BODY_BYTES = 24 << 20  # uncompressed: 6,000 answers of 4 KiB; a larger outbox is carried in several files
MAX_STREAMS = 256  # outboxes one kiosk ever had in a sitting: one per sign-in
MAX_SIGNATURES = 8  # keys one machine ever had: each was given up by a person's act

Recipient = Annotated[str, Text(62, 62)]  # an age recipient: "age1" and 58 characters (age-encryption.org/v1)

_MAGIC = b"exam-rescue/1\n"
_DOMAIN = b"examroom/rescue/1\0"
_KEY_BYTES, _SIGNATURE_BYTES = 32, 64  # Ed25519 (RFC 8032)
_MEMORY_BYTES = 64 << 20  # for unpacking: preset 6 asks for 9 MiB
_HEADER_BYTES = 1 << 20  # of the body's first line: 256 streams of 300 bytes, and room


@dataclass(frozen=True, slots=True)
class RescueHead(Shaped):
    """The highest record of the room's journal that was acknowledged to this machine, in answer to the stream `source`."""

    source: Source
    epoch: Annotated[int, Whole()]
    seq: Annotated[int, Whole()]
    hash: Digest
    at_ms: Instant


@dataclass(frozen=True, slots=True)
class RescueStream(Shaped):
    """One outbox, or a stretch of it: `records` records from number `first_seq` on; `sha256` is the last one's digest.

    Number 1, the sign-in, is on no kiosk's disk. An outbox in which nothing was done yet has no records and no digest.
    """

    source: Source
    attempt_id: Id
    generation: Annotated[int, Whole(1, 1_000_000)]
    first_seq: Annotated[int, Whole(2)]
    records: Annotated[int, Whole()]
    sha256: Digest | None


@dataclass(frozen=True, slots=True)
class RescueHeader(Shaped):
    """The first line of a body. `room_id`, `kiosk_id`: the room, and the machine's id there, as far as it remembers them."""

    format: Literal["exam-rescue/1"]
    room_id: Id | None
    sitting_id: Id
    kiosk_id: Id | None
    seat_label: Label
    build: Annotated[str, Text(1, 64)]
    head: RescueHead | None
    streams: Annotated[tuple[RescueStream, ...], Items(MAX_STREAMS)]


@dataclass(frozen=True, slots=True)
class Signature:
    """One of the machine's keys over the body's digest, both raw."""

    key: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Rescued:
    """What one file holds: the n-th of `records` are the texts of the n-th stream."""

    header: RescueHeader
    records: tuple[tuple[bytes, ...], ...]


def rescue_name(seat_label: str, digest: str) -> str:
    """How a file is called: the seat, as far as every file system takes it, and the beginning of the file's digest."""
    seat = "".join(sign for sign in seat_label if sign.isascii() and (sign.isalnum() or sign in "-_"))[:40]
    return f"{seat or 'kiosk'}-{digest[:12]}{SUFFIX}"


def body_of(header: RescueHeader, records: Sequence[Sequence[bytes]]) -> bytes:
    """The body: the header's line, then every record's. No record's text holds a line feed: canonical JSON has none."""
    lines = [canonical.encode(header.wire()), *(text for stream in records for text in stream)]
    return b"".join(line + b"\n" for line in lines)


def content_sha256(header: RescueHeader, records: Sequence[Sequence[bytes]]) -> str:
    """What the same answers of the same machine have in common (hex): the body's digest as it is without the head.

    The head moves on with every acknowledgement, also of what is in another outbox.
    """
    return hashlib.sha256(body_of(replace(header, head=None), records)).hexdigest()


def signed_over(body: bytes) -> bytes:
    """The bytes that each of the machine's keys signs."""
    return _DOMAIN + hashlib.sha256(body).digest()


def pack(body: bytes, signatures: Sequence[Signature]) -> bytes:
    """What goes into the age file. Raises ValueError beyond the bounds, which whoever makes a body keeps."""
    if len(body) > MAX_BODY_BYTES or not 1 <= len(signatures) <= MAX_SIGNATURES:
        raise ValueError("a rescue file is within its bounds and signed")
    signed = b"".join(one.key + one.signature for one in signatures)
    packed = lzma.compress(body, format=lzma.FORMAT_XZ, check=lzma.CHECK_NONE, preset=6)
    return _MAGIC + bytes([len(signatures)]) + signed + packed


def unpack(payload: bytes) -> tuple[bytes, tuple[Signature, ...]] | Malformed:
    """The body and its signatures, unchecked; what unpacks to more than the bound is refused on the way there."""
    if not payload.startswith(_MAGIC) or len(payload) <= len(_MAGIC):
        return Malformed("", f"not a file of the format {FORMAT}")
    count, rest = payload[len(_MAGIC)], payload[len(_MAGIC) + 1 :]
    each = _KEY_BYTES + _SIGNATURE_BYTES
    if not 1 <= count <= MAX_SIGNATURES or len(rest) <= count * each:
        return Malformed("signatures", "1 to 8 signatures are needed, and a body")
    signed = [rest[start : start + each] for start in range(0, count * each, each)]
    body = _inflated(rest[count * each :])
    if body is None:
        return Malformed("body", "damaged, or larger than a kiosk makes it")
    return body, tuple(Signature(one[:_KEY_BYTES], one[_KEY_BYTES:]) for one in signed)


def _inflated(packed: bytes) -> bytes | None:
    reader = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY_BYTES)
    try:
        body = reader.decompress(packed, MAX_BODY_BYTES + 1)
    except lzma.LZMAError:
        return None
    whole = reader.eof and not reader.unused_data and len(body) <= MAX_BODY_BYTES
    return body if whole else None


def read_body(body: bytes) -> Rescued | Malformed:
    """What a body holds, read strictly: every record announced is there, and nothing else; never raises.

    A record's own text is not judged here: the room judges it as if it had come over the line.
    """
    first, _, rest = body.partition(b"\n")
    header = _header(first)
    if isinstance(header, Malformed):
        return header
    if rest and not rest.endswith(b"\n"):
        return Malformed("records", "the last line is cut")
    lines = rest.split(b"\n")[:-1]
    if len(lines) != sum(stream.records for stream in header.streams):
        return Malformed("records", "not as many as announced")
    if any(len(line) > MAX_RECORD_BYTES for line in lines):
        return Malformed("records", "one is too long")
    taken, records = 0, []
    for stream in header.streams:
        texts = tuple(lines[taken : taken + stream.records])
        taken += stream.records
        if (hashlib.sha256(texts[-1]).hexdigest() if texts else None) != stream.sha256:
            return Malformed("streams", "a digest is not the last record's")
        records.append(texts)
    return Rescued(header, tuple(records))


def _header(line: bytes) -> RescueHeader | Malformed:
    try:
        value = canonical.decode(line, _HEADER_BYTES, canonical=True)
    except canonical.CanonicalError as error:
        return Malformed("header", str(error))
    header = RescueHeader.parse(value)
    if isinstance(header, RescueHeader) and len({one.source for one in header.streams}) != len(header.streams):
        return Malformed("streams", "one outbox stands there twice")
    return header


__all__ = [
    "FORMAT", "MAX_BODY_BYTES", "MAX_FILE_BYTES", "MAX_STREAMS", "Recipient", "RescueHead", "RescueHeader", "RescueStream", "Rescued",
    "Signature", "body_of", "content_sha256", "pack", "read_body", "rescue_name", "signed_over", "unpack",
]  # fmt: skip

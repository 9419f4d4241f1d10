"""The hash that links a record to the one before it, so that no record can be changed, dropped or moved unseen. Pure."""

from __future__ import annotations

import hashlib
from struct import Struct
from typing import NamedTuple

GENESIS = bytes(32)  # what the first record links to

_TAG = b"examroom journal v1\0"
_FIXED = Struct(">QQ16sQIQH")  # seq, epoch, source, source_seq, part, at_ms, length of the kind


class Head(NamedTuple):
    """The last record of a journal: its number (0: none yet) and its hash."""

    seq: int
    hash: bytes


NO_RECORDS = Head(0, GENESIS)


def link(
    seq: int,
    epoch: int,
    source: bytes,
    source_seq: int,
    part: int,
    kind: str,
    at_ms: int,
    request_sha256: bytes,
    body_sha256: bytes,
    prev_hash: bytes,
) -> bytes:
    """The record's hash: SHA-256 over a domain tag and every column but the body, which `body_sha256` stands for.

    Numbers are big-endian and of fixed width, digests have 32 bytes, and the kind comes with its length: no two
    records give the same input.
    """
    name = kind.encode()
    fixed = _FIXED.pack(seq, epoch, source, source_seq, part, at_ms, len(name))
    return hashlib.sha256(b"".join((_TAG, fixed, name, request_sha256, body_sha256, prev_hash))).digest()

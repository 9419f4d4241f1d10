"""Records as lines of text, outside of any database: one canonical JSON list of the journal's columns for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from question_bank import canonical
from server.store.record import Record

MAX_LINE_BYTES = 8 << 20  # a body has at most 1 MiB, and a byte of it becomes six when it must be written as \\u00XX

_BLOBS = {2: 16, 7: 32, 9: 32, 10: 32, 11: 32}  # column → its bytes
_NUMBERS = (0, 1, 3, 4, 6)
_COLUMNS = 12
_MAX_KIND = 64  # characters; the longest kind of ours has 24
_MAX_NUMBER = 2**53 - 1


@dataclass(frozen=True, slots=True)
class NoRecord:
    """A line that is no record; `why` is in English."""

    why: str


def line_of(record: Record) -> bytes:
    """The record's line, without a line feed. Raises CanonicalError for a body that no encoding can write."""
    return canonical.encode([one.hex() if isinstance(one, bytes) else one for one in record])


def read_line(line: bytes) -> Record | NoRecord:
    """The record in a line (without its line feed), strictly: exactly the bytes that `line_of` gives."""
    try:
        value = canonical.decode(line, MAX_LINE_BYTES, canonical=True)
    except canonical.CanonicalError as error:
        return NoRecord(str(error))
    return _record(value) if isinstance(value, list) else NoRecord(f"a list of {_COLUMNS} columns is needed")


def read_named(line: bytes) -> Record | NoRecord:
    """The record in a line of a branch, where each column goes by its name; as strictly."""
    try:
        value = canonical.decode(line, MAX_LINE_BYTES, canonical=True)
    except canonical.CanonicalError as error:
        return NoRecord(str(error))
    if not isinstance(value, dict) or value.keys() != set(Record._fields):
        return NoRecord(f"{_COLUMNS} named columns are needed")
    return _record([value[name] for name in Record._fields])


def _record(value: Sequence[object]) -> Record | NoRecord:
    if len(value) != _COLUMNS:
        return NoRecord(f"a list of {_COLUMNS} columns is needed")
    columns: list[object] = list(value)
    for place in _NUMBERS:
        number = columns[place]
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= _MAX_NUMBER:
            return NoRecord(f"column {place + 1} is no number")
    for place, octets in _BLOBS.items():
        text = columns[place]
        if not isinstance(text, str) or len(text) != 2 * octets or text.strip("0123456789abcdef"):
            return NoRecord(f"column {place + 1} is not {octets} bytes in hex")
        columns[place] = bytes.fromhex(text)
    kind, body = columns[5], columns[8]
    if not isinstance(kind, str) or not 0 < len(kind) <= _MAX_KIND:
        return NoRecord("column 6 is no kind")
    if body is not None and not isinstance(body, str):
        return NoRecord("column 9 is no body")
    return Record(*columns)  # type: ignore[arg-type]  # each was looked at above
